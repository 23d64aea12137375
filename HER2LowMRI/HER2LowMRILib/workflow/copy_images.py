"""Copy the images of cases into the study folder, under names that say nothing of who they are of.

A study that holds its own images can be put on a share as it is, and no reader's view names a patient's folder. The
DICOM headers are copied as they are: who must not see them needs de-identified images.
"""

import dataclasses
import shutil
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.verified_write import TEMPORARY_SUFFIX, not_saved
from HER2LowMRILib.images.intake.image_files import is_image_file, stem
from HER2LowMRILib.study.case_ids import checked_name
from HER2LowMRILib.study.case_list import IMAGE_ROLES, IMAGES_FOLDER, Case, CaseImages
from HER2LowMRILib.study.own_files import inside
from HER2LowMRILib.study.same_images import COMPANIONS, differing_images

_DETACHED = (".nhdr", ".mhd", ".hdr")


def copy_images(case: Case, study: Path) -> Case:
    """Copy the images of a case to ``images/<case>/<kind>/`` of a study: all of them, or nothing is there.

    Parameters
    ----------
    case : Case
        A case whose images lie elsewhere.
    study : Path
        The study folder.

    Returns
    -------
    Case
        The case with the new places.

    Raises
    ------
    StudyError
        If an image is of a form in which the header names another file, or cannot be copied.
    """
    folder = inside(study, IMAGES_FOLDER, checked_name(case.case_id))
    unfinished = folder.with_name(f".{folder.name}{TEMPORARY_SUFFIX}")
    try:
        # Of a copy that was stopped.
        shutil.rmtree(unfinished, ignore_errors=True)
        copied = _copy_case(case.images, unfinished)
        images = _moved(copied, unfinished, folder)
        if not folder.exists():
            unfinished.rename(folder)
        elif not _same(images, copied):
            raise StudyError(
                f"the study holds a folder of other images called {case.case_id}",
                todo=f"Look into {IMAGES_FOLDER}/{case.case_id}, move it away, and add the case again",
            )
    except OSError as error:
        raise not_saved("the copy of the images", error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return dataclasses.replace(case, images=images)


def _same(there: CaseImages, copied: CaseImages) -> bool:
    """Whether a copy is there already: it was finished, and then the program was stopped before the case was added."""
    try:
        return not differing_images(there, copied)
    except StudyError:
        return False


def _moved(images: CaseImages, old: Path, new: Path) -> CaseImages:
    def place(path: Path) -> Path:
        return new / path.relative_to(old)

    changed = {}
    for role in IMAGE_ROLES:
        value = getattr(images, role)
        if isinstance(value, tuple):
            changed[role] = tuple(map(place, value))
        elif value is not None:
            changed[role] = place(value)
    return dataclasses.replace(images, **changed)


def _copy_case(images: CaseImages, folder: Path) -> CaseImages:
    changed: dict[str, Path | tuple[Path, ...]] = {}
    for role in IMAGE_ROLES:
        value = getattr(images, role)
        if isinstance(value, tuple):
            changed[role] = tuple(
                _copy_place(place, folder / role, f"{role}-{number}")
                for number, place in enumerate(value, start=1)
            )
        elif value is not None:
            changed[role] = _copy_place(value, folder / role, role)
    return dataclasses.replace(images, **changed)


def _copy_place(place: Path, folder: Path, name: str) -> Path:
    """Copy a file with its companions, or a folder of images; returns where the copy is."""
    folder.mkdir(parents=True, exist_ok=True)
    if not place.is_dir():
        return _copy_file(place, folder, name)
    target = folder / name
    target.mkdir()
    files = sorted(file for file in place.rglob("*") if file.is_file() and not file.name.startswith("."))
    for number, file in enumerate(files, start=1):
        if not file.name.lower().endswith(COMPANIONS):
            _copy_file(file, target, f"{number:05}")
    return target


def _copy_file(file: Path, folder: Path, name: str) -> Path:
    if file.name.lower().endswith(_DETACHED):
        raise StudyError(
            "an image has its header in one file and its voxels in another, and cannot be renamed",
            needed="one file, e.g. .nrrd, .nii or .mha",
            todo="Convert it, or add the case without --copy",
        )
    if not is_image_file(file):
        target = folder / f"{name}.dcm"
        shutil.copyfile(file, target)
        return target
    own_stem = stem(file)
    for companion in (file.with_name(own_stem + suffix) for suffix in COMPANIONS):
        if companion.is_file():
            shutil.copyfile(companion, folder / (name + companion.suffix))
    target = folder / (name + file.name[len(own_stem) :])
    shutil.copyfile(file, target)
    return target
