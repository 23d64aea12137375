"""NIfTI files: every form is read or refused by name, the place is that of Slicer, and a second one is never silent.

All images are synthetic. The place is compared with SimpleITK's, which is what Slicer shows.
"""

import shutil
import struct

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.intake.image_files import read_image
from HER2LowMRILib.images.map_files import read_maps, write_maps
from HER2LowMRILib.images.voi_files import read_voi, write_voi
from HER2LowMRILib.workflow.compute_maps import compute_maps
from images.nifti_bytes import nifti_bytes, random_place, write_nifti, write_pair
from images.vendor_series import B_VALUES, SHAPE, signal

VOLUMES = [signal(b).astype(np.int16) for b in B_VALUES]
FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])


def table(folder, name="dwi"):
    (folder / f"{name}.bval").write_text("0 800 1400 2000")


def same_images(series):
    assert series.b_values == B_VALUES
    for array, volume in zip(series.signals, VOLUMES, strict=True):
        assert np.array_equal(array, volume)


def refused(read):
    with pytest.raises(HER2LowMRIError) as caught:
        read()
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ---------------------------------------------------------------- forms
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    "form", ["plain", "packed", "packed, named .nii", "plain, named .nii.gz", "pair", "padded"]
)
def test_every_form_gives_the_same_images(tmp_path, form, version, order):
    fields = {"ras": random_place(3), "version": version, "order": order}
    table(tmp_path)
    if form == "pair":
        path = write_pair(tmp_path, "dwi", VOLUMES, **fields)
        same_images(read_dwi([path.with_suffix(".img")]))
    elif form == "padded":
        header, voxels = nifti_bytes(VOLUMES, **fields, offset=1024)
        path = tmp_path / "dwi.nii"
        path.write_bytes(header.ljust(1024, b"\1") + voxels + b"\0" * 64)
    else:
        name = "dwi.nii" if form in ("plain", "packed, named .nii") else "dwi.nii.gz"
        path = write_nifti(tmp_path / name, VOLUMES, packed=form.startswith("packed"), **fields)
    series = read_dwi([path])
    same_images(series)
    same_images(read_dwi([tmp_path]))
    expected = FLIP @ random_place(3)
    assert np.allclose(series.grid.ijk_to_lps(), expected, atol=1e-4)
    assert ("pair" in series.form) == (form == "pair")


@pytest.mark.parametrize(
    "dims",
    [
        (20, 24, 5, 1, 4),
        (20, 24, 5, 4, 1),
        (20, 24, 5, 1, 1, 4),
        (20, 24, 5, 1, 1, 1, 4),
        (20, 24, 5, 4, 1, 1, 1),
    ],
)
def test_volumes_may_stand_in_any_further_dimension(tmp_path, dims):
    table(tmp_path)
    same_images(read_dwi([write_nifti(tmp_path / "dwi.nii.gz", VOLUMES, dims=dims)]))


@pytest.mark.parametrize("dims", [(20, 24, 5, 2, 2), (20, 24, 5, 2, 1, 2), (20, 120), (2400,)])
def test_two_further_dimensions_are_refused(tmp_path, dims):
    table(tmp_path)
    path = write_nifti(tmp_path / "dwi.nii.gz", VOLUMES, dims=dims)
    assert "dimensions" in refused(lambda: read_dwi([path])) or "not a volume" in refused(
        lambda: read_dwi([path])
    )


@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"])
def test_numbers_of_every_kind_are_read(tmp_path, kind):
    volumes = [np.clip(volume // 40, 0, 120).astype(kind) for volume in VOLUMES]
    image = read_image(write_nifti(tmp_path / "a.nii.gz", volumes))
    assert all(np.array_equal(a, b) for a, b in zip(image.volumes, volumes, strict=True))


@pytest.mark.parametrize("missing", [".hdr", ".img"])
def test_half_a_pair_is_refused_by_name(tmp_path, missing):
    path = write_pair(tmp_path, "dwi", VOLUMES)
    path.with_suffix(missing).unlink()
    rest = path.with_suffix(".img" if missing == ".hdr" else ".hdr")
    message = refused(lambda: read_image(rest))
    assert "pair" in message and ".hdr" in message and ".nii.gz" in message


def test_an_analyze_file_says_nothing_of_left_and_right(tmp_path):
    write_pair(tmp_path, "dwi", VOLUMES, magic=b"\0\0\0\0")
    table(tmp_path)
    message = refused(lambda: read_dwi([tmp_path / "dwi.img"]))
    assert "Analyze" in message and "dcm2niix" in message


@pytest.mark.parametrize(
    ("slope", "intercept", "said"),
    [
        (0.0, 5.0, True),
        (0.0, -1000.0, True),
        (0.0, float("nan"), True),
        (float("nan"), 0.0, True),
        (float("inf"), 3.0, True),
        (0.0, 0.0, False),
        (1.0, 0.0, False),
    ],
)
def test_a_slope_that_scales_nothing_leaves_the_numbers_as_they_are(tmp_path, slope, intercept, said):
    """NIfTI-1: where scl_slope is 0, nothing is scaled, and the intercept means nothing either."""
    table(tmp_path)
    series = read_dwi([write_nifti(tmp_path / "dwi.nii.gz", VOLUMES, scale=(slope, intercept))])
    same_images(series)
    assert any("scale" in warning for warning in series.warnings) == said


def test_what_is_said_of_images_names_no_file_because_it_goes_into_tables(tmp_path):
    table(tmp_path, "MILLER_ANNA")
    series = read_dwi([write_nifti(tmp_path / "MILLER_ANNA.nii.gz", VOLUMES, scale=(0.0, 5.0))])
    assert series.warnings
    assert not [warning for warning in series.warnings if "MILLER" in str(warning)]


@pytest.mark.parametrize(
    ("slope", "intercept"), [(0.5, 0.0), (2.0, 10.0), (-1.0, 3000.0), (1.0, 5.0), (1e-3, 0.0)]
)
def test_a_scale_is_applied(tmp_path, slope, intercept):
    image = read_image(write_nifti(tmp_path / "a.nii", VOLUMES, scale=(slope, intercept)))
    for array, volume in zip(image.volumes, VOLUMES, strict=True):
        assert array.dtype == np.float32 and np.allclose(array, volume * slope + intercept, rtol=1e-6)


def test_an_intercept_that_is_no_number_is_refused(tmp_path):
    path = write_nifti(tmp_path / "a.nii", VOLUMES, scale=(2.0, float("nan")))
    assert "scale" in refused(lambda: read_image(path))


# ---------------------------------------------------------------- place
@pytest.mark.parametrize("codes", [(1, 0), (0, 1), (0, 2), (1, 1), (2, 1), (1, 2), (4, 4), (0, 0)])
@pytest.mark.parametrize("seed", range(5))
def test_the_place_is_that_of_slicer(tmp_path, seed, codes):
    path = write_nifti(tmp_path / "a.nii.gz", VOLUMES[:1], ras=random_place(seed), codes=codes)
    image = read_image(path)
    assert image.grid.same_as(ImageGrid.from_sitk(sitk.ReadImage(str(path))), 1e-3)
    assert image.grid.also_stated is None
    assert any("states no position" in text for text in image.warnings) == (codes == (0, 0))


def shifted(matrix, millimetres):
    moved = matrix.copy()
    moved[:3, 3] += millimetres
    return moved


MOVES = {
    "5 mm": lambda m: shifted(m, (5.1, 0, 0)),
    "a whole voxel": lambda m: shifted(m, m[:3, 0]),
    "three whole slices": lambda m: shifted(m, 3 * m[:3, 2]),
    "part of a voxel": lambda m: shifted(m, 0.4 * m[:3, 1]),
    "mirrored": lambda m: np.diag([-1, 1, 1, 1]) @ m,
    "turned by 3 degrees": lambda m: m @ turned(3),
}


def turned(degrees):
    matrix, angle = np.eye(4), np.radians(degrees)
    matrix[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return matrix


ISOTROPIC = (1.5, 1.5, 4.5)


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("codes", [(1, 2), (1, 1), (2, 4)])
def test_two_places_in_one_file_are_said_and_a_voi_on_the_other_is_refused(tmp_path, move, codes):
    """qform and sform disagree: what Slicer shows is used, and a VOI that another program put elsewhere is refused,
    also after the maps were written and read again."""
    scanner = random_place(7, ISOTROPIC)
    aligned = move(scanner)
    table(tmp_path)
    path = write_nifti(tmp_path / "dwi.nii.gz", VOLUMES, qform=scanner, sform=aligned, codes=codes)
    series = read_dwi([path])
    assert series.grid.same_as(ImageGrid.from_sitk(sitk.ReadImage(str(path))), 1e-3)
    assert any("two positions" in warning for warning in series.warnings)
    write_maps(compute_maps(series).maps, series.grid, tmp_path / "maps")
    _, grid = read_maps(tmp_path / "maps")
    mask = np.zeros(SHAPE, np.uint8)
    mask[1:4, 5:15, 6:14] = 1
    used, other = (aligned, scanner) if codes[1] == 1 else (scanner, aligned)
    elsewhere = write_nifti(tmp_path / "elsewhere.nii.gz", [mask], ras=other, codes=(0, 2))
    message = refused(lambda: read_voi(elsewhere, grid))
    assert "qform and sform" in message
    here = write_nifti(tmp_path / "here.nii.gz", [mask], ras=used, codes=(0, 1))
    assert np.array_equal(read_voi(here, grid).mask, mask != 0)
    # Drawn on the maps in Slicer, and cropped as Slicer crops it.
    part = np.ascontiguousarray(mask[1:4, 5:15, 6:14]) != 0
    corner = grid.ijk_to_lps() @ [6, 5, 1, 1]
    cropped = ImageGrid((8, 10, 3), grid.spacing_mm, tuple(corner[:3]), grid.direction)
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": part}, cropped)
    assert np.array_equal(read_voi(tmp_path / "voi.seg.nrrd", grid).mask, mask != 0)


def test_a_voi_with_two_places_is_refused_where_one_of_them_is_that_of_the_map(tmp_path):
    scanner = random_place(8)
    mask = np.zeros(SHAPE, np.uint8)
    mask[1:4, 5:15, 6:14] = 1
    grid = read_image(write_nifti(tmp_path / "map.nii", [mask], ras=scanner)).grid
    voi = write_nifti(
        tmp_path / "v.nii", [mask], qform=shifted(scanner, (3, 0, 0)), sform=scanner, codes=(1, 2)
    )
    assert "qform and sform" in refused(lambda: read_voi(voi, grid))


def test_places_that_differ_by_rounding_are_one(tmp_path):
    scanner = random_place(9)
    path = write_nifti(
        tmp_path / "a.nii", VOLUMES[:1], qform=scanner, sform=shifted(scanner, (0.01, -0.02, 0.01))
    )
    image = read_image(path)
    assert image.warnings == () and image.grid.also_stated is None


def test_a_spacing_that_contradicts_the_sform_is_said(tmp_path):
    path = write_nifti(
        tmp_path / "a.nii", VOLUMES[:1], ras=random_place(9), codes=(0, 1), spacing=(1.9, 1.25, 4.5)
    )
    assert any("two positions" in text for text in read_image(path).warnings)


@pytest.mark.parametrize("skew", [2e-4, 4e-4, 1e-3])
@pytest.mark.parametrize("seed", range(3))
def test_an_sform_that_is_nearly_orthogonal_is_mended_and_said(tmp_path, skew, seed):
    """Written with few digits, as by programs that print three decimals; ITK refuses it."""
    place = random_place(seed)
    place[:3, 0] += skew * np.linalg.norm(place[:3, 0]) / np.linalg.norm(place[:3, 1]) * place[:3, 1]
    path = write_nifti(
        tmp_path / "a.nii.gz", VOLUMES[:1], qform=random_place(seed), sform=place, codes=(0, 1)
    )
    image = read_image(path)
    assert any("not orthogonal" in text and "sform" in text for text in image.warnings)
    assert np.abs(image.grid.corners_mm() - image.grid.corners_mm(FLIP @ place)).max() < 0.1


@pytest.mark.parametrize("skew", [0.1, 0.3, 0.9])
def test_a_sheared_sform_is_refused(tmp_path, skew):
    place = random_place(4)
    place[:3, 0] += skew * place[:3, 1]
    path = write_nifti(tmp_path / "a.nii.gz", VOLUMES[:1], qform=random_place(4), sform=place, codes=(0, 1))
    assert "right angles" in refused(lambda: read_image(path))


@pytest.mark.parametrize(("units", "factor"), [(1, 1000.0), (2, 1.0), (3, 0.001), (0, 1.0)])
def test_lengths_may_be_metres_or_micrometres(tmp_path, units, factor):
    place = random_place(5)
    stated = place.copy()
    stated[:3] /= factor
    path = write_nifti(tmp_path / "a.nii.gz", VOLUMES[:1], ras=stated, units=units)
    assert np.allclose(read_image(path).grid.ijk_to_lps(), FLIP @ place, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize(
    ("at", "value"), [(80, np.nan), (268, np.inf), (280, np.nan), (256, np.nan), (108, np.inf)]
)
def test_a_position_that_is_no_number_is_refused(tmp_path, at, value):
    header, voxels = nifti_bytes(VOLUMES[:1])
    data = bytearray(header)
    struct.pack_into("<f", data, at, value)
    (tmp_path / "a.nii").write_bytes(bytes(data) + voxels)
    assert "no usable position" in refused(lambda: read_image(tmp_path / "a.nii"))


# ---------------------------------------------------------------- damage
@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.98])
def test_a_file_that_was_cut_off_is_refused(tmp_path, name, part):
    path = write_nifti(tmp_path / name, VOLUMES)
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    with pytest.raises(ImageError):
        read_image(path)


@pytest.mark.parametrize("seed", range(10))
def test_a_flipped_bit_in_a_packed_file_is_told_by_its_sum(tmp_path, seed):
    path = write_nifti(tmp_path / "a.nii.gz", VOLUMES)
    content = bytearray(path.read_bytes())
    at = int(np.random.default_rng(seed).integers(600, len(content) - 8))
    content[at] ^= 4
    path.write_bytes(content)
    with pytest.raises(ImageError):
        read_image(path)


def test_copies_of_pairs_without_their_voxels_are_no_images(tmp_path):
    path = write_pair(tmp_path, "dwi", VOLUMES)
    (tmp_path / "sub").mkdir()
    shutil.copy(path, tmp_path / "sub")
    table(tmp_path)
    same_images(read_dwi([tmp_path]))
