"""Columns that the data dictionary does not know, offered and taken as clinic variables: histology, grade, nodes."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.variables import STATES, Variable, study_variables
from HER2LowMRILib.core.columns import column_names
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.lexicon import Lexicon, shown
from HER2LowMRILib.core.table_words import says_missing
from HER2LowMRILib.files.locale_numbers import decimal_sign, read_numbers

if TYPE_CHECKING:
    import pandas as pd

# A column with more different words is a text, not a category; one with more numbers is a number.
_MOST_CATEGORIES = 12
# Stages with their letters (T1, T1a to T1c, T2 to T4d) are more, and all of them steps.
_MOST_STEPS = 24
# TX, NX, MX: could not be assessed.
_NOT_ASSESSED = re.compile(r"c?y?p?[tnmg]x", re.IGNORECASE)
_FEWEST_NUMBERS = 7
_STEP = re.compile(
    r"(?:grade|stage|g|c?p?[tn]|p?t|p?n|level|class)? ?([0-9]+|iv|iii|ii|i)[a-d]?", re.IGNORECASE
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YES_NO = {frozenset({"0", "1"}): ("0", "1"), frozenset({"no", "yes"}): ("no", "yes")}


def offered_columns(
    frame: "pd.DataFrame", lexicon: Lexicon, analysed: Mapping[str, Variable]
) -> tuple[str, ...]:
    """Columns that are neither known nor analysed and could be clinic variables, in the order of the table."""
    known = {
        *study_variables(lexicon),
        *column_names("features"),
        *column_names("readings"),
        *analysed,
        "reader",
    }
    return tuple(
        name
        for name in frame
        if name not in known and not name.startswith("her2_") and _kind(frame[name]) is not None
    )


def clinic_variable(name: str, cells: "pd.Series") -> tuple[Variable, list[str | None] | None]:
    """Take a column as a clinic variable.

    Parameters
    ----------
    name : str
    cells : Series
        Text, None where empty.

    Returns
    -------
    variable : Variable
        A number; two, or more, categories; ordered where all are steps (G1, G2, G3; I, II, III; pN0, pN1).
    values : list of str or None, or None
        The category of every row; None for a number, which is read as all numbers are.

    Raises
    ------
    AnalysisError
        When the column has neither numbers nor a few categories.
    """
    kind = _kind(cells)
    if kind is None:
        different = cells.dropna().nunique()
        raise AnalysisError(
            f"{shown(name)} cannot be a clinic variable",
            needed=f"numbers, or 2 to {_MOST_CATEGORIES} categories",
            found=f"{different} different cells",
        )
    label = name.replace("_", " ").strip()
    label = label[:1].upper() + label[1:]
    if kind == "number":
        return Variable(name, label, None, "clinic", "number"), None
    spelled = _spelled(cells)
    words = sorted(set(spelled.values()), key=_order)
    if kind == "binary":
        low, high = _YES_NO[frozenset(word.casefold() for word in words)]
        coded = {low: "0", high: "1"}
        values = [None if v is None else coded[v.casefold()] for v in _taken(cells, spelled)]
        return Variable(name, label, None, "clinic", "binary", ("0", "1"), ("no", "yes")), values
    return Variable(name, label, None, "clinic", kind, tuple(words), tuple(words)), _taken(cells, spelled)


def _kind(cells: "pd.Series") -> str | None:
    stated = [cell for cell in cells if _says(cell)]
    if not stated:
        return None
    different = {cell.casefold() for cell in stated}
    _, unread = read_numbers(stated, decimal_sign([stated]))
    if not unread and len(different) >= _FEWEST_NUMBERS:
        return "number"
    steps = all(_STEP.fullmatch(cell) for cell in different)
    if not 2 <= len(different) <= (_MOST_STEPS if steps else _MOST_CATEGORIES):
        return None
    if frozenset(different) in _YES_NO:
        return "binary"
    return "ordinal" if steps else "nominal"


def _says(cell: str | None) -> bool:
    return (
        cell is not None
        and cell not in STATES
        and not says_missing(cell)
        and not _NOT_ASSESSED.fullmatch(cell)
    )


def _spelled(cells: "pd.Series") -> dict[str, str]:
    """Small letters -> the commonest spelling of a category."""
    counts = cells[[_says(cell) for cell in cells]].value_counts()
    found: dict[str, str] = {}
    for word in counts.index:
        found.setdefault(word.casefold(), word)
    return found


def _taken(cells: "pd.Series", spelled: dict[str, str]) -> list[str | None]:
    return [spelled[cell.casefold()] if _says(cell) else None for cell in cells]


def _order(word: str) -> tuple[int, str]:
    step = _STEP.fullmatch(word)
    if step is None:
        return 0, word.casefold()
    return int(_ROMAN.get(step[1].casefold(), 0) or step[1]), word.casefold()


def unknown_columns(frame: "pd.DataFrame", asked: Sequence[str]) -> None:
    """Refuse names of ``--clinic`` that are not a column, all at once.

    Raises
    ------
    AnalysisError
    """
    missing = [name for name in asked if name not in frame]
    if missing:
        raise AnalysisError(
            "There is no such column to take as a clinic variable",
            needed="a column of the table",
            found=", ".join(shown(name) for name in missing),
        )
