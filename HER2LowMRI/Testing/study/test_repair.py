"""Files damaged from outside: the work goes on from the best state there is, and nothing is deleted."""

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from HER2LowMRILib.workflow.repair_record import repair_record
from study.made_up_study import MASS, made_up_study, read_case


@pytest.fixture
def study(tmp_path):
    study = made_up_study(tmp_path / "study", cases=2)
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            read_case(view.open_case("P1"), MASS | {"fgt": "a" if reader == "r1" else "b"})
            read_case(view.open_case("P2"), MASS, sign=False)
    with study.adjudicator() as desk:
        desk.open_case("P1").decide("fgt", "b")
    return study


def damage(log, line=2):
    lines = log.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b'"action"', b'"acti0n"')
    log.write_bytes(b"".join(lines))


def test_one_damaged_case_does_not_stop_the_lists_or_the_export(study, tmp_path):
    folder = study.folder / "readers" / "r1" / "P1"
    damage(folder / "log.jsonl")
    (folder / "reading.json").write_bytes(b"\0")
    with study.reader("r1") as view:
        assert {item.case_id: item.state for item in view.work_list} == {"P1": "damaged", "P2": "in_progress"}
        with pytest.raises(StudyError, match="study repair"):
            view.open_case("P1")
        view.open_case("P2").sign_off()
    with study.adjudicator() as desk:
        assert desk.work_list[0].state == "damaged"
    assert study.cohort().status()[0].readings["r1"] == "damaged"
    export_cohort(study, tmp_path / "out")
    flow = {row["case_id"]: row["stage"] for row in read_rows(tmp_path / "out" / "flow.csv")}
    assert flow == {"P1": "damaged", "P2": "not_read"}


@pytest.mark.parametrize("lost", ["log only", "log and state"])
def test_a_reading_goes_on_from_the_best_state_there_is(study, lost):
    folder = study.folder / "readers" / "r1" / "P1"
    damage(folder / "log.jsonl", line=9)
    if lost == "log and state":
        (folder / "reading.json").write_bytes(b"")
    before = {file: file.read_bytes() for file in folder.iterdir()}
    repair_record(study, "r1", "P1", "disk fault")
    kept = [file.read_bytes() for file in folder.iterdir()]
    assert all(content in kept for content in before.values()), "nothing is deleted"
    assert check_study(study).findings == ()
    with study.reader("r1") as view:
        case = view.open_case("P1")
        if lost == "log only":
            assert case.signed[0].answers["fgt"] == "a"
        else:
            assert set(case.answers) == set(list(MASS)[:9]), "up to the line before the damage"
            assert case.is_open
            case.set_answer("mass_enhancement", "rim")
            case.save_voi_file(folder / "voi.signed-1.seg.nrrd")
            case.sign_off()
    assert check_study(study).findings == ()


def test_an_adjudication_and_the_coordinators_files_can_be_repaired(study):
    damage(study.folder / "adjudication" / "P1.log.jsonl", line=0)
    table = study.folder / "cases.csv"
    table.write_bytes(table.read_bytes().replace(b",images,", b",images/,"))
    where = {finding.where for finding in check_study(study).findings}
    assert where == {"coordinator", "adjudication, case P1"}
    repair_record(study, "adjudicator", "P1", "disk fault")
    repair_record(study, "coordinator", None, "moved the images")
    assert check_study(study).findings == ()
    with study.adjudicator() as desk:
        assert desk.work_list[0].state == "decided"


def test_a_repair_needs_a_reason_a_record_and_nobody_inside(study):
    for arguments in (("r1", "P1", " "), ("r1", "P9", "x"), ("r9", "P1", "x"), ("adjudicator", None, "x")):
        with pytest.raises(StudyError):
            repair_record(study, *arguments)
    with study.reader("r1"), pytest.raises(StudyError, match="is open in a session"):
        repair_record(study, "r1", "P1", "x")


def test_a_closed_session_writes_nothing(study):
    with study.reader("r1") as view:
        case = view.open_case("P2")
    with pytest.raises(StudyError, match="session is closed"):
        case.set_answer("fgt", "d")


def test_a_healthy_study_is_not_repaired_and_says_so(study, capsys):
    before = {file: file.read_bytes() for file in study.folder.rglob("*") if file.is_file()}
    for record in (
        ("r1", "P1"),
        ("r1", "P2"),
        ("adjudicator", "P1"),
        ("adjudicator", "P2"),
        ("coordinator",),
    ):
        assert main(["study", "repair", str(study.folder), *record, "--reason", "synthetic"]) == 0
        assert capsys.readouterr().out == "nothing needed repair\n"
    assert {file: file.read_bytes() for file in study.folder.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("what", ["log", "state", "VOI"])
def test_the_status_of_a_damaged_reading_is_damaged(study, tmp_path, capsys, what):
    folder = study.folder / "readers" / "r1" / "P1"
    cohort = study.cohort()
    assert cohort.status()[0].readings == {"r1": "signed_off", "r2": "signed_off"}
    if what == "log":
        damage(folder / "log.jsonl")
    elif what == "state":
        state = folder / "reading.json"
        state.write_bytes(state.read_bytes().replace(b'"spiculated"', b'"circumscribed"'))
    else:
        (folder / "voi.signed-1.seg.nrrd").write_bytes(b"")
    assert cohort.status()[0].readings == {"r1": "damaged", "r2": "signed_off"}
    export_cohort(study, tmp_path / "out")
    flow = read_rows(tmp_path / "out" / "flow.csv")
    assert flow[0]["stage"] == ("not_measured" if what == "VOI" else "damaged")
    assert ("reading of r1 is damaged" in flow[0]["reason"]) == (what != "VOI")
    assert main(["study", "status", str(study.folder)]) == 0
    assert "damaged" in capsys.readouterr().out
    assert main(["study", "repair", str(study.folder), "r1", "P1", "--reason", "disk fault"]) == (
        what == "VOI"
    )
    said = capsys.readouterr()
    assert "repaired; the damaged files" in said.out or "the signed VOI is not as it was signed" in said.err
    assert cohort.status()[0].readings["r1"] == ("damaged" if what == "VOI" else "signed_off")


def test_a_save_that_goes_on_while_the_coordinator_looks_is_no_damage(study):
    log = study.folder / "readers" / "r1" / "P2" / "log.jsonl"
    log.write_bytes(log.read_bytes() + b'{"acti')
    # Listed, and gone when it is looked at, as a temporary file may be.
    log.with_name(".reading.json.1-2.tmp").symlink_to("nowhere")
    assert study.cohort().status()[1].readings["r1"] == "in_progress"
