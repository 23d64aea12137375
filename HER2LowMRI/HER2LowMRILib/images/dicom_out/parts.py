"""What every object has in common: place of its slices, references to images, equipment, codes."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.core.lexicon import PRIVATE_SCHEME, Code
from HER2LowMRILib.images.dicom_out.sources import SourceFrame
from HER2LowMRILib.images.dicom_out.subject import Subject
from HER2LowMRILib.images.image_grid import ImageGrid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MANUFACTURER = "HER2LowMRI"
MODEL = "HER2LowMRI, research software"
REPORT_CLASS = "1.2.840.10008.5.1.4.1.1.88.22"
_SOURCE_FOR_PROCESSING = Code("DCM", "121322", "Source image for image processing operation")


@dataclass(frozen=True)
class Made:
    """An object as it is written.

    Attributes
    ----------
    data : Dataset
    content : bytes
        The file.
    """

    data: "Dataset"
    content: bytes

    @property
    def reference(self) -> SourceFrame:
        """To refer to it."""
        return SourceFrame(
            str(self.data.SOPClassUID),
            str(self.data.SOPInstanceUID),
            str(self.data.SeriesInstanceUID),
            is_ours=True,
        )


def concept(code: Code) -> Any:
    """A code in the form of highdicom."""
    from highdicom.sr import CodedConcept

    return CodedConcept(code.value, code.scheme, code.meaning)


def person_name(word: str) -> str:
    """One word as the name of a person, as DICOM writes it."""
    return f"{word}^"


def template_image(subject: Subject, grid: ImageGrid) -> "Dataset":
    """What highdicom takes patient, study and frame of reference from: an image that is referred to nowhere."""
    from pydicom.dataset import Dataset

    image = Dataset()
    # Who it is comes in at the end: highdicom prints names that it does not like.
    for keyword in (
        "PatientID",
        "PatientName",
        "PatientBirthDate",
        "PatientSex",
        "AccessionNumber",
        "StudyID",
    ):
        setattr(image, keyword, "")
    image.StudyDate = image.StudyTime = None
    image.ReferringPhysicianName = ""
    image.StudyInstanceUID = subject.study_uid
    image.SeriesInstanceUID = subject.new_uid("no series")
    image.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    image.SOPInstanceUID = subject.new_uid("no image")
    image.FrameOfReferenceUID = subject.frame_of_reference_uid
    image.PositionReferenceIndicator = ""
    image.Rows, image.Columns = grid.shape[1:]
    # Its place decides nothing: every object states its own.
    image.ImagePositionPatient = [0.0, 0.0, 0.0]
    image.ImageOrientationPatient = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    image.PixelSpacing = [1.0, 1.0]
    image.SliceThickness = 1.0
    return image


def place_of(grid: ImageGrid) -> dict[str, Any]:
    """Arguments with which highdicom puts an array (k, j, i) where it lies."""
    from highdicom import PixelMeasuresSequence, PlaneOrientationSequence, PlanePositionSequence

    axes = np.reshape(grid.direction, (3, 3)).T
    to_lps = grid.ijk_to_lps()
    corners = [to_lps @ (0.0, 0.0, float(k), 1.0) for k in range(grid.shape[0])]
    return {
        "pixel_measures": PixelMeasuresSequence(
            pixel_spacing=[float(grid.spacing_mm[1]), float(grid.spacing_mm[0])],
            slice_thickness=float(grid.spacing_mm[2]),
            spacing_between_slices=float(grid.spacing_mm[2]),
        ),
        "plane_orientation": PlaneOrientationSequence("PATIENT", [float(x) for x in (*axes[0], *axes[1])]),
        "plane_positions": [
            PlanePositionSequence("PATIENT", [float(x) for x in corner[:3]]) for corner in corners
        ],
    }


def equipment() -> dict[str, Any]:
    """Who made the object."""
    return {
        "manufacturer": MANUFACTURER,
        "manufacturer_model_name": MODEL,
        "software_versions": __version__,
        "device_serial_number": __version__,
    }


def private_scheme() -> list[Any]:
    """The scheme of the codes that no other scheme has; its table is docs/dicom-codes.md."""
    from highdicom.coding_schemes import CodingSchemeIdentificationItem

    return [
        CodingSchemeIdentificationItem(
            designator=PRIVATE_SCHEME,
            name="HER2LowMRI: terms of breast MRI that no public scheme has",
            version="1",
            responsible_organization="HER2LowMRI",
        )
    ]


def at(utc: str) -> datetime.datetime:
    """When a reading was signed off; the objects of one reading are the same whenever they are written."""
    moment = datetime.datetime.fromisoformat(utc.replace("Z", "+00:00"))
    return moment.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)


def refer_to(
    data: "Dataset",
    grid: ImageGrid,
    subject: Subject,
    sources: Sequence[SourceFrame],
    slices: Sequence[Sequence[SourceFrame]] | None,
    code: Code,
) -> None:
    """Replace what an object refers to.

    Parameters
    ----------
    data : Dataset
        A segmentation or parametric map.
    grid : ImageGrid
        Its own.
    subject : Subject
    sources : sequence of SourceFrame
        Every image behind it, once.
    slices : sequence of sequence of SourceFrame or None
        The images behind each of its slices; None where they lie elsewhere.
    code : Code
        How it was derived from them.
    """
    from pydicom.dataset import Dataset

    by_series: dict[str, list[Dataset]] = {}
    for source in sources:
        series = source.series_uid if source.is_ours else subject.uid_of_image(source.series_uid)
        by_series.setdefault(series, []).append(_item(source, subject))
    for keyword in ("SourceImageSequence", "ReferencedSeriesSequence"):
        if keyword in data:
            delattr(data, keyword)
    if by_series:
        data.ReferencedSeriesSequence = []
        for series, items in by_series.items():
            item = Dataset()
            item.ReferencedInstanceSequence = items
            item.SeriesInstanceUID = series
            data.ReferencedSeriesSequence.append(item)
    for groups in (*data.SharedFunctionalGroupsSequence, *data.PerFrameFunctionalGroupsSequence):
        if "DerivationImageSequence" in groups:
            del groups.DerivationImageSequence
    if slices is None:
        # Slices that lie elsewhere: the object as a whole is of those images.
        if sources:
            data.SourceImageSequence = [_item(source, subject) for source in sources]
        return
    for groups, k in zip(data.PerFrameFunctionalGroupsSequence, slice_of_frames(data, grid), strict=True):
        if slices[k]:
            groups.DerivationImageSequence = [_derivation(slices[k], subject, code)]


def slice_of_frames(data: "Dataset", grid: ImageGrid) -> list[int]:
    """Slice k of the grid on which every frame of an object lies."""
    to_index = np.linalg.inv(grid.ijk_to_lps())
    places = [
        [float(x) for x in groups.PlanePositionSequence[0].ImagePositionPatient]
        for groups in data.PerFrameFunctionalGroupsSequence
    ]
    return [round(float((to_index @ (*place, 1.0))[2])) for place in places]


def _derivation(sources: Sequence[SourceFrame], subject: Subject, code: Code) -> "Dataset":
    from pydicom.dataset import Dataset

    item = Dataset()
    item.DerivationCodeSequence = [concept(code)]
    item.SourceImageSequence = []
    for source in sources:
        image = _item(source, subject)
        if source.frame is not None:
            image.ReferencedFrameNumber = source.frame
        image.PurposeOfReferenceCodeSequence = [concept(_SOURCE_FOR_PROCESSING)]
        item.SourceImageSequence.append(image)
    return item


def _item(source: SourceFrame, subject: Subject) -> "Dataset":
    from pydicom.dataset import Dataset

    item = Dataset()
    item.ReferencedSOPClassUID = source.sop_class
    item.ReferencedSOPInstanceUID = source.sop_uid if source.is_ours else subject.uid_of_image(source.sop_uid)
    return item


def finish(data: "Dataset", subject: Subject, moment: datetime.datetime, name: str) -> Made:
    """Put in what highdicom makes up: patient, times, and the UID of the order of the frames."""
    subject.mark(data)
    data.InstanceCreationDate = data.ContentDate = data.SeriesDate = f"{moment:%Y%m%d}"
    data.InstanceCreationTime = data.ContentTime = data.SeriesTime = f"{moment:%H%M%S}"
    for item in data.get("ContributingEquipmentSequence") or []:
        item.ContributionDateTime = f"{moment:%Y%m%d%H%M%S}"
    if "DimensionOrganizationSequence" in data:
        order = subject.new_uid(f"order of frames of {name}")
        for item in (*data.DimensionOrganizationSequence, *data.DimensionIndexSequence):
            item.DimensionOrganizationUID = order
    stream = BytesIO()
    data.save_as(stream, enforce_file_format=True)
    return Made(data, stream.getvalue())
