"""The reporting checklists: how much of each is filled, and every item."""

import html

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.report.tables import html_table
from HER2LowMRILib.cohort.reporting_checklists import (
    AUTHORS,
    FILLED,
    NOT_APPLICABLE,
    PARTLY,
    checklist_sources,
    checklists,
)

_NOTE = (
    "Filled from this analysis; partly: the authors add to it. Items are named in short here: read them in the "
    "guidelines. All answers, to be edited, are in checklists.csv."
)


def reporting(analysis: Analysis) -> str:
    """A count for each guideline, then the items that were filled or do not apply."""
    table, sources = checklists(analysis), checklist_sources()
    statuses = (FILLED, PARTLY, NOT_APPLICABLE, AUTHORS)
    rows = []
    for name, part in table.groupby("guideline", sort=False):
        counts = part["status"].value_counts()
        done = counts.get(FILLED, 0) + counts.get(NOT_APPLICABLE, 0)
        rows.append(
            [
                f'{html.escape(str(name))}<span class="missing">{html.escape(sources[str(name)])}</span>',
                *(str(counts.get(status, 0)) for status in statuses),
                f"{len(part)}",
                f"{100 * done / len(part):.0f} %",
            ]
        )
    header = [
        "",
        "Filled",
        "Partly",
        "Not applicable",
        "For the authors",
        "Items",
        "Filled or<br>not applicable",
    ]
    parts = [html_table(header, rows, "Reporting checklists", _NOTE)]
    for name, part in table.groupby("guideline", sort=False):
        lines = [
            [
                f"{html.escape(row['item'])} {html.escape(row['asks'])}",
                html.escape(row["status"]),
                f'<span class="wrap">{html.escape(row["answer"])}</span>',
            ]
            for _, row in part.iterrows()
        ]
        inside = html_table(
            ["Item", "Status", "Answer"], lines, html.escape(str(name)), kind="checklist"
        ).replace("<td><span", '<td class="wrap"><span')
        parts.append(f"<details><summary>{html.escape(str(name))}, item by item</summary>{inside}</details>")
    return "".join(parts)
