"""Whether a categorical variable differs between groups."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import inf, nan, sqrt
from typing import Any

import numpy as np

from HER2LowMRILib.core.statistics.fisher import fisher_exact
from HER2LowMRILib.core.statistics.inputs import category_order, labels, same_length


@dataclass(frozen=True)
class CategoricalComparison:
    """Test of one categorical variable between groups.

    Attributes
    ----------
    test : str
        "chi-squared", "Fisher exact", "Fisher Monte Carlo" or "none".
    statistic : float
        Pearson's chi-squared without correction; NaN when Fisher's test decides.
    df : int
    p : float
        Of the test that the rule chose.
    chi2, chi2_p, yates_p, fisher_p : float
        Both tests and Yates' correction (2 x 2 only) where they were computed, NaN otherwise.
    odds_ratio, odds_ratio_low, odds_ratio_high : float
        2 x 2 only: sample odds ratio of the first category in the first group, with Woolf's 95 % limits.
    cramers_v : float
    min_expected, share_below_5 : float
        Smallest expected count, share of expected counts below 5.
    table : ndarray of int, shape (categories, groups)
    categories, groups : tuple
    n, missing : int
    reason : str
        Which test was chosen, and why.
    note : str
    """

    test: str
    statistic: float
    df: int
    p: float
    chi2: float
    chi2_p: float
    yates_p: float
    fisher_p: float
    odds_ratio: float
    odds_ratio_low: float
    odds_ratio_high: float
    cramers_v: float
    min_expected: float
    share_below_5: float
    table: np.ndarray
    categories: tuple[Hashable, ...]
    groups: tuple[Hashable, ...]
    n: int
    missing: int
    reason: str
    note: str = ""


def compare_categories(
    values: Sequence[object],
    groups: Sequence[object],
    *,
    categories: Sequence[Hashable] | None = None,
    group_order: Sequence[Hashable] | None = None,
    seed: int = 0,
) -> CategoricalComparison:
    """Compare a categorical variable between groups by chi-squared or Fisher's exact test.

    Parameters
    ----------
    values, groups : sequence, one per case
        Cases with either missing are left out and counted. With ``group_order``, so are other groups.
    categories, group_order : sequence, optional
        Order of rows and columns; categories that never occur keep their row in ``table``.
    seed : int
        For the Monte Carlo form of Fisher's test.

    Notes
    -----
    Rule (Cochran 1954, doi 10.2307/3001616): Fisher's test when an expected count is below 1 or more than
    20 %
    of them are below 5, else Pearson's chi-squared without continuity correction, as SPSS prints it first.
    """
    same_length("the comparison", values, groups)
    value_of, group_of = labels(values), labels(groups)
    chosen = list(group_order) if group_order is not None else category_order(group_of, None)
    cases = [(v, g) for v, g in zip(value_of, group_of, strict=True) if g in chosen]
    complete = [(v, g) for v, g in cases if v is not None]
    order = category_order([v for v, _ in complete], categories)
    table = np.zeros((len(order), len(chosen)), dtype=int)
    for v, g in complete:
        table[order.index(v), chosen.index(g)] += 1
    return test_table(table, order, chosen, missing=len(cases) - len(complete), seed=seed)


def test_table(
    table: np.ndarray,
    categories: Sequence[Hashable],
    groups: Sequence[Hashable],
    *,
    missing: int = 0,
    seed: int = 0,
) -> CategoricalComparison:
    """Apply the rule of ``compare_categories`` to counts.

    Parameters
    ----------
    table : array_like of int, shape (categories, groups)
    categories, groups : sequence
        Names of rows and columns.
    missing : int
        Cases left out before.
    """
    table = np.asarray(table, dtype=int)
    common: dict[str, Any] = {
        "table": table,
        "categories": tuple(categories),
        "groups": tuple(groups),
        "n": int(table.sum()),
        "missing": missing,
    }
    used = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0] if table.size else table
    empty = [str(g) for g, n in zip(groups, table.sum(axis=0), strict=True) if n == 0]
    note = f"No cases in group {', '.join(empty)}." if empty else ""
    if min(used.shape, default=0) < 2:
        why = _why_no_test(used)
        return CategoricalComparison("none", nan, 0, *(nan,) * 11, reason=why, note=note or why, **common)

    from scipy import stats

    pearson = stats.chi2_contingency(used, correction=False)
    expected = pearson.expected_freq
    lowest, below_5 = float(expected.min()), float((expected < 5).mean())
    two_by_two = used.shape == (2, 2)
    yates_p = float(stats.chi2_contingency(used, correction=True).pvalue) if two_by_two else nan
    sparse = lowest < 1 or below_5 > 0.20
    of_fisher, fisher_p, fisher_note = _fisher(used, seed) if two_by_two or sparse else ("", nan, "")
    note = " ".join(part for part in (note, fisher_note) if part)
    test = of_fisher if sparse else "chi-squared"
    counts = f"smallest expected count {lowest:.2g}" if sparse else f"smallest expected count {lowest:.3g}"
    name = "Fisher's test" if sparse else "Chi-squared"
    reason = f"{name}: {counts}, {100 * below_5:.0f} % below 5."
    smaller = min(used.shape) - 1
    odds = _odds_ratio(used) if two_by_two and used.shape == table.shape else (nan, nan, nan)
    return CategoricalComparison(
        test=test,
        statistic=nan if sparse else float(pearson.statistic),
        df=int(pearson.dof),
        p=fisher_p if sparse else float(pearson.pvalue),
        chi2=float(pearson.statistic),
        chi2_p=float(pearson.pvalue),
        yates_p=yates_p,
        fisher_p=fisher_p,
        odds_ratio=odds[0],
        odds_ratio_low=odds[1],
        odds_ratio_high=odds[2],
        cramers_v=sqrt(float(pearson.statistic) / (used.sum() * smaller)),
        min_expected=lowest,
        share_below_5=below_5,
        reason=reason,
        note=note,
        **common,
    )


# pytest would collect it as a test by its name.
test_table.__test__ = False  # type: ignore[attr-defined]


def _why_no_test(used: np.ndarray) -> str:
    """Why a table without empty rows and columns leaves nothing to test."""
    if used.size == 0:
        return "No cases."
    return "Only one group has cases." if used.shape[1] < 2 else "Every case is in the same category."


def _fisher(used: np.ndarray, seed: int) -> tuple[str, float, str]:
    """Name, p and note of Fisher's test; of a 2 x 2 table SciPy's."""
    if used.shape == (2, 2):
        from scipy import stats

        return "Fisher exact", float(stats.fisher_exact(used).pvalue), ""
    found = fisher_exact(used, seed=seed)
    return "Fisher exact" if found.exact else "Fisher Monte Carlo", found.p, found.note


def _odds_ratio(table: np.ndarray) -> tuple[float, float, float]:
    from HER2LowMRILib.core.statistics.proportions import Z95

    (a, b), (c, d) = table.tolist()
    if 0 in (a, b, c, d):
        return (inf if b * c == 0 and a * d > 0 else 0.0 if a * d == 0 and b * c > 0 else nan), nan, nan
    ratio, se = a * d / (b * c), sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return ratio, float(ratio * np.exp(-Z95 * se)), float(ratio * np.exp(Z95 * se))
