"""The views of a reading: four or six linked slice views on the acquisition plane, and two plots beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import slicer
import vtk

from HER2LowMRILib.core.map_spec import STANDARD_MAPS

if TYPE_CHECKING:
    # Only named: this file is also imported when Slicer starts, and must not take long.
    from HER2LowMRILib.images.image_grid import ImageGrid

# With plots beside the views, and without: as long as nothing is drawn there is nothing to plot.
LAYOUT_ID, PLAIN_LAYOUT_ID = 26203, 26205
WIDE_LAYOUT_ID, WIDE_PLAIN_LAYOUT_ID = 26207, 26209
_IDS = (LAYOUT_ID, PLAIN_LAYOUT_ID, WIDE_LAYOUT_ID, WIDE_PLAIN_LAYOUT_ID)
SLICES = ("HER2LowMRI_ADC", "HER2LowMRI_D", "HER2LowMRI_K", "HER2LowMRI_Image")
# A layout of more than four views has two more; they are made when it is shown for the first time.
ALL_SLICES = (*SLICES, "HER2LowMRI_Fifth", "HER2LowMRI_Sixth")
PLOTS = ("HER2LowMRI_Histogram", "HER2LowMRI_Decay")
# Qt colours of the view frames: those of the maps' place in the row, no meaning beyond that.
_FRAMES = ("#6E6E6E", "#3B7A57", "#A0522D", "#4A6FA5", "#7A5C99", "#8A7A33")
_LABELS = (*(spec.label for spec in STANDARD_MAPS), "image", "5", "6")


def description(plots: bool = True, wide: bool = False) -> str:
    """Return the layout as Slicer's layout description (XML).

    Parameters
    ----------
    plots : bool
        With histogram and signal decay beside the views.
    wide : bool
        Six views in two rows, not four.
    """

    def view(kind: str, tag: str, label: str, colour: str) -> str:
        return (
            f'<item><view class="{kind}" singletontag="{tag}">'
            '<property name="orientation" action="default">Axial</property>'
            f'<property name="viewlabel" action="default">{label}</property>'
            f'<property name="viewcolor" action="default">{colour}</property></view></item>'
        )

    slices = [view("vtkMRMLSliceNode", *entry) for entry in zip(ALL_SLICES, _LABELS, _FRAMES, strict=True)]
    columns = 3 if wide else 2
    plot_views = [
        f'<item><view class="vtkMRMLPlotViewNode" singletontag="{tag}">'
        f'<property name="viewlabel" action="default">{label}</property></view></item>'
        for tag, label in zip(PLOTS, ("histogram", "decay"), strict=True)
    ]
    # A grid, not rows of their own: a long title in one row would put its views beside those of the other row.
    cells = "".join(
        cell.replace("<item>", f'<item row="{number // columns}" column="{number % columns}">')
        for number, cell in enumerate(slices[: 2 * columns])
    )
    grid = f'<layout type="grid">{cells}</layout>'
    if not plots:
        return grid
    return (
        '<layout type="horizontal" split="true">'
        f'<item splitSize="700">{grid}</item>'
        f'<item splitSize="300"><layout type="vertical">{"".join(plot_views)}</layout></item>'
        "</layout>"
    )


def current_layout(scene: slicer.vtkMRMLScene) -> int | None:
    """Return the number of the layout that is shown; None without a window."""
    node = scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    return node.GetViewArrangement() if node is not None else None


def register_layout(scene: slicer.vtkMRMLScene) -> bool:
    """Make the reading layouts known to Slicer, so that a scene that was saved with one opens with its views.

    Returns
    -------
    bool
        Whether they were new.
    """
    node = scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    if node is None or node.IsLayoutDescription(LAYOUT_ID):
        return False
    node.AddLayoutDescription(LAYOUT_ID, description())
    node.AddLayoutDescription(PLAIN_LAYOUT_ID, description(plots=False))
    node.AddLayoutDescription(WIDE_LAYOUT_ID, description(wide=True))
    node.AddLayoutDescription(WIDE_PLAIN_LAYOUT_ID, description(plots=False, wide=True))
    return True


def is_reading_layout(number: int | None) -> bool:
    """Tell whether a layout is one of the reading."""
    return number in _IDS


def plots_are_shown(scene: slicer.vtkMRMLScene) -> bool:
    """Tell whether a layout of the reading with histogram and signal decay is up."""
    return current_layout(scene) in (LAYOUT_ID, WIDE_LAYOUT_ID)


def show_reading_layout(
    scene: slicer.vtkMRMLScene, plots: bool = True, views: int = len(SLICES)
) -> int | None:
    """Show the views of a reading.

    Parameters
    ----------
    plots : bool
        With histogram and signal decay beside the views.
    views : int
        How many the layout of the hanging protocol has.

    Returns
    -------
    int or None
        The layout that was shown before, for ``show_layout``; None without a window, or when it was one of the reading.
    """
    node = scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    if node is None:
        return None
    new, before = register_layout(scene), node.GetViewArrangement()
    with_plots, plain = _IDS[2:] if views > len(SLICES) else _IDS[:2]
    wanted = with_plots if plots else plain
    if before == wanted and new:
        # A scene asked for the layout before anybody knew it: the same number again would change nothing.
        node.SetViewArrangement(node.SlicerLayoutFourUpView)
    node.SetViewArrangement(wanted)
    # In a Slicer without this module, a scene that asks for this layout would open without any view.
    node.SetSaveWithScene(False)
    return None if is_reading_layout(before) else before


def show_as_many_views(scene: slicer.vtkMRMLScene, views: int) -> bool:
    """Have as many views as a layout of the hanging protocol needs, with plots or without as it is.

    Returns
    -------
    bool
        Whether views came or went.
    """
    node, number = scene.GetFirstNodeByClass("vtkMRMLLayoutNode"), current_layout(scene)
    if node is None or number not in _IDS:
        return False
    wanted = _IDS[(2 if views > len(SLICES) else 0) + _IDS.index(number) % 2]
    if wanted != number:
        node.SetViewArrangement(wanted)
    return wanted != number


def show_layout(scene: slicer.vtkMRMLScene, number: int) -> None:
    """Show a layout by its number."""
    node = scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    if node is not None:
        node.SetViewArrangement(number)
        node.SetSaveWithScene(True)


def show_crosshair(scene: slicer.vtkMRMLScene, on: bool) -> None:
    """Mark the same place in all views with a small cross, or no longer; a crosshair of the user's own stays."""
    node = scene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
    if node is not None and node.GetCrosshairMode() in (node.NoCrosshair, node.ShowSmallBasic):
        node.SetCrosshairMode(node.ShowSmallBasic if on else node.NoCrosshair)


def slice_node(scene: slicer.vtkMRMLScene, name: str) -> slicer.vtkMRMLSliceNode | None:
    """Return a slice view by its name in the layout."""
    return scene.GetSingletonNode(name, "vtkMRMLSliceNode")


def composite_node(scene: slicer.vtkMRMLScene, name: str) -> slicer.vtkMRMLSliceCompositeNode | None:
    """Return what says which volumes a slice view shows; None without such a view."""
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLSliceCompositeNode")):
        node = scene.GetNthNodeByClass(index, "vtkMRMLSliceCompositeNode")
        if node.GetLayoutName() == name:
            return node
    return None


def volume_of(scene: slicer.vtkMRMLScene, name: str) -> slicer.vtkMRMLVolumeNode | None:
    """Return the volume that a slice view shows."""
    composite = composite_node(scene, name)
    return scene.GetNodeByID(composite.GetBackgroundVolumeID() or "") if composite is not None else None


@dataclass(frozen=True)
class Shown:
    """What stands in a view.

    Attributes
    ----------
    volume : vtkMRMLVolumeNode or None
        None leaves the view empty.
    title : str
        Name of the view.
    is_map : bool
        Whether air may be covered in it.
    choosable : bool
        Whether the reader may put another image of the case there.
    """

    volume: slicer.vtkMRMLVolumeNode | None
    title: str
    is_map: bool = False
    choosable: bool = False


def show_volumes(
    scene: slicer.vtkMRMLScene,
    application_logic: slicer.vtkMRMLApplicationLogic,
    shown: Mapping[str, Shown],
    reference: slicer.vtkMRMLVolumeNode | None,
    fit: bool = True,
    cover: slicer.vtkMRMLLabelMapVolumeNode | None = None,
) -> list[str]:
    """Put a volume into each of some slice views, and turn each to the plane of its volume.

    Parameters
    ----------
    shown : mapping of str to Shown
        Of those views of ``ALL_SLICES`` that are to change.
    reference : vtkMRMLVolumeNode or None
        What the views are fitted to, and whose plane empty ones have.
    fit : bool
        Also fit the field of view and go to the middle slice: for a case that was just opened.
    cover : vtkMRMLLabelMapVolumeNode, optional
        Lies over the air in the views of the maps, where a fit of noise is any number.

    Returns
    -------
    list of str
        Which views were turned.
    """
    turned = []
    for name, one in shown.items():
        composite, view = composite_node(scene, name), slice_node(scene, name)
        if composite is None or view is None:
            continue
        unlink(composite)
        # A volume that is loaded meanwhile goes into Slicer's own views, not under the titles of these.
        composite.SetDoPropagateVolumeSelection(False)
        before = scene.GetNodeByID(composite.GetBackgroundVolumeID() or "")
        set_layers(composite, one.volume, cover if one.is_map else None)
        write_title(view, one.title)
        logic = application_logic.GetSliceLogic(view)
        plane = one.volume or reference
        if plane is not None and (fit or not _same_directions(before, plane)):
            turned.append(name)
            with slicer.util.NodeModify(view):
                view.RotateToVolumePlane(plane)
                if fit and logic is not None:
                    size = view.GetDimensions()
                    logic.FitSliceToVolume(reference or plane, size[0], size[1])
                    logic.SnapSliceOffsetToIJK()
    return turned


def write_title(view: slicer.vtkMRMLSliceNode, title: str) -> None:
    """Give a slice view its title, of which the bar above the view must be told, see `OnScreen.fit_titles`.

    Slicer takes any event of a slice view as another slice: it would cut the layers anew, draw, and lay out the bar.
    """
    if view.GetLayoutLabel() != title:
        view.SetDisableModifiedEvent(True)
        view.SetLayoutLabel(title)
        view.SetDisableModifiedEvent(False)


def _same_directions(one: slicer.vtkMRMLVolumeNode | None, other: slicer.vtkMRMLVolumeNode) -> bool:
    """Whether the axes of two volumes are the same, so that a view of one is a view of the other."""
    if one is None:
        return False
    found = []
    for volume in (one, other):
        matrix = vtk.vtkMatrix4x4()
        volume.GetIJKToRASDirectionMatrix(matrix)
        found.append([matrix.GetElement(row, column) for row in range(3) for column in range(3)])
    return found[0] == found[1]


def unlink(composite: slicer.vtkMRMLSliceCompositeNode) -> None:
    """Take a view out of Slicer's linking: it would carry the image of one view to all others, under their titles.

    Place, zoom and plane are carried by `show_same_place`.
    """
    if composite.GetLinkedControl():
        composite.SetLinkedControl(False)


def look_for_scale(
    application_logic: slicer.vtkMRMLApplicationLogic,
    view: slicer.vtkMRMLSliceNode,
    composite: slicer.vtkMRMLSliceCompositeNode,
) -> None:
    """Have a view show the scalar bar of its volume, also a view that is younger than the bar.

    It looks for one only when somebody chooses a volume by hand. All scalar bars in all views are set anew by it.
    """
    logic = application_logic.GetSliceLogic(view)
    if logic is not None:
        logic.StartSliceCompositeNodeInteraction(composite.BackgroundVolumeFlag)
        composite.Modified()
        logic.EndSliceCompositeNodeInteraction()


def take_titles(scene: slicer.vtkMRMLScene) -> None:
    """Give the views numbers in place of the titles of a case."""
    for number, name in enumerate(ALL_SLICES, start=1):
        view = slice_node(scene, name)
        if view is not None:
            write_title(view, str(number))


def set_layers(
    composite: slicer.vtkMRMLSliceCompositeNode,
    volume: slicer.vtkMRMLVolumeNode | None,
    cover: slicer.vtkMRMLLabelMapVolumeNode | None = None,
) -> None:
    """Show one volume in a view and nothing over it but what covers the air; None leaves the view empty."""
    # Slicer cuts all layers anew for each event.
    with slicer.util.NodeModify(composite):
        composite.SetBackgroundVolumeID(volume.GetID() if volume is not None else None)
        composite.SetForegroundVolumeID(None)
        composite.SetLabelVolumeID(cover.GetID() if cover is not None and volume is not None else None)
        composite.SetLabelOpacity(1.0)


def axes_of(view: slicer.vtkMRMLSliceNode) -> np.ndarray:
    """Return the directions of a slice view: right, up and out of the screen as columns, (3, 3) in RAS."""
    to_ras = view.GetSliceToRAS()
    return np.array([[to_ras.GetElement(row, column) for column in range(3)] for row in range(3)])


def on_same_plane(view: slicer.vtkMRMLSliceNode, axes: np.ndarray) -> bool:
    """Tell whether a slice view looks along these axes, as Slicer's own linking of views does."""
    return bool(np.allclose(axes_of(view), axes, atol=1e-3))


def turn_to_plane(view: slicer.vtkMRMLSliceNode, axes: np.ndarray) -> None:
    """Turn a slice view back to the plane of these axes, at the place where it is."""
    to_ras = view.GetSliceToRAS()
    for row in range(3):
        for column in range(3):
            to_ras.SetElement(row, column, float(axes[row, column]))
    view.UpdateMatrices()


def middle_of(view: slicer.vtkMRMLSliceNode) -> tuple[float, float, float]:
    """Return the place in the middle of a view [mm, RAS]."""
    origin, axes = view.GetXYZOrigin(), axes_of(view)
    to_ras = view.GetSliceToRAS()
    centre = [to_ras.GetElement(row, 3) for row in range(3)]
    moved = np.asarray(centre) + axes[:, :2] @ np.asarray(origin[:2])
    return float(moved[0]), float(moved[1]), float(moved[2])


def show_same_place(view: slicer.vtkMRMLSliceNode, other: slicer.vtkMRMLSliceNode) -> None:
    """Show in one view the slice, place and zoom of another; on a plane that is tilted, the same place in the middle.

    Slicer links the zoom of views, but not always the point that it keeps in place. Views of unequal size show unequal
    parts, at the same size of a voxel.
    """
    zoom = _zoomed_as(view, other)
    if not on_same_plane(other, axes_of(view)):
        other.SetXYZOrigin(0.0, 0.0, 0.0)
        other.JumpSliceByCentering(*middle_of(view))
        other.SetFieldOfView(*zoom)
        return
    here, there = view.GetSliceToRAS(), other.GetSliceToRAS()
    if any(here.GetElement(row, 3) != there.GetElement(row, 3) for row in range(3)):
        there.DeepCopy(here)
        other.UpdateMatrices()
    if not np.allclose(zoom, other.GetFieldOfView()) or view.GetXYZOrigin() != other.GetXYZOrigin():
        other.SetFieldOfView(*zoom)
        other.SetXYZOrigin(*view.GetXYZOrigin())


def _zoomed_as(view: slicer.vtkMRMLSliceNode, other: slicer.vtkMRMLSliceNode) -> tuple[float, float, float]:
    """Field of view of another view in which a voxel is as large as in this one [mm]."""
    field, size, other_size = view.GetFieldOfView(), view.GetDimensions(), other.GetDimensions()
    depth = other.GetFieldOfView()[2]
    if min(*size[:2], *other_size[:2]) < 1:
        return field[0], field[1], depth
    return field[0] * other_size[0] / size[0], field[1] * other_size[1] / size[1], depth


def go_to_slice(scene: slicer.vtkMRMLScene, grid: "ImageGrid", k: int) -> None:
    """Move all views to slice k of a volume (from 0), keeping the centre of the view in the plane."""
    middle = ((grid.size_ijk[0] - 1) / 2, (grid.size_ijk[1] - 1) / 2, k, 1)
    lps = grid.ijk_to_lps() @ middle
    for name in ALL_SLICES:
        view = slice_node(scene, name)
        if view is not None:
            view.JumpSliceByOffsetting(-lps[0], -lps[1], lps[2])


def go_to_largest(scene: slicer.vtkMRMLScene, grid: "ImageGrid", masks: Iterable[np.ndarray]) -> None:
    """Move all views to the slice in which masks, (k, j, i), together have most voxels; nowhere without any."""
    masks = [mask for mask in masks if mask.any()]
    if masks:
        go_to_slice(scene, grid, int(np.argmax(np.any(masks, axis=0).sum(axis=(1, 2)))))


def slice_shown(scene: slicer.vtkMRMLScene, grid: "ImageGrid") -> int | None:
    """Return the slice k of a volume that the first view shows; None without views or outside the volume."""
    view = slice_node(scene, SLICES[0])
    if view is None:
        return None
    to_ras = view.GetSliceToRAS()
    ras = [to_ras.GetElement(row, 3) for row in range(3)]
    k = np.linalg.inv(grid.ijk_to_lps()) @ (-ras[0], -ras[1], ras[2], 1)
    number = round(float(k[2]))
    return number if 0 <= number < grid.size_ijk[2] else None
