"""Areas under the ROC curve of several readers of the same cases: Obuchowski and Rockette, Dorfman, Berbaum and Metz.

A *predictor* here is what those papers call a treatment or modality: a descriptor, a feature, a model. Readers and
cases are both a sample of others, so that an interval speaks for readers who were not in the study.
"""

from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.delong import components
from HER2LowMRILib.core.statistics.proportions import Z95

# How the covariances of the areas are estimated: the first as Obuchowski and Rockette's method is used today, the
# second is that of Dorfman, Berbaum and Metz (Hillis et al. 2005 showed that theirs is the first with this estimate).
METHODS = ("delong", "jackknife")
METHOD_WORDS = {"delong": "Obuchowski-Rockette", "jackknife": "Dorfman-Berbaum-Metz"}


@dataclass(frozen=True)
class ReaderAreas:
    """Areas of every predictor and reader, and how they vary together.

    Attributes
    ----------
    areas : ndarray, shape (predictors, readers)
    covariance : ndarray, shape (predictors, readers, predictors, readers)
        Of the areas, by the cases.
    """

    areas: np.ndarray
    covariance: np.ndarray

    @property
    def components(self) -> tuple[float, float, float, float]:
        """Error variance and the covariances of two predictors of one reader, two readers of one, and of both."""
        predictors, readers = self.areas.shape
        same_predictor = np.eye(predictors, dtype=bool)[:, None, :, None]
        same_reader = np.eye(readers, dtype=bool)[None, :, None, :]
        found = []
        for predictor in (True, False):
            for reader in (True, False):
                chosen = (same_predictor == predictor) & (same_reader == reader)
                values = self.covariance[np.broadcast_to(chosen, self.covariance.shape)]
                found.append(float(values.mean()) if values.size else nan)
        variance, cov2, cov1, cov3 = found
        return variance, cov1, cov2, cov3


@dataclass(frozen=True)
class AverageArea:
    """Area of one predictor, mean over the readers.

    Attributes
    ----------
    area : float
    se, df, ci_low, ci_high : float
        For readers and cases like these (random readers, random cases), with Student's t.
    fixed_se, fixed_low, fixed_high : float
        For these readers and cases like these.
    note : str
    """

    area: float
    se: float
    df: float
    ci_low: float
    ci_high: float
    fixed_se: float
    fixed_low: float
    fixed_high: float
    note: str = ""


@dataclass(frozen=True)
class AreaComparison:
    """Mean areas of two predictors compared.

    Attributes
    ----------
    difference : float
        First minus second.
    se, df, f, p, ci_low, ci_high : float
        Random readers and cases; F has 1 and ``df`` degrees of freedom.
    fixed_se, fixed_p, fixed_low, fixed_high : float
        These readers, random cases.
    note : str
    """

    difference: float
    se: float
    df: float
    f: float
    p: float
    ci_low: float
    ci_high: float
    fixed_se: float
    fixed_p: float
    fixed_low: float
    fixed_high: float
    note: str = ""


def reader_areas(scores: np.ndarray, positive: np.ndarray, method: str = "delong") -> ReaderAreas:
    """Areas of every reader with every predictor, all of the same cases.

    Parameters
    ----------
    scores : ndarray, shape (predictors, readers, n)
        Complete, higher for the positive class.
    positive : ndarray of bool, shape (n,)
    method : {"delong", "jackknife"}

    Raises
    ------
    AnalysisError
        When a score is missing, or a class has fewer than two cases.

    Notes
    -----
    DeLong, DeLong & Clarke-Pearson 1988 (doi 10.2307/2531595); jackknife as in Dorfman, Berbaum & Metz 1992
    (doi 10.1097/00004424-199209000-00015).
    """
    scores, positive = np.asarray(scores, dtype=float), np.asarray(positive, dtype=bool)
    if method not in METHODS:
        raise AnalysisError(
            "The readers' areas cannot be compared", needed=" or ".join(METHODS), found=method
        )
    if not np.isfinite(scores).all():
        raise AnalysisError(
            "The readers' areas cannot be compared",
            needed="a value of every reader in every case",
            found="gaps",
        )
    n1, n0 = int(positive.sum()), int((~positive).sum())
    if min(n1, n0) < 2:
        raise AnalysisError(
            "The readers' areas cannot be compared",
            needed="2 cases of either group",
            found=f"{n1} and {n0}",
        )
    predictors, readers, n = scores.shape
    areas, parts = np.empty((predictors, readers)), np.empty((predictors * readers, n))
    for i in range(predictors):
        for j in range(readers):
            areas[i, j], v10, v01 = components(scores[i, j], positive)
            parts[i * readers + j, positive] = v10
            parts[i * readers + j, ~positive] = v01
    if method == "delong":
        covariance = _cov(parts[:, positive]) / n1 + _cov(parts[:, ~positive]) / n0
    else:
        covariance = _cov(_pseudovalues(areas.ravel(), parts, positive)) / n
    return ReaderAreas(areas, covariance.reshape(predictors, readers, predictors, readers))


def _pseudovalues(areas: np.ndarray, parts: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """What each case adds to each area, from the areas without it; shape (areas, n)."""
    n1, n0 = int(positive.sum()), int((~positive).sum())
    size = np.where(positive, n1, n0)
    without = (size * areas[:, None] - parts) / (size - 1)
    n = n1 + n0
    return n * areas[:, None] - (n - 1) * without


def _cov(values: np.ndarray) -> np.ndarray:
    return np.atleast_2d(np.cov(values))


def average_area(found: ReaderAreas, predictor: int) -> AverageArea:
    """Mean area of one predictor with its limits, from its own readers and covariances alone.

    Notes
    -----
    Degrees of freedom of Hillis 2007 (doi 10.1002/sim.2532): random readers and cases. The limits are not cut to
    0 to 1 in the arithmetic, and are cut in what is returned.
    """
    areas = found.areas[predictor]
    readers = len(areas)
    own = found.covariance[predictor, :, predictor, :]
    variance, covariance = float(np.diag(own).mean()), _off_diagonal(own)
    mean = float(areas.mean())
    fixed = sqrt(max(variance + (readers - 1) * max(covariance, 0.0), 0.0) / readers)
    low, high = mean - Z95 * fixed, mean + Z95 * fixed
    if readers < 2:
        return AverageArea(
            mean, nan, nan, nan, nan, fixed, *_cut(low, high), "One reader says nothing of other readers."
        )
    spread = float(areas.var(ddof=1))
    error = spread + readers * max(covariance, 0.0)
    se = sqrt(error / readers)
    df = error**2 / (spread**2 / (readers - 1)) if spread > 0 else inf
    half = _t(df) * se
    return AverageArea(mean, se, df, *_cut(mean - half, mean + half), fixed, *_cut(low, high), _few(df))


def compare_areas(found: ReaderAreas, first: int, second: int) -> AreaComparison:
    """Mean areas of two predictors by the same readers.

    Notes
    -----
    Obuchowski & Rockette 1995 (doi 10.1080/03610919508813243) with the degrees of freedom of Hillis 2007.
    """
    pair = ReaderAreas(
        found.areas[[first, second]], found.covariance[np.ix_((first, second), range(found.areas.shape[1]))]
        [:, :, (first, second), :]
    )  # fmt: skip
    return compare_from_components(pair.areas, *pair.components)


def compare_from_components(
    areas: np.ndarray, variance: float, cov1: float, cov2: float, cov3: float
) -> AreaComparison:
    """Two predictors from their areas and the error components, as they are published.

    Parameters
    ----------
    areas : ndarray, shape (2, readers)
    variance, cov1, cov2, cov3 : float
        See `ReaderAreas.components`.
    """
    from scipy.special import fdtrc, ndtr

    _, readers = areas.shape
    difference = float(areas[0].mean() - areas[1].mean())
    apart = max(cov2 - cov3, 0.0) if readers > 1 else 0.0
    fixed = sqrt(max(2 / readers * (variance - cov1 + (readers - 1) * apart), 0.0))
    fixed_p = float(2 * ndtr(-abs(difference) / fixed)) if fixed > 0 else nan
    by_fixed = (fixed, fixed_p, difference - Z95 * fixed, difference + Z95 * fixed)
    if readers < 2:
        return AreaComparison(
            difference, nan, nan, nan, nan, nan, nan, *by_fixed, "One reader says nothing of other readers."
        )
    between = float((areas[0] - areas[1]).var(ddof=1) / 2)
    error = between + readers * apart
    if error <= 0:
        return AreaComparison(
            difference, 0.0, nan, nan, nan, nan, nan, *by_fixed, "The readers differ by the same."
        )
    df = error**2 / (between**2 / (readers - 1)) if between > 0 else inf
    f = readers * difference**2 / 2 / error
    p = float(fdtrc(1, df, f)) if df < 1e6 else float(2 * ndtr(-sqrt(f)))
    se = sqrt(2 / readers * error)
    half = _t(df) * se
    return AreaComparison(difference, se, df, f, p, difference - half, difference + half, *by_fixed, _few(df))


def _off_diagonal(matrix: np.ndarray) -> float:
    outside = matrix[~np.eye(len(matrix), dtype=bool)]
    return float(outside.mean()) if outside.size else 0.0


def _t(df: float) -> float:
    from scipy.special import stdtrit

    return Z95 if df > 1e6 else float(stdtrit(df, 0.975))


def _cut(low: float, high: float) -> tuple[float, float]:
    return max(low, 0.0), min(high, 1.0)


def _few(df: float) -> str:
    return "Too few readers to speak of others: fewer than 5 degrees of freedom." if df < 5 else ""
