"""The models under other choices, side by side."""

import html
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import model_name
from HER2LowMRILib.cohort.report.names import pair_label
from HER2LowMRILib.cohort.report.tables import html_table, interval_text
from HER2LowMRILib.cohort.strata import STRATUM_LABELS

if TYPE_CHECKING:
    import pandas as pd

_NOTE = (
    "Apparent AUC with DeLong's limits, positive and negative cases below. As analysed, HER2-ultralow is in zero. A "
    "site's AUC is that of its cases by a model of the other sites alone, and so a validated one. Exchanged labels: "
    "the score 0 or 1+ of each case is turned into the other with the chance that two pathologists disagree (31 % "
    "overall, 52 % in the hard cases), the model is fitted again, and the median and 95 % of the draws are shown. All "
    "of it, with the reasons for gaps, is in sensitivity.csv."
)


def sensitivity(analysis: Analysis) -> str:
    """One table for each model and pair: choices in rows, lesions in columns."""
    table = analysis.tables.get("sensitivity")
    if table is None or table.empty:
        return ""
    parts = []
    for (model, comparison), part in table.groupby(["model", "comparison"], sort=False):
        strata = [name for name in STRATUM_LABELS if name in set(part["stratum"])]
        cells = part.set_index(["variation", "stratum"])
        words = dict(zip(part["variation"], part["words"], strict=True))
        rows = [
            [html.escape(text), *(_cell(cells, variation, stratum) for stratum in strata)]
            for variation, text in words.items()
        ]
        header = ["", *(STRATUM_LABELS[name] for name in strata)]
        parts.append(
            html_table(header, rows, f"{model_name(model)}, {pair_label(comparison)}", kind="groups")
        )
    return "".join(parts) + f'<p class="note">{_NOTE}{_absent(set(table["variation"]))}</p>'


def _absent(there: set[str]) -> str:
    """What the table has no columns or no cases for."""
    missing = [
        words
        for prefix, words in (
            ("ultralow", "HER2-ultralow (no case states it in her2_zero_staining)"),
            ("reader", "one reader alone (no readings)"),
            ("drawn_only", "drawn and assisted outlines apart (the table has no slices of both kinds)"),
            ("good_quality", "low-quality cases (no column of valid voxels)"),
            ("site", "one site held out (needs the cases of two sites in the column site)"),
            ("label_noise", "exchanged labels (no column her2_ihc)"),
            ("entropy_", "other bins of the entropy (no tables given by --bins)"),
        )
        if not any(name.startswith(prefix) for name in there)
    ]
    return f" Not here: {'; '.join(missing)}." if missing else ""


def _cell(cells: "pd.DataFrame", variation: str, stratum: str) -> str:
    if (variation, stratum) not in cells.index:
        return "–"
    row = cells.loc[(variation, stratum)]
    text = interval_text(row["auc"], row["ci_low"], row["ci_high"])
    n = f"{row['n_positive']:.0f}/{row['n_negative']:.0f}" if row["n_positive"] else ""
    return text + (f'<span class="missing">{n}</span>' if n else "")
