"""The monitor finds who drifts by ten points within 60 cases, and seldom raises a false alarm; simulated readers."""

import math

import numpy as np
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.statistics.drift import drift_looks, pocock_limit
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.study_monitor import monitor_study
from study.made_up_study import MASS, SMALL, made_up_study, read_case
from workflow.simulated_readers import alarms


@pytest.mark.parametrize("runs", [60, pytest.param(1000, marks=pytest.mark.full)])
def test_a_bias_of_ten_points_is_flagged_within_60_cases(runs):
    (reader, _), (shift, _) = alarms(runs, 60, 232, bias_reader=0.10)
    assert 8 < shift < 11 and reader >= 0.9
    (_, adjudicator), (_, shift) = alarms(runs, 60, 232, bias_adjudicator=0.10)
    assert 7 < shift < 12 and adjudicator >= 0.9


@pytest.mark.parametrize("runs", [60, pytest.param(1000, marks=pytest.mark.full)])
def test_false_alarms_are_at_most_five_in_a_hundred(runs):
    raised, shift = alarms(runs, 60, 60)
    assert np.all(np.abs(shift) < 1.5)
    # Of reader and adjudicator together; two standard errors of a share of 5 in a hundred.
    assert raised.sum() <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / runs)


def test_limits_are_those_of_pococks_table():
    # Pocock, Biometrika 1977;64:191, table 1, two-sided 5 %.
    for looks, limit in ((1, 1.960), (2, 2.178), (3, 2.289), (4, 2.361), (5, 2.413), (10, 2.555)):
        assert pocock_limit(looks, 0.05) == pytest.approx(limit, abs=0.012)


def test_scores_without_any_scatter_do_not_crash():
    assert [look.is_alarm for look in drift_looks(np.zeros((20, 3)), 20)] == [False, False]
    assert [look.is_alarm for look in drift_looks(np.full((20, 3), 0.1), 20)] == [True, True]
    assert drift_looks(np.full((30, 3), math.nan), 30) == ()


def test_the_monitor_of_a_study_names_drift_low_dice_and_unusual_times(tmp_path, capsys):
    study = made_up_study(tmp_path / "study", cases=12)
    with study.coordinator() as office:
        office.change_protocol(min_dice=0.9)
    draw = np.random.default_rng(3)
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            for number in range(1, 13):
                case = view.open_case(f"P{number}")
                low = {"multifocal": 0, "t2_hyperintensity": 0, "peritumoral_edema": int(draw.integers(0, 2))}
                high = {"multifocal": 1, "t2_hyperintensity": 1, "bpe": "marked"}
                case.step_time(
                    "maps", 400.0 if (reader, number) == ("r1", 5) else 60 + float(draw.integers(0, 9))
                )
                read_case(case, MASS | (high if reader == "r1" else low))
                assert case.voi_path is not None and SMALL
    opened = open_study(study.folder)
    report = monitor_study(opened.cohort())
    (watch,) = report.watches
    assert (
        (watch.who, watch.against) == ("r1", "r2")
        and watch.alarm.cases == 10
        and watch.looks[0].difference > 30
    )
    assert report.unusual_times[0][:2] == ("r1", "P5") and report.low_dice == {}
    assert main(["study", "monitor", str(study.folder)]) == 0
    said = capsys.readouterr().out
    assert "r1: ALARM since case 10: " in said and "points higher than r2 over 10 cases" in said
    assert "r1, P5: 6." in said
