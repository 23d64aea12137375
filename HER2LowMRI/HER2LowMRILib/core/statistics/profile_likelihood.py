"""Profile likelihood limits of a logistic coefficient."""

from math import inf, nan

import numpy as np

from HER2LowMRILib.core.statistics import newton

CHI2_95 = 3.841458820694124


class _LostError(Exception):
    """A fit with a held coefficient did not converge."""


def profile_limits(
    x: np.ndarray, y: np.ndarray, fitted: newton.NewtonFit, term: int, *, firth: bool = False
) -> tuple[float, float]:
    """95 % limits at which twice the (penalised) log-likelihood has fallen by 3.84.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Design including the constant, columns of similar size.
    y : ndarray, shape (n,)
    fitted : newton.NewtonFit
        The maximum; its first fit is used.
    term : int
        The coefficient.
    firth : bool
        Use Firth's penalised likelihood; its penalty stays that of the full design (Heinze & Schemper 2002,
        doi
        10.1002/sim.1047).

    Returns
    -------
    low, high : float
        Infinite where the likelihood does not fall far enough within some 3000 standard errors, NaN where a
        fit on
        the way did not converge (values of wildly different size).

    Notes
    -----
    Venzon & Moolgavkar 1988, doi 10.2307/2347496.
    """
    return _limit(x, y, fitted, term, firth, side=-1.0), _limit(x, y, fitted, term, firth, side=+1.0)


def _limit(
    x: np.ndarray, y: np.ndarray, fitted: newton.NewtonFit, term: int, firth: bool, side: float
) -> float:
    from scipy.optimize import brentq

    top, estimate = float(fitted.log_likelihood[0]), float(fitted.beta[0, term])
    covariance = fitted.covariance[0]
    # The others follow a held coefficient along the likelihood's ridge: a start that collinear predictors
    # need.
    ridge = covariance[:, term] / covariance[term, term]
    free = np.arange(x.shape[1]) != term
    last = fitted.beta[0].copy()

    # Plain Newton converges in a handful of steps or not at all; the penalised score with Fisher's
    # information is
    # slower, but always gets there.
    iterations = 300 if firth else 60

    def drop(value: float) -> float:
        nonlocal last
        start = last + ridge * (value - last[term])
        found = newton.fit(x, y, firth=firth, free=free, start=start, diverged=inf, max_iterations=iterations)
        if not found.converged[0]:
            raise _LostError
        last = found.beta[0]
        return 2 * (top - float(found.log_likelihood[0])) - CHI2_95

    step = max(float(np.sqrt(covariance[term, term])), 1e-3)
    inner, outer = estimate, estimate + side * step
    try:
        for _ in range(16):
            if drop(outer) > 0:
                try:
                    return float(brentq(drop, inner, outer, xtol=1e-13, rtol=1e-14, maxiter=200))
                except ValueError:
                    # Few cases for many columns: fitted from another start the likelihood is another.
                    return nan
            inner, outer = outer, outer + side * step
            step *= 1.6
    except _LostError:
        return nan
    return side * inf
