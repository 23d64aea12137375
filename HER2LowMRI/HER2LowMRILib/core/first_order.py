"""The seven first-order statistics of a sample, as the IBSI defines them where it does, and the table of them.

A further statistic is a function and a line of `STATISTICS`; its columns, their dictionary, the panel and the analysis
follow from that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import Code

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
    # The mean of equal numbers can differ from them in the last bit; that is not variance.
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


@dataclass(frozen=True)
class Bins:
    """The bins of the entropy of one map.

    Attributes
    ----------
    width : float or None
        Width from 0 [unit of the map]; None with a fixed number of bins.
    number : int or None
        Fixed number of bins between minimum and maximum.
    text : str
        The width with its unit, for the definition.
    """

    width: float | None
    number: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Statistic:
    """One statistic of a VOI.

    Attributes
    ----------
    name : str
        Last part of its columns, e.g. "p5".
    label : str
        For people.
    definition, source : str
        One sentence with {m} for the map (and {w} for the width of the bins), and where it is from.
    code : Code
        Of DICOM or the IBSI.
    compute : callable
        (finite values, bins) -> number; raises HER2LowMRIError where there is none.
    unit : str or None
        "1", "bit"; None: that of the map.
    lowest : float or None
        No value of it lies below; None: that follows from the range of the map.
    ibsi : Code or None
        Of the IBSI, where ``code`` is another and the IBSI defines it.
    """

    name: str
    label: str
    definition: str
    source: str
    code: Code
    compute: Callable[[np.ndarray, Bins], float]
    unit: str | None = None
    lowest: float | None = None
    ibsi: Code | None = None

    def worded(self, label: str, bins: Bins) -> tuple[str, str]:
        """Return definition and source for a map and its bins."""
        if self is ENTROPY and bins.number is not None:
            return _FIXED_NUMBER.format(
                m=label, n=bins.number
            ), f"IBSI TLU2 with fixed bin number (K15C), {IBSI}"
        return self.definition.format(m=label, w=bins.text), self.source


def _entropy(values: np.ndarray, bins: Bins) -> float:
    if bins.number is not None:
        return entropy_fixed_number(values, bins.number)
    return entropy(values, bins.width if bins.width is not None else float("nan"))


IBSI = "Zwanenburg et al., Radiology 2020;295:328-338, doi:10.1148/radiol.2020191145"
_HYNDMAN = "Type 7 of Hyndman & Fan, Am Stat 1996;50:361-365, doi:10.1080/00031305.1996.10473566"
_PERCENTILE = (
    " percentile of {m} over the valid voxels of the VOI, linear interpolation between order statistics."
)
_FIXED_NUMBER = (
    "Entropy -sum p log2 p of {m} over the valid voxels of the VOI in {n} bins between the minimum and maximum of the "
    "VOI."
)
ENTROPY = Statistic(
    "entropy",
    "entropy",
    "Entropy -sum p log2 p, in bits, of {m} over the valid voxels of the VOI in bins of fixed width {w} that start at "
    "0; a value within 1e-5 of a bin below an edge counts as on the edge.",
    f"IBSI TLU2 with fixed bin size (Q3RU), {IBSI}",
    Code("IBSI", "TLU2", "Intensity Histogram Entropy"),
    _entropy,
    unit="bit",
    lowest=0.0,
)
STATISTICS = (
    Statistic(
        "mean",
        "mean",
        "Arithmetic mean of {m} over the valid voxels of the VOI.",
        f"IBSI Q4LE, {IBSI}",
        Code("SCT", "373098007", "Mean"),
        lambda values, _: float(values.mean()),
        ibsi=Code("IBSI", "Q4LE", "Mean Intensity"),
    ),
    Statistic(
        "median",
        "median",
        "Median of {m} over the valid voxels of the VOI.",
        f"IBSI Y12H, {IBSI}",
        Code("SCT", "373099004", "Median"),
        lambda values, _: percentile(values, 50),
        ibsi=Code("IBSI", "Y12H", "Median Intensity"),
    ),
    Statistic(
        "p5",
        "5th percentile",
        "5th" + _PERCENTILE,
        _HYNDMAN,
        Code("SCT", "371888009", "5th Percentile Value of population"),
        lambda values, _: percentile(values, 5),
    ),
    Statistic(
        "p95",
        "95th percentile",
        "95th" + _PERCENTILE,
        _HYNDMAN,
        Code("SCT", "371889001", "95th Percentile Value of population"),
        lambda values, _: percentile(values, 95),
    ),
    Statistic(
        "skewness",
        "skewness",
        "Skewness g1 = m3 / m2^1.5 of {m} over the valid voxels of the VOI, population moments, 0 if all are equal.",
        f"IBSI KE2A, {IBSI}",
        Code("DCM", "126051", "Skewness"),
        lambda values, _: skewness(values),
        unit="1",
        lowest=-inf,
        ibsi=Code("IBSI", "KE2A", "Intensity Skewness"),
    ),
    Statistic(
        "kurtosis",
        "kurtosis (excess)",
        "Excess kurtosis m4 / m2^2 - 3 of {m} over the valid voxels of the VOI, population moments, 0 if all "
        "are equal.",
        f"IBSI IPH6, {IBSI}",
        Code("DCM", "126052", "Kurtosis"),
        lambda values, _: excess_kurtosis(values),
        unit="1",
        lowest=-2.0,
        ibsi=Code("IBSI", "IPH6", "Excess Intensity Kurtosis"),
    ),
    ENTROPY,
)
"""The statistics of every map, in the order of their columns."""
