"""Scalar volumes: the array and the place of a node, and a node from an array and its place."""

import json
from dataclasses import astuple
from typing import Any

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import get_vtk_array_type, vtk_to_numpy

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid, triple

ROLE = "HER2LowMRI.role"
# The grid to the last digit: the matrices of a node, multiplied with each other, differ from it by some 1e-16.
_GRID = "HER2LowMRI.grid"
_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def array_of(node: slicer.vtkMRMLVolumeNode) -> np.ndarray:
    """Return the voxels of a volume, without a copy.

    Returns
    -------
    ndarray, (k, j, i) or (k, j, i, component)

    Raises
    ------
    ImageError
        When the node holds no image.
    """
    image = node.GetImageData()
    scalars = image.GetPointData().GetScalars() if image is not None else None
    if scalars is None:
        raise ImageError(
            f"The volume {node.GetName()} is empty", needed="an image", found="none", todo="Load it again."
        )
    shape = image.GetDimensions()[::-1]
    if scalars.GetNumberOfComponents() > 1:
        shape = (*shape, scalars.GetNumberOfComponents())
    return vtk_to_numpy(scalars).reshape(shape)


def grid_of(node: slicer.vtkMRMLVolumeNode) -> ImageGrid:
    """Return where the voxels of a volume lie, a linear parent transform included.

    Raises
    ------
    ImageError
        When the node holds no image, or hangs under a transform that bends or shears.
    """
    image = node.GetImageData()
    if image is None:
        raise ImageError(
            f"The volume {node.GetName()} is empty", needed="an image", found="none", todo="Load it again."
        )
    matrix = _matrix(node)
    axes = matrix[:3, :3]
    spacing = np.linalg.norm(axes, axis=0)
    columns, rows, slices = (int(n) for n in image.GetDimensions())
    found = ImageGrid(
        (columns, rows, slices),
        triple(spacing),
        triple(matrix[:3, 3]),
        tuple(float(x) for x in (axes / spacing).ravel()),
    )
    exact = _added_at(node)
    return exact if exact is not None and exact.same_as(found, 1e-6) else found


def _added_at(node: slicer.vtkMRMLVolumeNode) -> ImageGrid | None:
    """Where a volume of the case was when it was added; None for others."""
    stated = node.GetAttribute(_GRID)
    parts: Any = [None if part is None else tuple(part) for part in json.loads(stated)] if stated else []
    return ImageGrid(*parts) if parts else None


def _matrix(node: slicer.vtkMRMLVolumeNode) -> np.ndarray:
    """Return IJK to LPS [mm]."""
    to_ras = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(to_ras)
    parent = node.GetParentTransformNode()
    matrix = _numpy(to_ras)
    if parent is not None:
        if not parent.IsTransformToWorldLinear():
            raise ImageError(
                f"The volume {node.GetName()} hangs under a transform that bends it",
                needed="no transform, or a linear one",
                found="a non-linear transform",
                todo="Harden the transform or take the volume out of it.",
            )
        to_world = vtk.vtkMatrix4x4()
        parent.GetMatrixTransformToWorld(to_world)
        matrix = _numpy(to_world) @ matrix
    return _LPS @ matrix


def _numpy(matrix: vtk.vtkMatrix4x4) -> np.ndarray:
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def ijk_to_ras(grid: ImageGrid) -> vtk.vtkMatrix4x4:
    """Return the matrix from voxel index to position as MRML has it [mm, RAS]."""
    numbers, matrix = _LPS @ grid.ijk_to_lps(), vtk.vtkMatrix4x4()
    for row in range(4):
        for column in range(4):
            matrix.SetElement(row, column, float(numbers[row, column]))
    return matrix


def add_volume(
    scene: slicer.vtkMRMLScene,
    array: np.ndarray,
    grid: ImageGrid,
    name: str,
    role: str,
    node: slicer.vtkMRMLScalarVolumeNode | None = None,
) -> slicer.vtkMRMLScalarVolumeNode:
    """Add a volume to the scene.

    Parameters
    ----------
    array : ndarray, (k, j, i)
        The voxels; they are copied, unless they are those of ``node`` already.
    role : str
        What the module uses the volume for, e.g. "adc"; ``nodes_of_case`` finds it by this.
    node : vtkMRMLScalarVolumeNode, optional
        Of an earlier case, to be used again: Slicer takes long to remove a volume and to add one.

    Raises
    ------
    ImageError
        When the array does not fit the grid.
    """
    if array.shape != grid.shape:
        raise ImageError("The array does not fit its grid", needed=str(grid.shape), found=str(array.shape))
    place = json.dumps(astuple(grid))
    in_place = _is_of(array, node)
    if node is not None and in_place and node.GetAttribute(_GRID) == place:
        # A step through the phases: everything but the voxels is as it is to be.
        with slicer.util.NodeModify(node):
            node.SetName(name)
            node.SetAttribute(ROLE, role)
            slicer.util.arrayFromVolumeModified(node)
        return node
    used_again = node is not None
    if node is None:
        node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
    # Each change would be drawn in the views that show the volume.
    with slicer.util.NodeModify(node):
        if used_again:
            make_anew(scene, node)
        node.SetName(name)
        node.SetAttribute(ROLE, role)
        node.SetAttribute(_GRID, place)
        node.SetIJKToRASMatrix(ijk_to_ras(grid))
        # Before the voxels are there: else Slicer works out a window of its own, which takes longer than the fit.
        node.CreateDefaultDisplayNodes()
        node.GetDisplayNode().SetAutoWindowLevel(False)
        if in_place:
            slicer.util.arrayFromVolumeModified(node)
        else:
            slicer.util.updateVolumeFromArray(node, np.ascontiguousarray(array))
    return node


def _is_of(array: np.ndarray, node: slicer.vtkMRMLScalarVolumeNode | None) -> bool:
    """Whether voxels are those of a volume already."""
    there = node is not None and node.GetImageData() is not None
    return there and np.may_share_memory(array, array_of(node))


def make_anew(scene: slicer.vtkMRMLScene, node: slicer.vtkMRMLVolumeNode) -> None:
    """Take from a volume what somebody did to the image of an earlier case, before it holds another one."""
    # A scene that is saved would write over the file of the earlier case.
    for storage in [node.GetNthStorageNode(index) for index in range(node.GetNumberOfStorageNodes())]:
        if storage is not None:
            scene.RemoveNode(storage)
    for name in list(node.GetAttributeNames() or ()):
        if name != ROLE:
            node.RemoveAttribute(name)
    node.SetAndObserveTransformNodeID(None)
    node.SetDescription("")
    shown = [node.GetNthDisplayNode(index) for index in range(node.GetNumberOfDisplayNodes())]
    for number, display in enumerate(shown):
        # The first, and the scalar bar, are set again by whoever shows the volume.
        if number and display is not None and not display.GetAttribute(ROLE):
            scene.RemoveNode(display)
    first = node.GetDisplayNode()
    if first is not None and first.IsA("vtkMRMLScalarVolumeDisplayNode"):
        first.SetVisibility(True)
        first.SetApplyThreshold(False)
        first.SetInvertDisplayScalarRange(False)
        first.SetAndObserveColorNodeID("vtkMRMLColorTableNodeGrey")
        first.SetInterpolate(True)


def add_empty_volume(
    scene: slicer.vtkMRMLScene, grid: ImageGrid, dtype: np.dtype, role: str
) -> slicer.vtkMRMLScalarVolumeNode:
    """Add a volume whose voxels are to be written in place, so that a large image is never in memory twice."""
    node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", role)
    node.SetAttribute(ROLE, role)
    node.CreateDefaultDisplayNodes()
    node.GetDisplayNode().SetAutoWindowLevel(False)
    image = vtk.vtkImageData()
    image.SetDimensions(*grid.size_ijk)
    image.AllocateScalars(get_vtk_array_type(dtype), 1)
    node.SetAndObserveImageData(image)
    return node


COVER = "outside tissue"
# A colour table that Slicer itself always has, clear at 0 and black at 64. One of our own would come with a saved
# scene, and Slicer draws the cover before it has read the table.
_COVER_COLOURS, _BLACK = "vtkMRMLColorTableNodeFile64Color-Nonsemantic.txt", 64


def add_cover(
    scene: slicer.vtkMRMLScene,
    outside: np.ndarray,
    grid: ImageGrid,
    name: str,
    node: slicer.vtkMRMLLabelMapVolumeNode | None = None,
) -> slicer.vtkMRMLNode:
    """Add a label map that is black where there is no tissue and clear elsewhere.

    Parameters
    ----------
    outside : ndarray of bool, (k, j, i)
        True in the air.
    node : vtkMRMLLabelMapVolumeNode, optional
        Of an earlier case, to be used again.

    Returns
    -------
    vtkMRMLLabelMapVolumeNode
    """
    used_before = node is not None
    if node is None:
        node = scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", name)
        node.CreateDefaultDisplayNodes()
    with slicer.util.NodeModify(node):
        if used_before:
            make_anew(scene, node)
        node.GetDisplayNode().SetAndObserveColorNodeID(_COVER_COLOURS)
        node.SetName(name)
        node.SetAttribute(ROLE, COVER)
        node.SetIJKToRASMatrix(ijk_to_ras(grid))
        slicer.util.updateVolumeFromArray(node, outside.astype(np.uint8) * np.uint8(_BLACK))
    return node


def _place_of(node: slicer.vtkMRMLTransformableNode) -> ImageGrid | None:
    """Where a volume that holds an image was added; None for other nodes."""
    is_image = node.IsA("vtkMRMLVolumeNode") and node.GetImageData() is not None
    return _added_at(node) if is_image else None


def is_in_place(node: slicer.vtkMRMLTransformableNode) -> bool:
    """Whether a node of the case lies under no transform, and a volume where it was added."""
    if node.GetParentTransformNode() is not None:
        return False
    place = _place_of(node)
    return place is None or grid_of(node).same_as(place, 1e-6)


def put_in_place(node: slicer.vtkMRMLTransformableNode) -> bool:
    """Take a transform off a node of the case and put a volume back where it was added; whether it had been moved."""
    moved = not is_in_place(node)
    if node.GetParentTransformNode() is not None:
        node.SetAndObserveTransformNodeID(None)
    place = _place_of(node)
    if place is not None and not grid_of(node).same_as(place, 1e-6):
        node.SetIJKToRASMatrix(ijk_to_ras(place))
    return moved


def nodes_of_case(scene: slicer.vtkMRMLScene) -> list[slicer.vtkMRMLNode]:
    """Return every node that the module put into the scene for the case at hand."""
    nodes = [scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())]
    return [node for node in nodes if node.GetAttribute(ROLE)]


def remove_case(scene: slicer.vtkMRMLScene) -> None:
    """Take the nodes of the case out of the scene, with the display and storage nodes that belong to them."""
    for node in nodes_of_case(scene):
        remove_node(scene, node)


def remove_node(scene: slicer.vtkMRMLScene, node: slicer.vtkMRMLNode) -> None:
    """Take a node out of the scene, with the display and storage nodes that belong to it."""
    # Removing a chart takes its series along, and a node may be gone before its turn comes.
    if node.GetScene() is None:
        return
    attached = []
    if node.IsA("vtkMRMLDisplayableNode"):
        attached += [node.GetNthDisplayNode(index) for index in range(node.GetNumberOfDisplayNodes())]
    if node.IsA("vtkMRMLStorableNode"):
        attached += [node.GetNthStorageNode(index) for index in range(node.GetNumberOfStorageNodes())]
    scene.RemoveNode(node)
    for part in attached:
        if part is not None and part.GetScene() is not None:
            scene.RemoveNode(part)
