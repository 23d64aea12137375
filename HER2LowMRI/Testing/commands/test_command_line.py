"""The command line itself: it answers at once, and every command is there with what it says of itself."""

import subprocess
import sys

import pytest
from HER2LowMRILib import __version__
from HER2LowMRILib.cli import COMMANDS, main
from HER2LowMRILib.study.study_folder import create_study

SAYS_WHAT_IT_IMPORTED = """
import sys
from HER2LowMRILib.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(sorted({name.split(".")[0] for name in sys.modules} & {"numpy", "scipy", "SimpleITK", "pandas", "pydicom"}))
"""


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_no_library_that_takes_long(option):
    done = subprocess.run(
        [sys.executable, "-c", SAYS_WHAT_IT_IMPORTED, option], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    # A long name has its help on the next line.
    listed = [
        line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ") and line.strip()
    ]
    assert __version__ in done.stdout if option == "--version" else set(COMMANDS) <= set(listed)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert f"usage: her2lowmri {name}" in shown
    assert len(shown.splitlines()) > 8
    assert name == "study" or "--quiet" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["analyse"], "invalid choice: 'analyse'"),
        (
            ["maps", "images", "--out", "maps", "--adc-b", "800"],
            "two b-values such as 0,800 are needed, found '800'",
        ),
        (
            ["study", "init", "s", "--title", "t", "--adc-b", "0;800"],
            "two b-values such as 0,800 are needed",
        ),
        (["features", "--bin-width", "0.05"], "three widths above 0 such as"),
        (["maps", "", "--out", "maps"], "an empty path, needed the name of a file or folder"),
        (["study", "status", " "], "an empty path"),
        (["maps", "images", "--out", ""], "argument --out: an empty path"),
    ],
)
def test_a_wrong_command_line_ends_with_status_2(arguments, says, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_output_that_nobody_reads_any_more_is_no_error_to_speak_of(tmp_path):
    create_study(tmp_path / "study", "Synthetic study", synthetic=True)
    command = [sys.executable, "-m", "HER2LowMRILib", "study", "status", str(tmp_path / "study")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        # On a busy machine it says that it is at work.
        said = process.stderr.read().splitlines()
        assert [line for line in said if b"still working" not in line] == []
    assert process.returncode == 1


def test_a_worker_that_cannot_be_started_is_not_taken_for_output_that_nobody_reads(
    monkeypatch, capsys, tmp_path
):
    def ended(*args, **named):
        raise BrokenPipeError

    create_study(tmp_path / "study", "Synthetic study", synthetic=True)
    monkeypatch.setattr("HER2LowMRILib.commands.export.export_cohort", ended)
    assert main(["export", str(tmp_path / "study"), "--out", str(tmp_path / "tables"), "--jobs", "2"]) == 1
    assert "the workers cannot be started. Use one process (--jobs 1" in capsys.readouterr().err
