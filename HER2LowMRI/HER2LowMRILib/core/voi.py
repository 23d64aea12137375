"""The geometry of a VOI: size, slices, islands, and what is odd about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.wording import counted

FEW_VOXELS = 30
"""Below this number of voxels percentiles, skewness and entropy are hardly more than noise."""


@dataclass(frozen=True)
class VoiGeometry:
    """What a VOI looks like.

    Attributes
    ----------
    voi_voxels : int
        Number of voxels.
    voi_volume_mm3 : float
        Volume [mm3].
    voi_slices : int
        Number of slices with at least one voxel.
    first_slice, last_slice : int
        Index of the first and last of them, from 0.
    empty_inner_slices : tuple of int
        Slices without a voxel between the first and the last.
    islands : int
        Number of parts that do not touch each other, not even at a corner.
    warnings : tuple of Notice
        What the reader should look at again.
    """

    voi_voxels: int
    voi_volume_mm3: float
    voi_slices: int
    first_slice: int
    last_slice: int
    empty_inner_slices: tuple[int, ...]
    islands: int
    warnings: tuple[Notice, ...]


def describe_voi(voi: np.ndarray, spacing_mm: Sequence[float]) -> VoiGeometry:
    """Describe a VOI.

    Parameters
    ----------
    voi : ndarray of bool, (k, j, i)
        The VOI.
    spacing_mm : sequence of float
        Voxel size along i, j, k [mm].

    Returns
    -------
    VoiGeometry

    Raises
    ------
    ImageError
        When the VOI is empty or the voxel size is not positive.
    """
    spacing = np.asarray(spacing_mm, dtype=np.float64)
    if voi.ndim != 3 or spacing.shape != (3,) or not (np.isfinite(spacing) & (spacing > 0)).all():
        raise ImageError(
            "The VOI is not usable",
            needed="a volume with three positive voxel sizes in mm",
            found=f"shape {voi.shape}, voxel sizes {', '.join(f'{s:g}' for s in spacing.reshape(-1))} mm",
        )
    box = bounding_box(voi)
    inside = voi[box]
    voxels = int(np.count_nonzero(inside))
    first = box[0].start
    drawn = inside.any(axis=(1, 2))
    empty = tuple(first + int(k) for k in np.flatnonzero(~drawn))
    islands = int(scipy.ndimage.label(inside, structure=np.ones((3, 3, 3)))[1])
    # In the outermost row or column of a slice.
    border = any(s.start == 0 or s.stop == size for s, size in zip(box[1:], voi.shape[1:], strict=True))

    warnings = []
    if empty:
        numbers = ", ".join(str(k + 1) for k in empty)
        text = f"No voxel is drawn in slice {numbers}, between the first and the last slice."
        warnings.append(Notice("empty_slices", text))
    if islands > 1:
        warnings.append(Notice("islands", f"The VOI has {islands} separate parts."))
    if voxels < FEW_VOXELS:
        text = f"The VOI has {counted(voxels, 'voxel')}; below {FEW_VOXELS} its histogram is not reliable."
        warnings.append(Notice("few_voxels", text))
    if border:
        warnings.append(Notice("at_border", "The VOI touches the border of the image."))
    return VoiGeometry(
        voi_voxels=voxels,
        voi_volume_mm3=float(voxels * spacing.prod()),
        voi_slices=int(drawn.sum()),
        first_slice=first,
        last_slice=box[0].stop - 1,
        empty_inner_slices=empty,
        islands=islands,
        warnings=tuple(warnings),
    )


def bounding_box(voi: np.ndarray) -> tuple[slice, ...]:
    """Return the smallest box that holds a mask.

    Raises
    ------
    ImageError
        When the mask is empty.
    """
    box = []
    for axis in range(voi.ndim):
        line = np.flatnonzero(voi.any(axis=tuple(a for a in range(voi.ndim) if a != axis)))
        if line.size == 0:
            raise ImageError(
                "The VOI is empty", needed="at least one voxel", found="none", todo="Draw the lesion."
            )
        box.append(slice(int(line[0]), int(line[-1]) + 1))
    return tuple(box)
