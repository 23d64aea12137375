"""What the four views of a reading show, kept so whatever other modules do to them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import slicer
import vtk
from slicer.util import VTKObservationMixin

from HER2LowMRILib.mrml import reading_layout
from HER2LowMRILib.mrml.reading_layout import IMAGE, SLICES, VIEW_ROLES
from HER2LowMRILib.mrml.volumes import ROLE


class CaseViews(VTKObservationMixin):
    """The one owner of the views: volume, plane, place and zoom of each come from here.

    Whatever else changes a volume or a plane is undone at once: under the title of a map stands that map or nothing.
    The fourth view takes any image of the case. Zoom and place go from the view at hand to all others, so that the
    same voxel is at the same spot.

    Parameters
    ----------
    scene : vtkMRMLScene
    application_logic : vtkMRMLApplicationLogic or None
        For the slice views; None without a window.
    put_back : callable
        Called after something foreign was taken out of the views again.
    layout_changed : callable
        Called when the layout of the reading comes up or goes away.
    """

    def __init__(
        self,
        scene: slicer.vtkMRMLScene,
        application_logic: slicer.vtkMRMLApplicationLogic | None,
        put_back: Callable[[], None],
        layout_changed: Callable[[], None],
    ):
        VTKObservationMixin.__init__(self)
        self._scene, self._application_logic = scene, application_logic
        self._put_back, self._layout_changed = put_back, layout_changed
        self._volumes: dict[str, slicer.vtkMRMLVolumeNode | None] = {}
        self._cover: slicer.vtkMRMLLabelMapVolumeNode | None = None
        self._axes: np.ndarray | None = None
        self._acting = False
        self._layout_shown = False

    @property
    def layout_shown(self) -> bool:
        """Whether the layout of the reading is on the screen; drawing is possible only then."""
        number = reading_layout.current_layout(self._scene)
        return number is None or reading_layout.is_reading_layout(number)

    def show(
        self,
        volumes: dict[str, slicer.vtkMRMLVolumeNode | None],
        fit: bool = True,
        cover: slicer.vtkMRMLLabelMapVolumeNode | None = None,
    ) -> None:
        """Fill the views.

        Parameters
        ----------
        volumes : dict of str to vtkMRMLVolumeNode or None
            One for each of ``VIEW_ROLES``; None leaves a view empty.
        fit : bool
            Also fit the field of view and go to the middle slice: for a case that was just opened.
        cover : vtkMRMLLabelMapVolumeNode, optional
            Lies over the air in the views of the maps.
        """
        self._volumes, self._cover = dict(volumes), cover
        if self._application_logic is None:
            return
        with self._own_act():
            reading_layout.show_volumes(self._scene, self._application_logic, volumes, fit, cover)
        first = reading_layout.slice_node(self._scene, SLICES[0])
        self._axes = reading_layout.axes_of(first) if first is not None else None
        self._observe()

    def show_image(self, volume: slicer.vtkMRMLVolumeNode | None) -> None:
        """Change only the fourth view: an image that the reader picked."""
        self._volumes[IMAGE] = volume
        with self._own_act():
            reading_layout.show_image(self._scene, volume)

    @property
    def image(self) -> slicer.vtkMRMLVolumeNode | None:
        """What the fourth view shows; None where it is empty."""
        return self._wanted(SLICES[-1])

    def forget(self) -> None:
        """Empty the views and let go of them: the case goes away.

        Slicer takes long to remove a volume that a view still shows, and nobody shall see it under the next name.
        """
        self.removeObservers()
        if self._volumes:
            with self._own_act():
                for name in SLICES:
                    composite = reading_layout.composite_node(self._scene, name)
                    if composite is not None:
                        reading_layout.set_layers(composite, None)
        self._volumes, self._cover = {}, None

    @contextmanager
    def _own_act(self) -> Iterator[None]:
        before, self._acting = self._acting, True
        try:
            yield
        finally:
            self._acting = before

    def _observe(self) -> None:
        self.removeObservers()
        modified = vtk.vtkCommand.ModifiedEvent
        for name in SLICES:
            composite = reading_layout.composite_node(self._scene, name)
            view = reading_layout.slice_node(self._scene, name)
            if composite is not None and view is not None:
                self.addObserver(composite, modified, self._composite_modified)
                self.addObserver(view, modified, self._view_modified)
        layout = self._scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
        if layout is not None:
            self._layout_shown = self.layout_shown
            self.addObserver(layout, modified, self._layout_modified)

    # what other modules do
    def _wanted(self, name: str) -> slicer.vtkMRMLVolumeNode | None:
        volume = self._volumes.get(VIEW_ROLES[SLICES.index(name)])
        return volume if volume is not None and volume.GetScene() is not None else None

    def _cover_of(self, name: str) -> slicer.vtkMRMLLabelMapVolumeNode | None:
        there = name != SLICES[-1] and self._cover is not None and self._cover.GetScene() is not None
        return self._cover if there else None

    def show_cover(self, cover: slicer.vtkMRMLLabelMapVolumeNode | None) -> None:
        """Cover the air in the views of the maps, or no longer."""
        self._cover = cover
        with self._own_act():
            for name in SLICES:
                composite = reading_layout.composite_node(self._scene, name)
                if composite is not None:
                    reading_layout.set_layers(composite, self._wanted(name), self._cover_of(name))

    def _composite_modified(self, composite: slicer.vtkMRMLSliceCompositeNode, _event: str) -> None:
        if self._acting or not self._volumes:
            return
        name = composite.GetLayoutName()
        wanted, shown = self._wanted(name), composite.GetBackgroundVolumeID()
        cover = self._cover_of(name) if wanted is not None else None
        layers = (composite.GetForegroundVolumeID(), composite.GetLabelVolumeID())
        right = (None, cover.GetID() if cover is not None else None)
        if shown == (wanted.GetID() if wanted is not None else None) and layers == right:
            return
        node = self._scene.GetNodeByID(shown) if shown else None
        if name == SLICES[-1] and layers == right and node is not None and node.GetAttribute(ROLE):
            # Another image of the case, chosen above the view.
            self._volumes[IMAGE] = node
            return
        with self._own_act():
            reading_layout.set_layers(composite, wanted, cover)
        if shown is not None or layers[0] is not None:
            self._put_back()

    def _view_modified(self, view: slicer.vtkMRMLSliceNode, _event: str) -> None:
        if self._acting or not self._volumes:
            return
        with self._own_act():
            if self._axes is not None and not reading_layout.on_same_plane(view, self._axes):
                reading_layout.turn_to_plane(view, self._axes)
            for name in SLICES:
                other = reading_layout.slice_node(self._scene, name)
                if other is not None and other is not view:
                    reading_layout.show_same_place(view, other)

    def _layout_modified(self, _layout: slicer.vtkMRMLLayoutNode, _event: str) -> None:
        if self.layout_shown != self._layout_shown:
            self._layout_shown = self.layout_shown
            self._layout_changed()
