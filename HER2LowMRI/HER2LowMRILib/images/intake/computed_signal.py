"""Tell an image that was computed from those at other b-values from one that was measured, whatever its name says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.intake.b_value import TYPED
from HER2LowMRILib.images.intake.diffusion_series import BImage

# A computed image is what others give in all voxels; of measured ones noise lets few voxels be so.
SMALLEST_SHARE = 0.97
FEWEST_VOXELS = 64
_MOST_VOXELS = 4096
_FEW_VOXELS = 192
# Programs round, or cut off, once more than the images that they compute from [steps of storage].
_ROUNDING = 0.75
_PRECISION = 2e-4
# Below this b-value the signal hardly differs from that at b 0, and is what others give by chance [s/mm2].
_SMALLEST_B = 100.0


def check_measured(images: Sequence[BImage], tissue: Sequence[np.ndarray]) -> Iterator[Notice]:
    """Ask about an image that equals what others give by a mono-exponential decay, voxel by voxel.

    Scanners and programs compute images at b-values that were not measured from two or more that were, with one ADC for
    each voxel (Blackledge et al., Radiology 2011;261:573): K_app from them is wrong, and no word may say so. Noise,
    which is in every measured image by itself, tells the two apart: nothing is left of it here but rounding.

    Parameters
    ----------
    images : sequence of BImage
        By ascending b-value.
    tissue : sequence of ndarray
        From ``tissue_signals``.

    Yields
    ------
    Notice

    Raises
    ------
    ImageError
        If one image was computed from others that are measured, and its b-value was not typed.
    """
    if len(images) < 3:
        return
    b_values = [image.b_value for image in images]
    step = max(1, len(tissue[0]) // _MOST_VOXELS)
    signals = np.array([of_b[::step] for of_b in tissue])
    signals = signals[:, np.isfinite(signals).all(axis=0) & (signals > 0).all(axis=0)]
    if signals.shape[1] < FEWEST_VOXELS:
        return
    ways = list(_ways(b_values))
    # A few voxels tell that nearly always none is.
    likely = _hold(signals[:, :: max(1, signals.shape[1] // _FEW_VOXELS)], ways)
    ways = [way for way, holds in zip(ways, likely, strict=True) if holds]
    found: dict[int, tuple[float, ...]] = {}
    for way, holds in zip(ways, _hold(signals, ways), strict=True):
        if holds and way.index not in found and not any(n in found for n in way.sources):
            found[way.index] = tuple(b_values[n] for n in way.sources)
    if not found:
        return
    index, sources_b = next(iter(found.items()))
    said = (
        f"The image at b {b_values[index]:g} is, to rounding, what those at b "
        f"{', '.join(f'{b:g}' for b in sources_b)} give by one ADC in each voxel"
    )
    # A simulation without noise can be so too.
    if images[index].source == TYPED or not _has_noise(images[0].array):
        yield Notice(
            "looks_computed",
            f"{said}: it was probably computed, not measured, and K_app from it is too low. Leave it out.",
        )
        return
    raise ImageError(
        "Whether an image was measured cannot be told",
        needed="an image with noise of its own",
        found=said[0].lower() + said[1:] + ", as of computed b-values",
        todo="Leave it out if it was computed; if it was measured, give one input for each b-value, and the "
        "b-values in the same order",
        option="--b-values",
    )


@dataclass(frozen=True)
class _Way:
    """How one image may have been computed: from which others, and the weight of the logarithm of each image."""

    index: int
    sources: tuple[int, ...]
    weights: tuple[float, ...]


def _ways(b_values: Sequence[float]) -> Iterator[_Way]:
    """All ways, of the highest b-value first: from all others, all but the lowest, or any two, by least squares."""
    for index in range(len(b_values) - 1, 0, -1):
        if b_values[index] < _SMALLEST_B:
            return
        others = [n for n in range(len(b_values)) if n != index]
        for sources in dict.fromkeys(((*others,), (*others[1:],), *combinations(others, 2))):
            b = [b_values[n] for n in sources]
            if len(b) < 2 or max(b) - min(b) < _SMALLEST_B:
                continue
            mean = sum(b) / len(b)
            per_b = (b_values[index] - mean) / sum((one - mean) ** 2 for one in b)
            weights = [0.0] * len(b_values)
            for n, one in zip(sources, b, strict=True):
                weights[n] = 1 / len(b) + (one - mean) * per_b
            yield _Way(index, sources, tuple(weights))


def _hold(signals: np.ndarray, ways: Sequence[_Way]) -> np.ndarray:
    """Of each way, whether the image is what it gives, but for rounding (bool)."""
    if not ways:
        return np.zeros(0, bool)
    weights = np.array([way.weights for way in ways])
    steps = np.array([_step(of_b) for of_b in signals[:, :_FEW_VOXELS]])
    index = [way.index for way in ways]
    expected = np.exp(weights @ np.log(signals))
    allowed = _ROUNDING * steps[index][:, None] + _PRECISION * expected
    allowed += expected * (np.abs(weights) @ (0.5 * steps[:, None] / signals))
    stated = signals[index]
    # Where rounding leaves room for anything, nothing is told.
    telling = allowed < 0.1 * stated
    near = np.count_nonzero((np.abs(stated - expected) <= allowed) & telling, axis=1)
    enough = np.count_nonzero(telling, axis=1)
    return (enough >= FEWEST_VOXELS) & (near >= SMALLEST_SHARE * enough)


def _step(values: np.ndarray) -> float:
    """The step in which values were stored: 1 of whole numbers, else the smallest difference between two of them."""
    if np.array_equal(values, np.rint(values)):
        return 1.0
    steps = np.diff(np.sort(values))
    return float(steps[steps > 0].min(initial=float(values.max())))


def _has_noise(array: np.ndarray) -> bool:
    """Whether neighbours differ at random, as they do in what was measured, in tissue of the middle slices."""
    middle = np.asarray(array[array.shape[0] // 2], np.float64)
    bright = middle > 0.25 * np.percentile(middle, 99)
    second = np.abs(middle[:, 2:] - 2 * middle[:, 1:-1] + middle[:, :-2])
    inside = bright[:, 2:] & bright[:, 1:-1] & bright[:, :-2]
    if inside.sum() < FEWEST_VOXELS:
        return False
    # Rounding alone makes 1 to 2 of it.
    return bool(np.median(second[inside]) > max(3.0, 0.003 * float(np.median(middle[bright]))))
