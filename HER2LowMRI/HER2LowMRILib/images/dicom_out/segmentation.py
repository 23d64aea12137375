"""The outlines of a reading as one DICOM segmentation: lesion, exclusions, and what was measured of them."""

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.lexicon import Code
from HER2LowMRILib.images.dicom_out.parts import (
    Made,
    concept,
    equipment,
    finish,
    person_name,
    place_of,
    private_scheme,
    refer_to,
    slice_of_frames,
    template_image,
)
from HER2LowMRILib.images.dicom_out.sources import SourceFrame
from HER2LowMRILib.images.dicom_out.subject import Subject
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.segment_codes import BREAST, MEASURED, SEGMENTS
from HER2LowMRILib.images.segment_names import EXCLUSIONS, LESION, canonical_name, choose_voi, distinct_names

_DERIVED = Code("DCM", "113076", "Segmentation")
_EDITING = Code("DCM", "113077", "Volume Editing")


@dataclass(frozen=True)
class Outlines:
    """The segments of a signed VOI under the names that go into an object.

    Attributes
    ----------
    masks : mapping of str to ndarray of bool, shape (k, j, i)
        "lesion", then the exclusions, then what was measured where there are exclusions.
    grid : ImageGrid
    left_out : int
        Segments of other names, which nothing is known of.
    """

    masks: Mapping[str, np.ndarray] = field(repr=False)
    grid: ImageGrid
    left_out: int = 0

    @property
    def measured(self) -> str:
        """Name of the segment that was measured."""
        return MEASURED if MEASURED in self.masks else LESION


def outlines_of(masks: Mapping[str, np.ndarray], grid: ImageGrid) -> Outlines:
    """Name the segments of a VOI for an object.

    Names that a person typed may name a person: only lesion and exclusions are taken, under our own names.

    Raises
    ------
    ImageError
        If which of them is the lesion cannot be told, or nothing is left of it.
    """
    chosen = choose_voi(masks)
    others = [name for name in masks if name not in chosen.segments]
    exclusions = [name for name in others if canonical_name(name) in EXCLUSIONS]
    # An exclusion that was never drawn is there by its name only.
    drawn = [name for name in exclusions if masks[name].any()]
    titles = distinct_names([canonical_name(name) for name in drawn])
    named = {LESION: chosen.lesion}
    named |= {title: masks[name] for title, name in zip(titles, drawn, strict=True)}
    if chosen.excluded:
        named[MEASURED] = chosen.mask
    return Outlines(named, grid, len(others) - len(exclusions))


def segmentation_object(
    outlines: Outlines,
    subject: Subject,
    reader: str,
    title: str,
    series_number: int,
    moment: datetime.datetime,
    sources: Sequence[SourceFrame],
    slices: Sequence[Sequence[SourceFrame]] | None,
) -> Made:
    """Make the segmentation of a reading.

    Parameters
    ----------
    outlines : Outlines
    subject : Subject
    reader : str
        Who drew it: the reader's id in the study.
    title : str
        Of the series.
    series_number : int
    moment : datetime
        When the reading was signed off.
    sources, slices : sequence
        What it was drawn on, as `refer_to` takes it.

    Raises
    ------
    ImageError
        If it does not read back as it is.
    """
    from highdicom.seg import Segmentation

    names = list(outlines.masks)
    stack = np.stack([outlines.masks[name] for name in names], axis=-1).astype(np.uint8)
    digest = hashlib.sha256(stack.tobytes() + repr((names, outlines.grid, title)).encode()).hexdigest()
    uid = subject.new_uid(f"segmentation {reader} {moment.isoformat()} {digest}")
    data = Segmentation(
        source_images=[template_image(subject, outlines.grid)],
        pixel_array=stack,
        segmentation_type="BINARY",
        segment_descriptions=_descriptions(names, subject),
        series_instance_uid=subject.new_uid(f"series of {uid}"),
        series_number=series_number,
        sop_instance_uid=uid,
        instance_number=1,
        content_label="VOI",
        content_description="Lesion and what was left out of it",
        content_creator_name=person_name(reader),
        omit_empty_frames=False,
        series_description=title,
        coding_schemes=private_scheme(),
        **place_of(outlines.grid),
        **equipment(),
    )
    refer_to(data, outlines.grid, subject, sources, slices, _DERIVED)
    made = finish(data, subject, moment, uid)
    _check(made, outlines)
    return made


def _descriptions(names: Sequence[str], subject: Subject) -> list[Any]:
    from highdicom import AlgorithmIdentificationSequence
    from highdicom.color import CIELabColor
    from highdicom.seg import SegmentDescription

    found: list[Any] = []
    for number, name in enumerate(names, start=1):
        meaning = SEGMENTS[name if name in SEGMENTS else canonical_name(name)]
        derived = name == MEASURED
        algorithm = AlgorithmIdentificationSequence(
            name="lesion without exclusions", version=__version__, family=concept(_EDITING)
        )
        item = SegmentDescription(
            segment_number=number,
            segment_label=name,
            segmented_property_category=concept(meaning.category),
            segmented_property_type=concept(meaning.type),
            algorithm_type="AUTOMATIC" if derived else "MANUAL",
            algorithm_identification=algorithm if derived else None,
            tracking_uid=subject.new_uid(f"tracking {name}"),
            tracking_id=name,
            anatomic_regions=[concept(BREAST)],
            display_color=CIELabColor.from_rgb(*(round(255 * part) for part in meaning.color)),
        )
        found.append(item)
    return found


def _check(made: Made, outlines: Outlines) -> None:
    """Refuse an object that does not hold the voxels that it was made of."""
    import pydicom

    back = pydicom.dcmread(BytesIO(made.content))
    frames = np.asarray(back.pixel_array).reshape(-1, *outlines.grid.shape[1:])
    masks = list(outlines.masks.values())
    for frame, k, groups in zip(
        frames, slice_of_frames(back, outlines.grid), back.PerFrameFunctionalGroupsSequence, strict=True
    ):
        number = int(groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        if not np.array_equal(frame > 0, masks[number - 1][k]):
            raise ImageError(
                "a segmentation was not written",
                needed="the voxels that were drawn",
                found="others when it was read back",
            )
