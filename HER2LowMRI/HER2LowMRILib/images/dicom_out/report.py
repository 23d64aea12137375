"""A reading as a structured report (TID 1500): features of the VOI, answers of the reader, how they came about.

The lesion is a volumetric ROI group (TID 1411) that refers to its segment and to the maps; what was measured around the
lesion is a group of its own (TID 1501). What is said of the whole breast are qualitative evaluations of the report,
beside its measurements: programs take each group of measurements for one of a segment.
"""

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from HER2LowMRILib import __version__
from HER2LowMRILib.core.columns import Cell
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.feature_set import Feature, FeatureSet, ring_name
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, NOT_ASSESSABLE, Answer, Code, Item, Lexicon
from HER2LowMRILib.core.map_spec import MapSpec
from HER2LowMRILib.images.dicom_out import codes
from HER2LowMRILib.images.dicom_out.parts import (
    MANUFACTURER,
    MODEL,
    REPORT_CLASS,
    Made,
    concept,
    finish,
    person_name,
    private_scheme,
)
from HER2LowMRILib.images.dicom_out.sources import SourceFrame
from HER2LowMRILib.images.dicom_out.subject import Subject
from HER2LowMRILib.images.segment_codes import BREAST, SEGMENTS
from HER2LowMRILib.images.segment_names import LESION

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

# Sections whose questions are about the lesion; the others are about the breast.
LESION_SECTIONS = ("lesion", "mass", "nme", "more_lesion", "location", "kinetics", "associated", "assessment")
_SIDE_ITEM, _CLOCK_ITEM = "side", "clock_face"
_MOST_TEXT = 1024


@dataclass(frozen=True)
class Reading:
    """What a report says.

    Attributes
    ----------
    reader : str
        Id of the reader in the study.
    version : int
        1: as first signed off; 2 and more: amended.
    answers : mapping of str to Answer
        Of the signed reading.
    lexicon : Lexicon
        The questions.
    features : FeatureSet
        What was measured.
    row : mapping of str to Cell
        The columns that were measured; None: no value.
    parameters : tuple of str
        How they were measured.
    synthetic : bool
        Whether the patient is made up.
    """

    reader: str
    version: int
    answers: Mapping[str, Answer] = field(repr=False)
    lexicon: Lexicon = field(repr=False)
    features: FeatureSet = field(repr=False)
    row: Mapping[str, Cell] = field(repr=False)
    parameters: tuple[str, ...] = ()
    synthetic: bool = False


def report_object(
    reading: Reading,
    subject: Subject,
    title: str,
    series_number: int,
    moment: datetime.datetime,
    segmentation: Made,
    segment: int,
    maps: Mapping[str, Made],
    sources: Sequence[SourceFrame],
    drawn_on: Sequence[SourceFrame],
) -> Made:
    """Make the report of a reading.

    Parameters
    ----------
    reading : Reading
    subject : Subject
    title : str
        Of the series.
    series_number : int
    moment : datetime
        When the reading was signed off.
    segmentation : Made
    segment : int
        Number of the segment that was measured.
    maps : mapping of str to Made
        Name of a map -> parametric map.
    sources : sequence of SourceFrame
        The images behind the maps.
    drawn_on : sequence of SourceFrame
        Images, or a map of ours, on which the lesion was outlined.

    Raises
    ------
    ImageError
        If a value does not read back as it is.
    """
    from highdicom.sr import EnhancedSR, MeasurementReport

    builder = _Builder(reading, subject, maps)
    groups = [builder.lesion(segmentation, segment, drawn_on), *builder.rings(), *builder.breast()]
    content = MeasurementReport(
        observation_context=builder.context(),
        procedure_reported=concept(Code("SCT", "241615005", "MRI of breast")),
        imaging_measurements=groups,
    )
    if (evaluations := builder.breast_evaluations()) is not None:
        content[0].ContentSequence.append(evaluations)
    ours = [made.reference for made in (segmentation, *maps.values())]
    evidence = [_evidence(source, subject, segmentation.data) for source in (*ours, *sources)]
    told = repr((dict(reading.row), dict(reading.answers), reading.parameters, title, reading.version))
    others = [str(one.SOPInstanceUID) for one in evidence]
    digest = hashlib.sha256(repr((told, others, segment)).encode()).hexdigest()
    uid = subject.new_uid(f"report {reading.reader} {moment.isoformat()} {digest}")
    data = EnhancedSR(
        evidence=evidence,
        content=content[0],
        series_instance_uid=subject.new_uid(f"series of {uid}"),
        series_number=series_number,
        sop_instance_uid=uid,
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MODEL,
        software_versions=__version__,
        device_serial_number=__version__,
        is_complete=True,
        is_final=True,
        is_verified=False,
        series_description=title,
        coding_schemes=private_scheme(),
    )
    made = finish(data, subject, moment, uid)
    _check(made, builder.told)
    return made


def not_told(reading: Reading) -> tuple[str, ...]:
    """Answers that a report has no place for: what was typed as text may name a person."""
    return tuple(
        item.label
        for item in reading.lexicon.items
        if item.kind in ("text", "date") and reading.answers.get(item.id) not in (None, "", NOT_APPLICABLE)
    )


class _Builder:
    """Makes the groups of one report, and remembers every number that it writes."""

    def __init__(self, reading: Reading, subject: Subject, maps: Mapping[str, Made]):
        self._reading, self._subject, self._maps = reading, subject, maps
        self.told: list[float] = []

    def context(self) -> Any:
        """Who observed: the reader, and the program."""
        from highdicom.sr import (
            DeviceObserverIdentifyingAttributes,
            ObservationContext,
            ObserverContext,
            PersonObserverIdentifyingAttributes,
        )

        person = PersonObserverIdentifyingAttributes(name=person_name(self._reading.reader))
        device = DeviceObserverIdentifyingAttributes(
            uid=self._subject.new_uid(f"program {__version__}"),
            name=MANUFACTURER,
            manufacturer_name=MANUFACTURER,
            model_name=MODEL,
            serial_number=__version__,
        )
        return ObservationContext(
            observer_person_context=ObserverContext(concept(Code("DCM", "121006", "Person")), person),
            observer_device_context=ObserverContext(concept(Code("DCM", "121007", "Device")), device),
        )

    def lesion(self, segmentation: Made, segment: int, drawn_on: Sequence[SourceFrame]) -> Any:
        """The lesion with its features and the answers about it."""
        from highdicom.sr import (
            ReferencedSegment,
            SourceImageForSegmentation,
            VolumetricROIMeasurementsAndQualitativeEvaluations,
        )

        reference = segmentation.reference
        by_file: dict[tuple[str, str], list[int]] = {}
        for one in drawn_on:
            uid = one.sop_uid if one.is_ours else self._subject.uid_of_image(one.sop_uid)
            by_file.setdefault((one.sop_class, uid), []).extend([] if one.frame is None else [one.frame])
        return VolumetricROIMeasurementsAndQualitativeEvaluations(
            referenced_segment=ReferencedSegment(
                reference.sop_class,
                reference.sop_uid,
                segment,
                source_images=[
                    SourceImageForSegmentation(sop_class, uid, sorted(set(frames)) or None)
                    for (sop_class, uid), frames in by_file.items()
                ],
            ),
            measurements=[*self._geometry(), *self._features(None), *self._numbers(True)],
            qualitative_evaluations=self._evaluations(True),
            **self._group(LESION, SEGMENTS[LESION].type),
        )

    def rings(self) -> list[Any]:
        """What was measured around the lesion."""
        from highdicom.sr import MeasurementsAndQualitativeEvaluations

        return [
            MeasurementsAndQualitativeEvaluations(
                measurements=[*self._ring_geometry(ring_name(reach)), *self._features(reach)],
                **self._group(f"ring of {reach:g} mm", codes.RING),
            )
            for reach in self._reading.features.rings_mm
        ]

    def breast(self) -> list[Any]:
        """What was measured of the breast, with the answers about it; without a number there is no group."""
        from highdicom.sr import MeasurementsAndQualitativeEvaluations

        numbers = self._numbers(False)
        if not numbers:
            return []
        return [
            MeasurementsAndQualitativeEvaluations(
                measurements=numbers,
                qualitative_evaluations=self._evaluations(False),
                **self._group("breast", codes.READING),
            )
        ]

    def breast_evaluations(self) -> Any:
        """The answers about the breast as a part of the report (TID 1500); None where a group has them."""
        from highdicom.sr import ContainerContentItem, ContentSequence, RelationshipTypeValues

        evaluations = self._evaluations(False)
        has_numbers = any(
            item.kind in ("number", "integer") and answer != NOT_ASSESSABLE and item.id != _CLOCK_ITEM
            for item, answer in self._questions(False)
        )
        if not evaluations or has_numbers:
            return None
        part = ContainerContentItem(
            name=concept(codes.QUALITATIVE_EVALUATIONS), relationship_type=RelationshipTypeValues.CONTAINS
        )
        part.ContentSequence = ContentSequence([item for one in evaluations for item in one])
        return part

    def _group(self, what: str, finding: Code) -> dict[str, Any]:
        from highdicom.sr import AlgorithmIdentification, FindingSite, TrackingIdentifier

        # What is said of the breast is said of both together.
        side = self._reading.lexicon.get(_SIDE_ITEM)
        answer = self._reading.answers.get(_SIDE_ITEM)
        laterality = next(
            (
                concept(value.code)
                for value in (side.values if side is not None else ())
                if value.value == answer
            ),
            None,
        )
        laterality = None if finding is codes.READING else laterality
        return {
            "tracking_identifier": TrackingIdentifier(
                uid=self._subject.new_uid(f"tracking {what}"), identifier=what
            ),
            "finding_type": concept(finding),
            "finding_sites": [FindingSite(concept(BREAST), laterality=laterality)],
            "algorithm_id": AlgorithmIdentification(
                name=MANUFACTURER,
                version=__version__,
                parameters=[text[:_MOST_TEXT] for text in self._reading.parameters],
            ),
        }

    def _geometry(self) -> list[Any]:
        row = self._reading.row
        found = [
            self._measurement(codes.VOLUME, row.get("voi_volume_mm3"), codes.CUBIC_MILLIMETER),
            self._measurement(codes.VOXELS, row.get("voi_voxels"), codes.NO_UNITS),
            self._measurement(codes.SLICES, row.get("voi_slices"), codes.NO_UNITS),
        ]
        return [one for one in found if one is not None]

    def _ring_geometry(self, name: str) -> list[Any]:
        row = self._reading.row
        found = [
            self._measurement(codes.VOLUME, row.get(f"{name}_volume_mm3"), codes.CUBIC_MILLIMETER),
            self._measurement(codes.VOXELS, row.get(f"{name}_voxels"), codes.NO_UNITS),
        ]
        return [one for one in found if one is not None]

    def _features(self, ring: float | None) -> list[Any]:
        """The features of the maps that are there, in the VOI or in a ring."""
        found = []
        for spec in self._reading.features.maps:
            if spec.name not in self._maps:
                continue
            for feature in self._reading.features.features:
                if feature.map.name == spec.name and feature.ring_mm == ring:
                    found.append(self._feature(feature, spec))
            key = spec.name if ring is None else f"{spec.name}_{ring_name(ring)}"
            part = self._measurement(
                codes.VALID_PART, self._reading.row.get(f"{key}_valid_fraction"), codes.NO_UNITS, spec
            )
            found += [part] if part is not None else []
        return found

    def _feature(self, feature: Feature, spec: MapSpec) -> Any:
        value = self._reading.row.get(feature.name)
        unit = spec.units if feature.statistic.unit is None else None
        measured = self._measurement(
            codes.map_quantity(spec),
            value,
            unit or codes.unit_code(feature.unit),
            spec,
            _derivation(feature),
        )
        return measured if measured is not None else self._without_value(feature, spec)

    def _without_value(self, feature: Feature, spec: MapSpec) -> Any:
        """A feature that has no value, said as such: an absent one could be thought forgotten."""
        measured = self._measurement(
            codes.map_quantity(spec), 0.0, codes.NO_UNITS, spec, _derivation(feature), codes.NOT_A_NUMBER
        )
        self.told.pop()
        measured[0].MeasuredValueSequence = []
        return measured

    def _measurement(
        self,
        name: Code,
        value: Cell,
        unit: Code,
        spec: MapSpec | None = None,
        derivation: Any = None,
        qualifier: Code | None = None,
    ) -> Any:
        from highdicom.sr import Measurement, SourceImageForMeasurement

        if value is None or isinstance(value, str):
            return None
        self.told.append(float(value))
        images = None
        if spec is not None:
            reference = self._maps[spec.name].reference
            images = [SourceImageForMeasurement(reference.sop_class, reference.sop_uid)]
        return Measurement(
            name=concept(name),
            value=float(value),
            unit=concept(unit),
            derivation=derivation,
            referenced_images=images,
            qualifier=None if qualifier is None else concept(qualifier),
        )

    def _questions(self, of_lesion: bool) -> list[tuple[Item, Answer]]:
        return [
            (item, answer)
            for item in self._reading.lexicon.items
            if (item.section in LESION_SECTIONS) == of_lesion
            and (answer := self._reading.answers.get(item.id)) not in (None, "", NOT_APPLICABLE)
        ]

    def _numbers(self, of_lesion: bool) -> list[Any]:
        return [
            self._measurement(item.code, answer, codes.unit_code(item.unit))
            for item, answer in self._questions(of_lesion)
            if item.kind in ("number", "integer") and answer != NOT_ASSESSABLE and item.id != _CLOCK_ITEM
        ]

    def _evaluations(self, of_lesion: bool) -> list[Any]:
        from highdicom.sr import QualitativeEvaluation

        found = []
        for item, answer in self._questions(of_lesion):
            code = next((choice.code for choice in item.choices if choice.value == answer), None)
            if code is None and item.id == _CLOCK_ITEM and isinstance(answer, int):
                code = codes.CLOCK.get(answer)
            if code is not None:
                found.append(QualitativeEvaluation(concept(item.code), concept(code)))
        return found


def _derivation(feature: Feature) -> Any:
    """How a feature is computed, with the code of the IBSI where the public code is another."""
    code = concept(feature.statistic.code)
    if feature.statistic.ibsi is not None:
        code.EquivalentCodeSequence = [concept(feature.statistic.ibsi)]
    return code


def _evidence(source: SourceFrame, subject: Subject, of: "Dataset") -> "Dataset":
    """An image as evidence: its identifiers, and whose it is."""
    from pydicom.dataset import Dataset

    item = Dataset()
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyID", "AccessionNumber",
                    "ReferringPhysicianName"):  # fmt: skip
        setattr(item, keyword, "")
    item.StudyDate = item.StudyTime = None
    item.StudyInstanceUID = of.StudyInstanceUID
    item.SOPClassUID = source.sop_class
    item.SOPInstanceUID = source.sop_uid if source.is_ours else subject.uid_of_image(source.sop_uid)
    item.SeriesInstanceUID = source.series_uid if source.is_ours else subject.uid_of_image(source.series_uid)
    return item


def numbers_in(data: "Dataset") -> list[float]:
    """Every number of a report, in its order."""
    found = []
    for item in data.get("ContentSequence") or []:
        if item.get("ValueType") == "NUM":
            found += [
                float(measured.get("FloatingPointValue", measured.NumericValue))
                for measured in item.get("MeasuredValueSequence") or []
            ]
        found += numbers_in(item)
    return found


def _check(made: Made, told: Sequence[float]) -> None:
    """Refuse a report that does not hold the numbers that it was made of."""
    import pydicom

    if sorted(numbers_in(pydicom.dcmread(BytesIO(made.content)))) != sorted(told):
        raise ImageError(
            "a report was not written",
            needed="the numbers that were measured",
            found="others when it was read back",
        )


__all__ = ["LESION_SECTIONS", "REPORT_CLASS", "Reading", "not_told", "numbers_in", "report_object"]
