"""What a table would change, line by line, before it is taken over: green, amber, red."""

from collections.abc import Mapping
from typing import Any

import qt
from ctk import ctkComboBox
from slicer.i18n import tr as _

from HER2LowMRILib.files.table_questions import SKIP, Answers, Question
from HER2LowMRILib.gui.lexicon_words import label_text
from HER2LowMRILib.gui.page import fill_table, scroll_to, set_columns, timer

_ANSWER_LETTERS, _CHOICES_PX = 11, 260
_STATE, _WHAT, _ANSWER = range(3)
TAKEN, PROPOSED, ASKED, REFUSED = "taken", "proposed", "asked", "refused"
_COLOURS = {TAKEN: "#dcefdc", PROPOSED: "#fbf0cf", ASKED: "#f6d5d2", REFUSED: "#f6d5d2"}


class ImportList:
    """A table of a panel: state, where and what, and an answer for every question.

    Parameters
    ----------
    table : QTableWidget
        With three columns.
    """

    def __init__(self, table: object):
        self._table = table
        set_columns(table, _WHAT, wrap=True)
        self._edits: dict[Question, object] = {}
        self._fields: dict[str, str] = {}
        self._colours: list[str] = []
        table.visible = False
        # Once the layout knows the list.
        self._come_up = timer(table, 0, True, lambda: scroll_to(table))

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
            ``table`` (UnderstoodTable), ``problems`` (texts) and ``changes``, each with ``case_id`` and its words; of
            a folder also ``not_added`` (texts), which do not keep the rest from being taken.
        """
        self.clear()
        asked = [question for question in plan.table.questions if not question.proposal]
        proposed = [question for question in plan.table.questions if question.proposal]
        lines = [(ASKED, _("table"), problem, None) for problem in plan.problems]
        lines += [(REFUSED, _("folder"), text, None) for text in getattr(plan, "not_added", ())]
        lines += [(ASKED, self._where(question), self._what(question), question) for question in asked]
        lines += [(PROPOSED, self._where(question), self._what(question), question) for question in proposed]
        lines += [(TAKEN, change.case_id, str(change).split("  ", 1)[1], None) for change in plan.changes]
        lines += [(TAKEN, _("table"), note, None) for note in plan.table.notes]
        fill_table(self._table, [("", f"{where}: {what}", "") for _state, where, what, _question in lines])
        for row, (state, _where, _what, question) in enumerate(lines):
            self._mark(row, state)
            if question is not None:
                self._offer(row, question, plan.table.wanted)
        self._table.visible = bool(lines)
        self._come_up.start()

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked, in the order of the lines."""
        return tuple(self._edits)

    def answer(self, question: Question, text: str) -> None:
        """Put an answer into the line of a question."""
        edit = self._edits[question]
        if question.kind == "column":
            edit.setEditText(next((shown for shown, name in self._fields.items() if name == text), text))
        else:
            edit.text = text

    def answers(self) -> Answers:
        """What stands in the answers; a field as it is called in the study."""
        given = {}
        for question, edit in self._edits.items():
            text = (edit.currentText if question.kind == "column" else edit.text).strip()
            given[question.key] = self._fields.get(text, text) if question.kind == "column" else text
        return Answers({key: answer for key, answer in given.items() if answer})

    def _mark(self, row: int, state: str) -> None:
        words = {TAKEN: _("taken"), PROPOSED: _("proposed"), ASKED: _("asked"), REFUSED: _("not added")}
        label = qt.QLabel(words[state])
        label.styleSheet = f"background: {_COLOURS[state]}; color: black; padding: 2px;"
        self._table.setCellWidget(row, _STATE, label)
        self._colours.append(state)

    def _offer(self, row: int, question: Question, wanted: Mapping[str, str]) -> None:
        edit = self._fields_to_choose(wanted) if question.kind == "column" else qt.QLineEdit()
        edit.setObjectName(f"importAnswer_{row}")
        edit.setToolTip(_('The right value, or "skip" to leave it out'))
        self._table.setCellWidget(row, _ANSWER, edit)
        self._edits[question] = edit
        self.answer(question, question.proposal)

    def _fields_to_choose(self, wanted: Mapping[str, str]) -> object:
        """The fields that the table has no column for; another one can be typed."""
        self._fields = {label_text(label) or name: name for name, label in wanted.items()}
        combo = ctkComboBox()
        combo.scrollWheelEffect = ctkComboBox.NeverScroll
        combo.setSizeAdjustPolicy(qt.QComboBox.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(_ANSWER_LETTERS)
        combo.setEditable(True)
        combo.addItems([SKIP, *self._fields])
        # The words are longer than the line.
        combo.view().setMinimumWidth(_CHOICES_PX)
        return combo

    @staticmethod
    def _where(question: Question) -> str:
        rows = _("row {rows}").format(rows=question.rows_text) if question.rows else _("column")
        return f"{rows}, {question.column}"

    @staticmethod
    def _what(question: Question) -> str:
        found = "" if question.kind in ("column", "case") else f"{question.found}: "
        return f"{found}{question.why}"
