"""Does the signal fall with b? If not, b-values and images do not belong together."""

from collections.abc import Sequence

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.intake.diffusion_series import BImage

ENOUGH_VOXELS = 50_000
# Noise and scaling differ between images by a few per cent; swapped b-values by far more.
LARGEST_RISE = 1.05
# The densest tumours have 0.5e-3 mm2/s; below this bright tissue as a whole does not diffuse.
LOWEST_MEAN_ADC = 0.3
SMALLEST_B_STEP = 300.0
# The floor lies below this part of the signal at the lowest b-value, and there no more voxels than these rise.
LARGEST_FLOOR = 0.25
BY_CHANCE = 0.65


def tissue_means(images: Sequence[BImage]) -> list[float]:
    """Mean signal of the bright part of the lowest-b image, at every b-value [signal units].

    Parameters
    ----------
    images : sequence of BImage
        By ascending b-value. Of large images a regular part of the voxels is taken.
    """
    return [_mean(values) for values in tissue_signals(images)]


def tissue_signals(images: Sequence[BImage]) -> list[np.ndarray]:
    """The signals of the same voxels of tissue at every b-value: of the bright part of the lowest-b image, float64."""
    first = images[0].array
    step = max(1, round((first.size / ENOUGH_VOXELS) ** (1 / 3)))
    part = tuple(slice(None, None, step if n > 3 * step else 1) for n in first.shape)
    lowest = np.asarray(first[part], np.float32)
    finite = lowest[np.isfinite(lowest)]
    if finite.size == 0 or finite.max() <= 0:
        return [np.zeros(0)] * len(images)
    tissue = lowest > 0.25 * np.percentile(finite, 99)
    return [image.array[part][tissue].astype(np.float64) for image in images]


def _mean(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else 0.0


def check_decay(images: Sequence[BImage], tissue: Sequence[np.ndarray] | None = None) -> list[Notice]:
    """Refuse a series whose mean signal rises with b; say so where it falls less than tissue lets it.

    At the noise floor the mean goes up and down by chance: there voxels rise and fall alike, while b-values that are
    swapped make nearly all of them rise.

    Parameters
    ----------
    images : sequence of BImage
        By ascending b-value.
    tissue : sequence of ndarray, optional
        From ``tissue_signals``, where it is there already.

    Returns
    -------
    list of str
        Warnings.

    Raises
    ------
    ImageError
        If the mean signal rises from one b-value to a higher one: the b-values are swapped, or the images are scaled
        each on its own, and every number made from them is wrong.
    """
    tissue = tissue_signals(images) if tissue is None else tissue
    means = [_mean(values) for values in tissue]
    at_floor = None
    for index in range(1, len(images)):
        low, high, before, after = images[index - 1], images[index], means[index - 1], means[index]
        if after <= LARGEST_RISE * before:
            continue
        if after <= LARGEST_FLOOR * means[0] and _share_rising(tissue[index - 1], tissue[index]) <= BY_CHANCE:
            at_floor = at_floor if at_floor is not None else low.b_value
            continue
        raise ImageError(
            "The b-values and the images do not belong together",
            needed="a mean signal that falls with b",
            found=f"{before:.4g} at b {low.b_value:g} and {after:.4g} at b {high.b_value:g}",
            # Bright voxels that were wrapped to negative numbers make the mean of the lowest b-value fall.
            todo=" ".join(negative_signals(images))
            or "Check the order of the b-values, or that the images have a common scale",
            option="--b-values",
        )
    warnings = []
    if at_floor is not None:
        warnings.append(
            Notice(
                "signal_at_noise",
                f"From b {at_floor:g} on the mean signal no longer falls: it is noise there, and D_app and K_app from "
                "these b-values are wrong. Leave the higher b-values out.",
            )
        )
    step = images[-1].b_value - images[0].b_value
    if step < SMALLEST_B_STEP or means[-1] <= 0 or at_floor is not None:
        return warnings
    adc = 1000 * float(np.log(means[0] / means[-1])) / step
    if adc < LOWEST_MEAN_ADC:
        warnings.append(
            Notice(
                "signal_hardly_falls",
                f"The mean signal falls to {100 * means[-1] / means[0]:.0f} % only from b {images[0].b_value:g} to "
                f"b {images[-1].b_value:g} (an ADC of {adc:.2g}e-3 mm2/s, less than any tissue has): are the images "
                "scaled each on its own?",
            )
        )
    return warnings


def _share_rising(before: np.ndarray, after: np.ndarray) -> float:
    both = np.isfinite(before) & np.isfinite(after) & (before != after)
    return float(np.mean(after[both] > before[both])) if both.any() else 1.0


def negative_signals(images: Sequence[BImage]) -> list[Notice]:
    """Say where signals are negative: no magnitude image has them, but whole numbers that were written too short do."""
    said = []
    for image in images:
        # The smallest value is found in half the time that comparing all takes, and unsigned numbers need neither.
        array = image.array
        if array.dtype.kind == "u" or not array.size or not np.fmin.reduce(array, axis=None) < 0:
            continue
        count = int(np.count_nonzero(image.array < 0))
        lowest = float(np.nanmin(image.array))
        plural = "signals are" if count > 1 else "signal is"
        wrapped = (
            ", as numbers above 32,767 are that were stored in 16 bits (wrapped)" if lowest < -1000 else ""
        )
        said.append(
            Notice(
                "negative_signals",
                f"{count:,} {plural} negative at b {image.b_value:g} (down to {lowest:g}){wrapped}: there is no value.",
            )
        )
    return said
