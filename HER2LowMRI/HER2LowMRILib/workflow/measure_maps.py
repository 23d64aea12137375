"""Measure VOIs on the maps of a case, each map on its own voxels: the one way for panel, export and commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.eusobi_region import DIAMETERS_MM, SmallRegion, darkest_region, region_at
from HER2LowMRILib.core.feature_set import ring_name
from HER2LowMRILib.core.histogram import VoiFeatures, measure_voi
from HER2LowMRILib.core.map_set import Box, MapSet
from HER2LowMRILib.core.map_spec import ADC
from HER2LowMRILib.core.notice import NOTICE_SEPARATOR, Notice, joined
from HER2LowMRILib.core.voi import VoiGeometry, bounding_box, describe_voi
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.quality_gate import judge_voi
from HER2LowMRILib.images.voi_on_grid import Outline
from HER2LowMRILib.workflow.case_maps import CaseMaps, Row


@dataclass(frozen=True)
class PlacedVoi:
    """A VOI on the voxels of every group of maps.

    Attributes
    ----------
    regions : tuple
        For each group the VOI and the rings around it by their reach [mm], shape (k, j, i); None where it cannot be
        carried to those voxels.
    notices : tuple of Notice
        Why it could not, and what was carried.
    """

    regions: tuple[tuple[np.ndarray, dict[float, np.ndarray]] | None, ...] = field(repr=False)
    notices: tuple[Notice, ...] = ()

    @property
    def voi(self) -> np.ndarray:
        """The VOI where it is drawn."""
        first = self.regions[0]
        assert first is not None
        return first[0]


@dataclass(frozen=True)
class Measurement:
    """What a VOI measures.

    Attributes
    ----------
    geometry : VoiGeometry
        Where it was drawn.
    features : VoiFeatures
    region : SmallRegion or None
        The small region on the darkest part, on the voxels of the ADC map; None where none fits.
    row : dict
        All columns that follow from images and VOI; None: missing.
    notices : tuple of Notice
        What was noticed when the VOI was carried to other voxels.
    """

    geometry: VoiGeometry
    features: VoiFeatures
    row: Row = field(repr=False)
    notices: tuple[Notice, ...] = ()
    region: SmallRegion | None = None

    @property
    def warnings(self) -> tuple[Notice, ...]:
        """What the reader should look at again."""
        return (*self.geometry.warnings, *self.notices, *self.features.warnings)


def place_voi(case: CaseMaps, outline: Outline) -> PlacedVoi:
    """Bring a VOI onto the voxels of every map.

    Raises
    ------
    ImageError
        When it is empty, or lies outside the maps that it is drawn on.
    """
    regions: list[tuple[np.ndarray, dict[float, np.ndarray]] | None] = []
    notices: list[Notice] = []
    labels = {spec.name: spec.label for spec in case.features.maps}
    drawn = " and ".join(labels[name] for name in case.groups[0].names)
    for number, group in enumerate(case.groups):
        words = " and ".join(labels[name] for name in group.names)
        try:
            voi, _ = outline.on(group.grid)
        except ImageError as error:
            if number == 0:
                raise
            notices.append(Notice("voi_not_carried", f"{words}: {error}", group.names[0]))
            regions.append(None)
            continue
        if not group.grid.same_as(case.grid):
            text = f"The VOI was carried from the voxels of {drawn} to those of {words}."
            notices.append(Notice("voi_carried", text, group.names[0]))
        rings = outline.rings_on(group.grid, case.features.rings_mm, case.outside)
        regions.append((voi, rings))
    return PlacedVoi(tuple(regions), tuple(notices))


def measure_placed(
    case: CaseMaps, vois: Mapping[str, PlacedVoi], places: Mapping[str, Sequence[float]] | None = None
) -> dict[str, Measurement]:
    """Measure VOIs of one case together, so that maps are fitted once and only where the VOIs are.

    Parameters
    ----------
    case : CaseMaps
    vois : mapping of str to PlacedVoi
        Reader -> VOI.
    places : mapping of str to place, optional
        Reader -> where the small region was moved to [mm, LPS].

    Raises
    ------
    HER2LowMRIError
        When maps cannot be fitted, or a bin width that was asked for does not fit the values.
    """
    found: dict[str, VoiFeatures] = {}
    regions: dict[str, SmallRegion | None] = {}
    places = places or {}
    for number, group in enumerate(case.groups):
        there = {
            reader: region for reader, voi in vois.items() if (region := voi.regions[number]) is not None
        }
        if not there:
            continue
        # The fit of a whole volume would take longer than reading it; the VOIs are a small part.
        everything = [mask for voi, rings in there.values() for mask in (voi, *rings.values())]
        box = bounding_box(np.logical_or.reduce(everything))
        if ADC.name in group.names and any(reader in places for reader in there):
            # A region may have been moved to the border of the box and beyond.
            box = tuple(slice(0, size) for size in group.grid.shape)
        maps, _ = group.maps_in(box, None, None)
        for reader, (voi, rings) in there.items():
            inside = {reach: ring[box] for reach, ring in rings.items()}
            features = measure_voi(maps, voi[box], case.features, inside)
            found[reader] = found[reader].joined(features) if reader in found else features
            if maps.adc is not None:
                regions[reader] = _small_region(maps, voi, box, group.grid, places.get(reader))
    return {
        reader: _measurement(case, vois[reader], features, regions.get(reader), reader in places)
        for reader, features in found.items()
    }


def _small_region(
    maps: MapSet, voi: np.ndarray, box: Box, grid: ImageGrid, place: Sequence[float] | None
) -> SmallRegion | None:
    """The region where the reader put it, or the darkest; on the voxels of the whole map."""
    start = tuple(part.start for part in box)
    adc = np.where(maps.valid(ADC.name), maps.values[ADC.name], np.nan)
    try:
        if place is None:
            found = darkest_region(adc, voi[box], grid.spacing_mm)
        else:
            ijk = np.linalg.inv(grid.ijk_to_lps()) @ (*place, 1.0)
            centre = [round(float(part)) - first for part, first in zip(ijk[2::-1], start, strict=True)]
            found = region_at(adc, centre, DIAMETERS_MM[0], grid.spacing_mm)
    except ImageError:
        return None
    if found is None:
        return None
    k, j, i = (part + first for part, first in zip(found.centre, start, strict=True))
    return replace(found, centre=(k, j, i))


def _quality_columns(case: CaseMaps, placed: PlacedVoi) -> Row:
    """How good the images are, and whether the VOI lies in the body that they show."""
    quality = case.quality
    if quality is None or case.series is None:
        return {"image_quality": None, "image_quality_reasons": None}
    on_series = next(
        (region for group, region in zip(case.groups, placed.regions, strict=True) if not group.given), None
    )
    if on_series is not None:
        quality = quality.joined(judge_voi(case.series.signals[0], on_series[0]))
    return {
        "image_quality": quality.verdict.value,
        "image_quality_reasons": NOTICE_SEPARATOR.join(quality.reasons) or None,
    }


def _measurement(
    case: CaseMaps, placed: PlacedVoi, features: VoiFeatures, region: SmallRegion | None, moved: bool
) -> Measurement:
    geometry = describe_voi(placed.voi, case.grid.spacing_mm)
    row: Row = {name: getattr(geometry, name) for name in ("voi_voxels", "voi_volume_mm3", "voi_slices")}
    row |= {f"{key}_valid_fraction": part for key, part in features.valid_fraction.items()}
    row |= {name: None if value != value else float(value) for name, value in features.values.items()}
    first = placed.regions[0]
    for reach, ring in (first[1] if first is not None else {}).items():
        voxels = int(np.count_nonzero(ring))
        row |= {
            f"{ring_name(reach)}_voxels": voxels,
            f"{ring_name(reach)}_volume_mm3": voxels * case.grid.voxel_volume_mm3,
        }
    if region is not None:
        row |= {
            "small_region_adc": region.mean,
            "small_region_level": region.level,
            "small_region_diameter_mm": region.diameter_mm,
            "small_region_voxels": region.voxels,
            "small_region_moved": int(moved),
        }
    measured = case.features
    row |= case.provenance
    row |= {f"{spec.name}_bin_width": measured.bin_width(spec.name) for spec in measured.maps}
    row["definition_id"] = measured.definition_id
    lost = [notice for notice in placed.notices if notice.code == "voi_not_carried"]
    row["image_warnings"] = joined([*case.notices, *lost])
    row |= _quality_columns(case, placed)
    return Measurement(geometry, features, row, placed.notices, region)
