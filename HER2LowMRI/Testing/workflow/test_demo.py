"""The demonstration as a newcomer runs it: a whole study on real files, and how close it comes to the truth."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest
from HER2LowMRILib import cli
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow import demo as demonstration
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from PIL import Image

CASES = 4
TABLES = ("features.csv", "readings.csv", "flow.csv", "data_dictionary.csv", "redcap_data_dictionary.csv")


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Output of `her2lowmri demo`, its folder, and what it printed."""
    import contextlib
    import io

    out = tmp_path_factory.mktemp("demo") / "out"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = cli.main(["demo", "--out", str(out), "--cases", str(CASES), "--no-cohort"])
    assert status == 0
    return out, printed.getvalue()


def test_the_last_lines_say_where_the_files_are(finished):
    out, printed = finished
    places = [Path(line.split(": ")[-1].strip()) for line in printed.strip().splitlines()[-7:]]
    assert all(place.exists() for place in places)
    assert out / "features.csv" in places
    assert out / "pictures" in places


def test_everything_says_that_it_is_synthetic(finished):
    out, printed = finished
    assert printed.startswith("SYNTHETIC")
    assert "synthetic" in (out / "SYNTHETIC.txt").read_text()
    assert all(row["synthetic"] == "1" for row in rows(out / "features.csv"))
    assert all(row["case_id"].startswith("synthetic-") for row in rows(out / "readings.csv"))
    for file in (out / "study" / "images").rglob("*.dcm"):
        assert str(pydicom.dcmread(file, specific_tags=["PatientName"]).PatientName).startswith("SYNTHETIC")


def test_a_case_of_every_fate_is_in_the_flow(finished):
    out, _ = finished
    flow = {row["case_id"]: row for row in rows(out / "flow.csv")}
    assert [row["stage"] for row in flow.values()] == ["included", "included", "indeterminate", "excluded"]
    assert "motion" in flow["synthetic-04"]["reason"]
    assert [row["case_id"] for row in rows(out / "features.csv")] == list(flow)[:3]
    assert rows(out / "features.csv")[2]["her2_group"] == "indeterminate"
    assert len(rows(out / "readings.csv")) == 2 * 3


def test_measured_medians_come_close_to_the_truth(finished):
    """Noise of the median over some 1000 voxels is below 0.01; the rest is what partial volume at the rim does."""
    out, printed = finished
    comparison = rows(out / "truth_comparison.csv")
    assert len(comparison) == 3 * 3
    explained = [row["column"] for row in rows(out / "truth_comparison_dictionary.csv")]
    assert explained == list(comparison[0])
    limit = {"ADC": 0.03, "D": 0.04, "K": 0.04}
    for row in comparison:
        measured, perfect, within = (
            float(row[name])
            for name in ("measured_median", "true_median_perfect_voi", "true_median_readers_vois")
        )
        assert abs(measured - within) < limit[row["map"]], row
        assert abs(within - perfect) < 2 * limit[row["map"]], row
        assert float(row["error_of_measurement"]) == pytest.approx(measured - within, abs=2e-6)
    worst = max(abs(float(row["error_of_measurement"])) for row in comparison if row["map"] == "K")
    assert f"[{worst:.3f}]" in printed


def test_the_study_folder_is_whole(finished):
    out, printed = finished
    report = check_study(open_study(out / "study"))
    assert report.findings == ()
    assert report.readings == 2 * CASES
    assert "nothing wrong" in printed


def test_a_reader_amended_a_reading_and_both_versions_are_kept(finished):
    out, _ = finished
    numbers = [int(row["reading_version"]) for row in rows(out / "readings.csv") if row["reader"] == "r2"]
    assert sorted(numbers) == [1, 1, 2]


def test_moved_and_without_derived_the_study_exports_the_same_bytes(finished, tmp_path):
    out, _ = finished
    study = tmp_path / "moved"
    shutil.copytree(out / "study", study)
    shutil.rmtree(study / "derived")
    assert str(out) not in (study / "cases.csv").read_text()
    export_cohort(open_study(study), tmp_path / "again")
    for name in TABLES:
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes(), name


def test_pictures_show_the_cases_that_could_be_read(finished):
    out, _ = finished
    pictures = sorted((out / "pictures").glob("*.png"))
    assert [picture.stem for picture in pictures] == ["synthetic-01", "synthetic-02", "synthetic-03"]
    for picture in pictures:
        image = np.asarray(Image.open(picture).convert("RGB"))
        assert image.shape[1] > 1200
        assert len(np.unique(image[::4, ::4].reshape(-1, 3), axis=0)) > 500, "the maps are drawn"


def test_a_folder_with_other_files_is_left_alone(tmp_path, capsys):
    mine = tmp_path / "thesis.txt"
    mine.write_text("mine")
    assert cli.main(["demo", "--out", str(tmp_path), "--cases", "1", "--quiet"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "new or empty folder" in error
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_place_that_cannot_be_written_is_one_line(tmp_path, capsys):
    (tmp_path / demonstration.MARK_FILE).write_text("an earlier one")
    (tmp_path / "pictures").write_text("a file where the pictures would go")
    command = ["demo", "--out", str(tmp_path), "--cases", "1", "--no-cohort", "--quiet"]
    assert cli.main(command) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "cannot be written" in error


def test_no_patients_is_an_error(tmp_path, capsys):
    assert cli.main(["demo", "--out", str(tmp_path / "x"), "--cases", "0", "--quiet"]) == 1
    assert "at least 1 case" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_an_earlier_demonstration_is_replaced_and_nothing_else(tmp_path):
    (tmp_path / demonstration.MARK_FILE).write_text("an earlier one")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "old.png").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("my notes")
    demonstration.run_demo(tmp_path, 1, cohort=False, workers=1)
    assert [file.name for file in (tmp_path / "pictures").iterdir()] == ["synthetic-01.png"]
    assert (tmp_path / "notes.txt").read_text() == "my notes"
