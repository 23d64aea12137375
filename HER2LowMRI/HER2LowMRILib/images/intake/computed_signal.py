"""Tell an image that was computed from those at other b-values from one that was measured, whatever its name says."""

from collections.abc import Iterator, Sequence
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
# Programs round, or cut off, once more than the images that they compute from [stored units].
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
    b_values = np.array([image.b_value for image in images])
    step = max(1, len(tissue[0]) // _MOST_VOXELS)
    signals = np.array([of_b[::step] for of_b in tissue])
    signals = signals[:, np.isfinite(signals).all(axis=0) & (signals > 0).all(axis=0)]
    if signals.shape[1] < FEWEST_VOXELS:
        return
    whole = [np.issubdtype(image.array.dtype, np.integer) for image in images]
    logs = np.log(signals)
    found: dict[int, tuple[float, ...]] = {}
    for index in range(len(images) - 1, 0, -1):
        if b_values[index] < _SMALLEST_B:
            break
        others = [n for n in range(len(images)) if n != index]
        for sources in ((*others,), (*others[1:],), *combinations(others, 2)):
            if len(sources) < 2 or any(n in found for n in sources):
                continue
            if _equals(signals, logs, b_values, whole, index, sources):
                found[index] = tuple(float(b_values[n]) for n in sources)
                break
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


def _equals(
    signals: np.ndarray,
    logs: np.ndarray,
    b_values: np.ndarray,
    whole: Sequence[bool],
    index: int,
    sources: tuple[int, ...],
) -> bool:
    """Whether an image is what a straight line through the logarithms of others gives, but for rounding."""
    chosen = list(sources)
    b = b_values[chosen]
    if len(signals[0]) > 4 * _FEW_VOXELS:
        few = (slice(None), slice(None, None, len(signals[0]) // _FEW_VOXELS))
        if not _equals(signals[few], logs[few], b_values, whole, index, sources):
            return False
    if b.max() - b.min() < _SMALLEST_B:
        return False
    centred = b - b.mean()
    weights = 1 / len(b) + centred * (b_values[index] - b.mean()) / (centred @ centred)
    expected = np.exp(weights @ logs[chosen])
    allowed = (_ROUNDING if whole[index] else 0.0) + _PRECISION * expected
    of_sources = np.array([0.5 if whole[n] else 0.0 for n in chosen])
    allowed += expected * (np.abs(weights)[:, None] * of_sources[:, None] / signals[chosen]).sum(axis=0)
    near = np.abs(signals[index] - expected) <= allowed
    # Where rounding leaves room for anything, nothing is told.
    telling = allowed < 0.1 * signals[index]
    return bool(telling.sum() >= FEWEST_VOXELS and near[telling].mean() >= SMALLEST_SHARE)


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
