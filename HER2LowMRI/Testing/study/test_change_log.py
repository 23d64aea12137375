"""The log of changes shows when it was tampered with, and forgives what a crash leaves."""

import json

import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.change_log import ChangeLog, LogDamaged, log_problems


@pytest.fixture
def log(tmp_path):
    log = ChangeLog(tmp_path / "log.jsonl", "r1")
    for number in range(5):
        log.append("answer", field="fgt", old=None, new=number)
    return tmp_path / "log.jsonl"


def test_every_line_carries_the_hash_of_the_line_before(log):
    assert log_problems(log) == []
    assert [entry["new"] for entry in ChangeLog(log, "r1").entries] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("tamper", ["alter", "remove", "insert", "swap"])
def test_a_line_altered_removed_or_put_in_is_found(log, number, tamper):
    lines = log.read_text().splitlines()
    if tamper == "alter":
        lines[number] = lines[number].replace(f'"new":{number}', '"new":9')
    elif tamper == "remove":
        del lines[number]
    elif tamper == "insert":
        lines.insert(number, lines[number])
    else:
        lines[number], lines[number + 1] = lines[number + 1], lines[number]
    log.write_text("\n".join(lines) + "\n")
    (problem,) = log_problems(log)
    assert "does not follow from the line before" in problem
    with pytest.raises(LogDamaged):
        ChangeLog(log, "r1")


@pytest.mark.parametrize("tail", [b"{", b'{"n":6,"utc":"20', b"\0" * 300, b"\0" * 300 + b"\n", b"\xff\xfe"])
def test_a_torn_last_line_is_dropped_and_the_log_goes_on(log, tail):
    whole = log.read_bytes()
    log.write_bytes(whole + tail)
    assert "torn" in log_problems(log)[0]
    reopened = ChangeLog(log, "r1")
    reopened.append("answer", field="fgt", old=4, new=5)
    assert log_problems(log) == []
    assert log.read_bytes().startswith(whole)


def test_two_writers_on_one_log_are_found_before_they_mix(log):
    first, second = ChangeLog(log, "r1"), ChangeLog(log, "r1")
    first.append("answer", field="fgt", old=4, new=5)
    with pytest.raises(StudyError, match="changed by another program"):
        second.append("answer", field="fgt", old=4, new=6)
    assert log_problems(log) == []


def test_lines_are_one_line_whatever_the_text(log):
    changes = ChangeLog(log, "r1")
    changes.append("comment", new="two\nlines\r\u2028 and \0 and مرحبا", old="")
    text = log.read_bytes()
    assert text.count(b"\n") == 6
    assert text.isascii()
    assert json.loads(text.splitlines()[-1])["new"].startswith("two\nlines")
