"""P values of many tests, corrected for their number."""

from collections.abc import Sequence

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.inputs import numbers

METHODS = ("bh", "holm", "hochberg", "bonferroni", "by")


def adjust(p_values: Sequence[float], method: str = "bh") -> np.ndarray:
    """Adjusted p (or q) values, in the order given; tests without a p stay NaN and do not count.

    Parameters
    ----------
    p_values : sequence of float, 0 to 1 or NaN
    method : {"bh", "holm", "hochberg", "bonferroni", "by"}
        Benjamini-Hochberg's false discovery rate (1995, doi 10.1111/j.2517-6161.1995.tb02031.x), or bounds on
        the chance of any false finding.

    Raises
    ------
    AnalysisError
        If a p value lies outside 0 to 1 or the method is unknown.
    """
    if method not in METHODS:
        raise AnalysisError("P values cannot be adjusted", needed=", ".join(METHODS), found=repr(method))
    p = numbers(p_values, "p values")
    there = np.isfinite(p)
    if ((p[there] < 0) | (p[there] > 1)).any():
        raise AnalysisError(
            "P values cannot be adjusted", needed="values from 0 to 1", found="a value outside"
        )
    out = np.full(len(p), np.nan)
    if there.any():
        out[there] = _adjusted(p[there], method)
    return out


def _adjusted(p: np.ndarray, method: str) -> np.ndarray:
    if method in ("bh", "by"):
        from scipy.stats import false_discovery_control

        return false_discovery_control(p, method=method)
    # statsmodels has these three, but collects garbage at every call: 20 ms each, for hundreds of families.
    n = len(p)
    if method == "bonferroni":
        return np.minimum(n * p, 1.0)
    order = np.argsort(p, kind="stable")
    stepped = p[order] * np.arange(n, 0, -1)
    down = method == "holm"
    stepped = np.maximum.accumulate(stepped) if down else np.minimum.accumulate(stepped[::-1])[::-1]
    out = np.empty(n)
    out[order] = np.minimum(stepped, 1.0)
    return out
