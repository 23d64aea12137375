"""A study folder that somebody else prepared: no name, place or link in it reaches a file outside."""

import contextlib
import json
import os
import shutil
from pathlib import Path

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.row_csv import read_rows, write_rows
from HER2LowMRILib.study.own_files import checked_place, inside, read_own
from HER2LowMRILib.study.readings import START as READING_START
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from study.made_up_study import MASS, made_up_study, read_case

ELSEWHERE = (
    *("../victim", "../../victim", "../../../victim", "/victim", "..", ".", "", "*", "C00*", "P?", "[P]2"),
    *("P2/../victim", "..\\victim", "C:\\victim", "P2\0", "P2\n", "P2/", "~", None, 7, [], {"P2": 1}, True, "victim"),
)  # fmt: skip


@pytest.fixture
def study(tmp_path):
    """P1 read, P2 removed after it was read; beside the study a folder that must stay as it is."""
    study = made_up_study(tmp_path / "study", cases=2)
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            read_case(view.open_case("P1"), MASS | {"fgt": "a" if reader == "r1" else "b"})
            read_case(view.open_case("P2"), MASS)
    with study.adjudicator() as desk:
        desk.open_case("P1").decide("fgt", "b")
    with study.coordinator() as office:
        office.remove("P2", "synthetic")
    for name in ("victim", "victim/P1", "victim/P2", "victim/measurements", "victim/r1"):
        (tmp_path / name).mkdir(exist_ok=True)
        for file in ("case.json", "P1.json", "P2.json", ".P2.x.tmp", "kept.txt", "voi.seg.nrrd"):
            (tmp_path / name / file).write_text("kept")
    return study


def everything_in(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def use_all_of(study, out):
    """Everything that a person could do with a received study; whatever is refused is refused in words."""
    folder = str(study.folder)
    for arguments in (
        ["check", folder],
        ["status", folder],
        ["restore", folder, "P2", "--reason", "x"],
        ["restore", folder, "victim", "--reason", "x"],
        ["remove", folder, "P2", "--reason", "x", "--erase", "P2"],
        ["remove", folder, "P1", "--reason", "x", "--erase", "P1"],
    ):
        assert main(["study", *arguments, "--quiet"]) in (0, 1)
    with contextlib.suppress(StudyError), study.reader("r1") as view:
        view.open_case("P1").amend("x")
    with contextlib.suppress(StudyError), study.adjudicator() as desk:
        desk.open_case("P1")
    with contextlib.suppress(StudyError):
        export_cohort(open_study(study.folder), out)


@pytest.mark.parametrize("where", ["case_id", "row", "both", "folder"])
def test_a_removed_case_with_another_id_deletes_nothing_elsewhere(study, tmp_path, where):
    before = everything_in(tmp_path / "victim")
    record = study.folder / "removed" / "P2" / "case.json"
    whole = json.loads(record.read_text())
    for hostile in ELSEWHERE:
        content = json.loads(json.dumps(whole))
        if where in ("case_id", "both"):
            content["case_id"] = hostile
        if where in ("row", "both"):
            content["row"]["case_id"] = hostile
        record.write_text(json.dumps(content))
        if (
            where == "folder"
            and isinstance(hostile, str)
            and "/" not in hostile
            and hostile.rstrip(".\0") == hostile != ""
        ):
            shutil.copytree(record.parent, record.parent.with_name(hostile))
        for act in ("restore", "erase") if isinstance(hostile, str) else ():
            with study.coordinator() as office, contextlib.suppress(StudyError):
                getattr(office, act)(hostile, "x")
        if where != "folder":
            with study.coordinator() as office, pytest.raises(StudyError, match="cannot be brought back"):
                office.restore("P2", "x")
    if where != "folder":
        assert "removed case P2" in " ".join(map(str, check_study(study).findings))
    assert everything_in(tmp_path / "victim") == before
    assert (study.folder / "readers" / "r1" / "P1" / "reading.json").exists()


@pytest.mark.parametrize(
    "place",
    [
        *(
            "derived",
            "derived/measurements",
            "derived/victim",
            "adjudication",
            "removed",
            "removed/P2",
            "readers",
        ),
        *("readers/r1", "readers/r1/P1", "images", "images/P1", "images/P2", "removed/P2/readers", "evil"),
        *("removed/P2/readers/r1", "removed/P2/adjudication", "derived/adjudication"),
    ],
)
def test_no_link_in_a_study_leads_out_of_it(study, tmp_path, place):
    before = everything_in(tmp_path / "victim")
    link = study.folder / place
    if link.is_dir():
        shutil.rmtree(link)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(tmp_path / "victim", target_is_directory=True)
    use_all_of(study, tmp_path / "out")
    assert everything_in(tmp_path / "victim") == before


@pytest.mark.parametrize(
    "file",
    ["readers/r1/P1/reading.json", "readers/r1/P1/log.jsonl", "readers/r1/P1/voi.signed-1.seg.nrrd"],
)
def test_a_reading_that_is_a_link_to_that_of_another_reader_is_not_shown(study, file):
    link = study.folder / file
    link.unlink()
    link.symlink_to(study.folder / file.replace("r1", "r2"))
    with study.adjudicator() as desk, pytest.raises(StudyError):
        desk.open_case("P1")
    assert [finding.where for finding in check_study(study).findings] == ["reader r1, case P1"]


@pytest.mark.parametrize(
    "name", ["/etc/hostname", "../../r2/P1/voi.signed-1.seg.nrrd", "voi.seg.nrrd", "log.jsonl", ".."]
)
def test_a_signed_version_names_no_file_but_its_own(study, name):
    folder = study.folder / "readers" / "r1" / "P1"
    state = json.loads((folder / "reading.json").read_text())
    state["state"]["signed"][0]["voi_file"] = name
    (folder / "reading.json").write_text(json.dumps(state))
    signed = (folder / "voi.signed-1.seg.nrrd").read_bytes()
    with study.adjudicator() as desk:
        assert signed in [path.read_bytes() for path in desk.open_case("P1").voi_paths.values()]
    assert "is damaged; its log has every change" in str(check_study(study).findings[0])


def test_a_removed_case_brings_back_only_its_own_files(study):
    extra = study.folder / "removed" / "P2" / "adjudication"
    extra.mkdir(exist_ok=True)
    (extra / "P9.json").write_text("{}")
    before = everything_in(study.folder / "removed")
    with study.coordinator() as office, pytest.raises(StudyError, match="decisions of another case"):
        office.restore("P2", "x")
    (extra / "P9.json").unlink()
    (study.folder / "removed" / "P2" / "readers" / "r9").mkdir()
    with study.coordinator() as office, pytest.raises(StudyError, match="readings of nobody"):
        office.restore("P2", "x")
    (study.folder / "removed" / "P2" / "readers" / "r9").rmdir()
    with study.coordinator() as office:
        office.restore("P2", "x")
    assert before
    assert not (study.folder / "removed" / "P2").exists()


@pytest.mark.parametrize("at", ["images", "images/P2", "elsewhere"])
def test_an_erasure_ends_where_the_copied_images_are_a_link(study, tmp_path, at):
    before = everything_in(tmp_path / "victim")
    if at != "elsewhere":
        shutil.rmtree(study.folder / at, ignore_errors=True)
        (study.folder / at).symlink_to(tmp_path / "victim", target_is_directory=True)
    with study.coordinator() as office:
        office.erase("P2", "consent withdrawn")
        office.erase("P2", "again")
    assert everything_in(tmp_path / "victim") == before


@pytest.mark.parametrize("text", ["a\0b", "a\nb", "a\x1b[2Jb", "x" * 256, "y/" * 3000, "", None, 1, ["a"]])
def test_what_can_be_no_place_of_images_is_refused_when_it_is_read(tmp_path, text):
    with pytest.raises(StudyError, match="place of an image"):
        checked_place(text, tmp_path)


def test_places_with_names_of_any_language_are_taken(tmp_path):
    for text in ("病例\u3000一/b0.nrrd", "Fälle/Ä b.nii.gz", "../else/where", "/mnt/share/x"):
        assert checked_place(text, tmp_path) == tmp_path / text


@pytest.mark.parametrize("cell", ["[" * 100_000, '["a", 1]', '[["a"]]', "[null]", '["a\\u0000"]', "[{}]"])
def test_a_hostile_list_of_places_is_refused_in_words(study, capsys, cell):
    rows = read_rows(study.folder / "cases.csv")
    write_rows(study.folder / "cases.csv", [rows[0] | {"dwi": cell}], list(rows[0]))
    for act in ("check", "status"):
        assert main(["study", act, str(study.folder)]) == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "Traceback" not in said


@pytest.mark.parametrize("part", ["..", ".", "", "a/b", "a\\b", ".hidden", "a.", "a b", "*", "\0", "x" * 200])
def test_a_part_of_a_place_in_the_study_is_a_plain_name(tmp_path, part):
    with pytest.raises(StudyError, match="leads elsewhere"):
        inside(tmp_path, part)
    assert inside(tmp_path, "readers", "r1", "voi.signed-1.seg.nrrd").parent == tmp_path / "readers" / "r1"
    assert READING_START["signed"] == []


REREADS = {
    "no number of days": "P1,P9,nan,",
    "endless days": "P1,P9,1e308,",
    "days before": "P1,P9,-1,",
    "itself": "P1,P1,0,",
    "another case": "P1,P2,0,",
    "another case, in turn": "P1,P9,0,\r\nP9,P1,0,",
    "one id twice": "P1,P9,0,\r\nP2,P9,0,",
    "one case twice": "P1,P8,0,\r\nP1,P9,0,",
    "images of nobody": "P1,P9,0,dwi:" + "0" * 64,
    "a place elsewhere": "P1,../P9,0,",
}


@pytest.mark.parametrize("kind", REREADS)
def test_hostile_second_readings_are_told_in_words_and_shown_as_no_case(study, tmp_path, capsys, kind):
    with study.coordinator() as office:
        office.restore("P2", "synthetic")
    table = f"case_id,reread_id,after_days,images_sha256\r\n{REREADS[kind]}\r\n"
    (study.folder / "rereads.csv").write_bytes(table.encode())
    accepted(study, capsys)
    folder, out = str(study.folder), str(tmp_path / "out")
    said = ""
    for arguments in (
        ["study", "check", folder, "--quiet"],
        ["study", "status", folder],
        ["export", folder, "--out", out, "--jobs", "1", "--quiet"],
        ["study", "exclude", folder, "P1", "--reason", "x"],
        ["study", "include", folder, "P1"],
    ):
        assert main(arguments) in (0, 1)
        printed = capsys.readouterr()
        assert "unexpected" not in printed.out + printed.err
        said += printed.out + printed.err
    assert "rereads.csv" in said or "P9" in said
    with contextlib.suppress(StudyError), open_study(study.folder).reader("r1") as view:
        assert sorted(item.case_id for item in view.work_list)[:2] == ["P1", "P2"]
        assert {item.state for item in view.work_list if item.case_id in ("P1", "P2")} == {"signed_off"}


def accepted(study, capsys):
    """Whoever made a file up can make the record that fits as well."""
    main(["study", "repair", str(study.folder), "coordinator", "--reason", "synthetic"])
    capsys.readouterr()


ORIGINS = {
    "too few readers": "P1,A,P1,1,r1",
    "too many": "P1,A,P1,1,r1 r2 r3",
    "one twice": "P1,A,P1,1,r1 r1",
    "a reader elsewhere": "P1,A,P1,1,../r1 r2",
    "a long seed": f"P1,A,P1,{'9' * 5000},r1 r2",
    "no seed": "P1,A,P1,1.5,r1 r2",
    "a site elsewhere": "P1,../A,P1,1,r1 r2",
    "a case elsewhere": "P1,A,../P1,1,r1 r2",
    "a cell less": "P1,A,P1,1",
}


@pytest.mark.parametrize("kind", ORIGINS)
def test_hostile_origins_are_told_in_words(study, tmp_path, capsys, kind):
    table = f"case_id,site,case_id_there,seed_there,readers_there\r\n{ORIGINS[kind]}\r\n"
    (study.folder / "origins.csv").write_bytes(table.encode())
    accepted(study, capsys)
    for arguments in (
        ["study", "check", str(study.folder), "--quiet"],
        ["study", "status", str(study.folder)],
        ["export", str(study.folder), "--out", str(tmp_path / "out"), "--jobs", "1", "--quiet"],
    ):
        assert main(arguments) == 1
        assert "origins.csv" in capsys.readouterr().err
    with pytest.raises(StudyError, match=r"origins\.csv"):
        study.adjudicator()


ESCAPES = "red \x1b[31malert\x1b]0;title\x07\u202eesrever"


@pytest.mark.parametrize("where", ["title", "computer of a lock", "columns of a table"])
def test_no_command_passes_on_what_commands_a_terminal(study, tmp_path, capsys, where):
    folder = str(study.folder)
    commands = [
        ["study", act, folder] for act in ("protocol", "cases", "monitor", "hanging", "status", "check")
    ]
    if where == "title":
        content = json.loads((study.folder / "study.json").read_text())
        (study.folder / "study.json").write_text(json.dumps(content | {"title": ESCAPES}))
        accepted(study, capsys)
    elif where == "computer of a lock":
        lock = {"token": "x", "host": ESCAPES, "since": "2026-01-01T00:00:00Z"}
        (study.folder / ".lock").write_text(json.dumps(lock))
        commands = [["study", "exclude", folder, "P1", "--reason", "x"]]
    else:
        rows = "".join(f"P{n},{n}.5,{n % 3}+\n" for n in range(40))
        (tmp_path / "features.csv").write_text(f"case_id,ADC_mean {ESCAPES},her2_ihc\n{rows}")
        commands = [["analyze", str(tmp_path / "features.csv"), "--out", str(tmp_path / "out")]]
    said = ""
    for arguments in commands:
        assert main(arguments) in (0, 1)
        printed = capsys.readouterr()
        said += printed.out + printed.err
    assert "alert" in said or where == "columns of a table"
    assert not [sign for sign in "\x1b\x07\u202e" if sign in said]


@pytest.mark.parametrize("text", ["nan", "0 inf", "-1 800", "0 1e400", "0 1e9", "0,800,x", "٠ ８００ nan"])
def test_b_values_that_are_none_are_refused_when_the_table_is_read(study, capsys, text):
    rows = read_rows(study.folder / "cases.csv")
    write_rows(study.folder / "cases.csv", [rows[0] | {"b_values": text}], list(rows[0]))
    for act in ("check", "status"):
        assert main(["study", act, str(study.folder)]) == 1
        said = capsys.readouterr().err
        assert "b-values" in said
        assert said.count("\n") == 1


@pytest.fixture
def deep():
    """Makes 1,100 folders in each other, and takes them away again, which `shutil` cannot."""
    made = []

    def make(place):
        place.mkdir(parents=True)
        made.append(place)
        here = Path.cwd()
        os.chdir(place)
        for _ in range(1100):
            Path("d").mkdir()
            os.chdir("d")
        os.chdir(here)
        return place

    yield make
    here = Path.cwd()
    for place in made:
        if not place.is_dir():
            continue
        os.chdir(place)
        depth = 0
        while Path("d").is_dir():
            os.chdir("d")
            depth += 1
        for _ in range(depth):
            os.chdir("..")
            Path("d").rmdir()
        os.chdir(here)


def test_folders_too_deep_in_each_other_are_told_in_words(study, tmp_path, capsys, deep):
    deep(study.folder / "images" / "P2")
    deep(study.folder / "removed" / "P2" / "more")
    images, folder = deep(tmp_path / "images"), str(study.folder)
    for arguments in (
        ["study", "check", folder, "--received", "--quiet"],
        ["study", "remove", folder, "P2", "--reason", "x", "--erase", "P2"],
        ["examination", str(images), "--quiet"],
        ["maps", str(images), "--out", str(tmp_path / "out"), "--quiet"],
        ["study", "add", folder, str(tmp_path), "--keep-names", "--quiet"],
    ):
        main(arguments)
        printed = capsys.readouterr()
        assert "unexpected" not in printed.out + printed.err, arguments[:2]
        assert printed.err.count("\n") <= 1


def test_a_file_that_grows_while_it_is_read_is_read_whole(tmp_path, monkeypatch):
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"a" * 10)
    real = os.fstat

    def grown(handle):
        found = real(handle)
        with file.open("ab") as stream:
            stream.write(b"b" * 10)
        return found

    monkeypatch.setattr(os, "fstat", grown)
    assert read_own(file) == b"a" * 10 + b"b" * 10
    with pytest.raises(StudyError, match="too long"):
        read_own(file, 25)
