"""Sort the examinations of cases: what is added to a study, and what is in it."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.images.examination import ADC, ANSWERED_ROLES, DWI, Examination, ImageSet, in_words
from HER2LowMRILib.images.read_image_set import content_hash
from HER2LowMRILib.images.sorting.sort_examination import Places, places_in, sort_examination
from HER2LowMRILib.images.sorting.sort_volumes import Answers
from HER2LowMRILib.study.case_list import MAP_ROLES, Case, CaseImages, places_of
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.examinations import listed_images
from HER2LowMRILib.study.image_record import hash_images

NONE = "none"
# "dwi" as a person calls it, "dwi-1" as a copy is called.
_CALLED_DWI = re.compile(r"dwi(-\d+)?", re.IGNORECASE)
_NUMBERS = re.compile(r"\[?\s*\d+(?:\.0)?(?:\s*[,; ]\s*\d+(?:\.0)?)*\s*\]?")


def places_of_case(images: CaseImages) -> Places:
    """Where the images of a case are, by what their places are called."""
    named: dict[str, tuple[Path, ...]] = {}
    for role in (*ANSWERED_ROLES, *MAP_ROLES, *images.further_maps):
        if places := places_of(images, role):
            name = role if role in (*ANSWERED_ROLES, ADC) else "map"
            named[name] = (*named.get(name, ()), *places)
    found = Places(named, ())
    for place in (*images.dwi, *images.others):
        is_dwi = place in images.dwi
        called = _CALLED_DWI.fullmatch(place.name.split(".")[0]) is not None
        if is_dwi and (called or images.b_values is not None or place.is_file()):
            more = Places({DWI: (place,)}, ())
        elif is_dwi and place.is_dir():
            # What lies in it is named from here on: the name of the folder may be a patient's.
            more = places_in(place)
        else:
            more = Places({}, (place,))
        found = found.and_those_of(more)
    return found


def sort_case(
    case: Case, answers: Answers | None = None, progress: Callable[[float], None] | None = None
) -> Examination:
    """Sort the examination of a case.

    Parameters
    ----------
    case : Case
    answers : mapping, optional
        Role -> series that the coordinator said it is; those that came with the case when left out.
    progress : callable, optional
        Called with the fraction done.

    Raises
    ------
    ImageError
        As ``sort_examination``.
    """
    return sort_examination(
        places_of_case(case.images), answers or case.answers, progress, neutral_names=True
    )


def with_hashes(images: CaseImages, examination: Examination) -> Examination:
    """The examination with the hashes of its images as they are now, so that no others are taken for them.

    Raises
    ------
    HER2LowMRIError
        If a file cannot be read.
    """

    def hashed(one: object) -> object:
        if isinstance(one, ImageSet):
            return dataclasses.replace(one, sha256=content_hash(one.files))
        return one

    listed = listed_images(images, examination)
    dwi = hash_images(listed, (DWI,)).get(DWI, "") if listed.dwi else ""
    return dataclasses.replace(examination.changed(hashed), dwi_sha256=dwi)


@dataclass(frozen=True)
class SortedCase:
    """What sorting a case again gave.

    Attributes
    ----------
    case_id : str
    text : str
        What was found and what is missing, or why it could not be sorted.
    is_sorted : bool
    questions : int
    """

    case_id: str
    text: str
    is_sorted: bool
    questions: int = 0


def sort_cases(
    office: CoordinatorView,
    case_ids: Iterable[str] = (),
    answers: Answers | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[SortedCase]:
    """Sort cases of a study again, all of them where none is named; answers that were given before stay.

    Parameters
    ----------
    office : CoordinatorView
    case_ids : iterable of str
    answers : mapping, optional
        Role -> series, in place of what was answered for these roles before.
    progress : callable, optional
        Called with the fraction done.

    Raises
    ------
    StudyError
        If there is no such case.
    """
    wanted = list(case_ids)
    known = {case.case_id: case for case in office.cases}
    unknown = [case_id for case_id in wanted if case_id not in known]
    if unknown:
        raise StudyError("there is no such case in this study", needed="a case id of the study")
    chosen = [known[case_id] for case_id in wanted] or list(known.values())
    found = []
    for done, case in enumerate(chosen, start=1):
        found.append(_sort_again(office, case, answers or {}))
        if progress is not None:
            progress(done / len(chosen))
    return found


def _sort_again(office: CoordinatorView, case: Case, answers: Answers) -> SortedCase:
    lost = ""
    try:
        before = office.examination(case.case_id)
    except StudyError:
        # What was sorted before is damaged, and with it what was answered.
        before, lost = None, "; answers given before are lost with the damaged record: give them again"
    kept = {**(before.answers if before is not None else {}), **answers}
    try:
        examination = with_hashes(case.images, sort_case(case, kept))
    except HER2LowMRIError as error:
        return SortedCase(case.case_id, f"not sorted: {error}", False)
    office.keep_examination(case.case_id, examination)
    return SortedCase(case.case_id, in_words(examination) + lost, True, len(examination.questions))


def series_answer(text: str) -> tuple[int, ...] | None:
    """Series numbers in a cell or argument ("5", "10, 11, 12", "none"); None if it is something else.

    Returns
    -------
    tuple of int or None
        Empty for "none": no series is it.
    """
    stripped = text.strip()
    if stripped.lower() == NONE:
        return ()
    if not _NUMBERS.fullmatch(stripped):
        return None
    return tuple(int(number) for number in re.findall(r"\d+(?=\.0|\D|$)", re.sub(r"\.0\b", "", stripped)))


def split_answers(
    cells: Mapping[str, str], folder: Path
) -> tuple[dict[str, str], dict[str, tuple[int, ...]]]:
    """Take the cells of a table apart: places of images, and series numbers where no place was meant.

    Parameters
    ----------
    cells : mapping
        Column -> text.
    folder : Path
        Where places start.

    Raises
    ------
    StudyError
        If a number is the name of a folder as well.
    """
    places, answers = dict(cells), {}
    for role in ANSWERED_ROLES:
        series = series_answer(cells.get(role, "")) if cells.get(role) else None
        if series is None:
            continue
        if (folder / cells[role].strip()).exists():
            raise StudyError(
                f"{role} can be read in two ways: a series number, and a folder of this name",
                todo=f"Write ./{cells[role].strip()} for the folder, or rename it",
            )
        del places[role]
        answers[role] = series
    return places, answers
