"""One trace-weighted image out of several: geometric mean over directions, arithmetic mean over repetitions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import ImageError

FEWEST_DIRECTIONS = 3
LARGEST_SPREAD = 1.5
# A slice with a smaller part of the signal of the brightest slice holds no tissue to compare.
LEAST_TISSUE = 0.2
LARGEST_B0 = 5.0  # [s/mm2]
_BRIGHT = 95  # percentile of a slice
# So low that the direction of a single measurement does not matter [s/mm2].
LARGEST_B_OF_ONE_DIRECTION = 20.0
Direction = tuple[float, float, float]


@dataclass(frozen=True)
class Averaging:
    """How the images of one b-value become one.

    Parameters
    ----------
    groups : tuple of tuple of int
        Indices of the images that repeat one measurement: one group per direction, or a single one.
    geometric : bool
        Whether the groups, or the images of a single group, are averaged geometrically.
    """

    groups: tuple[tuple[int, ...], ...]
    geometric: bool

    @classmethod
    def of(cls, directions: Sequence[Direction | None], directional: bool, b_value: float) -> "Averaging":
        """Decide from the directions of the images.

        Parameters
        ----------
        directions : sequence
            Of each image its diffusion direction, None where it is not stated.
        directional : bool
            Whether the images are diffusion-weighted along single directions.
        b_value : float
            [s/mm2]

        Raises
        ------
        ImageError
            If there are one or two directions only, from which no trace can be made.
        """
        count = len(directions)
        if b_value <= LARGEST_B0:
            return cls((tuple(range(count)),), False)
        if not directional:
            return cls(tuple((index,) for index in range(count)), True)
        groups: dict[tuple[float, ...] | int, list[int]] = {}
        for index, direction in enumerate(directions):
            groups.setdefault(index if direction is None else direction_key(direction), []).append(index)
        if len(groups) < FEWEST_DIRECTIONS and b_value <= LARGEST_B_OF_ONE_DIRECTION:
            return cls((tuple(range(count)),), False)
        if len(groups) < FEWEST_DIRECTIONS:
            raise ImageError(
                f"The images at b {b_value:g} are not trace images",
                needed=f"trace-weighted images or at least {FEWEST_DIRECTIONS} diffusion directions",
                found=f"{len(groups)} direction{'s' if len(groups) > 1 else ''}",
            )
        return cls(tuple(tuple(group) for group in groups.values()), True)

    def note(self, directional: bool) -> str:
        """What is done, in words; empty for a single image."""
        images = sum(len(group) for group in self.groups)
        if images == 1:
            return ""
        if not self.geometric:
            return f"mean of {images} images"
        if not directional:
            return f"geometric mean of {images} images"
        each = images / len(self.groups)
        return f"geometric mean of {len(self.groups)} directions" + (
            f", {each:g} images along each" if each > 1 else ""
        )

    def apply(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        """Average the images.

        The geometric mean over directions has exactly the mean diffusivity of the directions (the trace);
        repetitions of one measurement are averaged arithmetically, as scanners do. A signal that is not above 0
        along some direction gives 0.

        Parameters
        ----------
        arrays : sequence of ndarray, one shape

        Returns
        -------
        ndarray
            The only array as it is; else float32.
        """
        if len(arrays) == 1:
            return arrays[0]
        parts = [_mean([arrays[index] for index in group]) for group in self.groups]
        return geometric_mean(parts) if self.geometric else parts[0]


def direction_key(direction: Direction) -> tuple[float, ...]:
    """The direction as a key that is the same for the opposite one."""
    vector = np.round(np.asarray(direction, float), 2) + 0.0
    return tuple(-vector + 0.0) if vector[np.argmax(np.abs(vector))] < 0 else tuple(vector)


def refuse_unlike(means: Sequence[Sequence[float]], b_value: float) -> None:
    """Refuse to average images of one b-value that differ far more than repetitions of one measurement do.

    A table that says b 0 of a diffusion-weighted image, as converters have written for trace images (dcm2niix issues
    #270, #405), would else give a b 0 image that is neither.

    Parameters
    ----------
    means : sequence of sequence of float
        Of every slice, or of the whole volume, the mean signals of the images to be averaged. Slices without tissue,
        which are noise, are not compared: noise is what it happens to be.
    b_value : float
        [s/mm2]

    Raises
    ------
    ImageError
        If the brightest image has on average more than 1.5 times the signal of the dimmest.
    """
    brightest = max((max(of_slice, default=0.0) for of_slice in means), default=0.0)
    for of_slice in means:
        most = max(of_slice, default=0.0)
        if (
            len(of_slice) > 1
            and most > LEAST_TISSUE * brightest
            and most > LARGEST_SPREAD * max(min(of_slice), 0.0)
        ):
            raise ImageError(
                f"The images that state b {b_value:g} are not repetitions of each other",
                needed=f"mean signals within a factor of {LARGEST_SPREAD:g}",
                found=f"{min(of_slice):.4g} to {most:.4g}",
                todo="Give the right b-values",
                option="--b-values",
            )


@dataclass(frozen=True)
class Repeats:
    """How far images that repeat one measurement differ.

    Attributes
    ----------
    spread : float
        The signal of tissue in the brightest image over that in the dimmest, less 1; of the slice where it is largest.
    misfit : float
        How far the voxels of one image are from the others, beyond what noise does, as a part of the signal: the
        patient moved, or the image is of something else.
    noise : float
        How much noisier one image is than the others; 1 where there are two.
    """

    spread: float
    misfit: float
    noise: float


@dataclass(frozen=True)
class RepeatsOfSlice:
    """The same of one slice, with the signal of its tissue, which tells whether there is any [signal units]."""

    tissue: float
    repeats: Repeats


def compare_slices(slices: Sequence[np.ndarray]) -> RepeatsOfSlice:
    """Compare the images of one slice that repeat a measurement.

    Tissue is compared, not whole slices: air is the same in all of them and would hide what one has lost.

    Parameters
    ----------
    slices : sequence of ndarray, shape (j, i)
        Two or more.
    """
    images = np.nan_to_num(np.stack(slices).astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    mean = images.mean(axis=0)
    # Every second voxel tells how bright tissue is as well as all of them.
    bright = float(np.percentile(mean[::2, ::2], _BRIGHT))
    voxels = images[:, mean > 0.5 * bright]
    level = voxels.mean(axis=1) if voxels.size else np.zeros(len(images))
    if bright <= 0 or level.min() <= 0:
        return RepeatsOfSlice(bright, Repeats(float("inf") if level.max() > 0 else 0.0, 0.0, 1.0))
    voxels *= (level.mean() / level)[:, None]
    apart = np.abs(voxels - np.median(voxels, axis=0)).mean(axis=1) / level.mean()
    usual = float(np.median(apart))
    # Of two images each lies as far from the middle as the other: then nothing tells noise from motion.
    misfit = float(apart.max()) - (usual if len(images) > 2 else 0.0)
    noise = float(apart.max()) / usual if len(images) > 2 and usual > 0 else 1.0
    return RepeatsOfSlice(bright, Repeats(float(level.max() / level.min()) - 1, misfit, noise))


def repeats_of(slices: Sequence[RepeatsOfSlice | None], b_value: float) -> Repeats | None:
    """Put the slices together; None where nothing was repeated.

    At higher b-values images that are not marked may be directions, which differ by right.

    Parameters
    ----------
    slices : sequence of RepeatsOfSlice or None
        None: a slice with one image.
    b_value : float
        [s/mm2]
    """
    if b_value > LARGEST_B0:
        return None
    there = [one for one in slices if one is not None]
    brightest = max((one.tissue for one in there), default=0.0)
    found = [one.repeats for one in there if one.tissue > LEAST_TISSUE * brightest]
    if not found:
        return None
    return Repeats(*(max(getattr(one, name) for one in found) for name in ("spread", "misfit", "noise")))


def mean_signal(array: np.ndarray) -> float:
    """Mean of an image, for ``refuse_unlike`` [signal units]."""
    return float(np.mean(array, dtype=np.float64))


def _mean(arrays: Sequence[np.ndarray]) -> np.ndarray:
    if len(arrays) == 1:
        return arrays[0]
    return np.asarray(np.mean(np.stack(arrays), axis=0, dtype=np.float64), np.float32)


def geometric_mean(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Voxel-wise geometric mean as float32; 0 where a signal is not above 0, NaN where one is not finite."""
    logs = np.zeros(arrays[0].shape, np.float64)
    positive = np.ones(arrays[0].shape, bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        for array in arrays:
            positive &= ~(array <= 0)
            logs += np.log(np.where(array <= 0, 1, array).astype(np.float64))
    return np.where(positive, np.exp(logs / len(arrays)), 0.0).astype(np.float32)
