"""Cases that readers train on: read first, the reference after sign-off and not before, and never exported."""

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from HER2LowMRILib.workflow.study_monitor import monitor_study
from HER2LowMRILib.workflow.study_status import study_status
from HER2LowMRILib.workflow.write_dicom import plan_dicom
from study.made_up_study import MASS, made_up_study, read_case
from study.reachable import everything_held_by, texts

LEARN = "the margin is what to look at"


@pytest.fixture
def study(tmp_path):
    """P2 is one to train on, of three cases."""
    made = made_up_study(tmp_path / "study", cases=3)
    table = tmp_path / "reference.csv"
    table.write_text(f"Case;Margin;lesion_type;mass_shape;comment\nP2;Spiculated;mass;oval;{LEARN}\n")
    assert main(["study", "train", str(made.folder), str(table), "--map", "Margin=mass_margin"]) == 0
    return open_study(made.folder)


def test_a_training_case_comes_first_and_is_marked(study):
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            assert (view.work_list[0].case_id, view.work_list[0].training) == ("P2", True)
            assert not any(item.training for item in view.work_list[1:])


def test_the_reference_is_shown_after_sign_off_and_of_no_other_case(study):
    with study.reader("r1") as view:
        case = view.open_case("P2")
        assert case.is_training
        assert case.reference is None
        read_case(case, MASS, sign=False)
        assert case.reference is None
        assert not [text for text in texts(everything_held_by(view, case)) if LEARN in text]
        case.sign_off()
        assert case.reference.comment == LEARN
        assert dict(case.reference.answers) == {
            "lesion_type": "mass",
            "mass_shape": "oval",
            "mass_margin": "spiculated",
        }
        other = view.open_case("P1")
        read_case(other, MASS)
        assert (other.is_training, other.reference) == (False, None)


def test_a_training_case_is_in_no_table_no_agreement_and_on_no_desk(study, tmp_path):
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            read_case(view.open_case("P2"), MASS | {"fgt": "a" if reader == "r1" else "b"})
    with study.adjudicator() as desk:
        assert "P2" not in [item.case_id for item in desk.work_list]
    done = export_cohort(study, tmp_path / "out")
    assert done.training == 1
    assert "1 training case in no table" in done.notes
    for file in ("features.csv", "readings.csv", "flow.csv", "voi_agreement.csv", "redcap_import.csv"):
        assert "P2" not in (tmp_path / "out" / file).read_text()
    assert [row["case_id"] for row in read_rows(tmp_path / "out" / "flow.csv")] == ["P1", "P3"]
    cohort = study.cohort()
    assert monitor_study(cohort).cases == 0
    status = study_status(cohort, agreement=True)
    assert (status.cases, status.training) == (2, 1)
    assert not check_study(study).findings


def test_a_training_case_becomes_no_dicom_object(study, tmp_path):
    for reader in ("r1", "r2"):
        with study.reader(reader) as view:
            read_case(view.open_case("P2"), MASS)
    plan = plan_dicom(study, tmp_path / "objects")
    assert not plan.readings
    assert "to train on" in plan.left_out["P2"]


def test_a_case_that_somebody_reads_is_no_case_to_train_on_and_a_seen_reference_stays(
    study, tmp_path, capsys
):
    with study.reader("r1") as view:
        read_case(view.open_case("P1"), MASS, sign=False)
    table = tmp_path / "more.csv"
    table.write_text("case_id,mass_shape\nP1,oval\nP3,oval\n")
    assert main(["study", "train", str(study.folder), str(table), "--dry-run"]) == 0
    assert "r1 began to read it as a case of the study" in capsys.readouterr().out
    assert main(["study", "train", str(study.folder), str(table)]) == 1
    assert [case.case_id for case in study.cohort().cases if case.training] == ["P2"]
    assert main(["study", "train", str(study.folder), "--end", "P2"]) == 0
    assert main(["study", "train", str(study.folder), "--end", "P2"]) == 1
    table.write_text("case_id,mass_shape\nP3,oval\n")
    assert main(["study", "train", str(study.folder), str(table)]) == 0
    with study.reader("r2") as view:
        read_case(view.open_case("P3"), MASS)
    with study.coordinator() as office, pytest.raises(StudyError, match="stays one to train on"):
        office.end_training("P3")


def test_a_blank_cell_of_a_later_table_takes_nothing_away_and_erasing_does(study, tmp_path):
    table = tmp_path / "later.csv"
    table.write_text("case_id,mass_shape,mass_margin,comment\nP2,round,,\n")
    assert main(["study", "train", str(study.folder), str(table)]) == 0
    with study.coordinator() as office:
        found = office.references["P2"]
        assert (found.answers["mass_shape"], found.answers["mass_margin"], found.comment) == (
            "round",
            "spiculated",
            LEARN,
        )
        office.erase("P2", "consent withdrawn")
    left = b"".join(file.read_bytes() for file in study.folder.rglob("*") if file.is_file())
    assert LEARN.encode() not in left
    assert not check_study(open_study(study.folder)).findings


def test_a_table_of_cases_says_which_are_to_train_on(tmp_path):
    made = made_up_study(tmp_path / "study", cases=1)
    (tmp_path / "dwi").mkdir()
    table = tmp_path / "cases.csv"
    table.write_text("case_id,adc,training\nT1,adc.nii,ja\nT2,adc2.nii,nein\n")
    for name, value in (("adc.nii", 1.0), ("adc2.nii", 2.0)):
        write_adc(tmp_path / name, value)
    assert main(["study", "add", str(made.folder), str(table)]) == 0
    assert {case.case_id: case.training for case in open_study(made.folder).cohort().cases} == {
        "P1": False,
        "T1": True,
        "T2": False,
    }


def write_adc(path, value):
    import numpy as np
    import SimpleITK as sitk

    sitk.WriteImage(sitk.GetImageFromArray(np.full((3, 8, 8), value, np.float32)), str(path))
