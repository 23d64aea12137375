"""The reporting checklists: every item of the guidelines, filled from what was done and nothing else."""

from types import SimpleNamespace

import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.analysis import analyze
from HER2LowMRILib.cohort.reporting_checklists import AUTHORS, FILLED, NOT_APPLICABLE, checklists
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.table import read_features, read_readings
from HER2LowMRILib.synthetic.cohort import make_cohort

FAST = Settings(bootstraps=2, repeats=1, folds=5, label_draws=2)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    cohort, folder = make_cohort(), tmp_path_factory.mktemp("checklists")
    features = read_features(write_rows_as_csv(folder / "features.csv", cohort.features))
    readings = read_readings(write_rows_as_csv(folder / "readings.csv", cohort.readings))
    analysis = analyze(features, readings, settings=FAST)
    return SimpleNamespace(analysis=analysis, table=checklists(analysis))


def test_every_item_of_the_guidelines_is_there(filled):
    counts = filled.table.groupby("guideline").size()
    # Of the guidelines: CLEAR 58, METRICS 30, STARD 2015 30 (34 with a and b), TRIPOD+AI 27 (52 with letters).
    assert counts.to_dict() == {"CLEAR": 58, "METRICS": 30, "STARD 2015": 34, "TRIPOD+AI": 52}
    assert not filled.table.duplicated(["guideline", "item"]).any()


@pytest.mark.parametrize("guideline", ["CLEAR", "METRICS"])
def test_three_fifths_are_filled_or_do_not_apply_with_the_reason(filled, guideline):
    part = filled.table[filled.table["guideline"] == guideline]
    done = part["status"].isin((FILLED, NOT_APPLICABLE))
    assert done.mean() >= 0.6
    assert (part.loc[done, "answer"].str.len() > 20).all()


def test_answers_are_those_of_this_cohort(filled):
    by = filled.table.set_index(["guideline", "item"])["answer"]
    assert "60" in by["CLEAR", "18"] and "91" in by["CLEAR", "18"] and "81" in by["CLEAR", "18"]
    assert "0, 800, 1400, 2000" in by["CLEAR", "16"]
    assert by["CLEAR", "27"].startswith("21")
    assert "3 sites" in by["METRICS", "4"]
    assert "1 times 5-fold" in by["TRIPOD+AI", "12a"]
    assert "not applicable" not in by["CLEAR", "1"]


def test_nothing_is_said_of_what_was_not_there(cohort_rows, write_csv):
    columns = ["case_id", "her2_group", "age", "er", "pr"]
    table = checklists(analyze(read_features(write_csv(cohort_rows, columns=columns)), settings=FAST))
    by = table.set_index(["guideline", "item"])
    for item in ("19", "20", "22", "23", "25", "27", "31", "42", "46"):
        assert by.loc[("CLEAR", item), "status"] == AUTHORS, item
    assert by.loc[("METRICS", "22"), "status"] == AUTHORS
    assert "One site" in by.loc[("METRICS", "4"), "answer"]
    # The baseline table is there all the same.
    assert by.loc[("CLEAR", "44"), "status"] == FILLED
