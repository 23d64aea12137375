"""The NIST/QIBA diffusion phantom of a 3 T scanner comes in right however its files are handed over.

Data: JamesCKorte/mrbias, commit e455051, BSD-3-Clause.
"""

import random
import shutil

import numpy as np
import pydicom
import pytest
from HER2LowMRILib.images.intake import read_adc, read_dwi

pytestmark = pytest.mark.shared_data
FOLDERS = ("b0", "b500", "b1000", "b1500", "b2000")
B_VALUES = (0.0, 500.0, 1000.0, 1500.0, 2000.0)


@pytest.fixture(scope="module")
def folder(shared_dir):
    return shared_dir / "data/nist_diffusion_phantom"


@pytest.fixture(scope="module")
def by_folder(folder):
    return read_dwi([folder / name for name in FOLDERS])


def same(a, b):
    return a.b_values == b.b_values and all(
        np.array_equal(x, y) for x, y in zip(a.signals, b.signals, strict=True)
    )


def test_every_b_value_is_found_and_says_where(by_folder):
    assert by_folder.b_values == B_VALUES
    assert {image.source for image in by_folder.images} == {"Siemens private tag (0019,100C)"}
    assert by_folder.averages == (2, 2, 2, 2, 2)
    assert by_folder.grid.size_ijk == (128, 128, 25)
    assert by_folder.grid.spacing_mm == (1.71875, 1.71875, 5.0)
    assert by_folder.warnings == ()


def test_the_clipped_b0_is_counted(by_folder):
    assert by_folder.saturation == 4095
    assert [int(np.count_nonzero(s >= 4095)) for s in by_folder.signals] == [5876, 111, 0, 0, 0]


def test_files_in_random_order_give_the_same(folder, by_folder):
    files = [file for name in FOLDERS for file in (folder / name).iterdir() if file.name.startswith("I")]
    random.Random(5).shuffle(files)
    assert same(read_dwi(files), by_folder)


def test_all_series_mixed_in_one_folder_with_the_adc_map_give_the_same(folder, by_folder, tmp_path):
    for name in (*FOLDERS, "console_adc"):
        for file in (folder / name).iterdir():
            shutil.copyfile(file, tmp_path / f"{hash((name, file.name)) % 10**9:09d}_{name}_{file.name}")
    mixed = read_dwi([tmp_path])
    assert same(mixed, by_folder)
    assert mixed.dropped == (
        "6 other files of the folder (6 without a suffix): no DICOM",
        "25 images of series 4001: ADC map (no diffusion-weighted image)",
    )
    assert np.array_equal(read_adc([tmp_path]).array, read_adc([folder / "console_adc"]).array)


def test_an_anonymised_copy_gives_the_same(folder, by_folder, tmp_path):
    """By the rules of pydicom's example "Anonymize DICOM data": names, curves and all private tags go."""
    for name in FOLDERS:
        for file in (folder / name).iterdir():
            if not file.name.startswith("I"):
                continue
            ds = pydicom.dcmread(file)
            ds.walk(lambda _, element: setattr(element, "value", "anonymous") if element.VR == "PN" else None)
            ds.walk(
                lambda data, element: data.__delitem__(element.tag)
                if element.tag.group & 0xFF00 == 0x5000
                else None
            )
            ds.PatientID = "id"
            ds.PatientBirthDate = ""
            ds.remove_private_tags()
            ds.save_as(tmp_path / f"{name}_{file.name}")
    anonymous = read_dwi([tmp_path])
    assert same(anonymous, by_folder)
    assert {image.source for image in anonymous.images} == {"Siemens sequence name (0018,0024)"}


def test_nothing_of_patient_or_hospital_is_handed_on(folder, by_folder):
    ds = pydicom.dcmread(
        next(f for f in (folder / "b0").iterdir() if f.name.startswith("I")), stop_before_pixels=True
    )
    said = repr(by_folder)
    for value in (
        ds.PatientName,
        ds.PatientID,
        ds.InstitutionName,
        ds.StationName,
        ds.StudyInstanceUID,
        ds.StudyDate,
    ):
        assert str(value) not in said


def test_the_console_adc_map_comes_in_with_its_unit_told_from_its_numbers(folder, by_folder):
    adc = read_adc([folder / "console_adc"])
    assert adc.unit_found == "1e-6 mm2/s"
    assert "size of the numbers" in adc.unit_source and adc.warnings
    assert adc.grid.same_as(by_folder.grid)
    assert float(adc.array.max()) == pytest.approx(2.787)
