"""Whether two lists of places hold the very same images, wherever they lie and whatever they are called."""

import contextlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.budget import read_at_most, real_place, sha256_of
from HER2LowMRILib.files.folder_files import files_below
from HER2LowMRILib.images.intake.diffusion_files import companions
from HER2LowMRILib.images.recognised_image import is_image
from HER2LowMRILib.study.case_list import Case, CaseImages, places_of

# Beside de-identified copies: the hashes of what they were made of, because they are equal to nothing any more.
SOURCES_FILE = "sources.json"


def differing_images(there: CaseImages, given: CaseImages) -> tuple[str, ...]:
    """Compare the images of a case in the study with others, by content.

    Parameters
    ----------
    there : CaseImages
        Images of a case of the study.
    given : CaseImages
        The others.

    Returns
    -------
    tuple of str
        The kinds that differ ("dwi", "t2", "b_values", ...); empty when everything is the same, byte by byte.

    Raises
    ------
    StudyError
        If images cannot be read, as when those of the study are no longer where they were.
    """
    try:
        roles = dict.fromkeys((*there.roles, *given.roles))
        differing = [role for role in roles if not _same(places_of(there, role), places_of(given, role))]
    except OSError as error:
        raise StudyError(
            "its images cannot be compared", found=error.strerror or type(error).__name__
        ) from error
    return (*differing, *(["b_values"] if there.b_values != given.b_values else []))


def sources_to_bytes(images: CaseImages) -> bytes:
    """Content of the file beside de-identified copies: kind -> hashes of the files they were made of."""
    hashes = {role: [_each([_files(p)], _hash)[0] for p in places_of(images, role)] for role in images.roles}
    return json.dumps(hashes, sort_keys=True).encode()


def differing_sources(folder: Path, given: CaseImages) -> tuple[str, ...] | None:
    """Compare images with those that de-identified copies in a folder were made of; None where there are no such.

    Parameters
    ----------
    folder : Path
        ``images/<case>`` of a study.
    given : CaseImages

    Raises
    ------
    StudyError
        If either cannot be read.
    """
    file = folder / SOURCES_FILE
    if not file.exists():
        return None
    try:
        there = json.loads(read_at_most(file, 64 * 2**20, StudyError))
        given_hashes = json.loads(sources_to_bytes(given))
    except (OSError, ValueError) as error:
        raise StudyError("its images cannot be compared", found=type(error).__name__) from error
    roles = dict.fromkeys((*given.roles, *there))
    return tuple(role for role in roles if there.get(role, []) != given_hashes.get(role, []))


class KnownSeries:
    """The diffusion series of cases, to find out whether another case has the very same; a file is read once at most.

    Parameters
    ----------
    cases : iterable of Case
    """

    def __init__(self, cases: Iterable[Case]):
        self._cases = list(cases)
        self._measured: dict[tuple[str, str], list[list]] = {}

    def case_with(self, given: Case) -> str | None:
        """Id of another case with the same series; None if there is none, or images cannot be read."""
        if not given.images.dwi:
            return None
        for known in self._cases:
            if known.case_id != given.case_id and len(known.images.dwi) == len(given.images.dwi):
                with contextlib.suppress(OSError):
                    if all(self._of(known, how) == self._of(given, how) for how in (_size, _hash)):
                        return known.case_id
        return None

    def _of(self, case: Case, measure: Callable[[Path], object]) -> list[list]:
        key = case.case_id, measure.__name__
        if key not in self._measured:
            self._measured[key] = _each([_files(place) for place in case.images.dwi], measure)
        return self._measured[key]


def _same(there: tuple[Path, ...], given: tuple[Path, ...]) -> bool:
    if list(map(real_place, there)) == list(map(real_place, given)):
        return True
    if len(there) != len(given):
        return False
    files = [_files(place) for place in there], [_files(place) for place in given]
    # Sizes first: different images are told apart without reading them from a slow share.
    return _each(files[0], _size) == _each(files[1], _size) and _each(files[0], _hash) == _each(
        files[1], _hash
    )


def _files(place: Path) -> list[Path]:
    """Find the files of a place as `copy_images` takes them: b-values with their image, no hidden files."""
    if not place.is_dir():
        return [place, *companions(place)]
    found = files_below(place, hidden=False).files
    images = [file for file in found if is_image(file)]
    return list(dict.fromkeys((*images, *(other for file in images for other in companions(file)))))


def _each(groups: list[list[Path]], measure) -> list[list]:
    return [sorted(map(measure, files)) for files in groups]


def _size(file: Path) -> int:
    return file.stat().st_size


def _hash(file: Path) -> str:
    return sha256_of(file, StudyError)
