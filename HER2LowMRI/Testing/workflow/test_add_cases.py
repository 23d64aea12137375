"""What is added to a study as a patient holds images and is no study itself."""

import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.study_folder import create_study
from HER2LowMRILib.workflow.add_cases import cases_from_tree
from study.made_up_images import write_images


def test_each_subfolder_with_images_is_a_case(tmp_path):
    for name in ("P1", "P2"):
        write_images(tmp_path / "tree" / name, 1)
    cases = cases_from_tree(tmp_path / "tree", str, keep_names=True)
    assert [case.case_id for case in cases] == ["P1", "P2"]


def test_a_study_is_not_taken_for_patients(tmp_path):
    create_study(tmp_path / "studies" / "study", "Synthetic study", synthetic=True)
    for tree in (tmp_path / "studies" / "study", tmp_path / "studies"):
        with pytest.raises(StudyError, match="is a study or holds one"):
            cases_from_tree(tree, str, keep_names=True)


@pytest.mark.parametrize("name", ["voi.seg.nrrd", "notes.txt"])
def test_a_subfolder_without_images_is_refused(tmp_path, name):
    write_images(tmp_path / "tree" / "P1", 1)
    (tmp_path / "tree" / "P2").mkdir()
    (tmp_path / "tree" / "P2" / name).write_text("no image")
    with pytest.raises(StudyError, match="1 of 2 subfolders hold no image"):
        cases_from_tree(tmp_path / "tree", str, keep_names=True)
