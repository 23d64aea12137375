"""`study protocol`: what may change after the study began, said old and new, and nothing else."""

import json

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.study.study_folder import create_study, open_study


@pytest.fixture
def study(tmp_path):
    return create_study(tmp_path / "study", "A study", ("r1", "r2"), seed=1).folder


def test_without_options_every_setting_is_shown_and_nothing_is_written(study, capsys):
    before = (study / "study.json").read_bytes()
    assert main(["study", "protocol", str(study)]) == 0
    said = capsys.readouterr().out
    assert "readers: r1, r2\n" in said
    assert "fit adc b: 0, 800\n" in said
    assert "min dice: none\n" in said
    assert (study / "study.json").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "says", "holds"),
    [
        (["--voi", "r2"], "voi choice: mean -> r2\n", lambda p: p.voi_choice == "r2"),
        (["--min-dice", "0.7"], "min dice: none -> 0.7\n", lambda p: p.min_dice == 0.7),
        (["--size-tolerance", "3"], "size tolerance mm: 5 -> 3\n", lambda p: p.size_tolerance_mm == 3),
        (["--title", "Another"], "title: A study -> Another\n", lambda p: p.title == "Another"),
        (["--intervals", "yes"], "intervals: none -> yes\n", lambda p: p.features.intervals),
        (["--rings", "1,3"], "rings mm: none -> 1, 3\n", lambda p: p.features.rings_mm == (1.0, 3.0)),
    ],
)
def test_a_change_is_said_logged_and_kept(study, capsys, options, says, holds):
    assert main(["study", "protocol", str(study), *options]) == 0
    assert capsys.readouterr().out == says
    assert holds(open_study(study).protocol)
    logged = [json.loads(line) for line in (study / "log.jsonl").read_text().splitlines()]
    assert logged[-1]["action"] == "protocol"
    assert main(["study", "check", str(study)]) == 0


def test_a_limit_can_be_taken_back(study, capsys):
    main(["study", "protocol", str(study), "--min-dice", "0.7"])
    main(["study", "protocol", str(study), "--min-dice", "none"])
    assert capsys.readouterr().out.endswith("min dice: 0.7 -> none\n")
    assert open_study(study).protocol.min_dice is None


@pytest.mark.parametrize(
    "options",
    [
        ["--voi", "r9"],
        ["--min-dice", "7"],
        ["--size-tolerance", "-1"],
        ["--size-tolerance", "nan"],
        ["--rings", "5,1"],
    ],
)
def test_a_value_that_cannot_be_used_changes_nothing(study, capsys, options):
    before = (study / "study.json").read_bytes()
    assert main(["study", "protocol", str(study), *options]) != 0
    assert "needed" in capsys.readouterr().err
    assert (study / "study.json").read_bytes() == before


def test_the_same_again_writes_nothing(study, capsys):
    before = (study / "log.jsonl").read_bytes() if (study / "log.jsonl").exists() else b""
    assert main(["study", "protocol", str(study), "--voi", "mean"]) == 0
    assert capsys.readouterr().out == "nothing changed\n"
    assert ((study / "log.jsonl").read_bytes() if (study / "log.jsonl").exists() else b"") == before
