"""Read an ADC map of any maker and unit into 1e-3 mm2/s."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.files.folder_files import files_below
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.adc_unit import FoundUnit, NoAdcMap, UnknownUnit, find_unit
from HER2LowMRILib.images.intake.dicom_frames import Frame, looks_like_dicom, patient_of, read_frames
from HER2LowMRILib.images.intake.dicom_pixels import stored_pixels
from HER2LowMRILib.images.intake.diffusion_files import sort_image_files
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.foreign_formats import foreign_form
from HER2LowMRILib.images.intake.frame_geometry import slice_positions
from HER2LowMRILib.images.intake.image_files import ImageFile, is_image_file, read_image, stem
from HER2LowMRILib.images.intake.image_kind import ImageKind
from HER2LowMRILib.images.intake.series_names import map_in_name

UNIT_KEY = "HER2LowMRI.unit"
QUANTITY_KEY = "HER2LowMRI.quantity"


@dataclass(frozen=True)
class AdcMap:
    """An ADC map in the unit of this library.

    Parameters
    ----------
    array : ndarray of float32, shape (k, j, i)
        [1e-3 mm2/s]; values as the maker wrote them, 0 where it wrote nothing.
    grid : ImageGrid
    unit_found, unit_source : str
        The unit of the file, and where that was read.
    warnings : tuple of Notice
    patient : int or None
        As in ``DiffusionSeries``.
    """

    array: np.ndarray = field(repr=False)
    grid: ImageGrid
    unit_found: str
    unit_source: str
    warnings: tuple[Notice, ...] = ()
    patient: int | None = field(default=None, repr=False, compare=False)

    def check_belongs_to(self, series: DiffusionSeries) -> None:
        """Refuse the map of another patient than that of a diffusion series, where both say whose they are.

        Raises
        ------
        ImageError
        """
        if None not in (self.patient, series.patient) and self.patient != series.patient:
            raise ImageError(
                "The ADC map belongs to another patient than the diffusion images",
                needed="one patient id in both",
                found="two",
                todo="Give the ADC map of this patient, or none",
            )


def read_adc(inputs: Sequence[Path | str], *, unit: str | None = None, must_say_so: bool = False) -> AdcMap:
    """Read one ADC map.

    Parameters
    ----------
    inputs : sequence of Path
        One NRRD, NIfTI or MHA file, or a DICOM folder or files; of a folder that also holds the diffusion images,
        the ADC map is taken.
    unit : str, optional
        The unit as the user knows it; else it is read from the real-world value mapping or the file's own key, else
        told from the size of the numbers.
    must_say_so : bool
        Where nobody said that this is an ADC map, the images must: by image type, quantity, name of the series, or name
        of the file. The numbers of a T1 image would do for one.

    Raises
    ------
    ImageError
        If there is no ADC map or more than one, or the unit cannot be told.
    """
    files = [file for path in map(Path, inputs) for file in _files(path)]
    if not files:
        raise NoAdcMap("No ADC map was found", needed="a DICOM, NRRD, NIfTI or MHA file")
    if all(is_image_file(file) for file in files):
        if len(files) > 1:
            raise ImageError("There is more than one ADC map", needed="one file", found=str(len(files)))
        image = read_image(files[0])
        keys = image.keys
        kind = map_in_name(stem(files[0]))
        if QUANTITY_KEY not in keys and kind not in (None, ImageKind.ADC):
            raise NoAdcMap(f"{files[0].name} is another map", needed="an ADC map", found=kind.value)
        if must_say_so and QUANTITY_KEY not in keys and kind is None:
            raise NoAdcMap(
                f"Whether {files[0].name} is an ADC map cannot be told",
                needed="a file name that says ADC",
                found="none",
            )
        if keys.get(QUANTITY_KEY, "adc") != "adc":
            raise ImageError(f"{files[0].name} is another map", needed="adc", found=keys[QUANTITY_KEY])
        array = _scalar_volume(image, files[0].name)
        found = find_unit(array, keys.get(UNIT_KEY), "header of the file", unit)
        return _in_standard_unit(array, image.grid, found, said=image.warnings)
    frames, _, _ = read_frames(files)
    return adc_of_frames(frames, unit=unit, must_say_so=must_say_so)


def adc_of_frames(frames: Sequence[Frame], *, unit: str | None = None, must_say_so: bool = False) -> AdcMap:
    """The ADC map among the images of DICOM files that were read; see ``read_adc``."""
    frames = _adc_frames(frames, must_say_so)
    grid, k = slice_positions(frames, "the ADC map")
    if sorted(k) != list(range(grid.shape[0])):
        raise ImageError(
            "There is more than one ADC map", needed="one image per slice", found=f"{len(frames)} images"
        )
    array = np.empty(grid.shape, np.float64)
    stated = set()
    for frame, at in zip(frames, k, strict=True):
        stored = stored_pixels(frame, f"file {frame.file + 1}")
        slope, intercept, unit_code = _scale(frame)
        stated.add(unit_code)
        array[at] = stored * slope + intercept
    if len(stated) > 1:
        raise UnknownUnit(
            "The images of the ADC map state different units", found=", ".join(sorted(filter(None, stated)))
        )
    found = find_unit(
        array, stated.pop() or None, "real-world value mapping", unit, possible=frames[0].adc_units
    )
    return _in_standard_unit(array, grid, found, patient_of(frames))


def _scale(frame: Frame) -> tuple[float, float, str]:
    """Slope, intercept and stated unit of one image: of its real-world value mapping, else of its rescale.

    Raises
    ------
    ImageError
        If both are there and differ, and no unit says which of them is the ADC.
    """
    real = frame.real_world
    if real is None:
        return frame.slope, frame.intercept, ""
    if real.unit not in ("", "1"):
        return real.slope, real.intercept, real.unit
    if (
        abs(real.slope - frame.slope) > 1e-4 * abs(frame.slope)
        or abs(real.intercept - frame.intercept) > 1e-6
    ):
        raise UnknownUnit(
            "The ADC map states two scales",
            needed="a unit with its real-world value mapping",
            found=f"slopes {real.slope:g} (real-world value) and {frame.slope:g} (rescale) without a unit",
            todo="Convert the map to NRRD with known units first",
        )
    return frame.slope, frame.intercept, ""


def _in_standard_unit(
    array: np.ndarray,
    grid: ImageGrid,
    found: FoundUnit,
    patient: int | None = None,
    said: Sequence[Notice] = (),
) -> AdcMap:
    scaled = (array * found.factor).astype(np.float32)
    return AdcMap(scaled, grid, found.unit, found.source, (*said, *found.warnings), patient)


def _scalar_volume(image: ImageFile, name: str) -> np.ndarray:
    if len(image.volumes) != 1:
        raise ImageError(
            f"{name} is not an ADC map", needed="one volume", found=f"{len(image.volumes)} volumes"
        )
    return image.volumes[0].astype(np.float64)


def _adc_frames(frames: Sequence[Frame], must_say_so: bool) -> list[Frame]:
    if len({frame.patient for frame in frames}) > 1:
        raise ImageError("The images belong to different patients", needed="one patient")
    chosen = _named_adc(frames)
    # A lone series that says nothing of itself may still be one; its unit must then pass the test of the numbers.
    if not chosen and not must_say_so:
        chosen = [f for f in frames if f.b_value is None and f.kind is ImageKind.SIGNAL]
    series = {frame.series_number for frame in chosen}
    if not chosen:
        raise NoAdcMap("No ADC map was found", needed="a series whose image type or name says ADC")
    if len({frame.series for frame in chosen}) > 1:
        raise ImageError(
            "There is more than one ADC map",
            needed="one series",
            found=f"series {', '.join(map(str, sorted(series)))}",
            todo="Give the folder of one series",
        )
    return chosen


def _named_adc(frames: Sequence[Frame]) -> list[Frame]:
    """The images that are an ADC map by image type, by name, or by the code of their quantity."""
    named = [frame for frame in frames if frame.kind is ImageKind.ADC]
    if named:
        return named
    doubtful = [frame for frame in frames if frame.doubt is not None and frame.doubt.kind is ImageKind.ADC]
    return _one_map_of(doubtful) or [
        frame for frame in frames if frame.real_world is not None and frame.real_world.quantity in _ADC_CODES
    ]


def _one_map_of(doubtful: list[Frame]) -> list[Frame]:
    """Series named ADC whose type says that they were measured, if they hold one image per slice as maps do."""
    of_series: dict[int, list[Frame]] = {}
    for frame in doubtful:
        of_series.setdefault(frame.series, []).append(frame)
    return [
        frame
        for members in of_series.values()
        if len({frame.position for frame in members}) == len(members)
        for frame in members
    ]


# DICOM: 113041 apparent diffusion coefficient, 113290 its monoexponential model; SRT of older objects.
_ADC_CODES = ("113041", "113290")


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        try:
            files = list(files_below(path).files)
        except OSError as error:
            raise ImageError(
                f"{path.name or path} cannot be read", found=error.strerror or "an error"
            ) from error
        dicom = [file for file in files if not is_image_file(file) and looks_like_dicom(file)]
        if dicom:
            return dicom
        images = sort_image_files(files)
        return list(images.adc_maps or images.diffusion)
    if not path.is_file():
        raise ImageError(f"{path.name or path} is not there", needed="a folder or an image file")
    if not is_image_file(path) and not looks_like_dicom(path):
        form, todo = foreign_form(path) or ("no image", None)
        raise ImageError(f"{path.name} is {form}", needed="a DICOM, NRRD, NIfTI or MHA file", todo=todo)
    return [path]
