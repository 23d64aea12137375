"""Does the signal fall with b? If not, b-values and images do not belong together."""

from collections.abc import Sequence

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.study.intake.diffusion_series import BImage

ENOUGH_VOXELS = 50_000
# Noise and scaling differ between images by a few per cent; swapped b-values by far more.
LARGEST_RISE = 1.05


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


def refuse_rising_signal(images: Sequence[BImage]) -> None:
    """Refuse a series whose mean signal rises from one b-value to a higher one.

    Raises
    ------
    ImageError
        Then the b-values are swapped, or the images are scaled each on its own, and every number from them is wrong.
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
