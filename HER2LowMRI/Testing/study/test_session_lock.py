"""One session writes into a folder; another takes over only when asked, and the first one notices."""

import json
import socket
import subprocess
import sys

import pytest
from HER2LowMRILib.study.session_lock import LockLost, SessionLock, StudyLocked
from study.made_up_study import draw, made_up_study


def test_a_second_session_is_refused_with_who_and_since_when(tmp_path):
    first = SessionLock(tmp_path, "reader r1")
    with pytest.raises(StudyLocked, match="reader r1 is open in a session that is running") as refused:
        SessionLock(tmp_path, "reader r1")
    assert (refused.value.host, refused.value.stale) == (socket.gethostname(), False)
    first.release()
    SessionLock(tmp_path, "reader r1").release()
    assert not list(tmp_path.iterdir())


def test_the_lock_of_a_process_that_died_is_known_to_be_stale(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from HER2LowMRILib.study.session_lock import SessionLock;"
        "SessionLock(Path(sys.argv[1]), 'reader r1'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)
    with pytest.raises(StudyLocked, match="ended without closing") as refused:
        SessionLock(tmp_path, "reader r1")
    assert refused.value.stale is True
    assert SessionLock(tmp_path, "reader r1", take_over=True).took_over


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"host": "elsewhere", "pid": 1, "since": "2031-01-01"}']
)
def test_a_lock_of_another_computer_or_a_torn_one_is_never_taken_without_asking(tmp_path, content):
    (tmp_path / ".lock").write_bytes(content)
    with pytest.raises(StudyLocked, match="may be running") as refused:
        SessionLock(tmp_path, "reader r1")
    assert refused.value.stale is None
    lock = SessionLock(tmp_path, "reader r1", take_over=True)
    lock.check()


def test_a_session_on_another_computer_of_the_same_name_is_never_known_to_have_ended(tmp_path):
    """Computers that were set up alike have one name; each knows its own processes only."""
    held = SessionLock(tmp_path, "reader r1")
    lock = json.loads((tmp_path / ".lock").read_text())
    # No process of this computer has the number of the one over there.
    (tmp_path / ".lock").write_text(json.dumps(lock | {"machine": "another", "pid": 2**31 - 1}))
    with pytest.raises(StudyLocked, match="may be running") as refused:
        SessionLock(tmp_path, "reader r1")
    assert (refused.value.host, refused.value.stale) == (socket.gethostname(), None)
    held.release()


def test_who_lost_the_lock_cannot_write_any_more_and_does_not_remove_the_new_lock(tmp_path):
    study = made_up_study(tmp_path / "study", cases=1)
    first = study.reader("r1")
    case = first.open_case("P1")
    case.set_answer("fgt", "a")
    second = study.reader("r1", take_over=True)
    with pytest.raises(LockLost, match="was not saved"):
        case.set_answer("fgt", "b")
    first.close()
    taken = second.open_case("P1")
    assert taken.answers["fgt"] == "a"
    taken.set_answer("fgt", "c")
    log = [json.loads(line) for line in (study.folder / "readers/r1/P1/log.jsonl").read_text().splitlines()]
    assert [entry["action"] for entry in log] == ["answer", "taken_over", "answer"]


def test_who_lost_the_lock_cannot_put_an_old_voi_in_place_of_the_newer_one(tmp_path):
    study = made_up_study(tmp_path / "study", cases=1)
    first = study.reader("r1")
    case = first.open_case("P1")
    draw(case, seed=0)
    second = study.reader("r1", take_over=True)
    draw(second.open_case("P1"), seed=1)
    newer = second.open_case("P1").voi_path.read_bytes()
    with pytest.raises(LockLost, match="was not saved"):
        draw(case, seed=2)
    second.close()
    with study.reader("r1") as again:
        assert again.open_case("P1").voi_path.read_bytes() == newer


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.full)])
def test_three_who_take_over_at_once_never_hold_the_lock_together(tmp_path, times):
    code = (
        "import sys; from pathlib import Path\n"
        "from HER2LowMRILib.study.session_lock import SessionLock, StudyLocked\n"
        "def said(word): print(word, flush=True)\n"
        "said('ready'); sys.stdin.readline()\n"
        "try:\n    lock = SessionLock(Path(sys.argv[1]), 'r', take_over=True)\n"
        "    said('tried'); sys.stdin.readline(); lock.check(); said('holds')\n"
        "except Exception as error: said(type(error).__name__)"
    )
    for _ in range(times):
        (tmp_path / ".lock").write_text('{"token": "old", "host": "elsewhere", "pid": 1}')
        command = [sys.executable, "-c", code, tmp_path]
        piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        takers = [subprocess.Popen(command, **piped) for _ in range(3)]
        # Step by step: on a busy machine one may come to it when another has long ended, which is no fault.
        assert all_say(takers) == ["ready"] * 3
        go_on(takers)
        results = all_say(takers)
        waiting = [taker for taker, result in zip(takers, results, strict=True) if result == "tried"]
        go_on(waiting)
        results = [result for result in results if result != "tried"] + all_say(waiting)
        for taker in takers:
            taker.communicate()
        assert results.count("holds") <= 1, results
        assert set(results) <= {"holds", "StudyLocked", "LockLost"}, results


def go_on(processes):
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()


def all_say(processes):
    return [process.stdout.readline().strip() for process in processes]
