"""Odds ratios of the qualitative models."""

import html

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE, SCREENED, model_name, term_name
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
    parts, rows, seen = [], [], None
    labels = {name: variable.label for name, variable in analysis.cohort.variables.items()}
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
                html.escape(term_name(row["term"], labels)),
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
        "OR (Wald 95 % CI)<br>as in the paper",
        "p (Wald)",
        "OR (profile 95 % CI)<br>recommended",
        "p (LR)",
    ]
    header += ["Fit", "n", "Events per<br>variable"]
    note = (
        "Odds ratios for the first group of the pair. Firth: limits and p are those of the penalised likelihood in "
        "both columns. Fewer than 10 events per variable make a model unstable."
    )
    parts.append(html_table(header, rows, "Qualitative logistic models", note))
    paper = chosen[(chosen["model"] == QUALITATIVE) & chosen["ci_low"].notna() & chosen["ci_high"].notna()]
    if len(paper):
        names = {
            index: f"{term_name(row['term'], labels)}\n{pair_label(row['comparison'])}"
            for index, row in paper.iterrows()
        }
        parts.append(
            figures.figure(
                figures.forest_plot(paper, names),
                "Odds ratios of the qualitative model in masses (irregular shape, non-circumscribed margin, T2 "
                "hyperintensity).",
            )
        )
    return "".join(parts)
