"""How sure the ADC, D_app and K_app of a voxel are: standard errors from the noise of the signals and from the fit.

First order: the variance of ln S is sigma^2 / (n S^2), so that with the weights n S^2 of the fit the covariance of
(ln S0, D, Q = D^2 K) is sigma^2 (X' W X)^-1 (Seber & Lee, Linear Regression Analysis, 2003, section 3.10,
doi:10.1002/9780471722199; for weighted log-linear fits of diffusion Veraart et al., NeuroImage 2013;81:335-346,
doi:10.1016/j.neuroimage.2013.05.028). Weights are taken from the fitted signals, which carry less noise than the
measured ones. K = Q / D^2 is a ratio: Fieller, J R Stat Soc B 1954;16:175-185, doi:10.1111/j.2517-6161.1954.tb00159.x.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.b_values import b_values_of_fit, check_averages
from HER2LowMRILib.core.closed_form import decay_design
from HER2LowMRILib.core.errors import HER2LowMRIError

_Z = 1.96


@dataclass(frozen=True)
class StandardErrors:
    """Standard errors of one set of maps; NaN where there is no value or no estimate.

    Attributes
    ----------
    adc, d_app : ndarray of float
        [1e-3 mm2/s]
    k_app : ndarray of float
        [no unit]
    sigma : float
        Noise behind them: standard deviation of one acquisition [signal units].
    """

    adc: np.ndarray
    d_app: np.ndarray
    k_app: np.ndarray
    sigma: float


def standard_errors(
    signals: Sequence[np.ndarray],
    b_values: Sequence[float],
    averages: Sequence[float] | None,
    d_app: np.ndarray,
    k_app: np.ndarray,
    sigma: float,
    adc_b: tuple[float, float] = (0.0, 800.0),
    *,
    s0_measured: bool = False,
) -> StandardErrors:
    """Standard errors of the fit in every voxel.

    Parameters
    ----------
    signals : sequence of ndarray
        One array per b-value, all of one shape [signal units].
    b_values : sequence of float
        Ascending [s/mm2].
    averages : sequence of float or None
        Number of averaged signals per b-value; 1 each where None.
    d_app : ndarray
        [1e-3 mm2/s]
    k_app : ndarray
        [no unit]
    sigma : float
        Noise of one acquisition, from the air or from ``residual_sigma`` [signal units].
    adc_b : tuple of float
        The two b-values of the ADC [s/mm2]; both are among ``b_values``.
    s0_measured : bool
        Whether the signal at b 0 was taken for S0, without an error of its own in the fit.

    Returns
    -------
    StandardErrors

    Raises
    ------
    HER2LowMRIError
        If the noise is not a number above 0, or an ADC's b-value is not there.
    """
    if not np.isfinite(sigma) or sigma <= 0:
        raise HER2LowMRIError("Standard errors need the noise", needed="a sigma above 0", found=f"{sigma:g}")
    b = b_values_of_fit(b_values, len(signals), 3, "the standard errors") / 1000
    n = check_averages(averages, b.size)
    d, q = np.asarray(d_app, np.float64), np.asarray(d_app, np.float64) ** 2 * k_app
    fitted = fitted_signals(signals, b_values, averages, d_app, k_app)
    with np.errstate(all="ignore"):
        design = decay_design(b)[1:, 1:] if s0_measured else decay_design(b)
        rows = fitted[1:] if s0_measured else fitted
        weights = [count * signal**2 for count, signal in zip(n[-len(rows) :], rows, strict=True)]
        inverse = _inverse(design, weights, d.shape)
        var_d, var_q, both = inverse[..., -2, -2], inverse[..., -1, -1], inverse[..., -2, -1]
        k_error = _error_of_ratio(q, d, sigma**2 * var_q, sigma**2 * var_d, sigma**2 * both)
        pair = [int(np.argmin(np.abs(1000 * b - wanted))) for wanted in adc_b]
        if any(abs(1000 * b[at] - wanted) > 0.5 for at, wanted in zip(pair, adc_b, strict=True)):
            raise HER2LowMRIError(
                "Standard errors of the ADC need its images",
                needed=f"b {adc_b[0]:g} and {adc_b[1]:g} s/mm2",
                found=", ".join(f"{1000 * value:g}" for value in b),
            )
        var_adc = sum(1 / (n[at] * fitted[at] ** 2) for at in pair) / (b[pair[1]] - b[pair[0]]) ** 2
        errors = [sigma * np.sqrt(np.where(v > 0, v, np.nan)) for v in (var_adc, var_d)]
    return StandardErrors(errors[0], errors[1], k_error, float(sigma))


def _error_of_ratio(
    q: np.ndarray, d: np.ndarray, var_q: np.ndarray, var_d: np.ndarray, both: np.ndarray
) -> np.ndarray:
    """Standard error of K = Q / D^2 as half the width of its 95 % interval by Fieller's theorem, over 1.96.

    The error of D is not a small part of D, so that the delta method is too sure (0.88 in place of 0.95 at a
    signal-to-noise ratio of 20). Where the interval has no end, K is not determined: NaN.
    """
    square, var_square, with_q = d**2, 4 * d**2 * var_d + 2 * var_d**2, 2 * d * both
    z2 = _Z**2
    below = square**2 - z2 * var_square
    middle = q * square - z2 * with_q
    root = middle**2 - below * (q**2 - z2 * var_q)
    known = (below > 0) & (root > 0)
    return np.where(
        known, np.sqrt(np.where(known, root, np.nan)) / np.where(known, below, np.nan) / _Z, np.nan
    )


def residual_sigma(
    signals: Sequence[np.ndarray],
    b_values: Sequence[float],
    averages: Sequence[float] | None,
    d_app: np.ndarray,
    k_app: np.ndarray,
) -> float:
    """Noise of one acquisition from what the fit leaves over, pooled over all voxels [signal units].

    Holds motion, misregistration and what the model cannot follow as well as noise. One voxel with four b-values has
    one degree of freedom only, so give the voxels of a region.

    Parameters
    ----------
    signals, b_values, averages, d_app, k_app
        As for ``standard_errors``; voxels without a value are left out.

    Returns
    -------
    float
        NaN where there are only three b-values, which a fit of three unknowns follows exactly.
    """
    b = b_values_of_fit(b_values, len(signals), 3, "the residuals") / 1000
    n = check_averages(averages, b.size)
    if b.size <= 3:
        return float("nan")
    with np.errstate(all="ignore"):
        fitted = fitted_signals(signals, b_values, averages, d_app, k_app)
        squares = sum(
            count * (np.asarray(signal, np.float64) - model) ** 2
            for count, signal, model in zip(n, signals, fitted, strict=True)
        )
    known = np.asarray(squares)[np.isfinite(squares)]
    return float(np.sqrt(known.sum() / (known.size * (b.size - 3)))) if known.size else float("nan")


def fitted_signals(
    signals: Sequence[np.ndarray],
    b_values: Sequence[float],
    averages: Sequence[float] | None,
    d_app: np.ndarray,
    k_app: np.ndarray,
) -> list[np.ndarray]:
    """The signals of the fitted model, one array per b-value; ln S0 is what the weighted fit leaves for it.

    Parameters
    ----------
    signals, b_values, averages, d_app, k_app
        As for ``standard_errors``.
    """
    b = np.asarray(b_values, np.float64) / 1000
    n = check_averages(averages, b.size)
    with np.errstate(all="ignore"):
        d, q = np.asarray(d_app, np.float64), np.asarray(d_app, np.float64) ** 2 * k_app
        decay = [-value * d + value**2 * q / 6 for value in b]
        measured = [np.asarray(signal, np.float64) for signal in signals]
        weights = [count * signal**2 for count, signal in zip(n, measured, strict=True)]
        level = sum(w * (np.log(s) - a) for w, s, a in zip(weights, measured, decay, strict=True)) / sum(
            weights
        )
        return [np.exp(level + a) for a in decay]


def _inverse(design: np.ndarray, weights: Sequence[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """(X' W X)^-1 of every voxel, shape (..., p, p); NaN where it has none."""
    p = design.shape[1]
    normal = np.zeros((*shape, p, p))
    for row, weight in zip(design, weights, strict=True):
        normal += weight[..., None, None] * np.outer(row, row)
    usable = np.isfinite(normal).all(axis=(-1, -2)) & (np.abs(np.linalg.det(np.nan_to_num(normal))) > 0)
    normal[~usable] = np.eye(p)
    inverse = np.linalg.inv(normal)
    inverse[~usable] = np.nan
    return np.asarray(inverse)
