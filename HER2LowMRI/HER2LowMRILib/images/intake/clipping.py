"""Find the level at which the images of an examination were clipped, where no header tells it."""

from collections.abc import Sequence

import numpy as np

FEWEST_AT_TOP = 16
_NEAR = 16
_FORMAT_ENDS = tuple((1 << bits) - 1 for bits in (8, 10, 11, 12, 13, 14, 15, 16))


def observed_clip_level(arrays: Sequence[np.ndarray]) -> float | None:
    """The largest value of all images together, if voxels pile up there as they do at the end of a number format.

    Parameters
    ----------
    arrays : sequence of ndarray
        The images of all b-values, in one scale; a level that only a dim image reaches is none.

    Returns
    -------
    float or None
        The level, where at least 16 voxels hold it and at least four times as many as hold the whole numbers just
        below it on average; or where it is the end of a number format (2^n - 1) and at least two voxels hold it.
    """
    tops = [float(array.max()) if array.size else -np.inf for array in arrays]
    top = max(tops, default=-np.inf)
    if not np.isfinite(top) or top < 128 or top != int(top):
        return None
    # A whole number: next to a fraction all voxels of an image would be converted first.
    lowest = int(top) - _NEAR
    counts = np.zeros(_NEAR + 1, np.int64)
    for array, highest in zip(arrays, tops, strict=True):
        if highest >= lowest:
            near = array[array >= lowest]
            counts += np.bincount((top - near).astype(np.int64), minlength=_NEAR + 1)
    at_top, below = int(counts[0]), counts[1:].mean()
    if at_top >= FEWEST_AT_TOP and at_top >= 4 * max(below, 1.0):
        return top
    return top if int(top) in _FORMAT_ENDS and at_top >= 2 else None
