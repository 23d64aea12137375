"""Whether a file may be handed to pydicom: it inflates a deflated file whole, and reads a header without an end."""

import io
import zlib
from typing import BinaryIO

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.files.budget import LARGEST_RATIO, SMALLEST_LIMIT, inflated_pieces, size_text

DEFLATED = "1.2.840.10008.1.2.1.99"
_START = 1024


def refuse_endless(stream: BinaryIO, name: str, start: bytes | None = None) -> None:
    """Refuse a header of zeros; inflate a deflated file piece by piece, and keep nothing.

    Parameters
    ----------
    stream : binary file
        At its beginning, or anywhere if that is given.
    name : str
        What an error calls it.
    start : bytes, optional
        The beginning of the file, where it was read already: a thousand bytes or more.

    Raises
    ------
    ImageError
        If it takes more memory than files of its size are granted, or its header cannot be.
    """
    start = stream.read(_START) if start is None else start[:_START]
    if start[128:140] == b"DICM" + bytes(8):
        # Every eight zeros are an element for a parser, and a file may have gigabytes of them.
        raise ImageError(f"{name} is damaged", needed="a DICOM header", found="zeros")
    if DEFLATED.encode() not in start:
        return
    # The deflated part begins after the meta group, whose length stands in its first element, (0002,0000).
    at = 132 if start[128:132] == b"DICM" else 0
    if start[at : at + 8] != b"\2\0\0\0UL\4\0":
        raise ImageError(f"{name} is damaged", needed="the length of its meta group")
    at += 12 + int.from_bytes(start[at + 8 : at + 12], "little")
    most = max(SMALLEST_LIMIT, LARGEST_RATIO * stream.seek(0, io.SEEK_END))
    stream.seek(at)
    inflated = 0
    try:
        for piece in inflated_pieces(stream, -zlib.MAX_WBITS):
            inflated += len(piece)
            if inflated > most:
                raise ImageError(f"{name} inflates without end", needed=f"at most {size_text(most)}")
    except zlib.error as error:
        raise ImageError(f"{name} is truncated or damaged", found="deflated data that end early") from error
