"""How well models and features tell the groups apart."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE, SCREENED, model_name
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.report.names import COMBINED, PAPER_FEATURES, pair_label
from HER2LowMRILib.cohort.report.tables import (
    cross_validated_text,
    html_table,
    interval_text,
    number_text,
    p_text,
)
from HER2LowMRILib.cohort.strata import PAIRS, STRATUM_LABELS, Comparison

if TYPE_CHECKING:
    import pandas as pd

_APPARENT = (
    "Apparent: judged on the cases it was fitted to, as in the paper. Cut-offs maximise Youden's index and are "
    "exploratory; the sign tells which side speaks for the first group."
)


def performance(analysis: Analysis) -> str:
    """Models, their ROC curves, single features, and comparisons of models."""
    roc = analysis.tables["roc"]
    if roc.empty:
        return ""
    parts = [_model_performance(roc)]
    panels = _roc_panels(analysis)
    if panels:
        parts.append(figures.figure(figures.roc_curves(panels), "Apparent ROC curves; AUC in brackets."))
    parts.append(_feature_performance(roc))
    delong = analysis.tables["delong"]
    if len(delong):
        parts.append(_delong_table(delong))
    return "".join(parts)


def _model_performance(roc: "pd.DataFrame") -> str:
    rows = []
    for pair, stratum, part in _parts(roc, PAIRS, (QUALITATIVE, SCREENED, *COMBINED)):
        rows.append([f"{pair.label}, {STRATUM_LABELS[stratum]}"])
        for _, row in part.iterrows():
            rows.append(
                [
                    model_name(row["predictor"]),
                    interval_text(row["auc"], row["ci_low"], row["ci_high"]),
                    number_text(row["auc_corrected"]),
                    cross_validated_text(row),
                    number_text(row["calibration_slope"], 2),
                    number_text(row["brier"], 3),
                    *_cutoff_cells(row),
                ]
            )
    header = [
        "",
        "AUC (95 % CI)<br>apparent",
        "Optimism-<br>corrected",
        "Cross-validated<br>(95 % CI)",
        "Calibration<br>slope",
    ]
    header += ["Brier", "Cut-off", "Sensitivity", "Specificity", "n"]
    note = (
        f"{_APPARENT} Recommended: the cross-validated AUC. Its limits come from the whole fit done again without each "
        "twentieth of the cases; they are rather too wide than too narrow. Without any signal it averages 0.5 over "
        "studies but scatters widely, and a value far below 0.5 says no more than that nothing was found: the cases "
        "held out are missing from the fit, which so leans away from them. Calibration slope (1 is right, below 1 the "
        "predictions are too extreme) and Brier score are those of the held-out predictions. Cut-off as probability."
    )
    return html_table(header, rows, "Models: how well they tell the groups apart", note) if rows else ""


def _feature_performance(roc: "pd.DataFrame") -> str:
    rows = []
    for pair, stratum, part in _parts(roc, [p for p in PAIRS if p.positive == "low"], PAPER_FEATURES):
        rows.append([f"{pair.label}, {STRATUM_LABELS[stratum]}"])
        for _, row in part.iterrows():
            auc = interval_text(row["auc"], row["ci_low"], row["ci_high"])
            rows.append([model_name(row["predictor"]), auc, *_cutoff_cells(row)])
    header = [
        "",
        "AUC (95 % CI)<br>apparent",
        "Cut-off",
        "Sensitivity (95 % CI)",
        "Specificity (95 % CI)",
        "n",
    ]
    note = f"{_APPARENT} ADC and D in 10⁻³ mm²/s. All features and the third pair are in roc.csv."
    return html_table(header, rows, "Single features of the combined models", note) if rows else ""


def _parts(
    roc: "pd.DataFrame", pairs: Sequence[Comparison], predictors: Sequence[str]
) -> Iterator[tuple[Comparison, str, "pd.DataFrame"]]:
    for pair in pairs:
        for stratum in STRATUM_LABELS:
            part = roc[(roc["stratum"] == stratum) & (roc["comparison"] == pair.name)]
            part = part[part["predictor"].isin(predictors)]
            if len(part):
                yield pair, stratum, part


def _cutoff_cells(row: "pd.Series") -> list[str]:
    sign = (
        ("&gt;&nbsp;" if row["direction"] == "higher" else "&lt;&nbsp;")
        if row["cutoff"] == row["cutoff"]
        else ""
    )
    return [
        sign + number_text(row["cutoff"]),
        interval_text(row["sensitivity"], row["sensitivity_low"], row["sensitivity_high"], 2),
        interval_text(row["specificity"], row["specificity_low"], row["specificity_high"], 2),
        f"{row['n_positive']:.0f}/{row['n_negative']:.0f}",
    ]


def _roc_panels(analysis: Analysis) -> list[tuple[str, list]]:
    roc = analysis.tables["roc"].set_index(["stratum", "comparison", "predictor"])["auc"]
    panels = []
    plans = [("mass", pair.name, (QUALITATIVE,)) for pair in PAIRS[:2]]
    plans.append(("nme_related", "low_vs_over", COMBINED))
    qualitative = []
    for stratum, comparison, names in plans:
        curves = []
        for name in names:
            key = (stratum, comparison, name)
            if key in analysis.curves and len(analysis.curves[key].sensitivity):
                curves.append((f"{model_name(name)} ({roc[key]:.3f})", analysis.curves[key]))
        if curves and names == (QUALITATIVE,):
            qualitative.append(
                (f"{pair_label(comparison)} ({roc[(stratum, comparison, QUALITATIVE)]:.3f})", curves[0][1])
            )
        elif curves:
            lesions = STRATUM_LABELS[stratum]
            panels.append((f"{lesions[0].upper()}{lesions[1:]}: {pair_label(comparison)}", curves))
    if qualitative:
        panels.insert(0, ("Masses: qualitative model", qualitative))
    return panels


def _delong_table(delong: "pd.DataFrame") -> str:
    rows, seen = [], None
    for _, row in delong.iterrows():
        key = (row["stratum"], row["comparison"])
        if key != seen:
            seen = key
            rows.append([f"{pair_label(row['comparison'])}, {STRATUM_LABELS[row['stratum']]}"])
        nested = row["lr_p"] == row["lr_p"]
        lr = (
            f"{row['lr_statistic']:.2f} ({row['lr_df']:.0f}), {p_text(row['lr_p'])}"
            if nested
            else "not nested"
        )
        rows.append(
            [
                f"{model_name(row['predictor_a'])} and {model_name(row['predictor_b'])}",
                f"{number_text(row['auc_a'])} and {number_text(row['auc_b'])}",
                lr,
                number_text(row["z"], 2),
                p_text(row["p"]),
            ]
        )
    header = ["", "AUC (apparent)", "Likelihood ratio (df), p<br>recommended where nested"]
    header += ["DeLong z", "DeLong p<br>as in the paper"]
    note = "DeLong's test is not valid for nested models fitted to the same cases; it is printed as the paper does."
    return html_table(header, rows, "Comparison of models", note)
