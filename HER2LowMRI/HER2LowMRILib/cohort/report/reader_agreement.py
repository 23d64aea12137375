"""How far the readers agree."""

import html
from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.agreement_by_outline import HELPED_MINUS_DRAWN
from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.outline_ways import DIFFERENT, WAYS
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.report.names import unit_words
from HER2LowMRILib.cohort.report.tables import html_table, limits_text, number_text
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.cohort.variables import study_variables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

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
    if "agreement" not in analysis.tables or analysis.readings is None:
        return ""
    table = analysis.tables["agreement"]
    known = study_variables(analysis.readings.lexicon) | analysis.readings.variables
    labels = {name: variable.label for name, variable in known.items()}
    together = table[(table["n_readers"] > 2) & (table["n"] > 0)]
    table = table[table["n_readers"] == 2]
    kappa = table[table["statistic"].str.startswith(("kappa", "ac1", "pabak")) & (table["n"] > 0)]
    header = ["", "Coefficient", "Estimate (95 % CI)", "Landis and Koch", "Equal", "n"]
    parts = _all_together(together, labels)
    rows = _by_pair(kappa, lambda part: _kappa_rows(part, labels))
    if rows:
        parts.append(html_table(header, rows, "Agreement on the descriptors, before adjudication"))
    numbers = table[
        table["statistic"].isin(
            ("icc_2_1", "icc_3_1", "icc_2_k", "bias", "limits_of_agreement", "wcv_percent")
        )
        & (table["n"] > 0)
    ]
    header = ["", "ICC(2,1) (95 % CI)<br>recommended", "Koo and Li", "ICC(3,1) (95 % CI)<br>SPSS default"]
    header += ["ICC(2,k) (95 % CI)<br>of the mean"]
    header += ["Bias (95 % CI)", "Limits of agreement", "wCV [%]", "n"]
    rows = _by_pair(numbers, lambda part: _number_rows(part, labels))
    if rows:
        note = (
            "ICC(2,1): two-way random, absolute agreement, single measure; ICC(2,k): the same for the mean of the k "
            "readers, which is what is analysed where features are the mean of the readers. wCV: within-subject "
            "coefficient of variation."
        )
        parts.append(html_table(header, rows, "Agreement on the measurements", note))
    overlap = table[table["variable"] == "voi"]
    if len(overlap):
        rows = _by_pair(overlap, _overlap_rows)
        parts.append(html_table(["", "Mean (95 % CI)", "", "n"], rows, "Agreement of the VOIs"))
    parts += _overlap_by_way(table)
    if "agreement_by_outline" in analysis.tables:
        parts += _features_by_way(analysis.tables["agreement_by_outline"], labels)
    parts += [figures.in_page(drawing) for drawing in agreement_drawings(analysis)]
    return "".join(parts)


def _all_together(table: "pd.DataFrame", labels: dict[str, str]) -> list[str]:
    """Fleiss' kappa and the ICC of three or more readers; nothing with two."""
    if table.empty:
        return []
    readers, count = html.escape(table["readers"].iloc[0]), int(table["n_readers"].iloc[0])
    categories = [
        [
            html.escape(labels.get(row["variable"], row["variable"])),
            limits_text(row),
            html.escape(row["label"]),
            f"{row['percent_agreement']:.1f} %",
            f"{row['n']:.0f}",
        ]
        for _, row in table[table["statistic"] == "fleiss_kappa"].iterrows()
    ]
    numbers = [
        [
            html.escape(labels.get(name, name)),
            limits_text((by := part.set_index("statistic")).loc["icc_2_1"]),
            html.escape(by.loc["icc_2_1", "label"]),
            limits_text(by.loc["icc_3_1"]),
            limits_text(by.loc["icc_2_k"]),
            f"{by.loc['icc_2_1', 'n']:.0f}",
        ]
        for name, part in table[table["statistic"] != "fleiss_kappa"].groupby("variable", sort=False)
    ]
    parts = []
    if categories:
        note = (
            f"{readers}, on the cases that all {count} read, before adjudication. Fleiss' kappa takes the categories "
            "as unordered; its limits are a jackknife's over the cases. Equal: pairs of readers who said the same. "
            "Weighted kappas of ordered descriptors stand in the table of each two readers."
        )
        header = ["", "Fleiss' kappa (95 % CI)", "Landis and Koch", "Equal", "n"]
        parts.append(
            html_table(header, categories, f"Agreement of all {count} readers on the descriptors", note)
        )
    if numbers:
        header = ["", "ICC(2,1) (95 % CI)<br>recommended", "Koo and Li", "ICC(3,1) (95 % CI)"]
        header += [f"ICC(2,k) (95 % CI)<br>of the mean of {count}", "n"]
        note = f"{readers}, on the cases that all {count} read."
        parts.append(
            html_table(header, numbers, f"Agreement of all {count} readers on the measurements", note)
        )
    return parts


def agreement_drawings(analysis: Analysis) -> list[figures.Drawing]:
    """Bland-Altman plots of each pair of readers."""
    readings = analysis.readings
    if "agreement" not in analysis.tables or readings is None:
        return []
    readers = sorted(readings.rows["reader"].unique())
    found = [_bland_altman(readings, pair) for pair in combinations(readers, 2)]
    return [
        figures.Drawing(f"bland_altman_{number}", figure, legend)
        for number, (figure, legend) in enumerate((entry for entry in found if entry), start=1)
    ]


def _by_pair(table: "pd.DataFrame", build: Callable[["pd.DataFrame"], list[list[str]]]) -> list[list[str]]:
    """Rows of each pair of readers, under its names where there are several."""
    parts = list(table.groupby("readers", sort=False))
    if len(parts) == 1:
        return build(table)
    return [row for readers, part in parts for row in ([html.escape(readers)], *build(part))]


def _kappa_rows(part: "pd.DataFrame", labels: dict[str, str]) -> list[list[str]]:
    return [
        [
            html.escape(labels.get(row["variable"], row["variable"])),
            _STATISTICS[row["statistic"]],
            limits_text(row),
            html.escape(row["label"]),
            f"{row['percent_agreement']:.1f} %"
            if row["percent_agreement"] == row["percent_agreement"]
            else "–",
            f"{row['n']:.0f}",
        ]
        for _, row in part.iterrows()
    ]


def _number_rows(numbers: "pd.DataFrame", labels: dict[str, str]) -> list[list[str]]:
    rows = []
    for name, part in numbers.groupby("variable", sort=False):
        by = part.set_index("statistic")
        limits = by.loc["limits_of_agreement"]
        rows.append(
            [
                html.escape(labels.get(name, name)),
                limits_text(by.loc["icc_2_1"]),
                html.escape(by.loc["icc_2_1", "label"]),
                limits_text(by.loc["icc_3_1"]),
                limits_text(by.loc["icc_2_k"]),
                limits_text(by.loc["bias"]),
                f"{number_text(limits['ci_low'])} to {number_text(limits['ci_high'])}",
                number_text(by.loc["wcv_percent", "estimate"], 1),
                f"{by.loc['icc_2_1', 'n']:.0f}",
            ]
        )
    return rows


def _overlap_rows(overlap: "pd.DataFrame") -> list[list[str]]:
    words = {"dice": "Dice coefficient", "hausdorff_95_mm": "Hausdorff distance, 95 % [mm]"}
    return [
        [words[row["statistic"]], limits_text(row), html.escape(row["note"]), f"{row['n']:.0f}"]
        for _, row in overlap.iterrows()
    ]


def _overlap_by_way(table: "pd.DataFrame") -> list[str]:
    """Agreement of the VOIs by how both readers outlined; nothing where all were drawn by hand alone."""
    words = {f"voi_{way}": text for way, text in WAYS.items()} | {f"voi_{DIFFERENT}": "in different ways"}
    rows = []
    for variable, text in words.items():
        part = table[table["variable"] == variable]
        rows += [[f"<b>{text}</b>"], *_by_pair(part, _overlap_rows)] if len(part) else []
    note = "Where ways were not given at random, lesions differ as well as ways."
    header = ["", "Mean (95 % CI)", "", "n"]
    return [html_table(header, rows, "Agreement of the VOIs by how they were outlined", note)] if rows else []


def _features_by_way(table: "pd.DataFrame", labels: dict[str, str]) -> list[str]:
    """ICC of the features by how both readers outlined, and what help changed where one of them had it."""
    rows: list[list[str]] = []
    ways = [way for way in WAYS if (table["way"] == way).any()]
    same = table[table["statistic"] == "icc_2_1"].set_index(["readers", "variable", "way"])
    for readers, of_pair in table[table["way"].isin(ways)].groupby("readers", sort=False):
        rows.append([html.escape(str(readers))])
        for name in of_pair["variable"].unique():
            found = [(readers, name, way) for way in ways]
            cells = [
                f"{limits_text(same.loc[at])}; {same.loc[at, 'n']:.0f}" if at in same.index else "–"
                for at in found
            ]
            rows.append([html.escape(labels.get(name, name)), *cells])
    parts = []
    note = "ICC(2,1) (95 % CI); number of cases. Where ways were not given at random, lesions differ as well."
    if rows:
        header = ["", *(f"Both {WAYS[way]}" for way in ways)]
        parts.append(
            html_table(header, rows, "Agreement on the measurements by how the lesions were outlined", note)
        )
    rows = []
    apart = table[table["way"] == HELPED_MINUS_DRAWN]
    for readers, of_pair in apart.groupby("readers", sort=False):
        rows.append([html.escape(str(readers))])
        for name, part in of_pair.groupby("variable", sort=False):
            by = part.set_index("statistic")
            limits = by.loc["limits_of_agreement"]
            between = f"{number_text(limits['ci_low'])} to {number_text(limits['ci_high'])}"
            rows.append(
                [
                    html.escape(labels.get(name, name)),
                    limits_text(by.loc["bias"]),
                    between,
                    f"{by.loc['bias', 'n']:.0f}",
                ]
            )
    if rows:
        note = (
            "Lesions that one reader drew by hand alone and the other with help: value with help less that by hand. "
            "It holds the difference of the two readers as well, unless each was helped in some."
        )
        header = ["", "Bias (95 % CI)", "Limits of agreement", "n"]
        parts.append(html_table(header, rows, "Measurements with help against those by hand alone", note))
    return parts


def _bland_altman(readings: CohortTable, readers: tuple[str, str]) -> "tuple[Figure, str] | None":
    from HER2LowMRILib.core.statistics.bland_altman import bland_altman

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
        return None
    return (
        figures.bland_altman_plots(panels),
        f"Bland-Altman plots of {readers[0]} and {readers[1]}: bias (solid) and 95 % limits "
        "of agreement (dashed). The ten cases that differ most are in agreement_cases.csv.",
    )
