"""Read a DICOM segmentation (SEG): its frames placed where they lie, with the names of its segments.

Frames without voxels are left out of such files, segments share slices, and coded properties say what a segment is
(DICOM PS3.3 A.51 and C.8.20).
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.files.budget import MemoryBudget, open_regular
from HER2LowMRILib.images.dicom_object import header_of, stated
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.segment_codes import MEASURED, SEGMENTS, name_of_code
from HER2LowMRILib.images.segment_names import (
    EXCLUSIONS,
    LESION,
    canonical_name,
    choose_voi,
    distinct_names,
)
from HER2LowMRILib.images.segmentation import Segmentation

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SEGMENTATION = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
_THRESHOLD = 0.5


def is_structure_set(path: Path) -> bool:
    """Whether a DICOM file is an RT structure set."""
    return str(stated(header_of(path), "SOPClassUID") or "") == STRUCTURE_SET


def read_dicom_segmentation(path: Path) -> Segmentation:
    """Read every segment of a DICOM segmentation.

    Raises
    ------
    ImageError
        If it is another DICOM object, damaged, too large, or its frames make no regular volume.
    """
    header = header_of(path)
    kind = str(stated(header, "SOPClassUID") or "")
    if kind not in SEGMENTATION:
        raise ImageError(
            f"{path.name} is not a segmentation",
            needed="a DICOM segmentation (SEG), a .seg.nrrd file or a label map",
            found="a DICOM image or another object",
            todo="Draw the lesion in Slicer, and save it as .seg.nrrd",
        )
    with open_regular(path) as stream:
        size = os.fstat(stream.fileno()).st_size
    stored = _whole(header, "Rows") * _whole(header, "Columns") * max(_whole(header, "NumberOfFrames"), 1)
    MemoryBudget().take(stored, size, path.name)
    try:
        return _read(path, size)
    except ImageError:
        raise
    except Exception as error:
        raise _damaged(path, type(error).__name__) from error


def _read(path: Path, size: int) -> Segmentation:
    from highdicom.seg import SegmentationTypeValues, segread

    with open_regular(path) as stream:
        found: Any = segread(stream)
    if found.is_tiled:
        raise ImageError(
            f"{path.name} is not a segmentation of a volume", needed="slices", found="a tiled picture"
        )
    geometry = found.get_volume_geometry()
    if geometry is None:
        raise ImageError(
            f"The slices of {path.name} make no volume",
            needed="parallel slices at equal distances",
            found="others",
            todo="Load it in Slicer with the images, and save it as .seg.nrrd",
        )
    numbers = list(found.segment_numbers)
    if not _frames_are_of(found, numbers):
        raise _damaged(path, "frames of a segment that is not there")
    voxels = int(np.prod(geometry.spatial_shape))
    MemoryBudget().take(voxels * max(len(numbers), 1), size, path.name)
    warnings: list[Notice] = []
    masks: dict[str, np.ndarray] = {}
    fractional = found.segmentation_type == SegmentationTypeValues.FRACTIONAL
    descriptions = [found.get_segment_description(number) for number in numbers]
    names = distinct_names([_name(one, number) for one, number in zip(descriptions, numbers, strict=True)])
    for number, name in zip(numbers, names, strict=True):
        # Frames of one segment may be missing: there is nothing of it on those slices.
        volume = found.get_volume(segment_numbers=[number])
        array = np.asarray(volume.array)[..., 0]
        masks[name] = array >= _THRESHOLD if fractional else array > 0
        between = int(np.count_nonzero((array > 0) & (array < 1))) if fractional else 0
        if between:
            warnings.append(
                Notice(
                    "fractional_segment",
                    f"The segment {name} is fractional; voxels of at least {_THRESHOLD:.0%} are taken ({between:,} lie "
                    "between 0 and 100 %).",
                )
            )
    derived = [
        name
        for name, one in zip(names, descriptions, strict=True)
        if str(one.segmented_property_type.value) == SEGMENTS[MEASURED].type.value
    ]
    for name in derived:
        _drop_if_made_of_the_others(masks, name)
    grid = _grid(np.asarray(geometry.affine), geometry.spatial_shape)
    return _right_handed(Segmentation(masks, grid, tuple(warnings)))


def _drop_if_made_of_the_others(masks: dict[str, np.ndarray], derived: str) -> None:
    """Leave out the segment in which an export of ours says what was measured, where the others say the same."""
    others = {name: mask for name, mask in masks.items() if name != derived}
    try:
        chosen = choose_voi(others)
    except ImageError:
        return
    if np.array_equal(chosen.mask, masks[derived]):
        del masks[derived]


def _frames_are_of(found: Any, numbers: Sequence[int]) -> bool:
    """Whether every frame belongs to one of the segments; a frame of none would be lost without a word."""
    groups = [
        identified
        for group in (*found.SharedFunctionalGroupsSequence, *found.PerFrameFunctionalGroupsSequence)
        for identified in group.get("SegmentIdentificationSequence") or []
    ]
    return all(int(one.ReferencedSegmentNumber) in numbers for one in groups)


def _name(description: Any, number: int) -> str:
    """Label of a segment; that of its coded property where the label says nothing this library knows."""
    label = " ".join(str(description.segment_label or "").split()) or f"segment {number}"
    coded = name_of_code(str(description.segmented_property_type.value))
    if coded is None or canonical_name(label) in (*EXCLUSIONS, LESION):
        return label
    return coded


def _grid(affine: np.ndarray, shape: Sequence[int]) -> ImageGrid:
    """Grid of a volume whose array has the axes (slice, row, column): they are k, j, i."""
    columns = [affine[:3, axis] for axis in (2, 1, 0)]
    spacing = [float(np.linalg.norm(column)) for column in columns]
    direction = np.column_stack([column / step for column, step in zip(columns, spacing, strict=True)])
    return ImageGrid(
        (int(shape[2]), int(shape[1]), int(shape[0])),
        (spacing[0], spacing[1], spacing[2]),
        (float(affine[0, 3]), float(affine[1, 3]), float(affine[2, 3])),
        tuple(map(float, direction.ravel())),
    )


def _right_handed(found: Segmentation) -> Segmentation:
    """The same segments with their slices along the cross product of row and column, as the intake orders images."""
    axes = np.reshape(found.grid.direction, (3, 3))
    if np.linalg.det(axes) > 0:
        return found
    last = found.grid.ijk_to_lps() @ (0.0, 0.0, found.grid.size_ijk[2] - 1.0, 1.0)
    turned = axes * (1.0, 1.0, -1.0)
    grid = ImageGrid(
        found.grid.size_ijk,
        found.grid.spacing_mm,
        (float(last[0]), float(last[1]), float(last[2])),
        tuple(map(float, turned.ravel())),
    )
    return Segmentation({name: mask[::-1] for name, mask in found.masks.items()}, grid, found.warnings)


def _whole(header: "Dataset", keyword: str) -> int:
    try:
        return max(int(str(stated(header, keyword) or 0)), 0)
    except ValueError:
        return 0


def _damaged(path: Path, found: str) -> ImageError:
    return ImageError(
        f"{path.name} cannot be read",
        needed="a whole DICOM segmentation",
        found=f"a damaged one ({found})",
        todo="Load it in Slicer with the images, and save it as .seg.nrrd",
    )
