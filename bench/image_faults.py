"""Faults of diffusion images, put into clean synthetic ones, to see whether the quality gate finds them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.volume_files import Volume
from HER2LowMRILib.images.intake.volume_series import series_of_volumes
from HER2LowMRILib.synthetic.anatomy import Phantom
from HER2LowMRILib.synthetic.dwi_series import AVERAGES, B_VALUES, NOISE_SD, signal

# Fat as a scanner sees it that did not suppress it.
_FAT_SIGNAL = 900.0  # [signal units]
_FAT_D = 0.05  # [1e-3 mm2/s]
_REPEATS = 4


@dataclass
class RawImages:
    """Images without noise (k, j, i) that a fault may spoil: one for each repetition at every b-value.

    Attributes
    ----------
    images : dict of float to list of ndarray
        b-value [s/mm2] -> repetitions.
    noise_sd : float
        Of one repetition in each channel [signal units].
    voi : ndarray of bool
    """

    images: dict[float, list[np.ndarray]]
    noise_sd: float
    voi: np.ndarray


Fault = Callable[[RawImages, Phantom, np.random.Generator], None]


def make_series(
    phantom: Phantom, rng: np.random.Generator, fault: Fault | None = None
) -> tuple[DiffusionSeries, np.ndarray]:
    """Measure a phantom, with a fault or without.

    Parameters
    ----------
    phantom : Phantom
    rng : Generator
    fault : callable, optional
        One of ``FAULTS``.

    Returns
    -------
    series : DiffusionSeries
        Four repetitions at b 0 are averaged by the intake.
    voi : ndarray of bool, shape (k, j, i)
    """
    repeats = {b: _REPEATS if b == 0 else 1 for b in B_VALUES}
    raw = RawImages(
        {b: [signal(phantom, b) for _ in range(repeats[b])] for b in B_VALUES}, NOISE_SD, phantom.voi
    )
    if fault is not None:
        fault(raw, phantom, rng)
    volumes = [
        Volume(_with_noise(clean, raw.noise_sd, averages, rng), b, "made up", (0.0, 0.0, 0.0), averages)
        for (b, images), averages in zip(raw.images.items(), AVERAGES, strict=True)
        for clean in images
    ]
    return series_of_volumes(volumes, phantom.grid), raw.voi


def part_of(phantom: Phantom, slices: slice) -> Phantom:
    """Some slices of a phantom."""
    grid = replace(
        phantom.grid, size_ijk=(*phantom.grid.size_ijk[:2], len(range(*slices.indices(len(phantom.s0)))))
    )
    exclusions = {name: mask[slices] for name, mask in phantom.exclusions.items()}
    return Phantom(
        grid=grid,
        s0=phantom.s0[slices],
        d=phantom.d[slices],
        k=phantom.k[slices],
        lesion=phantom.lesion[slices],
        exclusions=exclusions,
    )


def _with_noise(clean: np.ndarray, sd: float, averages: float, rng: np.random.Generator) -> np.ndarray:
    """The mean of Rician magnitudes, stored in 12 bits."""
    total = np.zeros_like(clean)
    for _ in range(int(averages)):
        real, imaginary = (np.float32(sd) * _normal(clean.shape, rng) for _ in range(2))
        total += np.hypot(clean + real, imaginary)
    return np.clip(np.rint(total / averages), 0, 4095).astype(np.uint16)


@cache
def _drawn(size: int) -> np.ndarray:
    return np.random.default_rng(20261).standard_normal(size, dtype=np.float32)


def _normal(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Standard normal numbers: a stretch from a random place of a long row that is drawn once.

    Drawing anew would be nearly all the time that a series takes.
    """
    count = int(np.prod(shape))
    start = int(rng.integers(3 * count))
    return _drawn(4 * count)[start : start + count].reshape(shape)


def fat_not_suppressed(raw: RawImages, phantom: Phantom, rng: np.random.Generator) -> None:
    """Fat of a side or of the whole field lights up, displaced by its chemical shift."""
    fat = (phantom.s0 > 0) & (phantom.d < 0.6)
    columns = fat.shape[2]
    half = columns // 2
    sides = {"left": slice(half), "right": slice(half, None), "all": slice(None)}
    where = np.zeros_like(fat)
    where[:, :, sides[str(rng.choice(list(sides)))]] = True
    shift = int(rng.integers(4, 20))
    amount = np.float32(rng.uniform(0.4, 1.0) * _FAT_SIGNAL)
    lit = np.roll(np.where(fat & where, amount, np.float32(0)), shift, axis=1)
    for b, images in raw.images.items():
        raw.images[b] = [image + lit * np.float32(np.exp(-b / 1000 * _FAT_D)) for image in images]


def ghost(raw: RawImages, phantom: Phantom, rng: np.random.Generator) -> None:
    """An N/2 ghost along the rows or the columns."""
    part, axis = np.float32(rng.uniform(0.08, 0.30)), int(rng.integers(1, 3))
    for b, images in raw.images.items():
        raw.images[b] = [image + part * np.roll(image, image.shape[axis] // 2, axis) for image in images]


def outlier_among_b0(raw: RawImages, phantom: Phantom, rng: np.random.Generator) -> None:
    """One of the repetitions at b 0 is dimmer, whole or in some slices, or moved, or of a higher b-value."""
    which = int(rng.integers(_REPEATS))
    image = raw.images[0.0][which].copy()
    kind = str(rng.choice(["dim", "dim slices", "moved", "weighted"]))
    if kind == "moved":
        image = np.roll(image, (int(rng.integers(-3, 4)), int(rng.integers(2, 5))), axis=(1, 2))
    elif kind == "weighted":
        image = signal(phantom, float(rng.uniform(80, 300)))
    else:
        ends = (0, len(image)) if kind == "dim" else sorted(rng.choice(len(image) + 1, 2, replace=False))
        image[slice(*ends)] *= np.float32(rng.uniform(0.70, 0.86))
    raw.images[0.0][which] = image


def noise(raw: RawImages, phantom: Phantom, rng: np.random.Generator) -> None:
    """Too little signal for the noise."""
    raw.noise_sd *= rng.uniform(2.0, 5.0)


def displaced(raw: RawImages, phantom: Phantom, rng: np.random.Generator) -> None:
    """The patient moved, or eddy currents moved the image, at some b-values."""
    first = int(rng.integers(1, len(B_VALUES)))
    move = rng.uniform(1.8, 6.0)
    angle = rng.uniform(0, 2 * np.pi)
    shift = np.rint(move * np.array([np.sin(angle), np.cos(angle)])).astype(int)
    for b in B_VALUES[first:]:
        raw.images[b] = [np.roll(image, shift, axis=(1, 2)) for image in raw.images[b]]


def dropout(raw: RawImages, phantom: Phantom, rng: np.random.Generator) -> None:
    """A slice lost signal at one b-value, as motion during the diffusion gradient makes it."""
    b = float(rng.choice(B_VALUES[1:3]))
    slices = np.flatnonzero(phantom.s0.mean((1, 2)) > 0.5 * phantom.s0.mean((1, 2)).max())
    for index, image in enumerate(raw.images[b]):
        spoiled = image.copy()
        spoiled[int(rng.choice(slices[1:-1]))] *= np.float32(rng.uniform(0.2, 0.65))
        raw.images[b][index] = spoiled


def voi_outside(raw: RawImages, phantom: Phantom, rng: np.random.Generator) -> None:
    """The VOI lies in the air, as after an exchange of images or a wrong orientation."""
    air = np.flatnonzero((phantom.s0 == 0).reshape(-1))
    moved = np.zeros(phantom.voi.size, bool)
    inside = np.flatnonzero(phantom.voi.reshape(-1))
    keep = inside[: int(rng.uniform(0, 0.6) * inside.size)]
    moved[keep] = True
    moved[rng.choice(air, inside.size - keep.size, replace=False)] = True
    raw.voi = moved.reshape(phantom.voi.shape)


FAULTS: dict[str, Fault] = {
    "fat": fat_not_suppressed,
    "ghost": ghost,
    "repeats": outlier_among_b0,
    "snr": noise,
    "shift": displaced,
    "dropout": dropout,
    "voi": voi_outside,
}
