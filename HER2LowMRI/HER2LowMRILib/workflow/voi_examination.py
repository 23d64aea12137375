"""Whether a DICOM VOI was drawn on the examination that its maps are of.

Coordinates of two frames of reference say nothing of each other (DICOM PS3.3 C.7.4.1): a lesion outlined on the
examination before would be measured wherever it happens to fall.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.dicom_object import header_of, stated
from HER2LowMRILib.study.patient_identity import stated_in

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_STUDY, _FRAME = "StudyInstanceUID", "FrameOfReferenceUID"
_FRAMES, _STRUCTURES = "ReferencedFrameOfReferenceSequence", "StructureSetROISequence"


def check_examination(voi: Path, images: Iterable[Path], patient_is_known: bool) -> tuple[Notice, ...]:
    """Refuse a DICOM VOI of another examination than that of the images, as far as their headers tell.

    Parameters
    ----------
    voi : Path
        A DICOM segmentation or RT structure set.
    images : iterable of Path
        The images and maps of the case, files or folders.
    patient_is_known : bool
        Both state the same patient id. Where they do not, identity was taken out of one of them, and its UIDs may be
        new ones.

    Returns
    -------
    tuple of Notice
        What cannot be told for certain.

    Raises
    ------
    ImageError
    """
    header = header_of(voi, (_STUDY, _FRAME, _FRAMES, _STRUCTURES))
    study, frames = str(stated(header, _STUDY) or ""), set(_frames_of(header))
    found = [one for place in images if _FRAME in (one := stated_in(place, (_STUDY, _FRAME)))]
    if not frames or not found or any(frames & set(one[_FRAME]) for one in found):
        return ()
    studies = {uid for one in found for uid in one.get(_STUDY, ())}
    if not study or not studies or study in studies:
        text = "The VOI and the maps state different frames of reference: check that it lies on the lesion."
        return (Notice("voi_frame_differs", text),)
    if not patient_is_known:
        text = "Whether the VOI was drawn on the examination of the maps cannot be told: their identifiers differ."
        return (Notice("voi_examination_unknown", text),)
    raise ImageError(
        "The VOI belongs to another examination than the maps",
        needed="one examination, or one frame of reference",
        found="two of the same patient",
        todo="Give the VOI that was drawn on these images, or load it in Slicer with the map, check its place and save "
        "it there as .seg.nrrd",
    )


def _frames_of(header: "Dataset") -> Iterator[str]:
    """The frames of reference of a segmentation, or of the structures of a structure set."""
    named = [stated(header, _FRAME)]
    for sequence, keyword in ((_FRAMES, _FRAME), (_STRUCTURES, "ReferencedFrameOfReferenceUID")):
        items = stated(header, sequence)
        named += [stated(item, keyword) for item in items] if isinstance(items, Iterable) else []
    yield from (str(uid) for uid in named if uid)
