"""What the four views of a reading show, kept so whatever other modules do to them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import numpy as np
import slicer
import vtk
from slicer.util import VTKObservationMixin

from HER2LowMRILib.mrml import reading_layout
from HER2LowMRILib.mrml.map_volumes import fit_scalar_bars, has_scalar_bar, put_scalar_bars_right
from HER2LowMRILib.mrml.orientation_letters import show_letters
from HER2LowMRILib.mrml.outline_edges import Edge, OutlineEdges, waiting
from HER2LowMRILib.mrml.reading_layout import ALL_SLICES, SLICES, Shown
from HER2LowMRILib.session.other_segmentations import OtherSegmentations

NOTHING = Shown(None, "")


class OnScreen(Protocol):
    """What draws the views; each answer is None for a view that the layout does not show."""

    def renderer(self, name: str) -> vtk.vtkRenderer | None:
        """What draws the overlays of a view."""

    def annotation(self, name: str) -> vtk.vtkCornerAnnotation | None:
        """The texts at the edges of a view."""

    def draw(self, name: str) -> None:
        """Have a view drawn again soon."""

    def still(self) -> AbstractContextManager[None]:
        """Draw no view meanwhile, and once afterwards those whose slice changed."""

    def fit_titles(self, names: Iterable[str]) -> None:
        """Write the titles of views, with the room that they need and the views have."""


class CaseViews(VTKObservationMixin):
    """The one owner of the views: volume, title, plane, place and zoom of each come from here.

    Whatever else changes a volume or a plane is undone at once: under the title of a map stands that map or nothing.
    A view that is marked so takes any image of the case. Zoom and place go from the view at hand to all others: on
    one plane the same voxel is at the same spot, on planes that are tilted against each other the same place is in
    the middle.

    Parameters
    ----------
    scene : vtkMRMLScene
    application_logic : vtkMRMLApplicationLogic or None
        For the slice views; None without a window.
    put_back : callable
        Called after something foreign was taken out of the views again.
    layout_changed : callable
        Called when the layout of the reading comes up or goes away.
    screen : OnScreen
        What draws the views; None where nothing is drawn, as in a reading without a window.
    """

    def __init__(
        self,
        scene: slicer.vtkMRMLScene,
        application_logic: slicer.vtkMRMLApplicationLogic | None,
        put_back: Callable[[], None],
        layout_changed: Callable[[], None],
        screen: OnScreen | None,
    ):
        VTKObservationMixin.__init__(self)
        self._scene, self._application_logic = scene, application_logic
        self._put_back, self._layout_changed, self._screen = put_back, layout_changed, screen
        self._others = OtherSegmentations(scene, self._say_put_back)
        self._outlined: tuple[slicer.vtkMRMLSegmentationNode, tuple[Edge, ...]] | None = None
        self._edges: dict[str, OutlineEdges] = {}
        # Whether the slice in view was filled in between others and nobody looked at it yet.
        self.is_waiting: Callable[[], bool] = lambda: False
        self._shown: dict[str, Shown] = {}
        # Whether the views hold something of a case, also of one that another follows.
        self._filled = False
        self._is_of_case: Callable[[slicer.vtkMRMLNode], bool] = lambda _node: False
        self._cover: slicer.vtkMRMLLabelMapVolumeNode | None = None
        self._axes: dict[str, np.ndarray] = {}
        self._watched: dict[str, tuple[slicer.vtkMRMLNode, slicer.vtkMRMLNode]] = {}
        self._acting = False
        self._sizes: list[tuple[int, ...]] = []
        # Called when another module did something to the nodes of the case, see `CaseGuard`.
        self.case_changed: Callable[[], None] = lambda: None
        # A scene that is loaded brings its own views along; they are put right without a word.
        self.scene_is_loading = False
        self._layout_shown = False

    @property
    def layout_shown(self) -> bool:
        """Whether the layout of the reading is on the screen; drawing is possible only then."""
        number = reading_layout.current_layout(self._scene)
        return number is None or reading_layout.is_reading_layout(number)

    @property
    def sizes(self) -> tuple[tuple[int, ...], ...]:
        """Sizes of the views [pixels]; new views get theirs only when the events have run."""
        views = (reading_layout.slice_node(self._scene, name) for name in SLICES)
        return tuple(tuple(view.GetDimensions()[:2]) for view in views if view is not None)

    def show(
        self,
        shown: Sequence[Shown],
        reference: slicer.vtkMRMLVolumeNode | None,
        fit: bool = True,
        cover: slicer.vtkMRMLLabelMapVolumeNode | None = None,
        is_of_case: Callable[[slicer.vtkMRMLNode], bool] = lambda _node: False,
    ) -> None:
        """Fill the views.

        Parameters
        ----------
        shown : sequence of Shown
            From left to right, then down; views beyond them stay empty.
        reference : vtkMRMLVolumeNode or None
            What the views are fitted to, and whose plane empty ones have.
        fit : bool
            Also fit the field of view and go to the middle slice: for a case that was just opened.
        cover : vtkMRMLLabelMapVolumeNode, optional
            Lies over the air in the views of the maps.
        is_of_case : callable, optional
            Whether a volume may come up in the view that takes any image of the case; none may when left out.
        """
        self._is_of_case = is_of_case
        filled = [*shown[: len(ALL_SLICES)], *(NOTHING for _ in ALL_SLICES[len(shown) :])]
        before, cover_before = self._shown, self._cover
        self._shown, self._cover = dict(zip(ALL_SLICES, filled, strict=True)), cover
        self._filled = True
        if self._application_logic is None:
            return
        new = self._observe()
        changed = {
            name: one
            for name, one in self._shown.items()
            if fit
            or name in new
            or cover is not cover_before
            or one != before.get(name)
            or not self._is_right(name)
            or self._title(name) != one.title
        }
        place = self._middle() if not fit else None
        there = [reading_layout.volume_of(self._scene, name) for name in changed]
        # Each of the changes would be drawn; the reader sees the last one.
        with self._screen.still(), self._own_act():
            turned = reading_layout.show_volumes(
                self._scene, self._application_logic, changed, reference, fit, cover
            )
            self._look_for_scales(new, [*there, *(self._wanted(name) for name in changed)])
            for name in turned:
                self._axes[name] = reading_layout.axes_of(reading_layout.slice_node(self._scene, name))
            if place is not None:
                self._go_to(place, turned)
            if any(one.is_map for one in changed.values()):
                self._sizes = []
            self._fit_to_size(changed)
            self._write_letters(changed)
        for name in changed:
            # The bar of an empty view asks for nothing.
            if self._wanted(name) is None:
                self._screen.draw(name)
        self._attach_edges()
        self._hide_others()

    def _look_for_scales(
        self, new: Collection[str], volumes: Iterable[slicer.vtkMRMLVolumeNode | None]
    ) -> None:
        """Have the views show the scalar bars of what they hold, if one of these volumes has any."""
        if new:
            for name in new:
                view, composite = (
                    of(self._scene, name) for of in (reading_layout.slice_node, reading_layout.composite_node)
                )
                reading_layout.look_for_scale(self._application_logic, view, composite)
        elif any(has_scalar_bar(volume) for volume in volumes):
            put_scalar_bars_right(self._scene)

    def _say_put_back(self) -> None:
        if not self.scene_is_loading:
            self._put_back()

    def _hide_others(self) -> None:
        if self.layout_shown and self._shown:
            self._others.hide()
        else:
            self._others.show_again()

    def still(self) -> AbstractContextManager[None]:
        """Draw no view meanwhile, and once afterwards those whose slice changed."""
        return self._screen.still()

    def show_outline(
        self, segmentation: slicer.vtkMRMLSegmentationNode | None, edges: Sequence[Edge] = ()
    ) -> None:
        """Give the outlines of a segmentation edges that stand out from every map; None: there is none any more."""
        self._outlined = (segmentation, tuple(edges)) if segmentation is not None else None
        self.draw_edges()

    def _outline(self) -> tuple[slicer.vtkMRMLSegmentationNode, tuple[Edge, ...]] | None:
        if self._outlined is None or self._outlined[0].GetScene() is None:
            return None
        segmentation, edges = self._outlined
        return segmentation, waiting(edges) if self.is_waiting() else edges

    def draw_edges(self) -> None:
        """Draw the edges again, where something changed."""
        for name in self._edges:
            self._screen.draw(name)

    def _attach_edges(self) -> None:
        """Draw edges in every view that there is; a layout that comes back brings new views."""
        for name in ALL_SLICES:
            renderer, known = self._screen.renderer(name), self._edges.get(name)
            view = reading_layout.slice_node(self._scene, name)
            if known is not None and known.renderer is renderer and known.view is view:
                continue
            if known is not None:
                self._edges.pop(name).remove()
            if renderer is not None and view is not None:
                self._edges[name] = OutlineEdges(renderer, view, self._outline)

    def _write_letters(self, names: Iterable[str] = ALL_SLICES) -> None:
        for name in names:
            annotation = self._screen.annotation(name)
            view = reading_layout.slice_node(self._scene, name)
            if annotation is not None and view is not None:
                filled = self._wanted(name) is not None
                if show_letters(annotation, reading_layout.axes_of(view) if filled else None):
                    self._screen.draw(name)

    @property
    def image(self) -> slicer.vtkMRMLVolumeNode | None:
        """What the view shows that takes any image; None where it is empty or there is none."""
        return next((self._wanted(name) for name, shown in self._shown.items() if shown.choosable), None)

    def empty(self, wanted: Callable[[slicer.vtkMRMLVolumeNode], bool]) -> None:
        """Empty the views of some volumes, because they go away."""
        for name, shown in self._shown.items():
            if shown.volume is not None and wanted(shown.volume):
                self._shown[name] = Shown(None, shown.title)
                self._restore(name)

    def forget(self, still_shown: bool = False, another_follows: bool = False) -> None:
        """Empty the views and let go of them: the case goes away.

        Slicer takes long to remove a volume that a view still shows, and nobody shall see it under the next name.

        Parameters
        ----------
        still_shown : bool
            Leave them as they are: another case fills them before anything is drawn.
        another_follows : bool
            Leave the titles: the next case has the same. Without one they go, so that nothing else stands under them.
        """
        self.removeObservers()
        self._watched = {}
        self.show_outline(None)
        had, self._cover = self._filled and not still_shown, None
        self._filled = self._filled and still_shown
        self._shown = dict.fromkeys(ALL_SLICES, NOTHING) if had else {}
        for name in self._shown:
            self._restore(name)
        if had:
            self._write_letters()
        self._shown, self._is_of_case = {}, lambda _node: False
        if not still_shown:
            self._others.show_again()
        if not another_follows:
            reading_layout.take_titles(self._scene)
            if self._screen is not None:
                self._screen.fit_titles(ALL_SLICES)

    def close(self) -> None:
        """Let go of the views for good: the panel goes away."""
        self.forget()
        for edges in self._edges.values():
            edges.remove()
        self._edges = {}

    @contextmanager
    def _own_act(self) -> Iterator[None]:
        before, self._acting = self._acting, True
        try:
            yield
        finally:
            self._acting = before

    def _observe(self) -> set[str]:
        """Watch the views that there are; returns the names of those that were not watched before."""
        views = {}
        for name in ALL_SLICES:
            composite = reading_layout.composite_node(self._scene, name)
            view = reading_layout.slice_node(self._scene, name)
            if composite is not None and view is not None:
                views[name] = (composite, view)
        new = {name for name, nodes in views.items() if self._watched.get(name) != nodes}
        if not new and views.keys() == self._watched.keys():
            return new
        self.removeObservers()
        self._watched, modified = views, vtk.vtkCommand.ModifiedEvent
        for composite, view in views.values():
            self.addObserver(composite, modified, self._composite_modified)
            self.addObserver(view, modified, self._view_modified)
        layout = self._scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
        if layout is not None:
            self._layout_shown = self.layout_shown
            self.addObserver(layout, modified, self._layout_modified)
        return new

    # what other modules do
    def _wanted(self, name: str) -> slicer.vtkMRMLVolumeNode | None:
        volume = self._shown[name].volume if name in self._shown else None
        return volume if volume is not None and volume.GetScene() is not None else None

    def _cover_of(self, name: str) -> slicer.vtkMRMLLabelMapVolumeNode | None:
        covered = name in self._shown and self._shown[name].is_map and self._wanted(name) is not None
        there = covered and self._cover is not None and self._cover.GetScene() is not None
        return self._cover if there else None

    def _title(self, name: str) -> str:
        view = reading_layout.slice_node(self._scene, name)
        return (view.GetLayoutLabel() or "") if view is not None else self._shown[name].title

    def _is_right(self, name: str) -> bool:
        """Whether a view holds what it shall show, or is not there."""
        composite = reading_layout.composite_node(self._scene, name)
        if composite is None:
            return True
        there = (
            composite.GetBackgroundVolumeID(),
            composite.GetForegroundVolumeID(),
            composite.GetLabelVolumeID(),
        )
        wanted, cover = self._wanted(name), self._cover_of(name)
        return there == (
            wanted.GetID() if wanted is not None else None,
            None,
            cover.GetID() if cover is not None else None,
        )

    def _restore(self, name: str) -> None:
        composite = reading_layout.composite_node(self._scene, name)
        if composite is not None:
            with self._own_act():
                reading_layout.set_layers(composite, self._wanted(name), self._cover_of(name))
                view = reading_layout.slice_node(self._scene, name)
                if self._application_logic is not None and view is not None:
                    reading_layout.look_for_scale(self._application_logic, view, composite)

    def show_cover(self, cover: slicer.vtkMRMLLabelMapVolumeNode | None) -> None:
        """Cover the air in the views of the maps, or no longer."""
        self._cover = cover
        for name in self._shown:
            self._restore(name)

    def _composite_modified(self, composite: slicer.vtkMRMLSliceCompositeNode, _event: str) -> None:
        # While a scene is read its nodes and Slicer's logic change the views in turn, and would be answered without
        # end; they are put right as a whole when all of it is there.
        if self._acting or not self._shown or self._scene.IsImporting():
            return
        with self._own_act():
            # Somebody pressed the button in the bar of the view.
            reading_layout.unlink(composite)
        name = composite.GetLayoutName()
        if self._is_right(name):
            return
        wanted, shown = self._wanted(name), composite.GetBackgroundVolumeID()
        cover = self._cover_of(name)
        layers = (composite.GetForegroundVolumeID(), composite.GetLabelVolumeID())
        right = (None, cover.GetID() if cover is not None else None)
        node = self._scene.GetNodeByID(shown) if shown else None
        choosable = self._shown[name].choosable
        if choosable and layers == right and node is not None and self._is_of_case(node):
            # Another image of the case, chosen above the view.
            self._shown[name] = Shown(node, self._shown[name].title, choosable=True)
            return
        self._restore(name)
        # The Segment Editor empties the label layer whenever it gets a segmentation: nothing that anybody must be told.
        foreign = (shown, wanted), (layers[0], None), (layers[1], cover)
        if any(there not in (None, own.GetID() if own is not None else None) for there, own in foreign):
            self._say_put_back()

    def _fit_to_size(self, titled: Iterable[str] = ()) -> None:
        """Fit titles and scales to the size of the views where that is another one, and new titles in any case."""
        views = [reading_layout.slice_node(self._scene, name) for name in ALL_SLICES]
        # Views that become narrower do so one after the other.
        sizes = [tuple(view.GetDimensions()[:2]) for view in views if view is not None]
        if not sizes:
            return
        if sizes != self._sizes:
            self._sizes, titled = sizes, ALL_SLICES
            fit_scalar_bars(self._scene, sizes[0][1])
        self._screen.fit_titles(titled)

    def _view_modified(self, view: slicer.vtkMRMLSliceNode, _event: str) -> None:
        if self._acting or not self._shown:
            return
        self._fit_to_size()
        axes = self._axes.get(view.GetLayoutName())
        with self._own_act():
            if axes is not None and not reading_layout.on_same_plane(view, axes):
                reading_layout.turn_to_plane(view, axes)
            for name in ALL_SLICES:
                other = reading_layout.slice_node(self._scene, name)
                if other is not None and other is not view:
                    reading_layout.show_same_place(view, other)

    def follow_first(self) -> None:
        """Show in all views the place and zoom of the first: views that were just made know neither."""
        view = reading_layout.slice_node(self._scene, SLICES[0])
        if view is not None and self._shown:
            self._view_modified(view, "")

    @property
    def width_mm(self) -> float | None:
        """Width that the first view shows [mm]; None without views."""
        view = reading_layout.slice_node(self._scene, SLICES[0])
        return view.GetFieldOfView()[0] if view is not None and self._shown else None

    def show_at_least(self, width_mm: float) -> None:
        """Zoom out until this width is in sight: views that became narrower must not lose the lesion at their edge."""
        view = reading_layout.slice_node(self._scene, SLICES[0])
        if view is None or not self._shown:
            return
        width, height, depth = view.GetFieldOfView()
        if 0 < width < width_mm:
            view.SetFieldOfView(width_mm, height * width_mm / width, depth)
        self.follow_first()

    def _middle(self) -> tuple[float, float, float] | None:
        """Where the middle of the first view is [mm, RAS]."""
        view = reading_layout.slice_node(self._scene, SLICES[0])
        return reading_layout.middle_of(view) if view is not None and self._axes else None

    def _go_to(self, place: tuple[float, float, float], names: Iterable[str]) -> None:
        with self._own_act():
            for name in names:
                view = reading_layout.slice_node(self._scene, name)
                if view is not None:
                    view.JumpSliceByCentering(*place)

    def _layout_modified(self, _layout: slicer.vtkMRMLLayoutNode, _event: str) -> None:
        if self.layout_shown != self._layout_shown:
            self._layout_shown = self.layout_shown
            self._hide_others()
            self._layout_changed()
