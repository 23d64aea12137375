"""The benches run on the library as it is: each one's first step, once and small."""

import sys
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(autouse=True)
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    yield
    for file in BENCH.glob("*.py"):
        sys.modules.pop(file.stem, None)


def test_the_lesions_of_the_simulation_have_every_feature():
    import simulate_statistics

    rows = simulate_statistics.lesions("low", 3, np.random.default_rng(1))
    assert rows.shape == (3, 21)
    assert np.isfinite(rows).all()


def test_features_are_timed_against_their_peer():
    import features

    timings, notes = features.against_peers(1)
    assert len(timings) >= 2
    assert all(timing.seconds > 0 for timing in timings)
    assert "three maps" in notes[0]


def test_a_case_of_the_cohort_bench_can_be_measured(tmp_path, monkeypatch):
    import cohort

    monkeypatch.setattr(cohort, "ON_DISK", 1)
    ((job, _, _),) = cohort._jobs(tmp_path, "NRRD", tmp_path)
    cohort._rows(job)
    cohort._export(job)  # raises where the case cannot be measured


def test_the_monitor_is_tried_on_simulated_studies():
    import study_monitor

    text, _ = study_monitor.page(2)
    assert text.count("| nobody |") == 3
    assert study_monitor.raised("reader", 100, 20, 20, 2) == 1
