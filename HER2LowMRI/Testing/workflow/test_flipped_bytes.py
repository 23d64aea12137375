"""Every byte of every JSON file of a study is flipped in turn: a damaged file is a finding, and all others go on."""

import json
import shutil

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.files.row_csv import read_rows
from study.made_up_study import MASS, made_up_study, read_case

EVERY = [97, pytest.param(1, marks=pytest.mark.full)]
HOSTILE = (
    "",
    "null",
    "[]",
    "{}",
    "1e999",
    "NaN",
    "[" * 100_000,
    '{"a":' * 50_000,
    '"x"',
    "\0" * 300,
    "1" * 5000,
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """P1 and P2 signed off by both and P1 adjudicated, P3 removed."""
    study = made_up_study(tmp_path_factory.mktemp("flips") / "study", cases=3)
    with study.coordinator() as office:
        office.set_pathology("P1", her2_ihc="1+", age=50)
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            for number in (1, 2, 3):
                case = view.open_case(f"P{number}")
                case.set_comment("synthetic")
                read_case(case, MASS | {"fgt": "a" if reader == "r1" else "b"})
    with study.adjudicator() as desk:
        desk.open_case("P1").decide("fgt", "b", "synthetic")
        desk.open_case("P1").choose_voi("A", "synthetic")
    with study.coordinator() as office:
        office.remove("P3", "synthetic")
    return study.folder


@pytest.fixture
def folder(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "study")


FILES = {
    "study.json": "coordinator",
    "coordinator.json": "coordinator",
    "log.jsonl": "coordinator",
    "lexicon.json": None,
    "readers/r1/P1/reading.json": "reader r1, case P1",
    "readers/r1/P1/log.jsonl": "reader r1, case P1",
    "adjudication/P1.json": "adjudication, case P1",
    "adjudication/P1.log.jsonl": "adjudication, case P1",
    "removed/P3/case.json": "removed case P3",
    "removed/P3/readers/r1/reading.json": "removed case P3, reader r1",
    "removed/P3/readers/r1/log.jsonl": "removed case P3, reader r1",
    "pseudonym.key": "coordinator",
}


def all_commands(folder, out, capsys, names=("check", "status", "export")):
    """Output of check, status and export; none of them may say more than one line on standard error."""
    said = {}
    commands = {
        "check": ["study", "check", str(folder), "--quiet"],
        "status": ["study", "status", str(folder)],
        "export": ["export", str(folder), "--out", str(out), "--jobs", "1", "--quiet"],
    }
    for name, arguments in ((name, commands[name]) for name in names):
        status = main(arguments)
        printed = capsys.readouterr()
        assert status in (0, 1)
        # A study whose id was flipped is one that this computer does not know: that is said too.
        lines = [line for line in printed.err.splitlines() if not line.startswith("This study was neither")]
        assert len(lines) <= 1
        assert "unexpected" not in printed.err + printed.out
        assert "Traceback" not in printed.err + printed.out
        said[name] = (status, printed.out + printed.err)
    return said


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("file", FILES)
def test_a_flipped_byte_is_that_files_finding_and_all_others_go_on(folder, tmp_path, capsys, file, every):
    whole = (folder / file).read_bytes()
    flips = 0
    for place in range(0, len(whole), every * (40 if file == "lexicon.json" else 1)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        (folder / file).write_bytes(damaged)
        # Every byte is seen by the check; the longer commands take each seventh, which is all of the short run.
        names = ("check", "status", "export") if flips % 7 == 0 or every > 1 else ("check",)
        said = all_commands(folder, tmp_path / "out", capsys, names)
        status, printed = said["check"]
        flips += 1
        if status == 0:
            # Only what says the same to everybody may pass: a lexicon that the software has too, blanks.
            assert file == "lexicon.json" or _same(bytes(damaged), whole), f"byte {place} of {file}"
        elif FILES[file] is not None and file != "study.json":
            assert FILES[file] in printed, f"byte {place}: {printed}"
            found = [
                line
                for line in printed.splitlines()
                if line.startswith(("reader", "adjudication", "removed"))
            ]
            assert all(line.startswith(FILES[file]) for line in found), "no other file is suspected"
        if file.startswith(("readers/", "adjudication/")) and said.get("export", (1,))[0] == 0:
            flow = {row["case_id"]: row["stage"] for row in read_rows(tmp_path / "out" / "flow.csv")}
            assert flow["P2"] == "not_adjudicated", "the other case goes on"
    print(f"{flips} flipped bytes of {file}")


def _same(damaged, whole):
    try:
        return json.loads(damaged) == json.loads(whole)
    except ValueError:
        return damaged.split() == whole.split()


@pytest.mark.parametrize("content", HOSTILE)
@pytest.mark.parametrize("file", FILES)
def test_hostile_json_is_that_files_finding(folder, tmp_path, capsys, file, content):
    (folder / file).write_text(content)
    said = all_commands(folder, tmp_path / "out", capsys)
    assert said["check"][0] == 1 or file == "lexicon.json"


def _paths(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from _paths(part, (*path, key))


@pytest.mark.parametrize(
    "file", [name for name in FILES if name.endswith(".json") and name != "lexicon.json"]
)
@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.full)])
def test_json_with_one_value_of_another_kind_is_that_files_finding(folder, tmp_path, capsys, file, every):
    whole = json.loads((folder / file).read_text())
    for path in list(_paths(whole))[1::every]:
        for other in ([], {}, None, 10**30, -1, "x", True, 1.5, "../../x", "\ud800"):
            changed = json.loads(json.dumps(whole))
            part = changed
            for key in path[:-1]:
                part = part[key]
            if part[path[-1]] == other and type(part[path[-1]]) is type(other):
                continue
            part[path[-1]] = other
            (folder / file).write_text(json.dumps(changed))
            said = all_commands(folder, tmp_path / "out", capsys)
            assert said["check"][0] == 1, f"{path} = {other!r}"
