"""Outlines of a slice as lines: the voxels inside a line, and the sides around voxels."""

import itertools
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


def under_line(line: Sequence[Place], shape: Sequence[int]) -> np.ndarray:
    """Voxels that an open line passes.

    Parameters
    ----------
    line : sequence of (j, i)
        Places in voxels, whole numbers at the centres; one alone is a dot.
    shape : two ints
        Of the slice, (j, i).

    Returns
    -------
    ndarray of bool, (j, i)
        What lies outside of the slice is left out.
    """
    found = np.zeros(tuple(shape), bool)
    places = np.asarray(line, np.float64).reshape(-1, 2)
    for start, end in itertools.pairwise(places if len(places) != 1 else np.repeat(places, 2, axis=0)):
        steps = int(np.ceil(2 * np.abs(end - start).max())) + 1
        at = np.round(start + np.linspace(0.0, 1.0, steps)[:, None] * (end - start)).astype(int)
        at = at[(at >= 0).all(axis=1) & (at < found.shape).all(axis=1)]
        found[at[:, 0], at[:, 1]] = True
    return found


def is_closed(line: Sequence[Place], spacing_mm: Sequence[float]) -> bool:
    """Whether a line that was drawn in one go leads around something, and not from one end to another.

    Parameters
    ----------
    line : sequence of (j, i)
        Places in voxels.
    spacing_mm : sequence of float
        Voxel size along i, j [mm].

    Returns
    -------
    bool
        Its ends lie nearer to each other than a part of its length: a half circle is open, three quarters are closed.
    """
    places = np.asarray(line, np.float64).reshape(-1, 2) * np.asarray(spacing_mm, np.float64)[1::-1]
    if len(places) < 3:
        return False
    length = np.hypot(*np.diff(places, axis=0).T).sum()
    gap = float(np.hypot(*(places[-1] - places[0])))
    return gap < 0.4 * length


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
