"""Confidence limits of a proportion, such as sensitivity, and of what lies between 0 and 1 as an AUC does."""

from dataclasses import dataclass
from math import nan

from scipy.special import expit, logit

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Proportion:
    """A proportion with 95 % limits.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
    successes, n : int
    method : str
        "wilson" or "exact" (Clopper-Pearson).
    note : str
    """

    estimate: float
    ci_low: float
    ci_high: float
    successes: int
    n: int
    method: str = "wilson"
    note: str = ""


def proportion(successes: int, n: int, method: str = "wilson") -> Proportion:
    """Proportion with Wilson's (1927, doi 10.1080/01621459.1927.10502953) or Clopper-Pearson's 95 % limits.

    Parameters
    ----------
    successes, n : int
    method : {"wilson", "exact"}
    """
    if n == 0:
        return Proportion(nan, nan, nan, 0, 0, method, "No cases.")
    from scipy.stats import binomtest

    interval = binomtest(successes, n).proportion_ci(0.95, method=method)
    return Proportion(successes / n, float(interval.low), float(interval.high), successes, n, method)


def logit_limits(estimate: float, se: float) -> tuple[float, float]:
    """95 % limits on the logit scale, which stay between 0 and 1.

    Parameters
    ----------
    estimate : float
        Above 0 and below 1.
    se : float
        Its standard error.
    """
    half = Z95 * se / (estimate * (1 - estimate))
    return float(expit(logit(estimate) - half)), float(expit(logit(estimate) + half))
