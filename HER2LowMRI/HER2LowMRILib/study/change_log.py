"""The log of changes: one JSON line per change, each with the hash of the line before.

The log is tamper-evident: a line that was altered, removed or put in breaks the chain, and `study check` says
where. It is written before the state it leads to, so that a crash between the two loses nothing.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.verified_write import append_verified
from HER2LowMRILib.study.own_files import refuse_link

Value = str | int | float | bool | None | dict | list
Entry = dict[str, Value]
START = "0" * 64
# Of the form of a line; a reader of logs can tell by it what to expect.
VERSION = 1


class LogDamaged(StudyError):
    """A log whose chain of hashes is broken before its last line."""


def canonical_json(value: object) -> str:
    """JSON that is the same for the same value: sorted keys, ASCII, no blanks, no NaN."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def now_utc() -> str:
    """The time, ISO 8601 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ChangeLog:
    """A log with one writer.

    Parameters
    ----------
    path : Path
        The file; made at the first change.
    by : str
        The role that writes ("r1", "adjudicator", "coordinator"); never a person's name.
    """

    def __init__(self, path: Path, by: str):
        self._path, self._by = path, by
        self.entries, self._hashes, self._end = _read(path)
        # A line whose writing failed: it may be on the disk, in part or whole, and was not acknowledged.
        self._unsure = b""

    @property
    def head(self) -> str:
        """SHA-256 of the last line."""
        return self._hashes[-1]

    def hash_of(self, lines: int) -> str | None:
        """SHA-256 of line number ``lines`` (0: before the first), None if the log is shorter."""
        return self._hashes[lines] if lines < len(self._hashes) else None

    def append(self, action: str, **values: Value) -> Entry:
        """Write one change to the disk and return it as it was written.

        Parameters
        ----------
        action : str
            What was done, e.g. "answer", "sign_off".
        **values
            field, old, new, reason and the like.

        Raises
        ------
        StudyError
            If the line could not be written, or another program wrote to this log.
        """
        entry: Entry = {
            "v": VERSION,
            "n": len(self.entries) + 1,
            "utc": now_utc(),
            "by": self._by,
            "software": __version__,
            "action": action,
            **values,
            "previous": self.head,
        }
        line = canonical_json(entry).encode()
        self._drop_torn_tail()
        self._unsure = line + b"\n"
        append_verified(self._path, self._unsure)
        self._unsure = b""
        self.entries.append(json.loads(line))
        self._hashes.append(hashlib.sha256(line).hexdigest())
        self._end += len(line) + 1
        return self.entries[-1]

    def _drop_torn_tail(self) -> None:
        """Cut off what a crash or a full disk left of a line that was never acknowledged."""
        size = self._path.stat().st_size if self._path.exists() else 0
        if size == self._end:
            return
        tail = b""
        if size > self._end:
            with self._path.open("rb") as stream:
                stream.seek(self._end)
                tail = stream.read()
        own = bool(tail) and self._unsure.startswith(tail)
        if size < self._end or (_is_whole_line(tail) and not own):
            raise StudyError(
                f"{self._path.name} was changed by another program since it was opened",
                todo="Close the other session, then open the case again",
            )
        os.truncate(self._path, self._end)


def chained(entries: Iterable[Entry]) -> bytes:
    """Content of a log that holds these changes, numbered and chained anew."""
    content, head = b"", START
    for number, entry in enumerate(entries, start=1):
        line = canonical_json(entry | {"n": number, "previous": head}).encode()
        content, head = content + line + b"\n", hashlib.sha256(line).hexdigest()
    return content


def _is_whole_line(tail: bytes) -> bool:
    first, newline, _ = tail.partition(b"\n")
    return bool(newline) and _entry(first) is not None


def _entry(line: bytes) -> Entry | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _read(path: Path) -> tuple[list[Entry], list[str], int]:
    """Read entries, the hash after each (first: START), and where the last whole line ends [bytes]."""
    refuse_link(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    except OSError as error:
        raise StudyError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}") from error
    lines = content.split(b"\n")
    entries, hashes, end = _sound_part(lines)
    number = len(entries) + 1
    # After a power cut the last line may be blocks of zeros; anything before it must be whole.
    torn = number == len(lines) - 1 and not lines[-1] and _entry(lines[-2]) is None
    if number < len(lines) and not torn:
        raise LogDamaged(
            f"line {number} of {path.name} does not follow from the line before",
            needed="an unbroken chain of hashes",
            todo="Run `her2lowmri study check`; `study repair` goes on from the state that was saved last",
        )
    return entries, hashes, end


def _sound_part(lines: list[bytes]) -> tuple[list[Entry], list[str], int]:
    """Entries up to the first line that does not follow from the one before; the last of ``lines`` has no end."""
    entries: list[Entry] = []
    hashes, end = [START], 0
    for number, line in enumerate(lines[:-1], start=1):
        entry = _entry(line)
        if entry is None or entry.get("previous") != hashes[-1] or entry.get("n") != number:
            break
        entries.append(entry)
        hashes.append(hashlib.sha256(line).hexdigest())
        end += len(line) + 1
    return entries, hashes, end


def sound_entries(path: Path) -> list[Entry]:
    """The lines of a damaged log before the damage.

    Where the chain breaks between two whole lines, the first of them may be the one that was altered: it is left out.
    """
    lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
    entries, _, _ = _sound_part(lines)
    next_line = lines[len(entries)]
    return entries[:-1] if next_line and _entry(next_line) is not None else entries


def log_problems(path: Path) -> list[str]:
    """What is wrong with a log, in words; nothing when the chain holds."""
    try:
        _, _, end = _read(path)
    except StudyError as error:
        return [str(error)]
    size = path.stat().st_size if path.exists() else 0
    return [] if size == end else [f"the last line of {path.name} is torn: a save was interrupted"]
