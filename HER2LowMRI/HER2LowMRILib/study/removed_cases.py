"""Cases that were taken out of a study: their files lie in `removed/<case>/`, or were erased.

removed/<case>/case.json          the lines of cases.csv and pathology.csv, when and why
removed/<case>/readers/<reader>/  the readings, as they were
removed/<case>/rereads/<reader>/  second readings, as they were
removed/<case>/adjudication/      the decisions, as they were

No view but the coordinator's looks here. The case is out as soon as it is not in `cases.csv`; files are moved after
that (and, when it comes back, before), so that nobody ever opens a case whose readings lie elsewhere.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.lexicon import Answer, clinic_fields
from HER2LowMRILib.files.budget import real_place
from HER2LowMRILib.files.json_shape import (
    either,
    exactly,
    fields,
    mapped,
    number,
    optional,
    parse_json,
    passing,
    text,
)
from HER2LowMRILib.files.verified_write import (
    TEMPORARY_SUFFIX,
    not_saved,
    sync_folder,
    write_verified,
)
from HER2LowMRILib.study.case_ids import checked_name
from HER2LowMRILib.study.case_list import IMAGES_FOLDER, CaseImages, case_from_row, places_of
from HER2LowMRILib.study.coordinator_record import recorded_removals
from HER2LowMRILib.study.own_files import (
    delete,
    inside,
    is_link,
    own_entries,
    own_folders,
    read_own,
    refuse_link,
    sweep,
)
from HER2LowMRILib.study.rereads import read_rereads
from HER2LowMRILib.study.still_there import make_own_folder

REMOVED_FOLDER, RECORD_FILE = "removed", "case.json"
SCHEMA = "her2lowmri.removed_case/1"
_RECORD = fields(
    {
        "schema": exactly(SCHEMA),
        "case_id": passing(checked_name, "a case id"),
        "utc": text,
        "reason": text,
        "row": optional(mapped(optional(text))),
        "pathology": optional(mapped(either(text, number))),
    }
)


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
    damage : str or None
        Why its record cannot be read; it can then be neither restored nor added again.
    """

    case_id: str
    utc: str
    reason: str
    row: dict[str, str | None] | None = None
    pathology: dict[str, Answer] | None = None
    damage: str | None = None

    @property
    def is_erased(self) -> bool:
        """Whether nothing of it is left."""
        return self.row is None and self.damage is None


def removed_cases(study: Path) -> tuple[RemovedCase, ...]:
    """The cases that were taken out of a study folder, in the order of their ids, those with a damaged record too.

    Raises
    ------
    StudyError
        If the folder cannot be read.
    """
    folders = [folder for folder in own_folders(study / REMOVED_FOLDER) if _is_kept(folder)]
    recorded = recorded_removals(study) if folders else {}
    return tuple(_read(study, folder.name, recorded.get(folder.name)) for folder in folders)


def _is_kept(folder: Path) -> bool:
    return (folder / RECORD_FILE).exists() or is_link(folder / RECORD_FILE)


def keep_record(study: Path, case: RemovedCase) -> str:
    """Write down what is needed to bring a case back, or that it was erased; returns the SHA-256 of the record."""
    folder = inside(study, REMOVED_FOLDER, case.case_id)
    content = {name: value for name, value in asdict(case).items() if name != "damage"}
    record = json.dumps({"schema": SCHEMA} | content, sort_keys=True, indent=1)
    make_own_folder(study, folder, "the folder of the removed case")
    sweep(folder)
    write_verified(folder / RECORD_FILE, record.encode() + b"\n")
    return hashlib.sha256(record.encode() + b"\n").hexdigest()


def move_out(study: Path, case_id: str, still_ours: Callable[[], None]) -> None:
    """Move readings and decisions of a case to `removed/`; what was moved before stays there.

    ``still_ours`` raises where the study was taken over; it is called before each move.
    """
    for here, there in _places(study, case_id):
        still_ours()
        _move(study, here, there)
    forget_derived(study, case_id)


def move_back(study: Path, case_id: str, readers: Iterable[str], still_ours: Callable[[], None]) -> None:
    """Move readings and decisions of a removed case back to where they were; ``still_ours`` as for `move_out`.

    Raises
    ------
    StudyError
        If the folder of the removed case holds what a removal does not put there; nothing is moved then.
    """
    moves = []
    again = _read_again_as(study, case_id)
    for name, folders in (
        (case_id, removed_readings(study, case_id)),
        (again, removed_rereads(study, case_id)),
    ):
        for reader, folder in folders.items():
            if reader not in readers or name is None:
                raise StudyError(
                    "a removed case holds readings of nobody of this study", needed="readers of the study"
                )
            moves.append((folder, inside(study, "readers", reader, name)))
    for file in own_entries(inside(study, REMOVED_FOLDER, case_id, "adjudication")):
        if not _is_adjudication_of(case_id, file.name):
            raise StudyError(
                "a removed case holds decisions of another case", needed=f"files of case {case_id}"
            )
        moves.append((file, inside(study, "adjudication", file.name)))
    for here, there in moves:
        still_ours()
        _move(study, here, there)


def left_behind(study: Path, case_id: str) -> bool:
    """Whether files of a removed case are still where they were: its removal was interrupted."""
    return any(_places(study, case_id))


def removed_readings(study: Path, case_id: str) -> dict[str, Path]:
    """Reader -> folder of the reading, of a removed case."""
    folder = inside(study, REMOVED_FOLDER, case_id, "readers")
    return {reading.name: reading for reading in own_folders(folder)}


def removed_rereads(study: Path, case_id: str) -> dict[str, Path]:
    """Reader -> folder of the second reading, of a removed case."""
    folder = inside(study, REMOVED_FOLDER, case_id, "rereads")
    return {reading.name: reading for reading in own_folders(folder)}


def _read_again_as(study: Path, case_id: str) -> str | None:
    return next((one.reread_id for one in read_rereads(study) if one.case_id == case_id), None)


def forget(study: Path, case_id: str) -> None:
    """Delete the folder of a removed case."""
    delete(inside(study, REMOVED_FOLDER, case_id))


def forget_derived(study: Path, case_id: str) -> None:
    """Delete what was measured or copied of a case for convenience."""
    for folder in own_folders(study / "derived"):
        delete(folder / checked_name(case_id))
        delete(folder / f"{case_id}.json")


def erase_readings(study: Path, case_id: str) -> None:
    """Delete readings, decisions and everything derived of a removed case; its record stays."""
    for folder in own_entries(inside(study, REMOVED_FOLDER, case_id)):
        if folder.name != RECORD_FILE:
            delete(folder)
    forget_derived(study, case_id)
    # Of interrupted saves and copies; those of the tables hold the case too.
    own = f".{case_id}."
    for place in own_entries(study, "."):
        if place.name.endswith(TEMPORARY_SUFFIX):
            delete(place)
    for folder in (*own_folders(study), *own_folders(study / "derived")):
        for place in own_entries(folder, own):
            delete(place)


def erase_images(study: Path, case_id: str, images: CaseImages, others: Iterable[CaseImages]) -> int:
    """Delete the images of a case that lie in `images/` of the study and are no other case's.

    Returns how many places with images are left, because they lie elsewhere.
    """
    # The last part is not resolved: where `images` itself is a link, its images lie elsewhere.
    root = real_place(study) / IMAGES_FOLDER
    used = [real_place(place) for other in others for place in _all_places(other)]
    places = [real_place(place) for place in _all_places(images)]
    # The folder that `study add --copy` made may hold what belongs to the images, such as b-values.
    for place in (root / checked_name(case_id), *places):
        own = place != root and place.is_relative_to(root) and not is_link(root)
        if own and not any(place.is_relative_to(it) or it.is_relative_to(place) for it in used):
            delete(place)
    return sum(place.exists() for place in places)


def _all_places(images: CaseImages) -> list[Path]:
    return [place for role in images.roles for place in places_of(images, role)]


def _places(study: Path, case_id: str) -> Iterator[tuple[Path, Path]]:
    case_id = checked_name(case_id)
    target = inside(study, REMOVED_FOLDER, case_id)
    again = _read_again_as(study, case_id)
    for reader in own_folders(study / "readers"):
        for name, kept in ((case_id, "readers"), (again, "rereads")):
            if name is not None and (is_link(reader / name) or (reader / name).is_dir()):
                yield reader / name, target / kept / reader.name
    for file in own_entries(study / "adjudication"):
        if _is_adjudication_of(case_id, file.name):
            yield file, target / "adjudication" / file.name


def _is_adjudication_of(case_id: str, name: str) -> bool:
    return re.fullmatch(rf"{re.escape(case_id)}\.(log\.jsonl|json)(\.damaged-\d+)?", name) is not None


def _move(study: Path, here: Path, there: Path) -> None:
    refuse_link(here)
    if there.exists() or is_link(there):
        raise StudyError(
            "a removed case and the study both hold files of it",
            needed="one of them",
            todo="Copy the study folder, then keep the newer of the two by hand",
        )
    make_own_folder(study, there.parent, "the folder of the removed case")
    try:
        here.rename(there)
        sync_folder(there.parent)
        sync_folder(here.parent)
    except OSError as error:
        raise not_saved("the place of the case's files", error) from error


def _is_name(name: str) -> bool:
    try:
        return bool(checked_name(name))
    except StudyError:
        return False


def _read(study: Path, name: str, recorded: str | None) -> RemovedCase:
    """Read the record of a case; the folder says which, because a record may have come with another's id."""
    try:
        file = inside(study, REMOVED_FOLDER, checked_name(name), RECORD_FILE)
        written = read_own(file)
        content = parse_json(written, _RECORD, RECORD_FILE)
        # That of an erasure is written before the log says so; it has nothing to bring back.
        if content["row"] is not None and recorded not in (None, hashlib.sha256(written).hexdigest()):
            raise ValueError
        del content["schema"]
        case = RemovedCase(**content)
        if case.case_id != name:
            raise ValueError
        if case.row is not None and case_from_row(case.row, study).case_id != name:
            raise ValueError
        for field, value in (case.pathology or {}).items():
            clinic_fields()[field].accept(value)
        return case
    except (OSError, ValueError, KeyError, HER2LowMRIError):
        problem = StudyError(
            f"the record of the removed case {name if _is_name(name) else 'of an impossible name'} cannot be read",
            needed=f"{RECORD_FILE} of {SCHEMA} of this very case",
            todo="Restore it from a backup of the study",
        )
        return RemovedCase(name, "", "", damage=str(problem))
