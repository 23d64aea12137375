"""Descriptors: the form, answered by keyboard alone; each question is a line, the one at hand is open below."""

from slicer.i18n import tr as _

from HER2LowMRILib.core.lexicon import Item
from HER2LowMRILib.core.size_line import SIZE_ITEM
from HER2LowMRILib.gui.answer_editor import AnswerEditor
from HER2LowMRILib.gui.beside_frame import BesideFrame
from HER2LowMRILib.gui.lexicon_words import definition_text, label_text
from HER2LowMRILib.gui.page import Page, fill_table, set_columns, shortcut
from HER2LowMRILib.gui.wording import counted, size_line_text


class DescriptorsPage(Page):
    """The questions of the study's lexicon."""

    UI, NAME = "DescriptorsPage.ui", "descriptors"

    def title(self) -> str:
        """Name on the page's button."""
        return _("Form")

    def setup(self) -> None:
        """Connect the widgets; once."""
        ui = self.ui
        self._items: tuple[Item, ...] = ()
        self.editor = AnswerEditor(
            ui.questionLabel,
            ui.definitionLabel,
            ui.choiceHost,
            ui.numberRow,
            ui.numberEdit,
            ui.unitLabel,
            ui.answerProblemLabel,
            self._answered,
            lambda letter: self.panel.hanging.typed(letter),
        )
        ui.lineButton.connect("clicked()", lambda: self.panel.size_line.draw())
        ui.lineUndoButton.connect("clicked()", lambda: self.panel.size_line.undo())
        ui.lineDeleteButton.connect("clicked()", lambda: self.panel.size_line.delete())
        self.beside = BesideFrame(self)
        set_columns(ui.questionTable, 0, 1, wrap=True)
        ui.questionTable.connect("currentCellChanged(int,int,int,int)", self._question_chosen)
        ui.moreCheck.connect("toggled(bool)", lambda _on: self.refresh("answers"))
        # They answer wherever the focus is in the window, e.g. after a click into an image, while the page is shown.
        self._digits = [
            shortcut(digit, self.widget, lambda digit=digit: self._digit(digit), True)
            for digit in "123456789"
        ]
        self._take_digits(False)
        self._keys = []
        self._keys.append(shortcut("Backspace", ui.questionTable, self.editor.clear))
        self._keys.append(shortcut("Delete", ui.questionTable, self.editor.clear))
        self._keys += [shortcut(key, self.widget, self.go_on) for key in ("Return", "Enter")]

    def _take_digits(self, take: bool) -> None:
        for key in self._digits:
            key.setEnabled(take)

    def _digit(self, digit: str) -> None:
        # A hand is faster than the program: right after the second click the question of the size is still shown.
        self.panel.size_line.settle_finished()
        self.editor.key(digit)

    def enter(self) -> None:
        """Go to the first question that is open."""
        self._take_digits(True)
        self.refresh("case")
        self._go_to_first_open()
        self._focus()

    def leave(self) -> None:
        """Keep what is being typed."""
        self._take_digits(False)
        self.editor.finish_typing()
        self.beside.leave()

    def is_done(self) -> bool:
        """Whether every required question is answered."""
        reading = self.session.reading
        return self.session.is_reader and reading is not None and not reading.missing()

    def refresh(self, topic: str) -> None:
        """Show the questions that arise, with the answers so far."""
        if topic in ("case", "answers", "role", "voi", "maps"):
            self.beside.refresh()
        if topic not in ("case", "answers", "role"):
            return
        reading, ui = self.session.reading, self.ui
        shown = self.session.is_reader and reading is not None
        self.widget.setEnabled(shown)
        answers = dict(reading.answers) if shown else {}
        self._items = reading.form.questions(answers, more=ui.moreCheck.checked) if shown else ()
        rows = [
            (label_text(item.label), label_text(item.label_of(answers.get(item.id))) or "–")
            for item in self._items
        ]
        fill_table(ui.questionTable, rows, [definition_text(item.definition) for item in self._items])
        missing = {item.id for item in reading.missing()} if shown else set()
        for number, item in enumerate(self._items):
            font = ui.questionTable.font
            font.setBold(item.id in missing)
            ui.questionTable.item(number, 0).setFont(font)
        if shown and (self.editor.item is None or self.editor.item not in self._items):
            self._go_to_first_open()
        # Another case comes up on a page of its own, which brings its layout.
        self._show_question(brings_layout=topic != "case")
        self._show_notes(reading if shown else None, answers)

    def _show_notes(self, reading: object, answers: dict) -> None:
        ui = self.ui
        missing = reading.missing() if reading is not None else ()
        if reading is None:
            ui.missingLabel.text = ""
        elif missing:
            ui.missingLabel.text = counted(
                len(missing), _("{count} question is open."), _("{count} questions are open.")
            )
        else:
            ui.missingLabel.text = _("All required questions are answered.")
        kept = reading.form.no_longer_applies_notes(answers) if reading is not None else ()
        # Several sentences would squeeze the answers on a low window.
        names = (
            ", ".join(label_text(item.label) for item in reading.form.no_longer_applies(answers))
            if kept
            else ""
        )
        several = _("No longer asked, kept until sign-off: {answers}").format(answers=names)
        ui.keptLabel.text = several if len(kept) > 1 else "".join(kept)
        ui.keptLabel.toolTip = "\n".join(kept)
        ui.keptLabel.visible = bool(kept)

    def _show_question(self, brings_layout: bool = True) -> None:
        row = self.ui.questionTable.currentRow()
        item = self._items[row] if 0 <= row < len(self._items) else None
        answer = self.session.reading.answers.get(item.id) if item is not None else None
        self.editor.show(item, answer, self.session.can_edit)
        self._show_line(item)
        if brings_layout and item is not None and self.widget.isVisible():
            self.panel.hanging.question_shown(item.id)

    def _show_line(self, item: Item | None) -> None:
        """Say beside the size whether a line is behind it."""
        ui, session = self.ui, self.session
        measurable = item is not None and item.id == SIZE_ITEM and session.case is not None
        ui.lineRow.visible = measurable
        if not measurable:
            return
        reading = session.reading
        line = reading.size_line
        ui.lineLabel.text = size_line_text(line, reading.size_is_of_line) if line is not None else ""
        ui.lineLabel.visible = line is not None
        ui.lineButton.enabled = session.can_edit
        ui.lineDeleteButton.enabled = session.can_edit and line is not None
        ui.lineUndoButton.enabled = session.can_undo_line

    def size_measured(self) -> None:
        """Go on after a line has answered the question that is open."""
        item = self.editor.item
        if self.panel.page is self and item is not None and item.id == SIZE_ITEM and self.session.can_edit:
            self._go_on_from(item)

    def _question_chosen(self, row: int) -> None:
        if row >= 0:
            self.editor.finish_typing()
            self._show_question()

    def _answered(self, item: Item, raw: object) -> None:
        if not self.session.can_edit:
            return
        self.session.set_answer(item.id, raw)
        if raw is not None:
            self._go_on_from(item)

    def go_on(self) -> None:
        """Go to the next question; a number that is being typed is taken first."""
        item = self.editor.item
        if item is None:
            return
        before = self.session.reading.answers.get(item.id)
        self.editor.finish_typing()
        # Taking a number goes on by itself.
        if self.session.reading.answers.get(item.id) == before and not self.ui.answerProblemLabel.text:
            self._go_on_from(item)

    def _go_on_from(self, item: Item) -> None:
        """Go to the next open question after one; to the line below when none is open."""
        reading = self.session.reading
        start = self._items.index(item) if item in self._items else -1
        open_ids = {question.id for question in reading.missing()}
        after = [n for n in range(start + 1, len(self._items)) if self._items[n].id in open_ids]
        before = [n for n in range(start) if self._items[n].id in open_ids]
        following = (after or before or [min(start + 1, len(self._items) - 1)])[0]
        self._go_to(following)

    def _go_to_first_open(self) -> None:
        missing = self.session.reading.missing() if self.session.reading is not None else ()
        if self._items:
            self._go_to(self._items.index(missing[0]) if missing and missing[0] in self._items else 0)

    def _go_to(self, row: int) -> None:
        if row != self.ui.questionTable.currentRow():
            # Showing the question follows from it.
            self.ui.questionTable.setCurrentCell(row, 0)
        else:
            self._show_question()
        if self.widget.isVisible():
            self._focus()

    def _focus(self) -> None:
        if not self.editor.focus_typing():
            self.ui.questionTable.setFocus()

    def keys(self) -> list[tuple[str, str]]:
        """Keys of this page, for the help."""
        return [
            ("1 … 8", _("choose this answer and go on")),
            ("9", _("not assessable")),
            ("↑ ↓", _("another question")),
            (_("Enter"), _("next open question; takes a typed number")),
            ("⌫", _("take the answer back")),
        ]

    def close(self) -> None:
        """Let go of the keys."""
        self.beside.close()
        for key in (*self._keys, *self._digits):
            key.setEnabled(False)
        self._keys = self._digits = []
