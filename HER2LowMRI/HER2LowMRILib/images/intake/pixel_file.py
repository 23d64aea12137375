"""Where the pixels of a DICOM file lie, and whether the file can hold what its header says."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.files.budget import MemoryBudget
from HER2LowMRILib.images.intake.dicom_header import Header, whole_number
from HER2LowMRILib.images.intake.file_bytes import FileBytes
from HER2LowMRILib.images.intake.file_header import FileHeader

LARGEST_VOLUME = 2 * 2**30
LARGEST_FRAMES = 100_000
LARGEST_PADDING = 4096
_NATIVE = {
    "1.2.840.10008.1.2": "<",
    "1.2.840.10008.1.2.1": "<",
    "1.2.840.10008.1.2.2": ">",
}


@dataclass(slots=True, eq=False)
class PixelFile:
    """The pixels of one file, shared by its frames.

    Parameters
    ----------
    path : Path
    offset : int or None
        First byte of pixels that stand in the file as they are; None for compressed ones.
    dtype : str
        Of the stored numbers, with byte order.
    bits_stored : int
    signed : bool
    rows, columns, frames : int
        Of the stored picture, which of a mosaic holds several slices.
    transfer_syntax : str
    data : bytes or ndarray or None
        The pixels, once they were read: native ones along with the header, because on a network share opening a file
        again costs more than reading it; compressed ones when the first frame is asked for.
    lock : Lock
        Held while a compressed file is decoded, so that it is decoded once.
    held : int
        Size of the file [bytes].
    """

    path: Path = field(repr=False)
    offset: int | None
    dtype: str
    bits_stored: int
    signed: bool
    rows: int
    columns: int
    frames: int
    transfer_syntax: str
    data: Any = field(default=None, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    held: int = 0


def find_pixels(
    header: FileHeader,
    path: Path,
    name: str,
    file: FileBytes,
    size: tuple[int, int, int],
) -> PixelFile:
    """Find the pixels of a file, and refuse a header that claims others than the file holds.

    Parameters
    ----------
    header : FileHeader
    path : Path
    name : str
        Of the file, for messages.
    file : FileBytes
    size : tuple of int
        Rows, columns, frames.

    Raises
    ------
    ImageError
        If the pixel format is none, the file is truncated, too large, or goes on after its pixels.
    """
    syntax = header.transfer_syntax
    rows, columns, frames = size
    allocated, stored, signed = _number_format(header.root, frames, name)
    needed = rows * columns * frames * allocated // 8
    if needed > LARGEST_VOLUME:
        raise ImageError(
            f"{name} is too large", needed="at most 2 GiB of pixels", found=f"{needed / 2**30:.1f} GiB"
        )
    order = _NATIVE.get(syntax)
    offset = None
    kind = {8: "u1", 16: "u2", 32: "u4", 64: "u8"}[allocated]
    if order is not None:
        offset, length, kind = _native_pixels(file, name, header, order, kind)
        _check_length(file, name, offset, length, needed)
    else:
        MemoryBudget().take(needed, file.size, name)
    if signed and kind[0] == "u":
        kind = "i" + kind[1:]
    return PixelFile(
        path, offset, (order or "<") + kind, stored, signed, rows, columns, frames, syntax, held=file.size
    )


def _number_format(root: Header, frames: int, name: str) -> tuple[int, int, bool]:
    """Bits allocated, bits stored, and whether the numbers are signed."""
    allocated = whole_number(root.value(0x00280100)) or 0
    stored = whole_number(root.value(0x00280101)) or allocated
    high = whole_number(root.value(0x00280102))
    aligned = high is None or high == stored - 1
    if (
        allocated not in (8, 16, 32, 64)
        or not 1 <= stored <= allocated
        or not aligned
        or frames > LARGEST_FRAMES
    ):
        raise ImageError(
            f"{name} has no usable pixel format",
            needed="8, 16, 32 or 64 bits allocated, those stored at the low end",
            found=f"{allocated} allocated, {stored} stored up to bit {high}, {frames} frames",
        )
    return allocated, stored, whole_number(root.value(0x00280103)) == 1


def _check_length(file: FileBytes, name: str, offset: int, length: int, needed: int) -> None:
    """Refuse pixels that the file does not hold, or that go on where they should end."""
    if length < needed or offset + needed > file.size:
        raise ImageError(
            f"{name} is truncated",
            needed=f"{needed:,} bytes of pixels",
            found=f"{min(length, file.size - offset):,}",
        )
    # Writers pad the element with zeros, to an even length or to whole blocks.
    padding = file.at(offset + needed, length - needed) if length - needed <= LARGEST_PADDING else b"?"
    if padding.strip(b"\0") or _is_left_over(file, offset + length):
        raise ImageError(
            f"{name} is damaged", needed=f"{needed:,} bytes of pixels at its end", found="more than that"
        )


def _is_left_over(file: FileBytes, end: int) -> bool:
    """Whether something follows the pixels that is not an element and no padding: then the pixels began elsewhere."""
    rest = file.at(end, min(file.size - end, 4096))
    # Little-endian tags after the pixels: digital signatures (FFFA,FFFA) and trailing padding (FFFC,FFFC).
    return bool(rest.strip(b"\0")) and rest[:2] not in (b"\xfa\xff", b"\xfc\xff", b"\xff\xfa", b"\xff\xfc")


def _native_pixels(
    file: FileBytes, name: str, header: FileHeader, order: str, kind: str
) -> tuple[int, int, str]:
    """Offset and length of the pixel element after the header, and the kind of number in it."""
    at = header.pixels_at
    start = file.at(at, 12)
    if len(start) < 8:
        raise ImageError(f"{name} is truncated", needed="pixel data", found="the end of the file")
    byteorder: Literal["little", "big"] = "little" if order == "<" else "big"
    tag = int.from_bytes(start[:2], byteorder) << 16 | int.from_bytes(start[2:4], byteorder)
    floats = {0x7FE00008: "f4", 0x7FE00009: "f8"}
    if tag != 0x7FE00010 and tag not in floats:
        raise ImageError(
            f"{name} is damaged", needed="pixel data after the header", found=f"element {tag:08X}"
        )
    before = 8 if header.is_implicit else 12
    length = int.from_bytes(start[before - 4 : before], byteorder)
    if length == 0xFFFFFFFF:
        length = file.size - at - before
    return at + before, length, floats.get(tag, kind)
