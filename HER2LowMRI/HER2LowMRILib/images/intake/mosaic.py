"""Mosaics: the slices of one volume tiled into one picture, as Siemens (MOSAIC) and United Imaging (VFRAME, GRID) do.

Siemens: ceil(sqrt(n)) tiles along each side; the stated position is that of a slice as large as the whole picture, with
the same centre; the slices follow the SliceNormalVector of the CSA header (nibabel, "Siemens mosaic format",
nipy.org/nibabel/dicom/dicom_mosaic.html). United Imaging: as many columns, only as many rows as are needed; a
sequence gives the position of every slice (dcm2niix issue 225).
"""

import math
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import vendor_tags
from HER2LowMRILib.images.intake.b_value import decode_number
from HER2LowMRILib.images.intake.csa_header import csa_values
from HER2LowMRILib.images.intake.dicom_header import Header, ImageHeaders, as_number

LARGEST_INTERPOLATION = 2
# No scanner's field of view is as large along both sides [mm].
LARGEST_FIELD = 600.0
_TODO = "Export the images with one slice per file, or convert them to NIfTI with a .bval file (dcm2niix)"
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Tile:
    """Where the picture of one slice lies in a mosaic [pixels], and where in the patient [mm]."""

    top: int
    left: int
    position: Point
    is_last: bool


@dataclass(frozen=True, slots=True)
class Mosaic:
    """A picture of several slices: the size of each [pixels], and where each lies."""

    rows: int
    columns: int
    tiles: tuple[Tile, ...]


def find_mosaic(
    root: Header,
    header: ImageHeaders,
    maker: str,
    image_type: tuple[str, ...],
    picture: tuple[int, int],
    tiling: float,
    name: str,
) -> Mosaic | None:
    """The slices that a classic image holds; None if it is the picture of one.

    Parameters
    ----------
    root : Header
    header : Header or FrameHeader
        Of the image.
    maker : str
        From ``vendor_tags.manufacturer``.
    image_type : tuple of str
    picture : tuple of int
        Rows and columns.
    tiling : float
        From ``tiling_by_matrix``.
    name : str
        Of the file, for messages.

    Raises
    ------
    ImageError
        If it is a mosaic, but how many slices it holds or where they lie is not stated, or cannot be.
    """
    worded = not vendor_tags.MOSAIC_WORDS.isdisjoint(image_type)
    rows, columns = picture
    field = _field(header, picture)
    suspected = worded or tiling >= LARGEST_INTERPOLATION or min(field) > LARGEST_FIELD
    count = _stated_count(header, maker, suspected)
    if count is None and not worded:
        if min(field) > LARGEST_FIELD:
            raise _refusal(
                name, "the number of slices in it", f"a field of view of {field[1]:.0f} x {field[0]:.0f} mm"
            )
        if tiling > LARGEST_INTERPOLATION:
            raise _refusal(
                name, "the number of slices in it", "a picture many times as large as its acquisition matrix"
            )
        return None
    if count == 1 and not worded:
        return None
    if count is None or count < 1:
        raise _refusal(name, "the number of slices in it (0019,100A) or (0065,1050)", "none")
    across = math.isqrt(count - 1) + 1
    down = across if maker != "uih" else -(-count // across)
    if rows % down or columns % across:
        raise _refusal(
            name, f"a picture of {across} x {down} tiles for {count} slices", f"{columns} x {rows} pixels"
        )
    height, width = rows // down, columns // across
    if not _fits_matrix(header, height, width):
        raise _refusal(
            name, "tiles that fit the acquisition matrix", f"{count} slices of {width} x {height} pixels"
        )
    places = (
        _places_of_united_imaging(root, count, name)
        if maker == "uih"
        else _places_of_siemens(header, count, (columns - width) / 2, (rows - height) / 2, name)
    )
    return Mosaic(
        height,
        width,
        tuple(
            Tile(index // across * height, index % across * width, place, index == count - 1)
            for index, place in enumerate(places)
        ),
    )


def tiling_by_matrix(header: ImageHeaders, maker: str, rows: int, columns: int) -> float:
    """How many times as large as its acquisition matrix a picture is, along the side where that is less.

    1 where that is not known, and of makers who write no mosaics.
    """
    matrix = _matrix(header) if maker in ("siemens", "uih") else None
    return 1.0 if matrix is None else min(rows / matrix[0], columns / matrix[1])


def refuse_filled_rest(picture: np.ndarray, tile: Tile, rows: int, columns: int, name: str) -> None:
    """Refuse a mosaic that goes on after its last slice: the number of slices is wrong then.

    Raises
    ------
    ImageError
    """
    rest = picture[tile.top : tile.top + rows, tile.left + columns :]
    if rest.any() or picture[tile.top + rows :].any():
        raise _refusal(name, "nothing after its last slice", "more slices than it states")


def _stated_count(header: ImageHeaders, maker: str, suspected: bool) -> int | None:
    for tag, owner in ((vendor_tags.SIEMENS_TILES, "siemens"), (vendor_tags.UIH_TILES, "uih")):
        number = decode_number(header.private(tag, maker == owner))
        if number is not None:
            return int(number) if number == int(number) and 0 < number < 10_000 else 0
    # Searching the whole block of every image takes longer than reading the rest of it.
    csa = header.private(vendor_tags.SIEMENS_CSA) if suspected else None
    texts = csa_values(csa, "NumberOfImagesInMosaic") if isinstance(csa, bytes) else ()
    return int(texts[0]) if texts and texts[0].isdigit() and 1 < int(texts[0]) < 10_000 else None


def _field(header: ImageHeaders, picture: tuple[int, int]) -> tuple[float, float]:
    """Height and width of a picture [mm]; 0 where the spacing is not stated."""
    spacing = _numbers(header.value(0x00280030), 2)
    return (0.0, 0.0) if spacing is None else (picture[0] * float(spacing[0]), picture[1] * float(spacing[1]))


def _matrix(header: ImageHeaders) -> tuple[float, float] | None:
    """Rows and columns that were acquired, from (0018,1310): frequency rows, columns, phase rows, columns."""
    stated = header.value(0x00181310)
    try:
        numbers = [float(part) for part in stated]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    if len(numbers) != 4:
        return None
    rows, columns = numbers[0] or numbers[2], numbers[1] or numbers[3]
    return (rows, columns) if rows > 0 and columns > 0 else None


def _fits_matrix(header: ImageHeaders, height: int, width: int) -> bool:
    """Whether tiles are as large as the acquisition matrix, or interpolated; fewer phase lines may be measured."""
    matrix = _matrix(header)
    if matrix is None:
        return True
    ratios = sorted((height / matrix[0], width / matrix[1]))
    return any(abs(ratios[0] - whole) < 0.02 for whole in (1, LARGEST_INTERPOLATION)) and ratios[1] < 4


def _places_of_siemens(header: ImageHeaders, count: int, right: float, down: float, name: str) -> list[Point]:
    csa = header.private(vendor_tags.SIEMENS_CSA)
    texts = csa_values(csa, "SliceNormalVector") if isinstance(csa, bytes) else ()
    stated = _numbers(texts, 3)
    first, axes, spacing = (
        _numbers(header.value(tag), n) for tag, n in ((0x00200032, 3), (0x00200037, 6), (0x00280030, 2))
    )
    step = as_number(header.value(0x00180088))
    if first is None or axes is None or spacing is None or not step:
        raise _refusal(
            name, "position, orientation, pixel spacing and spacing between slices", "a header without them"
        )
    if stated is None:
        raise _refusal(
            name,
            "the order of its slices (SliceNormalVector of the Siemens CSA header)",
            "a header without it",
        )
    row, column = axes[:3], axes[3:]
    normal = np.cross(row, column)
    along = float(normal @ stated)
    if abs(along) < 0.9:
        raise _refusal(
            name, "slices that follow each other at right angles to their plane", "another direction"
        )
    corner = first + right * spacing[1] * row + down * spacing[0] * column
    step = math.copysign(step, along)
    return [_point(corner + index * step * normal) for index in range(count)]


def _places_of_united_imaging(root: Header, count: int, name: str) -> list[Point]:
    places = [
        _numbers(item.value(0x00200032), 3)
        for item in root.private_items(vendor_tags.UIH_TILE_SEQUENCE, True)
    ]
    found = [_point(place) for place in places if place is not None]
    if len(found) != count or len(places) != count:
        raise _refusal(name, f"a position for each of its {count} slices (0065,1051)", f"{len(found)}")
    return found


def _point(place: np.ndarray) -> Point:
    return float(place[0]), float(place[1]), float(place[2])


def _numbers(value: object, count: int) -> np.ndarray | None:
    try:
        numbers = np.array([float(part) for part in value])  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    return numbers if numbers.shape == (count,) and np.isfinite(numbers).all() else None


def _refusal(name: str, needed: str, found: str) -> ImageError:
    return ImageError(
        f"The mosaic of {name} cannot be cut into slices", needed=needed, found=found, todo=_TODO
    )
