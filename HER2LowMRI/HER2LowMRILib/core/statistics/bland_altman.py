"""Agreement of two readers in the unit of the measurement itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from HER2LowMRILib.core.statistics.icc import readings_matrix

# The customary 1.96, so that limits equal those of other software to the last digit.
Z95 = 1.96


@dataclass(frozen=True)
class BlandAltman:
    """Differences reader 1 - reader 2 of one measurement.

    Attributes
    ----------
    means, differences : ndarray, shape (n,)
        Of each complete case, for the plot.
    bias, bias_low, bias_high, bias_p : float
        Mean difference with its 95 % limits and t test.
    sd : float
        Standard deviation of the differences.
    loa_low, loa_high : float
        Limits of agreement, bias -+ 1.96 SD.
    loa_low_ci, loa_high_ci : tuple of float
        95 % limits of either limit of agreement (Bland & Altman 1999's approximate standard error).
    within_sd : float
        Within-subject standard deviation, sqrt(mean(d^2)/2).
    repeatability : float
        Repeatability (reproducibility) coefficient 1.96 sqrt(2) within_sd.
    wcv_percent : float
        Within-subject coefficient of variation [%], root mean square form of QIBA.
    n : int
    note : str
    """

    means: np.ndarray
    differences: np.ndarray
    bias: float
    bias_low: float
    bias_high: float
    bias_p: float
    sd: float
    loa_low: float
    loa_high: float
    loa_low_ci: tuple[float, float]
    loa_high_ci: tuple[float, float]
    within_sd: float
    repeatability: float
    wcv_percent: float
    n: int
    note: str = ""


def bland_altman(reader_1: Sequence[float], reader_2: Sequence[float]) -> BlandAltman:
    """Bias, limits of agreement and within-subject variation of two readers.

    Parameters
    ----------
    reader_1, reader_2 : array_like, shape (n,)
        The same measurement of the same cases. Cases with a gap are left out and counted in the note.

    Notes
    -----
    Bland & Altman 1986 (doi 10.1016/S0140-6736(86)90837-8) and 1999 (doi 10.1177/096228029900800204); wCV and
    repeatability as in the QIBA metrology papers (Raunig 2015, doi 10.1177/0962280214537344).
    """
    from scipy.special import stdtr, stdtrit

    table, left_out = readings_matrix(np.column_stack([_column(reader_1), _column(reader_2)]))
    n = len(table)
    means, d = table.mean(axis=1), table[:, 0] - table[:, 1]
    note = f"{left_out} cases without a value from both readers were left out." if left_out else ""
    if n < 2:
        gap = (nan, nan)
        note = f"{n} complete cases; at least 2 are needed. {note}".strip()
        return BlandAltman(means, d, nan, nan, nan, nan, nan, nan, nan, gap, gap, nan, nan, nan, n, note)
    bias, sd = float(d.mean()), float(d.std(ddof=1))
    t = float(stdtrit(n - 1, 0.975))
    se = sd / sqrt(n)
    if se > 0:
        p = float(2 * stdtr(n - 1, -abs(bias) / se))
    else:
        p = 1.0 if bias == 0 else nan
        same = "The readers' values are identical." if bias == 0 else "The difference never changes."
        note = f"{same} {note}".strip()
    low, high = bias - Z95 * sd, bias + Z95 * sd
    se_limit = sd * sqrt(1 / n + Z95**2 / (2 * (n - 1)))
    within = sqrt(float((d**2).mean()) / 2)
    if (means > 0).all():
        wcv = 100 * sqrt(float((d**2 / 2 / means**2).mean()))
    else:
        wcv = nan
        note = f"No wCV: it needs values above 0. {note}".strip()
    return BlandAltman(
        means=means,
        differences=d,
        bias=bias,
        bias_low=bias - t * se,
        bias_high=bias + t * se,
        bias_p=p,
        sd=sd,
        loa_low=low,
        loa_high=high,
        loa_low_ci=(low - t * se_limit, low + t * se_limit),
        loa_high_ci=(high - t * se_limit, high + t * se_limit),
        within_sd=within,
        repeatability=Z95 * sqrt(2) * within,
        wcv_percent=wcv,
        n=n,
        note=note,
    )


def largest_differences(reader_1: Sequence[float], reader_2: Sequence[float], count: int = 10) -> np.ndarray:
    """Indices of the ``count`` cases in which two readers differ most, the largest first; none with a gap."""
    from HER2LowMRILib.core.statistics.inputs import numbers

    distance = np.abs(numbers(reader_1, "reader 1") - numbers(reader_2, "reader 2"))
    order = np.argsort(-distance, kind="stable")
    return order[np.isfinite(distance[order])][:count]


def _column(values: Sequence[float]) -> np.ndarray:
    from HER2LowMRILib.core.statistics.inputs import numbers

    return numbers(values, "readings")
