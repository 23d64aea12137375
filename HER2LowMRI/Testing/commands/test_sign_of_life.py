"""A command that takes long says so on standard error, unless it was asked to be quiet."""

import pytest
from commands.watched import needs_wait4, run_watched
from HER2LowMRILib.cli import main
from HER2LowMRILib.commands import progress
from study.made_up_images import write_images
from study.made_up_study import made_up_study

pytestmark = needs_wait4
SIGN = "still working, "
# Every command takes longer than that.
IMPATIENT = "from HER2LowMRILib.commands import progress; progress.LONGEST_SILENCE_S = 0.02"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("life") / "study"
    made_up_study(folder, cases=2)
    write_images(folder.parent / "images", 1)
    return folder


def commands(folder, out):
    return {
        "study check": ["study", "check", folder],
        "study status": ["study", "status", folder],
        "export": ["export", folder, "--out", out],
        "maps": ["maps", folder.parent / "images", "--out", out],
        "analyze": ["analyze", folder / "cases.csv", "--out", out],
    }


@pytest.mark.parametrize("name", ["study check", "study status", "export", "maps", "analyze"])
def test_a_command_that_is_silent_for_long_says_that_it_works(study, tmp_path, name):
    ran = run_watched(commands(study, tmp_path / "out")[name], tmp_path, IMPATIENT)
    first = f"her2lowmri {name.split()[0]}: {SIGN}"
    assert first in ran.printed, ran.printed[-500:]


@pytest.mark.parametrize("name", ["study check", "export"])
def test_a_command_that_was_asked_to_be_quiet_says_nothing_of_it(study, tmp_path, name):
    ran = run_watched([*commands(study, tmp_path / "out")[name], "--quiet"], tmp_path, IMPATIENT)
    assert SIGN not in ran.printed
    assert ran.printed


def test_what_is_called_from_python_says_only_what_it_was_asked_for(study, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(progress, "LONGEST_SILENCE_S", 0.0)
    assert main(["study", "check", str(study)]) == 0
    assert SIGN not in capsys.readouterr().err
