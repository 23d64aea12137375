"""One Newton solver for logistic likelihoods, plain or Firth's, for many case weightings at a time.

Every bootstrap sample and every fold of a cross-validation is the same data with other whole-number
weights, so a
thousand refits are a few matrix products. Statsmodels fits one model at a time and has no Firth penalty;
the model
that is reported comes from there (``logistic``), its refits from here.
"""

from typing import NamedTuple

import numpy as np

# Beyond this a linear predictor stands for a probability of 0 or 1: the estimate runs to infinity.
DIVERGED = 30.0


class NewtonFit(NamedTuple):
    """Fits of R weightings.

    Attributes
    ----------
    beta : ndarray, shape (R, p)
    converged : ndarray of bool, shape (R,)
    log_likelihood : ndarray, shape (R,)
        With Firth's penalty when that was asked for.
    covariance : ndarray, shape (R, p, p)
        Inverse of the Fisher information; NaN where that is singular.
    """

    beta: np.ndarray
    converged: np.ndarray
    log_likelihood: np.ndarray
    covariance: np.ndarray


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
    x : ndarray, shape (n, p)
        Design including the constant; columns should be of similar size.
    y : ndarray, shape (n,)
        0 or 1.
    weights : ndarray, shape (R, n), optional
        How often each case counts in each fit; one fit with all cases once by default.
    firth : bool
        Add Firth's penalty, half the log determinant of the Fisher information (1993, doi
        10.1093/biomet/80.1.27). It is always that of the full design, also where coefficients are held.
    free : ndarray of bool, shape (p,), optional
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
    n, p = x.shape
    weights = np.ones((1, n)) if weights is None else np.atleast_2d(np.asarray(weights, dtype=float))
    fits = len(weights)
    free = np.ones(p, dtype=bool) if free is None else np.asarray(free, dtype=bool)
    beta = np.zeros((fits, p)) if start is None else np.broadcast_to(start, (fits, p)).astype(float)
    outer = (x[:, :, None] * x[:, None, :]).reshape(n, p * p)
    sign = 2 * y - 1

    converged = np.zeros(fits, dtype=bool)
    open_fits = np.arange(fits)
    log_likelihood, information = _objective(x, sign, outer, weights, beta, firth)
    for _ in range(max_iterations):
        w, b = weights[open_fits], beta[open_fits]
        score = _score(x, y, w, b, information[open_fits], firth)[:, free]
        size = np.abs(score).max(axis=1) if free.any() else np.zeros(len(open_fits))
        eta = np.abs(b @ x.T).max(axis=1)
        done = size < tolerance
        converged[open_fits[done]] = True
        # Without the penalty a huge linear predictor means separation; with it the maximum is always finite.
        keep = ~done if firth else ~done & (eta < diverged)
        open_fits = open_fits[keep]
        if open_fits.size == 0:
            break
        step = _solve(information[open_fits][:, free][:, :, free], score[keep])
        stuck = _move(
            x, sign, outer, weights, beta, log_likelihood, information, open_fits, free, step, firth
        )
        # A step that cannot rise any more: at the limit of the arithmetic, or lost.
        converged[open_fits[stuck]] = size[keep][stuck] < 1e-6
        open_fits = open_fits[~stuck]
        if open_fits.size == 0:
            break
    return NewtonFit(beta, converged, log_likelihood, _inverse(information))


def _move(
    x: np.ndarray,
    sign: np.ndarray,
    outer: np.ndarray,
    weights: np.ndarray,
    beta: np.ndarray,
    log_likelihood: np.ndarray,
    information: np.ndarray,
    which: np.ndarray,
    free: np.ndarray,
    step: np.ndarray,
    firth: bool,
) -> np.ndarray:
    """Take the steps in place, halved until the likelihood does not fall; which of them could not be taken."""
    pending = np.arange(len(which))
    for _ in range(25):
        rows = which[pending]
        trial = beta[rows]
        trial[:, free] += step[pending]
        value, info = _objective(x, sign, outer, weights[rows], trial, firth)
        better = value >= log_likelihood[rows] - 1e-13 * (1 + np.abs(log_likelihood[rows]))
        good = rows[better]
        beta[good], log_likelihood[good], information[good] = trial[better], value[better], info[better]
        pending = pending[~better]
        if pending.size == 0:
            break
        step[pending] /= 2
    stuck = np.zeros(len(which), dtype=bool)
    stuck[pending] = True
    return stuck


def _objective(
    x: np.ndarray, sign: np.ndarray, outer: np.ndarray, weights: np.ndarray, beta: np.ndarray, firth: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood (penalised with ``firth``) and Fisher information of every fit."""
    eta = beta @ x.T
    value = -(weights * np.logaddexp(0.0, -sign * eta)).sum(axis=1)
    probability = _probability(eta)
    p = x.shape[1]
    information = ((weights * probability * (1 - probability)) @ outer).reshape(-1, p, p)
    if firth:
        with np.errstate(divide="ignore"):
            value = value + 0.5 * np.linalg.slogdet(information)[1]
    return value, information


def _score(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray, beta: np.ndarray, information: np.ndarray, firth: bool
) -> np.ndarray:
    probability = _probability(beta @ x.T)
    residual = y - probability
    if firth:
        inverse = _inverse(information)
        leverage = probability * (1 - probability) * (x @ inverse * x).sum(axis=-1)
        residual = residual + leverage * (0.5 - probability)
    return (weights * residual) @ x


def _probability(eta: np.ndarray) -> np.ndarray:
    from scipy.special import expit

    return expit(eta)


def _solve(information: np.ndarray, score: np.ndarray) -> np.ndarray:
    # A ridge of rounding size keeps a singular system solvable; it changes the way, not the maximum.
    ridge = 1e-12 * np.trace(information, axis1=1, axis2=2)[:, None] / information.shape[1] + 1e-300
    return np.linalg.solve(information + ridge[..., None] * np.eye(information.shape[1]), score[..., None])[
        ..., 0
    ]


def _inverse(information: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.inv(information)
    except np.linalg.LinAlgError:
        out = np.full_like(information, np.nan)
        for i, matrix in enumerate(information):
            if np.linalg.matrix_rank(matrix) == matrix.shape[0]:
                out[i] = np.linalg.inv(matrix)
        return out
