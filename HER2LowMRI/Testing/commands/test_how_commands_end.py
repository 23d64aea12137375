"""Commands that are stopped from outside or meet what nobody foresaw: one line, and nothing is left running."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from HER2LowMRILib import cli
from HER2LowMRILib.cli import main
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import create_study
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="looks at processes as Linux lists them"
)


def descendants(pid):
    """Processes that a process started, and those that they started."""
    found = []
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def runs(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    return False


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ends") / "study"
    study = create_study(folder, "Synthetic study", ("r1",), seed=3, synthetic=True)
    for number in range(1, 5):
        write_images(folder / "images" / f"P{number}", number)
    with study.coordinator() as office:
        office.add_cases(
            Case(f"P{n}", CaseImages(dwi=image_files(folder / "images" / f"P{n}"), b_values=B_VALUES))
            for n in range(1, 5)
        )
    with study.reader("r1") as view:
        for number in range(1, 5):
            case = view.open_case(f"P{number}")
            case.save_voi({"lesion": lesion_mask()}, GRID)
            for item, value in MASS.items():
                case.set_answer(item, value)
            case.sign_off()
    return folder


@needs_proc
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("what", ["export", "demo"])
def test_no_worker_outlives_its_command(study, tmp_path, what, how):
    out = str(tmp_path / "out")
    arguments = (
        ["export", str(study), "--out", out, "--jobs", "2"]
        if what == "export"
        else ["demo", "--out", out, "--no-cohort"]
    )
    command = [sys.executable, "-m", "HER2LowMRILib", *arguments, "--quiet"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        seen = set()
        until = time.monotonic() + 60
        while process.poll() is None and len(seen) < 2 and time.monotonic() < until:
            seen |= set(descendants(process.pid))
            time.sleep(0.01)
        process.send_signal(how)
        said = process.stderr.read()
        seen |= set(descendants(process.pid))
    assert seen, "no worker was started"
    until = time.monotonic() + 20
    while any(map(runs, seen)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in seen if runs(pid)]
    if how == signal.SIGTERM and process.returncode == 143:
        assert said == f"her2lowmri {what}: stopped by the system\n"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(28, "No space left on device", "/secret/SYNTHETIC^JANE"),
            "a file cannot be used: No space left on device",
        ),
        (
            PermissionError(13, "Permission denied", "/secret/SYNTHETIC^JANE"),
            "a file cannot be used: Permission denied",
        ),
        (MemoryError(), "not enough memory"),
        (ValueError("/secret/SYNTHETIC^JANE"), "unexpected ValueError"),
        (RecursionError("x"), "folders or values lie too deep in each other"),
    ],
)
def test_what_nobody_foresaw_is_one_line_without_a_place(monkeypatch, tmp_path, capsys, error, said):
    from HER2LowMRILib.commands import study as command

    def fail(_folder):
        raise error

    monkeypatch.setattr(command, "open_study", fail)
    assert main(["study", "check", str(tmp_path), "--quiet"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith(f"her2lowmri study check: {said}")
    assert printed.count("\n") == 1
    assert "secret" not in printed
    assert "JANE" not in printed
    assert os.environ.get("HER2LOWMRI_TRACEBACK") is None
    assert cli.COMMANDS


@pytest.mark.parametrize("length", [256, 300, 5000])
def test_names_that_no_system_can_hold_are_told_in_one_line(study, tmp_path, capsys, length):
    name = "x" * length
    for arguments in (
        ["study", "check", name],
        ["study", "init", str(tmp_path / name), "--title", "x"],
        ["study", "add", str(study), name],
        ["study", "pathology", str(study), name],
        ["study", "read", str(study), "r1", name],
        ["study", "adjudicate", str(study), name],
        ["export", str(study), "--out", str(tmp_path / name)],
        ["maps", name, "--out", str(tmp_path / "maps")],
        ["features", "--adc", name, "--voi", name],
        ["analyze", name, "--out", str(tmp_path / "a")],
    ):
        assert main([*arguments]) == 1, arguments[:2]
        said = capsys.readouterr().err
        assert said.startswith("her2lowmri"), said[:200]
        assert said.count("\n") == 1
        assert "Traceback" not in said
