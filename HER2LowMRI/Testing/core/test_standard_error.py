"""Standard errors are true: 1.96 of them hold the truth in 93 to 97 % of simulated voxels above the noise floor."""

import numpy as np
import pytest
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.feature_interval import finished, half_voxel_moves, interval_steps
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.standard_error import residual_sigma, standard_errors

B_VALUES = (0.0, 800.0, 1400.0, 2000.0)
EXACT = FitOptions(precision="float64")


def decay(b_values, d, k, s0=1000.0):
    """Signals of the model [signal units]; d in 1e-3 mm2/s."""
    return [s0 * np.exp(-b / 1000 * d + (b / 1000) ** 2 * d**2 * k / 6) for b in b_values]


def measured(signals, averages, sigma, rng):
    """The mean of so many magnitudes with Rician noise."""
    return [
        np.mean(
            [np.hypot(s + rng.normal(0, sigma, s.shape), rng.normal(0, sigma, s.shape)) for _ in range(n)],
            axis=0,
        )
        for s, n in zip(signals, averages, strict=True)
    ]


def voxels(count, seed, b_max=2.0):
    rng = np.random.default_rng(seed)
    d, k = rng.uniform(0.6, 2.0, count), rng.uniform(0.3, 1.8, count)
    falling = b_max * d * k < 3
    return d[falling], k[falling], rng


@pytest.mark.parametrize("averages", [(1, 1, 1, 1), (1, 2, 2, 4), (1, 3, 6, 12)])
@pytest.mark.parametrize("snr", [20, 30, 40, 80])
def test_coverage_is_95_percent(snr, averages):
    """D 0.6 to 2.0, K 0.3 to 1.8; voxels whose signal at b 2000 is above the noise floor of 3 sigma, as in features."""
    d, k, rng = voxels(24_000, 1)
    signals, sigma = decay(B_VALUES, d, k), 1000 / snr
    above = signals[-1] >= 3 * sigma
    images = measured(signals, averages, sigma, rng)
    maps = fit_maps(images, B_VALUES, averages, EXACT)
    errors = standard_errors(images, B_VALUES, averages, maps.d_app, maps.k_app, sigma)
    adc = np.log(signals[0] / signals[1]) / 0.8
    for found, truth, error in (
        (maps.adc, adc, errors.adc),
        (maps.d_app, d, errors.d_app),
        (maps.k_app, k, errors.k_app),
    ):
        known = above & np.isfinite(error)
        held = np.abs(found - truth)[known] <= 1.96 * error[known]
        assert 0.93 <= held.mean() <= 0.97
    # K of a voxel is undetermined where D itself is.
    assert np.isfinite(errors.k_app[above]).mean() > (0.6 if snr == 20 else 0.95)


@pytest.mark.parametrize(
    "b_values", [(0, 50, 400, 800, 1200, 1600, 2000), (0, 1000, 2000), (0, 500, 1000, 1500, 2500)]
)
@pytest.mark.parametrize("s0", ["free", "measured"])
def test_any_set_of_b_values(b_values, s0):
    d, k, rng = voxels(12_000, 2, b_values[-1] / 1000)
    sigma, averages = 1000 / 50, (1 if s0 == "free" else 400, *[1] * (len(b_values) - 1))
    signals = decay(b_values, d, k)
    images = [signals[0] if s0 == "measured" else measured(signals[:1], (1,), sigma, rng)[0]]
    images += measured(signals[1:], averages[1:], sigma, rng)
    options = FitOptions(precision="float64", s0=s0, adc_b=(b_values[0], b_values[-2]))
    maps = fit_maps(images, b_values, averages, options)
    errors = standard_errors(
        images, b_values, averages, maps.d_app, maps.k_app, sigma, options.adc_b, s0_measured=s0 == "measured"
    )
    above = (signals[-1] >= 5 * sigma) & np.isfinite(errors.k_app)
    assert above.sum() > 1000
    for found, truth, error in ((maps.d_app, d, errors.d_app), (maps.k_app, k, errors.k_app)):
        assert 0.925 <= (np.abs(found - truth)[above] <= 1.96 * error[above]).mean() <= 0.975


def test_errors_scale_with_the_noise_and_fall_with_averages():
    signals = decay(B_VALUES, np.array([1.0]), np.array([0.8]))
    args = (np.array([1.0]), np.array([0.8]))
    one = standard_errors(signals, B_VALUES, None, *args, 1.0)
    two = standard_errors(signals, B_VALUES, None, *args, 2.0)
    four = standard_errors(signals, B_VALUES, (4, 4, 4, 4), *args, 2.0)
    for name in ("adc", "d_app"):
        assert getattr(two, name) == pytest.approx(2 * getattr(one, name))
        assert getattr(four, name) == pytest.approx(getattr(one, name))
    # ADC by hand: sigma sqrt(1/S0^2 + 1/S1^2) / 0.8.
    assert one.adc[0] == pytest.approx(np.sqrt(1 / signals[0][0] ** 2 + 1 / signals[1][0] ** 2) / 0.8)


@pytest.mark.parametrize("snr", [30, 60, 120])
def test_the_residual_tells_the_noise(snr):
    d, k, rng = voxels(5000, 3)
    signals, sigma = decay(B_VALUES, d, k), 1000 / snr
    above = signals[-1] >= 5 * sigma
    images = measured([s[above] for s in signals], (1, 2, 2, 4), sigma, rng)
    maps = fit_maps(images, B_VALUES, (1, 2, 2, 4), EXACT)
    found = residual_sigma(images, B_VALUES, (1, 2, 2, 4), maps.d_app, maps.k_app)
    assert found == pytest.approx(sigma, rel=0.05)
    three = fit_maps(images[:3], B_VALUES[:3], None, EXACT)
    assert np.isnan(residual_sigma(images[:3], B_VALUES[:3], None, three.d_app, three.k_app))


def test_where_there_is_no_value_there_is_no_error():
    signals = [
        np.array([1000.0, 0.0, np.nan, 500.0]),
        *(np.array([s, s, s, 500.0]) for s in (450.0, 260.0, 170.0)),
    ]
    with np.errstate(all="ignore"):
        maps = fit_maps(signals, B_VALUES, None, EXACT)
        errors = standard_errors(signals, B_VALUES, None, maps.d_app, maps.k_app, 10.0)
    assert np.isfinite(errors.d_app[0]) and np.isfinite(errors.k_app[0])
    assert np.isnan(errors.d_app[1:3]).all() and np.isnan(errors.k_app[1:]).all()


@pytest.mark.parametrize("sigma", [0.0, -1.0, float("nan"), float("inf")])
def test_without_noise_there_are_no_errors(sigma):
    signals = decay(B_VALUES, np.array([1.0]), np.array([0.8]))
    with pytest.raises(HER2LowMRIError, match="need the noise"):
        standard_errors(signals, B_VALUES, None, np.array([1.0]), np.array([0.8]), sigma)


# ---------------------------------------------------------------- features
def lesion(seed):
    """A lesion of some hundred voxels in tissue of another D and K: signals without noise, VOI."""
    rng = np.random.default_rng(seed)
    shape = (5, 24, 24)
    _, j, i = np.indices(shape)
    voi = (j - 12) ** 2 + (i - 12) ** 2 < 50
    d = np.where(voi, 1.0, 1.7) + rng.normal(0, 0.05, shape)
    k = np.where(voi, 0.9, 0.5) + rng.normal(0, 0.05, shape)
    return decay(B_VALUES, d, k), voi


def measure_on(averages):
    def measure(images, mask):
        return measure_voi(fit_maps(images, B_VALUES, averages, EXACT), mask).values

    return measure


def test_intervals_hold_the_noise_of_repeated_measurements():
    """Of 60 measurements with the same noise, 1.96 standard deviations as estimated from one hold the true scatter."""
    signals, voi = lesion(1)
    averages, sigma = (1, 2, 2, 4), 1000 / 40
    rng = np.random.default_rng(2)
    measure = measure_on(averages)
    images = measured(signals, averages, sigma, rng)
    found = finished(interval_steps(images, signals, averages, voi, sigma, measure, repeats=60, seed=3))
    again = [measure(measured(signals, averages, sigma, rng), voi) for _ in range(60)]
    for name in ("ADC_mean", "ADC_p5", "D_mean", "D_median", "K_mean", "K_median", "D_entropy"):
        true = 1.96 * np.std([one[name] for one in again], ddof=1)
        assert found[name].noise == pytest.approx(true, rel=0.45), name
        assert found[name].low < found[name].value < found[name].high


def test_the_boundary_counts_where_tissue_differs():
    signals, voi = lesion(4)
    found = finished(interval_steps(signals, signals, (1, 1, 1, 1), voi, 1.0, measure_on(None), repeats=5))
    assert found["D_mean"].outer > found["D_mean"].value + 0.02, "the tissue outside diffuses faster"
    assert found["D_mean"].inner == pytest.approx(found["D_mean"].value, abs=0.01)
    assert found["D_mean"].high >= found["D_mean"].outer
    same = finished(interval_steps(signals, signals, (1, 1, 1, 1), voi, 1.0, measure_on(None), repeats=5))
    assert same == found


def test_half_a_voxel_is_half_a_voxel():
    mask = np.zeros((3, 12, 12), bool)
    mask[1, 3:9, 2:8] = True
    inner, outer = half_voxel_moves(mask)
    assert [part.sum() / 4 for part in (inner, outer)] == [25, 49], "6 x 6 voxels: 5 x 5 and 7 x 7"
    assert not inner[[0, 2]].any() and not outer[[0, 2]].any(), "moved in the slice only"
    thin = np.zeros((1, 4, 4), bool)
    thin[0, 1, 1] = True
    assert half_voxel_moves(thin)[0].any()
