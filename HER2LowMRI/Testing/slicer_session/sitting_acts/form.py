"""The reader answers, remarks, proposes to leave out, signs off and opens again."""

from typing import ClassVar

import qt

from slicer_session.sitting_check import kept_of
from slicer_session.sitting_ground import Ground, Wrong


class FormActs(Ground):
    """Everything that a reading keeps beside the outline."""

    ACTS: ClassVar = {
        "answer": 10,
        "answer_all": 4,
        "take_back": 2,
        "comment": 2,
        "exclude": 1,
        "exclude_elsewhere": 1,
        "sign_off": 4,
        "amend": 3,
    }

    def _form(self) -> bool:
        panel = self.panel
        if self.case is None or not self.session.can_edit:
            return False
        if not panel.entered:
            self.hands.our_module()
        if panel.page.NAME != "descriptors":
            panel.go_to("descriptors")
            self.hands.settle()
        return panel.page.NAME == "descriptors"

    def _answer(self) -> None:
        if not self._form():
            return
        page = self.panel.pages["descriptors"]
        if self.rng.random() < 0.3 and page._items:
            page.ui.questionTable.setCurrentCell(int(self.rng.integers(len(page._items))), 0)
            self.hands.settle()
        item = page.editor.item
        if item is None:
            return
        if item.kind == "choice":
            self.hands.key(str(int(self.rng.integers(1, 5))))
        else:
            page.ui.numberEdit.setText(str(int(self.rng.integers(5, 80))))
            page.ui.numberEdit.modified = True
            # Typed, and perhaps not finished: it counts when the page is left.
            if self.rng.random() < 0.8:
                page.go_on()
            else:
                self.panel.go_to("voi")

    def _answer_all(self) -> None:
        """Question after question as the form asks them, each told to be kept before the next comes up."""
        if not self._form():
            return
        page, reading = self.panel.pages["descriptors"], self.session.reading
        while reading.missing():
            asked = reading.missing()[0]
            page.ui.questionTable.setCurrentCell([item.id for item in page._items].index(asked.id), 0)
            self.hands.settle()
            if asked.kind == "choice":
                self.hands.key(self.one_of(choice.key for choice in asked.choices[:3]))
            else:
                page.ui.numberEdit.setText(str(int(self.rng.integers(5, 80))))
                page.ui.numberEdit.modified = True
                page.go_on()
            if asked.id not in reading.answers:
                raise Wrong(f"{asked.id} was answered, and is open")
            self.acknowledge()

    def _take_back(self) -> None:
        if self._form():
            self.panel.pages["descriptors"].editor.clear()

    def _sign_off(self) -> None:
        if not self._form():
            return
        page, reading = self.panel.pages["descriptors"], self.session.reading
        for _turn in range(30):
            missing = reading.missing()
            if not missing:
                break
            item = missing[0]
            value = item.choices[0].value if item.kind == "choice" else 25
            self.session.set_answer(item.id, value)
            self.acknowledge()
        page.go_on()
        self.panel.go_to("sign_off")
        self.hands.settle()
        case_id, button = self.case_id, self.panel.pages["sign_off"].ui.signButton
        if button.enabled and reading.is_open:
            # What is asked at sign-off no longer applies answers away; the reading itself says what is kept.
            button.click()
            self.hands.settle()
            self.told_anew(case_id, **kept_of(reading))

    def _amend(self) -> None:
        reading = self.session.reading
        if self.case is None or reading is None or reading.is_open:
            return
        if not self.panel.entered:
            self.hands.our_module()
        self.panel.go_to("sign_off")
        self.panel.pages["sign_off"].ui.amendEdit.text = "another look"
        self.panel.pages["sign_off"]._amend()

    def _comment(self) -> None:
        """A remark, typed and perhaps not finished: it counts when the page is left."""
        if self.case is None or not self.session.can_edit or not self.go_to("sign_off"):
            return
        text, edit = f"remark {int(self.rng.integers(100))}", self.panel.pages["sign_off"].ui.commentEdit
        edit.setText(text)
        edit.modified = True
        if self.chance(0.5):
            self.press(edit, qt.Qt.Key_Return)
        else:
            self.panel.go_to(str(self.rng.choice(["voi", "features"])))
        if self.session.reading.comment != text:
            raise Wrong(f"the remark {text!r} was not kept, but {self.session.reading.comment!r}")

    def _exclude(self) -> None:
        """Propose to leave the case at hand out, or take that back, on the page Study."""
        if self.case is None or not self.session.can_edit or not self.go_to("study"):
            return
        page, before = self.panel.pages["study"], self.session.reading.exclusion
        page.mark(self.case_id)
        page.ui.excludeEdit.setText("motion")
        page.ui.excludeButton.click()
        now = self.session.reading.exclusion
        if now != (None if before else "motion"):
            raise Wrong(f"{before!r} was to be changed, and the exclusion is {now!r}")

    def _exclude_elsewhere(self) -> None:
        """Leave out a case that is not at hand: it is signed off with the proposal."""
        if not self.session.is_reader or not self.go_to("study"):
            return
        page = self.panel.pages["study"]
        wanted = self.one_of(
            item.case_id
            for item in self.session.view.work_list
            if not item.is_done and item.case_id != self.case_id
        )
        if wanted is None:
            return
        page.mark(wanted)
        page.ui.excludeEdit.setText("not readable")
        page.ui.excludeButton.click()
        self.told_anew(wanted, exclusion="not readable", open=False)
