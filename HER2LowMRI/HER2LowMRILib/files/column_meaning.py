"""Which column of a person's table is which field: by name, by label, by listed synonym, or as the person says."""

import difflib
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.lexicon import Item
from HER2LowMRILib.core.table_words import column_key, table_words, words_of
from HER2LowMRILib.core.wording import first_of
from HER2LowMRILib.files.people_table import PeopleTable
from HER2LowMRILib.files.table_questions import SKIP, Answers, Question

# Field -> how its cells are read; None for text that is taken as it stands.
Vocabulary = Mapping[str, Item | None]
CASE_COLUMNS = ("case_id", "patient_id")
# Names of fields that stand in the names of many other columns.
_EVERYDAY = frozenset(
    (
        *("id", "patient", "case", "size", "type", "lesion", "item", "question", "answer", "reason", "why"),
        *("comment", "comments", "sample", "lab", "material", "specimen", "mask", "site", "scanner"),
        *("excluded", "exclusion"),
    )
)


@dataclass(frozen=True)
class ColumnPlan:
    """What becomes of each column.

    Attributes
    ----------
    fields : dict of int to str
        Position of the column -> field.
    notes : tuple of str
        Columns that are called otherwise in the table, or were left out, in words.
    questions : tuple of Question
        Columns that nobody can tell.
    """

    fields: dict[int, str]
    notes: tuple[str, ...]
    questions: tuple[Question, ...]


def known_names(vocabulary: Vocabulary) -> dict[str, str]:
    """Name of a column, as `column_key` compares it -> field. What could be two fields is not in it."""
    return _known_names(
        tuple((name, "" if item is None else item.label) for name, item in vocabulary.items())
    )


@functools.lru_cache(maxsize=64)
def _known_names(labelled: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    synonyms = table_words()["columns"]
    for field, label in labelled:
        for word in (field, *synonyms.get(field, ()), *((label,) if label else ())):
            found.setdefault(column_key(word, with_unit=True), set()).add(field)
        if label and not field.startswith("her2_core_"):
            found.setdefault(column_key(label), set()).add(field)
    ids = {column_key(field, with_unit=True): field for field, _ in labelled}
    return {key: next(iter(fields)) for key, fields in found.items() if len(fields) == 1} | ids


def is_header(vocabulary: Vocabulary, cells: Sequence[str]) -> bool:
    """Whether a line of cells looks like the column names of such a table: two known ones, or one and no other."""
    names = known_names(vocabulary)
    filled = [cell for cell in cells if cell.strip()]
    known = sum(_field_of(cell, names) is not None for cell in filled)
    return known >= 2 or (known == 1 and len(filled) == 1)


def _field_of(column: str, names: Mapping[str, str]) -> str | None:
    found = names.get(column_key(column, with_unit=True)) or names.get(column_key(column))
    return found or _squeezed(tuple(names.items())).get(column_key(column).replace(" ", ""))


@functools.lru_cache(maxsize=64)
def _squeezed(names: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The names without blanks: "Ki-67 LI" and "Ki67 LI" are one."""
    found: dict[str, set[str]] = {}
    for name, field in names:
        found.setdefault(name.replace(" ", ""), set()).add(field)
    return {name: next(iter(fields)) for name, fields in found.items() if len(fields) == 1}


def plan_columns(
    table: PeopleTable,
    vocabulary: Vocabulary,
    given: Mapping[str, str],
    answers: Answers,
    *,
    asks: bool = True,
    beside: Sequence[str] = (),
) -> ColumnPlan:
    """Find the field of each column.

    Parameters
    ----------
    table : PeopleTable
    vocabulary : mapping
        The fields that are wanted.
    given : mapping
        What the person said: their name -> ours, or "skip".
    answers : Answers
        To earlier questions.
    asks : bool
        Whether a column that nobody knows is a question; without it is left out by name.
    beside : sequence of str
        Columns that such tables have as well and that are not taken.

    Raises
    ------
    StudyError
        If ``given`` names a column that the table does not have, or a field that is none.
    """
    stated = _stated(table, vocabulary, given)
    names, other = known_names(vocabulary), {column_key(name, with_unit=True) for name in beside}
    fields: dict[int, str] = {}
    notes: list[str] = []
    questions: list[Question] = []
    left_out: list[str] = []
    for position, column in enumerate(table.columns):
        field = stated.get(position) or _field_of(column, names)
        if not column and field is None and _is_blank(table, position):
            continue
        if field is None and (_is_administrative(column, other) or not asks):
            field = SKIP
        if field is None or field in fields.values():
            question = _question(position, column, field, vocabulary, names)
            field, column = answers.to(question), question.column
            if field != SKIP and (field not in vocabulary or field in fields.values()):
                questions.append(question)
                continue
        if field == SKIP or field is None:
            left_out.append(column)
            continue
        fields[position] = field
        if column_key(column, with_unit=True) != column_key(field, with_unit=True):
            notes.append(f"column {column!r} is taken as {field}")
    if left_out:
        notes.append(f"columns left out: {first_of(left_out, 8)}")
    return ColumnPlan(fields, tuple(notes), tuple(questions))


def _is_blank(table: PeopleTable, position: int) -> bool:
    return all(not line.cells[position].strip() for line in table.lines)


def _is_administrative(column: str, other: set[str]) -> bool:
    """Names, birth dates and counters are never taken; neither is what such tables have as well."""
    listed = words_of("identities") | words_of("counters")
    return column_key(column) in listed or column_key(column, with_unit=True) in other


def _stated(table: PeopleTable, vocabulary: Vocabulary, given: Mapping[str, str]) -> dict[int, str]:
    keys = [column_key(column, with_unit=True) for column in table.columns]
    stated = {}
    for theirs, ours in given.items():
        if column_key(theirs, with_unit=True) not in keys:
            raise StudyError(
                f"{table.name} has no column {theirs!r}",
                needed="a column of the table before the =",
                found=", ".join(column for column in table.columns if column),
            )
        if ours != SKIP and ours not in vocabulary:
            raise StudyError(
                f"there is no field {ours!r}", needed=f"{SKIP} or one of {', '.join(vocabulary)} after the ="
            )
        stated[keys.index(column_key(theirs, with_unit=True))] = ours
    return stated


def _question(
    position: int, column: str, field: str | None, vocabulary: Vocabulary, names: Mapping[str, str]
) -> Question:
    if field is not None:
        return Question("column", column, column, (), f"a second column for {field}", SKIP)
    near = difflib.get_close_matches(column_key(column), names, n=1, cutoff=0.85)
    # A column that speaks of a field is never proposed to be left out.
    speaks = [word for word in column_key(column).split() if word in names and word not in _EVERYDAY]
    why = "which field is it?" if near or speaks else "not a known column"
    name = column or f"column {position + 1}, without a name"
    proposal = names[near[0]] if near else "" if speaks else SKIP
    return Question("column", name, name, (), why, proposal)
