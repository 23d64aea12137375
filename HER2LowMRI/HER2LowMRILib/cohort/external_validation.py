"""A frozen model on another centre's rows: whether it tells the groups apart, and whether its probabilities hold."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from HER2LowMRILib.cohort.frozen_model import FrozenModel
from HER2LowMRILib.cohort.strata import in_stratum
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.decision_curve import DecisionCurve, decision_curve

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("measure", "estimate", "ci_low", "ci_high", "count", "n", "note")
_FEWEST = 5


@dataclass(frozen=True)
class Validation:
    """How the model does on the other rows.

    Attributes
    ----------
    model : FrozenModel
    table : DataFrame
        `COLUMNS`: AUC, accuracy at the frozen cut-off, calibration.
    curve : RocCurve
    probability : ndarray, shape (n,)
    positive : ndarray of bool, shape (n,)
    decision : DecisionCurve
    warnings : tuple of str
    """

    model: FrozenModel
    table: "pd.DataFrame"
    curve: object
    probability: np.ndarray
    positive: np.ndarray
    decision: DecisionCurve
    warnings: tuple[str, ...]


def validate(model: FrozenModel, cohort: CohortTable) -> Validation:
    """Judge a frozen model.

    Parameters
    ----------
    model : FrozenModel
    cohort : CohortTable
        Of another centre.

    Raises
    ------
    AnalysisError
        When the rows lack a column of the model, or have fewer than 5 complete cases of either group.
    """
    import pandas as pd
    from scipy.special import expit

    from HER2LowMRILib.core.statistics.delong import auc
    from HER2LowMRILib.core.statistics.roc import roc_curve

    missing = sorted({term.partition(": ")[0] for term in model.terms} - set(cohort.variables))
    if missing or (model.stratum != "all" and "lesion_type" not in cohort.rows):
        columns = missing or ["lesion_type"]
        raise AnalysisError(
            "The model cannot be applied", needed=f"the column {', '.join(columns)}", found="none"
        )
    rows = in_stratum(cohort, model.stratum)
    rows = rows[rows["her2_group"].isin(model.pair.groups)]
    score = model.linear_predictor(rows, cohort)
    used = np.isfinite(score)
    positive = (rows["her2_group"] == model.pair.positive).to_numpy()
    score, positive, left_out = score[used], positive[used], int((~used).sum())
    n1, n0 = int(positive.sum()), int((~positive).sum())
    if min(n1, n0) < _FEWEST:
        raise AnalysisError(
            "The model cannot be judged",
            needed=f"at least {_FEWEST} complete cases of either group",
            found=f"{n1} and {n0}",
        )
    probability = expit(score)
    area = auc(score, positive, "higher")
    rows_out = [_measure("auc", area.auc, area.ci_low, area.ci_high, n=n1 + n0, note=area.note)]
    rows_out += _accuracy(probability, positive, model.cutoff)
    rows_out += _calibration(score, positive)
    return Validation(
        model,
        pd.DataFrame(rows_out, columns=list(COLUMNS)),
        roc_curve(score, positive, "higher"),
        probability,
        positive,
        decision_curve(probability, positive),
        _warnings(model, cohort, rows[used], left_out),
    )


def _measure(
    name: str,
    estimate: float,
    low: float = np.nan,
    high: float = np.nan,
    *,
    count: int | None = None,
    n: int,
    note: str = "",
) -> dict[str, object]:
    return {
        "measure": name,
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        "count": count,
        "n": n,
        "note": note,
    }


def _accuracy(probability: np.ndarray, positive: np.ndarray, cutoff: float | None) -> list[dict[str, object]]:
    """Sensitivity to NPV at the cut-off of the fit, with Wilson's limits."""
    from HER2LowMRILib.core.statistics.proportions import proportion

    if cutoff is None:
        return []
    above = probability > cutoff
    tp, fp = int((above & positive).sum()), int((above & ~positive).sum())
    fn, tn = int((~above & positive).sum()), int((~above & ~positive).sum())
    shares = (
        ("sensitivity", tp, tp + fn),
        ("specificity", tn, tn + fp),
        ("ppv", tp, tp + fp),
        ("npv", tn, tn + fn),
    )
    found = []
    for name, count, n in shares:
        share = proportion(count, n)
        note = share.note or f"at the frozen cut-off {cutoff:.4g}"
        found.append(_measure(name, share.estimate, share.ci_low, share.ci_high, count=count, n=n, note=note))
    return found


def _calibration(score: np.ndarray, positive: np.ndarray) -> list[dict[str, object]]:
    """Slope, calibration in the large, Brier score, with Wald limits (Van Calster 2016)."""
    from HER2LowMRILib.core.statistics import newton
    from HER2LowMRILib.core.statistics.calibration import calibrate
    from HER2LowMRILib.core.statistics.proportions import Z95

    n = len(score)
    found = calibrate(score, positive)
    design = np.column_stack([np.ones(n), score])
    both = newton.fit(design, positive)
    shifted = newton.fit(design, positive, free=np.array([True, False]), start=np.array([0.0, 1.0]))
    slope_se = float(np.sqrt(both.covariance[0, 1, 1])) if both.converged[0] else np.nan
    large, large_se = float(shifted.beta[0, 0]), float(shifted.information[0, 0, 0] ** -0.5)
    expected, observed = float((1 / (1 + np.exp(-score))).sum()), int(positive.sum())
    return [
        _measure("calibration_slope", found.slope, found.slope - Z95 * slope_se, found.slope + Z95 * slope_se, n=n,
                 note=found.note),
        _measure("calibration_in_the_large", large, large - Z95 * large_se, large + Z95 * large_se, n=n),
        _measure("observed_over_expected", observed / expected, count=observed, n=n),
        _measure("brier", found.brier, n=n),
        _measure("brier_scaled", found.brier_scaled, n=n),
    ]  # fmt: skip


def _warnings(
    model: FrozenModel, cohort: CohortTable, rows: "pd.DataFrame", left_out: int
) -> tuple[str, ...]:
    from HER2LowMRILib.cohort.models import column_of_term

    found = list(cohort.warnings)
    if left_out:
        found.append(f"{left_out} cases lack a value of the model and are left out.")
    here = set(cohort.provenance.get("definition_id", ()))
    if here != set(model.definitions) and here and model.definitions:
        found.append(
            f"The features were made by other definitions: {', '.join(sorted(here))} here, "
            f"{', '.join(model.definitions)} where the model was fitted."
        )
    for term, low, high in zip(model.terms, model.lowest, model.highest, strict=True):
        values = column_of_term(rows, term, cohort.variables)
        outside = int(((values < low) | (values > high)).sum())
        if outside:
            found.append(
                f"{term}: {outside} of {len(values)} values lie outside {low:.4g} to {high:.4g} of the fit."
            )
    if cohort.sha256 and cohort.sha256 in model.inputs.values():
        found.append(
            "This is the table that the model was fitted to: its figures are apparent, no validation."
        )
    return tuple(found)
