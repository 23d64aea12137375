"""How well models and features tell the groups apart."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE, SCREENED, model_name
from HER2LowMRILib.cohort.performance import HeldOut
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
from HER2LowMRILib.core.statistics.calibration import calibration_groups
from HER2LowMRILib.core.statistics.decision_curve import decision_curve
from HER2LowMRILib.core.wording import rounded

if TYPE_CHECKING:
    import pandas as pd

_HELD_SHOWN = (QUALITATIVE, "Combined_All")
_APPARENT = (
    "Apparent: judged on the cases it was fitted to, as in the paper. Cut-offs maximise Youden's index and are "
    "exploratory; the sign tells which side speaks for the first group."
)


_PREDICTIVE = (
    "Predictive values hold for the shares of the groups in this study. TP, FP, FN, TN: true and false positives, "
    "false and true negatives; the first group is the positive one."
)
_CUTOFF_HEADER = (
    "Cut-off", "Sensitivity<br>(95 % CI)", "Specificity<br>(95 % CI)", "PPV<br>(95 % CI)", "NPV<br>(95 % CI)",
    "TP/FP/FN/TN",
)  # fmt: skip


def performance(analysis: Analysis) -> str:
    """Models, their ROC curves, single features, and comparisons of models."""
    roc = analysis.tables["roc"]
    if roc.empty:
        return ""
    parts = [_model_performance(roc)]
    parts += [figures.in_page(drawing) for drawing in performance_drawings(analysis)]
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
    header += ["Brier", *_CUTOFF_HEADER]
    note = (
        f"{_APPARENT} Recommended: the cross-validated AUC. Its limits come from the whole fit done again without each "
        "twentieth of the cases; they are rather too wide than too narrow. Without any signal it averages 0.5 over "
        "studies but scatters widely, and a value far below 0.5 says no more than that nothing was found: the cases "
        "held out are missing from the fit, which so leans away from them. Calibration slope (1 is right, below 1 the "
        "predictions are too extreme) and Brier score are those of the held-out predictions. Cut-off as probability. "
        f"{_PREDICTIVE}"
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
        *_CUTOFF_HEADER,
    ]
    note = (
        f"{_APPARENT} {_PREDICTIVE} ADC and D in 10⁻³ mm²/s. All features and the third pair are in roc.csv."
    )
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
        interval_text(row["ppv"], row["ppv_low"], row["ppv_high"], 2),
        interval_text(row["npv"], row["npv_low"], row["npv_high"], 2),
        "/".join(f"{row[name]:.0f}" for name in ("tp", "fp", "fn", "tn")) if row["tp"] == row["tp"] else "–",
    ]


def performance_drawings(analysis: Analysis) -> list[figures.Drawing]:
    """ROC curves, calibration and decision curves of the models."""
    drawings = []
    for pair in PAIRS:
        panels = _roc_panels(analysis, pair)
        if panels:
            drawings.append(
                figures.Drawing(
                    f"roc_{pair.name}",
                    figures.roc_curves(panels),
                    f"Apparent ROC curves of the models, {pair.label}; AUC with DeLong's 95 % confidence interval in "
                    "brackets.",
                )
            )
    held = {key: value for key, value in analysis.held_out.items() if key[2] in _HELD_SHOWN}
    if held:
        drawings += [_calibration_drawing(held), _decision_drawing(held)]
    return drawings


def _panel_title(key: tuple[str, str, str]) -> str:
    return f"{pair_label(key[1])}\n{STRATUM_LABELS[key[0]]}, {model_name(key[2]).partition(' (')[0]}"


def _calibration_drawing(held: dict[tuple[str, str, str], HeldOut]) -> figures.Drawing:
    panels = [
        (_panel_title(key), calibration_groups(value.probability, value.positive))
        for key, value in held.items()
    ]
    return figures.Drawing(
        "calibration",
        figures.calibration_plots(panels),
        "Calibration on held-out predictions (mean over the repeats of the cross-validation), cases in five groups of "
        "equal size; bars are Wilson's 95 % limits, the line is perfect calibration.",
    )


def _decision_drawing(held: dict[tuple[str, str, str], HeldOut]) -> figures.Drawing:
    panels = [
        (_panel_title(key), [("model", decision_curve(value.probability, value.positive))])
        for key, value in held.items()
    ]
    return figures.Drawing(
        "decision_curves",
        figures.decision_curves(panels),
        "Decision curves on held-out predictions: net benefit of acting by the model, on all and on none, at the share "
        "of each group in this study (Vickers and Elkin 2006).",
    )


def _roc_panels(analysis: Analysis, pair: Comparison) -> list[tuple[str, list]]:
    roc = analysis.tables["roc"].set_index(["stratum", "comparison", "predictor"])
    panels = []
    for stratum, lesions in STRATUM_LABELS.items():
        curves = []
        for name in (QUALITATIVE, *COMBINED):
            key = (stratum, pair.name, name)
            if key in analysis.curves and len(analysis.curves[key].sensitivity):
                row = roc.loc[key]
                limits = [
                    rounded(row[column], 2) for column in ("ci_low", "ci_high") if row[column] == row[column]
                ]
                area = f"{rounded(row['auc'], 3)} ({'–'.join(limits) or 'no interval'})"
                curves.append((f"{model_name(name).partition(' (')[0]} {area}", analysis.curves[key]))
        if curves:
            panels.append((f"{lesions[0].upper()}{lesions[1:]}", curves))
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
    note = (
        "DeLong's test is not valid for nested models fitted to the same cases; it is printed as the paper does. "
        "Between models that are not nested it takes the fits as given: both areas are apparent."
    )
    return html_table(header, rows, "Comparison of models", note)
