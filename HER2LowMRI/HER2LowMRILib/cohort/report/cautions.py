"""What a reader of the report has to know before its numbers."""

import html

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.omissions import by_reason
from HER2LowMRILib.cohort.report.tables import html_table


def cautions(analysis: Analysis) -> str:
    """Warnings, then what could not be computed and why."""
    items = "".join(f"<li>{html.escape(text)}</li>" for text in analysis.warnings)
    parts = f'<ul class="warnings">{items}</ul>' if items else "<p>Nothing was found that needs a word.</p>"
    if analysis.left_out:
        rows = [
            [html.escape(entry.subject), f'<span class="wrap">{html.escape(entry.reason)}</span>']
            for entry in by_reason(analysis.left_out)
        ]
        note = "Each of them stands in results.json."
        parts += html_table(["Left out", "Why"], rows, "What could not be computed", note).replace(
            "<td><span", '<td class="wrap"><span'
        )
    return parts
