"""The page about a frozen model on another centre's table."""

import html
from importlib import resources

from HER2LowMRILib.cohort.external_validation import Validation
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.report.tables import html_table, interval_text, number_text
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.core.statistics.calibration import calibration_groups

_WORDS = {
    "auc": "AUC",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "ppv": "Positive predictive value",
    "npv": "Negative predictive value",
    "calibration_slope": "Calibration slope (1 is right)",
    "calibration_in_the_large": "Calibration in the large (0 is right)",
    "observed_over_expected": "Observed over expected (1 is right)",
    "brier": "Brier score",
    "brier_scaled": "Scaled Brier score",
}


def validation_html(found: Validation, cohort: CohortTable) -> str:
    """One page: figures of the model here and where it was fitted, ROC, calibration and decision curve."""
    model = found.model
    style = (resources.files("HER2LowMRILib") / "data" / "report.css").read_text(encoding="utf-8")
    rows = [
        [
            _WORDS[row["measure"]],
            interval_text(row["estimate"], row["ci_low"], row["ci_high"])
            if row["ci_low"] == row["ci_low"]
            else number_text(row["estimate"]),
            f"{row['count']:.0f}/{row['n']}" if row["count"] == row["count"] else f"{row['n']}",
            html.escape(row["note"] or ""),
        ]
        for _, row in found.table.iterrows()
    ]
    note = (
        f"Fitted to {model.n} cases ({model.n_positive} positive); there the apparent AUC was "
        f"{_or_none(model.auc)}, the cross-validated {_or_none(model.auc_cv)}. Nothing was fitted again here. AUC with "
        "DeLong's limits on the logit scale, shares with Wilson's, calibration with Wald's."
    )
    table = html_table(["", "Here (95 % CI)", "Cases", ""], rows, html.escape(model.words), note)
    terms = [
        [html.escape(term), f"{value:.6g}", html.escape(against), f"{low:.4g} to {high:.4g}"]
        for term, value, against, low, high in zip(
            model.terms, model.coefficients, model.references, model.lowest, model.highest, strict=True
        )
    ]
    terms.insert(0, ["(constant)", f"{model.constant:.6g}", "", ""])
    head = ["", "Coefficient (log odds ratio)", "Against", "Range of the fit"]
    drawings = [
        figures.Drawing(
            "roc", figures.roc_curves([(model.pair.label, [("frozen model", found.curve)])]), "ROC curve."
        ),
        figures.Drawing(
            "calibration",
            figures.calibration_plots([("", calibration_groups(found.probability, found.positive))]),
            "Calibration: cases in five groups of equal size by predicted probability, with Wilson's 95 % limits.",
        ),
        figures.Drawing(
            "decision", figures.decision_curves([("", [("frozen model", found.decision)])]), "Decision curve."
        ),
    ]
    warnings = "".join(f"<li>{html.escape(text)}</li>" for text in found.warnings)
    banner = (
        '<p class="banner">Synthetic data: every number below is made up.</p>' if cohort.synthetic else ""
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Validation of a frozen model</title><style>{style}</style></head><body>"
        f"<h1>Validation of a frozen model</h1>{banner}"
        '<p class="lead">Research software, no medical device: a statement about a cohort, never about a patient.</p>'
        + (f'<ul class="warnings">{warnings}</ul>' if warnings else "")
        + table
        + "".join(map(figures.in_page, drawings))
        + html_table(head, terms, "The model")
        + "</body></html>\n"
    )


def _or_none(value: float | None) -> str:
    return "not known" if value is None else number_text(value)
