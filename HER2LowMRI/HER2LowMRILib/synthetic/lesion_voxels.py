"""Voxels of a made-up lesion on the D_app and K_app maps, and what two readers would measure of them."""

from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.map_set import MapSet

# Between lesions [1e-3 mm2/s for D, no unit for K]: mean, standard deviation, correlation. The means are
# those of
# malignant lesions with b up to 2000 (Wu, PLoS One 2014: D 1.20 +- 0.31, K 0.88 +- 0.17).
D_MEAN, D_SD, K_MEAN, K_SD, D_K_CORRELATION = 1.28, 0.17, 0.92, 0.13, -0.55
NME_D_SHIFT = 0.05
# Between voxels of a lesion.
VOXEL_D_SD, VOXEL_K_SD, VOXEL_SD_SPREAD, K_ON_D = 0.24, 0.12, 0.18, -0.35
SKEW_D, SKEW_K, MAX_TAIL = (2.5, 2.5), (0.0, 2.5), 0.6
D_RANGE, K_RANGE = (0.3, 3.2), (0.05, 2.5)
# HER2 group of an NME-related lesion: how far D and K are moved, in the standard deviations between lesions.
EFFECT = {"zero": -0.3, "low": 0.0, "over": 1.0}
EFFECT_D, EFFECT_K, EFFECT_K_SPREAD = 0.66, -0.92, -0.10
# A second outline: part of the voxels that is kept, offsets and spread of its own.
KEPT, READER_D, READER_K, READER_SPREAD = 0.65, 0.078, 0.060, 0.06


@dataclass(frozen=True)
class LesionVoxels:
    """A lesion as a list of voxels.

    Attributes
    ----------
    d, k : ndarray, shape (1, 1, n)
        D_app [1e-3 mm2/s] and K_app.
    shape : VoxelShape
        The distribution that they were drawn from.
    """

    d: np.ndarray
    k: np.ndarray
    shape: "VoxelShape"

    @property
    def maps(self) -> MapSet:
        """ADC, D_app and K_app; the ADC is that of b 0 and 800 that a two-term decay with this D and K has."""
        adc = self.d - 0.8 * self.d**2 * self.k / 6
        return MapSet({"ADC": adc, "D": self.d, "K": self.k})


@dataclass(frozen=True)
class VoxelShape:
    """Distribution of a lesion's voxels: centres, spreads, skewness and weight of the tails."""

    d_mean: float
    k_mean: float
    d_sd: float
    k_sd: float
    d_skew: float
    k_skew: float
    tail: float

    def draw(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Deviations of n voxels from the centres: D [1e-3 mm2/s] and K."""
        tails = np.exp(self.tail * rng.normal(size=n) - self.tail**2)
        d = self.d_sd * tails * _skew_normal(self.d_skew, n, rng)
        k = self.k_sd * tails * _skew_normal(self.k_skew, n, rng)
        return d, k + K_ON_D * d


def _skew_normal(shape: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """Skew normal deviates of mean 0 and standard deviation 1 (Azzalini 1985)."""
    delta = shape / np.sqrt(1 + shape**2)
    u = delta * np.abs(rng.normal(size=n)) + np.sqrt(1 - delta**2) * rng.normal(size=n)
    centre = delta * np.sqrt(2 / np.pi)
    return (u - centre) / np.sqrt(1 - centre**2)


def draw_lesion(group: str, nme_related: bool, rng: np.random.Generator) -> LesionVoxels:
    """Draw a lesion of a HER2 group.

    Parameters
    ----------
    group : {"zero", "low", "over"}
    nme_related : bool
        Only these lesions depend on the group.
    rng : numpy.random.Generator
    """
    effect = EFFECT[group] if nme_related else 0.0
    a, b = rng.normal(size=2)
    b = D_K_CORRELATION * a + np.sqrt(1 - D_K_CORRELATION**2) * b
    shape = VoxelShape(
        d_mean=D_MEAN + NME_D_SHIFT * nme_related + D_SD * (a + EFFECT_D * effect),
        k_mean=K_MEAN + K_SD * (b + EFFECT_K * effect),
        d_sd=VOXEL_D_SD * np.exp(VOXEL_SD_SPREAD * rng.normal()),
        k_sd=VOXEL_K_SD * np.exp(VOXEL_SD_SPREAD * rng.normal() + EFFECT_K_SPREAD * effect),
        d_skew=rng.normal(*SKEW_D),
        k_skew=rng.normal(*SKEW_K),
        tail=rng.uniform(0, MAX_TAIL),
    )
    n = int(np.clip(np.exp(rng.normal(7.0, 0.8)), 200, 6000))
    return _lesion(shape, *shape.draw(n, rng))


def redraw_by_reader(lesion: LesionVoxels, rng: np.random.Generator) -> LesionVoxels:
    """Voxels of the same lesion inside another outline."""
    shape = lesion.shape
    d, k = lesion.d.ravel() - shape.d_mean, lesion.k.ravel() - shape.k_mean
    n = d.size
    swapped = rng.permutation(n)[: round((1 - KEPT) * n)]
    d[swapped], k[swapped] = shape.draw(swapped.size, rng)
    spread = np.exp(READER_SPREAD * rng.normal())
    own_d, own_k = READER_D * rng.normal(), READER_K * rng.normal()
    return _lesion(shape, own_d + spread * d, own_k + spread * k)


def _lesion(shape: VoxelShape, d: np.ndarray, k: np.ndarray) -> LesionVoxels:
    return LesionVoxels(
        np.clip(shape.d_mean + d, *D_RANGE)[None, None, :],
        np.clip(shape.k_mean + k, *K_RANGE)[None, None, :],
        shape,
    )
