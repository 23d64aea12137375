"""Clinic variables: receptors, ranges, and the cohort's own cut of Ki-67."""

import pytest
from HER2LowMRILib.core.clinic import hormone_receptor, ki67_median_split, row_values
from HER2LowMRILib.core.columns import columns
from HER2LowMRILib.core.errors import HER2LowMRIError


@pytest.mark.parametrize(
    ("er", "pr", "hr"),
    [
        (1, 1, 1),
        (1, 0, 1),
        (0, 1, 1),
        (0, 0, 0),
        (1, None, 1),
        (None, 1, 1),
        (0, None, None),
        (None, 0, None),
        (None, None, None),
    ],
)
def test_one_positive_receptor_is_enough_and_a_missing_one_is_not_negative(er, pr, hr):
    assert hormone_receptor(er, pr) == hr


def test_row_values_are_typed_and_complete():
    cells = {"age": "51", "er": "1", "pr": "0", "hr": "", "ki67_percent": "40", "her2_ihc": "1+", "name": "x"}
    row = row_values(cells)
    assert {key: row[key] for key in ("age", "er", "pr", "hr", "ki67_percent", "her2_group")} == {
        "age": 51,
        "er": 1,
        "pr": 0,
        "hr": 1,
        "ki67_percent": 40.0,
        "her2_group": "low",
    }
    clinic_columns = [c.name for c in columns("features") if c.group in ("clinic", "her2_detail")]
    assert sorted(row) == sorted(clinic_columns)
    assert "x" not in row.values()


def test_a_stated_hr_that_agrees_is_fine_and_one_that_does_not_is_a_query():
    assert row_values({"er": 0, "pr": 0, "hr": 0})["hr"] == 0
    with pytest.raises(HER2LowMRIError, match="hr is derived"):
        row_values({"er": 0, "pr": 0, "hr": 1})
    with pytest.raises(HER2LowMRIError, match="needed an empty cell"):
        row_values({"er": 0, "hr": 0})


@pytest.mark.parametrize(
    ("field", "cell", "says"),
    [
        ("age", "17", "18 to 120"),
        ("age", "51.5", "whole number"),
        ("er", "pos", "one of 1, 0"),
        ("ki67_percent", "101", "0 to 100 %"),
        ("ki67_percent", "40 %", "0 to 100 %"),
        ("ki67_percent", "not_assessable", "0 to 100 %"),
    ],
)
def test_a_clinic_value_out_of_range_is_refused_with_the_range(field: str, cell: str, says: str):
    with pytest.raises(HER2LowMRIError, match=says):
        row_values({field: cell})


def test_ki67_is_split_at_the_median_of_those_who_have_it():
    cut, high = ki67_median_split([10, None, 40, 80, float("nan"), 40, 20])
    assert cut == 40
    assert high == [0, None, 0, 1, None, 0, 0], "a value at the cut is low"


def test_an_even_number_of_values_is_cut_between_the_middle_two():
    assert ki67_median_split([10, 20, 30, 90]) == (25.0, [0, 0, 1, 1])


def test_without_any_ki67_there_is_no_cut():
    with pytest.raises(HER2LowMRIError, match="Ki-67 cannot be split"):
        ki67_median_split([None, float("nan")])
