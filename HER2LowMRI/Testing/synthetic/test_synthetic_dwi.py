"""The made-up DICOM: valid, marked as synthetic, read the same by another library, noise as stated."""

import dataclasses
import hashlib

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.images.intake.read_dwi import read_dwi
from HER2LowMRILib.synthetic import anatomy, dwi_series
from HER2LowMRILib.synthetic.cases import draw_case
from pydicom import config

CASE = draw_case(5)
# Type 1 and 2 elements of the MR Image module, DICOM PS3.3 C.8.3.1.
MR_IMAGE_MODULE = (
    "ImageType",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "BitsAllocated",
    "ScanningSequence",
    "SequenceVariant",
    "ScanOptions",
    "MRAcquisitionType",
    "RepetitionTime",
    "EchoTime",
    "EchoTrainLength",
)


@pytest.fixture(scope="module")
def phantom():
    return anatomy.build(CASE)


@pytest.fixture(scope="module")
def files(phantom, tmp_path_factory):
    return dwi_series.write_series(CASE, phantom, tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="module")
def siemens_files(phantom, tmp_path_factory):
    return dwi_series.write_series(
        CASE, phantom, tmp_path_factory.mktemp("siemens"), (0, 800), (1, 3), dwi_series.SIEMENS_TAG
    )


def test_every_value_is_valid_by_the_standard(files, siemens_files, monkeypatch):
    monkeypatch.setattr(config.settings, "reading_validation_mode", config.RAISE)
    for file in (files[0], files[-1], siemens_files[-1]):
        dataset = pydicom.dcmread(file)
        for element in dataset.iterall():
            assert element.value is not None
        for name in MR_IMAGE_MODULE:
            assert name in dataset, name
        assert dataset.pixel_array.shape == (136, 224)


def test_every_file_says_that_it_is_synthetic(files, siemens_files):
    for file in (*files, *siemens_files):
        header = pydicom.dcmread(file, stop_before_pixels=True)
        assert str(header.PatientName).startswith("SYNTHETIC^")
        assert header.PatientID.startswith("SYNTHETIC")
        assert "SYNTHETIC" in header.ImageComments
        assert "SYNTHETIC" in header.SeriesDescription
        assert header.ManufacturerModelName == "SYNTHETIC"
        assert header.PatientBirthDate == ""


def test_uids_are_all_different_and_those_of_the_seed(files, phantom, tmp_path):
    uids = [pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID for file in files]
    assert len(set(uids)) == len(files) == 4 * 24
    again = dwi_series.write_series(CASE, phantom, tmp_path, (0, 800), (1, 3))
    assert [hashlib.sha256(file.read_bytes()).digest() for file in again] == [
        hashlib.sha256(file.read_bytes()).digest() for file in files[:48]
    ]


def test_another_library_reads_the_same_volume_at_the_same_place(files, phantom):
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames([str(file) for file in files[:24]])
    image = reader.Execute()
    assert phantom.grid.same_as(type(phantom.grid).from_sitk(image))
    expected = dwi_series.measured_signals(CASE, phantom, (0,), (1,))[0]
    assert np.array_equal(sitk.GetArrayFromImage(image), expected)


def test_intake_finds_b_values_averages_and_their_source(files, siemens_files, phantom):
    series = read_dwi([files[0].parent])
    assert series.b_values == dwi_series.B_VALUES
    assert series.averages == dwi_series.AVERAGES
    assert series.grid.same_as(phantom.grid)
    assert all("0018,9087" in image.source for image in series.images)
    siemens = read_dwi([siemens_files[0].parent])
    assert siemens.b_values == (0, 800)
    assert "0019,100C" in siemens.images[1].source


def test_noise_is_rician_and_falls_with_the_averages(files):
    """Air of magnitude images: mean sigma sqrt(pi/2), SD sigma sqrt(2 - pi/2) / sqrt(n) (Gudbjartsson & Patz, 1995)."""
    series = read_dwi([files[0].parent])
    sigma = dwi_series.NOISE_SD
    for image in series.images:
        air = image.array[:, :12, :40].astype(float)
        assert air.mean() == pytest.approx(sigma * np.sqrt(np.pi / 2), rel=0.02)
        assert air.std() == pytest.approx(sigma * np.sqrt((2 - np.pi / 2) / image.averages), rel=0.03)


def test_signal_to_noise_of_the_lesion_is_that_of_a_clinical_scan(files, phantom):
    b0 = read_dwi([files[0].parent]).signals[0]
    assert 40 < np.median(b0[phantom.voi]) / dwi_series.NOISE_SD < 80


def test_the_fit_gives_the_truth_back_from_the_signal_without_noise(phantom):
    tissue = phantom.s0 > 100
    signals = [dwi_series.signal(phantom, b)[tissue] for b in dwi_series.B_VALUES]
    maps = fit_maps(signals, dwi_series.B_VALUES, dwi_series.AVERAGES)
    assert np.abs(maps.d_app - phantom.d[tissue]).max() < 1e-3
    assert np.abs(maps.k_app - phantom.k[tissue]).max() < 5e-3
    assert np.abs(maps.adc - dwi_series.true_adc(phantom)[tissue]).max() < 1e-4


def test_a_patient_who_moved_lies_elsewhere_at_high_b(phantom):
    moved = dataclasses.replace(CASE, motion=True)
    still, shifted = (dwi_series.measured_signals(case, phantom, (2000,), (12,))[0] for case in (CASE, moved))
    assert np.median(shifted[phantom.lesion]) < 0.8 * np.median(still[phantom.lesion])
