"""A command says what it has to say, or nothing, whatever its streams are: closed, full, or of another encoding."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.check_study import check_study
from study.made_up_study import made_up_study

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the streams are set up by a shell")

needs_full_disk = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="this system has no disk that is always full"
)


@pytest.fixture
def study(tmp_path):
    study = made_up_study(tmp_path / "study", cases=1)
    with study.coordinator() as office:
        office.change_protocol(title="低表达 Müller")
    return study.folder


def run(shell, *arguments, **environment):
    """Run a command through a shell that does something to its streams."""
    command = [
        "sh",
        "-c",
        f'exec "$0" "$@" {shell}',
        sys.executable,
        "-m",
        "HER2LowMRILib",
        *map(str, arguments),
    ]
    # Else nothing waits in a buffer until the end.
    around = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(command, capture_output=True, env=around | environment)


def said(done):
    return (done.stdout + done.stderr).decode(errors="replace")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_command_works_with_streams_closed(study, closed):
    done = run(closed, "study", "exclude", study, "P1", "--reason", "synthetic")
    assert done.returncode == 0, said(done)
    assert "unexpected" not in said(done)
    assert open_study(study).cohort().cases[0].excluded == "synthetic"
    assert not check_study(open_study(study)).findings, "nothing was printed into a file of the study"


@needs_full_disk
@pytest.mark.parametrize("what", [["study", "status"], ["study", "status", "--help"]])
def test_a_full_disk_behind_the_output_is_one_line(study, what):
    done = run(">/dev/full", *what, study)
    assert done.returncode == 1
    assert said(done).strip().splitlines()[-1].endswith("a file cannot be used: No space left on device")
    assert "Exception" not in said(done)


@needs_full_disk
def test_the_work_goes_on_where_its_remarks_find_no_room(study):
    done = run("2>/dev/full", "study", "exclude", study, "P1", "--reason", "synthetic")
    assert done.returncode == 0
    assert open_study(study).cohort().cases[0].excluded == "synthetic"


@pytest.mark.parametrize("encoding", ["ascii:strict", "latin-1:strict"])
def test_text_of_another_script_ends_no_command(study, encoding):
    done = run("", "study", "protocol", study, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, said(done)
    assert "\\u4f4e" in said(done)


def test_a_file_name_that_is_no_text_ends_no_command(study, tmp_path):
    done = run("", "study", "check", os.fsdecode(bytes(tmp_path) + b"/\xff\xfe"))
    assert done.returncode == 1
    assert "this is not a study folder" in said(done)


def test_no_argument_commands_the_terminal(capsys, tmp_path):
    with pytest.raises(SystemExit):
        main(["study", "check", str(tmp_path), "--\x1b[31m\n"])
    assert "\x1b" not in capsys.readouterr().err
