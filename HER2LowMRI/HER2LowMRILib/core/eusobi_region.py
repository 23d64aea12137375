"""The small region on the darkest part of a lesion on the ADC map, and the level of diffusion that it shows.

The consensus asks for a small region in the darkest part of the lesion, without necrosis, noise and voxels that do not
enhance, and names five levels of its mean ADC.

References
----------
Baltzer P, Mann RM, Iima M, et al. Diffusion-weighted imaging of the breast: a consensus and mission statement from the
EUSOBI International Breast Diffusion-Weighted Imaging working group. Eur Radiol 2020;30:1436-1450,
doi:10.1007/s00330-019-06510-3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.voi import bounding_box

SOURCE = "Baltzer et al., Eur Radiol 2020;30:1436, doi:10.1007/s00330-019-06510-3"
# Mean ADC up to this [1e-3 mm2/s] -> level.
LEVELS = ((0.9, "very_low"), (1.3, "low"), (1.7, "intermediate"), (2.1, "high"), (math.inf, "very_high"))
LEVEL_NAMES = tuple(name for _, name in LEVELS)
# Diameters of the disc that are tried, the largest first [mm].
DIAMETERS_MM = (5.0, 4.0, 3.0)
FEWEST_VOXELS = 3


@dataclass(frozen=True)
class SmallRegion:
    """A disc in one slice of the ADC map.

    Attributes
    ----------
    centre : tuple of int
        Voxel (k, j, i) in its middle.
    diameter_mm : float
        [mm].
    voxels : int
        Of the disc.
    mean : float
        Mean ADC [1e-3 mm2/s].
    level : str
        "very_low", "low", "intermediate", "high" or "very_high".
    """

    centre: tuple[int, int, int]
    diameter_mm: float
    voxels: int
    mean: float
    level: str

    def mask(self, shape: Sequence[int], spacing_mm: Sequence[float]) -> np.ndarray:
        """The voxels of the disc on a grid of this shape (k, j, i)."""
        disc = _disc(self.diameter_mm, spacing_mm)
        found = np.zeros(tuple(shape), bool)
        k, j, i = self.centre
        for down, right in np.argwhere(disc) - np.array(disc.shape) // 2:
            if 0 <= j + down < shape[1] and 0 <= i + right < shape[2]:
                found[k, j + down, i + right] = True
        return found


def level_of(mean_adc: float) -> str:
    """Level of diffusion of a mean ADC [1e-3 mm2/s].

    Raises
    ------
    ImageError
        When this is not a number.
    """
    if not math.isfinite(mean_adc):
        raise ImageError("The level of diffusion is not known", needed="an ADC in 1e-3 mm2/s", found="none")
    return next(name for limit, name in LEVELS if mean_adc <= limit)


def darkest_region(
    adc: np.ndarray,
    voi: np.ndarray,
    spacing_mm: Sequence[float],
    usable: np.ndarray | None = None,
) -> SmallRegion | None:
    """Find the darkest disc inside a lesion.

    The largest of three diameters (5, 4, 3 mm) that fits is used. Every voxel of the disc is usable, lies in the VOI
    and not at its edge in the slice: partial volume there makes voxels dark or bright that are neither.

    Parameters
    ----------
    adc : ndarray, (k, j, i)
        [1e-3 mm2/s].
    voi : ndarray of bool, (k, j, i)
        The lesion without what the reader left out of it.
    spacing_mm : sequence of float
        Voxel size along i, j, k [mm].
    usable : ndarray of bool, (k, j, i), optional
        Voxels whose ADC can be used; by default those above 0.

    Returns
    -------
    SmallRegion or None
        None where not even the smallest disc fits. Of discs that are equally dark the first by slice, row and column.

    Raises
    ------
    ImageError
        When shapes do not fit, the VOI is empty, or the voxel size is not positive.
    """
    if adc.shape != voi.shape or adc.ndim != 3 or (usable is not None and usable.shape != adc.shape):
        raise ImageError(
            "The darkest part cannot be found",
            needed="an ADC map and a VOI on the same voxels",
            found=f"{adc.shape} and {voi.shape}",
        )
    box = bounding_box(voi)
    fits = _not_at_edge(voi[box]) & np.isfinite(adc[box])
    fits &= (adc[box] > 0) if usable is None else usable[box]
    values = np.where(fits, adc[box], 0.0).astype(np.float64)
    for diameter in DIAMETERS_MM:
        disc = _disc(diameter, spacing_mm)
        voxels = int(disc.sum())
        if voxels < FEWEST_VOXELS:
            continue
        footprint = disc[None].astype(np.float64)
        whole = scipy.ndimage.correlate(fits.astype(np.float64), footprint, mode="constant") > voxels - 0.5
        if not whole.any():
            continue
        means = scipy.ndimage.correlate(values, footprint, mode="constant") / voxels
        means[~whole] = np.inf
        # To ten digits: equal discs must not be told apart by the order of additions.
        place = np.unravel_index(int(np.argmin(np.round(means, 10))), means.shape)
        centre = tuple(int(part + side.start) for part, side in zip(place, box, strict=True))
        return region_at(adc, centre, diameter, spacing_mm)
    return None


def region_at(
    adc: np.ndarray, centre: Sequence[int], diameter_mm: float, spacing_mm: Sequence[float]
) -> SmallRegion:
    """Measure a disc where a reader put it.

    Parameters
    ----------
    adc : ndarray, (k, j, i)
        [1e-3 mm2/s].
    centre : three ints
        Voxel (k, j, i).
    diameter_mm : float
        3 to 5 [mm].
    spacing_mm : sequence of float
        Along i, j, k [mm].

    Raises
    ------
    ImageError
        When the disc reaches out of the image or holds fewer than three voxels, or one that has no ADC.
    """
    k, j, i = (int(part) for part in centre)
    disc = _disc(diameter_mm, spacing_mm)
    down, right = (n // 2 for n in disc.shape)
    rows, columns = slice(j - down, j + down + 1), slice(i - right, i + right + 1)
    inside = (
        0 <= k < adc.shape[0]
        and rows.start >= 0
        and columns.start >= 0
        and rows.stop <= adc.shape[1]
        and columns.stop <= adc.shape[2]
    )
    values = adc[k, rows, columns][disc] if inside else np.zeros(0)
    if values.size < FEWEST_VOXELS or not np.isfinite(values).all():
        raise ImageError(
            "The small region cannot be measured here",
            needed=f"at least {FEWEST_VOXELS} voxels inside the image, each with an ADC",
            found=f"{int(np.isfinite(values).sum())} of {int(disc.sum())}",
            todo="Move it further into the lesion",
        )
    mean = float(values.astype(np.float64).mean())
    return SmallRegion((k, j, i), float(diameter_mm), int(values.size), mean, level_of(mean))


def _not_at_edge(voi: np.ndarray) -> np.ndarray:
    """Voxels of a mask whose four neighbours in the slice belong to it too."""
    cross = scipy.ndimage.generate_binary_structure(2, 1)[None]
    return np.asarray(scipy.ndimage.binary_erosion(voi, cross))


def _disc(diameter_mm: float, spacing_mm: Sequence[float]) -> np.ndarray:
    """Voxels of a slice whose centres lie within a disc around the middle one, (j, i)."""
    size = np.asarray(spacing_mm, dtype=np.float64)
    if size.size < 2 or not (np.isfinite(size) & (size > 0)).all():
        raise ImageError(
            "The darkest part cannot be found", needed="positive voxel sizes in mm", found=str(list(size))
        )
    # A centre right at the rim belongs to it, whatever the last digit of the spacing says.
    radius = 0.5 * diameter_mm + 1e-6
    right, down = (np.arange(-int(radius / part), int(radius / part) + 1) * part for part in size[:2])
    return np.asarray(down[:, None] ** 2 + right[None] ** 2 <= radius**2)
