"""``her2lowmri maps``: right files from right input, one clear line and nothing else from wrong input."""

import json
import os

import numpy as np
import pytest
import SimpleITK as sitk
from core.kurtosis_signals import adc_of_all_b
from HER2LowMRILib.cli import main
from HER2LowMRILib.images.intake import read_adc, read_dwi
from HER2LowMRILib.images.map_files import read_maps
from images.vendor_series import B_VALUES, public, save, siemens_trace, truth

FILES = {"ADC.nrrd", "D_app.nrrd", "K_app.nrrd", "fit_quality.nrrd", "maps.json"}


def test_maps_of_a_synthetic_object_are_its_known_d_and_k(tmp_path, capsys):
    folder = save(siemens_trace(), tmp_path / "dicom")
    assert main(["maps", str(folder), "--out", str(tmp_path / "maps")]) == 0
    assert {file.name for file in (tmp_path / "maps").iterdir()} == FILES
    maps, grid = read_maps(tmp_path / "maps")
    _, d, k = truth()
    # Signals are whole numbers of 200 to 1800: rounding alone moves K by some per cent, its median hardly.
    assert np.median(np.abs(maps.d_app - d)) < 0.02
    assert abs(np.median(maps.k_app - k)) < 0.03
    assert grid.same_as(read_dwi([folder]).grid)
    printed = capsys.readouterr()
    assert [line.rsplit("/", 1)[-1] for line in printed.out.splitlines()] == [
        "ADC.nrrd",
        "D_app.nrrd",
        "K_app.nrrd",
        "fit_quality.nrrd",
        "maps.json",
    ]
    assert "b 1400 s/mm2" in printed.err and "Siemens private tag (0019,100C)" in printed.err


def test_the_record_says_where_every_number_is_from_and_nothing_of_the_patient(tmp_path):
    folder = save(siemens_trace(), tmp_path / "dicom")
    main(
        [
            "maps",
            str(folder),
            "--out",
            str(tmp_path / "maps"),
            "--quiet",
            "--model",
            "nlls",
            "--s0",
            "measured",
        ]
    )
    text = (tmp_path / "maps/maps.json").read_text()
    record = json.loads(text)
    assert [entry["b_value"] for entry in record["b_values"]] == list(B_VALUES)
    assert {entry["source"] for entry in record["b_values"]} == {"Siemens private tag (0019,100C)"}
    assert [entry["averages"] for entry in record["b_values"]] == [2, 2, 2, 2]
    assert record["fit"]["model"] == "nlls" and record["fit"]["s0"] == "measured"
    assert record["quality"]["total"] == 5 * 24 * 20
    assert len(record["mean_signals"]) == 4 and record["mean_signals"] == sorted(
        record["mean_signals"], reverse=True
    )
    assert not any(
        secret in text for secret in ("SYNTHETIC-", "SYNTHETIC^", "19000101", "1.2.826", str(tmp_path))
    )


def test_quiet_says_nothing_but_the_files(tmp_path, capsys):
    folder = save(siemens_trace(), tmp_path / "dicom")
    assert main(["maps", str(folder), "--out", str(tmp_path / "maps"), "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_other_adc_b_values_are_used_and_recorded(tmp_path):
    folder = save(siemens_trace((0, 500, 1000, 1500)), tmp_path / "dicom")
    assert main(["maps", str(folder), "--out", str(tmp_path / "maps"), "--adc-b", "0,1000", "--quiet"]) == 0
    assert json.loads((tmp_path / "maps/maps.json").read_text())["fit"]["adc_b"] == [0, 1000]


def test_rigid_alignment_is_recorded(tmp_path):
    folder = save(siemens_trace(), tmp_path / "dicom")
    assert main(["maps", str(folder), "--out", str(tmp_path / "maps"), "--align", "rigid", "--quiet"]) == 0
    record = json.loads((tmp_path / "maps/maps.json").read_text())
    assert "moved rigidly onto b 0" in record["b_values"][3]["note"]
    assert any("rigid registration" in warning for warning in record["warnings"])


# ------------------------------------------------------------------ refusals
def write_volume(path, array, spacing=(1.0, 1.0, 2.0)):
    image = sitk.GetImageFromArray(array.astype(np.float32))
    image.SetSpacing(spacing)
    sitk.WriteImage(image, str(path))
    return path


def no_b0(tmp_path):
    return [save(public((50, 800, 1400, 2000)), tmp_path / "in")], "There is no image at b 0"


def one_b_value(tmp_path):
    return [save(public((800,)), tmp_path / "in")], "b 0"


def missing_slice(tmp_path):
    datasets = siemens_trace()
    del datasets[12]
    return [save(datasets, tmp_path / "in")], "Slices are missing at b 1400"


def different_grids(tmp_path):
    a = write_volume(tmp_path / "b0.nrrd", np.full((3, 8, 8), 100))
    b = write_volume(tmp_path / "b800.nrrd", np.full((3, 8, 8), 50), (1.0, 1.0, 2.5))
    c = write_volume(tmp_path / "b1400.nrrd", np.full((3, 8, 8), 30))
    return [a, b, c, "--b-values", "0,800,1400"], "different grids"


def two_patients(tmp_path):
    return [save(siemens_trace(seed=1) + siemens_trace(seed=2), tmp_path / "in")], "different patients"


def ms_per_um2(tmp_path):
    return [save(public((0, 0.8, 1.4, 2)), tmp_path / "in")], "not in s/mm2"


def truncated(tmp_path):
    folder = save(siemens_trace(), tmp_path / "in")
    file = next(folder.iterdir())
    file.write_bytes(file.read_bytes()[:-64])
    return [folder], "truncated"


def no_image(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear colleague")
    return [tmp_path / "letter.txt"], "is not an image"


def empty_directory(tmp_path):
    (tmp_path / "in").mkdir()
    return [tmp_path / "in"], "holds no image"


@pytest.mark.parametrize(
    "make",
    [
        no_b0,
        one_b_value,
        missing_slice,
        different_grids,
        two_patients,
        ms_per_um2,
        truncated,
        no_image,
        empty_directory,
    ],
    ids=lambda make: make.__name__.replace("_", " "),
)
def test_wrong_input_gives_one_line_and_no_file(tmp_path, capsys, make):
    arguments, expected = make(tmp_path)
    assert main(["maps", *map(str, arguments), "--out", str(tmp_path / "maps")]) == 1
    message = capsys.readouterr().err
    assert expected in message
    assert message.startswith("her2lowmri maps: ") and message.count("\n") == 1
    assert not any(secret in message for secret in ("SYNTHETIC-", "SYNTHETIC^", "1.2.826"))
    assert not (tmp_path / "maps").exists()


def test_two_b_values_give_the_adc_and_say_what_they_cannot_give(tmp_path, capsys):
    folder = save(public((0, 800)), tmp_path / "in")
    assert main(["maps", str(folder), "--out", str(tmp_path / "maps")]) == 0
    names = sorted(file.name for file in (tmp_path / "maps").iterdir())
    assert names == ["ADC.nrrd", "fit_quality.nrrd", "maps.json"]
    printed = capsys.readouterr()
    assert "D_app and K_app cannot be fitted: needed at least 3 different b-values" in printed.err
    assert [line.rsplit("/", 1)[-1] for line in printed.out.splitlines()] == names
    maps, _ = read_maps(tmp_path / "maps")
    series = read_dwi([folder])
    low, high = (np.asarray(signal, float) for signal in series.signals)
    assert np.allclose(maps.adc, np.log(low / high) / 0.8, rtol=1e-5, equal_nan=True)
    record = json.loads((tmp_path / "maps" / "maps.json").read_text())
    assert "d_app" not in record["units"]


def test_an_output_folder_that_cannot_be_written_gives_one_line(tmp_path, capsys):
    folder = save(siemens_trace(), tmp_path / "dicom")
    (tmp_path / "blocked").write_text("a file where a folder should be")
    assert main(["maps", str(folder), "--out", str(tmp_path / "blocked" / "maps"), "--quiet"]) == 1
    message = capsys.readouterr().err
    assert "cannot be written" in message and message.count("\n") == 1


@pytest.mark.skipif(
    os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="the superuser may write anywhere"
)
def test_a_read_only_folder_gives_one_line_and_stays_as_it_was(tmp_path, capsys):
    folder = save(siemens_trace(), tmp_path / "dicom")
    out = tmp_path / "out"
    out.mkdir(mode=0o555)
    assert main(["maps", str(folder), "--out", str(out), "--quiet"]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert list(out.iterdir()) == []


def test_a_disk_that_fills_up_while_writing_leaves_nothing_behind(tmp_path, capsys, monkeypatch):
    from HER2LowMRILib.files import verified_write

    folder = save(siemens_trace(), tmp_path / "dicom")
    write = verified_write._write_pieces

    def full(path, pieces):
        if "K_app" in path.name:
            raise OSError(28, "No space left on device")
        write(path, pieces)

    monkeypatch.setattr(verified_write, "_write_pieces", full)
    assert main(["maps", str(folder), "--out", str(tmp_path / "maps"), "--quiet"]) == 1
    assert "K_app.nrrd was not saved: No space left on device" in capsys.readouterr().err
    assert not (tmp_path / "maps").exists()


# ------------------------------------------------------------------ measured data
@pytest.mark.shared_data
def test_the_diffusion_phantom_gives_the_numbers_measured_before(shared_dir, tmp_path):
    """NIST/QIBA phantom, JamesCKorte/mrbias commit e455051, BSD-3-Clause; regions measured for this project."""
    phantom = shared_dir / "data/nist_diffusion_phantom"
    folders = [str(phantom / name) for name in ("b0", "b500", "b1000", "b1500", "b2000")]
    assert main(["maps", *folders, "--out", str(tmp_path), "--adc-b", "0,1000", "--quiet"]) == 0
    maps, _ = read_maps(tmp_path)
    regions = sitk.GetArrayFromImage(sitk.ReadImage(str(phantom / "pvp_regions.nrrd")))
    expected = json.loads((phantom / "expected.json").read_text())["results"]
    assert len(expected) == 6
    for region in expected.values():
        inside = regions == region["label"]
        assert 1000 * np.median(maps.adc[inside]) == pytest.approx(region["ADC_b0_b1000_median"], abs=1)
        assert 1000 * np.median(maps.d_app[inside]) == pytest.approx(region["D_WLLS_5b_median"], abs=1)
        assert np.median(maps.k_app[inside]) == pytest.approx(region["K_WLLS_5b_median"], abs=0.005)
    record = json.loads((tmp_path / "maps.json").read_text())
    assert {entry["source"] for entry in record["b_values"]} == {"Siemens private tag (0019,100C)"}
    assert 5000 < record["quality"]["saturated"] < 6000


@pytest.mark.shared_data
def test_the_straight_line_through_all_b_values_is_the_console_adc(shared_dir):
    phantom = shared_dir / "data/nist_diffusion_phantom"
    series = read_dwi([phantom])
    console = read_adc([phantom / "console_adc"])
    assert console.grid.same_as(series.grid)
    regions = sitk.GetArrayFromImage(sitk.ReadImage(str(phantom / "pvp_regions.nrrd")))
    residual = np.abs(adc_of_all_b(series.signals, series.b_values) / 1.003 - console.array)
    central = (
        (np.min(series.signals, axis=0) > 30) & (console.array > 0) & regions.any(axis=(1, 2))[:, None, None]
    )
    assert central.sum() > 50_000
    assert np.quantile(residual[central], 0.95) <= 1.1e-2
