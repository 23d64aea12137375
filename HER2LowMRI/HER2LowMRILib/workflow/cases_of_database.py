"""Examinations that a DICOM database lists, as cases of a study: sorted by the same rules as folders are."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.examination import Examination
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.examinations import listed_images
from HER2LowMRILib.workflow.add_cases import Added, add_cases
from HER2LowMRILib.workflow.sort_cases import sort_case


@dataclass(frozen=True)
class ListedExamination:
    """One examination (study) of a DICOM database.

    Attributes
    ----------
    patient_id : str
    files : tuple of Path
        Its MR images.
    """

    patient_id: str = field(repr=False)
    files: tuple[Path, ...] = field(repr=False)


def cases_of_examinations(
    examinations: Sequence[ListedExamination], pseudonym: Callable[[str], str]
) -> tuple[Case, ...]:
    """Make a case of each examination.

    Parameters
    ----------
    examinations : sequence of ListedExamination
    pseudonym : callable
        Patient id -> case id.

    Raises
    ------
    StudyError
        If one states no patient, has no file, or two are of one patient.
    """
    if any(not one.patient_id.strip() for one in examinations):
        raise StudyError(
            "an examination of the database has no patient id",
            needed="a patient id, of which the case id is made",
            todo="Put its images into a folder named by a pseudonym, and add that",
        )
    if any(not one.files for one in examinations):
        raise StudyError("an examination of the database has no MR image", needed="MR images")
    ids = [pseudonym(one.patient_id) for one in examinations]
    twice = [case_id for case_id, count in Counter(ids).items() if count > 1]
    if twice:
        raise StudyError(
            f"{counted(len(twice), 'patient')} marked with several examinations",
            needed="one examination for each case",
            found=", ".join(twice),
            todo="Mark one examination of each patient",
        )
    return tuple(
        Case(case_id, CaseImages(dwi=places_of_files(one.files)))
        for case_id, one in zip(ids, examinations, strict=True)
    )


def images_of_examination(listed: ListedExamination) -> tuple[CaseImages, Examination | None]:
    """The images of one examination for a case without a study: its diffusion files, and what else it is sorted into.

    Raises
    ------
    StudyError
        If it has no file.
    """
    if not listed.files:
        raise StudyError("an examination of the database has no MR image", needed="MR images")
    case = Case("single", CaseImages(dwi=places_of_files(listed.files)))
    try:
        found = sort_case(case)
    except HER2LowMRIError:
        # Reading the diffusion images says what is wrong with them.
        return case.images, None
    return listed_images(case.images, found), found


def places_of_files(files: Sequence[Path]) -> tuple[Path, ...]:
    """The folders of files where a folder holds nothing else, otherwise the files."""
    wanted = {Path(file) for file in files}
    places: list[Path] = []
    for folder in sorted({file.parent for file in wanted}):
        inside = {file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(".")}
        places += [folder] if inside and inside <= wanted else sorted(f for f in wanted if f.parent == folder)
    # A folder in a folder that is taken whole is in it already.
    whole = {place for place in places if place.is_dir()}
    return tuple(place for place in places if not whole & set(place.parents))


def add_examinations(
    office: CoordinatorView,
    examinations: Sequence[ListedExamination],
    progress: Callable[[float], None] | None = None,
) -> Added:
    """Add examinations of a database to a study; what is there already stays as it is.

    Raises
    ------
    StudyError
        As `cases_of_examinations`.
    """
    return add_cases(office, cases_of_examinations(examinations, office.pseudonym), progress=progress)
