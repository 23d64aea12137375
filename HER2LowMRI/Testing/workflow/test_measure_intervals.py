"""Standard errors beside maps and intervals beside features: on request only, and true for made-up images."""

import csv

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.feature_interval import finished
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.workflow.compute_maps import compute_maps
from HER2LowMRILib.workflow.measure_intervals import errors_of_maps, noise_of, voi_interval_steps
from images.nifti_bytes import write_nifti

B_VALUES = (0, 800, 1400, 2000)
SHAPE = (8, 96, 96)
K_, J_, I_ = np.indices(SHAPE)
BODY = (J_ - 48) ** 2 + (I_ - 48) ** 2 < 38**2
VOI = ((J_ - 50) ** 2 + (I_ - 44) ** 2 < 60) & (np.abs(K_ - 4) < 3)
D, K = np.where(VOI, 1.0, 1.6), np.where(VOI, 0.9, 0.5)
SIGMA = 20.0


def measured(seed, b_values=B_VALUES):
    """A body in air with noise, as magnitude images."""
    rng = np.random.default_rng(seed)
    x = [b / 1000 for b in b_values]
    signals = [np.where(BODY, 1000 * np.exp(-b * D + b * b * D**2 * K / 6), 0) for b in x]
    noise = [rng.normal(0, SIGMA, (2, *SHAPE)) for _ in signals]
    return [np.hypot(s + n[0], n[1]).astype(np.float32) for s, n in zip(signals, noise, strict=True)]


@pytest.fixture
def folder(tmp_path):
    write_nifti(tmp_path / "dwi.nii.gz", measured(1))
    (tmp_path / "dwi.bval").write_text(" ".join(map(str, B_VALUES)))
    write_nifti(tmp_path / "voi.nii.gz", [VOI.astype(np.uint8)])
    return tmp_path


def row_of(file):
    with file.open(encoding="utf-8-sig") as stream:
        return next(csv.DictReader(stream))


def array(file):
    return sitk.GetArrayFromImage(sitk.ReadImage(str(file)))


def test_errors_are_written_beside_the_maps_and_hold_the_truth(folder):
    assert main(["maps", str(folder / "dwi.nii.gz"), "--out", str(folder / "m"), "--errors", "--quiet"]) == 0
    inside = VOI & (K_ != 0)
    for name, truth in (("D_app", D), ("K_app", K)):
        found, error = array(folder / "m" / f"{name}.nrrd"), array(folder / "m" / f"{name}_error.nrrd")
        held = (np.abs(found - truth) <= 1.96 * error)[inside & np.isfinite(error)]
        assert 0.92 <= held.mean() <= 0.98
    assert "sigma" in (folder / "m" / "maps.json").read_text()


def test_errors_of_an_earlier_fit_do_not_stay(folder):
    command = ["maps", str(folder / "dwi.nii.gz"), "--out", str(folder / "m"), "--quiet"]
    assert main([*command, "--errors"]) == 0
    assert main(command) == 0
    assert not list((folder / "m").glob("*_error.nrrd"))


def test_intervals_are_columns_on_request_only(folder):
    main(["maps", str(folder / "dwi.nii.gz"), "--out", str(folder / "m"), "--quiet"])
    command = ["features", "--adc", str(folder / "m"), "--voi", str(folder / "voi.nii.gz"), "--quiet"]
    assert main([*command, "--out", str(folder / "plain.csv")]) == 0
    assert main([*command, "--out", str(folder / "row.csv"), "--intervals", str(folder / "dwi.nii.gz")]) == 0
    plain, row = row_of(folder / "plain.csv"), row_of(folder / "row.csv")
    assert {name: row[name] for name in plain} == plain
    added = set(row) - set(plain)
    assert len(added) == 42 and all(name.endswith(("_low", "_high")) for name in added)
    for name in ("ADC_mean", "D_median", "D_p5", "K_mean", "K_p95", "K_entropy"):
        assert float(row[f"{name}_low"]) < float(row[name]) < float(row[f"{name}_high"])
    assert float(row["D_mean_low"]) < 1.0 < float(row["D_mean_high"])
    assert float(row["K_median_low"]) < 0.9 < float(row["K_median_high"])


def test_a_map_of_another_origin_has_no_interval(folder, capsys):
    main(["maps", str(folder / "dwi.nii.gz"), "--out", str(folder / "m"), "--quiet"])
    adc = sitk.ReadImage(str(folder / "m" / "ADC.nrrd"))
    sitk.WriteImage(adc * 1.1, str(folder / "scanner_ADC.nrrd"))
    files = ["--d-app", str(folder / "m" / "D_app.nrrd"), "--k-app", str(folder / "m" / "K_app.nrrd")]
    command = [
        "features",
        "--adc",
        str(folder / "scanner_ADC.nrrd"),
        *files,
        "--voi",
        str(folder / "voi.nii.gz"),
    ]
    main([*command, "--out", str(folder / "row.csv"), "--intervals", str(folder / "dwi.nii.gz")])
    row = row_of(folder / "row.csv")
    assert row["ADC_mean_low"] == "" and row["ADC_mean"] != ""
    assert "were not fitted to these images have no interval" in capsys.readouterr().err


def test_the_noise_is_that_of_the_air_or_of_the_residuals(folder):
    series = read_dwi([folder / "dwi.nii.gz"])
    maps = compute_maps(series).maps
    assert noise_of(series, maps).sigma == pytest.approx(SIGMA, rel=0.05)


def test_the_same_images_give_the_same_intervals(folder):
    series = read_dwi([folder / "dwi.nii.gz"])
    first, _ = finished(voi_interval_steps(series, VOI, repeats=10))
    again, _ = finished(voi_interval_steps(series, VOI, repeats=10))
    assert first == again


def test_two_b_values_have_no_errors_of_kurtosis(tmp_path):
    write_nifti(tmp_path / "dwi.nii.gz", measured(2)[:2])
    (tmp_path / "dwi.bval").write_text("0 800")
    series = read_dwi([tmp_path / "dwi.nii.gz"])
    with pytest.raises(ImageError, match="three b-values"):
        errors_of_maps(series, compute_maps(series).maps)
    found, _ = finished(voi_interval_steps(series, VOI, repeats=20))
    assert found["ADC_mean"].low < found["ADC_mean"].value < found["ADC_mean"].high
    assert np.isnan(found["K_mean"].low)
