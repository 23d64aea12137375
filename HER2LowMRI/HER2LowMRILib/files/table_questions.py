"""Questions about a person's table, and the file in which they are answered once.

The file is itself a table (CSV or .xlsx): a person fills in the column ``answer`` - "yes" for what is proposed,
"skip" to leave it out, or the right value - and gives it back. It is kept, so that nobody is asked twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.table_words import column_key, folded
from HER2LowMRILib.core.wording import counted, first_of
from HER2LowMRILib.files.people_table import read_people_table
from HER2LowMRILib.files.row_csv import rows_to_bytes

ANSWERS_FILE = "table_answers.csv"
COLUMNS = ("question", "column", "found", "rows", "why", "proposed", "answer")
SKIP = "skip"
_YES = frozenset(("yes", "y", "ja", "j", "ok", "true", "是", "oui", "si", "1"))
_SKIP = frozenset((SKIP, "missing", "leave out", "leave it out", "none", "-", "weglassen", "跳过"))
_NAMED_ROWS = 6


@dataclass(frozen=True)
class Question:
    """One thing that a table leaves open.

    Attributes
    ----------
    kind : {"column", "value", "habit", "conflict", "case"}
        What is asked: what a column is, what a cell means, how a whole column is written, which of two values of one
        case is right, which case a row is of.
    column : str
        What the column is called in the table.
    found : str
        What stood there; of a case a token, because it may be a patient's id.
    rows : tuple of int
        Where, as a spreadsheet counts.
    why : str
        What is not clear.
    proposal : str
        What "yes" takes; "" where nothing is proposed.
    """

    kind: str
    column: str
    found: str
    rows: tuple[int, ...]
    why: str
    proposal: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What an answer is kept under."""
        return self.kind, column_key(self.column, with_unit=True), folded(self.found)

    @property
    def rows_text(self) -> str:
        """The rows, the first few of them by number."""
        return first_of(self.rows, _NAMED_ROWS)

    def __str__(self) -> str:
        where = f"{'row' if len(self.rows) == 1 else 'rows'} {self.rows_text}, " if self.rows else ""
        found = "" if self.kind in ("column", "case") else f" {self.found!r}"
        proposed = f" Proposed: {self.proposal}" if self.proposal else " Nothing is proposed"
        why = self.why if self.why.endswith("?") else f"{self.why}."
        return f"{where}{self.column or 'no column name'}{found}: {why}{proposed}"


class Answers:
    """What a person answered.

    Parameters
    ----------
    given : mapping
        `Question.key` -> answer.
    accept_proposals : bool
        Take what is proposed wherever no answer was given.
    skip_columns : bool
        Leave columns out that are not known.
    """

    def __init__(
        self,
        given: Mapping[tuple[str, str, str], str] | None = None,
        *,
        accept_proposals: bool = False,
        skip_columns: bool = False,
    ):
        self._given = dict(given or {})
        self._accept, self._skip_columns = accept_proposals, skip_columns

    def to(self, question: Question) -> str | None:
        """The answer to a question, "yes" replaced by the proposal; None while it is open."""
        answer = self._given.get(question.key)
        if answer is None and question.kind == "column" and self._skip_columns:
            return SKIP
        if answer is None:
            return question.proposal or None if self._accept else None
        word = folded(answer)
        if word in _SKIP:
            return SKIP
        if word in _YES and question.proposal:
            return question.proposal
        return answer

    def accepting(self, accept_proposals: bool, skip_columns: bool) -> "Answers":
        """The same answers; the proposals or unknown columns settled as asked."""
        return Answers(self._given, accept_proposals=accept_proposals, skip_columns=skip_columns)

    def __add__(self, other: "Answers") -> "Answers":
        """Both; the other one's answer counts where both have one."""
        return Answers(
            self._given | other._given,
            accept_proposals=self._accept or other._accept,
            skip_columns=self._skip_columns or other._skip_columns,
        )


def read_answers(path: Path) -> Answers:
    """Read a file of answers; lines without an answer are still open.

    Raises
    ------
    StudyError
        If it is not such a file.
    """
    rows = _rows(path)
    return Answers({_key(row): row["answer"] for row in rows if row["answer"].strip()})


def _rows(path: Path) -> list[dict[str, str]]:
    table = read_people_table(path)
    names = [column.strip().lower() for column in table.columns]
    absent = {"question", "column", "found", "answer"} - set(names)
    if absent:
        raise StudyError(
            f"{path.name} is not a file of answers",
            needed=f"the columns {', '.join(COLUMNS)}",
            found=f"no {', '.join(sorted(absent))}",
        )
    return [dict.fromkeys(COLUMNS, "") | dict(zip(names, line.cells, strict=True)) for line in table.lines]


def _key(row: Mapping[str, str]) -> tuple[str, str, str]:
    return folded(row["question"]), column_key(row["column"], with_unit=True), folded(row["found"])


def questions_to_bytes(
    questions: Iterable[Question], answers: Answers | None = None, kept: Path | None = None
) -> bytes:
    """Content of a file of answers: what was asked before, then these questions with their answers so far.

    Parameters
    ----------
    questions : iterable of Question
    answers : Answers, optional
        Given so far.
    kept : Path, optional
        The file as it is, whose lines stay.
    """
    lines: dict[tuple[str, str, str], dict[str, str]] = {}
    if kept is not None and kept.exists():
        lines = {_key(row): {name: row[name] for name in COLUMNS} for row in _rows(kept)}
    for question in questions:
        old = lines.get(question.key, {})
        answer = answers.to(question) if answers is not None else None
        lines[question.key] = {
            "question": question.kind,
            "column": question.column,
            "found": question.found,
            "rows": question.rows_text,
            "why": question.why,
            "proposed": question.proposal,
            "answer": answer or old.get("answer", ""),
        }
    return rows_to_bytes(lines.values(), COLUMNS)


def refuse_open(questions: Iterable[Question], name: str, todo: str) -> None:
    """Raise where questions are open: a table is taken whole or not at all.

    Raises
    ------
    StudyError
        Says how many; the list itself is for the caller to show.
    """
    count = sum(1 for _ in questions)
    if count:
        raise StudyError(
            f"{name} was not taken over: {counted(count, 'question')} open, nothing was changed", todo=todo
        )


def merged(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Each question once, with all its rows."""
    found: dict[tuple[str, str, str], Question] = {}
    for question in questions:
        old = found.get(question.key)
        rows = question.rows if old is None else tuple(dict.fromkeys((*old.rows, *question.rows)))
        found[question.key] = replace(question, rows=rows)
    return tuple(found.values())
