"""How far noise moves D_app and K_app: the table of docs/fit.md, on synthetic voxels of known truth."""

import numpy as np
import pytest
from core.kurtosis_signals import B_PAPER, decay, rician
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.fit_options import FitOptions

WEIGHTED = (1, 3, 6, 12)
TABLE = [
    # SNR at b 0, averages, weights of the fit, options, bias and RMSE of D, bias and RMSE of K
    (20, None, None, {}, -0.009, 0.266, 0.043, 0.647),
    (20, None, None, {"model": "nlls"}, -0.004, 0.281, 0.015, 0.665),
    (40, None, None, {}, -0.002, 0.138, 0.012, 0.343),
    (80, None, None, {}, -0.001, 0.069, 0.003, 0.159),
    (20, WEIGHTED, WEIGHTED, {}, -0.004, 0.148, 0.030, 0.293),
    (20, WEIGHTED, None, {}, 0.000, 0.157, 0.034, 0.325),
    (20, WEIGHTED, WEIGHTED, {"s0": "measured"}, -0.004, 0.148, 0.030, 0.294),
]


@pytest.mark.parametrize(
    ("snr", "averages", "weights", "options", "d_bias", "d_rmse", "k_bias", "k_rmse"), TABLE
)
def test_bias_and_spread_are_those_of_the_table(
    snr, averages, weights, options, d_bias, d_rmse, k_bias, k_rmse
):
    rng = np.random.default_rng(1)
    d, k = rng.uniform(0.6, 2.0, 24_000), rng.uniform(0.3, 1.8, 24_000)
    falling = 2 * d * k <= 3
    d, k = d[falling], k[falling]
    signals = rician(rng, decay(d, k, B_PAPER), 1000 / snr, averages)
    maps = fit_maps(signals, B_PAPER, weights, FitOptions(**options))
    assert np.median(maps.d_app - d) == pytest.approx(d_bias, abs=0.006)
    assert np.nanmedian(maps.k_app - k) == pytest.approx(k_bias, abs=0.012)
    d_error = np.clip(np.nan_to_num(maps.d_app), 0, 4) - d
    k_error = np.clip(np.nan_to_num(maps.k_app), -1, 4) - k
    assert np.sqrt((d_error**2).mean()) == pytest.approx(d_rmse, rel=0.04)
    assert np.sqrt((k_error**2).mean()) == pytest.approx(k_rmse, rel=0.04)
