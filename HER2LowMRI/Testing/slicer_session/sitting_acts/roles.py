"""Who is at work: the reader, the adjudicator and the coordinator take turns at one computer."""

from typing import ClassVar

from HER2LowMRILib.session.reading_session import ADJUDICATOR, COORDINATOR

from slicer_session.sitting_check import READER
from slicer_session.sitting_ground import Ground, Wrong


class RoleActs(Ground):
    """Choosing a role on the page Study, with a case open or not."""

    ACTS: ClassVar = {"to_adjudicator": 2, "to_coordinator": 1}
    BACK: ClassVar = {"to_reader": 6}

    def _enter_as(self, role: str) -> None:
        if not self.go_to("study"):
            return
        ui = self.panel.pages["study"].ui
        ui.studyPath.currentPath = str(self.study)
        ui.roleCombo.setCurrentIndex(ui.roleCombo.findData(role))
        ui.openButton.click()
        if self.session.role != role:
            raise Wrong(f"the study does not open as {role}: {self.panel.ui.messageLabel.text}")

    def _to_adjudicator(self) -> None:
        self._enter_as(ADJUDICATOR)

    def _to_coordinator(self) -> None:
        self._enter_as(COORDINATOR)

    def _to_reader(self) -> None:
        self._enter_as(READER)
