"""Does the signal fall with b? If not, b-values and images do not belong together."""

from collections.abc import Sequence

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake.diffusion_series import BImage

ENOUGH_VOXELS = 50_000
# Noise and scaling differ between images by a few per cent; swapped b-values by far more.
LARGEST_RISE = 1.05
# The densest tumours have 0.5e-3 mm2/s; below this bright tissue as a whole does not diffuse.
LOWEST_MEAN_ADC = 0.3
SMALLEST_B_STEP = 300.0


def tissue_means(images: Sequence[BImage]) -> list[float]:
    """Mean signal of the bright part of the lowest-b image, at every b-value [signal units].

    Parameters
    ----------
    images : sequence of BImage
        By ascending b-value. Of large images a regular part of the voxels is taken.
    """
    first = images[0].array
    step = max(1, round((first.size / ENOUGH_VOXELS) ** (1 / 3)))
    part = tuple(slice(None, None, step if n > 3 * step else 1) for n in first.shape)
    lowest = np.asarray(first[part], np.float32)
    finite = lowest[np.isfinite(lowest)]
    if finite.size == 0 or finite.max() <= 0:
        return [0.0] * len(images)
    tissue = lowest > 0.25 * np.percentile(finite, 99)
    means = []
    for image in images:
        values = np.asarray(image.array[part], np.float64)[tissue]
        values = values[np.isfinite(values)]
        means.append(float(values.mean()) if values.size else 0.0)
    return means


def check_decay(images: Sequence[BImage]) -> list[str]:
    """Refuse a series whose mean signal rises with b; say so where it falls less than tissue lets it.

    Returns
    -------
    list of str
        Warnings: empty, or one.

    Raises
    ------
    ImageError
        If the mean signal rises from one b-value to a higher one: the b-values are swapped, or the images are scaled
        each on its own, and every number made from them is wrong.
    """
    means = tissue_means(images)
    for low, high, before, after in zip(images[:-1], images[1:], means[:-1], means[1:], strict=True):
        if after > LARGEST_RISE * before:
            raise ImageError(
                "The b-values and the images do not belong together",
                needed="a mean signal that falls with b",
                found=f"{before:.4g} at b {low.b_value:g} and {after:.4g} at b {high.b_value:g}",
                todo="Check the order of --b-values, or that the images have a common scale",
            )
    step = images[-1].b_value - images[0].b_value
    if step < SMALLEST_B_STEP or means[-1] <= 0:
        return []
    adc = 1000 * float(np.log(means[0] / means[-1])) / step
    if adc >= LOWEST_MEAN_ADC:
        return []
    return [
        f"The mean signal falls to {100 * means[-1] / means[0]:.0f} % only from b {images[0].b_value:g} to "
        f"b {images[-1].b_value:g} (an ADC of {adc:.2g}e-3 mm2/s, less than any tissue has): are the images scaled "
        "each on its own?"
    ]
