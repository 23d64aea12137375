"""The features within each site, side by side."""

import html
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.by_site import ALL_SITES, sites_of
from HER2LowMRILib.cohort.report.names import pair_label
from HER2LowMRILib.cohort.report.tables import html_table, interval_text, number_text
from HER2LowMRILib.cohort.strata import GROUP_LABELS, PAIRS

if TYPE_CHECKING:
    import pandas as pd

_NOTE = (
    "AUC of each feature within a site (95 % limits of DeLong), in the direction that it has over all sites. "
    "p: Cochran's Q of the areas; I²: the share of their variation that is not chance. With few sites both say little. "
    "Other strata, the tests of groups and the agreement of the readers by site are in the files *_by_site.csv."
)


def by_site(analysis: Analysis) -> str:
    """Cases of each site and group, then a table for each pair; nothing where it was not asked for."""
    table = analysis.tables.get("roc_by_site")
    if table is None:
        return ""
    sites = sites_of(analysis.cohort)
    groups = analysis.cohort.rows["her2_group"]
    where = analysis.cohort.context["site"]
    counts = [
        [
            html.escape(site),
            *(str(int(((groups == group) & (where == site)).sum())) for group in GROUP_LABELS),
        ]
        for site in sites
    ]
    parts = [html_table(["Site", *GROUP_LABELS.values()], counts, "Cases of each site")]
    labels = {name: variable.label for name, variable in analysis.cohort.variables.items()}
    for pair in PAIRS:
        part = table[(table["stratum"] == "all") & (table["comparison"] == pair.name)]
        if part.empty:
            continue
        cells = part.set_index(["predictor", "site"])
        rows = [
            [
                html.escape(labels.get(name, name)),
                *(_area(cells.loc[(name, site)]) for site in (*sites, ALL_SITES)),
                number_text(cells.loc[(name, ALL_SITES), "p_heterogeneity"], 3),
                number_text(cells.loc[(name, ALL_SITES), "i2_percent"], 0),
            ]
            for name in dict.fromkeys(part["predictor"])
        ]
        header = ["", *map(html.escape, sites), "All sites", "p", "I² [%]"]
        parts.append(html_table(header, rows, f"AUC by site, {pair_label(pair.name)}, all lesions"))
    return "".join(parts) + f'<p class="note">{_NOTE}</p>'


def _area(row: "pd.Series") -> str:
    n = f"{row['n_positive']:.0f}/{row['n_negative']:.0f}"
    return interval_text(row["auc"], row["ci_low"], row["ci_high"]) + f'<span class="missing">{n}</span>'
