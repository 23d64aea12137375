"""How a group's values are described in a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import nan

import numpy as np

from HER2LowMRILib.core.statistics.inputs import numbers

NORMALITY_ALPHA = 0.05


@dataclass(frozen=True)
class NumericSummary:
    """One group's values of one variable.

    Attributes
    ----------
    n, missing : int
    mean, sd, median, q1, q3, minimum, maximum : float
        Quartiles at (n + 1) p, as SPSS (HAVERAGE) and R's type 6.
    skewness, kurtosis : float
        Bias-corrected G1 and excess G2, as SPSS.
    shapiro_p : float
        Shapiro-Wilk test of normality; NaN below 3 values or without spread.
    note : str
    """

    n: int
    missing: int
    mean: float
    sd: float
    median: float
    q1: float
    q3: float
    minimum: float
    maximum: float
    skewness: float
    kurtosis: float
    shapiro_p: float
    note: str = ""

    @property
    def is_normal(self) -> bool:
        """Whether Shapiro-Wilk does not reject normality at 0.05; False where it could not be tested."""
        return self.shapiro_p >= NORMALITY_ALPHA


def summarize(values: Iterable[object], what: str = "values") -> NumericSummary:
    """Summary of the numbers that are there.

    Parameters
    ----------
    values : iterable of numbers, missing ones as None or NaN
    what : str
        The variable's name, for messages.
    """
    found = numbers(values, what)
    x = np.sort(found[np.isfinite(found)])
    return _described(x.tobytes(), int(len(found) - len(x)))


# The tables of three groups and of each pair describe the same groups.
@lru_cache(maxsize=1024)
def _described(sorted_values: bytes, missing: int) -> NumericSummary:
    from scipy import stats

    x = np.frombuffer(sorted_values)
    n = len(x)
    if n == 0:
        return NumericSummary(0, missing, *(nan,) * 10, note="No values.")
    # method="weibull" is (n + 1) p; numpy keeps it inside the data where SPSS leaves a blank.
    q1, median, q3 = np.quantile(x, (0.25, 0.5, 0.75), method="weibull")
    spread = x[-1] > x[0]
    note = "" if spread or n == 1 else "All values are equal."
    return NumericSummary(
        n=n,
        missing=missing,
        mean=float(x.mean()),
        sd=float(x.std(ddof=1)) if n > 1 else nan,
        median=float(median),
        q1=float(q1),
        q3=float(q3),
        minimum=float(x[0]),
        maximum=float(x[-1]),
        skewness=float(stats.skew(x, bias=False)) if spread and n > 2 else nan,
        kurtosis=float(stats.kurtosis(x, bias=False)) if spread and n > 3 else nan,
        shapiro_p=float(stats.shapiro(x).pvalue) if spread and 3 <= n <= 5000 else nan,
        note="Only one value." if n == 1 else note,
    )
