"""ROC curves and cut-offs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.inputs import numbers, same_length, two_classes
from HER2LowMRILib.core.statistics.proportions import Proportion, proportion

DIRECTIONS = ("higher", "lower")


@dataclass(frozen=True, kw_only=True)
class MarkerCases:
    """What a figure of one marker rests on.

    Attributes
    ----------
    direction : str
        "higher" or "lower" values speak for the positive class.
    n_positive, n_negative, missing : int
        Cases of either class with a value, and cases without.
    note : str
    """

    direction: str
    n_positive: int
    n_negative: int
    missing: int
    note: str = ""


@dataclass(frozen=True)
class RocCurve(MarkerCases):
    """ROC curve of one marker.

    Attributes
    ----------
    thresholds : ndarray, shape (m,)
        -inf, the midpoints of neighbouring values, inf (descending when ``direction`` is "lower").
    sensitivity, specificity : ndarray, shape (m,)
        From sensitivity 1, specificity 0 to the opposite corner.
    """

    thresholds: np.ndarray
    sensitivity: np.ndarray
    specificity: np.ndarray


@dataclass(frozen=True)
class Cutoff:
    """A threshold and what it does to the cases it was chosen on.

    Attributes
    ----------
    threshold : float
    direction : str
    sensitivity, specificity, ppv, npv : Proportion
        With Wilson's 95 % limits.
    tp, fn, tn, fp : int
    youden : float
        sensitivity + specificity - 1.
    alternatives : tuple of float
        Other thresholds with the same Youden index.
    note : str
    """

    threshold: float
    direction: str
    sensitivity: Proportion
    specificity: Proportion
    ppv: Proportion
    npv: Proportion
    tp: int
    fn: int
    tn: int
    fp: int
    youden: float
    alternatives: tuple[float, ...]
    note: str = "Exploratory: chosen and judged on the same cases."


def oriented(
    scores: Sequence[object] | np.ndarray, positive: Sequence[object] | np.ndarray, direction: str
) -> tuple[np.ndarray, np.ndarray, MarkerCases]:
    """Complete cases of a marker, turned so that higher speaks for the positive class.

    Parameters
    ----------
    scores : sequence of numbers
        Cases without a value are left out.
    positive : sequence of bool
    direction : {"higher", "lower", "auto"}
        "auto" takes the direction in which the AUC is at least 0.5: choose it once per pair of groups,
        never per
        resample of the same comparison.

    Returns
    -------
    scores : ndarray, shape (n,)
        Negated when the direction is "lower".
    positive : ndarray of bool, shape (n,)
    cases : MarkerCases
    """
    same_length("the ROC curve", scores, positive)
    x, y = numbers(scores, "the marker"), two_classes(positive)
    there = np.isfinite(x)
    missing = int((~there).sum())
    x, y = x[there], y[there]
    if direction == "auto":
        direction = direction_of(x, y)
    if direction not in DIRECTIONS:
        raise AnalysisError("The direction is unknown", needed="higher, lower or auto", found=repr(direction))
    n1, n0 = int(y.sum()), int((~y).sum())
    cases = MarkerCases(direction=direction, n_positive=n1, n_negative=n0, missing=missing)
    return (x if direction == "higher" else -x), y, cases


def direction_of(scores: np.ndarray, positive: np.ndarray) -> str:
    """Whether the positive class has the "higher" or "lower" values, by the AUC; "higher" when it is 0.5."""
    x, y = np.asarray(scores, dtype=float), np.asarray(positive, dtype=bool)
    if not y.any() or y.all():
        return "higher"
    above = np.searchsorted(np.sort(x[~y]), x[y], side="left").sum()
    below_or_tied = np.searchsorted(np.sort(x[~y]), x[y], side="right").sum()
    return "higher" if (above + below_or_tied) / 2 >= y.sum() * (~y).sum() / 2 else "lower"


def roc_curve(
    scores: Sequence[object] | np.ndarray, positive: Sequence[object] | np.ndarray, direction: str = "auto"
) -> RocCurve:
    """ROC curve with thresholds halfway between neighbouring values, as in pROC and SPSS.

    Parameters
    ----------
    scores, positive, direction
        As in ``oriented``.
    """
    x, y, cases = oriented(scores, positive, direction)
    n1, n0 = cases.n_positive, cases.n_negative
    if n1 == 0 or n0 == 0:
        empty = np.empty(0)
        return RocCurve(empty, empty, empty, **vars(replace(cases, note="One of the two groups is empty.")))
    values = np.unique(x)
    # Half of each first, so that two large neighbours cannot overflow.
    thresholds = np.concatenate([[-np.inf], values[:-1] / 2 + values[1:] / 2, [np.inf]])
    sensitivity = 1 - np.searchsorted(np.sort(x[y]), thresholds, side="left") / n1
    specificity = np.searchsorted(np.sort(x[~y]), thresholds, side="left") / n0
    note = "All values are equal: the curve is the diagonal." if len(values) == 1 else ""
    if cases.direction == "lower":
        thresholds = -thresholds
    return RocCurve(thresholds, sensitivity, specificity, **vars(replace(cases, note=note)))


def youden(curve: RocCurve) -> Cutoff | None:
    """Cut-off with the largest Youden index; among equals the one with the highest sensitivity.

    Parameters
    ----------
    curve : RocCurve

    Returns
    -------
    Cutoff or None
        None when the curve has no threshold inside the data.

    Notes
    -----
    Youden 1950, doi 10.1002/1097-0142(1950)3:1<32::AID-CNCR2820030106>3.0.CO;2-3.
    """
    index = curve.sensitivity + curve.specificity - 1
    inside = np.isfinite(curve.thresholds)
    if not inside.any():
        return None
    best = np.flatnonzero(inside & (index >= index[inside].max() - 1e-12))
    chosen = best[np.argmax(curve.sensitivity[best])]
    n1, n0 = curve.n_positive, curve.n_negative
    tp, tn = round(curve.sensitivity[chosen] * n1), round(curve.specificity[chosen] * n0)
    others = tuple(float(curve.thresholds[i]) for i in best if i != chosen)
    return Cutoff(
        threshold=float(curve.thresholds[chosen]),
        direction=curve.direction,
        sensitivity=proportion(tp, n1),
        specificity=proportion(tn, n0),
        ppv=proportion(tp, tp + n0 - tn),
        npv=proportion(tn, tn + n1 - tp),
        tp=tp,
        fn=n1 - tp,
        tn=tn,
        fp=n0 - tn,
        youden=float(index[chosen]) if n1 and n0 else nan,
        alternatives=others,
    )
