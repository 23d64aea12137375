"""What the coordinator's files should be: the hash of each, and the log of how they came about."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.study.change_log import ChangeLog, Entry, Value, chained
from HER2LowMRILib.study.record_file import RecordFile, State, look_at, record_problems, start_anew
from HER2LowMRILib.study.session_lock import SessionLock

SCHEMA = "her2lowmri.coordinator/1"
RECORD_FILE, LOG_FILE = "coordinator.json", "log.jsonl"
START: State = {"files": {}}
ERASED = "erased"
FILES = ("study.json", "lexicon.json", "cases.csv", "pathology.csv")


class CoordinatorRecord:
    """The coordinator's right to change files in the study folder, each change logged before it is made."""

    def __init__(self, folder: Path, lock: SessionLock):
        self._folder, self._lock = folder, lock
        self._record = self._open()

    def _open(self) -> RecordFile:
        return RecordFile(*_files(self._folder), "coordinator", SCHEMA, START, fold_files, self._lock)

    def change(self, action: str, files: Mapping[str, bytes], **values: Value) -> None:
        """Log a change and write the files that it replaces (name -> content)."""
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        self._record.change(action, files=hashes, **values)
        for name, content in files.items():
            write_verified(self._folder / name, content)

    def erase(self, case_id: str, reason: str) -> None:
        """Take what the log says of a case out of it, but for its id; the log says which of its lines changed.

        The lines are chained anew. The state goes first, because it can be made again from either log.
        """
        self._lock.check()
        file, log_file = _files(self._folder)
        log = ChangeLog(log_file, "coordinator")
        entries = [_without(entry, case_id) for entry in log.entries]
        changed = [new["n"] for old, new in zip(log.entries, entries, strict=True) if new != old]
        file.unlink(missing_ok=True)
        write_verified(log_file, chained(entries))
        self._record = self._open()
        self._record.change(
            "erase", files={}, case_id=case_id, reason=reason, lines=changed, former_log_sha256=log.head
        )


def _without(entry: Entry, case_id: str) -> Entry:
    """A line of the log without what it says of a case."""
    if entry["action"] == "pathology" and case_id in entry["new"]:
        # Logs of earlier versions have no old values.
        states = {name: entry[name] for name in ("old", "new") if name in entry}
        return entry | {name: state | {case_id: ERASED} for name, state in states.items()}
    if entry["action"] == "exclude" and entry["case_id"] == case_id:
        return entry | {"old": ERASED, "new": ERASED}
    return entry


def repair_coordinator(folder: Path, lock: SessionLock, reason: str) -> None:
    """Take the coordinator's files as they are now, with a log that says so; a damaged log stays beside it."""
    hashes = look_at_files(folder)
    if record_problems(*_files(folder), SCHEMA, START, fold_files):
        start_anew(*_files(folder), "coordinator", SCHEMA, START, fold_files, lock, reason)
    record = RecordFile(*_files(folder), "coordinator", SCHEMA, START, fold_files, lock)
    record.change("accept", files=hashes, reason=reason)


def look_at_files(folder: Path) -> dict[str, str]:
    """Hashes of the coordinator's files as they are."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in FILES
        if (folder / name).exists()
    }


def fold_files(state: State, entry: Entry) -> State:
    """Apply one line of the coordinator's log: which content each file was given."""
    return state | {"files": state["files"] | entry["files"]}


def coordinator_problems(folder: Path) -> list[str]:
    """What is wrong with the coordinator's log and files, in words."""
    problems = record_problems(*_files(folder), SCHEMA, START, fold_files)
    if problems:
        return problems
    for name, digest in look_at(*_files(folder), SCHEMA, START, fold_files)["files"].items():
        file = folder / name
        if not file.exists():
            problems.append(f"{name} is missing")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            problems.append(
                f"{name} is not as the coordinator's session left it: changed by hand, or a torn save"
            )
    return problems


def erased_cases(folder: Path) -> frozenset[str]:
    """The cases that were erased, as the log says; none when it is damaged."""
    try:
        entries = ChangeLog(_files(folder)[1], "").entries
    except StudyError:
        return frozenset()
    return frozenset(entry["case_id"] for entry in entries if entry["action"] == "erase")


def _files(folder: Path) -> tuple[Path, Path]:
    return folder / RECORD_FILE, folder / LOG_FILE
