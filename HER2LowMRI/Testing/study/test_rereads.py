"""Cases that are read twice: drawn once, hidden from the reader, kept apart in the tables."""

import re
from datetime import UTC, datetime, timedelta

import pydicom
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.cohort.agreement import agreement_table, overlap_rows
from HER2LowMRILib.cohort.table import read_overlaps, read_readings
from HER2LowMRILib.core.errors import AnalysisError, StudyError
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.due_rereads import due_rereads
from HER2LowMRILib.study.image_record import files_of
from HER2LowMRILib.study.pseudonyms import pseudonym
from HER2LowMRILib.study.readings import NOT_STARTED
from HER2LowMRILib.study.rereads import draw_rereads
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from slicer_session.small_images import GRID as SMALL_GRID
from slicer_session.small_images import small_phantom, write_small_series
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS, made_up_study, read_case
from study.reachable import everything_held_by, texts


def read_all(study, reader, answers=MASS):
    with study.reader(reader) as view:
        while (case_id := view.next_case_id()) is not None:
            read_case(view.open_case(case_id), answers)
        return [item.case_id for item in view.work_list]


def second_ids(study):
    return {one.case_id: one.reread_id for one in study.cohort().rereads}


def test_the_drawn_share_holds_when_cases_are_added_and_what_was_drawn_stays(tmp_path, capsys):
    study = made_up_study(tmp_path / "study", cases=7)
    assert main(["study", "reread", str(study.folder), "--share", "0.4", "--after", "0"]) == 0
    assert "3 cases drawn; 3 of 7 are read again" in capsys.readouterr().out
    drawn = second_ids(study)
    assert main(["study", "reread", str(study.folder), "--share", "0.4"]) == 1
    assert "3 of 7" in capsys.readouterr().err
    with study.coordinator() as office:
        images = CaseImages(dwi=(study.folder / "images",))
        taken = sorted(drawn.values())[0]
        with pytest.raises(StudyError, match=f"{taken} is there already"):
            office.add_cases([Case(taken, images)])
        office.add_cases(Case(f"P{n}", images) for n in range(30, 34))
        office.draw_rereads(0.4, 0)
    later = second_ids(study)
    assert len(later) == 5
    assert drawn.items() <= later.items()
    assert not check_study(study).findings


@pytest.mark.parametrize(
    ("cases", "likeness"),
    [
        (["K01", "K02", "K19"], r"K\d\d"),
        (["SITE-7", "SITE-9"], r"SITE-\d+"),
        (["anna", "K2"], "C[A-Z2-7]{12}"),
    ],
)
def test_a_second_reading_is_called_as_the_cases_are(cases, likeness):
    made = draw_rereads(cases, (), 1, 14, 5, ["K20"], lambda text: pseudonym(b"key", text))
    names = [one.reread_id for one in made]
    assert len(set(names)) == len(cases)
    assert not set(names) & {*cases, "K20"}
    for name in names:
        assert re.fullmatch(likeness, name)


def test_a_case_comes_again_after_the_interval_of_each_reader_and_not_before(tmp_path):
    study = made_up_study(tmp_path / "study", cases=4)
    with study.coordinator() as office:
        office.draw_rereads(0.5, 14)
        rereads = office.rereads
    first = read_all(study, "r1")
    assert sorted(first) == ["P1", "P2", "P3", "P4"]
    folder = study.folder / "readers" / "r1"
    now = datetime.now(UTC)
    assert due_rereads(folder, rereads, now + timedelta(days=13.9)) == ()
    assert due_rereads(folder, rereads, now + timedelta(days=14.1)) == rereads
    assert due_rereads(study.folder / "readers" / "r2", rereads, now + timedelta(days=400)) == ()
    assert study.cohort().read_again("r1") == (0, 0, 2)


def test_the_reader_holds_nothing_that_says_what_is_read_again(tmp_path):
    study = made_up_study(tmp_path / "study", cases=5)
    with study.coordinator() as office:
        office.draw_rereads(0.4, 0)
    names = second_ids(study)
    read_all(study, "r1")
    with open_study(study.folder).reader("r1") as view:
        assert view.progress == (5, 7)
        assert {view.next_case_id()} <= set(names.values())
        case = view.open_case(view.next_case_id())
        assert (case.state, dict(case.answers), case.images.dwi) == (
            NOT_STARTED,
            {},
            (study.folder / "images",),
        )
        behind = next(key for key, name in names.items() if name == case.case_id)
        held = texts(everything_held_by(case))
        assert not [text for text in held if behind in text or "reread" in text.lower()]
        assert not [text for text in texts(everything_held_by(view)) if "reread" in text.lower()]


def test_removing_and_restoring_a_case_takes_its_second_reading_along(tmp_path):
    study = made_up_study(tmp_path / "study", cases=3)
    with study.coordinator() as office:
        office.draw_rereads(1, 0)
    name = second_ids(study)["P2"]
    for _ in range(2):
        read_all(open_study(study.folder), "r1")
    folder = study.folder / "readers" / "r1" / name
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with study.coordinator() as office:
        office.remove("P2", "not in this study")
    assert not folder.exists()
    assert not check_study(open_study(study.folder)).findings
    with study.reader("r1") as view:
        assert name not in [item.case_id for item in view.work_list]
    with study.coordinator() as office:
        office.restore("P2", "it is")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    with study.coordinator() as office:
        office.erase("P2", "consent withdrawn")
    assert not list(study.folder.rglob(str(name)))
    assert not check_study(open_study(study.folder)).findings


def test_second_readings_are_exported_apart_and_give_intra_reader_agreement(tmp_path):
    study = create_study(tmp_path / "study", "Synthetic study", seed=3, synthetic=True)
    for number in range(1, 5):
        write_images(study.folder / "images" / f"P{number}", number)
    with study.coordinator() as office:
        office.add_cases(
            Case(f"P{n}", CaseImages(dwi=image_files(study.folder / "images" / f"P{n}"), b_values=B_VALUES))
            for n in range(1, 5)
        )
        for number in range(1, 5):
            office.set_pathology(f"P{number}", her2_ihc="1+")
        office.draw_rereads(0.75, 0)
    again = second_ids(study)
    for grow in (0, 1):
        for reader in ("r1", "r2"):
            with open_study(study.folder).reader(reader) as view:
                for item in view.work_list:
                    if not item.is_done:
                        case = view.open_case(item.case_id)
                        for name, value in MASS.items():
                            case.set_answer(name, value)
                        case.set_answer("lesion_size_mm", 20.0 + grow)
                        case.save_voi({"lesion": lesion_mask(grow=grow)}, GRID)
                        case.sign_off()
    out = tmp_path / "out"
    done = export_cohort(open_study(study.folder), out)
    assert (done.features, done.readings, done.repeats) == (4, 14, 6)
    rows = read_rows(out / "readings.csv")
    assert list(rows[0])[-1] == "repeat"
    assert {(row["case_id"], row["reader"]) for row in rows if row["repeat"] == "1"} == {
        (case_id, reader) for case_id in again for reader in ("r1", "r2")
    }
    assert all(row["ADC_mean"] for row in rows)
    features = {row["case_id"]: row for row in read_rows(out / "features.csv")}
    assert all(row["lesion_size_mm"] in ("20", "20.0") for row in features.values())
    for file in out.iterdir():
        assert not [name for name in again.values() if name in file.read_text()], file.name
    overlaps = read_rows(out / "voi_agreement.csv")
    own = [row for row in overlaps if row["repeat"] == "1"]
    assert [(row["reader_1"], row["reader_2"]) for row in own] == [("r1", "r1"), ("r2", "r2")] * 3
    small, large = lesion_mask(), lesion_mask(grow=1)
    assert float(own[0]["dice"]) == 2 * (small & large).sum() / (small.sum() + large.sum())
    readings = read_readings(out / "readings.csv")
    assert (len(readings.rows), len(readings.repeats)) == (8, 6)
    table, _, _ = agreement_table(readings)
    size = table[(table["variable"] == "lesion_size_mm") & (table["statistic"] == "bias")].set_index(
        "readers"
    )
    assert size["estimate"].to_dict() == {"r1 and r2": 0.0, "r1 and r1 again": -1.0, "r2 and r2 again": -1.0}
    assert size["n"].to_dict() == {"r1 and r2": 4, "r1 and r1 again": 3, "r2 and r2 again": 3}
    voi = overlap_rows(read_overlaps(out / "voi_agreement.csv"))
    assert set(voi["readers"]) == {"r1 and r2", "r1 and r1 again", "r2 and r2 again"}


def test_a_table_with_a_word_that_is_no_repeat_is_refused(tmp_path):
    table = tmp_path / "readings.csv"
    table.write_text("case_id,reader,fgt,repeat\nP1,r1,a,0\nP1,r1,b,maybe\n")
    with pytest.raises(AnalysisError, match="the column repeat"):
        read_readings(table)


def headers_of(images):
    """Every value that could tell whose images these are, of all files."""
    found = set()
    for place in images.dwi:
        for file in files_of(place):
            data = pydicom.dcmread(file, stop_before_pixels=True)
            found |= {str(data.PatientID), str(data.PatientName), str(data.StudyDate)}
            found |= {str(data.get(name)) for name in UIDS}
    return found


def pixels_of(images):
    """b-value and voxels of each file, in the order of their names."""
    read = [pydicom.dcmread(file) for place in images.dwi for file in files_of(place)]
    return [(float(data.DiffusionBValue), data.PixelData) for data in read]


UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")


@pytest.fixture
def copied(tmp_path):
    """A study that holds de-identified copies of three patients' DICOM images."""
    for number in (1, 2, 3):
        write_small_series(tmp_path / "in" / f"Pat {number}", number)
    command = ["study", "init", str(tmp_path / "study"), "--title", "T", "--seed", "1", "--synthetic"]
    assert main([*command, "--add", str(tmp_path / "in"), "--copy", "--deidentify", "--quiet"]) == 0
    return open_study(tmp_path / "study")


def test_headers_of_copies_do_not_tell_what_is_read_again(copied):
    command = ["study", "reread", str(copied.folder), "--share", "0.5", "--after", "0", "--quiet"]
    assert main(command) == 0
    names = second_ids(copied)
    cases = {case.case_id: case for case in copied.cohort().cases}
    with copied.reader("r1") as view:
        first = {case_id: view.open_case(case_id).images for case_id in names}
        for case_id in cases:
            case = view.open_case(case_id)
            case.save_voi({"lesion": small_phantom(1).lesion}, SMALL_GRID)
            for item, value in MASS.items():
                case.set_answer(item, value)
            case.sign_off()
    with open_study(copied.folder).reader("r1") as view:
        for case_id, name in names.items():
            again = view.open_case(name)
            here, before = headers_of(again.images), headers_of(first[case_id])
            assert not here & before and name in here
            assert not [file for file in again.images.dwi if case_id in str(file)]
            assert pixels_of(again.images) == pixels_of(first[case_id])
            assert again.examination is not None
    assert not check_study(open_study(copied.folder), images=True).findings
    assert main(["study", "check", str(copied.folder), "--received", "--quiet"]) == 0


def test_changed_copies_of_a_second_reading_are_found(copied):
    assert main(["study", "reread", str(copied.folder), "--share", "0.3", "--after", "0", "--quiet"]) == 0
    (name,) = second_ids(copied).values()
    file = sorted((copied.folder / "images" / name).rglob("*.dcm"))[3]
    file.write_bytes(file.read_bytes()[:-1] + b"\x07")
    (finding,) = check_study(open_study(copied.folder), images=True).findings
    assert name in str(finding) and "not those that were added" in str(finding)


def test_a_study_without_such_copies_gets_them_and_erasing_takes_them_along(copied):
    with copied.coordinator() as office:
        # As before there were copies.
        (drawn,) = office.draw_rereads(0.3, 0)
    table = copied.folder / "rereads.csv"
    assert open_study(copied.folder).cohort().rereads[0].images_sha256 == {}
    assert main(["study", "reread", str(copied.folder), "--share", "0.6", "--after", "0", "--quiet"]) == 0
    assert table.read_text().count("dwi:") == 2
    assert len(list((copied.folder / "images").iterdir())) == 5
    with open_study(copied.folder).coordinator() as office:
        office.erase(drawn.case_id, "consent withdrawn")
    left = [place for place in copied.folder.rglob("*") if drawn.reread_id in place.name]
    assert left == []
    assert not check_study(open_study(copied.folder), images=True).findings
