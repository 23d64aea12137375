"""What a reading keeps beside its outline is what was told, and what is in the scene of it."""

import numpy as np
import slicer
from HER2LowMRILib.core.measured_beside import SMALL_REGION, T2_LESION, T2_MUSCLE
from HER2LowMRILib.mrml.size_lines import ends_of, is_placing, place_of
from HER2LowMRILib.mrml.volumes import nodes_of_case
from HER2LowMRILib.session.measured_beside import SPOT_ROLE, T2_ROLE
from HER2LowMRILib.session.small_region_mark import ROLE as REGION_ROLE

from slicer_session.sitting_check import CHANGING, kept_of
from slicer_session.sitting_ground import Ground, Wrong

_SAME_MM = 1e-3


class KeptLooks(Ground):
    """Answers, remark, exclusion, line, marks and alignment of the case at hand."""

    def _look_at_kept(self, act: str) -> None:
        line = self.expected.get(self.case_id)
        if line is None:
            return
        now = kept_of(self.session.reading)
        for name, acts in CHANGING.items():
            if act not in acts and line[name] != now[name]:
                raise Wrong(f"{name} of {self.case_id} after {act}: told {line[name]}, now {now[name]}")

    def _look_at_line(self) -> None:
        """The line in the scene is the line that the reading keeps."""
        lines, kept = self.lines(), self.session.reading.size_line
        if len(lines) > 1:
            raise Wrong(f"there are {len(lines)} lines over the lesion")
        if any(is_placing(line) for line in lines):
            return
        ends = ends_of(lines[0]) if lines else None
        if (ends is None) != (kept is None):
            raise Wrong(f"the line in the scene has the ends {ends}, the reading keeps {kept}")
        if ends is None:
            return
        if not np.allclose(ends, kept["ends_mm"], rtol=0, atol=_SAME_MM):
            raise Wrong(f"the line lies at {ends}, and the reading keeps {kept['ends_mm']}")
        if bool(lines[0].GetLocked()) == self.session.reading.is_open:
            raise Wrong(f"the line can be moved: {not lines[0].GetLocked()}")

    def _look_at_marks(self) -> None:
        """Marks in the scene are where they are kept and measured."""
        reading, measured = self.session.reading, self.session.measured
        for role in (SPOT_ROLE, T2_ROLE, REGION_ROLE):
            if len(self.marks(role)) > 1:
                raise Wrong(f"there are {len(self.marks(role))} marks {role}")
        curve = measured.found.curve if measured is not None and measured.found is not None else None
        for node in self.marks(SPOT_ROLE) if measured is not None and measured.is_up_to_date else ():
            if curve is None or not np.allclose(place_of(node), curve.place_mm, rtol=0, atol=_SAME_MM):
                raise Wrong(f"the spot lies at {place_of(node)}, and the curve is of {curve}")
        pair = [reading.marks.get(name) for name in (T2_LESION, T2_MUSCLE)]
        for node in self.marks(T2_ROLE):
            if is_placing(node) or None in pair:
                continue
            if ends_of(node) is None or not np.allclose(ends_of(node), pair, rtol=0, atol=_SAME_MM):
                raise Wrong(f"the marks on T2 lie at {ends_of(node)}, and the reading keeps {pair}")
        place, kept = self.case.small_region_place, reading.marks.get(SMALL_REGION)
        if (None if place is None else list(place)) != kept:
            raise Wrong(f"the small region is measured at {place}, and the reading keeps {kept}")
        for node in self.marks(REGION_ROLE):
            if kept is not None and not np.allclose(place_of(node), kept, rtol=0, atol=_SAME_MM):
                raise Wrong(f"the small region lies at {place_of(node)}, and the reading keeps {kept}")

    # A scene was loaded with a case that nobody went on with.
    strangers: bool = False

    def _look_at_nobody(self, act: str) -> None:
        """Without a case nothing of one is in the scene, but what a scene that was loaded brought along."""
        self.strangers = act == "load_scene" or (self.strangers and act != "close_scene")
        if self.strangers:
            return
        left = [node.GetName() for node in nodes_of_case(slicer.mrmlScene)]
        if left:
            raise Wrong(f"no case is open, and {left} are in the scene")
