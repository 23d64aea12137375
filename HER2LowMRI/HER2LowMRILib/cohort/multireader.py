"""Areas under the ROC curve of each reader's own descriptors, features and models, and their mean over readers."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.cohort.models import COMBINED_MEMBERS, QUALITATIVE, FittedModels, Model, column_of_term
from HER2LowMRILib.cohort.strata import PAIRS, STRATUM_LABELS, in_stratum
from HER2LowMRILib.cohort.table import CohortTable
from HER2LowMRILib.cohort.variables import Variable
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "stratum", "comparison", "predictor", "against", "method", "estimate", "se", "df", "ci_low", "ci_high", "f", "p",
    "fixed_low", "fixed_high", "fixed_p", "readers", "n_positive", "n_negative", "by_reader", "note",
)  # fmt: skip
_MODELS = (QUALITATIVE, *COMBINED_MEMBERS, "Combined_All")
_FEWEST = 5


def multireader_table(
    cohort: CohortTable, readings: CohortTable, fitted: FittedModels, progress: Callable[[float], None]
) -> "pd.DataFrame":
    """Mean AUC over the readers of every predictor, and the combined models against each other.

    Parameters
    ----------
    cohort, readings : CohortTable
        Groups and lesions are the study's, predictors are each reader's own.
    fitted : FittedModels
        A model's score of a reader is that of the study's coefficients on what the reader answered and drew.
    progress : callable
        Called with the fraction done; may raise to stop.

    Returns
    -------
    DataFrame
        `COLUMNS`, a row for each method: Obuchowski-Rockette with DeLong's covariances, and Dorfman-Berbaum-Metz. In
        rows of a comparison ``estimate`` is the difference of the areas. ``ci_low`` to ``p`` speak for readers and
        cases like these, ``fixed_...`` for these readers. ``by_reader``: the areas in the order of the readers' names.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    readers = sorted(readings.rows["reader"].unique())
    own = {
        reader: readings.rows[readings.rows["reader"] == reader].set_index("case_id") for reader in readers
    }
    strata = [name for name in STRATUM_LABELS if name == "all" or "lesion_type" in cohort.rows]
    for done, stratum in enumerate(strata, start=1):
        for pair in PAIRS:
            cases = in_stratum(cohort, stratum)
            cases = cases[cases["her2_group"].isin(pair.groups)]
            # Every reader of every case: what these methods are made for.
            cases = cases[np.all([cases["case_id"].isin(table.index) for table in own.values()], axis=0)]
            positive = (cases["her2_group"] == pair.positive).to_numpy()
            tables = [table.loc[cases["case_id"]] for table in own.values()]
            models = [
                model
                for model in fitted.models
                if (model.stratum, model.comparison) == (stratum, pair.name) and model.name in _MODELS
            ]
            scores = dict(_scores(readings, tables, models, stratum))
            key = {"stratum": stratum, "comparison": pair.name}
            rows += [key | row for row in _rows(scores, positive)]
        progress(done / len(strata))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _scores(
    readings: CohortTable, tables: "list[pd.DataFrame]", models: list[Model], stratum: str
) -> Iterator[tuple[str, np.ndarray]]:
    """Name and scores of every predictor, shape (readers, cases), NaN where a reader has none."""
    for variable in readings.variables.values():
        if variable.table == "clinic" or variable.optional or variable.kind == "nominal":
            continue
        if stratum == "all" and any(name == "lesion_type" for name, _ in variable.applies_when):
            continue
        yield variable.name, np.array([_as_score(variable, table[variable.name]) for table in tables])
    for model in models:
        terms = model.fit.terms[1:]
        if not all(term.partition(": ")[0] in readings.variables for term in terms):
            continue
        weights = np.asarray(model.fit.coefficient)
        scores = []
        for table in tables:
            columns = [column_of_term(table, term, readings.variables) for term in terms]
            scores.append(weights[0] + np.column_stack(columns) @ weights[1:])
        yield model.name, np.round(np.array(scores), 10)


def _as_score(variable: Variable, cells: "pd.Series") -> np.ndarray:
    if variable.kind == "number":
        return cells.to_numpy(float)
    place = {category: float(i) for i, category in enumerate(variable.categories)}
    return np.array([np.nan if cell == NOT_APPLICABLE else place.get(cell, np.nan) for cell in cells])


def _rows(scores: dict[str, np.ndarray], positive: np.ndarray) -> Iterator[dict[str, Any]]:
    from HER2LowMRILib.core.statistics.mrmc import METHODS, average_area, compare_areas, reader_areas

    for name, values in scores.items():
        found = _complete([values], positive)
        if found is None:
            continue
        (turned,), truth, direction = found
        for method in METHODS:
            areas = reader_areas(turned[None], truth, method)
            mean = average_area(areas, 0)
            yield {
                "predictor": name,
                "against": "",
                "estimate": mean.area,
                "se": mean.se,
                "df": mean.df,
                "ci_low": mean.ci_low,
                "ci_high": mean.ci_high,
                "fixed_low": mean.fixed_low,
                "fixed_high": mean.fixed_high,
                "by_reader": "; ".join(f"{area:.6g}" for area in areas.areas[0]),
                "note": " ".join(text for text in (direction, mean.note) if text),
            } | _common(method, areas.areas.shape[1], truth)
    combined = [name for name in reversed(_MODELS) if name in scores and name != QUALITATIVE]
    for i, first in enumerate(combined):
        for second in combined[i + 1 :]:
            found = _complete([scores[first], scores[second]], positive)
            if found is None:
                continue
            both, truth, _ = found
            for method in METHODS:
                difference = compare_areas(reader_areas(np.array(both), truth, method), 0, 1)
                yield {
                    "predictor": first,
                    "against": second,
                    "estimate": difference.difference,
                    "by_reader": "",
                    **{
                        name: getattr(difference, name)
                        for name in (
                            "se",
                            "df",
                            "ci_low",
                            "ci_high",
                            "f",
                            "p",
                            "fixed_low",
                            "fixed_high",
                            "fixed_p",
                            "note",
                        )
                    },
                } | _common(method, both[0].shape[0], truth)


def _common(method: str, readers: int, truth: np.ndarray) -> dict[str, Any]:
    from HER2LowMRILib.core.statistics.mrmc import METHOD_WORDS

    return {
        "method": METHOD_WORDS[method],
        "readers": readers,
        "n_positive": int(truth.sum()),
        "n_negative": int((~truth).sum()),
    }


def _complete(
    scores: list[np.ndarray], positive: np.ndarray
) -> tuple[list[np.ndarray], np.ndarray, str] | None:
    """Cases that every reader has every score of, turned so that higher speaks for the positive class."""
    from HER2LowMRILib.core.statistics.delong import components

    known = np.all([np.isfinite(values).all(axis=0) for values in scores], axis=0)
    truth = positive[known]
    if min(truth.sum(), (~truth).sum()) < _FEWEST:
        return None
    kept, note = [], ""
    for values in scores:
        inside = values[:, known]
        if (inside.min(axis=1) == inside.max(axis=1)).all():
            return None
        # One direction for all readers: that of their mean area.
        if np.mean([components(row, truth)[0] for row in inside]) < 0.5:
            inside, note = -inside, "Lower values speak for the first group."
        kept.append(inside)
    return kept, truth, note
