"""Draw cases to be read twice; of de-identified copies each gets one more under its second id.

Whoever opens the headers of a case would see the id of its first reading otherwise.
"""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

from HER2LowMRILib.files.verified_write import TEMPORARY_SUFFIX, not_saved
from HER2LowMRILib.images.deidentify import Deidentifier, is_deidentified
from HER2LowMRILib.study.case_list import IMAGES_FOLDER, Case, CaseImages, places_of
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.image_record import files_of, hash_images
from HER2LowMRILib.study.own_files import inside
from HER2LowMRILib.study.rereads import Reread
from HER2LowMRILib.workflow.sort_cases import with_hashes


def draw_rereads(
    office: CoordinatorView,
    study: Path,
    share: float,
    after_days: float,
    progress: Callable[[float], None] | None = None,
) -> tuple[Reread, ...]:
    """Draw cases, see `CoordinatorView.draw_rereads`, and copy their de-identified images under the second ids.

    Parameters
    ----------
    office : CoordinatorView
    study : Path
        The study folder.
    share, after_days : float
        As there.
    progress : callable, optional
        Called with the fraction done.

    Returns
    -------
    tuple of Reread
        The new ones.

    Raises
    ------
    StudyError
        As there, or if images cannot be copied; the same call then goes on with those that lack a copy.
    """
    # Those that were drawn before there were copies, or whose copying was stopped.
    _copy(office, study, progress=None)
    new = office.draw_rereads(share, after_days)
    _copy(office, study, progress)
    return new


def _copy(office: CoordinatorView, study: Path, progress: Callable[[float], None] | None) -> None:
    cases = {case.case_id: case for case in office.cases}
    waiting = [
        one
        for one in office.rereads
        if not one.images_sha256
        and one.case_id in cases
        and _is_deidentified_copy(cases[one.case_id], study)
        and not office.has_begun_again(one)
    ]
    for done, one in enumerate(waiting, start=1):
        _copy_one(office, study, cases[one.case_id], one)
        if progress is not None:
            progress(done / len(waiting))


def _is_deidentified_copy(case: Case, study: Path) -> bool:
    """Whether all images of a case lie in its own folder of the study, without identity."""
    own = inside(study, IMAGES_FOLDER, case.case_id).absolute()
    places = [place for role in case.images.roles for place in places_of(case.images, role)]
    return bool(places) and all(
        place.absolute().is_relative_to(own) and all(map(is_deidentified, files_of(place)))
        for place in places
    )


def _copy_one(office: CoordinatorView, study: Path, case: Case, reread: Reread) -> None:
    old, new = (inside(study, IMAGES_FOLDER, name).absolute() for name in (case.case_id, reread.reread_id))
    unfinished = new.with_name(f".{new.name}{TEMPORARY_SUFFIX}")
    # Another patient id, other UIDs, other dates: nothing in the headers is that of the first reading.
    writer = Deidentifier(reread.reread_id, lambda text: office.pseudonym(f"{reread.reread_id} {text}"))
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        # Of a copy that was stopped before it was entered.
        shutil.rmtree(new, ignore_errors=True)
        for file in sorted({file for place in _places(case.images) for file in files_of(place)}):
            target = unfinished / file.absolute().relative_to(old)
            target.parent.mkdir(parents=True, exist_ok=True)
            writer.write(file, target)
        unfinished.rename(new)
    except OSError as error:
        raise not_saved("the copy of the images", error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    images = case.images.moved(lambda place, _role, _number: new / place.absolute().relative_to(old))
    images = dataclasses.replace(images, sha256=hash_images(images))
    examination = office.examination(case.case_id)
    if examination is not None:
        moved = examination.with_files(lambda file: new / file.absolute().relative_to(old))
        examination = with_hashes(images, moved)
    office.keep_reread_images(reread, images, examination)


def _places(images: CaseImages) -> list[Path]:
    return [place for role in images.roles for place in places_of(images, role)]
