"""How far the readers agree."""

import html

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.report.names import unit_words
from HER2LowMRILib.cohort.report.tables import html_table, interval_text, limits_text, number_text
from HER2LowMRILib.cohort.variables import study_variables

_AGREEMENT_FIGURE = ("ADC_mean", "D_mean", "K_mean")
_STATISTICS = {
    "kappa": "kappa",
    "kappa_linear": "kappa, linear weights",
    "kappa_quadratic": "kappa, quadratic weights",
    "ac1": "AC1",
    "pabak": "PABAK",
}


def reader_agreement(analysis: Analysis) -> str:
    """Kappa of the descriptors, ICC and limits of the measurements, overlap of the VOIs."""
    if "agreement" not in analysis.tables:
        return ""
    table = analysis.tables["agreement"]
    labels = {name: variable.label for name, variable in study_variables(analysis.readings.lexicon).items()}
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
                limits_text(by.loc["icc_2_1"]),
                html.escape(by.loc["icc_2_1", "label"]),
                limits_text(by.loc["icc_3_1"]),
                limits_text(by.loc["bias"]),
                f"{number_text(by.loc['limits_of_agreement', 'ci_low'])} to "
                f"{number_text(by.loc['limits_of_agreement', 'ci_high'])}",
                number_text(by.loc["wcv_percent", "estimate"], 1),
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
            [words[row["statistic"]], limits_text(row), html.escape(row["note"]), f"{row['n']:.0f}"]
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
                panels.append((name.replace("_", " "), unit_words(readings.variables[name].unit), result))
    if not panels:
        return ""
    return figures.figure(
        figures.bland_altman_plots(panels),
        f"Bland-Altman plots of {html.escape(readers[0])} and {html.escape(readers[1])}: bias (solid) and 95 % limits "
        "of agreement (dashed). The ten cases that differ most are in agreement_cases.csv.",
    )
