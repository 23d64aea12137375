"""Cases that were taken out of a study: their files lie in `removed/<case>/`, or were erased.

removed/<case>/case.json          the lines of cases.csv and pathology.csv, when and why
removed/<case>/readers/<reader>/  the readings, as they were
removed/<case>/adjudication/      the decisions, as they were

No view but the coordinator's looks here. The case is out as soon as it is not in `cases.csv`; files are moved after
that (and, when it comes back, before), so that nobody ever opens a case whose readings lie elsewhere.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.lexicon import Answer
from HER2LowMRILib.files.verified_write import (
    TEMPORARY_SUFFIX,
    make_folder,
    not_saved,
    sync_folder,
    write_verified,
)
from HER2LowMRILib.study.case_list import IMAGE_ROLES, IMAGES_FOLDER, CaseImages, places_of

REMOVED_FOLDER, RECORD_FILE = "removed", "case.json"
SCHEMA = "her2lowmri.removed_case/1"


@dataclass(frozen=True)
class RemovedCase:
    """A case that is no longer in the study.

    Attributes
    ----------
    case_id : str
        The case.
    utc : str
        When it was removed or erased.
    reason : str
        Why.
    row : dict or None
        Its line of `cases.csv`; None when it was erased.
    pathology : dict or None
        Its clinic and HER2 fields, where there were any.
    """

    case_id: str
    utc: str
    reason: str
    row: dict[str, str | None] | None = None
    pathology: dict[str, Answer] | None = None

    @property
    def is_erased(self) -> bool:
        """Whether nothing of it is left."""
        return self.row is None


def removed_cases(study: Path) -> tuple[RemovedCase, ...]:
    """The cases that were taken out of a study folder, in the order of their ids.

    Raises
    ------
    StudyError
        If a record of one is damaged.
    """
    folders = sorted((study / REMOVED_FOLDER).glob("*/"))
    return tuple(_read(folder / RECORD_FILE) for folder in folders if (folder / RECORD_FILE).exists())


def keep_record(study: Path, case: RemovedCase) -> None:
    """Write down what is needed to bring a case back, or that it was erased."""
    folder = study / REMOVED_FOLDER / case.case_id
    text = json.dumps({"schema": SCHEMA} | asdict(case), sort_keys=True, indent=1)
    make_folder(folder, "the folder of the removed case")
    write_verified(folder / RECORD_FILE, text.encode() + b"\n")


def move_out(study: Path, case_id: str) -> None:
    """Move readings and decisions of a case to `removed/`; what was moved before stays there."""
    for here, there in _places(study, case_id):
        _move(here, there)
    forget_derived(study, case_id)


def move_back(study: Path, case_id: str) -> None:
    """Move readings and decisions of a removed case back to where they were."""
    folder = study / REMOVED_FOLDER / case_id
    for reader in sorted((folder / "readers").glob("*/")):
        _move(reader, study / "readers" / reader.name / case_id)
    for file in sorted((folder / "adjudication").glob("*")):
        _move(file, study / "adjudication" / file.name)


def left_behind(study: Path, case_id: str) -> bool:
    """Whether files of a removed case are still where they were: its removal was interrupted."""
    return any(_places(study, case_id))


def removed_readings(study: Path, case_id: str) -> dict[str, Path]:
    """Reader -> folder of the reading, of a removed case."""
    return {folder.name: folder for folder in (study / REMOVED_FOLDER / case_id / "readers").glob("*/")}


def forget(study: Path, case_id: str) -> None:
    """Delete the folder of a removed case."""
    _delete(study / REMOVED_FOLDER / case_id)


def forget_derived(study: Path, case_id: str) -> None:
    """Delete what was measured or copied of a case for convenience."""
    for folder in (study / "derived").glob("*/"):
        _delete(folder / case_id)
        _delete(folder / f"{case_id}.json")


def erase_readings(study: Path, case_id: str) -> None:
    """Delete readings, decisions and everything derived of a removed case; its record stays."""
    for folder in (study / REMOVED_FOLDER / case_id).glob("*/"):
        _delete(folder)
    forget_derived(study, case_id)
    # Of interrupted saves and copies; those of the tables hold the case too.
    for left in (f".*{TEMPORARY_SUFFIX}", f"*/.{case_id}.*", f"derived/*/.{case_id}.*"):
        for place in list(study.glob(left)):
            _delete(place)


def erase_images(study: Path, case_id: str, images: CaseImages, others: Iterable[CaseImages]) -> int:
    """Delete the images of a case that lie in `images/` of the study and are no other case's.

    Returns how many places with images are left, because they lie elsewhere.
    """
    root = (study / IMAGES_FOLDER).resolve()
    used = [place.resolve() for other in others for place in _all_places(other)]
    places = [place.resolve() for place in _all_places(images)]
    # The folder that `study add --copy` made may hold what belongs to the images, such as b-values.
    for place in (root / case_id, *places):
        inside = place != root and place.is_relative_to(root)
        if inside and not any(place.is_relative_to(it) or it.is_relative_to(place) for it in used):
            _delete(place)
    return sum(place.exists() for place in places)


def _all_places(images: CaseImages) -> list[Path]:
    return [place for role in IMAGE_ROLES for place in places_of(images, role)]


def _places(study: Path, case_id: str) -> Iterator[tuple[Path, Path]]:
    target = study / REMOVED_FOLDER / case_id
    for folder in sorted((study / "readers").glob(f"*/{case_id}/")):
        yield folder, target / "readers" / folder.parent.name
    for file in sorted((study / "adjudication").glob(f"{case_id}.*")):
        yield file, target / "adjudication" / file.name


def _move(here: Path, there: Path) -> None:
    if there.exists():
        raise StudyError(
            "a removed case and the study both hold files of it",
            needed="one of them",
            todo="Copy the study folder, then keep the newer of the two by hand",
        )
    make_folder(there.parent, "the folder of the removed case")
    try:
        here.rename(there)
        sync_folder(there.parent)
        sync_folder(here.parent)
    except OSError as error:
        raise not_saved("the place of the case's files", error) from error


def _delete(place: Path) -> None:
    try:
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    except OSError as error:
        raise StudyError(
            f"{place.name} cannot be deleted",
            found=error.strerror or type(error).__name__,
            todo="Close what has it open, then do this again",
        ) from error


def _read(file: Path) -> RemovedCase:
    try:
        content = json.loads(file.read_bytes())
        if content.pop("schema") != SCHEMA:
            raise ValueError
        return RemovedCase(**content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudyError(
            f"the record of the removed case {file.parent.name} cannot be read",
            needed=f"{RECORD_FILE} of {SCHEMA}",
            todo="Restore it from a backup of the study",
        ) from error
