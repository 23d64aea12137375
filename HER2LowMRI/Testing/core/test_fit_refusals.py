"""What cannot be fitted is refused with one line that says what was needed and what was found."""

import numpy as np
import pytest
from core.kurtosis_signals import B_PAPER, decay
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import Cancelled, HER2LowMRIError, ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import FitQuality

SIGNALS = decay(np.full((2, 3, 4), 1.0), 0.8, B_PAPER)


@pytest.mark.parametrize(
    ("count", "b_values", "options", "words"),
    [
        (1, (800,), {}, ("ADC", "at least 2", "800 s/mm2")),
        (4, (0, 0.8, 1.4, 2.0), {}, ("s/mm2", "ms/um2", "1000")),
        (4, (0, 800, 800, 2000), {}, ("ascending",)),
        (4, (0, 1400, 800, 2000), {}, ("ascending",)),
        (4, (0, 800, float("nan"), 2000), {}, ("0 s/mm2 or more",)),
        (4, (0, 800, 1400), {}, ("one b-value per image", "3 b-values and 4 images")),
        (4, (0, 500, 1000, 2000), {}, ("ADC", "b = 800", "0, 500, 1000, 2000", "Choose two")),
        (
            4,
            (50, 800, 1400, 2000),
            {"adc_b": (50, 800), "s0": "measured"},
            ("measured S0", "b = 0", "50 s/mm2"),
        ),
        (4, (50, 800, 1400, 2000), {}, ("ADC", "b = 0")),
    ],
)
def test_unusable_b_values_are_refused_in_one_line(count, b_values, options, words):
    with pytest.raises(HER2LowMRIError) as refused:
        fit_maps(SIGNALS[:count], b_values, options=FitOptions(**options))
    message = str(refused.value)
    assert "\n" not in message
    for word in (*words, "needed", "found"):
        assert word in message


@pytest.mark.parametrize("averages", [(1, 1, 1), (1, 0, 1, 1), (1, -2, 1, 1), (1, float("nan"), 1, 1)])
def test_unusable_averages_are_refused(averages):
    with pytest.raises(HER2LowMRIError, match="4 positive numbers of averages"):
        fit_maps(SIGNALS, B_PAPER, averages)


def test_images_that_do_not_fit_together_are_refused():
    with pytest.raises(ImageError, match="one shape for all b-values, found 2x3x4, 2x3x4, 2x3x4, 2x3x3"):
        fit_maps([*SIGNALS[:3], SIGNALS[3][:, :, :3]], B_PAPER)
    with pytest.raises(ImageError, match="real numbers"):
        fit_maps([s.astype(complex) for s in SIGNALS], B_PAPER)


@pytest.mark.parametrize(
    "choice",
    [
        {"model": "ols"},
        {"s0": "fixed"},
        {"precision": "float16"},
        {"adc_b": (800, 0)},
        {"adc_b": (0, 0)},
        {"k_range": (3, 0)},
        {"d_max": 0},
        {"adc_max": float("nan")},
    ],
)
def test_unknown_options_are_refused(choice):
    with pytest.raises(HER2LowMRIError, match="needed"):
        FitOptions(**choice)


def test_a_long_fit_tells_how_far_it_is_and_can_be_stopped():
    signals = decay(np.full((5, 200, 200), 1.0), 0.8, B_PAPER)
    seen = []
    fit_maps(signals, B_PAPER, progress=seen.append)
    assert seen == sorted(seen)
    assert len(seen) > 3
    assert seen[-1] == 1.0
    with pytest.raises(Cancelled):
        fit_maps(signals, B_PAPER, progress=seen.append, cancelled=lambda: len(seen) > 5)


def test_two_b_values_give_the_adc_alone():
    signals = decay(np.array([1.0, 2.0]), 0.0, (0, 800))
    signals[1] = np.append(signals[1], [0.0, 5.0, 150.0, 99.0])
    signals[0] = np.append(signals[0], [100.0, np.nan, 100.0, 100.0])
    maps = fit_maps(signals, (0, 800), options=FitOptions(noise_floor=100.0, saturation=1000.0))
    assert list(maps.values) == ["ADC"]
    assert maps.adc[:2] == pytest.approx([1.0, 2.0], abs=1e-6)
    assert np.isnan(maps.adc[2:4]).all()
    kinds = [FitQuality(int(bits)) for bits in maps.quality]
    assert kinds[2] == kinds[3] == FitQuality.NOT_FINITE
    assert kinds[0] == FitQuality.SATURATED
    assert kinds[4] == FitQuality.ADC_OUT_OF_RANGE
    assert kinds[5] & FitQuality.ADC_NOISE_FLOOR
    with pytest.raises(HER2LowMRIError, match="b = 1000"):
        fit_maps(signals, (0, 800), options=FitOptions(adc_b=(0, 1000)))


def test_two_b_values_give_the_same_adc_as_four():
    rng = np.random.default_rng(3)
    signals = [s + rng.normal(0, 20, s.shape) for s in decay(np.full((3, 4, 5), 1.1), 0.8, B_PAPER)]
    two = fit_maps(signals[:2], B_PAPER[:2], options=FitOptions(precision="float64"))
    four = fit_maps(signals, B_PAPER, options=FitOptions(precision="float64"))
    assert np.array_equal(two.adc, four.adc)


def test_the_adc_uses_the_b_values_that_were_measured_not_those_that_were_asked_for():
    b = (2.0, 803.0, 1400.0, 2000.0)
    signals = decay(np.array([1.0, 1.5]), 0.0, b)
    maps = fit_maps(signals, b)
    assert maps.options.adc_b == (2.0, 803.0)
    assert maps.adc == pytest.approx([1.0, 1.5], abs=1e-6)
    later = fit_maps(signals, b, options=FitOptions(adc_b=(800.0, 1400.0)))
    assert later.adc == pytest.approx([1.0, 1.5], abs=1e-6)
