"""Fill the contours of a DICOM RT structure set on the slices of the maps (DICOM PS3.3 C.8.8.6)."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.dicom_object import header_of
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.segment_names import distinct_names
from HER2LowMRILib.images.segmentation import Segmentation

# Contours lie on the slices they were drawn on, up to the rounding of their coordinates.
LARGEST_OFF_SLICE = 0.1
MOST_POINTS = 2_000_000
_XOR = "CLOSEDPLANAR_XOR"


def read_structure_set(path: Path, grid: ImageGrid) -> Segmentation:
    """Read every structure, on the voxels of the maps: a voxel is inside where its centre is.

    Parameters
    ----------
    path : Path
    grid : ImageGrid
        Grid of the maps; the contours must lie on its slices.

    Raises
    ------
    ImageError
        If the file is damaged, has no closed contour, or contours that lie between or outside the slices.
    """
    header = header_of(path)
    try:
        names = {
            int(roi.ROINumber): " ".join(str(roi.get("ROIName") or "").split())
            for roi in header.StructureSetROISequence
        }
        contours: dict[int, list[np.ndarray]] = {}
        combined: set[int] = set()
        points = 0
        for roi in header.ROIContourSequence:
            number = int(roi.ReferencedROINumber)
            for contour in roi.get("ContourSequence") or []:
                if str(contour.ContourGeometricType) not in ("CLOSED_PLANAR", _XOR):
                    continue
                lps = np.asarray([float(part) for part in contour.ContourData]).reshape(-1, 3)
                points += len(lps)
                if points > MOST_POINTS or not np.isfinite(lps).all():
                    raise ValueError
                contours.setdefault(number, []).append(lps)
                if str(contour.ContourGeometricType) == _XOR:
                    combined.add(number)
    except Exception as error:
        raise ImageError(
            f"{path.name} cannot be read",
            needed="an RT structure set with closed contours",
            found=f"a damaged one ({type(error).__name__})",
            todo="Load it in Slicer with the images, and save it as .seg.nrrd",
        ) from error
    if not contours:
        raise ImageError("The VOI is empty", needed="a structure with a closed contour", found="none")
    titles = distinct_names([names.get(number) or f"structure {number}" for number in contours])
    masks = {
        title: filled(polygons, grid, number in combined)
        for title, (number, polygons) in zip(titles, contours.items(), strict=True)
    }
    text = "The contours of the RT structure set were filled on the voxels of the map."
    return Segmentation(masks, grid, (Notice("contours_filled", text),))


def filled(contours: Iterable[np.ndarray], grid: ImageGrid, may_cross: bool = False) -> np.ndarray:
    """Voxels whose centres lie inside an odd number of contours.

    Parameters
    ----------
    contours : iterable of ndarray, shape (n, 3)
        Corners of closed planar contours [mm, LPS].
    grid : ImageGrid
    may_cross : bool
        Contours that cross are meant to be combined so, as the file says. Else one inside another is a hole, and of
        two that cross nobody knows whether both are meant, or what only one holds.

    Returns
    -------
    ndarray of bool, shape (k, j, i)

    Raises
    ------
    ImageError
        If a contour does not lie on a slice of the grid, reaches outside it, or crosses another.
    """
    on_slice: dict[int, list[np.ndarray]] = defaultdict(list)
    mask = np.zeros(grid.shape, bool)
    to_grid = np.linalg.inv(grid.ijk_to_lps())
    off = 0
    for lps in contours:
        ijk = lps @ to_grid[:3, :3].T + to_grid[:3, 3]
        k = round(float(ijk[:, 2].mean()))
        if len(ijk) < 3:
            continue
        if np.abs(ijk[:, 2] - k).max() > LARGEST_OFF_SLICE or not 0 <= k < grid.size_ijk[2]:
            off += 1
            continue
        if ijk[:, :2].min() < -0.5 or (ijk[:, :2].max(axis=0) > np.asarray(grid.size_ijk[:2]) - 0.5).any():
            off += 1
            continue
        inside = _inside(ijk[:, :2], grid.size_ijk[0], grid.size_ijk[1])
        if not may_cross and any(_cross(inside, other) for other in on_slice[k]):
            raise ImageError(
                "The contours of one structure cross on a slice",
                needed="contours beside or inside each other",
                found="some that overlap in part",
                todo="Load the structure set in Slicer with the map, and save it there as .seg.nrrd",
            )
        on_slice[k].append(inside)
        mask[k] ^= inside
    if off:
        raise ImageError(
            "The contours do not lie on the slices of the map",
            needed="contours that were drawn on the slices of these images",
            found=f"{counted(off, 'contour')} between the slices or outside",
            todo="Load the structure set in Slicer with the map, and save it there as .seg.nrrd",
        )
    return mask


def _cross(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two filled contours overlap in part."""
    shared = np.count_nonzero(one & other)
    return bool(0 < shared < min(np.count_nonzero(one), np.count_nonzero(other)))


def _inside(corners: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Pixels (j, i) whose centres lie inside a polygon, by the even-odd rule along every row."""
    inside = np.zeros((rows, columns), bool)
    x, y = corners[:, 0], corners[:, 1]
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    first, last = max(int(np.ceil(y.min())), 0), min(int(np.floor(y.max())), rows - 1)
    centres = np.arange(columns)
    for row in range(first, last + 1):
        # Half-open, so that a corner on the row counts once.
        crossing = (y <= row) != (next_y <= row)
        if not crossing.any():
            continue
        share = (row - y[crossing]) / (next_y[crossing] - y[crossing])
        at = np.sort(x[crossing] + share * (next_x[crossing] - x[crossing]))
        inside[row] = np.searchsorted(at, centres, side="right") % 2 == 1
    return inside
