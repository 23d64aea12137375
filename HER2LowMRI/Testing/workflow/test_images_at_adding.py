"""Adding cases reads the headers of their images: what cannot be read, or is of somebody else, is said at once."""

import re
import zipfile

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.cli import main
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.study.image_owner import check_owner, plain_id, ways_to_write
from HER2LowMRILib.study.study_folder import create_study, open_study
from images.vendor_series import (
    B_VALUES,
    SHAPE,
    Exam,
    adc,
    ge,
    public,
    save,
    siemens_adc,
    siemens_trace,
)
from workflow.test_study_commands import sign_all_off, write_dicom


def of(patient_id, make=siemens_trace, seed=1, **options):
    datasets = make(seed=seed, **options)
    for ds in datasets:
        ds.PatientID, ds.PatientName = patient_id, f"PLANTED^{patient_id}"
    return datasets


@pytest.fixture
def study(tmp_path):
    create_study(tmp_path / "study", "Synthetic study", ("r1", "r2"), synthetic=True)
    return tmp_path / "study"


@pytest.fixture
def add(study, capsys):
    """Add from a folder or table; returns exit status and what was said."""

    def call(source, *options):
        capsys.readouterr()
        status = main(["study", "add", str(study), str(source), *options])
        said = capsys.readouterr()
        assert "PLANTED" not in said.out + said.err
        return status, said.out + said.err

    return call


def case_ids(study):
    return [case.case_id for case in open_study(study).cohort().cases]


# ---------------------------------------------------------------- what can be read
def without_a_slice(ds):
    return ds[:-1]


def second_examination(ds):
    for one in ds[: len(ds) // 2]:
        one.StudyInstanceUID = "2.25.77"
    return ds


def second_patient(ds):
    for one in ds[: len(ds) // 2]:
        one.PatientID = "PLANTED-2"
    return ds


def without_b(ds):
    for one in ds:
        del one[0x0019, 0x100C]
        one.SequenceName = "ep"
    return ds


def in_ms(ds):
    for one in ds:
        one[0x0019, 0x100C].value = str(int(one[0x0019, 0x100C].value) // 1000)
        one.SequenceName = "ep"
    return ds


def computed(ds):
    for one in ds[-5:]:
        one.SeriesDescription = "cDWI_b2000"
    return ds


UNREADABLE = {
    "a slice missing": (without_a_slice, "Slices are missing"),
    "two examinations": (second_examination, "different examinations"),
    "two patients": (second_patient, "different patients"),
    "no b-value": (without_b, "No b-value was found"),
    "b-values in ms/um2": (in_ms, "not in s/mm2"),
    "perhaps computed": (computed, "were measured cannot be told"),
}


@pytest.mark.parametrize(("spoil", "said"), UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("form", ["tree", "table"])
def test_a_case_that_cannot_be_read_is_refused_alone(study, add, tmp_path, spoil, said, form):
    save(of("ID-1"), tmp_path / "images" / "P1")
    save(spoil(of("ID-2", seed=2)), tmp_path / "images" / "P2")
    save(of("ID-3", seed=3), tmp_path / "images" / "P3")
    source, options = tmp_path / "images", ["--keep-names"]
    if form == "table":
        source, options = tmp_path / "cases.csv", []
        source.write_text("case_id,dwi\nP1,images/P1\nP2,images/P2\nP3,images/P3\n")
    status, text = add(source, *options)
    assert status == 1
    assert "not added: P2, because" in text and said in text
    assert "P1: b 0, 800, 1400, 2000 s/mm2 (DICOM, 20 images, 20 used from 4 series)" in text
    assert "1 of 3 cases was not added" in text
    assert case_ids(study) == ["P1", "P3"]


def test_a_dry_run_says_the_same_and_adds_nothing(study, add, tmp_path):
    save(of("ID-1"), tmp_path / "images" / "P1")
    save(without_a_slice(of("ID-2", seed=2)), tmp_path / "images" / "P2")
    status, text = add(tmp_path / "images", "--keep-names", "--dry-run")
    assert status == 0
    assert "P1: b 0, 800, 1400, 2000 s/mm2" in text
    assert "cannot be added: P2, because Slices are missing at b 2000" in text
    assert case_ids(study) == []


@pytest.mark.parametrize("form", ["tree", "table"])
def test_a_dry_run_says_what_the_study_has_and_what_it_cannot_take(study, add, tmp_path, form):
    tree = tmp_path / "images"
    for number in (1, 2, 3, 4):
        save(of(f"ID-{number}", seed=number), tree / f"P{number}")
    source, options = tree, ["--keep-names"]
    if form == "table":
        source, options = tmp_path / "cases.csv", []
        source.write_text("case_id,dwi\n" + "".join(f"P{n},images/P{n}\n" for n in (1, 2, 3, 4)))
    assert add(source, *options)[0] == 0
    with open_study(study).coordinator() as office:
        office.remove("P3", "taken for another")
    grown = tmp_path / "grown"
    for number in (1, 2, 3, 4, 5):
        save(of(f"ID-{number}", seed=22 if number == 2 else number), grown / f"P{number}")
    source = grown if form == "tree" else source
    if form == "table":
        source.write_text("case_id,dwi\n" + "".join(f"P{n},grown/P{n}\n" for n in (1, 2, 3, 4, 5)))
    status, text = add(source, *options, "--dry-run")
    assert status == 0
    assert "there already, with the same images: P1, P4" in text
    assert "cannot be added: P2, because it is in the study with other images (dwi)" in text
    assert "cannot be added: P3, because it was removed" in text
    assert "P5: b 0, 800, 1400, 2000 s/mm2" in text and "P1: b 0" not in text
    assert "1 of 5 cases would be added; dry run: nothing was written" in text
    assert case_ids(study) == ["P1", "P2", "P4"]


# ---------------------------------------------------------------- what lies beside
def test_what_is_left_out_is_said_case_by_case(study, add, tmp_path):
    tree = tmp_path / "images"
    save([*of("ID-1"), *of("ID-1", siemens_adc)], tree / "P1")
    (tree / "P1" / "report.pdf").write_bytes(b"%PDF-1.4")
    save(of("ID-2", seed=2), tree / "P2" / "ep2d_diff_4b")
    save(of("ID-2", siemens_adc, seed=2), tree / "P2" / "ADC")
    (tree / "P2" / "letter.pdf").write_bytes(b"%PDF-1.4")
    with zipfile.ZipFile(make(tree / "P3") / "export.zip", "w") as packed:
        packed.writestr("IM0", b"x")
    save(of("ID-4", seed=4), tree / "P4")
    (tree / "P4" / "all.zip").write_bytes(b"PK\3\4")
    for number in range(3):
        (tree / f"loose{number}.dcm").write_bytes(b"x")
    status, text = add(tree, "--keep-names")
    assert status == 1
    assert "P1, left out: 1 .pdf file: no image" in text
    assert re.search(r"P1: DWI 0/800/1400/2000.*ADC map of the scanner", text)
    assert (
        "P2: b 0, 800, 1400, 2000 s/mm2 (DICOM, 20 images, 20 used from 4 series); ADC map in 1e-6 mm2/s"
        in text
    )
    assert "P2, left out: 1 .pdf file, beside what is named after its kind" in text
    assert (
        "not added: subfolder 3 of 4, by name, because it holds no image (1 .zip file: unpack it first)"
        in text
    )
    assert "P4, left out: 1 .zip file: no image" in text
    assert "left out: 3 .dcm files beside the subfolders" in text
    assert case_ids(study) == ["P1", "P2", "P4"]
    with open_study(study).coordinator() as office:
        images = {case.case_id: case.images for case in office.cases}["P2"]
    assert [place.name for place in images.dwi] == ["ep2d_diff_4b"]
    assert images.adc.name == "ADC"


def make(folder):
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("name", ["DWI", "dwi", "DWI_b0_2000", "5_ep2d_diff", "Diffusion"])
@pytest.mark.parametrize("adc_name", ["ADC", "adc"])
def test_a_diffusion_folder_beside_one_called_adc_is_never_passed_over(study, add, tmp_path, name, adc_name):
    save(of("ID-1", public), tmp_path / "images" / "P1" / name)
    save(of("ID-1", siemens_adc), tmp_path / "images" / "P1" / adc_name)
    assert add(tmp_path / "images", "--keep-names")[0] == 0
    with open_study(study).coordinator() as office:
        (case,) = office.cases
    assert [place.name for place in case.images.dwi] == [name]
    assert case.images.adc is not None


def test_image_files_without_b_values_are_refused_until_their_names_are_confirmed(study, add, tmp_path):
    folder = make(tmp_path / "images" / "P1")
    for b in B_VALUES:
        array = np.full((4, 5, 6), 1000 * np.exp(-b / 1000), np.float32)
        sitk.WriteImage(sitk.GetImageFromArray(array), str(folder / f"PLANTED_b{b:g}.nrrd"))
    status, text = add(tmp_path / "images", "--keep-names")
    assert status == 1 and "The file names suggest 0,1400,2000,800: confirm them" in text
    assert add(tmp_path / "images", "--keep-names", "--b-from-names")[0] == 0
    with open_study(study).coordinator() as office:
        assert office.cases[0].images.b_values == (0, 1400, 2000, 800)


# ---------------------------------------------------------------- whose they are
def write_table(path, rows):
    path.write_text("patient_id,dwi\n" + "".join(f"{a},{b}\n" for a, b in rows))
    return path


def test_a_row_that_slipped_is_refused(study, add, tmp_path):
    for number in (1, 2, 3):
        save(of(f"MRN-{number}", seed=number), tmp_path / f"scan{number}")
    table = write_table(tmp_path / "cases.csv", [("MRN-1", "scan1"), ("MRN-2", "scan3"), ("MRN-3", "scan2")])
    status, text = add(table)
    assert status == 1
    assert text.count("because its images are of the patient of case C") == 2
    assert "MRN" not in text
    assert len(case_ids(study)) == 1


def test_an_id_that_contradicts_the_images_is_refused_although_no_other_case_has_it(study, add, tmp_path):
    save(of("MRN-9", seed=1), tmp_path / "scan1")
    status, text = add(write_table(tmp_path / "cases.csv", [("MRN-1", "scan1")]))
    assert status == 1
    assert "the patient id in its images is another than the one that its case id was made of" in text
    assert case_ids(study) == []


WRITINGS = [
    ("0012345", "12345"),
    ("12345", "0012345"),
    ("00000012345", "12345.0"),
    ("mrn-77a", "MRN-77A"),
    ("MRN 77 A", "MRN77A"),
    (" 4711 ", "4711"),
    ("007", "7"),
]


@pytest.mark.parametrize(("in_images", "in_table"), WRITINGS)
def test_zeros_blanks_and_capitals_are_taken_as_the_same_and_said(study, add, tmp_path, in_images, in_table):
    save(of(in_images), tmp_path / "scan")
    status, text = add(write_table(tmp_path / "cases.csv", [(in_table, "scan")]))
    assert status == 0
    if in_images.strip() != in_table:
        assert "written in another way (zeros, blanks or capitals): taken as the same" in text
    assert plain_id(in_images) == plain_id(in_table)
    assert main(["study", "check", str(study)]) == 0


@pytest.mark.parametrize("nobody", ["", "ANON", "Anonymous", "unknown", "0000"])
def test_images_that_name_nobody_contradict_nothing(study, add, tmp_path, nobody):
    save(of(nobody), tmp_path / "scan")
    assert add(write_table(tmp_path / "cases.csv", [("MRN-1", "scan")]))[0] == 0


def test_a_case_id_of_ones_own_contradicts_nothing_but_the_patient_of_another_case(study, add, tmp_path):
    save(of("MRN-1"), tmp_path / "scan1")
    save(of("MRN-2", seed=2), tmp_path / "scan2")
    assert add(write_table(tmp_path / "a.csv", [("MRN-1", "scan1")]))[0] == 0
    (tmp_path / "b.csv").write_text("case_id,dwi\nX1,scan2\nX2,scan1\n")
    status, text = add(tmp_path / "b.csv")
    assert status == 1
    assert "not added: X2, because its images are of the patient of case C" in text
    assert "X1" in case_ids(study)


def test_an_adc_map_or_t2_of_another_patient_is_refused(study, add, tmp_path):
    save(of("MRN-1"), tmp_path / "scan1")
    save(of("MRN-2", siemens_adc, seed=2), tmp_path / "adc")
    exam = Exam(3, "Siemens", "Synthetic")
    t2 = [exam.image(3, "t2_tse", ["ORIGINAL", "PRIMARY", "M"], k, adc()[k]) for k in range(SHAPE[0])]
    for ds in t2:
        ds.PatientID = "MRN-3"
    save(t2, tmp_path / "t2")
    table = tmp_path / "cases.csv"
    table.write_text("case_id,dwi,adc,t2\nP1,scan1,adc,\nP2,scan1,,t2\n")
    status, text = add(table)
    assert status == 1
    assert "not added: P1, because its images are of 2 patients" in text
    assert "another patient: not used" in text


def test_check_and_export_find_images_that_were_exchanged_later(study, add, tmp_path, capsys):
    for number in (1, 2):
        save(of(f"MRN-{number}", seed=number), tmp_path / "images" / f"scan{number}")
    assert add(tmp_path / "images")[0] == 0
    assert main(["study", "check", str(study)]) == 0
    (tmp_path / "images" / "scan1").rename(tmp_path / "images" / "moved")
    (tmp_path / "images" / "scan2").rename(tmp_path / "images" / "scan1")
    (tmp_path / "images" / "moved").rename(tmp_path / "images" / "scan2")
    capsys.readouterr()
    assert main(["study", "check", str(study)]) == 1
    said = capsys.readouterr().out
    assert said.count("its images are of the patient of case C") == 2
    assert "MRN" not in said


def test_deidentified_copies_are_still_known(study, add, tmp_path, capsys):
    for number in (1, 2):
        save(of(f"MRN-{number}", seed=number), tmp_path / "images" / f"scan{number}")
    assert add(tmp_path / "images", "--copy", "--deidentify")[0] == 0
    assert main(["study", "check", str(study)]) == 0
    first, second = sorted((study / "images").iterdir())
    (first / "dwi").rename(tmp_path / "moved")
    (second / "dwi").rename(first / "dwi")
    (tmp_path / "moved").rename(second / "dwi")
    capsys.readouterr()
    assert main(["study", "check", str(study)]) == 1
    assert capsys.readouterr().out.count("its images are of the patient of case C") == 2


def test_random_ids_are_the_same_only_in_other_writings():
    rng = np.random.default_rng(1)
    for _ in range(500):
        number = str(rng.integers(1, 10**7))
        written = "0" * rng.integers(0, 4) + number
        assert number in set(ways_to_write(written))
        assert plain_id(f" {written} ") == plain_id(number)
        other = str(int(number) + int(rng.integers(1, 100)))
        assert plain_id(other) != plain_id(number)
        assert check_owner("C" + "A" * 12, [written], [], lambda text: f"C{text}").problem is not None


@pytest.mark.parametrize(
    ("case_id", "patient", "is_said"),
    [
        ("P002", "P003", True),
        ("P002", "p017", True),
        ("HER-01", "HER-10", True),
        ("0042", "0043", True),
        ("b_7", "B_9", True),
        ("P002", "P002", False),
        ("HER-01", "4711123", False),
        ("17", "4711123", False),
        ("P002", "P0031", False),
        ("P002", "ANONYMOUS", False),
    ],
)
def test_a_chosen_case_id_and_another_patient_id_of_the_same_numbering_are_said(case_id, patient, is_said):
    owner = check_owner(case_id, [patient], [], lambda text: f"C{text}")
    assert owner.problem is None
    assert (owner.note is not None) == is_said
    assert patient not in (owner.note or "")


def test_another_patient_id_of_the_same_numbering_is_said_when_a_case_is_added(study, add, tmp_path):
    save(of("P003"), tmp_path / "scan")
    table = tmp_path / "cases.csv"
    table.write_text("case_id,dwi\nP002,scan\n", encoding="utf-8")
    status, said = add(table)
    assert status == 0
    assert "P002, please note: the patient id in its images is another than the case id" in said


def test_two_patients_whose_ids_differ_by_a_zero_at_the_end_stay_two(study, add, tmp_path):
    save([*of("100", ge), *of("1000", public, seed=7)], tmp_path / "scan")
    assert "different patients" in add(write_table(tmp_path / "cases.csv", [("100", "scan")]))[1]


def test_an_export_leaves_out_the_images_of_another_patient(tmp_path):
    study = tmp_path / "study"
    create_study(study, "Synthetic study", ("r1",), synthetic=True)
    for number in (1, 2, 3):
        write_dicom(tmp_path / "images" / f"scan{number}", number)
    assert main(["study", "add", str(study), str(tmp_path / "images")]) == 0
    sign_all_off(study)
    (tmp_path / "images" / "scan1").rename(tmp_path / "images" / "moved")
    (tmp_path / "images" / "scan2").rename(tmp_path / "images" / "scan1")
    (tmp_path / "images" / "moved").rename(tmp_path / "images" / "scan2")
    assert main(["export", str(study), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 0
    flow = list(read_rows(tmp_path / "out" / "flow.csv"))
    wrong = [row for row in flow if row["stage"] == "not_measured"]
    assert len(flow) == 3 and len(wrong) == 2
    assert all("its images are of the patient of case C" in row["reason"] for row in wrong)
