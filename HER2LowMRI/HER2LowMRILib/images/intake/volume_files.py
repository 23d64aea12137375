"""Diffusion images from NRRD, NIfTI and MetaImage files: with several volumes in each, or one file per b-value."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import Cancelled, ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.budget import MemoryBudget
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.averaging import Direction
from HER2LowMRILib.images.intake.b_tables import BTable, table_of_files, table_of_keys
from HER2LowMRILib.images.intake.b_value import TYPED, check_b_values
from HER2LowMRILib.images.intake.diffusion_files import computed_b, sidecars
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.image_files import read_image, stem
from HER2LowMRILib.images.intake.series_names import b_value_in_name
from HER2LowMRILib.images.intake.volume_series import Volume, series_of_volumes


def read_volume_series(
    files: Sequence[Path],
    *,
    b_values: Sequence[float] | None = None,
    left_out: Sequence[Notice] = (),
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DiffusionSeries:
    """Read files with several volumes each, or one file per b-value.

    Parameters
    ----------
    files : sequence of Path
    b_values : sequence of float, optional
        Typed b-values: one per volume, in the order of the files [s/mm2].
    left_out : sequence of Notice
        What was found beside them, for the report.
    progress, cancelled : callable, optional
        As for ``read_dwi``.

    Raises
    ------
    ImageError
        If a b-value is not known, the grids differ, or a file is damaged.
    """
    volumes: list[Volume] = []
    grid: ImageGrid | None = None
    warnings: list[Notice] = []
    budget, counts = MemoryBudget(), list[int]()
    for number, path in enumerate(files):
        if cancelled is not None and cancelled():
            raise Cancelled()
        image = read_image(path, budget=budget)
        if grid is None:
            grid = image.grid
        elif not grid.same_as(image.grid):
            raise ImageError(
                "The image files lie on different grids",
                needed="one grid for all b-values",
                found=f"file {number + 1}: {image.grid.difference(grid)}",
                todo="Resample them onto one grid first",
            )
        counts.append(len(image.volumes))
        # Typed b-values stand in place of what the file says, also where that cannot be read.
        table = _table(path, image.keys, len(image.volumes)) if b_values is None else None
        warnings.extend(text for text in image.warnings if text not in warnings)
        warnings.extend(table.warnings if table is not None else ())
        volumes.extend(_volumes(image.volumes, table))
        if progress is not None:
            progress((number + 1) / len(files))
    if grid is None:
        raise ImageError("There is no image", needed="at least one image file")
    if b_values is not None:
        volumes = _typed(volumes, b_values, len(files))
    _all_stated(volumes, files)
    _refuse_computed(volumes, files, counts)
    series = series_of_volumes(volumes, grid, warnings, _form(files, len(volumes)))
    return replace(series, dropped=(*left_out, *series.dropped))


def _table(path: Path, keys: dict[str, str], count: int) -> BTable | None:
    """What stands in the header of a file or beside it about its volumes."""
    table = table_of_keys(keys, count)
    if table is None:
        beside = sidecars(path)
        if ".bval" in beside:
            table = table_of_files(beside[".bval"], beside.get(".bvec"), count)
    return table


def _volumes(arrays: Sequence[np.ndarray], table: BTable | None) -> list[Volume]:
    if table is None:
        return [Volume(array, None, "") for array in arrays]
    directions: Sequence[Direction | None] = table.directions or [None] * len(arrays)
    return [
        Volume(array, b, table.source, direction)
        for array, b, direction in zip(arrays, table.b_values, directions, strict=True)
    ]


def _typed(volumes: list[Volume], b_values: Sequence[float], files: int) -> list[Volume]:
    if len(b_values) != len(volumes):
        raise ImageError(
            "The b-values do not fit the inputs",
            needed=f"{len(volumes)}, one for each {'file' if files > 1 else 'volume'}",
            found=str(len(b_values)),
        )
    check_b_values(b_values, "the user")
    return [
        Volume(volume.array, float(b), TYPED, volume.direction, volume.averages)
        for volume, b in zip(volumes, b_values, strict=True)
    ]


def b_values_in_names(files: Sequence[Path]) -> tuple[float, ...] | None:
    """The b-values [s/mm2] that the names of several image files give, one each; None where one gives none."""
    named = [b_value_in_name(stem(file)) for file in files]
    found = tuple(b for b in named if b is not None)
    return found if len(files) > 1 and len(found) == len(files) == len(set(found)) else None


def _all_stated(volumes: Sequence[Volume], files: Sequence[Path]) -> None:
    without = sum(1 for volume in volumes if volume.b_value is None)
    if not without:
        return
    todo, example = "Give them in the order of the inputs", "0,800,1400,2000"
    named = b_values_in_names(files)
    if named is not None:
        example = ",".join(f"{b:g}" for b in named)
        todo = f"The file names suggest {example}: confirm them"
    raise ImageError(
        "The b-values are not known",
        needed="a .bval file, or MultiVolume or DWMRI keys",
        found=f"{without} of {len(volumes)} volumes without",
        todo=todo,
        option=f"--b-values {example}",
    )


def _refuse_computed(volumes: Sequence[Volume], files: Sequence[Path], counts: Sequence[int]) -> None:
    """Refuse files whose name says that their b-value was computed from others: the fit would find what was put in."""
    at = 0
    for number, (file, count) in enumerate(zip(files, counts, strict=True), 1):
        b_values = [volume.b_value for volume in volumes[at : at + count] if volume.b_value]
        at += count
        if b_values and computed_b(file, b_values) is not False:
            raise ImageError(
                f"The name of file {number} says that its b-value was computed from other images",
                needed="measured images",
                found=", ".join(f"b {b:g}" for b in sorted(set(b_values))),
                todo="Leave it out; if it was measured, give it a name without that word",
            )


def _form(files: Sequence[Path], volumes: int) -> str:
    name = files[0].name.lower()
    forms = (
        ((".nii", ".nii.gz"), "NIfTI"),
        ((".hdr", ".img"), "NIfTI pair (.hdr and .img)"),
        ((".nrrd", ".nhdr"), "NRRD"),
    )
    form = next((form for suffixes, form in forms if name.endswith(suffixes)), "MetaImage")
    return f"{form}, {volumes} volumes in {counted(len(files), 'file')}"
