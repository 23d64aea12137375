"""The 21 features: what they are, which voxels are in them, what they refuse, and their names and definitions."""

import dataclasses

import numpy as np
import pytest
from core.kurtosis_signals import B_PAPER, decay, random_tissue, rician
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.core.feature_set import FEATURES, FeatureSet
from HER2LowMRILib.core.first_order import entropy, entropy_fixed_number, excess_kurtosis, skewness
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import FitQuality
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

Q = FitQuality
EXCLUDED_FROM = {spec.name: spec.excluded for spec in STANDARD_MAPS}


def map_set(adc=None, d_app=None, k_app=None, quality=None, options=None):
    """Maps of which those that are None are not there."""
    given = {"ADC": adc, "D": d_app, "K": k_app}
    values = {name: array for name, array in given.items() if array is not None}
    return MapSet(values, quality, options=options or FitOptions())


@pytest.fixture(scope="module")
def lesion():
    """Maps of synthetic noisy tissue, 8 x 40 x 50, and a ball as VOI."""
    rng = np.random.default_rng(7)
    shape = (8, 40, 50)
    d, k = random_tissue(rng, int(np.prod(shape)))
    signals = [s.reshape(shape) for s in rician(rng, decay(d, k, B_PAPER), sigma=25.0)]
    z, y, x = np.indices(shape)
    ball = ((z - 4) / 3) ** 2 + ((y - 22) / 11) ** 2 + ((x - 20) / 13) ** 2 <= 1
    return signals, fit_maps(signals, B_PAPER), ball


def test_the_statistics_are_those_of_numpy_and_scipy(lesion):
    _, maps, voi = lesion
    features = measure_voi(maps, voi)
    assert list(features.values) == [f.name for f in FEATURES]
    for name, data, width in (("ADC", maps.adc, 0.05), ("D", maps.d_app, 0.05), ("K", maps.k_app, 0.05)):
        valid = voi & ((maps.quality & int(EXCLUDED_FROM[name])) == 0)
        x = data[valid].astype(np.float64)
        assert 500 < x.size < voi.sum() + (name == "ADC")
        expected = {
            "mean": np.mean(x),
            "median": np.median(x),
            "p5": np.quantile(x, 0.05),
            "p95": np.quantile(x, 0.95),
            "skewness": stats.skew(x),
            "kurtosis": stats.kurtosis(x),
            "entropy": stats.entropy(np.unique(np.floor(x / width), return_counts=True)[1], base=2),
        }
        for statistic, value in expected.items():
            assert features.values[f"{name}_{statistic}"] == pytest.approx(value, rel=1e-12, abs=1e-12)
        assert features.voxels[name] == x.size
        assert features.valid_fraction[name] == x.size / voi.sum()


def test_the_features_of_a_box_around_the_lesion_are_those_of_the_whole_volume_to_the_last_bit(lesion):
    signals, maps, voi = lesion
    whole = measure_voi(maps, voi)
    for margin in (0, 1, 3):
        box = tuple(slice(max(line.min() - margin, 0), line.max() + 1 + margin) for line in np.nonzero(voi))
        cropped = measure_voi(fit_maps([s[box] for s in signals], B_PAPER), voi[box])
        assert dataclasses.asdict(cropped) == dataclasses.asdict(whole)


@pytest.mark.parametrize("flag", list(Q), ids=lambda f: f.name)
def test_a_flag_takes_its_voxels_out_of_its_maps_and_of_no_other(flag):
    values = np.array([[[0.9, 1.0, 1.1, 3.9]]], np.float32)
    quality = np.array([[[0, 0, 0, flag.value]]], np.uint8)
    maps = map_set(adc=values, d_app=values, k_app=values / 2, quality=quality)
    features = measure_voi(maps, np.ones(values.shape, bool))
    for name, flags in EXCLUDED_FROM.items():
        assert features.voxels[name] == (3 if flag & flags else 4)
        assert (features.values[f"{name}_p95"] < 1.2) == bool(flag & flags)


def test_maps_without_fit_quality_are_judged_by_their_values():
    nan = np.nan
    maps = map_set(
        adc=np.array([[[1.0, 1.1, 0.0, -1.0, 4.0, 4.1, nan, np.inf]]]),
        d_app=np.array([[[1.0, 1.1, 1.2, 0.0, 4.1, 1.3, nan, 1.4]]]),
        k_app=np.array([[[0.5, 3.0, 0.0, 0.7, 0.7, 3.1, nan, -0.1]]]),
        quality=None,
    )
    features = measure_voi(maps, np.ones((1, 1, 8), bool))
    assert features.voxels == {"ADC": 3, "D": 5, "K": 3}
    assert features.values["D_mean"] == pytest.approx((1.0 + 1.1 + 1.2 + 1.3 + 1.4) / 5)
    assert features.values["K_mean"] == pytest.approx(3.5 / 3)
    options = FitOptions(k_range=(-1, 4), d_max=5, adc_max=5)
    wider = measure_voi(dataclasses.replace(maps, options=options), np.ones((1, 1, 8), bool))
    assert wider.voxels == {"ADC": 4, "D": 6, "K": 6}


def test_an_adc_map_alone_gives_its_seven_features_and_no_number_for_the_others():
    adc = np.linspace(0.5, 2.0, 64).reshape(4, 4, 4)
    features = measure_voi(map_set(adc=adc, d_app=None, k_app=None, quality=None), np.ones((4, 4, 4), bool))
    assert features.values["ADC_median"] == pytest.approx(1.25)
    assert all(np.isnan(v) for name, v in features.values.items() if not name.startswith("ADC"))
    assert features.voxels == {"ADC": 64, "D": 0, "K": 0}


@pytest.mark.parametrize(("bad", "told"), [(5, False), (6, True), (100, True)])
def test_the_reader_is_told_when_more_than_5_percent_are_left_out(bad, told):
    values = np.linspace(0.5, 1.5, 100).reshape(1, 10, 10)
    quality = np.zeros(100, np.uint8)
    quality[:bad] = Q.SATURATED
    maps = map_set(adc=values, d_app=values, k_app=values, quality=quality.reshape(values.shape))
    features = measure_voi(maps, np.ones(values.shape, bool))
    assert features.valid_fraction["ADC"] == (100 - bad) / 100
    assert any(w.map == "ADC" and f"{bad} of 100 voxels" in w.text for w in features.warnings) == told
    assert np.isnan(features.values["ADC_mean"]) == (bad == 100)


def test_an_empty_voi_one_of_another_shape_and_one_that_is_no_mask_are_refused(lesion):
    _, maps, voi = lesion
    with pytest.raises(ImageError, match="VOI is empty"):
        measure_voi(maps, np.zeros_like(voi))
    with pytest.raises(ImageError, match="does not fit the map"):
        measure_voi(maps, voi[:, :, 1:])
    with pytest.raises(ImageError, match="mask of true and false"):
        measure_voi(maps, voi.astype(np.uint8))


def test_a_bin_width_wider_than_the_range_is_refused_with_a_message(lesion):
    # Width 25 is the default of a widely used library: on ADC in 1e-3 mm2/s every patient then has entropy 0.
    values = np.linspace(0.3, 3.2, 50)
    for width in (25.0, 2.91):
        with pytest.raises(
            HER2LowMRIError, match=r"span at least one bin of .*found 50 voxels with a range of 2\.9"
        ):
            entropy(values, width)
    assert entropy(values, 2.9) > 0
    _, maps, voi = lesion
    with pytest.raises(HER2LowMRIError, match="at least one bin of 25"):
        measure_voi(maps, voi, bins_of(adc=25.0))
    for width in (0.0, -1.0, float("nan")):
        with pytest.raises(HER2LowMRIError, match="bin width above 0"):
            entropy(values, width)


def test_a_lesion_without_spread_has_no_entropy_but_keeps_its_other_features():
    values = np.full((2, 2, 2), 1.1, np.float32)
    maps = map_set(adc=values, d_app=values, k_app=values, quality=None)
    features = measure_voi(maps, np.ones((2, 2, 2), bool))
    assert np.isnan(features.values["K_entropy"])
    assert features.values["K_mean"] == pytest.approx(1.1)
    assert features.values["K_skewness"] == features.values["K_kurtosis"] == 0
    assert any(w.map == "K" and w.code == "no_entropy" for w in features.warnings)


def test_a_value_on_a_bin_edge_is_on_it_whatever_its_storage():
    edges = np.arange(1, 60) * 0.05
    for stored in (edges, edges.astype(np.float32).astype(np.float64), np.rint(edges * 1000) / 1000):
        assert entropy(stored, 0.05) == pytest.approx(np.log2(edges.size))


def test_the_largest_value_is_in_the_last_of_a_fixed_number_of_bins():
    assert entropy_fixed_number(np.arange(8.0), 4) == pytest.approx(2.0)


def test_halving_the_bins_adds_one_bit_and_outliers_move_only_the_bins_between_minimum_and_maximum():
    rng = np.random.default_rng(12)
    values = rng.normal(1.1, 0.25, 5000).clip(0.3, 2.5)
    assert entropy(values, 0.025) - entropy(values, 0.05) == pytest.approx(1.0, abs=0.03)
    outlier = np.append(values, 4.0)
    assert abs(entropy(outlier, 0.05) - entropy(values, 0.05)) < 0.01
    assert entropy_fixed_number(values, 64) - entropy_fixed_number(outlier, 64) > 0.5
    with pytest.raises(HER2LowMRIError, match="2 bins or more"):
        entropy_fixed_number(values, 1)
    with pytest.raises(HER2LowMRIError, match="values that differ"):
        entropy_fixed_number(np.ones(5), 8)


@pytest.mark.parametrize(
    "bins", [{"bins": 1}, {"bins": 10**400}, {"widths": (0.05, 1e-320, 0.05)}, {"widths": (0.05, 0.05, -1.0)}]
)
def test_bins_that_nobody_can_count_are_refused(bins):
    with pytest.raises(HER2LowMRIError, match="bins of the entropy cannot be used"):
        FeatureSet.of(**bins)
    with pytest.raises(HER2LowMRIError, match="bins of the entropy cannot be used"):
        FeatureSet().with_bins_of(1e-300)


samples = st.lists(st.floats(0.01, 4.0), min_size=3, max_size=200).map(np.array)


@settings(max_examples=100, deadline=None)
@given(samples, st.floats(0.1, 10.0), st.floats(-5.0, 5.0))
def test_skewness_and_kurtosis_know_neither_unit_nor_offset(values, scale, offset):
    if np.ptp(values) < 1e-2:
        return
    moved = values * scale + offset
    assert skewness(moved) == pytest.approx(skewness(values), abs=1e-6, rel=1e-6)
    assert excess_kurtosis(moved) == pytest.approx(excess_kurtosis(values), abs=1e-6, rel=1e-6)
    assert skewness(-values) == pytest.approx(-skewness(values), abs=1e-9)
    assert excess_kurtosis(values) >= -2 - 1e-9


@settings(max_examples=100, deadline=None)
@given(samples, st.randoms(use_true_random=False))
def test_entropy_lies_between_0_and_log2_n_and_knows_no_order(values, random):
    if np.ptp(values) < 0.05:
        return
    bits = entropy(values, 0.05)
    assert 0 <= bits <= np.log2(values.size) + 1e-9
    shuffled = values.tolist()
    random.shuffle(shuffled)
    assert entropy(np.array(shuffled), 0.05) == bits


@settings(max_examples=50, deadline=None)
@given(st.floats(-10, 10), st.integers(1, 50))
def test_a_constant_sample_has_no_skewness_and_no_kurtosis(value, count):
    assert skewness(np.full(count, value)) == 0
    assert excess_kurtosis(np.full(count, value)) == 0


def test_the_table_names_21_features_in_the_order_of_the_columns():
    assert [f.name for f in FEATURES] == [
        f"{m}_{s}"
        for m in ("ADC", "D", "K")
        for s in ("mean", "median", "p5", "p95", "skewness", "kurtosis", "entropy")
    ]
    for feature in FEATURES:
        assert feature.definition.endswith(".")
        assert "doi:" in feature.source
    units = {f.name: f.unit for f in FEATURES}
    assert units["ADC_p5"] == units["D_mean"] == "1e-3 mm2/s"
    assert units["K_mean"] == units["ADC_skewness"] == "1"
    assert units["D_entropy"] == "bit"
    texts = {f.name: f.definition for f in FEATURES}
    assert "0.05e-3 mm2/s" in texts["ADC_entropy"]
    assert "width 0.05 that start at 0" in texts["K_entropy"]
    assert "linear interpolation" in texts["K_p95"]
    assert "Excess kurtosis" in texts["D_kurtosis"]


def bins_of(adc=0.05, d=0.05, k=0.05, number=None):
    return FeatureSet.of((adc, d, k), number)


def test_the_definition_id_stays_until_a_definition_changes():
    assert FeatureSet().definition_id == bins_of().definition_id == "h1-1e71b962"
    sets = (bins_of(adc=0.025), bins_of(k=0.1), bins_of(number=64), bins_of(number=32))
    others = {measured.definition_id for measured in sets}
    assert len(others) == 4
    assert "h1-1e71b962" not in others
    assert "64 bins between" in bins_of(number=64).features[6].definition
