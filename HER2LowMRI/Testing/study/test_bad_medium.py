"""A disk, a share or a right that fails at any call: told in words, nothing lost, nothing left, nobody locked out."""

import contextlib
import errno
import hashlib
import os
import signal
import stat
import time
from pathlib import Path

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.check_study import check_study
from study.made_up_study import MASS, draw, made_up_study, read_case
from study.test_study_faults import in_child, needs_fork

CALLS = (
    "open",
    "stat",
    "lstat",
    "mkdir",
    "rmdir",
    "unlink",
    "rename",
    "replace",
    "fsync",
    "listdir",
    "scandir",
    "chmod",
)
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.ESTALE, errno.ENAMETOOLONG, errno.EROFS)


class FailingDisk:
    """Lets the n-th call of any kind below a folder fail as the operating system would."""

    def __init__(self, monkeypatch, folder, at, error):
        self.seen, self.at, self.error, self.folder = 0, at, error, str(folder)
        for name in CALLS:
            monkeypatch.setattr(os, name, self._failing(getattr(os, name)))

    def _failing(self, real):
        def call(place, *arguments, **named):
            concerns = isinstance(place, int) or str(place).startswith(self.folder)
            if concerns:
                self.seen += 1
                if self.seen == self.at:
                    raise OSError(self.error, os.strerror(self.error), str(place))
            return real(place, *arguments, **named)

        return call


def work(study, done):
    """What people do in a study; adds what was acknowledged."""
    with open_study(study.folder).coordinator(take_over=True) as office:
        office.exclude("P3", "motion")
        done["excluded"] = True
        office.set_pathology("P2", her2_ihc="2+")
        done["pathology"] = True
        office.remove("P2", "synthetic", take_over=True)
        office.restore("P2", "synthetic", take_over=True)
    with open_study(study.folder).reader("r1", take_over=True) as view:
        case = view.open_case("P1")
        for item, value in MASS.items():
            case.set_answer(item, value)
            done[item] = value
        draw(case)
        done["voi"] = True
        case.sign_off()
        done["signed"] = True
    with open_study(study.folder).adjudicator(take_over=True) as desk:
        assert desk.work_list
    assert open_study(study.folder).cohort().status()


@pytest.mark.parametrize("every", [61, pytest.param(1, marks=pytest.mark.full)])
def test_whatever_call_fails_it_is_told_in_words_and_nothing_acknowledged_is_lost(
    tmp_path, monkeypatch, every
):
    at, faults = 1, 0
    while True:
        study = made_up_study(tmp_path / f"{at}", cases=3)
        done = {}
        with monkeypatch.context() as patch:
            disk = FailingDisk(patch, study.folder, at, ERRORS[at % len(ERRORS)])
            try:
                work(study, done)
            except HER2LowMRIError as error:
                assert str(tmp_path) not in str(error)
        if disk.seen < at:
            break
        faults += 1
        with open_study(study.folder).coordinator(take_over=True) as office:
            excluded = {case.case_id: case.excluded for case in office.cases}
            assert excluded.get("P3") == "motion" or "excluded" not in done
            if "P2" not in excluded:
                office.restore("P2", "synthetic", take_over=True)
            elif any(case.case_id == "P2" for case in office.removed):
                office.remove("P2", "synthetic", take_over=True)
            assert "pathology" not in done or office.pathology("P2")["her2_ihc"] == "2+"
        with open_study(study.folder).reader("r1", take_over=True) as view:
            case = view.open_case("P1")
            assert {item: value for item, value in done.items() if item in MASS}.items() <= dict(
                case.answers
            ).items()
            assert "voi" not in done or case.voi_path is not None
            assert case.state == ("signed_off" if "signed" in done else case.state)
            assert case.notes == ()
        findings = [str(found) for found in check_study(open_study(study.folder)).findings]
        assert not [found for found in findings if "removal was interrupted" not in found], (at, findings)
        left = [path.name for path in study.folder.rglob(".*") if not path.name.startswith(".session")]
        assert [name for name in left if name != ".lock"] == [], f"fault {at} left {left}"
        at += every
    print(f"{faults} failing calls")
    assert faults * every > 300


@needs_fork
@pytest.mark.parametrize("room", [0, 30, 120])
def test_a_full_disk_at_opening_is_told_and_locks_nobody_out(tmp_path, room):
    """A limit of the file size stands for the full disk."""
    import resource

    study = made_up_study(tmp_path / "study", cases=1)

    def run_out():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        for enter in (study.coordinator, study.adjudicator, lambda: study.reader("r1")):
            try:
                enter().close()
            except StudyError as error:
                assert str(tmp_path) not in str(error)
            else:
                assert room == 120 or enter != study.coordinator

    _, status = os.waitpid(in_child(run_out), 0)
    assert os.waitstatus_to_exitcode(status) == 0
    with study.reader("r1") as view:
        read_case(view.open_case("P1"), MASS)
    assert check_study(study).findings == ()


@pytest.mark.parametrize("at", range(1, 40, 3))
def test_a_failed_set_up_does_not_block_the_next_one(tmp_path, monkeypatch, at):
    with monkeypatch.context() as patch, contextlib.suppress(StudyError):
        FailingDisk(patch, tmp_path / "study", at, errno.ENOSPC)
        create_study(tmp_path / "study", "Synthetic study")
    if not (tmp_path / "study" / "study.json").exists():
        create_study(tmp_path / "study", "Synthetic study")
    assert check_study(open_study(tmp_path / "study")).findings == ()


class PowerOff(BaseException):
    """No error that any code may handle."""


@needs_fork
@pytest.mark.parametrize("at", range(1, 60, 6))
def test_a_set_up_that_was_killed_does_not_block_the_next_one(tmp_path, at):
    def killed():
        seen, real = 0, os.open

        def counted(*arguments, **named):
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        os.open = counted
        create_study(tmp_path / "study", "Synthetic study")

    os.waitpid(in_child(killed), 0)
    if not (tmp_path / "study" / "study.json").exists():
        create_study(tmp_path / "study", "Synthetic study")
    with open_study(tmp_path / "study").coordinator(take_over=True) as office:
        assert office.cases == ()
    assert check_study(open_study(tmp_path / "study")).findings == ()


def test_a_folder_with_files_of_somebody_is_never_taken_for_a_set_up_that_was_stopped(tmp_path):
    made_up_study(tmp_path / "study", cases=1)
    with pytest.raises(StudyError, match="empty folder"):
        create_study(tmp_path / "study", "Synthetic study")
    (tmp_path / "study" / "study.json").unlink()
    with made_up_study(tmp_path / "other", cases=1).reader("r1") as view:
        view.open_case("P1").set_answer("fgt", "a")
    (tmp_path / "other" / "study.json").unlink()
    with pytest.raises(StudyError, match="empty folder"):
        create_study(tmp_path / "other", "Synthetic study")
    assert (tmp_path / "other" / "readers" / "r1" / "P1" / "reading.json").exists()


def test_the_key_is_for_its_owner_only(tmp_path):
    study = made_up_study(tmp_path / "study", cases=0)
    assert stat.S_IMODE((study.folder / "pseudonym.key").stat().st_mode) == 0o600


# Between the rounds of a busy session: logs that grow without end would make each look longer than the one before.
PAUSE_S = 0.02


@needs_fork
@pytest.mark.parametrize("looks", [6, pytest.param(60, marks=pytest.mark.full)])
def test_the_check_beside_busy_sessions_raises_no_false_alarm(tmp_path, looks):
    folder = tmp_path / "study"
    study = made_up_study(folder, cases=4)
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            for number in (1, 2, 3, 4):
                read_case(view.open_case(f"P{number}"), MASS)

    def read(reader, cases):
        def act():
            with open_study(folder).reader(reader) as view:
                number = 0
                while (tmp_path / "go").exists():
                    case = view.open_case(cases[number % len(cases)])
                    if not case.is_open:
                        case.amend(f"round {number}")
                    case.set_comment(f"{number}")
                    draw(case, number)
                    case.sign_off()
                    number += 1
                    time.sleep(PAUSE_S)

        return act

    def coordinate():
        with open_study(folder).coordinator() as office:
            number = 0
            while (tmp_path / "go").exists():
                office.exclude("P1", f"{number}")
                office.set_pathology("P1", age=40 + number % 40)
                office.include("P1")
                number += 1
                time.sleep(PAUSE_S)

    (tmp_path / "go").touch()
    children = [in_child(read("r1", ("P2", "P3"))), in_child(read("r2", ("P2", "P4"))), in_child(coordinate)]
    alarms = []
    try:
        for _ in range(looks):
            alarms += check_study(open_study(folder)).findings
            alarms += [
                status
                for status in open_study(folder).cohort().status()
                if "damaged" in status.readings.values()
            ]
            with open_study(folder).adjudicator() as desk:
                alarms += [item for item in desk.work_list if item.state == "damaged"]
    finally:
        (tmp_path / "go").unlink()
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert alarms == []
    assert check_study(open_study(folder)).findings == ()
    print(f"{looks} looks")


HOSTILE = (
    "red \x1b[31malert\x1b[0m",
    "line\nbreak\rback",
    "\x1b]0;title\x07",
    "turned \u202eesrever",
    "tab\tand\x9b1m",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_typed_cannot_command_the_terminal(tmp_path, capsys, text):
    study = made_up_study(tmp_path / "study", cases=3)
    with study.coordinator() as office:
        office.exclude("P1", text)
        office.remove("P3", text)
    with study.reader("r1") as view:
        case = view.open_case("P2")
        case.propose_exclusion(text)
        case.sign_off()
    capsys.readouterr()
    main(["study", "status", str(study.folder)])
    main(["study", "check", str(study.folder), "--quiet"])
    main(["export", str(study.folder), "--out", str(tmp_path / "out"), "--jobs", "1", "--quiet"])
    printed = capsys.readouterr()
    assert (
        "alert" in printed.out
        or "break" in printed.out
        or "title" in printed.out
        or "turned" in printed.out
        or "and" in printed.out
    )
    for sign in (*"\x1b\x07\r\x9b\u202e", "line\nbreak"):
        assert sign not in printed.out + printed.err
    assert Path(study.folder).exists()


@pytest.mark.parametrize("name", ["pathology.csv", "cases.csv", "voi.seg.nrrd"])
def test_a_file_that_could_not_be_moved_to_its_place_is_there_in_the_next_session(
    tmp_path, monkeypatch, name
):
    study = made_up_study(tmp_path / "study", cases=2)
    replace = os.replace

    def refused(source, target, **options):
        if Path(target).name == name:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(target))
        return replace(source, target, **options)

    with study.coordinator() as office, study.reader("r1") as view:
        case = view.open_case("P1")
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", refused)
            office.set_pathology("P1", her2_ihc="2+")
            office.exclude("P2", "motion")
            draw(case)
    with open_study(study.folder).coordinator() as office:
        assert office.pathology("P1")["her2_ihc"] == "2+"
        assert {case.case_id: case.excluded for case in office.cases} == {"P1": None, "P2": "motion"}
    with open_study(study.folder).reader("r1") as view:
        case = view.open_case("P1")
        assert case.notes == ()
        assert case.voi_path.stat().st_size > 0
    assert not check_study(open_study(study.folder)).findings


@pytest.fixture
def stubborn(monkeypatch):
    """Lets the moves of a file to its place fail: `with stubborn("voi.seg.nrrd"): ...`."""
    replace = os.replace

    @contextlib.contextmanager
    def refusing(name):
        def refused(source, target, **options):
            if Path(target).name == name:
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(target))
            return replace(source, target, **options)

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", refused)
            yield

    return refusing


def content_hash(case):
    return hashlib.sha256(case.voi_path.read_bytes()).hexdigest()


def test_a_voi_that_could_not_be_moved_is_moved_when_it_is_needed(tmp_path, stubborn):
    study = made_up_study(tmp_path / "study", cases=1)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        draw(case, 3)
        with stubborn("voi.seg.nrrd"):
            draw(case, 7)
            # Neither the outline before nor none is taken for it.
            with pytest.raises(StudyError, match="cannot be moved to its place"):
                _ = case.voi_path
        assert content_hash(case) == case._record.state["voi_sha256"]
        with stubborn("voi.seg.nrrd"):
            draw(case, 8)
        for item, answer in MASS.items():
            case.set_answer(item, answer)
        assert case.sign_off().voi_sha256 == content_hash(case)
    assert not check_study(open_study(study.folder)).findings


@pytest.mark.parametrize(
    ("out", "back"),
    [
        (lambda office: office.exclude("P1", "perhaps motion"), lambda office: office.include("P1")),
        (lambda office: office.remove("P1", "perhaps another"), lambda office: office.restore("P1", "no")),
    ],
    ids=["left out and in again", "removed and restored"],
)
def test_a_voi_that_waits_for_its_place_outlasts_the_case_being_out_of_the_study(
    tmp_path, stubborn, out, back
):
    study = made_up_study(tmp_path / "study", cases=2)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        draw(case, 3)
        with stubborn("voi.seg.nrrd"):
            draw(case, 7)
        saved = case._record.state["voi_sha256"]
    with study.coordinator() as office:
        out(office)
    with study.reader("r1") as view:
        assert [item.case_id for item in view.work_list] == ["P2"]
    with study.coordinator() as office:
        back(office)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        assert case.notes == ()
        assert content_hash(case) == saved


def test_an_erased_case_leaves_no_outline_that_waited_for_its_place(tmp_path, stubborn):
    study = made_up_study(tmp_path / "study", cases=2)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        with stubborn("voi.seg.nrrd"):
            draw(case, 7)
    with study.coordinator() as office:
        office.erase("P1", "consent withdrawn")
    assert not list((study.folder / "readers").rglob("*voi*"))


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights by folder")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_keeps_its_rights_when_it_is_replaced(tmp_path, mode):
    """Who was kept out of the pathology and its log is kept out of what the next save writes."""
    study = made_up_study(tmp_path / "study", cases=1)
    files = [study.folder / name for name in ("pathology.csv", "log.jsonl", "coordinator.json", "cases.csv")]
    with study.coordinator() as office:
        office.set_pathology("P1", her2_ihc="2+")
        for file in files:
            file.chmod(mode)
        before = [file.read_bytes() for file in files]
        office.set_pathology("P1", her2_ihc="3+")
        office.exclude("P1", "motion")
    assert all(file.read_bytes() != old for file, old in zip(files, before, strict=True)), "each was replaced"
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [mode] * len(files)
    write_verified(files[0], b"case_id\r\n")
    assert stat.S_IMODE(files[0].stat().st_mode) == mode
