"""A file is the new one, whole, or the old one; who could not save is told, without a path."""

import os

import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files import verified_write
from HER2LowMRILib.files.verified_write import make_folder, write_together, write_verified


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    file = tmp_path / "reading.json"
    for content in (b"", b"one", b"\0" * 100_000):
        write_verified(file, content)
        assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("name", ["absent/reading.json", "x" * 300])
def test_what_cannot_be_saved_is_named_without_its_place(tmp_path, name):
    with pytest.raises(StudyError, match="was not saved") as refused:
        write_verified(tmp_path / name, b"content")
    assert str(tmp_path) not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_place_of_the_file_is_reported_and_stays(tmp_path):
    (tmp_path / "reading.json" / "inside").mkdir(parents=True)
    with pytest.raises(StudyError, match=r"something else called reading.json is in the way.*Move that away"):
        write_verified(tmp_path / "reading.json", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["reading.json"]


@pytest.mark.parametrize("wanted", ["notes.txt", "notes.txt/inside/deeper"])
def test_a_file_in_the_place_of_a_folder_is_named_without_its_place(tmp_path, wanted):
    (tmp_path / "notes.txt").write_text("synthetic")
    with pytest.raises(StudyError, match=r"results cannot be written: .*a file called notes\.txt") as refused:
        make_folder(tmp_path / wanted, "the folder of the results")
    assert str(tmp_path) not in str(refused.value)


class SharingViolation(PermissionError):
    """What Windows raises while another program holds the file."""

    winerror = 32


@pytest.mark.parametrize("busy", [1, 3, 5])
def test_on_windows_a_file_that_is_held_for_a_moment_is_tried_again(tmp_path, monkeypatch, busy):
    waited = _windows_holding_the_file(monkeypatch, busy)
    write_verified(tmp_path / "features.csv", b"new")
    assert (tmp_path / "features.csv").read_bytes() == b"new"
    assert waited == [0.05, 0.1, 0.2, 0.4, 0.8][:busy]


def test_on_windows_a_file_that_stays_open_in_a_spreadsheet_is_named(tmp_path, monkeypatch):
    (tmp_path / "features.csv").write_bytes(b"old")
    _windows_holding_the_file(monkeypatch, 1000)
    with pytest.raises(StudyError, match=r"features\.csv was not saved: .*open in another program"):
        write_verified(tmp_path / "features.csv", b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("features.csv", b"old")]


def _windows_holding_the_file(monkeypatch, times):
    """Windows cannot be had here: its refusal to replace an open file is played."""
    waited, calls = [], []
    real = verified_write.Path.replace

    def replace(self, target):
        calls.append(target)
        if len(calls) <= times:
            raise SharingViolation(13, "The process cannot access the file")
        return real(self, target)

    monkeypatch.setattr(verified_write.Path, "replace", replace)
    monkeypatch.setattr(verified_write.time, "sleep", waited.append)
    monkeypatch.setattr(verified_write.sys, "platform", "win32")
    return waited


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("kind", ["pipe", "link to a device"])
def test_no_file_takes_the_place_of_a_device_or_a_pipe(tmp_path, kind):
    """Root may replace /dev/null, for everybody on that computer."""
    place = tmp_path / "features.csv"
    if kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(os.devnull)
    before = place.lstat()
    for write in (lambda: write_verified(place, b"x"), lambda: write_together({place: [b"x"]})):
        with pytest.raises(StudyError, match="something else called features"):
            write()
    assert place.lstat() == before
    assert list(tmp_path.iterdir()) == [place]
