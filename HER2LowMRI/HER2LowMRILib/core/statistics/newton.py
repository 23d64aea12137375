"""One Newton solver for logistic likelihoods, plain or Firth's, for many fits at a time.

Every bootstrap sample and every fold of a cross-validation is the same data with other whole-number weights, so a
thousand refits are a few matrix products. Statsmodels fits one model at a time and has no Firth penalty; the model
that is reported comes from there (``logistic``), its refits from here.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

# Beyond this a linear predictor stands for a probability of 0 or 1: the estimate runs to infinity.
DIVERGED = 30.0


class NewtonFit(NamedTuple):
    """R fits.

    Attributes
    ----------
    beta : ndarray, shape (R, p)
    converged : ndarray of bool, shape (R,)
    log_likelihood : ndarray, shape (R,)
        With Firth's penalty when that was asked for.
    information : ndarray, shape (R, p, p)
        Fisher's, of all coefficients, held ones included.
    """

    beta: np.ndarray
    converged: np.ndarray
    log_likelihood: np.ndarray
    information: np.ndarray

    @property
    def covariance(self) -> np.ndarray:
        """Inverse of the Fisher information, shape (R, p, p); NaN where that is singular."""
        return _inverse(self.information)


def fit(
    x: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray | None = None,
    *,
    firth: bool = False,
    free: np.ndarray | None = None,
    start: np.ndarray | None = None,
    max_iterations: int = 200,
    tolerance: float = 1e-10,
    diverged: float = DIVERGED,
) -> NewtonFit:
    """Maximise the logistic (penalised) likelihood by Newton's method with step-halving.

    Parameters
    ----------
    x : ndarray, shape (n, p) or (R, n, p)
        Design including the constant, shared or one for each fit; columns should be of similar size.
    y : ndarray, shape (n,)
        0 or 1.
    weights : ndarray, shape (R, n), optional
        How often each case counts in each fit; all cases once by default.
    firth : bool
        Add Firth's penalty, half the log determinant of the Fisher information (1993, doi
        10.1093/biomet/80.1.27). It is always that of the full design, also where coefficients are held.
    free : ndarray of bool, shape (p,) or (R, p), optional
        Coefficients to estimate; the others stay at ``start``.
    start : ndarray, shape (p,) or (R, p), optional
        Zeros by default.
    max_iterations : int
    tolerance : float
        On the largest element of the score.
    diverged : float
        A plain fit whose linear predictor grows beyond this is given up as separated.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    n, p = x.shape[-2:]
    if weights is None:
        weights = np.ones((x.shape[0] if x.ndim == 3 else 1, n))
    weights = np.atleast_2d(np.asarray(weights, dtype=float))
    fits = len(weights)
    free = np.broadcast_to(True if free is None else np.asarray(free, dtype=bool), (fits, p))
    beta = np.zeros((fits, p)) if start is None else np.broadcast_to(start, (fits, p)).astype(float)
    upper = _upper(p)
    data = _Data(x, 2 * y - 1, y, x[..., upper[0]] * x[..., upper[1]], weights, firth)

    converged = np.zeros(fits, dtype=bool)
    open_fits = np.arange(fits)
    log_likelihood, information, probability = _objective(data, beta)
    for _ in range(max_iterations):
        now = data.only(open_fits)
        score, curvature = _score(now, probability[open_fits], information[open_fits])
        score = score * free[open_fits]
        size = np.abs(score).max(axis=1)
        eta = np.abs(now.linear(beta[open_fits])).max(axis=1)
        done = size < tolerance
        converged[open_fits[done]] = firth | ~_running_away(data, open_fits, information, score, free, done)
        # Without the penalty a huge linear predictor means separation; with it the maximum is always finite.
        keep = ~done if firth else ~done & (eta < diverged)
        open_fits = open_fits[keep]
        if open_fits.size == 0:
            break
        step = _solve(curvature[keep], score[keep], free[open_fits])
        state = (beta, log_likelihood, information, probability)
        stuck = _move(data, state, open_fits, step)
        # A step that cannot rise any more: at the limit of the arithmetic, or lost.
        converged[open_fits[stuck]] = size[keep][stuck] < 1e-6
        # So is a penalised fit that goes to and fro there, as ill-conditioned predictors make it do.
        converged[open_fits] |= firth & (size[keep] < 1e-6)
        open_fits = open_fits[~stuck]
        if open_fits.size == 0:
            break
    return NewtonFit(beta, converged, log_likelihood, information)


@cache
def _upper(p: int) -> tuple[np.ndarray, np.ndarray]:
    return np.triu_indices(p)


def _running_away(
    data: "_Data",
    fits: np.ndarray,
    information: np.ndarray,
    score: np.ndarray,
    free: np.ndarray,
    done: np.ndarray,
) -> np.ndarray:
    """Which of the fits ``done`` would still go far: with separation the score vanishes on the way to infinity."""
    rows = fits[done]
    if rows.size == 0:
        return np.zeros(0, dtype=bool)
    step = _solve(information[rows], score[done], free[rows])
    change = np.abs(data.only(rows).linear(step)) * (data.weights[rows] > 0)
    return change.max(axis=1) > 0.1


class _Data(NamedTuple):
    """What the fits are made from; ``outer`` has each product of two columns of ``x`` once."""

    x: np.ndarray
    sign: np.ndarray
    y: np.ndarray
    outer: np.ndarray
    weights: np.ndarray
    firth: bool

    def only(self, fits: np.ndarray) -> "_Data":
        if self.x.ndim == 2:
            return self._replace(weights=self.weights[fits])
        return self._replace(x=self.x[fits], outer=self.outer[fits], weights=self.weights[fits])

    def linear(self, beta: np.ndarray) -> np.ndarray:
        return beta @ self.x.T if self.x.ndim == 2 else (self.x @ beta[..., None])[..., 0]

    def sums(self, of_cases: np.ndarray, columns: np.ndarray) -> np.ndarray:
        return of_cases @ columns if columns.ndim == 2 else (of_cases[:, None] @ columns)[:, 0]

    def squares(self, of_cases: np.ndarray) -> np.ndarray:
        """X' diag(w) X for each row of ``of_cases``, shape (R, p, p)."""
        p = self.x.shape[-1]
        upper = _upper(p)
        half = self.sums(of_cases, self.outer)
        out = np.empty((len(half), p, p))
        out[:, upper[0], upper[1]] = half
        out[:, upper[1], upper[0]] = half
        return out


def _move(
    data: _Data,
    state: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    which: np.ndarray,
    step: np.ndarray,
) -> np.ndarray:
    """Take the steps in place, halved until the likelihood does not fall; which of them could not be taken."""
    beta, log_likelihood, information, probability = state
    pending = np.arange(len(which))
    for _ in range(25):
        rows = which[pending]
        trial = beta[rows] + step[pending]
        value, info, p = _objective(data.only(rows), trial)
        better = value >= log_likelihood[rows] - 1e-13 * (1 + np.abs(log_likelihood[rows]))
        good = rows[better]
        beta[good], log_likelihood[good] = trial[better], value[better]
        information[good], probability[good] = info[better], p[better]
        pending = pending[~better]
        if pending.size == 0:
            break
        step[pending] /= 2
    stuck = np.zeros(len(which), dtype=bool)
    stuck[pending] = True
    return stuck


def _objective(data: _Data, beta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-likelihood (penalised with ``firth``), Fisher information and probabilities of every fit."""
    # A trial step may lead beyond all numbers; it is then not taken.
    with np.errstate(over="ignore", invalid="ignore"):
        eta = data.linear(beta)
        # One exponential serves the likelihood and the probabilities; of -|eta| it never overflows.
        small = np.exp(-np.abs(eta))
        against = np.maximum(-data.sign * eta, 0.0) + np.log1p(small)
        value = -np.einsum("ij,ij->i", data.weights, against)
    probability = np.where(eta >= 0, 1.0, small) / (1.0 + small)
    information = data.squares(data.weights * probability * (1 - probability))
    if data.firth:
        with np.errstate(divide="ignore"):
            value = value + 0.5 * np.linalg.slogdet(information)[1]
    return value, information, probability


def _score(data: _Data, probability: np.ndarray, information: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Score, and the matrix that Newton's step divides it by."""
    residual, curvature = data.y - probability, information
    if data.firth:
        variance = probability * (1 - probability)
        leverage = variance * (data.x @ _inverse(information) * data.x).sum(axis=-1)
        residual = residual + leverage * (0.5 - probability)
        # The penalty bends the likelihood too: by as much again where a case has the leverage 1, as the one case of
        # a category does. Fisher's information alone would step to the mirror image of the start there, for ever.
        bent = leverage * (leverage.max(axis=-1, keepdims=True) > 0.5)
        curvature = data.squares(data.weights * variance * (1 + bent))
    return data.sums(data.weights * residual, data.x), curvature


def _solve(information: np.ndarray, score: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Newton's step; 0 where a coefficient is held."""
    both = free[:, :, None] & free[:, None, :]
    information = information * both
    one = np.eye(information.shape[1])
    # A ridge of rounding size keeps a singular system solvable; it changes the way, not the maximum.
    ridge = 1e-12 * np.trace(information, axis1=1, axis2=2) / np.maximum(free.sum(axis=1), 1) + 1e-300
    diagonal = np.where(free, ridge[:, None], 1.0)
    return np.linalg.solve(information + diagonal[:, None, :] * one, score[..., None])[..., 0]


def _inverse(information: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.inv(information)
    except np.linalg.LinAlgError:
        out = np.full_like(information, np.nan)
        for i, matrix in enumerate(information):
            if np.linalg.matrix_rank(matrix) == matrix.shape[0]:
                out[i] = np.linalg.inv(matrix)
        return out
