"""How far a measurement repeats itself: deviation within subjects, wCV, repeatability coefficient."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

# 1.96 times the square root of 2, as Bland & Altman and QIBA have it.
_OF_DIFFERENCES = 1.96 * sqrt(2)


@dataclass(frozen=True)
class Repeatability:
    """Repeats of one measurement in the same subjects.

    Attributes
    ----------
    mean : float
        Over subjects.
    within_sd, within_low, within_high : float
        Within-subject standard deviation with 95 % limits.
    coefficient, coefficient_low, coefficient_high : float
        Repeatability coefficient: two measurements of an unchanged subject differ by more in 5 %.
    wcv_percent, wcv_low, wcv_high : float
        Within-subject coefficient of variation [%]; NaN where a mean is not above 0.
    percent_coefficient : float
        Change [%] that is real at 95 %: 2.77 wCV.
    subjects, measurements, df : int
    note : str
    """

    mean: float
    within_sd: float
    within_low: float
    within_high: float
    coefficient: float
    coefficient_low: float
    coefficient_high: float
    wcv_percent: float
    wcv_low: float
    wcv_high: float
    percent_coefficient: float
    subjects: int
    measurements: int
    df: int
    note: str = ""


def repeatability(values: np.ndarray) -> Repeatability:
    """Within-subject variation of repeated measurements.

    Parameters
    ----------
    values : ndarray, shape (subjects, repeats)
        NaN where there is none; subjects with one measurement are left out and counted in the note.

    Notes
    -----
    Raunig et al. 2015 (QIBA, doi 10.1177/0962280214537344): variance within subjects pooled over their degrees of
    freedom, wCV as the root mean square of the subjects' own coefficients of variation, limits by the chi-squared
    distribution of the pooled variance. Bland & Altman 1996 (doi 10.1136/bmj.312.7047.1654).
    """
    from scipy.special import chdtri

    table = np.asarray(values, dtype=float)
    counts = np.isfinite(table).sum(axis=1)
    alone = int((counts == 1).sum())
    table, counts = table[counts > 1], counts[counts > 1]
    note = f"{alone} subjects were measured once and are left out." if alone else ""
    subjects, df = len(table), int((counts - 1).sum())
    if subjects < 2:
        return Repeatability(*(nan,) * 11, subjects, int(counts.sum()), df, f"{note} No repeats.".strip())
    means, variances = np.nanmean(table, axis=1), np.nanvar(table, axis=1, ddof=1)
    pooled = float((variances * (counts - 1)).sum() / df)
    within = sqrt(pooled)
    # From the wide to the narrow side of the distribution of the variance.
    low, high = (sqrt(df / float(chdtri(df, tail))) for tail in (0.025, 0.975))
    wcv = nan
    if (means > 0).all():
        wcv = 100 * sqrt(float((variances / means**2 * (counts - 1)).sum() / df))
    else:
        note = f"{note} No wCV: a mean is not above 0.".strip()
    coefficient = _OF_DIFFERENCES * within
    return Repeatability(
        float(means.mean()),
        within,
        within * low,
        within * high,
        coefficient,
        coefficient * low,
        coefficient * high,
        wcv,
        wcv * low,
        wcv * high,
        _OF_DIFFERENCES * wcv,
        subjects,
        int(counts.sum()),
        df,
        note,
    )
