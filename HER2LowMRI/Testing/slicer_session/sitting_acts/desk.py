"""The adjudicator: opens cases of two readers, decides what differs, chooses a VOI, shows and hides a side."""

from typing import ClassVar

import qt
from HER2LowMRILib.session.reading_session import ADJUDICATOR

from slicer_session.sitting_ground import Ground, Wrong


class DeskActs(Ground):
    """At the adjudicator's desk."""

    ACTS: ClassVar = {"desk_case": 5, "next_desk_case": 3, "decide": 12, "choose_voi": 4, "show_side": 3}

    def _at_desk(self) -> bool:
        return self.session.role == ADJUDICATOR and self.go_to("adjudication")

    def _desk_case(self) -> None:
        """A row of the list; a case that a reader has not signed off is refused in words."""
        if not self._at_desk():
            return
        page = self.panel.pages["adjudication"]
        row = int(self.rng.integers(len(page._case_ids)))
        page.ui.deskTable.setCurrentCell(row, 0)
        page._open_row(row, 0)
        if self.case is None and not self.panel.ui.messageLabel.text:
            raise Wrong(f"{page._case_ids[row]} was not opened, and nothing is said")

    def _next_desk_case(self) -> None:
        if self._at_desk():
            self.panel.pages["adjudication"].ui.nextCaseButton.click()

    def _decide(self) -> None:
        if self.case is None or not self._at_desk():
            return
        page = self.panel.pages["adjudication"]
        if not page._differences:
            return
        page.ui.differenceTable.setCurrentCell(int(self.rng.integers(len(page._differences))), 0)
        self.hands.settle()
        item = page.editor.item
        reason = "seen on T2" if self.chance(0.4) else None
        if reason is not None:
            page.ui.reasonEdit.setText(reason)
            page.ui.reasonEdit.modified = True
        if item.kind == "choice":
            choice = self.one_of(choice for choice in item.choices if choice.key)
            page.editor.key(choice.key)
            value = choice.value
        else:
            value = float(self.rng.integers(5, 80))
            page.ui.decisionNumberEdit.setText(f"{value:g}")
            page.ui.decisionNumberEdit.modified = True
            page.leave()
        decided = {entry.item.id: entry.decision for entry in self.session.reading.disagreements}
        if decided.get(item.id) != value:
            raise Wrong(f"{item.id} was decided as {value}, and is {decided.get(item.id)}")

    def _choose_voi(self) -> None:
        if self.case is None or not self._at_desk():
            return
        page = self.panel.pages["adjudication"]
        self.press(page.ui.voiCombo, qt.Qt.Key_Home)
        self.press(page.ui.voiCombo, qt.Qt.Key_Down, int(self.rng.integers(0, 4)))
        wanted = page._choices[page.ui.voiCombo.currentIndex]
        if self.session.reading.voi_choice != wanted:
            raise Wrong(f"the VOI {wanted} was chosen, and {self.session.reading.voi_choice} is kept")

    def _show_side(self) -> None:
        if self.case is not None and self._at_desk():
            ui = self.panel.pages["adjudication"].ui
            button = ui.sideAButton if self.chance(0.5) else ui.sideBButton
            button.click()
