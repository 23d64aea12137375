"""What Slicer's DICOM database holds: its examinations, and which instances a volume is made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import slicer

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.images.intake.read_dwi import frames_used, read_headers
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.workflow.cases_of_database import ListedExamination

INSTANCES = "DICOM.instanceUIDs"
"""Attribute of a volume with the UIDs of its images, as Slicer's own DICOM plugins set it."""
_PATIENT_ID, _MODALITY, _STUDY_DATE = "0010,0020", "0008,0060", "0008,0020"


@dataclass(frozen=True)
class DatabaseStudy:
    """One examination of the database, as a list shows it.

    Attributes
    ----------
    patient, date, description : str
        As the hospital has them: for the coordinator's eyes, never written anywhere.
    images : int
        MR images.
    chosen : bool
        Whether it is marked in Slicer's own browser.
    examination : ListedExamination
    """

    patient: str
    date: str
    description: str
    images: int
    chosen: bool
    examination: ListedExamination


def database() -> Any | None:
    """Slicer's DICOM database; None where it is not open."""
    found = getattr(slicer, "dicomDatabase", None)
    return found if found is not None and found.isOpen else None


def studies_in_database() -> tuple[DatabaseStudy, ...]:
    """Every examination with MR images, by patient and date."""
    found, of, chosen = [], database(), _chosen_in_browser()
    if of is None:
        return ()
    for patient in of.patients():
        for study in of.studiesForPatient(patient):
            listed = _study(of, patient, study, study in chosen)
            if listed is not None:
                found.append(listed)
    return tuple(sorted(found, key=lambda one: (one.patient.casefold(), one.date)))


def _chosen_in_browser() -> frozenset[str]:
    """The examinations that are marked in the browser of Slicer's module DICOM; none where it was never opened."""
    browser = getattr(getattr(slicer.modules, "DICOMWidget", None), "browserWidget", None)
    if browser is None:
        return frozenset()
    return frozenset(browser.dicomBrowser.dicomTableManager().currentStudiesSelection())


def _study(of: Any, patient: str, study: str, chosen: bool) -> DatabaseStudy | None:
    files: list[str] = []
    for series in of.seriesForStudy(study):
        of_series = [file for file in of.filesForSeries(series) if file]
        if of_series and of.fileValue(of_series[0], _MODALITY) == "MR":
            files += of_series
    if not files:
        return None
    patient_id = of.fileValue(files[0], _PATIENT_ID)
    return DatabaseStudy(
        " ".join(part for part in (of.nameForPatient(patient), patient_id) if part),
        of.fileValue(files[0], _STUDY_DATE),
        of.descriptionForStudy(study),
        len(files),
        chosen,
        ListedExamination(patient_id, tuple(Path(file) for file in files)),
    )


def remember_instances(node: Any, files: Iterable[Path]) -> None:
    """Keep with a volume which instances of the database it is made of; nothing where a file is not in it."""
    # The volume may have been of another case.
    node.RemoveAttribute(INSTANCES)
    of = database()
    if of is None:
        return
    uids = [of.instanceForFile(str(file)) for file in files]
    if uids and all(uids):
        node.SetAttribute(INSTANCES, " ".join(dict.fromkeys(uids)))


def remember_series(nodes: Mapping[float, Any], images: CaseImages) -> None:
    """Keep with the image of each b-value which instances it is made of, where they are in the database.

    Parameters
    ----------
    nodes : mapping of float to node
        b-value [s/mm2] -> volume.
    images : CaseImages
    """
    for node in nodes.values():
        node.RemoveAttribute(INSTANCES)
    of = database()
    first = next((file for place in images.dwi for file in _files(place)), None)
    if of is None or first is None or not of.instanceForFile(str(first)):
        return
    try:
        read = read_headers(images.dwi, pixels=False)
        used = frames_used(read, b_values=images.b_values)
    except (HER2LowMRIError, OSError):
        # They were read a moment ago; without the attribute the case is as good.
        return
    for b, slices in used.slices.items():
        if b in nodes:
            files = dict.fromkeys(read.files[frame.file] for here in slices for frame in here)
            remember_instances(nodes[b], files)


def _files(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield from (file for file in sorted(place.rglob("*")) if file.is_file())
    else:
        yield place
