"""One writer per folder: a lock file that says who holds it, and a take-over only when it is asked for."""

import contextlib
import json
import os
import secrets
import socket
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.change_log import canonical_json, now_utc

LOCK_NAME = ".lock"


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
        state = {True: "a session that ended without closing", False: "a session that is running"}.get(
            stale, "a session that may be running"
        )
        super().__init__(
            f"{role} is open in {state} (computer {host}, since {since})",
            todo="Close it there, or take over if it is no longer in use",
        )


class LockLost(StudyError):
    """Another session took the folder over; this one may no longer write."""

    def __init__(self, role: str):
        super().__init__(
            f"{role} was taken over by another session, and this change was not saved",
            todo="Go on in the other session, or close it and open the study again",
        )


class SessionLock:
    """The right to write into a folder.

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
        self._path, self._role = folder / LOCK_NAME, role
        self._token = secrets.token_hex(16)
        self.took_over, self._released = False, False
        if not self._create():
            if not take_over:
                raise self._locked()
            self._take_away()
            self.took_over = True
            if not self._create():
                raise self._locked()

    def check(self) -> None:
        """Raise `LockLost` if the lock is no longer ours; call before and after each write."""
        if self._released:
            raise StudyError(f"{self._role}: the session is closed", todo="Open the study again")
        if _read_lock(self._path).get("token") != self._token:
            raise LockLost(self._role)

    def release(self) -> None:
        """Give the lock back. Does nothing when it was lost or given back before."""
        if not self._released and _read_lock(self._path).get("token") == self._token:
            self._path.unlink(missing_ok=True)
        self._released = True

    def _create(self) -> bool:
        lock = {"token": self._token, "host": socket.gethostname(), "pid": os.getpid(), "since": now_utc()}
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
        with os.fdopen(handle, "wb") as stream:
            stream.write(canonical_json(lock).encode())
            stream.flush()
            os.fsync(stream.fileno())
        return True

    def _take_away(self) -> None:
        """Move the other lock aside; put it back if it is a newer one than the user was asked about."""
        expected = _read_lock(self._path).get("token")
        aside = self._path.with_name(f"{LOCK_NAME}.{self._token}")
        try:
            self._path.rename(aside)
        except FileNotFoundError:
            return
        if _read_lock(aside).get("token") != expected:
            with contextlib.suppress(OSError):
                os.link(aside, self._path)
            aside.unlink(missing_ok=True)
            raise self._locked()
        aside.unlink(missing_ok=True)

    def _locked(self) -> StudyLocked:
        lock = _read_lock(self._path)
        host = str(lock.get("host", "unknown"))
        stale = None
        if host == socket.gethostname() and isinstance(lock.get("pid"), int):
            stale = _process_is_gone(lock["pid"])
        return StudyLocked(self._role, str(lock.get("since", "unknown")), host, stale)


def _read_lock(path: Path) -> dict:
    try:
        lock = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return lock if isinstance(lock, dict) else {}


def _process_is_gone(pid: int) -> bool | None:
    # On Windows os.kill(pid, 0) is no question but a Ctrl+C.
    if os.name == "nt":
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
