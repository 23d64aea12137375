"""The grey levels between which an image is shown: from its own values, so that no kind of image is blown out."""

import numpy as np

# As many values tell a percentile well, and a whole volume would take longer than a key may.
_SAMPLE = 50_000


def display_window(array: np.ndarray, low_percent: float, high_percent: float) -> tuple[float, float]:
    """Values shown as black and as white.

    Parameters
    ----------
    array : ndarray
    low_percent, high_percent : float
        Percentiles of the values other than 0 (what a scanner writes where it measured nothing).

    Returns
    -------
    tuple of float
        (black, white), white above black; (0, 1) of an image without any value.
    """
    values = array.reshape(-1)
    # Odd: images are mostly 2^n voxels wide, of which an even step would look at the same few columns only.
    values = values[:: max(1, values.size // _SAMPLE) | 1]
    values = values[np.isfinite(values) & (values != 0)]
    if not values.size:
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(values, (low_percent, high_percent)))
    return (low, high) if high > low else (low, low + max(1.0, abs(low) * 1e-3))
