"""What a file may cost before it is believed: it is a regular file, it lies where it should, and it fills no memory.

A few kilobytes can claim, or unpack to, gigabytes. Every reader asks here before anything is allocated.
"""

import hashlib
import os
import stat
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError

LARGEST_CLAIM = 8 * 2**30
# Any input of at most 10 MB must be worked on in less than 2 GiB, and work takes up to eight times what is read.
SMALLEST_LIMIT = 128 * 2**20
LARGEST_RATIO = 20
_PIECE = 2**20


def open_regular(path: Path, error: type[HER2LowMRIError] = ImageError) -> BufferedReader:
    """Open a file for reading, and never wait for one that has no end or no writer.

    Parameters
    ----------
    path : Path
    error : type, optional
        What to raise.

    Raises
    ------
    HER2LowMRIError
        Of the type ``error``: if it is not there, cannot be read, or is a folder, device, pipe or socket.
    """
    try:
        # Opened first and looked at afterwards, so that nothing else can take the name in between.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as missing:
        raise error(f"{path.name} is not there", needed="a file") from missing
    except OSError as failed:
        raise error(f"{path.name} cannot be read", found=failed.strerror or type(failed).__name__) from failed
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise error(f"{path.name} cannot be read", needed="a regular file", found=_kind(mode))
    return os.fdopen(handle, "rb")


def read_at_most(path: Path, most: int, error: type[HER2LowMRIError] = ImageError) -> bytes:
    """Content of a regular file of at most ``most`` bytes.

    Raises
    ------
    HER2LowMRIError
        Of the type ``error``: see `open_regular`; or if the file is longer.
    """
    with open_regular(path, error) as stream:
        try:
            content = stream.read(most + 1)
        except OSError as failed:
            raise error(
                f"{path.name} cannot be read", found=failed.strerror or type(failed).__name__
            ) from failed
    if len(content) > most:
        raise error(f"{path.name} is too long", needed=f"at most {size_text(most)}", found="more")
    return content


def sha256_of(path: Path, error: type[HER2LowMRIError] = ImageError) -> str:
    """SHA-256 of a regular file in hexadecimal, read piece by piece; errors as for `open_regular`."""
    with open_regular(path, error) as stream:
        try:
            return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as failed:
            raise error(
                f"{path.name} cannot be read", found=failed.strerror or type(failed).__name__
            ) from failed


def real_place(path: Path) -> Path:
    """Where a path leads, links followed; one that leads to itself leads nowhere else."""
    return Path(os.path.realpath(path))


def lies_inside(path: Path, folder: Path) -> bool:
    """Whether a file lies in a folder or below it, links followed to their ends."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        # A link that leads to itself, or a name no system can hold, leads nowhere.
        return False


def inflated_pieces(stream: BinaryIO, wbits: int) -> Iterator[bytes]:
    """Unpack a deflated stream piece by piece.

    Parameters
    ----------
    stream : binary file
        Where the packed bytes begin.
    wbits : int
        As of ``zlib.decompressobj``: -15 for bare deflate, 31 for gzip.

    Yields
    ------
    bytes
        At most 1 MiB each. A torn or damaged end raises ``zlib.error``; gzip members may follow each other.
    """
    unpacker, packed = zlib.decompressobj(wbits), b""
    while True:
        packed = packed or stream.read(_PIECE)
        if unpacker.eof:
            # Bare deflate is one stream; zeros after the last member of gzip are padding.
            if wbits < 0 or not packed.strip(b"\0"):
                return
            unpacker = zlib.decompressobj(wbits)
        piece = unpacker.decompress(packed, _PIECE)
        if not packed and not piece:
            raise zlib.error("the packed bytes end too early")
        packed = unpacker.unconsumed_tail or unpacker.unused_data
        if piece:
            yield piece


class MemoryBudget:
    """What all files of one input together may take.

    Memory is granted for what a file's header claims, in proportion to what the file holds: images of a scanner do
    not shrink to a twentieth.

    Parameters
    ----------
    most : int, optional
        The limit whatever the files hold [bytes].
    least : int, optional
        What is granted to any input [bytes].
    """

    def __init__(self, most: int = LARGEST_CLAIM, least: int = SMALLEST_LIMIT):
        self._most, self._least = most, least
        self._claimed = self._held = 0

    def take(self, claimed: int, held: int, name: str) -> None:
        """Count one more file.

        Parameters
        ----------
        claimed : int
            Memory that its content would take [bytes].
        held : int
            Size of the file [bytes].
        name : str
            What an error calls it.

        Raises
        ------
        ImageError
            If all files so far claim more than is granted.
        """
        self._claimed += claimed
        self._held += held
        granted = min(self._most, max(self._least, LARGEST_RATIO * self._held))
        if self._claimed > granted:
            raise ImageError(
                f"{name} is truncated, damaged or too large",
                needed=f"at most {size_text(granted)} of memory for files of {size_text(self._held)}",
                found=f"a claim of {size_text(self._claimed)}",
            )


def size_text(count: int) -> str:
    """A number of bytes in words: ``3.2 GiB``, ``225 MiB``, ``12 kB``."""
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (1000, "kB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}" if count < 1000 * unit else f"{count / unit:,.0f} {name}"
    return f"{count} bytes"


def _kind(mode: int) -> str:
    kinds = {
        stat.S_ISDIR: "a folder",
        stat.S_ISFIFO: "a pipe",
        stat.S_ISCHR: "a device",
        stat.S_ISBLK: "a device",
        stat.S_ISSOCK: "a socket",
    }
    return next((name for test, name in kinds.items() if test(mode)), "something else")
