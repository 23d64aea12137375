"""The noise of a series, read from the air around the patient, and the signal below which a voxel is noise."""

from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.diffusion_maps import check_signals

FLOOR_IN_SIGMA = 3.0
"""A signal below 3 sigma is noise: there a Rician signal is 6 % too high already, and K_app is too low or high
with it. Glenn et al., Magn Reson Imaging 2015;33:124-133, doi:10.1016/j.mri.2014.08.028."""

_MEAN_OF_RAYLEIGH = np.sqrt(np.pi / 2)  # of air, in units of sigma; averaging magnitudes does not change it
_TILE = 8  # voxels along a side in a slice
_SLICES = 12  # evenly spread; more do not change the estimate
_MASKED = 0.25  # above this part of zeros the background was blanked
_SAME_LEVEL = (0.67, 1.5)  # air has the same level at the lowest and the highest b-value, tissue decays
_SPREAD = (0.08, 0.80)  # standard deviation / mean of air: 0.52 for one Rayleigh signal, less when averaged
_CLUSTER = 4.0  # tiles up to this factor above the darkest tenth belong to the same air
_HOMOGENEOUS = 0.75  # interquartile range / median over the tiles
_TILES, _BORDER_TILES, _BORDER_SHARE = 12, 4, 0.6  # so many of the regions at the border belong to that air
_CONTRAST = 8.0  # tissue at the lowest b-value is at least this factor above air


@dataclass(frozen=True)
class NoiseEstimate:
    """What the air around the patient tells.

    Attributes
    ----------
    sigma : float or None
        Standard deviation of the noise of one acquisition in the real and imaginary channel [signal units]; None
        when the air tells nothing.
    floor : float or None
        3 sigma: signals below are noise [signal units].
    voxels : int
        Voxels of air behind the estimate.
    reason : str
        Where the estimate is from, or why there is none.
    """

    sigma: float | None
    floor: float | None
    voxels: int
    reason: str

    def text(self) -> str:
        """The estimate, or why there is none, in one sentence."""
        return self.reason


def estimate_noise(low: np.ndarray, high: np.ndarray) -> NoiseEstimate:
    """Estimate the noise from the air in the image of the highest b-value.

    Air is found in tiles of 8 x 8 voxels by what only air does: it has the same level at the lowest and at the
    highest b-value, it is the darkest part of the image, it varies as noise does, and it reaches the border of
    the image. When these do not hold together - the background was set to zero, filled, filtered, or there is no
    air in the field of view - there is no estimate rather than a wrong one.

    The mean of magnitude noise is sigma sqrt(pi / 2), however many magnitudes are averaged (Gudbjartsson & Patz,
    MRM 1995;34:910-914, doi:10.1002/mrm.1910340618). With several receiver coils it is higher, with the geometric
    mean of directions up to 15 % lower. Where the scanner evens out the sensitivity of its coils, noise grows
    towards the middle of the image, and the estimate is its lower bound.

    Parameters
    ----------
    low, high : ndarray, (k, j, i)
        Images of the lowest and the highest b-value [signal units].

    Returns
    -------
    NoiseEstimate
    """
    low, high = check_signals([low, high])

    def none(reason: str) -> NoiseEstimate:
        return NoiseEstimate(None, None, 0, f"No estimate of the noise: {reason}.")

    if high.ndim != 3 or min(high.shape[1:]) < 4 * _TILE:
        return none(f"needed slices of {4 * _TILE} x {4 * _TILE} voxels or more, found {high.shape[1:]}")
    chosen = np.unique(np.linspace(0, high.shape[0] - 1, _SLICES).round().astype(int))
    low, high = low[chosen], high[chosen]
    for image in (low, high):
        blank = np.count_nonzero((image == 0) | ~np.isfinite(image)) / image.size
        if blank > _MASKED:
            return none(f"{100 * blank:.0f} % of the image is 0, the background was blanked")

    high_mean, high_sd, high_blank = _tiles(high)
    low_mean, _, low_blank = _tiles(low)
    with np.errstate(all="ignore"):
        ratio, spread = low_mean / high_mean, high_sd / high_mean
        candidate = (
            (high_mean > 0)
            & (np.maximum(low_blank, high_blank) <= _MASKED)
            & (ratio > _SAME_LEVEL[0])
            & (ratio < _SAME_LEVEL[1])
            & (spread > _SPREAD[0])
            & (spread < _SPREAD[1])
        )
    if np.count_nonzero(candidate) < _TILES:
        return none("no region of the image has the same level at the lowest and highest b-value, as air has")
    darkest = np.quantile(high_mean[candidate], 0.1)
    air = candidate & (high_mean <= _CLUSTER * darkest)
    levels = high_mean[air]
    border = np.ones_like(air)
    border[:, 1:-1, 1:-1] = False
    at_border = np.count_nonzero(air & border)
    if levels.size < _TILES or at_border < _BORDER_TILES:
        return none("the darkest regions do not reach the border of the image, as air does")
    if at_border < _BORDER_SHARE * np.count_nonzero(candidate & border):
        return none("the regions at the border of the image differ too much from each other to be air")
    level = float(np.median(levels))
    quartiles = np.quantile(levels, (0.25, 0.75))
    if quartiles[1] - quartiles[0] > _HOMOGENEOUS * level:
        return none("the darkest regions differ too much from each other to be air")
    tissue = float(np.quantile(low_mean[np.isfinite(low_mean)], 0.99))
    if tissue < _CONTRAST * level:
        return none("the image is hardly brighter than its darkest regions")
    sigma = float(level / _MEAN_OF_RAYLEIGH)
    voxels = int(levels.size) * _TILE * _TILE
    return NoiseEstimate(
        sigma,
        FLOOR_IN_SIGMA * sigma,
        voxels,
        f"Noise from {voxels} voxels of air at the highest b-value: sigma {sigma:.3g}, "
        f"noise floor {FLOOR_IN_SIGMA * sigma:.3g} (signal units).",
    )


def _tiles(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard deviation and part of blank voxels of the tiles of every slice, each (k, rows, columns).

    Tiles are laid from the centre, so that a narrow blank frame at one side does not shift them out of the image.
    """
    k, j, i = image.shape
    rows, columns = j // _TILE, i // _TILE
    top, left = (j - rows * _TILE) // 2, (i - columns * _TILE) // 2
    part = image[:, top : top + rows * _TILE, left : left + columns * _TILE]

    def tile_mean(values: np.ndarray) -> np.ndarray:
        # Rows first: adding whole rows is several times faster than walking through small squares.
        lines = values.reshape(k, rows, _TILE, columns * _TILE).sum(axis=2, dtype=np.float64)
        return lines.reshape(k, rows, columns, _TILE).sum(axis=3) / _TILE**2

    with np.errstate(all="ignore"):
        signal = part.astype(np.float32)
        mean = tile_mean(signal)
        blank = tile_mean((signal == 0) | ~np.isfinite(signal))
        variance = tile_mean(np.multiply(signal, signal, out=signal)) - mean**2
        return mean, np.sqrt(np.maximum(variance, 0)), blank
