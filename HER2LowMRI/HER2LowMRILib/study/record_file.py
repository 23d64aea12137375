"""A state on disk and the log that leads to it, written first: no acknowledged change can be lost."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.change_log import ChangeLog, Entry, Value, canonical_json, log_problems
from HER2LowMRILib.study.session_lock import SessionLock
from HER2LowMRILib.study.verified_write import write_verified

State = dict[str, Any]
Fold = Callable[[State, Entry], State]


class RecordFile:
    """A JSON state that only changes through its log.

    Opening reads the state and applies the log lines that came after it (a crash between log and state). A
    state that is absent or unreadable is rebuilt from the log.

    Parameters
    ----------
    path, log_path : Path
        The state and its log; the folder must exist.
    by : str
        The role that writes.
    schema : str
        Name and version of the format, e.g. "her2lowmri.reading/1".
    start : dict
        The state before the first change.
    fold : callable
        ``fold(state, entry) -> state``, without side effects.
    lock : SessionLock
        The right to write here.
    """

    def __init__(
        self, path: Path, log_path: Path, by: str, schema: str, start: State, fold: Fold, lock: SessionLock
    ):
        self._path, self._schema, self._fold, self._lock = path, schema, fold, lock
        self._log = ChangeLog(log_path, by)
        saved = _saved(path, schema)
        self.state, lines = start, 0
        if saved is not None:
            lines = saved["log_lines"]
            if self._log.hash_of(lines) != saved["log_sha256"]:
                raise StudyError(
                    f"{path.name} and its log do not belong together",
                    needed="a log that holds every change up to the saved state",
                    todo="Run `her2lowmri study check`; copy the case folder before anything else",
                )
            self.state = saved["state"]
        for entry in self._log.entries[lines:]:
            self.state = fold(self.state, entry)
        self.restored_changes = len(self._log.entries) - lines

    def change(self, action: str, **values: Value) -> Entry:
        """Log a change, apply it and save the state. When this returns, the change is on the disk.

        Raises
        ------
        StudyError
            If it could not be saved or the folder was taken over.
        """
        self._lock.check()
        entry = self._log.append(action, **values)
        self.state = self._fold(self.state, entry)
        self._save()
        self._lock.check()
        return entry

    def _save(self) -> None:
        saved = {
            "schema": self._schema,
            "log_lines": len(self._log.entries),
            "log_sha256": self._log.head,
            "state": self.state,
        }
        text = json.dumps(saved, sort_keys=True, indent=1, ensure_ascii=True, allow_nan=False)
        write_verified(self._path, text.encode() + b"\n")


def look_at(path: Path, log_path: Path, schema: str, start: State, fold: Fold) -> State:
    """Read the state as it was last saved, without the right to write.

    A state that is absent or damaged is rebuilt from the log, in memory.

    Raises
    ------
    StudyError
        If the file is of another version of the software, or state and log are both damaged.
    """
    saved = _saved(path, schema)
    if saved is not None:
        return saved["state"]
    state = start
    for entry in ChangeLog(log_path, "").entries:
        state = fold(state, entry)
    return state


def record_problems(path: Path, log_path: Path, schema: str, start: State, fold: Fold) -> list[str]:
    """What is wrong with a state and its log, in words; nothing when the log leads exactly to the state."""
    problems = log_problems(log_path)
    if problems:
        return problems
    try:
        saved = _saved(path, schema)
    except StudyError as error:
        return [str(error)]
    log = ChangeLog(log_path, "")
    if saved is None:
        what = "is damaged" if path.exists() else "is missing"
        return [f"{path.name} {what}; its log has every change"] if log.entries or path.exists() else []
    if log.hash_of(saved["log_lines"]) != saved["log_sha256"]:
        return [f"the log {log_path.name} does not hold the changes that {path.name} was saved with"]
    state = start
    for entry in log.entries[: saved["log_lines"]]:
        state = fold(state, entry)
    if state_hash(state) != state_hash(saved["state"]):
        return [f"{path.name} was changed outside the program: it is not what its log leads to"]
    return []


def _saved(path: Path, schema: str) -> dict | None:
    """Read the state file; None if it is absent or damaged."""
    try:
        saved = json.loads(path.read_bytes())
        found = saved["schema"]
        usable = (
            isinstance(saved["state"], dict) and isinstance(saved["log_lines"], int) and saved["log_sha256"]
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StudyError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}") from error
    except (ValueError, KeyError, TypeError, RecursionError):
        found, usable = schema, False
    if found != schema:
        raise StudyError(
            f"{path.name} is of another version of the software", needed=schema, found=str(found)[:60]
        )
    return saved if usable else None


def state_hash(value: object) -> str:
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
