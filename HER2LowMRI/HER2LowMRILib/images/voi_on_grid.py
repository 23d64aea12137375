"""Carry a VOI from the voxels it was drawn on to those of another map: one rule for what is shown and exported."""

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid


def carry_over(mask: np.ndarray, own: ImageGrid, grid: ImageGrid) -> tuple[np.ndarray, bool]:
    """Bring a mask onto another grid, voxel by voxel where the voxels coincide, else by nearest neighbour.

    Parameters
    ----------
    mask : ndarray of bool, shape (k, j, i) of ``own``
    own, grid : ImageGrid
        Where it is and where it is to be.

    Returns
    -------
    placed : ndarray of bool, shape (k, j, i) of ``grid``
    resampled : bool
        Whether the voxels are others.

    Raises
    ------
    ImageError
        If a voxel of the mask lies outside ``grid``, or none of ``grid`` lies in the mask.
    """
    if own.same_as(grid):
        return mask, False
    to_target = np.linalg.inv(grid.ijk_to_lps()) @ own.ijk_to_lps()
    kji = np.argwhere(mask)
    target = kji[:, ::-1] @ to_target[:3, :3].T + to_target[:3, 3]
    index = np.rint(target).astype(np.int64)
    outside = ((index < 0) | (index >= np.asarray(grid.size_ijk))).any(axis=1)
    if outside.any():
        raise ImageError(
            "The VOI lies outside the map",
            needed="every voxel of the VOI inside the map",
            found=f"{int(outside.sum())} of {len(index)} voxels outside",
            todo="Use the VOI with the maps it was drawn on",
        )
    placed = np.zeros(grid.shape, bool)
    if _voxels_coincide(to_target, own):
        placed[tuple(index[:, ::-1].T)] = True
        return placed, False
    placed = _nearest(mask, to_target, grid)
    if not placed.any():
        raise ImageError(
            "The VOI is empty",
            needed="at least one voxel of the map inside it",
            found="none: it is smaller than a voxel",
        )
    return placed, True


def _nearest(mask: np.ndarray, to_target: np.ndarray, grid: ImageGrid) -> np.ndarray:
    """Nearest neighbour from the map's side, so that a coarser VOI leaves no holes in a finer map."""
    kji = np.argwhere(mask)
    low, high = kji.min(0)[::-1] - 0.5, kji.max(0)[::-1] + 0.5
    corners = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(3, 8)
    reach = to_target[:3, :3] @ corners + to_target[:3, 3:]
    start = np.maximum(np.floor(reach.min(1)).astype(int), 0)
    stop = np.minimum(np.ceil(reach.max(1)).astype(int) + 1, grid.size_ijk)
    ijk = np.stack(
        np.meshgrid(*(np.arange(a, b) for a, b in zip(start, stop, strict=True)), indexing="ij"), -1
    )
    back = np.linalg.inv(to_target)
    # A voxel centre right between two voxels goes to the same side everywhere, whatever the last digit says.
    source = np.floor(ijk @ back[:3, :3].T + back[:3, 3] + 0.5 + 1e-6).astype(int)
    inside = ((source >= 0) & (source < mask.shape[::-1])).all(-1)
    values = np.zeros(inside.shape, bool)
    values[inside] = mask[tuple(source[inside][:, ::-1].T)]
    placed = np.zeros(grid.shape, bool)
    placed[tuple(slice(a, b) for a, b in zip(start[::-1], stop[::-1], strict=True))] = values.transpose(
        2, 1, 0
    )
    return placed


def _voxels_coincide(to_target: np.ndarray, own: ImageGrid) -> bool:
    """Whether every voxel of the VOI's grid is a voxel of the map: shifted by whole voxels, flipped, axes permuted."""
    axes = to_target[:3, :3]
    far = np.max(own.size_ijk)
    steps = np.rint(axes)
    return bool(
        np.all(np.abs(axes - steps) * far < 0.01)
        and np.all(np.abs(steps).sum(axis=0) == 1)
        and np.all(np.abs(steps).sum(axis=1) == 1)
        and np.all(np.abs(to_target[:3, 3] - np.rint(to_target[:3, 3])) < 0.01)
    )
