"""Whether predicted probabilities mean what they say."""

from dataclasses import dataclass
from math import nan

import numpy as np

from HER2LowMRILib.core.statistics import newton
from HER2LowMRILib.core.statistics.inputs import two_classes
from HER2LowMRILib.core.statistics.proportions import Proportion, proportion


@dataclass(frozen=True)
class Calibration:
    """Calibration of a logistic model on given cases.

    Attributes
    ----------
    slope : float
        Of a logistic regression of the outcome on the linear predictor: below 1 predictions are too extreme.
    intercept : float
        With the linear predictor as offset: 0 if the mean prediction is right ("calibration in the large").
    brier : float
        Mean squared difference of probability and outcome.
    brier_scaled : float
        1 - brier / brier of predicting the prevalence.
    n : int
    note : str
    """

    slope: float
    intercept: float
    brier: float
    brier_scaled: float
    n: int
    note: str = ""


@dataclass(frozen=True)
class CalibrationGroup:
    """Cases with similar predictions: mean prediction and what was observed."""

    predicted: float
    observed: Proportion


def calibrate(linear_predictor: np.ndarray, positive: np.ndarray) -> Calibration:
    """Brier score, calibration slope and intercept, averaged over the rows of ``linear_predictor``.

    Parameters
    ----------
    linear_predictor : ndarray, shape (n,) or (repeats, n)
        On the log odds scale.
    positive : array_like of bool, shape (n,)

    Notes
    -----
    Van Calster 2016 (doi 10.1016/j.jclinepi.2015.12.005). There is no Hosmer-Lemeshow verdict: its p says more about
    n than about the model.
    """
    from scipy.special import expit

    y = two_classes(positive)
    rows = np.atleast_2d(np.asarray(linear_predictor, dtype=float))
    n = len(y)
    if n == 0 or y.all() or not y.any():
        return Calibration(nan, nan, nan, nan, n, "One of the two groups is empty.")
    spread = rows.std(axis=1)
    varied = np.flatnonzero(spread > 1e-12)
    slopes = _slopes(rows[varied], spread[varied], y)
    offset = newton.fit(_with_constant(rows), y, free=np.array([True, False]), start=np.array([0.0, 1.0]))
    intercepts = offset.beta[offset.converged, 0]
    brier = float(((expit(rows) - y) ** 2).mean())
    prevalence = y.mean()
    note = ""
    if len(slopes) < len(rows):
        note = "No slope where the predictions are constant or separate the groups."
    return Calibration(
        slope=float(np.mean(slopes)) if len(slopes) else nan,
        intercept=float(np.mean(intercepts)) if len(intercepts) else nan,
        brier=brier,
        brier_scaled=float(1 - brier / (prevalence * (1 - prevalence))),
        n=n,
        note=note,
    )


def _slopes(rows: np.ndarray, spread: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Slopes of the rows for which there is one."""
    if not len(rows):
        return np.empty(0)
    z = (rows - rows.mean(axis=1, keepdims=True)) / spread[:, None]
    found = newton.fit(_with_constant(z), y)
    return found.beta[found.converged, 1] / spread[found.converged]


def _with_constant(predictor: np.ndarray) -> np.ndarray:
    return np.stack([np.ones_like(predictor), predictor], axis=-1)


def calibration_groups(
    probability: np.ndarray, positive: np.ndarray, groups: int = 5
) -> list[CalibrationGroup]:
    """Cases in ``groups`` of equal size by predicted probability, for the calibration plot.

    Parameters
    ----------
    probability : ndarray, shape (n,)
    positive : array_like of bool, shape (n,)
    groups : int
    """
    y = two_classes(positive)
    order = np.argsort(np.asarray(probability, dtype=float), kind="stable")
    parts = [part for part in np.array_split(order, groups) if len(part)]
    return [
        CalibrationGroup(
            float(np.mean(np.asarray(probability)[part])), proportion(int(y[part].sum()), len(part))
        )
        for part in parts
    ]
