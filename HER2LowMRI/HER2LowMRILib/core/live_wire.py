"""A line that snaps to the strongest edge between two places of a slice.

The line runs between voxels, along their sides, so that a closed line is exactly the edge of a mask.

References
----------
Falcao AX, Udupa JK, Samarasekera S, et al. User-steered image segmentation paradigms: live wire and live lane. Graph
Models Image Process 1998;60:233-260, doi:10.1006/gmip.1998.0475.
"""

import itertools
from collections.abc import Sequence

import numpy as np
import scipy

from HER2LowMRILib.core.errors import ImageError

# How far from the last corner the wire looks [voxels]; a longer line is drawn with more corners.
REACH_VOXELS = 48
# Least cost of a side, as a part of the highest: a short way without an edge must not be free.
_LEAST = 0.05
_STRONG = 95.0


class LiveWire:
    """Edges of one slice, to draw along.

    Places are corners of voxels: corner (j, i) is the corner of voxel (j, i) with the lower numbers, so that a slice
    of n x m voxels has (n + 1) x (m + 1) corners.

    Parameters
    ----------
    images : sequence of ndarray, (j, i)
        Images of the slice; a side costs little where any of them changes across it. NaN does not count as an edge.
    """

    def __init__(self, images: Sequence[np.ndarray]):
        shapes = {np.shape(image) for image in images}
        if len(shapes) != 1 or len(next(iter(shapes))) != 2 or min(next(iter(shapes))) < 2:
            raise ImageError(
                "A line cannot be snapped to edges",
                needed="images of one slice, of the same size",
                found=" and ".join(map(str, sorted(shapes))) or "none",
            )
        rows, columns = next(iter(shapes))
        # Cost of the side that leads down from corner (j, i), and of the one that leads to the right.
        self._down = np.ones((rows, columns + 1))
        self._right = np.ones((rows + 1, columns))
        strength_right, strength_down = _steps(images, 0), _steps(images, 1)
        self._right[1:-1] = np.maximum(1.0 - strength_right, _LEAST)
        self._down[:, 1:-1] = np.maximum(1.0 - strength_down, _LEAST)
        self._seed: tuple[int, int] | None = None
        self._origin = (0, 0)
        self._width = 0
        self._before = np.zeros(0, np.int64)

    @property
    def corners(self) -> tuple[int, int]:
        """Number of corners along j and i."""
        return self._right.shape[0], self._down.shape[1]

    def start(self, corner: Sequence[int]) -> None:
        """Begin a line at a corner."""
        seed = self._inside(corner)
        if seed == self._seed:
            return
        low = [max(part - REACH_VOXELS, 0) for part in seed]
        high = [min(part + REACH_VOXELS, count - 1) for part, count in zip(seed, self.corners, strict=True)]
        height, width = high[0] - low[0] + 1, high[1] - low[1] + 1
        number = np.arange(height * width).reshape(height, width)
        down = self._down[low[0] : high[0], low[1] : high[1] + 1]
        right = self._right[low[0] : high[0] + 1, low[1] : high[1]]
        first = np.concatenate([number[:-1].ravel(), number[:, :-1].ravel()])
        second = np.concatenate([number[1:].ravel(), number[:, 1:].ravel()])
        cost = np.concatenate([down.ravel(), right.ravel()])
        graph = scipy.sparse.csr_matrix((cost, (first, second)), shape=(height * width, height * width))
        at = number[seed[0] - low[0], seed[1] - low[1]]
        _cost, before = scipy.sparse.csgraph.dijkstra(
            graph, directed=False, indices=at, return_predecessors=True
        )
        self._seed, self._origin, self._width, self._before = seed, (low[0], low[1]), width, before

    def to(self, corner: Sequence[int]) -> np.ndarray:
        """The line from the beginning to a corner.

        Parameters
        ----------
        corner : two ints
            Along j and i; one that is out of reach is brought to the nearest that is not.

        Returns
        -------
        ndarray of int, (corners, 2)
            Neighbouring corners (j, i), both ends included.

        Raises
        ------
        ImageError
            When no line was begun.
        """
        if self._seed is None:
            raise ImageError("A line has no beginning", todo="Click where it begins")
        height = self._before.size // self._width
        end = self._inside(corner)
        at = min(max(end[0] - self._origin[0], 0), height - 1) * self._width
        at += min(max(end[1] - self._origin[1], 0), self._width - 1)
        line = [at]
        while self._before[line[-1]] >= 0:
            line.append(int(self._before[line[-1]]))
        places = np.array(line[::-1])
        return np.stack([places // self._width, places % self._width], axis=1) + self._origin

    def _inside(self, corner: Sequence[int]) -> tuple[int, int]:
        j, i = (min(max(int(part), 0), count - 1) for part, count in zip(corner, self.corners, strict=True))
        return j, i


def fill_line(line: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Voxels inside a closed line of corners; where it crosses itself, the even-odd rule holds.

    Parameters
    ----------
    line : ndarray of int, (corners, 2)
        Corners (j, i), each beside the next, the last beside or at the first.
    shape : two ints
        Of the slice, (j, i).

    Raises
    ------
    ImageError
        When the line is not closed or skips corners.
    """
    closed = np.concatenate([line, line[:1]]) if len(line) else np.zeros((1, 2), int)
    steps = np.abs(np.diff(closed, axis=0)).sum(axis=1)
    if len(line) < 4 or (steps > 1).any():
        raise ImageError("The line encloses nothing", needed="a closed line of corners, each beside the next")
    # Sides that lead along j at column i: everything to the right of one changes from outside to inside or back.
    crossed = np.zeros((shape[0], shape[1] + 1), int)
    for (j, i), (next_j, next_i) in itertools.pairwise(closed):
        if i == next_i and j != next_j:
            crossed[min(j, next_j), i] += 1
    return np.asarray(np.cumsum(crossed, axis=1)[:, :-1] % 2 == 1)


def _steps(images: Sequence[np.ndarray], axis: int) -> np.ndarray:
    """How strong the edge is between each voxel and the next along an axis: 0 (none) to 1 (as the strongest)."""
    strongest = None
    for image in images:
        plane = np.asarray(image, np.float64)
        # What is not known does not count as an edge.
        step = np.nan_to_num(np.abs(np.diff(plane, axis=axis)), nan=0.0, posinf=0.0)
        both = np.concatenate(
            [np.nan_to_num(np.abs(np.diff(plane, axis=n)), nan=0.0, posinf=0.0).ravel() for n in (0, 1)]
        )
        some = both[both > 0]
        scale = float(np.percentile(some, _STRONG)) if some.size else 1.0
        share = np.clip(step / scale, 0.0, 1.0)
        strongest = share if strongest is None else np.maximum(strongest, share)
    assert strongest is not None
    return strongest
