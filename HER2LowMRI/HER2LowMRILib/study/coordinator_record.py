"""What the coordinator's files should be: the hash of each, and the log of how they came about."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.json_shape import either, exactly, fields, like, mapped
from HER2LowMRILib.files.verified_write import make_folder
from HER2LowMRILib.study.change_log import ChangeLog, Entry, Value, chained
from HER2LowMRILib.study.own_files import delete, own_entries, read_own
from HER2LowMRILib.study.record_file import (
    RecordFile,
    RecordKind,
    State,
    examine,
    glance_at,
    look_at,
    record_problems,
    start_anew,
)
from HER2LowMRILib.study.session_lock import LOCK_NAME, SessionLock, waiting_content

SCHEMA = "her2lowmri.coordinator/1"
RECORD_FILE, LOG_FILE = "coordinator.json", "log.jsonl"
KEY_FILE = "pseudonym.key"
EXAMINATIONS_FOLDER = "examinations"
HANGING_FILE = "hanging.json"
REREADS_FILE, REFERENCES_FILE, ORIGINS_FILE = "rereads.csv", "references.csv", "origins.csv"
# Of a merged study: protocol and log of each of the studies it was made of.
SITES_FOLDER = "sites"
SITE_FILES = ("study.json", "log.jsonl")
FILES = (
    *("study.json", "lexicon.json", "cases.csv", "pathology.csv"),
    *(KEY_FILE, HANGING_FILE, REREADS_FILE, REFERENCES_FILE, ORIGINS_FILE),
)
START: State = {"files": {}}
ERASED = "erased"
# Lines that are of one case, with what somebody wrote of it and the hashes of its images.
_TOLD_OF_A_CASE = ("exclude", "images", "remove", "restore")
_WAITS_S = (0.05, 0.1, 0.2, 0.4)


def fold_files(state: State, entry: Entry) -> State:
    """Apply one line of the coordinator's log: which content each file was given; None: it was deleted."""
    files = state["files"] | entry["files"]
    return state | {"files": {name: digest for name, digest in files.items() if digest is not None}}


_EXAMINATION = like(
    rf"{EXAMINATIONS_FOLDER}/[A-Za-z0-9_-][A-Za-z0-9._-]*\.json", "the file of an examination"
)
_SITE = like(rf"{SITES_FOLDER}/[A-Za-z0-9][A-Za-z0-9_-]*/(study\.json|log\.jsonl)", "a file of a site")
KIND = RecordKind(
    SCHEMA,
    START,
    fold_files,
    fields(
        {"files": mapped(like("[0-9a-f]{64}", "a SHA-256"), key=either(exactly(*FILES), _EXAMINATION, _SITE))}
    ),
)


class CoordinatorRecord:
    """The coordinator's right to change files in the study folder, each change logged before it is made."""

    def __init__(self, folder: Path, lock: SessionLock):
        self._folder, self._lock = folder, lock
        self._record = self._open()
        # Of a session that ended between log and file.
        lock.claim_known(self._record.state["files"])
        lock.forget_interrupted()

    def _open(self) -> RecordFile:
        return RecordFile(*_files(self._folder), "coordinator", KIND, self._lock)

    def change(
        self,
        action: str,
        files: Mapping[str, bytes],
        written: Mapping[str, bytes] | None = None,
        **values: Value,
    ) -> None:
        """Log a change and write the files that it replaces (name -> content); ``written`` are there already."""
        contents = {**files, **(written or {})}
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        for name in files:
            make_folder((self._folder / name).parent, "a folder of the study")
        moved = {self._folder / name: content for name, content in files.items()}
        self._record.change(action, moved, files=hashes, **values)

    def erase(self, case_id: str, reason: str, record_sha256: str, second: Iterable[str] = ()) -> None:
        """Take what the log says of a case out of it, but for its id; the log says which of its lines changed.

        The lines are chained anew. The state goes first, because it can be made again from either log.
        """
        self._lock.check()
        file, log_file = _files(self._folder)
        log = ChangeLog(log_file, "coordinator")
        entries = [_without(entry, case_id) for entry in log.entries]
        changed = [new["n"] for old, new in zip(log.entries, entries, strict=True) if new != old]
        delete(file)
        self._lock.write(log_file, chained(entries))
        self._record = self._open()
        self._record.change(
            "erase",
            files={_name(name): None for name in (case_id, *second)},
            case_id=case_id,
            reason=reason,
            lines=changed,
            former_log_sha256=log.head,
            record_sha256=record_sha256,
        )


def site_log_without(folder: Path, site: str, case_id: str) -> dict[str, bytes]:
    """The log of a site of a merged study without what it says of a case there, as a file to be written."""
    name = f"{SITES_FOLDER}/{site}/log.jsonl"
    entries = ChangeLog(folder / name, "coordinator").entries
    return {name: chained(_without(entry, case_id) for entry in entries)}


def _name(case_id: str) -> str:
    return f"{EXAMINATIONS_FOLDER}/{case_id}.json"


def _without(entry: Entry, case_id: str) -> Entry:
    """A line of the log without what it says of a case."""
    if entry["action"] == "pathology" and case_id in entry["new"]:
        # Logs of earlier versions have no old values.
        states = {name: entry[name] for name in ("old", "new") if name in entry}
        return entry | {name: state | {case_id: ERASED} for name, state in states.items()}
    if entry["action"] == "sort" and case_id in entry["new"]:
        return entry | {"new": entry["new"] | {case_id: ERASED}}
    if entry["action"] in _TOLD_OF_A_CASE and entry["case_id"] == case_id:
        return entry | {name: ERASED for name in ("reason", "old", "new") if name in entry}
    return entry


def repair_coordinator(folder: Path, lock: SessionLock, reason: str) -> None:
    """Take the coordinator's files as they are now, with a log that says so; a damaged log stays beside it."""
    hashes = look_at_files(folder)
    if record_problems(*_files(folder), KIND):
        start_anew(*_files(folder), "coordinator", KIND, lock, reason)
    record = RecordFile(*_files(folder), "coordinator", KIND, lock)
    record.change("accept", files=hashes, reason=reason)


def look_at_files(folder: Path) -> dict[str, str]:
    """Hashes of the coordinator's files as they are."""
    sites = [place.name for place in own_entries(folder / SITES_FOLDER)]
    of_sites = [f"{SITES_FOLDER}/{site}/{name}" for site in sites for name in SITE_FILES]
    examinations = [_name(file.stem) for file in own_entries(folder / EXAMINATIONS_FOLDER)]
    names = (*FILES, *examinations, *of_sites)
    hashes = {name: _hash(folder / name) for name in names}
    return {name: digest for name, digest in hashes.items() if digest is not None}


@dataclass(frozen=True)
class RecordedFile:
    """A file of the coordinator, compared with what the coordinator's session left.

    Attributes
    ----------
    content : bytes or None
        What is in it; None where it is not there.
    problem : str or None
        Why it is not as it was left; None when it is.
    """

    content: bytes | None
    problem: str | None


def recorded_file(folder: Path, name: str) -> RecordedFile:
    """Read a file of the coordinator; one that a running session is about to replace is not a problem.

    Raises
    ------
    StudyError
        If the file cannot be read.
    """
    for wait in (*_WAITS_S, None):
        found = _recorded_file(folder, name)
        if found.problem is None or wait is None or not (folder / LOCK_NAME).exists():
            return found
        # A session that is open may have saved between the looks at the record and at the file.
        time.sleep(wait)
    raise AssertionError


def _recorded_file(folder: Path, name: str) -> RecordedFile:
    try:
        known = glance_at(*_files(folder), KIND)["files"].get(name)
    except StudyError as error:
        return RecordedFile(_content(folder / name), str(error))
    content = _content(folder / name)
    if (None if content is None else hashlib.sha256(content).hexdigest()) == known:
        return RecordedFile(content, None)
    if known is None and name == KEY_FILE:
        # Studies of earlier versions did not record it.
        return RecordedFile(content, None)
    if known is not None and (waiting := waiting_content(folder, folder / name, known)) is not None:
        return RecordedFile(waiting, None)
    if content is None:
        return RecordedFile(None, f"{name} is missing")
    return RecordedFile(
        content, f"{name} is not as the coordinator's session left it: changed by hand, or a torn save"
    )


def require_recorded(folder: Path, names: Iterable[str]) -> None:
    """Refuse to work with files of the coordinator that were changed from outside.

    Raises
    ------
    StudyError
        If one of them is not as the coordinator's session left it; names all of them.
    """
    problems = [problem for name in names if (problem := recorded_file(folder, name).problem) is not None]
    if problems:
        raise StudyError(
            "; ".join(dict.fromkeys(problems)),
            todo="Restore it from a backup, or accept it with `her2lowmri study repair STUDY coordinator`",
        )


def coordinator_problems(folder: Path) -> list[str]:
    """What is wrong with the coordinator's log and files, in words."""
    record = examine(*_files(folder), KIND)
    if record.problems or record.state is None:
        return list(record.problems)
    known = record.state["files"]
    # The record may be long, and is read once; what differs from it is looked at again.
    differing = [name for name in dict.fromkeys((*FILES, *known)) if _hash(folder / name) != known.get(name)]
    found = (recorded_file(folder, name).problem for name in differing)
    return [problem for problem in found if problem is not None]


def erased_cases(folder: Path) -> frozenset[str]:
    """The cases that were erased, as the log says; none when it is damaged."""
    return frozenset(str(entry.get("case_id")) for entry in _entries(folder) if entry["action"] == "erase")


def recorded_removals(folder: Path) -> dict[str, str]:
    """Case -> SHA-256 of its record in `removed/`, as the log says; logs of earlier versions say none."""
    entries = (entry for entry in _entries(folder) if entry["action"] in ("remove", "erase"))
    return {
        str(entry["case_id"]): str(entry["record_sha256"]) for entry in entries if "record_sha256" in entry
    }


def _entries(folder: Path) -> list[Entry]:
    """The lines of the log, none when it is not what the record was saved with: a last line has none after it."""
    try:
        look_at(*_files(folder), KIND)
        return ChangeLog(_files(folder)[1], "").entries
    except StudyError:
        return []


def _content(file: Path) -> bytes | None:
    try:
        return read_own(file)
    except FileNotFoundError:
        return None


def _hash(file: Path) -> str | None:
    try:
        return hashlib.sha256(read_own(file)).hexdigest()
    except (FileNotFoundError, StudyError):
        return None


def _files(folder: Path) -> tuple[Path, Path]:
    return folder / RECORD_FILE, folder / LOG_FILE
