"""Marks of what is measured: the spot of the curve, lesion and muscle on T2, the small region on the darkest part."""

import time
from typing import ClassVar

import numpy as np
import slicer
from HER2LowMRILib.core.measured_beside import SMALL_REGION, SPOT
from HER2LowMRILib.mrml.size_lines import place_of
from HER2LowMRILib.mrml.volumes import ROLE
from HER2LowMRILib.session.measured_beside import SPOT_ROLE, T2_ROLE
from HER2LowMRILib.session.small_region_mark import ROLE as REGION_ROLE

from slicer_session.sitting_ground import Ground, Wrong

MEASURED_S = 8.0


class MarkActs(Ground):
    """Marks that the reader moves, and that others move or delete."""

    ACTS: ClassVar = {
        "beside": 3,
        "spot": 4,
        "spot_back": 1,
        "t2_marks": 3,
        "region": 3,
        "region_back": 1,
        "mark_taken": 2,
        "mark_under_transform": 2,
    }

    def marks(self, role: str) -> list:
        """Marks of one kind in the scene."""
        nodes = slicer.util.getNodesByClass("vtkMRMLMarkupsNode")
        return [node for node in nodes if node.GetAttribute(ROLE) == role]

    def _beside(self) -> bool:
        """Look at the form until what is measured beside it is there."""
        if self.case is None or not self.session.is_reader or not self.go_to("descriptors"):
            return False
        measured, end = self.session.measured, time.monotonic() + MEASURED_S
        while measured is not None and not measured.is_up_to_date and time.monotonic() < end:
            self.rest(0.1)
        if measured is not None and not measured.is_up_to_date:
            raise Wrong("what is measured beside the form does not come")
        self.rest(0.3)
        return measured is not None

    def _spot(self) -> None:
        """Move the spot of the curve, as by the mouse."""
        if not self._beside() or not self.marks(SPOT_ROLE):
            return
        node = self.marks(SPOT_ROLE)[0]
        place = np.add(place_of(node), self.rng.uniform(-6, 6, 3))
        node.SetNthControlPointPositionWorld(0, -place[0], -place[1], place[2])
        self.settle()
        kept = self.session.reading.marks.get(SPOT)
        if self.session.can_edit and (kept is None or not np.allclose(kept, place, rtol=0, atol=1e-3)):
            raise Wrong(f"the spot was moved to {place}, and the reading keeps {kept}")

    def _spot_back(self) -> None:
        button = self.panel.pages["descriptors"].ui.besideSpotButton
        if self._beside() and button.visible and button.enabled:
            button.click()
            if SPOT in self.session.reading.marks:
                raise Wrong(
                    "the spot is to be where the lesion enhances most, and the reading keeps its mark"
                )

    def _t2_marks(self) -> None:
        """By the button and two clicks; now and then given up half-way."""
        button = self.panel.pages["descriptors"].ui.besideMarkButton
        if not self._beside() or not (button.visible and button.enabled):
            return
        button.click()
        self.hands.settle()
        view = self.one_of(self.views())
        for _click in range(int(self.rng.choice([0, 1, 2, 2, 2])) if view is not None else 0):
            self.hands.click(view, *map(float, self.rng.uniform(0.3, 0.7, 2)))
            self.hands.settle()
        if self.interaction_places() and self.chance(0.6):
            button.click()

    def _region(self) -> None:
        """Move the small region on the page Features."""
        if self.case is None or not self.session.is_reader or not self.go_to("features"):
            return
        nodes = self.marks(REGION_ROLE)
        if not nodes or place_of(nodes[0]) is None:
            return
        place = np.add(place_of(nodes[0]), self.rng.uniform(-3, 3, 3))
        nodes[0].SetNthControlPointPositionWorld(0, -place[0], -place[1], place[2])
        nodes[0].InvokeEvent(nodes[0].PointEndInteractionEvent)
        self.settle()
        kept = self.session.reading.marks.get(SMALL_REGION)
        if self.session.can_edit and (kept is None or not np.allclose(kept, place, rtol=0, atol=1e-3)):
            raise Wrong(f"the small region was moved to {place}, and the reading keeps {kept}")

    def _region_back(self) -> None:
        if self.case is None or not self.session.is_reader or not self.go_to("features"):
            return
        button = self.panel.pages["features"].ui.regionButton
        if button.visible and button.enabled:
            button.click()
            if SMALL_REGION in self.session.reading.marks:
                raise Wrong("the small region is to be on the darkest part, and the reading keeps its mark")

    def _mark(self):
        return self.one_of(node for role in (SPOT_ROLE, T2_ROLE, REGION_ROLE) for node in self.marks(role))

    def _mark_under_transform(self) -> None:
        node = self._mark()
        if node is not None:
            self.put_under_transform(node)

    def _mark_taken(self) -> None:
        """Another module deletes or renames a mark."""
        node = self._mark()
        if node is None:
            return
        way = str(self.rng.choice(["node", "point", "name"]))
        if way == "node":
            slicer.mrmlScene.RemoveNode(node)
        elif way == "point" and node.GetNumberOfControlPoints():
            node.RemoveNthControlPoint(0)
        else:
            node.SetName("F_2")
