"""`her2lowmri examination` says what a folder holds, to people and to programs."""

import importlib.util
import json
import os
from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.images.read_image_set import read_image_set
from HER2LowMRILib.images.sorting.sort_examination import sort_folder
from HER2LowMRILib.synthetic import anatomy, dwi_series
from HER2LowMRILib.synthetic.cases import draw_case

SHARED = Path(os.environ.get("HER2LOWMRI_SHARED", Path(__file__).parents[4] / "shared"))
FOLDERS = SHARED / "cases" / "examination" / "make_folders.py"
needs_shared = pytest.mark.skipif(
    not FOLDERS.exists(), reason="HER2LOWMRI_SHARED has no made-up examinations"
)


@pytest.fixture(scope="module")
def fifteen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fifteen forms in which one examination may lie on a disk."""
    base = tmp_path_factory.mktemp("examinations")
    case = draw_case(1)
    dwi_series.write_series(case, anatomy.build(case), base / "dwi")
    spec = importlib.util.spec_from_file_location("make_folders", FOLDERS)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["make_folders", str(base / "dwi"), str(base / "out")])
        spec.loader.exec_module(module)
    return base / "out"


@pytest.mark.shared_data
@needs_shared
@pytest.mark.full
def test_one_examination_in_fifteen_forms_is_the_same_examination(fifteen: Path):
    """Every image has one grey value, by which it is known: phase p is 1000 + 100 p + slice, T2 6000, T1 5000."""
    folders = sorted(fifteen.iterdir())
    assert len(folders) == 15
    for folder in folders:
        found = sort_folder(folder / "patient")
        assert not found.questions, folder.name
        assert len(found.dwi) == 1, folder.name
        for phase in found.dce:
            array, grid = read_image_set(phase.images)
            expected = 1000 + 100 * phase.number + np.arange(16)
            assert np.array_equal(array[:, 0, 0], expected), (folder.name, phase.number)
            assert np.allclose(grid.spacing_mm, (5, 5, 3))
        assert len(found.dce) == 6, folder.name
        for images, value in [(one, 6000) for one in found.t2] + [(one, 5000) for one in found.t1]:
            assert set(np.unique(read_image_set(images)[0])) == {value}, folder.name
        names = folder.name.split("_")[0]
        assert bool(found.t2) == (names in "ABCDEFGHMP"), folder.name
        assert bool(found.t1) == (names in "ABCHMP"), folder.name
        if names in "ABCDEFGHMNOP":
            assert [phase.time_s for phase in found.dce] == [0, 180, 240, 300, 360, 420], folder.name


@pytest.mark.shared_data
@needs_shared
@pytest.mark.full
def test_the_command_prints_json_of_the_agreed_shape(fifteen: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["examination", str(fifteen / "A_flat_one_series" / "patient"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["dwi"], found["t1"], found["t2"], found["adc"]) == ([5], [3], [2], [])
    assert [phase["number"] for phase in found["dce"]["phases"]] == list(range(6))
    first = found["dce"]["phases"][0]
    assert set(first) == {"number", "time_s", "time_source", "series", "files"}
    assert (first["time_s"], first["time_source"], first["series"]) == (0, "acquisition time", 10)
    assert len(first["files"]) == 16
    assert all((fifteen / "A_flat_one_series" / "patient" / name).is_file() for name in first["files"])
    assert found["ultrafast"] == {"phases": []}
    assert {aside["series"]: aside["reason"] for aside in found["aside"]}[21] == "subtraction"
    assert found["questions"] == []


def test_a_folder_that_is_not_there_is_said_in_one_line(capsys: pytest.CaptureFixture[str]):
    assert main(["examination", "/no/such/folder"]) == 1
    assert capsys.readouterr().err.startswith("her2lowmri examination: folder is not there")
