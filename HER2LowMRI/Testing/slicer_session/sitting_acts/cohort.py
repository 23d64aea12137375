"""The coordinator: pathology, exclusions and the export of the study."""

import csv
from typing import ClassVar

import qt
from HER2LowMRILib.session.reading_session import COORDINATOR

from slicer_session.sitting_ground import Ground, Wrong

# Answers that the export writes as they are kept.
_EXPORTED = ("fgt", "lesion_type")


class CohortActs(Ground):
    """At the coordinator's desk."""

    ACTS: ClassVar = {"pathology": 6, "cohort_exclude": 2, "export": 1}

    def _cohort(self) -> bool:
        """Bring the page up with one of its cases marked."""
        if self.session.role != COORDINATOR or not self.go_to("cohort"):
            return False
        table = self.panel.pages["cohort"].ui.cohortTable
        table.setCurrentCell(int(self.rng.integers(table.rowCount)), 0)
        self.hands.settle()
        return True

    def _pathology(self) -> None:
        if not self._cohort():
            return
        page = self.panel.pages["cohort"]
        case_id = page._status().case_id
        if self.chance(0.5):
            combo = page._fields["her2_ihc"]
            self.press(combo, qt.Qt.Key_Home)
            self.press(combo, qt.Qt.Key_Down, int(self.rng.integers(0, 5)))
            return
        age, edit = int(self.rng.integers(30, 80)), page._fields["age"]
        edit.setText(str(age))
        edit.modified = True
        # Typed, and perhaps not finished: it counts when the page is left.
        if self.chance(0.5):
            self.press(edit, qt.Qt.Key_Return)
        else:
            self.panel.go_to("study")
        if self.session.view.pathology(case_id).get("age") != age:
            raise Wrong(f"the age {age} of {case_id} was typed and not kept")

    def _cohort_exclude(self) -> None:
        if self._cohort():
            page = self.panel.pages["cohort"]
            before = page._status()
            page.ui.cohortReasonEdit.setText("other disease")
            page.ui.cohortExcludeButton.click()
            now = {status.case_id: status.excluded for status in self.session.view.status()}[before.case_id]
            if bool(now) == bool(before.excluded):
                raise Wrong(f"{before.case_id} was excluded: {before.excluded!r}, and is now: {now!r}")

    def _export(self) -> None:
        """The exported readings hold what the reader was told is signed off."""
        if not self._cohort():
            return
        ui = self.panel.pages["cohort"].ui
        ui.exportPath.currentPath = str(self.folder / "export")
        ui.exportButton.click()
        if not ui.exportLabel.text.startswith("features.csv"):
            raise Wrong(f"not exported: {self.panel.ui.messageLabel.text}")
        with (self.folder / "export" / "readings.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = {row["case_id"]: row for row in csv.DictReader(file) if row["reader"] == "r1"}
        for case_id, line in self.expected.items():
            if line["open"] or line.get("exclusion") or case_id not in rows:
                continue
            for item in _EXPORTED:
                told = line["answers"].get(item)
                if told is not None and rows[case_id][item] != told:
                    raise Wrong(f"{case_id}: {item} is {told}, and is exported as {rows[case_id][item]!r}")
