"""Area under the ROC curve with DeLong's variance, and comparisons of two areas."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np

from HER2LowMRILib.core.statistics.inputs import numbers, same_length
from HER2LowMRILib.core.statistics.proportions import Z95, logit_limits
from HER2LowMRILib.core.statistics.roc import MarkerCases, oriented

# Below this many cases in a group an interval would mean nothing.
MIN_GROUP = 5


@dataclass(frozen=True)
class AucResult(MarkerCases):
    """Area under one ROC curve.

    Attributes
    ----------
    auc : float
    variance, se : float
        DeLong's.
    ci_low, ci_high : float
        95 % limits on the logit scale: they stay inside 0 to 1 and keep their coverage at 35 v 45 cases.
    plain_low, plain_high : float
        auc -+ 1.96 se, cut to 0 to 1, as pROC prints.
    """

    auc: float
    variance: float
    se: float
    ci_low: float
    ci_high: float
    plain_low: float
    plain_high: float


@dataclass(frozen=True)
class AucDifference:
    """Two areas compared.

    Attributes
    ----------
    auc_a, auc_b, difference : float
        difference = a - b.
    ci_low, ci_high : float
        95 % limits of the difference.
    z, p : float
        DeLong's test; z has the sign of a - b.
    covariance : float
        Of the two areas; 0 when unpaired.
    n_positive, n_negative : int
        Cases with both markers (unpaired: of both samples together).
    missing : int
    note : str
    """

    auc_a: float
    auc_b: float
    difference: float
    ci_low: float
    ci_high: float
    z: float
    p: float
    covariance: float
    n_positive: int
    n_negative: int
    missing: int
    note: str = ""


def auc(
    scores: Sequence[object] | np.ndarray, positive: Sequence[object] | np.ndarray, direction: str = "auto"
) -> AucResult:
    """AUC and its 95 % limits.

    Parameters
    ----------
    scores : sequence of numbers, missing ones as None or NaN
    positive : sequence of bool
    direction : {"higher", "lower", "auto"}
        See ``roc.oriented``.

    Notes
    -----
    DeLong, DeLong & Clarke-Pearson 1988 (doi 10.2307/2531595) by the midranks of Sun & Xu 2014
    (doi 10.1109/LSP.2014.2337313). With an AUC of exactly 1 the variance is 0; the limit given then is
    Clopper-Pearson's for min(m, n) concordant pairs out of as many, which is never too narrow because so
    many pairs
    share no case.
    """
    x, y, cases = oriented(scores, positive, direction)
    n1, n0 = cases.n_positive, cases.n_negative
    gap = f"{cases.missing} cases without a value were left out." if cases.missing else ""

    def result(note: str, *figures: float) -> AucResult:
        return AucResult(*figures, **vars(replace(cases, note=f"{note} {gap}".strip())))

    if n1 == 0 or n0 == 0:
        return result("One of the two groups is empty.", *(nan,) * 7)
    area, v10, v01 = components(x, y)
    if n1 < 2 or n0 < 2:
        return result("A group has one case: no interval.", area, *(nan,) * 6)
    variance = float(v10.var(ddof=1) / n1 + v01.var(ddof=1) / n0)
    se = sqrt(variance)
    plain = (max(area - Z95 * se, 0.0), min(area + Z95 * se, 1.0))
    limits, note = _limits(area, se, min(n1, n0))
    if x.min() == x.max():
        limits, note = (nan, nan), "The marker has the same value in every case: it cannot separate anything."
    elif min(n1, n0) < MIN_GROUP:
        limits, note = (nan, nan), f"Fewer than {MIN_GROUP} cases in a group: no interval."
    return result(note, area, variance, se, *limits, *plain)


def compare_paired(
    scores_a: Sequence[object] | np.ndarray,
    scores_b: Sequence[object] | np.ndarray,
    positive: Sequence[object] | np.ndarray,
    direction_a: str = "auto",
    direction_b: str = "auto",
) -> AucDifference:
    """DeLong's test of two markers on the same cases.

    Parameters
    ----------
    scores_a, scores_b : sequence of numbers
        Only cases with both are used.
    positive : sequence of bool
    direction_a, direction_b : {"higher", "lower", "auto"}

    Notes
    -----
    Not valid for nested models fitted to these cases (Demler 2012, doi 10.1002/sim.5328): use the
    likelihood ratio
    test there, and read this p beside it.
    """
    same_length("the comparison of ROC curves", scores_a, scores_b, positive)
    a, b = numbers(scores_a, "marker a"), numbers(scores_b, "marker b")
    both = np.isfinite(a) & np.isfinite(b)
    missing = int((~both).sum())
    y_all = np.asarray(positive)[both]
    a, y, _ = oriented(a[both], y_all, direction_a)
    b, _, _ = oriented(b[both], y_all, direction_b)
    n1, n0 = int(y.sum()), int((~y).sum())
    if n1 < 2 or n0 < 2:
        return AucDifference(
            *(nan,) * 8, n1, n0, missing, "A group has fewer than 2 cases with both markers."
        )
    area_a, v10_a, v01_a = components(a, y)
    area_b, v10_b, v01_b = components(b, y)
    s = np.cov(v10_a, v10_b) / n1 + np.cov(v01_a, v01_b) / n0
    # The variance of the difference from the differences themselves: exact 0 for markers that rank alike.
    variance = float((v10_a - v10_b).var(ddof=1) / n1 + (v01_a - v01_b).var(ddof=1) / n0)
    return _difference(area_a, area_b, variance, float(s[0, 1]), n1, n0, missing)


def components(x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """AUC and the structural components V10 (positives) and V01 (negatives)."""
    from scipy.stats import rankdata

    n1, n0 = int(y.sum()), int((~y).sum())
    pooled = rankdata(x)
    v10 = (pooled[y] - rankdata(x[y])) / n0
    v01 = 1 - (pooled[~y] - rankdata(x[~y])) / n1
    # Twice a rank sum is a whole number, so an area of 1 is exactly 1.
    area = float((2 * pooled[y].sum() - n1 * (n1 + 1)) / (2 * n1 * n0))
    return area, v10, v01


def _limits(area: float, se: float, pairs: int) -> tuple[tuple[float, float], str]:
    if area in (0.0, 1.0):
        bound = 0.025 ** (1 / pairs)
        limits = (bound, 1.0) if area == 1.0 else (0.0, 1 - bound)
        return limits, f"The groups do not overlap; limits are Clopper-Pearson's for {pairs} pairs."
    if se == 0.0:
        return (nan, nan), "The variance of the AUC is 0: no interval."
    return logit_limits(area, se), ""


def _difference(
    a: float, b: float, variance: float, covariance: float, n1: int, n0: int, missing: int
) -> AucDifference:
    from scipy.stats import norm

    difference = a - b
    if variance < 1e-20:
        same = abs(difference) < 1e-12
        note = "Both rank the cases alike." if same else "The variance is 0: no test."
        p = 1.0 if same else nan
        return AucDifference(a, b, difference, nan, nan, nan, p, covariance, n1, n0, missing, note)
    se = sqrt(variance)
    z = difference / se
    p = float(2 * norm.sf(abs(z)))
    low, high = difference - Z95 * se, difference + Z95 * se
    return AucDifference(a, b, difference, low, high, z, p, covariance, n1, n0, missing)
