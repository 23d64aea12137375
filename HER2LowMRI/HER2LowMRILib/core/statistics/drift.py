"""Does somebody answer higher or lower than the others, looked at again and again while a study runs.

Each case gives one score: the mean over its questions of (this person's answer - the others'), every question scaled
to 0..1, those with little scatter counting more (weight 1 / (variance + 0.05)). Without drift the scores scatter around
0. They are tested after every ten cases by a t test of all scores so far, with the same limit at each look (Pocock,
Biometrika 1977;64:191, doi:10.1093/biomet/64.2.191), so that the chance of ever raising a false alarm in the whole
study is what was asked for.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

LOOK_EVERY = 10
# Of one person in a whole study: readers and adjudicator together stay below 5 %, also with weights that are
# estimated from the first ten cases.
FALSE_ALARMS = 0.015
# So that a question on which all agreed so far does not count for everything.
_LEAST_VARIANCE = 0.05


@dataclass(frozen=True)
class Look:
    """What was found after some cases.

    Attributes
    ----------
    cases : int
        Cases so far.
    difference : float
        Mean score so far, in points of a hundred: 10 is an answer that is "yes" in 10 % more of the cases.
    z : float
        Test statistic on the scale of the standard normal distribution.
    limit : float
        Above which |z| is an alarm.
    """

    cases: int
    difference: float
    z: float
    limit: float

    @property
    def is_alarm(self) -> bool:
        """Whether this is beyond chance."""
        return abs(self.z) > self.limit


def drift_looks(
    differences: np.ndarray, planned: int, *, false_alarms: float = FALSE_ALARMS, every: int = LOOK_EVERY
) -> tuple[Look, ...]:
    """Look after every ten cases.

    Parameters
    ----------
    differences : ndarray of float, shape (cases, questions)
        This person's answer minus the others', -1 to 1, cases in the order in which they were read. NaN where a
        question cannot be compared; a case without any is passed over.
    planned : int
        Cases of the whole study: so many looks there will be.
    false_alarms : float
        Chance of one or more alarms in the whole study when nobody drifts.
    every : int
        Cases from one look to the next.

    Returns
    -------
    tuple of Look
        Empty before the first look.
    """
    values = np.atleast_2d(np.asarray(differences, dtype=float))
    values = values[~np.isnan(values).all(axis=1)]
    looks = max(1, math.ceil(max(planned, len(values)) / every))
    limit = pocock_limit(looks, false_alarms)
    found = []
    for count in range(every, len(values) + 1, every):
        part = values[:count]
        found.append(Look(count, 100 * float(np.nanmean(part)), _z(_scores(part)), limit))
    return tuple(found)


def _scores(differences: np.ndarray) -> np.ndarray:
    """One score per case: the weighted mean over the questions that it has."""
    known = ~np.isnan(differences)
    filled = np.where(known, differences, 0.0)
    count = known.sum(axis=0)
    mean = filled.sum(axis=0) / np.maximum(count, 1)
    variance = (known * (filled - mean) ** 2).sum(axis=0) / np.maximum(count - 1, 1)
    weights = known / (variance + _LEAST_VARIANCE)
    return np.asarray((filled * weights).sum(axis=1) / weights.sum(axis=1))


def _z(values: np.ndarray) -> float:
    """One-sample t statistic as the normal deviate of the same tail."""
    spread = values.std(ddof=1)
    if spread == 0:
        # Every case differs by the very same amount; without any difference there is nothing to test.
        return math.copysign(math.inf, values[0]) if values[0] else 0.0
    t = values.mean() / (spread / math.sqrt(len(values)))
    tail = stats.t.logsf(abs(t), len(values) - 1)
    return float(math.copysign(-stats.norm.ppf(math.exp(max(tail, -700.0))), t))


@functools.lru_cache(maxsize=128)
def pocock_limit(looks: int, false_alarms: float) -> float:
    """Limit of |z| that is the same at every one of equally spaced looks.

    Parameters
    ----------
    looks : int
        How often is looked, at least once.
    false_alarms : float
        Chance of |z| beyond the limit at one look or more when the mean is 0.

    Returns
    -------
    float
        By simulation of 200,000 random walks with a fixed seed; Pocock's own table has 2.178 for 2 looks, 2.413 for 5,
        2.555 for 10 (false alarms 0.05).
    """
    if looks == 1:
        return float(stats.norm.isf(false_alarms / 2))
    draw = np.random.default_rng(20250310)
    total = np.zeros(200_000)
    largest = np.zeros(200_000)
    for look in range(1, looks + 1):
        total += draw.standard_normal(len(total))
        np.maximum(largest, np.abs(total) / math.sqrt(look), out=largest)
    return float(np.quantile(largest, 1 - false_alarms))
