"""A person's table, understood: each row with its case and its answers, what was taken how, and what is asked.

Nothing is written here and nothing is guessed; `questions` is empty when every cell could be told or was answered.
"""

import functools
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from HER2LowMRILib.core.cell_meaning import Doubt, Meaning, habits_of, read_cell
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.lexicon import Answer, Item, shown
from HER2LowMRILib.core.table_words import folded, plain, says_missing, words_of
from HER2LowMRILib.core.wording import counted, first_of
from HER2LowMRILib.files.column_meaning import CASE_COLUMNS, Vocabulary, is_header, plan_columns
from HER2LowMRILib.files.people_table import PeopleTable, read_people_table
from HER2LowMRILib.files.table_questions import SKIP, Answers, Question, merged


@dataclass(frozen=True)
class FoundCase:
    """What an id of a table was found to be.

    Attributes
    ----------
    case_id : str or None
        The case; None where there is none.
    note : str
        Where it did not stand there so.
    why, proposal : str
        Of a question; "" where there is none.
    leave_out : str
        Why the row is left out without asking; "" where it is not.
    """

    case_id: str | None
    note: str = ""
    why: str = ""
    proposal: str = ""
    leave_out: str = ""


# (text of the cell, field it stood in) -> case.
FindCase = Callable[[str, str], FoundCase]
# (text of the cell, row) -> what an answer about it is kept under; never the id itself.
Token = Callable[[str, int], str]


@dataclass(frozen=True)
class TableWishes:
    """What the person says beside the table.

    Attributes
    ----------
    columns : mapping
        Their name of a column -> ours, or "skip".
    answers : Answers
        To questions asked before.
    sheet : str or None
        Of an .xlsx file with several.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    sheet: str | None = None


@dataclass(frozen=True)
class UnderstoodRow:
    """One row: number as a spreadsheet counts, case, field -> answer (blank cells are not in it), raw cells."""

    number: int
    case_id: str
    values: Mapping[str, Answer]


@dataclass(frozen=True)
class UnderstoodTable:
    """What a table says.

    Attributes
    ----------
    name : str
        Name of the file.
    fields : tuple of str
        The fields that have a column.
    rows : tuple of UnderstoodRow
        In the order of the table.
    notes : tuple of str
        How it was read: encoding, columns, words that were taken as values, what was left out.
    questions : tuple of Question
        What is open; while there is one, the table must not be taken.
    asked : tuple of Question
        All questions, answered ones included: what the file of answers keeps.
    wanted : mapping of str to str
        Fields that no column was found for -> their label, "" where there is none.
    """

    name: str
    fields: tuple[str, ...]
    rows: tuple[UnderstoodRow, ...]
    notes: tuple[str, ...]
    questions: tuple[Question, ...]
    asked: tuple[Question, ...]
    wanted: Mapping[str, str] = field(default_factory=dict)

    def with_notes(self, *notes: str) -> "UnderstoodTable":
        """The same table with more to say about it."""
        return replace(self, notes=(*self.notes, *notes))

    def with_questions(self, asked: tuple[Question, ...], still: tuple[Question, ...]) -> "UnderstoodTable":
        """The same table with more questions."""
        return replace(self, questions=(*self.questions, *still), asked=(*self.asked, *asked))


def read_understood(
    path: Path,
    vocabulary: Vocabulary,
    find_case: FindCase,
    token: Token,
    wishes: TableWishes | None = None,
    *,
    what: str,
    needed: str,
    beside: Sequence[str] = (),
    is_known: Callable[[Sequence[str]], bool] | None = None,
    once_per: Callable[[UnderstoodRow], object] | None = None,
) -> UnderstoodTable:
    """Read a table and understand it.

    Parameters
    ----------
    path : Path
        CSV or .xlsx.
    vocabulary : mapping
        Field -> item, None for text; ``case_id`` and ``patient_id`` are added.
    find_case, token : callable
        Of the study: which case an id is, and what an answer about it is kept under.
    wishes : TableWishes, optional
        What the person says beside it.
    what, needed : str
        What the table is, and what it needs, for the error.
    beside : sequence of str
        Columns that are not taken and not asked about.
    is_known : callable, optional
        Whether the fields found make such a table; at least one field if left out.
    once_per : callable, optional
        What each row is of: rows of one are put together, where they do not contradict each other.

    Raises
    ------
    StudyError
        If it is not such a table.
    """
    wishes = wishes or TableWishes()
    wanted: dict[str, Item | None] = {**dict.fromkeys(CASE_COLUMNS), **vocabulary}
    table = read_people_table(path, functools.partial(is_header, wanted), wishes.sheet)
    plan = plan_columns(table, wanted, wishes.columns, wishes.answers, beside=beside)
    fields = _with_patient_as_id(plan.fields)
    found = [name for name in fields.values() if name not in CASE_COLUMNS]
    if len(found) == len(fields) or not (is_known(found) if is_known else found):
        raise _is_another_table(table, fields, what, needed)
    cases = _CaseReader(table, fields, find_case, token, wishes.answers)
    looked_at = [(line, cases.case_of(line.number, line.cells), cases.may_be_a_case) for line in table.lines]
    # Nobody is asked about the cells of a row that is of no case, and a total tells nothing of how numbers are written.
    kept = [(line, case_id) for line, case_id, may_be in looked_at if may_be]
    reader = _CellReader(
        replace(table, lines=tuple(line for line, _ in kept)), wanted, fields, wishes.answers
    )
    rows = []
    for line, case_id in kept:
        values = reader.values_of(line.number, line.cells)
        if case_id is not None:
            rows.append(UnderstoodRow(line.number, case_id, values))
    if once_per:
        rows = reader.put_together(rows, once_per)
    asked = merged((*plan.questions, *cases.asked, *reader.asked))
    still = merged((*plan.questions, *cases.open, *reader.open))
    notes = (*table.notes, *plan.notes, *cases.notes(), *reader.notes())
    taken = {*CASE_COLUMNS, *fields.values()}
    open_fields = {name: item.label if item else "" for name, item in wanted.items() if name not in taken}
    return UnderstoodTable(path.name, tuple(fields.values()), tuple(rows), notes, still, asked, open_fields)


def _is_another_table(table: PeopleTable, fields: Mapping[int, str], what: str, needed: str) -> StudyError:
    others = sorted(name for i, name in enumerate(table.columns) if name and i not in fields)
    found = first_of(others, 5) or "no case"
    return StudyError(what, needed=needed, found=found, todo="--map THEIRS=OURS says what a column is")


def _with_patient_as_id(fields: Mapping[int, str]) -> dict[int, str]:
    """A column `patient` is the id where there is no other, and says which cases are of one patient where there is."""
    if any(name in CASE_COLUMNS for name in fields.values()):
        return dict(fields)
    return {position: "patient_id" if name == "patient" else name for position, name in fields.items()}


_RAISED = re.compile("[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+$")


class _CaseReader:
    """Which case each row is of."""

    def __init__(
        self, table: PeopleTable, fields: Mapping[int, str], find: FindCase, token: Token, answers: Answers
    ):
        self._columns = [
            (position, table.columns[position], name)
            for name in CASE_COLUMNS
            for position, found in fields.items()
            if found == name
        ]
        self._find, self._token, self._answers = find, token, answers
        # Of the row looked at last: whether its case is asked, and not left out.
        self.may_be_a_case = True
        self._beside: dict[str, list[int]] = {}
        self.asked: list[Question] = []
        self.open: list[Question] = []
        self._noted: Counter[str] = Counter()

    def case_of(self, number: int, cells: Sequence[str]) -> str | None:
        """The case of a row; None where it is left out or asked."""
        self.may_be_a_case = True
        # A raised digit points to a remark: "P1²" is not P12.
        named = [(plain(_RAISED.sub("*", cells[i])), column, name) for i, column, name in self._columns]
        stated = [(text, column, name) for text, column, name in named if text]
        if len(stated) == 1 and (why := self._is_no_case(*stated[0], cells)):
            self.may_be_a_case = False
            self._beside.setdefault(why, []).append(number)
            return None
        if not stated:
            # By content, so that the answer is never taken for that row of another table.
            token = f"row {number}, {hashlib.sha256(repr(cells).encode()).hexdigest()[:8]}"
            nameless = FoundCase(None, why="the row names no case", proposal=SKIP)
            return self._ask(number, self._columns[0][1], token, nameless)
        found = [self._find(text, name) for text, _, name in stated]
        ids = {case.case_id for case in found if case.case_id is not None}
        text, column, _ = stated[0]
        token = self._token(text, number)
        if len(ids) > 1:
            two = FoundCase(None, why="case id and patient id are of two cases")
            return self._ask(number, column, token, two)
        if ids:
            case = next(case for case in found if case.case_id is not None)
            if case.note:
                self._noted[case.note] += 1
            return case.case_id
        if found[0].leave_out:
            self.may_be_a_case = False
            self._noted[found[0].leave_out] += 1
            return None
        return self._ask(number, column, token, found[0])

    def _is_no_case(self, text: str, _column: str, name: str, cells: Sequence[str]) -> str:
        """What a row is that is not of a case: a total, or a remark below the table; "" where it may be of one."""
        found = self._find(text, name)
        if found.case_id is not None or found.proposal != SKIP:
            return ""
        if folded(text).rstrip(":.") in words_of("totals"):
            return "totals"
        alone = sum(bool(plain(cell)) for cell in cells) == 1
        return "remarks without values" if alone and " " in text else ""

    def _ask(self, number: int, column: str, token: str, case: FoundCase) -> str | None:
        question = Question("case", column, token, (number,), case.why, case.proposal)
        self.asked.append(question)
        self.may_be_a_case = case.proposal != SKIP
        answer = self._answers.to(question)
        if answer == SKIP:
            self.may_be_a_case = False
            self._noted["row left out, as answered"] += 1
            return None
        if answer is not None:
            case = self._find(plain(answer), "case_id")
            if case.case_id is not None:
                self.may_be_a_case = True
                return case.case_id
        self.open.append(question)
        return None

    def notes(self) -> list[str]:
        """What was done to ids, in words."""
        notes = [f"{counted(count, 'row')}: {note}" for note, count in self._noted.items()]
        for what, rows in self._beside.items():
            notes.append(f"{what}, left out: row{'s' if rows[1:] else ''} {first_of(rows, 8)}")
        return notes


class _CellReader:
    """What each cell means."""

    def __init__(
        self, table: PeopleTable, vocabulary: Vocabulary, fields: Mapping[int, str], answers: Answers
    ):
        self._table, self._vocabulary, self._answers = table, vocabulary, answers
        self._fields = {i: name for i, name in fields.items() if name not in CASE_COLUMNS}
        self._habits = {
            i: habits_of(item, [line.cells[i] for line in table.lines])
            for i, name in self._fields.items()
            if (item := vocabulary[name]) is not None
        }
        self._read = functools.cache(self._understand)
        self.asked: list[Question] = []
        self.open: list[Question] = []
        self._taken: Counter[tuple[str, str, str]] = Counter()
        self._together_rows: list[tuple[int, ...]] = []

    def values_of(self, number: int, cells: Sequence[str]) -> dict[str, Answer]:
        """Field -> answer of one row; questions are kept."""
        values: dict[str, Answer] = {}
        beside: list[tuple[int, str, Answer]] = []
        for i, name in self._fields.items():
            meaning = self._meaning(i, name, cells[i], number)
            if meaning.value is not None:
                values[name] = meaning.value
            beside += [(i, field, value) for field, value in meaning.also.items()]
        for i, name, value in beside:
            if name in self._vocabulary and values.setdefault(name, value) != value:
                values[name] = self._settle(i, name, (values[name], value), number)
        return {name: value for name, value in values.items() if value is not None}

    def _meaning(self, i: int, name: str, cell: str, number: int) -> Meaning:
        item = self._vocabulary[name]
        if item is None:
            return Meaning(None if not plain(cell) else cell)
        meaning, question = self._read(i, name, cell)
        column = self._table.columns[i]
        if question is not None:
            placed = Question(
                question.kind, column, question.found, (number,), question.why, question.proposal
            )
            self.asked.append(placed)
            if meaning is None:
                self.open.append(placed)
        if meaning is None:
            return Meaning(None)
        if meaning.note:
            self._taken[column, shown(plain(cell), 30), meaning.note] += 1
        return meaning

    def _understand(self, i: int, name: str, cell: str) -> tuple[Meaning | None, Question | None]:
        item = self._vocabulary[name]
        assert item is not None
        found = read_cell(item, cell, self._habits[i])
        if isinstance(found, Meaning):
            return found, None
        question = Question(
            "habit" if found.habit else "value",
            self._table.columns[i],
            found.habit or plain(cell)[:60],
            (),
            found.why,
            _HABITS.get(found.habit, found.proposal),
        )
        answer = self._answers.to(question)
        return (None if answer is None else answered_cell(item, found, answer)), question

    def _settle(self, i: int, name: str, both: tuple[Answer, Answer], number: int) -> Answer:
        found = " / ".join(str(value) for value in both)
        why = f"two values of {name} in one row"
        return self.settle(self._table.columns[i], name, found, why, (number,))

    def put_together(
        self, rows: Sequence[UnderstoodRow], of: Callable[[UnderstoodRow], object]
    ) -> list[UnderstoodRow]:
        """Rows of one case become one; where they differ in a field, that is asked."""
        groups: dict[object, list[UnderstoodRow]] = {}
        for row in rows:
            groups.setdefault(of(row), []).append(row)
        return [group[0] if len(group) == 1 else self._together(group) for group in groups.values()]

    def _together(self, group: Sequence[UnderstoodRow]) -> UnderstoodRow:
        numbers = tuple(row.number for row in group)
        values: dict[str, Answer] = {}
        for name in dict.fromkeys(name for row in group for name in row.values):
            stated = list(dict.fromkeys(row.values[name] for row in group if name in row.values))
            column = next(
                (self._table.columns[i] for i, field in self._fields.items() if field == name), name
            )
            found = f"{group[0].case_id}: {' / '.join(map(str, stated))}"
            why = f"{len(group)} rows of one case differ"
            values[name] = stated[0] if len(stated) == 1 else self.settle(column, name, found, why, numbers)
        self._together_rows.append(numbers)
        stated_values = {name: value for name, value in values.items() if value is not None}
        return UnderstoodRow(numbers[0], group[0].case_id, stated_values)

    def settle(self, column: str, name: str, found: str, why: str, rows: tuple[int, ...]) -> Answer:
        """Ask which of two values is right; None while that is open."""
        question = Question("conflict", column, found, rows, why)
        self.asked.append(question)
        answer = self._answers.to(question)
        item = self._vocabulary[name]
        if answer is not None and item is not None:
            meaning = answered_cell(item, Doubt(""), answer)
            if meaning is not None:
                return meaning.value
        elif answer is not None:
            return None if answer == SKIP else answer
        self.open.append(question)
        return None

    def notes(self) -> list[str]:
        """Words that were taken as values, rows that were put together."""
        together = "; ".join(" and ".join(map(str, numbers)) for numbers in self._together_rows[:5])
        return ([f"rows of one case put together: {together}"] if together else []) + [
            f"{column}: {found} is taken as {note}" + (f" ({counted(count, 'row')})" if count > 1 else "")
            for (column, found, note), count in self._taken.items()
        ]


# Habit of a column -> what is proposed for all of it.
_HABITS = {"fractions": "times 100", "percentages": "percentages", "dates": "day first"}


def answered_cell(item: Item, doubt: Doubt, answer: str) -> Meaning | None:
    """What a person's answer to a doubt means; None where the answer itself cannot be told."""
    if doubt.habit and answer != SKIP:
        answer = doubt.proposal if answer == _HABITS[doubt.habit] else doubt.otherwise
        if not answer:
            return None
    if answer == SKIP or says_missing(answer):
        return Meaning(None, "left out, as answered")
    try:
        taken = item.accept(answer.replace(",", ".") if item.kind in ("number", "integer") else plain(answer))
        return Meaning(taken, f"{taken}, as answered")
    except HER2LowMRIError:
        meaning = read_cell(item, answer)
        return meaning if isinstance(meaning, Meaning) else None
