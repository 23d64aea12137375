"""What is no file, given to a command in place of one: a device or a pipe that never ends is refused, not read."""

import contextlib
import os
import signal
from pathlib import Path

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.workflow.export_cohort import export_cohort
from study.made_up_study import MASS, made_up_study, read_case

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
HUNG_AFTER_S = 60


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    study = made_up_study(tmp_path_factory.mktemp("places") / "study", cases=2)
    with study.reader("r1") as view:
        read_case(view.open_case("P1"), MASS)
    export_cohort(study, study.folder.parent / "tables")
    return study.folder


def endless(kind, folder):
    """A place in which no reading comes to an end."""
    if kind == "device":
        if not Path("/dev/zero").exists():
            pytest.skip("this system has no endless device")
        return Path("/dev/zero")
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def commands(study, place, out):
    features = study.parent / "tables" / "features.csv"
    analyze = ["analyze", features, "--out", out, "--jobs", "1"]
    return {
        "maps": ["maps", place, "--out", out],
        "examination": ["examination", place],
        "features": ["features", "--adc", place, "--voi", place],
        "check": ["study", "check", place],
        "received": ["study", "check", place, "--received"],
        "init": ["study", "init", out, "--title", "x", "--lexicon", f"{place}.json"],
        "add": ["study", "add", study, place],
        "pathology": ["study", "pathology", study, place],
        "read": ["study", "read", study, "r1", place],
        "adjudicate": ["study", "adjudicate", study, place],
        "train": ["study", "train", study, place],
        "hanging": ["study", "hanging", study, place],
        "merge": ["study", "merge", out, place, place],
        "analyze": ["analyze", place, "--out", out],
        "apply": ["apply", place, features, "--out", out],
        "plan": ["plan", "study", place],
        **{
            f"analyze {option}": [*analyze, option, place]
            for option in ("--readings", "--flow", "--retest", "--bins", "--lexicon", "--answers")
        },
    }


@contextlib.contextmanager
def no_longer_than(seconds):
    def hung(*_signal):
        raise AssertionError("the command hangs")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("kind", ["device", "pipe"])
@pytest.mark.parametrize("name", commands(Path("s"), Path("p"), Path("o")))
def test_a_place_without_end_is_refused(study, tmp_path, capsys, name, kind):
    place = endless(kind, tmp_path)
    if name == "init":
        (tmp_path / "own.json").symlink_to(place)
        place = tmp_path / "own"
    arguments = commands(study, place, tmp_path / "out")[name]
    with no_longer_than(HUNG_AFTER_S):
        assert main([str(argument) for argument in arguments]) == 1
    said = capsys.readouterr().err
    assert "unexpected" not in said
    assert said.splitlines()[-1].startswith(f"her2lowmri {arguments[0]}")


@pytest.mark.parametrize("place", [".", "/", "..", "a\0b"])
@pytest.mark.parametrize(
    "name",
    sorted({*commands(Path("s"), Path("p"), Path("o"))} - {"maps", "examination", "features", "add", "init"}),
)
def test_a_folder_or_no_name_at_all_is_refused(study, tmp_path, monkeypatch, capsys, name, place):
    (tmp_path / "here" / "empty").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "empty")
    arguments = commands(study, Path(place), tmp_path / "out")[name]
    assert main([str(argument) for argument in arguments]) == 1
    assert "unexpected" not in capsys.readouterr().err


@pytest.mark.parametrize("place", [".", "/", "..", "nothing/.."])
@pytest.mark.parametrize(
    "arguments",
    [
        ["study", "status", "STUDY", "--html", "OUT"],
        ["study", "template", "STUDY", "cases", "--out", "OUT"],
        ["analyze", "TABLE", "--out", "x", "--jobs", "1", "--freeze", "OUT"],
    ],
)
def test_a_folder_in_the_place_of_a_file_to_write_is_refused(
    study, tmp_path, monkeypatch, capsys, arguments, place
):
    (tmp_path / "here" / "empty").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "empty")
    meant = {"STUDY": str(study), "TABLE": str(study.parent / "tables" / "features.csv"), "OUT": place}
    assert main([meant.get(argument, argument) for argument in arguments]) == 1
    assert "unexpected" not in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_voi_without_end_is_refused(study, tmp_path, capsys, kind):
    table = tmp_path / "readings.csv"
    table.write_text(f"case_id,voi\nP2,{endless(kind, tmp_path)}\n")
    with no_longer_than(HUNG_AFTER_S):
        assert main(["study", "read", str(study), "r1", str(table)]) == 1
    assert "unexpected" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"schema": "her2lowmri.maps/1", "b_values": [{"b_value": 1' + "0" * 400 + "}]}"],
)
def test_a_hostile_record_beside_the_maps_is_told_in_words(tmp_path, content):
    from HER2LowMRILib.core.errors import ImageError
    from HER2LowMRILib.images.map_files import RECORD_FILE, SCHEMA, read_record

    (tmp_path / RECORD_FILE).write_text(content.replace("her2lowmri.maps/1", SCHEMA))
    with pytest.raises(ImageError, match="is damaged"):
        read_record(tmp_path)


@pytest.mark.parametrize("file", ["study.json", "cases.csv", "readers/r1/P1/log.jsonl", "new.csv"])
def test_no_command_writes_over_a_file_of_a_study(study, capsys, file):
    target = study / file
    before = target.read_bytes() if target.exists() else None
    features = str(study.parent / "tables" / "features.csv")
    for arguments in (
        ["features", "--adc", features, "--voi", features, "--out", str(target)],
        ["maps", features, "--out", str(target.parent)],
        ["export", str(study), "--out", str(target.parent)],
        ["study", "status", str(study), "--html", str(target)],
        ["study", "template", str(study), "cases", "--out", str(target)],
        ["analyze", features, "--out", str(target.parent), "--jobs", "1"],
        ["analyze", features, "--out", "x", "--jobs", "1", "--freeze", str(target)],
        ["dicom", str(study), "--out", str(target.parent)],
    ):
        assert main(arguments) == 1, arguments[:2]
        said = capsys.readouterr().err
        assert "into the study" in said or "needed a name with .csv" in said, said
    assert (target.read_bytes() if target.exists() else None) == before


@pytest.mark.parametrize("act", ["export", "dicom"])
def test_a_link_that_leads_to_itself_is_no_place_to_write(study, tmp_path, capsys, act):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    # Without a reading that can be measured nothing is written, and a place is not asked for.
    assert main([act, str(study), "--out", str(tmp_path / "loop")]) in (0, 1)
    assert "unexpected" not in capsys.readouterr().err


def test_images_behind_a_link_that_leads_to_itself_stop_no_check_and_no_erasure(tmp_path, capsys):
    study = made_up_study(tmp_path / "study", cases=2)
    (study.folder / "images").rmdir()
    (study.folder / "images").symlink_to(study.folder / "images")
    folder = str(study.folder)
    for arguments in (
        ["check", folder, "--received"],
        ["remove", folder, "P1", "--reason", "x", "--erase", "P1"],
    ):
        main(["study", *arguments])
        assert "unexpected" not in capsys.readouterr().err


def test_a_user_without_a_home_is_asked_like_any_other(study, tmp_path, monkeypatch, capsys):
    for name in ("HER2LOWMRI_SETTINGS", "HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    # A number of no user, as containers have them.
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    assert main(["study", "status", str(study)]) == 0
    assert "neither set up nor checked" in capsys.readouterr().err
    assert main(["study", "init", str(tmp_path / "new"), "--title", "x"]) == 0
