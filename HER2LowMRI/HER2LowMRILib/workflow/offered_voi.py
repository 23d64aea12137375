"""A VOI file that a table names for a reading: of this case, on its maps, and other than what is there."""

import hashlib
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.files.budget import LARGEST_CLAIM, read_at_most
from HER2LowMRILib.images.dicom_object import header_of, is_dicom_object, stated
from HER2LowMRILib.images.intake.image_files import is_image_file
from HER2LowMRILib.images.segment_names import choose_voi
from HER2LowMRILib.images.segmentation import Segmentation
from HER2LowMRILib.images.voi_files import read_segmentation, read_voi, segments_for
from HER2LowMRILib.images.voi_on_grid import carry_over
from HER2LowMRILib.study.case_list import MAP_ROLES, CaseImages, places_of
from HER2LowMRILib.study.image_owner import patient_ids, plain_id
from HER2LowMRILib.study.reader_view import ReaderView
from HER2LowMRILib.study.readings import CaseReading, ReadingNow
from HER2LowMRILib.workflow.case_maps import maps_of_case
from HER2LowMRILib.workflow.voi_examination import check_examination


def is_new_voi(view: ReaderView, case_id: str, file: Path, now: ReadingNow) -> bool:
    """Whether a file holds another VOI than the reading has.

    Raises
    ------
    HER2LowMRIError
        If it cannot be read, is of another patient, or lies outside the maps of the case.
    """
    try:
        content = read_at_most(file, LARGEST_CLAIM, StudyError)
    except StudyError as error:
        raise StudyError(
            "the VOI file cannot be read",
            needed="a .seg.nrrd file or a DICOM segmentation",
            found=error.found,
        ) from error
    if hashlib.sha256(content).hexdigest() == now.voi_sha256:
        return False
    if not _is_dicom(file):
        read_voi(file, read_segmentation(file).grid)
        return True
    drawn = _of_dicom(view, case_id, file)
    kept = view.voi_file(case_id)
    return kept is None or not _same_voi(drawn, read_segmentation(kept))


def save_offered_voi(view: ReaderView, case: CaseReading, file: Path) -> None:
    """Keep a VOI that `is_new_voi` accepted; a DICOM segmentation becomes a .seg.nrrd file, voxel by voxel."""
    if not _is_dicom(file):
        case.save_voi_file(file)
        return
    drawn = _of_dicom(view, case.case_id, file)
    case.save_voi(dict(drawn.masks), drawn.grid)


def _is_dicom(file: Path) -> bool:
    return not is_image_file(file) and is_dicom_object(file)


def _of_dicom(view: ReaderView, case_id: str, file: Path) -> Segmentation:
    images = view.images_ahead(case_id)
    _refuse_another(view, case_id, file, images)
    grid = maps_of_case(images, view.about.fit, view.about.features).grid
    drawn = segments_for(file, grid)
    carry_over(choose_voi(drawn.masks).mask, drawn.grid, grid)
    return drawn


def _refuse_another(view: ReaderView, case_id: str, file: Path, images: CaseImages) -> None:
    """Refuse a segmentation that says it is of somebody else: by the pseudonym of our export, or by the patient id.

    One of another examination of the same patient is refused too.
    """
    of_file = str(stated(header_of(file, ("PatientID",)), "PatientID") or "").strip()
    if not of_file or of_file == case_id:
        return
    others = {item.case_id for item in view.work_list} - {case_id}
    same = {plain_id(one) for one in patient_ids(images)}
    if of_file in others or (same and plain_id(of_file) not in same):
        raise StudyError(
            "the VOI belongs to another patient than the case",
            needed="the patient of the images, or the case id in its place",
            found="another",
            todo="Give the VOI that was drawn on these images",
        )
    drawn_on = (place for role in (*MAP_ROLES, "dwi") for place in places_of(images, role))
    check_examination(file, drawn_on, plain_id(of_file) in same)


def _same_voi(one: Segmentation, other: Segmentation) -> bool:
    """Whether two files hold the same segments, empty ones aside; in any order of the slices."""
    first = {name: mask for name, mask in one.masks.items() if mask.any()}
    second = {name: mask for name, mask in other.masks.items() if mask.any()}
    if set(first) != set(second):
        return False
    try:
        return all(
            np.array_equal(carry_over(mask, one.grid, other.grid)[0], second[name])
            and np.count_nonzero(mask) == np.count_nonzero(second[name])
            for name, mask in first.items()
        )
    except HER2LowMRIError:
        return False
