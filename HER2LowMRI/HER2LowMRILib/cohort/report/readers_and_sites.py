"""Several readers together, several sites, and how far the measurements repeat themselves."""

import html
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import QUALITATIVE, QUALITATIVE_PAPER, model_name
from HER2LowMRILib.cohort.odds_ratios import term_words
from HER2LowMRILib.cohort.report.names import COMBINED, PAPER_FEATURES, pair_label, unit_words
from HER2LowMRILib.cohort.report.tables import html_table, interval_text, number_text, p_text, ratio_text
from HER2LowMRILib.cohort.sites import CLUSTERS
from HER2LowMRILib.cohort.strata import GROUP_LABELS, GROUPS, STRATUM_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from HER2LowMRILib.cohort.variables import Variable

_SHOWN = (*QUALITATIVE_PAPER, *PAPER_FEATURES, QUALITATIVE, *COMBINED)
_CLUSTER_WORDS = {"site": "Site", "scanner": "Scanner"}


def several_readers(analysis: Analysis) -> str:
    """Mean AUC over the readers, and differences between the combined models."""
    table = analysis.tables.get("multireader")
    if table is None:
        return ""
    shown = table[table["comparison"].str.startswith("low_") & table["predictor"].isin(_SHOWN)]
    readers = ", ".join(sorted(analysis.readings.rows["reader"].unique())) if analysis.readings else ""
    means, differences = [], []
    for (stratum, comparison), part in shown.groupby(["stratum", "comparison"], sort=False):
        heading = [f"{pair_label(comparison)}, {STRATUM_LABELS[stratum]}"]
        single = _by_method(part[part["against"] == ""])
        rows = [_mean_row(single, name, analysis) for name in _SHOWN if name in single["orh"].index]
        means += [heading, *rows] if rows else []
        pairs = _by_method(part[part["against"] != ""], ["predictor", "against"])
        rows = [_difference_row(pairs, key) for key in pairs["orh"].index]
        differences += [heading, *rows] if rows else []
    header = ["", "AUC of each reader", "Mean AUC (95 % CI)<br>Obuchowski-Rockette"]
    header += ["95 % CI<br>Dorfman-Berbaum-Metz", "95 % CI<br>for these readers", "df", "n"]
    note = (
        f"Each reader's own answers and outlines ({html.escape(readers)}), on the cases that all of them have; a "
        "model's score is the study's coefficients applied to them, so that its areas are apparent ones and too good. "
        "The first interval speaks for readers and cases "
        "like these (Hillis' degrees of freedom), the last for these readers alone. With two readers the first is wide "
        "where they differ: two readers say little of others. All predictors are in multireader.csv."
    )
    parts = (
        [html_table(header, means, "Area under the ROC curve, mean over the readers", note)] if means else []
    )
    if differences:
        header = ["", "Difference (95 % CI)<br>Obuchowski-Rockette", "p", "p<br>Dorfman-Berbaum-Metz"]
        header += ["p<br>for these readers", "df"]
        parts.append(html_table(header, differences, "Combined models compared over the readers"))
    return "".join(parts)


def _by_method(part: "pd.DataFrame", key: str | list[str] = "predictor") -> "dict[str, pd.DataFrame]":
    return {
        short: part[part["method"] == method].set_index(key)
        for short, method in (("orh", "Obuchowski-Rockette"), ("dbm", "Dorfman-Berbaum-Metz"))
    }


def _mean_row(single: "dict[str, pd.DataFrame]", name: str, analysis: Analysis) -> list[str]:
    row, dbm = single["orh"].loc[name], single["dbm"].loc[name]
    variable = analysis.cohort.variables.get(name)
    label = variable.label if variable is not None and variable.table == "descriptors" else model_name(name)
    each = ", ".join(number_text(float(area), 2) for area in row["by_reader"].split("; "))
    return [
        html.escape(label),
        each,
        interval_text(row["estimate"], row["ci_low"], row["ci_high"]),
        _limits(dbm["ci_low"], dbm["ci_high"]),
        _limits(row["fixed_low"], row["fixed_high"]),
        _df_text(row["df"]),
        f"{row['n_positive']}/{row['n_negative']}",
    ]


def _difference_row(pairs: "dict[str, pd.DataFrame]", key: tuple[str, str]) -> list[str]:
    row, dbm = pairs["orh"].loc[key], pairs["dbm"].loc[key]
    return [
        f"{model_name(key[0])} minus {model_name(key[1])}",
        interval_text(row["estimate"], row["ci_low"], row["ci_high"]),
        p_text(row["p"]),
        p_text(dbm["p"]),
        p_text(row["fixed_p"]),
        _df_text(row["df"]),
    ]


def _limits(low: float, high: float) -> str:
    return "–" if low != low or high != high else f"{number_text(low)}&#8288;–&#8288;{number_text(high)}"


def _df_text(df: float) -> str:
    return "–" if df != df else "&gt;1000" if df > 1000 else number_text(df, 1)


def several_sites(analysis: Analysis) -> str:
    """Who came from where, and the mixed models."""
    parts = [_composition(analysis, cluster) for cluster in CLUSTERS]
    table = analysis.tables.get("mixed")
    if table is not None:
        for cluster, part in table.groupby("cluster", sort=False):
            parts += [
                _mixed_features(analysis, str(cluster), part),
                _mixed_models(analysis, str(cluster), part),
            ]
    return "".join(parts)


def _composition(analysis: Analysis, cluster: str) -> str:
    """Cases of each group by site."""
    cohort = analysis.cohort
    if cluster not in cohort.context or cohort.context[cluster].nunique() < 2:
        return ""
    own, groups = cohort.context[cluster], cohort.rows["her2_group"]
    rows = []
    for name in sorted(own.dropna().unique()):
        counts = [int(((own == name) & (groups == group)).sum()) for group in GROUPS]
        total = sum(counts)
        rows.append(
            [
                html.escape(str(name)),
                *(f"{count} ({100 * count / total:.0f} %)" if total else "0" for count in counts),
                str(total),
            ]
        )
    missing = int(own.isna().sum())
    note = f"{missing} cases name no {cluster}." if missing else ""
    header = ["", *(GROUP_LABELS[group] for group in GROUPS), "All"]
    return html_table(header, rows, f"{_CLUSTER_WORDS[cluster]}s and groups", note)


def _mixed_features(analysis: Analysis, cluster: str, part: "pd.DataFrame") -> str:
    plain = analysis.tables["univariate"].set_index(["stratum", "comparison", "variable"])["p"]
    linear = part[(part["model"] == "linear") & part["comparison"].str.startswith("low_")]
    linear = linear[linear["outcome"].isin(PAPER_FEATURES)]
    rows: list[list[str]] = []
    for (stratum, comparison), own in linear.groupby(["stratum", "comparison"], sort=False):
        rows.append([f"{pair_label(comparison)}, {STRATUM_LABELS[stratum]}"])
        for _, row in own.iterrows():
            unit = unit_words(analysis.cohort.variables[row["outcome"]].unit)
            rows.append(
                [
                    model_name(row["outcome"]) + (f" [{unit}]" if unit else ""),
                    interval_text(row["estimate"], row["ci_low"], row["ci_high"]),
                    p_text(row["p"]),
                    p_text(plain.get((stratum, comparison, row["outcome"]), float("nan"))),
                    f"{100 * row['share_between']:.0f} %",
                    f"{row['n']} in {row['clusters']}",
                ]
            )
    header = ["", "Difference (95 % CI)", "p, mixed model", "p without it", "Variance<br>between", "Cases"]
    note = (
        f"Linear models with a random intercept of the {cluster} (restricted maximum likelihood, Satterthwaite's "
        f"degrees of freedom): mean of the first group minus the second, were all from one {cluster}. Variance "
        f"between: share of the variance that lies between {cluster}s. The p without it is that of the group tables."
    )
    caption = f"Features by group, adjusted for the {cluster}"
    return html_table(header, rows, caption, note) if rows else ""


def _mixed_models(analysis: Analysis, cluster: str, part: "pd.DataFrame") -> str:
    logistic = part[part["model"] == "logistic"]
    models = analysis.tables["models"]
    plain = models[models["model"] == QUALITATIVE].set_index(["stratum", "comparison", "term"])
    rows: list[list[str]] = []
    for (stratum, comparison), own in logistic.groupby(["stratum", "comparison"], sort=False):
        rows.append([f"{pair_label(comparison)}, {STRATUM_LABELS[stratum]}"])
        for _, row in own.iterrows():
            beside = plain.loc[(stratum, comparison, row["term"])]
            rows.append(
                [
                    html.escape(term_words(row["term"], analysis.cohort.variables)),
                    ratio_text(row["odds_ratio"], row["or_low"], row["or_high"]),
                    p_text(row["p"]),
                    ratio_text(beside["odds_ratio"], beside["ci_low"], beside["ci_high"]),
                    f"{100 * row['share_between']:.0f} %",
                    f"{row['n']} in {row['clusters']}",
                ]
            )
    header = ["", "OR (95 % CI), mixed", "p", "OR (95 % CI) without", "Variance<br>between", "Cases"]
    note = (
        f"Logistic models with a random intercept of the {cluster} (adaptive quadrature, Wald's limits); variance "
        "between on the scale of the log odds."
    )
    caption = f"Qualitative model, adjusted for the {cluster}"
    return html_table(header, rows, caption, note) if rows else ""


def _measured(name: str, known: "Mapping[str, Variable]") -> str:
    """A descriptor by its words, a feature by its name."""
    variable = known.get(name)
    return (
        variable.label if variable is not None and variable.table == "descriptors" else name.replace("_", " ")
    )


def repeats(analysis: Analysis) -> str:
    """Within-subject variation of the features, beside the published one."""
    table = analysis.tables.get("repeatability")
    if table is None:
        return ""
    rows: list[list[str]] = []
    known = dict(analysis.readings.variables if analysis.readings else {}) | analysis.cohort.variables
    for (source, reader), part in table.groupby(["source", "reader"], sort=False):
        rows.append([html.escape(f"{str(source).capitalize()} {reader}".strip())])
        for _, row in part.iterrows():
            unit = unit_words(known[row["variable"]].unit) if row["variable"] in known else ""
            rows.append(
                [
                    html.escape(_measured(row["variable"], known)) + (f" [{unit}]" if unit else ""),
                    interval_text(row["within_sd"], row["within_low"], row["within_high"]),
                    interval_text(row["coefficient"], row["coefficient_low"], row["coefficient_high"])
                    if row["coefficient_low"] == row["coefficient_low"]
                    else number_text(row["coefficient"], 2),
                    interval_text(row["wcv_percent"], row["wcv_low"], row["wcv_high"], 1),
                    number_text(row["percent_coefficient"], 1),
                    f"{row['subjects']:.0f}",
                ]
            )
    header = ["", "Within-subject SD<br>(95 % CI)", "Repeatability coefficient<br>(95 % CI)"]
    header += ["wCV [%]<br>(95 % CI)", "Real change<br>[%]", "n"]
    note = (
        "Read again: the same images, outlined and answered a second time without knowing it. Scanned again: another "
        "scan of the same lesion. Two measurements of an unchanged lesion differ by more than the repeatability "
        "coefficient (2.77 within-subject SD) in 5 %; real change: 2.77 wCV. Limits by the chi-squared distribution "
        "(Raunig 2015, doi:10.1177/0962280214537344). No wCV where values can be 0 or below."
    )
    return html_table(header, rows, "Repeatability of the measurements", note)
