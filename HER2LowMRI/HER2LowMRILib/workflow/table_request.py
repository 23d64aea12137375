"""What a person says beside a table - columns, answers, sheet - and the answers that are kept for the next time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.table_questions import (
    ANSWERS_FILE,
    Answers,
    Question,
    questions_to_bytes,
    read_answers,
)
from HER2LowMRILib.files.understood_table import TableWishes, UnderstoodTable
from HER2LowMRILib.files.verified_write import write_verified

# Lines of a list that a person reads at one glance.
_SHOWN = 60


@dataclass(frozen=True)
class TableRequest:
    """A table that a person wants to be taken.

    Attributes
    ----------
    table : Path
        CSV or .xlsx.
    columns : mapping
        Their name of a column -> ours, or "skip".
    answers : Path or None
        A file of answers beside the kept one.
    accept_proposals, skip_columns : bool
        Settle what is proposed, and leave columns out that are not known.
    sheet : str or None
        Of an .xlsx file with several.
    """

    table: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Path | None = None
    accept_proposals: bool = False
    skip_columns: bool = False
    sheet: str | None = None

    def wishes(self, kept: Path | None) -> TableWishes:
        """What the reader of the table is told; ``kept`` is the role's own file of answers.

        Raises
        ------
        StudyError
            If a file of answers is none.
        """
        answers = Answers()
        for file in (kept if kept is not None and kept.exists() else None, self.answers):
            if file is not None:
                answers += read_answers(file)
        answers = answers.accepting(self.accept_proposals, self.skip_columns)
        return TableWishes(self.columns, answers, self.sheet)


def keep_answers(kept: Path, table: UnderstoodTable, wishes: TableWishes) -> None:
    """Write the questions about a table with their answers so far into the role's file, beside earlier ones."""
    if table.asked:
        old = kept if kept.exists() else None
        write_verified(kept, questions_to_bytes(table.asked, wishes.answers, old))


def question_lines(questions: tuple[Question, ...]) -> list[str]:
    """All questions as one list, in words."""
    lines = [f"? {question}" for question in questions[:_SHOWN]]
    if questions[_SHOWN:]:
        lines.append(f"? and {counted(len(questions) - _SHOWN, 'more question')} in {ANSWERS_FILE}")
    return lines
