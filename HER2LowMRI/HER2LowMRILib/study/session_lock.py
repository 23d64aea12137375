"""One writer per folder: a lock file that says who holds it, and a session folder through which all is written.

A lock alone stops nobody who was asleep: a laptop that wakes up, or a share that hung, goes on inside a save.
So each session has a folder of its own, `.session-<token>/`. Whatever it saves is written there, read back, and then
moved to its place in one step. Taking over takes that folder away first: from then on nothing of the old session can
get anywhere, at whatever point it stopped. (docs/adr/0023-taking-over.md)
"""

import contextlib
import functools
import hashlib
import os
import secrets
import socket
import stat
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.disk_errors import door
from HER2LowMRILib.files.json_shape import fields, like, optional, parse_json, text, whole
from HER2LowMRILib.files.verified_write import not_saved, put_in_place, write_apart
from HER2LowMRILib.study.change_log import canonical_json, now_utc
from HER2LowMRILib.study.own_files import own_entries, read_own, sweep

LOCK_NAME = ".lock"
SESSION_PREFIX = ".session-"
# Begins the name of a file that is moved to its place after the log says so: where a session ended in between, the
# next one does it. The rest: the folder, the file's name, a random part.
_AFTER = "after"
_LOCK_SHAPE = fields(
    {"token": text},
    {
        "host": text,
        "machine": text,
        "pid": optional(whole(0, 2**31 - 1)),
        "since": like(r"[0-9TZ:.+-]{0,40}", "a time"),
    },
    others=True,
)
_LONGEST_LOCK = 4096


class StudyLocked(StudyError):
    """Somebody else has this folder open.

    Attributes
    ----------
    since : str
        When the lock was taken, UTC, by the clock of the computer that holds it.
    host : str
        Name of that computer.
    stale : bool or None
        True when that session has ended (same computer, process gone), False when its process runs, None when
        this computer cannot know.
    """

    def __init__(self, role: str, since: str, host: str, stale: bool | None):
        self.since, self.host, self.stale = since, host, stale
        state = "a session that may be running"
        if stale is not None:
            state = "a session that ended without closing" if stale else "a session that is running"
        super().__init__(
            f"{role} is open in {state} (computer {host}, since {since})",
            todo="Close it there, or take over if it is no longer in use",
        )


class StudyUnreachable(StudyError):
    """The folder is not there: a share that was unplugged, most often."""

    def __init__(self, role: str):
        super().__init__(
            f"{role}: the study cannot be reached, and this change was not saved",
            needed="the study folder",
            todo="Connect the share or disk again, then save again",
        )


class LockLost(StudyError):
    """Another session took the folder over; this one may no longer write."""

    def __init__(self, role: str):
        super().__init__(
            f"{role} was taken over by another session, and this change was not saved",
            todo="Go on in the other session, or close it and open the study again",
        )


class SessionLock:
    """The right to write into a folder, and the way in which everything is written there.

    Parameters
    ----------
    folder : Path
        The folder, which must exist.
    role : str
        Whose folder it is, as errors call it, e.g. "reader r1".
    take_over : bool
        Take the lock from whoever holds it. Ask the user before.

    Raises
    ------
    StudyLocked
        If the lock is held and ``take_over`` is False.
    """

    def __init__(self, folder: Path, role: str, take_over: bool = False):
        self._folder, self._path, self._role = folder, folder / LOCK_NAME, role
        self._token = secrets.token_hex(16)
        self._own = folder / f"{SESSION_PREFIX}{self._token}"
        self.took_over, self._released = False, False
        if not self._create():
            if not take_over:
                raise self._locked()
            self._take_away()
            self.took_over = True
            if not self._create():
                raise self._locked()
        try:
            self._own.mkdir()
            # Looked at after the folder was made: who takes over from now on finds it, and takes it away.
            self.check()
            self._end_others()
            sweep(folder)
        except BaseException as error:
            self.release()
            if isinstance(error, OSError):
                raise not_saved(role, error) from error
            raise

    def check(self) -> None:
        """Raise `LockLost` if the folder is no longer ours, `StudyUnreachable` if it is not there."""
        if self._released:
            raise StudyError(f"{self._role}: the session is closed", todo="Open the study again")
        try:
            self._folder.stat()
        except OSError as error:
            raise StudyUnreachable(self._role) from error
        # A lock file that somebody deleted by hand gives the folder to nobody.
        if not (_is_folder(self._own, self._role) and _token(self._path) in (None, self._token)):
            raise LockLost(self._role)

    def write(self, path: Path, content: bytes) -> None:
        """Replace a file below the folder, as `write_verified` does, unless the session was taken over.

        Raises
        ------
        LockLost
            If the folder was taken over. The old file is then untouched, whenever that happened.
        StudyError
            If the file could not be written.
        """
        self.move(self.prepare(path, content), path)

    def prepare(self, path: Path, content: bytes, *, after_log: bool = False) -> Path:
        """Write a file into the session's folder, for `move`; see `write`.

        Parameters
        ----------
        path : Path
            The place it is meant for.
        content : bytes
            All of its content.
        after_log : bool
            It is moved after the log says so: the next session makes up for it where this one ends in between.
        """
        self.check()
        kind = (
            (_AFTER, "" if path.parent == self._folder else path.parent.name) if after_log else ("file", "")
        )
        prepared = self._own / "+".join((*kind, path.name, secrets.token_hex(4)))
        try:
            write_apart(prepared, content, path.name)
        except OSError as error:
            self._drop(prepared)
            self.check()
            raise not_saved(path.name, error) from error
        except StudyError:
            self._drop(prepared)
            raise
        return prepared

    def move(self, prepared: Path, path: Path) -> None:
        """Move a prepared file to its place; see `write`."""
        try:
            put_in_place(prepared, path)
        except OSError as error:
            # What the log says already waits for the next session, which moves it.
            if not prepared.name.startswith(f"{_AFTER}+"):
                self._drop(prepared)
            self.check()
            raise not_saved(path.name, error) from error

    def interrupted(self) -> tuple[str, ...]:
        """Folders below this one for which ended sessions left files that only had to be moved to their place."""
        names = {place.name.split("+")[1] for place in own_entries(self._own, _AFTER)}
        return tuple(sorted(names))

    def claim(self, path: Path, digest: str) -> bool:
        """Put a file in its place that an ended session had written and the log knows by its SHA-256."""
        for place in own_entries(self._own):
            kind, folder, name = [*place.name.split("+"), "", "", ""][:3]
            parent = "" if path.parent == self._folder else path.parent.name
            if (kind, folder, name) == (_AFTER, parent, path.name) and _digest(place) == digest:
                self.move(place, path)
                return True
        return False

    def claim_known(self, known: Mapping[str, str]) -> None:
        """Put every file in its place that an ended session had written, where its name and SHA-256 are known."""
        for place in own_entries(self._own):
            kind, folder, name = [*place.name.split("+"), "", "", ""][:3]
            path = f"{folder}/{name}" if folder else name
            if kind == _AFTER and known.get(path) is not None and known[path] == _digest(place):
                self.move(place, self._folder / path)

    def forget_interrupted(self) -> None:
        """Drop what ended sessions left; everything that the logs know of it was claimed."""
        for place in own_entries(self._own):
            self._drop(place)

    def release(self) -> None:
        """Give the lock back. Does nothing when it was lost or given back before."""
        if not self._released:
            with contextlib.suppress(OSError):
                # With what nobody claimed in it, it stays for the next session.
                self._own.rmdir()
            if _token(self._path) == self._token:
                with contextlib.suppress(OSError):
                    self._path.unlink(missing_ok=True)
        self._released = True

    def _create(self) -> bool:
        lock = {
            "token": self._token,
            "host": socket.gethostname(),
            "machine": this_machine(),
            "pid": os.getpid(),
            "since": now_utc(),
        }
        try:
            handle = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            return False
        except OSError as error:
            raise StudyError(
                f"{self._role} cannot be opened",
                needed="a study that can be written",
                found=error.strerror or type(error).__name__,
                todo="Ask for access, or work on a copy",
            ) from error
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(canonical_json(lock).encode())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            # A lock of nobody would keep everybody out.
            with contextlib.suppress(OSError):
                self._path.unlink()
            raise StudyError(
                f"{self._role} cannot be opened: {error.strerror or type(error).__name__}",
                todo="Free space or restore access to the study, then open it again",
            ) from error
        return True

    def _take_away(self) -> None:
        """Move the other lock aside; put it back if it is a newer one than the user was asked about."""
        expected = _token(self._path)
        aside = self._path.with_name(f"{LOCK_NAME}.{self._token}")
        try:
            self._path.rename(aside)
        except FileNotFoundError:
            return
        except OSError as error:
            raise not_saved("the lock", error) from error
        if _token(aside) != expected:
            with contextlib.suppress(OSError):
                os.link(aside, self._path)
            self._drop(aside)
            raise self._locked()
        self._drop(aside)

    def _end_others(self) -> None:
        """Take the folders of all other sessions away; keep what their logs may need."""
        for place in own_entries(self._folder, "."):
            if place.name.startswith(SESSION_PREFIX) and place != self._own:
                self._end(place)
            elif place.name.startswith(f"{LOCK_NAME}."):
                self._drop(place)

    def _end(self, session: Path) -> None:
        # A session that is running may put in more meanwhile; with the folder gone it no longer can.
        for _ in range(100):
            for place in own_entries(session):
                with contextlib.suppress(FileNotFoundError):
                    if place.name.startswith(f"{_AFTER}+"):
                        place.rename(self._own / place.name)
                    else:
                        place.unlink()
            try:
                session.rmdir()
            except FileNotFoundError:
                return
            except OSError:
                continue
            return
        raise StudyError(
            f"{self._role} cannot be taken over",
            needed="a folder of the other session that can be deleted",
            found=f"one called {session.name}",
            todo="Close the other session, or ask for access",
        )

    @staticmethod
    def _drop(place: Path) -> None:
        with contextlib.suppress(OSError):
            place.unlink(missing_ok=True)

    def _locked(self) -> StudyLocked:
        lock = _read_lock(self._path)
        host = str(lock.get("host", "unknown"))
        stale = None
        # Another computer may have the name of this one, and knows other processes.
        if lock.get("machine") == this_machine() and isinstance(lock.get("pid"), int):
            stale = process_is_gone(lock["pid"])
        return StudyLocked(self._role, str(lock.get("since", "unknown")), host, stale)


def waiting_content(folder: Path, path: Path, digest: str) -> bytes | None:
    """Content of a file that a session is about to move to its place, known by its SHA-256; None if there is none.

    Parameters
    ----------
    folder : Path
        The folder of the session's lock.
    path : Path
        The place, in that folder or in one of it.
    digest : str
        As the log has it.
    """
    wanted = [_AFTER, "" if path.parent == folder else path.parent.name, path.name]
    for session in own_entries(folder, SESSION_PREFIX):
        for place in own_entries(session):
            if place.name.split("+")[:3] == wanted:
                with contextlib.suppress(OSError, StudyError):
                    content = read_own(place)
                    if hashlib.sha256(content).hexdigest() == digest:
                        return content
    return None


def _digest(place: Path) -> str | None:
    try:
        return hashlib.sha256(read_own(place)).hexdigest()
    except (OSError, StudyError):
        return None


def _is_folder(path: Path, role: str) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StudyUnreachable(role) from error


def _token(path: Path) -> str | None:
    """Token of a lock; None where there is no lock, "" where it is damaged."""
    try:
        path.lstat()
    except OSError:
        return None
    return str(_read_lock(path).get("token", ""))


def _read_lock(path: Path) -> dict[str, Any]:
    """What a lock says, as far as it can be believed; nothing where it is damaged."""
    try:
        lock: dict[str, Any] = parse_json(read_own(path, _LONGEST_LOCK), _LOCK_SHAPE, path.name)
    except (OSError, StudyError):
        return {}
    return lock


@functools.cache
def this_machine() -> str:
    """What tells this computer from others of the same name, and tells nothing else of it."""
    try:
        installed = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        installed = ""
    parts = (socket.gethostname(), f"{uuid.getnode():x}", installed)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def process_is_gone(pid: int) -> bool | None:
    """Whether a process of this computer has ended; None where that cannot be told."""
    # On Windows os.kill(pid, 0) is not a question but a Ctrl+C.
    if os.name == "nt":
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


@door
class LockedSession:
    """What a person does in a folder that is locked; close it, or use it as a context manager."""

    _lock: SessionLock

    def close(self) -> None:
        """Give the folder back."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
