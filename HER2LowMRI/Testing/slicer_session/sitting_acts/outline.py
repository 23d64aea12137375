"""The reader's hand on the outline: strokes, undo, outlines rubbed out and brought back."""

from typing import ClassVar

import numpy as np
import slicer
from HER2LowMRILib.mrml.voi_segmentation import COLOURS

from slicer_session.sitting_check import LESION, describe
from slicer_session.sitting_ground import Ground, Wrong


class OutlineActs(Ground):
    """Drawing."""

    ACTS: ClassVar = {
        "stroke": 12,
        "erase": 4,
        "erase_all": 1,
        "empty_word": 2,
        "undo": 5,
        "redo": 3,
        "undo_saved": 3,
        "earlier_outline": 2,
    }

    def _go_to_voi(self) -> bool:
        """Whether the reader can draw now."""
        panel = self.panel
        if self.case is None or not self.session.is_reader:
            return False
        if not panel.entered:
            self.hands.our_module()
        if panel.page.NAME != "voi":
            panel.go_to("voi")
            self.hands.settle()
        if not panel.views.layout_shown and self.rng.random() < 0.7:
            panel.show_reading_views()
            self.hands.settle()
        return not panel.pages["voi"].editor.readOnly and panel.views.layout_shown

    def _segment(self) -> str:
        return LESION if self.rng.random() < 0.75 else str(self.rng.choice(list(COLOURS)))

    def _stroke(self) -> None:
        if self._go_to_voi():
            self.hands.stroke(self.panel, self._segment(), False, self.rng)

    def _erase(self) -> None:
        if self._go_to_voi():
            self.hands.stroke(self.panel, self._segment(), True, self.rng)

    def _erase_all(self) -> None:
        if self._go_to_voi():
            editor = self.panel.pages["voi"].editor
            editor.saveStateForUndo()
            segment = self.case.voi.GetSegmentation().GetSegment(LESION)
            image = segment.GetRepresentation("Binary labelmap")
            if image is not None and not image.IsEmpty():
                empty = np.zeros(self.case.grid.shape, np.uint8)
                slicer.util.updateSegmentBinaryLabelmapFromArray(
                    empty, self.case.voi, LESION, self.case.drawn_on
                )

    def _empty_word(self) -> None:
        """Say what becomes of an outline that is empty."""
        if self.session.emptied_voxels and self._go_to_voi():
            ui = self.panel.pages["voi"].ui
            button = ui.noticeButton if self.rng.random() < 0.7 else ui.emptyButton
            button.click()

    def _undo(self) -> None:
        if self._go_to_voi():
            self.panel.pages["voi"].editor.undo()

    def _redo(self) -> None:
        if self._go_to_voi():
            self.panel.pages["voi"].editor.redo()

    def _undo_saved(self) -> None:
        """Undo and redo a stroke after it was saved: the file follows both."""
        if not self._go_to_voi():
            return
        before = self.drawn()
        self.hands.stroke(self.panel, LESION, False, self.rng)
        self.rest(0.6)
        drawn = self.drawn()
        if drawn == before:
            return
        editor = self.panel.pages["voi"].editor
        for act, wanted in ((editor.undo, before), (editor.redo, drawn), (editor.undo, before)):
            act()
            self.rest(float(self.rng.choice([0.0, 0.6])))
            if self.drawn() != wanted:
                raise Wrong(f"{act.__name__} gave {describe(self.drawn())}, and not {describe(wanted)}")

    def _earlier_outline(self) -> None:
        if self._go_to_voi():
            page = self.panel.pages["voi"]
            if page._outlines:
                page._go_back_to(int(self.rng.integers(len(page._outlines))))
