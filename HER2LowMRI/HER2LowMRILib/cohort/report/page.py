"""The report's page: what stands where, under which heading."""

import html
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE, SCREENED
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.report.methods import methods_text
from HER2LowMRILib.cohort.report.tables import group_table, html_table, interval_text, p_text, ratio_text
from HER2LowMRILib.cohort.strata import GROUP_LABELS, PAIRS, STRATUM_LABELS, Comparison, in_stratum
from HER2LowMRILib.cohort.variables import COMBINED_MEMBERS, study_variables

if TYPE_CHECKING:
    import pandas as pd

# Features that the paper reports as different between HER2-low and HER2-over, and hence the ones in its models.
PAPER_FEATURES = tuple(name for members in COMBINED_MEMBERS.values() for name in members)
_COMBINED = (*COMBINED_MEMBERS, "Combined_All")
_AGREEMENT_FIGURE = ("ADC_mean", "D_mean", "K_mean")


def report_html(analysis: Analysis) -> str:
    """Build the whole report as one HTML text without any reference to outside.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    str
    """
    style = (resources.files("HER2LowMRILib") / "data" / "report.css").read_text(encoding="utf-8")
    sections = [
        (title, body) for title, body in ((title, build(analysis)) for title, build in _SECTIONS) if body
    ]
    contents = "".join(
        f'<li><a href="#s{n}">{title}</a></li>' for n, (title, _) in enumerate(sections, start=1)
    )
    body = "".join(
        f'<section id="s{n}"><h2>{n} {title}</h2>{text}</section>'
        for n, (title, text) in enumerate(sections, start=1)
    )
    banner = (
        '<p class="banner">Synthetic data: every number below is made up.</p>' if analysis.synthetic else ""
    )
    sizes = ", ".join(f"{GROUP_LABELS[group]} {count}" for group, count in analysis.group_sizes.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>HER2LowMRI report</title><style>{style}</style></head><body>"
        f"<h1>Breast MRI and HER2 expression: report of the study</h1>"
        f'<p class="lead">{sum(analysis.group_sizes.values())} lesions: {sizes}. Made by HER2LowMRI '
        f"{html.escape(analysis.versions['her2lowmri'])}. Research software, no medical device; the groups are a "
        f"research grouping, not a pathology report.</p>{banner}<nav><ol>{contents}</ol></nav>{body}</body></html>\n"
    )


def _glance(analysis: Analysis) -> str:
    """The answers to the study's question in a few lines, each with the careful figure beside the apparent one."""
    univariate, roc = analysis.tables["univariate"], analysis.tables["roc"]
    lines = []
    for pair in (pair for pair in PAIRS if pair.positive == "low"):
        for stratum, words in STRATUM_LABELS.items():
            tests = univariate[(univariate["comparison"] == pair.name) & (univariate["stratum"] == stratum)]
            tests = tests[(tests["table"] == "features") & tests["p"].notna()]
            parts = []
            if len(tests):
                hits, kept = int((tests["p"] < 0.05).sum()), int((tests["q"] < 0.05).sum())
                parts.append(f"{hits} of {len(tests)} features with p &lt; .05, {kept} with q &lt; .05")
            for name in (QUALITATIVE, "Combined_All"):
                found = roc[
                    (roc["comparison"] == pair.name)
                    & (roc["stratum"] == stratum)
                    & (roc["predictor"] == name)
                ]
                if len(found):
                    row = found.iloc[0]
                    parts.append(
                        f"{_model_name(name)}: AUC {_number(row['auc'])} apparent, <b>{_number(row['auc_cv'])}</b> "
                        "cross-validated"
                    )
            if parts:
                lines.append(f"<li>{pair.label}, {words}: {'; '.join(parts)}.</li>")
    if "agreement" in analysis.tables:
        table = analysis.tables["agreement"]
        for statistic, words in (
            ("kappa", "kappa of the descriptors"),
            ("icc_2_1", "ICC(2,1) of the measurements"),
        ):
            values = table.loc[table["statistic"] == statistic, "estimate"].dropna()
            if len(values):
                lines.append(f"<li>Agreement: {words} from {values.min():.3f} to {values.max():.3f}.</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _flow(analysis: Analysis) -> str:
    groups = [(GROUP_LABELS[group], count) for group, count in analysis.group_sizes.items()]
    svg = figures.flow_chart(analysis.flow, groups)
    return _plot(svg, "Cases from the start of the study to the analysis.")


def _warnings(analysis: Analysis) -> str:
    items = "".join(f"<li>{html.escape(text)}</li>" for text in analysis.warnings)
    parts = f'<ul class="warnings">{items}</ul>' if items else "<p>Nothing was found that needs a word.</p>"
    if analysis.left_out:
        rows = [
            [html.escape(what), f'<span class="wrap">{html.escape(why)}</span>']
            for what, why in analysis.left_out
        ]
        parts += html_table(["Left out", "Why"], rows, "What could not be computed").replace(
            "<td><span", '<td class="wrap"><span'
        )
    return parts


def _groups(table: str, title: str, strata: tuple[str, ...]) -> Callable[[Analysis], str]:
    def build(analysis: Analysis) -> str:
        univariate, variables = analysis.tables["univariate"], analysis.cohort.variables
        parts = []
        for stratum in strata:
            rows = univariate[(univariate["stratum"] == stratum) & (univariate["table"] == table)]
            names = [name for name in study_variables() if name in set(rows["variable"])]
            if not names:
                continue
            note = ("ADC and D in 1e-3 mm²/s, entropy in bits. " if table == "features" else "") + (
                "p: three groups (Kruskal-Wallis or chi-squared), then pairs; q in brackets: Benjamini-Hochberg over "
                "the variables of this table and pair. Variables that are collapsed from another carry no q of their "
                "own."
            )
            parts.append(group_table(rows, variables, names, f"{title}, {STRATUM_LABELS[stratum]}", note))
            if table == "features":
                parts.append(_feature_boxes(analysis, stratum))
        return "".join(parts)

    return build


def _feature_boxes(analysis: Analysis, stratum: str) -> str:
    names = [name for name in PAPER_FEATURES if name in analysis.cohort.variables]
    rows = in_stratum(analysis.cohort.rows, stratum)
    if not names or rows["her2_group"].isin(GROUP_LABELS).sum() < 3 or rows[names].isna().all(axis=None):
        return ""
    svg = figures.box_plots(rows, names, [name.replace("_", " ") for name in names])
    return _plot(
        svg,
        f"Features of the combined models, {STRATUM_LABELS[stratum]}. Box: quartiles and median; whiskers: 1.5 "
        "interquartile ranges; each case is a dot (circle: zero, square: low, triangle: over). ADC and D in "
        "1e-3 mm²/s.",
    )


def _models(analysis: Analysis) -> str:
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
                [f"{_pair(row['comparison'])}, {STRATUM_LABELS[row['stratum']]}: {_model_name(row['model'])}"]
            )
        rows.append(
            [
                html.escape(_term(row["term"], labels)),
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
            index: f"{_term(row['term'], labels)}\n{_pair(row['comparison'])}"
            for index, row in paper.iterrows()
        }
        parts.append(
            _plot(
                figures.forest_plot(paper, names),
                "Odds ratios of the qualitative model in masses (irregular shape, non-circumscribed margin, T2 "
                "hyperintensity).",
            )
        )
    return "".join(parts)


def _performance(analysis: Analysis) -> str:
    roc = analysis.tables["roc"]
    if roc.empty:
        return ""
    parts = [_model_performance(roc)]
    panels = _roc_panels(analysis)
    if panels:
        parts.append(_plot(figures.roc_curves(panels), "Apparent ROC curves; AUC in brackets."))
    parts.append(_feature_performance(roc))
    delong = analysis.tables["delong"]
    if len(delong):
        parts.append(_delong_table(delong))
    return "".join(parts)


_APPARENT = (
    "Apparent: judged on the cases it was fitted to, as in the paper. Cut-offs maximise Youden's index and are "
    "exploratory; the sign tells which side speaks for the first group."
)


def _model_performance(roc: "pd.DataFrame") -> str:
    rows = []
    for pair, stratum, part in _parts(roc, PAIRS, (QUALITATIVE, SCREENED, *_COMBINED)):
        rows.append([f"{pair.label}, {STRATUM_LABELS[stratum]}"])
        for _, row in part.iterrows():
            rows.append(
                [
                    _model_name(row["predictor"]),
                    interval_text(row["auc"], row["ci_low"], row["ci_high"]),
                    _number(row["auc_corrected"]),
                    f"<b>{_number(row['auc_cv'])}</b>",
                    _number(row["calibration_slope"], 2),
                    _number(row["brier"], 3),
                    *_cutoff_cells(row),
                ]
            )
    header = [
        "",
        "AUC (95 % CI)<br>apparent",
        "Optimism-<br>corrected",
        "Cross-<br>validated",
        "Calibration<br>slope",
    ]
    header += ["Brier", "Cut-off", "Sensitivity", "Specificity", "n"]
    note = (
        f"{_APPARENT} Recommended: the cross-validated AUC. Calibration slope (1 is right, below 1 the predictions are "
        "too extreme) and Brier score are those of the held-out predictions. A cross-validated AUC below 0.5 means no "
        "better than chance: with few cases, leaving some out pulls the fit away from them. Cut-off as probability."
    )
    return html_table(header, rows, "Models: how well they tell the groups apart", note) if rows else ""


def _feature_performance(roc: "pd.DataFrame") -> str:
    rows = []
    for pair, stratum, part in _parts(roc, [p for p in PAIRS if p.positive == "low"], PAPER_FEATURES):
        rows.append([f"{pair.label}, {STRATUM_LABELS[stratum]}"])
        for _, row in part.iterrows():
            auc = interval_text(row["auc"], row["ci_low"], row["ci_high"])
            rows.append([_model_name(row["predictor"]), auc, *_cutoff_cells(row)])
    header = [
        "",
        "AUC (95 % CI)<br>apparent",
        "Cut-off",
        "Sensitivity (95 % CI)",
        "Specificity (95 % CI)",
        "n",
    ]
    note = f"{_APPARENT} ADC and D in 1e-3 mm²/s. All 21 features and the third pair are in roc.csv."
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
        sign + _number(row["cutoff"]),
        interval_text(row["sensitivity"], row["sensitivity_low"], row["sensitivity_high"], 2),
        interval_text(row["specificity"], row["specificity_low"], row["specificity_high"], 2),
        f"{row['n_positive']:.0f}/{row['n_negative']:.0f}",
    ]


def _roc_panels(analysis: Analysis) -> list[tuple[str, list]]:
    roc = analysis.tables["roc"].set_index(["stratum", "comparison", "predictor"])["auc"]
    panels = []
    plans = [("mass", pair.name, (QUALITATIVE,)) for pair in PAIRS[:2]]
    plans.append(("nme_related", "low_vs_over", _COMBINED))
    qualitative = []
    for stratum, comparison, names in plans:
        curves = []
        for name in names:
            key = (stratum, comparison, name)
            if key in analysis.curves and len(analysis.curves[key].sensitivity):
                curves.append((f"{_model_name(name)} ({roc[key]:.3f})", analysis.curves[key]))
        if curves and names == (QUALITATIVE,):
            qualitative.append(
                (f"{_pair(comparison)} ({roc[(stratum, comparison, QUALITATIVE)]:.3f})", curves[0][1])
            )
        elif curves:
            panels.append((f"{STRATUM_LABELS[stratum]}: {_pair(comparison)}", curves))
    if qualitative:
        panels.insert(0, ("masses: qualitative model", qualitative))
    return panels


def _delong_table(delong: "pd.DataFrame") -> str:
    rows, seen = [], None
    for _, row in delong.iterrows():
        key = (row["stratum"], row["comparison"])
        if key != seen:
            seen = key
            rows.append([f"{_pair(row['comparison'])}, {STRATUM_LABELS[row['stratum']]}"])
        nested = row["lr_p"] == row["lr_p"]
        lr = (
            f"{row['lr_statistic']:.2f} ({row['lr_df']:.0f}), {p_text(row['lr_p'])}"
            if nested
            else "not nested"
        )
        rows.append(
            [
                f"{_model_name(row['predictor_a'])} and {_model_name(row['predictor_b'])}",
                f"{_number(row['auc_a'])} and {_number(row['auc_b'])}",
                lr,
                _number(row["z"], 2),
                p_text(row["p"]),
            ]
        )
    header = ["", "AUC (apparent)", "Likelihood ratio (df), p<br>recommended where nested"]
    header += ["DeLong z", "DeLong p<br>as in the paper"]
    note = "DeLong's test is not valid for nested models fitted to the same cases; it is printed as the paper does."
    return html_table(header, rows, "Comparison of models", note)


def _agreement(analysis: Analysis) -> str:
    if "agreement" not in analysis.tables:
        return ""
    table = analysis.tables["agreement"]
    labels = {name: variable.label for name, variable in study_variables().items()}
    kappa = table[table["statistic"].str.startswith(("kappa", "ac1", "pabak"))]
    rows = [
        [
            html.escape(labels.get(row["variable"], row["variable"])),
            _STATISTICS[row["statistic"]],
            interval_text(row["estimate"], row["ci_low"], row["ci_high"]),
            html.escape(row["label"]),
            f"{row['percent_agreement']:.1f} %"
            if row["percent_agreement"] == row["percent_agreement"]
            else "–",
            f"{row['n']:.0f}",
        ]
        for _, row in kappa.iterrows()
        if row["n"] > 0
    ]
    header = ["", "Coefficient", "Estimate (95 % CI)", "Landis and Koch", "Equal", "n"]
    parts = [html_table(header, rows, "Agreement on the descriptors, before adjudication")] if rows else []
    numbers = table[
        table["statistic"].isin(("icc_2_1", "icc_3_1", "bias", "limits_of_agreement", "wcv_percent"))
    ]
    rows = []
    for name, part in numbers.groupby("variable", sort=False):
        by = part.set_index("statistic")
        if by.loc["icc_2_1", "n"] == 0:
            continue
        rows.append(
            [
                html.escape(labels.get(name, name)),
                _limits(by.loc["icc_2_1"]),
                html.escape(by.loc["icc_2_1", "label"]),
                _limits(by.loc["icc_3_1"]),
                _limits(by.loc["bias"]),
                f"{_number(by.loc['limits_of_agreement', 'ci_low'])} to "
                f"{_number(by.loc['limits_of_agreement', 'ci_high'])}",
                _number(by.loc["wcv_percent", "estimate"], 1),
                f"{by.loc['icc_2_1', 'n']:.0f}",
            ]
        )
    header = ["", "ICC(2,1) (95 % CI)<br>recommended", "Koo and Li", "ICC(3,1) (95 % CI)<br>SPSS default"]
    header += ["Bias (95 % CI)", "Limits of agreement", "wCV [%]", "n"]
    if rows:
        note = (
            "ICC(2,1): two-way random, absolute agreement, single measure. wCV: within-subject coefficient of "
            "variation."
        )
        parts.append(html_table(header, rows, "Agreement on the measurements", note))
    overlap = table[table["variable"] == "voi"]
    if len(overlap):
        words = {"dice": "Dice coefficient", "hausdorff_95_mm": "Hausdorff distance, 95 % [mm]"}
        rows = [
            [words[row["statistic"]], _limits(row), html.escape(row["note"]), f"{row['n']:.0f}"]
            for _, row in overlap.iterrows()
        ]
        parts.append(html_table(["", "Mean (95 % CI)", "", "n"], rows, "Agreement of the VOIs"))
    parts.append(_bland_altman(analysis))
    return "".join(parts)


def _bland_altman(analysis: Analysis) -> str:
    from HER2LowMRILib.core.statistics.bland_altman import bland_altman

    readings = analysis.readings
    readers = sorted(readings.rows["reader"].unique())[:2]
    first, second = (
        readings.rows[readings.rows["reader"] == reader].set_index("case_id") for reader in readers
    )
    common = first.index.intersection(second.index)
    panels = []
    for name in _AGREEMENT_FIGURE:
        if name in readings.variables:
            result = bland_altman(
                first.loc[common, name].to_numpy(float), second.loc[common, name].to_numpy(float)
            )
            if result.n >= 3:
                panels.append((name.replace("_", " "), readings.variables[name].unit or "", result))
    if not panels:
        return ""
    return _plot(
        figures.bland_altman_plots(panels),
        f"Bland-Altman plots of {html.escape(readers[0])} and {html.escape(readers[1])}: bias (solid) and 95 % limits "
        "of agreement (dashed). The ten cases that differ most are in agreement_cases.csv.",
    )


def _provenance(analysis: Analysis) -> str:
    rows = [[html.escape(name), html.escape(value)] for name, value in analysis.versions.items()]
    rows += [
        [f"SHA-256 of {html.escape(name)}", f"<code>{value}</code>"]
        for name, value in analysis.inputs.items()
    ]
    settings = analysis.settings
    rows += [["seed", str(settings.seed)], ["bootstrap samples", str(settings.bootstraps)]]
    rows += [["cross-validation", f"{settings.repeats} x {settings.folds} folds"]]
    return html_table(["", ""], rows, "Software, seeds and inputs")


def _plot(svg: str, caption: str) -> str:
    return f'<figure class="plot">{svg}<figcaption>{caption}</figcaption></figure>'


def _number(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}" if value == value else "–"


def _limits(row: "pd.Series") -> str:
    return interval_text(row["estimate"], row["ci_low"], row["ci_high"])


def _pair(comparison: str) -> str:
    return next(pair.label for pair in PAIRS if pair.name == comparison)


def _model_name(name: str) -> str:
    named = {QUALITATIVE: "Qualitative (shape, margin, T2)", SCREENED: "Qualitative (screened)"}
    return named.get(name, name.replace("_", " "))


def _term(term: str, labels: dict[str, str]) -> str:
    name, _, category = term.partition(": ")
    return f"{labels.get(name, name)}{': ' + category if category else ''}"


_STATISTICS = {
    "kappa": "kappa",
    "kappa_linear": "kappa, linear weights",
    "kappa_quadratic": "kappa, quadratic weights",
    "ac1": "AC1",
    "pabak": "PABAK",
}
_SECTIONS: tuple[tuple[str, Callable[[Analysis], str]], ...] = (
    ("At a glance", _glance),
    ("Flow of patients", _flow),
    ("Warnings and what was left out", _warnings),
    ("Clinical characteristics", _groups("clinic", "Clinical characteristics", ("all",))),
    ("MRI descriptors", _groups("descriptors", "MRI descriptors", ("all", "mass", "nme_related"))),
    ("Histogram features", _groups("features", "Histogram features", ("all", "mass", "nme_related"))),
    ("Qualitative models", _models),
    ("Diagnostic performance", _performance),
    ("Agreement of the readers", _agreement),
    ("Methods", methods_text),
    ("Provenance", _provenance),
)
