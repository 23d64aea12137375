"""What makes numbers wrong without a word: here it is read right, asked for, or refused. All series are synthetic."""

import copy

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import dicom_frames, read_dwi
from HER2LowMRILib.images.intake.read_dwi import read_headers, series_of
from images.vendor_series import (
    B_VALUES,
    SHAPE,
    Exam,
    enhanced,
    philips,
    public,
    put_pixels,
    save,
    siemens_adc,
    siemens_csa,
    siemens_enhanced,
    siemens_trace,
    signal,
)
from pydicom import dcmread, dcmwrite
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)


def of_b(datasets, b):
    return [ds for ds in datasets if float(ds.DiffusionBValue) == b]


def refused(folder, **options):
    with pytest.raises(ImageError) as caught:
        read_dwi(folder if isinstance(folder, list) else [folder], **options)
    message = str(caught.value)
    assert "\n" not in message
    assert "SYNTHETIC" not in message
    return f"{message} ({caught.value.option})"


# ---------------------------------------------------------------- b-values
def test_b_values_in_ms_per_um2_are_refused_with_what_to_type(tmp_path):
    message = refused(save(public((0, 0.8, 1.4, 2)), tmp_path))
    assert "s/mm2" in message and "--b-values 0,800,1400,2000" in message


@pytest.mark.parametrize("b", [-800.0, float("nan"), float("inf"), 2e5])
def test_an_impossible_b_value_is_refused(tmp_path, b):
    datasets = public()
    for ds in of_b(datasets, 800):
        ds.DiffusionBValue = b
    assert "no usable b-value" in refused(save(datasets, tmp_path))


def test_two_statements_of_one_b_value_that_differ_are_refused(tmp_path):
    datasets = siemens_trace()
    for ds in datasets[5:10]:
        ds.add_new(0x00189087, "FD", 1000.0)
    message = refused(save(datasets, tmp_path))
    assert "1000 in the public tag" in message and "800 in the Siemens private tag" in message


def test_b_values_of_single_directions_that_jitter_are_one_b_value(tmp_path):
    datasets = philips(slopes=False, with_adc=False)
    kept = []
    for ds in datasets:
        directional = ds.DiffusionDirectionality == "DIRECTIONAL"
        if not directional and ds.DiffusionBValue:
            continue
        if directional and ds.DiffusionBValue == 800:
            along = int(np.argmax(ds.DiffusionGradientOrientation))
            ds.DiffusionBValue = (795.0, 800.0, 805.0)[along]
            ds[0x2001, 0x1003].value = ds.DiffusionBValue
        kept.append(ds)
    series = read_dwi([save(kept, tmp_path)])
    assert series.b_values == B_VALUES
    assert series.images[1].note == "stated as 795, 800, 805; geometric mean of 3 directions"


def test_a_b0_with_the_b_value_of_its_spoilers_is_b0(tmp_path):
    datasets = public()
    for ds in of_b(datasets, 0):
        ds.DiffusionBValue = 5.0
    series = read_dwi([save(datasets, tmp_path)])
    assert series.b_values == B_VALUES
    assert series.images[0].note == "stated as 5"


def test_low_b_values_of_a_perfusion_study_stay_apart(tmp_path):
    series = read_dwi([save(public((0, 5, 10, 20, 800)), tmp_path)])
    assert series.b_values == (0, 5, 10, 20, 800)


def test_siemens_b0_without_the_tag_is_b0_and_said(tmp_path):
    datasets = siemens_trace(one_series=True)
    for ds in datasets[:5]:
        del ds[0x0019, 0x100C], ds.SequenceName
    series = read_dwi([save(datasets, tmp_path)])
    assert series.b_values == B_VALUES
    assert "5 images carry no b-value; they are taken as b 0" in series.warnings[0]
    assert np.array_equal(series.signals[0], signal(0))


def test_images_without_b_value_beside_a_b0_are_refused(tmp_path):
    datasets = siemens_trace(one_series=True)
    for ds in datasets[5:10]:
        del ds[0x0019, 0x100C], ds.SequenceName
    assert "carry no b-value" in refused(save(datasets, tmp_path))


def test_a_series_without_any_b_value_is_refused_until_they_are_typed(tmp_path):
    datasets = public()
    folders = [save(of_b(datasets, b), tmp_path / f"part{n}") for n, b in enumerate(B_VALUES)]
    for ds in datasets:
        del ds.DiffusionBValue
    folders = [save(datasets[5 * n : 5 * n + 5], tmp_path / f"part{n}") for n in range(4)]
    message = refused(folders)
    assert "No b-value was found" in message and "--b-values" in message
    series = read_dwi(folders, b_values=(0, 800, 1400, 2000))
    assert series.b_values == B_VALUES
    assert {image.source for image in series.images} == {"typed by the user"}


def test_typed_b_values_in_the_wrong_order_are_found_by_the_signal(tmp_path):
    datasets = public()
    folders = [save(of_b(datasets, b), tmp_path / f"part{n}") for n, b in enumerate(B_VALUES)]
    message = refused(folders, b_values=(0, 2000, 1400, 800))
    assert "mean signal that falls with b" in message


def test_images_each_scaled_for_display_are_found_by_the_signal(tmp_path):
    """Scaled to one mean, the images say that nothing diffuses; scaled by how bright they look, that signal rises."""
    for folder, power in (("constant", 1.0), ("rising", 1.3)):
        datasets = public()
        for n, ds in enumerate(datasets):
            stored = signal(ds.DiffusionBValue)[n % 5].astype(float)
            put_pixels(ds, stored * 1500 / stored.mean() ** power * 800 ** (power - 1))
        save(datasets, tmp_path / folder)
    assert "common scale" in refused(tmp_path / "rising")
    assert "scaled each on its own?" in read_dwi([tmp_path / "constant"]).warnings[0]


# ---------------------------------------------------------------- what belongs together
def test_a_slice_missing_at_one_b_value_is_refused(tmp_path):
    datasets = siemens_trace()
    del datasets[12]
    assert "Slices are missing at b 1400" in refused(save(datasets, tmp_path))


def test_a_slice_missing_at_every_b_value_is_refused(tmp_path):
    datasets = [ds for n, ds in enumerate(siemens_trace()) if n % 5 != 2]
    assert "missing or unevenly spaced" in refused(save(datasets, tmp_path))


def test_one_direction_missing_in_one_slice_is_refused(tmp_path):
    datasets = siemens_csa()
    del datasets[8]
    assert "Images are missing at b 800" in refused(save(datasets, tmp_path))


def test_one_or_two_directions_make_no_trace(tmp_path):
    datasets = [ds for ds in siemens_csa() if not str(ds.SequenceName).endswith("#3")]
    message = refused(save(datasets, tmp_path))
    assert "not trace images" in message and "found 2 directions" in message


def test_two_patients_in_one_folder_are_refused_without_their_names(tmp_path):
    datasets = siemens_trace(seed=1) + siemens_trace(seed=9)
    assert "different patients" in refused(save(datasets, tmp_path, shuffle=4))


def test_two_examinations_of_one_patient_are_refused(tmp_path):
    datasets = siemens_trace(seed=1)
    for ds in siemens_trace(seed=9):
        ds.PatientID, ds.PatientName = "SYNTHETIC-1", "SYNTHETIC^OBJECT"
        datasets.append(ds)
    assert "different examinations" in refused(save(datasets, tmp_path))


def test_the_same_acquisition_in_two_series_is_refused_until_one_is_chosen(tmp_path):
    datasets = public()
    other = copy.deepcopy(datasets)
    for ds in other:
        ds.SeriesInstanceUID, ds.SeriesNumber = generate_uid(entropy_srcs=["x"]), 102
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        ds.ImageType = ["DERIVED", "PRIMARY", "DIFFUSION", "DIS2D"]
    folder = save(datasets + other, tmp_path)
    message = refused(folder)
    assert "series 2, 102" in message and "--series" in message
    assert read_dwi([folder], series_number=102).b_values == B_VALUES


def test_the_same_directions_in_two_series_are_refused(tmp_path):
    """With and without distortion correction, say: averaging them would pass for more averages."""
    datasets = [
        ds for ds in philips(slopes=False, with_adc=False) if ds.DiffusionDirectionality != "ISOTROPIC"
    ]
    other = copy.deepcopy([ds for ds in datasets if ds.DiffusionBValue])
    for n, ds in enumerate(other):
        ds.SeriesInstanceUID, ds.SeriesNumber = generate_uid(entropy_srcs=["x"]), 102
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"2.25.{5000 + n}"
    assert "series 9, 102" in refused(save(datasets + other, tmp_path))


def test_every_direction_in_a_series_of_its_own_is_one_b_value(tmp_path):
    datasets = [
        ds for ds in philips(slopes=False, with_adc=False) if ds.DiffusionDirectionality != "ISOTROPIC"
    ]
    for ds in datasets:
        if ds.DiffusionBValue:
            along = int(np.argmax(ds.DiffusionGradientOrientation))
            ds.SeriesInstanceUID, ds.SeriesNumber = (
                generate_uid(entropy_srcs=["along", str(along)]),
                20 + along,
            )
    series = read_dwi([save(datasets, tmp_path)])
    assert series.b_values == B_VALUES
    assert series.images[2].note == "geometric mean of 3 directions"


@pytest.mark.parametrize(
    ("sop_class", "changes"),
    [
        (
            "1.2.840.10008.5.1.4.1.1.66.4",
            {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0, "NumberOfFrames": 8},
        ),
        ("1.2.840.10008.5.1.4.1.1.7", {"NumberOfFrames": 8}),
        ("1.2.840.10008.5.1.4.1.1.7", {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}),
        ("1.2.840.10008.5.1.4.1.1.2", {}),
    ],
    ids=["segmentation", "screenshots", "colour screenshot", "CT"],
)
def test_other_objects_of_the_examination_beside_the_images_do_no_harm(tmp_path, sop_class, changes):
    other = Exam(1).header(99, "Other", ["DERIVED", "SECONDARY"], sop_class)
    for name, value in changes.items():
        setattr(other, name, value)
    other.PixelData = bytes(20 * 24 * 8 * 3 * 2)
    series = read_dwi([save([*siemens_trace(), other], tmp_path)])
    assert series.b_values == B_VALUES
    assert series.dropped == ("1 DICOM file without an MR image (report, segmentation, screenshot)",)


def other_sequence(description, **changes):
    """Images of the same examination that state b 0, as GE and Philips write it into every MR image."""
    exam = Exam(7, "Synthetic Scanners", "One")
    exam.count = 5000
    images = [
        exam.image(40, description, ["ORIGINAL", "PRIMARY", "OTHER"], k, signal(0)[k] // 3)
        for k in range(SHAPE[0])
    ]
    for ds in images:
        ds.add_new(0x00189087, "FD", 0.0)
        for name, value in changes.items():
            setattr(ds, name, value)
    return images


@pytest.mark.parametrize(
    "changes",
    [{"PixelSpacing": [0.9, 0.9]}, {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, {"EchoTime": 2.4}],
    ids=["other voxels", "other plane", "other echo time"],
)
def test_other_sequences_that_state_b0_do_not_become_the_b0(tmp_path, changes):
    series = read_dwi([save([*public(), *other_sequence("t1_mprage", **changes)], tmp_path, shuffle=6)])
    assert series.b_values == B_VALUES
    assert np.array_equal(series.signals[0], signal(0))
    assert series.dropped[0].startswith("5 images of series 40: b 0 of another sequence")


@pytest.mark.parametrize("slices", [5, 3], ids=["every slice", "some slices"])
def test_a_series_of_b0_is_no_repetition_where_the_diffusion_series_has_its_own(tmp_path, slices):
    """Phase encoded the other way, for the correction of distortions: same voxels, same echo time, as bright."""
    reversed_phase = other_sequence("DWI_b0_PA")[:slices]
    for k, ds in enumerate(reversed_phase):
        put_pixels(ds, signal(0)[k][::-1])
    series = read_dwi([save([*public(), *reversed_phase], tmp_path, shuffle=6)])
    assert np.array_equal(series.signals[0], signal(0))
    assert series.dropped == (
        f"{slices} images of series 40: b 0 beside the diffusion images, which have b 0 of their own",
    )


def test_a_whole_examination_does_not_fill_the_memory(tmp_path, monkeypatch):
    """Where every image states b 0, pixels of thousands of images would be kept that no map is made of."""
    size = 24 * 20 * 2
    monkeypatch.setattr(dicom_frames, "LARGEST_TAKEN_ALONG", 7 * size, raising=False)
    folder = save([*public(), *other_sequence("t1_mprage", EchoTime=2.4)], tmp_path, shuffle=6)
    read = read_headers([folder])
    assert sum(len(frame.pixels.data or b"") for frame in read.frames) == 7 * size
    assert np.array_equal(series_of(read).signals, [signal(b) for b in B_VALUES])


def test_an_echo_time_that_is_rounded_differently_is_no_other_one(tmp_path):
    datasets = public()
    for ds in of_b(datasets, 0):
        ds.EchoTime, ds.SeriesInstanceUID = 62.4999, "1.2.3.7"
    for ds in of_b(datasets, 2000):
        ds.EchoTime = 62.5001
    series = read_dwi([save(datasets, tmp_path)])
    assert series.b_values == B_VALUES
    assert series.warnings == series.dropped == ()


def test_two_series_of_b0_beside_diffusion_images_without_one_are_refused(tmp_path):
    """One of them may have its phase encoded the other way: their mean is not an image of anything."""
    datasets = public()
    for ds in of_b(datasets, 0):
        ds.SeriesInstanceUID, ds.SeriesNumber = "1.2.3.7", 7
    message = refused(save([*datasets, *other_sequence("dwi_b0_reversed")], tmp_path))
    assert "The images at b 0 are there more than once" in message
    assert "series 7, 40" in message


def test_a_b0_that_was_measured_at_another_echo_time_is_said(tmp_path):
    datasets = public()
    for ds in of_b(datasets, 0):
        ds.EchoTime, ds.SeriesInstanceUID = 80, "1.2.3.7"
    series = read_dwi([save(datasets, tmp_path)])
    assert series.b_values == B_VALUES
    (said,) = (text for text in series.warnings if "echo time" in text)
    assert "80 ms at b 0, 62 ms at b 800" in said


def test_files_that_are_there_twice_count_once(tmp_path):
    folder = save(siemens_trace(), tmp_path)
    for file in sorted(folder.iterdir())[:7]:
        (folder / f"copy_{file.name}").write_bytes(file.read_bytes())
    series = read_dwi([folder])
    assert series.averages == (2, 2, 2, 2)
    assert series.dropped == ("7 images that were there twice",)


def test_one_identifier_on_two_different_images_is_refused(tmp_path):
    datasets = siemens_trace()
    datasets[6].SOPInstanceUID = datasets[5].SOPInstanceUID
    assert "same identifier" in refused(save(datasets, tmp_path))


def test_a_second_b0_is_averaged_and_counted(tmp_path):
    datasets = public()
    for ds in copy.deepcopy(of_b(datasets, 0)):
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        ds.InstanceNumber += 100
        put_pixels(ds, signal(0)[(ds.InstanceNumber - 1) % 5] + 10)
        datasets.append(ds)
    series = read_dwi([save(datasets, tmp_path)])
    assert series.averages == (4, 2, 2, 2)
    assert series.images[0].note == "mean of 2 images"
    assert np.array_equal(series.signals[0], signal(0) + 5.0)


@pytest.mark.parametrize(("factor", "said"), [(1.0, False), (1.2, True)])
def test_two_series_with_a_b0_each_must_have_one_scale(tmp_path, factor, said):
    """b 0 and 800 in one series, b 0, 1400 and 2000 in another, as some protocols split them."""
    first, second = public((0, 800), seed=7), public((0, 1400, 2000), seed=7)
    for n, ds in enumerate(second):
        ds.SeriesInstanceUID, ds.SeriesNumber = generate_uid(entropy_srcs=["second"]), 3
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"2.25.{4000 + n}"
        put_pixels(ds, np.rint(factor * signal(ds.DiffusionBValue)[n % 5]))
    series = read_dwi([save(first + second, tmp_path)])
    assert series.b_values == B_VALUES
    assert series.averages == (4, 2, 2, 2)
    assert any("not equally bright" in warning for warning in series.warnings) is said


def test_a_diffusion_image_that_claims_to_be_a_second_b0_is_refused(tmp_path):
    datasets = public((0, 800, 1400, 2000))
    for ds in of_b(datasets, 800):
        ds.DiffusionBValue = 0.0
    assert "not repetitions of each other" in refused(save(datasets, tmp_path))


@pytest.mark.parametrize("name", ["MOSAIC", "VFRAME"], ids=["Siemens", "United Imaging"])
def test_a_mosaic_is_no_slice(tmp_path, name):
    datasets = siemens_trace()
    for ds in datasets:
        ds.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE", name]
    message = refused(save(datasets, tmp_path))
    assert "mosaic" in message
    assert "one slice per file" in message


def test_the_adc_map_and_other_series_in_the_folder_are_left_out_with_the_reason(tmp_path):
    exam = Exam(1, "Siemens Healthineers", "MAGNETOM Synthetic")
    exam.count = 500
    t2 = [exam.image(2, "t2_tse_tra", ["ORIGINAL", "PRIMARY", "M"], k, signal(0)[k]) for k in range(5)]
    series = read_dwi([save(siemens_trace() + siemens_adc() + t2, tmp_path, shuffle=8)])
    assert series.b_values == B_VALUES
    assert series.dropped == (
        "5 images of series 30: ADC map (no diffusion-weighted image)",
        "5 images of series 2: no b-value (no diffusion series)",
    )


def test_a_folder_with_nothing_but_an_adc_map_holds_no_diffusion_series(tmp_path):
    assert "No diffusion-weighted image" in refused(save(siemens_adc(), tmp_path))


@pytest.mark.parametrize("part", ["PHASE", "REAL", "IMAGINARY"])
def test_phase_and_complex_images_are_no_signal(tmp_path, part):
    datasets = public((0, 800, 1400, 2000, 2500))
    for ds in of_b(datasets, 2500):
        ds.ComplexImageComponent = part
    series = read_dwi([save(datasets, tmp_path)])
    assert series.b_values == B_VALUES
    assert f"{part.lower()} image" in series.dropped[0]


# ---------------------------------------------------------------- geometry
def test_another_matrix_at_one_b_value_is_refused(tmp_path):
    datasets = public()
    for ds in of_b(datasets, 1400):
        ds.Rows, ds.Columns = ds.Columns, ds.Rows
    assert "different grids" in refused(save(datasets, tmp_path))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda ds: setattr(ds, "PixelSpacing", [1.25, 1.49]),
        lambda ds: setattr(ds, "ImageOrientationPatient", [1, 0, 0, 0, 1, 0]),
        lambda ds: setattr(
            ds, "ImagePositionPatient", [ds.ImagePositionPatient[0] + 2, *ds.ImagePositionPatient[1:]]
        ),
    ],
    ids=["pixel spacing", "orientation", "field of view"],
)
def test_another_grid_at_one_b_value_is_refused(tmp_path, spoil):
    datasets = public()
    for ds in of_b(datasets, 2000):
        spoil(ds)
    assert "different grids" in refused(save(datasets, tmp_path))


def test_slices_shifted_by_half_a_step_at_one_b_value_are_refused(tmp_path):
    datasets = public()
    normal = np.cross(datasets[0].ImageOrientationPatient[:3], datasets[0].ImageOrientationPatient[3:])
    for ds in of_b(datasets, 2000):
        ds.ImagePositionPatient = [float(p) for p in np.array(ds.ImagePositionPatient) + 2.25 * normal]
    message = refused(save(datasets, tmp_path))
    assert "missing" in message


def test_the_slice_gap_counts_although_the_thickness_leaves_it_out(tmp_path):
    datasets = siemens_trace()
    for ds in datasets:
        ds.SliceThickness, ds.SpacingBetweenSlices = 4, 4
    assert read_dwi([save(datasets, tmp_path)]).grid.spacing_mm[2] == pytest.approx(4.5, abs=1e-4)


def test_file_and_instance_order_do_not_matter(tmp_path):
    datasets = siemens_trace()
    for ds in datasets:
        ds.InstanceNumber = 100 - ds.InstanceNumber
    series = read_dwi([save(datasets[::-1], tmp_path, shuffle=11)])
    assert all(np.array_equal(a, signal(b)) for a, b in zip(series.signals, B_VALUES, strict=True))


def test_a_comma_and_blanks_in_the_path_change_nothing(tmp_path):
    series = read_dwi([save(siemens_trace(), tmp_path / "breast, left  side; b=0,800")])
    assert series.b_values == B_VALUES


# ---------------------------------------------------------------- pixels
def test_rescale_slopes_of_single_images_are_applied(tmp_path):
    datasets = public()
    for n, ds in enumerate(datasets):
        stored = signal(ds.DiffusionBValue)[n % 5]
        slope = 0.5 if n % 2 else 0.25
        put_pixels(ds, (stored - 8.0) / slope)
        ds.BitsStored, ds.HighBit = 16, 15
        ds.RescaleSlope, ds.RescaleIntercept = slope, 8
    series = read_dwi([save(datasets, tmp_path)])
    for array, b in zip(series.signals, B_VALUES, strict=True):
        assert array.dtype == np.float32
        assert np.max(np.abs(array - signal(b))) < 1e-3


def test_a_rescale_slope_of_zero_is_refused(tmp_path):
    datasets = public()
    datasets[3].RescaleSlope, datasets[3].RescaleIntercept = 0, 0
    assert "rescale slope" in refused(save(datasets, tmp_path))


def test_clipped_voxels_are_found_by_the_bits_stored(tmp_path):
    datasets = public()
    for k, ds in enumerate(of_b(datasets, 0)):
        put_pixels(ds, np.minimum(signal(0)[k] * 3, 4095))
    series = read_dwi([save(datasets, tmp_path)])
    assert series.saturation == 4095
    assert (
        np.count_nonzero(series.signals[0] >= series.saturation)
        == np.count_nonzero(signal(0) * 3 >= 4095)
        > 0
    )


def test_clipped_voxels_are_found_by_their_pile_where_the_bits_were_rewritten(tmp_path):
    datasets = public()
    for ds in datasets:
        ds.BitsStored, ds.HighBit = 16, 15
    for k, ds in enumerate(of_b(datasets, 0)):
        put_pixels(ds, np.minimum(signal(0)[k] * 3, 4095))
    assert read_dwi([save(datasets, tmp_path)]).saturation == 4095


def test_a_direction_that_is_clipped_marks_the_averaged_voxel(tmp_path):
    datasets = siemens_csa()
    for ds in datasets:
        if ds.SequenceName == "*ep_b800#2":
            array = ds.pixel_array.copy()
            array[3, 4] = 4095
            put_pixels(ds, array)
    series = read_dwi([save(datasets, tmp_path)])
    clipped = series.signals[1] >= series.saturation
    assert clipped[:, 3, 4].all() and clipped.sum() == SHAPE[0]


def test_overlay_bits_above_the_stored_ones_are_taken_off(tmp_path):
    datasets = public()
    for n, ds in enumerate(datasets):
        put_pixels(ds, signal(ds.DiffusionBValue)[n % 5] | 0x8000)
    assert np.array_equal(read_dwi([save(datasets, tmp_path)]).signals[1], signal(800))


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless])
def test_compressed_images_read_the_same(tmp_path, syntax):
    datasets = siemens_trace()
    for ds in datasets:
        ds.compress(syntax, generate_instance_uid=False)
    series = read_dwi([save(datasets, tmp_path)])
    assert all(np.array_equal(a, signal(b)) for a, b in zip(series.signals, B_VALUES, strict=True))


@pytest.mark.parametrize("codec", ["JPEG", "JPEG2000"])
def test_images_compressed_by_a_codec_that_only_itk_has_read_the_same(tmp_path, codec):
    """JPEG lossless (1.2.840.10008.1.2.4.70) is what many archives send; pydicom has no decoder of its own for it."""
    datasets = siemens_trace()
    for n, ds in enumerate(datasets):
        writer = sitk.ImageFileWriter()
        writer.SetImageIO("GDCMImageIO")
        writer.SetFileName(str(tmp_path / "coded.dcm"))
        writer.SetCompressor(codec)
        writer.UseCompressionOn()
        writer.Execute(sitk.GetImageFromArray(ds.pixel_array[None]))
        coded = dcmread(tmp_path / "coded.dcm")
        ds.file_meta.TransferSyntaxUID = coded.file_meta.TransferSyntaxUID
        ds.BitsStored, ds.HighBit = 16, 15
        ds.RescaleSlope, ds.RescaleIntercept = (2, 1) if n % 2 else (1, 0)
        ds["PixelData"] = coded["PixelData"]
    (tmp_path / "coded.dcm").unlink()
    series = read_dwi([save(datasets, tmp_path / "series")])
    for array, b in zip(series.signals, B_VALUES, strict=True):
        odd = (B_VALUES.index(b) * SHAPE[0] + np.arange(SHAPE[0])) % 2 == 1
        right = signal(b).astype(float)
        right[odd] = 2 * right[odd] + 1
        assert np.array_equal(array, right)


def test_compressed_enhanced_frames_read_the_same(tmp_path):
    datasets = siemens_enhanced()
    for ds in datasets:
        ds.compress(RLELossless, generate_instance_uid=False)
    series = read_dwi([save(datasets, tmp_path)])
    assert all(np.array_equal(a, signal(b)) for a, b in zip(series.signals, B_VALUES, strict=True))


def test_lossy_compression_is_said(tmp_path):
    datasets = siemens_trace()
    for ds in datasets:
        ds.LossyImageCompression = "01"
    assert "compressed with loss" in read_dwi([save(datasets, tmp_path)]).warnings[0]


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
def test_every_native_transfer_syntax_reads_the_same(tmp_path, syntax):
    for n, ds in enumerate(siemens_trace()):
        big = syntax == ExplicitVRBigEndian
        if big:
            ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
        ds.file_meta.TransferSyntaxUID = syntax
        if big:
            dcmwrite(tmp_path / f"{n}", ds, force_encoding=True, implicit_vr=False, little_endian=False)
        else:
            ds.save_as(tmp_path / f"{n}", enforce_file_format=True)
    series = read_dwi([tmp_path])
    assert all(np.array_equal(a, signal(b)) for a, b in zip(series.signals, B_VALUES, strict=True))


def test_an_enhanced_file_with_a_slope_per_frame_is_rescaled_before_averaging(tmp_path):
    exam = Exam(3, "Siemens Healthineers", "MAGNETOM Synthetic XA")
    volumes = [(0.0, "NONE", None), *((800.0, "DIRECTIONAL", n) for n in range(3))]
    scale = [(1.0, 0.0), (0.5, 0.0), (0.25, 0.0), (0.125, 0.0)]
    ds = enhanced(exam, 5, "dwi", ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"], volumes, scale)
    series = read_dwi([save([ds], tmp_path)])
    directions = [signal(800, n).astype(float) for n in range(3)]
    assert np.max(np.abs(series.signals[1] - np.cbrt(np.prod(directions, axis=0)))) < 0.5
    assert series.averages == (4, 12)


# ---------------------------------------------------------------- files
def test_a_truncated_file_is_refused(tmp_path):
    folder = save(siemens_trace(), tmp_path)
    file = sorted(folder.iterdir())[7]
    file.write_bytes(file.read_bytes()[:-100])
    assert "truncated" in refused(folder)


def test_a_file_cut_off_in_its_header_is_refused(tmp_path):
    folder = save(siemens_trace(), tmp_path)
    file = sorted(folder.iterdir())[7]
    file.write_bytes(file.read_bytes()[:700])
    assert "file 8 of 20 is damaged" in refused(folder) or "truncated" in refused(folder)


def test_a_header_that_claims_more_pixels_than_the_file_has_takes_no_memory(tmp_path):
    datasets = siemens_trace()
    datasets[0].Rows = datasets[0].Columns = 30000
    assert "truncated" in refused(save(datasets, tmp_path))


def test_a_directory_without_images_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    assert "holds no image" in refused(tmp_path)


def test_a_file_that_is_no_image_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    assert "is not an image" in refused(tmp_path / "notes.txt")


def test_a_path_that_is_not_there_is_refused(tmp_path):
    assert "is not there" in refused(tmp_path / "nothing")


def test_dicomdir_version_files_and_reports_beside_the_images_do_no_harm(tmp_path):
    folder = save(siemens_trace(), tmp_path)
    (folder / "VERSION").write_text("1.0")
    (folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    report = Exam(1).header(99, "Report", ["DERIVED", "PRIMARY"], "1.2.840.10008.5.1.4.1.1.88.22")
    for name in ("Rows", "Columns", "BitsAllocated", "SamplesPerPixel"):
        delattr(report, name)
    report.save_as(folder / "SR1", enforce_file_format=True)
    series = read_dwi([folder])
    assert series.b_values == B_VALUES
    assert series.dropped == (
        "1 DICOM file without an MR image (report, segmentation, screenshot)",
        "1 other file of the folder (1 without a suffix): no DICOM",
    )


def test_a_file_whose_first_bytes_are_damaged_does_not_vanish_without_a_word(tmp_path):
    folder = save(siemens_enhanced(), tmp_path)
    file = sorted(folder.iterdir())[2]
    file.write_bytes(b"\0" * 132 + file.read_bytes()[132:])
    series = read_dwi([folder])
    assert series.b_values == (0, 800, 2000)
    assert series.dropped == ("1 other file of the folder (1 without a suffix): no DICOM",)


def test_reading_can_be_stopped(tmp_path):
    from HER2LowMRILib.core.errors import Cancelled

    folder = save(siemens_trace(), tmp_path)
    with pytest.raises(Cancelled):
        read_dwi([folder], cancelled=lambda: True)


def test_progress_runs_from_nought_to_one(tmp_path):
    seen = []
    read_dwi([save(siemens_trace(), tmp_path)], progress=seen.append)
    assert seen == sorted(seen) and 0 < seen[0] < 0.1 and seen[-1] == pytest.approx(1)
