"""Places in a study folder that somebody else may have prepared: names that stay inside, and no links.

A study can come from another hospital, or lie where others write. Whatever is read, moved or deleted in it is named
by parts that are checked here, and a link is never followed: it could lead to anybody's files.
"""

import contextlib
import os
import re
import shutil
import stat
import time
import unicodedata
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.verified_write import TEMPORARY_SUFFIX

# A log of a hundred thousand changes, or a table of as many cases.
MOST_BYTES = 256 * 2**20
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}", re.ASCII)
# What most places look like; the rest is looked at sign by sign.
_PLAIN_PLACE = re.compile(r"[A-Za-z0-9 ._/-]{1,200}", re.ASCII)
# Of one part of a place on every common file system, and of a whole place [bytes].
_LONGEST_PART, _LONGEST_PLACE = 255, 4096


def inside(root: Path, *parts: str) -> Path:
    """Path below a folder of the study.

    Parameters
    ----------
    root : Path
        The folder, which may be reached through links of the user's own.
    *parts : str
        Names below it: letters, digits, "-", "_" and "." (not first).

    Raises
    ------
    StudyError
        If a part could lead elsewhere, or a file or folder on the way is a link.
    """
    path = root
    for part in parts:
        if not _PART.fullmatch(part) or part.endswith("."):
            raise StudyError("a name in the study leads elsewhere", needed="a plain name of a file or folder")
        path = path / part
        refuse_link(path)
    return path


def refuse_link(path: Path) -> None:
    """Refuse a link in place of a file or folder of the study."""
    if is_link(path):
        raise StudyError(
            f"{path.name} in the study is a link",
            needed="a file or folder of its own, because a link can lead to anybody's files",
            todo="Put in its place what it leads to, if you know where it comes from",
        )


def is_link(path: Path) -> bool:
    """Whether a path is a symbolic link, or a junction of Windows; False where there is nothing."""
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return False
    junction = getattr(found, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
    return stat.S_ISLNK(found.st_mode) or junction


def own_folders(parent: Path) -> list[Path]:
    """Folders in a folder of the study by name; see `own_entries`."""
    return [path for path in own_entries(parent) if path.is_dir() and not path.name.startswith(".")]


def own_entries(parent: Path, beginning: str = "") -> list[Path]:
    """Files and folders in a folder of the study by name, hidden ones too; no links, and nothing of a link.

    Parameters
    ----------
    parent : Path
        The folder; nothing is in one that is not there.
    beginning : str
        Only those whose names begin so.
    """
    if is_link(parent):
        return []
    try:
        # What the listing says of an entry costs nothing; a reader's folder has as many as the study has cases.
        with os.scandir(parent) as entries:
            names = sorted(
                entry.name
                for entry in entries
                if entry.name.startswith(beginning)
                and not (entry.is_symlink() or (os.name == "nt" and is_link(parent / entry.name)))
            )
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StudyError(
            f"the folder {parent.name} of the study cannot be read",
            found=error.strerror or type(error).__name__,
        ) from error
    return [parent / name for name in names]


def read_own(path: Path, most: int = MOST_BYTES) -> bytes:
    """Content of a file of the study: a regular one, no link, and not too long.

    Raises
    ------
    FileNotFoundError
        If there is none.
    StudyError
        If it is anything else, or cannot be read.
    """
    refuse_link(path)
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        with os.fdopen(os.open(path, flags), "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise StudyError(
                    f"{path.name} cannot be read", needed="a regular file", found="something else"
                )
            # Of the size it says, because room is made for as much as is asked for; and what grew since.
            content = stream.read(min(found.st_size, most) + 1)
            if len(content) > found.st_size:
                content += stream.read(most + 1 - len(content))
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(path.name) from None
    except IsADirectoryError:
        raise StudyError(f"{path.name} cannot be read", needed="a regular file", found="a folder") from None
    except OSError as error:
        raise StudyError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}") from error
    if len(content) > most:
        raise StudyError(f"{path.name} is too long", needed=f"at most {most // 2**20} MiB", found="more")
    return content


def sweep(folder: Path, older_than_s: float = 0.0) -> None:
    """Delete the temporary files that interrupted saves left in a folder; what cannot be deleted stays.

    Parameters
    ----------
    folder : Path
        One in which nobody else writes now, or
    older_than_s : float
        younger files may be those of somebody who does [s].
    """
    for place in own_entries(folder, "."):
        with contextlib.suppress(OSError):
            is_left = place.name.endswith(TEMPORARY_SUFFIX) and place.is_file()
            if is_left and time.time() - place.stat().st_mtime >= older_than_s:
                place.unlink()


def delete(place: Path) -> None:
    """Delete a file or folder of the study; of a link, the link and not what it leads to.

    Raises
    ------
    StudyError
        If it cannot be deleted.
    """
    try:
        if place.is_dir() and not is_link(place):
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    except OSError as error:
        raise StudyError(
            f"{place.name} cannot be deleted",
            found=error.strerror or type(error).__name__,
            todo="Close what has it open, then do this again",
        ) from error


def checked_place(text: object, base: Path) -> Path:
    """A place of images as a table names it; relative ones start at ``base``.

    Images may lie anywhere, so this says only that it can be a place at all.

    Raises
    ------
    StudyError
        If it is not text, too long, or holds characters that no name has.
    """
    if isinstance(text, str) and _PLAIN_PLACE.fullmatch(text):
        return base / text
    if (
        not isinstance(text, str)
        or not text
        or any(unicodedata.category(sign) == "Cc" for sign in text)
        or len(text.encode("utf-8", "replace")) > _LONGEST_PLACE
        or any(len(part.encode("utf-8", "replace")) > _LONGEST_PART for part in re.split(r"[/\\]", text))
    ):
        raise StudyError(
            "the place of an image cannot be used",
            needed=f"the name of a file or folder, each part at most {_LONGEST_PART} bytes long",
            found=f"{len(text)} characters" if isinstance(text, str) else type(text).__name__,
        )
    return base / text
