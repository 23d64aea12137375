"""What a list of cases showed last, kept so that a case is read again only where its files changed.

It saves time and decides nothing: an entry counts only while the files it was found in have the size, time and number
that the disk gave them then. The file can be deleted at any time; a damaged one is as good as none.
"""

import contextlib
import json
import os
from collections.abc import Callable, Container, Iterable, Sequence
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.json_shape import Shape, fields, mapped, parse_json, text
from HER2LowMRILib.study.own_files import read_own

# No case file has this ending.
SEEN_FILE = "work_list.seen"
Mark = str
# Text or number, so that an entry is the same after it was written and read.
Found = list[str | int]


def mark_of(files: Iterable[str | Path]) -> Mark | None:
    """Size, time and number of files as the disk has them; None where nothing is there, or it cannot be told.

    A file that is not there counts as such: when it appears, the mark is another.
    """
    parts = []
    for file in files:
        try:
            found = os.lstat(file)
        except FileNotFoundError:
            parts.append("none")
        except OSError:
            return None
        else:
            parts.append(f"{found.st_size}.{found.st_mtime_ns}.{found.st_ino}")
    return None if set(parts) == {"none"} else " ".join(parts)


class SeenStates:
    """What was found for each case, with the mark of the files it was found in.

    Parameters
    ----------
    file : Path
        Where it is kept.
    context : str
        What the findings depend on beside the files; what was kept under another one does not count.
    shape : callable
        What a finding looks like.
    """

    def __init__(self, file: Path, context: str, shape: Shape):
        self._file, self._context, self._shape = file, context, shape
        self._kept: dict[str, Any] = _read(file, context)
        self._changed = False

    def of(self, case_id: str, mark: Mark | None) -> Found | None:
        """What was found for a case, if its files are as they were then."""
        kept = self._kept.get(case_id)
        if mark is None or not isinstance(kept, list) or kept[:1] != [mark]:
            return None
        found: Found = kept[1:]
        return found if self._shape(found) is None else None

    def keep(self, case_id: str, found: Sequence[str | int], mark: Mark | None) -> None:
        """Remember what was found in files; with no mark, nothing."""
        # One list of plain values each: there may be ten thousand, and Python's collector looks at every list.
        entry = [mark, *found]
        if mark is not None and self._kept.get(case_id) != entry:
            self._kept[case_id] = entry
            self._changed = True

    def save(self, write: Callable[[Path, bytes], None], cases: Container[str]) -> None:
        """Write what is new, for the cases that there still are. What cannot be written is found again next time."""
        gone = [case_id for case_id in self._kept if case_id not in cases]
        if not (self._changed or gone):
            return
        kept = {case_id: entry for case_id, entry in self._kept.items() if case_id in cases}
        content = json.dumps({"context": self._context, "cases": kept}, separators=(",", ":"))
        with contextlib.suppress(StudyError):
            write(self._file, content.encode() + b"\n")
            self._kept, self._changed = kept, False


def _read(file: Path, context: str) -> dict[str, Any]:
    try:
        found = parse_json(read_own(file), _SHAPE, file.name)
    except (OSError, StudyError):
        return {}
    return dict(found["cases"]) if found["context"] == context else {}


def _whatever(_value: object) -> None:
    """Looked at where it is used."""


_SHAPE = fields({"context": text, "cases": mapped(_whatever)})
