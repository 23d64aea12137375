"""Software, seeds and inputs: what a rerun needs."""

import html

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.report.tables import html_table


def provenance(analysis: Analysis) -> str:
    """Versions, hashes, seeds."""
    rows = [[html.escape(name), html.escape(value)] for name, value in analysis.versions.items()]
    rows += [
        [f"SHA-256 of {html.escape(name)}", f"<code>{value}</code>"]
        for name, value in analysis.inputs.items()
    ]
    settings = analysis.settings
    rows += [["seed", str(settings.seed)], ["bootstrap samples", str(settings.bootstraps)]]
    rows += [["cross-validation", f"{settings.repeats} x {settings.folds} folds"]]
    return html_table(["", ""], rows, "Software, seeds and inputs")
