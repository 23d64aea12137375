"""Who the images say the patient is, also where a folder holds more than images."""

import numpy as np
import pytest
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.study.patient_identity import identifiers_of, names_patient
from HER2LowMRILib.workflow.cases_tree import cases_from_tree
from images.vendor_series import ge, save
from pydicom.fileset import FileSet


def of_patient(name="EXAMPLE^MARIA", patient_id="ID-4711"):
    """Images of a made-up patient."""
    images = ge(b_values=(0.0, 800.0))
    for image in images:
        image.PatientName, image.PatientID, image.PatientBirthDate = name, patient_id, "19600403"
        image.StudyID = "1"
    return images


def test_an_index_of_a_disc_beside_the_images_hides_nobody(tmp_path):
    """A DICOMDIR is read as DICOM and states no patient where an image does."""
    disc = FileSet()
    for image in of_patient():
        disc.add(image)
    disc.write(tmp_path / "tree" / "Maria Example")
    assert (tmp_path / "tree" / "Maria Example" / "DICOMDIR").exists()
    (case,) = cases_from_tree(tmp_path / "tree", {"ID-4711": "C1"}.get).cases
    assert case.case_id == "C1"
    assert names_patient("asked Maria again", identifiers_of(case.images))


@pytest.mark.parametrize("text", ["id B-22 as well", "born 3.4.1960", "born 03.04.1960", "maria"])
def test_a_patient_is_named_in_whatever_way(tmp_path, text):
    images = of_patient()
    for image in images:
        image.OtherPatientIDs = ["A-11", "B-22"]
    save(images, tmp_path)
    assert names_patient(text, identifiers_of(CaseImages(dwi=(tmp_path,))))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MUELLER^JUERGEN", "Frau Müller hat sich bewegt"),
        ("MÜLLER^JÜRGEN", "asked Mueller again"),
        ("GONZALEZ^INES", "la señora González se movió"),
        ("Wang^XiaoDong=王^小东", "患者王小东有运动伪影"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "山田さんは動いた"),
        ("Hong^Gildong=홍^길동", "홍길동 환자가 움직였다"),
    ],
)
def test_a_name_is_found_as_readers_of_other_languages_write_it(tmp_path, name, text):
    images = of_patient(name=name)
    for image in images:
        image.SpecificCharacterSet = "ISO_IR 192"
    save(images, tmp_path)
    known = identifiers_of(CaseImages(dwi=(tmp_path,)))
    assert names_patient(text, known)
    assert not names_patient("motion artefact; 有运动伪影; Bewegung", known)


@pytest.mark.parametrize("times", [300, pytest.param(5000, marks=pytest.mark.full)])
def test_a_damaged_header_stops_neither_an_export_nor_adding_cases(tmp_path, times):
    save(of_patient(), tmp_path / "tree" / "one")
    whole = (tmp_path / "tree" / "one" / "IM00000").read_bytes()
    random = np.random.default_rng(1)
    for _ in range(times):
        damaged = bytearray(whole)
        for at in random.integers(132, 1800, 5):
            damaged[at] = random.integers(256)
        (tmp_path / "tree" / "one" / "IM00000").write_bytes(damaged)
        (case,) = cases_from_tree(tmp_path / "tree", lambda patient: "C1").cases
        assert isinstance(identifiers_of(case.images), frozenset)


def test_what_pydicom_dislikes_about_a_value_is_not_printed(tmp_path, recwarn):
    images = of_patient(patient_id="9" * 70)
    save(images, tmp_path)
    recwarn.clear()
    assert "9" * 70 in identifiers_of(CaseImages(dwi=(tmp_path,)))
    assert not recwarn.list
