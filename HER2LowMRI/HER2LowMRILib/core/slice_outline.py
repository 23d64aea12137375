"""Outlines of a slice as lines: the voxels inside a line, and the sides around voxels."""

from collections.abc import Sequence

import numpy as np

Place = tuple[float, float]


def inside_of_line(line: Sequence[Place], shape: Sequence[int]) -> np.ndarray:
    """Voxels whose centres lie inside a closed line; where it crosses itself, the even-odd rule holds.

    Parameters
    ----------
    line : sequence of (j, i)
        Places in voxels, whole numbers at the centres; the last is joined to the first.
    shape : two ints
        Of the slice, (j, i).

    Returns
    -------
    ndarray of bool, (j, i)
    """
    rows, columns = shape
    crossed = np.zeros((rows, columns + 1), int)
    places = np.asarray(line, np.float64).reshape(-1, 2)
    if len(places) < 3:
        return np.zeros((rows, columns), bool)
    for (j0, i0), (j1, i1) in zip(places, np.roll(places, -1, axis=0), strict=True):
        low, high = sorted((j0, j1))
        # Of each row that the side crosses, the voxels behind the crossing change from outside to inside or back.
        passed = np.arange(max(int(np.ceil(low)), 0), min(int(np.ceil(high)), rows))
        if passed.size:
            at = i0 + (passed - j0) * (i1 - i0) / (j1 - j0)
            behind = np.clip(np.ceil(at), 0, columns).astype(int)
            np.add.at(crossed, (passed, behind), 1)
    return np.asarray(np.cumsum(crossed, axis=1)[:, :-1] % 2 == 1)


def sides_of(mask: np.ndarray) -> list[tuple[Place, Place]]:
    """The sides between voxels of a mask and those outside it, each from one corner (j, i) to the next.

    Parameters
    ----------
    mask : ndarray of bool, (j, i)

    Returns
    -------
    list of pairs of (j, i)
        In voxels; corners lie at half numbers.
    """
    padded = np.pad(mask, 1)
    below = np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1])
    beside = np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1])
    along_i = [((j - 0.5, i - 0.5), (j - 0.5, i + 0.5)) for j, i in below.tolist()]
    along_j = [((j - 0.5, i - 0.5), (j + 0.5, i - 0.5)) for j, i in beside.tolist()]
    return along_i + along_j
