"""Mosaics are cut into the slices they hold, each where it was measured; what cannot be cut for certain is refused."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import read_dwi
from images import vendor_series
from images.vendor_series import (
    B_VALUES,
    ORIGIN,
    SHAPE,
    Exam,
    put_pixels,
    save,
    siemens_mosaic,
    signal,
    tiled,
    uih_mosaic,
)
from pydicom.uid import RLELossless

MAKERS = {
    "Siemens": siemens_mosaic,
    "Siemens without the word": lambda **o: siemens_mosaic(worded=False, **o),
    "Siemens, number in the CSA header only": lambda **o: siemens_mosaic(tag=False, **o),
    "Siemens, neither word nor tag": lambda **o: siemens_mosaic(worded=False, tag=False, **o),
    "Siemens, slices downwards": lambda **o: siemens_mosaic(backwards=True, **o),
    "United Imaging": uih_mosaic,
    "United Imaging without the word": lambda **o: uih_mosaic(worded=False, **o),
}


def traces(b):
    return signal(0) if b == 0 else np.cbrt(np.prod([signal(b, n).astype(float) for n in range(3)], axis=0))


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_mosaic_reads_like_its_slices(tmp_path, make):
    series = read_dwi([save(make(), tmp_path, shuffle=1)])
    assert series.b_values == B_VALUES
    assert series.grid.shape == SHAPE
    assert np.allclose(series.grid.origin_mm, ORIGIN, atol=1e-4)
    for image in series.images:
        assert np.max(np.abs(image.array - traces(image.b_value))) < 0.01
    assert "The slices were cut out of mosaics." in series.warnings


@pytest.mark.parametrize("slices", [2, 3, 4, 6, 7, 9, 10, 12, 16, 17])
@pytest.mark.parametrize("make", [siemens_mosaic, uih_mosaic])
def test_a_mosaic_of_any_number_of_slices(tmp_path, monkeypatch, slices, make):
    monkeypatch.setattr(vendor_series, "SHAPE", (slices, 8, 6))
    series = read_dwi([save(make((0.0, 800.0)), tmp_path)])
    assert series.grid.shape == (slices, 8, 6)
    assert np.array_equal(series.signals[0], vendor_series.signal(0))
    assert np.allclose(series.grid.origin_mm, ORIGIN, atol=1e-4)


@pytest.mark.parametrize("make", [siemens_mosaic, uih_mosaic])
def test_a_compressed_mosaic_reads_the_same(tmp_path, make):
    datasets = make()
    for ds in datasets:
        ds.compress(RLELossless)
    series = read_dwi([save(datasets, tmp_path)])
    assert np.array_equal(series.signals[0], signal(0))


def refusal(tmp_path, datasets):
    with pytest.raises(ImageError, match="mosaic") as caught:
        read_dwi([save(datasets, tmp_path)])
    return str(caught.value)


@pytest.mark.parametrize("count", [2, 3, 4, 10, 17, 25, 400])
def test_a_wrong_number_of_slices_is_refused(tmp_path, count):
    refusal(tmp_path, siemens_mosaic(count=count))


def test_slices_after_the_last_that_is_stated_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(vendor_series, "SHAPE", (9, 8, 6))
    assert "after its last slice" in refusal(tmp_path, siemens_mosaic(count=7))


def test_a_mosaic_whose_slice_order_is_not_stated_is_refused(tmp_path):
    datasets = siemens_mosaic()
    for ds in datasets:
        del ds[0x0029, 0x1010]
    assert "the order of its slices" in refusal(tmp_path, datasets)


def test_a_mosaic_without_the_place_of_every_slice_is_refused(tmp_path):
    datasets = uih_mosaic()
    for ds in datasets:
        ds[0x0065, 0x1051].value.pop()
    assert "a position for each of its 5 slices (0065,1051), found 4" in refusal(tmp_path, datasets)


@pytest.mark.parametrize("tiles", [2, 3, 4, 5])
@pytest.mark.parametrize("maker", ["SIEMENS", "UIH"])
def test_a_mosaic_that_lost_every_word_is_known_by_its_acquisition_matrix(tmp_path, tiles, maker):
    exam = Exam(14, maker, "Synthetic")
    datasets = []
    for b in B_VALUES:
        picture = tiled(np.repeat(signal(b), 5, axis=0)[: tiles**2], tiles, tiles)
        ds = exam.image(7, "ep2d_diff", ["ORIGINAL", "PRIMARY"], 0, picture)
        ds.Rows, ds.Columns = picture.shape
        ds.AcquisitionMatrix = [0, SHAPE[2], SHAPE[1], 0]
        ds.DiffusionBValue = b
        datasets.append(ds)
    refusal(tmp_path, datasets)


@pytest.mark.parametrize("field", [610.0, 1000.0, 1800.0, 2400.0])
@pytest.mark.parametrize("maker", ["SIEMENS", "UIH", ""])
def test_a_mosaic_that_lost_its_matrix_too_is_known_by_a_field_of_view_that_no_scanner_has(
    tmp_path, field, maker
):
    exam = Exam(15, maker, "Synthetic")
    datasets = []
    for b in B_VALUES:
        picture = tiled(np.repeat(signal(b), 5, axis=0)[:16], 4, 4)
        ds = exam.image(7, "ep2d_diff", ["ORIGINAL", "PRIMARY"], 0, picture)
        ds.Rows, ds.Columns = picture.shape
        ds.PixelSpacing = [field / picture.shape[0], field / picture.shape[1]]
        ds.DiffusionBValue = b
        datasets.append(ds)
    assert "field of view" in refusal(tmp_path, datasets)


@pytest.mark.parametrize("spacing", [1.9, 2.5])
def test_a_mosaic_of_which_only_the_csa_header_is_left_is_read(tmp_path, monkeypatch, spacing):
    monkeypatch.setattr(vendor_series, "SHAPE", (36, 64, 56))
    monkeypatch.setattr(vendor_series, "SPACING", (spacing, spacing))
    datasets = siemens_mosaic((0.0, 800.0), worded=False, tag=False)
    for ds in datasets:
        del ds.AcquisitionMatrix
    series = read_dwi([save(datasets, tmp_path)])
    assert series.grid.shape == (36, 64, 56)
    assert np.allclose(series.grid.origin_mm, ORIGIN, atol=1e-4)


def test_pictures_with_a_field_of_view_that_a_scanner_has_are_slices(tmp_path):
    datasets = vendor_series.siemens_trace()
    for ds in datasets:
        ds.PixelSpacing = [550.0 / SHAPE[1], 590.0 / SHAPE[2]]
    assert read_dwi([save(datasets, tmp_path)]).b_values == B_VALUES


def test_interpolated_slices_are_no_mosaics(tmp_path):
    datasets = vendor_series.siemens_trace()
    for ds in datasets:
        ds.AcquisitionMatrix = [0, SHAPE[2] // 2, SHAPE[1] // 2, 0]
    assert read_dwi([save(datasets, tmp_path)]).b_values == B_VALUES


def test_a_mosaic_of_another_sequence_beside_the_diffusion_images_does_no_harm(tmp_path):
    other = siemens_mosaic((0.0,), seed=1)
    for ds in other:
        ds.SeriesInstanceUID, ds.SeriesNumber, ds.SeriesDescription = "2.25.9", 90, "ep2d_bold"
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "2.25.91"
        ds.SequenceName = "epfid2d1_64"
        del ds[0x0019, 0x100C], ds[0x0029, 0x1010]
    series = read_dwi([save([*vendor_series.siemens_trace(), *other], tmp_path)])
    assert series.b_values == B_VALUES
    assert "1 images of series 90: no b-value (no diffusion series)" in series.dropped


def test_damaged_tiles_are_refused_or_read_right(tmp_path):
    rng = np.random.default_rng(1)
    for number in range(25):
        datasets = (siemens_mosaic, uih_mosaic)[number % 2]((0.0, 800.0))
        ds = datasets[rng.integers(len(datasets))]
        what = rng.integers(5)
        if what == 0:
            ds.Rows, ds.Columns = ds.Columns, ds.Rows
        elif what == 1:
            ds.AcquisitionMatrix = [0, int(rng.integers(1, 40)), int(rng.integers(1, 40)), 0]
        elif what == 2:
            block = (0x0065, 0x1050) if number % 2 else (0x0019, 0x100A)
            ds[block].value = str(rng.integers(0, 60)) if number % 2 else int(rng.integers(0, 60))
        elif what == 3:
            ds.ImagePositionPatient = [0.0, 0.0, float(rng.normal())]
        else:
            ds.Rows = ds.Rows // 2
            put_pixels(ds, np.zeros((ds.Rows, ds.Columns), np.uint16))
        try:
            series = read_dwi([save(datasets, tmp_path / str(number))])
        except ImageError:
            continue
        assert series.b_values == (0, 800)
        assert np.array_equal(series.signals[0], signal(0))
        assert np.allclose(series.grid.origin_mm, ORIGIN, atol=1e-3)
