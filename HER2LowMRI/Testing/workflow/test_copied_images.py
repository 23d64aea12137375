"""Images copied into a study: images only, and with --deidentify nothing of who the patient is."""

import hashlib
import shutil

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from HER2LowMRILib.cli import main
from HER2LowMRILib.images.deidentify import Deidentifier
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.map_files import read_maps
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.case_maps import maps_of_case
from images.vendor_series import (
    canon,
    ge,
    philips,
    philips_2008,
    philips_enhanced,
    public,
    save,
    siemens_csa,
    siemens_enhanced,
    siemens_trace,
    uih,
)
from study.made_up_images import image_files, write_images
from workflow.test_study_commands import BIRTH, NAME, PATIENT, write_dicom

PLANTED = (NAME, "PLANTED", PATIENT, BIRTH, "Dr^House", "St. Elsewhere", "ACC4711", "Muller")


def plant(folder):
    """Identity in every place where scanners and archives write it."""
    for file in folder.glob("*.dcm"):
        data = pydicom.dcmread(file)
        data.InstitutionName, data.ReferringPhysicianName, data.AccessionNumber = (
            "St. Elsewhere",
            "Dr^House",
            "ACC4711",
        )
        data.SeriesDescription, data.ProtocolName = "ep2d_diff_b800 Muller tra", "breast Muller 800"
        data.StudyDate, data.AcquisitionDate, data.AcquisitionTime = "20240310", "20240310", "101112.5"
        data.ImageComments, data.OperatorsName, data.DeviceSerialNumber = f"wife of {NAME}", "Muller", "4711"
        request = pydicom.Dataset()
        request.RequestedProcedureDescription = f"MRI of {NAME}"
        data.RequestAttributesSequence = [request]
        block = data.private_block(0x0033, "HOSPITAL PRIVATE", create=True)
        block.add_new(0x01, "LO", NAME)
        safe = data.private_block(0x0019, "SIEMENS MR HEADER", create=True)
        safe.add_new(0x0C, "IS", str(int(data.DiffusionBValue)))
        safe.add_new(0x0F, "LO", NAME)
        data.save_as(file)


@pytest.fixture
def hospital(tmp_path):
    """One patient: DICOM with planted identity, and files that are not images."""
    folder = tmp_path / "images" / NAME
    write_dicom(folder, 1)
    plant(folder)
    (folder / "report.pdf").write_bytes(b"%PDF-1.4 " + NAME.encode())
    (folder / "viewer.exe").write_bytes(b"MZ" + bytes(200))
    (folder / "DICOMDIR").write_bytes(bytes(128) + b"DICM" + bytes(50))
    assert main(["study", "init", str(tmp_path / "study"), "--title", "Synthetic study", "--synthetic"]) == 0
    return tmp_path


def add(tmp_path, *more):
    return main(["study", "add", str(tmp_path / "study"), str(tmp_path / "images"), *more])


def test_only_images_are_copied_and_headers_are_said_to_hold_names(hospital, capsys):
    assert add(hospital, "--copy") == 0
    said = capsys.readouterr().out
    for kind in (".exe", ".pdf", "nameless"):
        assert f"left out: 1 {kind} file: no image" in said
    assert "may hold names, birth dates and ids: --deidentify takes them out" in said
    copies = list((hospital / "study" / "images").rglob("*.dcm"))
    assert len([file for file in copies if file.is_file()]) == len(
        list((hospital / "images" / NAME).glob("*.dcm"))
    )
    assert add(hospital, "--copy") == 0
    assert "there already, with the same images" in capsys.readouterr().out


def test_deidentified_copies_hold_no_identity_and_give_the_same_series(hospital, capsys):
    assert add(hospital, "--copy", "--deidentify") == 0
    said = capsys.readouterr().out
    assert "taken out of the DICOM headers: " in said and "private element" in said
    assert "may hold names" not in said
    study = hospital / "study"
    uids = {pydicom.dcmread(file).SOPInstanceUID for file in (hospital / "images" / NAME).glob("*.dcm")}
    for file in (study / "images").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [word for word in (*PLANTED, *uids, "20240310") if word.encode() in content], file.name
    with open_study(study).coordinator() as office:
        (case,) = office.cases
    (hospital / "images" / NAME / "report.pdf").unlink()
    (hospital / "images" / NAME / "viewer.exe").unlink()
    (hospital / "images" / NAME / "DICOMDIR").unlink()
    assert_same_series(read_dwi([hospital / "images" / NAME]), read_dwi(case.images.dwi))
    header = pydicom.dcmread(next(case.images.dwi[0].glob("*.dcm")))
    assert (header.PatientIdentityRemoved, header.PatientID) == ("YES", case.case_id)
    assert header.SeriesDescription.replace("_", " ").split() == ["ep2d", "diff", "b800", "tra"]
    assert header.AcquisitionDate != "20240310" and header.AcquisitionTime == "101112.5"
    assert {code.CodeValue for code in header.DeidentificationMethodCodeSequence} >= {"113100", "113111"}
    assert add(hospital, "--copy", "--deidentify") == 0
    assert "there already, with the same images" in capsys.readouterr().out


def assert_same_series(original, copied):
    assert original.b_values == copied.b_values and original.averages == copied.averages
    for one, other in zip(original.images, copied.images, strict=True):
        assert np.array_equal(one.array, other.array)
    assert original.grid == copied.grid


@pytest.mark.parametrize(
    "make",
    [
        siemens_trace,
        siemens_csa,
        siemens_enhanced,
        ge,
        philips,
        philips_2008,
        philips_enhanced,
        canon,
        uih,
        public,
    ],
)
def test_every_makers_series_is_the_same_without_identity(tmp_path, make):
    original = save(make(), tmp_path / "original")
    (tmp_path / "copy").mkdir()
    cleaner = Deidentifier("P1", lambda text: "C" + hashlib.sha256(text.encode()).hexdigest()[:12].upper())
    for file in sorted(original.iterdir()):
        cleaner.write(file, tmp_path / "copy" / file.name)
        content = (tmp_path / "copy" / file.name).read_bytes()
        assert b"SYNTHETIC^" not in content and b"SYNTHETIC-" not in content
    assert_same_series(read_dwi([original]), read_dwi([tmp_path / "copy"]))


def test_two_series_keep_their_references_and_dates_their_distance(hospital):
    folder = hospital / "images" / NAME
    for number, file in enumerate(sorted(folder.glob("*.dcm"))):
        data = pydicom.dcmread(file)
        data.AcquisitionDate = "20240310" if number % 2 else "20240313"
        data.save_as(file)
    assert add(hospital, "--copy", "--deidentify") == 0
    headers = [pydicom.dcmread(file) for file in (hospital / "study" / "images").rglob("*.dcm")]
    assert len({header.SeriesInstanceUID for header in headers}) == 1
    assert len({header.SOPInstanceUID for header in headers}) == len(headers)
    days = sorted({int(header.AcquisitionDate) for header in headers})
    assert len(days) == 2 and days[1] - days[0] in (3, 73, 72, 74, 75)


def test_a_screen_capture_is_not_deidentified(hospital, capsys):
    file = next((hospital / "images" / NAME).glob("*.dcm"))
    data = pydicom.dcmread(file)
    data.BurnedInAnnotation = "YES"
    data.save_as(file)
    assert add(hospital, "--copy", "--deidentify") == 1
    assert "an image without text drawn into it" in capsys.readouterr().out
    assert not list((hospital / "study").rglob("*.dcm"))


def test_images_of_a_case_that_was_added_without_copies_are_copied_later(hospital, capsys):
    assert add(hospital) == 0
    assert add(hospital, "--copy") == 0
    assert "there already, images copied into the study now: C" in capsys.readouterr().out
    shutil.rmtree(hospital / "images")
    assert main(["study", "check", str(hospital / "study"), "--images"]) == 0
    assert add(hospital, "--deidentify") == 1


def test_one_patient_in_two_folders_is_named_by_number(hospital, capsys):
    shutil.copytree(hospital / "images" / NAME, hospital / "images" / "another")
    assert add(hospital) == 1
    error = capsys.readouterr().err
    assert "found numbers 1 and 2 of 2, counted by name" in error and "PLANTED" not in error


def test_maps_of_our_own_keep_their_fit_quality_when_they_are_copied(tmp_path):
    write_images(tmp_path / NAME / "b", 3)
    files = image_files(tmp_path / NAME / "b")
    noisy = sitk.ReadImage(str(files[3]))
    # A voxel that the fit classes, in the middle of the lesion.
    noisy[12, 10, 2] = 1500
    sitk.WriteImage(noisy, str(files[3]))
    maps = tmp_path / NAME / "maps"
    values = "0,800,1400,2000"
    assert main(["maps", *map(str, files), "--out", str(maps), "--b-values", values, "--quiet"]) == 0
    study = create_study(tmp_path / "study", "Synthetic study", synthetic=True)
    table = tmp_path / "cases.csv"
    table.write_text(
        f"case_id,adc,d_app,k_app\nK1,{NAME}/maps/ADC.nrrd,{NAME}/maps/D_app.nrrd,{NAME}/maps/K_app.nrrd\n"
    )
    assert main(["study", "add", str(study.folder), str(table), "--copy"]) == 0
    case = open_study(study.folder).cohort().cases[0]
    assert case.images.adc.relative_to(study.folder.resolve()).as_posix() == "images/K1/maps/ADC.nrrd"
    original, copied = read_maps(maps), read_maps(case.images.adc.parent)
    assert np.array_equal(copied[0].quality, original[0].quality)
    assert (copied[0].quality != 0).any()
    assert (copied[0].b_values, copied[0].options) == (original[0].b_values, original[0].options)
    used = maps_of_case(case.images, study.protocol.fit, study.protocol.features).maps("K")
    assert np.array_equal(used.quality, original[0].quality)
    assert NAME not in (case.images.adc.parent / "maps.json").read_text()
    shutil.rmtree(maps.parent / "b")
    # The same folder again has the same images.
    assert main(["study", "add", str(study.folder), str(table), "--copy"]) == 0
    shutil.rmtree(maps)
    assert main(["study", "check", str(study.folder), "--images"]) == 0
