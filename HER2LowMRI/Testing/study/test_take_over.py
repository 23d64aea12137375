"""A session that stalls inside a save, is taken over, and wakes up: nothing of it gets anywhere any more.

The stall is played at every call to the file system of every kind of save: there a second session takes over, works
and saves, and then the first goes on as if nothing had been.
"""

import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path

import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.seen_states import SEEN_FILE
from HER2LowMRILib.study.session_lock import (
    LockLost,
    SessionLock,
    StudyLocked,
    StudyUnreachable,
    this_machine,
)
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.repair_record import repair_record
from study.made_up_study import MASS, draw, made_up_study, read_case

_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.listdir", "os.scandir")


class StopPoints:
    """Calls something once, before the n-th call to the file system below a folder."""

    def __init__(self):
        self.folder, self.seen, self.at, self.call = None, 0, 0, None
        sys.addaudithook(self._hook)
        self._fsync, self._stat = os.fsync, os.stat

    def _hook(self, event, arguments):
        if self.call is not None and event in _EVENTS and str(arguments[0]).startswith(self.folder):
            self.count()

    def count(self):
        self.seen += 1
        if self.seen == self.at:
            call, self.call = self.call, None
            call()

    @contextlib.contextmanager
    def before(self, number, folder, call, monkeypatch):
        def fsync(handle):
            if self.call is not None:
                self.count()
            self._fsync(handle)

        def stat(path, **options):
            if self.call is not None and str(path).startswith(self.folder):
                self.count()
            return self._stat(path, **options)

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "stat", stat)
        self.folder, self.seen, self.at, self.call = str(folder), 0, number, call
        try:
            yield self
        finally:
            self.call = None


POINTS = StopPoints()
# Every so many of the stop points; all of them in the long form.
EVERY = [7, pytest.param(1, marks=pytest.mark.full)]

SAVES = {
    "answer": lambda case: case.set_answer("fgt", "d"),
    "remark": lambda case: case.set_comment("of the old session"),
    "VOI": lambda case: draw(case, 7),
    "sign-off": lambda case: case.sign_off(),
    "amendment": lambda case: case.amend("of the old session"),
}
IN_LOG = {
    "answer": lambda entry: (entry["action"], entry.get("new")) == ("answer", "d"),
    "remark": lambda entry: (entry["action"], entry.get("new")) == ("comment", "of the old session"),
    "VOI": lambda entry: entry["action"] == "voi" and entry["n"] > 12,
    "sign-off": lambda entry: entry["action"] == "sign_off" and entry["by"] == "r1",
    "amendment": lambda entry: entry.get("reason") == "of the old session",
}


def prepared(folder, kind):
    study = made_up_study(folder, cases=1)
    with study.reader("r1") as view:
        read_case(view.open_case("P1"), MASS, sign=kind == "amendment")
    return study


def lines_of(study):
    text = (study.folder / "readers" / "r1" / "P1" / "log.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", SAVES)
def test_wherever_a_save_stalls_what_the_next_session_saved_stays(tmp_path, monkeypatch, kind, every):
    stops, number, reached = 0, 1 - every, True
    while reached:
        number += every
        study = prepared(tmp_path / f"{number}", kind)
        old = study.reader("r1")
        case = old.open_case("P1")
        seen = {}

        def take_over(study=study, seen=seen):
            seen["view"] = view = open_study(study.folder).reader("r1", take_over=True)
            new = view.open_case("P1")
            seen["stood"] = any(map(IN_LOG[kind], lines_of(study)))
            if not new.is_open:
                new.amend("of the new session")
            new.set_answer("fgt", "a")
            draw(new, 99)
            seen["voi"] = new.voi_path.read_bytes()
            seen["lines"] = lines_of(study)

        told = "saved"
        with POINTS.before(number, study.folder, take_over, monkeypatch):
            try:
                SAVES[kind](case)
            except StudyError as error:
                told = type(error).__name__
        reached = "view" in seen
        if reached:
            stops += 1
            # What the first session was told is what the log says, and what the second one found.
            assert (told == "saved") == seen["stood"], f"stop {number}: told {told}"
            assert lines_of(study) == seen["lines"], f"stop {number}: the log changed after the take-over"
            with pytest.raises(LockLost):
                case.step_time("form", 1.0)
            old.close()
            assert seen["view"].open_case("P1").answers["fgt"] == "a"
            seen["view"].close()
            assert check_study(open_study(study.folder)).findings == (), f"stop {number}"
            with study.reader("r1") as again:
                found = again.open_case("P1")
                assert found.answers["fgt"] == "a"
                assert found.voi_path.read_bytes() == seen["voi"]
                assert found.notes == ()
            left = {path.name for path in (study.folder / "readers" / "r1").iterdir()}
            assert left == {"P1", SEEN_FILE}, "nothing of either session is left"
        else:
            old.close()
    print(f"{kind}: {stops} stop points")
    assert stops * every >= 25, "with the adjudicator's, more than 150 points in all"


@pytest.mark.parametrize("every", EVERY)
def test_wherever_a_decision_stalls_what_the_next_adjudicator_decided_stays(tmp_path, monkeypatch, every):
    stops, number, reached = 0, 1 - every, True
    while reached:
        number += every
        study = made_up_study(tmp_path / f"{number}", cases=1)
        for reader in ("r1", "r2"):
            with study.reader(reader) as view:
                read_case(
                    view.open_case("P1"), MASS | {"fgt": "a" if reader == "r1" else "b", "bpe": "marked"}
                )
        old = study.adjudicator()
        case, seen = old.open_case("P1"), {}

        def take_over(study=study, seen=seen):
            seen["desk"] = desk = open_study(study.folder).adjudicator(take_over=True)
            new = desk.open_case("P1")
            seen["stood"] = new.is_decided
            new.decide("fgt", "d", "of the new session")

        with POINTS.before(number, study.folder, take_over, monkeypatch):
            try:
                case.decide("fgt", "a", "of the old session")
                told = "saved"
            except StudyError as error:
                told = type(error).__name__
        old.close()
        reached = "desk" in seen
        if reached:
            stops += 1
            assert (told == "saved") == seen["stood"], f"stop {number}: told {told}"
            assert seen["desk"].open_case("P1").disagreements[0].decision == "d"
            seen["desk"].close()
            assert check_study(open_study(study.folder)).findings == ()
    print(f"decision: {stops} stop points")
    assert stops * every >= 25


@pytest.mark.parametrize("every", EVERY)
def test_a_session_that_ended_between_log_and_voi_leaves_the_voi_to_the_next(tmp_path, monkeypatch, every):
    """The power goes off after each step of a VOI save; what the log has is there, whole, and nothing else."""
    for number in range(1, 60, every):
        study = prepared(tmp_path / f"{number}", "VOI")
        view = study.reader("r1")
        case = view.open_case("P1")
        before = case.voi_path.read_bytes()

        def off():
            raise PowerOff

        with POINTS.before(number, study.folder, off, monkeypatch), contextlib.suppress(PowerOff):
            draw(case, 7)
        saved = hashlib.sha256((study.folder / "readers/r1/P1/voi.seg.nrrd").read_bytes()).hexdigest()
        logged = [entry["new"] for entry in lines_of(study) if entry["action"] == "voi"][-1]
        with study.reader("r1", take_over=True) as again:
            found = again.open_case("P1")
            content = found.voi_path.read_bytes()
            assert hashlib.sha256(content).hexdigest() == logged, f"stop {number}"
            assert found.notes == ()
        assert saved == logged or content != before
        assert check_study(open_study(study.folder)).findings == ()


class PowerOff(BaseException):
    """No error that any code may handle."""


@pytest.mark.parametrize("bit", [0, 3, 7])
def test_a_damaged_draft_is_not_taken_for_the_newest_voi(tmp_path, bit):
    study = prepared(tmp_path / "study", "VOI")
    file = study.folder / "readers" / "r1" / "P1" / "voi.seg.nrrd"
    whole = file.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 10)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << bit
        file.write_bytes(damaged)
        with study.reader("r1") as view:
            case = view.open_case("P1")
            assert case.voi_path is None
            assert "VOI" in case.missing_for_sign_off()
            assert "is not as it was saved" in case.notes[0]
            aside = sorted(file.parent.glob("voi.damaged-*"))[-1]
            assert damaged in [path.read_bytes() for path in file.parent.glob("voi.damaged-*")], aside
            case.save_voi_file(_kept(tmp_path, whole))
            assert case.voi_path.read_bytes() == whole
        assert check_study(study).findings == ()


def _kept(tmp_path, content):
    file = tmp_path / "kept.seg.nrrd"
    file.write_bytes(content)
    return file


def test_a_save_refused_on_read_back_is_not_there_on_reopening(tmp_path, monkeypatch):
    study = prepared(tmp_path / "study", "answer")
    real = Path.read_bytes
    for number in range(1, 6):
        calls = [0]

        def lying(path, calls=calls, number=number):
            content = real(path)
            calls[0] += path.name.split("+")[0] in ("file", "after")
            return content[:-1] + b"?" if calls[0] == number and content else content

        with study.reader("r1") as view:
            case = view.open_case("P1")
            monkeypatch.setattr(Path, "read_bytes", lying)
            with contextlib.suppress(StudyError):
                case.set_answer("fgt", "d")
                draw(case, 5)
                case.set_comment("x")
            monkeypatch.setattr(Path, "read_bytes", real)
            told = dict(case.answers), case.comment, case.voi_path.read_bytes()
        with study.reader("r1") as view:
            case = view.open_case("P1")
            assert (dict(case.answers), case.comment, case.voi_path.read_bytes()) == told
            case.set_answer("fgt", "b")
            case.set_comment("")
        assert check_study(study).findings == ()


@pytest.mark.parametrize("call", range(1, 7))
def test_a_save_whose_last_flush_failed_is_not_there_on_reopening(tmp_path, monkeypatch, call):
    study = prepared(tmp_path / "study", "answer")
    real, calls = os.fsync, [0]

    def flush(handle):
        calls[0] += 1
        if calls[0] == call:
            raise OSError(5, "Input/output error")
        real(handle)

    with study.reader("r1") as view:
        case = view.open_case("P1")
        before = case.answers["fgt"]
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", flush)
            try:
                case.set_answer("fgt", "d")
                expected = "d"
            except StudyError:
                expected = before
        assert case.answers["fgt"] == expected
    with study.reader("r1") as view:
        assert view.open_case("P1").answers["fgt"] == expected
    assert check_study(study).findings == ()


def test_an_unplugged_share_is_no_take_over(tmp_path):
    study = prepared(tmp_path / "study", "answer")
    view = study.reader("r1")
    case = view.open_case("P1")
    study.folder.rename(tmp_path / "unplugged")
    with pytest.raises(StudyUnreachable, match="cannot be reached"):
        case.set_answer("fgt", "d")
    study.folder.mkdir()
    with pytest.raises(StudyUnreachable):
        case.set_answer("fgt", "d")
    study.folder.rmdir()
    (tmp_path / "unplugged").rename(study.folder)
    case.set_answer("fgt", "d")
    view.close()
    assert check_study(study).findings == ()


def test_a_lock_that_somebody_deleted_takes_the_folder_from_nobody(tmp_path):
    study = prepared(tmp_path / "study", "answer")
    view = study.reader("r1")
    case = view.open_case("P1")
    (study.folder / "readers" / "r1" / ".lock").unlink()
    case.set_answer("fgt", "d")
    with open_study(study.folder).reader("r1") as second:
        assert second.open_case("P1").answers["fgt"] == "d"
        with pytest.raises(LockLost):
            case.set_answer("fgt", "a")
    view.close()


@pytest.mark.parametrize("pid", [10**30, -1, 0, 2**31, "1", None, 1.5, True, [1]])
def test_no_lock_whatever_its_content_stops_a_command_with_more_than_a_line(tmp_path, pid):
    lock = {"token": "t", "host": os.uname().nodename, "pid": pid, "since": "2031-01-01T00:00:00Z"}
    lock["machine"] = this_machine()
    (tmp_path / ".lock").write_text(json.dumps(lock))
    with pytest.raises(StudyLocked):
        SessionLock(tmp_path, "reader r1")
    SessionLock(tmp_path, "reader r1", take_over=True).release()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", ["state", "log", "both"])
def test_a_repair_keeps_every_acknowledged_answer_that_the_log_vouches_for(tmp_path, broken):
    study = prepared(tmp_path / "study", "answer")
    folder = study.folder / "readers" / "r1" / "P1"
    with study.reader("r1") as view:
        view.open_case("P1").set_answer("fgt", "d")
    state, log = folder / "reading.json", folder / "log.jsonl"
    if broken in ("state", "both"):
        # By hand, and whole: what nobody answered is not believed.
        state.write_text(state.read_text().replace('"fgt": "d"', '"fgt": "c"'))
    if broken in ("log", "both"):
        log.write_bytes(log.read_bytes() + b'{"n": 99, "previous": "x"}\n{"n": 100}\n')
    assert repair_record(study, "r1", "P1", "synthetic")
    with study.reader("r1") as view:
        assert view.open_case("P1").answers["fgt"] == "d"
    assert check_study(study).findings == ()


@pytest.mark.parametrize("every", EVERY)
def test_the_coordinators_tables_follow_the_log_wherever_a_change_was_stopped(tmp_path, monkeypatch, every):
    def off():
        raise PowerOff

    stops, number, reached = 0, 1 - every, True
    while reached:
        number += every
        study = made_up_study(tmp_path / f"{number}", cases=2)
        office = study.coordinator()
        with POINTS.before(number, study.folder, off, monkeypatch):
            try:
                office.exclude("P1", "motion")
                reached = False
            except PowerOff:
                stops += 1
        # A reader may come before the coordinator does.
        with open_study(study.folder).reader("r1") as view:
            seen_by_reader = [item.case_id for item in view.work_list]
        with open_study(study.folder).coordinator(take_over=True) as again:
            excluded = again.cases[0].excluded
            assert excluded in (None, "motion")
            assert excluded == "motion" or sorted(seen_by_reader) == ["P1", "P2"]
            again.exclude("P2", "x")
        assert check_study(open_study(study.folder)).findings == ()
    assert excluded == "motion"
    print(f"{stops} stop points")
    assert stops * every >= 15
