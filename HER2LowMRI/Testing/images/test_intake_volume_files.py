"""NIfTI, NRRD and MHA files: b-values from .bval, MultiVolume and DWMRI keys, or typed. All images are synthetic."""

import gzip

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.intake.frame_labels import b_values_of_labels
from HER2LowMRILib.images.intake.volume_files import Volume, series_of_volumes
from images.vendor_series import B_VALUES, SHAPE, signal

GRID = ImageGrid(SHAPE[::-1], (1.5, 1.25, 4.5), (10.0, -20.0, 30.0), (0, -1, 0, 1, 0, 0, 0, 0, 1))


def write_4d(path, volumes):
    image = sitk.JoinSeries([GRID.to_sitk(volume.astype(np.int16)) for volume in volumes])
    sitk.WriteImage(image, str(path))
    return path


def nrrd(path, volumes, keys, list_axis_last=False, encoding="raw"):
    """A NRRD file as Slicer's MultiVolume and DWI writers make it."""
    matrix = GRID.ijk_to_lps()
    axes = " ".join("(" + ",".join(f"{v:.17g}" for v in matrix[:3, a]) + ")" for a in range(3))
    sizes = " ".join(map(str, GRID.size_ijk))
    n = len(volumes)
    header = [
        "NRRD0005",
        "type: short",
        "dimension: 4",
        "space: left-posterior-superior",
        f"sizes: {sizes} {n}" if list_axis_last else f"sizes: {n} {sizes}",
        f"space directions: {axes} none" if list_axis_last else f"space directions: none {axes}",
        "kinds: domain domain domain list" if list_axis_last else "kinds: list domain domain domain",
        "endian: little",
        f"encoding: {encoding}",
        f"space origin: ({','.join(f'{v:.17g}' for v in GRID.origin_mm)})",
        *(f"{key}:={value}" for key, value in keys.items()),
    ]
    data = np.stack(volumes, axis=0 if list_axis_last else -1).astype("<i2").tobytes()
    path.write_bytes(
        "\n".join(header).encode() + b"\n\n" + (gzip.compress(data) if encoding == "gzip" else data)
    )
    return path


def labels(b_values, tag="Siemens.B-value"):
    return {
        "MultiVolume.FrameIdentifyingDICOMTagName": tag,
        "MultiVolume.FrameLabels": ",".join(str(b) for b in b_values),
        "MultiVolume.NumberOfFrames": str(len(b_values)),
    }


def dwmri(b_max, gradients, nex=None):
    keys = {"modality": "DWMRI", "DWMRI_b-value": str(b_max)}
    keys |= {f"DWMRI_gradient_{n:04d}": " ".join(map(str, g)) for n, g in gradients.items()}
    keys |= {f"DWMRI_NEX_{n:04d}": str(count) for n, count in (nex or {}).items()}
    return keys


def all_right(series):
    assert series.b_values == B_VALUES
    assert series.grid.same_as(GRID)
    for array, b in zip(series.signals, B_VALUES, strict=True):
        assert np.array_equal(array, signal(b))


def refused(path, **options):
    with pytest.raises(ImageError) as caught:
        read_dwi(path if isinstance(path, list) else [path], **options)
    assert "\n" not in str(caught.value)
    return f"{caught.value} ({caught.value.option})"


# ---------------------------------------------------------------- NIfTI
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_4d_nifti_takes_its_b_values_from_the_bval_file(tmp_path, suffix):
    path = write_4d(tmp_path / f"dwi{suffix}", [signal(b) for b in B_VALUES])
    (tmp_path / "dwi.bval").write_text("0 800 1400 2000\n")
    series = read_dwi([path])
    all_right(series)
    assert {image.source for image in series.images} == {".bval file"}


def test_a_folder_with_one_nifti_and_its_bval_is_enough(tmp_path):
    write_4d(tmp_path / "dwi.nii.gz", [signal(b) for b in B_VALUES])
    (tmp_path / "dwi.bval").write_text("0\n800\n1400\n2000")
    (tmp_path / "dwi.json").write_text("{}")
    all_right(read_dwi([tmp_path]))


def test_volumes_come_in_any_order_of_b(tmp_path):
    path = write_4d(tmp_path / "dwi.nii.gz", [signal(b) for b in (1400, 0, 2000, 800)])
    (tmp_path / "dwi.bval").write_text("1400 0 2000 800")
    all_right(read_dwi([path]))


def test_directions_of_the_bvec_file_are_averaged_geometrically(tmp_path):
    volumes = [signal(0), *(signal(800, n) for n in range(3)), *(signal(1400, n) for n in range(3))]
    path = write_4d(tmp_path / "dwi.nii.gz", volumes)
    (tmp_path / "dwi.bval").write_text("0 800 800 800 1400 1400 1400")
    (tmp_path / "dwi.bvec").write_text("0 1 0 0 1 0 0\n0 0 1 0 0 1 0\n0 0 0 1 0 0 1\n")
    series = read_dwi([path])
    assert series.b_values == (0, 800, 1400)
    assert series.averages == (1, 3, 3)
    assert [image.note for image in series.images] == ["", *["geometric mean of 3 directions"] * 2]
    right = np.cbrt(np.prod([signal(800, n).astype(float) for n in range(3)], axis=0))
    assert np.max(np.abs(series.signals[1] - right)) < 1e-3


def test_a_trace_volume_beside_directions_is_preferred(tmp_path):
    volumes = [signal(0), *(signal(800, n) for n in range(3)), signal(800)]
    path = write_4d(tmp_path / "dwi.nii.gz", volumes)
    (tmp_path / "dwi.bval").write_text("0 800 800 800 800")
    (tmp_path / "dwi.bvec").write_text("0 1 0 0 0\n0 0 1 0 0\n0 0 0 1 0\n")
    series = read_dwi([path])
    assert np.array_equal(series.signals[1], signal(800))
    assert series.dropped == ("3 volumes at b 800 along single directions: the trace image is used",)


def test_several_volumes_of_one_b_without_directions_are_averaged_and_said(tmp_path):
    path = write_4d(tmp_path / "dwi.nii.gz", [signal(0), signal(800), signal(800)])
    (tmp_path / "dwi.bval").write_text("0 800 800")
    series = read_dwi([path])
    assert "whether they are directions or repetitions" in series.warnings[0]
    assert np.allclose(series.signals[1], signal(800), rtol=1e-6)


@pytest.mark.parametrize("text", ["0 0 1400 2000", "0 0 0 0"])
def test_a_bval_file_that_calls_a_diffusion_image_b0_is_refused(tmp_path, text):
    """What a converter wrote for trace-only images (dcm2niix issues #270 and #405)."""
    path = write_4d(tmp_path / "dwi.nii.gz", [signal(b) for b in B_VALUES])
    (tmp_path / "dwi.bval").write_text(text)
    assert "not repetitions of each other" in refused(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 800 1400", "needed 4 values"),
        ("0 800 1400 zwei", "not a table of numbers"),
        ("0 0.8 1.4 2", "looks like ms/um2"),
        ("0 800 nan 2000", "no usable b-value"),
        ("0 -800 1400 2000", "no usable b-value"),
        ("", "needed 4 values"),
    ],
)
def test_a_bval_file_that_cannot_be_right_is_refused(tmp_path, text, expected):
    path = write_4d(tmp_path / "dwi.nii.gz", [signal(b) for b in B_VALUES])
    (tmp_path / "dwi.bval").write_text(text)
    assert expected in refused(path)


def test_a_nifti_without_bval_asks_for_the_b_values(tmp_path):
    path = write_4d(tmp_path / "dwi.nii.gz", [signal(b) for b in B_VALUES])
    assert "--b-values 0,800,1400,2000" in refused(path)
    series = read_dwi([path], b_values=B_VALUES)
    all_right(series)
    assert {image.source for image in series.images} == {"typed by the user"}


@pytest.mark.parametrize("name", ["dwi.nii", "dwi.nii.gz"])
def test_a_truncated_nifti_is_refused_and_not_filled_up(tmp_path, name):
    path = write_4d(tmp_path / name, [signal(b) for b in B_VALUES])
    (tmp_path / "dwi.bval").write_text("0 800 1400 2000")
    content = path.read_bytes()
    path.write_bytes(content[: int(0.7 * len(content))])
    assert "truncated" in refused(path)


# ---------------------------------------------------------------- NRRD
@pytest.mark.parametrize("list_axis_last", [False, True])
@pytest.mark.parametrize("encoding", ["raw", "gzip"])
def test_multivolume_nrrd_takes_its_b_values_from_the_frame_labels(tmp_path, list_axis_last, encoding):
    path = nrrd(
        tmp_path / "mv.nrrd", [signal(b) for b in B_VALUES], labels(B_VALUES), list_axis_last, encoding
    )
    series = read_dwi([path])
    all_right(series)
    assert series.images[1].source == "NRRD key MultiVolume.FrameLabels (Siemens.B-value)"


@pytest.mark.parametrize("tag", ["AcquisitionTime", "InstanceNumber", "FlipAngle", "", "Siemens.B-values"])
def test_frame_labels_of_another_tag_are_no_b_values(tmp_path, tag):
    assert b_values_of_labels("0,800,1400,2000", tag) is None
    path = nrrd(tmp_path / "mv.nrrd", [signal(b) for b in B_VALUES], labels(B_VALUES, tag))
    assert "The b-values are not known" in refused(path)


@pytest.mark.parametrize("tag", ["Siemens.B-value", "GE.B-value", "Philips.B-value", "Standard.B-value"])
def test_frame_labels_of_every_b_value_tag_are_believed(tag):
    assert b_values_of_labels("0.0,800.0,1400,2e3", tag) == [0, 800, 1400, 2000]


def test_frame_labels_that_do_not_fit_the_frames_are_refused(tmp_path):
    path = nrrd(tmp_path / "mv.nrrd", [signal(b) for b in B_VALUES], labels((0, 800, 2000)))
    assert "needed 4 values" in refused(path)


def test_dwmri_nrrd_takes_its_b_values_from_the_lengths_of_the_gradients(tmp_path):
    """b = b_max |g|^2: gradients of length 1 at b 1400 and of sqrt(800/1400) at b 800."""
    short = float(np.sqrt(800 / 1400))
    axes = np.eye(3)
    gradients = (
        {0: (0, 0, 0)}
        | {1 + n: tuple(short * axes[n]) for n in range(3)}
        | {4 + n: tuple(axes[n]) for n in range(3)}
    )
    volumes = [signal(0), *(signal(800, n) for n in range(3)), *(signal(1400, n) for n in range(3))]
    series = read_dwi([nrrd(tmp_path / "dwi.nrrd", volumes, dwmri(1400, gradients))])
    assert series.b_values == (0, 800, 1400)
    assert series.averages == (1, 3, 3)
    assert series.images[2].source == "NRRD keys DWMRI_b-value and DWMRI_gradient"


def test_dwmri_repetitions_stand_for_the_volumes_that_follow(tmp_path):
    volumes = [signal(0), signal(0), *(signal(800, n) for n in range(3))]
    gradients = {0: (0, 0, 0)} | {2 + n: tuple(np.eye(3)[n]) for n in range(3)}
    series = read_dwi([nrrd(tmp_path / "dwi.nrrd", volumes, dwmri(800, gradients, {0: 2}))])
    assert series.averages == (2, 3)
    assert series.images[0].note == "mean of 2 images"


@pytest.mark.parametrize(
    ("gradients", "expected"),
    [
        (dict.fromkeys(range(4), (0, 0, 0)), "zero gradients only"),
        ({0: (0, 0, 0), 1: (0.5, 0, 0), 2: (0, float("nan"), 0), 3: (0, 0, 0.5)}, "not complete"),
        ({0: (0, 0, 0), 1: (1, 0, 0)}, "not complete"),
        ({0: (0, 0, 0), 1: (1, 0), 2: (0, 1, 0), 3: (0, 0, 1)}, "not complete"),
    ],
    ids=["isotropic", "NaN", "too few", "two numbers"],
)
def test_dwmri_keys_that_do_not_tell_b_values_are_refused(tmp_path, gradients, expected):
    path = nrrd(tmp_path / "dwi.nrrd", [signal(b) for b in B_VALUES], dwmri(2000, gradients))
    assert expected in refused(path)
    all_right(read_dwi([path], b_values=B_VALUES))


@pytest.mark.parametrize("encoding", ["raw", "gzip"])
def test_a_truncated_nrrd_is_refused(tmp_path, encoding):
    path = nrrd(tmp_path / "mv.nrrd", [signal(b) for b in B_VALUES], labels(B_VALUES), encoding=encoding)
    content = path.read_bytes()
    path.write_bytes(content[: int(0.8 * len(content))])
    assert "truncated" in refused(path)


@pytest.mark.parametrize("encoding", ["raw", "gzip"])
def test_a_nrrd_that_claims_far_more_than_it_holds_takes_no_memory(tmp_path, encoding):
    path = nrrd(tmp_path / "mv.nrrd", [signal(b) for b in B_VALUES], labels(B_VALUES), encoding=encoding)
    text = path.read_bytes().replace(b"sizes: 4 20 24 5", b"sizes: 4 999 999 500")
    path.write_bytes(text)
    assert "truncated" in refused(path) or "too large" in refused(path)


# ---------------------------------------------------------------- one file for each b-value
@pytest.mark.parametrize("suffix", [".nrrd", ".nii.gz", ".mha"])
def test_one_3d_file_for_each_b_value_in_the_order_of_the_typed_b_values(tmp_path, suffix):
    paths = []
    for n, b in enumerate((2000, 0, 1400, 800)):
        path = tmp_path / f"image{n}{suffix}"
        sitk.WriteImage(GRID.to_sitk(signal(b).astype(np.int16)), str(path))
        paths.append(path)
    all_right(read_dwi(paths, b_values=(2000, 0, 1400, 800)))


def test_file_names_are_the_last_resort_and_need_confirmation(tmp_path):
    paths = []
    for b in B_VALUES:
        path = tmp_path / f"case_b{b:g}.nrrd"
        sitk.WriteImage(GRID.to_sitk(signal(b).astype(np.int16)), str(path))
        paths.append(path)
    message = refused(paths)
    assert "The file names suggest 0,800,1400,2000: confirm them (--b-values 0,800,1400,2000)" in message
    all_right(read_dwi(paths, b_values=B_VALUES))


def test_too_few_typed_b_values_are_refused(tmp_path):
    path = write_4d(tmp_path / "dwi.nii.gz", [signal(b) for b in B_VALUES])
    assert "do not fit" in refused(path, b_values=(0, 800, 2000))


def test_files_on_different_grids_are_refused(tmp_path):
    paths = []
    for n, b in enumerate(B_VALUES):
        image = GRID.to_sitk(signal(b).astype(np.int16))
        if n == 2:
            image.SetOrigin((10.0, -20.0, 30.01))
        path = tmp_path / f"{n}.nrrd"
        sitk.WriteImage(image, str(path))
        paths.append(path)
    assert "different grids" in refused(paths, b_values=B_VALUES)


def test_a_segmentation_beside_the_images_is_no_image(tmp_path):
    nrrd(tmp_path / "mv.nrrd", [signal(b) for b in B_VALUES], labels(B_VALUES))
    sitk.WriteImage(GRID.to_sitk(signal(0).astype(np.uint8)), str(tmp_path / "voi.seg.nrrd"))
    all_right(read_dwi([tmp_path]))


# ---------------------------------------------------------------- volumes that are there already (scene)
def test_volumes_of_a_scene_are_put_together_by_the_same_rules():
    volumes = [Volume(signal(b), b, "frame label") for b in (800.0, 0.0, 2000.0, 1400.0)]
    all_right(series_of_volumes(volumes, GRID))


def test_clipped_voxels_are_found_by_their_pile(tmp_path):
    volumes = [np.minimum(signal(b).astype(int) * 3, 4095) for b in B_VALUES]
    path = nrrd(tmp_path / "mv.nrrd", volumes, labels(B_VALUES))
    assert read_dwi([path]).saturation == 4095
    path = nrrd(tmp_path / "whole.nrrd", [signal(b) for b in B_VALUES], labels(B_VALUES))
    assert read_dwi([path]).saturation is None


# ---------------------------------------------------------------- numbers that were stored too short
@pytest.mark.parametrize("factor", [17, 19, 22, 26, 40, 60])
def test_numbers_that_wrapped_in_16_bits_are_said(tmp_path, factor):
    """Above 32,767 a signed 16-bit number comes back negative: few voxels of b 0, or most of them."""
    volumes = [(signal(b).astype(np.int64) * factor).astype(np.int16) for b in B_VALUES]
    path = write_4d(tmp_path / "dwi.nii.gz", volumes)
    (tmp_path / "dwi.bval").write_text("0 800 1400 2000")
    count = int(sum((volume < 0).sum() for volume in volumes))
    assert count > 0
    try:
        said = " ".join(read_dwi([path]).warnings)
    except ImageError as error:
        said = str(error)
    assert "negative" in said and "wrapped" in said


@pytest.mark.parametrize("value", [0, -100, np.nan])
def test_images_that_give_no_value_are_an_error(tmp_path, value):
    from HER2LowMRILib.workflow.compute_maps import compute_maps

    volumes = [np.full(SHAPE, value, np.float32) for _ in B_VALUES]
    image = sitk.JoinSeries([GRID.to_sitk(volume) for volume in volumes])
    sitk.WriteImage(image, str(tmp_path / "dwi.nii"))
    series = read_dwi([tmp_path / "dwi.nii"], b_values=B_VALUES)
    with pytest.raises(ImageError, match="no value of ADC and D_app and K_app"):
        compute_maps(series)
