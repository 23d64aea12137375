"""Agreement of the readers on their signed-off readings, before adjudication: of each two, and of all together."""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

from HER2LowMRILib.cohort.outline_ways import DIFFERENT, WAYS, way_of_pairs
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.cohort.variables import Variable
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

COLUMNS = (
    "variable", "statistic", "estimate", "ci_low", "ci_high", "n", "label",
    "readers", "percent_agreement", "note", "n_readers",
)  # fmt: skip
CASE_COLUMNS = ("variable", "rank", "case_id", "reader_1", "reader_2", "difference", "readers")
_CASES_SHOWN = 10
# What a reader's second readings are called beside the first.
AGAIN = "{} again"


def agreement_table(readings: CohortTable) -> tuple["pd.DataFrame", "pd.DataFrame", tuple[str, ...]]:
    """Kappa of every descriptor and ICC of every feature, between readers and of each reader who read cases twice.

    Parameters
    ----------
    readings : CohortTable
        From `table.read_readings`.

    Returns
    -------
    agreement : DataFrame
        `COLUMNS`. For a number: ICC(2,1), ICC(3,1), ICC(2,k), bias with its limits of agreement, wCV. Of three or more
        readers together (``n_readers`` above 2, in the last rows): Fleiss' kappa and the ICCs, on the cases that all
        of them read.
    cases : DataFrame
        `CASE_COLUMNS`: the ten cases that differ most, for each number and pair of readers.
    warnings : tuple of str

    Raises
    ------
    AnalysisError
        When fewer than two readers read a case in common, and none read one twice.
    """
    import pandas as pd

    readers = sorted(readings.rows["reader"].unique())
    if len(readers) < 2 and not len(readings.repeats):
        raise AnalysisError(
            "Reader agreement cannot be computed",
            needed="the readings of two readers",
            found=f"{len(readers)}",
        )
    rows, cases, warnings = [], [], []
    for pair, first, second in pairs_of_readers(readings, readers):
        common = first.index.intersection(second.index).sort_values()
        of_one = pair[1] == AGAIN.format(pair[0])
        # A case that was read once more is one of many that were read once.
        alone = len(second) - len(common) if of_one else len(first) + len(second) - 2 * len(common)
        if alone:
            warnings.append(
                f"{alone} readings of {pair[0]} and {pair[1]} have no counterpart and are left out."
            )
        if not len(common):
            continue
        first, second = first.loc[common], second.loc[common]
        for variable in (v for v in readings.variables.values() if v.table != "clinic"):
            of = {"variable": variable.name, "readers": f"{pair[0]} and {pair[1]}", "n_readers": 2}
            found = _compare(variable, first[variable.name], second[variable.name])
            rows += [of | row for row in found]
            if variable.kind == "number":
                cases += [of | row for row in _most_different(first[variable.name], second[variable.name])]
    if not rows:
        raise AnalysisError(
            "Reader agreement cannot be computed",
            needed="cases that two readers read",
            found=f"{len(readers)} readers without a case in common",
        )
    if len(readers) > 2:
        of_all, lacking = _all_readers(readings, readers)
        rows += of_all
        warnings += lacking
    return (
        pd.DataFrame(rows, columns=list(COLUMNS)),
        pd.DataFrame(cases, columns=list(CASE_COLUMNS)),
        tuple(warnings),
    )


def pairs_of_readers(
    readings: CohortTable, readers: list[str]
) -> "Iterator[tuple[tuple[str, str], pd.DataFrame, pd.DataFrame]]":
    """Names and rows, by case, of each two readers, then of each reader's first and second readings."""

    def of(rows: "pd.DataFrame", reader: str) -> "pd.DataFrame":
        return rows[rows["reader"] == reader].set_index("case_id")

    for first, second in combinations(readers, 2):
        yield (first, second), of(readings.rows, first), of(readings.rows, second)
    for reader in sorted(readings.repeats["reader"].unique()) if len(readings.repeats) else ():
        yield (reader, AGAIN.format(reader)), of(readings.rows, reader), of(readings.repeats, reader)


def _all_readers(readings: CohortTable, readers: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Fleiss' kappa and the ICC of three or more readers, on the cases that all of them read."""
    import numpy as np

    from HER2LowMRILib.core.statistics.agreement_labels import landis_koch
    from HER2LowMRILib.core.statistics.fleiss_kappa import fleiss_kappa

    own = [readings.rows[readings.rows["reader"] == reader].set_index("case_id") for reader in readers]
    common = own[0].index
    for part in own[1:]:
        common = common.intersection(part.index)
    common, together = common.sort_values(), f"{', '.join(readers[:-1])} and {readers[-1]}"
    if not len(common):
        return [], [f"No case was read by all of {together}: their agreement is that of each two."]
    rows: list[dict[str, Any]] = []
    for variable in (v for v in readings.variables.values() if v.table != "clinic"):
        of = {"variable": variable.name, "readers": together, "n_readers": len(readers)}
        columns = [part.loc[common, variable.name] for part in own]
        if variable.kind == "number":
            values = np.column_stack([column.to_numpy(float) for column in columns])
            rows += [of | row for row in _icc_rows(values)]
            continue
        found = fleiss_kappa(list(zip(*columns, strict=True)), variable.categories)
        rows.append(
            of
            | {
                "statistic": "fleiss_kappa",
                "estimate": found.estimate,
                "ci_low": found.ci_low,
                "ci_high": found.ci_high,
                "n": found.n,
                "label": landis_koch(found.estimate),
                "percent_agreement": found.percent_agreement,
                "note": found.note,
            }
        )
    return rows, []


def _icc_rows(values: "np.ndarray") -> list[dict[str, Any]]:
    from HER2LowMRILib.core.statistics.icc import icc

    forms = icc(values)
    return [
        {
            "statistic": name,
            "estimate": forms[name].estimate,
            "ci_low": forms[name].ci_low,
            "ci_high": forms[name].ci_high,
            "n": forms[name].n,
            "label": forms[name].label,
            "note": forms[name].note,
        }
        for name in ("icc_2_1", "icc_3_1", "icc_2_k")
    ]


def overlap_rows_by_way(overlaps: "pd.DataFrame", readings: CohortTable) -> "pd.DataFrame":
    """As `overlap_rows`, apart by how the VOIs were outlined: variables "voi_drawn", "voi_assisted" and so on.

    Returns
    -------
    DataFrame
        `COLUMNS`; empty where every VOI was drawn by hand alone, or it was not recorded.
    """
    import pandas as pd

    of_one = overlaps["reader_1"] == overlaps["reader_2"]
    pairs = overlaps[~of_one]
    ways = way_of_pairs(pairs, readings)
    if not set(ways.dropna()) - {"drawn"}:
        return pd.DataFrame(columns=list(COLUMNS))
    parts = [
        overlap_rows(pairs[ways == way], f"voi_{way}") for way in (*WAYS, DIFFERENT) if (ways == way).any()
    ]
    return pd.concat(parts)


def overlap_rows(overlaps: "pd.DataFrame", variable: str = "voi") -> "pd.DataFrame":
    """Mean Dice coefficient and Hausdorff distance of the readers' VOIs, as rows of the agreement table.

    Parameters
    ----------
    overlaps : DataFrame
        ``case_id``, ``reader_1``, ``reader_2``, ``dice``, ``hausdorff_95_mm``: voi_agreement.csv of an export; where
        the readers are one, his first and second VOI.
    variable : str
        What the rows are called.

    Returns
    -------
    DataFrame
        `COLUMNS`; limits are those of the mean (Student's t), median and range stand in ``note``.
    """
    import pandas as pd
    from scipy import stats

    rows = []
    of_one = overlaps["reader_1"] == overlaps["reader_2"]
    named = overlaps.assign(
        reader_2=overlaps["reader_2"].mask(of_one, overlaps["reader_2"].map(AGAIN.format))
    )
    for readers, part in named.groupby(["reader_1", "reader_2"]):
        for statistic in ("dice", "hausdorff_95_mm"):
            values = part[statistic].dropna().to_numpy(float)
            n = len(values)
            if not n:
                continue
            mean = float(values.mean())
            half = float(stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / n**0.5) if n > 1 else float("nan")
            rows.append(
                {
                    "variable": variable,
                    "statistic": statistic,
                    "estimate": mean,
                    "ci_low": mean - half,
                    "ci_high": mean + half,
                    "n": n,
                    "label": "",
                    "readers": " and ".join(readers),
                    "n_readers": 2,
                    "note": f"median {float(pd.Series(values).median()):.3g}, {values.min():.3g} to {values.max():.3g}",
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _compare(variable: Variable, first: "pd.Series", second: "pd.Series") -> list[dict[str, Any]]:
    if variable.kind == "number":
        return compare_numbers(first, second)
    from HER2LowMRILib.core.statistics.kappa import category_agreement

    # A question that arises for one reader only (the other called the lesion something else) has no pair.
    both = (first != NOT_APPLICABLE) & (second != NOT_APPLICABLE)
    found = category_agreement(
        first[both].tolist(), second[both].tolist(), variable.categories, ordinal=variable.kind == "ordinal"
    )
    apart = int(((first == NOT_APPLICABLE) ^ (second == NOT_APPLICABLE)).sum())
    note = f"{apart} cases: the question arose for one reader only." if apart else ""
    return [
        {
            "statistic": result.statistic,
            "estimate": result.estimate,
            "ci_low": result.ci_low,
            "ci_high": result.ci_high,
            "n": result.n,
            "label": result.label,
            "percent_agreement": result.percent_agreement,
            "note": " ".join(text for text in (result.note, note) if text),
        }
        for result in found
    ]


def compare_numbers(first: "pd.Series", second: "pd.Series") -> list[dict[str, Any]]:
    """ICC, bias, limits of agreement and wCV of one measurement, as rows with ``statistic`` and `COLUMNS` after it."""
    import numpy as np

    from HER2LowMRILib.core.statistics.bland_altman import bland_altman

    a, b = first.to_numpy(float), second.to_numpy(float)
    limits = bland_altman(a, b)
    rows = _icc_rows(np.column_stack([a, b]))
    common: dict[str, Any] = {"n": limits.n, "label": "", "note": limits.note}
    rows += [
        {"statistic": "bias", "estimate": limits.bias, "ci_low": limits.bias_low, "ci_high": limits.bias_high}
        | common,
        {
            "statistic": "limits_of_agreement",
            "estimate": 1.96 * limits.sd,
            "ci_low": limits.loa_low,
            "ci_high": limits.loa_high,
        }
        | common,
        {"statistic": "wcv_percent", "estimate": limits.wcv_percent} | common,
    ]
    return rows


def _most_different(first: "pd.Series", second: "pd.Series") -> list[dict[str, Any]]:
    from HER2LowMRILib.core.statistics.bland_altman import largest_differences

    a, b = first.to_numpy(float), second.to_numpy(float)
    return [
        {
            "rank": rank,
            "case_id": first.index[position],
            "reader_1": a[position],
            "reader_2": b[position],
            "difference": a[position] - b[position],
        }
        for rank, position in enumerate(largest_differences(a, b, _CASES_SHOWN), start=1)
    ]
