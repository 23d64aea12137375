"""The seven first-order statistics of a sample, as the IBSI defines them where it does."""

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError

_EDGE = 1e-5
"""A value this part of a bin below an edge lies on the edge: 0.35 stored as float32 is 0.34999999."""


def percentile(values: np.ndarray, percent: float) -> float:
    """Percentile with linear interpolation between order statistics (type 7 of Hyndman and Fan).

    Source: Hyndman & Fan, Am Stat 1996;50:361-365, doi:10.1080/00031305.1996.10473566.
    """
    return float(np.percentile(values, percent, method="linear"))


def skewness(values: np.ndarray) -> float:
    """Skewness g1 = m3 / m2^1.5 with population moments; 0 for a constant sample (IBSI KE2A)."""
    deviation = values - values.mean()
    square = deviation * deviation
    variance = square.mean()
    return float((square * deviation).mean() / variance**1.5) if _varies(values, variance) else 0.0


def excess_kurtosis(values: np.ndarray) -> float:
    """Excess kurtosis m4 / m2^2 - 3 with population moments; 0 for a constant sample (IBSI IPH6)."""
    square = (values - values.mean()) ** 2
    variance = square.mean()
    return float((square * square).mean() / variance**2 - 3) if _varies(values, variance) else 0.0


def _varies(values: np.ndarray, variance: float) -> bool:
    # The mean of equal numbers can differ from them in the last bit; that is no variance.
    return variance > 0 and bool(values.min() < values.max())


def entropy(values: np.ndarray, bin_width: float) -> float:
    """Entropy in bits of the values in bins of fixed width that start at 0 (IBSI TLU2, fixed bin size).

    Parameters
    ----------
    values : ndarray
        Finite values [any unit].
    bin_width : float
        [the unit of the values].

    Returns
    -------
    float
        -sum p log2 p over the bins floor(value / bin_width).

    Raises
    ------
    HER2LowMRIError
        When the bin is wider than the range of the values: their entropy would be that of one bin, 0,
        whatever the tissue is.
    """
    if not bin_width > 0:
        raise HER2LowMRIError(
            "The entropy has no value", needed="a bin width above 0", found=f"{bin_width:g}"
        )
    span = float(values.max() - values.min()) if values.size else 0.0
    if span < bin_width:
        raise HER2LowMRIError(
            "The entropy has no value",
            needed=f"values that span at least one bin of {bin_width:g}",
            found=f"{values.size} voxels with a range of {span:.3g}",
            todo="Check the unit of the map, or state a smaller bin width.",
        )
    return _entropy_of_bins(np.floor(values / bin_width + _EDGE).astype(np.int64))


def entropy_fixed_number(values: np.ndarray, bins: int) -> float:
    """Entropy in bits of the values in a fixed number of bins from their minimum to their maximum.

    IBSI TLU2 with fixed bin number. The bins differ from lesion to lesion, and one outlier moves all of them:
    for comparison with work that used them, never the default.
    Source: Duron et al., PLoS ONE 2019;14:e0213459, doi:10.1371/journal.pone.0213459.

    Parameters
    ----------
    values : ndarray
        Finite values [any unit].
    bins : int
        Number of bins, 2 or more.
    """
    if bins < 2:
        raise HER2LowMRIError("The entropy has no value", needed="2 bins or more", found=f"{bins}")
    low, high = float(values.min()), float(values.max())
    if not low < high:
        raise HER2LowMRIError(
            "The entropy has no value", needed="values that differ", found=f"{values.size} equal values"
        )
    return _entropy_of_bins(
        np.minimum(np.floor(bins * (values - low) / (high - low)), bins - 1).astype(np.int64)
    )


def _entropy_of_bins(bins: np.ndarray) -> float:
    counts = np.unique(bins, return_counts=True)[1]
    p = counts / bins.size
    return float(-(p * np.log2(p)).sum())
