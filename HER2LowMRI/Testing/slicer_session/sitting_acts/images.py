"""Layouts, phases, subtraction, projection and alignment: the images beside the maps, by buttons and keys."""

from typing import ClassVar

import qt
from HER2LowMRILib.mrml.volumes import ROLE

from slicer_session.sitting_ground import Ground, Wrong


class ImageActs(Ground):
    """Whoever looks at a case, reader or adjudicator."""

    ACTS: ClassVar = {
        "hanging": 5,
        "phase": 5,
        "instead": 4,
        "align": 1,
        "outline_key": 1,
        "choose_image": 3,
        "back_to_views": 2,
    }

    def _at_images(self) -> bool:
        """Whether somebody looks at a case: whoever is at another module comes back."""
        if self.case is not None and not self.panel.entered:
            self.hands.our_module()
            self.hands.settle()
        return self.case is not None

    def _back_to_views(self) -> None:
        if self._at_images():
            self.panel.show_reading_views()

    def _hanging(self) -> None:
        if self._at_images():
            self.one_of(self.panel.hanging._buttons.values()).click()

    def _type(self, *acts: str) -> None:
        """Press the key of one of these acts."""
        if self._at_images():
            self.panel.hanging.typed(self.session.hanging.keys[str(self.rng.choice(acts))])

    def _phase(self) -> None:
        before, beside = self.session.phase, self.session.beside
        self._type("phase_back", "phase_forward", "phase_forward")
        if self.case is not None and not 0 <= self.session.phase <= max(beside.posts, 0):
            raise Wrong(f"phase {self.session.phase} of {beside.posts} after {before}")

    def _instead(self) -> None:
        self._type("subtraction", "projection")

    def _outline_key(self) -> None:
        """Twice, so that the outline is shown again."""
        for _press in range(2):
            self._type("outline")
            self.hands.settle()

    def _align(self) -> None:
        bar = self.panel.hanging
        if not self._at_images() or not self.session.can_align:
            return
        before = self.session.reading.alignment
        bar._align.click()
        if (self.session.reading.alignment is None) == (before is None):
            raise Wrong(f"the phases were to be aligned anew: {self.panel.ui.messageLabel.text}")

    def _choose_image(self) -> None:
        """Choose what the fourth view shows, by keys in the selector."""
        if self.case is None or not self.session.is_reader or not self.go_to("images"):
            return
        selector = self.panel.pages["images"].ui.imageSelector
        for listed in selector.findChildren("QComboBox"):
            self.press(listed, qt.Qt.Key_Home)
            self.press(listed, qt.Qt.Key_Down, int(self.rng.integers(1, 8)))
        self.hands.settle()
        node, shown = selector.currentNode(), self.panel.views.image
        choosable = any(one.choosable for one in self.session.shown())
        if choosable and self.panel.views.layout_shown and node is not shown:
            names = [one.GetName() if one is not None else None for one in (node, shown)]
            raise Wrong(f"the selector stands on {names[0]}, and the view shows {names[1]}")
        if shown is not None and self.case.nodes.get(shown.GetAttribute(ROLE)) is not shown:
            raise Wrong(f"{shown.GetName()} was chosen, which is none of the case")
