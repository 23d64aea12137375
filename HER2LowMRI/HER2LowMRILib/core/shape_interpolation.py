"""Outlines between drawn slices, by the distance to their edges.

References
----------
Raya SP, Udupa JK. Shape-based interpolation of multidimensional objects. IEEE Trans Med Imaging 1990;9:32-42,
doi:10.1109/42.52980. Herman GT, Zheng J, Bucholtz CA. Shape-based interpolation. IEEE Comput Graph Appl 1992;12:69-79,
doi:10.1109/38.135915 (more than two slices).
"""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import scipy

from HER2LowMRILib.core.errors import ImageError


def interpolate_gaps(mask: np.ndarray, spacing_mm: Sequence[float]) -> np.ndarray:
    """Fill the empty slices between drawn ones; drawn slices stay as they are.

    Between the nearest drawn slices below and above, the signed distances to the edges are interpolated, each moved
    along the line between the two centres, so that outlines that lie aslant do not vanish in the middle. The
    slices beyond those two bend the way between them, as a round lesion asks for, but never past either of them.

    Parameters
    ----------
    mask : ndarray of bool, (k, j, i)
        What is drawn; slices without a voxel are gaps if drawn ones lie on both sides.
    spacing_mm : sequence of float
        Voxel size along i, j, k [mm]; slices are evenly spaced.

    Returns
    -------
    ndarray of bool, (k, j, i)

    Raises
    ------
    ImageError
        When this is not a volume or the voxel size is not positive.
    """
    size = np.asarray(spacing_mm, dtype=np.float64)
    if mask.ndim != 3 or size.shape != (3,) or not (np.isfinite(size) & (size > 0)).all():
        raise ImageError(
            "The slices between the drawn ones cannot be filled",
            needed="a volume and three positive voxel sizes in mm",
            found=f"shape {mask.shape}, voxel sizes {', '.join(f'{part:g}' for part in size.reshape(-1))} mm",
        )
    filled = mask.copy()
    for k, below, above in gaps(mask):
        drawn = np.flatnonzero(mask.any(axis=(1, 2)))
        near = [*drawn[drawn <= below][-2:], *drawn[drawn >= above][:2]]
        filled[k] = _between({int(n): mask[n] for n in near}, k, (below, above), size)
    return filled


def gaps(mask: np.ndarray) -> list[tuple[int, int, int]]:
    """Slices without a voxel between drawn ones: the slice, and the nearest drawn ones below and above it."""
    drawn = np.flatnonzero(mask.any(axis=(1, 2)))
    return [
        (k, int(below), int(above))
        for below, above in itertools.pairwise(drawn)
        for k in range(below + 1, above)
    ]


def _between(
    planes: Mapping[int, np.ndarray], k: int, nearest: tuple[int, int], size: np.ndarray
) -> np.ndarray:
    """The outline of slice k from the outlines of drawn slices, inside the box around the nearest two."""
    either = planes[nearest[0]] | planes[nearest[1]]
    rows, columns = (np.flatnonzero(either.any(axis=axis)) for axis in (1, 0))
    # One voxel of outside all round, so that the distance is known on both sides of every edge.
    around = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    boxed = {n: np.pad(plane[around], 1) for n, plane in planes.items() if plane[around].any()}
    centres = {n: np.array(scipy.ndimage.center_of_mass(plane)) for n, plane in boxed.items()}
    part = (k - nearest[0]) / (nearest[1] - nearest[0])
    centre = (1 - part) * centres[nearest[0]] + part * centres[nearest[1]]
    distances = {
        n: scipy.ndimage.shift(_signed_distance(plane, size), centre - centres[n], order=1, mode="nearest")
        for n, plane in boxed.items()
    }
    bent = sum(weight * distances[n] for n, weight in _lagrange(tuple(boxed), k).items())
    two = [distances[n] for n in nearest]
    inside = np.clip(bent, np.minimum(*two), np.maximum(*two)) > 0
    found = np.zeros_like(either)
    found[around] = inside[1:-1, 1:-1]
    return found


def _lagrange(places: Sequence[int], at: int) -> dict[int, float]:
    """Weights of the polynomial through values at some places."""
    return {
        own: float(np.prod([(at - other) / (own - other) for other in places if other != own]))
        for own in places
    }


def _signed_distance(plane: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Distance of each voxel's centre to the edge [mm]: positive inside, negative outside."""
    sampling = size[1], size[0]
    half = 0.25 * (size[0] + size[1])
    inside = scipy.ndimage.distance_transform_edt(plane, sampling) - half
    outside = scipy.ndimage.distance_transform_edt(~plane, sampling) - half
    return np.asarray(np.where(plane, inside, -outside))
