"""Readers and sites together, repeatability, other choices and net benefit, as tables of a supplement."""

from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.manuscript.journal_style import JournalStyle
from HER2LowMRILib.cohort.manuscript.journal_table import Cell, JournalTable, cells
from HER2LowMRILib.cohort.models import QUALITATIVE, QUALITATIVE_PAPER, model_name
from HER2LowMRILib.cohort.odds_ratios import term_words
from HER2LowMRILib.cohort.report.names import COMBINED, PAPER_FEATURES, pair_label, unit_words
from HER2LowMRILib.cohort.strata import STRATUM_LABELS
from HER2LowMRILib.core.statistics.decision_curve import decision_curve

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from HER2LowMRILib.cohort.variables import Variable

_READ = (*QUALITATIVE_PAPER, *PAPER_FEATURES, QUALITATIVE, *COMBINED)
_THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_HELD = (QUALITATIVE, "Combined_All")


def multireader_table(analysis: Analysis, number: str, style: JournalStyle) -> JournalTable | None:
    """Mean AUC over the readers, and differences of the models; None with one reader."""
    table = analysis.tables.get("multireader")
    if table is None:
        return None
    table = table[table["comparison"].str.startswith("low_") & table["predictor"].isin(_READ)]
    table = table[table["method"] == "Obuchowski-Rockette"]
    rows: list[tuple[Cell, ...]] = []
    for (stratum, comparison), part in table.groupby(["stratum", "comparison"], sort=False):
        rows.append(cells([f"{pair_label(str(comparison))}, {STRATUM_LABELS[str(stratum)]}"]))
        for _, row in part.iterrows():
            label = _name(row["predictor"], analysis.cohort.variables)
            if row["against"]:
                label += f" minus {_name(row['against'], analysis.cohort.variables)}"
            each = ", ".join(
                style.number(float(area), 2) for area in str(row["by_reader"]).split("; ") if area
            )
            rows.append(
                cells(
                    [
                        Cell(label, level=1),
                        each or "–",
                        style.interval(row["estimate"], row["ci_low"], row["ci_high"], 3),
                        style.interval(row["estimate"], row["fixed_low"], row["fixed_high"], 3),
                        style.p(row["p"]) if row["against"] else "",
                        f"{row['n_positive']:.0f}/{row['n_negative']:.0f}",
                    ]
                )
            )
    if not rows:
        return None
    header: tuple[str, ...] = (
        "Predictor",
        "AUC of each reader",
        "Mean AUC or difference (95% CI)",
        "95% CI for these readers",
    )
    header += (style.p_symbol, "n")
    note = (
        "Each reader's own answers and outlines, on the cases that all readers have; a model's score is the study's "
        "coefficients applied to them, and its areas are apparent ones. Obuchowski-Rockette method with DeLong's "
        "covariances and Hillis' degrees of freedom; the first confidence interval (CI) speaks for readers and cases "
        "like these, the second for these readers alone. n: positive and negative cases."
    )
    return JournalTable(
        number, "Area under the ROC curve over the readers", header, tuple(rows), (("", note),)
    )


def mixed_table(analysis: Analysis, number: str, style: JournalStyle) -> JournalTable | None:
    """Features and the qualitative model adjusted for site or scanner; None without either."""
    table = analysis.tables.get("mixed")
    if table is None:
        return None
    shown = table[table["comparison"].str.startswith("low_")]
    shown = shown[(shown["model"] == "logistic") | shown["outcome"].isin(PAPER_FEATURES)]
    rows: list[tuple[Cell, ...]] = []
    for (cluster, stratum, comparison), part in shown.groupby(
        ["cluster", "stratum", "comparison"], sort=False
    ):
        where = f"{pair_label(str(comparison))}, {STRATUM_LABELS[str(stratum)]}, by {cluster}"
        rows.append(cells([where]))
        rows += [_mixed_row(row, analysis, style) for _, row in part.iterrows()]
    if not rows:
        return None
    header = ("Variable", "Difference or odds ratio (95% CI)", style.p_symbol, "Variance between", "Cases")
    note = (
        "Linear mixed models of the features (difference of the first group minus the second) and logistic mixed model "
        "of the descriptors (odds ratio, OR), each with a random intercept of the site or scanner. Variance between: "
        "share of the variance that lies between sites or scanners. CI: confidence interval."
    )
    title = "Differences between the groups adjusted for site or scanner"
    return JournalTable(number, title, header, tuple(rows), (("", note),))


def _mixed_row(row: "pd.Series", analysis: Analysis, style: JournalStyle) -> tuple[Cell, ...]:
    if row["model"] == "logistic":
        label = term_words(row["term"], analysis.cohort.variables)
        size = "OR " + style.interval(row["odds_ratio"], row["or_low"], row["or_high"], 2)
    else:
        unit = unit_words(analysis.cohort.variables[row["outcome"]].unit)
        label = model_name(row["outcome"]) + (f", {unit}" if unit else "")
        size = style.interval(row["estimate"], row["ci_low"], row["ci_high"], 3)
    share = style.text(f"{100 * row['share_between']:.0f} %")
    cases = f"{row['n']:.0f} in {row['clusters']:.0f}"
    return cells([Cell(label, level=1), size, style.p(row["p"]), share, cases])


def repeatability_table(analysis: Analysis, number: str, style: JournalStyle) -> JournalTable | None:
    """Within-subject variation; None where nothing was measured twice."""
    table = analysis.tables.get("repeatability")
    if table is None:
        return None
    known = dict(analysis.readings.variables if analysis.readings else {}) | analysis.cohort.variables
    rows: list[tuple[Cell, ...]] = []
    for (source, reader), part in table.groupby(["source", "reader"], sort=False):
        rows.append(cells([f"{str(source).capitalize()} {reader}".strip()]))
        for _, row in part.iterrows():
            unit = unit_words(known[row["variable"]].unit) if row["variable"] in known else ""
            rows.append(
                cells(
                    [
                        Cell(_name(row["variable"], known) + (f", {unit}" if unit else ""), level=1),
                        style.interval(row["within_sd"], row["within_low"], row["within_high"], 3),
                        style.interval(
                            row["coefficient"], row["coefficient_low"], row["coefficient_high"], 3
                        ),
                        style.interval(row["wcv_percent"], row["wcv_low"], row["wcv_high"], 1),
                        style.number(row["percent_coefficient"], 1),
                        f"{row['subjects']:.0f}",
                    ]
                )
            )
    header: tuple[str, ...] = (
        "Measurement",
        "Within-subject SD (95% CI)",
        "Repeatability coefficient (95% CI)",
    )
    header += ("wCV, % (95% CI)", "Real change, %", "n")
    note = (
        "Two measurements of an unchanged lesion differ by more than the repeatability coefficient (2.77 "
        "within-subject SD) in 5 %; real change: 2.77 wCV. wCV: within-subject coefficient of variation, not given "
        "where values can be 0 or below. CI: confidence interval by the chi-squared distribution."
    )
    return JournalTable(number, "Repeatability of the measurements", header, tuple(rows), (("", note),))


def sensitivity_table(analysis: Analysis, number: str, style: JournalStyle) -> JournalTable | None:
    """AUC of the models under other choices, a column for each kind of lesions; None without models."""
    table = analysis.tables["sensitivity"]
    if table.empty:
        return None
    strata = [name for name in STRATUM_LABELS if name in set(table["stratum"])]
    rows: list[tuple[Cell, ...]] = []
    for (model, comparison), part in table.groupby(["model", "comparison"], sort=False):
        own = part.set_index(["variation", "stratum"])
        rows.append(cells([f"{model_name(str(model))}, {pair_label(str(comparison))}"]))
        for variation, words in dict(zip(part["variation"], part["words"], strict=True)).items():
            areas = [
                _area(own.loc[(variation, stratum)], style) if (variation, stratum) in own.index else "–"
                for stratum in strata
            ]
            rows.append(cells([Cell(words, level=1), *areas]))
    header = ("Choice", *(f"AUC (95% CI), {STRATUM_LABELS[name]}" for name in strata))
    note = (
        "Apparent AUC with DeLong's confidence interval (CI); n: positive and negative cases. As analysed, "
        "HER2-ultralow is in zero. A site's AUC is that of its cases by a model of the other sites alone. Exchanged "
        "labels: median and range of 95% of the draws in which the scores 0 and 1+ were exchanged as often as "
        "pathologists disagree."
    )
    return JournalTable(number, "The models under other choices", header, tuple(rows), (("", note),))


def _area(row: "pd.Series", style: JournalStyle) -> str:
    if row["auc"] != row["auc"]:
        return "–"
    text = style.interval(row["auc"], row["ci_low"], row["ci_high"], 3)
    # Exchanged labels have other numbers of cases in every draw.
    if not row["n_positive"]:
        return text
    return f"{text}, n = {row['n_positive']:.0f}/{row['n_negative']:.0f}"


def net_benefit_table(analysis: Analysis, number: str, style: JournalStyle) -> JournalTable | None:
    """Decision curves as numbers; None without cross-validated predictions."""
    held = {key: value for key, value in analysis.held_out.items() if key[2] in _HELD}
    rows: list[tuple[Cell, ...]] = []
    for (stratum, comparison, model), value in held.items():
        curve = decision_curve(value.probability, value.positive, _THRESHOLDS)
        rows.append(cells([f"{pair_label(comparison)}, {STRATUM_LABELS[stratum]}"]))
        for label, benefit in ((model_name(model), curve.model), ("Act on all", curve.all_cases)):
            rows.append(cells([Cell(label, level=1), *(style.number(float(b), 3) for b in benefit)]))
    if not rows:
        return None
    header = ("Strategy", *(style.text(f"Threshold {100 * t:.0f} %") for t in _THRESHOLDS))
    note = (
        "Net benefit per case, in true positives, of acting on those whose cross-validated probability of the first "
        "group is at least the threshold (Vickers and Elkin 2006), at the share of the groups in this study; acting on "
        "none has net benefit 0."
    )
    return JournalTable(number, "Decision curves", header, tuple(rows), (("", note),))


def _name(predictor: str, known: "Mapping[str, Variable]") -> str:
    variable = known.get(predictor)
    return (
        variable.label if variable is not None and variable.table == "descriptors" else model_name(predictor)
    )
