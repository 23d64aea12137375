"""What is left of the differences between groups when sites or scanners differ: mixed models."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.models import QUALITATIVE, FittedModels
from HER2LowMRILib.cohort.omissions import LeftOut
from HER2LowMRILib.cohort.strata import PAIRS, STRATUM_LABELS, in_stratum
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.core.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "cluster", "stratum", "comparison", "model", "outcome", "term", "estimate", "se", "df", "statistic", "p", "ci_low",
    "ci_high", "odds_ratio", "or_low", "or_high", "between_sd", "within_sd", "share_between", "clusters", "n", "note",
)  # fmt: skip
CLUSTERS = ("site", "scanner")
_FEWEST = 5


def mixed_table(
    cohort: CohortTable, fitted: FittedModels, progress: Callable[[float], None]
) -> tuple["pd.DataFrame", tuple[LeftOut, ...]]:
    """Each feature by group, and the qualitative model, with a random intercept of the site or scanner.

    Parameters
    ----------
    cohort : CohortTable
        Its context has the columns ``site`` and ``scanner``.
    fitted : FittedModels
        For the members of the qualitative model.
    progress : callable
        Called with the fraction done; may raise to stop.

    Returns
    -------
    table : DataFrame
        `COLUMNS`. Linear: the difference of the first group of the pair, in the unit of the feature. Logistic: log
        odds ratios, with odds ratios beside. ``share_between``: share of the variance that lies between the sites.
    left_out : tuple of LeftOut
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    left_out: list[LeftOut] = []
    features = [v.name for v in cohort.variables.values() if v.table == "features"]
    clusters = [name for name in CLUSTERS if name in cohort.context and cohort.context[name].nunique() > 1]
    strata = [name for name in STRATUM_LABELS if name == "all" or "lesion_type" in cohort.rows]
    for done, cluster in enumerate(clusters, start=1):
        for stratum in strata:
            for pair in PAIRS:
                cases = in_stratum(cohort, stratum)
                cases = cases[cases["her2_group"].isin(pair.groups)]
                place = f"{pair.label}, {STRATUM_LABELS[stratum]}"
                own = cohort.context.loc[cases.index, cluster].to_numpy(object)
                positive = (cases["her2_group"] == pair.positive).to_numpy()
                key = {"cluster": cluster, "stratum": stratum, "comparison": pair.name}
                if min(positive.sum(), (~positive).sum()) < _FEWEST:
                    left_out.append(LeftOut("mixed models", f"needed {_FEWEST} cases of either group", place))
                    continue
                for name in features:
                    rows += _linear(key, name, cases[name].to_numpy(float), positive, own, left_out, place)
                for model in fitted.models:
                    if (model.stratum, model.comparison, model.name) == (stratum, pair.name, QUALITATIVE):
                        rows += _logistic(key, model.x, model.terms, model.positive, own, left_out, place)
        progress(done / len(clusters))
    return pd.DataFrame(rows, columns=list(COLUMNS)), tuple(left_out)


def _linear(
    key: dict[str, str],
    name: str,
    values: np.ndarray,
    positive: np.ndarray,
    own: np.ndarray,
    left_out: list[LeftOut],
    place: str,
) -> list[dict[str, Any]]:
    from HER2LowMRILib.core.statistics.mixed_model import linear_mixed

    try:
        found = linear_mixed(values, positive.astype(float)[:, None], ("group",), own)
    except AnalysisError as error:
        left_out.append(LeftOut.of(error, f"{name} by {key['cluster']}", place))
        return []
    return [key | {"model": "linear", "outcome": name} | _of_term(found, 1)]


def _logistic(
    key: dict[str, str],
    x: np.ndarray,
    terms: tuple[str, ...],
    positive: np.ndarray,
    own: np.ndarray,
    left_out: list[LeftOut],
    place: str,
) -> list[dict[str, Any]]:
    from HER2LowMRILib.core.statistics.mixed_model import logistic_mixed

    try:
        found = logistic_mixed(positive, x, terms, own)
    except AnalysisError as error:
        left_out.append(LeftOut.of(error, f"{QUALITATIVE} by {key['cluster']}", place))
        return []
    rows = []
    for place_of, _ in enumerate(terms, start=1):
        row = _of_term(found, place_of)
        # Beyond these an odds ratio says only that there is no limit.
        with np.errstate(over="ignore"):
            ratios = np.exp([row["estimate"], row["ci_low"], row["ci_high"]])
        rows.append(
            key
            | {"model": "logistic", "outcome": QUALITATIVE}
            | row
            | dict(zip(("odds_ratio", "or_low", "or_high"), ratios, strict=True))
        )
    return rows


def _of_term(found: Any, i: int) -> dict[str, Any]:
    return {
        "term": found.terms[i],
        "estimate": found.coefficient[i],
        "se": found.se[i],
        "df": found.df[i],
        "statistic": found.statistic[i],
        "p": found.p[i],
        "ci_low": found.ci_low[i],
        "ci_high": found.ci_high[i],
        "between_sd": found.between_sd,
        "within_sd": found.within_sd,
        "share_between": found.share,
        "clusters": found.clusters,
        "n": found.n,
        "note": found.note,
    }
