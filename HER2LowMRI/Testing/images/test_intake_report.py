"""The intake report: what a radiologist reads, whether the signal falls, and whether the images lie on each other.

All images are synthetic.
"""

from dataclasses import replace

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import BImage, DiffusionSeries, read_dwi
from HER2LowMRILib.images.intake.displacement import align_to_lowest_b, in_plane_shift
from HER2LowMRILib.images.intake.report import report
from HER2LowMRILib.images.intake.signal_decay_check import check_decay, tissue_means
from images.vendor_series import philips, public, save, siemens_adc, siemens_trace
from scipy import ndimage

GRID = ImageGrid((64, 48, 6), (1.5, 1.5, 4.0))
B = (0.0, 800.0, 2000.0)


def object_at(b, shift=(0.0, 0.0), sigma=8.0):
    """Discs of different D in air, moved by (i, j) voxels, with Rician noise."""
    k, j, i = np.indices(GRID.shape).astype(float)
    i, j = i - shift[0], j - shift[1]
    image = np.zeros(GRID.shape)
    discs = ((30, 24, 20, 500, 1.6), (22, 18, 6, 900, 0.9), (38, 30, 5, 1200, 2.6), (34, 16, 4, 700, 0.3))
    for ci, cj, radius, s0, d in discs:
        edge = np.clip(radius + 0.5 - np.hypot(i - ci, j - cj - 0.4 * k), 0, 1)
        image = image * (1 - edge) + edge * s0 * np.exp(-b / 1000 * d)
    rng = np.random.default_rng(int(b) + 1)
    return np.hypot(image + rng.normal(0, sigma, image.shape), rng.normal(0, sigma, image.shape)).astype(
        np.float32
    )


def series_of(arrays, b_values=B):
    images = tuple(BImage(b, array, 2.0, "test", "") for b, array in zip(b_values, arrays, strict=True))
    return DiffusionSeries(images, GRID, form="synthetic volumes")


# ---------------------------------------------------------------- what it says
def test_the_report_says_what_was_found_and_left_out_in_words(tmp_path):
    series = read_dwi([save([*siemens_trace(), *siemens_adc()], tmp_path)])
    text = report(series).text()
    assert "DICOM, 25 images, 20 used from 4 series, Siemens Healthineers MAGNETOM Synthetic." in text
    assert "20 x 24 x 5 voxels of 1.5 x 1.25 x 4.5 mm." in text
    assert "b 800 s/mm2: mean signal of tissue" in text
    assert "b-value from Siemens private tag (0019,100C)" in text
    assert "Left out:\n  5 images of series 30: ADC map (no diffusion-weighted image)" in text
    assert text.endswith("Nothing to note.")


def test_the_report_of_a_mixed_philips_series_names_every_group_that_was_left_out(tmp_path):
    found = report(read_dwi([save(philips(), tmp_path)]))
    assert len(found.left_out) == 4
    assert "ADC map" in found.left_out[0] and "along single directions" in found.left_out[1]


def test_the_report_names_no_person_and_no_place(tmp_path):
    text = report(read_dwi([save(siemens_trace(), tmp_path)])).text()
    assert not any(secret in text for secret in ("SYNTHETIC-", "SYNTHETIC^", "1.2.826", str(tmp_path)))


# ---------------------------------------------------------------- the signal falls
def test_the_mean_signal_is_that_of_bright_tissue():
    arrays = [object_at(b) for b in B]
    means = tissue_means(series_of(arrays).images)
    tissue = arrays[0] > 0.25 * np.percentile(arrays[0], 99)
    assert np.allclose(means, [array[tissue].mean() for array in arrays], rtol=1e-3)
    assert report(series_of(arrays)).mean_signals == tuple(means)


def test_of_large_images_a_regular_part_is_enough():
    arrays = [np.repeat(np.repeat(np.repeat(object_at(b), 2, 0), 3, 1), 3, 2) for b in B]
    small = tissue_means(series_of([object_at(b) for b in B]).images)
    assert np.allclose(tissue_means(series_of(arrays).images), small, rtol=0.05)


@pytest.mark.parametrize("order", [(0, 2000, 800), (800, 0, 2000), (2000, 800, 0)])
def test_swapped_b_values_are_refused(order):
    arrays = [object_at(b) for b in order]
    with pytest.raises(ImageError, match="mean signal that falls with b"):
        check_decay(series_of(arrays).images)


def test_images_that_hardly_fall_are_warned_about():
    arrays = [object_at(0) * factor for factor in (1, 0.95, 0.9)]
    assert "falls to 90 % only" in check_decay(series_of(arrays).images)[0]
    assert check_decay(series_of([object_at(b) for b in B]).images) == []


@pytest.mark.parametrize("content", [0.0, np.nan, -5.0])
def test_an_image_without_signal_does_not_stop_the_check(content):
    arrays = [np.full(GRID.shape, content, np.float32)] * 3
    assert check_decay(series_of(arrays).images) == []
    assert report(series_of(arrays)).text()


# ---------------------------------------------------------------- the images lie on each other
@pytest.mark.parametrize("shift", [(0, 0), (1, 0), (0, -1), (2.5, 1.5), (-3.3, 4.7), (0.4, -0.6)])
def test_the_shift_between_b0_and_the_highest_b_is_measured(shift):
    found = in_plane_shift(object_at(0), object_at(2000, shift))
    assert np.allclose(found, shift, atol=0.35)


def test_a_shift_above_one_voxel_is_warned_about_in_voxels_and_mm():
    found = report(series_of([object_at(0), object_at(800), object_at(2000, (0.0, 3.0))]))
    assert np.hypot(*found.shift_voxels) == pytest.approx(3, abs=0.35)
    assert any("voxels (" in warning and "mm) beside the one at b 0" in warning for warning in found.warnings)
    assert report(series_of([object_at(b) for b in B])).warnings == ()


def test_the_shift_of_empty_images_cannot_be_told():
    empty = np.zeros(GRID.shape, np.float32)
    assert np.isnan(in_plane_shift(empty, empty)).all()
    assert report(series_of([empty] * 3)).record()["shift_voxels"] == [None, None]


def test_rigid_alignment_undoes_a_shift_and_records_it():
    moved = ndimage.shift(object_at(800), (0, 2.0, -3.0), order=1)
    series = series_of([object_at(0), moved, object_at(2000)])
    aligned = align_to_lowest_b(series)
    assert np.abs(in_plane_shift(object_at(0), np.nan_to_num(aligned.images[1].array))).max() < 0.4
    assert aligned.images[0] is series.images[0]
    assert aligned.images[1].note.startswith("moved rigidly onto b 0 by (-4.")
    assert "rigid registration" in aligned.warnings[-1]
    again = align_to_lowest_b(series)
    assert np.array_equal(aligned.images[1].array, again.images[1].array, equal_nan=True)


def test_what_comes_from_outside_the_image_is_no_number():
    moved = ndimage.shift(object_at(800), (0, 0, -6.0), order=1)
    aligned = align_to_lowest_b(series_of([object_at(0), moved, object_at(2000)]))
    assert np.isnan(aligned.images[1].array).any()


def test_an_alignment_keeps_the_record_of_how_the_image_was_made():
    series = series_of([object_at(b) for b in B])
    images = (
        series.images[0],
        replace(series.images[1], note="geometric mean of 3 directions"),
        series.images[2],
    )
    aligned = align_to_lowest_b(replace(series, images=images))
    assert aligned.images[1].note.startswith("geometric mean of 3 directions; moved rigidly")


def test_what_is_said_of_images_is_told_by_its_code(tmp_path):
    """Whoever looks for a kind of notice never has to match words."""
    import pickle

    from HER2LowMRILib.core.notice import Notice
    from HER2LowMRILib.images.intake.signal_decay_check import negative_signals

    datasets = public()
    for ds in datasets:
        ds.EchoTime = 60.0 if ds.DiffusionBValue == 0 else 80.0
    series = read_dwi([save(datasets, tmp_path)])
    assert [notice.code for notice in series.warnings] == ["echo_times_differ"]
    (notice,) = series.warnings
    assert pickle.loads(pickle.dumps(notice)).parts == notice.parts
    assert "echo time" in notice and notice.map is None and notice.of_map("ADC").map == "ADC"
    low = BImage(0.0, np.full((1, 2, 2), -5000.0, np.float32))
    assert [said.code for said in negative_signals([low])] == ["negative_signals"]
    assert all(isinstance(said, Notice) for said in negative_signals([low]))


def test_what_was_left_out_knows_what_kind_of_thing_it_is(tmp_path):
    folder = save([*siemens_trace(), *siemens_adc()], tmp_path)
    (tmp_path / "notes.txt").write_text("no image")
    series = read_dwi([folder])
    assert {notice.code: notice.text for notice in series.dropped} == {
        "adc": "5 images of series 30: ADC map (no diffusion-weighted image)",
        "other_files": "1 other file of the folder (1 .txt): no DICOM",
    }
