"""HTML tables, and numbers as a journal prints them."""

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from HER2LowMRILib.core.wording import rounded

if TYPE_CHECKING:
    import pandas as pd

# On paper a cell may break between an estimate and its interval, never inside either.
_JOINED_DASH = "&#8288;–&#8288;"


def p_text(p: float | None) -> str:
    """P as SPSS prints it: three digits, "<.001" below; "-" where there is none."""
    if p is None or (isinstance(p, float) and math.isnan(p)):
        return "–"
    return "&lt;.001" if p < 0.001 else rounded(p, 3).removeprefix("0")


def interval_text(estimate: float, low: float, high: float, digits: int = 3) -> str:
    """Estimate with its limits; "–" where there is none."""
    if estimate is None or math.isnan(estimate):
        return "–"
    if math.isnan(low) or math.isnan(high):
        return f"{number_text(estimate, digits)} (no interval)"
    # A dash would look like a sign next to a negative limit.
    between = _JOINED_DASH if low >= 0 else "&nbsp;to&nbsp;"
    shown = [number_text(value, digits) for value in (estimate, low, high)]
    return f"{shown[0]} ({shown[1]}{between}{shown[2]})"


def limits_text(row: "pd.Series") -> str:
    """Estimate with its limits from a row that has ``estimate``, ``ci_low`` and ``ci_high``."""
    return interval_text(row["estimate"], row["ci_low"], row["ci_high"])


def cross_validated_text(row: "pd.Series") -> str:
    """Cross-validated AUC with its limits from a row of roc.csv, and the words for a value below 0.5."""
    area, low, high = (row[name] for name in ("auc_cv", "auc_cv_low", "auc_cv_high"))
    if math.isnan(area):
        return "–"
    limits = "" if math.isnan(low) else f" ({low:.3f}{_JOINED_DASH}{high:.3f})"
    chance = '<span class="missing">no better than chance</span>' if area < 0.5 else ""
    return f"<b>{area:.3f}</b>{limits}{chance}"


def number_text(value: float, digits: int = 3) -> str:
    """A number; "–" where there is none."""
    # Adding 0 takes the sign off what rounds to nothing.
    return minus(f"{round(value, digits) + 0.0:.{digits}f}") if math.isfinite(value) else "–"


def minus(text: str) -> str:
    """Set the sign of negative numbers as a minus, which no line breaks after."""
    return re.sub(r"(?<![\w.)])-(?=\d)", "−", text)


def ratio_text(estimate: float, low: float, high: float) -> str:
    """Odds ratio with its limits; below 0.01 and above 1000 no more than that, the values stand in models.csv."""
    if math.isnan(estimate):
        return "–"

    def short(value: float) -> str:
        if math.isnan(value):
            return "?"
        if value < 0.01:
            return "&lt;0.01"
        return rounded(value, 2) if value < 1000 else "&gt;1000"

    return f"{short(estimate)} ({short(low)}{_JOINED_DASH}{short(high)})"


def html_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], caption: str, note: str = "", kind: str = ""
) -> str:
    """Build a table of cells that are HTML already; the first column is the row's heading.

    Parameters
    ----------
    header : sequence of str
    rows : sequence of sequence of str
        A row of one cell is a heading across the table.
    caption, note : str
        Above and below it.
    kind : str
        Class of its style, see data/report.css.
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
        f'<figure class="{f"table {kind}".strip()}"><figcaption>{caption}</figcaption>'
        f'<div class="wide"><table><thead><tr>{head}</tr>'
        f"</thead><tbody>{''.join(lines)}</tbody></table></div>{foot}</figure>"
    )
