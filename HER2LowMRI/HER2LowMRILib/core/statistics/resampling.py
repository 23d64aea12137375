"""How much of an AUC would be left on new cases: Harrell's bootstrap and repeated cross-validation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from HER2LowMRILib.core.errors import AnalysisError, Cancelled
from HER2LowMRILib.core.statistics.calibration import Calibration, calibrate
from HER2LowMRILib.core.statistics.inputs import two_classes
from HER2LowMRILib.core.statistics.proportions import logit_limits
from HER2LowMRILib.core.statistics.resampled_models import Procedure, concordance, weighted_auc

BOOTSTRAP_SAMPLES, FOLDS, CV_REPEATS = 1000, 10, 50
JACKKNIFE_GROUPS, JACKKNIFE_REPEATS = 20, 5
# Cases times refits handed to a procedure at once: few enough for progress to show and a stop to be heard, and for
# products that no library spreads over threads, which take longer.
_BATCH_CELLS = 25_000


@dataclass(frozen=True)
class Optimism:
    """Bootstrap-corrected AUC of a procedure.

    Attributes
    ----------
    apparent : float
        AUC on the cases that the procedure was fitted to.
    optimism : float
        Mean over the samples of (AUC in the sample - AUC of the sample's fit in all cases).
    corrected : float
        apparent - optimism.
    samples, seed : int
    n_positive, n_negative : int
    note : str
    """

    apparent: float
    optimism: float
    corrected: float
    samples: int
    seed: int
    n_positive: int
    n_negative: int
    note: str = ""


@dataclass(frozen=True)
class CrossValidation:
    """Repeated stratified k-fold cross-validation of a procedure.

    Attributes
    ----------
    auc : float
        Mean over the repeats. Pairs are compared within a fold only, where one fit gave both scores.
    auc_sd : float
        Standard deviation between repeats: how much the split alone matters. It is not a standard error.
    se, ci_low, ci_high : float
        Jackknife's standard error and 95 % limits on the logit scale; NaN where they were not asked for. Too wide
        rather than too narrow, see `cross_validate`.
    scores : ndarray, shape (repeats, n)
        Held-out scores of every case.
    calibration : Calibration or None
        Of the held-out linear predictors, mean over the repeats; None for a single marker.
    folds, repeats, seed : int
    n_positive, n_negative : int
    note : str
    """

    auc: float
    auc_sd: float
    se: float
    ci_low: float
    ci_high: float
    scores: np.ndarray
    calibration: Calibration | None
    folds: int
    repeats: int
    seed: int
    n_positive: int
    n_negative: int
    note: str = ""


def bootstrap_optimism(
    x: np.ndarray,
    positive: np.ndarray,
    procedure: Procedure,
    *,
    samples: int = BOOTSTRAP_SAMPLES,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Optimism:
    """Optimism-corrected AUC with every step of the procedure repeated in each bootstrap sample.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Complete cases.
    positive : array_like of bool, shape (n,)
    procedure : Procedure
    samples, seed : int
    progress : callable, optional
        Called with the fraction done.
    cancelled : callable, optional
        Asked between batches; ``Cancelled`` is raised when it returns True.

    Notes
    -----
    Harrell, Lee & Mark 1996 (doi 10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4). At a few
    events per predictor it stays optimistic; cross-validation is the headline there.
    """
    x, y, n1, n0, note = _checked(x, positive)
    if note:
        return Optimism(nan, nan, nan, 0, seed, n1, n0, note)
    everyone = np.ones((1, len(y)))
    apparent = float(weighted_auc(procedure.scores(x, y, everyone), y, everyone)[0])
    rng = np.random.default_rng(seed)
    weights = _bootstrap_weights(rng, y, samples)
    optimism = np.empty(samples)
    for rows in _batches(weights.shape, progress, cancelled):
        scores = procedure.scores(x, y, weights[rows])
        in_sample = weighted_auc(scores, y, weights[rows])
        in_all = weighted_auc(scores, y, np.broadcast_to(everyone, scores.shape))
        optimism[rows] = in_sample - in_all
    mean = float(optimism.mean())
    return Optimism(apparent, mean, apparent - mean, samples, seed, n1, n0)


def cross_validate(
    x: np.ndarray,
    positive: np.ndarray,
    procedure: Procedure,
    *,
    folds: int = FOLDS,
    repeats: int = CV_REPEATS,
    seed: int = 0,
    calibration: bool = True,
    interval: bool = False,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> CrossValidation:
    """Cross-validated AUC with every step of the procedure, selection and direction included, inside the folds.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Complete cases.
    positive : array_like of bool, shape (n,)
    procedure : Procedure
    folds : int
        Reduced to the size of the smaller class, and then noted.
    repeats, seed : int
    calibration : bool
        Whether the scores are linear predictors of a logistic model, so that calibration has a meaning.
    interval : bool
        Whether to compute the limits too, which takes about as long again for every 10 repeats.
    progress, cancelled : callable, optional
        As in ``bootstrap_optimism``.

    Notes
    -----
    Pairs are compared within folds, never across: the scores of different fits do not compare, and pooling them
    pulls the AUC below 0.5 where there is no signal (Airola 2011, doi 10.1016/j.csda.2010.11.018). So compared it
    averages 0.5 without signal, but it scatters more than an AUC on new cases does, and more to the lower side.

    The limits come from the whole procedure done again without each twentieth of the cases (grouped jackknife).
    A jackknife's variance is too large on average (Efron & Stein 1981, doi 10.1214/aos/1176345462), so the limits
    hold the truth in more than 95 % of studies. Intervals from the held-out scores of one cross-validation (DeLong's,
    or LeDell's influence curves, 2015, doi 10.1214/15-EJS1035) know nothing of how much the fits themselves vary and
    hold it in 69 to 93 %; docs/statistics-checks.md and docs/adr/0015 have the figures.
    """
    x, y, n1, n0, note = _checked(x, positive)
    if note:
        return CrossValidation(*(nan,) * 5, np.full((0, len(y)), nan), None, folds, 0, seed, n1, n0, note)
    if min(n1, n0) < folds:
        folds = min(n1, n0)
        note = f"{folds} folds, as the smaller group has {folds} cases."
    rng = np.random.default_rng(seed)
    fold_of = np.stack([_stratified_folds(rng, y, folds) for _ in range(repeats)])
    held_out = (fold_of[:, None, :] == np.arange(folds)[None, :, None]).reshape(-1, len(y)).astype(float)
    first = _part(progress, 0.0, 0.5 if interval else 1.0)
    held_scores = _held_out_scores(x, y, procedure, 1 - held_out, held_out, folds, first, cancelled)
    concordant, pairs = concordance(held_scores, y, np.ones_like(held_scores), within=fold_of)
    by_repeat = concordant / pairs
    spread = float(by_repeat.std(ddof=1)) if repeats > 1 else nan
    area, se, limits = float(by_repeat.mean()), nan, (nan, nan)
    if interval:
        se = _jackknife_error(
            x, y, procedure, fold_of[:JACKKNIFE_REPEATS], rng, _part(progress, 0.5, 1.0), cancelled
        )
        if 0 < area < 1 and se > 0:
            limits = logit_limits(area, se)
        else:
            note = f"{note} No interval: the cross-validated AUC does not vary.".strip()
    return CrossValidation(
        auc=area,
        auc_sd=spread,
        se=se,
        ci_low=limits[0],
        ci_high=limits[1],
        scores=held_scores,
        calibration=calibrate(held_scores, y) if calibration else None,
        folds=folds,
        repeats=repeats,
        seed=seed,
        n_positive=n1,
        n_negative=n0,
        note=note,
    )


def _checked(x: np.ndarray, positive: np.ndarray) -> tuple[np.ndarray, np.ndarray, int, int, str]:
    """Predictors, classes, how many of either, and why they are too few ("" when they are not)."""
    x, y = np.asarray(x, dtype=float), two_classes(positive)
    if x.ndim == 1:
        x = x[:, None]
    if x.ndim != 2 or len(x) != len(y):
        raise AnalysisError(
            "Resampling cannot be done",
            needed="one row of predictors per case",
            found=f"{x.shape} for {len(y)} cases",
        )
    if not np.isfinite(x).all():
        raise AnalysisError("Resampling cannot be done", needed="complete cases", found="missing values")
    n1, n0 = int(y.sum()), int((~y).sum())
    note = "" if min(n1, n0) >= 5 else f"{n1} and {n0} cases: at least 5 of either group are needed."
    return x, y, n1, n0, note


def _held_out_scores(
    x: np.ndarray,
    y: np.ndarray,
    procedure: Procedure,
    fitted: np.ndarray,
    judged: np.ndarray,
    folds: int,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> np.ndarray:
    """Score of each case by the fit that held it out; a row for every ``folds`` rows of the weights."""
    scores = np.empty(fitted.shape)
    for rows in _batches(fitted.shape, progress, cancelled):
        scores[rows] = procedure.scores(x, y, fitted[rows]) * judged[rows]
    return scores.reshape(-1, folds, len(y)).sum(axis=1)


def _jackknife_error(
    x: np.ndarray,
    y: np.ndarray,
    procedure: Procedure,
    fold_of: np.ndarray,
    rng: np.random.Generator,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> float:
    """Standard error of a cross-validated AUC: the same folds again, each time without one group of the cases."""
    group = _stratified_folds(rng, y, min(JACKKNIFE_GROUPS, len(y)))
    groups, folds = int(group.max()) + 1, int(fold_of.max()) + 1
    stays = (group != np.arange(groups)[:, None]).astype(float)
    held_out = (fold_of[:, None, :] == np.arange(folds)[None, :, None]).reshape(-1, len(y)).astype(float)
    judged = (stays[:, None] * held_out[None]).reshape(-1, len(y))
    fitted = (stays[:, None] * (1 - held_out)[None]).reshape(-1, len(y))
    scores = _held_out_scores(x, y, procedure, fitted, judged, folds, progress, cancelled)
    weights, within = np.repeat(stays, len(fold_of), axis=0), np.tile(fold_of, (groups, 1))
    concordant, pairs = concordance(scores, y, weights, within=within)
    areas = concordant.reshape(groups, -1).sum(axis=1) / pairs.reshape(groups, -1).sum(axis=1)
    return float(np.sqrt((groups - 1) * np.var(areas)))


def _bootstrap_weights(rng: np.random.Generator, y: np.ndarray, samples: int) -> np.ndarray:
    n = len(y)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=samples).astype(float)
    # A sample without two cases of either class has no model: drawn again.
    while True:
        bad = np.flatnonzero((weights[:, y].sum(axis=1) < 2) | (weights[:, ~y].sum(axis=1) < 2))
        if bad.size == 0:
            return weights
        weights[bad] = rng.multinomial(n, np.full(n, 1 / n), size=bad.size)


def _stratified_folds(rng: np.random.Generator, y: np.ndarray, folds: int) -> np.ndarray:
    fold = np.empty(len(y), dtype=int)
    # The second class goes on where the first stopped, so that folds differ by one case at most.
    shuffled = np.concatenate([rng.permutation(np.flatnonzero(y)), rng.permutation(np.flatnonzero(~y))])
    fold[shuffled] = np.arange(len(y)) % folds
    return fold


def _part(
    progress: Callable[[float], None] | None, start: float, end: float
) -> Callable[[float], None] | None:
    return None if progress is None else lambda fraction: progress(start + (end - start) * fraction)


def _batches(
    weights: tuple[int, int],
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Iterator[slice]:
    count, cases = weights
    size = max(10, _BATCH_CELLS // cases)
    for begin in range(0, count, size):
        if cancelled is not None and cancelled():
            raise Cancelled()
        yield slice(begin, min(begin + size, count))
        if progress is not None:
            progress(min(begin + size, count) / count)
