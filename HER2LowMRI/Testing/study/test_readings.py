"""A reading from the first answer to an amendment: nothing is lost, nothing signed is changed."""

import json

import numpy as np
import pytest
from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError, StudyError
from HER2LowMRILib.study.readings import signed_version
from HER2LowMRILib.study.study_folder import create_study, open_study
from study.made_up_images import GRID, lesion_mask
from study.made_up_study import MASS, NME, draw, made_up_study, read_case


@pytest.fixture
def study(tmp_path):
    return made_up_study(tmp_path / "study")


def test_answers_are_on_the_disk_when_they_are_acknowledged(study):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        case.set_answer("fgt", "c")
        case.set_answer("multifocal", "1")
        on_disk = json.loads((study.folder / "readers/r1/P1/reading.json").read_text())
        assert on_disk["state"]["answers"] == {"fgt": "c", "multifocal": 1}
        assert case.state == "in_progress"
    with open_study(study.folder).reader("r1") as view:
        assert dict(view.open_case("P1").answers) == {"fgt": "c", "multifocal": 1}


def test_an_answer_can_be_changed_and_taken_back(study):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        case.set_answer("fgt", "c")
        case.set_answer("fgt", "a")
        case.set_answer("fgt", None)
        assert dict(case.answers) == {}
    log = [json.loads(line) for line in (study.folder / "readers/r1/P1/log.jsonl").read_text().splitlines()]
    assert [(entry["old"], entry["new"]) for entry in log] == [(None, "c"), ("c", "a"), ("a", None)]
    assert {entry["by"] for entry in log} == {"r1"}


@pytest.mark.parametrize(("item", "raw"), [("fgt", "e"), ("lesion_size_mm", "big"), ("no_such", 1)])
def test_what_is_no_answer_is_refused_and_changes_nothing(study, item, raw):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        with pytest.raises(HER2LowMRIError):
            case.set_answer(item, raw)
        assert dict(case.answers) == {}
        assert not (study.folder / "readers/r1/P1/log.jsonl").exists()


def test_sign_off_names_what_is_missing_and_locks(study):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        with pytest.raises(StudyError, match=r"needed VOI, Amount of fibroglandular tissue"):
            case.sign_off()
        read_case(case, MASS)
        assert (case.state, case.is_open) == ("signed_off", False)
        for change in (
            lambda: case.set_answer("fgt", "a"),
            lambda: case.set_comment("late"),
            lambda: draw(case, 1),
            lambda: case.propose_exclusion("late"),
            case.sign_off,
        ):
            with pytest.raises(StudyError, match="signed off"):
                change()
        assert view.progress == (1, 3)


def test_changing_the_lesion_type_and_back_loses_nothing_until_sign_off(study):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        read_case(case, MASS, sign=False)
        case.set_answer("lesion_type", "nme")
        assert case.answers["mass_margin"] == "spiculated"
        case.set_answer("lesion_type", "mass")
        version = case.sign_off()
        assert version.answers["mass_margin"] == "spiculated"
        assert version.answers["nme_distribution"] == "not_applicable"


def test_an_amendment_needs_a_reason_and_keeps_the_signed_version(study):
    folder = study.folder / "readers/r1/P1"
    with study.reader("r1") as view:
        case = view.open_case("P1")
        read_case(case, MASS)
        signed_voi = (folder / "voi.signed-1.seg.nrrd").read_bytes()
        with pytest.raises(StudyError, match="needed a reason"):
            case.amend("  ")
        case.amend("VOI reached into the skin")
        assert case.state == "amending"
        assert signed_version(folder).number == 1
        draw(case, 2)
        case.set_answer("mass_margin", "irregular")
        assert signed_version(folder).answers["mass_margin"] == "spiculated"
        second = case.sign_off()
        assert (second.number, second.reason, case.state) == (2, "VOI reached into the skin", "amended")
        assert [version.answers["mass_margin"] for version in case.signed] == ["spiculated", "irregular"]
    assert (folder / "voi.signed-1.seg.nrrd").read_bytes() == signed_voi
    assert (folder / "voi.signed-2.seg.nrrd").read_bytes() != signed_voi


def test_an_unreadable_case_is_signed_off_with_its_reason(study):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        case.set_answer("fgt", "b")
        case.propose_exclusion("motion")
        assert case.missing_for_sign_off() == ()
        version = case.sign_off()
        assert (version.exclusion, version.answers["fgt"], version.voi_file) == ("motion", "b", None)


def test_an_empty_voi_is_found_at_sign_off_while_the_reader_is_there(study):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        read_case(case, MASS, sign=False)
        nothing = np.zeros(GRID.shape, bool)
        case.save_voi({"lesion": nothing}, GRID)
        with pytest.raises(ImageError, match="VOI is empty"):
            case.sign_off()
        case.save_voi({"lesion": lesion_mask(), "cyst": ~nothing}, GRID)
        with pytest.raises(ImageError, match="all of it excluded"):
            case.sign_off()
        assert case.is_open
        case.save_voi({"lesion": lesion_mask(), "cyst": lesion_mask(grow=-2)}, GRID)
        case.sign_off()


def test_drawn_masks_come_back_as_they_were(study):
    from HER2LowMRILib.images.voi_files import read_segmentation

    vessel = lesion_mask(grow=-2)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        case.save_voi({"lesion": lesion_mask(), "vessel": vessel}, GRID)
        found = read_segmentation(case.voi_path)
    assert (found.masks["lesion"] == lesion_mask()).all()
    assert (found.masks["vessel"] == vessel).all()
    assert found.grid.same_as(GRID)


def test_time_is_kept_per_step(study):
    with study.reader("r1") as view:
        case = view.open_case("P1")
        case.step_time("voi", 10.5)
        case.step_time("form", 4)
        case.step_time("voi", 2)
        assert case.state == "not_started"
    with study.reader("r1") as view:
        case = view.open_case("P1")
        assert dict(case.step_seconds) == {"voi": 12.5, "form": 4.0}


def test_each_reader_has_an_own_order_that_stays_when_cases_join(tmp_path):
    study = made_up_study(tmp_path / "study", cases=40)
    orders = {}
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            orders[reader] = [item.case_id for item in view.work_list]
    assert sorted(orders["r1"]) == sorted(orders["r2"])
    assert orders["r1"] != orders["r2"] != sorted(orders["r2"])
    with study.coordinator() as office:
        from HER2LowMRILib.study.case_list import Case, CaseImages

        office.add_cases([Case("P99", CaseImages(dwi=(tmp_path,)))])
        office.exclude("P3", "no consent")
    with open_study(study.folder).reader("r1") as view:
        after = [item.case_id for item in view.work_list if item.case_id != "P99"]
    assert after == [case_id for case_id in orders["r1"] if case_id != "P3"]


def test_a_damaged_reading_is_rebuilt_from_its_log(study):
    with study.reader("r1") as view:
        read_case(view.open_case("P1"), NME)
    file = study.folder / "readers/r1/P1/reading.json"
    whole = json.loads(file.read_text())["state"]
    for damage in (b"", b"\0" * 500, file.read_bytes()[:100], b'{"schema": "her2lowmri.reading/1"}'):
        file.write_bytes(damage)
        assert signed_version(file.parent).answers["nme_distribution"] == "segmental"
        with study.reader("r1") as view:
            case = view.open_case("P1")
            assert case.restored_changes > 0
            assert case.signed[0].answers == whole["signed"][0]["answers"]


def test_a_study_of_a_later_version_is_refused_not_misread(study):
    with study.reader("r1") as view:
        view.open_case("P1").set_answer("fgt", "a")
    before = (study.folder / "study.json").read_text()
    for file in ("study.json", "readers/r1/P1/reading.json"):
        text = (study.folder / file).read_text()
        (study.folder / file).write_text(text.replace('/1"', '/99"'))
    with pytest.raises(StudyError, match="another version"):
        open_study(study.folder)
    (study.folder / "study.json").write_text(before)
    with study.reader("r1") as view, pytest.raises(StudyError, match="another version"):
        view.open_case("P1")


def test_a_study_is_never_set_up_over_files(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(StudyError, match="empty folder"):
        create_study(tmp_path, "Synthetic study")
    with pytest.raises(StudyError, match="not a study folder"):
        open_study(tmp_path)


def test_a_line_in_a_log_of_the_version_before_is_read_with_its_answer(tmp_path):
    """There the answer is a line of its own; in this version both are one change, so that nothing comes between."""
    line = {"ends_mm": [[0, 0, 0], [3, 4, 12]], "image": "dce", "phase": 1, "length_mm": 13.0}
    study = made_up_study(tmp_path / "study", cases=1)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        case.set_answer("lesion_size_mm", 13.0)
        case._record.change("size_line", old=None, new=line)
    with study.reader("r1") as view:
        case = view.open_case("P1")
        assert dict(case.size_line) == line and case.size_is_of_line
        case.remove_size_line()
        assert case.size_line is None and "lesion_size_mm" not in case.answers
        case.set_size_line([[0, 0, 0], [0, 0, 20.25]], "t2")
    with study.reader("r1") as view:
        case = view.open_case("P1")
        assert case.answers["lesion_size_mm"] == 20.25 and case.size_line["phase"] is None
