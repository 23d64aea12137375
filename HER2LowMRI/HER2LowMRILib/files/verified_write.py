"""Writes that are complete or did not happen: what is acknowledged is on the disk and was read back."""

import contextlib
import errno
import os
import secrets
import stat
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError

# Another program may hold a file open for a moment on Windows (virus scanner, indexer, spreadsheet).
_WINDOWS_BUSY = (5, 32, 33)
_WINDOWS_WAITS_S = (0.05, 0.1, 0.2, 0.4, 0.8)
_CANNOT_FLUSH_FOLDERS = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM)
_IN_THE_WAY = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY)
TEMPORARY_SUFFIX = ".tmp"
_COMPARED_AT_ONCE = 2**20


def write_verified(path: Path, content: bytes) -> None:
    """Replace a file by ``content``, so that at any moment the old or the new file is there, whole.

    The bytes go to a temporary file in the same folder, are flushed to the disk, read back and compared; then
    the temporary file takes the name, and the folder is flushed.

    Parameters
    ----------
    path : Path
        The file; its folder must exist.
    content : bytes
        All of its content.

    Raises
    ------
    StudyError
        If the file could not be written or does not read back equal. The old file is then untouched.
    """
    temporary = path.parent / f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{TEMPORARY_SUFFIX}"
    try:
        write_apart(temporary, content, path.name)
        put_in_place(temporary, path)
    except OSError as error:
        raise not_saved(path.name, error) from error
    finally:
        # Where the folder is gone, so is the temporary file; why the write failed must be what is told.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_together(files: Mapping[Path, Sequence[bytes | memoryview]]) -> None:
    """Replace several files that belong together: all are complete on the disk before the first takes its name.

    Parameters
    ----------
    files : mapping of Path to sequence of bytes-like
        The content of each in pieces, so that a large one need not be joined in memory. They take their names in this
        order; their folders must exist.

    Raises
    ------
    StudyError
        If one could not be written or does not read back equal. The old files are then untouched, unless a name could
        not be taken after others were.
    """
    mark = f"{os.getpid()}-{secrets.token_hex(4)}{TEMPORARY_SUFFIX}"
    waiting = {path.parent / f".{path.name}.{mark}": path for path in files}
    name = ""
    try:
        for temporary, path in waiting.items():
            name = path.name
            _write_pieces(temporary, files[path])
            if not _reads_back(temporary, files[path]):
                raise StudyError(
                    f"{name} was not saved: the disk gave back other bytes than were written",
                    todo="Check the disk or the network share, then save again",
                )
        for temporary, path in waiting.items():
            name = path.name
            _replace(temporary, path)
        for folder in {path.parent for path in files}:
            sync_folder(folder)
    except OSError as error:
        raise not_saved(name, error) from error
    finally:
        for temporary in waiting:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_apart(temporary: Path, content: bytes, name: str) -> None:
    """Write a new file, flush it to the disk, read it back and compare: the first half of `write_verified`.

    Parameters
    ----------
    temporary : Path
        The new file, on the same disk as the place it is meant for.
    content : bytes
        All of its content.
    name : str
        What errors call it.

    Raises
    ------
    OSError
        As the operating system says it.
    StudyError
        If the file does not read back equal.
    """
    _write_new(temporary, content)
    if temporary.read_bytes() != content:
        raise StudyError(
            f"{name} was not saved: the disk gave back other bytes than were written",
            todo="Check the disk or the network share, then save again",
        )


def put_in_place(temporary: Path, path: Path) -> None:
    """Give a file of `write_apart` its name, in one step, and flush the folder: the second half.

    Raises
    ------
    OSError
        As the operating system says it.
    """
    _replace(temporary, path)
    sync_folder(path.parent)


def make_folder(folder: Path, what: str) -> None:
    """Make a folder and those above it, unless it is there.

    Parameters
    ----------
    folder : Path
        The folder.
    what : str
        What it is, as the error calls it, e.g. "the folder of the export".

    Raises
    ------
    StudyError
        If it cannot be made; names the file that is in its place, without saying where.
    """
    refuse_file_in_place(folder, what)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(
            f"{what} cannot be written",
            needed="a folder that can be written",
            found=error.strerror or type(error).__name__,
            todo="Choose another folder, or ask for access",
        ) from error


def refuse_file_in_place(folder: Path, what: str) -> None:
    """Refuse a folder where a file is in its place or above it; see `make_folder`."""
    in_the_way = next((place for place in (folder, *folder.parents) if place.is_file()), None)
    if in_the_way is not None:
        raise StudyError(
            f"{what} cannot be written",
            needed="a folder",
            found=f"a file called {in_the_way.name}",
            todo="Move that file away, or choose another folder",
        )


def not_saved(name: str, error: OSError) -> StudyError:
    """Say why the operating system did not save a file, without saying where the file is."""
    if getattr(error, "winerror", None) in _WINDOWS_BUSY:
        why, todo = "it may be open in another program", "Close it there, save again"
    elif error.errno in _IN_THE_WAY:
        other = Path(error.filename2 or error.filename or name).name
        why, todo = f"something else called {other} is in the way", "Move that away, save again"
    else:
        why, todo = (
            error.strerror or type(error).__name__,
            "Free space or restore access to the folder, save again",
        )
    return StudyError(f"{name} was not saved: {why}", todo=f"What was saved before is unchanged. {todo}")


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names, so that a renamed file survives a power cut (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems cannot flush a folder; the rename itself was reported as done.
        if error.errno not in _CANNOT_FLUSH_FOLDERS:
            raise
    finally:
        os.close(handle)


def _write_new(path: Path, content: bytes) -> None:
    _write_pieces(path, (content,))


def _write_pieces(path: Path, pieces: Sequence[bytes | memoryview]) -> None:
    with path.open("xb") as stream:
        for piece in pieces:
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())


def _reads_back(path: Path, pieces: Sequence[bytes | memoryview]) -> bool:
    with path.open("rb") as stream:
        for piece in pieces:
            for start in range(0, len(piece), _COMPARED_AT_ONCE):
                part = piece[start : start + _COMPARED_AT_ONCE]
                if stream.read(len(part)) != part:
                    return False
        return not stream.read(1)


def _keep_rights(source: Path, target: Path) -> None:
    """Give a new file the rights of the one that it replaces: who was kept out of that is kept out of this."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        before, now = target.stat(), source.stat()
        if before.st_gid != now.st_gid:
            with contextlib.suppress(OSError):
                os.chown(source, -1, before.st_gid)
        if stat.S_IMODE(before.st_mode) != stat.S_IMODE(now.st_mode):
            source.chmod(stat.S_IMODE(before.st_mode))


def _refuse_device(target: Path) -> None:
    """Refuse to put a file in the place of a device, a pipe or a socket: /dev/null would be one for everybody."""
    try:
        mode = target.stat().st_mode
    except OSError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


def _replace(source: Path, target: Path) -> None:
    _refuse_device(target)
    _keep_rights(source, target)
    for wait in (*_WINDOWS_WAITS_S, None):
        try:
            source.replace(target)
        except OSError as error:
            if wait is None or not (sys.platform == "win32" and error.winerror in _WINDOWS_BUSY):
                raise
            time.sleep(wait)
        else:
            return
