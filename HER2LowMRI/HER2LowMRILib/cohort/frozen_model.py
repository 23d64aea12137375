"""A model as it was fitted, to be judged on another centre's table: nothing of it is fitted again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.models import column_of_term, fit_models, model_name
from HER2LowMRILib.cohort.odds_ratios import reference_words
from HER2LowMRILib.cohort.strata import PAIRS, STRATUM_LABELS, Comparison, in_stratum
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.lexicon import shown

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "her2lowmri-model-1"


@dataclass(frozen=True)
class FrozenModel:
    """What another centre needs to compute the same probability.

    Attributes
    ----------
    name, stratum, comparison : str
        Which model, in which lesions, between which groups.
    terms : tuple of str
        Without the constant; "variable" or "variable: category".
    constant : float
    coefficients, lowest, highest : tuple of float
        Log odds ratio per unit of each term, and the range of its values in the cases it was fitted to.
    units, references : tuple of str
        Of each term.
    method : str
        "ml" or "firth".
    cutoff : float or None
        Probability above which a case counts as positive: the exploratory one of the fit.
    n, n_positive : int
    auc, auc_cv : float or None
        Apparent and cross-validated, for comparison.
    definitions : tuple of str
        Ids of the definitions of the features.
    inputs : mapping
        Name of a table -> SHA-256.
    software_version : str
    synthetic : bool
    """

    name: str
    stratum: str
    comparison: str
    terms: tuple[str, ...]
    constant: float
    coefficients: tuple[float, ...]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    units: tuple[str, ...]
    references: tuple[str, ...]
    method: str
    cutoff: float | None
    n: int
    n_positive: int
    auc: float | None
    auc_cv: float | None
    definitions: tuple[str, ...]
    inputs: Mapping[str, str]
    software_version: str
    synthetic: bool

    @property
    def pair(self) -> Comparison:
        """The groups that it tells apart."""
        return next(pair for pair in PAIRS if pair.name == self.comparison)

    @property
    def words(self) -> str:
        """Which model it is, for headings."""
        return f"{model_name(self.name)}, {self.pair.label}, {STRATUM_LABELS[self.stratum]}"

    def linear_predictor(self, rows: "pd.DataFrame", cohort: CohortTable) -> np.ndarray:
        """Log odds of the positive group for each row, NaN where a term is missing.

        Parameters
        ----------
        rows : DataFrame
            Of ``cohort``.
        cohort : CohortTable

        Returns
        -------
        ndarray, shape (n,)
        """
        x = np.column_stack([column_of_term(rows, term, cohort.variables) for term in self.terms])
        return self.constant + x @ np.array(self.coefficients)


def freeze(analysis: Analysis, name: str, stratum: str, comparison: str) -> FrozenModel:
    """Take one fitted model out of an analysis.

    Parameters
    ----------
    analysis : Analysis
    name, stratum, comparison : str
        As in models.csv.

    Raises
    ------
    AnalysisError
        When the analysis has no such model.
    """
    fitted = fit_models(analysis.cohort, analysis.tables["univariate"], analysis.settings).models
    chosen = [m for m in fitted if (m.name, m.stratum, m.comparison) == (name, stratum, comparison)]
    if not chosen:
        there = [f"{m.name} {m.stratum} {m.comparison}" for m in fitted]
        raise AnalysisError(
            "The model cannot be frozen",
            needed="a model that was fitted",
            found=f"{shown(f'{name} {stratum} {comparison}')}; there are {', '.join(there[:6])} ...",
        )
    model, fit = chosen[0], chosen[0].fit
    terms = tuple(fit.terms[1:])
    roc = (
        analysis.tables["roc"]
        .set_index(["stratum", "comparison", "predictor"])
        .loc[(stratum, comparison, name)]
    )
    used = model.x[np.isfinite(model.x).all(axis=1)][:, [model.terms.index(term) for term in terms]]
    cases = in_stratum(analysis.cohort, stratum)
    variables = analysis.cohort.variables
    return FrozenModel(
        name=name,
        stratum=stratum,
        comparison=comparison,
        terms=terms,
        constant=float(fit.coefficient[0]),
        coefficients=tuple(float(value) for value in fit.coefficient[1:]),
        lowest=tuple(float(value) for value in used.min(axis=0)),
        highest=tuple(float(value) for value in used.max(axis=0)),
        units=tuple(variables[term.partition(": ")[0]].unit or "" for term in terms),
        references=tuple(reference_words(term, analysis.cohort, cases) for term in terms),
        method=fit.method,
        cutoff=_number(roc["cutoff"]),
        n=fit.n,
        n_positive=fit.n_positive,
        auc=_number(roc["auc"]),
        auc_cv=_number(roc["auc_cv"]),
        definitions=analysis.cohort.provenance.get("definition_id", ()),
        inputs=analysis.inputs,
        software_version=analysis.versions["her2lowmri"],
        synthetic=analysis.synthetic,
    )


def _number(value: Any) -> float | None:
    return float(value) if value == value else None


def to_json(model: FrozenModel) -> str:
    """The model as a file; numbers keep every digit."""
    content = {
        "schema": SCHEMA,
        "notice": "Research software, no medical device. For validation on cohorts only.",
    }
    return json.dumps(content | asdict(model), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str, name: str) -> FrozenModel:
    """Read a model back.

    Parameters
    ----------
    text : str
    name : str
        Of the file, for messages.

    Raises
    ------
    AnalysisError
        When it is not a model of this kind.
    """
    needed = f"a model frozen by her2lowmri analyze ({SCHEMA})"
    try:
        content = json.loads(text)
        stated = content.pop("schema")
        content.pop("notice", None)
        lists: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in content.items()
        }
        model = FrozenModel(**lists)
        sound = stated == SCHEMA and _is_sound(model)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise AnalysisError(f"{name} is not a frozen model", needed=needed, found="another content")
    return model


def _is_sound(model: FrozenModel) -> bool:
    """Whether every field holds what its name says."""
    columns = (model.coefficients, model.lowest, model.highest, model.units, model.references)
    numbers = [model.constant, *model.coefficients, *model.lowest, *model.highest]
    numbers += [value for value in (model.cutoff, model.auc, model.auc_cv) if value is not None]
    return (
        bool(model.terms)
        and all(isinstance(text, str) for text in (*model.terms, *model.units, *model.references, model.name))
        and {len(column) for column in columns} == {len(model.terms)}
        and all(isinstance(value, float | int) and np.isfinite(value) for value in numbers)
        and model.stratum in STRATUM_LABELS
        and any(pair.name == model.comparison for pair in PAIRS)
        and isinstance(model.inputs, Mapping)
        and all(isinstance(value, int) for value in (model.n, model.n_positive))
    )
