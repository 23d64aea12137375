"""The longest diameter of a VOI, from the outer faces of its voxels."""

from collections.abc import Iterable, Sequence

import numpy as np
import scipy


def longest_diameter_mm(voi: np.ndarray, spacing_mm: Sequence[float]) -> float:
    """Longest distance between two outer faces of a VOI, in any direction.

    Parameters
    ----------
    voi : ndarray of bool, shape (k, j, i)
    spacing_mm : sequence of float
        Along i, j, k [mm].

    Returns
    -------
    float
        [mm]; NaN if the VOI is empty.
    """
    return _longest(_faces(voi, spacing_mm, range(3)))


def longest_in_plane_diameter_mm(voi: np.ndarray, spacing_mm: Sequence[float]) -> float:
    """Longest diameter within a slice, over all slices: what a reader measures with a line; NaN if it is empty."""
    lengths = [
        _longest(_faces(voi[k : k + 1], spacing_mm, (1, 2))) for k in np.flatnonzero(voi.any(axis=(1, 2)))
    ]
    return max(lengths, default=float("nan"))


def _faces(voi: np.ndarray, spacing_mm: Sequence[float], axes: Iterable[int]) -> np.ndarray:
    """Middles of the faces of all voxels, shape (faces, 3) [mm along k, j, i]."""
    steps = np.asarray(spacing_mm[::-1], np.float64)
    centres = np.argwhere(voi) * steps
    half = [sign * 0.5 * steps[axis] * np.eye(3)[axis] for axis in axes for sign in (-1.0, 1.0)]
    faces: np.ndarray = (centres[:, None, :] + np.asarray(half)[None]).reshape(-1, 3)
    return faces


def _longest(points: np.ndarray) -> float:
    if not len(points):
        return float("nan")
    # The two points that are farthest apart are corners of the hull.
    flat = points[:, np.ptp(points, axis=0) > 0]
    if flat.shape[1] >= 2:
        try:
            points = points[scipy.spatial.ConvexHull(flat).vertices]
        except scipy.spatial.QhullError:
            points = np.unique(points, axis=0)
    squared = ((points[:, None, :] - points[None]) ** 2).sum(axis=2)
    return float(np.sqrt(squared.max()))
