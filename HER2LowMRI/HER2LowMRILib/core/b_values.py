"""Checks of the b-values and averages of a series, before anything is fitted."""

from collections.abc import Iterable, Sequence

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError

MS_PER_UM2_LIMIT = 20.0
"""A largest b-value below this is one in ms/um2: 0.8, 1.4, 2 in place of 800, 1400, 2000 s/mm2."""
TOLERANCE = 5.0
"""Two b-values closer than this are the same b-value [s/mm2]."""


def format_b_values(b_values: Iterable[float]) -> str:
    """Write b-values for a reader, e.g. "0, 800, 1400, 2000 s/mm2"."""
    return ", ".join(f"{b:g}" for b in b_values) + " s/mm2"


def b_values_of_fit(b_values: Sequence[float], count: int, minimum: int, what: str) -> np.ndarray:
    """Check that b-values can be used for a fit.

    Parameters
    ----------
    b_values : sequence of float
        In ascending order [s/mm2].
    count : int
        Number of images.
    minimum : int
        Number of b-values that ``what`` needs.
    what : str
        The name of the result, for the message.

    Returns
    -------
    ndarray of float64
        The b-values [s/mm2].

    Raises
    ------
    HER2LowMRIError
        When they are too few, not one per image, not ascending, not finite, or in another unit.
    """
    b = np.asarray(b_values, dtype=np.float64)
    if b.ndim != 1 or b.size != count:
        raise HER2LowMRIError(
            f"{what} cannot be fitted",
            needed="one b-value per image",
            found=f"{b.size} b-values and {count} images",
        )
    if not np.isfinite(b).all() or (b < 0).any():
        raise HER2LowMRIError(
            f"{what} cannot be fitted", needed="b-values of 0 s/mm2 or more", found=format_b_values(b)
        )
    if b.size < minimum:
        raise HER2LowMRIError(
            f"{what} cannot be fitted",
            needed=f"at least {minimum} different b-values",
            found=f"{b.size} ({format_b_values(b)})",
        )
    if 0 < b.max(initial=0) < MS_PER_UM2_LIMIT:
        raise HER2LowMRIError(
            f"{what} cannot be fitted",
            needed=f"b-values in s/mm2 with a highest value of {MS_PER_UM2_LIMIT:g} or more",
            found=format_b_values(b),
            todo="They look like ms/um2: multiply them by 1000.",
        )
    if (np.diff(b) < TOLERANCE).any():
        raise HER2LowMRIError(
            f"{what} cannot be fitted",
            needed=f"b-values in ascending order, at least {TOLERANCE:g} s/mm2 apart",
            found=format_b_values(b),
        )
    return b


def check_averages(averages: Sequence[float] | None, count: int) -> np.ndarray:
    """Check the numbers of averaged signals per image; None means 1 each.

    Returns
    -------
    ndarray of float64
        One positive number per image.
    """
    n = np.ones(count) if averages is None else np.asarray(averages, dtype=np.float64)
    if n.shape != (count,) or not np.isfinite(n).all() or (n <= 0).any():
        raise HER2LowMRIError(
            "The weights of the fit are not usable",
            needed=f"{count} positive numbers of averages, one per b-value",
            found=", ".join(f"{a:g}" for a in n.reshape(-1)),
        )
    return n


def find_b_value(b_values: Sequence[float] | np.ndarray, wanted: float, what: str) -> int:
    """Find the image of one b-value.

    Returns
    -------
    int
        Index of the b-value nearest to ``wanted`` [s/mm2], at most 5 s/mm2 away.
    """
    distance = np.abs(np.asarray(b_values, dtype=np.float64) - wanted)
    if distance.size == 0 or distance.min() > TOLERANCE:
        raise HER2LowMRIError(
            f"{what} cannot be computed",
            needed=f"an image at b = {wanted:g} s/mm2",
            found=format_b_values(b_values),
            todo="Choose two of the b-values that the images have.",
            option="--adc-b",
        )
    return int(distance.argmin())
