"""A white edge with a black rim around the outlines of a slice view, so that they stand out from every map.

No single colour does: the maps run from black to pale yellow. Of white and black one has a contrast of at least 4.5 to
any colour. Slicer draws its outline along the inner side of a segment; the edge lies outside of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
# In place of white, around an outline that nobody looked at yet.
ORANGE = (1.0, 0.55, 0.0)
_BINARY = "Binary labelmap"


@dataclass(frozen=True)
class Edge:
    """What is drawn around a segment, beginning at it.

    Attributes
    ----------
    segment_id : str
    lines : tuple of (colour, width)
        From the outline outwards: RGB from 0 to 1, and how far the line reaches [pixels].
    """

    segment_id: str
    lines: tuple[tuple[tuple[float, float, float], float], ...] = ((WHITE, 2.0), (BLACK, 3.0))


def waiting(edges: Sequence[Edge]) -> tuple[Edge, ...]:
    """The same edges around an outline that waits to be confirmed."""
    return tuple(
        replace(
            edge, lines=tuple((ORANGE if colour == WHITE else colour, reach) for colour, reach in edge.lines)
        )
        for edge in edges
    )


def boundary(mask: np.ndarray, first: tuple[int, int] = (0, 0)) -> np.ndarray:
    """Return the lines between pixels inside and outside of a mask.

    Parameters
    ----------
    mask : ndarray of bool, (y, x)
    first : tuple of int
        Place (x, y) of its first pixel in the view.

    Returns
    -------
    ndarray, (n, 2, 2)
        Both ends (x, y) of each line [pixels of the view]; pixel n reaches from n to n + 1.
    """
    padded = np.pad(mask, 1)
    y, x = np.nonzero(padded[:, 1:] != padded[:, :-1])
    upright = np.stack((np.stack((x, y - 1), -1), np.stack((x, y), -1)), 1)
    y, x = np.nonzero(padded[1:] != padded[:-1])
    level = np.stack((np.stack((x - 1, y), -1), np.stack((x, y), -1)), 1)
    return np.concatenate((upright, level)).astype(float) + np.asarray(first, float)


def pixels_of(
    segmentation: slicer.vtkMRMLSegmentationNode, segment_id: str, view: slicer.vtkMRMLSliceNode
) -> tuple[np.ndarray, tuple[int, int]] | None:
    """Return which pixels of a view show a segment, as Slicer draws it.

    Returns
    -------
    tuple of ndarray of bool, (y, x), and (x, y) of its first pixel; None when the view shows nothing of it
    """
    segment = segmentation.GetSegmentation().GetSegment(segment_id)
    image = segment.GetRepresentation(_BINARY) if segment is not None else None
    if image is None or image.IsEmpty() or image.GetPointData().GetScalars() is None:
        return None
    to_world, to_ijk = vtk.vtkMatrix4x4(), vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(to_world)
    to_world.Invert()
    vtk.vtkMatrix4x4.Multiply4x4(to_world, view.GetXYToRAS(), to_ijk)
    box = _box_in_view(image.GetExtent(), to_ijk, view.GetDimensions())
    if box is None:
        return None
    plain = vtk.vtkImageData()
    plain.ShallowCopy(image)
    plain.SetOrigin(0, 0, 0)
    plain.SetSpacing(1, 1, 1)
    plain.SetDirectionMatrix(1, 0, 0, 0, 1, 0, 0, 0, 1)
    transform, reslice = vtk.vtkTransform(), vtk.vtkImageReslice()
    transform.SetMatrix(to_ijk)
    reslice.SetInputData(plain)
    reslice.SetResliceTransform(transform)
    reslice.SetInterpolationModeToNearestNeighbor()
    reslice.SetOutputOrigin(0, 0, 0)
    reslice.SetOutputSpacing(1, 1, 1)
    reslice.SetOutputExtent(*box, 0, 0)
    reslice.SetBackgroundLevel(0)
    reslice.Update()
    found = reslice.GetOutput()
    shape = found.GetDimensions()[1::-1]
    mask = vtk_to_numpy(found.GetPointData().GetScalars()).reshape(shape) == segment.GetLabelValue()
    return (mask, (box[0], box[2])) if mask.any() else None


def _box_in_view(
    extent: Sequence[int], to_ijk: vtk.vtkMatrix4x4, size: Sequence[int]
) -> tuple[int, int, int, int] | None:
    """First and last pixel of a view, in x and y, that can show a box of voxels; None without any."""
    forth = np.array([[to_ijk.GetElement(r, c) for c in range(4)] for r in range(4)])
    ends = [(extent[2 * axis] - 0.5, extent[2 * axis + 1] + 0.5) for axis in range(3)]
    corners = np.array([(i, j, k, 1.0) for i in ends[0] for j in ends[1] for k in ends[2]]).T
    # A view that has no size yet, while the layout changes, is nowhere.
    try:
        with np.errstate(all="ignore"):
            places = np.linalg.inv(forth) @ corners
    except np.linalg.LinAlgError:
        return None
    x, y, depth, _ = places
    if not np.isfinite(places).all() or depth.min() > 0 or depth.max() < 0:
        return None
    low = np.clip(np.floor([x.min(), y.min()]), 0, size[:2]).astype(int)
    high = np.clip(np.ceil([x.max(), y.max()]), -1, np.asarray(size[:2]) - 1).astype(int)
    if (low > high).any():
        return None
    return int(low[0]), int(high[0]), int(low[1]), int(high[1])


def _is_shown_by(
    segmentation: slicer.vtkMRMLSegmentationNode, display: slicer.vtkMRMLSegmentationDisplayNode | None
) -> bool:
    """Whether a display node knows its segmentation; while a scene comes or goes it does not, nor its segments."""
    return display is not None and display.GetDisplayableNode() is segmentation


class OutlineEdges:
    """The edges in one slice view, drawn anew when the view is drawn and something has changed.

    Parameters
    ----------
    renderer : vtkRenderer
        Of the view.
    view : vtkMRMLSliceNode
    shown : callable
        Returns the segmentation and its edges, or None when there is none to draw.
    """

    def __init__(
        self,
        renderer: vtk.vtkRenderer,
        view: slicer.vtkMRMLSliceNode,
        shown: Callable[[], tuple[slicer.vtkMRMLSegmentationNode, Sequence[Edge]] | None],
    ):
        self.renderer, self.view, self._shown = renderer, view, shown
        self._actors: list[vtk.vtkActor2D] = []
        self._drawn: tuple[object, ...] | None = None
        self._tag = renderer.AddObserver(vtk.vtkCommand.StartEvent, self._about_to_draw)

    def remove(self) -> None:
        """Draw nothing any more."""
        self.renderer.RemoveObserver(self._tag)
        self._clear()

    def _clear(self) -> None:
        for actor in self._actors:
            self.renderer.RemoveViewProp(actor)
        self._actors = []

    def _about_to_draw(self, _renderer: object, _event: str) -> None:
        found = self._shown()
        state = None if found is None else self._state(*found)
        if state == self._drawn:
            return
        self._drawn = state
        self._clear()
        if found is not None:
            self._draw(*found)

    def _state(
        self, segmentation: slicer.vtkMRMLSegmentationNode, edges: Sequence[Edge]
    ) -> tuple[object, ...]:
        display, segments = segmentation.GetDisplayNode(), segmentation.GetSegmentation()
        found = [segments.GetSegment(edge.segment_id) for edge in edges]
        images = [one.GetRepresentation(_BINARY) for one in found if one is not None]
        return (
            segmentation.GetID(),
            self.view.GetMTime(),
            segments.GetMTime(),
            display.GetMTime() if display is not None else 0,
            _is_shown_by(segmentation, display),
            tuple(edges),
            *(image.GetMTime() for image in images if image is not None),
        )

    def _draw(self, segmentation: slicer.vtkMRMLSegmentationNode, edges: Sequence[Edge]) -> None:
        display = segmentation.GetDisplayNode()
        if not _is_shown_by(segmentation, display):
            return
        if not display.GetVisibility() or not display.GetVisibility2DOutline():
            return
        lines: list[tuple[float, tuple[float, float, float], np.ndarray]] = []
        for edge in edges:
            seen = (
                pixels_of(segmentation, edge.segment_id, self.view)
                # Of a segment that is not there yet, or no longer, a display node says an error.
                if segmentation.GetSegmentation().GetSegment(edge.segment_id) is not None
                and display.GetSegmentVisibility(edge.segment_id)
                else None
            )
            if seen is not None:
                ends = boundary(*seen)
                lines += [(reach, colour, ends) for colour, reach in edge.lines]
        # What reaches farther lies below; and all of it below Slicer's own outlines and the colours of segments.
        for reach, colour, ends in sorted(lines, key=lambda line: line[0]):
            actor = _actor(ends, colour, 2 * reach)
            self.renderer.AddViewProp(actor)
            props = self.renderer.GetViewProps()
            props.RemoveItem(actor)
            props.InsertItem(-1, actor)
            self._actors.append(actor)


def _actor(ends: np.ndarray, colour: tuple[float, float, float], width: float) -> vtk.vtkActor2D:
    """Lines of one colour; a dot at every end, or wide lines would gape at their corners."""
    # A whole number is the middle of a pixel for VTK; here it is where the pixel begins.
    flat = np.concatenate((ends.reshape(-1, 2) + 0.5, np.zeros((2 * len(ends), 1))), axis=1)
    points, data, mapper, actor = (
        vtk.vtkPoints(),
        vtk.vtkPolyData(),
        vtk.vtkPolyDataMapper2D(),
        vtk.vtkActor2D(),
    )
    points.SetData(numpy_to_vtk(np.ascontiguousarray(flat), deep=True))
    data.SetPoints(points)
    data.SetLines(_cells(np.arange(2 * len(ends)), 2))
    data.SetVerts(_cells(np.arange(2 * len(ends)), 1))
    mapper.SetInputData(data)
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(*colour)
    actor.GetProperty().SetLineWidth(width)
    actor.GetProperty().SetPointSize(width)
    return actor


def _cells(indices: np.ndarray, each: int) -> vtk.vtkCellArray:
    cells = vtk.vtkCellArray()
    offsets = np.arange(0, len(indices) + 1, each, dtype=np.int64)
    cells.SetData(
        numpy_to_vtk(offsets, deep=True, array_type=vtk.VTK_ID_TYPE),
        numpy_to_vtk(indices.astype(np.int64), deep=True, array_type=vtk.VTK_ID_TYPE),
    )
    return cells
