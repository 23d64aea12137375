"""What the coordinator's files should be: the hash of each, and the log of how they came about."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from HER2LowMRILib.study.change_log import Entry, Value
from HER2LowMRILib.study.record_file import RecordFile, State, look_at, record_problems, start_anew
from HER2LowMRILib.study.session_lock import SessionLock
from HER2LowMRILib.study.verified_write import write_verified

SCHEMA = "her2lowmri.coordinator/1"
RECORD_FILE, LOG_FILE = "coordinator.json", "log.jsonl"
START: State = {"files": {}}
FILES = ("study.json", "lexicon.json", "cases.csv", "pathology.csv")


class CoordinatorRecord:
    """The coordinator's right to change files in the study folder, each change logged before it is made."""

    def __init__(self, folder: Path, lock: SessionLock):
        self._folder = folder
        self._record = RecordFile(*_files(folder), "coordinator", SCHEMA, START, fold_files, lock)

    def change(self, action: str, files: Mapping[str, bytes], **values: Value) -> None:
        """Log a change and write the files that it replaces (name -> content)."""
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        self._record.change(action, files=hashes, **values)
        for name, content in files.items():
            write_verified(self._folder / name, content)


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


def _files(folder: Path) -> tuple[Path, Path]:
    return folder / RECORD_FILE, folder / LOG_FILE
