"""The quality gate finds faults that are put into clean synthetic images, and calls the clean ones clean."""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.quality_gate import Quality, Verdict, judge_series, judge_voi
from HER2LowMRILib.synthetic.anatomy import build
from HER2LowMRILib.synthetic.cases import draw_case
from HER2LowMRILib.synthetic.dwi_series import measured_signals
from images.vendor_series import B_VALUES, public, save

sys.path.append(str(Path(__file__).parents[3] / "bench"))

from image_faults import FAULTS, make_series, part_of


@pytest.fixture(scope="module")
def phantoms():
    return [part_of(build(draw_case(number)), slice(4, 20)) for number in (1, 2, 3, 6, 7, 10)]


def judged(phantoms, name, number):
    rng = np.random.default_rng([number, *name.encode()])
    series, voi = make_series(phantoms[number % len(phantoms)], rng, FAULTS.get(name))
    return judge_series(series).joined(judge_voi(series.signals[0], voi))


def is_found(phantoms, name, number):
    try:
        quality = judged(phantoms, name, number)
    except ImageError:
        return True  # the intake refuses it already
    assert (quality.verdict is Verdict.PASS) == (quality.reasons == ())
    return quality.verdict is not Verdict.PASS


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_named(phantoms, name):
    for number in range(3):
        quality = judged(phantoms, name, number)
        named = [f.what for f in quality.findings if f.verdict is not Verdict.PASS]
        assert any(what.startswith(name) for what in named), (name, number, named)


def test_clean_images_pass(phantoms):
    for number in range(6):
        assert judged(phantoms, "clean", number).reasons == ()


@pytest.mark.full
def test_five_hundred_faults_and_two_hundred_clean_series(phantoms):
    found = {name: [is_found(phantoms, name, number) for number in range(72)] for name in FAULTS}
    shares = {name: np.mean(of_kind) for name, of_kind in found.items()}
    assert sum(map(len, found.values())) >= 500
    assert np.mean(list(itertools.chain(*found.values()))) >= 0.95, shares
    alarms = np.mean([is_found(phantoms, "clean", number) for number in range(200)])
    assert alarms <= 0.05, alarms


def test_the_patients_of_the_demo_are_clean_but_the_one_who_moved():
    for number in range(1, 13):
        case = draw_case(number)
        phantom = build(case)
        from HER2LowMRILib.images.intake.volume_files import Volume
        from HER2LowMRILib.images.intake.volume_series import series_of_volumes

        signals = measured_signals(case, phantom)
        volumes = [Volume(s, b, "made up") for s, b in zip(signals, B_VALUES, strict=True)]
        quality = judge_series(series_of_volumes(volumes, phantom.grid))
        quality = quality.joined(judge_voi(signals[0], phantom.voi))
        assert (quality.verdict is Verdict.PASS) == (not case.motion), (number, quality.reasons)


def test_repetitions_at_b0_that_differ_are_seen_in_dicom(tmp_path):
    from HER2LowMRILib.images.intake import read_dwi
    from images.vendor_series import put_pixels, signal

    datasets = public()
    again = public((0.0,))
    for number, ds in enumerate(again):
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"2.25.{number + 1}"
        put_pixels(ds, np.rint(0.8 * signal(0)[number]))
    series = read_dwi([save(datasets + again, tmp_path)])
    assert series.images[0].repeats.spread == pytest.approx(0.25, abs=0.01)
    assert "images at b 0 that were averaged differ by 25 %" in judge_series(series).reasons


def test_images_too_small_to_be_judged_raise_nothing(tmp_path):
    from HER2LowMRILib.images.intake import read_dwi

    quality = judge_series(read_dwi([save(public(), tmp_path)]))
    assert isinstance(quality, Quality)


@pytest.mark.parametrize("spoil", ["zeros", "nan", "constant", "one slice"])
def test_any_series_is_judged(spoil):
    from HER2LowMRILib.images.image_grid import ImageGrid
    from HER2LowMRILib.images.intake.diffusion_series import BImage, DiffusionSeries

    shape = (1, 40, 40) if spoil == "one slice" else (6, 40, 40)
    array = np.zeros(shape, np.float32) if spoil == "zeros" else np.full(shape, 7.0, np.float32)
    if spoil == "nan":
        array[:, 10:, :] = np.nan
    grid = ImageGrid(shape[::-1], (1, 1, 1), (0, 0, 0))
    series = DiffusionSeries(tuple(BImage(b, array) for b in B_VALUES), grid)
    with np.errstate(all="ignore"):
        quality = judge_series(series)
    assert quality.verdict in Verdict
    assert judge_voi(array, np.zeros(shape, bool)).verdict is Verdict.PASS
