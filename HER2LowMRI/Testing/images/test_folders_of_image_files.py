"""Examinations whose images lie as NIfTI or NRRD files, told by their names alone, and what is packed."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.images.sorting.sort_examination import sort_folder
from made_examinations import GRE, Examination, Grid, write_dynamic
from test_sorted_examinations import asked, images_of

UPTAKES = [0.0, 1.2, 1.1, 1.0, 0.9, 0.8]


def write(file: Path, *volumes: np.ndarray) -> None:
    """Write one volume, or several as a 4D image."""
    images = [sitk.GetImageFromArray(volume.astype(np.int16)) for volume in volumes]
    for image in images:
        image.SetSpacing((2.0, 2.0, 3.0))
    file.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(images[0] if len(images) == 1 else sitk.JoinSeries(images), str(file))


@pytest.fixture
def phases(tmp_path):
    """Phases of a made-up lesion, the one before contrast first."""
    exam = Examination(tmp_path / "unused", np.random.default_rng(2), "siemens")
    return [exam.pixels(uptake) for uptake in UPTAKES]


@pytest.mark.parametrize("subject", ["sub-01", "sub-P007_ses-pre1", "SUB-0003"])
def test_the_subject_of_a_bids_name_is_no_subtraction(subject: str, phases, tmp_path: Path):
    write(tmp_path / "x" / "anat" / f"{subject}_T2w.nii.gz", phases[1])
    write(tmp_path / "x" / "anat" / f"{subject}_T1w.nii.gz", phases[0][:, ::-1])
    write(tmp_path / "x" / "perf" / f"{subject}_dce.nii.gz", *phases)
    found = sort_folder(tmp_path / "x")
    assert [one.reason for one in found.aside if "subtraction" in one.reason] == []
    assert len(found.dce) == len(phases) and "dce" not in asked(found)
    assert found.t2 or "t2" in asked(found)
    assert found.t1 or "t1" in asked(found)


@pytest.mark.parametrize(
    "name", ["sub-1", "sub1_ax", "dyn_sub-2", "Phase 3 minus nativ", "post - pre subtract"]
)
def test_subtractions_are_still_told_by_their_names(name: str, phases, tmp_path: Path):
    write(tmp_path / "x" / f"{name}.nii.gz", phases[1])
    assert [one.reason for one in sort_folder(tmp_path / "x").aside] == ["subtraction"]


@pytest.mark.parametrize(
    "names",
    [
        ["nativ", "KM 1", "KM 2", "KM 3", "KM 4", "KM 5"],
        ["pre", "post1", "post2", "post3", "post4", "post5"],
        ["vor KM", "phase 1", "phase 2", "phase 3", "phase 4", "phase 5"],
    ],
)
def test_phases_told_by_names_alone_are_in_the_order_of_the_names(names: list[str], phases, tmp_path: Path):
    for name, volume in zip(names, phases, strict=True):
        write(tmp_path / "x" / "dce" / f"{name}.nrrd", volume)
    found = sort_folder(tmp_path / "x")
    assert asked(found) == set()
    assert [phase.images.files[0].stem for phase in found.dce] == names
    assert all(phase.time_s is None for phase in found.dce)


@pytest.mark.parametrize("pattern", ["case01_{:04d}", "{:d}", "img{:02d}_x"])
def test_files_of_one_grid_of_which_nothing_says_what_they_are_are_asked_about(
    pattern: str, phases, tmp_path: Path
):
    for number, volume in enumerate(phases):
        write(tmp_path / "x" / f"{pattern.format(number)}.nii.gz", volume)
    found = sort_folder(tmp_path / "x")
    assert asked(found) == {"dce"} and found.dce == ()
    assert len(found.questions[0].candidates) == len(phases)


def test_a_dynamic_series_in_two_parts_is_asked_about_once_with_the_reason(tmp_path: Path):
    exam = Examination(tmp_path, np.random.default_rng(2), "siemens")
    write_dynamic(exam, 10, "one series", [0.0, 90.0, 180.0], UPTAKES[:3], Grid(), name="dyn", tags=GRE)
    rest = [270.0, 360.0, 450.0]
    write_dynamic(exam, 12, "one series", rest, UPTAKES[3:], Grid(), name="dyn", tags=GRE)
    found = sort_folder(tmp_path)
    assert asked(found) == {"dce"}
    assert found.questions[0].text.count("eries 12 (dyn) looks like more phases of it") == 1


@pytest.mark.parametrize("packed", ["dce.zip", "Rest.7z", "export.tar.gz"])
def test_a_packed_folder_beside_the_images_is_said(packed: str, tmp_path: Path):
    exam = Examination(tmp_path, np.random.default_rng(2), "siemens")
    phases = write_dynamic(
        exam, 10, "one series", [0.0, 90.0, 180.0], UPTAKES[:3], Grid(), name="dyn", tags=GRE
    )
    (tmp_path / packed).write_bytes(b"PK\x03\x04" + bytes(100))
    found = sort_folder(tmp_path)
    assert [images_of(phase.images) for phase in found.dce] == phases
    assert "1 file left out: a packed folder. Unpack it, and give the folder" in found.notes
