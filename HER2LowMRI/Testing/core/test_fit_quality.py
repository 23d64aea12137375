"""Voxels that cannot be fitted: each in its class, no number where there is none, none in a feature."""

import warnings

import numpy as np
import pytest
from core.kurtosis_signals import B_PAPER, decay, rician
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import DEFINITIONS, FitQuality, count_quality
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.map_spec import ADC, K_APP

Q = FitQuality
NAN, INF = float("nan"), float("inf")
BAD_VOXELS = {
    "zero everywhere": ((0, 0, 0, 0), Q.NOT_FINITE),
    "zero at b 0": ((0, 500, 300, 200), Q.NOT_FINITE),
    "zero at b 800": ((1000, 0, 300, 200), Q.NOT_FINITE),
    "zero at b 2000": ((1000, 500, 300, 0), Q.NOT_FINITE),
    "negative at b 1400": ((1000, 500, -300, 200), Q.NOT_FINITE),
    "negative everywhere": ((-1000, -500, -300, -200), Q.NOT_FINITE),
    "NaN at b 0": ((NAN, 500, 300, 200), Q.NOT_FINITE),
    "NaN at b 1400": ((1000, 500, NAN, 200), Q.NOT_FINITE),
    "infinite at b 0": ((INF, 500, 300, 200), Q.NOT_FINITE),
    "infinite at b 2000": ((1000, 500, 300, INF), Q.NOT_FINITE),
    "infinite everywhere": ((INF, INF, INF, INF), Q.NOT_FINITE),
    "minus infinity": ((1000, -INF, 300, 200), Q.NOT_FINITE),
    "constant": ((500, 500, 500, 500), Q.D_OUT_OF_RANGE | Q.K_OUT_OF_RANGE | Q.ADC_OUT_OF_RANGE),
    "rising": ((100, 120, 150, 200), Q.D_OUT_OF_RANGE | Q.K_OUT_OF_RANGE | Q.ADC_OUT_OF_RANGE),
    "rising to a level": ((100, 200, 210, 180), Q.D_OUT_OF_RANGE | Q.K_OUT_OF_RANGE | Q.ADC_OUT_OF_RANGE),
    "noise floor": (
        (20, 18, 19, 21),
        Q.NOISE_FLOOR | Q.ADC_NOISE_FLOOR | Q.K_OUT_OF_RANGE | Q.TURNING_POINT,
    ),
    "saturated": ((4095, 2000, 1200, 800), Q.SATURATED),
}
FITS = [
    FitOptions(model=model, s0=s0, precision=precision, noise_floor=30.0, saturation=4095.0)
    for model in ("wlls", "nlls")
    for s0 in ("free", "measured")
    for precision in ("float32", "float64")
]


def fit_voxels(voxels, options):
    return fit_maps(list(np.array(voxels, float).T.reshape(4, 1, 1, -1)), B_PAPER, options=options)


@pytest.mark.parametrize("options", FITS, ids=lambda o: f"{o.model}-{o.s0}-{o.precision}")
@pytest.mark.parametrize("name", BAD_VOXELS)
def test_each_bad_voxel_is_in_its_class_and_in_no_feature(name, options):
    voxel, expected = BAD_VOXELS[name]
    good = np.stack(decay([0.9, 1.0, 1.1], [0.7, 0.8, 0.9], B_PAPER), axis=1)
    maps = fit_voxels([*good, voxel], options)
    assert Q(int(maps.quality[0, 0, 3])) == expected
    if expected == Q.NOT_FINITE:
        assert np.isnan([maps.adc[0, 0, 3], maps.d_app[0, 0, 3], maps.k_app[0, 0, 3]]).all()
    assert not np.isinf([maps.adc, maps.d_app, maps.k_app]).any()

    with_bad = measure_voi(maps, np.ones((1, 1, 4), bool))
    without = measure_voi(maps, np.array([[[True, True, True, False]]]))
    assert with_bad.values == without.values
    assert with_bad.voxels == {"ADC": 3, "D": 3, "K": 3}
    assert with_bad.valid_fraction == {"ADC": 0.75, "D": 0.75, "K": 0.75}
    assert len([w for w in with_bad.warnings if "1 of 4 voxels" in w.text]) == 3


def test_a_curve_that_turns_up_before_the_highest_b_is_flagged_and_others_are_not():
    d, k = 1.0, np.array([1.45, 1.49, 1.51, 1.60])  # b_max D K = 3 at K = 1.5
    maps = fit_maps(decay(np.full(4, d), k, B_PAPER), B_PAPER)
    assert maps.quality.tolist() == [0, 0, Q.TURNING_POINT, Q.TURNING_POINT]
    assert maps.k_app == pytest.approx(k, abs=1e-5)


def test_the_limits_belong_to_the_range():
    signals = decay(np.array([1.3]), 0.9, B_PAPER)
    d, k, adc = (m[0] for m in (lambda x: (x.d_app, x.k_app, x.adc))(fit_maps(signals, B_PAPER)))

    def quality(**limits):
        return Q(int(fit_maps(signals, B_PAPER, options=FitOptions(**limits)).quality[0]))

    below = {x: float(np.nextafter(x, np.float32(0))) for x in (d, k, adc)}
    assert quality(d_max=float(d), adc_max=float(adc), k_range=(0.0, float(k))) == Q.OK
    assert quality(k_range=(float(k), 3.0)) == Q.OK
    assert quality(d_max=below[d]) == Q.D_OUT_OF_RANGE
    assert quality(adc_max=below[adc]) == Q.ADC_OUT_OF_RANGE
    assert quality(k_range=(0.0, below[k])) == Q.K_OUT_OF_RANGE


def test_noise_at_the_highest_b_does_not_take_the_voxel_out_of_the_adc():
    voxel = decay(2.6, 0.2, B_PAPER)
    assert voxel[1] > 30 > voxel[3]
    quality = Q(int(fit_voxels([np.array(voxel)], FitOptions(noise_floor=30.0)).quality[0, 0, 0]))
    assert quality == Q.NOISE_FLOOR
    assert not quality & ADC.excluded
    assert quality & K_APP.excluded


def test_a_k_app_that_noise_put_below_0_does_not_take_the_voxel_out_of_d_app():
    # Water: K_app is 0, so noise puts half of the voxels below; leaving them out would raise the mean D_app.
    rng = np.random.default_rng(6)
    signals = rician(rng, decay(np.full((1, 50, 50), 1.1), 0.0, B_PAPER), sigma=10.0)
    maps = fit_maps(signals, B_PAPER)
    below = maps.k_app < 0
    assert 0.3 < below.mean() < 0.7
    features = measure_voi(maps, np.ones(below.shape, bool))
    assert features.valid_fraction["D"] == 1.0
    assert features.valid_fraction["K"] == pytest.approx(1 - below.mean())
    assert features.values["D_mean"] == pytest.approx(1.1, abs=0.005)
    assert maps.d_app[~below].mean() > 1.11


def test_values_out_of_range_stay_in_the_maps():
    maps = fit_voxels([(1000, 600, 200, 30), (1000, 20, 10, 5)], FitOptions())
    assert maps.k_app[0, 0, 0] < 0
    assert maps.adc[0, 0, 1] > 4
    assert Q(int(maps.quality[0, 0, 0])) & Q.K_OUT_OF_RANGE
    assert Q(int(maps.quality[0, 0, 1])) & Q.ADC_OUT_OF_RANGE


def test_every_class_is_counted_once_per_flag_and_only_in_the_mask():
    quality = np.array([0, 1, 6, 32, 128 | 16, 0], np.uint8)
    counts = count_quality(quality)
    assert counts["total"] == 6
    assert counts["ok"] == 2
    assert counts["d_out_of_range"] == counts["k_out_of_range"] == 1
    assert counts["adc_noise_floor"] == counts["noise_floor"] == counts["turning_point"] == 1
    assert count_quality(quality, quality == 0)["ok"] == count_quality(quality, quality == 0)["total"] == 2
    with pytest.raises(HER2LowMRIError, match="mask of shape"):
        count_quality(quality, np.ones(3, bool))


def test_every_flag_has_a_definition_and_fits_a_uint8():
    assert set(DEFINITIONS) == {Q.OK, *Q}
    assert sum(Q) == 255


@pytest.mark.parametrize("stored", [np.float32, np.float64, np.int16, np.uint16, np.int64, np.float16])
@pytest.mark.parametrize("options", FITS, ids=lambda o: f"{o.model}-{o.s0}-{o.precision}")
def test_whatever_bits_a_file_holds_there_is_a_class_and_no_false_number(options, stored):
    rng = np.random.default_rng(99)
    size = 500 if options.model == "nlls" else 5000
    bits = [np.frombuffer(rng.bytes(size * np.dtype(stored).itemsize), stored).copy() for _ in B_PAPER]
    for i, extreme in enumerate((0, 1, -1, np.iinfo(np.int16).max)):
        bits[i % 4][i::50] = np.array(extreme).astype(stored)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        maps = fit_maps(bits, B_PAPER, options=options)
    values = np.stack([maps.adc, maps.d_app, maps.k_app])
    assert not np.isinf(values).any()
    lost = (maps.quality & Q.NOT_FINITE) != 0
    assert np.isnan(values[:, lost]).all()
    assert (maps.quality[lost] == Q.NOT_FINITE).all()
    assert np.isfinite(values[:2, ~lost]).all()
    unusable = np.any([~np.isfinite(s) | (s <= 0) for s in bits], axis=0)
    assert unusable.any()
    assert lost[unusable].all()
    in_range = (maps.quality & K_APP.excluded) == 0
    assert ((maps.k_app[in_range] >= 0) & (maps.k_app[in_range] <= 3)).all()
    assert ((maps.d_app[in_range] > 0) & (maps.d_app[in_range] <= 4)).all()
