"""Whole ways from data to scores, so that resampling can repeat every step of them, selection included.

A procedure gets all cases and, for each of R resamples, how often each case counts (0 = held out). It
answers with the
scores of all cases by each refit. Higher scores speak for the positive class.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from HER2LowMRILib.core.statistics import newton

# Of a linear predictor: cases that tie must not be told apart by the rounding of a sum.
TIE_DECIMALS = 10


class Procedure(Protocol):
    """From data and weights to scores."""

    def scores(self, x: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Scores of all cases by the refit of every resample.

        Parameters
        ----------
        x : ndarray, shape (n, p)
        positive : ndarray of bool, shape (n,)
        weights : ndarray, shape (R, n)

        Returns
        -------
        ndarray, shape (R, n)
        """
        ...


@dataclass(frozen=True)
class SingleMarker:
    """The first column as it is; only its direction is learned."""

    def scores(self, x: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """See ``Procedure``."""
        area = weighted_auc(x[:, 0], positive, weights)
        return np.where(area >= 0.5, 1.0, -1.0)[:, None] * x[None, :, 0]


@dataclass(frozen=True)
class LogisticProcedure:
    """Logistic regression, after a screen if one is used; Firth's where a resample separates the groups.

    Attributes
    ----------
    screen_p : float or None
        Keep the predictors whose Mann-Whitney p (for 0/1 predictors: practically Pearson's chi-squared) in
        the
        resample is below this, as papers do with p < 0.1. None enters all.
    """

    screen_p: float | None = None

    def scores(self, x: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """See ``Procedure``; constant scores (AUC 0.5) where the screen keeps nothing."""
        x, positive = np.asarray(x, dtype=float), np.asarray(positive, dtype=bool)
        chosen = _varies(x, weights)
        if self.screen_p is not None:
            chosen &= mann_whitney_p(x, positive, weights) < self.screen_p
        return _refit(x, positive, weights, chosen)


def _varies(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Which columns take more than one value in each resample, shape (R, p)."""
    inside = weights > 0
    highest = np.where(inside[:, :, None], x[None], -np.inf).max(axis=1)
    lowest = np.where(inside[:, :, None], x[None], np.inf).min(axis=1)
    return highest > lowest


def _refit(x: np.ndarray, positive: np.ndarray, weights: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Linear predictors of all cases by each refit on its chosen columns; zeros where none is chosen."""
    spread = x.std(axis=0)
    z = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(z)), z])
    y = positive.astype(float)
    free = np.column_stack([np.ones(len(chosen), dtype=bool), chosen])
    # The fit to all cases is near every resample's; 1e-7 on the score is far below what moves a rank.
    all_cases = newton.fit(design, y, max_iterations=40, tolerance=1e-7)
    start = np.where(free & all_cases.converged[0], all_cases.beta[0], 0.0)
    found = newton.fit(design, y, weights, free=free, start=start, max_iterations=40, tolerance=1e-7)
    beta = np.where(np.asarray(chosen.any(axis=1))[:, None], found.beta, 0.0)
    lost = np.flatnonzero(~found.converged & np.asarray(chosen.any(axis=1)))
    kept = np.array(
        [_independent(design, row, weight > 0) for row, weight in zip(free[lost], weights[lost], strict=True)]
    )
    # The penalty is that of the columns that are used, so that every choice is a design of its own.
    for subset in np.unique(kept, axis=0) if lost.size else ():
        rows, columns = lost[(kept == subset).all(axis=1)], np.flatnonzero(subset)
        again = newton.fit(
            design[:, columns], y, weights[rows], firth=True, max_iterations=60, tolerance=1e-5
        )
        beta[rows] = 0.0
        beta[np.ix_(rows, columns)] = again.beta
    return np.round(beta @ design.T, TIE_DECIMALS)


def _independent(design: np.ndarray, free: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Those of the ``free`` columns that span all of them in the cases of a resample, as bool of shape (p,)."""
    from scipy.linalg import qr

    columns = np.flatnonzero(free)
    triangle, order = qr(design[np.ix_(inside, columns)], mode="r", pivoting=True)
    size = np.abs(np.diag(triangle))
    out = np.zeros(len(free), dtype=bool)
    out[columns[order[: len(size)][size > 1e-7 * size[0]]]] = True
    return out


def weighted_auc(scores: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """AUC of every resample.

    Parameters
    ----------
    scores : ndarray, shape (n,) or (R, n)
    positive : ndarray of bool, shape (n,)
    weights : ndarray, shape (R, n)

    Returns
    -------
    ndarray, shape (R,)
        NaN where a class has no weight.
    """
    concordant, pairs = concordance(scores, positive, weights)
    return np.divide(concordant, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)


def concordance(
    scores: np.ndarray, positive: np.ndarray, weights: np.ndarray, within: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Concordant pairs (ties count half) and all pairs of every resample.

    Parameters
    ----------
    scores, positive, weights
        As in ``weighted_auc``.
    within : ndarray of int, shape (R, n), optional
        Folds: only pairs of cases in the same one count. Needs scores of shape (R, n).

    Returns
    -------
    concordant, pairs : ndarray, shape (R,)
    """
    scores, positive = np.atleast_2d(scores), np.asarray(positive, dtype=bool)
    concordant, pairs = np.empty(len(weights)), np.empty(len(weights))
    # In parts of some MB.
    part = max(1, 500_000 // max(weights.shape[1], 1))
    for begin in range(0, len(weights), part):
        rows = slice(begin, begin + part)
        own = scores if len(scores) == 1 else scores[rows]
        folds = None if within is None else within[rows]
        concordant[rows], pairs[rows] = _counted_pairs(own, positive, weights[rows], folds)
    return concordant, pairs


def _counted_pairs(
    scores: np.ndarray, positive: np.ndarray, weights: np.ndarray, within: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(scores, axis=1) if within is None else np.lexsort((scores, within), axis=1)
    ranked = np.take_along_axis(scores, order, axis=1)
    w = weights[:, order[0]] if len(order) == 1 else np.take_along_axis(weights, order, axis=1)
    w1, w0 = np.where(positive[order], w, 0.0), np.where(positive[order], 0.0, w)
    # Negatives before each place, which is where a run of equal cases begins or ends.
    before = np.concatenate([np.zeros((len(w0), 1)), np.cumsum(w0, axis=1)], axis=1)
    new = ranked[:, 1:] != ranked[:, :-1]
    if within is None:
        fold_first, fold_last = np.zeros_like(before[:, :1]), before[:, -1:]
    else:
        fold = np.take_along_axis(within, order, axis=1)
        other = fold[:, 1:] != fold[:, :-1]
        new |= other
        fold_first, fold_last = _ends_of_runs(other, before)
    first, last = _ends_of_runs(new, before)
    concordant = (w1 * ((first + last) / 2 - fold_first)).sum(axis=1)
    return concordant, (w1 * (fold_last - fold_first)).sum(axis=1)


def _ends_of_runs(new: np.ndarray, before: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What stands ``before`` the first, and up to the last, of the run that each place lies in."""
    edge = np.ones((len(new), 1), dtype=bool)
    place = np.arange(new.shape[1] + 1)
    begin = np.maximum.accumulate(np.where(np.concatenate([edge, new], axis=1), place, 0), axis=1)
    last = np.where(np.concatenate([new, edge], axis=1), place + 1, place[-1] + 1)
    end = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]
    if len(new) == 1:
        return before[:, begin[0]], before[:, end[0]]
    return np.take_along_axis(before, begin, axis=1), np.take_along_axis(before, end, axis=1)


def mann_whitney_p(x: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Two-sided Mann-Whitney p of every predictor in every resample, corrected for ties, shape (R, p)."""
    from scipy.special import ndtr

    n1, n0 = weights[:, positive].sum(axis=1), weights[:, ~positive].sum(axis=1)
    n = n1 + n0
    out = np.ones((len(weights), x.shape[1]))
    for j in range(x.shape[1]):
        _, group = np.unique(x[:, j], return_inverse=True)
        indicator = np.zeros((len(x), group.max() + 1))
        indicator[np.arange(len(x)), group] = 1.0
        tied = weights @ indicator
        ties = (tied**3 - tied).sum(axis=1)
        variance = n1 * n0 / 12 * ((n + 1) - ties / (n * (n - 1)))
        u = concordance(x[:, j], positive, weights)[0]
        z = np.divide(u - n1 * n0 / 2, np.sqrt(variance), out=np.zeros(len(u)), where=variance > 1e-12)
        out[:, j] = 2 * ndtr(-np.abs(z))
    return out
