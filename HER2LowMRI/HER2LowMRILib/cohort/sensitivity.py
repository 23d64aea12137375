"""The same models under other choices, side by side: other groups, one reader, other sites, wrong labels."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.models import QUALITATIVE, QUALITATIVE_PAPER, combined_members, design
from HER2LowMRILib.cohort.outline_ways import outlined
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.side_by_side import ALONE, SideBySide
from HER2LowMRILib.cohort.strata import PAIRS, STRATUM_LABELS, Comparison, stratum_lesions
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.her2 import regroup

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "stratum", "comparison", "model", "variation", "words", "n_positive", "n_negative", "auc", "ci_low", "ci_high",
    "draws", "note",
)  # fmt: skip
MODELS = (QUALITATIVE, "Combined_All")
# Published agreement of pathologists on the scores 0, 0+ and 1+: 69 % of all readings, 48 % of the hard cases. A chance
# and no measurement of this study: the table shows what such labels would do to it.
DISAGREEMENT = {"overall": 0.31, "hard cases": 0.52}
_PAIRS = tuple(pair for pair in PAIRS if pair.positive == "low")
_POOREST = 0.95
_FEWEST, _DRAWS_AT_ONCE = 5, 50


@dataclass(frozen=True)
class Variation:
    """Rows under another choice.

    Attributes
    ----------
    name, words : str
        Of the table, and of the report.
    rows : DataFrame
        As `CohortTable.rows`.
    more : tuple of str
        Numbers that enter every model beside its members.
    note : str
    """

    name: str
    words: str
    rows: "pd.DataFrame"
    more: tuple[str, ...] = ()
    note: str = ""


def sensitivity_table(
    cohort: CohortTable,
    readings: CohortTable | None,
    settings: Settings,
    progress: Callable[[float], None],
    bins: Sequence[CohortTable] = (),
    side_by_side: SideBySide = ALONE,
) -> "pd.DataFrame":
    """Apparent AUC of the qualitative and of the combined model under every choice that the rows allow.

    Parameters
    ----------
    cohort, readings : CohortTable
        readings may be None.
    settings : Settings
        Its seed draws the labels.
    progress : callable
        Called with the fraction done; may raise to stop.
    bins : sequence of CohortTable
        The same cases with other bins of the entropy.
    side_by_side : SideBySide
        Who helps.

    Returns
    -------
    DataFrame
        `COLUMNS`. Of drawn labels, ``auc`` is the median and the limits hold 95 % of the draws; of a site held out, the
        model was fitted to the other sites.
    """
    import pandas as pd

    rows: list[dict[str, Any] | None] = []
    members = _members(cohort)
    if not members:
        return pd.DataFrame(columns=list(COLUMNS))
    variations = [*_variations(cohort, readings), *_with_other_bins(cohort, bins)]
    for number, variation in enumerate(variations, start=1):
        rows += [_apparent_row(cohort, variation, *place) for place in _places(cohort, members)]
        progress(0.3 * number / len(variations))
    rows += _site_rows(cohort, members)
    rows += _noise_rows(cohort, members, settings, lambda done: progress(0.3 + 0.7 * done), side_by_side)
    found = [row for row in rows if row is not None]
    order = {name: i for i, name in enumerate(STRATUM_LABELS)}
    found.sort(key=lambda row: (order[row["stratum"]], row["comparison"], MODELS.index(row["model"])))
    return pd.DataFrame(found, columns=list(COLUMNS))


def _members(cohort: CohortTable) -> dict[str, tuple[str, ...]]:
    found = dict(combined_members(cohort))
    if all(name in cohort.variables for name in QUALITATIVE_PAPER):
        found[QUALITATIVE] = QUALITATIVE_PAPER
    return {name: found[name] for name in MODELS if name in found}


def _places(
    cohort: CohortTable, members: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, Comparison, str, tuple[str, ...]]]:
    """Where each model is looked at: the qualitative one in masses alone, as in the paper."""
    for stratum in STRATUM_LABELS:
        if stratum != "all" and "lesion_type" not in cohort.rows:
            continue
        for pair in _PAIRS:
            for name, names in members.items():
                if name != QUALITATIVE or stratum == "mass":
                    yield stratum, pair, name, names


def _variations(cohort: CohortTable, readings: CohortTable | None) -> Iterator[Variation]:
    rows = cohort.rows
    yield Variation("as_analysed", "As analysed", rows)
    yield from _regrouped(cohort)
    yield from _of_one_reader(cohort, readings)
    fractions = cohort.context.filter(regex="_valid_fraction$")
    if fractions.shape[1]:
        poor = (fractions.apply(_as_numbers) < _POOREST).any(axis=1).to_numpy()
        note = f"{int(poor.sum())} cases with less than {100 * _POOREST:.0f} % valid voxels left out"
        yield Variation("good_quality", "Without low-quality cases", rows[~poor], note=note)
    if readings is not None:
        yield from _by_outlining(cohort, readings)
    if "lesion_size_mm" in cohort.variables:
        yield Variation("with_size", "Adjusted for lesion size", rows, more=("lesion_size_mm",))


def _by_outlining(cohort: CohortTable, readings: CohortTable) -> Iterator[Variation]:
    """Lesions that every reader drew by hand alone, and those that one outlined with help."""
    ways = outlined(readings)
    cases = cohort.rows["case_id"]
    known, helped = (
        cases.map(found.groupby(ways["case_id"]).agg(how)).eq(True).to_numpy()
        for found, how in (
            (ways["way"].notna(), "all"),
            (ways["way"].notna() & (ways["way"] != "drawn"), "any"),
        )
    )
    if (known & helped).any() and (known & ~helped).any():
        yield Variation("drawn_only", "Drawn by hand in every slice", cohort.rows[known & ~helped])
        yield Variation("assisted", "With assisted or interpolated slices", cohort.rows[known & helped])


def _with_other_bins(cohort: CohortTable, bins: Sequence[CohortTable]) -> Iterator[Variation]:
    """The entropies of tables whose bins are narrower or wider in place of the study's."""
    names = [name for name in cohort.variables if name.endswith("_entropy")]
    for number, table in enumerate(bins, start=1):
        own = table.rows.set_index("case_id")
        rows = cohort.rows[cohort.rows["case_id"].isin(own.index)].copy()
        for name in (name for name in names if name in own):
            rows[name] = own.loc[rows["case_id"], name].to_numpy()
        widths = [_width(of) for of in (table, cohort)]
        if all(widths):
            factor = f"{widths[0] / widths[1]:.3g}"
            yield Variation(f"entropy_x{factor}", f"Entropy bins × {factor}", rows)
        else:
            yield Variation(f"entropy_{number}", f"Entropy bins of the table {number} of --bins", rows)


def _width(table: CohortTable) -> float:
    """Bin width of K, which the models' entropy is of; 0 where the rows do not state one."""
    stated = table.provenance.get("K_bin_width", ())
    return float(stated[0]) if len(stated) == 1 else 0.0


def _as_numbers(cells: "pd.Series") -> "pd.Series":
    import pandas as pd

    return pd.to_numeric(cells, errors="coerce")


def _regrouped(cohort: CohortTable) -> Iterator[Variation]:
    """HER2-ultralow apart and in low (it is in zero as analysed); the halves of low apart."""
    context, groups = cohort.context, cohort.rows["her2_group"]
    if "her2_ihc" not in context:
        return
    staining = (
        context["her2_zero_staining"]
        if "her2_zero_staining" in context
        else context["her2_ihc"].map(lambda _: None)
    )
    if (staining == "ultralow").any():
        for name, words, rule in (
            ("ultralow_apart", "HER2-ultralow apart from zero", "ultralow_own"),
            ("ultralow_in_low", "HER2-ultralow counted as low", "ultralow_low"),
        ):
            changed = _by_rule(groups, context["her2_ihc"], staining, rule)
            yield Variation(name, words, cohort.rows.assign(her2_group=changed))
    halves = _by_rule(groups, context["her2_ihc"], staining, "split_low")
    for half, words in (
        ("low_1plus", "HER2-low of IHC 1+ alone"),
        ("low_2plus", "HER2-low of IHC 2+ / ISH- alone"),
    ):
        if (halves == half).any():
            changed = halves.where(halves != half, "low").where(
                ~halves.isin({"low_1plus", "low_2plus"} - {half}), None
            )
            yield Variation(half, words, cohort.rows.assign(her2_group=changed))


def _by_rule(groups: "pd.Series", ihc: "pd.Series", staining: "pd.Series", rule: str) -> "pd.Series":
    import pandas as pd

    cells = zip(groups, ihc, staining, strict=True)
    return pd.Series([regroup(*cell, rule) for cell in cells], index=groups.index, dtype=object)


def _of_one_reader(cohort: CohortTable, readings: CohortTable | None) -> Iterator[Variation]:
    """Features and descriptors of each reader alone in place of the study's."""
    if readings is None:
        return
    for reader in sorted(readings.rows["reader"].unique()):
        own = readings.rows[readings.rows["reader"] == reader].set_index("case_id")
        both = [name for name in readings.variables if name in cohort.variables]
        rows = cohort.rows[cohort.rows["case_id"].isin(own.index)].copy()
        for name in both:
            rows[name] = own.loc[rows["case_id"], name].to_numpy()
        yield Variation(f"reader_{reader}", f"Reader {reader} alone", rows)


def _cases(
    cohort: CohortTable, variation: Variation, stratum: str, pair: Comparison, names: tuple[str, ...]
) -> tuple["pd.DataFrame", np.ndarray, np.ndarray]:
    """Complete cases of a pair in a stratum: rows, design, whether positive."""
    rows = variation.rows
    if stratum != "all":
        rows = rows[rows["lesion_type"].isin(stratum_lesions(cohort.lexicon)[stratum])]
    rows = rows[rows["her2_group"].isin(pair.groups)]
    variables = [cohort.variables[name] for name in (*names, *variation.more)]
    _, x = design(rows, variables)
    used = np.isfinite(x).all(axis=1)
    return rows[used], x[used], (rows["her2_group"] == pair.positive).to_numpy()[used]


def _apparent_row(
    cohort: CohortTable,
    variation: Variation,
    stratum: str,
    pair: Comparison,
    name: str,
    names: tuple[str, ...],
) -> dict[str, Any] | None:
    from HER2LowMRILib.core.statistics.delong import auc
    from HER2LowMRILib.core.statistics.logistic import fit_logistic

    row = _row(stratum, pair, name, variation.name, variation.words)
    try:
        _, x, positive = _cases(cohort, variation, stratum, pair, names)
        row |= {"n_positive": int(positive.sum()), "n_negative": int((~positive).sum())}
        fit = fit_logistic(x, positive, [f"x{i}" for i in range(x.shape[1])], profile=False)
    except AnalysisError as error:
        return row | {"note": f"{error.what}: found {error.found}"}
    found = auc(fit.scores, positive, "higher")
    note = "Firth's method" if fit.method == "firth" else ""
    note = "; ".join(text for text in (variation.note, note) if text)
    return row | {"auc": found.auc, "ci_low": found.ci_low, "ci_high": found.ci_high, "note": note}


def _row(stratum: str, pair: Comparison, model: str, variation: str, words: str) -> dict[str, Any]:
    return {
        "stratum": stratum,
        "comparison": pair.name,
        "model": model,
        "variation": variation,
        "words": words,
        "n_positive": 0,
        "n_negative": 0,
        "note": "",
    }


def scores_on_others(x: np.ndarray, positive: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    """Linear predictors of all cases by a model fitted to some of them.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    positive, fitted : ndarray of bool, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
        By maximum likelihood, or by Firth's method where the fitted cases separate the groups.
    """
    from HER2LowMRILib.core.statistics.resampled_models import LogisticProcedure

    return LogisticProcedure().scores(x, positive, fitted[None].astype(float))[0]


def _site_rows(cohort: CohortTable, members: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """Each site judged by the model of the others."""
    from HER2LowMRILib.core.statistics.delong import auc

    sites = cohort.context.get("site")
    if sites is None or sites.nunique() < 2:
        return []
    variation, found = Variation("", "", cohort.rows), []
    for stratum, pair, name, names in _places(cohort, members):
        cases, x, positive = _cases(cohort, variation, stratum, pair, names)
        own = sites[cases.index].to_numpy()
        for site in sorted(sites.dropna().unique()):
            row = _row(stratum, pair, name, f"site_{site}", f"Site {site}, by the model of the other sites")
            held = own == site
            row |= {"n_positive": int(positive[held].sum()), "n_negative": int((~positive[held]).sum())}
            others = [int((positive & ~held).sum()), int((~positive & ~held).sum())]
            if min(*others, row["n_positive"], row["n_negative"]) < 2 or min(others) <= x.shape[1] // 2:
                found.append(row | {"note": "too few cases"})
                continue
            area = auc(scores_on_others(x, positive, ~held)[held], positive[held], "higher")
            found.append(
                row | {"auc": area.auc, "ci_low": area.ci_low, "ci_high": area.ci_high, "note": area.note}
            )
    return found


def exchanged_labels(
    groups: np.ndarray, ihc: np.ndarray, disagreement: float, rng: np.random.Generator
) -> np.ndarray:
    """Groups after IHC 0 and 1+ were exchanged at random, each with the chance that two pathologists disagree.

    Parameters
    ----------
    groups, ihc : ndarray of object, shape (n,)
        Cases whose group does not follow from IHC 0 or 1+ alone (2+, 3+, discordant ISH) keep theirs.
    disagreement : float
    rng : Generator

    Returns
    -------
    ndarray of object, shape (n,)
    """
    wrong = rng.random(len(groups)) < disagreement
    changed = groups.copy()
    changed[wrong & (ihc == "0") & (groups == "zero")] = "low"
    changed[wrong & (ihc == "1+") & (groups == "low")] = "zero"
    return changed


def _noise_rows(
    cohort: CohortTable,
    members: dict[str, tuple[str, ...]],
    settings: Settings,
    progress: Callable[[float], None],
    side_by_side: SideBySide,
) -> list[dict[str, Any]]:
    """Range of the AUC when the labels 0 and 1+ are exchanged as often as pathologists disagree."""
    if "her2_ihc" not in cohort.context:
        return []
    groups = cohort.rows["her2_group"].to_numpy(object)
    ihc = cohort.context["her2_ihc"].to_numpy(object)
    found, places = [], list(_places(cohort, members))
    for step, (where, disagreement) in enumerate(DISAGREEMENT.items()):
        rng = np.random.default_rng((settings.seed, step))
        drawn = np.array(
            [exchanged_labels(groups, ihc, disagreement, rng) for _ in range(settings.label_draws)],
            dtype=object,
        )
        jobs = [(cohort, drawn, stratum, pair, names) for stratum, pair, _, names in places]
        of_places = side_by_side.each(_drawn_areas, jobs)
        progress((step + 1) / len(DISAGREEMENT))
        for (stratum, pair, name, _), areas in zip(places, of_places, strict=True):
            known = areas[np.isfinite(areas)]
            words = f"IHC 0 and 1+ exchanged in {100 * disagreement:.0f} % ({where})"
            row = _row(stratum, pair, name, f"label_noise_{where.replace(' ', '_')}", words) | {
                "draws": len(known)
            }
            if len(known):
                low, middle, high = np.quantile(known, (0.025, 0.5, 0.975))
                row |= {"auc": middle, "ci_low": low, "ci_high": high, "note": "median and 95 % of the draws"}
            found.append(row)
    return found


def _drawn_areas(
    cohort: CohortTable, drawn: np.ndarray, stratum: str, pair: Comparison, names: tuple[str, ...]
) -> np.ndarray:
    """Apparent AUC under each drawing of the groups, shape (draws,); NaN with fewer than 5 cases of a group."""
    from HER2LowMRILib.core.statistics.resampled_models import LogisticProcedure, weighted_auc

    rows = cohort.rows
    inside = np.ones(len(rows), dtype=bool)
    if stratum != "all":
        inside = rows["lesion_type"].isin(stratum_lesions(cohort.lexicon)[stratum]).to_numpy()
    _, x = design(rows, [cohort.variables[name] for name in names])
    inside = inside & np.isfinite(x).all(axis=1)
    x, labels = x[inside], drawn[:, inside]
    # Every case stands there twice, once for each class; its label says which of the two counts.
    weights = np.hstack([labels == pair.positive, labels == pair.negative]).astype(float)
    twice, positive = np.vstack([x, x]), np.repeat([True, False], len(x))
    areas = np.full(len(drawn), np.nan)
    enough = np.flatnonzero(
        (weights[:, positive].sum(axis=1) >= _FEWEST) & (weights[:, ~positive].sum(axis=1) >= _FEWEST)
    )
    for part in np.array_split(enough, -(-len(enough) // _DRAWS_AT_ONCE)) if len(enough) else ():
        scores = LogisticProcedure().scores(twice, positive, weights[part])
        areas[part] = weighted_auc(scores, positive, weights[part])
    return areas
