"""Whole ways from data to scores, so that resampling can repeat every step of them, selection included.

A procedure gets all cases and, for each of R resamples, how often each case counts (0 = held out). It
answers with the
scores of all cases by each refit. Higher scores speak for the positive class.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from HER2LowMRILib.core.statistics import newton


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
        out = np.zeros((len(weights), len(x)))
        subsets, member = np.unique(chosen, axis=0, return_inverse=True)
        for i, subset in enumerate(subsets):
            if subset.any():
                rows = np.flatnonzero(member.reshape(-1) == i)
                out[rows] = _refit(x[:, subset], positive, weights[rows])
        return out


def _varies(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Which columns take more than one value in each resample, shape (R, p)."""
    inside = weights > 0
    highest = np.where(inside[:, :, None], x[None], -np.inf).max(axis=1)
    lowest = np.where(inside[:, :, None], x[None], np.inf).min(axis=1)
    return highest > lowest


def _refit(x: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> np.ndarray:
    spread = x.std(axis=0)
    z = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(z)), z])
    y = positive.astype(float)
    # 1e-7 on the score is far below what moves a rank.
    found = newton.fit(design, y, weights, max_iterations=40, tolerance=1e-7)
    beta = found.beta
    lost = np.flatnonzero(~found.converged)
    if lost.size:
        beta[lost] = newton.fit(design, y, weights[lost], firth=True, max_iterations=60, tolerance=1e-5).beta
    return beta @ design.T


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
    scores: np.ndarray, positive: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Concordant pairs (ties count half) and all pairs of every resample; arguments as in ``weighted_auc``."""
    positive = np.asarray(positive, dtype=bool)
    w1, w0 = weights[:, positive], weights[:, ~positive]
    pairs = w1.sum(axis=1) * w0.sum(axis=1)
    if scores.ndim == 1:
        win = _wins(scores[positive], scores[~positive])
        return np.einsum("ri,ij,rj->r", w1, win, w0, optimize=True), pairs
    concordant = np.empty(len(weights))
    # In parts of some MB.
    part = max(1, 2_000_000 // max(w1.shape[1] * w0.shape[1], 1))
    for begin in range(0, len(weights), part):
        rows = slice(begin, begin + part)
        win = _wins(scores[rows][:, positive], scores[rows][:, ~positive])
        concordant[rows] = np.einsum("ri,rij,rj->r", w1[rows], win, w0[rows], optimize=True)
    return concordant, pairs


def _wins(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    a, b = high[..., :, None], low[..., None, :]
    return ((a > b).astype(np.float32) + (a >= b)) * np.float32(0.5)


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
