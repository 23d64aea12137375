"""Which image files a case had when it was added: their hashes, so that other images are never taken for them."""

import dataclasses
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.budget import sha256_of
from HER2LowMRILib.files.folder_files import files_below
from HER2LowMRILib.images.intake.diffusion_files import companions
from HER2LowMRILib.images.intake.image_files import is_image_file, stem
from HER2LowMRILib.images.map_files import MAP_FILES, QUALITY_FILE, RECORD_FILE
from HER2LowMRILib.study.case_list import Case, CaseImages, places_of
from HER2LowMRILib.study.change_log import canonical_json

# What systems put beside files of their own accord, besides hidden files.
_NO_IMAGES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})


def files_of(place: Path) -> Iterator[Path]:
    """The files of one place, in order: of a folder all, of a file those that belong to it (b-values, voxels)."""
    if place.is_dir():
        found = set(files_below(place).files)
    elif place.is_file() and not is_image_file(place):
        # A DICOM file has nothing beside it, and there may be thousands of others.
        found = {place}
    elif place.parent.is_dir():
        # Of a map that this software fitted, the class of every voxel as well.
        own = (QUALITY_FILE, RECORD_FILE) if place.name in MAP_FILES.values() else ()
        files = (file for file in place.parent.glob("*") if file.is_file())
        found = {file for file in files if stem(file) == stem(place) or file.name in own}
    else:
        return
    # Tables of b-values may have names of their own, or lie in a folder above.
    found |= {other for file in found if is_image_file(file) for other in companions(file)}
    yield from sorted(file for file in found if not _is_no_image(file))


def _is_no_image(file: Path) -> bool:
    return file.name.startswith(".") or file.name.lower() in _NO_IMAGES


def hash_images(images: CaseImages, roles: Iterable[str] | None = None) -> dict[str, str]:
    """SHA-256 of the images of each kind: of the contents and names of their files, in the order of their places.

    Parameters
    ----------
    images : CaseImages
        Where they are.
    roles : iterable of str, optional
        Kinds of images, all when left out; those of which nothing is there are left out.

    Raises
    ------
    StudyError
        If a file cannot be read.
    """
    found = {}
    for role in images.roles if roles is None else roles:
        try:
            places = [_hashed(place) for place in places_of(images, role)]
        except OSError as error:
            raise StudyError(
                f"the {role} images cannot be read", found=error.strerror or type(error).__name__
            ) from error
        if any(places):
            found[role] = hashlib.sha256(canonical_json(places).encode()).hexdigest()
    return found


def _hashed(place: Path) -> list[list[str]]:
    root = place if place.is_dir() else place.parent
    return [[_name(file, root), sha256_of(file, StudyError)] for file in files_of(place)]


def _name(file: Path, root: Path) -> str:
    inside = file.is_relative_to(root)
    return file.relative_to(root).as_posix() if inside else Path(os.path.relpath(file, root)).as_posix()


def changed_images(images: CaseImages, found: Mapping[str, str]) -> tuple[str, ...]:
    """Kinds of images that are not those that were added; a kind without a recorded hash is not named."""
    return tuple(role for role, digest in found.items() if images.sha256.get(role, digest) != digest)


def refuse_changed_images(images: CaseImages, roles: Iterable[str] | None = None) -> None:
    """Refuse images that are not those that were added to the study.

    Parameters
    ----------
    images : CaseImages
    roles : iterable of str, optional
        Kinds of images to look at; all that have a recorded hash when left out.

    Raises
    ------
    StudyError
        If any kind of them is not as it was; says which.
    """
    changed = changed_images(images, hash_images(images, images.sha256 if roles is None else roles))
    if changed:
        raise StudyError(
            f"the images of this case are not those that were added: {', '.join(changed)}",
            needed="the files with the recorded hashes",
            todo="Put them back, or let the coordinator accept them: `her2lowmri study repair STUDY images CASE`",
        )


def recorded(case: Case) -> Case:
    """The case with the hashes of its images as they are now."""
    return dataclasses.replace(case, images=dataclasses.replace(case.images, sha256=hash_images(case.images)))
