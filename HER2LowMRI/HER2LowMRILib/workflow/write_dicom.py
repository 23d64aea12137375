"""DICOM objects of signed readings: one segmentation and one report of each, and the parametric maps of each case.

Nothing of the pathology goes in: no object knows a HER2 group. What is not coded goes in neither: remarks, reasons and
names of segments may name a person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import Cancelled, HER2LowMRIError, StudyError
from HER2LowMRILib.core.map_spec import NO_UNIT, MapSpec
from HER2LowMRILib.core.wording import counted, first_of
from HER2LowMRILib.files.budget import sha256_of
from HER2LowMRILib.files.disk_errors import tells_disk_errors
from HER2LowMRILib.files.row_csv import read_rows, rows_to_bytes
from HER2LowMRILib.files.verified_write import make_folder, refuse_file_in_place, write_together
from HER2LowMRILib.images.dicom_out.parametric_map import MapToWrite, map_object
from HER2LowMRILib.images.dicom_out.parts import Made, at, slice_of_frames
from HER2LowMRILib.images.dicom_out.report import Reading, not_told, report_object
from HER2LowMRILib.images.dicom_out.segmentation import Outlines, outlines_of, segmentation_object
from HER2LowMRILib.images.dicom_out.sources import SourceFrame, SourceImages, sources_of_dwi, sources_of_map
from HER2LowMRILib.images.dicom_out.subject import PATIENT_MODES, PSEUDONYM, subject_of
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_files import read_segmentation
from HER2LowMRILib.images.voi_on_grid import Outline
from HER2LowMRILib.study.case_list import CONTEXT_ROLES, Case
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.examinations import listed_images, read_examination
from HER2LowMRILib.study.image_names import without_names
from HER2LowMRILib.study.image_record import changed_images, hash_images
from HER2LowMRILib.study.outside import refuse_inside_a_study
from HER2LowMRILib.study.pseudonyms import read_key
from HER2LowMRILib.study.readings import SignedVersion, signed_voi_file
from HER2LowMRILib.study.still_there import require_there
from HER2LowMRILib.study.study_folder import Study, require_lexicon
from HER2LowMRILib.workflow.case_maps import Row, given_files, maps_of_case
from HER2LowMRILib.workflow.measure_maps import measure_placed, place_voi

SEGMENTATION_FILE, REPORT_FILE, MAPS_FOLDER = "voi.dcm", "report.dcm", "maps"
LIST_FILE = "objects.csv"
_LIST_COLUMNS = ("case_id", "reader", "reading_version", "object", "file")
# Series of one study are told apart by their numbers in every viewer.
_FIRST_MAP, _FIRST_VOI, _FIRST_REPORT = 9101, 9201, 9301


@dataclass(frozen=True)
class DicomPlan:
    """What writing the objects of a study would do.

    Attributes
    ----------
    readings : mapping of str to tuple of str
        Case -> readers whose reading is written.
    left_out : mapping of str to str
        Case, or case and reader -> why nothing is written of it.
    """

    readings: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, str]


@dataclass(frozen=True)
class DicomExport:
    """What was written.

    Attributes
    ----------
    objects : tuple of dict
        One row for each file: case, reader, object, file.
    left_out : mapping of str to str
        As in `DicomPlan`, with what could not be made.
    notes : tuple of str
        What is not in the objects.
    """

    objects: tuple[Row, ...]
    left_out: Mapping[str, str]
    notes: tuple[str, ...] = ()


def plan_dicom(study: Study, out: Path, case_ids: Sequence[str] = ()) -> DicomPlan:
    """See what would be written; nothing is.

    Parameters
    ----------
    study : Study
    out : Path
        Folder for the objects.
    case_ids : sequence of str
        Only these cases; all when left out.

    Raises
    ------
    StudyError
        If a case is not there, the folder lies inside the study, or an object is in the way.
    """
    cohort = study.cohort()
    refuse_inside_a_study(Path(out), "the objects", "are readings of all of them")
    refuse_file_in_place(Path(out), "the folder of the objects")
    cases = _chosen(cohort, case_ids)
    readings: dict[str, tuple[str, ...]] = {}
    left_out: dict[str, str] = {}
    for case in cases:
        found, reasons = _readings_of(cohort, case)
        left_out |= reasons
        if found:
            readings[case.case_id] = tuple(found)
    _refuse_overwriting(Path(out), readings)
    return DicomPlan(readings, left_out)


@tells_disk_errors
def write_dicom(
    study: Study,
    out: Path,
    case_ids: Sequence[str] = (),
    *,
    patient: str = PSEUDONYM,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DicomExport:
    """Write segmentation, parametric maps and report of every signed reading that has a VOI.

    Parameters
    ----------
    study, out, case_ids
        As for `plan_dicom`.
    patient : {"pseudonym", "source"}
        Whose objects they are: the study's pseudonym, with new UIDs made with the study's key; or the patient that
        the images state.
    progress : callable, optional
        Called with the fraction done.
    cancelled : callable, optional
        Asked before each case; when it returns True the writing stops. Cases are whole or not there.

    Raises
    ------
    StudyError
        As `plan_dicom`, or if a file cannot be written.
    Cancelled
        When ``cancelled`` said so.
    """
    if patient not in PATIENT_MODES:
        raise StudyError("whose objects they are is unknown", needed=" or ".join(PATIENT_MODES))
    plan = plan_dicom(study, out, case_ids)
    require_lexicon(study.form, study.protocol)
    # Before anything is measured: without the key there are no UIDs.
    read_key(study.folder)
    cohort = study.cohort()
    cases = {case.case_id: case for case in cohort.cases}
    rows: list[Row] = []
    left_out, notes = dict(plan.left_out), []
    for done, (case_id, readers) in enumerate(plan.readings.items(), start=1):
        if cancelled is not None and cancelled():
            raise Cancelled
        try:
            made = _CaseObjects(study, cohort, cases[case_id], readers, patient).make()
        except HER2LowMRIError as error:
            left_out[case_id] = without_names(str(error), cases[case_id].images)
        except Exception as error:  # noqa: BLE001 - one bad case must not stop the others
            require_there(study.folder)
            # Messages of other libraries quote names and UIDs.
            left_out[case_id] = f"unexpected {type(error).__name__}"
        else:
            left_out |= made.left_out
            notes += made.notes
            _write(Path(out), made.files)
            rows += made.rows
        if progress is not None:
            progress(done / len(plan.readings))
    if rows:
        _write_list(Path(out), rows)
    return DicomExport(tuple(rows), left_out, tuple(dict.fromkeys(notes)))


def _chosen(cohort: CohortView, case_ids: Sequence[str]) -> list[Case]:
    by_id = {case.case_id: case for case in cohort.cases}
    unknown = [case_id for case_id in case_ids if case_id not in by_id]
    if unknown:
        raise StudyError(
            f"{counted(len(unknown), 'case')} not in this study",
            needed="case ids of the study",
            found=", ".join(unknown[:5]),
        )
    return [by_id[case_id] for case_id in (case_ids or sorted(by_id))]


def _readings_of(cohort: CohortView, case: Case) -> tuple[dict[str, SignedVersion], dict[str, str]]:
    """Signed readings with a VOI, by reader; and what is left out, with the reason."""
    case_id = case.case_id
    if case.excluded is not None:
        return {}, {case_id: "left out of the study by the coordinator"}
    if case.training:
        return {}, {case_id: "a case to train on, which is never exported"}
    try:
        signed = cohort.signed(case_id)
    except StudyError as error:
        return {}, {case_id: str(error)}
    if not signed:
        return {}, {case_id: "no reading is signed off"}
    owner = cohort.owner(case)
    if owner.problem is not None:
        return {}, {case_id: owner.problem}
    reasons = {
        f"{case_id} {reader}": "signed off without a VOI"
        for reader, version in signed.items()
        if version.voi_file is None
    }
    return {reader: version for reader, version in signed.items() if version.voi_file is not None}, reasons


def _refuse_overwriting(out: Path, readings: Mapping[str, Sequence[str]]) -> None:
    there = [
        f"{case_id}/{name}"
        for case_id, readers in readings.items()
        for name in (MAPS_FOLDER, *readers)
        if (out / case_id / name).exists()
    ]
    if there:
        raise StudyError(
            "objects of an earlier export are in the way",
            needed="a folder without them: an object that was sent is never replaced by another",
            found=first_of(there, 3),
            todo="Choose another folder, or move them away",
        )


@dataclass
class _OfCase:
    """What is made of one case."""

    files: dict[Path, bytes]
    rows: list[Row]
    left_out: dict[str, str]
    notes: list[str]


class _CaseObjects:
    """Makes the objects of one case."""

    def __init__(self, study: Study, cohort: CohortView, case: Case, readers: Sequence[str], patient: str):
        self._study, self._cohort, self._case = study, cohort, case
        self._case_id = case.case_id
        signed = cohort.signed(case.case_id)
        self._signed = {reader: signed[reader] for reader in readers}
        self._images = listed_images(case.images, read_examination(study.folder, case))
        self._refuse_changed()
        self._maps = maps_of_case(self._images, study.protocol.fit, study.protocol.features).whole()
        self._dwi = sources_of_dwi(self._images.dwi, self._images.b_values) if self._images.dwi else None
        files = given_files(self._images, self._maps.features.maps)
        self._of_maps = {role: sources_of_map(file) for role, file in files.items()}
        headers = [source.header for source in (self._dwi, *self._of_maps.values()) if source is not None]
        self._subject = subject_of(self._case_id, headers[0] if headers else None, cohort.pseudonym, patient)
        self._mark = "SYNTHETIC " if study.protocol.synthetic else ""

    def make(self) -> _OfCase:
        """Make maps, then segmentation and report of every reading."""
        found = _OfCase({}, [], {}, [])
        maps = self._map_objects(found)
        placed, outlines, voi_of = {}, {}, {}
        for reader, version in self._signed.items():
            try:
                voi_of[reader] = self._outlines(reader, version)
                outlines[reader] = voi_of[reader]
                placed[reader] = place_voi(self._maps, _outline(voi_of[reader]))
            except HER2LowMRIError as error:
                found.left_out[f"{self._case_id} {reader}"] = without_names(str(error), self._images)
        measured = measure_placed(self._maps, placed) if placed else {}
        for number, reader in enumerate(self._study.protocol.readers):
            if reader in measured:
                row = measured[reader].row
                self._of_reading(found, number, reader, outlines[reader], row, maps)
        if not measured:
            # Maps without a reading are nobody's finding.
            return _OfCase({}, [], found.left_out, found.notes)
        return found

    def _refuse_changed(self) -> None:
        roles = tuple(role for role in self._images.roles if role not in CONTEXT_ROLES)
        changed = changed_images(self._images, hash_images(self._images, roles))
        if changed:
            raise StudyError(
                f"the images are not those that were added: {', '.join(changed)}",
                needed="the files with the recorded hashes",
            )

    def _map_objects(self, found: _OfCase) -> dict[str, Made]:
        # What all readers measure on was there when the first of them signed.
        moment = min(at(version.utc) for version in self._signed.values())
        made: dict[str, Made] = {}
        for number, spec in enumerate(self._maps.features.maps):
            written = self._map_to_write(spec)
            if written is None:
                continue
            sources = self._sources_of(spec)
            title = (
                f"{self._mark}{spec.label} [{'no unit' if spec.unit == NO_UNIT else spec.unit}] HER2LowMRI"
            )
            made[spec.name] = map_object(
                written,
                self._subject,
                title[:64],
                _FIRST_MAP + number,
                moment,
                sources.images if sources is not None else (),
                sources.on(written.grid) if sources is not None else None,
            )
            self._add(
                found,
                None,
                None,
                f"parametric map {spec.label}",
                f"{MAPS_FOLDER}/{spec.label}.dcm",
                made[spec.name],
            )
        return made

    def _map_to_write(self, spec: MapSpec) -> MapToWrite | None:
        maps = self._maps.maps(spec.name)
        grid = self._maps.grid_of(spec.name)
        if maps is None or grid is None:
            return None
        values = np.where(maps.valid(spec.name), maps.values[spec.name], np.nan).astype(np.float32)
        group = next(group for group in self._maps.groups if spec.name in group.names)
        if group.given:
            return MapToWrite(spec, values, grid)
        b_values = maps.options.adc_b if spec.name == "ADC" else maps.b_values
        return MapToWrite(spec, values, grid, tuple(b_values), maps.options.model)

    def _sources_of(self, spec: MapSpec) -> SourceImages | None:
        """The images a map is made of; where it came with the case, its own."""
        group = next(group for group in self._maps.groups if spec.name in group.names)
        if not group.given:
            return self._dwi
        return self._of_maps.get(spec.role)

    def _outlines(self, reader: str, version: SignedVersion) -> Outlines:
        folder = self._cohort.reading_folder(reader, self._case_id)
        file = signed_voi_file(folder, version)
        if sha256_of(file, StudyError) != version.voi_sha256:
            raise StudyError(
                "the signed VOI was changed after sign-off", needed="the file with the signed hash"
            )
        drawn = read_segmentation(file)
        return outlines_of(dict(drawn.masks), drawn.grid)

    def _of_reading(
        self,
        found: _OfCase,
        number: int,
        reader: str,
        outlines: Outlines,
        row: Row,
        maps: Mapping[str, Made],
    ) -> None:
        version = self._signed[reader]
        moment = at(version.utc)
        drawn_on = self._drawn_on(outlines.grid, maps)
        voi = segmentation_object(
            outlines,
            self._subject,
            reader,
            f"{self._mark}VOI of {reader} HER2LowMRI"[:64],
            _FIRST_VOI + number,
            moment,
            *drawn_on,
        )
        lesion = outlines.masks[outlines.measured]
        on_lesion = [
            source
            for k in np.flatnonzero(lesion.any(axis=(1, 2)))
            for source in (drawn_on[1][int(k)][:1] if drawn_on[1] is not None else ())
        ]
        reading = Reading(
            reader,
            version.number,
            version.answers,
            self._study.form.lexicon,
            self._maps.features,
            row,
            self._parameters(version, row),
        )
        report = report_object(
            reading,
            self._subject,
            f"{self._mark}Reading of {reader} HER2LowMRI"[:64],
            _FIRST_REPORT + number,
            moment,
            voi,
            list(outlines.masks).index(outlines.measured) + 1,
            maps,
            self._evidence(),
            on_lesion or drawn_on[0],
        )
        self._add(found, reader, version.number, "segmentation", f"{reader}/{SEGMENTATION_FILE}", voi)
        self._add(found, reader, version.number, "report", f"{reader}/{REPORT_FILE}", report)
        if outlines.left_out:
            found.notes.append(
                f"{self._case_id} {reader}: {counted(outlines.left_out, 'segment')} of another name than lesion and "
                "exclusions left out"
            )
        untold = not_told(reading)
        if untold:
            found.notes.append(f"text that readers typed is left out: {', '.join(untold)}")
        if version.comment:
            found.notes.append("remarks of readers are left out")

    def _evidence(self) -> tuple[SourceFrame, ...]:
        """Every image behind the maps, once."""
        found = [source for source in (self._dwi, *self._of_maps.values()) if source is not None]
        return tuple(dict.fromkeys(image for source in found for image in source.images))

    def _drawn_on(
        self, grid: ImageGrid, maps: Mapping[str, Made]
    ) -> tuple[tuple[SourceFrame, ...], Sequence[Sequence[SourceFrame]] | None]:
        """The images that a VOI was drawn on, all of them and those of every slice; else our map of them."""
        own = self._sources_of(self._first_spec)
        if own is not None:
            return own.images, own.on(grid)
        made, of_map = maps[self._first_spec.name], self._maps.grid
        slices: list[list[SourceFrame]] = [[] for _ in range(of_map.shape[0])]
        for number, k in enumerate(slice_of_frames(made.data, of_map), start=1):
            slices[k] = [replace(made.reference, frame=number)]
        return (made.reference,), slices if of_map.same_as(grid) else None

    @property
    def _first_spec(self) -> MapSpec:
        """The map that the VOI was drawn on."""
        name = self._maps.groups[0].names[0]
        return self._maps.features.spec(name)

    def _parameters(self, version: SignedVersion, row: Row) -> tuple[str, ...]:
        """How the numbers came about, in words of the columns."""
        features = self._maps.features
        told = [
            f"reading version: {version.number}",
            f"lexicon: {self._study.form.lexicon.edition}",
            f"definitions of the features: {features.definition_id}",
            "percentiles: linear interpolation between order statistics (type 7)",
            "kurtosis: excess; skewness and kurtosis with population moments",
        ]
        for key, words in (
            ("b_values", "b-values [s/mm2]"),
            ("b_averages", "averages per b-value"),
            ("adc_b_values", "b-values of the ADC [s/mm2]"),
            ("fit_model", "fit of D_app and K_app"),
            ("fit_s0", "S0 of the fit"),
        ):
            if row.get(key) is not None:
                told.append(f"{words}: {row[key]}")
        for spec in features.maps:
            if spec.name in self._maps.names:
                told.append(f"valid {spec.label}: {spec.range_text}")
                told.append(
                    f"bins of the entropy of {spec.label}: {features.bins_of(spec).text or features.bins}"
                )
        return tuple(told)

    def _add(
        self, found: _OfCase, reader: str | None, version: int | None, what: str, name: str, made: Made
    ) -> None:
        file = f"{self._case_id}/{name}"
        found.files[Path(file)] = made.content
        found.rows.append(
            {
                "case_id": self._case_id,
                "reader": reader,
                "reading_version": version,
                "object": what,
                "file": file,
            }
        )


def _outline(outlines: Outlines) -> Outline:
    masks = outlines.masks
    lesion = masks["lesion"]
    measured = masks[outlines.measured]
    left_out = [mask for name, mask in masks.items() if name not in ("lesion", outlines.measured)]
    joined = np.logical_or.reduce(left_out) if left_out else None
    assert np.array_equal(measured, lesion if joined is None else lesion & ~joined)
    return Outline(lesion, joined, outlines.grid)


def _write(out: Path, files: Mapping[Path, bytes]) -> None:
    if not files:
        return
    make_folder(out, "the folder of the objects")
    for folder in sorted({file.parent for file in files}):
        make_folder(out / folder, "the folder of the objects")
    write_together({out / file: (content,) for file, content in files.items()})


def _write_list(out: Path, rows: Sequence[Row]) -> None:
    """Write what was written; the list of an earlier export there goes on."""
    file = out / LIST_FILE
    earlier = read_rows(file) if file.exists() else []
    write_together({file: (rows_to_bytes([*earlier, *rows], _LIST_COLUMNS),)})
