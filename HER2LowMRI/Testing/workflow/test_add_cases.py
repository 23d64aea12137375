"""What is added to a study as a patient holds images and is not a study itself."""

import shutil

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow import copy_images
from HER2LowMRILib.workflow.cases_tree import cases_from_tree
from study.made_up_images import write_images


def test_each_subfolder_with_images_is_a_case(tmp_path):
    for name in ("P1", "P2"):
        write_images(tmp_path / "tree" / name, 1)
    cases = cases_from_tree(tmp_path / "tree", str, keep_names=True).cases
    assert [case.case_id for case in cases] == ["P1", "P2"]


def test_a_study_is_not_taken_for_patients(tmp_path):
    create_study(tmp_path / "studies" / "study", "Synthetic study", synthetic=True)
    for tree in (tmp_path / "studies" / "study", tmp_path / "studies"):
        with pytest.raises(StudyError, match="is a study or holds one"):
            cases_from_tree(tree, str, keep_names=True)


@pytest.mark.parametrize("name", ["voi.seg.nrrd", "notes.txt"])
def test_a_subfolder_without_images_is_refused_alone(tmp_path, name):
    write_images(tmp_path / "tree" / "P1", 1)
    (tmp_path / "tree" / "P2").mkdir()
    (tmp_path / "tree" / "P2" / name).write_text("no image")
    found = cases_from_tree(tmp_path / "tree", str, keep_names=True)
    assert [case.case_id for case in found.cases] == ["P1"]
    assert found.refused == {
        "subfolder 2 of 2, by name": f"it holds no image (1 .{name.split('.')[-1]} file)"
    }


@pytest.fixture
def study(tmp_path):
    """A study with P1 and P2 of a folder that has a third patient by now."""
    create_study(tmp_path / "study", "Synthetic study", synthetic=True)
    for number in (1, 2):
        write_images(tmp_path / "images" / f"P{number}", number)
    assert add(tmp_path) == 0
    write_images(tmp_path / "images" / "P3", 3)
    return tmp_path / "study"


def add(root, *arguments, images="images"):
    return main(
        [
            "study",
            "add",
            str(root / "study"),
            str(root / images),
            "--keep-names",
            "--b-from-names",
            *arguments,
        ]
    )


def case_ids(study):
    return [case.case_id for case in open_study(study).cohort().cases]


def test_a_folder_that_has_grown_is_added_again_and_only_the_new_patient_joins(study, tmp_path, capsys):
    capsys.readouterr()
    assert add(tmp_path) == 0
    said = capsys.readouterr().out
    assert "1 case added, 3 in the study" in said
    assert "there already, with the same images: P1, P2" in said
    assert case_ids(study) == ["P1", "P2", "P3"]
    before = (study / "log.jsonl").read_bytes()
    assert add(tmp_path) == 0
    assert "0 cases added, 3 in the study" in capsys.readouterr().out
    assert (study / "log.jsonl").read_bytes() == before


def test_the_same_images_are_recognised_in_another_place_and_in_the_copies_of_the_study(tmp_path, capsys):
    create_study(tmp_path / "study", "Synthetic study", synthetic=True)
    write_images(tmp_path / "images" / "P1", 1)
    assert add(tmp_path, "--copy") == 0
    shutil.copytree(tmp_path / "images", tmp_path / "moved")
    for again in ((), ("--copy",)):
        capsys.readouterr()
        assert add(tmp_path, *again, images="moved") == 0
        assert "with the same images: P1" in capsys.readouterr().out


def test_a_patient_with_other_images_is_refused_alone_and_the_exit_status_tells(study, tmp_path, capsys):
    write_images(tmp_path / "images" / "P2", 22)
    shutil.copytree(tmp_path / "images", tmp_path / "later")
    cases = (study / "cases.csv").read_text()
    write_images(tmp_path / "images" / "P2", 2)
    capsys.readouterr()
    assert add(tmp_path, images="later") == 1
    said = capsys.readouterr()
    assert "not added: P2, because it is in the study with other images (dwi)" in said.out
    assert said.err == "her2lowmri study add: 1 of 3 cases was not added\n"
    assert case_ids(study) == ["P1", "P2", "P3"]
    assert (study / "cases.csv").read_text().startswith(cases.rstrip())
    assert str(tmp_path) not in said.out + said.err


def test_images_that_are_no_longer_where_they_were_cannot_be_called_the_same(study, tmp_path, capsys):
    (tmp_path / "images").rename(tmp_path / "moved")
    assert add(tmp_path, images="moved") == 1
    said = capsys.readouterr().out
    assert said.count("it is in the study, and its images cannot be compared") == 2
    assert case_ids(study) == ["P1", "P2", "P3"]


def test_the_same_folder_under_other_ids_does_not_bring_every_patient_twice(study, tmp_path, capsys):
    assert main(["study", "add", str(study), str(tmp_path / "images"), "--b-from-names"]) == 1
    said = capsys.readouterr()
    assert said.out.count("because its images are those of case P") == 2
    assert len(case_ids(study)) == 3, "P3 is new"
    table = tmp_path / "images" / "lesions.csv"
    table.write_text("case_id,dwi\nP1-left,P1\nP1-right,P1\n")
    assert main(["study", "add", str(study), str(table), "--b-from-names"]) == 0


def test_copies_under_other_ids_are_recognised_too(tmp_path, capsys):
    create_study(tmp_path / "study", "Synthetic study", synthetic=True)
    for number in (1, 2):
        write_images(tmp_path / "images" / f"P{number}", number)
    assert add(tmp_path, "--copy") == 0
    assert main(["study", "add", str(tmp_path / "study"), str(tmp_path / "images"), "--copy"]) == 1
    assert capsys.readouterr().out.count("because its images are those of case P") == 2
    assert case_ids(tmp_path / "study") == ["P1", "P2"]


def test_a_copy_that_was_stopped_goes_on_where_it_was(study, tmp_path, monkeypatch):
    write_images(tmp_path / "images" / "P4", 4)
    copy, copied = copy_images._Copier._copy_file, []

    def stopped(copier, file, folder, name):
        copied.append(file)
        if len(copied) == 6:
            raise KeyboardInterrupt
        return copy(copier, file, folder, name)

    monkeypatch.setattr(copy_images._Copier, "_copy_file", stopped)
    assert add(tmp_path, "--copy") == 130
    assert case_ids(study) == ["P1", "P2", "P3"]
    assert [file.name for file in (study / "images").iterdir()] == ["P3"]
    monkeypatch.undo()
    assert add(tmp_path, "--copy") == 0
    assert case_ids(study) == ["P1", "P2", "P3", "P4"]
    assert main(["study", "check", str(study)]) == 0


def test_a_copy_whose_case_was_not_added_any_more_is_used_and_other_images_there_are_not(
    study, tmp_path, capsys
):
    def stopped(*args):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CoordinatorView, "add_cases", stopped)
        assert add(tmp_path, "--copy") == 130
    assert [file.name for file in (study / "images").iterdir()] == ["P3"]
    write_images(tmp_path / "images" / "P4", 4)
    write_images(study / "images" / "P4", 44)
    own = sorted(file.read_bytes() for file in (study / "images" / "P4").iterdir())
    assert add(tmp_path, "--copy") == 1
    assert (
        "not added: P4, because the study holds a folder of other images called P4" in capsys.readouterr().out
    )
    assert case_ids(study) == ["P1", "P2", "P3"]
    assert sorted(file.read_bytes() for file in (study / "images" / "P4").iterdir()) == own
    assert not list((study / "images").glob(".*"))


def test_a_folder_whose_name_cannot_be_a_case_id_is_named_by_its_number(tmp_path):
    for name in ("P1", "Ümläut Anna"):
        write_images(tmp_path / "tree" / name, 1)
    with pytest.raises(StudyError, match="subfolder 2 of 2, by name: a case id cannot be used") as refusal:
        cases_from_tree(tmp_path / "tree", str, keep_names=True)
    assert "Anna" not in str(refusal.value)
