"""Tables of variables by group: clinic, descriptors, features."""

from dataclasses import replace
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.manuscript.journal_style import JournalStyle
from HER2LowMRILib.cohort.manuscript.journal_table import Cell, JournalTable, cells
from HER2LowMRILib.cohort.report.group_comparisons import MARKS, PAIRS_SHOWN
from HER2LowMRILib.cohort.report.names import unit_words
from HER2LowMRILib.cohort.strata import GROUP_LABELS, GROUPS, STRATUM_LABELS, in_stratum
from HER2LowMRILib.cohort.univariate import share_text
from HER2LowMRILib.cohort.variables import Variable, study_variables

if TYPE_CHECKING:
    import pandas as pd

_TITLES = {
    "clinic": "Clinical and pathologic characteristics by HER2 group",
    "descriptors": "MRI descriptors by HER2 group",
    "features": "Histogram features of ADC, D_app and K_app by HER2 group",
}
_PAIR_HEADS = {"low_vs_zero": "low vs zero", "low_vs_over": "low vs over", "zero_vs_over": "zero vs over"}


def group_table(
    analysis: Analysis, number: str, table: str, stratum: str, style: JournalStyle
) -> JournalTable | None:
    """One table of variables by group.

    Parameters
    ----------
    analysis : Analysis
    number : str
        Of the table in the manuscript.
    table : {"clinic", "descriptors", "features"}
    stratum : {"all", "mass", "nme_related"}
    style : JournalStyle

    Returns
    -------
    JournalTable or None
        None when the rows have none of the variables.
    """
    univariate = analysis.tables["univariate"]
    tests = univariate[(univariate["stratum"] == stratum) & (univariate["table"] == table)]
    known = [*study_variables(analysis.cohort.lexicon), *analysis.cohort.variables]
    names = [name for name in dict.fromkeys(known) if name in set(tests["variable"])]
    if not names:
        return None
    cases = in_stratum(analysis.cohort, stratum)
    sizes = [int((cases["her2_group"] == group).sum()) for group in GROUPS]
    by = {c: tests[tests["comparison"] == c].set_index("variable") for c in ("three_groups", *PAIRS_SHOWN)}
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        rows += _variable_rows(analysis.cohort.variables[name], cases, by, sum(sizes), style)
    # A head breaks before its number alone.
    heads = [f"{GROUP_LABELS[g]} (n\xa0=\xa0{n})" for g, n in zip(GROUPS, sizes, strict=True)]
    p = style.p_symbol
    header = ("Characteristic", *heads, f"{p} (3 groups)", *(f"{p}, {_PAIR_HEADS[c]}" for c in PAIRS_SHOWN))
    title = _TITLES[table] + (
        "" if stratum == "all" and table != "features" else f", {STRATUM_LABELS[stratum]}"
    )
    rows, marks = _lettered(rows, _footnotes(tests, table, sum(sizes)))
    return JournalTable(number, title, header, tuple(rows), marks)


def _lettered(
    rows: list[tuple[Cell, ...]], notes: tuple[tuple[str, str], ...]
) -> tuple[list[tuple[Cell, ...]], tuple[tuple[str, str], ...]]:
    """Footnotes lettered a, b, c in the order in which a reader meets them; one that nothing points to goes."""
    met = list(dict.fromkeys(cell.mark for row in rows for cell in row if cell.mark))
    letters = dict(zip(met, "abcdefghij", strict=False))
    texts = {mark: text for mark, text in notes if mark}
    renamed = [tuple(replace(cell, mark=letters.get(cell.mark, "")) for cell in row) for row in rows]
    general = [note for note in notes if not note[0]]
    return renamed, (*general, *((letters[mark], texts[mark]) for mark in met if mark in texts))


def _variable_rows(
    variable: Variable, cases: "pd.DataFrame", by: "dict[str, pd.DataFrame]", total: int, style: JournalStyle
) -> list[tuple[Cell, ...]]:
    three = by["three_groups"].loc[variable.name]
    ps = [_p_cell(by[comparison].loc[variable.name], style) for comparison in by]
    asked = total - int(three["not_applicable"])
    # The unit of the features stands once, below their table.
    unit = unit_words(variable.unit) if variable.table != "features" else ""
    label = variable.label + (f", {unit}" if unit else "")
    gaps = [f"in {asked} of {total} lesions"] if three["not_applicable"] else []
    gaps += [f"{int(three['missing'])} missing"] if three["missing"] else []
    if three["trend_p"] == three["trend_p"]:
        gaps.append(f"{style.p_symbol} for trend {style.p(three['trend_p'])}")
    label += f" ({'; '.join(gaps)})" if gaps else ""
    if variable.kind not in ("nominal", "ordinal"):
        texts = [three[f"summary_{group}"] for group in GROUPS]
        return [cells([label, *(style.text(text) if isinstance(text, str) else "" for text in texts), *ps])]
    rows = [cells([label, *[""] * len(GROUPS), *ps])]
    answers = [cases.loc[cases["her2_group"] == group, variable.name] for group in GROUPS]
    for category, words in zip(variable.categories, variable.labels, strict=True):
        counts = [int((column == category).sum()) for column in answers]
        if any(counts):
            shares = [
                style.text(share_text(count, n))
                if (n := int(column.isin(variable.categories).sum()))
                else "–"
                for count, column in zip(counts, answers, strict=True)
            ]
            rows.append(cells([Cell(words, level=1), *shares, *[""] * len(by)]))
    return rows


def _p_cell(row: "pd.Series", style: JournalStyle) -> Cell:
    text = style.p(row["p"])
    return Cell(text, MARKS[row["test"]][0] if row["test"] in MARKS and text != "–" else "")


def _footnotes(tests: "pd.DataFrame", table: str, total: int) -> tuple[tuple[str, str], ...]:
    general = ["Values are mean ± SD, or median (quartiles)" if table == "features" else ""]
    if table != "features":
        kinds = set(tests["kind"])
        words = ["n/N (%), where N are the lesions in which the question arises and was answered"]
        words += ["mean ± SD or median (quartiles)"] if "number" in kinds else []
        general = [f"Values are {', '.join(words)}"]
    else:
        general.append("ADC and D_app in 10⁻³ mm²/s, entropy in bits, K_app without unit")
    general.append(f"{total} lesions in all")
    general.append("Tests are two-sided and not corrected for their number; q values are in univariate.csv")
    if tests["trend_p"].notna().any():
        general.append("Trend: linear-by-linear association with the groups in the order zero, low, over")
    there = set(tests["test"].dropna())
    marks = tuple((letter, f"{words}.") for test, (letter, words) in MARKS.items() if test in there)
    return (("", ". ".join(general) + "."), *marks)
