"""Bytes of an open file, its beginning read in one piece."""

import os
from typing import BinaryIO

# Holds a slice of usual size with its header.
_FIRST_PIECE = 2**18


class FileBytes:
    """An open file whose beginning is in memory.

    A parser asks a file for its position at every element, and every question is a call of the system: as many as the
    elements, and with every one of them a thread gives up Python's lock.

    Parameters
    ----------
    file : binary file

    Attributes
    ----------
    start : bytes
        The beginning, 256 KiB or what ``more`` made of it.
    size : int
        Of the file [bytes].
    """

    def __init__(self, file: BinaryIO):
        self._file = file
        self.size = os.fstat(file.fileno()).st_size
        self.start = file.read(_FIRST_PIECE)

    @property
    def is_whole(self) -> bool:
        """Whether the beginning is the file."""
        return len(self.start) >= self.size

    def more(self, most: int) -> None:
        """Make the beginning eight times as long, up to ``most`` bytes."""
        self._file.seek(len(self.start))
        self.start += self._file.read(min(7 * len(self.start), most - len(self.start)))

    def at(self, offset: int, count: int) -> bytes:
        """Bytes from ``offset`` on, fewer at the end of the file."""
        if not count or offset + count <= len(self.start) or self.is_whole:
            return self.start[offset : offset + count]
        self._file.seek(offset)
        return self._file.read(count)
