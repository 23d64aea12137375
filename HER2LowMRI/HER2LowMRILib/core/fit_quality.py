"""The class of every voxel of a fit: why a value may not be used, and in which map."""

import enum

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError


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
        counts[str(flag.name).lower()] = int(per_value[(np.arange(256) & flag.value) != 0].sum())
    return counts
