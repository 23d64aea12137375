"""Odds ratios of the qualitative models, and diagnostic performance."""

from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.manuscript.journal_style import JournalStyle
from HER2LowMRILib.cohort.manuscript.journal_table import Cell, JournalTable, cells
from HER2LowMRILib.cohort.models import QUALITATIVE, model_name
from HER2LowMRILib.cohort.odds_ratios import term_words
from HER2LowMRILib.cohort.report.names import COMBINED, PAPER_FEATURES, pair_label
from HER2LowMRILib.cohort.strata import STRATUM_LABELS

if TYPE_CHECKING:
    import pandas as pd


def odds_ratio_table(analysis: Analysis, number: str, style: JournalStyle) -> JournalTable | None:
    """Univariable and multivariable odds ratios of the paper's qualitative model; None where it was not fitted."""
    models = analysis.tables["models"]
    chosen = models[(models["model"] == QUALITATIVE) & (models["term"] != "(constant)")]
    if chosen.empty:
        return None
    rows: list[tuple[Cell, ...]] = []
    for comparison, part in chosen.groupby("comparison", sort=False):
        n, positive = int(part["n"].iloc[0]), int(part["n_positive"].iloc[0])
        rows.append(cells([f"{pair_label(str(comparison))} ({positive} and {n - positive} masses)"]))
        for _, row in part.iterrows():
            firth = row["method"] == "firth"
            rows.append(
                cells(
                    [
                        Cell(term_words(row["term"], analysis.cohort.variables), level=1),
                        row["reference"],
                        style.interval(
                            row["univariable_or"], row["univariable_low"], row["univariable_high"], 2
                        ),
                        style.p(row["univariable_p"]),
                        Cell(
                            style.interval(row["odds_ratio"], row["ci_low"], row["ci_high"], 2),
                            "a" if firth else "",
                        ),
                        style.p(row["p"]),
                    ]
                )
            )
    p = style.p_symbol
    header = ("Variable", "Reference", "Univariable OR (95% CI)", p, "Multivariable OR (95% CI)", p)
    general = (
        "Logistic regression with all variables entered at once. OR: odds ratio for the first group of the pair "
        "against the reference category; CI: confidence interval (Wald)."
    )
    notes: list[tuple[str, str]] = [("", general)]
    if (chosen["method"] == "firth").any():
        notes.append(
            ("a", "Firth's penalised likelihood with profile limits, because the groups are separated.")
        )
    title = "Univariable and multivariable logistic regression of MRI descriptors in masses"
    return JournalTable(number, title, header, tuple(rows), tuple(notes))


def performance_table(
    analysis: Analysis, number: str, stratum: str, comparison: str, style: JournalStyle
) -> JournalTable | None:
    """AUC, cut-off and accuracy of the features and models in one pair; None where there are none."""
    roc = analysis.tables["roc"]
    part = roc[(roc["stratum"] == stratum) & (roc["comparison"] == comparison)].set_index("predictor")
    names = [name for name in (*PAPER_FEATURES, *COMBINED) if name in part.index]
    if not names:
        return None
    rows = [_performance_row(name, part.loc[name], style) for name in names]
    header: tuple[str, ...] = (
        "Predictor",
        "AUC (95% CI)",
        "Cross-validated AUC (95% CI)",
        "Cut-off",
        "Sensitivity (95% CI)",
    )
    header += ("Specificity (95% CI)", "PPV (95% CI)", "NPV (95% CI)", "TP/FP/FN/TN")
    first = part.loc[names[0]]
    general = (
        f"{pair_label(comparison)}, {STRATUM_LABELS[stratum]}: {first['n_positive']:.0f} and "
        f"{first['n_negative']:.0f} lesions. AUC: apparent area under the ROC curve with DeLong's confidence interval "
        "(CI) on the logit scale; cross-validated AUC of models with jackknife limits. Cut-offs maximise Youden's "
        "index on the same cases and are exploratory; sensitivity, specificity, positive (PPV) and negative predictive "
        "value (NPV) with Wilson's CI; the predictive values hold for the shares of the groups in this study. TP, FP, "
        "FN, TN: true and false positives, false and true negatives."
    )
    notes = [("", general), *(("", text) for text in _comparisons(analysis, stratum, comparison, style))]
    title = f"Diagnostic performance, {pair_label(comparison)}, {STRATUM_LABELS[stratum]}"
    return JournalTable(number, title, header, tuple(rows), tuple(notes))


def _performance_row(name: str, row: "pd.Series", style: JournalStyle) -> tuple[Cell, ...]:
    sign = {"higher": "> ", "lower": "< "}[row["direction"]] if row["cutoff"] == row["cutoff"] else ""
    counts = (
        "/".join(f"{row[key]:.0f}" for key in ("tp", "fp", "fn", "tn")) if row["tp"] == row["tp"] else "–"
    )
    return cells(
        [
            model_name(name),
            style.interval(row["auc"], row["ci_low"], row["ci_high"], 3),
            style.interval(row["auc_cv"], row["auc_cv_low"], row["auc_cv_high"], 3),
            sign + style.number(row["cutoff"], 3),
            *(
                style.interval(row[key], row[f"{key}_low"], row[f"{key}_high"], 2)
                for key in ("sensitivity", "specificity", "ppv", "npv")
            ),
            counts,
        ]
    )


def _comparisons(analysis: Analysis, stratum: str, comparison: str, style: JournalStyle) -> list[str]:
    """One sentence for each comparison of the model of all features with a part of it."""
    delong = analysis.tables["delong"]
    part = delong[
        (delong["stratum"] == stratum)
        & (delong["comparison"] == comparison)
        & (delong["predictor_a"] == "Combined_All")
    ]
    p, texts = style.p_symbol, []
    for _, row in part.iterrows():
        text = (
            f"{model_name(row['predictor_a'])} against {model_name(row['predictor_b'])}: DeLong's test {p} "
            f"{_equal(style.p(row['p']))}"
        )
        if row["lr_p"] == row["lr_p"]:
            text += (
                f"; the models are nested, likelihood ratio {style.number(row['lr_statistic'], 2)} with "
                f"{row['lr_df']:.0f} degrees of freedom, {p} {_equal(style.p(row['lr_p']))}"
            )
        texts.append(text + ".")
    return texts


def _equal(p: str) -> str:
    return f"{p[0]} {p[1:]}" if p[:1] in "<>" else f"= {p}"
