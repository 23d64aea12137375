"""b-values and directions of the volumes of one file: of its header, or of the tables beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.budget import read_at_most
from HER2LowMRILib.images.intake.averaging import Direction
from HER2LowMRILib.images.intake.b_value import check_b_value, tolerance
from HER2LowMRILib.images.intake.frame_labels import b_values_of_labels

LONGEST_TABLE = 2**20
NO_DIRECTION: Direction = (0.0, 0.0, 0.0)
# b-values up to this need no direction: spoilers make them of 0.
LARGEST_B0 = 5.0
_LENGTHS_AGREE = 0.02


@dataclass(frozen=True)
class BTable:
    """What is stated of every volume of a file.

    Parameters
    ----------
    b_values : list of float
        [s/mm2]
    source : str
    directions : list of Direction, optional
        A direction of length 0 stands for an image that is not weighted along one.
    warnings : tuple of Notice
    """

    b_values: list[float]
    source: str
    directions: list[Direction] | None = None
    warnings: tuple[Notice, ...] = field(default=())


def table_of_keys(keys: dict[str, str], count: int) -> BTable | None:
    """b-values of the MultiVolume or DWMRI keys of a NRRD header with ``count`` volumes; None where there are none.

    Raises
    ------
    ImageError
        If the keys do not fit the image, or tell no b-values.
    """
    labels, tag = (
        keys.get("MultiVolume.FrameLabels"),
        keys.get("MultiVolume.FrameIdentifyingDICOMTagName", ""),
    )
    b_values = b_values_of_labels(labels, tag) if labels else None
    if b_values is not None:
        return BTable(
            _checked(b_values, count, "MultiVolume.FrameLabels"),
            f"NRRD key MultiVolume.FrameLabels ({tag})",
        )
    if keys.get("modality") == "DWMRI" or "DWMRI_b-value" in keys:
        return _dwmri(keys, count)
    return None


def table_of_files(bval: Path, bvec: Path | None, count: int) -> BTable:
    """b-values of a ``.bval`` file and directions of a ``.bvec`` file for ``count`` volumes.

    Raises
    ------
    ImageError
        If a table does not fit the image, or can be read in two ways.
    """
    b_values = _checked([b for row in _numbers(bval) for b in row], count, bval.name)
    if bvec is None:
        return BTable(b_values, ".bval file")
    rows = _numbers(bvec)
    columns = list(zip(*rows, strict=False)) if len(rows) == 3 else rows
    if len({len(row) for row in rows}) > 1 or len(columns) != count or any(len(c) != 3 for c in columns):
        raise ImageError(f"{bvec.name} does not fit the image", needed=f"3 rows of {count} numbers")
    directions = _finite([(c[0], c[1], c[2]) for c in columns], b_values, bvec.name)
    return BTable(b_values, ".bval file", directions, tuple(_lengths(directions, b_values, bvec.name)))


def _finite(directions: list[Direction], b_values: Sequence[float], name: str) -> list[Direction]:
    """Directions without NaN: a b 0 image needs none, any other volume does."""
    found = [bool(np.isfinite(direction).all()) for direction in directions]
    unknown = [
        n for n, (ok, b) in enumerate(zip(found, b_values, strict=True), 1) if not ok and b > LARGEST_B0
    ]
    if unknown:
        raise ImageError(
            f"{name} does not tell the direction of {counted(len(unknown), 'volume')}",
            needed="three finite numbers for every volume above b 0",
            found=f"NaN at volume {', '.join(map(str, unknown[:5]))}{' ...' if unknown[5:] else ''}",
            todo="Mend the table; or move it away if the volumes of one b-value are all directions or all repetitions",
        )
    return [direction if ok else NO_DIRECTION for direction, ok in zip(directions, found, strict=True)]


def _lengths(directions: list[Direction], b_values: Sequence[float], name: str) -> list[Notice]:
    """Ask where the lengths of the directions could mean other b-values (b |g|^2); say where they are all not 1."""
    lengths = np.linalg.norm(np.asarray(directions, float), axis=1)
    b = np.asarray(b_values)
    weighted = (b > LARGEST_B0) & (lengths > 1e-6)
    if not weighted.any():
        return []
    known, stated = lengths[weighted], b[weighted]
    if known.max() <= (1 + _LENGTHS_AGREE) * known.min():
        if abs(known.mean() - 1) <= _LENGTHS_AGREE:
            return []
        text = f"The directions of the .bvec file have the length {known.mean():.3g} in place of 1; b is as stated."
        return [Notice("directions_not_of_length_1", text)]
    # Converted DWMRI files state both: the true b-values, and lengths that follow from them.
    expected = np.sqrt(stated / stated.max()) * known[stated == stated.max()].max()
    if np.all(np.abs(known - expected) <= _LENGTHS_AGREE * expected):
        return []
    same = np.abs(stated - stated[np.argmin(known)]) <= tolerance(stated[np.argmin(known)])
    example = stated[np.argmin(known)]
    raise ImageError(
        f"{name} can be read in two ways",
        needed="directions of length 1",
        found=f"lengths of {known[same].min():.3g} to {known.max():.3g} (b {example:g})",
        todo="If b is the stated value times the length squared, as GE has it, give the true ones; else divide "
        "every direction by its length",
        option="--b-values",
    )


def _dwmri(keys: dict[str, str], count: int) -> BTable:
    """DWMRI keys: b = b_max |g|^2 / |g_max|^2, as Slicer reads them."""
    try:
        largest = float(keys["DWMRI_b-value"])
        directions: list[Direction] = []
        index = 0
        while len(directions) < count:
            x, y, z = (float(part) for part in keys[f"DWMRI_gradient_{index:04d}"].split())
            repeats = int(keys.get(f"DWMRI_NEX_{index:04d}", "1"))
            if not 1 <= repeats <= count or not np.isfinite((x, y, z)).all():
                raise ValueError
            directions.extend([(x, y, z)] * repeats)
            index += repeats
    except (KeyError, ValueError) as error:
        raise ImageError(
            "The DWMRI keys of the NRRD file are not complete",
            needed=f"DWMRI_b-value and {count} gradients of 3 numbers",
            todo="Give the b-values",
            option="--b-values",
        ) from error
    _as_many(directions, count, "DWMRI_gradient")
    lengths = np.linalg.norm(np.asarray(directions), axis=1)
    longest = float(lengths.max())
    if longest == 0:
        raise ImageError(
            "The DWMRI keys of the NRRD file do not tell b-values",
            needed="gradients other than 0 for b above 0",
            found="zero gradients only, as isotropic images have",
            todo="Give the b-values",
            option="--b-values",
        )
    # Lengths are written with few digits: the square of 0.9999 is not a b-value of its own.
    b_values = [float(round(largest * (length / longest) ** 2)) for length in lengths]
    warnings = (
        (
            Notice(
                "longest_gradient_not_1",
                f"The longest DWMRI gradient has the length {longest:.4g}, not 1: as in Slicer, it stands for "
                f"b {largest:g}, and shorter ones for less.",
            ),
        )
        if abs(longest - 1) > _LENGTHS_AGREE
        else ()
    )
    source = "NRRD keys DWMRI_b-value and DWMRI_gradient"
    return BTable(_checked(b_values, count, source), source, directions, warnings)


def _checked(b_values: list[float], count: int, name: str) -> list[float]:
    _as_many(b_values, count, name)
    return [check_b_value(b, name) for b in b_values]


def _as_many(values: Sequence[object], count: int, name: str) -> None:
    if len(values) != count:
        raise ImageError(
            f"{name} does not fit the image", needed=f"{count} values, one per volume", found=str(len(values))
        )


def _numbers(path: Path) -> list[list[float]]:
    try:
        text = read_at_most(path, LONGEST_TABLE).decode("utf-8-sig")
        return [
            [float(part) for part in re.split(r"[\s,;]+", line.strip(" \t,;"))]
            for line in text.splitlines()
            if line.strip(" \t,;")
        ]
    except ValueError as error:
        raise ImageError(f"{path.name} is not a table of numbers", needed="one number per volume") from error
