"""Every variable between the groups: the three groups first, then the pairs, in each stratum."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from HER2LowMRILib.cohort.strata import COMPARISONS, GROUPS, STRATUM_LABELS, Comparison, in_stratum
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.cohort.variables import Variable
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "stratum", "comparison", "variable", "kind", "test", "statistic", "p", "q",
    *(f"n_{group}" for group in GROUPS), *(f"summary_{group}" for group in GROUPS),
    "p_holm", "missing", "not_applicable", "table", "note",
)  # fmt: skip


def univariate_table(
    cohort: CohortTable, seed: int, progress: Callable[[float], None] | None = None
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

    Returns
    -------
    DataFrame
        `COLUMNS`. ``q`` is Benjamini-Hochberg's over the variables of one table (clinic, descriptors, features)
        within a stratum and comparison; ``p_holm`` is Holm's over the three pairs of a variable. A variable that
        cannot be tested keeps its row, with the reason in ``note``.
    """
    import pandas as pd

    from HER2LowMRILib.core.statistics.multiplicity import adjust

    found = []
    for number, stratum in enumerate(STRATUM_LABELS):
        if stratum != "all" and "lesion_type" not in cohort.rows:
            continue
        rows = in_stratum(cohort.rows, stratum)
        for variable in cohort.variables.values():
            if _constant_by_design(variable, stratum):
                continue
            for comparison in COMPARISONS:
                found.append({"stratum": stratum, **_compare(rows, variable, comparison, seed)})
        if progress:
            progress((number + 1) / len(STRATUM_LABELS))
    table = pd.DataFrame(found)
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


def _constant_by_design(variable: Variable, stratum: str) -> bool:
    if stratum == "mass":
        return variable.name in ("lesion_type", "nme_related") or variable.name.startswith("nme_")
    return stratum == "nme_related" and variable.name == "nme_related"


def _compare(rows: "pd.DataFrame", variable: Variable, comparison: Comparison, seed: int) -> dict[str, Any]:
    from HER2LowMRILib.core.statistics.contingency import compare_categories
    from HER2LowMRILib.core.statistics.numeric_groups import compare_numbers

    rows = rows[rows["her2_group"].isin(comparison.groups)]
    applies = rows[variable.name] != NOT_APPLICABLE
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
        out |= {
            f"summary_{group}": number_summary(summary, numeric.normal)
            for group, summary in numeric.summaries.items()
        }
        result: Any = numeric
    else:
        result = compare_categories(
            values, groups, categories=variable.categories, group_order=comparison.groups, seed=seed
        )
        for column, group in enumerate(comparison.groups):
            counts = dict(zip(result.categories, result.table[:, column], strict=True))
            out[f"n_{group}"] = int(sum(counts.values()))
            out[f"summary_{group}"] = category_summary(variable, counts)
    note = " ".join(text for text in (result.reason, result.note) if text and text != "Rank test.")
    return out | {
        "test": result.test,
        "statistic": result.statistic,
        "p": result.p,
        "missing": result.missing,
        "note": note,
    }


def number_summary(summary: Any, normal: bool) -> str:
    """Mean and SD of a variable that is normal in every group, else median and quartiles; "" without values."""
    if summary.n == 0:
        return ""
    if normal:
        return f"{_short(summary.mean)} ± {_short(summary.sd)}"
    return f"{_short(summary.median)} ({_short(summary.q1)} to {_short(summary.q3)})"


def _short(value: float) -> str:
    """Three significant digits, and never more than three decimals."""
    return f"{value:.3g}" if abs(value) >= 0.1 else f"{value:.3f}"


def category_summary(variable: Variable, counts: dict[str, int]) -> str:
    """Counts and percentages of each category; of a yes/no variable the yes alone."""
    n = sum(counts.values())
    if not n:
        return ""
    if variable.kind == "binary":
        return f"{counts.get('1', 0)}/{n} ({100 * counts.get('1', 0) / n:.1f} %)"
    words = dict(zip(variable.categories, variable.labels, strict=True))
    return "; ".join(
        f"{words.get(category, category)} {count} ({100 * count / n:.1f} %)"
        for category, count in counts.items()
    )
