"""A map that no file of the code knows: declared, given, measured, exported, explained and analysed."""

import json

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.cli import main
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.first_order import STATISTICS
from HER2LowMRILib.core.map_spec import parse_further_map
from HER2LowMRILib.files.row_csv import read_rows, write_rows
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.map_files import read_maps
from HER2LowMRILib.images.read_map import read_map
from HER2LowMRILib.images.voi_files import write_voi
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort
from HER2LowMRILib.workflow.case_maps import maps_of_case
from images.vendor_series import SHAPE, Exam, save
from study.made_up_images import B_VALUES, GRID, image_files, lesion_mask, write_images
from study.made_up_study import MASS

GROUPS = {"zero": "0", "low": "1+", "over": "3+"}
FINE = ImageGrid((48, 40, 5), (1.0, 1.0, 5.0), (-20.5, -30.5, 10.0))
DECLARED = ("T2map=ms,0,300,5", "perfusion=%,-5,60,2.5")


def write_map(file, mean, grid, seed):
    values = np.random.default_rng(seed).normal(mean, 0.1 * mean, grid.shape).astype(np.float32)
    sitk.WriteImage(grid.to_sitk(values), str(file))
    return values


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """Nine cases, three of each group, by commands; T2 is longer in HER2-low lesions. Returns folder, tables, maps."""
    root = tmp_path_factory.mktemp("further")
    study, rows, readings, maps = root / "study", [], [], {}
    declared = [word for text in DECLARED for word in ("--map", text)]
    init = ["study", "init", str(study), "--title", "Synthetic study", "--readers", "r1", "--synthetic"]
    assert main([*init, *declared, "--rings", "--seed", "1"]) == 0
    for number in range(9):
        group = tuple(GROUPS)[number % 3]
        folder = root / f"P{number}"
        write_images(folder, number)
        maps[f"P{number}"] = write_map(folder / "t2.nrrd", 80 + 25 * (group == "low") + number, GRID, number)
        write_map(folder / "flow.nrrd", 12.0, FINE, number)
        write_voi(folder / "voi.seg.nrrd", {"lesion": lesion_mask()}, GRID)
        rows.append(
            {
                "case_id": f"P{number}",
                "dwi": json.dumps([f"P{number}/{file.name}" for file in image_files(folder)]),
                "b_values": " ".join(f"{b:g}" for b in B_VALUES),
                "T2map": f"P{number}/t2.nrrd",
                "perfusion": f"P{number}/flow.nrrd",
            }
        )
        readings.append({"case_id": f"P{number}", "voi": f"P{number}/voi.seg.nrrd"} | MASS)
    write_rows(root / "cases.csv", rows, list(rows[0]))
    write_rows(root / "readings.csv", readings, list(readings[0]))
    assert main(["study", "add", str(study), str(root / "cases.csv"), "--quiet"]) == 0
    read = ["study", "read", str(study), "r1", str(root / "readings.csv"), "--sign-off", "--quiet"]
    assert main(read) == 0
    with open_study(study).coordinator() as office:
        for number in range(9):
            office.set_pathology(f"P{number}", her2_ihc=GROUPS[tuple(GROUPS)[number % 3]])
    assert main(["export", str(study), "--out", str(root / "out"), "--jobs", "1", "--quiet"]) == 0
    return root, root / "out", maps


def test_its_columns_hold_what_numpy_makes_of_the_same_voxels(cohort):
    _, out, maps = cohort
    rows = {row["case_id"]: row for row in read_rows(out / "features.csv")}
    assert len(rows) == 9
    for case_id, values in maps.items():
        inside = values[lesion_mask()].astype(float)
        row = rows[case_id]
        assert float(row["T2map_mean"]) == inside.mean()
        assert float(row["T2map_p95"]) == np.percentile(inside, 95)
        assert float(row["T2map_valid_fraction"]) == 1.0
        assert (row["T2map_bin_width"], row["perfusion_bin_width"]) == ("5.0", "2.5")
        counts = np.unique(np.floor(inside / 5), return_counts=True)[1] / inside.size
        assert float(row["T2map_entropy"]) == pytest.approx(-(counts * np.log2(counts)).sum(), abs=1e-9)
        # The other map lies on voxels of its own.
        assert float(row["perfusion_median"]) == pytest.approx(12, abs=0.5)


def test_the_rings_are_beside_it_with_their_size(cohort):
    row = read_rows(cohort[1] / "features.csv")[0]
    sizes = [float(row[f"ring{reach}_voxels"]) for reach in (1, 3, 5)]
    assert 0 < sizes[0] < sizes[1] < sizes[2]
    assert float(row["ring3_volume_mm3"]) == sizes[1] * GRID.voxel_volume_mm3
    # The lesion diffuses less than what is around it.
    assert float(row["D_ring3_mean"]) > float(row["D_mean"])
    for prefix in ("ADC", "D", "K", "T2map", "perfusion"):
        assert all(row[f"{prefix}_ring5_{statistic.name}"] for statistic in STATISTICS)


def test_every_column_is_explained_with_its_unit(cohort):
    out = cohort[1]
    explained = {
        row["column"]: row for row in read_rows(out / "data_dictionary.csv") if row["file"] == "features.csv"
    }
    assert list(explained) == list(read_rows(out / "features.csv")[0])
    assert explained["T2map_mean"]["unit"] == "ms"
    assert explained["perfusion_ring3_p5"]["unit"] == "%"
    assert "ring of 3 mm around the lesion" in explained["ADC_ring3_mean"]["definition"]
    assert "bins of fixed width 5 ms" in explained["T2map_entropy"]["definition"]
    assert "above 0 to 300 ms" in explained["T2map_valid_fraction"]["definition"]
    fields = {row["Variable / Field Name"] for row in read_rows(out / "redcap_data_dictionary.csv")}
    assert {"t2map_mean", "adc_ring1_entropy"} <= fields


def test_the_analysis_takes_it_as_a_feature(cohort, tmp_path):
    out = cohort[1]
    settings = Settings(folds=2, repeats=1, bootstraps=2)
    analysis = analyze_cohort(out / "features.csv", tmp_path, settings=settings)
    tested = {
        row["variable"]: row for row in read_rows(tmp_path / "univariate.csv") if row["stratum"] == "all"
    }
    assert {"T2map_mean", "perfusion_entropy", "ADC_ring5_median"} <= set(tested)
    roc = {
        row["predictor"]: row
        for row in read_rows(tmp_path / "roc.csv")
        if (row["stratum"], row["comparison"]) == ("all", "low_vs_zero")
    }
    assert float(roc["T2map_mean"]["auc"]) == 1.0
    assert "ADC_ring3_mean" in roc
    assert analysis.cohort.variables["T2map_mean"].unit == "ms"
    assert analysis.cohort.variables["T2map_entropy"].unit == "bit"
    assert "T2map" in (tmp_path / "report.html").read_text()


def test_one_or_two_columns_of_such_a_name_are_no_map(cohort, tmp_path):
    rows = read_rows(cohort[1] / "features.csv")
    kept = [name for name in rows[0] if not name.startswith("T2map_") or name in ("T2map_mean", "T2map_p5")]
    write_rows(tmp_path / "features.csv", [{name: row[name] for name in kept} for row in rows], kept)
    analysis = analyze_cohort(
        tmp_path / "features.csv", tmp_path / "out", settings=Settings(repeats=1, bootstraps=2)
    )
    assert "T2map_mean" not in analysis.cohort.variables
    assert "perfusion_mean" in analysis.cohort.variables


@pytest.mark.parametrize("spelling", ["T2map.nrrd", "t2MAP.nrrd", "T2MAP/anything.nrrd"])
def test_its_file_in_a_tree_is_called_like_the_map(tmp_path, spelling):
    study, tree = tmp_path / "study", tmp_path / "tree"
    init = ["study", "init", str(study), "--title", "S", "--readers", "r1", "--map", DECLARED[0]]
    assert main(init) == 0
    (tree / "P1" / spelling).parent.mkdir(parents=True)
    write_map(tree / "P1" / spelling, 90.0, GRID, 1)
    write_map(tree / "P1" / "adc.nrrd", 1.1, GRID, 2)
    assert main(["study", "add", str(study), str(tree), "--keep-names", "--copy", "--quiet"]) == 0
    (case,) = open_study(study).cohort().cases
    assert list(case.images.further_maps) == ["T2map"]
    assert case.images.further_maps["T2map"].is_relative_to(study / "images")
    assert main(["study", "check", str(study), "--images"]) == 0


def test_the_folder_that_maps_wrote_is_the_three_maps_of_a_case(tmp_path, capsys):
    write_images(tmp_path / "images", 1)
    files = [str(file) for file in image_files(tmp_path / "images")]
    folder = tmp_path / "tree" / "P1" / "adc"
    typed = ["--b-values", ",".join(f"{b:g}" for b in B_VALUES)]
    assert main(["maps", *files, *typed, "--out", str(folder), "--quiet"]) == 0
    study = tmp_path / "study"
    assert main(["study", "init", str(study), "--title", "S", "--readers", "r1"]) == 0
    assert main(["study", "add", str(study), str(tmp_path / "tree"), "--keep-names"]) == 0
    assert "d_app map; k_app map" in capsys.readouterr().out
    (case,) = open_study(study).cohort().cases
    found = maps_of_case(case.images)
    assert found.names == ("ADC", "D", "K")
    assert found.provenance["fit_model"] == "loaded"
    fitted, _ = read_maps(folder)
    assert np.array_equal(found.maps("K").valid("K"), fitted.valid("K")), "by the flags of the fit"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("T2=ms,0,300,5", "T2map"),
        ("dwi=ms,0,300,5", "no other images"),
        ("ADC=1,0,3,0.1", "name of its own"),
        ("k=1,0,3,0.1", "name of its own"),
        ("T2map=ms,300,0,5", "lowest value below the highest"),
        ("T2map=ms,0,300,0", "bin width above 0"),
        ("T2map=ms,0,300,400", "below the range"),
        ("T2map=ms,0,nan,5", "lowest value below the highest"),
        ("T2map=ms,0,300", "NAME=unit,low,high,bin"),
        ("T2map", "NAME=unit,low,high,bin"),
        ("T2 map=ms,0,300,5", "letters, digits"),
        ("../T2=ms,0,300,5", "letters, digits"),
        ("2T=ms,0,300,5", "a letter"),
        ("T2map==SUM(A1),0,300,5", "unit"),
        ("T2map=,0,300,5", "unit"),
    ],
)
def test_what_cannot_be_a_map_is_refused_when_the_study_is_set_up(tmp_path, capsys, text, says):
    study = tmp_path / "study"
    try:
        status = main(["study", "init", str(study), "--title", "S", "--map", text])
    except SystemExit as stopped:
        status = stopped.code
    assert status != 0
    assert says in capsys.readouterr().err
    assert not (study / "study.json").exists()


@pytest.mark.parametrize("reach", ["0", "5,3", "3,3", "-1", "nan", "100"])
def test_rings_that_cannot_be_are_refused(reach):
    with pytest.raises(HER2LowMRIError, match="rings cannot be used"):
        FeatureSet.of(rings_mm=tuple(float(part) for part in reach.split(",")))


def test_a_map_in_another_unit_or_of_nothing_is_refused_and_not_measured(tmp_path):
    spec = parse_further_map("T2map=ms,0,300,5")
    for stated, factor, says in (
        ("s", 1e-3, "another unit"),
        (None, 1e3, "no valid value"),
        ("ms", 0, "no valid value"),
    ):
        image = GRID.to_sitk(np.full(GRID.shape, 90.0 * factor, np.float32))
        if stated:
            image.SetMetaData("HER2LowMRI.unit", stated)
        sitk.WriteImage(image, str(tmp_path / "t2.nrrd"))
        with pytest.raises(HER2LowMRIError, match=says):
            read_map(tmp_path / "t2.nrrd", spec)


def test_a_map_in_dicom_is_read_with_its_rescale(tmp_path):
    exam = Exam(1, "Siemens Healthineers", "MAGNETOM Synthetic")
    stored = np.random.default_rng(3).integers(300, 1500, SHAPE)
    images = [
        exam.image(9, "T2 map", ["DERIVED", "PRIMARY", "T2 MAP"], k, stored[k]) for k in range(SHAPE[0])
    ]
    for image in images:
        image.RescaleSlope, image.RescaleIntercept = 0.1, 0
    found = read_map(save(images, tmp_path, shuffle=1), parse_further_map("T2map=ms,0,300,5"))
    assert np.allclose(found.values, stored * 0.1)


def test_zero_counts_as_no_value_where_it_is_the_lowest():
    low, below = parse_further_map("T2map=ms,0,300,5"), parse_further_map("perfusion=%,-5,60,2.5")
    values = np.array([-6.0, -5.0, 0.0, 1.0, 60.0, 300.0, 301.0, np.nan, np.inf])
    assert low.in_range(values).tolist() == [False, False, False, True, True, True, False, False, False]
    assert below.in_range(values).tolist() == [False, True, True, True, True, False, False, False, False]
