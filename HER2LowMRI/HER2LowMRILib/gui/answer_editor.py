"""The place where one question is answered: choices with their keys, or a number or text with its unit."""

from collections.abc import Callable

import qt
from slicer.i18n import tr as _

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import Answer, Item
from HER2LowMRILib.gui.lexicon_words import definition_text, label_text, unit_text
from HER2LowMRILib.gui.page import WholeText


def as_typed(item: Item, text: str) -> str | None:
    """What was typed as an answer; None for nothing. A number may have a decimal comma, a text keeps its commas."""
    text = text.strip()
    return (text.replace(",", ".") if item.kind in ("number", "integer") else text) or None


class AnswerEditor:
    """Shows one item of a lexicon and reports what the user answers; it never has an answer of its own.

    Parameters
    ----------
    heading, definition, problem : QLabel
        For the question, its definition, and what is wrong with a typed answer.
    choices : QWidget
        With a vertical layout; gets a button per choice.
    number_row, number_edit, unit : QWidget, QLineEdit, QLabel
        For typed answers.
    answered : callable
        Called with item and raw answer; raises HER2LowMRIError for what is not an answer.
    letter : callable, optional
        Called with a letter that was typed where a number belongs: it is a key of the images.
    """

    def __init__(
        self,
        heading: object,
        definition: object,
        choices: object,
        number_row: object,
        number_edit: object,
        unit: object,
        problem: object,
        answered: Callable[[Item, object], None],
        letter: Callable[[str], None] | None = None,
    ):
        self._heading, self._definition, self._problem = heading, WholeText(definition), problem
        self._choices, self._row, self._edit, self._unit = choices, number_row, number_edit, unit
        self._answered, self._letter = answered, letter
        self.item: Item | None = None
        self._shown: tuple[Answer, bool, str] = (None, False, "")
        self._buttons: list[object] = []
        self._group = qt.QButtonGroup(choices)
        self._group.connect("idClicked(int)", self._chosen)
        self._edit.connect("editingFinished()", self._typed)
        self._edit.connect("textEdited(QString)", self._while_typing)
        self.show(None, None, False)

    def show(self, item: Item | None, answer: Answer, enabled: bool, more: str = "") -> None:
        """Show a question with the answer so far; `more` is said below its definition."""
        if item is not self.item:
            self._problem.text = ""
            self._build(item)
        self.item, self._shown = item, (answer, enabled, more)
        self._heading.text = label_text(item.label) if item is not None else ""
        parts = [definition_text(item.definition) if item is not None else "", more]
        self._definition.show("\n".join(part for part in parts if part))
        self._problem.visible = bool(self._problem.text)
        if item is None:
            return
        # An exclusive group cannot be emptied, so it is opened for the moment.
        self._group.setExclusive(False)
        for button, choice in zip(self._buttons, item.choices, strict=True):
            button.checked = answer == choice.value and type(answer) is type(choice.value)
            button.enabled = enabled
        self._group.setExclusive(True)
        if item.kind != "choice":
            typed = "" if answer is None or self._is_state(answer) else f"{answer}"
            if typed.endswith(".0"):
                typed = typed[:-2]
            if self._edit.text != typed and not self._problem.text:
                self._edit.text = typed
            self._edit.enabled = enabled

    def _is_state(self, answer: Answer) -> bool:
        return any(answer == state.value for state in self.item.states)

    def _build(self, item: Item | None) -> None:
        for button in self._buttons:
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        layout = self._choices.layout()
        while layout.count():
            layout.takeAt(0)
        choices = item.choices if item is not None else ()
        # Short answers stand side by side, as on paper.
        columns = 1
        longest = max((len(label_text(choice.label)) for choice in choices), default=0)
        if longest <= 16:
            columns = 3 if len(choices) % 3 == 0 or len(choices) > 4 else 2
        if longest <= 22 and columns == 1:
            columns = 2
        row = None
        for number, choice in enumerate(choices):
            if number % columns == 0:
                row = qt.QHBoxLayout()
                row.setContentsMargins(0, 0, 0, 0)
                row.setSpacing(4)
                layout.addLayout(row)
            key = choice.key if item.kind == "choice" else None
            button = qt.QRadioButton(
                f"{key}  {label_text(choice.label)}" if key else label_text(choice.label)
            )
            button.setToolTip(definition_text(choice.definition))
            button.setObjectName(f"choice_{choice.value}")
            # Arrow keys move between questions; they must not walk through the answers of one.
            button.setFocusPolicy(qt.Qt.NoFocus)
            self._group.addButton(button, number)
            row.addWidget(button, 1)
            self._buttons.append(button)
        if row is not None:
            for _filler in range(-len(choices) % columns):
                row.addStretch(1)
        typed = item is not None and item.kind != "choice"
        self._row.visible = typed
        self._edit.text = ""
        if typed:
            self._edit.placeholderText = self._range(item)
            self._unit.text = unit_text(item)

    def _range(self, item: Item) -> str:
        if item.kind == "date":
            return _("year-month-day")
        if item.minimum is None or item.kind == "text":
            return ""
        return _("{low} to {high}").format(low=f"{item.minimum:g}", high=f"{item.maximum:g}")

    def key(self, digit: str) -> bool:
        """Answer by a key; whether the question has a choice of that key."""
        if self.item is None or self.item.kind != "choice":
            return False
        for number, choice in enumerate(self.item.choices):
            if choice.key == digit and self._buttons[number].enabled:
                self._chosen(number)
                return True
        return False

    def clear(self) -> None:
        """Take the answer back."""
        if self.item is not None:
            self._give(None)

    def focus_typing(self) -> bool:
        """Put the cursor where a number is typed; whether there is such a place."""
        typed = self.item is not None and self.item.kind != "choice"
        if typed:
            self._edit.setFocus()
            self._edit.selectAll()
        return typed

    def finish_typing(self) -> None:
        """Take what is being typed, e.g. before another page comes up."""
        if self.item is not None and self.item.kind != "choice" and self._edit.modified:
            self._typed()

    def _chosen(self, number: int) -> None:
        self._give(self.item.choices[number].value)

    def _while_typing(self, text: str) -> None:
        self._problem.text = ""
        self._problem.visible = False
        if self._letter is None or self.item is None or self.item.kind not in ("number", "integer"):
            return
        letters = [character for character in text if character.isalpha()]
        if letters:
            self._edit.text = "".join(character for character in text if not character.isalpha())
            self._letter(letters[0])

    def _typed(self) -> None:
        if self.item is None or self.item.kind == "choice" or not self._edit.modified:
            return
        self._edit.modified = False
        self._give(as_typed(self.item, self._edit.text))

    def _give(self, raw: object) -> None:
        try:
            self._problem.text = ""
            self._answered(self.item, raw)
        except HER2LowMRIError as error:
            self._problem.text = str(error)
            # What was not taken must not look chosen; a typed text stays to be put right.
            self.show(self.item, *self._shown)
        self._problem.visible = bool(self._problem.text)
