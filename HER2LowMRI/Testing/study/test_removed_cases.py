"""A case is taken out of a study: gone for everybody, nothing lost, and all of it comes back, or none of it ever."""

import shutil

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study import (
    adjudicator_view,
    change_log,
    cohort_view,
    coordinator_record,
    reader_view,
    removed_cases,
    session_lock,
)
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.session_lock import LockLost, SessionLock, StudyLocked
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from study.made_up_images import write_images
from study.made_up_study import MASS, made_up_study, read_case
from study.reachable import everything_held_by, texts

REMARK, LABORATORY, EXCLUSION = (
    "remark of a synthetic reader",
    "laboratory Nine",
    "motion of a synthetic kind",
)


@pytest.fixture
def study(tmp_path):
    """P1 to P3 read by both readers, P2 adjudicated, P1 and P2 with pathology."""
    study = made_up_study(tmp_path / "study")
    with study.coordinator() as office:
        office.set_pathology("P1", her2_ihc="0")
        office.set_pathology("P2", her2_ihc="3+", age=61, her2_laboratory=LABORATORY)
        office.exclude("P2", EXCLUSION)
        office.include("P2")
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            for number in (1, 2, 3):
                case = view.open_case(f"P{number}")
                case.set_comment(REMARK if number == 2 else "")
                read_case(case, MASS | {"fgt": "a" if reader == "r1" else "b"})
    with study.adjudicator() as desk:
        desk.open_case("P2").decide("fgt", "b", "of a synthetic kind")
    export_cohort(study, tmp_path / "unused")
    return open_study(study.folder)


def remove(study, case_id="P2", reason="added by mistake"):
    with study.coordinator() as office:
        office.remove(case_id, reason)


def read_of(study, case_id="P2"):
    """Every file that holds what was read of a case, with its content."""
    files = [*study.folder.glob(f"readers/*/{case_id}/*"), *study.folder.glob(f"adjudication/{case_id}.*")]
    return {file.relative_to(study.folder): file.read_bytes() for file in files}


def tables(study, out):
    export_cohort(study, out)
    return {file.name: file.read_bytes() for file in out.iterdir()}


def test_a_case_taken_out_is_gone_for_every_role_and_from_every_table(study, tmp_path):
    before = {}
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            before[reader] = [item.case_id for item in view.work_list if item.case_id != "P2"]
    remove(study)
    for reader, order in before.items():
        with study.reader(reader) as view:
            assert [item.case_id for item in view.work_list] == order, "the order of the others stays"
            assert view.progress == (2, 2)
            with pytest.raises(StudyError, match="no such case"):
                view.open_case("P2")
            held = texts(everything_held_by(view, *(view.open_case(case_id) for case_id in order)))
            assert not [text for text in held if "P2" in text or "removed" in text]
    with study.adjudicator() as desk:
        assert [item.case_id for item in desk.work_list] == ["P1", "P3"]
    assert [status.case_id for status in study.cohort().status()] == ["P1", "P3"]
    assert not [name for name, content in tables(study, tmp_path / "out").items() if b"P2" in content]
    assert "P2" not in (study.folder / "cases.csv").read_text() + (study.folder / "pathology.csv").read_text()
    report = check_study(study)
    assert (report.cases, report.readings, report.findings) == (2, 4, ())
    assert [(case.case_id, case.reason) for case in study.cohort().removed] == [("P2", "added by mistake")]


def test_a_restored_case_is_as_it_was_to_the_byte(study, tmp_path):
    files, before = read_of(study), tables(study, tmp_path / "before")
    assert len(files) == 2 * 4 + 2
    remove(study)
    assert read_of(study) == {}
    with study.coordinator() as office:
        office.restore("P2", "it was the right patient")
        assert office.pathology("P2")["age"] == 61
        assert office.removed == ()
    assert read_of(study) == files
    assert tables(study, tmp_path / "after") == before
    assert check_study(study).findings == ()
    assert not (study.folder / "removed" / "P2").exists()


def test_a_case_is_not_removed_without_reason_or_while_somebody_may_hold_it(study):
    before = read_of(study)
    for case_id, reason in (("P2", " "), ("P9", "x"), ("../P2", "x"), ("", "x")):
        with study.coordinator() as office, pytest.raises(StudyError):
            office.remove(case_id, reason)
    with study.reader("r2") as view, pytest.raises(StudyLocked, match="reader r2"):
        view.open_case("P2")
        remove(study)
    with study.adjudicator(), pytest.raises(StudyLocked, match="adjudicator"):
        remove(study)
    with study.coordinator() as office:
        for case_id in ("P2", "P9"):
            with pytest.raises(StudyError, match="no such removed case"):
                office.restore(case_id, "x")
    assert read_of(study) == before
    assert check_study(study).findings == ()


@pytest.mark.parametrize("role", ["reader", "adjudicator"])
def test_a_case_that_is_removed_while_a_role_is_entered_is_in_no_list(study, monkeypatch, role):
    module = {"reader": reader_view, "adjudicator": adjudicator_view}[role]

    class RemovedMeanwhile(SessionLock):
        def __init__(self, *arguments):
            remove(study)
            super().__init__(*arguments)

    monkeypatch.setattr(module, "SessionLock", RemovedMeanwhile)
    with study.reader("r1") if role == "reader" else study.adjudicator() as view:
        assert "P2" not in [item.case_id for item in view.work_list]
        with pytest.raises(StudyError, match="no such case"):
            view.open_case("P2")


@pytest.mark.parametrize("act", ["remove", "erase", "restore"])
def test_a_desk_that_was_taken_over_takes_no_readers_session_unasked(study, act):
    if act == "restore":
        remove(study)
    stale = study.coordinator()
    with study.reader("r2") as view, study.coordinator(take_over=True) as office:
        case = view.open_case("P1")
        with pytest.raises(StudyLocked, match="reader r2"):
            getattr(office, act)("P2", "synthetic")
        case.amend("still saved")
        getattr(office, act)("P2", "synthetic", take_over=True)
        with pytest.raises(LockLost):
            case.set_comment("too late")
    stale.close()


def test_a_case_that_is_removed_while_somebody_looks_at_the_study_is_no_error(study, monkeypatch):
    read, left = cohort_view.look_at_reading, [1]

    def removed_first(folder):
        if folder.name == "P2" and left:
            left.clear()
            remove(study)
            # As opening the log does that was there a moment ago.
            (folder / "log.jsonl").read_bytes()
        return read(folder)

    cohort = study.cohort()
    monkeypatch.setattr(cohort_view, "look_at_reading", removed_first)
    states = {status.case_id: set(status.readings.values()) for status in cohort.status()}
    assert states["P2"] == {"not_started"}
    assert not left


@pytest.mark.parametrize("role", ["reader", "adjudicator"])
def test_a_damaged_list_of_cases_leaves_nothing_locked(study, role):
    (study.folder / "cases.csv").write_bytes(b"case_id\n..\n")
    for _ in range(2):
        with pytest.raises(StudyError, match="not as the coordinator's session left it"):
            study.reader("r1") if role == "reader" else study.adjudicator()


class Stopped(BaseException):
    """The computer goes off."""


def stop_before(monkeypatch, step):
    """The computer goes off before the given write or move, counted from 1."""
    left = [step]

    def limited(act):
        def acts(*arguments, **named):
            left[0] -= 1
            if left[0] == 0:
                raise Stopped
            return act(*arguments, **named)

        return acts

    for module, names in {
        removed_cases: ("_move", "delete", "write_verified"),
        session_lock: ("write_apart", "put_in_place"),
    }.items():
        for name in names:
            monkeypatch.setattr(module, name, limited(getattr(module, name)))


@pytest.mark.parametrize("act", ["remove", "restore"])
def test_whenever_it_is_stopped_the_case_is_whole_or_out_and_the_same_command_goes_on(
    study, monkeypatch, act
):
    files = read_of(study)
    if act == "restore":
        remove(study)
    step, stopped = 0, True
    while stopped:
        step += 1
        with monkeypatch.context() as patch:
            stop_before(patch, step)
            try:
                with study.coordinator() as office:
                    getattr(office, act)("P2", "synthetic")
                stopped = False
            except Stopped:
                pass
        with study.coordinator() as office:
            inside = "P2" in [case.case_id for case in office.cases]
            assert not inside or office.pathology("P2")["age"] == 61
        if inside:
            # Nobody opens a case whose readings lie elsewhere.
            assert read_of(study) == files
        everything = [file.read_bytes() for file in study.folder.rglob("*") if file.is_file()]
        assert all(content in everything for content in files.values()), "nothing is lost"
        if stopped:
            with study.coordinator() as office:
                if act == "remove":
                    office.remove("P2", "synthetic") if inside or read_of(study) else None
                    office.restore("P2", "back for the next round")
                else:
                    office.restore("P2", "synthetic") if not inside else None
                    office.remove("P2", "out for the next round")
    assert step > 5
    assert check_study(study).findings == ()


def test_an_erased_case_leaves_its_id_and_nothing_else(study, tmp_path):
    (study.folder / "derived" / "measurements").mkdir(exist_ok=True)
    interrupted = (
        ".pathology.csv.7-aa.tmp",
        "adjudication/.P2.json.7-aa.tmp",
        "derived/measurements/.P2.json.7-aa.tmp",
        "images/.P2.tmp",
    )
    for name in interrupted:
        (study.folder / name).write_text(LABORATORY)
    with study.coordinator() as office:
        left = office.erase("P2", "consent withdrawn")
    assert left == 1, "the images of all cases of this study are one folder"
    secrets = [REMARK, LABORATORY, EXCLUSION, "of a synthetic kind", '"age"']
    for file in (file for file in study.folder.rglob("*") if file.is_file()):
        assert not [secret for secret in secrets if secret.encode() in file.read_bytes()], file.name
    assert [file.name for file in (study.folder / "removed").rglob("*")] == ["P2", "case.json"]
    assert not list(study.folder.glob("derived/*/P2*"))
    assert check_study(study).findings == ()
    entries = change_log.ChangeLog(study.folder / "log.jsonl", "").entries
    assert (entries[-1]["action"], entries[-1]["case_id"]) == ("erase", "P2")
    assert [entries[line - 1]["action"] for line in entries[-1]["lines"]] == [
        "pathology",
        "exclude",
        "exclude",
        "remove",
    ]
    with study.coordinator() as office:
        assert office.pathology("P1") == {"her2_ihc": "0"}
        with pytest.raises(StudyError, match="was erased and cannot be brought back"):
            office.restore("P2", "x")
        with pytest.raises(StudyError, match="was removed from the study"):
            office.add_cases([Case("P2", CaseImages(dwi=(tmp_path,)))])


def test_an_erasure_takes_what_was_written_when_the_case_went_and_came_and_the_hashes_of_its_images(tmp_path):
    place = tmp_path / "images of P2"
    place.mkdir()
    (place / "b800").write_bytes(b"one")
    study = made_up_study(tmp_path / "study")
    with study.coordinator() as office:
        office.add_cases([Case("P9", CaseImages(dwi=(place,)))])
        hashes = [*office.cases[-1].images.sha256.values()]
        (place / "b800").write_bytes(b"another")
        office.accept_images("P9", "the scan of her second visit")
        hashes += office.cases[-1].images.sha256.values()
        office.remove("P9", "taken for another woman of 34")
        office.restore("P9", "she is the same woman")
        office.erase("P9", "consent withdrawn")
    log = (study.folder / "log.jsonl").read_text()
    assert len(set(hashes)) == 2
    for secret in (*hashes, "second visit", "woman"):
        assert secret not in log
    assert check_study(study).findings == ()


def test_an_erasure_that_was_stopped_is_reported_and_finished(study, monkeypatch, tmp_path):
    step, stopped, reported = 0, True, 0
    while stopped:
        step += 1
        again = open_study(shutil.copytree(study.folder, tmp_path / f"again-{step}"))
        with monkeypatch.context() as patch:
            stop_before(patch, step)
            try:
                with again.coordinator() as office:
                    office.erase("P2", "consent withdrawn")
                stopped = False
            except Stopped:
                pass
        removed = again.cohort().removed
        if removed and removed[0].is_erased and "P2" not in coordinator_record.erased_cases(again.folder):
            assert check_study(again).findings, "an erasure that is not finished is reported"
            reported += 1
        with again.coordinator() as office:
            office.erase("P2", "consent withdrawn")
        contents = [file.read_bytes() for file in again.folder.rglob("*") if file.is_file()]
        assert not [content for content in contents if REMARK.encode() in content or b"Nine" in content]
        assert check_study(again).findings == ()
    assert reported > 3


def test_copied_images_are_erased_and_those_elsewhere_are_not(tmp_path, capsys):
    study = str(tmp_path / "study")
    for number in (1, 2):
        write_images(tmp_path / "images" / f"P{number}", number)
    assert main(["study", "init", study, "--title", "Synthetic study"]) == 0
    add = ["study", "add", study, str(tmp_path / "images"), "--keep-names", "--b-from-names"]
    assert main([*add, "--copy"]) == 0
    assert main(["study", "remove", study, "P1", "--reason", "consent withdrawn", "--erase", "P2"]) == 1
    assert "nothing was erased" in capsys.readouterr().err
    assert main(["study", "remove", study, "P1", "--reason", "consent withdrawn", "--erase", "P1"]) == 0
    assert "erased, 1 case in the study" in capsys.readouterr().out
    assert [folder.name for folder in (tmp_path / "study" / "images").iterdir()] == ["P2"]
    assert len(list((tmp_path / "images" / "P1").iterdir())) == 4
    assert main(add) == 1
    said = capsys.readouterr().out
    assert "not added: P1, because it was erased on" in said
    assert "with the same images: P2" in said
    assert main(["study", "remove", study, "P2", "--reason", "wrong patient"]) == 0
    assert main(["study", "status", study]) == 0
    said = capsys.readouterr().out
    assert "erased on" in said
    assert ": P2, wrong patient" in said
    assert main(["study", "restore", study, "P2", "--reason", "right patient"]) == 0
    assert main(["study", "check", study]) == 0


def test_a_table_of_pathology_may_still_list_removed_cases(study, tmp_path):
    remove(study)
    (tmp_path / "pathology.csv").write_text("case_id,her2_ihc\nP1,2+\nP2,1+\n")
    with study.coordinator() as office:
        assert office.take_pathology(office.look_at_pathology(tmp_path / "pathology.csv")) == ("P1",)
    assert "P2" not in (study.folder / "pathology.csv").read_text()


def test_damage_to_a_removed_case_is_found(study):
    remove(study)
    log = study.folder / "removed" / "P2" / "readers" / "r1" / "log.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"fgt"', b'"bpe"'))
    (study.folder / "removed" / "P2" / "readers" / "r2" / "voi.signed-1.seg.nrrd").write_bytes(b"")
    assert {finding.where for finding in check_study(study).findings} == {
        "removed case P2, reader r1",
        "removed case P2, reader r2",
    }
    (study.folder / "removed" / "P2" / "case.json").write_text("{}")
    assert "the record of the removed case P2 cannot be read" in str(check_study(study).findings[0])
