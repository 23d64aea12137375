"""How many cases a study needs for an AUC, a kappa or an ICC."""

from math import ceil, exp, sqrt

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.proportions import Z95

# Obuchowski's variance of an AUC of 0.5, times the number of cases, for one control a case.
_NULL_VARIANCE = 0.0792
# Interval that is asked for: a narrower one needs more cases than there are.
_NARROWEST = 1e-4


def cases_for_auc(area: float, power: float = 0.8, ratio: float = 1.0) -> tuple[float, float]:
    """Positive and negative cases with which an AUC differs from 0.5 at p < .05, two-sided.

    Parameters
    ----------
    area : float
        Expected AUC, above 0.5 and below 1.
    power : float
    ratio : float
        Negative cases for each positive one.

    Returns
    -------
    positive, negative : float
        Not yet whole.

    Notes
    -----
    Obuchowski, Lieber & Wians 2004 (doi 10.1373/clinchem.2004.031823), as pROC's power.roc.test computes it.
    """
    from scipy.special import ndtri

    _inside("the AUC", area, 0.5, 1.0)
    _inside("the power", power, 0.0, 1.0)
    _inside("the ratio of the groups", ratio, 1e-3, 1e3)
    a = float(ndtri(area)) * 1.414
    spread = 0.0099 * exp(-(a**2) / 2) * ((5 * a**2 + 8) + (a**2 + 8) / ratio)
    null = _NULL_VARIANCE * (1 + 1 / ratio)
    positive = ((Z95 * sqrt(null) + float(ndtri(power)) * sqrt(spread)) / (area - 0.5)) ** 2
    return positive, ratio * positive


def cases_for_auc_difference(
    first: float, second: float, correlation: float = 0.5, power: float = 0.8, ratio: float = 1.0
) -> tuple[float, float]:
    """Positive and negative cases with which two AUCs of the same cases differ at p < .05, two-sided.

    Parameters
    ----------
    first, second : float
        Expected AUCs, 0.5 to below 1, not the same.
    correlation : float
        Of the two markers, in the positive and in the negative cases alike: 0 to below 1.
    power : float
    ratio : float
        Negative cases for each positive one.

    Returns
    -------
    positive, negative : float
        Not yet whole.

    Notes
    -----
    For DeLong's test (1988, doi 10.2307/2531595): its variance is that of two Mann-Whitney statistics, which for
    normal markers are probabilities of a bivariate normal distribution (Bamber 1975, doi
    10.1016/0022-2496(75)90001-2).
    """
    for area in (first, second):
        _inside("the AUC", area, 0.4999, 1.0)
    _inside("the correlation of the markers", correlation, -1e-9, 1.0)
    _inside("the ratio of the groups", ratio, 1e-3, 1e3)
    own = _together(first, first, 1.0) + _together(second, second, 1.0)
    spread = (own - 2 * _together(first, second, correlation)) * (1 + 1 / ratio)
    return cases_for_difference(first - second, spread, power, ratio)


def cases_for_difference(
    difference: float, spread: float, power: float = 0.8, ratio: float = 1.0
) -> tuple[float, float]:
    """Positive and negative cases for a difference of AUCs whose variance times the positive cases is ``spread``.

    Parameters
    ----------
    difference : float
        Not 0.
    spread : float
        As of a study so far: DeLong's variance of the difference times its positive cases.
    power, ratio : float
        As in `cases_for_auc_difference`.
    """
    from scipy.special import ndtri

    _inside("the power", power, 0.0, 1.0)
    if difference == 0:
        raise AnalysisError(
            "The sample size cannot be computed", needed="two AUCs that differ", found="the same twice"
        )
    positive = ((Z95 + float(ndtri(power))) / difference) ** 2 * spread
    return positive, ratio * positive


def _together(first: float, second: float, correlation: float) -> float:
    """Covariance of two AUCs of normal markers by the cases of one group, times their number."""
    from scipy.special import ndtri
    from scipy.stats import multivariate_normal

    # Two differences of a case and a control that share the case: half the correlation of the markers.
    both = multivariate_normal(cov=[[1, correlation / 2], [correlation / 2, 1]])
    return float(both.cdf([float(ndtri(first)), float(ndtri(second))])) - first * second


def auc_standard_error(area: float, positive: int, negative: int) -> float:
    """Standard error of an AUC by Hanley & McNeil (1982, doi 10.1148/radiology.143.1.7063747).

    Parameters
    ----------
    area : float
    positive, negative : int
    """
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (positive - 1) * (q1 - area**2) + (negative - 1) * (q2 - area**2)
    return sqrt(spread / (positive * negative))


def cases_for_auc_interval(area: float, width: float, ratio: float = 1.0) -> tuple[int, int]:
    """Fewest positive and negative cases with which the 95 % interval of an AUC is at most ``width`` wide.

    Parameters
    ----------
    area : float
        Expected AUC, 0.5 to below 1.
    width : float
        From limit to limit.
    ratio : float
        Negative cases for each positive one.
    """
    _inside("the AUC", area, 0.4999, 1.0)
    _inside("the width", width, _NARROWEST, 1.0)
    _inside("the ratio of the groups", ratio, 1e-3, 1e3)

    def wide(positive: int) -> bool:
        return 2 * Z95 * auc_standard_error(area, positive, max(ceil(ratio * positive), 1)) > width

    high = 2
    while wide(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if wide(middle) else (low, middle)
    return high, max(ceil(ratio * high), 1)


def cases_for_icc(icc: float, width: float, readers: int = 2) -> int:
    """Cases with which the 95 % interval of an ICC is about ``width`` wide.

    Parameters
    ----------
    icc : float
        Expected, 0 to below 1.
    width : float
        From limit to limit.
    readers : int
        Readings of each case.

    Notes
    -----
    Bonett 2002, doi 10.1002/sim.1108, equation 3: 8 z2 (1 - r)2 (1 + (k - 1) r)2 / (k (k - 1) w2) + 1.
    """
    _inside("the ICC", icc, -1e-9, 1.0)
    _inside("the width", width, _NARROWEST, 2.0)
    _inside("the number of readers", readers, 1, 1000)
    k = readers
    return ceil(8 * Z95**2 * (1 - icc) ** 2 * (1 + (k - 1) * icc) ** 2 / (k * (k - 1) * width**2) + 1)


def cases_for_kappa(kappa: float, share: float, width: float) -> int:
    """Cases with which the 95 % interval of a yes/no descriptor's kappa is at most ``width`` wide.

    Parameters
    ----------
    kappa : float
        Expected, 0 to below 1.
    share : float
        Of the yes, the same for both readers.
    width : float
        From limit to limit.

    Notes
    -----
    Standard error of Fleiss, Cohen & Everitt 1969 (doi 10.1037/h0028106) on the table that kappa and share make.
    """
    _inside("kappa", kappa, -1e-9, 1.0)
    _inside("the share", share, 1e-3, 1 - 1e-3)
    _inside("the width", width, _NARROWEST, 2.0)
    apart = share * (1 - share) * (1 - kappa)
    table = np.array([[share - apart, apart], [apart, 1 - share - apart]])
    chance = share**2 + (1 - share) ** 2
    observed = 1 - 2 * apart
    weight = np.array([share, 1 - share])
    inner = np.eye(2) * (1 - chance) - (weight[:, None] + weight[None, :]) * (1 - observed)
    spread = (table * inner**2).sum() - (observed * chance - 2 * chance + observed) ** 2
    return ceil((2 * Z95 / width) ** 2 * spread / (1 - chance) ** 4)


def cases_for_predictors(predictors: int) -> int:
    """Cases of the smaller group for a logistic model: 10 events for each predictor.

    Parameters
    ----------
    predictors : int
    """
    _inside("the number of predictors", predictors, 0, 1000)
    return 10 * predictors


def _inside(what: str, value: float, low: float, high: float) -> None:
    if not low < value < high:
        raise AnalysisError(
            "The sample size cannot be computed",
            needed=f"{what} between {max(low, 0):g} and {high:g}",
            # A float cannot hold a whole number of a thousand digits.
            found=str(value)[:20] if isinstance(value, int) else f"{value:g}",
        )
