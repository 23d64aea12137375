"""How far every feature repeats itself: in hidden second readings, and in a second scan of the same patient."""

from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.table import CohortTable

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "variable", "source", "reader", "subjects", "mean", "within_sd", "within_low", "within_high", "coefficient",
    "coefficient_low", "coefficient_high", "wcv_percent", "wcv_low", "wcv_high", "percent_coefficient", "note",
)  # fmt: skip
# Ten percent of a skewness says nothing: its zero is one value among others.
_NO_RATIO = ("_skewness", "_kurtosis")
# Breast tumours scanned twice: Newitt et al. 2019 (ACRIN 6698), doi 10.1002/jmri.26539.
PUBLISHED = {
    "variable": "ADC_mean",
    "source": "published",
    "reader": "Newitt 2019, test and retest of breast tumours",
    "subjects": 71,
    "wcv_percent": 4.8,
    "wcv_low": 4.0,
    "wcv_high": 5.7,
    "percent_coefficient": 13.3,
    "coefficient": 0.16,
    "note": "doi 10.1002/jmri.26539",
}


def repeatability_table(
    cohort: CohortTable, readings: CohortTable | None, retest: CohortTable | None
) -> "pd.DataFrame":
    """Within-subject variation of every feature.

    Parameters
    ----------
    cohort : CohortTable
    readings : CohortTable, optional
        Its ``repeats`` are the second readings of one reader: what drawing again changes.
    retest : CohortTable, optional
        Features of the same cases from a second scan: what scanning and drawing again change.

    Returns
    -------
    DataFrame
        `COLUMNS`; empty where nothing was repeated. The last row is the published value for breast ADC.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    if readings is not None and len(readings.repeats):
        again = readings.repeats
        for reader in sorted(again["reader"].unique()):
            first, second = (
                table[table["reader"] == reader].set_index("case_id") for table in (readings.rows, again)
            )
            rows += _rows(readings, first, second, "read again", str(reader))
    if retest is not None:
        first, second = (table.rows.set_index("case_id") for table in (cohort, retest))
        rows += _rows(cohort, first, second, "scanned again", "")
    if any(row["variable"] == PUBLISHED["variable"] for row in rows):
        rows.append(dict(PUBLISHED))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(
    table: CohortTable, first: "pd.DataFrame", second: "pd.DataFrame", source: str, reader: str
) -> list[dict[str, Any]]:
    from HER2LowMRILib.core.statistics.repeatability import repeatability

    common = first.index.intersection(second.index).sort_values()
    rows = []
    for variable in table.variables.values():
        if variable.kind != "number" or variable.table == "clinic" or variable.name not in second:
            continue
        pairs = [part.loc[common, variable.name].to_numpy(float) for part in (first, second)]
        both = np.column_stack(pairs) if len(common) else np.empty((0, 2))
        found = repeatability(both[np.isfinite(both).any(axis=1)])
        if found.subjects:
            figures = {name: getattr(found, name) for name in COLUMNS if hasattr(found, name)}
            if variable.name.endswith(_NO_RATIO):
                figures |= dict.fromkeys(
                    (name for name in COLUMNS if name.startswith(("wcv_", "percent_"))), np.nan
                )
                figures["note"] = "No wCV: its zero does not mean none."
            rows.append(figures | {"variable": variable.name, "source": source, "reader": reader})
    return rows
