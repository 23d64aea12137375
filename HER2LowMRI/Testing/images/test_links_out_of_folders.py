"""A link in an image folder that leads out of it is left out and said; what it leads to is not looked at."""

import os
import shutil

import numpy as np
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.map_spec import ADC
from HER2LowMRILib.files.folder_files import entries_of, files_below
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.read_map import read_map
from HER2LowMRILib.images.sorting.sort_examination import sort_folder
from HER2LowMRILib.study.image_record import files_of
from HER2LowMRILib.study.patient_identity import stated_in
from images.nifti_bytes import write_nifti
from images.vendor_series import B_VALUES, public, save


@pytest.fixture
def own(tmp_path):
    """The folder that is given."""
    return save(public(), tmp_path / "own" / "dwi").parent


@pytest.fixture
def others(tmp_path):
    """Somebody else's images, elsewhere on the computer."""
    datasets = public((400.0,))
    for number, ds in enumerate(datasets):
        ds.PatientID, ds.PatientName = "OTHER-PATIENT", "OTHER^PERSON"
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"2.25.9{number}"
    return save(datasets, tmp_path / "others" / "dwi")


def file_links(own, others):
    for file in sorted(others.iterdir()):
        (own / "dwi" / f"x{file.name}").symlink_to(file)


def relative_links(own, others):
    for file in sorted(others.iterdir()):
        (own / "dwi" / f"x{file.name}").symlink_to(os.path.relpath(file, own / "dwi"))


def folder_link(own, others):
    (own / "dwi" / "more").symlink_to(others, target_is_directory=True)


def link_by_a_detour(own, others):
    """Into the folder, and out of it again through another link."""
    (own / "dwi" / "a").symlink_to(own / "dwi" / "b")
    (own / "dwi" / "b").symlink_to(others, target_is_directory=True)


KINDS = {f.__name__.replace("_", " "): f for f in (file_links, relative_links, folder_link, link_by_a_detour)}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_link_leads_to_is_no_image_of_the_folder(own, others, kind):
    KINDS[kind](own, others)
    series = read_dwi([own / "dwi"])
    assert series.b_values == B_VALUES
    assert any("out of the folder" in text and "link" in text for text in series.dropped)
    assert stated_in(own / "dwi", ("PatientID",)).get("PatientID") != ("OTHER-PATIENT",)
    assert all(not file.is_symlink() for file in files_of(own / "dwi"))
    examination = sort_folder(own)
    assert any("out of the folder left out" in text for text in examination.notes)


def test_a_folder_of_nothing_but_links_says_what_to_do(tmp_path, others):
    (tmp_path / "links").mkdir()
    for file in others.iterdir():
        (tmp_path / "links" / file.name).symlink_to(file)
    with pytest.raises(ImageError, match="links that lead out of the folder") as told:
        read_dwi([tmp_path / "links"])
    assert "Give the folder that the links lead to" in str(told.value)


def test_image_files_and_maps_behind_links_are_left_out_too(tmp_path):
    rng = np.random.default_rng(1)
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "folder"
    elsewhere.mkdir(), folder.mkdir()
    write_nifti(elsewhere / "adc.nii.gz", [rng.uniform(0.5, 2, (3, 8, 8)).astype(np.float32)])
    (folder / "adc.nii.gz").symlink_to(elsewhere / "adc.nii.gz")
    with pytest.raises(ImageError):
        read_map(folder, ADC)


def test_links_within_the_folder_and_the_folder_as_a_link_are_fine(own, tmp_path):
    shutil.move(own / "dwi", own / "stored")
    (own / "dwi").symlink_to(own / "stored", target_is_directory=True)
    given = tmp_path / "given"
    given.symlink_to(own / "dwi", target_is_directory=True)
    assert read_dwi([given]).b_values == B_VALUES
    first = sorted((own / "stored").iterdir())[0]
    moved = own / "stored" / "sub"
    moved.mkdir()
    shutil.move(first, moved / "real.dcm")
    first.symlink_to(moved / "real.dcm")
    assert not files_below(own).leading_out and not entries_of(own).leading_out


def test_a_link_to_nothing_or_to_itself_is_passed_over(own):
    (own / "dwi" / "gone").symlink_to(own / "nowhere")
    (own / "dwi" / "loop").symlink_to(own / "dwi" / "loop")
    assert read_dwi([own / "dwi"]).b_values == B_VALUES


def test_a_case_is_added_without_what_its_links_lead_to(own, others, tmp_path, capsys):
    (own / "t1").symlink_to(others, target_is_directory=True)
    (tmp_path / "tree").mkdir()
    shutil.move(own, tmp_path / "tree" / "P1")
    main(["study", "init", str(tmp_path / "study"), "--title", "T", "--readers", "r1"])
    assert main(["study", "add", str(tmp_path / "study"), str(tmp_path / "tree"), "--keep-names"]) == 0
    assert "1 link that leads out of the folder" in capsys.readouterr().out
    assert "t1" not in (tmp_path / "study" / "cases.csv").read_text().splitlines()[1]
