"""The header of any DICOM file, read without believing it: no pixels, nothing inflated without end, no waiting."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.files.budget import open_regular
from HER2LowMRILib.images.intake.deflated import refuse_inflated
from HER2LowMRILib.images.intake.dicom_frames import hush_pydicom, is_dicom

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


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
        refuse_inflated(stream, path.name)
        stream.seek(0)
        try:
            wanted = None if tags is None else list(tags)
            return pydicom.dcmread(stream, stop_before_pixels=True, force=True, specific_tags=wanted)
        except Exception as error:
            raise ImageError(
                f"{path.name} cannot be read",
                needed="a whole DICOM file",
                found=f"a damaged one ({type(error).__name__})",
            ) from error
