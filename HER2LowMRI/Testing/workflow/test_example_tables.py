"""The example tables of docs/tables.md are taken without a question."""

import shutil
from pathlib import Path

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.images.voi_files import write_voi
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import create_study, open_study
from study.made_up_images import GRID, lesion_mask

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


@pytest.fixture
def study(tmp_path):
    """Cases P1 to P5; the tables lie beside the VOIs that they name."""
    made = create_study(tmp_path / "study", "Synthetic study", seed=1, synthetic=True)
    with made.coordinator() as office:
        office.add_cases(Case(f"P{number}", CaseImages(dwi=(tmp_path,))) for number in range(1, 6))
    for file in EXAMPLES.iterdir():
        shutil.copy(file, tmp_path)
    for name in ("p1-r1", "p1-r2", "p2-r1", "p2-r2"):
        write_voi(tmp_path / f"{name}.seg.nrrd", {"lesion": lesion_mask()}, GRID)
    return tmp_path / "study"


def test_the_examples_give_groups_readings_and_decisions(study, tmp_path):
    assert main(["study", "pathology", str(study), str(tmp_path / "pathology.csv")]) == 0
    assert main(["study", "read", str(study), str(tmp_path / "readings.csv"), "--sign-off"]) == 0
    decide = ["study", "adjudicate", str(study), str(tmp_path / "decisions.csv")]
    assert main(decide) == 0
    with open_study(study).coordinator() as office:
        groups = [office.her2(f"P{number}").group for number in range(1, 6)]
        assert groups == ["low", "low", "zero", "over", "over"]
        assert [line.to_adjudicate for line in office.status()][:2] == [0, 0]
