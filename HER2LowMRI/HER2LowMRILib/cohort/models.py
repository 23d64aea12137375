"""Logistic models of each pair of groups: the qualitative ones and the combined ones of the features."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.odds_ratios import UNIVARIABLE_COLUMNS, term_words, univariable
from HER2LowMRILib.cohort.omissions import LeftOut
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.side_by_side import ALONE, SideBySide
from HER2LowMRILib.cohort.strata import (
    PAIRS,
    STRATUM_LABELS,
    Comparison,
    asked_of_all,
    in_stratum,
    stratum_lesions,
)
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.cohort.variables import COMBINED_MEMBERS, Variable
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "stratum", "comparison", "model", "method", "term", "coefficient", "se", "odds_ratio", "ci_low", "ci_high", "p",
    "profile_low", "profile_high", "p_likelihood_ratio", "sd", "vif", "n", "n_positive", "events_per_variable",
    "condition_number", "note", *UNIVARIABLE_COLUMNS,
)  # fmt: skip
QUALITATIVE_PAPER = ("irregular_shape", "non_circumscribed", "t2_hyperintensity")
QUALITATIVE, SCREENED = "Qualitative", "Qualitative_screened"


@dataclass(frozen=True)
class Model:
    """One fitted model of one pair of groups in one stratum.

    Attributes
    ----------
    stratum, comparison, name : str
    terms : tuple of str
        Names of the columns of ``x``.
    x : ndarray, shape (n, p)
        Predictors; NaN where missing.
    positive : ndarray of bool, shape (n,)
    fit : LogisticModel
    candidates : tuple of str
        Of a screened model: the variables that were looked at.
    """

    stratum: str
    comparison: str
    name: str
    terms: tuple[str, ...]
    x: np.ndarray
    positive: np.ndarray
    fit: Any
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class FittedModels:
    """All models, their table, and what could not be fitted."""

    models: tuple[Model, ...]
    table: "pd.DataFrame"
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]


@dataclass
class _Found:
    """What a pair of groups in one stratum gave."""

    models: list[Model] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    scarce: list[tuple[float, str]] = field(default_factory=list)


def fit_models(
    cohort: CohortTable, univariate: "pd.DataFrame", settings: Settings, side_by_side: SideBySide = ALONE
) -> FittedModels:
    """Fit every model that the rows allow.

    Parameters
    ----------
    cohort : CohortTable
    univariate : DataFrame
        From `univariate.univariate_table`, for the screening.
    settings : Settings
    side_by_side : SideBySide
        Who helps.

    Returns
    -------
    FittedModels
        Table of `COLUMNS`. ``ci_low`` and ``ci_high`` are Wald's limits for "ml", as SPSS prints them, and profile
        limits for "firth"; the profile limits stand beside them in either case. The qualitative models carry what
        each odds ratio is against, and the odds ratio of the variable alone.
    """
    import pandas as pd

    left_out = []
    absent = [name for name in QUALITATIVE_PAPER if name not in cohort.variables]
    if absent and any(variable.table == "descriptors" for variable in cohort.variables.values()):
        left_out.append(LeftOut(model_name(QUALITATIVE), f"no column {', '.join(absent)}"))
    jobs = [
        (cohort, univariate, settings, stratum, comparison)
        for stratum in STRATUM_LABELS
        if stratum == "all" or "lesion_type" in cohort.rows
        for comparison in PAIRS
    ]
    found = _together(side_by_side.each(_fit_place, jobs))
    if found.scarce:
        fewest, where = min(found.scarce)
        found.warnings.append(
            f"{len(found.scarce)} combined models rest on fewer than 10 events per variable, fewest {fewest:.1f} "
            f"({where}): their odds ratios mean nothing and their apparent AUCs are too good; read the cross-validated."
        )
    return FittedModels(
        tuple(found.models),
        pd.DataFrame(found.rows, columns=list(COLUMNS)),
        (*left_out, *found.left_out),
        tuple(found.warnings),
    )


def _together(places: Iterable[_Found]) -> _Found:
    whole = _Found()
    for place in places:
        for part in fields(_Found):
            getattr(whole, part.name).extend(getattr(place, part.name))
    return whole


def _fit_place(
    cohort: CohortTable, univariate: "pd.DataFrame", settings: Settings, stratum: str, comparison: Comparison
) -> _Found:
    from HER2LowMRILib.core.statistics.logistic import fit_logistic

    found = _Found()
    cases = in_stratum(cohort, stratum)
    cases = cases[cases["her2_group"].isin(comparison.groups)]
    positive = (cases["her2_group"] == comparison.positive).to_numpy()
    place = f"{comparison.label}, {STRATUM_LABELS[stratum]}"
    for name, members, candidates in _plans(cohort, univariate, stratum, comparison, settings.screening_p):
        where = f"{model_name(name)}, {place}"
        try:
            if not members:
                raise AnalysisError(
                    "No model", needed=f"a descriptor with p < {settings.screening_p:g}", found="none"
                )
            terms, x = design(cases, [cohort.variables[member] for member in members])
            fit = fit_logistic(x, positive, terms)
        except AnalysisError as error:
            found.left_out.append(LeftOut.of(error, model_name(name), place))
            continue
        model = Model(stratum, comparison.name, name, tuple(terms), x, positive, fit, candidates)
        found.models.append(model)
        found.rows += _rows_beside_univariable(model, cohort, cases)
        found.warnings += _worth_a_warning(model, where, cohort)
        if name.startswith("Combined") and fit.events_per_variable < 10:
            found.scarce.append((fit.events_per_variable, where))
    return found


def model_name(name: str) -> str:
    """Words for a model or a feature."""
    named = {QUALITATIVE: "Qualitative (shape, margin, T2)", SCREENED: "Qualitative (screened)"}
    return named.get(name, name.replace("_", " "))


def _in_words(note: str, terms: Sequence[str], cohort: CohortTable) -> str:
    """Put the words of the report for the names of terms in a sentence."""
    # The longest first: "bpe: mild" is no "bpe".
    names = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{names})(?!\w)", lambda found: term_words(found[0], cohort.variables), note)


def combined_members(cohort: CohortTable) -> dict[str, tuple[str, ...]]:
    """Members of the Combined models as far as the table has all of them."""
    present = {
        name: members
        for name, members in COMBINED_MEMBERS.items()
        if all(member in cohort.variables for member in members)
    }
    if len(present) == len(COMBINED_MEMBERS):
        present["Combined_All"] = tuple(member for members in COMBINED_MEMBERS.values() for member in members)
    return present


def screening_candidates(cohort: CohortTable, stratum: str) -> tuple[str, ...]:
    """Descriptors that a screened qualitative model may take.

    A collapsed one stands in place of its origin, unless all lesions of the stratum have the same value of it: among
    NME-related lesions, the lesion type says what ``nme_related`` no longer can.
    """
    cases = in_stratum(cohort, stratum)
    varying = {
        entry.id: entry.derived_from
        for entry in cohort.lexicon.derived
        if entry.id in cohort.variables and _varies(cases[entry.id])
    }
    collapsed = {entry.id for entry in cohort.lexicon.derived}
    lesions = stratum_lesions(cohort.lexicon)[stratum]
    # Among all lesions a mass descriptor exists for a part only; its model is the one of the masses.
    return tuple(
        name
        for name, variable in cohort.variables.items()
        if variable.table == "descriptors"
        and name not in varying.values()
        and not (name in collapsed and name not in varying)
        and not variable.optional
        and asked_of_all(variable, lesions)
    )


def _varies(cells: "pd.Series") -> bool:
    return cells[cells.notna() & (cells != NOT_APPLICABLE)].nunique() > 1


def _plans(
    cohort: CohortTable, univariate: "pd.DataFrame", stratum: str, comparison: Comparison, screening_p: float
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    plans: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    if stratum == "mass" and all(name in cohort.variables for name in QUALITATIVE_PAPER):
        plans.append((QUALITATIVE, QUALITATIVE_PAPER, ()))
    candidates = screening_candidates(cohort, stratum)
    tests = univariate[(univariate["stratum"] == stratum) & (univariate["comparison"] == comparison.name)]
    passed = set(tests.loc[tests["p"] < screening_p, "variable"])
    plans.append((SCREENED, tuple(name for name in candidates if name in passed), candidates))
    plans += [(name, members, ()) for name, members in combined_members(cohort).items()]
    return plans


def design(cases: "pd.DataFrame", variables: list[Variable]) -> tuple[list[str], np.ndarray]:
    """Predictors as numbers: numbers and yes/no as they are, other categories as one column for each but the first.

    Returns
    -------
    terms : list of str
        A category's column is named "variable: category".
    x : ndarray, shape (n, p)
        NaN where missing or not applicable.
    """
    terms, columns = [], []
    for variable in variables:
        cells = cases[variable.name]
        if variable.kind in ("number", "binary"):
            terms.append(variable.name)
            columns.append(column_of_term(cases, variable.name, {variable.name: variable}))
            continue
        known = cells.notna() & (cells != NOT_APPLICABLE)
        present = [c for c in variable.categories if (cells[known] == c).any()]
        for category in present[1:]:
            terms.append(f"{variable.name}: {category}")
            columns.append(np.where(known, (cells == category).to_numpy(float), np.nan))
    if not columns:
        raise AnalysisError("no model", needed="a predictor that varies", found="none")
    return terms, np.column_stack(columns)


def _rows_beside_univariable(
    model: Model, cohort: CohortTable, cases: "pd.DataFrame"
) -> list[dict[str, Any]]:
    """Rows of a model; those of the qualitative ones with the odds ratio of each variable alone."""
    alone = {}
    if model.name in (QUALITATIVE, SCREENED):
        alone = univariable(model.terms, model.x, model.positive, cohort, cases)
    return [row | alone.get(row["term"], {}) for row in _rows(model)]


def _worth_a_warning(model: Model, where: str, cohort: CohortTable) -> list[str]:
    # The collinearity of the Combined models is by design; their few events are told in one line.
    fit = model.fit
    if fit.method == "firth" or (fit.note and not model.name.startswith("Combined")):
        return [f"{where}: {_in_words(fit.note, model.terms, cohort)}"]
    return []


def column_of_term(cases: "pd.DataFrame", term: str, variables: Mapping[str, Variable]) -> np.ndarray:
    """One column of a design by its name, NaN where missing or not applicable.

    Parameters
    ----------
    cases : DataFrame
    term : str
        "variable" or "variable: category".
    variables : mapping of str to Variable

    Returns
    -------
    ndarray, shape (n,)
    """
    name, _, category = term.partition(": ")
    cells = cases[name]
    if variables[name].kind == "number":
        return cells.to_numpy(float)
    known = cells.notna() & (cells != NOT_APPLICABLE)
    return np.where(known, (cells == (category or "1")).to_numpy(float), np.nan)


def _rows(model: Model) -> list[dict[str, Any]]:
    fit = model.fit
    low, high = fit.odds_ratio_wald if fit.method == "ml" else fit.odds_ratio_profile
    profile_low, profile_high = fit.odds_ratio_profile
    used = np.isfinite(model.x).all(axis=1)
    spread = dict(zip(model.terms, model.x[used].std(axis=0, ddof=1), strict=True))
    inflation = dict(zip(fit.terms[1:], fit.collinearity.vif, strict=True))
    return [
        {
            "stratum": model.stratum,
            "comparison": model.comparison,
            "model": model.name,
            "method": fit.method,
            "term": term,
            "coefficient": fit.coefficient[i],
            "se": fit.se[i],
            "odds_ratio": fit.odds_ratio[i] if i else np.nan,
            "ci_low": low[i] if i else np.nan,
            "ci_high": high[i] if i else np.nan,
            "p": fit.p[i],
            "profile_low": profile_low[i] if i else np.nan,
            "profile_high": profile_high[i] if i else np.nan,
            "p_likelihood_ratio": fit.p_likelihood_ratio[i],
            "sd": spread.get(term, np.nan),
            "vif": inflation.get(term, np.nan),
            "n": fit.n,
            "n_positive": fit.n_positive,
            "events_per_variable": fit.events_per_variable,
            "condition_number": fit.collinearity.condition_number,
            "note": fit.note if i == 0 else "",
        }
        for i, term in enumerate(fit.terms)
    ]
