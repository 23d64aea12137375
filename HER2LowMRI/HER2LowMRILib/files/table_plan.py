"""What taking a person's table over would do: looked at first, and refused as long as something is open."""

from dataclasses import dataclass
from typing import ClassVar

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.table_questions import ANSWERS_FILE, refuse_open
from HER2LowMRILib.files.understood_table import UnderstoodTable


@dataclass(frozen=True)
class TablePlan:
    """A table that is taken whole or not at all.

    Attributes
    ----------
    table : UnderstoodTable
        The table, with its questions.
    problems : tuple of str
        Rows that cannot be taken, and why.
    WHAT, NOTHING : str
        What the table is called, and what to say where it is refused.
    """

    table: UnderstoodTable
    problems: tuple[str, ...]
    WHAT: ClassVar[str]
    NOTHING: ClassVar[str]

    def check(self) -> None:
        """Refuse a table that leaves something open.

        Raises
        ------
        StudyError
            If there is a question, or a row that cannot be taken; nothing is taken then.
        """
        refuse_open(self.table.questions, self.WHAT, f"Fill in the column answer of {ANSWERS_FILE}")
        if self.problems:
            more = f" (and {len(self.problems) - 1} more)" if self.problems[1:] else ""
            raise StudyError(f"{self.problems[0]}{more}", todo=self.NOTHING)
