"""Each variable by group, with the tests of three groups and of pairs, and box plots of the features."""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.report import figures
from HER2LowMRILib.cohort.report.names import PAPER_FEATURES, unit_words
from HER2LowMRILib.cohort.report.tables import html_table, minus, p_text
from HER2LowMRILib.cohort.strata import GROUP_LABELS, GROUPS, STRATUM_LABELS, in_stratum
from HER2LowMRILib.cohort.univariate import share_text
from HER2LowMRILib.cohort.variables import FEATURE_NAMES, Variable, study_variables

if TYPE_CHECKING:
    import pandas as pd

PAIRS_SHOWN = ("low_vs_zero", "low_vs_over", "zero_vs_over")


# Letters that say which test a p is from.
MARKS = {
    "chi-squared": ("a", "Pearson's chi-squared test"),
    "Fisher exact": ("b", "Fisher's exact test"),
    "Fisher Monte Carlo": ("c", "Fisher's test, Monte Carlo"),
    "Kruskal-Wallis": ("d", "Kruskal-Wallis test"),
    "Mann-Whitney U": ("e", "Mann-Whitney U test"),
}
_NOTE = (
    "p: three groups, then pairs; q in brackets: Benjamini-Hochberg over the variables of this table and pair. "
    "Variables that are collapsed from another carry no q of their own. "
)
_TREND = "Trend: linear-by-linear association with the groups in the order zero, low, over. "
_NUMBERS = "Mean ± SD, or median (quartiles). "
_SHARES = (
    "n/N (%): N are the lesions in which the question arises and was answered; percentages are of these. "
    "Where it does not arise in all, the number is below the variable's name. "
)


def group_comparisons(table: str, title: str, strata: tuple[str, ...]) -> Callable[[Analysis], str]:
    """Make the section of one table ("clinic", "descriptors", "features"), one table for each stratum."""

    def build(analysis: Analysis) -> str:
        univariate = analysis.tables["univariate"]
        parts = []
        for stratum in strata:
            tests = univariate[(univariate["stratum"] == stratum) & (univariate["table"] == table)]
            tested = set(tests["variable"])
            names = [name for name in _in_order(analysis) if name in tested]
            if not names:
                continue
            note = _NUMBERS + (
                "ADC and D in 10⁻³ mm²/s, entropy in bits. " if table == "features" else _SHARES
            )
            caption = f"{title}, {STRATUM_LABELS[stratum]}"
            cases = in_stratum(analysis.cohort, stratum)
            note += _NOTE + (_TREND if tests["trend_p"].notna().any() else "") + marks_note(tests["test"])
            parts.append(_group_table(tests, cases, analysis.cohort.variables, names, caption, note))
            if table == "features":
                drawing = box_drawing(analysis, stratum)
                parts.append(figures.in_page(drawing) if drawing else "")
        return "".join(parts)

    return build


def _in_order(analysis: Analysis) -> list[str]:
    """Every variable in the order of the tables; further maps and rings come last."""
    return list(study_variables(analysis.cohort.lexicon) | analysis.cohort.variables)


def marks_note(tests: "pd.Series") -> str:
    """What the letters of a table mean, those that it has."""
    there = set(tests.dropna())
    return "; ".join(f"{letter}: {words}" for test, (letter, words) in MARKS.items() if test in there) + "."


def box_drawing(analysis: Analysis, stratum: str) -> figures.Drawing | None:
    """Box plots of the features of the combined models; None where there are too few cases."""
    names = [name for name in PAPER_FEATURES if name in analysis.cohort.variables]
    rows = in_stratum(analysis.cohort, stratum)
    if not names or rows["her2_group"].isin(GROUP_LABELS).sum() < 3 or rows[names].isna().all(axis=None):
        return None
    units = [unit_words(analysis.cohort.variables[name].unit) for name in names]
    return figures.Drawing(
        f"boxes_{stratum}",
        figures.box_plots(rows, names, [name.replace("_", " ") for name in names], units),
        f"Features of the combined models, {STRATUM_LABELS[stratum]}. Box: quartiles and median; whiskers: 1.5 "
        "interquartile ranges; each case is a dot (circle: zero, square: low, triangle: over).",
    )


def _group_table(
    univariate: "pd.DataFrame",
    cases: "pd.DataFrame",
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
    cases : DataFrame
        Cases of that stratum.
    variables : mapping
    names : sequence of str
        Variables to show, in their order; those without a row are left out.
    caption, note : str
    """
    three = univariate[univariate["comparison"] == "three_groups"].set_index("variable")
    pairs = {c: univariate[univariate["comparison"] == c].set_index("variable") for c in PAIRS_SHOWN}
    sizes = [int((cases["her2_group"] == group).sum()) for group in GROUPS]
    header = ["", *(f"{GROUP_LABELS[g]}<br>n = {n}" for g, n in zip(GROUPS, sizes, strict=True))]
    header += ["p<br>(three)", "low v zero<br>p (q)", "low v over<br>p (q)", "zero v over<br>p (q)"]
    rows = []
    for name in (name for name in names if name in three.index):
        variable, row = variables[name], three.loc[name]
        tests = [_marked(row), *(_p_and_q(pairs[comparison].loc[name]) for comparison in PAIRS_SHOWN)]
        label = _label(variable, row, sum(sizes))
        if variable.kind in ("nominal", "ordinal"):
            rows.append([label, "", "", "", *tests])
            rows += _category_rows(variable, cases)
        else:
            rows.append([label, *(_cell(_text(row[f"summary_{group}"])) for group in GROUPS), *tests])
    return html_table(header, rows, caption, note, "groups")


def _label(variable: Variable, row: "pd.Series", cases: int) -> str:
    # The units of the features of every study stand once, below their table.
    unit = variable.unit if variable.name not in FEATURE_NAMES else None
    label = html.escape(variable.label) + (f" [{html.escape(unit)}]" if unit else "")
    gaps = []
    if row["not_applicable"]:
        gaps.append(f"in {cases - int(row['not_applicable'])} of {cases} lesions")
    if row["missing"]:
        gaps.append(f"{int(row['missing'])} missing")
    if row["trend_p"] == row["trend_p"]:
        gaps.append(f"p for trend {p_text(row['trend_p'])}")
    return label + (f'<span class="missing">{", ".join(gaps)}</span>' if gaps else "")


def _marked(row: "pd.Series") -> str:
    letter = MARKS.get(row["test"], ("", ""))[0]
    return p_text(row["p"]) + (f"<sup>{letter}</sup>" if letter and row["p"] == row["p"] else "")


def _p_and_q(row: "pd.Series") -> str:
    q = p_text(row["q"])
    return _marked(row) + (f"&nbsp;({q})" if q != "–" else "")


def _category_rows(variable: Variable, cases: "pd.DataFrame") -> list[list[str]]:
    """One line for each category that occurs, with its share of each group's lesions that have an answer."""
    answers = [cases.loc[cases["her2_group"] == group, variable.name] for group in GROUPS]
    sizes = [int(column.isin(variable.categories).sum()) for column in answers]
    rows = []
    for category, label in zip(variable.categories, variable.labels, strict=True):
        counts = [int((column == category).sum()) for column in answers]
        if any(counts):
            shares = [
                _cell(share_text(count, n)) if n else "" for count, n in zip(counts, sizes, strict=True)
            ]
            rows.append([f'<span class="category">{html.escape(label)}</span>', *shares, "", "", "", ""])
    return rows


def _cell(text: str) -> str:
    return minus(html.escape(text)).replace(" ", "&nbsp;").replace("&nbsp;(", " (").replace("&nbsp;±", " ±")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
