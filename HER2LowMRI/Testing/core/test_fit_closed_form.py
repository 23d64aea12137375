"""The fit for four b-values: its numbers against numpy's least squares, and what must not change them."""

import tracemalloc

import numpy as np
import pytest
from core.kurtosis_signals import B_PAPER, decay, lstsq_fit, random_tissue, rician
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import FitQuality

AVERAGES = (1, 3, 6, 12)


@pytest.fixture(scope="module")
def noisy_voxels():
    rng = np.random.default_rng(20250301)
    return rician(rng, decay(*random_tissue(rng, 100_000), B_PAPER), sigma=20.0)


@pytest.mark.parametrize(("precision", "tolerance"), [("float64", 1e-9), ("float32", 2e-5)])
def test_the_closed_form_is_weighted_least_squares(noisy_voxels, precision, tolerance):
    signals = [s.astype(precision) for s in noisy_voxels]
    maps = fit_maps(signals, B_PAPER, AVERAGES, FitOptions(precision=precision))
    d, k = lstsq_fit(signals, B_PAPER, AVERAGES)
    assert maps.d_app.dtype == maps.k_app.dtype == maps.adc.dtype == np.dtype(precision)
    np.testing.assert_allclose(maps.d_app, d, rtol=0, atol=tolerance)
    in_range = (d > 0.1) & (k >= -1) & (k <= 4)
    assert in_range.mean() > 0.97
    np.testing.assert_allclose(maps.k_app[in_range], k[in_range], rtol=0, atol=tolerance)
    adc = np.log(signals[0].astype(np.float64) / signals[1]) / 0.8
    np.testing.assert_allclose(maps.adc, adc, rtol=0, atol=tolerance)


def test_the_averages_are_in_the_weights(noisy_voxels):
    signals = [s[:2000] for s in noisy_voxels]
    equal = fit_maps(signals, B_PAPER, options=FitOptions(precision="float64"))
    d, _ = lstsq_fit(signals, B_PAPER, (1, 1, 1, 1))
    np.testing.assert_allclose(equal.d_app, d, atol=1e-9)
    unequal = fit_maps(signals, B_PAPER, AVERAGES, FitOptions(precision="float64"))
    assert np.abs(unequal.d_app - equal.d_app).max() > 0.01
    tenfold = fit_maps(signals, B_PAPER, [10 * n for n in AVERAGES], FitOptions(precision="float64"))
    np.testing.assert_allclose(tenfold.d_app, unequal.d_app, rtol=1e-12)


@pytest.mark.parametrize(("precision", "tolerance"), [("float64", 1e-11), ("float32", 2e-5)])
@pytest.mark.parametrize("b_values", [B_PAPER, (0.0, 200.0, 1000.0, 1500.0), (50.0, 500.0, 1200.0, 2500.0)])
def test_noise_free_signals_give_their_d_and_k_on_the_whole_physical_grid(b_values, precision, tolerance):
    d, k = (x.reshape(-1) for x in np.meshgrid(np.arange(0.2, 3.55, 0.05), np.arange(0.0, 3.01, 0.05)))
    physical = b_values[-1] / 1000 * d * k <= 2.999
    d, k = d[physical], k[physical]
    assert d.size > 1000
    adc_b = (b_values[0], b_values[2])
    maps = fit_maps(decay(d, k, b_values), b_values, None, FitOptions(precision=precision, adc_b=adc_b))
    np.testing.assert_allclose(maps.d_app, d, rtol=0, atol=tolerance)
    # K is Q / D^2: the rounding of the signals themselves, 6e-8, grows with 1 / D^2.
    assert (np.abs(maps.k_app - k) * np.minimum(d, 1) ** 2).max() < tolerance
    k_at_the_edge_may_round_below_0 = maps.k_app < 0
    assert set(maps.quality[~k_at_the_edge_may_round_below_0].tolist()) <= {0, int(FitQuality.K_OUT_OF_RANGE)}
    assert (maps.quality[(k > 0) & (k < 3)] == FitQuality.OK).all()


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_the_scale_of_the_signal_does_not_matter(noisy_voxels, scale):
    signals = [s[:1000].astype(np.float32) for s in noisy_voxels]
    reference = fit_maps(signals, B_PAPER)
    scaled = fit_maps([s.astype(np.float64) * scale for s in signals], B_PAPER)
    np.testing.assert_allclose(scaled.d_app, reference.d_app, atol=5e-6)
    np.testing.assert_array_equal(scaled.quality, reference.quality)


def test_integers_big_endian_and_strided_arrays_give_the_same_maps_as_plain_float32():
    rng = np.random.default_rng(5)
    signals = [
        np.rint(s).reshape(10, 40, 100)
        for s in rician(rng, decay(*random_tissue(rng, 40_000), B_PAPER), 20.0)
    ]
    plain = fit_maps([s.astype(np.float32) for s in signals], B_PAPER)
    for other in (
        [s.astype(np.int16) for s in signals],
        [s.astype(">u2") for s in signals],
        [np.asfortranarray(s) for s in signals],
        [np.repeat(s, 2, axis=2)[:, :, ::2] for s in signals],
        [s[::-1].astype(np.int32)[::-1] for s in signals],
        [
            signals[0].astype(np.int16),
            signals[1],
            np.asfortranarray(signals[2]),
            signals[3].astype(np.uint16),
        ],
    ):
        maps = fit_maps(other, B_PAPER)
        for name in ("adc", "d_app", "k_app", "quality"):
            np.testing.assert_array_equal(getattr(maps, name), getattr(plain, name))
            assert getattr(maps, name).flags.c_contiguous


def test_signals_are_not_changed(noisy_voxels):
    signals = [s.astype(np.float32) for s in noisy_voxels]
    signals[0][::7], signals[2][::5] = 0, -1
    copies = [s.copy() for s in signals]
    fit_maps(signals, B_PAPER)
    for signal, copy in zip(signals, copies, strict=True):
        np.testing.assert_array_equal(signal, copy)


@pytest.mark.parametrize(
    "options",
    [FitOptions(), FitOptions(precision="float64"), FitOptions(model="nlls"), FitOptions(s0="measured")],
    ids=["float32", "float64", "nlls", "measured"],
)
def test_a_voxel_has_the_same_bits_in_a_box_and_in_the_whole_volume(options):
    rng = np.random.default_rng(11)
    shape = (12, 61, 83)  # no multiple of any block or vector length
    signals = rician(rng, decay(*random_tissue(rng, int(np.prod(shape))), B_PAPER), 25.0)
    signals = [s.reshape(shape).astype(np.float32) for s in signals]
    whole = fit_maps(signals, B_PAPER, options=options)
    for box in (np.s_[3:7, 10:31, 20:43], np.s_[0:1, 5:6, 7:8], np.s_[2:11, 0:59, 1:82]):
        part = fit_maps([s[box] for s in signals], B_PAPER, options=options)
        for name in ("adc", "d_app", "k_app", "quality"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[box])


def test_an_empty_volume_gives_empty_maps():
    maps = fit_maps([np.empty((0, 4, 4))] * 4, B_PAPER)
    assert maps.k_app.shape == maps.quality.shape == (0, 4, 4)


@pytest.mark.parametrize(
    "options",
    [FitOptions(), FitOptions(precision="float64"), FitOptions(s0="measured"), FitOptions(model="nlls")],
    ids=["float32", "float64", "measured", "nlls"],
)
@pytest.mark.parametrize("b_values", [B_PAPER, tuple(range(0, 3200, 200))], ids=["4 b", "16 b"])
def test_a_fit_needs_at_most_8_mb_beyond_its_input_and_output(options, b_values):
    rng = np.random.default_rng(9)
    size = 8_000 if options.model == "nlls" else 70_000
    signals = [s.astype(np.int16) for s in rician(rng, decay(*random_tissue(rng, size, 3.0), b_values), 20.0)]
    tracemalloc.start()
    maps = fit_maps(signals, b_values, options=options)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - sum(m.nbytes for m in (maps.adc, maps.d_app, maps.k_app, maps.quality)) <= 8e6
