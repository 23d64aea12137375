"""What cannot be fitted is refused with one line that says what was needed and what was found."""

import numpy as np
import pytest
from core.kurtosis_signals import B_PAPER, decay
from HER2LowMRILib.core.adc import fit_adc, fit_adc_all_b
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import Cancelled, HER2LowMRIError, ImageError
from HER2LowMRILib.core.fit_options import FitOptions

SIGNALS = decay(np.full((2, 3, 4), 1.0), 0.8, B_PAPER)


@pytest.mark.parametrize(
    ("count", "b_values", "options", "words"),
    [
        (2, (0, 800), {}, ("K_app", "at least 3", "0, 800 s/mm2")),
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


def test_the_adc_alone_needs_two_b_values_only():
    signals = decay(np.array([1.0, 2.0]), 0.0, (0, 800))
    signals[1] = np.append(signals[1], [0.0, 5.0])
    signals[0] = np.append(signals[0], [100.0, np.nan])
    adc = fit_adc(signals, (0, 800))
    assert adc[:2] == pytest.approx([1.0, 2.0], abs=1e-6)
    assert np.isnan(adc[2:]).all()
    assert np.isnan(fit_adc_all_b(signals, (0, 800))[2:]).all()
    with pytest.raises(HER2LowMRIError, match="b = 1000"):
        fit_adc(signals, (0, 800), 0, 1000)


def test_the_adc_uses_the_b_values_that_were_measured_not_those_that_were_asked_for():
    b = (2.0, 803.0, 1400.0, 2000.0)
    signals = decay(np.array([1.0, 1.5]), 0.0, b)
    maps = fit_maps(signals, b)
    assert maps.options.adc_b == (2.0, 803.0)
    assert maps.adc == pytest.approx([1.0, 1.5], abs=1e-6)
    assert fit_adc(signals, b, 803, 2000) == pytest.approx([1.0, 1.5], abs=1e-6)
    later = fit_maps(signals, b, options=FitOptions(adc_b=(800.0, 1400.0)))
    assert later.adc == pytest.approx([1.0, 1.5], abs=1e-6)


def test_the_adc_over_all_b_is_the_slope_of_numpys_straight_line():
    rng = np.random.default_rng(2)
    b = (0.0, 500.0, 1000.0, 1500.0)
    signals = [rng.uniform(50, 1000, 20) for _ in b]
    slope = np.polyfit(np.array(b) / 1000, np.log(np.stack(signals)), 1)[0]
    np.testing.assert_allclose(fit_adc_all_b(signals, b), -slope, rtol=1e-5, atol=1e-6)
