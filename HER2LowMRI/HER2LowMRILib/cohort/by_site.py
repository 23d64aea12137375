"""The tables of each site for itself, and whether the sites differ by more than chance."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.agreement import agreement_table
from HER2LowMRILib.cohort.omissions import LeftOut
from HER2LowMRILib.cohort.side_by_side import ALONE, SideBySide
from HER2LowMRILib.cohort.strata import PAIRS, STRATUM_LABELS, Comparison, in_stratum
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.cohort.univariate import univariate_table
from HER2LowMRILib.cohort.variables import FEATURE_NAMES
from HER2LowMRILib.core.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

ROC_COLUMNS = (
    "site", "stratum", "comparison", "predictor", "direction", "n_positive", "n_negative", "auc", "ci_low", "ci_high",
    "q", "df", "p_heterogeneity", "i2_percent", "note",
)  # fmt: skip
ALL_SITES = "all sites"


def sites_of(cohort: CohortTable) -> tuple[str, ...]:
    """The sites that rows name, in alphabetical order."""
    return tuple(sorted(cohort.context["site"].dropna().unique())) if "site" in cohort.context else ()


def of_site(table: CohortTable, site: str) -> CohortTable:
    """The rows of one site."""
    return _only(table, (table.context["site"] == site).to_numpy(bool))


def _only(table: CohortTable, kept: np.ndarray) -> CohortTable:
    repeats = table.repeats
    if len(repeats):
        repeats = repeats[repeats["case_id"].isin(table.rows["case_id"][kept])].reset_index(drop=True)
    return replace(
        table,
        rows=table.rows[kept].reset_index(drop=True),
        context=table.context[kept].reset_index(drop=True),
        not_asked={name: asked[kept] for name, asked in table.not_asked.items()},
        repeats=repeats,
    )


def tables_by_site(
    cohort: CohortTable, readings: CohortTable | None, seed: int, side_by_side: SideBySide = ALONE
) -> tuple["dict[str, pd.DataFrame]", list[LeftOut]]:
    """Compare groups, measure features and agreement within each site.

    Parameters
    ----------
    cohort, readings : CohortTable
        With a column ``site``.
    seed : int
        As for `univariate.univariate_table`.
    side_by_side : SideBySide
        Who helps.

    Returns
    -------
    tables : dict of str to DataFrame
        "univariate_by_site" and "agreement_by_site", as the tables of all sites with ``site`` before;
        "roc_by_site" with `ROC_COLUMNS`: every feature in the direction that it has over all sites, with Cochran's Q of
        the areas in the row of all sites.
    left_out : list of LeftOut

    Raises
    ------
    AnalysisError
        If fewer than two sites are named.
    """
    import pandas as pd

    sites = sites_of(cohort)
    if len(sites) < 2:
        raise AnalysisError(
            "The analysis by site cannot be made",
            needed="a column site with two or more sites",
            found=", ".join(sites) or "no site",
        )
    left_out = []
    nameless = int(cohort.context["site"].isna().sum())
    if nameless:
        left_out.append(LeftOut("by site", "they name no site", found=f"{nameless} cases"))
    parts = {site: of_site(cohort, site) for site in sites}
    compared = side_by_side.each(univariate_table, [(part, seed) for part in parts.values()])
    univariate = [table.assign(site=site) for site, table in zip(parts, compared, strict=True)]
    tables = {
        "univariate_by_site": _site_first(pd.concat(univariate, ignore_index=True)),
        "roc_by_site": pd.DataFrame(list(_roc_rows(cohort, parts)), columns=list(ROC_COLUMNS)),
    }
    if readings is not None and "site" in readings.context:
        found = []
        for site in sites_of(readings):
            try:
                found.append(agreement_table(of_site(readings, site))[0].assign(site=site))
            except AnalysisError as error:
                left_out.append(LeftOut.of(error, f"agreement of site {site}"))
        if found:
            tables["agreement_by_site"] = _site_first(pd.concat(found, ignore_index=True))
    elif readings is not None:
        left_out.append(LeftOut("agreement by site", "the readings have no column site"))
    return tables, left_out


def _site_first(table: "pd.DataFrame") -> "pd.DataFrame":
    return table[["site", *(name for name in table if name != "site")]]


def _roc_rows(cohort: CohortTable, parts: dict[str, CohortTable]) -> Iterator[dict[str, Any]]:
    for stratum in STRATUM_LABELS:
        if stratum != "all" and "lesion_type" not in cohort.rows:
            continue
        for pair in PAIRS:
            for name in (name for name in FEATURE_NAMES if name in cohort.variables):
                yield from _feature_rows(cohort, parts, stratum, pair, name)


def _feature_rows(
    cohort: CohortTable, parts: dict[str, CohortTable], stratum: str, pair: Comparison, name: str
) -> Iterator[dict[str, Any]]:
    from HER2LowMRILib.core.statistics.delong import auc
    from HER2LowMRILib.core.statistics.heterogeneity import heterogeneity

    key = {"stratum": stratum, "comparison": pair.name, "predictor": name}
    values, positive = _marker(cohort, stratum, pair, name)
    if not positive.any() or positive.all():
        return
    pooled = auc(values, positive)
    areas = {site: auc(*_marker(part, stratum, pair, name), pooled.direction) for site, part in parts.items()}
    for site, found in areas.items():
        yield {"site": site, **key, **_figures(found)}
    # An area whose limits mean nothing says nothing of the others either.
    sound = [found for found in areas.values() if np.isfinite(found.ci_low)]
    differ = heterogeneity([found.auc for found in sound], [found.se for found in sound])
    yield {
        "site": ALL_SITES,
        **key,
        **_figures(pooled),
        "q": differ.q,
        "df": differ.df,
        "p_heterogeneity": differ.p,
        "i2_percent": differ.i2_percent,
    }


def _figures(found: Any) -> dict[str, Any]:
    names = ("direction", "n_positive", "n_negative", "auc", "ci_low", "ci_high", "note")
    return {name: getattr(found, name) for name in names}


def _marker(cohort: CohortTable, stratum: str, pair: Comparison, name: str) -> tuple[np.ndarray, np.ndarray]:
    rows = in_stratum(cohort, stratum)
    rows = rows[rows["her2_group"].isin(pair.groups)]
    return rows[name].to_numpy(float), (rows["her2_group"] == pair.positive).to_numpy()
