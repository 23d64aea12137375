"""The small region of the EUSOBI consensus in the tables: where it is darkest, or where the reader moved it."""

import numpy as np
import pytest
from HER2LowMRILib.core.eusobi_region import darkest_region, region_at
from HER2LowMRILib.core.measured_beside import SMALL_REGION
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import create_study
from HER2LowMRILib.workflow.compute_maps import compute_maps
from HER2LowMRILib.workflow.export_cohort import export_cohort
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regions") / "study"
    study = create_study(folder, "Synthetic study", seed=3, synthetic=True)
    write_images(folder / "images" / "P1", 1)
    with study.coordinator() as office:
        files = image_files(folder / "images" / "P1")
        office.add_cases([Case("P1", CaseImages(dwi=files, b_values=B_VALUES))])
        office.set_pathology("P1", her2_ihc="1+", her2_specimen="surgical")
    return study


def lesion():
    """Wide enough for a disc away from its edge."""
    mask = lesion_mask()
    k, j, i = (round(float(part)) for part in np.argwhere(mask).mean(axis=0))
    wide = np.zeros_like(mask)
    wide[k, max(j - 5, 1) : j + 6, max(i - 5, 1) : i + 6] = True
    return wide


def read(study, reader, mark=None):
    with study.reader(reader) as view:
        case = view.open_case("P1")
        case.save_voi({"lesion": lesion()}, GRID)
        for item, value in MASS.items():
            case.set_answer(item, value)
        if mark is not None:
            case.set_mark(SMALL_REGION, mark)
        case.sign_off()


def test_the_region_is_darkest_or_where_the_reader_put_it(study, tmp_path):
    voi = lesion()
    k, j, i = np.argwhere(voi)[len(np.argwhere(voi)) // 2]
    place = (GRID.ijk_to_lps() @ (i, j, k, 1.0))[:3]
    read(study, "r1")
    read(study, "r2", mark=tuple(map(float, place)))
    export_cohort(study, tmp_path)
    rows = {row["reader"]: row for row in read_rows(tmp_path / "readings.csv")}
    adc = compute_maps(read_dwi(image_files(study.folder / "images" / "P1"), b_values=B_VALUES)).maps.adc
    darkest = darkest_region(adc, voi, GRID.spacing_mm)
    moved = region_at(adc, (k, j, i), 5.0, GRID.spacing_mm)
    assert float(rows["r1"]["small_region_adc"]) == pytest.approx(darkest.mean, rel=1e-6)
    assert float(rows["r2"]["small_region_adc"]) == pytest.approx(moved.mean, rel=1e-6)
    assert (rows["r1"]["small_region_moved"], rows["r2"]["small_region_moved"]) == ("0", "1")
    assert rows["r1"]["small_region_level"] == darkest.level
    features = read_rows(tmp_path / "features.csv")[0]
    mean = (darkest.mean + moved.mean) / 2
    assert float(features["small_region_adc"]) == pytest.approx(mean, rel=1e-6)
    assert features["small_region_moved"] == "1"
    assert sorted(int(row["reading_position"]) for row in rows.values()) == [1, 1]
