"""The line over the lesion of the case at hand: it shows what the reading keeps, which keeps what is drawn."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import slicer
import vtk
from slicer.util import VTKObservationMixin

from HER2LowMRILib.mrml.size_lines import (
    NOT_OF_ANSWER,
    OF_ANSWER,
    SIZE_LINE,
    Place,
    add_line,
    colour_line,
    drawn_on,
    ends_of,
    is_placing,
    put_ends,
    selection_node,
    start_placing,
    stop_placing,
)
from HER2LowMRILib.mrml.volumes import ROLE, nodes_of_case, put_in_place, remove_node
from HER2LowMRILib.session.case_in_scene import CaseInScene
from HER2LowMRILib.session.single_case import SingleCase
from HER2LowMRILib.study.readings import CaseReading

# What became of the line: nothing, both ends are set, deleted by the reader, or given up before it was done.
Outcome = Literal["", "drawn", "deleted", "given up"]
# Ends that differ by less than the reading keeps are the same [mm].
_SAME_MM = 1e-3


class SizeLineInScene(VTKObservationMixin):
    """The one owner of the line's node.

    Parameters
    ----------
    case : CaseInScene
        Where the node goes.
    reading : CaseReading or SingleCase
        Keeps the line.
    touched : callable
        Called with True when something was finished by hand, with False while it is still being moved. Slicer is in the
        middle of it then: `settle` is called when it is through.
    """

    def __init__(self, case: CaseInScene, reading: CaseReading | SingleCase, touched: Callable[[bool], None]):
        VTKObservationMixin.__init__(self)
        self._case, self._reading, self._touched = case, reading, touched
        self._node: slicer.vtkMRMLMarkupsLineNode | None = None
        self._acting = self._drawing = False
        interaction = case.scene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
        if interaction is not None:
            self.addObserver(interaction, interaction.InteractionModeChangedEvent, self._finished)
        selection = selection_node(case.scene)
        if selection is not None:
            # Clicks go to another markup from now on: a line that was being drawn is given up.
            self.addObserver(selection, selection.ActivePlaceNodeIDChangedEvent, self._finished)
        self.addObserver(case.scene, case.scene.NodeRemovedEvent, self._node_removed)

    # following the hand
    def _finished(self, _caller: object, _event: object) -> None:
        if not self._acting and self._node is not None:
            self._touched(True)

    def _moved(self, _caller: object, _event: object) -> None:
        if not self._acting and self._node is not None:
            self._touched(False)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _node_removed(self, _caller: object, _event: object, node: slicer.vtkMRMLNode) -> None:
        if node is self._node:
            self._finished(_caller, _event)

    def draw(self) -> None:
        """Let the next two clicks draw the line, in place of one that is there; given up when asked for again."""
        if self._drawing and self._node is not None and is_placing(self._node):
            stop_placing(self._case.scene)
            return
        self._make()
        self._acting = True
        put_ends(self._node, ())
        colour_line(self._node, OF_ANSWER)
        self._drawing = True
        start_placing(self._node)
        self._acting = False

    @property
    def is_drawing(self) -> bool:
        """Whether clicks into the images set the ends of the line."""
        return self._drawing

    def settle(self) -> tuple[Outcome, tuple[Place, Place] | None, str, int | None]:
        """What became of the line since it was settled last.

        Returns
        -------
        outcome : str
        ends : tuple of two places, or None
            [mm, LPS], of a line that was drawn.
        image : str
            What the line was drawn on, by its role in the scene; empty: not known.
        phase : int or None
            Of an image of the dynamic series.
        """
        node, kept = self._node, self._reading.size_line
        nothing = ("", None, "", None)
        if node is None:
            return nothing
        if node.GetScene() is None:
            self._node, drawing, self._drawing = None, self._drawing, False
            stop_placing(self._case.scene)
            return ("given up", None, "", None) if drawing and kept is None else ("deleted", None, "", None)
        # A line measures the images, which keep their place; a transform may even stretch it.
        put_in_place(node)
        ends = ends_of(node)
        if ends is None:
            if self._drawing and is_placing(node):
                return nothing
            given_up, self._drawing = self._drawing, False
            return ("given up" if given_up else "deleted", None, "", None)
        drawn_anew, self._drawing = self._drawing, False
        if not drawn_anew and kept is not None and np.allclose(ends, kept["ends_mm"], rtol=0, atol=_SAME_MM):
            return nothing
        volume = drawn_on(node)
        role = (volume.GetAttribute(ROLE) or "") if volume is not None else ""
        if not role and kept is not None:
            # Moved by one end: it still lies on what it was drawn on.
            return "drawn", ends, kept["image"], kept["phase"]
        return "drawn", ends, *image_and_phase(role)

    @property
    def nodes(self) -> tuple[slicer.vtkMRMLMarkupsNode, ...]:
        """What of it is in the scene."""
        return (self._node,) if self._node is not None and self._node.GetScene() is not None else ()

    # following the reading
    def show(self) -> None:
        """Show the line as the reading keeps it, or none."""
        line = self._reading.size_line
        if line is None or len(line["ends_mm"]) != 2:
            self._remove()
            return
        self._make()
        self._acting = True
        ends = ends_of(self._node)
        if ends is None or not np.allclose(ends, line["ends_mm"], rtol=0, atol=_SAME_MM):
            put_ends(self._node, line["ends_mm"])
        colour_line(self._node, OF_ANSWER if self._reading.size_is_of_line else NOT_OF_ANSWER)
        self._node.SetLocked(not self._reading.is_open)
        self._drawing = self._acting = False

    def _make(self) -> None:
        if self._node is not None and self._node.GetScene() is not None:
            return
        self._node = add_line(self._case.scene, "size", SIZE_LINE)
        node = self._node
        for event in (
            node.PointPositionDefinedEvent,
            node.PointEndInteractionEvent,
            node.PointRemovedEvent,
            node.PointPositionUndefinedEvent,
        ):
            self.addObserver(node, event, self._finished)
        self.addObserver(node, node.PointModifiedEvent, self._moved)
        self.addObserver(node, slicer.vtkMRMLTransformableNode.TransformModifiedEvent, self._moved)

    def _remove(self) -> None:
        self._acting = True
        if self._node is not None:
            if is_placing(self._node):
                stop_placing(self._case.scene)
            remove_node(self._case.scene, self._node)
        self._node, self._drawing, self._acting = None, False, False

    def forget(self) -> None:
        """Let go of the line; the case goes away."""
        self.removeObservers()
        self._remove()


def image_and_phase(role: str) -> tuple[str, int | None]:
    """What a line was drawn on, from the role of a volume in the scene: "dce 1" is phase 1 of "dce"."""
    name, _, number = role.partition(" ")
    return (name, int(number)) if number.isdigit() and name != "dwi" else (role, None)


def show_lines_of_sides(
    case: CaseInScene, lines: dict[str, tuple[tuple[Place, Place], tuple[float, float, float]]]
) -> None:
    """Show the lines of two readers, to be compared and not to be moved.

    Parameters
    ----------
    lines : dict of str
        Side -> ends [mm, LPS] and colour.
    """
    for node in nodes_of_case(case.scene):
        if (node.GetAttribute(ROLE) or "").startswith(SIZE_LINE):
            remove_node(case.scene, node)
    for side, (ends, colour) in lines.items():
        node = add_line(case.scene, side, f"{SIZE_LINE} {side}", colour)
        put_ends(node, ends)
        node.SetLocked(True)


def show_line_of_side(case: CaseInScene, side: str, on: bool) -> None:
    """Show or hide the line of one side."""
    for node in nodes_of_case(case.scene):
        if node.GetAttribute(ROLE) == f"{SIZE_LINE} {side}":
            node.SetDisplayVisibility(on)
