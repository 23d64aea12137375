"""The rows as they were analysed, so that any other program can compute the tables again."""

from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.agreement import AGAIN
from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.strata import STRATUM_LABELS, stratum_lesions
from HER2LowMRILib.cohort.table import CohortTable

if TYPE_CHECKING:
    import pandas as pd

VARIABLE_COLUMNS = ("variable", "label", "table", "kind", "unit", "derived", "categories", "labels")


def analysed_rows(cohort: CohortTable) -> "pd.DataFrame":
    """One row per case: group, every variable in its units and codes, and the strata that the case is in.

    Parameters
    ----------
    cohort : CohortTable

    Returns
    -------
    DataFrame
        ``in_mass`` and ``in_nme_related`` are 1 or 0. A question that did not arise is "not_applicable". Last what the
        sensitivity analyses need: HER2 scores, site, scanner, valid voxels.
    """
    rows = cohort.rows[["case_id", "her2_group", *cohort.variables]].copy()
    for name, asked in cohort.not_asked.items():
        rows[name] = rows[name].astype(object).mask(asked & rows[name].isna().to_numpy(), "not_applicable")
    for stratum in STRATUM_LABELS:
        if stratum != "all" and "lesion_type" in rows:
            inside = rows["lesion_type"].isin(stratum_lesions(cohort.lexicon)[stratum])
            rows[f"in_{stratum}"] = inside.astype(int)
    more = [name for name in cohort.context if name not in rows]
    return rows.join(cohort.context[more])


def analysed_readings(readings: CohortTable) -> "pd.DataFrame":
    """One row per case and reader, every variable in its units and codes; second readings are of "r1 again"."""
    import pandas as pd

    columns = ["case_id", "reader", *readings.variables]
    if not len(readings.repeats):
        return readings.rows[columns]
    again = readings.repeats.assign(reader=readings.repeats["reader"].map(AGAIN.format))
    return pd.concat([readings.rows[columns], again[columns]], ignore_index=True)


def variables_table(analysis: Analysis) -> "pd.DataFrame":
    """What each column is: kind, unit, codes and words of the categories, separated by bars."""
    import pandas as pd

    known = dict(analysis.readings.variables if analysis.readings else {}) | analysis.cohort.variables
    rows = [
        {
            "variable": variable.name,
            "label": variable.label,
            "table": variable.table,
            "kind": variable.kind,
            "unit": variable.unit,
            "derived": int(variable.derived),
            "categories": "|".join(variable.categories),
            "labels": "|".join(variable.labels),
        }
        for variable in known.values()
    ]
    return pd.DataFrame(rows, columns=list(VARIABLE_COLUMNS))
