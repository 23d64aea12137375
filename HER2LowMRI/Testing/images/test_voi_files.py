"""VOI files: what Slicer writes is read, what is written Slicer opens, and a VOI is never moved without a word.

All segmentations are synthetic.
"""

import itertools
import zlib

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.segment_names import distinct_names
from HER2LowMRILib.images.voi_files import read_segmentation, read_voi, write_voi
from images.test_intake_mutations import peak_memory

TURN = np.radians(20)
OBLIQUE = ImageGrid(
    (20, 18, 10),
    (1.5, 2.0, 4.0),
    (-31.0, 12.5, 70.0),
    (np.cos(TURN), -np.sin(TURN), 0.0, np.sin(TURN), np.cos(TURN), 0.0, 0.0, 0.0, 1.0),
)
BIG = ImageGrid((256, 256, 100), (1.0, 1.0, 2.0))


def box(grid=OBLIQUE, k=(2, 6), j=(5, 12), i=(4, 11)):
    mask = np.zeros(grid.shape, bool)
    mask[slice(*k), slice(*j), slice(*i)] = True
    return mask


LESION, NECROSIS, CYST = box(), box(k=(3, 5), j=(7, 9), i=(6, 8)), box(k=(3, 4), j=(8, 14), i=(9, 13))


def refused(path, grid=OBLIQUE, **options):
    with pytest.raises(ImageError) as caught:
        read_voi(path, grid, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ---------------------------------------------------------------- our own files
def test_what_is_written_is_read_back_overlaps_and_all(tmp_path):
    masks = {"lesion": LESION, "necrosis": NECROSIS, "cyst": CYST, "vessel": np.zeros(OBLIQUE.shape, bool)}
    write_voi(tmp_path / "voi.seg.nrrd", masks, OBLIQUE)
    found = read_segmentation(tmp_path / "voi.seg.nrrd")
    assert found.grid.same_as(OBLIQUE)
    assert list(found.masks) == list(masks)
    assert all(np.array_equal(found.masks[name], mask) for name, mask in masks.items())


def test_the_same_masks_give_the_same_bytes(tmp_path):
    for name in ("a.seg.nrrd", "b.seg.nrrd"):
        write_voi(tmp_path / name, {"lesion": LESION}, OBLIQUE)
    assert (tmp_path / "a.seg.nrrd").read_bytes() == (tmp_path / "b.seg.nrrd").read_bytes()


def test_the_voi_is_the_lesion_without_what_the_reader_left_out(tmp_path):
    masks = {"lesion": LESION, "necrosis": NECROSIS, "cyst": CYST}
    write_voi(tmp_path / "voi.seg.nrrd", masks, OBLIQUE)
    voi = read_voi(tmp_path / "voi.seg.nrrd", OBLIQUE)
    assert np.array_equal(voi.mask, LESION & ~NECROSIS & ~CYST)
    assert (voi.segments, voi.excluded, voi.resampled, voi.warnings) == (
        ("lesion",),
        ("necrosis", "cyst"),
        False,
        (),
    )


@pytest.mark.parametrize("name", ["Hemorrhage", "NECROSIS", "vessels", " cyst "])
def test_exclusions_are_known_in_the_spellings_readers_use(tmp_path, name):
    write_voi(tmp_path / "voi.seg.nrrd", {"Tumour": LESION, name: NECROSIS}, OBLIQUE)
    assert np.array_equal(read_voi(tmp_path / "voi.seg.nrrd", OBLIQUE).mask, LESION & ~NECROSIS)


def test_several_segments_can_be_the_voi(tmp_path):
    write_voi(tmp_path / "voi.seg.nrrd", {"main": LESION, "satellite": CYST, "necrosis": NECROSIS}, OBLIQUE)
    voi = read_voi(tmp_path / "voi.seg.nrrd", OBLIQUE, segments=("main", "satellite"))
    assert np.array_equal(voi.mask, (LESION | CYST) & ~NECROSIS)
    assert "Choose it" in refused(tmp_path / "voi.seg.nrrd")
    assert "there" in refused(tmp_path / "voi.seg.nrrd", segments=("third",))


# ---------------------------------------------------------------- segments of one name
SECOND_CYST = box(k=(4, 6), j=(5, 8), i=(4, 6))


def named_alike(path, *segments):
    """A file as Slicer writes it, in which segments may have one name: (name, mask) each."""
    placeholders = {f"placeholder{n}": mask for n, (_, mask) in enumerate(segments)}
    write_voi(path, placeholders, OBLIQUE)
    content = path.read_bytes()
    for n, (name, _) in enumerate(segments):
        content = content.replace(f"_Name:=placeholder{n}\n".encode(), f"_Name:={name}\n".encode())
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "names",
    [
        ("cyst", "cyst"),
        ("cyst 1", "cyst 2"),
        ("cyst_1", "cyst_2"),
        ("Cysts", "cyst"),
        ("cyst", "cyst (2)"),
        ("vessel #1", "Vessels"),
        ("necrosis-1", "NECROSIS"),
        ("haemorrhage", "Hemorrhage"),
        ("cyst", "necrosis 12"),
    ],
)
def test_all_exclusions_are_cut_out_also_those_of_one_name(tmp_path, names):
    path = named_alike(
        tmp_path / "voi.seg.nrrd", ("lesion", LESION), (names[0], CYST), (names[1], SECOND_CYST)
    )
    voi = read_voi(path, OBLIQUE)
    assert np.array_equal(voi.mask, LESION & ~CYST & ~SECOND_CYST)
    assert len(voi.excluded) == 2


@pytest.mark.parametrize(
    "names",
    [
        ("lesion", "lesion"),
        ("lesion 1", "lesion 2"),
        ("Tumor", "tumour"),
        ("lesion", "Lesion_2"),
        ("Segment_1", "Segment_2"),
        ("mass", "mass"),
    ],
)
def test_two_lesions_are_asked_for_and_joined_on_request(tmp_path, names):
    path = named_alike(tmp_path / "voi.seg.nrrd", (names[0], LESION), (names[1], SECOND_CYST), ("cyst", CYST))
    message = refused(path)
    assert "Which segment is the lesion cannot be told" in message and "to join them" in message
    titles = tuple(read_segmentation(path).masks)[:2]
    assert len(set(titles)) == 2 and all(title in message for title in titles)
    assert np.array_equal(read_voi(path, OBLIQUE, segments=titles).mask, (LESION | SECOND_CYST) & ~CYST)
    assert np.array_equal(read_voi(path, OBLIQUE, segments=titles[1:]).mask, SECOND_CYST & ~CYST)


def test_a_name_that_stands_twice_names_neither(tmp_path):
    path = named_alike(tmp_path / "voi.seg.nrrd", ("lesion", LESION), ("lesion", SECOND_CYST))
    assert "there more than once" in refused(path, segments=("lesion",))
    assert np.array_equal(read_voi(path, OBLIQUE, segments=("lesion (1)",)).mask, LESION)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a"], ["a (1)", "a (2)"]),
        (["a", "a (1)", "a"], ["a (2)", "a (1)", "a (3)"]),
        (["a", "b", "a", "b", "a"], ["a (1)", "b (1)", "a (2)", "b (2)", "a (3)"]),
    ],
)
def test_no_segment_takes_the_place_of_another(names, expected):
    assert distinct_names(names) == expected


# ---------------------------------------------------------------- one file, and no more memory than it holds
@pytest.mark.parametrize("suffix", [".nhdr", ".seg.nhdr", ".mhd", ".hdr", ".nrrd", ".mha"])
def test_a_voi_whose_voxels_lie_in_another_file_is_refused(tmp_path, suffix):
    """They could be changed after the VOI was signed, or lie anywhere."""
    image = OBLIQUE.to_sitk(LESION.astype(np.uint8))
    if suffix == ".nrrd":
        sitk.WriteImage(image, str(tmp_path / "other.nhdr"))
        (tmp_path / "voi.nrrd").write_bytes((tmp_path / "other.nhdr").read_bytes())
    elif suffix == ".mha":
        sitk.WriteImage(image, str(tmp_path / "other.mhd"))
        (tmp_path / "voi.mha").write_bytes((tmp_path / "other.mhd").read_bytes())
    else:
        sitk.WriteImage(image, str(tmp_path / f"voi{'.img' if suffix == '.hdr' else suffix}"))
    message = refused(tmp_path / f"voi{suffix}")
    assert "voxels lie in another file" in message and "one file" in message


@pytest.mark.parametrize(
    ("sizes", "segments"),
    [("640 640 576", 255), ("2048 1024 1024", 1), ("1024 1024 2000", 255), ("99999 99999 99999", 1)],
    ids=["225 MiB", "2 GiB", "2 GiB of 255 segments", "a million GiB"],
)
def test_a_small_file_that_claims_many_voxels_takes_no_memory(tmp_path, sizes, segments):
    """A few kilobytes of zeros, packed: what they claim stands in the header."""
    keys = "".join(
        f"Segment{n}_ID:=S{n}\nSegment{n}_Name:=s{n}\nSegment{n}_LabelValue:={n + 1}\nSegment{n}_Layer:=0\n"
        for n in range(segments)
    )
    header = (
        f"NRRD0004\ntype: unsigned char\ndimension: 3\nsizes: {sizes}\nspace: left-posterior-superior\n"
        "space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\nkinds: domain domain domain\n"
        f"encoding: gzip\n{keys}\n"
    )
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    rest = b"".join(packed.compress(bytes(2**20)) for _ in range(64)) + packed.flush()
    (tmp_path / "voi.seg.nrrd").write_bytes(header.encode() + rest)
    before = peak_memory()
    refused(tmp_path / "voi.seg.nrrd")
    assert peak_memory() - before < 64 * 2**20


def test_255_segments_take_the_memory_of_one(tmp_path):
    names = {f"part {n}": np.zeros(BIG.shape, bool) for n in range(2)}
    names["part 0"][3, 4:9, 4:9] = True
    names["lesion"] = np.zeros(BIG.shape, bool)
    names["lesion"][5, 40:50, 40:50] = True
    write_voi(tmp_path / "voi.seg.nrrd", names, BIG)
    content = (tmp_path / "voi.seg.nrrd").read_bytes()
    header, voxels = content.split(b"\n\n", 1)
    more = "".join(
        f"\nSegment{n}_ID:=S{n}\nSegment{n}_Name:=s{n}\nSegment{n}_LabelValue:={n}\nSegment{n}_Layer:=0"
        for n in range(3, 255)
    )
    (tmp_path / "voi.seg.nrrd").write_bytes(header + more.encode() + b"\n\n" + voxels)
    before = peak_memory()
    assert read_voi(tmp_path / "voi.seg.nrrd", BIG).mask.sum() == 100
    assert peak_memory() - before < 8 * BIG.shape[0] * BIG.shape[1] * BIG.shape[2]


@pytest.mark.parametrize("name", ["", "  ", "two\nlines"])
def test_a_segment_without_a_usable_name_is_refused(tmp_path, name):
    with pytest.raises(ImageError, match="usable name"):
        write_voi(tmp_path / "voi.seg.nrrd", {name: LESION}, OBLIQUE)
    assert not (tmp_path / "voi.seg.nrrd").exists()


def test_a_mask_of_another_shape_is_refused(tmp_path):
    with pytest.raises(ImageError, match="does not fit its grid"):
        write_voi(tmp_path / "voi.seg.nrrd", {"lesion": LESION[1:]}, OBLIQUE)


# ---------------------------------------------------------------- Slicer's files
@pytest.fixture
def scene():
    from slicer_session import application
    from slicer_session.printed_errors import none_printed

    with none_printed():
        yield application.start()


def slicer_reads(scene, path):
    import slicer

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    storage = scene.AddNewNodeByClass("vtkMRMLSegmentationStorageNode")
    storage.SetFileName(str(path))
    assert storage.ReadData(node)
    reference = slicer.vtkMRMLScalarVolumeNode()
    return node, reference


def test_slicer_opens_the_file_with_names_colours_and_the_same_voxels(scene, tmp_path):
    import slicer.util

    masks = {"lesion": LESION, "necrosis": NECROSIS, "cyst": CYST}
    write_voi(tmp_path / "voi.seg.nrrd", masks, OBLIQUE)
    node, _ = slicer_reads(scene, tmp_path / "voi.seg.nrrd")
    volume = slicer.util.addVolumeFromArray(LESION.astype(np.uint8))
    matrix = slicer.util.vtkMatrixFromArray(np.diag([-1, -1, 1, 1]) @ OBLIQUE.ijk_to_lps())
    volume.SetIJKToRASMatrix(matrix)
    segmentation = node.GetSegmentation()
    assert [segmentation.GetNthSegment(n).GetName() for n in range(3)] == ["lesion", "necrosis", "cyst"]
    colors = [segmentation.GetNthSegment(n).GetColor() for n in range(3)]
    assert colors[0] == (0.9, 0.62, 0.0) and len(set(colors)) == 3
    for n, mask in enumerate(masks.values()):
        array = slicer.util.arrayFromSegmentBinaryLabelmap(node, segmentation.GetNthSegmentID(n), volume)
        assert np.array_equal(array.astype(bool), mask)


def test_a_file_written_by_slicer_with_cropped_overlapping_segments_is_read_in_place(scene, tmp_path):
    """Slicer stores only the extent of the segments, and overlapping ones in layers of a 4D file."""
    import slicer.util

    volume = slicer.util.addVolumeFromArray(LESION.astype(np.uint8))
    volume.SetIJKToRASMatrix(slicer.util.vtkMatrixFromArray(np.diag([-1, -1, 1, 1]) @ OBLIQUE.ijk_to_lps()))
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    masks = {"Lesion": LESION, "Necrosis": NECROSIS, "Cyst": CYST}
    for name, mask in masks.items():
        segment = node.GetSegmentation().AddEmptySegment(name, name, (1, 0, 0))
        slicer.util.updateSegmentBinaryLabelmapFromArray(mask.astype(np.uint8), node, segment, volume)
    storage = scene.AddNewNodeByClass("vtkMRMLSegmentationStorageNode")
    storage.SetCropToMinimumExtent(True)
    storage.SetFileName(str(tmp_path / "voi.seg.nrrd"))
    assert storage.WriteData(node)
    segmentation = read_segmentation(tmp_path / "voi.seg.nrrd")
    assert segmentation.grid.size_ijk != OBLIQUE.size_ijk, "the file is cropped, or this test shows nothing"
    voi = read_voi(tmp_path / "voi.seg.nrrd", OBLIQUE)
    assert np.array_equal(voi.mask, LESION & ~NECROSIS & ~CYST)
    assert not voi.resampled


def test_a_file_of_slicer_4_10_with_a_layer_for_every_segment_is_read(tmp_path):
    """Then neither label nor layer stood in the header."""
    path = tmp_path / "voi.seg.nrrd"
    write_voi(path, {"lesion": LESION, "necrosis": NECROSIS}, OBLIQUE)
    header, data = path.read_bytes().split(b"\n\n", 1)
    lines = [line for line in header.split(b"\n") if b"_LabelValue" not in line and b"_Layer" not in line]
    path.write_bytes(b"\n".join(lines) + b"\n\n" + data)
    found = read_segmentation(path)
    assert np.array_equal(found.masks["lesion"], LESION) and np.array_equal(found.masks["necrosis"], NECROSIS)


# ---------------------------------------------------------------- label maps
@pytest.mark.parametrize("suffix", [".nrrd", ".nii.gz", ".mha"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_a_label_map_with_one_label_is_the_voi(tmp_path, suffix, dtype):
    path = tmp_path / f"voi{suffix}"
    sitk.WriteImage(OBLIQUE.to_sitk(LESION.astype(dtype) * 3), str(path))
    voi = read_voi(path, OBLIQUE)
    assert np.array_equal(voi.mask, LESION)
    assert voi.segments == ("label 3",)


def test_of_several_labels_one_is_chosen_by_its_number(tmp_path):
    path = tmp_path / "voi.nrrd"
    sitk.WriteImage(OBLIQUE.to_sitk(np.where(LESION, 2, 0).astype(np.uint8) + box(k=(8, 9))), str(path))
    assert "cannot be told" in refused(path)
    assert np.array_equal(read_voi(path, OBLIQUE, segments=("2",)).mask, LESION)


def test_an_image_is_no_label_map(tmp_path):
    path = tmp_path / "t2.nrrd"
    sitk.WriteImage(OBLIQUE.to_sitk(np.random.default_rng(1).random(OBLIQUE.shape)), str(path))
    assert "not a segmentation" in refused(path)


# ---------------------------------------------------------------- empty, outside
def test_an_empty_voi_is_refused(tmp_path):
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": np.zeros(OBLIQUE.shape, bool)}, OBLIQUE)
    assert "The VOI is empty" in refused(tmp_path / "voi.seg.nrrd")


def test_a_voi_that_is_excluded_as_a_whole_is_refused(tmp_path):
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": NECROSIS, "necrosis": LESION}, OBLIQUE)
    assert "all of it excluded" in refused(tmp_path / "voi.seg.nrrd")


def test_a_voi_outside_the_map_is_refused(tmp_path):
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": LESION}, OBLIQUE)
    far = ImageGrid(OBLIQUE.size_ijk, OBLIQUE.spacing_mm, (500.0, 0.0, 0.0), OBLIQUE.direction)
    assert "outside the map" in refused(tmp_path / "voi.seg.nrrd", far)
    one_slice_off = ImageGrid((20, 18, 5), OBLIQUE.spacing_mm, OBLIQUE.origin_mm, OBLIQUE.direction)
    assert "49 of 196 voxels outside" in refused(tmp_path / "voi.seg.nrrd", one_slice_off)


@pytest.mark.parametrize("cut", [0, 30, 500, 0.5, 0.95])
def test_a_truncated_file_is_refused(tmp_path, cut):
    path = tmp_path / "voi.seg.nrrd"
    noise = np.random.default_rng(2).random(OBLIQUE.shape) < 0.5
    write_voi(path, {"lesion": noise}, OBLIQUE)
    content = path.read_bytes()
    path.write_bytes(content[: int(cut * len(content)) if isinstance(cut, float) else cut])
    refused(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"Layer:=0", b"Layer:=7"), (b"Layer:=0", b"Layer:=x"), (b"LabelValue:=1", b"LabelValue:=?")],
)
def test_a_damaged_segment_description_is_refused(tmp_path, old, new):
    path = tmp_path / "voi.seg.nrrd"
    write_voi(path, {"lesion": LESION}, OBLIQUE)
    path.write_bytes(path.read_bytes().replace(old, new))
    assert "damaged" in refused(path)


# ---------------------------------------------------------------- other grids
def reoriented(grid, mask, axes, flips):
    """The same voxels in the same place with the axes in another order and direction: (grid, mask)."""
    directions = np.reshape(grid.direction, (3, 3))
    matrix = grid.ijk_to_lps()
    size = np.array(grid.size_ijk)
    corner = np.where(flips, size[list(axes)] - 1, 0)
    start = np.zeros(3)
    start[list(axes)] = corner
    columns = [directions[:, axis] * (-1 if flip else 1) for axis, flip in zip(axes, flips, strict=True)]
    other = ImageGrid(
        tuple(int(size[axis]) for axis in axes),
        tuple(grid.spacing_mm[axis] for axis in axes),
        tuple(matrix[:3, :3] @ start + matrix[:3, 3]),
        tuple(np.column_stack(columns).ravel()),
    )
    ijk = mask.transpose(2, 1, 0).transpose(axes)
    for axis, flip in enumerate(flips):
        ijk = np.flip(ijk, axis) if flip else ijk
    return other, np.ascontiguousarray(ijk.transpose(2, 1, 0))


ORIENTATIONS = list(
    itertools.product(itertools.permutations(range(3)), itertools.product((False, True), repeat=3))
)


@pytest.mark.parametrize(("axes", "flips"), ORIENTATIONS)
def test_a_voi_in_any_of_the_48_orientations_lies_on_the_same_voxels(tmp_path, axes, flips):
    """Left-handed ones among them. Nothing is interpolated, so nothing is flagged."""
    other, mask = reoriented(OBLIQUE, LESION & ~CYST, axes, flips)
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": mask}, other)
    voi = read_voi(tmp_path / "voi.seg.nrrd", OBLIQUE)
    assert np.array_equal(voi.mask, LESION & ~CYST)
    assert not voi.resampled and voi.warnings == ()


def test_a_voi_on_finer_voxels_is_carried_over_and_flagged(tmp_path):
    fine = ImageGrid((40, 36, 20), (0.75, 1.0, 2.0), OBLIQUE.origin_mm, OBLIQUE.direction)
    mask = np.zeros(fine.shape, bool)
    mask[6:14, 10:20, 8:20] = True
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": mask}, fine)
    voi = read_voi(tmp_path / "voi.seg.nrrd", OBLIQUE)
    assert voi.resampled and "carried over by nearest neighbour" in voi.warnings[0]
    assert np.array_equal(voi.mask, mask[::2, ::2, ::2])


def test_a_voi_on_coarser_voxels_leaves_no_holes(tmp_path):
    coarse = ImageGrid((10, 9, 5), (3.0, 4.0, 8.0), OBLIQUE.origin_mm, OBLIQUE.direction)
    mask = np.zeros(coarse.shape, bool)
    mask[1:3, 3:6, 2:5] = True
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": mask}, coarse)
    voi = read_voi(tmp_path / "voi.seg.nrrd", OBLIQUE)
    kji = np.argwhere(voi.mask)
    full = np.zeros_like(voi.mask)
    full[tuple(slice(a, b + 1) for a, b in zip(kji.min(0), kji.max(0), strict=True))] = True
    assert voi.resampled and np.array_equal(voi.mask, full)
    assert abs(voi.mask.sum() * OBLIQUE.voxel_volume_mm3 / (mask.sum() * coarse.voxel_volume_mm3) - 1) < 0.35


def test_a_voi_half_a_voxel_aside_is_flagged(tmp_path):
    half = np.reshape(OBLIQUE.direction, (3, 3)) @ (0.4 * np.array(OBLIQUE.spacing_mm))
    aside = ImageGrid(
        OBLIQUE.size_ijk, OBLIQUE.spacing_mm, tuple(np.array(OBLIQUE.origin_mm) + half), OBLIQUE.direction
    )
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": LESION}, aside)
    voi = read_voi(tmp_path / "voi.seg.nrrd", OBLIQUE)
    assert voi.resampled
    assert np.array_equal(voi.mask, LESION)
