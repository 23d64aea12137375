"""Diffusion images from NRRD, NIfTI and MHA files: several volumes in one file, or one file per b-value."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from HER2LowMRILib.core.errors import Cancelled, ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.averaging import Averaging, Direction, mean_signal, refuse_unlike
from HER2LowMRILib.images.intake.b_value import (
    check_b_value,
    check_b_values,
    group_jitter,
    lowest_as_zero,
    nominal,
)
from HER2LowMRILib.images.intake.clipping import observed_clip_level
from HER2LowMRILib.images.intake.diffusion_series import BImage, DiffusionSeries
from HER2LowMRILib.images.intake.frame_labels import b_values_of_labels
from HER2LowMRILib.images.intake.image_files import is_image_file, read_image, stem
from HER2LowMRILib.images.intake.signal_decay_check import check_decay


@dataclass(frozen=True)
class Volume:
    """One 3D image and what is known about its diffusion weighting."""

    array: np.ndarray = field(repr=False)
    b_value: float | None
    source: str
    direction: Direction | None = None
    averages: float = 1.0


def is_volume_file(path: Path) -> bool:
    """Whether the file may hold images to be fitted (segmentations are none)."""
    return is_image_file(path) and not path.name.lower().endswith((".seg.nrrd", ".seg.nhdr"))


def read_volume_series(
    files: Sequence[Path],
    *,
    b_values: Sequence[float] | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DiffusionSeries:
    """Read one file with several volumes, or one file per b-value.

    Parameters
    ----------
    files : sequence of Path
    b_values : sequence of float, optional
        Typed b-values: one per volume of a single file, or one per file [s/mm2].

    Raises
    ------
    ImageError
        If a b-value is not known, the grids differ, or a file is damaged.
    """
    volumes: list[Volume] = []
    grid: ImageGrid | None = None
    warnings: list[str] = []
    for number, path in enumerate(files):
        if cancelled is not None and cancelled():
            raise Cancelled()
        image, keys = read_image(path)
        here = ImageGrid.from_sitk(image)
        if grid is None:
            grid = here
        elif not grid.same_as(here):
            raise ImageError(
                "The image files lie on different grids",
                needed="one grid for all b-values",
                found=f"file {number + 1}: {here.difference(grid)}",
                todo="Resample them onto one grid first",
            )
        arrays = _arrays(image)
        if len(files) > 1 and len(arrays) > 1:
            raise ImageError(
                "The inputs are of different kinds",
                needed="one file with all volumes, or one 3D file for each b-value",
                found=f"a file with {len(arrays)} volumes among {len(files)} files",
            )
        # Typed b-values stand in place of what the file says, also where that cannot be read.
        volumes.extend(
            _stated(path, keys, arrays) if b_values is None else [Volume(array, None, "") for array in arrays]
        )
        if progress is not None:
            progress((number + 1) / len(files))
    if b_values is not None:
        volumes = _typed(volumes, b_values, len(files))
    _all_stated(volumes, files)
    return series_of_volumes(volumes, grid, warnings, _form(files, len(volumes)))


def series_of_volumes(
    volumes: Sequence[Volume], grid: ImageGrid, warnings: Sequence[str] = (), form: str = ""
) -> DiffusionSeries:
    """Put volumes with known b-values together to one image per b-value.

    Also for images that come from a scene: nothing is read here.

    Parameters
    ----------
    volumes : sequence of Volume
        All on one grid.
    grid : ImageGrid
    warnings : sequence of str
        What is known already.
    form : str
        In what form the images came.
    """
    warnings, dropped = list(warnings), []
    check_b_values(sorted({volume.b_value for volume in volumes}), "the images")
    by_value: dict[float, list[Volume]] = {}
    for volume in volumes:
        by_value.setdefault(volume.b_value, []).append(volume)
    alone = {b: not any(_is_directional(volume) for volume in members) for b, members in by_value.items()}
    groups = group_jitter(alone)
    members = [[volume for b in group for volume in by_value[b]] for group in groups]
    nominals = lowest_as_zero([nominal([volume.b_value for volume in here]) for here in members])
    saturation = observed_clip_level([volume.array for volume in volumes])
    images = []
    for b, group, here in zip(nominals, groups, members, strict=True):
        directional = [volume for volume in here if _is_directional(volume)]
        trace = [volume for volume in here if volume.direction is not None and not _is_directional(volume)]
        if b > 5 and directional and trace:
            dropped.append(
                f"{len(directional)} volumes at b {b:g} along single directions: the trace image is used"
            )
            here, directional = trace, []
        plan = Averaging.of([volume.direction for volume in here], bool(directional), b)
        if b > 5 and not directional and len(here) > 1 and any(volume.direction is None for volume in here):
            warnings.append(
                f"There are {len(here)} volumes at b {b:g}, and nothing says whether they are directions or "
                "repetitions; their geometric mean is used."
            )
        stated = f"stated as {', '.join(f'{value:g}' for value in group)}" if group != [b] else ""
        if not directional:
            refuse_unlike([[mean_signal(volume.array) for volume in here]], b)
        array = plan.apply([volume.array for volume in here])
        if len(here) > 1 and saturation is not None:
            clipped = np.logical_or.reduce([volume.array >= saturation for volume in here])
            array = np.where(clipped, np.float32(saturation), array)
        note = "; ".join(text for text in (stated, plan.note(bool(directional))) if text)
        averages = sum(volume.averages for volume in here)
        sources = " and ".join(sorted({volume.source for volume in here}))
        images.append(BImage(b, array, averages, sources, note))
    warnings.extend(check_decay(images))
    return DiffusionSeries(tuple(images), grid, tuple(warnings), tuple(dropped), saturation, "", form)


def _is_directional(volume: Volume) -> bool:
    return volume.direction is not None and any(abs(part) > 1e-6 for part in volume.direction)


def _arrays(image: sitk.Image) -> list[np.ndarray]:
    """The 3D arrays (k, j, i) of an image: components of a vector image, or volumes of a 4D one."""
    array = sitk.GetArrayFromImage(image)
    if image.GetNumberOfComponentsPerPixel() > 1:
        if image.GetDimension() != 3:
            raise ImageError(
                "The image has too many dimensions", needed="3 and one of b-values", found="more"
            )
        return [np.ascontiguousarray(array[..., index]) for index in range(array.shape[-1])]
    if array.ndim == 3:
        return [array]
    if array.ndim == 4:
        return list(array)
    raise ImageError("The image has too many dimensions", needed="3 or 4", found=str(array.ndim))


def _stated(path: Path, keys: dict[str, str], arrays: list[np.ndarray]) -> list[Volume]:
    """The volumes of one file with the b-values that stand in its header or beside it."""
    count = len(arrays)
    b_values, source, directions, averages = _of_keys(keys, count)
    if b_values is None:
        b_values, source, directions = _of_bval(path, count)
        averages = None
    if b_values is None:
        return [Volume(array, None, "") for array in arrays]
    for b in b_values:
        check_b_value(b, source)
    return [
        Volume(
            array,
            b_values[index],
            source,
            directions[index] if directions else None,
            averages[index] if averages else 1.0,
        )
        for index, array in enumerate(arrays)
    ]


def _of_keys(
    keys: dict[str, str], count: int
) -> tuple[list[float] | None, str, list[Direction] | None, list[float] | None]:
    """b-values of the MultiVolume or DWMRI keys of an NRRD header."""
    labels, tag = (
        keys.get("MultiVolume.FrameLabels"),
        keys.get("MultiVolume.FrameIdentifyingDICOMTagName", ""),
    )
    if labels:
        b_values = b_values_of_labels(labels, tag)
        if b_values is not None:
            return (
                _as_many(b_values, count, "MultiVolume.FrameLabels"),
                f"NRRD key MultiVolume.FrameLabels ({tag})",
                None,
                None,
            )
    if keys.get("modality") == "DWMRI" or "DWMRI_b-value" in keys:
        return _of_dwmri(keys, count)
    return None, "", None, None


def _of_dwmri(
    keys: dict[str, str], count: int
) -> tuple[list[float] | None, str, list[Direction] | None, list[float] | None]:
    """DWMRI keys: b = b_max |g|^2, with the gradient of unit length at b_max."""
    try:
        largest = float(keys["DWMRI_b-value"])
        gradients: list[Direction] = []
        averages: list[float] = []
        index = 0
        while len(gradients) < count:
            parts = [float(part) for part in keys[f"DWMRI_gradient_{index:04d}"].split()]
            if len(parts) != 3:
                raise ValueError
            repeats = int(keys.get(f"DWMRI_NEX_{index:04d}", "1"))
            if not 1 <= repeats <= count:
                raise ValueError
            gradients.extend([tuple(parts)] * repeats)
            averages.extend([1.0] * repeats)
            index += repeats
    except (KeyError, ValueError) as error:
        raise ImageError(
            "The DWMRI keys of the NRRD file are not complete",
            needed=f"DWMRI_b-value and {count} gradients of 3 numbers",
            todo="Give the b-values with --b-values",
        ) from error
    _as_many(gradients, count, "DWMRI_gradient")
    lengths = np.linalg.norm(np.asarray(gradients), axis=1)
    if lengths.max() == 0:
        raise ImageError(
            "The DWMRI keys of the NRRD file do not tell b-values",
            needed="gradients other than 0 for b above 0",
            found="zero gradients only, as isotropic images have",
            todo="Give the b-values with --b-values",
        )
    if abs(lengths.max() - 1) > 0.02:
        raise ImageError(
            "The DWMRI keys of the NRRD file can be read in two ways",
            needed="a longest gradient of length 1",
            found=f"{lengths.max():.4g}",
            todo="Give the b-values with --b-values",
        )
    # Lengths are written with few digits: the square of 0.9999 is not a b-value of its own.
    b_values = [float(round(largest * (length / lengths.max()) ** 2)) for length in lengths]
    return b_values, "NRRD keys DWMRI_b-value and DWMRI_gradient", gradients, averages


def _of_bval(path: Path, count: int) -> tuple[list[float] | None, str, list[Direction] | None]:
    """b-values of the .bval file beside a NIfTI file, and directions of the .bvec file."""
    table = path.with_name(f"{stem(path)}.bval")
    if not table.is_file():
        return None, "", None
    b_values = _as_many([b for row in _table(table) for b in row], count, table.name)
    vectors = path.with_name(f"{stem(path)}.bvec")
    directions = None
    if vectors.is_file():
        rows = _table(vectors)
        columns = list(zip(*rows, strict=False)) if len(rows) == 3 else rows
        if len(columns) != count or any(len(column) != 3 for column in columns):
            raise ImageError(f"{vectors.name} does not fit the image", needed=f"3 rows of {count} numbers")
        directions = [tuple(column) for column in columns]
    return b_values, ".bval file", directions


def _table(path: Path) -> list[list[float]]:
    if path.stat().st_size > 10**6:
        raise ImageError(f"{path.name} is no table of b-values", found="more than a million characters")
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = [
            [float(part) for part in re.split(r"[\s,;]+", line.strip())]
            for line in text.splitlines()
            if line.strip()
        ]
    except (ValueError, UnicodeDecodeError) as error:
        raise ImageError(f"{path.name} is no table of numbers", needed="one number per volume") from error
    return rows


def _as_many(values: list, count: int, name: str) -> list:
    if len(values) != count:
        raise ImageError(
            f"{name} does not fit the image", needed=f"{count} values, one per volume", found=str(len(values))
        )
    return values


def _typed(volumes: list[Volume], b_values: Sequence[float], files: int) -> list[Volume]:
    if len(b_values) != len(volumes):
        raise ImageError(
            "The b-values do not fit the inputs",
            needed=f"{len(volumes)}, one for each {'file' if files > 1 else 'volume'}",
            found=str(len(b_values)),
        )
    check_b_values(b_values, "--b-values")
    return [
        Volume(volume.array, float(b), "typed by the user", volume.direction, volume.averages)
        for volume, b in zip(volumes, b_values, strict=True)
    ]


def _all_stated(volumes: Sequence[Volume], files: Sequence[Path]) -> None:
    without = sum(1 for volume in volumes if volume.b_value is None)
    if not without:
        return
    todo = "Give them in the order of the inputs: --b-values 0,800,1400,2000"
    if len(files) > 1:
        named = [
            re.search(r"(?<![a-zA-Z0-9])b[-_ =]?(\d{1,5})(?!\d)", stem(file), re.IGNORECASE) for file in files
        ]
        if all(named):
            suggested = ",".join(match.group(1) for match in named)
            todo = f"The file names suggest {suggested}: confirm with --b-values {suggested}"
    raise ImageError(
        "The b-values are not known",
        needed="a .bval file, MultiVolume or DWMRI keys, or --b-values",
        found=f"{without} of {len(volumes)} volumes without",
        todo=todo,
    )


def _form(files: Sequence[Path], volumes: int) -> str:
    name = files[0].name.lower()
    kind = (
        "NIfTI"
        if name.endswith((".nii", ".nii.gz"))
        else "NRRD"
        if name.endswith((".nrrd", ".nhdr"))
        else "MetaImage"
    )
    return f"{kind}, {volumes} volumes in {len(files)} file{'s' if len(files) > 1 else ''}"
