"""Keeps the nodes of a case as the case needs them: where they lie, their names, and the colours of the maps."""

from collections.abc import Callable, Iterable

import slicer
import vtk
from slicer.util import VTKObservationMixin

from HER2LowMRILib.mrml.map_volumes import MAP
from HER2LowMRILib.mrml.volumes import is_in_place, put_in_place


class CaseGuard(VTKObservationMixin):
    """Undoes at once what other modules do to the nodes of the case at hand.

    A map under a transform, or an outline under one, no longer lies where it is measured; a map in other colours is no
    longer what its scale says to somebody who knows it; under another name an image stands in the corner of its view
    as one of somebody else. Window and level stay the reader's: the scale follows them.

    What is wrong is put right a moment later: taking a reference from a node while it tells of getting it ends Slicer.

    Parameters
    ----------
    changed : callable
        Called when something is wrong: see to it that `put_right` is called when the events have run.
    """

    def __init__(self, changed: Callable[[], None]):
        VTKObservationMixin.__init__(self)
        self._changed = changed
        self._names: dict[slicer.vtkMRMLNode, str] = {}
        self._colours: dict[slicer.vtkMRMLNode, str | None] = {}
        # Map -> the display node whose colours are kept.
        self._shown: dict[slicer.vtkMRMLNode, slicer.vtkMRMLNode] = {}

    def watch(self, nodes: Iterable[slicer.vtkMRMLTransformableNode]) -> None:
        """Keep these nodes as they are now, and no others; what lies under a transform already is taken out of it."""
        nodes = list(nodes)
        wanted = set(nodes)
        for node in [
            node for node in self._names if node not in wanted or node.GetName() != self._names[node]
        ]:
            self.let_go(node)
        for node in nodes:
            if node not in self._names:
                self._watch(node)

    def _watch(self, node: slicer.vtkMRMLTransformableNode) -> None:
        self._names[node] = node.GetName()
        put_in_place(node)
        self.addObserver(node, slicer.vtkMRMLTransformableNode.TransformModifiedEvent, self._look)
        self.addObserver(node, vtk.vtkCommand.ModifiedEvent, self._look)
        shown = node.GetDisplayNode() if node.GetAttribute(MAP) else None
        if shown is not None:
            self._shown[node], self._colours[shown] = shown, shown.GetColorNodeID()
            self.addObserver(shown, vtk.vtkCommand.ModifiedEvent, self._look)

    def let_go(self, node: slicer.vtkMRMLNode) -> None:
        """Let go of one node, because the case itself changes it; `watch` keeps it again as it is then."""
        if self._names.pop(node, None) is None:
            return
        self.removeObserver(node, slicer.vtkMRMLTransformableNode.TransformModifiedEvent, self._look)
        self.removeObserver(node, vtk.vtkCommand.ModifiedEvent, self._look)
        shown = self._shown.pop(node, None)
        if shown is not None:
            del self._colours[shown]
            self.removeObserver(shown, vtk.vtkCommand.ModifiedEvent, self._look)

    def forget(self) -> None:
        """Let go of all of them: they go away, or hold another case."""
        self.removeObservers()
        self._names, self._colours, self._shown = {}, {}, {}

    def _is_wrong(self, node: slicer.vtkMRMLNode) -> bool:
        if node in self._colours:
            return node.GetColorNodeID() != self._colours[node]
        return node in self._names and (not is_in_place(node) or node.GetName() != self._names[node])

    def _look(self, node: slicer.vtkMRMLNode, _event: str) -> None:
        # A scene that is closed takes colours and transforms away before the nodes that use them.
        if self._is_wrong(node) and not slicer.mrmlScene.IsClosing():
            self._changed()

    def put_right(self) -> bool:
        """Put everything back; whether something was wrong."""
        wrong = [
            node
            for node in (*self._names, *self._colours)
            if node.GetScene() is not None and self._is_wrong(node)
        ]
        for node in wrong:
            if node in self._colours:
                node.SetAndObserveColorNodeID(self._colours[node])
            else:
                put_in_place(node)
                node.SetName(self._names[node])
        return bool(wrong)
