"""Whether estimates of several sites differ by more than chance: Cochran's Q and Higgins' I2."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np


@dataclass(frozen=True)
class Heterogeneity:
    """How much estimates of the same thing differ.

    Attributes
    ----------
    q : float
        Cochran's Q; chi-squared with ``df`` degrees of freedom when all sites have one true value.
    df : int
        Estimates less one.
    p : float
    i2_percent : float
        Share of the variation that is not chance [%].
    """

    q: float
    df: int
    p: float
    i2_percent: float


def heterogeneity(estimates: Sequence[float], standard_errors: Sequence[float]) -> Heterogeneity:
    """Compare estimates, each with its standard error.

    Parameters
    ----------
    estimates, standard_errors : sequence of float
        Those without a value, or without an error above 0, are left out.

    Notes
    -----
    Cochran, Biometrics 1954;10:101 (doi 10.2307/3001666); Higgins & Thompson, Stat Med 2002;21:1539
    (doi 10.1002/sim.1186).
    """
    from scipy import stats

    values, errors = np.asarray(estimates, float), np.asarray(standard_errors, float)
    usable = np.isfinite(values) & np.isfinite(errors) & (errors > 0)
    values, weights = values[usable], errors[usable] ** -2.0
    df = len(values) - 1
    if df < 1:
        return Heterogeneity(nan, max(df, 0), nan, nan)
    centre = float((weights * values).sum() / weights.sum())
    q = float((weights * (values - centre) ** 2).sum())
    i2 = max(0.0, 100 * (q - df) / q) if q > 0 else 0.0
    return Heterogeneity(q, df, float(stats.chi2.sf(q, df)), i2)
