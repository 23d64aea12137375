"""What a table would change, line by line, before it is taken over: green, amber, red."""

from typing import Any

import qt
from slicer.i18n import tr as _

from HER2LowMRILib.files.table_questions import Answers, Question
from HER2LowMRILib.gui.page import fill_table, set_columns

TAKEN, PROPOSED, ASKED = "taken", "proposed", "asked"
_COLOURS = {TAKEN: "#dcefdc", PROPOSED: "#fbf0cf", ASKED: "#f6d5d2"}


class ImportList:
    """A table of a panel: state, where, what, and an answer for every question.

    Parameters
    ----------
    table : QTableWidget
        With four columns.
    """

    def __init__(self, table: object):
        self._table = table
        set_columns(table, 2, wrap=True)
        self._edits: dict[Question, object] = {}
        self._colours: list[str] = []
        table.visible = False

    @property
    def states(self) -> list[str]:
        """State of each line."""
        return list(self._colours)

    def clear(self) -> None:
        """Show nothing."""
        self._table.setRowCount(0)
        self._edits, self._colours = {}, []
        self._table.visible = False

    def show(self, plan: Any) -> None:
        """Show what a table would do; questions first, what is proposed stands in the answer.

        Parameters
        ----------
        plan
            ``table`` (UnderstoodTable), ``problems`` (texts) and ``changes``, each with ``case_id`` and its words.
        """
        self.clear()
        asked = [question for question in plan.table.questions if not question.proposal]
        proposed = [question for question in plan.table.questions if question.proposal]
        lines = [(ASKED, _("table"), problem, None) for problem in plan.problems]
        lines += [(ASKED, self._where(question), self._what(question), question) for question in asked]
        lines += [(PROPOSED, self._where(question), self._what(question), question) for question in proposed]
        lines += [(TAKEN, change.case_id, str(change).split("  ", 1)[1], None) for change in plan.changes]
        lines += [(TAKEN, _("table"), note, None) for note in plan.table.notes]
        fill_table(self._table, [("", where, what, "") for _state, where, what, _question in lines])
        for row, (state, _where, _what, question) in enumerate(lines):
            self._mark(row, state)
            if question is not None:
                self._offer(row, question)
        self._table.visible = bool(lines)

    def answers(self) -> Answers:
        """What stands in the answers."""
        given = {question.key: edit.text.strip() for question, edit in self._edits.items()}
        return Answers({key: answer for key, answer in given.items() if answer})

    def _mark(self, row: int, state: str) -> None:
        words = {TAKEN: _("taken"), PROPOSED: _("proposed"), ASKED: _("asked")}
        label = qt.QLabel(words[state])
        label.styleSheet = f"background: {_COLOURS[state]}; color: black; padding: 2px;"
        self._table.setCellWidget(row, 0, label)
        self._colours.append(state)

    def _offer(self, row: int, question: Question) -> None:
        edit = qt.QLineEdit()
        edit.text = question.proposal
        edit.setObjectName(f"importAnswer_{row}")
        edit.setToolTip(_('The right value, or "skip" to leave it out'))
        self._table.setCellWidget(row, 3, edit)
        self._edits[question] = edit

    @staticmethod
    def _where(question: Question) -> str:
        rows = _("row {rows}").format(rows=question.rows_text) if question.rows else _("column")
        return f"{rows}, {question.column}"

    @staticmethod
    def _what(question: Question) -> str:
        found = "" if question.kind in ("column", "case") else f"{question.found}: "
        return f"{found}{question.why}"
