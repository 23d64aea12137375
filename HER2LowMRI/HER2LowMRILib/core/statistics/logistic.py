"""Logistic regression of two groups on a few predictors: maximum likelihood, or Firth where that has no maximum."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, nan
from typing import Any

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics import newton
from HER2LowMRILib.core.statistics.collinearity import (
    CONDITION_WARNING,
    VIF_WARNING,
    Collinearity,
    collinearity,
    events_per_variable,
)
from HER2LowMRILib.core.statistics.firth import fit_firth, penalized_likelihood_ratio
from HER2LowMRILib.core.statistics.inputs import numbers, same_length, two_classes
from HER2LowMRILib.core.statistics.profile_likelihood import profile_limits
from HER2LowMRILib.core.statistics.proportions import Z95
from HER2LowMRILib.core.statistics.resampled_models import TIE_DECIMALS
from HER2LowMRILib.core.statistics.separation import find_separation

MIN_EVENTS = 10
CONSTANT = "(constant)"


@dataclass(frozen=True)
class LogisticModel:
    """A fitted model; arrays run over ``terms``, the constant first. Coefficients are log odds ratios per unit.

    Attributes
    ----------
    method : str
        "ml" or "firth".
    terms : tuple of str
    coefficient, se, z : ndarray, shape (p,)
    p : ndarray, shape (p,)
        Wald's test (ml, as SPSS) or the penalised likelihood ratio test (firth).
    p_likelihood_ratio : ndarray, shape (p,)
        Likelihood ratio test of each term; NaN for the constant of an ml fit.
    wald_low, wald_high, profile_low, profile_high : ndarray, shape (p,)
        95 % limits of the coefficients.
    log_likelihood, log_likelihood_null : float
        Penalised for firth.
    lr_statistic, lr_p : float
        The model against the constant alone, with ``len(terms) - 1`` degrees of freedom.
    aic, nagelkerke : float
        NaN for firth.
    scores : ndarray, shape (n of all cases,)
        Linear predictor; NaN for cases with a missing predictor.
    n, n_positive, missing : int
    events_per_variable : float
    collinearity : Collinearity
    left_out : tuple of str
        Predictors that could not be used, with the reason.
    note : str
        Why Firth was used, and warnings in words.
    """

    method: str
    terms: tuple[str, ...]
    coefficient: np.ndarray
    se: np.ndarray
    z: np.ndarray
    p: np.ndarray
    p_likelihood_ratio: np.ndarray
    wald_low: np.ndarray
    wald_high: np.ndarray
    profile_low: np.ndarray
    profile_high: np.ndarray
    log_likelihood: float
    log_likelihood_null: float
    lr_statistic: float
    lr_p: float
    aic: float
    nagelkerke: float
    scores: np.ndarray
    n: int
    n_positive: int
    missing: int
    events_per_variable: float
    collinearity: Collinearity
    left_out: tuple[str, ...] = ()
    note: str = ""

    @property
    def odds_ratio(self) -> np.ndarray:
        """Odds ratios per unit, shape (p,)."""
        return _exp(self.coefficient)

    @property
    def odds_ratio_wald(self) -> tuple[np.ndarray, np.ndarray]:
        """Wald's 95 % limits of the odds ratios."""
        return _exp(self.wald_low), _exp(self.wald_high)

    @property
    def odds_ratio_profile(self) -> tuple[np.ndarray, np.ndarray]:
        """Profile likelihood 95 % limits of the odds ratios."""
        return _exp(self.profile_low), _exp(self.profile_high)

    @property
    def probability(self) -> np.ndarray:
        """Fitted probability of the positive class of every case, NaN where a predictor is missing."""
        from scipy.special import expit

        return expit(self.scores)


class _NoMaximum(AnalysisError):
    """The likelihood has no maximum that can be found."""


@dataclass(frozen=True)
class NestedTest:
    """Likelihood ratio test of a model against one with fewer predictors, fitted to the same cases."""

    statistic: float
    df: int
    p: float
    method: str
    n: int
    note: str = ""


def fit_logistic(
    predictors: np.ndarray,
    positive: Sequence[object] | np.ndarray,
    names: Sequence[str],
    *,
    method: str = "auto",
    profile: bool = True,
    min_events: int = MIN_EVENTS,
) -> LogisticModel:
    """Fit a logistic regression on complete cases, all predictors entered at once.

    Parameters
    ----------
    predictors : array_like, shape (n, p)
        Numbers, missing ones as NaN.
    positive : sequence of bool, shape (n,)
    names : sequence of str, length p
    method : {"auto", "ml", "firth"}
        "auto" is maximum likelihood unless the predictors separate the groups; "ml" is refused there.
    profile : bool
        Compute profile likelihood limits (some 50 small fits a term).
    min_events : int
        Fewest cases of either class for which a model is fitted.

    Raises
    ------
    AnalysisError
        With fewer cases in a class, no usable predictor, or "ml" on separated groups.

    Notes
    -----
    Maximum likelihood by statsmodels' ``Logit`` on standardised columns. A constant predictor, and one
    that is a
    linear combination of those before it, is left out and named in ``left_out``.
    """
    x, y, used, kept, left_out = _design(predictors, positive, names, min_events)
    design = np.column_stack([np.ones(len(y)), x])
    terms = (CONSTANT, *kept)
    separation = find_separation(design, y)
    notes = []
    if separation and method != "firth":
        guilty = ", ".join(terms[i] for i in separation.terms if i > 0) or "the predictors"
        why = f"{separation.kind.capitalize()} separation by {guilty}: maximum likelihood has no finite estimate"
        if method == "ml":
            raise AnalysisError(why, todo="Use Firth's method.")
        notes.append(f"{why}, so Firth's penalised likelihood is used.")
    chosen = "firth" if separation or method == "firth" else "ml"
    fields = None
    if chosen == "ml":
        try:
            fields = _ml_fields(design, y, profile)
        except _NoMaximum as failure:
            if method == "ml":
                raise
            chosen = "firth"
            notes.append(f"{failure.what}: near separation, so Firth's penalised likelihood is used.")
    if fields is None:
        fields = _firth_fields(design, y, profile)
    epv, warning = events_per_variable(y, len(kept))
    collinear = collinearity(x)
    if profile:
        notes.append(_blank_limits(fields, collinear, kept))
    notes += [warning, collinear.note]
    scores = np.full(len(used), nan)
    scores[used] = np.round(design @ fields["coefficient"], TIE_DECIMALS)
    missing = int((~used).sum())
    notes.append(f"{missing} cases with a missing predictor were left out." if missing else "")
    notes += [f"Left out: {text}." for text in left_out]
    return LogisticModel(
        method=chosen,
        terms=terms,
        scores=scores,
        n=len(y),
        n_positive=int(y.sum()),
        missing=missing,
        events_per_variable=epv,
        collinearity=collinear,
        left_out=tuple(left_out),
        note=" ".join(text for text in notes if text),
        **fields,
    )


def likelihood_ratio_test(
    predictors: np.ndarray,
    positive: Sequence[object] | np.ndarray,
    names: Sequence[str],
    reduced: Sequence[str],
) -> NestedTest:
    """Test whether the predictors that are not in ``reduced`` add anything to it.

    Parameters
    ----------
    predictors : array_like, shape (n, p)
        Of the larger model; both are fitted to the cases that have all of them.
    positive : sequence of bool
    names : sequence of str, length p
    reduced : sequence of str
        Names of the smaller model's predictors.

    Notes
    -----
    Penalised likelihood ratio test (with the larger model's penalty in both) where the groups are separated.
    """
    strangers = [name for name in reduced if name not in names]
    if strangers:
        raise AnalysisError(
            "The models are not nested",
            needed="a smaller model's predictors in the larger",
            found=", ".join(strangers),
        )
    x, y, _, kept, left_out = _design(predictors, positive, names, MIN_EVENTS)
    design = np.column_stack([np.ones(len(y)), x])
    dropped = [i + 1 for i, name in enumerate(kept) if name not in reduced]
    note = " ".join(f"Left out: {text}." for text in left_out)
    if not dropped:
        return NestedTest(nan, 0, nan, "none", len(y), "The models are the same.")
    try:
        if find_separation(design, y):
            raise _NoMaximum("The groups are separated")
        full = _statsmodels_fit(design, y)[2]
        small = _statsmodels_fit(np.delete(design, dropped, axis=1), y)[2]
    except _NoMaximum as failure:
        statistic, df, p = penalized_likelihood_ratio(design, y, dropped)
        return NestedTest(
            statistic, df, p, "firth", len(y), f"Penalised: {failure.what.lower()}. {note}".strip()
        )
    statistic = max(2 * (full - small), 0.0)
    return NestedTest(statistic, len(dropped), _chi2_p(statistic, len(dropped)), "ml", len(y), note)


def _blank_limits(fields: dict[str, Any], collinear: Collinearity, names: list[str]) -> str:
    """Why a profile limit was not found; "" when all were."""
    blank = np.isnan([fields["profile_low"], fields["profile_high"]]).any(axis=0)
    if not blank.any():
        return ""
    guilty = [name for name, vif in zip(names, collinear.vif, strict=True) if vif > VIF_WARNING]
    if guilty or collinear.condition_number > CONDITION_WARNING:
        return (
            f"Some profile limits were not found: {' and '.join(guilty) or 'the predictors'} nearly determine each "
            "other (collinearity); leave some of them out."
        )
    return "Some profile limits were not found: values of very different size in one predictor."


def _design(
    predictors: np.ndarray, positive: Sequence[object] | np.ndarray, names: Sequence[str], min_events: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str], list[str]]:
    """Complete cases and usable columns: x, y, which cases, names kept, reasons for those left out."""
    columns = [numbers(column, name) for column, name in zip(_columns(predictors, names), names, strict=True)]
    if not columns:
        raise AnalysisError("A model cannot be fitted", needed="at least one predictor", found="none")
    same_length("a model", positive, *columns)
    x_all, y_all = np.column_stack(columns), two_classes(positive)
    used = np.isfinite(x_all).all(axis=1)
    x, y = x_all[used], y_all[used]
    events, others = int(y.sum()), int((~y).sum())
    if min(events, others) < min_events:
        raise AnalysisError(
            "A model cannot be fitted",
            needed=f"at least {min_events} cases of either group with all predictors",
            found=f"{events} and {others}",
        )
    keep: list[int] = []
    left_out: list[str] = []
    for j, name in enumerate(names):
        spread = x[:, j].std()
        if spread <= 1e-12 * np.abs(x[:, j]).max():
            left_out.append(f"{name} (the same value in every case)")
        elif (outlier := _wild_value(x[:, j])) is not None:
            left_out.append(f"{name} (the value {outlier:g} is far outside the others: another unit?)")
        elif keep and _is_combination(x[:, keep], x[:, j]):
            left_out.append(f"{name} (determined by the predictors before it)")
        else:
            keep.append(j)
    if not keep:
        raise AnalysisError(
            "A model cannot be fitted", needed="a predictor that varies", found="; ".join(left_out)
        )
    return x[:, keep], y, used, [names[j] for j in keep], left_out


def _columns(predictors: np.ndarray, names: Sequence[str]) -> list[np.ndarray]:
    table = np.asarray(predictors, dtype=object)
    if table.ndim != 2 or table.shape[1] != len(names):
        raise AnalysisError(
            "A model cannot be fitted",
            needed=f"one row per case and one column for each of {len(names)} names",
            found=f"shape {table.shape}",
        )
    return list(table.T)


def _wild_value(column: np.ndarray) -> float | None:
    """The farthest value when it lies 10^5 times the middle half's width away: no model can use both scales."""
    low, middle, high = np.quantile(column, (0.25, 0.5, 0.75))
    farthest = column[np.argmax(np.abs(column - middle))]
    return float(farthest) if high > low and abs(farthest - middle) > 1e5 * (high - low) else None


def _is_combination(others: np.ndarray, column: np.ndarray) -> bool:
    z = (others - others.mean(axis=0)) / others.std(axis=0)
    target = (column - column.mean()) / column.std()
    residual = target - z @ np.linalg.lstsq(z, target, rcond=None)[0]
    # A variance inflation beyond 10^10 leaves none of a coefficient's digits.
    return float((residual**2).mean()) < 1e-10


def _statsmodels_fit(design: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients, covariance and log-likelihood; columns are standardised for the fit and turned back."""
    from statsmodels.discrete.discrete_model import Logit

    mean, scale = design.mean(axis=0), design.std(axis=0)
    mean[0], scale[0] = 0.0, 1.0
    back = np.diag(1 / scale)
    back[0, 1:] = -mean[1:] / scale[1:]
    z = (design - mean) / scale
    with warnings.catch_warnings():
        # Convergence is checked here, and told in words that a reader understands.
        warnings.simplefilter("ignore")
        try:
            found = Logit(y.astype(float), z).fit(method="newton", maxiter=100, tol=1e-12, disp=0)
            covariance, score = found.cov_params(), found.model.score(found.params)
        except np.linalg.LinAlgError:
            raise _NoMaximum("Maximum likelihood did not converge") from None
    if not np.isfinite(covariance).all() or not np.abs(score).max() < 1e-6:
        raise _NoMaximum("Maximum likelihood did not converge")
    return back @ found.params, back @ covariance @ back.T, float(found.llf)


def _ml_fields(design: np.ndarray, y: np.ndarray, profile: bool) -> dict[str, Any]:
    beta, covariance, top = _statsmodels_fit(design, y)
    se = np.sqrt(np.diag(covariance))
    z = beta / se
    n, p = design.shape
    share = y.mean()
    null = float(n * (share * np.log(share) + (1 - share) * np.log(1 - share)))
    statistic = 2 * (top - null)
    lr = np.full(p, nan)
    for term in range(1, p):
        lr[term] = _chi2_p(2 * (top - _statsmodels_fit(np.delete(design, term, axis=1), y)[2]), 1)
    low, high = np.full(p, nan), np.full(p, nan)
    if profile:
        for term in range(p):
            low[term], high[term] = _ml_profile(design, y, beta, term)
    cox_snell = 1 - exp(-statistic / n)
    return {
        "coefficient": beta,
        "se": se,
        "z": z,
        "p": _normal_p(z),
        "p_likelihood_ratio": lr,
        "wald_low": beta - Z95 * se,
        "wald_high": beta + Z95 * se,
        "profile_low": low,
        "profile_high": high,
        "log_likelihood": top,
        "log_likelihood_null": null,
        "lr_statistic": statistic,
        "lr_p": _chi2_p(statistic, p - 1),
        "aic": 2 * p - 2 * top,
        "nagelkerke": cox_snell / (1 - exp(2 * null / n)),
    }


def _ml_profile(design: np.ndarray, y: np.ndarray, beta: np.ndarray, term: int) -> tuple[float, float]:
    """Profile limits on scaled columns, centred for a slope (nearly orthogonal to the constant: faster, safer)."""
    mean, scale = design.mean(axis=0), design.std(axis=0)
    mean[0], scale[0] = 0.0, 1.0
    if term == 0:
        mean[:] = 0.0
    z = (design - mean) / scale
    start = beta * scale
    start[0] += (mean / scale) @ (beta * scale)
    low, high = profile_limits(z, y.astype(float), newton.fit(z, y, start=start, diverged=inf), term)
    return low / scale[term], high / scale[term]


def _firth_fields(design: np.ndarray, y: np.ndarray, profile: bool) -> dict[str, Any]:
    found = fit_firth(design, y, profile=profile)
    z = found.beta / found.se
    p = design.shape[1]
    statistic = 2 * (found.log_likelihood - found.log_likelihood_null)
    return {
        "coefficient": found.beta,
        "se": found.se,
        "z": z,
        "p": found.p if profile else _normal_p(z),
        "p_likelihood_ratio": found.p,
        "wald_low": found.beta - Z95 * found.se,
        "wald_high": found.beta + Z95 * found.se,
        "profile_low": found.profile_low,
        "profile_high": found.profile_high,
        "log_likelihood": found.log_likelihood,
        "log_likelihood_null": found.log_likelihood_null,
        "lr_statistic": statistic,
        "lr_p": _chi2_p(statistic, p - 1),
        "aic": nan,
        "nagelkerke": nan,
    }


def _normal_p(z: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    return 2 * ndtr(-np.abs(z))


def _chi2_p(statistic: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, max(statistic, 0.0)))


def _exp(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.exp(values)
