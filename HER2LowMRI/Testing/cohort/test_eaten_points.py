"""A decimal point that a spreadsheet took for one of thousands is asked about, and nothing else is."""

import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.table import read_features, read_readings
from HER2LowMRILib.core.cell_meaning import Doubt, read_cell
from HER2LowMRILib.core.lexicon import clinic_fields
from HER2LowMRILib.files.table_questions import Answers
from HER2LowMRILib.files.understood_table import TableWishes

GOOD = [0.91234, 1.20417, 0.7051, 1.33333, 0.99, 1.05, 1.1, 0.95]


def table(tmp_path, values, name="ADC_mean", age=51):
    rows = [
        {"case_id": f"C{n}", "her2_group": ("zero", "low", "over")[n % 3], name: value, "age": age + n}
        for n, value in enumerate(values)
    ]
    return write_rows_as_csv(tmp_path / "features.csv", rows)


@pytest.mark.parametrize("eaten", [875, 1234, 612])
def test_a_number_a_thousand_times_too_large_is_asked_with_what_it_was(tmp_path, eaten):
    path = table(tmp_path, [*GOOD, eaten])
    found = read_features(path)
    assert len(found.questions) == 1
    assert f"{eaten / 1000:g}" in found.questions[0]
    accepting = TableWishes(answers=Answers({}).accepting(True, False))
    taken = read_features(path, wishes=accepting)
    assert taken.questions == ()
    assert taken.rows["ADC_mean"].iloc[-1] == eaten / 1000
    assert taken.rows["age"].tolist() == found.rows["age"].tolist()


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ([*GOOD, 2], "ADC_mean"),
        ([*GOOD, 1], "ADC_mean"),
        ([12.5, 30, 20, 17.5, 60.25, 5, 80, 22.5, 33.5], "ki67_percent"),
        ([21, 33.5, 17, 40, 12.25, 90, 8], "lesion_size_mm"),
        ([1200, 900.5, 875, 1100.25, 1300.5, 990.125, 1000.5], "ADC_mean"),
    ],
)
def test_numbers_that_belong_to_their_column_are_not_asked_about(tmp_path, values, name):
    found = read_features(table(tmp_path, values, name))
    assert not [question for question in found.questions if "thousands" in question]


def test_readings_are_asked_about_too(tmp_path):
    rows = [
        {"case_id": f"C{n}", "reader": reader, "K_mean": value}
        for reader in ("r1", "r2")
        for n, value in enumerate([0.91, 0.82, 0.95, 1.01, 875 if reader == "r2" else 0.875])
    ]
    found = read_readings(write_rows_as_csv(tmp_path / "readings.csv", rows))
    assert len(found.questions) == 1
    assert "K_mean" in found.questions[0]


def test_an_impossible_ratio_of_a_pathology_table_proposes_its_point():
    doubt = read_cell(clinic_fields()["her2_ish_ratio"], "1875")
    assert isinstance(doubt, Doubt)
    assert doubt.proposal == "1.875"
    assert read_cell(clinic_fields()["age"], "300").proposal == ""
