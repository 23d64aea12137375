"""Copy the images of cases into the study folder, under names that say nothing of who they are of.

A study that holds its own images can be put on a share as it is, and no reader's view names a patient's folder. The
DICOM headers are copied as they are: who must not see them needs de-identified images.
"""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.case_ids import checked_name
from HER2LowMRILib.study.case_list import IMAGE_ROLES, Case, CaseImages
from HER2LowMRILib.study.intake.image_files import is_image_file, stem
from HER2LowMRILib.study.verified_write import not_saved

IMAGES_FOLDER = "images"
_DETACHED = (".nhdr", ".mhd", ".hdr")
_COMPANIONS = (".bval", ".bvec")


def copy_images(
    cases: list[Case], study: Path, progress: Callable[[float], None] | None = None
) -> list[Case]:
    """Copy the images of cases to ``images/<case>/<kind>/`` of a study.

    Parameters
    ----------
    cases : list of Case
        Cases whose images lie elsewhere.
    study : Path
        The study folder.
    progress : callable, optional
        Called with the fraction done.

    Returns
    -------
    list of Case
        The cases with the new places.

    Raises
    ------
    StudyError
        If an image is of a form in which the header names another file, or cannot be copied.
    """
    copied = []
    for done, case in enumerate(cases, start=1):
        folder = study / IMAGES_FOLDER / checked_name(case.case_id)
        if folder.exists():
            raise StudyError(f"the study holds images of case {case.case_id} already", needed="a new case id")
        try:
            images = _copy_case(case.images, folder)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise not_saved("the copy of the images", error) from error
        except StudyError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        copied.append(dataclasses.replace(case, images=images))
        if progress is not None:
            progress(done / len(cases))
    return copied


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
    for number, file in enumerate(sorted(file for file in place.rglob("*") if file.is_file()), start=1):
        if not file.name.lower().endswith(_COMPANIONS):
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
    for companion in (file.with_name(own_stem + suffix) for suffix in _COMPANIONS):
        if companion.is_file():
            shutil.copyfile(companion, folder / (name + companion.suffix))
    target = folder / (name + file.name[len(own_stem) :])
    shutil.copyfile(file, target)
    return target
