"""Rings around a lesion: the outlined lesion widened outwards, in mm, without what lies outside the body."""

from collections.abc import Mapping, Sequence

import numpy as np
import scipy

from HER2LowMRILib.core.voi import bounding_box


def rings(
    lesion: np.ndarray,
    left_out: np.ndarray,
    spacing_mm: Sequence[float],
    reach_mm: Sequence[float],
) -> Mapping[float, np.ndarray]:
    """Widen a lesion outwards.

    A voxel belongs to the ring of n mm when it is outside the lesion and its centre is at most n mm from the nearest
    voxel of the lesion, measured to the face, edge or corner of that voxel: distances are true in mm on voxels of any
    shape.

    Parameters
    ----------
    lesion : ndarray of bool, (k, j, i)
        The outlined lesion, with what the reader left out of it: a ring around a necrosis inside is not a surrounding.
    left_out : ndarray of bool, (k, j, i)
        What no ring may hold: exclusions that reach beyond the lesion, and what lies outside the body.
    spacing_mm : sequence of float
        Voxel size along i, j, k [mm].
    reach_mm : sequence of float
        How far each ring reaches [mm].

    Returns
    -------
    mapping of float to ndarray of bool, (k, j, i)
        Reach -> ring; each begins at the lesion, so that the ring of 3 mm holds that of 1 mm.
    """
    found = {reach: np.zeros(lesion.shape, bool) for reach in reach_mm}
    if not reach_mm or not lesion.any():
        return found
    size = np.asarray(spacing_mm, dtype=np.float64)[::-1]
    margin = np.ceil(max(reach_mm) / size + 0.5).astype(int)
    box = tuple(
        slice(max(part.start - more, 0), part.stop + more)
        for part, more in zip(bounding_box(lesion), margin, strict=True)
    )
    inside, free = lesion[box], ~(lesion[box] | left_out[box])
    for reach, ring in found.items():
        ring[box] = scipy.ndimage.binary_dilation(inside, _reached(size, reach)) & free
    return found


def _reached(size: np.ndarray, reach: float) -> np.ndarray:
    """The voxels around one voxel whose centres lie within a distance [mm] of its box, as a structuring element."""
    # A voxel right at the distance belongs to the ring, whatever the last digit of the spacing says.
    reach += 1e-6
    half = np.floor(reach / size + 0.5).astype(int)
    steps = np.meshgrid(*(np.arange(-n, n + 1) for n in half), indexing="ij")
    outside = [np.maximum(np.abs(step) - 0.5, 0) * length for step, length in zip(steps, size, strict=True)]
    return np.asarray(sum(part**2 for part in outside) <= reach**2)
