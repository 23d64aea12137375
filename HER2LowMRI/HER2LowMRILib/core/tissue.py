"""Where there is tissue and where only air: for what is shown, and for where a ring around a lesion ends."""

import numpy as np
import scipy

from HER2LowMRILib.core.errors import ImageError

# Of the brightness of tissue: skin and fat with suppressed signal still lie above it, air with its noise below.
_SHARE = 0.06
# A signal of noise alone exceeds three times its spread in 1 of 90 voxels, and neighbours seldom do so together.
_FLOORS = 1.5


def tissue_mask(low: np.ndarray, noise_floor: float | None = None) -> np.ndarray:
    """Tell tissue from air in the image of the lowest b-value.

    Parameters
    ----------
    low : ndarray, (k, j, i)
        Signal at the lowest b-value [signal units].
    noise_floor : float, optional
        Signal below which there is only noise [signal units].

    Returns
    -------
    ndarray of bool, (k, j, i)
        True in the body, holes in it included.

    Raises
    ------
    ImageError
        When the image is not a volume.
    """
    if low.ndim != 3:
        raise ImageError("The image is not a volume", needed="three axes (k, j, i)", found=f"{low.ndim} axes")
    signal = np.nan_to_num(np.asarray(low, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if not signal.size:
        return np.zeros(low.shape, bool)
    bright = float(np.percentile(signal, 99))
    level = max(_SHARE * bright, _FLOORS * (noise_floor or 0.0))
    smooth = scipy.ndimage.uniform_filter(signal, size=(1, 3, 3), mode="nearest")
    mask = smooth > level
    plane = scipy.ndimage.generate_binary_structure(2, 1)
    for k in range(mask.shape[0]):
        opened = scipy.ndimage.binary_opening(mask[k], plane)
        mask[k] = scipy.ndimage.binary_fill_holes(scipy.ndimage.binary_closing(opened, plane, iterations=2))
    return mask
