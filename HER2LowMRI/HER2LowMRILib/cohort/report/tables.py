"""HTML tables, and numbers as a journal prints them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# On paper a cell may break between an estimate and its interval, never inside either.
_JOINED_DASH = "&#8288;–&#8288;"


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


def limits_text(row: "pd.Series") -> str:
    """Estimate with its limits from a row that has ``estimate``, ``ci_low`` and ``ci_high``."""
    return interval_text(row["estimate"], row["ci_low"], row["ci_high"])


def number_text(value: float, digits: int = 3) -> str:
    """A number; "–" where there is none."""
    return f"{value:.{digits}f}" if value == value else "–"


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
