"""The fit for three and more b-values, with S0 measured, and non-linear: against numpy's and scipy's own solvers."""

import numpy as np
import pytest
from core.kurtosis_signals import B_PAPER, decay, lstsq_fit, random_tissue, rician
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.fit_options import FitOptions
from scipy.optimize import least_squares

B_SETS = {
    3: (0.0, 1000.0, 2000.0),
    5: (0.0, 500.0, 1000.0, 1500.0, 2000.0),
    8: (0.0, 50.0, 200.0, 500.0, 800.0, 1200.0, 1600.0, 2000.0),
}


@pytest.mark.parametrize("s0", ["free", "measured"])
@pytest.mark.parametrize("b_values", [*B_SETS.values(), B_PAPER], ids=lambda b: f"{len(b)}b")
def test_any_number_of_b_values_is_weighted_least_squares(b_values, s0):
    rng = np.random.default_rng(3)
    averages = tuple(range(1, len(b_values) + 1))
    signals = rician(rng, decay(*random_tissue(rng, 4000), b_values), sigma=15.0)
    options = FitOptions(s0=s0, precision="float64", adc_b=(0, b_values[-1]))
    maps = fit_maps(signals, b_values, averages, options)
    d, k = lstsq_fit(signals, b_values, averages, s0_measured=s0 == "measured")
    np.testing.assert_allclose(maps.d_app, d, rtol=0, atol=1e-9)
    in_range = (d > 0.1) & (np.abs(k) < 4)
    assert in_range.mean() > 0.95
    np.testing.assert_allclose(maps.k_app[in_range], k[in_range], rtol=0, atol=1e-9)


@pytest.mark.parametrize("model", ["wlls", "nlls"])
@pytest.mark.parametrize("s0", ["free", "measured"])
@pytest.mark.parametrize("b_values", [*B_SETS.values(), B_PAPER], ids=lambda b: f"{len(b)}b")
def test_noise_free_signals_give_their_d_and_k_in_float32_maps_too(b_values, s0, model):
    d, k = random_tissue(np.random.default_rng(1), 3000)
    options = FitOptions(model=model, s0=s0, adc_b=(0, b_values[-1]))
    maps = fit_maps(decay(d, k, b_values), b_values, options=options)
    assert maps.d_app.dtype == np.float32
    np.testing.assert_allclose(maps.d_app, d, rtol=0, atol=2e-6)
    # Signals in float64, arithmetic in float64: only the stored map is rounded to float32.
    np.testing.assert_allclose(maps.k_app, k, rtol=0, atol=2e-6 if len(b_values) != 4 else 2e-5)


@pytest.mark.parametrize("s0", ["free", "measured"])
@pytest.mark.parametrize("b_values", [B_PAPER, B_SETS[5]], ids=lambda b: f"{len(b)}b")
def test_nlls_reaches_the_least_squares_of_the_signal_that_scipy_finds(b_values, s0):
    rng = np.random.default_rng(8)
    averages = np.array([1, 3, 6, 12, 12][: len(b_values)], float)
    d, k = random_tissue(rng, 150)
    signals = rician(rng, decay(d, k, b_values), sigma=25.0)
    maps = fit_maps(
        signals,
        b_values,
        averages,
        FitOptions(model="nlls", s0=s0, precision="float64", adc_b=(0, b_values[-2])),
    )
    b = np.array(b_values) / 1000
    for i, voxel in enumerate(np.stack(signals, axis=1)):

        def residual(x, voxel=voxel):
            log_s0 = x[2] if s0 == "free" else np.log(voxel[0])
            return np.sqrt(averages) * (np.exp(log_s0 - b * x[0] + b**2 * x[1] / 6) - voxel)

        start = [d[i], d[i] ** 2 * k[i], np.log(voxel[0])]
        best = least_squares(
            residual, start if s0 == "free" else start[:2], xtol=1e-14, ftol=1e-14, gtol=1e-14
        )
        ours = [maps.d_app[i], maps.d_app[i] ** 2 * maps.k_app[i]]
        assert ours[0] == pytest.approx(best.x[0], abs=2e-4)
        assert ours[1] == pytest.approx(best.x[1], abs=1e-3)


def test_nlls_never_fits_the_signal_worse_than_the_log_linear_fit():
    rng = np.random.default_rng(4)
    signals = [rng.uniform(1, 1000, 5000) for _ in B_PAPER]  # no decay at all: the worst that can come
    sums = {}
    b = np.array(B_PAPER) / 1000
    for model in ("wlls", "nlls"):
        maps = fit_maps(signals, B_PAPER, options=FitOptions(model=model, precision="float64", s0="measured"))
        d, q = maps.d_app, maps.k_app * maps.d_app**2
        sums[model] = sum(
            (signals[0] * np.exp(-x * d + x**2 * q / 6) - s) ** 2
            for x, s in zip(b[1:], signals[1:], strict=True)
        )
    assert (sums["nlls"] <= sums["wlls"] * (1 + 1e-9)).all()
    assert (sums["nlls"] < sums["wlls"] * 0.99).mean() > 0.5
