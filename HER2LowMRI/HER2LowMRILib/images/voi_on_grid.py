"""Carry a VOI from the voxels it was drawn on to those of another map: one rule for what is shown and exported."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.rings import rings
from HER2LowMRILib.images.image_grid import ImageGrid


@dataclass(frozen=True)
class Outline:
    """What a reader drew, on the voxels it was drawn on.

    Attributes
    ----------
    lesion : ndarray of bool, shape (k, j, i)
        The outlined lesion.
    left_out : ndarray of bool or None, shape (k, j, i)
        What was excluded, inside the lesion or beyond it; None: nothing.
    grid : ImageGrid
    """

    lesion: np.ndarray = field(repr=False)
    left_out: np.ndarray | None = field(repr=False)
    grid: ImageGrid

    @property
    def voi(self) -> np.ndarray:
        """The lesion without what was excluded, shape (k, j, i)."""
        return self.lesion if self.left_out is None else self.lesion & ~self.left_out

    def on(self, grid: ImageGrid) -> tuple[np.ndarray, bool]:
        """Bring the VOI onto the voxels of a map; as `carry_over`, with its errors."""
        return carry_over(self.voi, self.grid, grid)

    def rings_on(
        self, grid: ImageGrid, reach_mm: Sequence[float], outside: "Region | None" = None
    ) -> dict[float, np.ndarray]:
        """Rings around the lesion on the voxels of a map.

        Parameters
        ----------
        grid : ImageGrid
        reach_mm : sequence of float
            How far each reaches [mm].
        outside : Region, optional
            What lies outside the body.

        Returns
        -------
        dict of float to ndarray of bool, shape (k, j, i) of ``grid``
            Without what was excluded and what lies outside the body.
        """
        if not reach_mm:
            return {}
        lesion = Region(self.lesion, self.grid).on(grid)
        left_out = np.zeros(grid.shape, bool)
        if self.left_out is not None:
            left_out |= Region(self.left_out, self.grid).on(grid)
        if outside is not None:
            left_out |= outside.on(grid)
        return dict(rings(lesion, left_out, grid.spacing_mm, reach_mm))


@dataclass(frozen=True)
class Region:
    """Voxels of an image, to be looked up from the voxels of another."""

    mask: np.ndarray = field(repr=False)
    grid: ImageGrid

    def on(self, grid: ImageGrid) -> np.ndarray:
        """Nearest neighbour on another grid, shape (k, j, i); what is not in the image is not in the region."""
        if self.grid.same_as(grid):
            return self.mask
        if not self.mask.any():
            return np.zeros(grid.shape, bool)
        return _nearest(self.mask, np.linalg.inv(grid.ijk_to_lps()) @ self.grid.ijk_to_lps(), grid)


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
        If a voxel of the mask lies outside ``grid``, none of ``grid`` lies in the mask, or the files state two places
        and the mask lies on the one that the map does not.
    """
    if own.same_as(grid):
        return mask, False
    to_target = np.linalg.inv(grid.ijk_to_lps()) @ own.ijk_to_lps()
    coincide = _voxels_coincide(to_target, own)
    _refuse_two_places(own, grid, coincide)
    voxels = outside = 0
    placed = np.zeros(grid.shape, bool)
    # Slice by slice: the positions of all voxels take 50 times the memory of the mask.
    for k in np.flatnonzero(mask.any(axis=(1, 2))):
        ji = np.argwhere(mask[k])
        kji = np.column_stack([np.full(len(ji), k), ji])
        index = np.rint(kji[:, ::-1] @ to_target[:3, :3].T + to_target[:3, 3]).astype(np.int64)
        beyond = ((index < 0) | (index >= np.asarray(grid.size_ijk))).any(axis=1)
        voxels, outside = voxels + len(index), outside + int(beyond.sum())
        if coincide:
            placed[tuple(index[~beyond][:, ::-1].T)] = True
    if outside:
        raise ImageError(
            "The VOI lies outside the map",
            needed="every voxel of the VOI inside the map",
            found=f"{outside} of {voxels} voxels outside",
            todo="Use the VOI with the maps it was drawn on",
        )
    if coincide:
        return placed, False
    placed = _nearest(mask, to_target, grid)
    if not placed.any():
        raise ImageError(
            "The VOI is empty",
            needed="at least one voxel of the map inside it",
            found="none: it is smaller than a voxel",
        )
    return placed, True


def _refuse_two_places(own: ImageGrid, grid: ImageGrid, coincide: bool) -> None:
    """Ask where the VOI may have been drawn on the other of two places that a NIfTI file states (qform, sform)."""
    swapped = own.lies_where_also_stated(grid) or grid.lies_where_also_stated(own)
    two_places = own.also_stated is not None or grid.also_stated is not None
    if not swapped and (coincide or not two_places):
        return
    distance = own.difference(grid) if own.size_ijk == grid.size_ijk else "on other voxels"
    raise ImageError(
        "The VOI and the map state their place in different ways (qform and sform of NIfTI)",
        needed="one place for both",
        found=f"an image whose qform and sform disagree, and a VOI {distance}",
        todo="Draw the VOI on the maps in Slicer, or give qform and sform of the image and the VOI one place",
    )


def _nearest(mask: np.ndarray, to_target: np.ndarray, grid: ImageGrid) -> np.ndarray:
    """Nearest neighbour from the map's side, so that a coarser VOI leaves no holes in a finer map."""
    drawn = [np.flatnonzero(mask.any(axis=tuple(a for a in range(3) if a != axis))) for axis in (2, 1, 0)]
    low = np.array([line[0] for line in drawn]) - 0.5
    high = np.array([line[-1] for line in drawn]) + 0.5
    corners = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(3, 8)
    reach = to_target[:3, :3] @ corners + to_target[:3, 3:]
    start = np.maximum(np.floor(reach.min(1)).astype(int), 0)
    stop = np.minimum(np.ceil(reach.max(1)).astype(int) + 1, grid.size_ijk)
    if (stop <= start).any():
        return np.zeros(grid.shape, bool)
    back = np.linalg.inv(to_target)
    placed = np.zeros(grid.shape, bool)
    plane = np.stack(
        np.meshgrid(np.arange(start[0], stop[0]), np.arange(start[1], stop[1]), indexing="xy"), -1
    )
    for k in range(start[2], stop[2]):
        ijk = np.concatenate([plane, np.full((*plane.shape[:2], 1), k)], axis=-1)
        # A voxel centre right between two voxels goes to the same side everywhere, whatever the last digit says.
        source = np.floor(ijk @ back[:3, :3].T + back[:3, 3] + 0.5 + 1e-6).astype(int)
        inside = ((source >= 0) & (source < mask.shape[::-1])).all(-1)
        values = np.zeros(inside.shape, bool)
        values[inside] = mask[tuple(source[inside][:, ::-1].T)]
        placed[k, start[1] : stop[1], start[0] : stop[0]] = values
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
