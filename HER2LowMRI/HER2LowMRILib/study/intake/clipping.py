"""Find the level at which an image was clipped, where no header tells it."""

import numpy as np

FEWEST_AT_TOP = 16
_LEVELS = tuple((1 << bits) - 1 for bits in (8, 10, 11, 12, 13, 14, 15, 16))


def observed_clip_level(array: np.ndarray) -> float | None:
    """The largest value, if voxels pile up there as they do at the end of a number format.

    Parameters
    ----------
    array : ndarray
        Any shape; only whole numbers are looked at.

    Returns
    -------
    float or None
        The level, where it is 2^n - 1 (n = 8, 10 ... 16), or where at least 16 voxels hold it and at least four
        times as many as hold the values just below it on average.
    """
    if array.size == 0:
        return None
    top = float(array.max())
    if not np.isfinite(top) or top < 128 or top != int(top):
        return None
    near = array[array >= top - 16]
    counts = np.bincount((top - near).astype(np.int64), minlength=17)
    at_top, below = int(counts[0]), counts[1:17].mean()
    if at_top >= FEWEST_AT_TOP and at_top >= 4 * max(below, 1.0):
        return top
    return top if int(top) in _LEVELS and at_top >= 2 else None
