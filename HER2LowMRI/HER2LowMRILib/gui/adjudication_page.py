"""Adjudication: only what two readers answered differently, with both VOIs in the views and neither reader named."""

import qt
from slicer.i18n import tr as _

from HER2LowMRILib.core.lexicon import Item
from HER2LowMRILib.core.size_line import SIZE_ITEM, is_of_line
from HER2LowMRILib.gui.answer_editor import AnswerEditor
from HER2LowMRILib.gui.lexicon_words import definition_text, label_text
from HER2LowMRILib.gui.page import Page, WholeText, fill_table, set_columns, shortcut
from HER2LowMRILib.gui.study_page import state_text
from HER2LowMRILib.gui.table_import import TableKind, table_section
from HER2LowMRILib.gui.wording import counted, size_line_text
from HER2LowMRILib.mrml.voi_segmentation import SIDE_COLOURS
from HER2LowMRILib.study.adjudication import Disagreement
from HER2LowMRILib.study.adjudicator_view import AdjudicatorView, CaseAdjudication
from HER2LowMRILib.study.protocol import VOI_MEAN
from HER2LowMRILib.workflow.record_decisions import DecisionsPlan, plan_decisions, record_decisions


def _patch(colour: tuple[float, float, float]) -> object:
    """A square of a colour with a dark rim, as an icon."""
    pixels = qt.QPixmap(24, 24)
    pixels.fill(qt.QColor(40, 40, 40))
    painter = qt.QPainter(pixels)
    painter.fillRect(3, 3, 18, 18, qt.QColor(*(round(255 * part) for part in colour)))
    painter.end()
    return qt.QIcon(pixels)


class AdjudicationPage(Page):
    """The adjudicator's desk."""

    UI, NAME = "AdjudicationPage.ui", "adjudication"

    def title(self) -> str:
        """Name on the page's button."""
        return _("Adjudication")

    def setup(self) -> None:
        """Connect the widgets; once."""
        ui = self.ui
        self._case_ids: list[str] = []
        self._differences: tuple = ()
        self._choices: list[str | None] = []
        self._overlap = WholeText(ui.overlapLabel)
        set_columns(ui.deskTable, 0)
        set_columns(ui.differenceTable, 0, 1, 2, 3, wrap=True)
        self.editor = AnswerEditor(
            ui.differenceLabel,
            ui.differenceDefinitionLabel,
            ui.decisionHost,
            ui.decisionNumberRow,
            ui.decisionNumberEdit,
            ui.decisionUnitLabel,
            ui.decisionProblemLabel,
            self._decided,
        )
        self.table_import, self.table_ui = table_section(self, self.widget.layout(), self._decisions_table)
        self.table_ui.tableSignCheck.visible = self.table_ui.tableReasonEdit.visible = False
        ui.deskTable.connect("cellDoubleClicked(int,int)", self._open_row)
        ui.differenceTable.connect("currentCellChanged(int,int,int,int)", self._difference_chosen)
        ui.voiCombo.connect("activated(int)", self._voi_chosen)
        ui.nextCaseButton.connect("clicked()", self.panel.open_next_open_case)
        for button, side in ((ui.sideAButton, "A"), (ui.sideBButton, "B")):
            button.checked = True
            button.connect("toggled(bool)", lambda on, side=side: self._show_side(side, on))
        for button, colour in zip((ui.sideAButton, ui.sideBButton), SIDE_COLOURS, strict=False):
            # In the colour of its outline, whatever the style of the application.
            button.setIcon(_patch(colour))
            button.setToolButtonStyle(qt.Qt.ToolButtonTextBesideIcon)
        self._keys = [
            shortcut(digit, self.widget, lambda digit=digit: self.editor.key(digit)) for digit in "123456789"
        ]
        self._keys += [
            shortcut(key, ui.deskTable, lambda: self._open_row(ui.deskTable.currentRow(), 0))
            for key in ("Return", "Enter")
        ]

    def _decisions_table(self) -> TableKind:
        """How a table of decisions is looked at and taken."""
        view = self.session.view

        def take(plan: DecisionsPlan) -> str:
            # One record of a case at a time.
            self.session.close_case()
            count = record_decisions(view, plan)
            return counted(count, _("{count} decision was entered."), _("{count} decisions were entered."))

        return TableKind(
            lambda file, wishes: plan_decisions(view, file, wishes), take, lambda: view.answers_file
        )

    def enter(self) -> None:
        """Go to the first difference that is open."""
        self.refresh("case")
        self._focus()

    def leave(self) -> None:
        """Keep the number that is being typed."""
        self.editor.finish_typing()

    def is_done(self) -> bool:
        """Whether nothing is left to decide in this case."""
        case = self.session.reading
        return isinstance(case, CaseAdjudication) and case.is_decided

    def refresh(self, topic: str) -> None:
        """Show the desk and the case on it."""
        view, ui = self.session.view, self.ui
        if not isinstance(view, AdjudicatorView) or topic not in ("role", "case", "answers"):
            return
        desk = view.work_list
        self._case_ids = [item.case_id for item in desk]
        fill_table(
            ui.deskTable,
            [(item.case_id, state_text(item.state), str(item.open) if item.open else "") for item in desk],
        )
        case = self.session.reading
        opened = isinstance(case, CaseAdjudication)
        ui.decisionFrame.enabled = opened
        ui.nextCaseButton.enabled = self.session.next_case_id() is not None
        self._differences = case.disagreements if opened else ()
        self._show_differences()
        self._show_voi(case if opened else None)
        if topic != "answers" and opened:
            ui.deskTable.setCurrentCell(self._case_ids.index(case.case_id), 0)
            self._go_to_first_open()
        self._show_question()

    def _show_differences(self) -> None:
        rows = []
        for entry in self._differences:
            label = entry.item.label_of
            answers = [label_text(label(answer)) or "–" for answer in entry.answers.values()]
            decision = label_text(label(entry.decision)) or "?"
            rows.append((label_text(entry.item.label), *answers[:2], decision))
        tips = [definition_text(entry.item.definition) for entry in self._differences]
        fill_table(self.ui.differenceTable, rows, tips)

    def _show_voi(self, case: CaseAdjudication | None) -> None:
        ui = self.ui
        ui.voiCombo.clear()
        self._choices = [None, VOI_MEAN, *(case.voi_paths if case is not None else ())]
        texts = {None: _("as the study's protocol says"), VOI_MEAN: _("mean of the features of both")}
        for choice in self._choices:
            ui.voiCombo.addItem(texts.get(choice) or _("VOI of {side}").format(side=choice))
        chosen = case.voi_choice if case is not None else None
        ui.voiCombo.setCurrentIndex(self._choices.index(chosen) if chosen in self._choices else 0)
        ui.voiCombo.enabled = case is not None
        found, overlap = self.session.overlap(), ""
        if found is not None:
            said = _("Dice {dice}, surfaces {distance} mm apart (95th percentile), {a} and {b} cm³")
            overlap = said.format(
                dice=f"{found.dice:.2f}",
                distance=f"{found.hausdorff_95_mm:.1f}",
                a=f"{found.volume_a_mm3 / 1000:.2f}",
                b=f"{found.volume_b_mm3 / 1000:.2f}",
            )
        dice = case.voi_to_decide if case is not None else None
        if dice is not None:
            asked = _("Dice {dice}, and the protocol asks for {limit}: choose a VOI.")
            overlap = asked.format(dice=f"{dice:.2f}", limit=f"{case.min_dice:g}")
        self._overlap.show(overlap)
        ui.overlapLabel.visible = bool(overlap)

    def _show_question(self) -> None:
        row = self.ui.differenceTable.currentRow()
        entry = self._differences[row] if 0 <= row < len(self._differences) else None
        self.editor.show(
            entry.item if entry else None,
            entry.decision if entry else None,
            self.session.reading is not None,
            self._sizes(entry) if entry is not None and entry.item.id == SIZE_ITEM else "",
        )
        if not self.ui.reasonEdit.modified:
            self.ui.reasonEdit.text = (entry.reason or "") if entry else ""

    def _sizes(self, entry: Disagreement) -> str:
        """How each side came by its size."""
        lines = self.session.reading.size_lines
        words = []
        for side, size in entry.answers.items():
            line = lines.get(side)
            text = size_line_text(line, is_of_line(size, line)) if line is not None else _("Typed.")
            words.append(f"{side}: {text}")
        return " ".join(words)

    def _difference_chosen(self, row: int) -> None:
        if row >= 0:
            self.ui.reasonEdit.modified = False
            self._show_question()

    def _decided(self, item: Item, raw: object) -> None:
        if raw is None:
            return
        self.session.decide(item.id, raw, self.ui.reasonEdit.text.strip() or None)
        self.ui.reasonEdit.modified = False
        self._go_to_first_open()

    def _go_to_first_open(self) -> None:
        still = [n for n, entry in enumerate(self._differences) if entry.decision is None]
        if self._differences:
            self.ui.differenceTable.setCurrentCell(still[0] if still else 0, 0)
        self._show_question()
        if self.widget.isVisible():
            self._focus()

    def _focus(self) -> None:
        if self.session.reading is None:
            self.ui.deskTable.setFocus()
        elif not self.editor.focus_typing():
            self.ui.differenceTable.setFocus()

    def _voi_chosen(self, index: int) -> None:
        edit = self.ui.reasonEdit
        with self.act(_("The choice could not be saved.")):
            # Otherwise the reason of the decision that is marked above stands there.
            reason = edit.text.strip() if edit.modified else ""
            self.session.choose_voi(self._choices[index], reason or None)
            edit.modified = False

    def _show_side(self, side: str, on: bool) -> None:
        self.session.show_side(side, on)

    def _open_row(self, row: int, _column: int) -> None:
        if 0 <= row < len(self._case_ids):
            self.panel.open_case(self._case_ids[row])

    def keys(self) -> list[tuple[str, str]]:
        """Keys of this page, for the help."""
        return [("1 … 9", _("decide, and go to the next difference")), ("↑ ↓", _("another difference"))]

    def close(self) -> None:
        """Let go of the keys."""
        for key in self._keys:
            key.setEnabled(False)
        self._keys = []
