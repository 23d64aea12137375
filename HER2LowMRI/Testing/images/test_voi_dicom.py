"""VOIs in DICOM: segmentations lie where their frames lie and keep their names, contours are filled on the slices.

All images are synthetic; segmentations are written by highdicom.
"""

import numpy as np
import pydicom
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.segment_names import choose_voi
from HER2LowMRILib.images.voi_files import read_segmentation, read_voi
from HER2LowMRILib.workflow.measure_voi import measure_voi_files
from highdicom.seg import SegmentationTypeValues
from images.dicom_objects import segmentation, source_images, structure_set
from pydicom.sr.codedict import codes
from pydicom.uid import DeflatedExplicitVRLittleEndian, RLELossless

SIZE, SPACING = (16, 14, 9), (1.5, 1.25, 4.0)


def turned(seed):
    """A grid in some orientation, right- or left-handed."""
    rng = np.random.default_rng(seed)
    axes, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return ImageGrid(
        SIZE, SPACING, tuple(map(float, rng.uniform(-80, 80, 3).round(3))), tuple(map(float, axes.ravel()))
    )


AXIAL = ImageGrid(SIZE, SPACING, (-20.0, 10.0, 35.0))


def blob(seed, fraction=0.4):
    """A lesion with a slice in its middle on which nothing is drawn."""
    rng = np.random.default_rng(seed)
    mask = np.zeros(SIZE[::-1], bool)
    mask[2:7, 3:11, 4:13] = rng.random((5, 8, 9)) < fraction
    mask[4] = False
    mask[2, 3, 4] = mask[6, 10, 12] = True
    return mask


def save(found, path, **options):
    found.save_as(path, **options)
    return path


def refused(path, grid=AXIAL, **options):
    with pytest.raises(ImageError) as caught:
        read_voi(path, grid, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ---------------------------------------------------------------- where it lies
@pytest.mark.parametrize("seed", range(8))
def test_frames_lie_where_they_say_and_gaps_stay_gaps(tmp_path, seed):
    grid, mask = turned(seed), blob(seed)
    voi = read_voi(save(segmentation(grid, {"lesion": mask}), tmp_path / "seg.dcm"), grid)
    assert np.array_equal(voi.mask, mask)
    assert not voi.resampled and voi.segments == ("lesion",)


@pytest.mark.parametrize("omit", [True, False])
def test_frames_may_come_in_any_order(tmp_path, omit):
    mask = blob(1)
    found = segmentation(AXIAL, {"lesion": mask, "cyst": blob(2, 0.1)}, omit_empty_frames=omit)
    frames = found.pixel_array
    order = np.random.default_rng(3).permutation(len(frames))
    found.PixelData = pydicom.pixels.utils.pack_bits(frames[order].astype(np.uint8))
    found.PerFrameFunctionalGroupsSequence = [found.PerFrameFunctionalGroupsSequence[n] for n in order]
    voi = read_voi(save(found, tmp_path / "seg.dcm"), AXIAL)
    assert np.array_equal(voi.mask, mask & ~blob(2, 0.1))


def test_one_slice_is_enough(tmp_path):
    mask = np.zeros(SIZE[::-1], bool)
    mask[5, 3:9, 4:9] = True
    assert np.array_equal(
        read_voi(save(segmentation(AXIAL, {"lesion": mask}), tmp_path / "seg"), AXIAL).mask, mask
    )


@pytest.mark.parametrize("form", ["RLE", "deflated", "label map"])
def test_compressed_and_label_map_forms_are_the_same(tmp_path, form):
    options = {
        "RLE": {"kind": SegmentationTypeValues.FRACTIONAL, "transfer_syntax_uid": RLELossless},
        "deflated": {},
        "label map": {"kind": SegmentationTypeValues.LABELMAP},
    }[form]
    lesion, cyst = blob(4), np.zeros(SIZE[::-1], bool)
    cyst[8, 1:3, 1:3] = True
    found = segmentation(AXIAL, {"lesion": lesion, "cyst": cyst}, **options)
    if form == "deflated":
        found.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    read = read_segmentation(save(found, tmp_path / "seg.dcm"))
    assert list(read.masks) == ["lesion", "cyst"] and read.warnings == ()
    voi = read_voi(tmp_path / "seg.dcm", AXIAL)
    assert np.array_equal(voi.mask, lesion)


def test_a_voi_on_other_voxels_is_flagged(tmp_path):
    fine = ImageGrid((32, 28, 9), (0.75, 0.625, 4.0), AXIAL.origin_mm)
    mask = np.zeros(fine.shape, bool)
    mask[2:5, 4:16, 6:20] = True
    voi = read_voi(save(segmentation(fine, {"lesion": mask}), tmp_path / "seg.dcm"), AXIAL)
    assert voi.resampled and "carried over" in voi.warnings[0]
    assert np.array_equal(voi.mask, mask[:, ::2, ::2])


# ---------------------------------------------------------------- which segment
def test_names_and_exclusions_are_those_of_the_file(tmp_path):
    lesion, necrosis, bleeding = blob(5, 0.9), blob(6, 0.2), blob(7, 0.2)
    path = save(
        segmentation(AXIAL, {"Tumor": lesion, "Necrosis": necrosis, "hemorrhage": bleeding}), tmp_path / "s"
    )
    voi = read_voi(path, AXIAL)
    assert np.array_equal(voi.mask, lesion & ~necrosis & ~bleeding)
    assert (voi.segments, voi.excluded) == (("Tumor",), ("Necrosis", "hemorrhage"))


def test_a_coded_property_says_what_the_label_does_not(tmp_path):
    lesion, hole = blob(5, 0.9), blob(6, 0.2)
    found = segmentation(AXIAL, {"A": lesion, "B": hole}, types=[codes.SCT.Mass, codes.SCT.Necrosis])
    voi = read_voi(save(found, tmp_path / "seg.dcm"), AXIAL)
    assert np.array_equal(voi.mask, lesion & ~hole) and voi.excluded == ("necrosis",)


OTHER_WORDS = [
    ("Lesion", "Cyst A", "Cyst B"),
    ("lesion", "cyst, left", "cyst, right"),
    ("Tumor", "Zyste", "Nekrose"),
    ("Läsion", "Zyste 1", "Zyste 2"),
    ("lesion", "kyste", "nécrose"),
    ("lesion", "necrotic core", "haematoma"),
    ("mass", "feeding vessel", "Blutung"),
    ("lesion", "hemorrhagic cyst", "vessel_A"),
]


def nested():
    """A lesion with two regions in it, by letter."""
    whole, first, second = (np.zeros(SIZE[::-1], bool) for _ in range(3))
    whole[2:6, 3:9, 3:9], first[3:5, 4:6, 4:6], second[3:5, 7:9, 7:9] = True, True, True
    return {"a": whole, "b": first, "c": second}


@pytest.mark.parametrize("names", OTHER_WORDS, ids=lambda names: names[1])
def test_exclusions_by_the_words_that_people_use_are_cut_out(tmp_path, names):
    masks = nested()
    voi = read_voi(save(segmentation(AXIAL, masks, names=names), tmp_path / "seg.dcm"), AXIAL)
    assert np.array_equal(voi.mask, masks["a"] & ~masks["b"] & ~masks["c"])
    assert voi.excluded == names[1:]


@pytest.mark.parametrize(
    "names", [("exclude", "rim"), ("not lesion", "segment 3"), ("breast", "biopsy clip")]
)
def test_what_lies_in_the_lesion_and_is_not_cut_out_is_said(tmp_path, names):
    masks = nested()
    found = segmentation(AXIAL, masks, names=("lesion", *names))
    voi = read_voi(save(found, tmp_path / "seg.dcm"), AXIAL)
    assert np.array_equal(voi.mask, masks["a"])
    (said,) = voi.warnings
    assert f"2 other segments in the lesion are not left out of it: {', '.join(names)}" in said


@pytest.mark.parametrize(
    "names", [("lesion", "lesion"), ("lesion 1", "lesion 2"), ("Tumor", "tumour"), ("a", "b")]
)
def test_several_lesions_are_asked_for_by_name(tmp_path, names):
    first, second = blob(8), np.roll(blob(9), 1, axis=0)
    path = save(segmentation(AXIAL, {"x": first, "y": second}, names=names), tmp_path / "seg.dcm")
    message = refused(path)
    assert "Which segment is the lesion cannot be told" in message and "to join them" in message
    titles = tuple(read_segmentation(path).masks)
    assert len(set(titles)) == 2 and all(title in message for title in titles)
    assert np.array_equal(read_voi(path, AXIAL, segments=titles[1:]).mask, second)
    assert np.array_equal(read_voi(path, AXIAL, segments=titles).mask, first | second)


@pytest.mark.parametrize("seed", range(5))
def test_fractional_segments_are_taken_from_half_on_and_said(tmp_path, seed):
    share = np.where(blob(seed), np.random.default_rng(seed).random(SIZE[::-1]), 0).astype(np.float32)
    found = segmentation(
        AXIAL, {"lesion": share}, kind=SegmentationTypeValues.FRACTIONAL, max_fractional_value=100
    )
    voi = read_voi(save(found, tmp_path / "seg.dcm"), AXIAL)
    assert np.array_equal(voi.mask, np.rint(share * 100) / 100 >= 0.5)
    assert "fractional; voxels of at least 50% are taken" in voi.warnings[0]


# ---------------------------------------------------------------- what is not a VOI
def test_an_image_is_no_segmentation(tmp_path):
    save(source_images(AXIAL)[0], tmp_path / "mr.dcm", enforce_file_format=True)
    assert "is not a segmentation" in refused(tmp_path / "mr.dcm")


def _uneven(found):
    found.PerFrameFunctionalGroupsSequence[1].PlanePositionSequence[0].ImagePositionPatient = [-20, 10, 38.1]


def _turned(found):
    shared = found.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    for n, group in enumerate(found.PerFrameFunctionalGroupsSequence):
        group.PlaneOrientationSequence = pydicom.Sequence([pydicom.Dataset()])
        group.PlaneOrientationSequence[0].ImageOrientationPatient = (
            [1, 0, 0, 0, 1, 0] if n else [0, 1, 0, 1, 0, 0]
        )
    assert shared
    del found.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence


def _no_spacing(found):
    del found.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence


def _no_position(found):
    del found.PerFrameFunctionalGroupsSequence[2].PlanePositionSequence


def _unknown_segment(found):
    found.PerFrameFunctionalGroupsSequence[0].SegmentIdentificationSequence[0].ReferencedSegmentNumber = 7


def _many_frames(found):
    found.NumberOfFrames = 2_000_000


def _large(found):
    found.Rows = found.Columns = 60_000


def _far(found):
    found.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient = [
        -20,
        10,
        4e7 + 35,
    ]


@pytest.mark.parametrize(
    "spoil",
    [_uneven, _turned, _no_spacing, _no_position, _unknown_segment, _many_frames, _large, _far],
    ids=lambda spoil: spoil.__name__.strip("_"),
)
def test_a_segmentation_that_cannot_be_is_refused(tmp_path, spoil):
    found = pydicom.dcmread(save(segmentation(AXIAL, {"lesion": blob(3)}), tmp_path / "whole.dcm"))
    spoil(found)
    found.save_as(tmp_path / "seg.dcm")
    refused(tmp_path / "seg.dcm")


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_segmentation_is_right_or_refused(tmp_path, seed):
    """Bits of the voxels cannot be told from others; bits of the header can."""
    rng = np.random.default_rng(seed)
    mask = blob(3)
    content = bytearray(save(segmentation(AXIAL, {"lesion": mask}), tmp_path / "seg.dcm").read_bytes())
    if seed % 4 == 0:
        content = content[: rng.integers(len(content))]
    else:
        # The voxels are at the end.
        for at in rng.integers(0, len(content) - 600, 1 + seed % 3):
            content[at] = rng.integers(256)
    (tmp_path / "seg.dcm").write_bytes(content)
    try:
        voi = read_voi(tmp_path / "seg.dcm", AXIAL)
    except ImageError as error:
        assert "\n" not in str(error) and str(tmp_path) not in str(error)
    else:
        assert voi.resampled or voi.mask.any()


# ---------------------------------------------------------------- contours
def outline(grid, k, low, high):
    """The outline of a box of voxels i, j from low to high (included) on slice k [mm, LPS]."""
    (i0, j0), (i1, j1) = np.subtract(low, 0.5), np.add(high, 0.5)
    ijk = np.array([[i0, j0, k], [i1, j0, k], [i1, j1, k], [i0, j1, k]], float)
    matrix = grid.ijk_to_lps()
    return ijk @ matrix[:3, :3].T + matrix[:3, 3]


def boxes(*parts):
    mask = np.zeros(SIZE[::-1], bool)
    for k, low, high in parts:
        mask[k, low[1] : high[1] + 1, low[0] : high[0] + 1] ^= True
    return mask


@pytest.mark.parametrize("seed", range(6))
def test_contours_are_filled_on_the_slices_of_the_map(tmp_path, seed):
    grid = turned(seed)
    parts = [(2, (4, 3), (10, 9)), (3, (4, 3), (11, 9)), (5, (5, 4), (6, 5))]
    hole = (3, (6, 5), (7, 6))
    contours = [outline(grid, *part) for part in (*parts, hole)]
    cyst = (2, (4, 3), (5, 4))
    save(
        structure_set({"GTV lesion": contours, "cyst": [outline(grid, *cyst)]}),
        tmp_path / "rt.dcm",
        enforce_file_format=True,
    )
    voi = read_voi(tmp_path / "rt.dcm", grid)
    assert np.array_equal(voi.mask, boxes(*parts, hole) & ~boxes(cyst))
    assert voi.segments == ("GTV lesion",) and voi.excluded == ("cyst",)
    assert "contours" in voi.warnings[0]


def test_a_round_contour_has_the_area_of_its_circle(tmp_path):
    fine = ImageGrid((200, 200, 3), (0.5, 0.5, 3.0))
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    circle = np.column_stack([50.1 + 30 * np.cos(angle), 50.2 + 30 * np.sin(angle), np.full(400, 3.0)])
    save(structure_set({"lesion": [circle]}), tmp_path / "rt.dcm", enforce_file_format=True)
    voi = read_voi(tmp_path / "rt.dcm", fine)
    assert voi.mask.sum() * 0.25 == pytest.approx(np.pi * 30**2, rel=2e-3)


@pytest.mark.parametrize(
    "shift", [(0, 0, 2.0), (0, 0, 400.0), (300.0, 0, 0)], ids=["between", "beyond", "beside"]
)
def test_contours_that_were_drawn_on_other_slices_are_refused(tmp_path, shift):
    points = outline(AXIAL, 3, (4, 3), (10, 9)) + shift
    save(structure_set({"lesion": [points]}), tmp_path / "rt.dcm", enforce_file_format=True)
    assert "do not lie on the slices" in refused(tmp_path / "rt.dcm")


@pytest.mark.parametrize("spoil", ["no contour", "odd numbers", "text"])
def test_a_structure_set_that_cannot_be_is_refused(tmp_path, spoil):
    found = structure_set({"lesion": [outline(AXIAL, 3, (4, 3), (10, 9))]})
    contours = found.ROIContourSequence[0].ContourSequence
    if spoil == "no contour":
        found.ROIContourSequence[0].ContourSequence = pydicom.Sequence()
    elif spoil == "odd numbers":
        contours[0].ContourData = [1.0, 2.0, 3.0, 4.0]
    else:
        contours[0].ContourGeometricType = "POINT"
    save(found, tmp_path / "rt.dcm", enforce_file_format=True)
    assert "empty" in refused(tmp_path / "rt.dcm") or "damaged" in refused(tmp_path / "rt.dcm")


# ---------------------------------------------------------------- of whom
def adc_images(folder, patient):
    """An ADC map as DICOM, one file per slice, in 1e-6 mm2/s."""
    folder.mkdir()
    for n, one in enumerate(source_images(AXIAL)):
        one.PatientID, one.ImageType = patient, ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]
        one.SeriesDescription = "ADC"
        one.PixelData = np.full((one.Rows, one.Columns), 1100, np.uint16).tobytes()
        save(one, folder / f"{n}.dcm", enforce_file_format=True)
    return folder


@pytest.mark.parametrize("kind", ["segmentation", "structure set"])
@pytest.mark.parametrize(("patient", "other"), [("A1", "B2"), ("0012", "12"), ("A1", "A1")])
def test_the_voi_of_another_patient_is_refused(tmp_path, kind, patient, other):
    folder = adc_images(tmp_path / "adc", patient)
    if kind == "segmentation":
        found = segmentation(AXIAL, {"lesion": blob(3)})
    else:
        found = structure_set({"lesion": [outline(AXIAL, 3, (4, 3), (10, 9))]})
    found.PatientID = other
    save(found, tmp_path / "voi.dcm", enforce_file_format=True)
    if patient == other:
        row = measure_voi_files(folder, None, None, tmp_path / "voi.dcm").row
        assert row["ADC_mean"] == pytest.approx(1.1)
        return
    with pytest.raises(ImageError, match="another patient") as caught:
        measure_voi_files(folder, None, None, tmp_path / "voi.dcm")
    assert patient not in str(caught.value) and other not in str(caught.value)


def drawn_object(kind):
    if kind == "segmentation":
        return segmentation(AXIAL, {"lesion": blob(3)})
    return structure_set({"lesion": [outline(AXIAL, 3, (4, 3), (10, 9))]})


@pytest.mark.parametrize("kind", ["segmentation", "structure set"])
@pytest.mark.parametrize(
    ("other_study", "other_frame", "patient", "expected"),
    [
        (True, True, "A1", "refused"),
        (True, True, "", "cannot be told"),
        (False, True, "A1", "different frames of reference"),
        (True, False, "A1", ""),
        (False, False, "A1", ""),
        (True, None, "A1", ""),
    ],
)
def test_the_voi_of_another_examination_of_the_patient_is_refused(
    tmp_path, kind, other_study, other_frame, patient, expected
):
    """On the examination before, a lesion lay elsewhere."""
    folder = adc_images(tmp_path / "adc", "A1")
    of_map = pydicom.dcmread(folder / "0.dcm")
    found = drawn_object(kind)
    found.PatientID = patient
    found.StudyInstanceUID = "1.2.3.4" if other_study else of_map.StudyInstanceUID
    frame = "1.2.3.5" if other_frame else of_map.FrameOfReferenceUID
    for one in (found, *found.get("StructureSetROISequence", ())):
        for keyword in ("FrameOfReferenceUID", "ReferencedFrameOfReferenceUID"):
            if keyword in one and other_frame is None:
                del one[keyword]
            elif keyword in one:
                setattr(one, keyword, frame)
    save(found, tmp_path / "voi.dcm", enforce_file_format=True)
    if kind == "segmentation" and other_frame is None:
        return  # highdicom reads no segmentation without one
    if expected == "refused":
        with pytest.raises(ImageError, match="The VOI belongs to another examination than the maps"):
            measure_voi_files(folder, None, None, tmp_path / "voi.dcm")
        return
    measured = measure_voi_files(folder, None, None, tmp_path / "voi.dcm")
    assert measured.row["ADC_mean"] == pytest.approx(1.1)
    said = [str(text) for text in measured.warnings if "examination" in text or "frames of reference" in text]
    assert len(said) == bool(expected) and all(expected in text for text in said)


NO_LESIONS = ("Breast", "Left breast", "external", "Body", "BODY outline", "Background", "Skin", "FGT", "Brust re",
              "lymph node", "Pectoral muscle", "whole_breast_mask", "Fibroglandular tissue 2")  # fmt: skip
LESIONS = (
    "Breast lesion",
    "breast cancer",
    "GTV",
    "Segment 1",
    "mass left breast",
    "NME",
    "ROI",
    "node 7 tumour",
    "left",
)


@pytest.mark.parametrize("name", NO_LESIONS)
def test_a_part_of_the_body_alone_in_a_file_is_no_lesion_unless_it_is_chosen(tmp_path, name):
    save(segmentation(AXIAL, {name: blob(3)}), tmp_path / "seg.dcm")
    assert "Which segment is the lesion cannot be told" in refused(tmp_path / "seg.dcm")
    assert np.array_equal(read_voi(tmp_path / "seg.dcm", AXIAL, segments=[name]).mask, blob(3))


@pytest.mark.parametrize("name", ["乳腺", "左 乳房", "背景"])
def test_a_part_of_the_body_in_chinese_is_no_lesion(name):
    with pytest.raises(ImageError, match="Which segment is the lesion cannot be told"):
        choose_voi({name: blob(3)})


@pytest.mark.parametrize("name", LESIONS)
def test_any_other_name_alone_in_a_file_is_the_lesion(tmp_path, name):
    save(segmentation(AXIAL, {name: blob(3)}), tmp_path / "seg.dcm")
    assert np.array_equal(read_voi(tmp_path / "seg.dcm", AXIAL).mask, blob(3))


@pytest.mark.parametrize("shift", [(1, 0), (3, 2), (-2, 4), (0, 5), (5, 5)])
def test_contours_of_one_structure_that_cross_are_asked_about(tmp_path, shift):
    first = (3, (4, 3), (8, 7))
    second = (3, *(tuple(np.add(corner, shift)) for corner in ((4, 3), (8, 7))))
    found = structure_set({"lesion": [outline(AXIAL, *first), outline(AXIAL, *second)]})
    path = save(found, tmp_path / "rt.dcm", enforce_file_format=True)
    if shift == (0, 5) or shift == (5, 5):  # beside each other
        assert np.array_equal(read_voi(path, AXIAL).mask, boxes(first, second))
        return
    assert "The contours of one structure cross on a slice" in refused(path)
    for contour in found.ROIContourSequence[0].ContourSequence:
        contour.ContourGeometricType = "CLOSEDPLANAR_XOR"
    save(found, path, enforce_file_format=True)
    assert np.array_equal(read_voi(path, AXIAL).mask, boxes(first, second))


def test_a_folder_with_one_object_is_that_object(tmp_path):
    (tmp_path / "seg").mkdir()
    save(segmentation(AXIAL, {"lesion": blob(3)}), tmp_path / "seg" / "1.dcm")
    assert np.array_equal(read_voi(tmp_path / "seg", AXIAL).mask, blob(3))
    save(segmentation(AXIAL, {"lesion": blob(4)}), tmp_path / "seg" / "2.dcm")
    assert "Which file is the VOI cannot be told" in refused(tmp_path / "seg")
