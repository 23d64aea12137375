"""Which files of a folder are images, whatever they are called: what is copied into a study, and compared with it."""

from pathlib import Path

from HER2LowMRILib.images.dicom_object import header_of
from HER2LowMRILib.images.intake.image_files import is_image_file


def is_image(file: Path) -> bool:
    """Whether a file is a NRRD, NIfTI or MetaImage by its name, or a DICOM image by its content."""
    return is_image_file(file) or has_pixels(file)


def has_pixels(file: Path) -> bool:
    """Whether a file is a DICOM image: it states rows and columns. Reports, waveforms and packed PDFs do not."""
    try:
        header = header_of(file, ("Rows", "Columns"))
        return int(header.Rows) > 0 and int(header.Columns) > 0
    # What is not DICOM makes pydicom stumble in many ways.
    except Exception:  # noqa: BLE001
        return False
