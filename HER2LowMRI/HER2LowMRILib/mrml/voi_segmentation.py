"""The VOI of a case as a segmentation node: one lesion segment and the named segments that are left out of it."""

from collections.abc import Mapping

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.mrml.outline_edges import BLACK, WHITE, Edge
from HER2LowMRILib.mrml.volumes import ROLE, grid_of, ijk_to_ras

LESION = "lesion"
# Okabe and Ito's colours: told apart with any colour vision, and on grey, Viridis and Inferno alike.
COLOURS = {
    LESION: (0.90, 0.20, 0.10),
    "necrosis": (0.00, 0.62, 0.88),
    "haemorrhage": (0.94, 0.89, 0.26),
    "vessel": (0.80, 0.47, 0.65),
    "cyst": (0.00, 0.75, 0.55),
}


def side_name(side: str) -> str:
    """Name of the segment that shows the VOI of a side."""
    return f"side {side}"


# The segments that show the VOIs of readers, and their colours; more than two readers are rare.
SIDES = tuple(map(side_name, "ABCDEFGH"))
SIDE_COLOURS = (
    (0.00, 0.62, 0.88),
    (0.94, 0.89, 0.26),
    (0.80, 0.47, 0.65),
    (0.00, 0.75, 0.55),
    (0.90, 0.20, 0.10),
    (0.84, 0.37, 0.00),
    (0.75, 0.75, 0.75),
    (0.60, 0.40, 0.20),
)
# How far the line of the first side reaches beyond its outline [pixels]: Slicer draws both along the inner side, and
# where they coincide only the second would be seen.
_FIRST_SIDE_PIXELS = 2.0
_BINARY = "Binary labelmap"


def add_voi(
    scene: slicer.vtkMRMLScene,
    adc: slicer.vtkMRMLScalarVolumeNode,
    masks: Mapping[str, np.ndarray],
    case_name: str,
    grid: ImageGrid | None = None,
) -> slicer.vtkMRMLSegmentationNode:
    """Put the VOI of a case into the scene, with its grid pinned to the ADC map.

    Parameters
    ----------
    adc : vtkMRMLScalarVolumeNode
        The map that is drawn on.
    masks : mapping of str to ndarray of bool, (k, j, i)
        What is drawn so far; segments that are absent are added empty.
    grid : ImageGrid, optional
        Where the masks lie; the grid of ``adc`` when left out.

    Returns
    -------
    vtkMRMLSegmentationNode
        With the segments "lesion", "necrosis", "haemorrhage", "vessel", "cyst"; their ids are their names.
    """
    colours = COLOURS | {name: (0.6, 0.6, 0.6) for name in masks if name not in COLOURS}
    return _add_segmentation(scene, adc, masks, colours, case_name, grid or grid_of(adc))


def add_sides(
    scene: slicer.vtkMRMLScene,
    adc: slicer.vtkMRMLScalarVolumeNode,
    masks: Mapping[str, np.ndarray],
    case_name: str,
) -> slicer.vtkMRMLSegmentationNode:
    """Put the VOIs of readers into the scene, to be compared and not to be drawn in.

    Parameters
    ----------
    masks : mapping of str to ndarray of bool, (k, j, i)
        One of ``SIDES`` -> VOI, on the grid of ``adc``; who drew none has an empty segment, so that the other one keeps
        its colour and edge.
    """
    colours = dict(zip(SIDES, SIDE_COLOURS, strict=True))
    last = max([1, *map(SIDES.index, masks)])
    shown = {side: colours[side] for side in SIDES[: last + 1]}
    return _add_segmentation(scene, adc, masks, shown, case_name, grid_of(adc))


def edges_of_voi(node: slicer.vtkMRMLSegmentationNode) -> tuple[Edge, ...]:
    """What is drawn around the segments of a VOI."""
    return tuple(Edge(segment_id) for segment_id in node.GetSegmentation().GetSegmentIDs())


def edges_of_sides(node: slicer.vtkMRMLSegmentationNode) -> tuple[Edge, ...]:
    """What is drawn around the VOIs of two sides, so that both are seen where they coincide."""
    first, *others = node.GetSegmentation().GetSegmentIDs()
    own = (SIDE_COLOURS[0], _FIRST_SIDE_PIXELS)
    further = ((WHITE, _FIRST_SIDE_PIXELS + 2), (BLACK, _FIRST_SIDE_PIXELS + 3))
    return (Edge(first, (own, *further)), *(Edge(other) for other in others))


def _add_segmentation(
    scene: slicer.vtkMRMLScene,
    adc: slicer.vtkMRMLScalarVolumeNode,
    masks: Mapping[str, np.ndarray],
    colours: Mapping[str, tuple[float, float, float]],
    case_name: str,
    grid: ImageGrid,
) -> slicer.vtkMRMLSegmentationNode:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", f"{case_name} VOI".strip())
    node.SetAttribute(ROLE, "voi")
    node.CreateDefaultDisplayNodes()
    node.GetSegmentation().SetSourceRepresentationName(_BINARY)
    node.SetReferenceImageGeometryParameterFromVolumeNode(adc)
    # Without a colour of our own Slicer takes a random one.
    for name, colour in colours.items():
        node.GetSegmentation().AddEmptySegment(name, name, colour)
    for name, mask in masks.items():
        if mask.any():
            set_mask(node, name, mask, grid)
    shown = node.GetDisplayNode()
    shown.SetVisibility2DFill(True)
    shown.SetOpacity2DFill(0.15)
    shown.SetVisibility2DOutline(True)
    shown.SetOpacity2DOutline(1.0)
    shown.SetSliceIntersectionThickness(2)
    return node


def set_mask(
    node: slicer.vtkMRMLSegmentationNode, segment_id: str, mask: np.ndarray, grid: ImageGrid
) -> None:
    """Replace what is drawn in a segment; other segments keep theirs, also where they overlap."""
    if mask.shape != grid.shape:
        raise ImageError("The mask does not fit the map", needed=str(grid.shape), found=str(mask.shape))
    image = slicer.vtkOrientedImageData()
    image.SetDimensions(*grid.size_ijk)
    # The scalars must outlive the numpy array, so they are copied.
    image.GetPointData().SetScalars(numpy_to_vtk(mask.astype(np.uint8).reshape(-1), deep=True))
    image.SetImageToWorldMatrix(ijk_to_ras(grid))
    slicer.vtkSlicerSegmentationsModuleLogic.SetBinaryLabelmapToSegment(image, node, segment_id)


def fill(image: slicer.vtkOrientedImageData, mask: np.ndarray) -> None:
    """Put a mask into a labelmap of the same grid, whose extent may begin elsewhere; the rest of it is emptied.

    Parameters
    ----------
    mask : ndarray of bool, (k, j, i)
    """
    extent = image.GetExtent()
    voxels = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(image.GetDimensions()[::-1])
    voxels[:] = 0
    inside, own = [], []
    for axis, size in zip((2, 1, 0), mask.shape, strict=True):
        low, high = max(extent[2 * axis], 0), min(extent[2 * axis + 1] + 1, size)
        inside.append(slice(low - extent[2 * axis], high - extent[2 * axis]))
        own.append(slice(low, high))
    voxels[tuple(inside)] = mask[tuple(own)]
    image.Modified()


def mask_of(node: slicer.vtkMRMLSegmentationNode, segment_id: str, grid: ImageGrid) -> np.ndarray:
    """Return what is drawn in a segment, on a grid.

    Only the drawn part of the labelmap is copied, so that reading after each stroke costs little. A labelmap on other
    voxels than the grid is resampled by nearest neighbour.

    Returns
    -------
    ndarray of bool, (k, j, i)
    """
    mask = np.zeros(grid.shape, bool)
    segment = node.GetSegmentation().GetSegment(segment_id)
    image = segment.GetRepresentation(_BINARY) if segment is not None else None
    if image is None or image.IsEmpty():
        return mask
    offset = _offset(image, grid)
    if offset is None:
        image, offset = _resampled(image, grid), (0, 0, 0)
    scalars = image.GetPointData().GetScalars()
    if scalars is None:
        return mask
    extent = image.GetExtent()
    labels = vtk_to_numpy(scalars).reshape(image.GetDimensions()[::-1])
    inside, outside = [], []
    for axis, size in zip((2, 1, 0), grid.shape, strict=True):
        first = extent[2 * axis] + offset[axis]
        last = extent[2 * axis + 1] + offset[axis] + 1
        low, high = max(first, 0), min(last, size)
        if low >= high:
            return mask
        inside.append(slice(low - first, high - first))
        outside.append(slice(low, high))
    np.equal(labels[tuple(inside)], segment.GetLabelValue(), out=mask[tuple(outside)])
    return mask


def _offset(image: slicer.vtkOrientedImageData, grid: ImageGrid) -> tuple[int, int, int] | None:
    """Voxels by which the labelmap is shifted against the grid; None when it lies on other voxels."""
    ours, theirs = _array(ijk_to_ras(grid)), vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(theirs)
    to_grid = np.linalg.inv(ours) @ _array(theirs)
    shift = np.round(to_grid[:3, 3])
    far = max(abs(number) for number in (*image.GetExtent(), 1))
    same_axes = np.allclose(to_grid[:3, :3], np.eye(3), atol=0.02 / (far + 1))
    if not same_axes or np.abs(to_grid[:3, 3] - shift).max() > 0.02:
        return None
    i, j, k = (int(n) for n in shift)
    return i, j, k


def _array(matrix: vtk.vtkMatrix4x4) -> np.ndarray:
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def _resampled(image: slicer.vtkOrientedImageData, grid: ImageGrid) -> slicer.vtkOrientedImageData:
    reference, result = slicer.vtkOrientedImageData(), slicer.vtkOrientedImageData()
    reference.SetDimensions(*grid.size_ijk)
    reference.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
    reference.SetImageToWorldMatrix(ijk_to_ras(grid))
    slicer.vtkOrientedImageDataResample.ResampleOrientedImageToReferenceOrientedImage(
        image, reference, result, False
    )
    return result


def masks_of(node: slicer.vtkMRMLSegmentationNode, grid: ImageGrid) -> dict[str, np.ndarray]:
    """Return everything that is drawn: name of the segment -> mask; empty segments are left out.

    A standing segment goes by its id, whatever somebody called it; segments of one name count together.

    Returns
    -------
    dict of str to ndarray of bool, (k, j, i)
    """
    segmentation = node.GetSegmentation()
    drawn: dict[str, np.ndarray] = {}
    for segment_id in segmentation.GetSegmentIDs():
        mask = mask_of(node, segment_id, grid)
        if mask.any():
            name = segment_id if segment_id in COLOURS else segmentation.GetSegment(segment_id).GetName()
            drawn[name] = drawn[name] | mask if name in drawn else mask
    return drawn


def missing_segments(node: slicer.vtkMRMLSegmentationNode) -> tuple[str, ...]:
    """Return the names of the standing segments that somebody removed."""
    return tuple(name for name in COLOURS if node.GetSegmentation().GetSegment(name) is None)


def restore_segments(
    node: slicer.vtkMRMLSegmentationNode, drawn: Mapping[str, np.ndarray], grid: ImageGrid
) -> tuple[str, ...]:
    """Put standing segments back that somebody removed, with what was drawn in them, and their names.

    Parameters
    ----------
    drawn : mapping of str to ndarray of bool, (k, j, i)
        What was drawn before, on ``grid``.

    Returns
    -------
    tuple of str
        Names of the segments that were removed or renamed.
    """
    segmentation = node.GetSegmentation()
    missing = missing_segments(node)
    for name in missing:
        segmentation.AddEmptySegment(name, name, COLOURS[name])
        if name in drawn:
            set_mask(node, name, drawn[name], grid)
    present = (name for name in COLOURS if name not in missing)
    renamed = tuple(name for name in present if segmentation.GetSegment(name).GetName() != name)
    for name in renamed:
        segmentation.GetSegment(name).SetName(name)
    return (*missing, *renamed)
