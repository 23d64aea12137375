"""Cohort tables as people wrote them, in our names and words: what `table` and `her2_groups` then read.

Columns by name, label, synonym or as the person says; words of clinic fields and descriptors as ids. A word that can be
read in two ways is a question, because a group made of it would be a guess; numbers keep their digits and are read by
`files.locale_numbers`.
"""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from HER2LowMRILib.cohort.variables import study_variables
from HER2LowMRILib.core.cell_meaning import Doubt, Meaning, habits_of, read_cell
from HER2LowMRILib.core.columns import column_names
from HER2LowMRILib.core.errors import AnalysisError, StudyError
from HER2LowMRILib.core.lexicon import Item, Lexicon, clinic_fields
from HER2LowMRILib.core.table_words import column_key, folded, plain, words_of
from HER2LowMRILib.files.budget import sha256_of
from HER2LowMRILib.files.column_meaning import CASE_COLUMNS, is_header, plan_columns
from HER2LowMRILib.files.people_table import PeopleTable, read_people_table, repeated_names
from HER2LowMRILib.files.table_questions import Question
from HER2LowMRILib.files.understood_table import TableWishes, answered_cell

if TYPE_CHECKING:
    import pandas as pd

_BARE_NUMBER = re.compile(r"[-+0-9.,eE\u2212 ]+")
# Columns of features.csv whose words are those of a coordinator's field.
_FIELD_OF = {"her2_ish": "her2_ish_result"}
_MORE_COLUMNS = (
    "reader", "her2_group", "her2_ish", "hr", "lexicon_edition", "synthetic", "her2_reason", "patient", "site",
    "scanner", "reader_1", "reader_2", "dice", "hausdorff_95_mm", "repeat",
)  # fmt: skip


@dataclass(frozen=True)
class PeopleRows:
    """A table in our names.

    Attributes
    ----------
    frame : DataFrame
        Cells as text without blanks around, None for blank; columns that nobody knows keep their names.
    notes : list of str
        Columns that are called otherwise, words that were taken as others.
    sha256 : str
        Of the file.
    questions, asked : list of Question
        What is open, and all that was asked.
    """

    frame: "pd.DataFrame"
    notes: list[str]
    sha256: str
    questions: list[Question] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)


def read_people_rows(path: Path, wishes: TableWishes | None = None) -> PeopleRows:
    """Read a table and give its columns our names.

    Parameters
    ----------
    path : Path
        CSV or .xlsx.
    wishes : TableWishes, optional
        What the person says beside it.

    Raises
    ------
    AnalysisError
        If it is not a table.
    """
    import pandas as pd

    wishes = wishes or TableWishes()
    try:
        digest = sha256_of(Path(path), StudyError)
        table = read_people_table(Path(path), functools.partial(is_header, _vocabulary()), wishes.sheet)
        plan = plan_columns(table, _vocabulary(), wishes.columns, wishes.answers, asks=False)
    except StudyError as error:
        raise AnalysisError(error.what, needed=error.needed, found=error.found, todo=error.todo) from error
    twice = list(repeated_names(table.columns))
    if twice:
        raise AnalysisError(f"{Path(path).name} has a column twice", found=", ".join(twice))
    names = _names(table, plan.fields)
    rows = [{name: line.cells[i].strip() or None for i, name in names.items()} for line in table.lines]
    notes = [note for note in plan.notes if "is taken as" in note]
    questions = [question for question in plan.questions if wishes.answers.to(question) is None]
    frame = pd.DataFrame(rows, columns=list(names.values()), dtype=object)
    return PeopleRows(frame, notes, digest, questions, list(plan.questions))


@functools.cache
def _vocabulary() -> dict[str, Item | None]:
    """Columns that an analysis can use; clinic fields and descriptors also by their labels and synonyms."""
    variables = study_variables()
    return {
        **dict.fromkeys(CASE_COLUMNS),
        **{name: None for name in variables if name not in ("ki67_high",)},
        **{item.id: None for item in clinic_fields().items if item.exported},
        **dict.fromkeys(_MORE_COLUMNS),
        # Under any capitals, as REDCap writes them.
        **dict.fromkeys((*column_names("features"), *column_names("readings"))),
    }


def _names(table: PeopleTable, fields: Mapping[int, str]) -> dict[int, str]:
    names = {i: fields.get(i, column) for i, column in enumerate(table.columns) if column or i in fields}
    if "case_id" not in names.values():
        names = {i: "case_id" if name in ("patient_id", "patient") else name for i, name in names.items()}
    # What a person calls "FISH" is the column that an export calls her2_ish.
    if "her2_ish" not in names.values():
        names = {i: "her2_ish" if name == "her2_ish_result" else name for i, name in names.items()}
    return names


def in_our_words(read: PeopleRows, lexicon: Lexicon, wishes: TableWishes | None = None) -> PeopleRows:
    """Give the words of clinic fields and descriptors as ids.

    Parameters
    ----------
    read : PeopleRows
        From `read_people_rows`.
    lexicon : Lexicon
        The edition of its descriptors.
    wishes : TableWishes, optional
        Answers to questions.

    Returns
    -------
    PeopleRows
        A copy. Descriptors that no one can tell stay as they are: the analysis names them.
    """
    import pandas as pd

    wishes = wishes or TableWishes()
    frame, notes = read.frame.copy(), list(read.notes)
    questions, asked = list(read.questions), list(read.asked)
    beside: dict[str, dict[int, object]] = {}
    for name, item in _items(frame, lexicon):
        column = _Column(name, item, frame[name].tolist(), is_clinic=item.id in clinic_fields())
        column.read(wishes)
        frame[name] = pd.Series(column.cells, dtype=object)
        notes += column.notes
        questions += column.questions
        asked += column.asked
        for place, also in column.also.items():
            for field_name, value in also.items():
                beside.setdefault(field_name, {})[place] = value
    for field_name, values in beside.items():
        questions += _put_beside(frame, field_name, values)
    return PeopleRows(frame, notes, read.sha256, questions, asked)


def _items(frame: "pd.DataFrame", lexicon: Lexicon) -> Iterator[tuple[str, Item]]:
    for name in frame:
        item = clinic_fields().get(_FIELD_OF.get(name, name)) or lexicon.get(name)
        if item is not None and item.kind != "text":
            yield name, item


class _Column:
    """One column, word by word."""

    def __init__(self, name: str, item: Item, cells: list[str | None], *, is_clinic: bool):
        self.name, self.item, self.cells = name, item, list(cells)
        self._is_clinic = is_clinic
        self.notes: list[str] = []
        self.questions: list[Question] = []
        self.asked: list[Question] = []
        self.also: dict[int, Mapping[str, object]] = {}

    def read(self, wishes: TableWishes) -> None:
        """Replace each word that can be told."""
        habits = habits_of(self.item, [cell or "" for cell in self.cells])
        places: dict[str, list[int]] = {}
        for place, cell in enumerate(self.cells):
            if cell is not None:
                places.setdefault(cell, []).append(place)
        for cell, rows in places.items():
            read = read_cell(self.item, cell, habits)
            meaning = self._ask(cell, rows, read, wishes) if isinstance(read, Doubt) else read
            if meaning is not None:
                self._take(cell, rows, meaning)

    def _ask(self, cell: str, rows: Sequence[int], doubt: Doubt, wishes: TableWishes) -> Meaning | None:
        # Numbers and units have their own questions; an unknown word of a descriptor is named as missing.
        if self.item.kind != "choice" or not self._is_clinic:
            return None
        numbers = tuple(row + 2 for row in rows)
        question = Question("value", self.name, plain(cell)[:60], numbers, doubt.why, doubt.proposal)
        self.asked.append(question)
        answer = wishes.answers.to(question)
        meaning = answered_cell(self.item, doubt, answer) if answer is not None else None
        if meaning is None:
            self.questions.append(question)
        return meaning

    def _take(self, cell: str, rows: Sequence[int], meaning: Meaning) -> None:
        if self.item.kind != "choice" and (meaning.value is None or _BARE_NUMBER.fullmatch(cell)):
            # A bare number keeps its digits and its sign, which the whole table tells; missing is known there.
            return
        text = None if meaning.value is None else str(meaning.value)
        for row in rows:
            self.cells[row] = text
            if meaning.also:
                self.also[row] = meaning.also
        # The code of a REDCap export, and yes and no, mean one thing only.
        usual = folded(cell) in words_of("yes") | words_of("no") | {(text or "").replace("+", "plus")}
        usual = usual or column_key(text or "") == column_key(cell)
        if meaning.note and text is not None and not usual:
            self.notes.append(f"{self.name}: {plain(cell)[:30]!r} is taken as {text} ({len(rows)})")


def _put_beside(frame: "pd.DataFrame", name: str, values: Mapping[int, object]) -> list[Question]:
    """Fields that stood in a cell of another column, as in "2+ (FISH-)"."""
    import pandas as pd

    column = "her2_ish" if name == "her2_ish_result" else name
    cells = frame[column].tolist() if column in frame else [None] * len(frame)
    differing = [row for row, value in values.items() if cells[row] not in (None, str(value))]
    for row, value in values.items():
        cells[row] = cells[row] or str(value)
    frame[column] = pd.Series(cells, dtype=object)
    if not differing:
        return []
    rows = tuple(row + 2 for row in differing)
    return [
        Question(
            "conflict", column, "her2_ihc", rows, "the cell of her2_ihc says otherwise; correct the table"
        )
    ]
