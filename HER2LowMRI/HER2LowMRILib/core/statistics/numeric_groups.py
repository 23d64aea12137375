"""Whether a number differs between groups."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import nan

from HER2LowMRILib.core.statistics.rank_tests import (
    KruskalWallis,
    MannWhitney,
    kruskal_wallis,
    mann_whitney,
    split_groups,
)
from HER2LowMRILib.core.statistics.summaries import NumericSummary, summarize


@dataclass(frozen=True)
class NumericComparison:
    """Test of one number between groups, and the groups' summaries.

    Attributes
    ----------
    test : str
        "Mann-Whitney U", "Kruskal-Wallis"; "none" if impossible.
    statistic, p : float
    p_exact : float
        Of the Mann-Whitney test, given the ties; NaN above 40 cases and for more groups.
    df : float
    normal : bool
        Whether Shapiro-Wilk rejects normality in no group: such a variable is shown as mean and SD.
    summaries : dict
        ``NumericSummary`` by group.
    missing : int
        Cases of these groups without a value.
    reason, note : str
    """

    test: str
    statistic: float
    df: float
    p: float
    normal: bool
    summaries: dict[Hashable, NumericSummary]
    missing: int
    reason: str
    note: str = ""
    p_exact: float = nan


def compare_numbers(
    values: Sequence[object],
    groups: Sequence[object],
    *,
    group_order: Sequence[Hashable] | None = None,
    what: str = "values",
) -> NumericComparison:
    """Compare a number between two groups (Mann-Whitney) or more (Kruskal-Wallis).

    Normal or not: a test chosen by another test on the same data does not keep its error rate.

    Parameters
    ----------
    values : sequence of numbers, missing ones as None or NaN
    groups : sequence
        Group of each value. With ``group_order``, other groups are left out.
    group_order : sequence, optional
    what : str
        The variable's name, for messages.
    """
    from HER2LowMRILib.core.statistics.inputs import labels

    samples = split_groups(values, groups, group_order, what)
    summaries = {g: summarize(sample, what) for g, sample in samples.items()}
    of_groups = sum(1 for g in labels(groups) if g in samples)
    missing = of_groups - sum(summary.n for summary in summaries.values())
    normal = bool(summaries) and all(summary.is_normal for summary in summaries.values())
    if len(samples) == 2:
        one, other = samples.values()
        of_two = mann_whitney(list(one), list(other), what=what)
        rank: MannWhitney | KruskalWallis = of_two
        name, statistic, df, p = "Mann-Whitney U", min(of_two.u_1, of_two.u_2), nan, of_two.p
        p_exact = of_two.p_exact
    else:
        rank = several = kruskal_wallis(values, groups, group_order=group_order, what=what)
        name, statistic, df, p = "Kruskal-Wallis", several.h, float(several.df), several.p
        p_exact = nan
    reason = "Rank test."
    if p != p:
        name, reason = "none", rank.note
    return NumericComparison(name, statistic, df, p, normal, summaries, missing, reason, rank.note, p_exact)
