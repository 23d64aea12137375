"""A state on disk and the log that leads to it, written first: no acknowledged change can be lost.

The log alone decides what was changed. The state file saves reading it all, and is never believed against it.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.files.json_shape import Shape, fields, like, mapped, parse_json, text, whole
from HER2LowMRILib.study.change_log import (
    ChangeLog,
    Entry,
    LogDamaged,
    Value,
    canonical_json,
    first_line,
    sound_entries,
    torn_words,
)
from HER2LowMRILib.study.own_files import delete, read_own
from HER2LowMRILib.study.session_lock import SessionLock

State = dict[str, Any]
Fold = Callable[[State, Entry], State]
ANEW = "started_anew"
# In such a line: the state file that the log was started anew instead of.
_REPLACED = "replaced_sha256"


@dataclass(frozen=True)
class RecordKind:
    """What a record is of.

    Attributes
    ----------
    schema : str
        Name and version of the format, e.g. "her2lowmri.reading/1".
    start : dict
        The state before the first change.
    fold : callable
        ``fold(state, entry) -> state``, without side effects.
    shape : callable
        What a state looks like.
    """

    schema: str
    start: State
    fold: Fold
    shape: Shape

    def after(
        self, entries: Iterable[Entry], state: State | None = None, known: State | None = None
    ) -> State:
        """The state to which changes lead, from the start or from a state before.

        Where they lead to a ``known`` state, its shape was looked at before.

        Raises
        ------
        LogDamaged
            If a line is not a change of such a record.
        """
        found: State = self.start if state is None else state
        number = 0
        try:
            for entry in entries:
                number = entry["n"]
                found = entry["new"] if entry["action"] == ANEW else self.fold(found, entry)
            wrong = None if found == known else self.shape(found)
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError, HER2LowMRIError):
            wrong = "something else"
        if wrong is not None:
            raise LogDamaged(
                f"line {number} of the log is not a change of this record",
                needed="what the program writes",
                found=wrong,
                todo="Run `her2lowmri study check`",
            )
        return found


class RecordFile:
    """A JSON state that only changes through its log.

    Opening reads the state and applies the log lines that came after it (a session that ended between log and
    state). A state that is absent or damaged is rebuilt from the log.

    Parameters
    ----------
    path, log_path : Path
        The state and its log; the folder must exist.
    by : str
        The role that writes.
    kind : RecordKind
        What the record is of.
    lock : SessionLock
        The right to write here.
    """

    def __init__(self, path: Path, log_path: Path, by: str, kind: RecordKind, lock: SessionLock):
        self._path, self._kind, self._lock = path, kind, lock
        # Place of a file -> what the log took and the disk then refused to move there.
        self._waiting: dict[Path, Path] = {}
        self._log = ChangeLog(log_path, by, lock.write)
        saved = _saved(path, kind)
        lines = 0 if saved is None else saved["log_lines"]
        if saved is not None and self._log.hash_of(lines) != saved["log_sha256"]:
            raise StudyError(
                f"{path.name} and its log do not belong together",
                needed="a log that holds every change up to the saved state",
                todo="Run `her2lowmri study check`; copy the case folder before anything else",
            )
        self.state = kind.after(self._log.entries[:lines])
        if saved is not None and state_hash(saved["state"]) != state_hash(self.state):
            raise _not_what_the_log_says(path)
        self.state = kind.after(self._log.entries[lines:], self.state)
        self.restored_changes = len(self._log.entries) - lines
        if self.restored_changes:
            lock.check()
            self._save()

    def change(self, action: str, moved: Mapping[Path, bytes] | None = None, **values: Value) -> Entry:
        """Log a change, apply it and save the state. When this returns, the change is on the disk.

        Parameters
        ----------
        action : str
            What was done.
        moved : mapping of Path to bytes, optional
            Files that the change replaces. They are written before it is logged and get their names after.
        **values
            As for `ChangeLog.append`.

        Raises
        ------
        StudyError
            If it could not be saved or the folder was taken over. Then nothing was changed.
        """
        self._lock.check()
        prepared = {
            path: self._lock.prepare(path, content, after_log=True) for path, content in (moved or {}).items()
        }
        try:
            # Tried out before it is written: a log must hold nothing that cannot be read again.
            self._kind.after([{"n": 0, "utc": "", "action": action, **values}], self.state)
            entry = self._log.append(action, **values)
        except (ValueError, LogDamaged) as error:
            raise StudyError("the change cannot be kept", needed="text and finite numbers") from error
        except StudyError:
            # That the folder was taken over says more than what came of it.
            self._lock.check()
            raise
        # From here on the change is made, because the log alone decides. Where the session ends now, or is taken over,
        # the next one makes up for the rest.
        self.state = self._kind.after([entry], self.state)
        self._waiting |= prepared
        with contextlib.suppress(StudyError):
            self._save()
        self.finish()
        return entry

    def finish(self) -> bool:
        """Move files to their place that a change could not move when it was logged; whether all are there."""
        for path, place in list(self._waiting.items()):
            with contextlib.suppress(StudyError, OSError):
                # Moved all the same where only the flush of the folder failed.
                if place.exists():
                    self._lock.move(place, path)
                del self._waiting[path]
        return not self._waiting

    def _save(self) -> None:
        saved = {
            "schema": self._kind.schema,
            "log_lines": len(self._log.entries),
            "log_sha256": self._log.head,
            "state": self.state,
        }
        content = json.dumps(saved, sort_keys=True, indent=1, ensure_ascii=True, allow_nan=False)
        self._lock.write(self._path, content.encode() + b"\n")


def look_at(path: Path, log_path: Path, kind: RecordKind) -> State:
    """Read the state to which the log leads, without the right to write.

    Raises
    ------
    StudyError
        If the log is damaged, the state is not what the log leads to, or is of another version of the software.
    """
    return _state_of(path, log_path, kind, *_saved_and_log(path, log_path, kind))


def _state_of(
    path: Path, log_path: Path, kind: RecordKind, saved: dict[str, Any] | None, log: ChangeLog, existed: bool
) -> State:
    if saved is None and existed and not log.entries:
        raise StudyError(f"{path.name} is damaged, and there is no log")
    if saved is None:
        return kind.after(log.entries)
    lines = saved["log_lines"]
    if log.hash_of(lines) != saved["log_sha256"]:
        raise StudyError(f"the log {log_path.name} does not hold the changes that {path.name} was saved with")
    state = kind.after(log.entries[:lines], known=saved["state"])
    if state_hash(state) != state_hash(saved["state"]):
        raise _not_what_the_log_says(path)
    return kind.after(log.entries[lines:], state, known=state)


def glance_at(path: Path, log_path: Path, kind: RecordKind) -> State:
    """Read the state as it was saved last, without its log: for long lists, where nothing hangs on it.

    Raises
    ------
    StudyError
        As `look_at`, which is asked where there is no sound state.
    """
    saved = _saved(path, kind)
    return look_at(path, log_path, kind) if saved is None else saved["state"]


@dataclass(frozen=True)
class Examined:
    """A record, every file of it looked at once.

    Attributes
    ----------
    problems : tuple of str
        What is wrong, in words; nothing when the log leads exactly to the state.
    state : dict or None
        Where the log leads; None where that cannot be told.
    """

    problems: tuple[str, ...]
    state: State | None


def examine(path: Path, log_path: Path, kind: RecordKind) -> Examined:
    """Look for everything that can be wrong with a state and its log."""
    try:
        saved, log, existed = _saved_and_log(path, log_path, kind)
        state = _state_of(path, log_path, kind, saved, log, existed)
    except StudyError as error:
        return Examined((str(error),), None)
    if log.is_torn:
        return Examined((torn_words(log_path),), state)
    if saved is None and (log.entries or existed):
        problem = f"{path.name} {'is damaged' if existed else 'is missing'}; its log has every change"
        return Examined((problem,), state)
    return Examined((), state)


def record_problems(path: Path, log_path: Path, kind: RecordKind) -> tuple[str, ...]:
    """What is wrong with a state and its log, in words; see `examine`."""
    return examine(path, log_path, kind).problems


def start_anew(path: Path, log_path: Path, by: str, kind: RecordKind, lock: SessionLock, reason: str) -> None:
    """Give a damaged record a sound log again. Nothing is deleted: the damaged files stay beside it.

    The new log begins with the best state there is: where the sound lines of the old log lead to, or the one that was
    saved last if it is further on.

    Parameters
    ----------
    path, log_path, by, kind, lock
        As for `RecordFile`.
    reason : str
        Why, for the log.
    """
    lock.check()
    state = _best_state(path, log_path, kind)
    number = 1
    while (aside := log_path.with_name(f"{log_path.name}.damaged-{number}")).exists():
        number += 1
    hashes = {}
    # Copied, and replaced in one step: a repair that is stopped leaves what the next one finds its way from.
    for file, place in ((path, path.with_name(f"{path.name}.damaged-{number}")), (log_path, aside)):
        with contextlib.suppress(FileNotFoundError):
            content = read_own(file)
            lock.write(place, content)
            hashes[file] = hashlib.sha256(content).hexdigest()
    damaged = {"damaged_sha256": hashes.get(log_path, hashes.get(path, "")), _REPLACED: hashes.get(path)}
    lock.write(log_path, first_line(by, ANEW, new=state, reason=reason, **damaged))
    delete(path)
    RecordFile(path, log_path, by, kind, lock)


def _best_state(path: Path, log_path: Path, kind: RecordKind) -> State:
    try:
        saved = _saved(path, kind)
    except StudyError:
        saved = None
    try:
        sound = _usable(ChangeLog(log_path, "").entries, kind)
    except StudyError:
        sound = _usable(sound_entries(log_path), kind)
    # What the log can vouch for counts; a state file alone may have been changed by anybody.
    if saved is None or len(sound) >= saved["log_lines"] or _has_replaced(sound, path):
        return kind.after(sound)
    return saved["state"]


def _has_replaced(entries: list[Entry], path: Path) -> bool:
    """Whether a log was started anew instead of this state: a repair that was stopped before it was deleted."""
    return bool(entries) and entries[0].get(_REPLACED) == hashlib.sha256(read_own(path)).hexdigest()


def _usable(entries: list[Entry], kind: RecordKind) -> list[Entry]:
    """The lines up to the first that is not a change of such a record."""
    for count in range(len(entries), -1, -1):
        with contextlib.suppress(LogDamaged):
            kind.after(entries[:count])
            return entries[:count]
    return []


def _saved_and_log(
    path: Path, log_path: Path, kind: RecordKind
) -> tuple[dict[str, Any] | None, ChangeLog, bool]:
    """State file (None: absent or damaged), log, and whether there was a state file."""
    # The state is read first, and whether it is there asked before: while this looks, a save may come to its end.
    existed = path.exists()
    saved = _saved(path, kind)
    return saved, ChangeLog(log_path, ""), existed


def _saved(path: Path, kind: RecordKind) -> dict[str, Any] | None:
    """Read the state file; None if it is absent or damaged."""
    try:
        content = read_own(path)
    except FileNotFoundError:
        return None
    try:
        saved: dict[str, Any] = parse_json(content, _OUTLINE, path.name)
    except StudyError:
        return None
    if saved["schema"] != kind.schema:
        raise StudyError(
            f"{path.name} is of another version of the software",
            needed=kind.schema,
            found=str(saved["schema"])[:60],
        )
    return saved if _SAVED(saved) is None and kind.shape(saved["state"]) is None else None


def _whatever(_value: object) -> None:
    """A value whose shape is looked at elsewhere."""


_OUTLINE = fields({"schema": text}, others=True)
_SAVED = fields(
    {
        "schema": text,
        "state": mapped(_whatever),
        "log_lines": whole(),
        "log_sha256": like("[0-9a-f]{64}", "a SHA-256"),
    }
)


def _not_what_the_log_says(path: Path) -> StudyError:
    return StudyError(f"{path.name} was changed outside the program: it is not what its log leads to")


def state_hash(value: object) -> str:
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
