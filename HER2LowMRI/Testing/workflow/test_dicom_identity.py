"""Nothing of a patient reaches the objects of a study with pseudonyms, however the identity is written.

Names are made up; they come in the character sets of DICOM, in every element that has a place for one.
"""

import random
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import create_study
from HER2LowMRILib.workflow.write_dicom import write_dicom
from pydicom.uid import generate_uid
from study.made_up_study import MASS
from workflow.readings_of_many_kinds import SERIES, grid_of, lesion_on

NAMES = (
    ("ISO_IR 100", "Müßiggang^Änne"),
    ("ISO_IR 192", "Şükrüoğlu^Ayşe"),
    ("GB18030", "Zhang^XiaoDong=张^小东"),
    ("ISO_IR 144", "Люкceмбypг^Нина"),
    ("ISO_IR 6", "Plantagenet^Petra"),
)
TEXT_TAGS = (
    "ReferringPhysicianName", "PerformingPhysicianName", "OperatorsName", "InstitutionName", "StationName",
    "StudyDescription", "SeriesDescription", "ImageComments", "PatientComments", "ProtocolName",
    "RequestedProcedureDescription", "OtherPatientNames", "PatientAddress", "InstitutionalDepartmentName",
    "DeviceSerialNumber", "AdditionalPatientHistory",
)  # fmt: skip
DATE_TAGS = (
    "StudyDate",
    "SeriesDate",
    "AcquisitionDate",
    "ContentDate",
    "PatientBirthDate",
    "InstanceCreationDate",
)


def planted(seed: int, images: list) -> list[bytes]:
    """Put an identity into images; returns what must not be found."""
    draw = random.Random(seed)
    charset, name = NAMES[seed % len(NAMES)]
    patient_id = f"ID{draw.randrange(10**9, 10**10)}X"
    date = f"{draw.randrange(1931, 1999)}{draw.randrange(1, 13):02d}{draw.randrange(10, 28)}"
    word = f"Plant{draw.randrange(10**6, 10**7)}"
    uids: dict[str, str] = {}
    for image in images:
        image.SpecificCharacterSet = charset
        image.PatientName, image.PatientID = name, patient_id
        image.AccessionNumber, image.StudyID = f"A{patient_id[2:12]}", word[:16]
        for tag in TEXT_TAGS:
            # Sequence names decide what a series is; the word stands beside them.
            known = str(image.get(tag) or "") if tag in ("SeriesDescription", "ProtocolName") else ""
            setattr(image, tag, f"{known} {word}".strip())
        for tag in DATE_TAGS:
            setattr(image, tag, date)
        for tag in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
            uid = uids.setdefault(
                str(image.get(tag)), generate_uid(entropy_srcs=[str(seed), str(image.get(tag))])
            )
            setattr(image, tag, uid)
        block = image.private_block(0x0099, "PLANTED BY A TEST", create=True)
        block.add_new(0x01, "LO", word)
        uids[str(image.SOPInstanceUID)] = str(image.SOPInstanceUID)
    parts = [part for group in name.split("=") for part in group.split("^")]
    found = [patient_id.encode(), patient_id[2:12].encode(), date.encode(), word.encode()]
    found += [part.encode(code) for part in parts for code in ("utf-8", "gb18030") if len(part) > 1]
    return found + [uid.encode() for uid in uids.values()]


def written(seed: int, folder: Path) -> tuple[list[bytes], list[Path]]:
    maker = sorted(SERIES)[seed % len(SERIES)]
    images = SERIES[maker]()
    secret = planted(seed, images)
    place = folder / "in"
    place.mkdir(parents=True)
    for number, image in enumerate(images):
        content = BytesIO()
        image.save_as(content, enforce_file_format=True)
        (place / f"{number:04d}").write_bytes(content.getvalue())
    study = create_study(folder / "study", "Synthetic study", ("r1",), seed=seed, synthetic=True)
    with study.coordinator() as office:
        case_id = office.pseudonym(str(images[0].PatientID))
        office.add_cases([Case(case_id, CaseImages(dwi=(place,)))])
    with study.reader("r1") as view:
        case = view.open_case(case_id)
        case.save_voi({"lesion": lesion_on(grid_of(place), seed)}, grid_of(place))
        for item, value in MASS.items():
            case.set_answer(item, value)
        case.set_comment(secret[3].decode())
        case.sign_off()
    done = write_dicom(study, folder / "out")
    assert done.left_out == {}, (maker, done.left_out)
    return secret, sorted(file for file in (folder / "out").rglob("*") if file.is_file())


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.full) for seed in range(4, 100))]
)
def test_nothing_that_was_planted_is_found(tmp_path, seed):
    secret, files = written(seed, tmp_path)
    assert len(files) == 6
    for file in files:
        content = file.read_bytes()
        found = [word for word in secret if word in content or word in file.name.encode()]
        assert found == [], file.relative_to(tmp_path)
        if file.suffix == ".dcm":
            data = pydicom.dcmread(file)
            assert data.PatientName == data.PatientID == file.relative_to(tmp_path / "out").parts[0]
            assert not any(element.tag.is_private for element in data.iterall())
