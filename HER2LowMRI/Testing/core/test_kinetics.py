"""The BI-RADS categories of curves whose truth is known, and the Kaiser score at each of its eleven ends."""

import itertools

import numpy as np
import pytest
from HER2LowMRILib.core.kaiser_score import kaiser_score, kaiser_score_of
from HER2LowMRILib.core.kinetics import kinetics_of

MINUTE = (0, 60, 120, 180, 240, 300)
NINETY = (0, 90, 180, 270, 360, 450)


@pytest.mark.parametrize(
    ("signal", "times", "initial", "delayed", "phases"),
    [
        # Five phases of 60 s: the first two lie within 2 minutes (middles 30 and 90 s).
        ((100, 180, 210, 205, 200, 198), MINUTE, "fast", "plateau", (1, 2)),
        ((100, 140, 149, 160, 165, 170), MINUTE, "slow", "persistent", (1, 2)),
        ((100, 140, 150, 150, 150, 150), MINUTE, "medium", "plateau", (1, 2)),
        ((100, 190, 200, 190, 185, 179), MINUTE, "medium", "washout", (1, 2)),
        # It turns after the first: the peak is there.
        ((100, 220, 210, 200, 190, 180), MINUTE, "fast", "washout", (1,)),
        # Of 90 s only the first (middles 45 and 135 s).
        ((100, 150, 230, 220, 210, 200), NINETY, "medium", "persistent", (1,)),
        ((100, 250, 240, 235, 230, 226), NINETY, "fast", "plateau", (1,)),
    ],
)
def test_curves_have_the_categories_of_the_lexicon(signal, times, initial, delayed, phases):
    found = kinetics_of(signal, times)
    assert (found.initial, found.delayed, found.initial_phases) == (initial, delayed, phases)
    peak = signal[found.peak_phase]
    assert found.initial_percent == pytest.approx(100 * (peak - signal[0]) / signal[0], abs=1e-9)
    assert found.delayed_percent == pytest.approx(100 * (signal[-1] - peak) / peak, abs=1e-9)
    assert found.last_phase == len(signal) - 1


@pytest.mark.parametrize(
    ("percent", "initial"), [(49.999, "slow"), (50.0, "medium"), (100.0, "medium"), (100.001, "fast")]
)
def test_the_limits_of_initial_enhancement(percent, initial):
    peak = 100 + percent
    assert kinetics_of((100, peak, peak, peak, peak, peak), MINUTE).initial == initial


@pytest.mark.parametrize(
    ("change", "delayed"), [(10.0, "plateau"), (10.01, "persistent"), (-10.0, "plateau"), (-10.01, "washout")]
)
def test_the_limits_of_delayed_enhancement(change, delayed):
    last = 200 * (1 + change / 100)
    assert kinetics_of((100, 150, 200, 200, 200, last), MINUTE).delayed == delayed


@pytest.mark.parametrize(
    ("signal", "times", "reason"),
    [
        ((100, 200, 210), (0, 90, 180), "2 phases"),
        ((100, 200, 210, 205), (0, 45, 90, 135), "112 s"),
        ((100, 200, 210, 205), (0, None, None, None), "not known"),
        ((0, 200, 210, 205, 200), (0, 90, 180, 270, 360), "no signal"),
        ((100, 200, float("nan"), 205, 200), (0, 90, 180, 270, 360), "no signal"),
        ((100, 200, 210, 205, 200), (0, 90, 80, 270, 360), "do not rise"),
    ],
)
def test_what_cannot_be_assessed_says_why(signal, times, reason):
    found = kinetics_of(signal, times)
    assert found.initial == found.delayed == "not_assessable"
    assert np.isnan([found.initial_percent, found.delayed_percent]).all()
    assert reason in found.reason


def test_the_kaiser_score_has_its_eleven_published_ends():
    ends = {
        kaiser_score(root, curve, circumscribed, homogeneous, edema)
        for root, circumscribed, homogeneous, edema in itertools.product((True, False), repeat=4)
        for curve in ("persistent", "plateau", "washout")
    }
    assert ends == set(range(1, 12))
    assert kaiser_score(False, "persistent", True, None, None) == 1
    assert kaiser_score(False, "plateau", False, None, None) == 5
    assert kaiser_score(False, "washout", None, False, None) == 8
    assert kaiser_score(True, "washout", None, None, True) == 11
    assert kaiser_score(True, "washout", None, None, None) is None
    assert kaiser_score(None, "washout", True, True, True) is None
    assert kaiser_score(False, None, True, True, True) is None


def test_the_kaiser_score_of_a_reading_takes_its_answers():
    mass = {
        "lesion_type": "mass",
        "mass_margin": "spiculated",
        "mass_enhancement": "rim",
        "peritumoral_edema": 1,
    }
    assert kaiser_score_of(mass, "washout") == 11
    assert kaiser_score_of(mass | {"kinetics_delayed": "persistent"}, "washout") == 6
    nme = {
        "lesion_type": "nme",
        "nme_enhancement": "clumped",
        "peritumoral_edema": 0,
        "mass_margin": "not_applicable",
    }
    assert kaiser_score_of(nme, "plateau") == 5
    assert kaiser_score_of(nme, "washout") == 8
    assert kaiser_score_of(nme | {"nme_enhancement": "not_assessable"}, "washout") is None
    assert kaiser_score_of({}, "washout") is None
