"""Mixed models with one random intercept, as of a site or a scanner: linear and logistic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, log, nan, pi, sqrt

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError

_NODES = 15
# Below this ratio of standard deviations the clusters do not differ as far as the data can tell.
_NO_SPREAD = 1e-4


@dataclass(frozen=True)
class MixedModel:
    """Fixed effects beside the random intercept of the clusters; arrays run over the terms.

    Attributes
    ----------
    terms : tuple of str
        The constant first.
    coefficient, se, df, statistic, p, ci_low, ci_high : ndarray, shape (p,)
        ``df`` is Satterthwaite's for a linear model, infinite for a logistic one.
    between_sd : float
        Standard deviation between clusters: in the unit of the outcome, or of log odds.
    within_sd : float
        Within clusters; NaN for a logistic model.
    share : float
        Of the variance that lies between clusters (the intraclass correlation); for a logistic model on the latent
        scale, with pi^2 / 3 within.
    n, clusters : int
    note : str
    """

    terms: tuple[str, ...]
    coefficient: np.ndarray
    se: np.ndarray
    df: np.ndarray
    statistic: np.ndarray
    p: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    between_sd: float
    within_sd: float
    share: float
    n: int
    clusters: int
    note: str = ""


def linear_mixed(
    outcome: np.ndarray, predictors: np.ndarray, names: Sequence[str], cluster: np.ndarray
) -> MixedModel:
    """Linear model with a random intercept of the clusters, by restricted maximum likelihood.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    predictors : ndarray, shape (n, p)
        Without the constant.
    names : sequence of str, length p
    cluster : ndarray, shape (n,)
        Name of the site or scanner of every case.

    Raises
    ------
    AnalysisError
        With fewer than two clusters, no more cases than terms, or an outcome that does not vary.

    Notes
    -----
    Laird & Ware 1982 (doi 10.2307/2529876); degrees of freedom of Satterthwaite as in Kuznetsova et al. 2017 (doi
    10.18637/jss.v082.i13). Equal to R's lmer and lmerTest.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import stdtr, stdtrit

    y, x, groups, names = _prepared(outcome, predictors, names, cluster)
    n, p = x.shape
    # In standard deviations of the outcome, so that every unit is fitted alike.
    unit = _unit_of(y, x)
    y = y / unit
    fit = _Restricted(y, x, groups)

    def deviance(log_theta: float) -> float:
        return fit.deviance(exp(log_theta))

    grid = np.linspace(log(_NO_SPREAD), log(1e3), 60)
    best = grid[int(np.argmin([deviance(value) for value in grid]))]
    found = minimize_scalar(
        deviance, bounds=(best - 0.3, best + 0.3), method="bounded", options={"xatol": 1e-10}
    )
    theta = exp(float(found.x))
    note = ""
    if theta < 2 * _NO_SPREAD or fit.deviance(0.0) <= deviance(float(found.x)) + 1e-10:
        theta, note = 0.0, "No spread between the sites beyond that within them."
    beta, covariance, sigma = fit.at(theta)
    se = np.sqrt(np.diag(covariance))
    df = fit.satterthwaite(theta, sigma) if theta else np.full(p, float(n - p))
    t = beta / se
    half = stdtrit(df, 0.975) * se
    between, within = theta * sigma * unit, sigma * unit
    return MixedModel(
        names,
        beta * unit,
        se * unit,
        df,
        t,
        2 * stdtr(df, -np.abs(t)),
        (beta - half) * unit,
        (beta + half) * unit,
        between,
        within,
        theta**2 / (theta**2 + 1),
        n,
        len(groups),
        note,
    )


def _unit_of(y: np.ndarray, x: np.ndarray) -> float:
    """Standard deviation of an outcome; refused where nothing is left of it beside the fixed effects."""
    size = float(np.abs(y).max())
    scaled = y / size if size > 0 else y
    spread = float(scaled.std())
    if spread <= 1e-12:
        raise AnalysisError(
            "A mixed model cannot be fitted", needed="values that vary", found="the same value in every case"
        )
    left = scaled - x @ np.linalg.lstsq(x, scaled, rcond=None)[0]
    if float(left.std()) <= 1e-9 * spread:
        raise AnalysisError(
            "A mixed model cannot be fitted", needed="values that vary within the groups", found="none"
        )
    with np.errstate(over="ignore", under="ignore"):
        unit = float(y.std())
    return unit if np.isfinite(unit) and unit > 0 else spread * size


class _Restricted:
    """Restricted likelihood of a random intercept; theta is its standard deviation over that within."""

    def __init__(self, y: np.ndarray, x: np.ndarray, groups: list[np.ndarray]) -> None:
        self.size = np.array([len(rows) for rows in groups], dtype=float)
        both = np.column_stack([x, y])
        self.cross = both.T @ both
        self.sums = np.array([both[rows].sum(axis=0) for rows in groups])
        self.n, self.p = x.shape

    def _weighted(self, theta: float) -> tuple[np.ndarray, float]:
        shrink = theta**2 / (1 + self.size * theta**2)
        cross = self.cross - (self.sums * shrink[:, None]).T @ self.sums
        return cross, float(np.log1p(self.size * theta**2).sum())

    def deviance(self, theta: float, sigma: float | None = None) -> float:
        """-2 log restricted likelihood; profiled over sigma where that is not given."""
        cross, log_det = self._weighted(theta)
        xx, xy, yy = cross[:-1, :-1], cross[:-1, -1], cross[-1, -1]
        residual = float(yy - xy @ np.linalg.solve(xx, xy))
        free = self.n - self.p
        log_xx = float(np.linalg.slogdet(xx)[1])
        if sigma is None:
            return log_det + log_xx + free * (1 + log(2 * pi * residual / free))
        return log_det + log_xx + free * log(2 * pi * sigma**2) + residual / sigma**2

    def at(self, theta: float) -> tuple[np.ndarray, np.ndarray, float]:
        cross, _ = self._weighted(theta)
        xx, xy, yy = cross[:-1, :-1], cross[:-1, -1], cross[-1, -1]
        beta = np.linalg.solve(xx, xy)
        sigma = sqrt(float(yy - xy @ beta) / (self.n - self.p))
        return beta, sigma**2 * np.linalg.inv(xx), sigma

    def satterthwaite(self, theta: float, sigma: float) -> np.ndarray:
        def variances(point: np.ndarray) -> np.ndarray:
            cross, _ = self._weighted(float(point[0]))
            return point[1] ** 2 * np.diag(np.linalg.inv(cross[:-1, :-1]))

        point = np.array([theta, sigma])
        hessian = _hessian(lambda at: self.deviance(float(at[0]), float(at[1])), point)
        of_parameters = 2 * np.linalg.inv(hessian)
        steps = np.diag(1e-4 * point)
        slope = np.array(
            [(variances(point + step) - variances(point - step)) / (2 * step.sum()) for step in steps]
        )
        spread = np.einsum("ki,kl,li->i", slope, of_parameters, slope)
        return 2 * variances(point) ** 2 / spread


def _hessian(
    function: Callable[[np.ndarray], float], point: np.ndarray, relative: float = 1e-3
) -> np.ndarray:
    """Second derivatives by central differences, extrapolated once (Richardson)."""

    def once(scale: float) -> np.ndarray:
        steps = np.diag(scale * np.maximum(np.abs(point), 1e-2))
        k = len(point)
        out = np.empty((k, k))
        for i in range(k):
            for j in range(k):
                a, b = steps[i], steps[j]
                out[i, j] = (
                    function(point + a + b)
                    - function(point + a - b)
                    - function(point - a + b)
                    + function(point - a - b)
                ) / (4 * a[i] * b[j])
        return out

    return (4 * once(relative / 2) - once(relative)) / 3


def logistic_mixed(
    positive: np.ndarray, predictors: np.ndarray, names: Sequence[str], cluster: np.ndarray
) -> MixedModel:
    """Logistic model with a random intercept of the clusters, by maximum likelihood.

    Parameters
    ----------
    positive : ndarray of bool, shape (n,)
    predictors, names, cluster
        As in `linear_mixed`.

    Raises
    ------
    AnalysisError
        Also where the likelihood has no maximum.

    Notes
    -----
    The integral over the intercept by adaptive Gauss-Hermite quadrature with 15 nodes (Pinheiro & Bates 1995, doi
    10.1080/10618600.1995.10474663); Wald's limits. Equal to R's glmer with nAGQ = 15.
    """
    from scipy.optimize import minimize
    from scipy.special import ndtr

    y, x, groups, names = _prepared(np.asarray(positive, dtype=float), predictors, names, cluster)
    n, p = x.shape
    spread = x[:, 1:].std(axis=0)
    if (spread == 0).any():
        raise AnalysisError("No mixed model", needed="predictors that vary", found="a constant")
    centre = x[:, 1:].mean(axis=0)
    z = np.column_stack([np.ones(n), (x[:, 1:] - centre) / spread])
    likelihood = _Integrated(y, z, groups)
    start = np.append(np.zeros(p), log(0.3))
    found = minimize(likelihood.negative, start, method="BFGS", options={"gtol": 1e-7, "maxiter": 500})
    beta, log_sd = found.x[:p], float(found.x[p])
    if np.abs(z @ beta).max() > 30:
        raise AnalysisError("No mixed model", needed="groups that are not separated", found="separation")
    note, at = "", found.x
    if exp(log_sd) < 1e-2:
        # The boundary: the model without clusters, whose maximum is found in the fixed effects alone.
        fixed = minimize(
            lambda b: likelihood.negative(np.append(b, -inf)), beta, method="BFGS", options={"gtol": 1e-8}
        )
        at, log_sd, note = np.append(fixed.x, -inf), -inf, "No spread between the sites beyond chance."
    free = p if log_sd == -inf else p + 1
    hessian = _hessian(lambda b: likelihood.negative(np.append(b, at[free:])), at[:free])
    covariance = np.linalg.inv(hessian)[:p, :p]
    back = np.zeros((p, p))
    back[0, 0] = 1.0
    back[0, 1:] = -centre / spread
    back[range(1, p), range(1, p)] = 1 / spread
    beta, covariance = back @ at[:p], back @ covariance @ back.T
    se = np.sqrt(np.diag(covariance))
    statistic = beta / se
    between = exp(log_sd)
    half = 1.959963984540054 * se
    return MixedModel(
        names,
        beta,
        se,
        np.full(p, inf),
        statistic,
        2 * ndtr(-np.abs(statistic)),
        beta - half,
        beta + half,
        between,
        nan,
        between**2 / (between**2 + pi**2 / 3),
        n,
        len(groups),
        note,
    )


class _Integrated:
    """Marginal likelihood over the random intercepts."""

    def __init__(self, y: np.ndarray, x: np.ndarray, groups: list[np.ndarray]) -> None:
        self.sign, self.x, self.groups = 2 * y - 1, x, groups
        self.y = y
        self.nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
        self.log_weights = np.log(weights) + self.nodes**2 / 2

    def negative(self, point: np.ndarray) -> float:
        beta, sd = point[:-1], exp(float(point[-1])) if np.isfinite(point[-1]) else 0.0
        # Beyond this a trial step of the search is lost, and the exponentials with it.
        if sd > 1e3:
            return inf
        eta = self.x @ beta
        total = 0.0
        for rows in self.groups:
            own, sign = eta[rows], self.sign[rows]
            if sd == 0.0:
                total -= float(np.logaddexp(0.0, -sign * own).sum())
                continue
            mode, curvature = self._mode(own, self.y[rows], sd)
            at = mode + self.nodes / sqrt(curvature)
            log_density = -np.logaddexp(0.0, -sign * (own + sd * at[:, None])).sum(axis=1) - at**2 / 2
            terms = log_density + self.log_weights
            top = terms.max()
            total += float(top + log(np.exp(terms - top).sum()) - 0.5 * log(2 * pi * curvature))
        return -total

    @staticmethod
    def _mode(eta: np.ndarray, y: np.ndarray, sd: float) -> tuple[float, float]:
        """Where the integrand over the standard normal intercept is highest, and how it bends there."""
        from scipy.special import expit

        u = 0.0
        for _ in range(100):
            probability = expit(eta + sd * u)
            curvature = 1 + sd**2 * float((probability * (1 - probability)).sum())
            step = (sd * float((y - probability).sum()) - u) / curvature
            u += step
            if abs(step) < 1e-12:
                break
        return u, curvature


def _prepared(
    outcome: np.ndarray, predictors: np.ndarray, names: Sequence[str], cluster: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray], tuple[str, ...]]:
    y, x = np.asarray(outcome, dtype=float), np.asarray(predictors, dtype=float)
    x = x.reshape(len(y), -1)
    known = (
        np.isfinite(y) & np.isfinite(x).all(axis=1) & np.array([c is not None and c == c for c in cluster])
    )
    y, x, own = y[known], x[known], np.asarray(cluster, dtype=object)[known].astype(str)
    groups = [np.flatnonzero(own == name) for name in np.unique(own)]
    if len(groups) < 2:
        raise AnalysisError("No mixed model", needed="cases of two sites", found=str(len(groups)))
    if len(y) <= x.shape[1] + 1 + len(groups):
        raise AnalysisError("No mixed model", needed="more cases than terms and sites", found=str(len(y)))
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(y)), x])) <= x.shape[1] or y.max() == y.min():
        raise AnalysisError("No mixed model", needed="an outcome and predictors that vary", found="constants")
    return y, np.column_stack([np.ones(len(y)), x]), groups, ("(constant)", *names)
