"""A state on disk and the log that leads to it, written first: no acknowledged change can be lost."""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.study.change_log import (
    ChangeLog,
    Entry,
    LogDamaged,
    Value,
    canonical_json,
    log_problems,
    sound_entries,
)
from HER2LowMRILib.study.own_files import refuse_link
from HER2LowMRILib.study.session_lock import SessionLock

State = dict[str, Any]
Fold = Callable[[State, Entry], State]
ANEW = "started_anew"


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
        self.state = _folded(self.state, self._log.entries[lines:], fold)
        self.restored_changes = len(self._log.entries) - lines
        if self.restored_changes:
            lock.check()
            self._save()

    def change(self, action: str, **values: Value) -> Entry:
        """Log a change, apply it and save the state. When this returns, the change is on the disk.

        Raises
        ------
        StudyError
            If it could not be saved or the folder was taken over.
        """
        self._lock.check()
        try:
            entry = self._log.append(action, **values)
        except ValueError as error:
            raise StudyError("the change cannot be kept", needed="text and finite numbers") from error
        self.state = _folded(self.state, [entry], self._fold)
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
    return _folded(start, ChangeLog(log_path, "").entries, fold)


def record_problems(path: Path, log_path: Path, schema: str, start: State, fold: Fold) -> list[str]:
    """What is wrong with a state and its log, in words; nothing when the log leads exactly to the state."""
    problems = log_problems(log_path) or state_problems(path, log_path, schema, start, fold)
    logged = log_path.exists() and log_path.stat().st_size > 0
    if not problems and _saved(path, schema) is None and (logged or path.exists()):
        what = "is damaged" if path.exists() else "is missing"
        problems = [f"{path.name} {what}; its log has every change"]
    return problems


def state_problems(path: Path, log_path: Path, schema: str, start: State, fold: Fold) -> list[str]:
    """As `record_problems`, but for what is no loss: a save that goes on or stopped, a state that the log can give."""
    # Asked first: while this looks, the first save may come to its end.
    existed = path.exists()
    try:
        saved = _saved(path, schema)
        log = ChangeLog(log_path, "")
    except StudyError as error:
        return [str(error)]
    if saved is None:
        return [f"{path.name} is damaged, and there is no log"] if existed and not log.entries else []
    if log.hash_of(saved["log_lines"]) != saved["log_sha256"]:
        return [f"the log {log_path.name} does not hold the changes that {path.name} was saved with"]
    state = _folded(start, log.entries[: saved["log_lines"]], fold)
    if state_hash(state) != state_hash(saved["state"]):
        return [f"{path.name} was changed outside the program: it is not what its log leads to"]
    return []


def start_anew(
    path: Path, log_path: Path, by: str, schema: str, start: State, fold: Fold, lock: SessionLock, reason: str
) -> None:
    """Give a damaged record a sound log again. Nothing is deleted: the damaged files stay beside it.

    The new log begins with the best state there is: the one saved last, or else where the sound lines of the old
    log lead to.

    Parameters
    ----------
    path, log_path, by, schema, start, fold, lock
        As for `RecordFile`.
    reason : str
        Why, for the log.
    """
    lock.check()
    saved = _saved(path, schema)
    state = saved["state"] if saved is not None else _folded(start, sound_entries(log_path), fold)
    number = 1
    while (aside := log_path.with_name(f"{log_path.name}.damaged-{number}")).exists():
        number += 1
    damaged = ""
    for file, place in ((path, path.with_name(f"{path.name}.damaged-{number}")), (log_path, aside)):
        if file.exists():
            damaged = hashlib.sha256(file.read_bytes()).hexdigest()
            file.rename(place)
    record = RecordFile(path, log_path, by, schema, start, fold, lock)
    record.change(ANEW, new=state, reason=reason, damaged_sha256=damaged)


def _folded(state: State, entries: Iterable[Entry], fold: Fold) -> State:
    for entry in entries:
        try:
            state = entry["new"] if entry["action"] == ANEW else fold(state, entry)
        except (KeyError, TypeError, AttributeError) as error:
            raise LogDamaged(
                f"line {entry.get('n')} of the log is no change of this record",
                todo="Run `her2lowmri study check`",
            ) from error
    return state


def _saved(path: Path, schema: str) -> dict | None:
    """Read the state file; None if it is absent or damaged."""
    refuse_link(path)
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
