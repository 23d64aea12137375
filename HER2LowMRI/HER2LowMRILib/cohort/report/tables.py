"""Data frames as HTML tables, with numbers as a journal prints them."""

import html
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from HER2LowMRILib.cohort.strata import GROUP_LABELS, GROUPS
from HER2LowMRILib.cohort.variables import Variable

if TYPE_CHECKING:
    import pandas as pd

# On paper a cell may break between an estimate and its interval, never inside either.
_JOINED_DASH = "&#8288;–&#8288;"
PAIRS_SHOWN = ("low_vs_zero", "low_vs_over", "zero_vs_over")


def p_text(p: float | None) -> str:
    """P as SPSS prints it: three digits, "<.001" below; "-" where there is none."""
    if p is None or (isinstance(p, float) and math.isnan(p)):
        return "–"
    return "&lt;.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def interval_text(estimate: float, low: float, high: float, digits: int = 3) -> str:
    """Estimate with its limits; "–" where there is none."""
    if estimate is None or math.isnan(estimate):
        return "–"
    if math.isnan(low) or math.isnan(high):
        return f"{estimate:.{digits}f} (no interval)"
    # A dash would look like a sign next to a negative limit.
    between = _JOINED_DASH if low >= 0 else "&nbsp;to&nbsp;"
    return f"{estimate:.{digits}f} ({low:.{digits}f}{between}{high:.{digits}f})"


def ratio_text(estimate: float, low: float, high: float) -> str:
    """Odds ratio with its limits."""
    if math.isnan(estimate):
        return "–"

    def short(value: float) -> str:
        if math.isnan(value):
            return "?"
        return f"{value:.2f}" if 0.01 <= value < 1000 else f"{value:.1e}"

    return f"{short(estimate)} ({short(low)}{_JOINED_DASH}{short(high)})"


def html_table(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str, note: str = "") -> str:
    """Build a table of cells that are HTML already; the first column is the row's heading.

    Parameters
    ----------
    header : sequence of str
    rows : sequence of sequence of str
        A row of one cell is a heading across the table.
    caption, note : str
        Above and below it.
    """
    head = "".join(f'<th scope="col">{cell}</th>' for cell in header)
    lines = []
    for row in rows:
        if len(row) == 1:
            lines.append(f'<tr class="part"><th colspan="{len(header)}" scope="colgroup">{row[0]}</th></tr>')
            continue
        cells = "".join(f"<td>{cell}</td>" for cell in row[1:])
        lines.append(f'<tr><th scope="row">{row[0]}</th>{cells}</tr>')
    foot = f'<p class="note">{note}</p>' if note else ""
    return (
        f'<figure class="table"><figcaption>{caption}</figcaption><div class="wide"><table><thead><tr>{head}</tr>'
        f"</thead><tbody>{''.join(lines)}</tbody></table></div>{foot}</figure>"
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
