"""The whole analysis of a study in one go: every table that its rows allow, and what was left out and why."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING, Any

from HER2LowMRILib import __version__
from HER2LowMRILib.cohort import (
    agreement,
    models,
    multireader,
    performance,
    repeats,
    sensitivity,
    sites,
    univariate,
)
from HER2LowMRILib.cohort.agreement_by_outline import agreement_by_outline
from HER2LowMRILib.cohort.by_site import tables_by_site
from HER2LowMRILib.cohort.omissions import LeftOut
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.side_by_side import ALONE, SideBySide
from HER2LowMRILib.cohort.strata import GROUP_LABELS, GROUPS, STRATUM_LABELS, in_stratum, stratum_lesions
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.cohort.units import ask
from HER2LowMRILib.cohort.variables import FEATURE_NAMES, study_variables
from HER2LowMRILib.core.errors import AnalysisError, Cancelled
from HER2LowMRILib.core.statistics.rank_tests import FEW_CASES
from HER2LowMRILib.core.wording import counted

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Analysis:
    """Everything that one run found.

    Attributes
    ----------
    cohort, readings : CohortTable
        As read; readings may be None.
    tables : dict of str to DataFrame
        "univariate", "models", "roc", "delong", "sensitivity", "agreement", "agreement_cases", "multireader", "mixed",
        "repeatability", "agreement_by_outline": those that could be made; "univariate_by_site", "roc_by_site",
        "agreement_by_site" where they were asked for.
    left_out : tuple of LeftOut
        Tables and parts that could not be made.
    warnings : tuple of str
        In words, for the report.
    flow : tuple of (text, count)
        The first is the start, the others left the analysis.
    group_sizes : dict of str to int
    curves : dict of (stratum, comparison, predictor) to RocCurve
    held_out : dict of (stratum, comparison, model) to HeldOut
    settings : Settings
    versions, inputs : dict
        Software versions; input file -> SHA-256.
    """

    cohort: CohortTable
    readings: CohortTable | None
    tables: "dict[str, pd.DataFrame]"
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]
    flow: tuple[tuple[str, int], ...]
    group_sizes: dict[str, int]
    curves: dict[tuple[str, str, str], Any]
    held_out: dict[tuple[str, str, str], performance.HeldOut]
    settings: Settings
    versions: dict[str, str]
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def synthetic(self) -> bool:
        """Whether the data say that they are synthetic."""
        return self.cohort.synthetic or (self.readings is not None and self.readings.synthetic)


def analyze(
    cohort: CohortTable,
    readings: CohortTable | None = None,
    flow: tuple[tuple[str, int], ...] | None = None,
    settings: Settings | None = None,
    overlaps: "pd.DataFrame | None" = None,
    retest: CohortTable | None = None,
    bins: Sequence[CohortTable] = (),
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    side_by_side: SideBySide = ALONE,
) -> Analysis:
    """Make every table that the rows allow.

    Parameters
    ----------
    cohort, readings : CohortTable
        From `table.read_features` and `table.read_readings`.
    flow : tuple of (text, count), optional
        Who was left out before the table was written, from the study's flow.csv.
    settings : Settings, optional
    overlaps : DataFrame, optional
        From `table.read_overlaps`.
    retest : CohortTable, optional
        Features of the same cases from a second scan.
    bins : sequence of CohortTable
        The same features with other bins of the entropy.
    progress : callable, optional
        Called with the fraction done.
    cancelled : callable, optional
        Asked between the parts; True stops.
    side_by_side : SideBySide
        Who helps; the numbers do not depend on it.

    Raises
    ------
    Cancelled
    AnalysisError
        When no case has a group, or when the tables leave a question open: all of them at once.
    """
    import pandas as pd

    ask(
        [
            question
            for table in (cohort, readings, retest, *bins)
            if table is not None
            for question in table.questions
        ]
    )
    settings = settings or Settings()
    left_out: list[LeftOut] = []
    warnings = list(cohort.warnings) + (list(readings.warnings) if readings else [])
    tables: dict[str, pd.DataFrame] = {}

    def step(start: float, end: float) -> Callable[[float], None]:
        def report(fraction: float) -> None:
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(start + (end - start) * fraction)

        report(0.0)
        return report

    sizes = {group: int((cohort.rows["her2_group"] == group).sum()) for group in GROUPS}
    if not any(sizes.values()):
        raise AnalysisError(
            "The cohort cannot be analysed", needed="cases in the groups zero, low or over", found="none"
        )
    left_out += _absent(cohort)
    if readings is None:
        left_out.append(LeftOut("agreement.csv", "no readings were given (--readings)"))
    else:
        try:
            found = agreement.agreement_table(readings)
            tables["agreement"], tables["agreement_cases"] = found[0], found[1]
            by_outline = agreement_by_outline(readings)
            if len(by_outline):
                tables["agreement_by_outline"] = by_outline
            warnings += found[2]
            if overlaps is not None and len(overlaps):
                of_vois = [
                    agreement.overlap_rows(overlaps),
                    agreement.overlap_rows_by_way(overlaps, readings),
                ]
                tables["agreement"] = pd.concat(
                    [tables["agreement"], *(part for part in of_vois if len(part))]
                )
        except AnalysisError as error:
            left_out.append(LeftOut.of(error, "agreement.csv"))
    tables["univariate"] = univariate.univariate_table(cohort, settings.seed, step(0.02, 0.15), side_by_side)
    fitted = models.fit_models(cohort, tables["univariate"], settings, side_by_side)
    tables["models"] = fitted.table
    left_out += fitted.left_out
    warnings += fitted.warnings
    measured = performance.measure(cohort, fitted, settings, step(0.2, 0.85), side_by_side)
    tables["roc"], tables["delong"] = measured.roc, measured.delong
    left_out += measured.left_out
    if settings.by_site:
        of_sites, gaps = tables_by_site(cohort, readings, settings.seed, side_by_side)
        tables |= of_sites
        left_out += gaps
    tables["sensitivity"] = sensitivity.sensitivity_table(
        cohort, readings, settings, step(0.85, 0.92), bins, side_by_side
    )
    _readers_and_sites(cohort, readings, retest, fitted, tables, left_out, step(0.92, 1.0))
    warnings += _general_warnings(cohort, tables)
    return Analysis(
        cohort=cohort,
        readings=readings,
        tables=tables,
        left_out=tuple(left_out),
        warnings=tuple(dict.fromkeys(warnings)),
        flow=_flow(cohort, flow),
        group_sizes=sizes,
        curves=measured.curves,
        held_out=measured.held_out,
        settings=settings,
        versions=_versions(),
        inputs={"features": cohort.sha256, **({"readings": readings.sha256} if readings else {})},
    )


def _readers_and_sites(
    cohort: CohortTable,
    readings: CohortTable | None,
    retest: CohortTable | None,
    fitted: models.FittedModels,
    tables: "dict[str, pd.DataFrame]",
    left_out: list[LeftOut],
    progress: Callable[[float], None],
) -> None:
    """Several readers together, several sites, and repeats, as far as the tables have them."""
    if readings is not None and readings.rows["reader"].nunique() > 1:
        found = multireader.multireader_table(cohort, readings, fitted, progress)
        if len(found):
            tables["multireader"] = found
    mixed, missing = sites.mixed_table(cohort, fitted, progress)
    if len(mixed):
        tables["mixed"] = mixed
    left_out += missing
    repeated = repeats.repeatability_table(cohort, readings, retest)
    if len(repeated):
        tables["repeatability"] = repeated


def _absent(cohort: CohortTable) -> list[LeftOut]:
    missing_features = [name for name in FEATURE_NAMES if name not in cohort.variables]
    left_out = []
    if len(missing_features) == len(FEATURE_NAMES):
        left_out.append(LeftOut("histogram features", "the table has none of their columns"))
    elif missing_features:
        left_out.append(LeftOut("histogram features", f"no column {', '.join(missing_features)}"))
    for table, words in (("clinic", "clinical variables"), ("descriptors", "MRI descriptors")):
        # Optional descriptors are not a gap: only what every reading must answer is missed.
        needed = [
            name
            for name, v in study_variables(cohort.lexicon).items()
            if v.table == table and not v.derived and not v.optional
        ]
        absent = [name for name in needed if name not in cohort.variables]
        if absent:
            left_out.append(LeftOut(words, f"no column {', '.join(absent)}"))
    if "lesion_type" not in cohort.rows:
        left_out.append(LeftOut("masses and NME-related lesions apart", "no column lesion_type"))
    for name in cohort.variables:
        if cohort.rows[name].isna().all():
            left_out.append(LeftOut(name, "the column is empty"))
    return left_out


def _general_warnings(cohort: CohortTable, tables: "dict[str, pd.DataFrame]") -> list[str]:
    warnings = []
    gaps = {name: int((cohort.rows[name].isna() & cohort.applies(name)).sum()) for name in cohort.variables}
    gaps = {name: count for name, count in gaps.items() if 0 < count < len(cohort.rows)}
    if gaps:
        worst = sorted(gaps.items(), key=lambda item: -item[1])[:4]
        words = ", ".join(f"{cohort.variables[name].label} ({count})" for name, count in worst)
        warnings.append(
            f"Values are missing in {counted(len(gaps), 'variable')}, most in {words}; each analysis uses the cases "
            "complete for it."
        )
    if cohort.not_assessable:
        found = cohort.not_assessable.items()
        words = ", ".join(f"{cohort.variables[name].label} ({count})" for name, count in found)
        warnings.append(f"Lesions that were not assessable count as missing in the tests of {words}.")
    warnings += _lesions_apart(cohort)
    tests = tables["univariate"]
    tested = tests[(tests["comparison"] != "three_groups") & tests["p"].notna()]
    if len(tested):
        hits = int((tested["p"] < 0.05).sum())
        warnings.append(
            f"{len(tested)} pairwise tests were made and {hits} have p < .05; about {round(0.05 * len(tested))} would "
            "by chance alone. Read q (Benjamini-Hochberg) beside p."
        )
        scarce = int(tested["note"].str.contains(FEW_CASES, regex=False).sum())
        if scarce:
            warnings.append(
                f"In {counted(scarce, 'rank test')} a group has fewer than 5 cases: the p is an approximation and can "
                "be too small (3 against 3 cases fully apart: .0495, exact .100). The exact p stands in the column "
                "p_exact of univariate.csv."
            )
    small = []
    for stratum, words in STRATUM_LABELS.items():
        if stratum != "all" and "lesion_type" not in cohort.rows:
            continue
        counts = in_stratum(cohort, stratum)["her2_group"].value_counts()
        few = [
            f"{GROUP_LABELS[group]} {counts.get(group, 0)}" for group in GROUPS if counts.get(group, 0) < 10
        ]
        if few:
            small.append(f"{words} ({', '.join(few)})")
    if small:
        warnings.append(f"No model is fitted with a group of fewer than 10 cases: {', '.join(small)}.")
    return warnings


def _lesions_apart(cohort: CohortTable) -> list[str]:
    """Lesion types of an own edition of the lexicon that belong to no stratum."""
    if "lesion_type" not in cohort.rows:
        return []
    lesions, kind = stratum_lesions(cohort.lexicon), cohort.variables["lesion_type"]
    words = dict(zip(kind.categories, kind.labels, strict=True))
    counts = cohort.rows["lesion_type"].value_counts()
    apart = [
        f"{words[name]} ({counts[name]})"
        for name in lesions["all"]
        if name in counts and name not in (*lesions["mass"], *lesions["nme_related"])
    ]
    if not apart:
        return []
    return [
        f"Lesions that the lexicon holds neither for masses nor for NME-related are analysed among all lesions alone: "
        f"{', '.join(apart)}."
    ]


def _flow(cohort: CohortTable, flow: tuple[tuple[str, int], ...] | None) -> tuple[tuple[str, int], ...]:
    groups = cohort.rows["her2_group"]
    steps = list(flow) if flow else [("Cases in the table", len(cohort.rows))]
    indeterminate = int((groups == "indeterminate").sum())
    missing = int(groups.isna().sum())
    # A study's own flow has the indeterminate cases already.
    if indeterminate and not flow:
        steps.append(("HER2 group indeterminate", indeterminate))
    if missing and not flow:
        steps.append(("HER2 group missing", missing))
    return tuple(steps)


def _versions() -> dict[str, str]:
    names = ("numpy", "scipy", "pandas", "statsmodels", "matplotlib")
    return {
        "her2lowmri": __version__,
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in names},
    }
