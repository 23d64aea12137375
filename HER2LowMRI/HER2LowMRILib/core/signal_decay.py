"""The signal decay of one voxel or of a VOI, with the ADC line and the kurtosis curve fitted to it."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.diffusion_maps import check_signals, fit_maps
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import FitQuality
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.core.voi import bounding_box


@dataclass(frozen=True)
class SignalDecay:
    """Measured signal and fitted curves.

    Attributes
    ----------
    b_values, measured : ndarray, (n_b,)
        b-values [s/mm2] and signal [signal units].
    curve_b, adc_curve, dki_curve : ndarray, (n,)
        The fitted curves over b [s/mm2, signal units]; NaN where there is no fit.
    residuals : ndarray, (n_b,)
        Measured minus kurtosis curve [signal units].
    adc, d_app, k_app : float
        [1e-3 mm2/s], [1e-3 mm2/s], no unit.
    s0 : float
        Signal at b = 0 of the kurtosis curve [signal units].
    quality : FitQuality
        Class of the voxel, or of the mean signal.
    voxels : int
        Number of voxels behind the signal.
    """

    b_values: np.ndarray
    measured: np.ndarray
    curve_b: np.ndarray
    adc_curve: np.ndarray
    dki_curve: np.ndarray
    residuals: np.ndarray
    adc: float
    d_app: float
    k_app: float
    s0: float
    quality: FitQuality
    voxels: int


def decay_of_voxel(
    signals: Sequence[np.ndarray],
    b_values: Sequence[float],
    index: tuple[int, int, int],
    averages: Sequence[float] | None = None,
    options: FitOptions | None = None,
) -> SignalDecay:
    """Fit the signal of one voxel.

    Parameters
    ----------
    signals : sequence of ndarray, (k, j, i)
        One array per b-value [signal units].
    b_values : sequence of float
        Ascending [s/mm2].
    index : tuple of int
        (k, j, i) of the voxel.
    averages, options
        As in ``fit_maps``.

    Raises
    ------
    ImageError
        When the voxel is outside the image.
    """
    arrays = check_signals(signals)
    if any(not 0 <= x < size for x, size in zip(index, arrays[0].shape, strict=True)):
        raise ImageError(
            "There is no signal here",
            needed=f"a voxel inside {arrays[0].shape} (k, j, i)",
            found=f"{tuple(index)}",
        )
    return _decay(np.array([float(a[tuple(index)]) for a in arrays]), b_values, averages, options, 1)


def decay_of_voi(
    signals: Sequence[np.ndarray],
    b_values: Sequence[float],
    voi: np.ndarray,
    averages: Sequence[float] | None = None,
    options: FitOptions | None = None,
) -> SignalDecay:
    """Fit the mean signal of a VOI.

    The mean over tissue of unequal diffusion decays less steeply at high b, so its K_app is above the median
    K_app of the voxels: a picture for the reader, not a feature.

    Parameters
    ----------
    signals : sequence of ndarray, (k, j, i)
        One array per b-value [signal units].
    b_values : sequence of float
        Ascending [s/mm2].
    voi : ndarray of bool, (k, j, i)
        The VOI; voxels with a signal that is not finite are left out.
    averages, options
        As in ``fit_maps``.
    """
    arrays = check_signals(signals)
    if voi.shape != arrays[0].shape:
        raise ImageError(
            "The VOI does not fit the series", needed=f"shape {arrays[0].shape}", found=f"{voi.shape}"
        )
    box = bounding_box(voi)
    inside = np.stack([a[box][voi[box]].astype(np.float64) for a in arrays])
    inside = inside[:, np.isfinite(inside).all(axis=0)]
    if inside.shape[1] == 0:
        raise ImageError(
            "The VOI has no signal", needed="at least one voxel with finite signals", found="none"
        )
    return _decay(inside.mean(axis=1), b_values, averages, options, inside.shape[1])


def _decay(
    measured: np.ndarray,
    b_values: Sequence[float],
    averages: Sequence[float] | None,
    options: FitOptions | None,
    voxels: int,
) -> SignalDecay:
    options = dataclasses.replace(options or FitOptions(), precision="float64")
    maps = fit_maps([measured[i : i + 1] for i in range(measured.size)], b_values, averages, options)
    adc, d, k = (float(maps.values[spec.name][0]) for spec in STANDARD_MAPS)
    quality = 0 if maps.quality is None else int(maps.quality[0])
    b = np.asarray(maps.b_values)
    x = b / 1000
    curve_b = np.linspace(0.0, b[-1], 201)
    with np.errstate(all="ignore"):
        shape = -x * d + x**2 * d**2 * k / 6
        # S0 of the fit: with D and K known, it is a weighted mean of ln S - shape.
        weights = np.asarray(maps.averages) * measured**2
        log_s0 = (weights * (np.log(measured) - shape)).sum() / weights.sum()
        if options.model == "nlls":
            weights = np.asarray(maps.averages) * np.exp(shape)
            log_s0 = np.log((weights * measured).sum() / (weights * np.exp(shape)).sum())
        if options.s0 == "measured":
            log_s0 = np.log(measured[0])
        c = curve_b / 1000
        low = int(np.argmin(np.abs(b - maps.options.adc_b[0])))
        return SignalDecay(
            b_values=b,
            measured=measured,
            curve_b=curve_b,
            adc_curve=measured[low] * np.exp(-(c - x[low]) * adc),
            dki_curve=np.exp(log_s0 - c * d + c**2 * d**2 * k / 6),
            residuals=measured - np.exp(log_s0 + shape),
            adc=adc,
            d_app=d,
            k_app=k,
            s0=float(np.exp(log_s0)),
            quality=FitQuality(quality),
            voxels=voxels,
        )
