"""ROC and DeLong tables: apparent figures as in the paper, and what would be left of them on new cases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.models import COMBINED_MEMBERS, SCREENED, FittedModels, Model, design
from HER2LowMRILib.cohort.omissions import LeftOut
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.side_by_side import ALONE, SideBySide
from HER2LowMRILib.cohort.strata import PAIRS, STRATUM_LABELS, Comparison, in_stratum
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.core.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

ROC_COLUMNS = (
    "stratum", "comparison", "predictor", "direction", "n_positive", "n_negative", "auc", "ci_low", "ci_high",
    "auc_corrected", "auc_cv", "cutoff", "sensitivity", "specificity", "sensitivity_low", "sensitivity_high",
    "specificity_low", "specificity_high", "plain_low", "plain_high", "auc_cv_sd", "auc_cv_low", "auc_cv_high",
    "calibration_slope", "calibration_intercept", "brier", "missing", "note",
    "tp", "fp", "fn", "tn", "ppv", "ppv_low", "ppv_high", "npv", "npv_low", "npv_high",
)  # fmt: skip
DELONG_COLUMNS = (
    "stratum", "comparison", "predictor_a", "predictor_b", "auc_a", "auc_b", "z", "p",
    "lr_statistic", "lr_df", "lr_p", "n_positive", "n_negative", "note",
)  # fmt: skip
_COMBINED = (*COMBINED_MEMBERS, "Combined_All")


@dataclass(frozen=True)
class Performance:
    """Tables, and by (stratum, comparison, predictor) curves and the held-out predictions of models."""

    roc: "pd.DataFrame"
    delong: "pd.DataFrame"
    left_out: tuple[LeftOut, ...] = ()
    curves: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    held_out: dict[tuple[str, str, str], "HeldOut"] = field(default_factory=dict)


@dataclass(frozen=True)
class HeldOut:
    """Predictions of cases by fits that did not know them.

    Attributes
    ----------
    probability : ndarray, shape (n,)
        Mean over the repeats of the cross-validation.
    positive : ndarray of bool, shape (n,)
    """

    probability: np.ndarray
    positive: np.ndarray


def measure(
    cohort: CohortTable,
    fitted: FittedModels,
    settings: Settings,
    progress: Callable[[float], None],
    side_by_side: SideBySide = ALONE,
) -> Performance:
    """Measure how well every feature and every model tells a pair of groups apart.

    Parameters
    ----------
    cohort : CohortTable
    fitted : FittedModels
        From `models.fit_models`.
    settings : Settings
    progress : callable
        Called with the fraction done; may raise to stop.
    side_by_side : SideBySide
        Who helps.

    Returns
    -------
    Performance
        Tables of `ROC_COLUMNS` and `DELONG_COLUMNS`. ``auc`` is apparent; ``auc_corrected`` and the limits of
        ``auc_cv`` are for models only, because a single feature has nothing but its direction fitted.
    """
    import pandas as pd

    jobs = [
        (
            cohort,
            [m for m in fitted.models if (m.stratum, m.comparison) == (stratum, pair.name)],
            settings,
            stratum,
            pair,
        )
        for stratum in STRATUM_LABELS
        if stratum == "all" or "lesion_type" in cohort.rows
        for pair in PAIRS
    ]
    found: list[_Found] = side_by_side.each(_measure_place, jobs, progress)
    return Performance(
        pd.DataFrame([row for place in found for row in place.rows], columns=list(ROC_COLUMNS)),
        pd.DataFrame([row for place in found for row in place.comparisons], columns=list(DELONG_COLUMNS)),
        tuple(entry for place in found for entry in place.left_out),
        {key: curve for place in found for key, curve in place.curves.items()},
        {key: held for place in found for key, held in place.held_out.items()},
    )


@dataclass
class _Found:
    """What a pair of groups in one stratum gave."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    comparisons: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    curves: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    held_out: dict[tuple[str, str, str], HeldOut] = field(default_factory=dict)


def _measure_place(
    cohort: CohortTable, models: list[Model], settings: Settings, stratum: str, pair: Comparison
) -> _Found:
    cases = in_stratum(cohort, stratum)
    cases = cases[cases["her2_group"].isin(pair.groups)]
    positive = (cases["her2_group"] == pair.positive).to_numpy()
    if positive.sum() < 2 or (~positive).sum() < 2:
        where, sizes = f"{pair.label}, {STRATUM_LABELS[stratum]}", f"{positive.sum()} and {(~positive).sum()}"
        return _Found(left_out=[LeftOut("ROC", "needed at least 2 cases in either group", where, sizes)])
    rows, curves, held_out = _roc_rows(cohort, cases, positive, models, settings)
    key = {"stratum": stratum, "comparison": pair.name}
    return _Found(
        [key | row for row in rows],
        [key | row for row in _delong_rows(models)],
        curves={(stratum, pair.name, name): curve for name, curve in curves.items()},
        held_out={(stratum, pair.name, name): held for name, held in held_out.items()},
    )


def _roc_rows(
    cohort: CohortTable,
    cases: "pd.DataFrame",
    positive: np.ndarray,
    models: list[Model],
    settings: Settings,
) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, HeldOut]]:
    rows, curves, held_out = [], {}, {}
    features = [name for name, variable in cohort.variables.items() if variable.table == "features"]
    for name in features:
        if cases[name].notna().any():
            values = cases[name].to_numpy(float)
            row, curves[name] = _apparent(name, values, positive, "auto")
            rows.append(row | _marker_resampled(values, positive, settings))
    for model in models:
        # A model's own probability: its direction is fixed by the fit.
        row, curves[model.name] = _apparent(model.name, model.fit.probability, positive, "higher")
        resampled, predicted = _resampled(model, cohort, cases, settings)
        rows.append(row | resampled)
        if predicted is not None:
            held_out[model.name] = predicted
    return rows, curves, held_out


def _apparent(
    name: str, scores: np.ndarray, positive: np.ndarray, direction: str
) -> tuple[dict[str, Any], Any]:
    from HER2LowMRILib.core.statistics.delong import auc
    from HER2LowMRILib.core.statistics.roc import roc_curve, youden

    result = auc(scores, positive, direction)
    curve = roc_curve(scores, positive, result.direction)
    cutoff = youden(curve)
    row = {
        "predictor": name,
        "direction": result.direction,
        "n_positive": result.n_positive,
        "n_negative": result.n_negative,
        "auc": result.auc,
        "ci_low": result.ci_low,
        "ci_high": result.ci_high,
        "plain_low": result.plain_low,
        "plain_high": result.plain_high,
        "missing": result.missing,
        "note": result.note,
    }
    if cutoff is not None:
        row |= {
            "cutoff": cutoff.threshold,
            "sensitivity": cutoff.sensitivity.estimate,
            "specificity": cutoff.specificity.estimate,
            "sensitivity_low": cutoff.sensitivity.ci_low,
            "sensitivity_high": cutoff.sensitivity.ci_high,
            "specificity_low": cutoff.specificity.ci_low,
            "specificity_high": cutoff.specificity.ci_high,
            **{name: getattr(cutoff, name) for name in ("tp", "fp", "fn", "tn")},
            "ppv": cutoff.ppv.estimate,
            "ppv_low": cutoff.ppv.ci_low,
            "ppv_high": cutoff.ppv.ci_high,
            "npv": cutoff.npv.estimate,
            "npv_low": cutoff.npv.ci_low,
            "npv_high": cutoff.npv.ci_high,
        }
    return row, curve


def _marker_resampled(values: np.ndarray, positive: np.ndarray, settings: Settings) -> dict[str, Any]:
    """Cross-validated AUC of a single feature, of which only the direction is learned."""
    from HER2LowMRILib.core.statistics.resampled_models import SingleMarker
    from HER2LowMRILib.core.statistics.resampling import cross_validate

    used = np.isfinite(values)
    if not used.any():
        return {}
    validated = cross_validate(
        values[used, None],
        positive[used],
        SingleMarker(),
        folds=settings.folds,
        repeats=settings.repeats,
        seed=settings.seed,
        calibration=False,
    )
    return {"auc_cv": validated.auc, "auc_cv_sd": validated.auc_sd}


def _resampled(
    model: Model,
    cohort: CohortTable,
    cases: "pd.DataFrame",
    settings: Settings,
) -> tuple[dict[str, Any], HeldOut | None]:
    """Optimism-corrected and cross-validated AUC; a screened model is screened again in every resample."""
    from HER2LowMRILib.core.statistics.resampled_models import LogisticProcedure
    from HER2LowMRILib.core.statistics.resampling import bootstrap_optimism, cross_validate

    x, screen = model.x, None
    if model.name == SCREENED:
        try:
            _, x = design(cases, [cohort.variables[name] for name in model.candidates])
        except AnalysisError as error:
            return {"note": str(error)}, None
        screen = settings.screening_p
    used = np.isfinite(x).all(axis=1)
    x, positive = x[used], model.positive[used]
    varies = x.min(axis=0) < x.max(axis=0) if len(x) else np.zeros(x.shape[1], bool)
    if not varies.any():
        note = f"Not resampled: no candidate varies in the {len(x)} cases that have all of them."
        return {"note": note}, None
    procedure = LogisticProcedure(screen_p=screen)
    corrected = bootstrap_optimism(
        x[:, varies], positive, procedure, samples=settings.bootstraps, seed=settings.seed
    )
    validated = cross_validate(
        x[:, varies],
        positive,
        procedure,
        folds=settings.folds,
        repeats=settings.repeats,
        seed=settings.seed,
        interval=True,
    )
    row: dict[str, Any] = {
        "auc_corrected": corrected.corrected,
        "auc_cv": validated.auc,
        "auc_cv_sd": validated.auc_sd,
        "auc_cv_low": validated.ci_low,
        "auc_cv_high": validated.ci_high,
    }
    if validated.calibration is not None:
        row |= {
            "calibration_slope": validated.calibration.slope,
            "calibration_intercept": validated.calibration.intercept,
            "brier": validated.calibration.brier,
        }
    notes = [corrected.note, validated.note]
    if screen is not None and len(x) < len(used):
        notes.append(f"Resampled on the {len(x)} cases that have every candidate.")
    predicted = None
    if len(validated.scores):
        from scipy.special import expit

        predicted = HeldOut(expit(validated.scores).mean(axis=0), positive)
    return row | ({"note": " ".join(note for note in notes if note)} if any(notes) else {}), predicted


def _delong_rows(models: list[Model]) -> list[dict[str, Any]]:
    """Combined_All against each of its parts, and the parts against each other."""
    from HER2LowMRILib.core.statistics.delong import compare_paired
    from HER2LowMRILib.core.statistics.logistic import likelihood_ratio_test

    by_name = {model.name: model for model in models}
    present = [name for name in reversed(_COMBINED) if name in by_name]
    rows = []
    for first, second in combinations(present, 2):
        a, b = by_name[first], by_name[second]
        result = compare_paired(a.fit.probability, b.fit.probability, a.positive, "higher", "higher")
        row = {
            "predictor_a": first,
            "predictor_b": second,
            "auc_a": result.auc_a,
            "auc_b": result.auc_b,
            "z": result.z,
            "p": result.p,
            "n_positive": result.n_positive,
            "n_negative": result.n_negative,
            "note": result.note,
        }
        if set(b.terms) < set(a.terms):
            nested = likelihood_ratio_test(a.x, a.positive, a.terms, b.terms)
            row |= {"lr_statistic": nested.statistic, "lr_df": nested.df, "lr_p": nested.p}
            row["note"] = f"{row['note']} {nested.note}".strip()
        rows.append(row)
    return rows
