"""P values of many tests, corrected for their number."""

from collections.abc import Sequence

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.inputs import numbers

_STATSMODELS = {
    "bonferroni": "bonferroni",
    "holm": "holm",
    "hochberg": "simes-hochberg",
    "bh": "fdr_bh",
    "by": "fdr_by",
}


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
    if method not in _STATSMODELS:
        raise AnalysisError("P values cannot be adjusted", needed=", ".join(_STATSMODELS), found=repr(method))
    p = numbers(p_values, "p values")
    there = np.isfinite(p)
    if ((p[there] < 0) | (p[there] > 1)).any():
        raise AnalysisError(
            "P values cannot be adjusted", needed="values from 0 to 1", found="a value outside"
        )
    out = np.full(len(p), np.nan)
    if there.any():
        from statsmodels.stats.multitest import multipletests

        out[there] = multipletests(p[there], method=_STATSMODELS[method])[1]
    return out
