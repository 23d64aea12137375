"""Good images in forms that were refused once: they read like the plain ones."""

import warnings

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.intake.diffusion_series import BImage
from HER2LowMRILib.images.intake.signal_decay_check import check_decay
from HER2LowMRILib.images.intake.volume_files import Volume, series_of_volumes
from images.vendor_series import (
    B_VALUES,
    SHAPE,
    canon,
    philips,
    philips_enhanced,
    public,
    put_pixels,
    save,
    siemens_enhanced,
    siemens_trace,
    signal,
    uih,
)
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import generate_uid


# ---------------------------------------------------------------- slices of noise
def repeated(seed, times=3):
    """A series of unmarked images, ``times`` in every place; noise in the last slices."""
    rng = np.random.default_rng(seed)
    datasets = []
    for _ in range(times):
        for ds in public():
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            datasets.append(ds)
    empty = rng.choice([0, SHAPE[0] - 1])
    for ds in datasets:
        if (ds.InstanceNumber - 1) % SHAPE[0] == empty:
            level = rng.uniform(2, 12)
            put_pixels(ds, np.rint(rng.rayleigh(level, SHAPE[1:])))
    return datasets, empty


@pytest.mark.parametrize("seed", range(6))
def test_an_edge_slice_of_noise_is_no_reason_to_refuse(tmp_path, seed):
    datasets, empty = repeated(seed)
    series = read_dwi([save(datasets, tmp_path, shuffle=seed)])
    tissue = [k for k in range(SHAPE[0]) if k != empty]
    assert series.b_values == B_VALUES
    assert np.max(np.abs(series.signals[1][tissue] - signal(800)[tissue])) < 0.01


@pytest.mark.parametrize("k", range(SHAPE[0]))
def test_one_wrong_image_among_slices_of_tissue_is_still_found(tmp_path, k):
    datasets, empty = repeated(1)
    if k == empty:
        return
    wrong = next(
        ds for ds in datasets if ds.DiffusionBValue == 800 and (ds.InstanceNumber - 1) % SHAPE[0] == k
    )
    put_pixels(wrong, signal(0)[k])
    with pytest.raises(ImageError, match="state b 800 are not repetitions of each other"):
        read_dwi([save(datasets, tmp_path)])


def test_canon_states_directions_in_its_comments(tmp_path):
    datasets = canon()
    for ds in datasets:
        direction = ds.get("DiffusionGradientOrientation")
        b = ds.get("DiffusionBValue", 0)
        ds.ImageComments = f"b={b:g}({','.join(f'{part:.3f}' for part in direction or (0, 0, 0))})"
        if direction is not None:
            del ds.DiffusionGradientOrientation
    series = read_dwi([save(datasets, tmp_path)])
    assert series.b_values == B_VALUES
    assert series.images[0].source == "Canon image comment (0020,4000)"
    assert series.images[1].note == "geometric mean of 3 directions"
    assert series.warnings == ()


# ---------------------------------------------------------------- the noise floor
def noisy(b_values, seed, noise=16.0, s0=1000.0, d=2.4e-3, coils=1):
    """Uniform tissue with Rician noise, at the floor from about b 1500 on."""
    rng = np.random.default_rng(seed)
    images = []
    for b in b_values:
        parts = rng.normal(0, noise, (2 * coils, 3, 24, 20))
        parts[0] += s0 * np.exp(-b * d)
        images.append(np.sqrt(np.sum(parts**2, axis=0)).astype(np.float32))
    return images


LONG = tuple(float(b) for b in range(0, 3750, 250))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("coils", [1, 4])
def test_a_mean_signal_that_wanders_at_the_noise_floor_is_said_and_not_refused(seed, coils):
    images = noisy(LONG, seed, coils=coils)
    images[11] = images[11] * np.float32(1.08)
    found = check_decay([BImage(b, image) for b, image in zip(LONG, images, strict=True)])
    assert any("it is noise there" in text for text in found)
    grid = ImageGrid((20, 24, 3), (2, 2, 4), (0, 0, 0), (1, 0, 0, 0, 1, 0, 0, 0, 1))
    assert (
        series_of_volumes([Volume(i, b, "") for i, b in zip(images, LONG, strict=True)], grid).b_values
        == LONG
    )


@pytest.mark.parametrize("swapped", [(0, 1), (1, 2), (2, 4), (0, 5)])
@pytest.mark.parametrize("noise", [5.0, 40.0])
def test_swapped_b_values_above_the_floor_are_still_refused(swapped, noise):
    b_values = LONG[:6]
    images = noisy(b_values, 3, noise=noise, d=1e-3)
    first, second = swapped
    images[first], images[second] = images[second], images[first]
    with pytest.raises(ImageError, match="do not belong together"):
        check_decay([BImage(b, image) for b, image in zip(b_values, images, strict=True)])


def test_images_scaled_each_on_its_own_are_still_refused():
    images = [image * (4000 / image.max()) for image in noisy(LONG, 5)]
    with pytest.raises(ImageError, match="do not belong together"):
        check_decay([BImage(b, image) for b, image in zip(LONG, images, strict=True)])


# ---------------------------------------------------------------- compressed frames
def coded_by_itk(planes, codec, folder):
    """The frames of planes as ITK codes them, and the transfer syntax."""
    frames = []
    for plane in planes:
        writer = sitk.ImageFileWriter()
        writer.SetImageIO("GDCMImageIO")
        writer.SetFileName(str(folder / "coded.dcm"))
        writer.SetCompressor(codec)
        writer.UseCompressionOn()
        writer.Execute(sitk.GetImageFromArray(plane[None]))
        coded = dcmread(folder / "coded.dcm")
        frames.append(next(generate_frames(coded.PixelData, number_of_frames=1)))
    (folder / "coded.dcm").unlink()
    return frames, coded.file_meta.TransferSyntaxUID


@pytest.mark.parametrize("codec", ["JPEG", "JPEG2000"])
@pytest.mark.parametrize("make", [siemens_enhanced, philips_enhanced])
def test_enhanced_files_of_a_codec_that_only_itk_has_read_the_same(tmp_path, codec, make):
    plain = read_dwi([save(make(), tmp_path / "plain")])
    datasets = make()
    for ds in datasets:
        frames, syntax = coded_by_itk(ds.pixel_array, codec, tmp_path)
        ds.file_meta.TransferSyntaxUID = syntax
        ds.PixelData = encapsulate(frames)
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    series = read_dwi([save(datasets, tmp_path / "coded")])
    assert all(np.array_equal(a, b) for a, b in zip(series.signals, plain.signals, strict=True))


def test_a_damaged_frame_of_a_compressed_file_is_refused(tmp_path):
    datasets = siemens_enhanced()
    frames, syntax = coded_by_itk(datasets[0].pixel_array, "JPEG", tmp_path)
    for spoiled in (frames[:-1], [*frames[:-1], frames[-1][:40]]):
        datasets[0].file_meta.TransferSyntaxUID = syntax
        datasets[0].PixelData = encapsulate(spoiled)
        datasets[0]["PixelData"].is_undefined_length = True
        with pytest.raises(ImageError):
            read_dwi([save(datasets, tmp_path / str(len(spoiled)))])


# ---------------------------------------------------------------- legacy converted
@pytest.mark.parametrize("make", [public, siemens_trace, uih, lambda: philips(slopes=False, with_adc=False)])
def test_classic_files_that_were_converted_to_enhanced_ones_read_the_same(tmp_path, make):
    from highdicom.legacy import LegacyConvertedEnhancedMRImage

    plain = read_dwi([save(make(), tmp_path / "classic")])
    of_series = {}
    for ds in make():
        ds.StudyID = ds.ReferringPhysicianName = ds.PositionReferenceIndicator = ""
        of_series.setdefault(ds.SeriesInstanceUID, []).append(ds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converted = [
            LegacyConvertedEnhancedMRImage(members, generate_uid(), 100 + n, generate_uid(), 1)
            for n, members in enumerate(of_series.values())
        ]
        for ds in converted:
            ds.preamble = b"\0" * 128
    series = read_dwi([save(converted, tmp_path / "enhanced")])
    assert series.b_values == plain.b_values
    assert all(np.allclose(a, b, atol=0.01) for a, b in zip(series.signals, plain.signals, strict=True))
    assert series.grid.same_as(plain.grid)


# ---------------------------------------------------------------- padding
@pytest.mark.parametrize("count", [2, 6, 64, 512, 4096])
def test_zeros_that_pad_the_pixels_are_no_damage(tmp_path, count):
    datasets = siemens_trace()
    for ds in datasets:
        ds.PixelData += b"\0" * count
    series = read_dwi([save(datasets, tmp_path)])
    assert all(np.array_equal(a, signal(b)) for a, b in zip(series.signals, B_VALUES, strict=True))


@pytest.mark.parametrize("rest", [b"\1\0", b"\0\0\0\1", b"\0" * 5000, b"DICM"])
def test_pixels_that_go_on_are_refused(tmp_path, rest):
    datasets = siemens_trace()
    datasets[3].PixelData += rest
    with pytest.raises(ImageError, match="found more than that"):
        read_dwi([save(datasets, tmp_path)])


def test_padding_elements_and_zeros_after_the_pixels_are_no_damage(tmp_path):
    datasets = siemens_trace()
    for ds in datasets:
        ds.DataSetTrailingPadding = b"\0" * 126
    folder = save(datasets, tmp_path)
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes() + b"\0" * 300)
    assert read_dwi([folder]).b_values == B_VALUES
