"""Each variable by group, with the tests of three groups and of pairs, and box plots of the features."""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.report.names import PAPER_FEATURES
from HER2LowMRILib.cohort.report.tables import html_table, p_text
from HER2LowMRILib.cohort.strata import GROUP_LABELS, GROUPS, STRATUM_LABELS, in_stratum
from HER2LowMRILib.cohort.variables import Variable, study_variables

if TYPE_CHECKING:
    import pandas as pd

PAIRS_SHOWN = ("low_vs_zero", "low_vs_over", "zero_vs_over")


def group_comparisons(table: str, title: str, strata: tuple[str, ...]) -> Callable[[Analysis], str]:
    """Make the section of one table ("clinic", "descriptors", "features"), one table for each stratum."""

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
    return figures.figure(
        svg,
        f"Features of the combined models, {STRATUM_LABELS[stratum]}. Box: quartiles and median; whiskers: 1.5 "
        "interquartile ranges; each case is a dot (circle: zero, square: low, triangle: over). ADC and D in "
        "1e-3 mm²/s.",
    )


def group_table(
    univariate: "pd.DataFrame",
    variables: Mapping[str, Variable],
    names: Sequence[str],
    caption: str,
    note: str,
) -> str:
    """Groups in columns, variables in rows, with p over three groups, p and q of each pair.

    Parameters
    ----------
    univariate : DataFrame
        Rows of `univariate.COLUMNS` of one stratum.
    variables : mapping
    names : sequence of str
        Variables to show, in their order; those without a row are left out.
    caption, note : str
    """
    three = univariate[univariate["comparison"] == "three_groups"].set_index("variable")
    pairs = {c: univariate[univariate["comparison"] == c].set_index("variable") for c in PAIRS_SHOWN}
    shown = [name for name in names if name in three.index]
    sizes = [int(three.loc[shown, f"n_{group}"].max()) if shown else 0 for group in GROUPS]
    header = ["", *(f"{GROUP_LABELS[g]}<br>n = {n}" for g, n in zip(GROUPS, sizes, strict=True)), "p (three)"]
    header += ["low v zero<br>p (q)", "low v over<br>p (q)", "zero v over<br>p (q)"]
    rows = []
    for name in shown:
        variable, row = variables[name], three.loc[name]
        # The unit of the features stands once, below their table.
        unit = variable.unit if variable.table != "features" else None
        label = html.escape(variable.label) + (f" [{html.escape(unit)}]" if unit else "")
        tests = [p_text(row["p"])]
        for comparison in PAIRS_SHOWN:
            pair = pairs[comparison].loc[name]
            q = p_text(pair["q"])
            tests.append(p_text(pair["p"]) + (f" ({q})" if q != "–" else ""))
        summaries = [_text(row[f"summary_{group}"]) for group in GROUPS]
        if variable.kind in ("nominal", "ordinal"):
            rows.append([label, "", "", "", *tests])
            rows += _category_rows(summaries)
        else:
            missing = f'<span class="missing">{int(row["missing"])} missing</span>' if row["missing"] else ""
            rows.append([label + missing, *map(_cell, summaries), *tests])
    return html_table(header, rows, caption, note)


def _category_rows(summaries: Sequence[str]) -> list[list[str]]:
    """One line per category from summaries such as "oval 3 (20.0 %); round 12 (80.0 %)"."""
    parts = [[part.rsplit(" ", 3) for part in text.split("; ")] if text else [] for text in summaries]
    names = [part[0] for part in max(parts, key=len, default=[])]
    rows = []
    for position, name in enumerate(names):
        cells = [" ".join(column[position][1:]) if position < len(column) else "" for column in parts]
        if all(cell.startswith("0 ") or not cell for cell in cells):
            continue
        rows.append(
            [f'<span class="category">{html.escape(name)}</span>', *map(_cell, cells), "", "", "", ""]
        )
    return rows


def _cell(text: str) -> str:
    return html.escape(text).replace(" %", "&nbsp;%").replace(" to ", "&nbsp;to&nbsp;")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
