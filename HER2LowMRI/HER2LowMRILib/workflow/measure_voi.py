"""Measure one VOI on map files: the feature row of one lesion, without a study."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.core.diffusion_maps import DiffusionMaps
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.histogram import Binning, VoiFeatures, feature_table, measure_voi
from HER2LowMRILib.core.voi import VoiGeometry, describe_voi
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_adc
from HER2LowMRILib.images.map_files import MAP_FILES, read_maps
from HER2LowMRILib.images.voi_files import Voi, read_voi
from HER2LowMRILib.workflow.measured_columns import (
    definition_columns,
    feature_columns,
    fit_columns,
    geometry_columns,
    image_columns,
    loaded_columns,
)

ROW_COLUMNS: tuple[str, ...] = (
    *(feature.name for feature in feature_table()),
    "voi_voxels",
    "voi_volume_mm3",
    "voi_slices",
    "ADC_valid_fraction",
    "D_valid_fraction",
    "K_valid_fraction",
    "b_values",
    "b_averages",
    "adc_b_values",
    "fit_model",
    "fit_s0",
    "image_warnings",
    "ADC_bin_width",
    "D_bin_width",
    "K_bin_width",
    "definition_id",
    "software_version",
)


@dataclass(frozen=True)
class MeasuredVoi:
    """The features of a VOI and what there is to say about them.

    Attributes
    ----------
    row : dict
        Column -> value, in the order of ``ROW_COLUMNS``; None: missing.
    features : VoiFeatures
    geometry : VoiGeometry
    voi : Voi
    warnings : tuple of str
        Of the file, the geometry and the features.
    """

    row: dict[str, str | int | float | None]
    features: VoiFeatures
    geometry: VoiGeometry
    voi: Voi
    warnings: tuple[str, ...]


def measure_voi_files(
    adc: Path,
    d_app: Path | None,
    k_app: Path | None,
    voi: Path,
    segments: tuple[str, ...] | None = None,
    binning: Binning | None = None,
    adc_unit: str | None = None,
) -> MeasuredVoi:
    """Measure the 21 features of one VOI on ADC, D_app and K_app maps.

    Parameters
    ----------
    adc, d_app, k_app : Path
        The map files; or only ``adc``: the folder that ``her2lowmri maps`` wrote, or an ADC map of any maker, which
        gives the seven ADC features.
    voi : Path
        ``.seg.nrrd`` or label map.
    segments : tuple of str, optional
        Segments whose union is the VOI; the lesion when left out.
    binning : Binning, optional
        Bins of the entropies.
    adc_unit : str, optional
        Unit of the ADC map where it states none, e.g. ``1e-6 mm2/s``.

    Returns
    -------
    MeasuredVoi

    Raises
    ------
    ImageError
        When a file cannot be read, the maps lie on different grids, or the VOI is empty or outside the maps.
    """
    maps, grid, warnings = _read(Path(adc), d_app, k_app, adc_unit)
    region = read_voi(voi, grid, segments=segments)
    geometry = describe_voi(region.mask, grid.spacing_mm)
    features = measure_voi(maps, region.mask, binning, maps.options)
    if not any(features.voxels.values()):
        raise ImageError(
            "The VOI has no voxel that can be measured",
            needed="at least one voxel with a valid value",
            found=f"{features.total_voxels} voxels, all of them left out",
            todo="Look at fit_quality.nrrd, and whether the VOI lies on tissue.",
        )
    own = bool(maps.b_values)
    there = {"ADC": maps.adc, "D": maps.d_app, "K": maps.k_app}
    row = dict.fromkeys(ROW_COLUMNS) | geometry_columns(geometry)
    row |= feature_columns(features, [name for name, values in there.items() if values is not None])
    row |= fit_columns(maps.b_values, maps.averages, maps.options) if own else loaded_columns()
    row |= image_columns(warnings)
    row |= definition_columns(features.binning) | {"software_version": __version__}
    return MeasuredVoi(
        row, features, geometry, region, (*warnings, *region.warnings, *geometry.warnings, *features.warnings)
    )


@dataclass(frozen=True)
class _AdcOnly:
    """An ADC map that was made elsewhere, without D_app and K_app."""

    adc: np.ndarray
    d_app: None = None
    k_app: None = None
    quality: None = None
    b_values: tuple[float, ...] = ()
    averages: tuple[float, ...] = ()
    options: FitOptions = field(default_factory=FitOptions)


def _read(
    adc: Path, d_app: Path | None, k_app: Path | None, adc_unit: str | None
) -> tuple[DiffusionMaps | _AdcOnly, ImageGrid, tuple[str, ...]]:
    if d_app is None and k_app is None and not (adc / MAP_FILES["adc"]).is_file():
        found = read_adc([adc], unit=adc_unit)
        return _AdcOnly(found.array), found.grid, found.warnings
    return *read_maps(adc, d_app, k_app), ()
