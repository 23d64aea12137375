"""Parts of an analysis done by several processes: the same results in the same order, and a stop that is heard."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from HER2LowMRILib.cohort.analysis import analyze
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.side_by_side import ALONE, SideBySide
from HER2LowMRILib.cohort.table import read_features, read_readings
from HER2LowMRILib.core.errors import Cancelled


def halved(number):
    if number < 0:
        raise ValueError("below 0")
    return number / 2


@pytest.mark.parametrize("workers", [0, 1, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 17])
def test_results_stand_in_the_order_of_the_jobs(workers, count):
    heard = []
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        who = SideBySide(pool) if workers else ALONE
        assert who.each(halved, [(n,) for n in range(count)], heard.append) == [n / 2 for n in range(count)]
    assert all(0 < done <= 1 for done in heard) and (not count or heard[-1] == 1)


def test_an_error_of_a_part_is_the_error_of_the_whole():
    with ThreadPoolExecutor(2) as pool, pytest.raises(ValueError, match="below 0"):
        SideBySide(pool).each(halved, [(3,), (-1,), (2,)])


def test_a_stop_is_heard_between_the_parts():
    def stop(_fraction):
        raise Cancelled

    with ThreadPoolExecutor(1) as pool, pytest.raises(Cancelled):
        SideBySide(pool).each(halved, [(n,) for n in range(50)], stop)


def test_two_processes_find_what_one_does(cohort_rows, reading_rows, write_csv):
    """Every table to the last digit."""
    fast = Settings(bootstraps=3, repeats=1, folds=5, label_draws=2)
    features = read_features(write_csv(cohort_rows))
    readings = read_readings(write_csv(reading_rows, "readings.csv"))
    alone = analyze(features, readings, settings=fast)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        shared = analyze(features, readings, settings=fast, side_by_side=SideBySide(pool))
    assert list(alone.tables) == list(shared.tables)
    for name, table in alone.tables.items():
        assert table.to_csv() == shared.tables[name].to_csv(), name
    assert (alone.left_out, alone.warnings) == (shared.left_out, shared.warnings)
