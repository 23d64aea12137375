"""The curve under the cursor: measured signal, both fits, residuals."""

import numpy as np
import pytest
from core.kurtosis_signals import B_PAPER, decay
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import FitQuality
from HER2LowMRILib.core.signal_decay import decay_of_voi, decay_of_voxel

D = np.array([[[0.8, 1.2], [1.6, 2.0]]])
SIGNALS = decay(D, 0.7, B_PAPER)


def test_the_curves_of_a_noise_free_voxel_run_through_its_signals():
    voxel = decay_of_voxel(SIGNALS, B_PAPER, (0, 0, 1))
    assert (voxel.d_app, voxel.k_app, voxel.s0) == pytest.approx((1.2, 0.7, 1000.0))
    np.testing.assert_allclose(voxel.residuals, 0, atol=1e-9)
    np.testing.assert_allclose(np.interp(B_PAPER, voxel.curve_b, voxel.dki_curve), voxel.measured, rtol=1e-9)
    at_800 = np.interp([0, 800], voxel.curve_b, voxel.adc_curve)
    np.testing.assert_allclose(at_800, voxel.measured[:2], rtol=1e-9)
    assert voxel.adc_curve[-1] < voxel.dki_curve[-1]
    assert voxel.quality == FitQuality.OK


@pytest.mark.parametrize("model", ["wlls", "nlls"])
@pytest.mark.parametrize("s0", ["free", "measured"])
def test_the_curve_is_the_one_behind_the_maps_and_fits_best(model, s0):
    noisy = [s + e for s, e in zip(SIGNALS, (5.0, -8.0, 10.0, -6.0), strict=True)]
    options = FitOptions(model=model, s0=s0)
    averages = (1, 2, 4, 8)
    maps = fit_maps(noisy, B_PAPER, averages, options)
    voxel = decay_of_voxel(noisy, B_PAPER, (0, 1, 0), averages, options)
    assert voxel.d_app == pytest.approx(float(maps.d_app[0, 1, 0]), abs=1e-5)
    assert voxel.k_app == pytest.approx(float(maps.k_app[0, 1, 0]), abs=1e-5)
    if s0 == "measured":
        assert voxel.s0 == pytest.approx(voxel.measured[0], rel=1e-12)

    x = np.array(B_PAPER) / 1000

    def misfit(s0_value, d, k):
        log_s = np.log(s0_value) - x * d + x**2 * d**2 * k / 6
        if model == "nlls":
            return (np.array(averages) * (np.exp(log_s) - voxel.measured) ** 2).sum()
        return (np.array(averages) * voxel.measured**2 * (log_s - np.log(voxel.measured)) ** 2).sum()

    best = misfit(voxel.s0, voxel.d_app, voxel.k_app)
    for step in (1e-3, -1e-3):
        assert misfit(voxel.s0, voxel.d_app + step, voxel.k_app) > best
        assert misfit(voxel.s0, voxel.d_app, voxel.k_app + step) > best
        if s0 == "free":
            assert misfit(voxel.s0 * (1 + step), voxel.d_app, voxel.k_app) > best


def test_the_mean_signal_of_a_voi_has_more_kurtosis_than_its_voxels():
    voi = decay_of_voi(SIGNALS, B_PAPER, np.ones(D.shape, bool))
    assert voi.voxels == 4
    np.testing.assert_allclose(voi.measured, [s.mean() for s in SIGNALS])
    assert voi.k_app > 0.75


def test_a_voxel_that_cannot_be_fitted_has_its_signal_but_no_curve():
    signals = [s.copy() for s in SIGNALS]
    signals[2][0, 0, 0] = 0
    voxel = decay_of_voxel(signals, B_PAPER, (0, 0, 0))
    assert voxel.quality == FitQuality.NOT_FINITE
    assert np.isnan([voxel.adc, voxel.d_app, voxel.k_app]).all()
    assert np.isnan(voxel.dki_curve).all()
    assert voxel.measured[2] == 0


def test_a_cursor_outside_the_image_and_a_voi_without_signal_are_refused():
    for index in ((0, 0, 2), (1, 0, 0), (-1, 0, 0)):
        with pytest.raises(ImageError, match="voxel inside"):
            decay_of_voxel(SIGNALS, B_PAPER, index)
    with pytest.raises(ImageError, match="VOI is empty"):
        decay_of_voi(SIGNALS, B_PAPER, np.zeros(D.shape, bool))
    with pytest.raises(ImageError, match="finite signals"):
        decay_of_voi([s * np.nan for s in SIGNALS], B_PAPER, np.ones(D.shape, bool))
    with pytest.raises(ImageError, match="does not fit the series"):
        decay_of_voi(SIGNALS, B_PAPER, np.ones((1, 2, 3), bool))
