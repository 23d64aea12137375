"""Read one map that came with a case, of any maker: its values in the unit of its spec, its voxels, whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.map_spec import ADC, DIFFUSIVITY, NO_UNIT, MapSpec
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.files.folder_files import files_below
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.adc_unit import UnknownUnit, find_unit
from HER2LowMRILib.images.intake.dicom_frames import Frame, looks_like_dicom, patient_of, read_frames
from HER2LowMRILib.images.intake.dicom_pixels import stored_pixels
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.frame_geometry import slice_positions
from HER2LowMRILib.images.intake.image_files import is_image_file, read_image
from HER2LowMRILib.images.intake.read_adc import QUANTITY_KEY, UNIT_KEY, AdcMap, read_adc


@dataclass(frozen=True)
class GivenMap:
    """A map that came with a case and is used as it is.

    Attributes
    ----------
    spec : MapSpec
        Which map.
    values : ndarray of float32, shape (k, j, i)
        [unit of the spec]; as its maker wrote them, 0 where it wrote nothing.
    grid : ImageGrid
    unit_found, unit_source : str
        Unit of the file, and where it was read.
    notices : tuple of Notice
        What was said of it when it was read.
    patient : int or None
        As in ``DiffusionSeries``.
    """

    spec: MapSpec
    values: np.ndarray = field(repr=False)
    grid: ImageGrid
    unit_found: str
    unit_source: str
    notices: tuple[Notice, ...] = ()
    patient: int | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of_adc(cls, adc: AdcMap) -> "GivenMap":
        """Take an ADC map that was found among images."""
        notices = tuple(notice.of_map(ADC.name) for notice in adc.warnings)
        return cls(ADC, adc.array, adc.grid, adc.unit_found, adc.unit_source, notices, adc.patient)

    def check_belongs_to(self, series: DiffusionSeries) -> None:
        """Refuse the map of another patient than that of a diffusion series, where both say whose they are.

        Raises
        ------
        ImageError
        """
        if None not in (self.patient, series.patient) and self.patient != series.patient:
            raise ImageError(
                f"The {self.spec.label} map belongs to another patient than the diffusion images",
                needed="one patient id in both",
                found="two",
                todo=f"Give the {self.spec.label} map of this patient, or none",
            )


def read_map(path: Path, spec: MapSpec, unit: str | None = None) -> GivenMap:
    """Read a map that came with a case.

    Parameters
    ----------
    path : Path
        One NRRD, NIfTI or MHA file, or a DICOM folder or file.
    spec : MapSpec
        Which map it is.
    unit : str, optional
        Of an ADC map, the unit as the user knows it.

    Raises
    ------
    ImageError
        If there is no such map, it is another one, or its unit cannot be told or is another one.
    """
    path = Path(path)
    if path.is_file() and is_image_file(path):
        array, grid, keys = read_volume(path)
        if keys.get(QUANTITY_KEY, spec.role) != spec.role:
            raise ImageError(f"{path.name} is another map", needed=spec.role, found=keys[QUANTITY_KEY])
        if QUANTITY_KEY in keys and keys.get(UNIT_KEY) == spec.unit:
            # Written by this software: the numbers are what they say, whatever they are.
            return GivenMap(spec, array.astype(np.float32, copy=False), grid, spec.unit, "header of the file")
        if spec.name != ADC.name:
            return _in_unit_of(spec, array, grid, keys.get(UNIT_KEY), "header of the file")
    if spec.name == ADC.name:
        return GivenMap.of_adc(read_adc([path], unit=unit))
    return _of_dicom(path, spec)


def read_volume(path: Path) -> tuple[np.ndarray, ImageGrid, dict[str, str]]:
    """Read one 3D volume with one number per voxel, and the keys of its header.

    Raises
    ------
    ImageError
        If the file is damaged or holds something else.
    """
    image = read_image(path)
    if len(image.volumes) != 1:
        raise ImageError(
            f"{path.name} is not a map",
            needed="one 3D volume",
            found=f"{len(image.volumes)} values per voxel",
        )
    return image.volumes[0], image.grid, image.keys


def _of_dicom(path: Path, spec: MapSpec) -> GivenMap:
    """A map in DICOM: all images of the one series that is there; or the one image file of a folder."""
    if not path.exists():
        raise ImageError(f"{path.name or path} is not there", needed="a folder or an image file")
    files = list(files_below(path).files) if path.is_dir() else [path]
    images = [file for file in files if is_image_file(file)]
    frames, _, _ = read_frames([file for file in files if looks_like_dicom(file)])
    if not frames and len(images) == 1:
        return read_map(images[0], spec)
    if not frames or len({frame.series for frame in frames}) > 1:
        raise ImageError(
            f"The {spec.label} map cannot be read",
            needed="one DICOM series, or one NRRD, NIfTI or MHA file",
            found="several series" if frames else f"{len(images)} image files and no DICOM",
        )
    array, grid, unit = _values_of(frames, spec)
    given = _in_unit_of(spec, array, grid, unit or None, "real-world value mapping")
    return replace(given, patient=patient_of(frames))


def _values_of(frames: Sequence[Frame], spec: MapSpec) -> tuple[np.ndarray, ImageGrid, str]:
    """Values (k, j, i), grid and stated unit of the images of one series."""
    grid, places = slice_positions(frames, f"the {spec.label} map")
    if sorted(places) != list(range(grid.shape[0])):
        raise ImageError(
            f"There is more than one {spec.label} map",
            needed="one image per slice",
            found=f"{len(frames)} images",
        )
    array = np.empty(grid.shape, np.float64)
    stated = {frame.real_world.unit if frame.real_world is not None else "" for frame in frames}
    if len(stated) > 1:
        raise UnknownUnit(
            f"The images of the {spec.label} map state different units", found=", ".join(sorted(stated))
        )
    for frame, at in zip(frames, places, strict=True):
        scale = frame.real_world if frame.real_world is not None else frame
        array[at] = stored_pixels(frame, f"file {frame.file + 1}") * scale.slope + scale.intercept
    return array, grid, stated.pop()


def _in_unit_of(
    spec: MapSpec, array: np.ndarray, grid: ImageGrid, stated: str | None, stated_by: str
) -> GivenMap:
    """Bring values to the unit of a map; a unit that is stated and is another one is refused."""
    if spec.unit == DIFFUSIVITY:
        found = find_unit(array, stated, stated_by)
        notices = []
        if found.is_guess:
            source = f"the {found.source} suggests {found.unit}: please check."
            text = f"The file states no unit of its {spec.label}; {source}"
            notices.append(Notice("unit_by_size", text, spec.name))
        values = (array.astype(np.float64) * found.factor).astype(np.float32)
        return GivenMap(spec, values, grid, found.unit, found.source, tuple(notices))
    unitless = {"", "1", "no units"}
    if stated is not None and _plain(stated) not in unitless | {_plain(spec.unit)}:
        raise UnknownUnit(
            f"The {spec.label} map is in another unit", needed=spec.unit, found=stated[:20], todo="Convert it"
        )
    values = array.astype(np.float32)
    if not spec.in_range(values).any():
        finite = values[np.isfinite(values) & (values != 0)]
        raise ImageError(
            f"The {spec.label} map has no valid value",
            needed=f"values from {spec.range_text}",
            found=f"a median of {np.median(finite):.4g}" if finite.size else "no value but 0",
            todo="Check its unit, or the range that the study states",
        )
    source = stated_by if stated is not None else "the study"
    return GivenMap(spec, values, grid, spec.unit if spec.unit != NO_UNIT else "no unit", source)


def _plain(unit: str) -> str:
    return unit.strip().lower().replace("µ", "u").replace("μ", "u").replace(" ", "")
