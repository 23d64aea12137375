"""The line over the lesion: by key and clicks, given up, moved, deleted, brought back, and touched by others."""

from typing import ClassVar

import numpy as np
import slicer
from HER2LowMRILib.core.size_line import SIZE_ITEM
from HER2LowMRILib.mrml.size_lines import SIZE_LINE, ends_of
from HER2LowMRILib.mrml.volumes import ROLE

from slicer_session.sitting_ground import Ground, Wrong


class LineActs(Ground):
    """The size by a line."""

    ACTS: ClassVar = {
        "line": 9,
        "line_undo": 2,
        "line_delete": 1,
        "line_moved": 3,
        "line_taken": 1,
        "line_under_transform": 1,
        "line_renamed": 1,
    }

    def lines(self) -> list:
        """The line of the reading, as far as it is in the scene."""
        nodes = slicer.util.getNodesByClass("vtkMRMLMarkupsLineNode")
        return [node for node in nodes if node.GetAttribute(ROLE) == SIZE_LINE]

    def _line(self) -> None:
        """By the key and two clicks; now and then given up, or left as it is half-way."""
        if not self.session.is_reader or not self._at_images():
            return
        self._type("line")
        self.hands.settle()
        interaction = self.interaction()
        if interaction.GetCurrentInteractionMode() != interaction.Place:
            return
        clicks, view, places = int(self.rng.choice([0, 1, 2, 2, 2, 2])), self.one_of(self.views()), []
        for _click in range(clicks if view is not None else 0):
            places.append(self.hands.click(view, *map(float, self.rng.uniform(0.3, 0.7, 2))))
            self.hands.settle()
        if clicks < 2 and self.chance(0.6):
            self._type("line")
        self._settle_line()
        if len(places) == 2 and None not in places and self.session.can_edit:
            self._look_at_new_line(places)

    def _settle_line(self) -> None:
        self.hands.settle()
        self.panel.size_line.settle_finished()

    def _look_at_new_line(self, places: list) -> None:
        one, other = ((-x, -y, z) for x, y, z in places)
        line, said = self.session.reading.size_line, self.panel.ui.messageLabel.text
        refused = line is None or not np.allclose(line["ends_mm"], (one, other), rtol=0, atol=1e-3)
        if refused and not said:
            raise Wrong(f"a line from {one} to {other} was drawn, and the reading keeps {line}")
        if not refused and abs(line["length_mm"] - float(np.linalg.norm(np.subtract(one, other)))) > 0.01:
            raise Wrong(f"a line from {one} to {other} has {line['length_mm']} mm")

    def _at_size(self) -> bool:
        """Bring the question of the size up."""
        if self.case is None or not self.session.can_edit or not self.go_to("descriptors"):
            return False
        page = self.panel.pages["descriptors"]
        ids = [item.id for item in page._items]
        if SIZE_ITEM not in ids:
            return False
        page.ui.questionTable.setCurrentCell(ids.index(SIZE_ITEM), 0)
        self.hands.settle()
        return True

    def _line_undo(self) -> None:
        if self._at_size():
            self.panel.pages["descriptors"].ui.lineUndoButton.click()

    def _line_delete(self) -> None:
        if not self._at_size():
            return
        self.panel.pages["descriptors"].ui.lineDeleteButton.click()
        if self.session.reading.size_line is not None and not self.interaction_places():
            raise Wrong("the line was deleted by the button, and the reading keeps it")

    def interaction_places(self) -> bool:
        """Whether clicks set marks now."""
        interaction = self.interaction()
        return interaction.GetCurrentInteractionMode() == interaction.Place

    def _whole_line(self):
        return next((node for node in self.lines() if ends_of(node) is not None), None)

    def _line_moved(self) -> None:
        """One end, as by the mouse or in the table of Slicer's Markups."""
        line = self._whole_line()
        if line is None:
            return
        place = [0.0, 0.0, 0.0]
        line.GetNthControlPointPositionWorld(1, place)
        line.SetNthControlPointPositionWorld(1, *(place + self.rng.uniform(-8, 8, 3)))
        if self.chance(0.5):
            line.InvokeEvent(line.PointEndInteractionEvent)

    def _line_taken(self) -> None:
        """Deleted by another module: the node, or one of its points."""
        line = self._whole_line()
        if line is None:
            return
        if self.chance(0.5):
            slicer.mrmlScene.RemoveNode(line)
        else:
            line.RemoveNthControlPoint(0)

    def _line_under_transform(self) -> None:
        line = self._whole_line()
        if line is not None:
            self.put_under_transform(line)

    def _line_renamed(self) -> None:
        for line in self.lines():
            line.SetName("F_1")
