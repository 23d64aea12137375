"""Firth's penalised logistic regression: finite estimates also where the groups are separated."""

from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics import newton
from HER2LowMRILib.core.statistics.profile_likelihood import profile_limits


@dataclass(frozen=True)
class FirthFit:
    """Penalised fit of a design.

    Attributes
    ----------
    beta, se : ndarray, shape (p,)
        Standard errors from the inverse Fisher information (as brglm2, and logistf before 1.24).
    profile_low, profile_high : ndarray, shape (p,)
        95 % penalised profile likelihood limits; NaN when not asked for.
    p : ndarray, shape (p,)
        Penalised likelihood ratio tests; NaN when not asked for.
    log_likelihood, log_likelihood_null : float
        Penalised, of the fit and of the model whose only free coefficient is the constant.
    """

    beta: np.ndarray
    se: np.ndarray
    profile_low: np.ndarray
    profile_high: np.ndarray
    p: np.ndarray
    log_likelihood: float
    log_likelihood_null: float


def fit_firth(x: np.ndarray, positive: np.ndarray, *, profile: bool = True) -> FirthFit:
    """Fit by maximum penalised likelihood.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Design whose first column is the constant.
    positive : ndarray of bool, shape (n,)
    profile : bool
        Also compute limits and p (a few hundred small fits).

    Raises
    ------
    AnalysisError
        If the design has less than full rank or the fit does not converge.

    Notes
    -----
    Firth 1993 (doi 10.1093/biomet/80.1.27), Heinze & Schemper 2002 (doi 10.1002/sim.1047).
    """
    x, y = np.asarray(x, dtype=float), np.asarray(positive, dtype=float)
    scale = _column_scale(x)
    z = x / scale
    if np.linalg.matrix_rank(z) < z.shape[1]:
        raise AnalysisError(
            "The Firth model cannot be fitted",
            needed="predictors that are not sums of each other",
            found="such",
        )
    found = newton.fit(z, y, firth=True)
    if not found.converged[0]:
        raise AnalysisError(
            "The Firth model did not converge", todo="Use fewer or less collinear predictors."
        )
    beta, se = found.beta[0], np.sqrt(np.diag(found.covariance[0]))
    top = float(found.log_likelihood[0])
    p = x.shape[1]
    low, high, tests = (np.full(p, np.nan) for _ in range(3))
    if profile:
        for term in range(p):
            low[term], high[term] = profile_limits(z, y, found, term, firth=True)
            tests[term] = _p_of(2 * (top - _held_at_zero(z, y, [term])), 1)
    # Scaling a column shifts the penalty by a constant: back to the likelihood of the design as given.
    shift = float(np.log(scale).sum())
    null = _held_at_zero(z, y, list(range(1, p)))
    return FirthFit(beta / scale, se / scale, low / scale, high / scale, tests, top + shift, null + shift)


def penalized_likelihood_ratio(
    x: np.ndarray, positive: np.ndarray, terms: list[int]
) -> tuple[float, int, float]:
    """Penalised likelihood ratio test that the coefficients of ``terms`` are 0: statistic, df, p.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Full design; its penalty is kept while the terms are held at 0.
    positive : ndarray of bool, shape (n,)
    terms : list of int
    """
    x, y = np.asarray(x, dtype=float), np.asarray(positive, dtype=float)
    z = x / _column_scale(x)
    top = float(newton.fit(z, y, firth=True).log_likelihood[0])
    statistic = max(2 * (top - _held_at_zero(z, y, terms)), 0.0)
    return statistic, len(terms), _p_of(statistic, len(terms))


def _held_at_zero(z: np.ndarray, y: np.ndarray, terms: list[int]) -> float:
    free = np.ones(z.shape[1], dtype=bool)
    free[terms] = False
    return float(newton.fit(z, y, firth=True, free=free).log_likelihood[0])


def _column_scale(x: np.ndarray) -> np.ndarray:
    # Scaled but not centred: the constant keeps its meaning, so that it has a profile of its own.
    spread = x.std(axis=0)
    return np.where(spread > 0, spread, np.maximum(np.abs(x).max(axis=0), 1e-300))


def _p_of(statistic: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, max(statistic, 0.0)))
