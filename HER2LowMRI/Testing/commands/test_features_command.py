"""`her2lowmri features` on files: the row, what it says, and what it refuses without leaving a file. Synthetic."""

import csv

import numpy as np
import pytest
import SimpleITK as sitk
from core.kurtosis_signals import B_PAPER, decay, random_tissue, rician
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.columns import column_names
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.feature_set import FEATURES, FeatureSet
from HER2LowMRILib.core.fit_quality import FitQuality
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.map_files import write_maps
from HER2LowMRILib.images.voi_files import write_voi
from HER2LowMRILib.workflow.measure_voi import ROW_COLUMNS

SHAPE = (6, 40, 50)
GRID = ImageGrid(SHAPE[::-1], (1.5, 1.5, 4.0), (-30.0, 20.0, 5.0))


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """Maps of a synthetic lesion with their files, the lesion and a necrosis inside it."""
    folder = tmp_path_factory.mktemp("case")
    rng = np.random.default_rng(21)
    d, k = random_tissue(rng, int(np.prod(SHAPE)))
    signals = [s.reshape(SHAPE) for s in rician(rng, decay(d, k, B_PAPER), sigma=20.0)]
    maps = fit_maps(signals, B_PAPER, (1, 3, 6, 12))
    maps.quality[2, 20, 20] = FitQuality.SATURATED
    write_maps(maps, GRID, folder)
    lesion, necrosis = np.zeros(SHAPE, bool), np.zeros(SHAPE, bool)
    lesion[1:5, 10:30, 12:36] = True
    necrosis[2:4, 12:16, 14:20] = True
    write_voi(folder / "voi.seg.nrrd", {"lesion": lesion, "necrosis": necrosis}, GRID)
    return folder, maps, lesion & ~necrosis


def maps_of(folder):
    return [
        f"--{name}={folder / file}"
        for name, file in (("adc", "ADC.nrrd"), ("d-app", "D_app.nrrd"), ("k-app", "K_app.nrrd"))
    ]


def read_row(path):
    with path.open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    return row


def test_the_row_holds_the_features_of_the_lesion_in_full_precision(case, tmp_path, capsys):
    folder, maps, voi = case
    out = tmp_path / "row.csv"
    assert main(["features", *maps_of(folder), f"--voi={folder / 'voi.seg.nrrd'}", f"--out={out}"]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    row = read_row(out)
    assert tuple(row) == ROW_COLUMNS
    expected = measure_voi(maps, voi)
    for feature in FEATURES:
        assert float(row[feature.name]) == expected.values[feature.name]
    for name, value in expected.valid_fraction.items():
        assert float(row[f"{name}_valid_fraction"]) == value < 1
    assert int(row["voi_voxels"]) == voi.sum()
    assert float(row["voi_volume_mm3"]) == pytest.approx(voi.sum() * 9.0)
    assert (row["voi_slices"], row["b_values"], row["adc_b_values"]) == ("4", "0;800;1400;2000", "0;800")
    assert (row["b_averages"], row["fit_model"], row["fit_s0"]) == ("1;3;6;12", "wlls", "free")
    assert (row["ADC_bin_width"], row["definition_id"]) == ("0.05", FeatureSet().definition_id)


def test_every_column_is_one_of_features_csv():
    assert set(ROW_COLUMNS) <= set(column_names("features"))


def test_the_folder_of_the_maps_is_enough_and_the_row_goes_to_the_screen(case, capsys):
    folder, maps, voi = case
    assert main(["features", f"--adc={folder}", f"--voi={folder / 'voi.seg.nrrd'}"]) == 0
    out = capsys.readouterr().out.splitlines()
    row = dict(zip(*csv.reader(out), strict=True))
    assert float(row["K_p95"]) == measure_voi(maps, voi).values["K_p95"]


def test_without_fit_quality_beside_them_the_values_of_the_maps_decide(case, tmp_path):
    folder, maps, voi = case
    for name in ("ADC.nrrd", "D_app.nrrd", "K_app.nrrd"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    out = tmp_path / "row.csv"
    assert main(["features", *maps_of(tmp_path), f"--voi={folder / 'voi.seg.nrrd'}", f"--out={out}"]) == 0
    row = read_row(out)
    # The saturated voxel cannot be known; whatever has an impossible value still is.
    assert float(row["ADC_valid_fraction"]) == 1.0
    valid = (maps.k_app[voi] >= 0) & (maps.k_app[voi] <= 3) & (maps.d_app[voi] > 0) & (maps.d_app[voi] <= 4)
    assert float(row["K_valid_fraction"]) == valid.mean() < 1
    assert row["fit_model"] == "loaded"
    assert row["b_values"] == row["fit_s0"] == ""


def test_other_bins_are_used_and_named(case, tmp_path):
    folder = case[0]
    rows = {}
    for name, choice in (
        ("default", ()),
        ("fine", ("--bin-width=0.025,0.05,0.05",)),
        ("fbn", ("--bins=64",)),
    ):
        out = tmp_path / f"{name}.csv"
        arguments = [
            "features",
            f"--adc={folder}",
            f"--voi={folder / 'voi.seg.nrrd'}",
            f"--out={out}",
            *choice,
        ]
        assert main(arguments) == 0
        rows[name] = read_row(out)
    assert float(rows["fine"]["ADC_entropy"]) > float(rows["default"]["ADC_entropy"]) + 0.8
    assert rows["fine"]["D_entropy"] == rows["default"]["D_entropy"]
    assert rows["fine"]["ADC_bin_width"] == "0.025"
    assert rows["fbn"]["ADC_bin_width"] == ""
    assert len({row["definition_id"] for row in rows.values()}) == 3
    assert rows["fbn"]["K_mean"] == rows["default"]["K_mean"]


def test_an_adc_map_alone_gives_the_adc_features_and_empty_cells(case, tmp_path, capsys):
    folder, maps, voi = case
    out = tmp_path / "row.csv"
    adc_map = tmp_path / "vendor.nrrd"
    sitk.WriteImage(GRID.to_sitk(np.rint(maps.adc * 1000).astype(np.int16)), str(adc_map))
    assert main(["features", f"--adc={adc_map}", f"--voi={folder / 'voi.seg.nrrd'}", f"--out={out}"]) == 0
    assert "states no unit" in capsys.readouterr().err
    row = read_row(out)
    assert float(row["ADC_median"]) == pytest.approx(np.median(maps.adc[voi]), abs=1e-3)
    assert {row[f"{m}_{s}"] for m in "DK" for s in ("mean", "entropy", "valid_fraction")} == {""}
    assert row["fit_model"] == "loaded"


@pytest.mark.parametrize("names", [("d-app", "k-app"), ("adc", "d-app"), ("k-app",)])
def test_the_maps_that_are_given_are_measured_whichever_they_are(case, tmp_path, names):
    folder, maps, voi = case
    files = {"adc": "ADC", "d-app": "D_app", "k-app": "K_app"}
    given = [f"--{name}={folder / files[name]}.nrrd" for name in names]
    out = tmp_path / "row.csv"
    assert main(["features", *given, f"--voi={folder / 'voi.seg.nrrd'}", f"--out={out}"]) == 0
    row, expected = read_row(out), measure_voi(maps, voi).values
    for name, prefix in (("adc", "ADC"), ("d-app", "D"), ("k-app", "K")):
        found = row[f"{prefix}_median"]
        assert found == (repr(expected[f"{prefix}_median"]) if name in names else "")


def refused(capsys, out, *arguments):
    assert main(["features", *arguments, f"--out={out}"]) == 1
    assert not out.exists()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("her2lowmri features: ")
    return captured.err


def test_what_cannot_be_measured_gives_one_line_and_no_file(case, tmp_path, capsys):
    folder, _, voi = case
    out, good_voi = tmp_path / "row.csv", f"--voi={folder / 'voi.seg.nrrd'}"
    maps = maps_of(folder)

    empty = tmp_path / "empty.seg.nrrd"
    write_voi(empty, {"lesion": np.zeros(SHAPE, bool)}, GRID)
    assert "VOI is empty" in refused(capsys, out, *maps, f"--voi={empty}")

    outside = tmp_path / "outside.seg.nrrd"
    write_voi(outside, {"lesion": voi}, ImageGrid(SHAPE[::-1], (1.5, 1.5, 4.0), (400.0, 20.0, 5.0)))
    assert "outside" in refused(capsys, out, *maps, f"--voi={outside}")

    assert "cyst9" in refused(capsys, out, *maps, good_voi, "--segment=cyst9")
    assert "at least one bin of 25" in refused(capsys, out, *maps, good_voi, "--bin-width=25,25,25")
    assert "given twice" in refused(capsys, out, *maps, good_voi, "--bin-width=1,1,1", "--bins=64")
    assert "needed --adc, --d-app or --k-app" in refused(capsys, out, good_voi)
    assert "nothing.nrrd" in refused(capsys, out, *maps[:2], f"--k-app={tmp_path / 'nothing.nrrd'}", good_voi)

    truncated = tmp_path / "K_app.nrrd"
    truncated.write_bytes((folder / "K_app.nrrd").read_bytes()[:-1000])
    refused(capsys, out, *maps[:2], f"--k-app={truncated}", good_voi)
    no_image = tmp_path / "text.nrrd"
    no_image.write_text("no image")
    refused(capsys, out, *maps, f"--voi={no_image}")
    assert "another map" in refused(
        capsys, out, maps[0], maps[1], f"--k-app={folder / 'D_app.nrrd'}", good_voi
    )


def test_a_row_that_cannot_be_written_is_one_line_and_a_missing_folder_is_made(case, tmp_path, capsys):
    arguments = [f"--adc={case[0]}", f"--voi={case[0] / 'voi.seg.nrrd'}"]
    (tmp_path / "file").write_text("in the way")
    assert "row.csv cannot be written" in refused(capsys, tmp_path / "file" / "row.csv", *arguments)
    (tmp_path / "folder").mkdir()
    assert main(["features", *arguments, f"--out={tmp_path / 'folder'}"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert list((tmp_path / "folder").iterdir()) == []
    assert main(["features", *arguments, f"--out={tmp_path / 'a' / 'b' / 'row.csv'}"]) == 0
    assert read_row(tmp_path / "a" / "b" / "row.csv")["voi_slices"] == "4"


def test_a_voi_of_nothing_but_failed_voxels_is_refused(case, tmp_path, capsys):
    nowhere = np.zeros(SHAPE)
    write_maps(fit_maps([nowhere] * 4, B_PAPER), GRID, tmp_path)
    assert "no voxel that can be measured" in refused(
        capsys, tmp_path / "row.csv", f"--adc={tmp_path}", f"--voi={case[0] / 'voi.seg.nrrd'}"
    )


def test_bad_widths_are_a_wrong_command_line(case, capsys):
    for widths in ("1,2", "0,1,1", "a,b,c", "-1,1,1"):
        with pytest.raises(SystemExit) as stopped:
            main(["features", "--adc=x", "--voi=y", f"--bin-width={widths}"])
        assert stopped.value.code == 2
        assert "three widths above 0" in capsys.readouterr().err
