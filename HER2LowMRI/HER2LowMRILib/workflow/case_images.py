"""The images of a case, read and fitted: what is needed before the reader can draw."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.diffusion_maps import DiffusionMaps
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import classify_values
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.image_files import is_image_file, read_image
from HER2LowMRILib.images.intake.read_adc import AdcMap, read_adc
from HER2LowMRILib.images.intake.read_dwi import read_dwi
from HER2LowMRILib.images.map_files import read_maps
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.study.image_record import refuse_changed_images
from HER2LowMRILib.workflow.compute_maps import compute_maps

# Reading takes about this part of the time, the fit the rest.
_READING = 0.7


@dataclass(frozen=True)
class LoadedImages:
    """Images and maps of a case.

    Attributes
    ----------
    series : DiffusionSeries or None
        The multi-b series, where the case has one.
    maps : DiffusionMaps or None
        Fitted maps, or those that came with the case.
    grid : ImageGrid or None
        Where the maps are.
    context : dict of str to (ndarray, ImageGrid)
        "t2", "dce": images to be shown beside the maps.
    adc : AdcMap or None
        An ADC map that came with the case and takes the place of the fitted one; it may lie on other voxels.
    warnings : tuple of str
    """

    series: DiffusionSeries | None
    maps: DiffusionMaps | None
    grid: ImageGrid | None
    context: dict[str, tuple[np.ndarray, ImageGrid]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    adc: AdcMap | None = None


def load_case_images(
    images: CaseImages,
    options: FitOptions,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LoadedImages:
    """Read the images of a case and fit its maps; maps that came with the case are used as they are.

    Parameters
    ----------
    images : CaseImages
        Where they are.
    options : FitOptions
        How the study fits maps.
    progress, cancelled : callable, optional
        As in ``read_dwi``.

    Raises
    ------
    HER2LowMRIError
        When the images cannot be read or used.
    Cancelled
        When ``cancelled`` said so.
    """

    def part(start: float, length: float) -> Callable[[float], None] | None:
        return None if progress is None else lambda done: progress(start + length * done)

    refuse_changed_images(images)
    series, maps, grid, warnings = None, None, None, []
    if images.dwi:
        series = read_dwi(
            images.dwi, b_values=images.b_values, progress=part(0.0, _READING), cancelled=cancelled
        )
        warnings += series.warnings
        grid = series.grid
        computed = compute_maps(series, options, progress=part(_READING, 1 - _READING), cancelled=cancelled)
        maps = computed.maps
        warnings += computed.warnings
    adc = None
    given = (images.adc, images.d_app, images.k_app)
    if images.d_app is not None and images.k_app is not None:
        maps, grid = read_maps(*given)
    elif images.adc is not None:
        adc = read_adc([images.adc])
        warnings += adc.warnings
        if series is not None:
            adc.check_belongs_to(series)
        if maps is None:
            maps, grid = only_adc(adc, options), adc.grid
    context = {role: _read_image(paths) for role, paths in (("t2", images.t2), ("dce", images.dce)) if paths}
    return LoadedImages(series, maps, grid, context, tuple(warnings), adc)


def only_adc(adc: AdcMap, options: FitOptions) -> DiffusionMaps:
    """Maps of a case that has an ADC map and nothing else: D_app and K_app have no value anywhere."""
    nothing = np.full(adc.array.shape, np.nan, np.float32)
    quality = classify_values(adc.array, None, None, options)
    return DiffusionMaps(adc.array, nothing, nothing, quality, (), (), options)


def _read_image(paths: tuple[Path, ...]) -> tuple[np.ndarray, ImageGrid]:
    """Read an image that is only looked at: one file, or one DICOM series."""
    import SimpleITK as sitk

    path = paths[0]
    if is_image_file(path):
        # Of a dynamic series the last time point shows what washes out and what stays.
        image_file = read_image(path)
        return image_file.volumes[-1], image_file.grid
    if path.is_dir():
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(path)))
        image = reader.Execute()
    else:
        image = sitk.ReadImage(str(path))
    array = sitk.GetArrayFromImage(image)
    return (array[-1] if array.ndim == 4 else array), ImageGrid.from_sitk(image)
