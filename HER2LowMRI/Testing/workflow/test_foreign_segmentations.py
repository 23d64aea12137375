"""Segmentations that were damaged or are of something else: refused, or asked about; never taken for the lesion.

Each begins as an object of ours and is spoilt in one way. What is read all the same must be the voxels that were
signed, or lie elsewhere as the file states it, and be said to.
"""

import random
import shutil
from io import BytesIO

import numpy as np
import pydicom
import pytest
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.images.dicom_out.segmentation import outlines_of, segmentation_object
from HER2LowMRILib.images.dicom_out.subject import subject_of
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_files import read_voi
from pydicom.uid import generate_uid

GRID = ImageGrid((20, 24, 6), (1.5, 1.25, 4.0), (-30.0, 12.0, -7.0))
MASK = np.zeros(GRID.shape, bool)
MASK[1:5, 6:16, 5:14] = np.random.default_rng(3).random((4, 10, 9)) < 0.8
CUT = np.zeros(GRID.shape, bool)
CUT[2, 8:11, 6:10] = True


def made() -> pydicom.Dataset:
    import datetime

    subject = subject_of("CASE", None, lambda text: f"C{abs(hash(text)) % 10**12:012d}")
    outlines = outlines_of({"lesion": MASK, "necrosis": CUT}, GRID)
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5)
    return segmentation_object(outlines, subject, "r1", "VOI", 9201, moment, (), None).data


CONTENT = BytesIO()
made().save_as(CONTENT, enforce_file_format=True)


def fresh() -> pydicom.Dataset:
    return pydicom.dcmread(BytesIO(CONTENT.getvalue()))


def moved(data, draw):
    for groups in data.PerFrameFunctionalGroupsSequence:
        place = groups.PlanePositionSequence[0].ImagePositionPatient
        groups.PlanePositionSequence[0].ImagePositionPatient = [float(place[0]) + 500, place[1], place[2]]


def turned(data, draw):
    angle = draw.uniform(0.2, 1.4)
    axes = [np.cos(angle), np.sin(angle), 0, -np.sin(angle), np.cos(angle), 0]
    data.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient = axes


def without_lesion_name(data, draw):
    for number, item in enumerate(data.SegmentSequence):
        item.SegmentLabel = f"thing {number}"
        item.SegmentedPropertyTypeCodeSequence[0].CodeValue = "108369006"


def two_lesions(data, draw):
    data.SegmentSequence[1].SegmentLabel = "lesion"
    data.SegmentSequence[1].SegmentedPropertyTypeCodeSequence[0].CodeValue = "52988006"
    data.SegmentSequence[2].SegmentedPropertyTypeCodeSequence[0].CodeValue = "52988006"


def emptied(data, draw):
    data.PixelData = bytes(len(data.PixelData))


def cut_pixels(data, draw):
    data.PixelData = data.PixelData[: draw.randrange(0, len(data.PixelData) // 2) * 2]


def other_class(data, draw):
    data.SOPClassUID = draw.choice(
        ("1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.30")
    )
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID


def unknown_segment(data, draw):
    groups = draw.choice(data.PerFrameFunctionalGroupsSequence)
    groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber = draw.randrange(4, 60)


def no_positions(data, draw):
    for groups in data.PerFrameFunctionalGroupsSequence:
        del groups.PlanePositionSequence


def uneven(data, draw):
    groups = draw.choice(data.PerFrameFunctionalGroupsSequence)
    place = list(map(float, groups.PlanePositionSequence[0].ImagePositionPatient))
    groups.PlanePositionSequence[0].ImagePositionPatient = [*place[:2], place[2] + draw.uniform(0.7, 1.9)]


def no_segments(data, draw):
    del data.SegmentSequence


def huge(data, draw):
    data.Rows, data.Columns = draw.randrange(20_000, 65_535), draw.randrange(20_000, 65_535)


def fewer_groups(data, draw):
    del data.PerFrameFunctionalGroupsSequence[draw.randrange(1, 6) :]


def spacing(data, draw):
    measures = data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.PixelSpacing = draw.choice(([0, 0], [-1.0, 1.25], [40.0, 40.0]))


def tiled(data, draw):
    data.DimensionOrganizationType = "TILED_FULL"
    data.TotalPixelMatrixRows, data.TotalPixelMatrixColumns = 4 * data.Rows, 4 * data.Columns


SPOILT = (
    moved, turned, without_lesion_name, two_lesions, emptied, cut_pixels, other_class, unknown_segment, no_positions,
    uneven, no_segments, huge, fewer_groups, spacing, tiled,
)  # fmt: skip
# What a change may leave readable: then the voxels must be those that were signed.
HARMLESS = ("labels in capitals", "another patient name", "frames in another order", "other series number")


def result(data, path):
    data.save_as(path, enforce_file_format=True)
    return read_voi(path, GRID)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("spoil", SPOILT, ids=lambda one: one.__name__)
def test_what_cannot_be_the_signed_voi_is_refused(tmp_path, spoil, seed):
    data = fresh()
    spoil(data, random.Random(seed))
    try:
        voi = result(data, tmp_path / "seg.dcm")
    except HER2LowMRIError as error:
        assert "\n" not in str(error)
    else:
        # Turned by a few degrees, the segments lie where the file says they lie: carried over, with a warning.
        assert np.array_equal(voi.mask, MASK & ~CUT) or (spoil is turned and voi.resampled and voi.warnings)


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_never_change_the_voi_unsaid(tmp_path, seed):
    """One byte of the header flipped: refused, or the same voxels at the same place."""
    draw = random.Random(seed)
    content = bytearray(CONTENT.getvalue())
    pixels = content.rindex(b"\xe0\x7f\x10\x00")
    at = draw.randrange(132, pixels)
    content[at] ^= 1 << draw.randrange(8)
    path = tmp_path / "seg.dcm"
    path.write_bytes(bytes(content))
    try:
        voi = read_voi(path, GRID)
    except HER2LowMRIError:
        return
    assert np.array_equal(voi.mask, MASK & ~CUT) or (voi.resampled and voi.warnings)


@pytest.mark.parametrize("change", HARMLESS)
def test_what_changes_nothing_is_read(tmp_path, change):
    data = fresh()
    if change == "labels in capitals":
        for item in data.SegmentSequence:
            item.SegmentLabel = item.SegmentLabel.upper()
    elif change == "another patient name":
        data.PatientName = "Somebody^Else"
    elif change == "other series number":
        data.SeriesNumber, data.SeriesInstanceUID = 3, generate_uid()
    else:
        frames = data.pixel_array
        order = np.random.default_rng(1).permutation(len(frames))
        data.PixelData = pydicom.pixels.utils.pack_bits(frames[order].astype(np.uint8))
        data.PerFrameFunctionalGroupsSequence = [data.PerFrameFunctionalGroupsSequence[n] for n in order]
    assert np.array_equal(result(data, tmp_path / "seg.dcm").mask, MASK & ~CUT)


def test_a_file_that_ends_early_is_refused_wherever_it_ends(tmp_path):
    content, path = CONTENT.getvalue(), tmp_path / "seg.dcm"
    for part in np.linspace(140, len(content) - 2, 30).astype(int):
        path.write_bytes(content[:part])
        with pytest.raises(HER2LowMRIError):
            read_voi(path, GRID)
    shutil.rmtree(tmp_path)
