"""The outline is what the reader drew, on the screen and on the disk."""

from HER2LowMRILib.mrml.voi_segmentation import COLOURS

from slicer_session.sitting_check import DRAWING, LESION, READER, describe, emptied, unpack
from slicer_session.sitting_ground import Ground, Wrong


class OutlineLooks(Ground):
    """The outline of the case at hand."""

    def _look_at_opened(self) -> None:
        """What comes up is what was left."""
        line, now = self.expected.get(self.case_id), self.drawn()
        if line is None:
            if now:
                raise Wrong(f"{self.case_id} was never drawn, and shows an outline")
            return
        if now != line["back"]:
            raise Wrong(
                f"{self.case_id} was left with {describe(line['drawn'])}, of which {describe(line['back'])} must come "
                f"back, and comes back with {describe(now)}"
            )

    def _look_at_outline(self, act: str, before: dict) -> None:
        now = self.drawn()
        if act in DRAWING:
            self._look_at_drawing(act, before, now)
        elif now != before:
            raise Wrong(f"{act} changed the outline from {describe(before)} to {describe(now)}")
        if self.case.voi is not None and self.session.is_reader:
            self._look_at_segments()

    def _look_at_left(self, case_id: str, act: str) -> None:
        """A reader who emptied an outline, and leaves it without a word, is told that the last one is kept."""
        line, said = self.expected.get(case_id), self.panel.ui.messageLabel.text
        if line is not None and emptied(line) and f"{case_id} was left with nothing drawn" not in said:
            raise Wrong(f"{case_id} was left emptied by {act}, and the reader is told {said!r}")

    def _look_at_drawing(self, act: str, before: dict, now: dict) -> None:
        if act in ("stroke", "erase", "editor_stroke"):
            for name in {*before, *now}:
                old, new = unpack(before.get(name)), unpack(now.get(name))
                grown = act != "erase"
                less, more = (old, new) if grown else (new, old)
                if less is not None and (more is None or (less & ~more).any()):
                    raise Wrong(f"{act} {'took' if grown else 'added'} voxels of {name}")
        panel = self.panel
        seen = panel.entered and panel.page.NAME == "voi" and panel.views.layout_shown
        if seen and emptied({"drawn": now, "back": self._kept({}, now)["back"]}):
            ui, kept = panel.pages["voi"].ui, int(unpack(self.on_disk()[LESION]).sum())
            if not ui.noticeHost.visible or f"{kept} voxel" not in ui.noticeLabel.text:
                raise Wrong(f"the outline is empty, and the reader is told {ui.noticeLabel.text!r}")

    def _look_at_segments(self) -> None:
        segmentation = self.case.voi.GetSegmentation()
        for name in COLOURS:
            segment = segmentation.GetSegment(name)
            if segment is None or segment.GetName() != name:
                raise Wrong(f"the segment {name} is {segment.GetName() if segment else 'gone'}")

    def _look_at_file(self) -> None:
        """What is said to be saved is in the file."""
        session = self.session
        if session.saved.pending or session.saved.error or session.role != READER:
            return
        on_disk, now = self.on_disk(), self.drawn()
        if on_disk != now:
            raise Wrong(f"said to be saved: {describe(now)}; in the file: {describe(on_disk)}")
