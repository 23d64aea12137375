"""Keeps the nodes of a case as the case needs them: place, name and voxels, and the colours of the maps."""

import zlib
from collections.abc import Callable, Iterable

import numpy as np
import slicer
import vtk
from slicer.util import VTKObservationMixin

from HER2LowMRILib.mrml.map_volumes import MAP
from HER2LowMRILib.mrml.volumes import COVER, ROLE, array_of, is_in_place, put_in_place, remove_node


class CaseGuard(VTKObservationMixin):
    """Undoes at once what other modules do to the nodes of the case at hand.

    A map under a transform, or an outline under one, no longer lies where it is measured; a map in other colours is no
    longer what its scale says to somebody who knows it; under another name an image stands in the corner of its view
    as one of somebody else. Voxels that a filter of another module wrote are not what the title says. Window and level
    stay the reader's: the scale follows them.

    What is wrong is put right a moment later: taking a reference from a node while it tells of getting it ends Slicer.

    Parameters
    ----------
    changed : callable
        Called when something is wrong: see to it that `put_right` is called when the events have run.
    voxels_of : callable
        What a volume is to hold; None where nobody has it but the scene.
    """

    def __init__(
        self,
        changed: Callable[[], None],
        voxels_of: Callable[[slicer.vtkMRMLVolumeNode], np.ndarray | None],
    ):
        VTKObservationMixin.__init__(self)
        self._changed, self._voxels_of = changed, voxels_of
        # Volume -> when its voxels were written last, and a mark of them where nobody has them but the scene.
        self._voxels: dict[slicer.vtkMRMLNode, tuple[int, int | None]] = {}
        self._names: dict[slicer.vtkMRMLNode, str] = {}
        # Node -> what shows it; without it, or through another one, a view no longer shows what its title says.
        self._displays: dict[slicer.vtkMRMLNode, list[slicer.vtkMRMLDisplayNode]] = {}
        self._colours: dict[slicer.vtkMRMLNode, str | None] = {}
        # Map -> the display node whose colours are kept.
        self._shown: dict[slicer.vtkMRMLNode, slicer.vtkMRMLNode] = {}

    def watch(self, nodes: Iterable[slicer.vtkMRMLTransformableNode]) -> None:
        """Keep these nodes, and no others, as they are when they come; one under a transform is taken out of it.

        One that is kept already stays as it was, whatever somebody did to it meanwhile: see `let_go`.
        """
        nodes = list(nodes)
        wanted = set(nodes)
        for node in [node for node in self._names if node not in wanted]:
            self.let_go(node)
        for node in nodes:
            self.keep(node)

    def keep(self, node: slicer.vtkMRMLTransformableNode) -> None:
        """Keep one more node as it is now, beside those that are kept already."""
        if node in self._names:
            return
        self._names[node], self._displays[node] = node.GetName(), _displays(node)
        put_in_place(node)
        self.addObserver(node, slicer.vtkMRMLTransformableNode.TransformModifiedEvent, self._look)
        self.addObserver(node, vtk.vtkCommand.ModifiedEvent, self._look)
        # The Segment Editor empties and fills what lies over a view as it likes.
        if node.IsA("vtkMRMLVolumeNode") and node.GetAttribute(ROLE) != COVER:
            self._voxels[node] = self._state(node)
            self.addObserver(node, slicer.vtkMRMLVolumeNode.ImageDataModifiedEvent, self._look)
        shown = node.GetDisplayNode() if node.GetAttribute(MAP) else None
        if shown is not None:
            self._shown[node], self._colours[shown] = shown, shown.GetColorNodeID()
            self.addObserver(shown, vtk.vtkCommand.ModifiedEvent, self._look)

    def let_go(self, node: slicer.vtkMRMLNode) -> None:
        """Let go of one node, because the case itself changes it; `watch` keeps it again as it is then."""
        if self._names.pop(node, None) is None:
            return
        del self._displays[node]
        self.removeObserver(node, slicer.vtkMRMLTransformableNode.TransformModifiedEvent, self._look)
        self.removeObserver(node, vtk.vtkCommand.ModifiedEvent, self._look)
        if self._voxels.pop(node, None) is not None:
            self.removeObserver(node, slicer.vtkMRMLVolumeNode.ImageDataModifiedEvent, self._look)
        shown = self._shown.pop(node, None)
        if shown is not None:
            del self._colours[shown]
            self.removeObserver(shown, vtk.vtkCommand.ModifiedEvent, self._look)

    def forget(self) -> None:
        """Let go of all of them: they go away, or hold another case."""
        self.removeObservers()
        self._names, self._displays, self._colours, self._shown, self._voxels = {}, {}, {}, {}, {}

    def _state(self, node: slicer.vtkMRMLVolumeNode) -> tuple[int, int | None]:
        known = self._voxels_of(node) is not None
        return _written(node), None if known else _mark(node)

    def _holds_others(self, node: slicer.vtkMRMLVolumeNode) -> bool:
        """Whether a volume holds other voxels than those of the case."""
        written, mark = self._voxels[node]
        if _written(node) == written:
            return False
        own = self._voxels_of(node)
        same = _mark(node) == mark if own is None else _holds(node, own)
        if same:
            self._voxels[node] = _written(node), mark
        return not same

    def _is_wrong(self, node: slicer.vtkMRMLNode) -> bool:
        if node in self._colours:
            return node.GetColorNodeID() != self._colours[node]
        if node not in self._names:
            return False
        return not is_in_place(node) or node.GetName() != self._names[node] or self._is_shown_otherwise(node)

    def _is_shown_otherwise(self, node: slicer.vtkMRMLDisplayableNode) -> bool:
        """Whether something is missing of what shows a node, or another one comes first."""
        own, there = self._displays[node], _displays(node)
        return there[:1] != own[:1] or any(display not in there for display in own)

    def _look(self, node: slicer.vtkMRMLNode, _event: str) -> None:
        # Voxels cannot be looked at while somebody writes them.
        written = node in self._voxels and _written(node) != self._voxels[node][0]
        # A scene that is closed takes colours and transforms away before the nodes that use them.
        if (written or self._is_wrong(node)) and not slicer.mrmlScene.IsClosing():
            self._changed()

    def put_right(self) -> bool:
        """Put everything back; whether something was wrong.

        An image that nobody has but the scene is taken out of it: who misses it reads it again.
        """
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
                if self._is_shown_otherwise(node):
                    _show_through(node, self._displays[node])
        written = [node for node in self._voxels if node.GetScene() is not None and self._holds_others(node)]
        for node in written:
            self._put_voxels_back(node)
        return bool(wrong or written)

    def _put_voxels_back(self, node: slicer.vtkMRMLVolumeNode) -> None:
        own = self._voxels_of(node)
        if own is None:
            self.let_go(node)
            remove_node(slicer.mrmlScene, node)
            return
        slicer.util.updateVolumeFromArray(node, np.ascontiguousarray(own))
        self._voxels[node] = self._state(node)


def _displays(node: slicer.vtkMRMLDisplayableNode) -> list[slicer.vtkMRMLDisplayNode]:
    found = (node.GetNthDisplayNode(index) for index in range(node.GetNumberOfDisplayNodes()))
    return [display for display in found if display is not None]


def _show_through(node: slicer.vtkMRMLDisplayableNode, own: list[slicer.vtkMRMLDisplayNode]) -> None:
    """Show a node through these first; what another module added comes after them."""
    added = [display for display in _displays(node) if display not in own]
    for display in own:
        if display.GetScene() is None:
            node.GetScene().AddNode(display)
    with slicer.util.NodeModify(node):
        node.RemoveAllDisplayNodeIDs()
        for display in (*own, *added):
            node.AddAndObserveDisplayNodeID(display.GetID())
    for display in own:
        # Views look for a scale when its node says that it changed, not when it comes.
        display.Modified()


# Of the voxels that make the mark of an image.
_MARKED = 500_000


def _written(node: slicer.vtkMRMLVolumeNode) -> int:
    image = node.GetImageData()
    return image.GetMTime() if image is not None else -1


def _mark(node: slicer.vtkMRMLVolumeNode) -> int:
    """A number that changes with the voxels: a phase of a dynamic series is too large to look at each at every step."""
    if not _is_filled(node):
        return -1
    voxels = array_of(node).reshape(-1)
    return zlib.crc32(np.ascontiguousarray(voxels[:: max(voxels.size // _MARKED, 1)]))


def _holds(node: slicer.vtkMRMLVolumeNode, own: np.ndarray) -> bool:
    if not _is_filled(node):
        return False
    there = array_of(node)
    return there.shape == own.shape and np.array_equal(there, own, equal_nan=own.dtype.kind == "f")


def _is_filled(node: slicer.vtkMRMLVolumeNode) -> bool:
    image = node.GetImageData()
    scalars = image.GetPointData().GetScalars() if image is not None else None
    return scalars is not None and scalars.GetNumberOfTuples() == image.GetNumberOfPoints()
