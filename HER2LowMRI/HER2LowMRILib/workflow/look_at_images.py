"""Look at the headers of the images of a case before it is added: can it be read, whose is it, what is left out."""

from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.map_spec import ADC, STANDARD_MAPS
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.examination import Examination
from HER2LowMRILib.images.intake.read_adc import read_adc
from HER2LowMRILib.images.intake.read_dwi import outline_of, read_headers
from HER2LowMRILib.images.intake.volume_files import b_values_in_names
from HER2LowMRILib.images.recognised_image import is_image
from HER2LowMRILib.study.case_list import Case
from HER2LowMRILib.study.examinations import listed_images
from HER2LowMRILib.study.image_names import without_names
from HER2LowMRILib.study.image_owner import check_owner, patient_ids
from HER2LowMRILib.study.image_record import files_of
from HER2LowMRILib.workflow.case_maps import given_files
from HER2LowMRILib.workflow.sort_cases import sort_case

# Files that belong to an image beside them.
COMPANIONS = (".bval", ".bvec", ".json", ".img", ".raw", ".zraw")


@dataclass(frozen=True)
class SeenImages:
    """What the headers of a case tell.

    Attributes
    ----------
    taken : tuple of str
        What makes its maps.
    left_out : tuple of str
        What was there and is not used, with the reason.
    notes : tuple of str
        What the coordinator should know.
    problem : str or None
        Why it cannot be added.
    examination : Examination or None
        What its images are; None where they cannot be sorted.
    """

    taken: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str | None = None
    examination: Examination | None = None


def look_at_images(
    case: Case, cases: Container[str] = (), pseudonym: Callable[[str], str] | None = None
) -> SeenImages:
    """Read the headers of a case. Never raises for what is wrong with it.

    Parameters
    ----------
    case : Case
    cases, pseudonym
        As for ``check_owner``.
    """
    taken: list[str] = []
    left_out: list[str] = []
    notes: list[str] = []
    examination, unsorted = _sorted(case)
    images = listed_images(case.images, examination)
    try:
        if unsorted is not None and case.answers:
            raise unsorted
        if images.dwi:
            read = read_headers(images.dwi, pixels=False)
            if not read.frames and images.dwi != case.images.dwi:
                # Of image files b-values are asked for all that lie there, also for those that say nothing of them.
                read = read_headers(case.images.dwi, pixels=False)
            found = outline_of(read, b_values=images.b_values)
            b_values = ", ".join(f"{b:g}" for b in found.b_values)
            taken.append(f"b {b_values} s/mm2 ({found.form})")
            left_out += found.dropped
            left_out += _no_images(case, set(images.dwi))
            notes += found.warnings
        # A folder that `her2lowmri maps` wrote holds all three.
        maps = given_files(images, STANDARD_MAPS)
        if ADC.role in maps:
            adc = read_adc([maps[ADC.role]])
            taken.append(f"ADC map in {adc.unit_found}")
            notes += adc.warnings
        owner = check_owner(case.case_id, patient_ids(images), cases, pseudonym)
    except HER2LowMRIError as error:
        problem = without_names(str(error), case.images)
        return SeenImages(tuple(taken), tuple(left_out), tuple(notes), problem, examination)
    notes += [owner.note] if owner.note is not None else []
    taken += [f"{name} map" for name in maps if name != ADC.role]
    taken += [f"{name} map" for name in images.further_maps]
    return SeenImages(tuple(taken), tuple(left_out), tuple(notes), owner.problem, examination)


def _no_images(case: Case, listed: Container[Path]) -> list[str]:
    """Files in the folders of the diffusion images that are not images, where those are read one by one."""
    folders = [place for place in case.images.dwi if place.is_dir() and place not in listed]
    others = Counter(
        file.suffix.lower() or "nameless"
        for folder in folders
        for file in files_of(folder)
        if not is_image(file) and file.suffix.lower() not in COMPANIONS
    )
    return [f"{counted(number, f'{suffix} file')}: no image" for suffix, number in sorted(others.items())]


def _sorted(case: Case) -> tuple[Examination | None, HER2LowMRIError | None]:
    try:
        return sort_case(case), None
    except HER2LowMRIError as error:
        # Diffusion images that cannot be read refuse the case below; others do not.
        return None, error


def with_b_values_of_names(case: Case) -> Case:
    """The case with the b-values that the names of its image files give, where nothing else tells them."""
    images = case.images
    if not images.dwi or images.b_values is not None:
        return case
    read = read_headers(images.dwi, pixels=False)
    named = None if read.frames else b_values_in_names(read.volumes)
    return case if named is None else replace(case, images=replace(images, b_values=named))
