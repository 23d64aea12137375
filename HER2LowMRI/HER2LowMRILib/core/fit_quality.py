"""The class of every voxel of a fit: why a value may not be used, and in which map."""

import enum

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.fit_options import FitOptions


class FitQuality(enum.IntFlag):
    """Bits of the uint8 volume ``fit_quality``; a voxel may carry several, 0 is a good voxel."""

    OK = 0
    NOT_FINITE = 1
    D_OUT_OF_RANGE = 2
    K_OUT_OF_RANGE = 4
    SATURATED = 8
    NOISE_FLOOR = 16
    TURNING_POINT = 32
    ADC_OUT_OF_RANGE = 64
    ADC_NOISE_FLOOR = 128


DEFINITIONS: dict[FitQuality, str] = {
    FitQuality.OK: "Nothing speaks against the voxel.",
    FitQuality.NOT_FINITE: "A signal is zero, negative, infinite or not a number: no map has a value here.",
    FitQuality.D_OUT_OF_RANGE: "D_app is not in (0, d_max], e.g. the signal is constant or rises with b.",
    FitQuality.K_OUT_OF_RANGE: "K_app is not in k_range, or undefined because D_app is 0.",
    FitQuality.SATURATED: "A signal is at or above the clipping value of the image.",
    FitQuality.NOISE_FLOOR: "The signal at the highest b-value is below the noise floor.",
    FitQuality.TURNING_POINT: "b_max D_app K_app > 3: the fitted curve rises before the highest b-value.",
    FitQuality.ADC_OUT_OF_RANGE: "ADC is not in (0, adc_max].",
    FitQuality.ADC_NOISE_FLOOR: "The signal at the higher b-value of the ADC is below the noise floor.",
}

_SIGNAL = FitQuality.NOT_FINITE | FitQuality.SATURATED
_D = _SIGNAL | FitQuality.D_OUT_OF_RANGE | FitQuality.NOISE_FLOOR
# A map leaves out what is wrong with its own value. Judging D_app by K_app as well would bias it: in water, where
# K_app is 0, noise puts half of the voxels below 0 though their D_app is right; in tissue of D_app 1.10 at a
# signal-to-noise ratio of 25, the median D_app is 1.08 without and 1.05 with that rule.
# The ADC needs only its own two signals; noise at b = 2000 would make it depend on the other b-values.
EXCLUDED_FROM: dict[str, FitQuality] = {
    "ADC": _SIGNAL | FitQuality.ADC_OUT_OF_RANGE | FitQuality.ADC_NOISE_FLOOR,
    "D": _D,
    "K": _D | FitQuality.K_OUT_OF_RANGE | FitQuality.TURNING_POINT,
}
"""The flags that leave a voxel out of the features of ADC, D_app and K_app."""


def classify_values(
    adc: np.ndarray | None, d_app: np.ndarray | None, k_app: np.ndarray | None, options: FitOptions
) -> np.ndarray:
    """Class the voxels of maps that came without fit quality, as far as their values tell.

    Saturation, noise and the turning point need the signals and are not told.

    Parameters
    ----------
    adc, d_app : ndarray or None
        [1e-3 mm2/s]; None: there is no such map.
    k_app : ndarray or None
        [no unit].
    options : FitOptions
        The valid ranges.

    Returns
    -------
    ndarray of uint8
        Bits of ``FitQuality``; NOT_FINITE where none of the maps has a value.
    """
    given = [m for m in (adc, d_app, k_app) if m is not None]
    quality = np.zeros(given[0].shape, np.uint8)
    with np.errstate(invalid="ignore"):
        if adc is not None:
            quality[~((adc > 0) & (adc <= options.adc_max))] |= np.uint8(FitQuality.ADC_OUT_OF_RANGE)
        if d_app is not None:
            quality[~((d_app > 0) & (d_app <= options.d_max))] |= np.uint8(FitQuality.D_OUT_OF_RANGE)
        if k_app is not None:
            low, high = options.k_range
            quality[~((k_app >= low) & (k_app <= high))] |= np.uint8(FitQuality.K_OUT_OF_RANGE)
    quality[np.logical_and.reduce([~np.isfinite(m) for m in given])] = FitQuality.NOT_FINITE
    return quality


def count_quality(quality: np.ndarray, mask: np.ndarray | None = None) -> dict[str, int]:
    """Count the voxels of every class.

    Parameters
    ----------
    quality : ndarray of uint8
        The fit quality, any shape.
    mask : ndarray of bool, optional
        Count only here; same shape.

    Returns
    -------
    dict of str to int
        "total", "ok" and the lower-case name of every flag. A voxel with two flags is counted in both.
    """
    if mask is not None and mask.shape != quality.shape:
        raise HER2LowMRIError(
            "The voxel classes cannot be counted",
            needed=f"a mask of shape {quality.shape}",
            found=f"{mask.shape}",
        )
    values = quality[mask] if mask is not None else quality
    per_value = np.bincount(values.reshape(-1), minlength=256)
    counts = {"total": int(values.size), "ok": int(per_value[0])}
    for flag in FitQuality:
        counts[flag.name.lower()] = int(per_value[(np.arange(256) & flag.value) != 0].sum())
    return counts
