"""Segmentations of others stay out of the views of a case: Slicer draws a segmentation over every view."""

from collections.abc import Callable

import slicer
import vtk
from slicer.util import VTKObservationMixin

from HER2LowMRILib.mrml.volumes import ROLE

# Kept with what was hidden, so that a scene that is saved meanwhile can be put right as well.
HIDDEN = "HER2LowMRI.hidden"
_CLASS = "vtkMRMLSegmentationNode"


class OtherSegmentations(VTKObservationMixin):
    """Hides other segmentations as long as the views of a case are up, and shows them again afterwards.

    Parameters
    ----------
    scene : vtkMRMLScene
    said : callable
        Called after some were hidden.
    """

    def __init__(self, scene: slicer.vtkMRMLScene, said: Callable[[], None]):
        VTKObservationMixin.__init__(self)
        self._scene, self._said = scene, said

    def hide(self) -> None:
        """Hide what is there, and what comes from now on."""
        self.removeObservers()
        self.addObserver(self._scene, self._scene.NodeAddedEvent, self._node_added)
        for node in slicer.util.getNodesByClass(_CLASS, self._scene):
            self._watch(node)
            self._display_modified(node, "")

    def show_again(self) -> None:
        """Show what was hidden."""
        self.removeObservers()
        for node in slicer.util.getNodesByClass(_CLASS, self._scene):
            for display in _displays(node):
                if display.GetAttribute(HIDDEN):
                    display.RemoveAttribute(HIDDEN)
                    display.SetVisibility(True)

    def _watch(self, node: slicer.vtkMRMLSegmentationNode) -> None:
        self.addObserver(node, node.DisplayModifiedEvent, self._display_modified)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _node_added(self, _scene: object, _event: str, node: slicer.vtkMRMLNode) -> None:
        if node.IsA(_CLASS):
            self._watch(node)

    def _display_modified(self, node: slicer.vtkMRMLSegmentationNode, _event: str) -> None:
        # One of the case itself is known by its role, which it gets before it has anything to show.
        if node.GetAttribute(ROLE):
            return
        shown = [display for display in _displays(node) if display.GetVisibility()]
        for display in shown:
            display.SetAttribute(HIDDEN, "1")
            display.SetVisibility(False)
        if shown:
            self._said()


def _displays(node: slicer.vtkMRMLSegmentationNode) -> list[slicer.vtkMRMLDisplayNode]:
    found = [node.GetNthDisplayNode(number) for number in range(node.GetNumberOfDisplayNodes())]
    return [display for display in found if display is not None]
