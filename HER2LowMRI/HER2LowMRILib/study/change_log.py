"""The log of changes: one JSON line per change, each with the hash of the line before.

The log is tamper-evident: a line that was altered, removed or put in breaks the chain, and `study check` says
where. It is written before the state it leads to, so that a crash between the two loses nothing.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.json_shape import fields, like, parse_json, text, whole
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.study.own_files import read_own

# JSON whose shape `_LINE` and each record's own shape check when it is read.
Value = Any
Entry = dict[str, Value]
START = "0" * 64
# Of the form of a line; a reader of logs can tell by it what to expect.
VERSION = 1
_LINE = fields(
    {
        "v": whole(1),
        "n": whole(1),
        "utc": text,
        "by": text,
        "action": text,
        "previous": like("[0-9a-f]{64}", "a SHA-256"),
    },
    others=True,
)


class LogDamaged(StudyError):
    """A log whose chain of hashes is broken before its last line."""


def canonical_json(value: object) -> str:
    """JSON that is the same for the same value: sorted keys, ASCII, no blanks, no NaN."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def now_utc() -> str:
    """The time, ISO 8601 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ChangeLog:
    """A log with one writer. Each change replaces the file by one that is a line longer: it is old or new, never torn.

    Parameters
    ----------
    path : Path
        The file; made at the first change.
    by : str
        The role that writes ("r1", "adjudicator", "coordinator"); never a person's name.
    write : callable, optional
        ``write(path, content)`` replaces a file; through a session's folder where others may take over.

    Attributes
    ----------
    entries : list of dict
        The whole lines.
    is_torn : bool
        Whether a part of a line followed them when it was opened: a save was interrupted.
    """

    def __init__(self, path: Path, by: str, write: Callable[[Path, bytes], None] = write_verified):
        self._path, self._by, self._write = path, by, write
        self._content, self.entries, self._hashes, self.is_torn = _read(path)
        # What a failed save may have left on the disk; it was not acknowledged.
        self._refused: bytes | None = None

    @property
    def head(self) -> str:
        """SHA-256 of the last line."""
        return self._hashes[-1]

    def hash_of(self, lines: int) -> str | None:
        """SHA-256 of line number ``lines`` (0: before the first), None if the log is shorter."""
        return self._hashes[lines] if 0 <= lines < len(self._hashes) else None

    def append(self, action: str, **values: Value) -> Entry:
        """Write one change to the disk and return it as it was written. From then on it is made, whatever comes.

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
        line = _new_line(len(self.entries) + 1, self._by, action, values, self.head)
        self._refuse_others_change()
        content = self._content + line + b"\n"
        try:
            self._write(self._path, content)
        except StudyError:
            self._take_back(content)
            raise
        self._content, self._refused = content, None
        self.entries.append(json.loads(line))
        self._hashes.append(hashlib.sha256(line).hexdigest())
        return self.entries[-1]

    def _take_back(self, content: bytes) -> None:
        """Put the log back as it was where a save that failed got as far as its name (the flush after it failed)."""
        self._refused = content
        with contextlib.suppress(OSError, StudyError):
            if _bytes_of(self._path) == content:
                self._write(self._path, self._content)

    def _refuse_others_change(self) -> None:
        found = _bytes_of(self._path)
        torn = found.startswith(self._content) and not _is_whole_line(found[len(self._content) :])
        if found not in (self._content, self._refused) and not torn:
            raise StudyError(
                f"{self._path.name} was changed by another program since it was opened",
                todo="Close the other session, then open the case again",
            )


def _new_line(number: int, by: str, action: str, values: Mapping[str, Value], previous: str) -> bytes:
    entry: Entry = {
        "v": VERSION,
        "n": number,
        "utc": now_utc(),
        "by": by,
        "software": __version__,
        "action": action,
        **values,
        "previous": previous,
    }
    return canonical_json(entry).encode()


def first_line(by: str, action: str, **values: Value) -> bytes:
    """Content of a log that begins with this change, as `ChangeLog.append` would write it."""
    return _new_line(1, by, action, values, START) + b"\n"


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
    """A line of a log; None where it is not such a line, as after a torn save."""
    try:
        entry: Entry = parse_json(line, _LINE, "a line")
    except StudyError:
        return None
    return entry


def _bytes_of(path: Path) -> bytes:
    """Content of a log, nothing where there is none."""
    try:
        return read_own(path)
    except FileNotFoundError:
        return b""


def _read(path: Path) -> tuple[bytes, list[Entry], list[str], bool]:
    """Read a log: whole lines, entries in them, the hash after each (first: START), whether more follows them."""
    content = _bytes_of(path)
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
    return content[:end], entries, hashes, end < len(content)


def _sound_part(lines: list[bytes]) -> tuple[list[Entry], list[str], int]:
    """Entries up to the first line that does not follow from the one before; the last of ``lines`` has no end."""
    entries: list[Entry] = []
    hashes, end = [START], 0
    for number, line in enumerate(lines[:-1], start=1):
        entry = _entry(line)
        if entry is None or entry["previous"] != hashes[-1] or entry["n"] != number:
            break
        entries.append(entry)
        hashes.append(hashlib.sha256(line).hexdigest())
        end += len(line) + 1
    return entries, hashes, end


def sound_entries(path: Path) -> list[Entry]:
    """The lines of a damaged log before the damage.

    Where the chain breaks between two whole lines, the first of them may be the one that was altered: it is left out.
    """
    lines = _bytes_of(path).split(b"\n")
    entries, _, _ = _sound_part(lines)
    next_line = lines[len(entries)]
    return entries[:-1] if next_line and _entry(next_line) is not None else entries


def log_problems(path: Path) -> list[str]:
    """What is wrong with a log, in words; nothing when the chain holds."""
    try:
        log = ChangeLog(path, "")
    except StudyError as error:
        return [str(error)]
    return [torn_words(path)] if log.is_torn else []


def torn_words(path: Path) -> str:
    """What is said of a log whose last line is torn."""
    return f"the last line of {path.name} is torn: a save was interrupted"
