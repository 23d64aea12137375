"""Rank tests between two or more groups, as SPSS and R compute them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan, sqrt

import numpy as np

from HER2LowMRILib.core.statistics.inputs import numbers

# SPSS prints the exact p of small samples (its documentation: n of 40 or fewer).
EXACT_N = 40
FEW_CASES = "Fewer than 5 cases in a group."


@dataclass(frozen=True)
class MannWhitney:
    """Two-sided Mann-Whitney U (Wilcoxon rank sum) test.

    Attributes
    ----------
    u_1, u_2 : float
        U of either group; SPSS prints the smaller.
    z, p : float
        Normal approximation, corrected for ties, without continuity correction (SPSS "Asymp. Sig.").
    p_continuity : float
        The same with continuity correction (the default of R and scipy).
    p_exact, p_exact_no_ties : float
        For n <= 40: exact given the ties (R's coin), and from the distribution without ties (SPSS "Exact Sig.
        [2*(1-tailed Sig.)]"); NaN for larger samples.
    auc, rank_biserial : float
        Share of pairs in which group 1 is larger (ties count half), and 2 auc - 1.
    n_1, n_2 : int
    note : str
    """

    u_1: float
    u_2: float
    z: float
    p: float
    p_continuity: float
    p_exact: float
    p_exact_no_ties: float
    auc: float
    rank_biserial: float
    n_1: int
    n_2: int
    note: str = ""


@dataclass(frozen=True)
class DunnPair:
    """One pair of Dunn's test: difference of the mean ranks, its error, z, p and Bonferroni's p."""

    group_a: Hashable
    group_b: Hashable
    difference: float
    se: float
    z: float
    p: float
    p_bonferroni: float


@dataclass(frozen=True)
class KruskalWallis:
    """Kruskal-Wallis test.

    Attributes
    ----------
    h, p : float
        Corrected for ties.
    df : int
    epsilon_squared : float
        Effect size H / (n - 1).
    mean_ranks : dict
        By group.
    n : dict
        By group.
    dunn : tuple of DunnPair
    note : str
    """

    h: float
    df: int
    p: float
    epsilon_squared: float
    mean_ranks: dict[Hashable, float]
    n: dict[Hashable, int]
    dunn: tuple[DunnPair, ...]
    note: str = ""


def mann_whitney(group_1: Sequence[object], group_2: Sequence[object], what: str = "values") -> MannWhitney:
    """Mann-Whitney U test of two groups; missing values are left out.

    Parameters
    ----------
    group_1, group_2 : sequence of numbers
    what : str
        The variable's name, for messages.
    """
    from scipy import stats

    x, y = _present(group_1, what), _present(group_2, what)
    n1, n2 = len(x), len(y)
    if n1 == 0 or n2 == 0:
        return MannWhitney(*(nan,) * 9, n1, n2, note="A group is empty.")
    pooled = np.concatenate([x, y])
    ranks = stats.rankdata(pooled)
    u1 = float(ranks[:n1].sum() - n1 * (n1 + 1) / 2)
    u2 = n1 * n2 - u1
    auc = u1 / (n1 * n2)
    if pooled.min() == pooled.max():
        note = "All values are equal: there is nothing to compare."
        return MannWhitney(u1, u2, *(nan,) * 5, auc, 2 * auc - 1, n1, n2, note)
    n = n1 + n2
    ties = _tie_sum(pooled)
    sd = sqrt(n1 * n2 / 12 * ((n + 1) - ties / (n * (n - 1))))
    z = (u1 - n1 * n2 / 2) / sd
    small = n <= EXACT_N
    return MannWhitney(
        u_1=u1,
        u_2=u2,
        z=z,
        p=float(stats.mannwhitneyu(x, y, use_continuity=False, method="asymptotic").pvalue),
        p_continuity=float(stats.mannwhitneyu(x, y, use_continuity=True, method="asymptotic").pvalue),
        p_exact=_exact_given_ties(ranks, n1) if small else nan,
        p_exact_no_ties=float(stats.mannwhitneyu(x, y, method="exact").pvalue) if small else nan,
        auc=auc,
        rank_biserial=2 * auc - 1,
        n_1=n1,
        n_2=n2,
        note=FEW_CASES if min(n1, n2) < 5 else "",
    )


def kruskal_wallis(
    values: Sequence[object],
    groups: Sequence[object],
    *,
    group_order: Sequence[Hashable] | None = None,
    what: str = "values",
) -> KruskalWallis:
    """Kruskal-Wallis test over groups, with Dunn's pairwise comparisons (as SPSS NPTESTS).

    Parameters
    ----------
    values : sequence of numbers
    groups : sequence
        Group of each value; cases with either missing, or of a group not in ``group_order``, are left out.
    group_order : sequence, optional
    what : str
        The variable's name, for messages.
    """
    from scipy import stats

    samples = split_groups(values, groups, group_order, what)
    empty = [str(g) for g, sample in samples.items() if len(sample) == 0]
    note = f"No values in group {', '.join(empty)}." if empty else ""
    samples = {g: sample for g, sample in samples.items() if len(sample)}
    sizes = {g: len(sample) for g, sample in samples.items()}
    if len(samples) < 2:
        return KruskalWallis(nan, 0, nan, nan, {}, sizes, (), note or "Fewer than two groups have values.")
    pooled = np.concatenate(list(samples.values()))
    ranks = stats.rankdata(pooled)
    ends = np.cumsum(list(sizes.values()))
    mean_ranks = {g: float(part.mean()) for g, part in zip(samples, np.split(ranks, ends[:-1]), strict=True)}
    if pooled.min() == pooled.max():
        equal = "All values are equal: there is nothing to compare."
        return KruskalWallis(nan, len(samples) - 1, nan, nan, mean_ranks, sizes, (), equal)
    h, p = stats.kruskal(*samples.values())
    n = len(pooled)
    base = n * (n + 1) / 12 - _tie_sum(pooled) / (12 * (n - 1))
    pairs = list(combinations(samples, 2))
    dunn = []
    for a, b in pairs:
        difference, se = mean_ranks[a] - mean_ranks[b], sqrt(base * (1 / sizes[a] + 1 / sizes[b]))
        p_pair = float(2 * stats.norm.sf(abs(difference) / se))
        dunn.append(DunnPair(a, b, difference, se, difference / se, p_pair, min(1.0, p_pair * len(pairs))))
    return KruskalWallis(
        float(h), len(samples) - 1, float(p), float(h) / (n - 1), mean_ranks, sizes, tuple(dunn), note
    )


def split_groups(
    values: Sequence[object], groups: Sequence[object], group_order: Sequence[Hashable] | None, what: str
) -> dict[Hashable, np.ndarray]:
    """Values that are there, by group in the given or found order."""
    from HER2LowMRILib.core.statistics.inputs import category_order, labels, same_length

    same_length(what, values, groups)
    x, group_of = numbers(values, what), labels(groups)
    chosen = list(group_order) if group_order is not None else category_order(group_of, None)
    return {g: x[[i for i, found in enumerate(group_of) if found == g and np.isfinite(x[i])]] for g in chosen}


def _present(values: Sequence[object], what: str) -> np.ndarray:
    x = numbers(values, what)
    return x[np.isfinite(x)]


def _tie_sum(pooled: np.ndarray) -> float:
    counts = np.unique(pooled, return_counts=True)[1].astype(float)
    return float((counts**3 - counts).sum())


def _exact_given_ties(ranks: np.ndarray, n1: int) -> float:
    """Two-sided permutation p of the rank sum, over all choices of n1 of the (doubled, so whole) ranks."""
    doubled = np.rint(2 * ranks).astype(int)
    ways = np.zeros((n1 + 1, int(doubled.sum()) + 1))
    ways[0, 0] = 1.0
    for rank in doubled:
        ways[1:, rank:] += ways[:-1, : ways.shape[1] - rank].copy()
    sums = np.arange(ways.shape[1])
    centre = n1 * doubled.sum() / len(doubled)
    observed = abs(doubled[:n1].sum() - centre)
    return float(ways[n1][np.abs(sums - centre) >= observed - 1e-9].sum() / ways[n1].sum())
