"""Every variable between the groups: the three groups first, then the pairs, in each stratum."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from HER2LowMRILib.cohort.side_by_side import ALONE, SideBySide
from HER2LowMRILib.cohort.strata import (
    COMPARISONS,
    GROUPS,
    STRATUM_LABELS,
    Comparison,
    asked_of_none,
    in_stratum,
    stratum_lesions,
)
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.cohort.variables import Variable
from HER2LowMRILib.core.wording import rounded

if TYPE_CHECKING:
    import pandas as pd

    from HER2LowMRILib.core.statistics.summaries import NumericSummary

COLUMNS = (
    "stratum", "comparison", "variable", "kind", "test", "statistic", "p", "q",
    *(f"n_{group}" for group in GROUPS), *(f"summary_{group}" for group in GROUPS),
    "p_holm", "missing", "not_applicable", "table", "note", "trend_statistic", "trend_p",
    "p_exact",
)  # fmt: skip


def univariate_table(
    cohort: CohortTable,
    seed: int,
    progress: Callable[[float], None] | None = None,
    side_by_side: SideBySide = ALONE,
) -> "pd.DataFrame":
    """Compare every variable of the cohort between the groups.

    Parameters
    ----------
    cohort : CohortTable
        From `table.read_features`.
    seed : int
        For the Monte Carlo form of Fisher's test, where the exact one is too large.
    progress : callable, optional
        Called with the fraction done.
    side_by_side : SideBySide
        Who helps.

    Returns
    -------
    DataFrame
        `COLUMNS`. ``q`` is Benjamini-Hochberg's over the variables of one table (clinic, descriptors, features)
        within a stratum and comparison; ``p_holm`` is Holm's over the three pairs of a variable. A variable that
        cannot be tested keeps its row, with the reason in ``note``. ``trend_p`` is the linear-by-linear association
        of an ordered descriptor with the groups in the order zero, low, over. ``p_exact`` is the exact p of the
        Mann-Whitney test given the ties, for 40 cases or fewer.
    """
    import pandas as pd

    from HER2LowMRILib.core.statistics.multiplicity import adjust

    strata = [name for name in STRATUM_LABELS if name == "all" or "lesion_type" in cohort.rows]
    jobs = [(cohort, stratum, seed) for stratum in strata]
    found = side_by_side.each(_of_stratum, jobs, progress or (lambda fraction: None))
    table = pd.DataFrame([row for rows in found for row in rows])
    if table.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    # The paper's collapsed descriptors repeat the descriptor they come from: they are no further test.
    derived = {name for name, variable in cohort.variables.items() if variable.derived}
    for _, part in table.groupby(["stratum", "comparison", "table"], sort=False):
        family = part[~part["variable"].isin(derived)]
        table.loc[family.index, "q"] = adjust(family["p"].to_numpy(), "bh")
    pairs = table[table["comparison"] != "three_groups"]
    for _, part in pairs.groupby(["stratum", "variable"], sort=False):
        table.loc[part.index, "p_holm"] = adjust(part["p"].to_numpy(), "holm")
    return table.reindex(columns=list(COLUMNS))


def _of_stratum(cohort: CohortTable, stratum: str, seed: int) -> list[dict[str, Any]]:
    rows, lesions = in_stratum(cohort, stratum), stratum_lesions(cohort.lexicon)[stratum]
    found = []
    for variable in cohort.variables.values():
        if _constant_by_design(variable, stratum, lesions):
            continue
        texts = _number_texts(rows, variable) if variable.kind == "number" else {}
        found += [
            {"stratum": stratum, **_compare(rows, cohort, variable, comparison, texts, seed)}
            for comparison in COMPARISONS
        ]
    return found


def _constant_by_design(variable: Variable, stratum: str, lesions: tuple[str, ...]) -> bool:
    """What a stratum is made of, and what is asked of none of its lesions."""
    made_of = {"nme_related"} if stratum != "all" else set()
    if len(lesions) == 1:
        made_of.add("lesion_type")
    return variable.name in made_of or asked_of_none(variable, lesions)


def _number_texts(rows: "pd.DataFrame", variable: Variable) -> dict[str, str]:
    """Summary of each group: mean or median is chosen once for a stratum, so that no pair shows another."""
    from HER2LowMRILib.core.statistics.summaries import summarize

    summaries = {
        group: summarize(rows.loc[rows["her2_group"] == group, variable.name], variable.label)
        for group in GROUPS
    }
    there = [summary for summary in summaries.values() if summary.n]
    return number_summaries(summaries, bool(there) and all(summary.is_normal for summary in there))


def _compare(
    rows: "pd.DataFrame",
    cohort: CohortTable,
    variable: Variable,
    comparison: Comparison,
    texts: Mapping[str, str],
    seed: int,
) -> dict[str, Any]:
    from HER2LowMRILib.core.statistics.contingency import compare_categories
    from HER2LowMRILib.core.statistics.numeric_groups import compare_numbers
    from HER2LowMRILib.core.statistics.trend import linear_by_linear

    rows = rows[rows["her2_group"].isin(comparison.groups)]
    applies = cohort.applies(variable.name)[rows.index]
    not_applicable = int((~applies).sum())
    rows = rows[applies]
    out: dict[str, Any] = {
        "comparison": comparison.name,
        "variable": variable.name,
        "kind": variable.kind,
        "table": variable.table,
        "not_applicable": not_applicable,
    }
    values, groups = rows[variable.name].tolist(), rows["her2_group"].tolist()
    if variable.kind == "number":
        numeric = compare_numbers(values, groups, group_order=comparison.groups, what=variable.label)
        out |= {f"n_{group}": summary.n for group, summary in numeric.summaries.items()}
        out |= {f"summary_{group}": texts[group] for group in comparison.groups}
        out["p_exact"] = numeric.p_exact
        result: Any = numeric
    else:
        result = compare_categories(
            values, groups, categories=variable.categories, group_order=comparison.groups, seed=seed
        )
        for column, group in enumerate(comparison.groups):
            counts = dict(zip(result.categories, result.table[:, column], strict=True))
            out[f"n_{group}"] = int(sum(counts.values()))
            out[f"summary_{group}"] = category_summary(variable, counts)
        if variable.kind == "ordinal":
            trend = linear_by_linear(result.table)
            out |= {"trend_statistic": trend.statistic, "trend_p": trend.p}
    note = " ".join(text for text in (result.reason, result.note) if text and text != "Rank test.")
    return out | {
        "test": result.test,
        "statistic": result.statistic,
        "p": result.p,
        "missing": result.missing,
        "note": note,
    }


def number_summaries(summaries: "Mapping[str, NumericSummary]", normal: bool) -> dict[str, str]:
    """Mean ± SD where the variable is normal in every group, else median (quartiles); "" without values.

    All groups carry the same number of decimals: those that leave the smallest spread (SD, or distance of the
    quartiles) two digits.

    Parameters
    ----------
    summaries : mapping of str to NumericSummary
        One for each group.
    normal : bool
    """
    there = [summary for summary in summaries.values() if summary.n]
    spreads = [summary.sd if normal else summary.q3 - summary.q1 for summary in there]
    decimals = _decimals([spread for spread in spreads if spread > 0], [s.median for s in there])
    if decimals == 0 and not normal and any(s.median % 1 for s in there):
        # The median of whole numbers may be a half: 34.5 is no 34.
        decimals = 1

    def words(summary: "NumericSummary") -> str:
        if not summary.n:
            return ""
        numbers = (summary.mean, summary.sd) if normal else (summary.median, summary.q1, summary.q3)
        # A typeset minus: a hyphen at the start of a cell is a formula to a spreadsheet.
        shown = [rounded(value, decimals).replace("-", "\N{MINUS SIGN}") for value in numbers]
        return f"{shown[0]} ± {shown[1]}" if normal else f"{shown[0]} ({shown[1]} to {shown[2]})"

    return {group: words(summary) for group, summary in summaries.items()}


def _decimals(spreads: list[float], centres: list[float]) -> int:
    """Decimals that leave the smallest spread two digits; without any spread, two of the largest centre."""
    size = min(spreads) if spreads else max((abs(centre) for centre in centres), default=0.0)
    return min(max(1 - math.floor(math.log10(size)), 0), 6) if size > 0 else 0


def category_summary(variable: Variable, counts: dict[str, int]) -> str:
    """Counts and percentages of each category; of a yes/no variable the yes alone."""
    n = sum(counts.values())
    if not n:
        return ""
    if variable.kind == "binary":
        return share_text(counts.get("1", 0), n)
    words = dict(zip(variable.categories, variable.labels, strict=True))
    return "; ".join(
        f"{words.get(category, category)} {share_text(count, n)}" for category, count in counts.items()
    )


def share_text(count: int, n: int) -> str:
    """A count with those of whom it was counted, and the percentage."""
    return f"{count}/{n} ({rounded(100 * count / n, 1)} %)"
