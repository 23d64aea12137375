"""Odds ratios of the qualitative models."""

import html

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE, SCREENED, model_name
from HER2LowMRILib.cohort.odds_ratios import term_words
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.report.names import pair_label
from HER2LowMRILib.cohort.report.tables import html_table, p_text, ratio_text
from HER2LowMRILib.cohort.strata import STRATUM_LABELS


def qualitative_models(analysis: Analysis) -> str:
    """The paper's qualitative model and the screened ones, with a forest plot of the former."""
    models = analysis.tables["models"]
    chosen = models[models["model"].isin((QUALITATIVE, SCREENED)) & (models["term"] != "(constant)")]
    if chosen.empty:
        return ""
    variables = analysis.cohort.variables
    parts, rows, seen = [], [], None
    for _, row in chosen.iterrows():
        key = (row["stratum"], row["comparison"], row["model"])
        if key != seen:
            seen = key
            rows.append(
                [
                    f"{pair_label(row['comparison'])}, {STRATUM_LABELS[row['stratum']]}: {model_name(row['model'])}"
                ]
            )
        rows.append(
            [
                f"{html.escape(term_words(row['term'], variables))}"
                f'<span class="missing">against {html.escape(row["reference"])}</span>',
                ratio_text(row["univariable_or"], row["univariable_low"], row["univariable_high"]),
                p_text(row["univariable_p"]),
                ratio_text(row["odds_ratio"], row["ci_low"], row["ci_high"]),
                p_text(row["p"]),
                ratio_text(row["odds_ratio"], row["profile_low"], row["profile_high"]),
                p_text(row["p_likelihood_ratio"]),
                "Firth" if row["method"] == "firth" else "ML",
                f"{row['n_positive']:.0f}/{row['n'] - row['n_positive']:.0f}",
                f"{row['events_per_variable']:.1f}",
            ]
        )
    header = [
        "",
        "Alone:<br>OR (95 % CI)",
        "p",
        "In the model:<br>OR (Wald 95 % CI)<br>as in the paper",
        "p (Wald)",
        "OR (profile 95 % CI)<br>recommended",
        "p (LR)",
    ]
    header += ["Fit", "n", "Events per<br>variable"]
    note = (
        "Odds ratios for the first group of the pair; below each term stands the category that it is against. Alone: "
        "each variable in a model of its own, on the cases that have it. Firth: limits and p are those of the "
        "penalised likelihood in all columns. Fewer than 10 events per variable make a model unstable."
    )
    parts.append(html_table(header, rows, "Qualitative logistic models", note))
    drawing = forest_drawing(analysis)
    return "".join(parts) + (figures.in_page(drawing) if drawing else "")


def forest_drawing(analysis: Analysis) -> figures.Drawing | None:
    """Forest plot of the paper's qualitative model; None where it could not be fitted."""
    models, variables = analysis.tables["models"], analysis.cohort.variables
    paper = models[(models["model"] == QUALITATIVE) & (models["term"] != "(constant)")]
    paper = paper[paper["ci_low"].notna() & paper["ci_high"].notna()]
    if paper.empty:
        return None
    names = {
        index: f"{term_words(row['term'], variables)} (against {row['reference']})\n{pair_label(row['comparison'])}"
        for index, row in paper.iterrows()
    }
    return figures.Drawing(
        "forest",
        figures.forest_plot(paper, names),
        "Odds ratios of the qualitative model in masses (irregular shape, non-circumscribed margin, T2 hyperintensity) "
        "with 95 % confidence intervals, on a log scale.",
    )
