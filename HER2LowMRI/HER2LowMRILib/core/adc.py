"""The apparent diffusion coefficient alone, from two b-values or from all of them."""

from collections.abc import Sequence

import numpy as np

from HER2LowMRILib.core.b_values import check_b_values, find_b_value
from HER2LowMRILib.core.diffusion_maps import check_signals


def fit_adc(
    signals: Sequence[np.ndarray], b_values: Sequence[float], b0: float = 0.0, b1: float = 800.0
) -> np.ndarray:
    """ADC = ln(S(b0) / S(b1)) / (b1 - b0).

    Parameters
    ----------
    signals : sequence of ndarray
        One array per b-value, all of one shape [signal units].
    b_values : sequence of float
        Ascending [s/mm2].
    b0, b1 : float
        The two b-values [s/mm2].

    Returns
    -------
    ndarray of float32
        [1e-3 mm2/s]; NaN where one of the two signals is not positive and finite.

    Raises
    ------
    HER2LowMRIError
        When there is no image at b0 or b1.
    """
    b = check_b_values(b_values, len(signals), 2, "ADC")
    arrays = check_signals(signals)
    low, high = find_b_value(b, b0, "ADC"), find_b_value(b, b1, "ADC")
    first, second = (arrays[i].astype(np.float32) for i in (low, high))
    usable = (first > 0) & (second > 0) & np.isfinite(first) & np.isfinite(second)
    adc = np.full(first.shape, np.nan, np.float32)
    adc[usable] = np.log(first[usable] / second[usable]) * np.float32(1000 / (b[high] - b[low]))
    return adc


def fit_adc_all_b(signals: Sequence[np.ndarray], b_values: Sequence[float]) -> np.ndarray:
    """ADC as the slope of the unweighted line through ln S at all b-values, as scanner consoles fit it.

    Parameters
    ----------
    signals : sequence of ndarray
        One array per b-value, all of one shape [signal units].
    b_values : sequence of float
        Ascending [s/mm2].

    Returns
    -------
    ndarray of float32
        [1e-3 mm2/s]; NaN where a signal is not positive and finite.
    """
    b = check_b_values(b_values, len(signals), 2, "ADC") / 1000
    arrays = check_signals(signals)
    slope = (b - b.mean()) / ((b - b.mean()) ** 2).sum()
    adc = np.zeros(arrays[0].shape)
    with np.errstate(all="ignore"):
        for signal, weight in zip(arrays, slope, strict=True):
            adc -= weight * np.log(signal.astype(np.float64))
    adc[~np.isfinite(adc)] = np.nan
    return adc.astype(np.float32)
