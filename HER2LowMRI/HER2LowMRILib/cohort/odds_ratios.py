"""What an odds ratio compares, in words, and the odds ratio of a variable alone beside that of the model."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.cohort.variables import Variable
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE

if TYPE_CHECKING:
    import pandas as pd

UNIVARIABLE_COLUMNS = (
    "reference", "univariable_or", "univariable_low", "univariable_high", "univariable_p", "univariable_n",
)  # fmt: skip


def term_words(term: str, variables: Mapping[str, Variable]) -> str:
    """Words for a term of a model: the variable, and the category where it has several."""
    name, _, category = term.partition(": ")
    variable = variables.get(name)
    if variable is None:
        return term
    words = dict(zip(variable.categories, variable.labels, strict=True)).get(category, category)
    return f"{variable.label}: {words}" if category else variable.label


def reference_words(term: str, cohort: CohortTable, cases: "pd.DataFrame") -> str:
    """What the odds ratio of a term is against, in the words of the lexicon.

    Parameters
    ----------
    term : str
        "variable" or "variable: category", as `models.design` names them.
    cohort : CohortTable
    cases : DataFrame
        Rows of the model: the first category that occurs among them is the reference.
    """
    name, _, category = term.partition(": ")
    variable = cohort.variables.get(name)
    if variable is None:
        return ""
    if variable.kind == "number":
        return f"per {variable.unit}" if variable.unit else "per unit"
    words = dict(zip(variable.categories, variable.labels, strict=True))
    if category:
        return words[next(c for c in variable.categories if (cases[name] == c).any())]
    for entry in cohort.lexicon.derived:
        if entry.id == name:
            return _collapsed_words(entry, cohort, cases)
    return words["0"]


def _collapsed_words(entry: Any, cohort: CohortTable, cases: "pd.DataFrame") -> str:
    """The categories that a collapsed descriptor counts as "no", those that occur."""
    origin = cohort.variables.get(entry.derived_from)
    if origin is None:
        return "no"
    words = dict(zip(origin.categories, origin.labels, strict=True))
    none = [str(value) for value, yes in entry.mapping if not int(yes)]
    there = [value for value in none if (cases[origin.name] == value).any()] or none
    return " or ".join(words[value].lower() for value in there)


def univariable(
    terms: tuple[str, ...], x: np.ndarray, positive: np.ndarray, cohort: CohortTable, cases: "pd.DataFrame"
) -> dict[str, dict[str, Any]]:
    """Odds ratios of each variable of a model alone, on the cases that have it.

    Parameters
    ----------
    terms : tuple of str
        Columns of ``x``; those of one variable enter together.
    x : ndarray, shape (n, p)
    positive : ndarray of bool, shape (n,)
    cohort : CohortTable
    cases : DataFrame
        The rows of ``x``.

    Returns
    -------
    dict
        Term -> `UNIVARIABLE_COLUMNS`; Wald's limits, or the profile's where Firth's method was needed, as for the
        model itself.
    """
    from HER2LowMRILib.core.statistics.logistic import fit_logistic

    found: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys(term.partition(": ")[0] for term in terms):
        own = [i for i, term in enumerate(terms) if term.partition(": ")[0] == name]
        names = [terms[i] for i in own]
        found |= {term: {"reference": reference_words(term, cohort, cases)} for term in names}
        known = cases[name].notna() & (cases[name] != NOT_APPLICABLE)
        if not known.any():
            continue
        try:
            fit = fit_logistic(x[:, own], positive, names, profile=False)
            if fit.method == "firth":
                fit = fit_logistic(x[:, own], positive, names)
        except AnalysisError:
            continue
        low, high = fit.odds_ratio_wald if fit.method == "ml" else fit.odds_ratio_profile
        for i, term in enumerate(fit.terms[1:], start=1):
            found[term] |= {
                "univariable_or": fit.odds_ratio[i],
                "univariable_low": low[i],
                "univariable_high": high[i],
                "univariable_p": fit.p[i],
                "univariable_n": fit.n,
            }
    return found
