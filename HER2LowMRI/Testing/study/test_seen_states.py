"""Lists of cases are found again only where files changed, and are the same as if all were read."""

import json
import os
import shutil

import pytest
from HER2LowMRILib.study import adjudicator_view, reader_view
from HER2LowMRILib.study.change_log import ChangeLog
from HER2LowMRILib.study.seen_states import SEEN_FILE
from HER2LowMRILib.study.study_folder import open_study
from study.made_up_study import MASS, draw, made_up_study, read_case

NUMBERS = range(1, 6)


@pytest.fixture
def looked(monkeypatch):
    """Cases whose files were read for a list, since it was emptied last."""
    names = []
    for module, look in ((reader_view, "reading_state"), (adjudicator_view, "adjudication_state")):
        real = getattr(module, look)

        def counted(folder, *case_id, real=real):
            names.append(case_id[0] if case_id else folder.name)
            return real(folder, *case_id)

        monkeypatch.setattr(module, look, counted)
    return names


@pytest.fixture
def folder(tmp_path):
    """P1 and P2 read by both and different in one answer; P3 begun by r1; P4 and P5 not opened."""
    study = made_up_study(tmp_path / "study", cases=len(NUMBERS))
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            for number in (1, 2):
                read_case(view.open_case(f"P{number}"), MASS | {"fgt": "a" if reader == "r1" else "b"})
            if reader == "r1":
                view.open_case("P3").set_answer("fgt", "a")
    return study.folder


def states(folder, reader="r1"):
    with open_study(folder).reader(reader) as view:
        return {item.case_id: item.state for item in view.work_list}


def desk(folder):
    with open_study(folder).adjudicator() as view:
        return {item.case_id: (item.state, item.open) for item in view.work_list}


READ = {"P1": "signed_off", "P2": "signed_off", "P3": "in_progress", "P4": "not_started", "P5": "not_started"}
DESK = {
    "P1": ("to_decide", 1),
    "P2": ("to_decide", 1),
    **dict.fromkeys(("P3", "P4", "P5"), ("waiting", 0)),
}


def test_nothing_is_read_again_where_nothing_changed(folder, looked):
    assert states(folder) == READ
    assert looked == [], "what a session saved itself it need not read"
    with open_study(folder).reader("r1") as view:
        assert view.next_case_id() in ("P3", "P4", "P5")
        assert view.progress == (2, 5)
    assert desk(folder) == DESK
    looked.clear()
    assert desk(folder) == DESK
    assert set(looked) <= {"P4", "P5"}, "of these there is no file to know them by"
    with open_study(folder).adjudicator() as view:
        assert view.next_case_id() == "P1"


def change_nothing(_folder):
    pass


def amend(folder):
    with open_study(folder).reader("r1") as view:
        case = view.open_case("P1")
        case.amend("synthetic")
        case.set_answer("fgt", "b")
        case.sign_off()


def killed_while_amending(folder):
    view = open_study(folder).reader("r1")
    view.open_case("P1").amend("synthetic")
    for place in (folder / "readers" / "r1").glob(".session-*"):
        shutil.rmtree(place)
    (folder / "readers" / "r1" / ".lock").unlink()


def ended_between_log_and_state(folder):
    reading = folder / "readers" / "r1" / "P1"
    log = ChangeLog(reading / "log.jsonl", "r1")
    log.append("amend", reason="synthetic")
    (reading / "reading.json").unlink()


def restored_from_a_backup_of_the_same_size_and_time(folder):
    reading, other = (folder / "readers" / "r1" / name for name in ("P1", "P3"))
    for name in ("reading.json", "log.jsonl"):
        found = (reading / name).stat()
        shutil.copyfile(other / name, folder / "new")
        (folder / "new").replace(reading / name)
        os.utime(reading / name, ns=(found.st_atime_ns, found.st_mtime_ns))


def deleted(folder):
    shutil.rmtree(folder / "readers" / "r1" / "P1")


def damaged(folder):
    (folder / "readers" / "r1" / "P1" / "reading.json").write_bytes(b"{")
    (folder / "readers" / "r1" / "P1" / "log.jsonl").write_bytes(b"x\ny\n")


def removed_and_restored(folder):
    for act in ("remove", "restore"):
        with open_study(folder).coordinator() as office:
            getattr(office, act)("P1", "synthetic")


def copied_elsewhere(folder):
    shutil.copytree(folder, folder.with_name("copy"))
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("copy"), folder)


CHANGES = (
    change_nothing,
    amend,
    killed_while_amending,
    ended_between_log_and_state,
    restored_from_a_backup_of_the_same_size_and_time,
    deleted,
    damaged,
    removed_and_restored,
    copied_elsewhere,
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_happened_to_the_files_the_lists_are_those_of_files_read_anew(folder, change):
    states(folder), desk(folder)
    change(folder)
    seen = states(folder), desk(folder)
    files = list(folder.rglob(SEEN_FILE))
    assert len(files) == 3
    for file in files:
        file.unlink()
    assert (states(folder), desk(folder)) == seen


HOSTILE = (
    "",
    "null",
    "[]",
    "{}",
    "[" * 100_000,
    '{"context": 1, "cases": 2}',
    "\0" * 300,
    "1" * 5000,
    "\ud800",
)


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_file_of_what_was_seen_is_as_good_as_none(folder, content):
    assert desk(folder) == DESK
    for file in folder.rglob(SEEN_FILE):
        file.write_bytes(content.encode("utf-8", "surrogatepass"))
    assert (states(folder), desk(folder)) == (READ, DESK)
    assert (states(folder), desk(folder)) == (READ, DESK)


MARK = "that of the files"


@pytest.mark.parametrize(
    "entry",
    [
        *(None, 1, "x", [], {}, [MARK], ["signed_off", MARK], [MARK, "bananas"], [MARK, ["signed_off"]]),
        *(
            [MARK, "signed_off", "x"],
            [MARK, "to_decide", -1],
            [MARK, "to_decide", True],
            [[MARK], "signed_off"],
        ),
    ],
)
def test_a_hostile_entry_of_what_was_seen_is_as_good_as_none(folder, entry):
    desk(folder)
    for file in folder.rglob(SEEN_FILE):
        kept = json.loads(file.read_text())
        changed = {
            name: json.loads(json.dumps(entry).replace(MARK, known[0]))
            for name, known in kept["cases"].items()
        }
        assert changed
        file.write_text(json.dumps(kept | {"cases": changed}))
    assert (states(folder), desk(folder)) == (READ, DESK)


def test_a_case_that_is_gone_is_forgotten(folder):
    states(folder), desk(folder)
    with open_study(folder).coordinator() as office:
        office.erase("P1", "consent withdrawn")
    states(folder), states(folder, "r2"), desk(folder)
    for file in folder.rglob(SEEN_FILE):
        assert "P1" not in json.loads(file.read_text())["cases"]


def test_a_disk_that_takes_no_list_loses_nothing_else(folder, monkeypatch):
    def refused(source, target, **options):
        if str(target).endswith(SEEN_FILE):
            raise OSError(28, "No space left on device")
        return replace(source, target, **options)

    replace = os.replace
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refused)
        with open_study(folder).reader("r1") as view:
            case = view.open_case("P3")
            draw(case)
            for item, answer in MASS.items():
                case.set_answer(item, answer)
            case.sign_off()
    assert states(folder)["P3"] == "signed_off"
    left = [path.name for path in folder.rglob(".*") if path.name != ".lock"]
    assert left == []
