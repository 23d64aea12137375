"""What acting on a model would gain: net benefit over the threshold probability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.inputs import same_length, two_classes


@dataclass(frozen=True)
class DecisionCurve:
    """Net benefit per case, in true positives.

    Attributes
    ----------
    thresholds : ndarray, shape (t,)
        Probabilities above which one would act.
    model, all_cases : ndarray, shape (t,)
        Acting by the model, and on everybody; acting on nobody is 0.
    n, n_positive : int
    """

    thresholds: np.ndarray
    model: np.ndarray
    all_cases: np.ndarray
    n: int
    n_positive: int


def decision_curve(
    probability: Sequence[float] | np.ndarray,
    positive: Sequence[object] | np.ndarray,
    thresholds: Sequence[float] | None = None,
) -> DecisionCurve:
    """Net benefit TP/n - FP/n t/(1 - t) of treating those whose probability is at least t.

    Parameters
    ----------
    probability : sequence of float, shape (n,)
    positive : sequence of bool, shape (n,)
    thresholds : sequence of float, optional
        Above 0 and below 1; 0.01 to 0.99 by default.

    Raises
    ------
    AnalysisError
        For a threshold of 0 or 1, or a missing probability.

    Notes
    -----
    Vickers & Elkin 2006, doi 10.1177/0272989X06295361.
    """
    same_length("a decision curve", probability, positive)
    p, y = np.asarray(probability, dtype=float), two_classes(positive)
    t = np.arange(1, 100) / 100 if thresholds is None else np.asarray(thresholds, dtype=float)
    if not np.isfinite(p).all() or not ((t > 0) & (t < 1)).all():
        raise AnalysisError(
            "A decision curve cannot be drawn",
            needed="a probability for every case and thresholds between 0 and 1",
            found="others",
        )
    n, events = len(y), int(y.sum())
    acted = p[None, :] >= t[:, None]
    odds = t / (1 - t)
    model = (acted & y).sum(axis=1) / n - (acted & ~y).sum(axis=1) / n * odds
    return DecisionCurve(t, model, events / n - (n - events) / n * odds, n, events)
