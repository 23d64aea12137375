"""The header of any DICOM file, read without believing it: no pixels, nothing inflated without end, no waiting."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.files.budget import open_regular
from HER2LowMRILib.images.intake.deflated import refuse_endless
from HER2LowMRILib.images.intake.dicom_frames import hush_pydicom, is_dicom
from HER2LowMRILib.images.intake.file_header import LARGEST_HEADER

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


class _Bounded:
    """A file of which no more is read than a header may have."""

    def __init__(self, stream: BinaryIO):
        self._stream, self._left = stream, LARGEST_HEADER
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, count: int = -1) -> bytes:
        """Read as any file does, until the header has been longer than headers are."""
        content = self._stream.read(count if count >= 0 else self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise ValueError("a header without an end")
        return content


def is_dicom_object(path: Path) -> bool:
    """Whether the file begins as a DICOM file does.

    Raises
    ------
    ImageError
        If it is not there, or no regular file.
    """
    with open_regular(path) as stream:
        return is_dicom(stream.read(132))


def header_of(path: Path, tags: Sequence[str] | None = None) -> "Dataset":
    """The header of a DICOM file, without its pixels.

    Parameters
    ----------
    path : Path
    tags : sequence of str, optional
        Keywords of the elements that are wanted; all where left out.

    Raises
    ------
    ImageError
        If it is damaged, no regular file, or takes more memory than its size allows.
    """
    import pydicom

    hush_pydicom()
    with open_regular(path) as stream:
        refuse_endless(stream, path.name)
        stream.seek(0)
        try:
            wanted = None if tags is None else list(tags)
            bounded = cast(BinaryIO, _Bounded(stream))
            return pydicom.dcmread(bounded, stop_before_pixels=True, force=True, specific_tags=wanted)
        except Exception as error:
            raise ImageError(
                f"{path.name} cannot be read",
                needed="a whole DICOM file",
                found=f"a damaged one ({type(error).__name__})",
            ) from error


def stated(header: "Dataset", keyword: str) -> object:
    """Value of an element, decoded now; None where there is none.

    Raises
    ------
    ImageError
        If the element is damaged: pydicom decodes when it is asked, long after the file was read.
    """
    try:
        return header.get(keyword)
    except Exception as error:
        raise ImageError(
            "A DICOM file cannot be read",
            needed=f"a usable {keyword}",
            found=f"a damaged one ({type(error).__name__})",
        ) from error
