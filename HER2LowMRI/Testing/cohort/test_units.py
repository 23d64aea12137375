"""Numbers in another unit are asked about before they are analysed, and turned when the unit is said."""

import numpy as np
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.cohort.analysis import analyze
from HER2LowMRILib.cohort.table import read_features, read_readings
from HER2LowMRILib.cohort.units import parse_units
from HER2LowMRILib.core.errors import AnalysisError

POSITIONS = ("mean", "median", "p5", "p95")
ADC = [f"ADC_{name}" for name in POSITIONS]
D = [f"D_{name}" for name in POSITIONS]
K = [f"K_{name}" for name in POSITIONS]
OTHERS = {
    "ADC in mm2/s": (ADC, 0.001, "ADC=mm2/s"),
    "ADC in 1e-6 mm2/s": (ADC, 1000.0, "ADC=1e-6 mm2/s"),
    "D in mm2/s": (D, 0.001, "D=mm2/s"),
    "K in thousandths": (K, 1000.0, "K=1e-3"),
    "Ki-67 as a fraction": (["ki67_percent"], 0.01, "ki67_percent=fraction"),
    "sizes in cm": (["lesion_size_mm"], 0.1, "lesion_size_mm=cm"),
}


def scaled(rows, names, factor):
    return [row | {name: row[name] * factor for name in names} for row in rows]


@pytest.mark.parametrize("name", OTHERS)
def test_another_unit_is_asked_about_and_turned_when_it_is_said(cohort_rows, write_csv, name):
    names, factor, unit = OTHERS[name]
    path = write_csv(scaled(cohort_rows, names, factor))
    table = read_features(path)
    (question,) = table.questions
    assert f"--unit {unit}" in question and "features.csv" in question
    with pytest.raises(AnalysisError, match="has a question"):
        analyze(table)
    right, turned = (
        read_features(write_csv(cohort_rows, "right.csv")),
        read_features(path, units=parse_units([unit])),
    )
    assert not turned.questions
    for column in names:
        assert np.allclose(turned.rows[column], right.rows[column], rtol=1e-12)
    assert any("are multiplied by" in text for text in turned.warnings)


@pytest.mark.parametrize("name", ["ADC in mm2/s", "D in mm2/s", "Ki-67 as a fraction"])
def test_rows_of_another_site_in_another_unit_are_asked_about(cohort_rows, write_csv, name):
    names, factor, unit = OTHERS[name]
    table = read_features(write_csv([*scaled(cohort_rows[:20], names, factor), *cohort_rows[20:]]))
    (question,) = table.questions
    assert "20 rows of 90" in question
    own = next(text for text in ("1e-3 mm2/s", "%") if f"={text}" in question)
    kept = read_features(write_csv(cohort_rows), units=parse_units([f"{unit.partition('=')[0]}={own}"]))
    assert not kept.questions and not kept.warnings


def test_a_stated_unit_is_believed_and_nothing_is_asked(cohort_rows, write_csv):
    path = write_csv(scaled(cohort_rows, ["ki67_percent"], 0.01))
    table = read_features(path, units=parse_units(["ki67_percent=%"]))
    assert not table.questions
    assert table.rows["ki67_percent"].max() < 1


def test_all_questions_of_both_tables_come_at_once(cohort_rows, reading_rows, write_csv, tmp_path, capsys):
    features = write_csv(scaled(scaled(cohort_rows, ADC, 0.001), ["ki67_percent"], 0.01))
    readings = write_csv(scaled(reading_rows, K, 1000.0), "readings.csv")
    assert main(["analyze", str(features), "--readings", str(readings), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    for words in ("ADC in features.csv", "ki67_percent in features.csv", "K in readings.csv"):
        assert words in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"ADC_p5": 0.0},
        {"K_mean": 3.4},
        {"K_p5": 0.0},
        {"ki67_percent": 0},
        {"ki67_percent": 1},
        {"lesion_size_mm": 4.0},
        {"ADC_skewness": 0.0001},
        {"ADC_mean": 0.3},
    ],
    ids=str,
)
def test_what_can_only_be_read_in_one_way_is_not_asked_about(cohort_rows, write_csv, change):
    assert not read_features(write_csv([row | change for row in cohort_rows[:3]] + cohort_rows[3:])).questions


@pytest.mark.parametrize("stated", ["ADC=furlong", "colour=red", "ADC", "=mm2/s"])
def test_a_unit_that_is_not_known_is_refused(stated):
    with pytest.raises(AnalysisError, match="A unit cannot be taken"):
        parse_units([stated])


def test_readings_are_asked_about_too(reading_rows, write_csv):
    (question,) = read_readings(write_csv(scaled(reading_rows, D, 0.001), "readings.csv")).questions
    assert question.startswith("D in readings.csv")
