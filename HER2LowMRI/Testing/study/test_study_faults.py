"""Killed, cut off, out of space, two at once: what was acknowledged is there, whole, and where it belongs.

The short form runs with every `make test`; the numbers of the issue run with `make test-full`.
"""

import itertools
import json
import os
import random
import signal
import time
from pathlib import Path

import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files import verified_write
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.readings import signed_version
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS, draw, made_up_study, read_case

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork to kill a copy of")

# A log that only grows would make each opening longer than the one before; the kills are the same.
KILLS_OF_ONE_STUDY = 50


def in_child(act) -> int:
    """Run ``act`` in a copy of this process; returns its id. The copy never comes back into pytest."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - told by the exit status
            os.write(2, f"child: {type(error).__name__}: {error}\n".encode())
            os._exit(1)
        os._exit(0)
    return child


def kill_while_saving(study, seed: int, act, longest_s: float = 0.03) -> int:
    """Let a copy call ``act(case, n)`` for n = 1, 2, ... and kill it at a random moment; returns the last n done."""
    done, tell = os.pipe()

    def save_forever():
        with study.reader("r1", take_over=True) as view:
            case = view.open_case("P1")
            os.write(tell, b"0\n")
            for number in range(1, 100_000):
                act(case, number)
                os.write(tell, f"{number}\n".encode())

    child = in_child(save_forever)
    os.close(tell)
    draw_from, told = random.Random(seed), b""
    for _ in range(draw_from.randrange(1, 5)):
        told += os.read(done, 65536)
    time.sleep(draw_from.uniform(0, longest_s))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while part := os.read(done, 65536):
        told += part
    os.close(done)
    return int(told.split()[-1])


@needs_fork
@pytest.mark.parametrize("times", [12, pytest.param(2000, marks=pytest.mark.full)])
def test_no_acknowledged_answer_is_lost_when_killed_at_any_moment(tmp_path, times):
    saved = 0
    for seed in range(times):
        if seed % KILLS_OF_ONE_STUDY == 0:
            study = made_up_study(tmp_path / f"study {seed}", cases=1)
        last = kill_while_saving(study, seed, lambda case, number: case.set_comment(f"{number}"))
        saved += last
        with study.reader("r1", take_over=True) as view:
            found = int(view.open_case("P1").comment or 0)
            # The change after the last acknowledged one may have reached the disk too.
            assert found in (last, last + 1), f"kill {seed}: acknowledged {last}, found {found}"
            view.open_case("P1").set_comment("0")
        if (seed + 1) % KILLS_OF_ONE_STUDY == 0 or seed + 1 == times:
            assert check_study(study).findings == (), "the chain of the log must hold after all kills"
    assert saved > times, "the kills came before any save"
    print(f"{times} kills, {saved} acknowledged saves, none lost")


@needs_fork
@pytest.mark.parametrize("times", [6, pytest.param(200, marks=pytest.mark.full)])
def test_a_voi_is_whole_when_killed_while_it_is_saved(tmp_path, times):
    contents = [b"NRRD0004 synthetic %d\n" % number + os.urandom(300_000) for number in range(4)]
    files = []
    for number, content in enumerate(contents):
        files.append(tmp_path / f"{number}.seg.nrrd")
        files[-1].write_bytes(content)
    for seed in range(times):
        if seed % KILLS_OF_ONE_STUDY == 0:
            study = made_up_study(tmp_path / f"study {seed}", cases=1)
        last = kill_while_saving(study, seed, lambda case, number: case.save_voi_file(files[number % 4]))
        with study.reader("r1", take_over=True) as view:
            case = view.open_case("P1")
            if case.voi_path is not None:
                assert case.voi_path.read_bytes() in contents
                assert last == 0 or case.voi_path.read_bytes() in (
                    contents[last % 4],
                    contents[(last + 1) % 4],
                )
    print(f"{times} kills")


@needs_fork
@pytest.mark.parametrize("saves", [96, pytest.param(10_000, marks=pytest.mark.full)])
def test_eight_processes_that_take_over_from_each_other_lose_and_mix_nothing(tmp_path, saves):
    """Each writes what was acknowledged into a file of its own; the logs hold exactly that, each once."""
    folder, readers = tmp_path / "study", ("r1", "r2", "r3")
    # So many that no log grows long: each opening reads all of one.
    cases = tuple(f"P{number}" for number in range(1, 7))
    made_up_study(folder, cases=len(cases), readers=readers)

    def work(number):
        def act():
            draw_from = random.Random(number)
            with (tmp_path / f"{number}.txt").open("w") as told:
                # Of what is tried, and of what was acknowledged.
                numbers, done = itertools.count(), 0
                while done < saves // 8:
                    try:
                        view = open_study(folder).reader(
                            draw_from.choice(readers), take_over=draw_from.random() < 0.1
                        )
                    except StudyError:
                        time.sleep(0.002)
                        continue
                    text = "to open the case"
                    try:
                        case = view.open_case(draw_from.choice(cases))
                        for _ in range(draw_from.randrange(1, 24)):
                            text = f"{number}-{next(numbers)}"
                            case.set_comment(text)
                            told.write(f"{text}\n")
                            done += 1
                    except StudyError:
                        told.write(f"refused {text}\n")
                    view.close()

        return act

    for child in [in_child(work(number)) for number in range(8)]:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    lines = [line for number in range(8) for line in (tmp_path / f"{number}.txt").read_text().splitlines()]
    told = [line for line in lines if not line.startswith("refused")]
    refused = {line.removeprefix("refused ") for line in lines if line.startswith("refused")}
    kept = []
    for log in folder.glob("readers/*/*/log.jsonl"):
        entries = [json.loads(line) for line in log.read_text().splitlines()]
        kept += [entry["new"] for entry in entries if entry["action"] == "comment"]
    assert sorted(kept) == sorted(told), "acknowledged and kept are the same, each once"
    assert not refused & set(kept), "what was refused is nowhere"
    # The first save of a case may have been taken over when its log had it: whoever opens the case next has it whole.
    for reader in readers:
        with open_study(folder).reader(reader) as view:
            for case_id in cases:
                view.open_case(case_id)
    assert check_study(open_study(folder)).findings == ()
    print(f"{len(told)} saves of 8 processes, {len(refused)} ended by a take-over")


class PowerCut(BaseException):
    """Not an error that any code may handle."""


def test_every_step_of_a_save_can_be_the_last(tmp_path, monkeypatch):
    """Cut off before each flush, rename and read-back of answers, VOI and sign-off in turn."""
    steps, cut_at = 0, None
    real_fsync, real_replace, real_read = os.fsync, Path.replace, Path.read_bytes

    def step(real):
        def counted(*arguments):
            nonlocal steps
            steps += 1
            if steps == cut_at:
                raise PowerCut
            return real(*arguments)

        return counted

    monkeypatch.setattr(os, "fsync", step(real_fsync))
    monkeypatch.setattr(Path, "replace", step(real_replace))
    monkeypatch.setattr(Path, "read_bytes", step(real_read))
    study, cuts = made_up_study(tmp_path / "study", cases=120), 0
    finished = False
    while not finished:
        acknowledged, case_id = {}, f"P{cuts + 1}"
        signed = False
        view = study.reader("r1", take_over=True)
        steps, cut_at = 0, cuts + 1
        try:
            case = view.open_case(case_id)
            for item, value in list(MASS.items())[:3]:
                case.set_answer(item, value)
                acknowledged[item] = value
            draw(case)
            drawn = True
            case.propose_exclusion("synthetic")
            case.sign_off()
            signed = finished = True
        except PowerCut:
            cuts += 1
        cut_at = None
        with study.reader("r1", take_over=True) as later:
            case = later.open_case(case_id)
            assert acknowledged.items() <= dict(case.answers).items()
            assert not signed or case.state == "signed_off"
            if case.state == "signed_off":
                assert signed_version(study.folder / "readers/r1" / case_id).voi_file is not None
            elif case.is_open:
                case.set_answer("fgt", "d")
    assert cuts > 40
    assert drawn
    assert check_study(study).findings == ()


@needs_fork
def test_a_full_disk_is_reported_and_what_was_saved_stays(tmp_path):
    """A limit of the file size stands for the full disk: the operating system refuses the write half-way."""
    import resource

    study = made_up_study(tmp_path / "study", cases=1)
    with study.reader("r1") as view:
        view.open_case("P1").set_comment("before")

    def run_out_of_space():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with study.reader("r1") as view:
            case = view.open_case("P1")
            size = (study.folder / "readers/r1/P1/log.jsonl").stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, resource.RLIM_INFINITY))
            for _ in range(20):
                try:
                    case.set_comment("x" * 5000)
                except StudyError as error:
                    assert "was not saved" in str(error), error
                    assert str(tmp_path) not in str(error)
                else:
                    os._exit(3)
                assert case.comment == "before"
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            case.set_comment("after")

    _, status = os.waitpid(in_child(run_out_of_space), 0)
    assert os.waitstatus_to_exitcode(status) == 0
    with study.reader("r1") as view:
        assert view.open_case("P1").comment == "after"
    assert check_study(study).findings == ()


def test_after_a_failed_flush_the_next_answer_is_saved(tmp_path, monkeypatch):
    """The disk reports an error for each flush of a save in turn; the bytes may be there all the same."""
    study = made_up_study(tmp_path / "study", cases=1)
    real, calls, bad = os.fsync, 0, None

    def flush(handle):
        nonlocal calls
        calls += 1
        if calls == bad:
            raise OSError(5, "Input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", flush)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        for number in range(1, 7):
            calls, bad = 0, 1 + number % 2
            with pytest.raises(StudyError, match="was not saved: Input/output error"):
                case.set_comment(f"failed {number}")
            bad = None
            case.set_comment(f"saved {number}")
            assert case.comment == f"saved {number}"
    with study.reader("r1") as view:
        assert view.open_case("P1").comment == "saved 6"
    assert check_study(study).findings == ()


@pytest.mark.parametrize("times", [10, pytest.param(100, marks=pytest.mark.full)])
def test_a_disk_that_swallows_bytes_is_caught_by_reading_back(tmp_path, monkeypatch, times):
    file = tmp_path / "reading.json"
    write_verified(file, b"old")
    draw_from = random.Random(1)
    real = verified_write._write_new

    def lossy(path, content):
        real(path, content)
        os.truncate(path, draw_from.randrange(len(content)))

    monkeypatch.setattr(verified_write, "_write_new", lossy)
    for _ in range(times):
        with pytest.raises(StudyError, match="gave back other bytes"):
            write_verified(file, os.urandom(1000))
        assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
    print(f"{times} swallowed writes")


@needs_fork
@pytest.mark.parametrize("saves", [60, pytest.param(2000, marks=pytest.mark.full)])
def test_two_readers_and_an_export_at_once_lose_and_mix_nothing(tmp_path, saves):
    folder = tmp_path / "study"
    study = made_up_study(folder, cases=0)
    cases = {case: CaseImages(image_files(tmp_path / case), b_values=B_VALUES) for case in ("P1", "P2")}
    for case in cases:
        write_images(tmp_path / case, 1)
    with study.coordinator() as office:
        office.add_cases(Case(*case) for case in cases.items())

    def read(reader):
        def act():
            with open_study(folder).reader(reader) as view:
                case = view.open_case("P1")
                for number in range(saves // 2):
                    case.set_comment(f"{reader} {number}")
                for case_id in ("P1", "P2"):
                    case = view.open_case(case_id)
                    case.save_voi({"lesion": lesion_mask()}, GRID)
                    for item, value in MASS.items():
                        case.set_answer(item, value)
                    case.sign_off()

        return act

    children = [in_child(read(reader)) for reader in ("r1", "r2")]
    exports = 0
    while any(os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None for child in children):
        export_cohort(open_study(folder), tmp_path / "out")
        assert "damaged" not in {row["stage"] for row in read_rows(tmp_path / "out" / "flow.csv")}
        exports += 1
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert exports > 0
    assert export_cohort(open_study(folder), tmp_path / "out").features == 2
    for reader in ("r1", "r2"):
        lines = (folder / "readers" / reader / "P1" / "log.jsonl").read_text().splitlines()
        comments = [json.loads(line)["new"] for line in lines if json.loads(line)["action"] == "comment"]
        assert comments == [f"{reader} {number}" for number in range(saves // 2)]
    assert check_study(open_study(folder)).findings == ()
    print(f"{saves} saves by two processes beside {exports} exports: nothing lost, nothing mixed")


@pytest.mark.parametrize(
    "kind", ["answer in the state", "answer in the log", "signed VOI", "log cut", "cases", "coordinator log"]
)
def test_the_check_finds_what_was_changed_behind_its_back(tmp_path, kind):
    study = made_up_study(tmp_path / "study", cases=1)
    with study.reader("r1") as view:
        read_case(view.open_case("P1"), MASS)
    assert check_study(study).findings == ()
    folder = study.folder / "readers" / "r1" / "P1"
    state, log = folder / "reading.json", folder / "log.jsonl"
    if kind == "answer in the state":
        state.write_text(state.read_text().replace('"spiculated"', '"irregular"'))
    elif kind == "answer in the log":
        log.write_text(log.read_text().replace('"spiculated"', '"irregular"'))
    elif kind == "signed VOI":
        (folder / "voi.signed-1.seg.nrrd").write_bytes(b"other")
    elif kind == "log cut":
        log.write_text("".join(line + "\n" for line in log.read_text().splitlines()[:-2]))
    elif kind == "cases":
        (study.folder / "cases.csv").write_bytes(
            (study.folder / "cases.csv").read_bytes().replace(b"P1", b"P2")
        )
    else:
        log = study.folder / "log.jsonl"
        log.write_text(log.read_text().replace('"add"', '"sub"'))
    findings = check_study(study).findings
    assert findings
    assert str(tmp_path) not in " ".join(map(str, findings))
