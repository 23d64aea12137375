"""One case as it lies in the scene: images, maps, VOI, and what is measured from them."""

import json
import time
import weakref
from collections.abc import Callable, Generator, Mapping, Sequence

import numpy as np
import slicer

from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.signal_decay import SignalDecay, decay_of_voi, decay_of_voxel
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.diffusion_series import BImage, DiffusionSeries
from HER2LowMRILib.images.segment_names import choose_voi
from HER2LowMRILib.images.voi_on_grid import Outline, carry_over
from HER2LowMRILib.mrml import plots, reading_layout
from HER2LowMRILib.mrml.feature_table import show_features
from HER2LowMRILib.mrml.map_volumes import (
    QUALITY,
    SceneGroup,
    add_maps,
    maps_in_scene,
    scalar_bars_of,
    show_as_image,
    show_scalar_bars,
)
from HER2LowMRILib.mrml.reading_layout import Shown
from HER2LowMRILib.mrml.voi_segmentation import (
    add_sides,
    add_voi,
    edges_of_sides,
    edges_of_voi,
    masks_of,
    restore_segments,
)
from HER2LowMRILib.mrml.volumes import (
    COVER,
    ROLE,
    add_cover,
    add_empty_volume,
    add_volume,
    array_of,
    grid_of,
    nodes_of_case,
    put_in_place,
    remove_case,
    remove_node,
)
from HER2LowMRILib.session.case_guard import CaseGuard
from HER2LowMRILib.session.case_views import CaseViews
from HER2LowMRILib.workflow.case_maps import CaseMaps, MapGroup, Row, provenance_columns
from HER2LowMRILib.workflow.measure_beside import Curve
from HER2LowMRILib.workflow.measure_intervals import VoiIntervals, case_interval_steps, row_with_intervals
from HER2LowMRILib.workflow.measure_maps import Measurement, PlacedVoi, measure_placed, place_voi

# Diffusion-weighted images are in the scene by their b-value, other images by what they are.
DWI_ROLE = "dwi"
AVERAGES, B_SOURCE = "HER2LowMRI.averages", "HER2LowMRI.b_source"
# Where the maps are from, kept with each of them: a scene that is loaded again must give the same row.
PROVENANCE = "HER2LowMRI.provenance"


class CaseInScene:
    """The nodes of the case at hand.

    Parameters
    ----------
    scene : vtkMRMLScene
    views : CaseViews
        Where it is shown.
    name : str
        Pseudonym; first part of every node name.
    options : FitOptions, optional
        How maps are fitted.
    features : FeatureSet, optional
        What is measured.
    spare : mapping of str to vtkMRMLVolumeNode, optional
        Role -> volume of the case before, to be used again: what `release` returned.
    """

    def __init__(
        self,
        scene: slicer.vtkMRMLScene,
        views: CaseViews,
        name: str,
        options: FitOptions | None = None,
        features: FeatureSet | None = None,
        spare: Mapping[str, slicer.vtkMRMLVolumeNode] | None = None,
    ):
        self.scene, self.name, self.views = scene, name, views
        # Weak: a case and its guard that hold each other would keep the images of every case in memory.
        voxels_of = weakref.WeakMethod(self._voxels_of)
        self._guard = CaseGuard(
            lambda: views.case_changed(),
            lambda node: own(node) if (own := voxels_of()) is not None else None,
        )
        self.options, self.features = options or FitOptions(), features or FeatureSet()
        self.series: DiffusionSeries | None = None
        self.nodes: dict[str, slicer.vtkMRMLVolumeNode] = {}
        self._spare = dict(spare or {})
        self.voi: slicer.vtkMRMLSegmentationNode | None = None
        self.maps: CaseMaps | None = None
        self.grid: ImageGrid | None = None
        self.measurement: Measurement | None = None
        self._placed: PlacedVoi | None = None
        # Intervals of the measurement at hand, and the way to them: they take half a second, a stroke must not.
        self.intervals: VoiIntervals | None = None
        self._interval_steps: Generator[None, None, VoiIntervals] | None = None
        self._charts: dict[str, plots.Chart] = {}
        # Where the reader moved the small region on the darkest part to [mm, LPS].
        self.small_region_place: Sequence[float] | None = None
        # What was drawn when the VOI was last measured: what a segment that is deleted is put back from.
        self.air_covered = True
        self.drawn: dict[str, np.ndarray] = {}

    # images and maps
    def show_series(self, series: DiffusionSeries) -> None:
        """Put the image of each b-value into the scene; the highest stands in the fourth view."""
        if series is self.series:
            return
        self.series = series
        self._guard.forget()
        roles = {f"{DWI_ROLE} {image.b_value:g}": image for image in series.images}
        again = {role: self._again(role) for role in roles}
        self._remove_volumes(lambda role: role.startswith(DWI_ROLE))
        for role, image in roles.items():
            node = add_volume(
                self.scene,
                np.asarray(image.array),
                series.grid,
                f"{self.name} b {image.b_value:g}".strip(),
                role,
                again[role],
            )
            node.SetAttribute(AVERAGES, f"{image.averages:g}")
            node.SetAttribute(B_SOURCE, image.source)
            show_as_image(node, image.b_value)
            self.nodes[role] = node

    def _again(self, role: str) -> slicer.vtkMRMLVolumeNode | None:
        """The volume that had this role before, in this case or the one before it, to be used again."""
        node = self.nodes.pop(role, None) or self._spare.pop(role, None)
        return node if node is not None and node.GetScene() is not None else None

    def _remove_volumes(self, wanted: Callable[[str], bool]) -> None:
        for role in [role for role in self.nodes if wanted(role)]:
            remove_node(self.scene, self.nodes.pop(role))

    @property
    def images_by_b(self) -> dict[float, slicer.vtkMRMLVolumeNode]:
        """The image of each b-value [s/mm2]."""
        return {
            float(role.split()[1]): node for role, node in self.nodes.items() if role.startswith(DWI_ROLE)
        }

    def _adopt_series(self) -> None:
        """Put the series together again from the images in a scene that was loaded."""
        found = list(self.images_by_b.items())
        if found:
            images = tuple(
                BImage(
                    b,
                    array_of(node).copy(),
                    float(node.GetAttribute(AVERAGES) or 1),
                    node.GetAttribute(B_SOURCE) or "",
                )
                for b, node in sorted(found, key=lambda pair: pair[0])
            )
            self.series = DiffusionSeries(images, grid_of(found[0][1]), form="in the scene")

    def show_image(
        self,
        array: np.ndarray,
        grid: ImageGrid,
        role: str,
        name: str = "",
        instead_of: str | None = None,
    ) -> np.ndarray:
        """Put an image beside the maps into the scene; its name stands in the corner of a view.

        Parameters
        ----------
        instead_of : str, optional
            Role of an image that is no longer needed: its volume is used again.

        Returns
        -------
        ndarray, shape (k, j, i)
            The voxels of the volume, without a copy.
        """
        name = name or f"{self.name} {role}".strip()
        node = self._again(instead_of or role)
        if node is not None:
            self._guard.let_go(node)
        self.nodes[role] = add_volume(self.scene, array, grid, name, role, node)
        # Read ahead, it may stand in no view for a while.
        self._guard.keep(self.nodes[role])
        return array_of(self.nodes[role])

    def room_for_image(self, grid: ImageGrid, dtype: np.dtype, role: str) -> np.ndarray:
        """Voxels of a volume of that role, to be written and then given to `show_image`; one that fits is used again.

        Parameters
        ----------
        dtype : dtype
        role : str
            Of the volume to use again, or of a new one.
        """
        known = self.nodes.get(role)
        if known is not None and known.GetScene() is not None:
            voxels = array_of(known)
            if voxels.shape == grid.shape and voxels.dtype == dtype:
                return voxels
            remove_node(self.scene, self.nodes.pop(role))
        self.nodes[role] = add_empty_volume(self.scene, grid, dtype, role)
        return array_of(self.nodes[role])

    def remove_images(self, wanted: Callable[[str], bool]) -> None:
        """Take images beside the maps out of the scene, by their roles; they are made again when they are needed."""
        self.views.empty(lambda node: wanted(node.GetAttribute(ROLE) or ""))
        self._remove(wanted)

    def show_maps(self, maps: CaseMaps) -> None:
        """Put maps of the whole image (`CaseMaps.whole`) into the scene in place of those before."""
        self._guard.forget()
        roles = self._map_roles()
        again = {role: node for role in roles if (node := self._again(role)) is not None}
        self.options = maps.options
        for number, group in enumerate(maps.groups):
            values, _ = group.maps_in(None, None, None)
            if not group.given:
                # With what the fit settled itself: the b-values that were used, noise, saturation.
                self.options = values.options
            made = add_maps(self.scene, values, group.grid, self.name, number, group.given, again)
            self.nodes.update(made)
            for role in made:
                again.pop(role, None)
        for node in again.values():
            remove_node(self.scene, node)
        kept = {"columns": maps.provenance, "notices": [notice.parts for notice in maps.notices]}
        for node in (self.nodes[role] for role in self._map_roles() if role in self.nodes):
            node.SetAttribute(PROVENANCE, json.dumps(kept))
        self._bind_maps()
        self.maps.take_known(maps)
        self.cover_air()

    def _voxels_of(self, node: slicer.vtkMRMLVolumeNode) -> np.ndarray | None:
        """What a volume is to hold; None for an image beside the maps, which is in memory once."""
        role = node.GetAttribute(ROLE)
        if role.startswith(DWI_ROLE) and self.series is not None:
            images = self.series.images
            return next((one.array for one in images if f"{DWI_ROLE} {one.b_value:g}" == role), None)
        for group in self.maps.groups if self.maps is not None else ():
            maps, _ = group.maps_in(None, None, None)
            if role == QUALITY and maps.quality is not None:
                return maps.quality
            name = next((spec.name for spec in maps.specs if spec.role == role), None)
            if name is not None:
                return maps.values[name]
        return None

    def _map_roles(self) -> tuple[str, ...]:
        return (*(spec.role for spec in self.features.maps), QUALITY)

    def _drawn_on(self) -> slicer.vtkMRMLScalarVolumeNode | None:
        return next((self.nodes[role] for role in self._map_roles() if role in self.nodes), None)

    def _bind_maps(self) -> None:
        """Take the maps as they are in the scene."""
        found = maps_in_scene(self.nodes, self.features, self.options)
        if not found:
            self.maps, self.grid = None, None
            return
        text = self._drawn_on().GetAttribute(PROVENANCE)
        kept = json.loads(text) if text else self._provenance_of(found)
        self.maps = CaseMaps(
            tuple(MapGroup.of(group.maps, group.grid, group.given) for group in found),
            self.features.ranged(self.options),
            kept["columns"],
            self.options,
            tuple(Notice(*notice) for notice in kept["notices"]),
            series=self.series,
        )
        self.grid = self.maps.grid

    def _provenance_of(self, groups: Sequence[SceneGroup]) -> dict[str, object]:
        """What the maps themselves tell, of a scene that an earlier version saved."""
        fitted = {spec.name for group in groups if not group.given for spec in group.maps.specs}
        given = {spec.name for group in groups if group.given for spec in group.maps.specs}
        if self.series is None:
            # Without the images that they were fitted to, nobody can say how.
            fitted, given = set(), fitted | given
        return {"columns": provenance_columns(self.series, self.options, fitted, given), "notices": []}

    @property
    def drawn_on(self) -> slicer.vtkMRMLScalarVolumeNode | None:
        """The map that the VOI is drawn on: ADC, or the first map that there is."""
        return self._drawn_on() if self.maps is not None else None

    def has_maps(self) -> bool:
        """Whether there is something to draw on."""
        return self.maps is not None

    def has(self, node: slicer.vtkMRMLNode) -> bool:
        """Whether a volume is an image of this case: not a foreign one, nor one of a case before, nor the cover."""
        return node.GetAttribute(ROLE) != COVER and self.nodes.get(node.GetAttribute(ROLE)) is node

    def default_image(self) -> slicer.vtkMRMLVolumeNode | None:
        """Return the image of the highest b-value, or any other that is not a map."""
        images = [role for role in self.nodes if role.startswith(DWI_ROLE)]
        if images:
            return self.nodes[max(images, key=lambda role: float(role.split()[1]))]
        # A further map has no view of its own.
        shown = [spec.role for spec in self.features.maps if spec not in self.features.further]
        others = [role for role in self.nodes if role not in (*shown, QUALITY, COVER)]
        return self.nodes[others[0]] if others else None

    def cover_air(self) -> None:
        """Make what lies over the air in the views of the maps; nothing without an image of the lowest b-value."""
        series, groups = self.series, self.maps.groups if self.maps is not None else ()
        if series is not None and any(group.grid.same_as(series.grid) for group in groups):
            name = f"{self.name} {COVER}".strip()
            outside = self.maps.outside
            self.nodes[COVER] = add_cover(self.scene, outside.mask, outside.grid, name, self._again(COVER))
        else:
            self._remove(lambda role: role == COVER)

    def show_views(self, shown: Sequence[Shown], fit: bool = True) -> None:
        """Fill the views of the reading layout."""
        reference = self.drawn_on or next((one.volume for one in shown if one.volume is not None), None)
        self.views.show(shown, reference, fit, self._cover(), self.has)
        self._keep_as_it_is()

    def _cover(self) -> slicer.vtkMRMLLabelMapVolumeNode | None:
        return self.nodes.get(COVER) if self.air_covered else None

    def show_cover(self, on: bool) -> None:
        """Cover the air in the views of the maps, or show the noise there too."""
        self.air_covered = on
        self.views.show_cover(self._cover())

    def show_scales(self, on: bool) -> None:
        """Show or hide the scalar bars: one may lie over a lesion."""
        show_scalar_bars(self.scene, on)

    # VOI
    def start_voi(self, masks: Mapping[str, np.ndarray], grid: ImageGrid | None = None) -> None:
        """Make the VOI of the case from what was drawn before; needs maps.

        Parameters
        ----------
        masks : mapping of str to ndarray of bool, (k, j, i)
            Segment name -> mask.
        grid : ImageGrid, optional
            Where the masks lie; that of the maps when left out.

        Raises
        ------
        HER2LowMRIError
            When there is no map to draw on.
        """
        if not self.has_maps():
            raise HER2LowMRIError(
                "There is nothing to draw on", needed="a map", found="none", todo="Compute the maps."
            )
        self._remove(lambda role: role == "voi")
        self.voi = add_voi(self.scene, self.drawn_on, masks, self.name, grid)
        self.show_edges()

    def show_sides(self, masks: Mapping[str, np.ndarray]) -> None:
        """Show the VOIs of two readers instead of one that can be drawn."""
        self._remove(lambda role: role == "voi")
        self.voi = add_sides(self.scene, self.drawn_on, masks, self.name)
        self.views.show_outline(self.voi, edges_of_sides(self.voi))
        self._keep_as_it_is()

    def show_edges(self) -> None:
        """Give every outline of the VOI an edge that stands out from the maps."""
        self.views.show_outline(self.voi, edges_of_voi(self.voi) if self.voi is not None else ())
        self._keep_as_it_is()

    def _keep_as_it_is(self) -> None:
        nodes = [*self.nodes.values(), *([self.voi] if self.voi is not None else [])]
        self._guard.watch(node for node in nodes if node.GetScene() is not None)

    def masks(self) -> dict[str, np.ndarray]:
        """Return what is drawn: segment name -> mask; empty segments are left out."""
        if self.voi is not None and self.voi.GetScene() is None:
            # Slicer takes the segments out of a segmentation that somebody deletes; it is brought back as it was.
            return dict(self.drawn)
        return masks_of(self.voi, self.grid) if self.voi is not None else {}

    def outline(self) -> Outline | None:
        """Return what is drawn on the map that is drawn on; None when nothing is left or drawn."""
        if self.grid is None:
            return None
        try:
            chosen = choose_voi(self.masks())
        except ImageError:
            return None
        return Outline(chosen.lesion, chosen.left_out, self.grid)

    def voi_mask(self) -> np.ndarray | None:
        """Return the lesion without the excluded parts, on the map that is drawn on; None when there is none."""
        outline = self.outline()
        return outline.voi if outline is not None else None

    def _voi_on(self, grid: ImageGrid | None) -> np.ndarray | None:
        """Return the VOI on other voxels; None when there is none, or it cannot be carried there."""
        voi = self.voi_mask()
        try:
            return carry_over(voi, self.grid, grid)[0] if voi is not None and grid is not None else None
        except ImageError:
            return None

    def restore_segments(self) -> tuple[str, ...]:
        """Bring back standing segments that somebody removed or renamed; returns their names."""
        if self.voi is None or self.grid is None:
            return ()
        return restore_segments(self.voi, self.drawn, self.grid)

    def put_in_place(self) -> bool:
        """Put back what another module moved: where an image stands is where it was acquired; whether any was.

        An outline drawn on a map that was moved would be measured beside what was seen.
        """
        nodes = [node for node in (*self.nodes.values(), self.voi) if node is not None]
        # Each of them, also after the first that was.
        moved = [put_in_place(node) for node in nodes if node.GetScene() is not None]
        return any(moved)

    def measure(self) -> Measurement | None:
        """Measure the VOI as it is drawn now; None when there is none."""
        self.drawn = self.masks()
        outline = self.outline() if self.maps is not None else None
        if outline is None:
            self.measurement = None
            return None
        self._placed = place_voi(self.maps, outline)
        moved = {"": self.small_region_place} if self.small_region_place is not None else {}
        self.measurement = measure_placed(self.maps, {"": self._placed}, moved)[""]
        self.intervals, self._interval_steps = None, None
        return self.measurement

    def go_on_with_intervals(self, seconds: float = float("inf")) -> bool:
        """Measure the intervals of the features for some time; whether they are there.

        Parameters
        ----------
        seconds : float
            After this time the rest waits for the next call.
        """
        if self.measurement is None or self.maps is None or self._placed is None:
            return False
        if self._interval_steps is None:
            self._interval_steps = case_interval_steps(self.maps, self._placed, self.measurement)
        end = time.perf_counter() + seconds
        try:
            while self.intervals is None:
                next(self._interval_steps)
                if time.perf_counter() > end:
                    return False
        except StopIteration as done:
            self.intervals = done.value
        return True

    def measured_row(self) -> Row:
        """The columns that follow from images and VOI as the export writes them; empty when nothing is drawn."""
        if self.measurement is None:
            return {}
        if not self.features.intervals:
            return self.measurement.row
        self.go_on_with_intervals()
        return row_with_intervals(self.measurement, self.intervals, self.features)

    # what is shown of it
    def show_table(self) -> None:
        """Write the features into the table node of the case."""
        if self.measurement is not None:
            show_features(self.scene, self.measurement.features, self.name)

    def draw_histogram(self, map_name: str) -> None:
        """Draw the histogram of a map ("ADC", "D", ...) over the VOI."""
        chart = self._chart("histogram", reading_layout.PLOTS[0])
        maps = self.maps.maps(map_name) if self.maps is not None else None
        voi = self._voi_on(self.maps.grid_of(map_name)) if maps is not None else None
        if voi is None or self.measurement is None:
            chart.clear()
            return
        features = self.measurement.features
        marks = {name: features.values[f"{map_name}_{name}"] for name in ("p5", "median", "p95")}
        spec = features.features.spec(map_name)
        values = maps.values[map_name][voi & maps.valid(map_name)]
        found = self.intervals.found if self.intervals is not None else {}
        limits = [found[f"{map_name}_{name}"] for name in marks if f"{map_name}_{name}" in found]
        plots.draw_histogram(
            chart,
            values,
            spec.label,
            spec.unit_shown,
            marks,
            spec.bin_width,
            [(interval.low, interval.high) for interval in limits],
        )

    def draw_decay(self, place_ras: Sequence[float] | None) -> SignalDecay | None:
        """Draw the signal decay of the VOI, or of the voxel at a place [mm, RAS].

        Returns
        -------
        SignalDecay or None
            None when there is no series, no VOI, or the place is outside the image.
        """
        chart = self._chart("decay", reading_layout.PLOTS[1])
        if self.series is None or len(self.series.images) < 3:
            chart.clear()
            return None
        series, decay, where = self.series, None, "VOI"
        try:
            if place_ras is None:
                voi = self._voi_on(series.grid)
                if voi is not None:
                    decay = decay_of_voi(series.signals, series.b_values, voi, series.averages, self.options)
            else:
                index = voxel_at(series.grid, place_ras)
                if index is not None:
                    where = f"voxel {index[2]}, {index[1]}, {index[0]}"
                    decay = decay_of_voxel(
                        series.signals, series.b_values, index, series.averages, self.options
                    )
        except HER2LowMRIError:
            # A picture beside the work: where there is no curve (b-values without the pair of the ADC), it is empty.
            decay = None
        if decay is None:
            chart.clear()
        else:
            plots.draw_decay(chart, decay, where)
        return decay

    def draw_curve(self, curve: Curve) -> None:
        """Draw a time-intensity curve where the signal decay stands."""
        kinetics = curve.kinetics
        known = [time for time in curve.times_s if time is not None]
        timed = len(known) == len(curve.times_s)
        used = (0, kinetics.peak_phase, kinetics.last_phase) if kinetics.peak_phase else ()
        plots.draw_curve(
            self._chart("curve", reading_layout.PLOTS[1]),
            known if timed else range(len(curve.signal)),
            curve.signal,
            sorted(set(used)),
            "s" if timed else "phase",
            f"{kinetics.initial}, {kinetics.delayed}" if kinetics.peak_phase else "Time-intensity curve",
        )

    def show_decay_again(self) -> None:
        """Put the signal decay back where a curve stood."""
        if "curve" in self._charts and "decay" in self._charts:
            self._chart("decay", reading_layout.PLOTS[1]).show()

    def _chart(self, role: str, view: str) -> plots.Chart:
        chart = self._charts.get(role)
        if chart is None or chart.node.GetScene() is None:
            chart = self._charts[role] = plots.Chart(self.scene, role, view)
        return chart

    # the scene
    def adopt_nodes(self) -> bool:
        """Take over the nodes of a case from a scene that was loaded; whether there were maps.

        Charts and tables are made anew: they only show what the maps and the VOI say. A scene that was saved with other
        cases in it, or with one twice, must not give images of two to one: what is not of this case by its name, which
        is kept, goes, and so does a second image of a role.
        """
        for node in nodes_of_case(self.scene):
            role = node.GetAttribute(ROLE)
            own = f"{node.GetName()} ".startswith(f"{self.name} ".lstrip())
            if own and node.IsA("vtkMRMLSegmentationNode"):
                self.voi = node
            elif own and node.IsA("vtkMRMLVolumeNode") and role not in self.nodes:
                self.nodes[role] = node
            elif not node.IsA("vtkMRMLDisplayNode"):
                remove_node(self.scene, node)
        self._adopt_series()
        self._bind_maps()
        self.cover_air()
        self.show_edges()
        return self.has_maps()

    def node_ids(self) -> frozenset[str]:
        """Ids of every node that the module has in the scene for the case at hand."""
        return frozenset(node.GetID() for node in nodes_of_case(self.scene))

    def leave_out_strangers(self, own: frozenset[str]) -> bool:
        """Take the nodes of another case out of the scene, which came with a scene that was loaded; whether there were.

        Of a case that is open twice nobody could tell which VOI is saved.

        Parameters
        ----------
        own : frozenset of str
            `node_ids` before the scene was loaded; what the case got meanwhile is its own too, because events run
            while a scene is loaded.
        """
        held = (self.voi, *self.nodes.values())
        strangers = [
            node for node in nodes_of_case(self.scene) if node.GetID() not in own and node not in held
        ]
        for node in strangers:
            remove_node(self.scene, node)
        return any(node.IsA("vtkMRMLVolumeNode") for node in strangers)

    def maps_are_whole(self) -> bool:
        """Whether every volume of the case is still in the scene."""
        return all(node.GetScene() is not None for node in self.nodes.values())

    def is_whole(self) -> bool:
        """Whether everything of the case is still in the scene."""
        return self.maps_are_whole() and (self.voi is None or self.voi.GetScene() is not None)

    def forget_removed(self) -> None:
        """Go on with what is left in the scene."""
        self.nodes = {role: node for role, node in self.nodes.items() if node.GetScene() is not None}
        if self.voi is not None and self.voi.GetScene() is None:
            self.voi = None
        self._bind_maps()
        if self.has_maps() and self.voi is None:
            self.start_voi({})
        self.measure()

    def _remove(self, wanted: object) -> None:
        for node in nodes_of_case(self.scene):
            if node.GetScene() is not None and wanted(node.GetAttribute(ROLE)):
                remove_node(self.scene, node)
        self.nodes = {role: node for role, node in self.nodes.items() if node.GetScene() is not None}

    def clear(self) -> None:
        """Take everything of the case out of the scene."""
        with slicer.util.RenderBlocker():
            self.views.forget()
            self._guard.forget()
            self._charts.clear()
            remove_case(self.scene)
        self._forget()

    def release(self, still_shown: bool) -> dict[str, slicer.vtkMRMLVolumeNode]:
        """Give the volumes of the case to the next one, and take everything else out of the scene.

        Parameters
        ----------
        still_shown : bool
            Leave them in the views: the next case takes their place at once.

        Returns
        -------
        dict of str to vtkMRMLVolumeNode
            Role -> volume.
        """
        spare = {
            role: node for role, node in (self._spare | self.nodes).items() if node.GetScene() is not None
        }
        with slicer.util.RenderBlocker():
            self._guard.forget()
            self.views.forget(still_shown, another_follows=True)
            self._charts.clear()
            kept: set[slicer.vtkMRMLNode] = set(spare.values())
            # Scalar bars and colours go with their volumes; that of a map that somebody deleted has none.
            kept |= {bar for node in spare.values() for bar in scalar_bars_of(node)}
            for node in nodes_of_case(self.scene):
                if node not in kept:
                    remove_node(self.scene, node)
        self._forget()
        return spare

    def take_back(self, spare: Mapping[str, slicer.vtkMRMLVolumeNode]) -> None:
        """Take the volumes that `release` gave out of the scene and out of the views: no other case follows."""
        self.views.forget()
        for node in spare.values():
            remove_node(self.scene, node)

    def drop_spare(self) -> None:
        """Take the volumes of the case before out of the scene for which this one has no use."""
        for node in self._spare.values():
            remove_node(self.scene, node)
        self._spare = {}
        if COVER not in self.nodes:
            self._remove(lambda role: role == COVER)

    def put_right(self) -> bool:
        """Undo what another module did to the nodes of the case; whether it did something."""
        return self._guard.put_right()

    def _forget(self) -> None:
        self._guard.forget()
        self.nodes, self._spare, self.voi, self.maps, self.measurement = {}, {}, None, None, None


def place_in_voxels(grid: ImageGrid, place_ras: Sequence[float]) -> np.ndarray:
    """Return where a place [mm, RAS] lies in an image, in voxels (i, j, k); whole numbers are centres."""
    lps = (-place_ras[0], -place_ras[1], place_ras[2], 1.0)
    return (np.linalg.inv(grid.ijk_to_lps()) @ lps)[:3]


def voxel_at(grid: ImageGrid, place_ras: Sequence[float]) -> tuple[int, int, int] | None:
    """Return the voxel (k, j, i) at a place [mm, RAS]; None outside the image."""
    ijk = np.round(place_in_voxels(grid, place_ras)).astype(int)
    index = tuple(int(n) for n in ijk[::-1])
    return index if all(0 <= n < size for n, size in zip(index, grid.shape, strict=True)) else None
