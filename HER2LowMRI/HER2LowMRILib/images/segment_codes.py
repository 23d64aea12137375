"""What the segments of a VOI mean in DICOM, and their colours: one table for every file that holds segments.

Categories and types: DICOM PS3.16 CID 7150 and CID 7159 (lesion segmentation types); a vessel is anatomy.
"""

from dataclasses import dataclass

from HER2LowMRILib.core.lexicon import PRIVATE_SCHEME, Code
from HER2LowMRILib.images.segment_names import LESION

ABNORMAL = Code("SCT", "49755003", "Morphologically Abnormal Structure")
ANATOMY = Code("SCT", "123037004", "Anatomical Structure")
BREAST = Code("SCT", "76752008", "Breast")
MEASURED = "lesion without exclusions"
"""Segment of an exported segmentation that is made of the others: what was measured."""


@dataclass(frozen=True)
class SegmentMeaning:
    """What a segment is.

    Attributes
    ----------
    category, type : Code
    color : tuple of float
        Red, green, blue, 0 to 1.
    in_slicer : Code or None
        Type of Slicer's own list of terms, as .seg.nrrd files have had it from the first; None: none is stated there.
    """

    category: Code
    type: Code
    color: tuple[float, float, float]
    in_slicer: Code | None = None


OTHER_COLOR = (0.94, 0.89, 0.26)
_NECROSIS = Code("SCT", "6574001", "Necrosis")
_HEMORRHAGE = Code("SCT", "50960005", "Hemorrhage")
_CYST = Code("SCT", "367643001", "Cyst")
SEGMENTS = {
    LESION: SegmentMeaning(
        ABNORMAL, Code("SCT", "52988006", "Lesion"), (0.90, 0.62, 0.00), Code("SCT", "4147007", "Mass")
    ),
    "necrosis": SegmentMeaning(ABNORMAL, _NECROSIS, (0.34, 0.71, 0.91), _NECROSIS),
    "haemorrhage": SegmentMeaning(ABNORMAL, _HEMORRHAGE, (0.80, 0.47, 0.65), _HEMORRHAGE),
    "vessel": SegmentMeaning(ANATOMY, Code("SCT", "59820001", "Blood vessel"), (0.84, 0.37, 0.00)),
    "cyst": SegmentMeaning(ABNORMAL, _CYST, (0.00, 0.62, 0.45), _CYST),
    MEASURED: SegmentMeaning(
        ABNORMAL, Code(PRIVATE_SCHEME, "MEASURED-VOI", "Lesion without exclusions"), (1.00, 1.00, 1.00)
    ),
}
# SRT codes that older objects have in place of those of SNOMED CT.
_OLDER = {"M-54000": "necrosis", "M-37000": "haemorrhage", "M-33400": "cyst", "T-40000": "vessel"}


def name_of_code(value: str) -> str | None:
    """Name of the segment that a property code stands for; None where it says nothing of an exclusion."""
    known = {meaning.type.value: name for name, meaning in SEGMENTS.items() if name not in (LESION, MEASURED)}
    return known.get(value) or _OLDER.get(value)
