"""Profile likelihood limits of a logistic coefficient."""

from math import inf

import numpy as np

from . import newton

CHI2_95 = 3.841458820694124


def profile_limits(
    x: np.ndarray, y: np.ndarray, beta: np.ndarray, se: np.ndarray, term: int, *, firth: bool = False
) -> tuple[float, float]:
    """95 % limits at which twice the (penalised) log-likelihood has fallen by 3.84.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Design including the constant, columns of similar size.
    y : ndarray, shape (n,)
    beta, se : ndarray, shape (p,)
        The maximum and its standard errors.
    term : int
        The coefficient.
    firth : bool
        Use Firth's penalised likelihood; its penalty stays that of the full design (Heinze & Schemper
        2002, doi
        10.1002/sim.1047).

    Returns
    -------
    low, high : float
        Infinite where the likelihood never falls far enough.

    Notes
    -----
    Venzon & Moolgavkar 1988, doi 10.2307/2347496.
    """
    top = float(newton.fit(x, y, firth=firth, start=beta, max_iterations=0).log_likelihood[0])
    return (
        _limit(x, y, beta, se, term, top, firth, side=-1.0),
        _limit(x, y, beta, se, term, top, firth, side=+1.0),
    )


def _limit(
    x: np.ndarray,
    y: np.ndarray,
    beta: np.ndarray,
    se: np.ndarray,
    term: int,
    top: float,
    firth: bool,
    side: float,
) -> float:
    from scipy.optimize import brentq

    free = np.arange(len(beta)) != term
    warm = np.array(beta, dtype=float)

    def drop(value: float) -> float:
        start = warm.copy()
        start[term] = value
        found = newton.fit(x, y, firth=firth, free=free, start=start)
        if np.isfinite(found.beta).all():
            warm[free] = found.beta[0, free]
        return 2 * (top - float(found.log_likelihood[0])) - CHI2_95

    step = max(float(se[term]), 1e-3)
    inner, outer = float(beta[term]), float(beta[term]) + side * step
    for _ in range(40):
        if drop(outer) > 0:
            return float(brentq(drop, inner, outer, xtol=1e-13, rtol=1e-14, maxiter=200))
        inner, outer = outer, outer + side * step
        step *= 1.6
    return side * inf
