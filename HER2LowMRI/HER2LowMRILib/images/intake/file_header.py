"""The header of a DICOM file, up to its pixels."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake.dicom_header import Header
from HER2LowMRILib.images.intake.file_bytes import FileBytes

if TYPE_CHECKING:
    from pydicom.tag import BaseTag

# Thousands of frames, each described, take less; to parse more takes longer than anybody waits.
LARGEST_HEADER = 32 * 2**20
_ELEMENT_HEADER = 12
_PIXELS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
_IMPLICIT, _EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
_TRANSFER_SYNTAX = 0x00020010
# The prefix, and the length of the meta group as the first of its elements.
_USUAL_START = b"DICM\2\0\0\0UL\4\0"


@dataclass(frozen=True, slots=True)
class FileHeader:
    """The header of a DICOM file.

    Parameters
    ----------
    root : Header
    elements : int
        How many there are.
    transfer_syntax : str
    is_implicit : bool
        Whether the elements are written without their VR.
    pixels_at : int
        First byte of the element of the pixels.
    """

    root: Header
    elements: int
    transfer_syntax: str
    is_implicit: bool
    pixels_at: int


def read_file_header(file: FileBytes) -> FileHeader:
    """Read the elements of a file up to its pixels.

    Raises
    ------
    ImageError
        If the header has no end.
    Exception
        Whatever the parser stumbles over in a damaged header.
    """
    while True:
        try:
            header = _usual(file.start) or _by_pydicom(file.start)
        except Exception:
            # Cut off within an element, pydicom may stumble over anything; of the whole file it is an error.
            if file.is_whole:
                raise
        else:
            if file.is_whole or header.pixels_at + _ELEMENT_HEADER <= len(file.start):
                return header
        if len(file.start) >= LARGEST_HEADER:
            raise ImageError(
                "A DICOM file is damaged", needed="pixels after a header", found="no end of the header"
            )
        file.more(LARGEST_HEADER)


def _usual(start: bytes) -> FileHeader | None:
    """Header of a file of the usual form, or None.

    The elements are pydicom's; the data sets that it builds around those of every file take a fifth of the time.
    """
    from pydicom.filereader import data_element_generator

    if start[128:140] != _USUAL_START:
        return None
    begin = 144 + int.from_bytes(start[140:144], "little")
    first = start[begin : begin + 6]
    meta = data_element_generator(BytesIO(start[144:begin]), False, True)
    syntax = Header({int(element.tag): element for element in meta}).text(_TRANSFER_SYNTAX)
    is_implicit = syntax == _IMPLICIT
    # Some writers state one form and write the other.
    if syntax not in (_IMPLICIT, _EXPLICIT) or first[:2] != b"\x08\0" or first[4:].isalpha() == is_implicit:
        return None
    stream = BytesIO(start)
    stream.seek(begin)
    elements = {
        int(element.tag): element
        for element in data_element_generator(stream, is_implicit, True, _is_of_pixels)
    }
    return FileHeader(Header(elements), len(elements), syntax, is_implicit, stream.tell())


def _is_of_pixels(tag: "BaseTag", vr: str | None, length: int) -> bool:
    return tag in _PIXELS


def _by_pydicom(start: bytes) -> FileHeader:
    import pydicom
    from pydicom.dataelem import RawDataElement

    stream = BytesIO(start)
    dataset = pydicom.dcmread(stream, stop_before_pixels=True, force=True)
    # As pydicom found it, whatever the file states.
    raw = (element for element in dataset.values() if isinstance(element, RawDataElement))
    implicit = (element.is_implicit_VR for element in raw)
    is_implicit = next(implicit, bool(dataset.original_encoding[0]))
    meta = getattr(dataset, "file_meta", None)
    syntax = str(getattr(meta, "TransferSyntaxUID", "") or "") or (_IMPLICIT if is_implicit else _EXPLICIT)
    return FileHeader(Header.of(dataset), len(dataset), syntax, is_implicit, stream.tell())
