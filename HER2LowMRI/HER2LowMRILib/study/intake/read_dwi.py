"""Read a diffusion examination, whatever form it comes in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.study.intake.dicom_frames import looks_like_dicom
from HER2LowMRILib.study.intake.dicom_series import read_dicom_series
from HER2LowMRILib.study.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.study.intake.image_files import is_image_file
from HER2LowMRILib.study.intake.volume_files import is_volume_file, read_volume_series


def read_dwi(
    inputs: Sequence[Path | str],
    *,
    b_values: Sequence[float] | None = None,
    series_number: int | None = None,
    threads: int = 2,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DiffusionSeries:
    """Read the images of one diffusion examination, with the b-value of each and where it stands.

    Parameters
    ----------
    inputs : sequence of Path
        DICOM folders or files in any order; or one 4D NIfTI (its .bval beside it) or NRRD (MultiVolume or DWMRI
        keys); or one 3D image file for each b-value.
    b_values : sequence of float, optional
        Typed b-values [s/mm2]: one per input, or one per volume of a single 4D file. They are believed in place of
        what the files say.
    series_number : int, optional
        Of DICOM, use the series of this number only.
    threads : int
        DICOM files read at the same time.
    progress : callable, optional
        Called with the fraction done, 0 to 1.
    cancelled : callable, optional
        Asked now and then; when it returns True, reading stops.

    Returns
    -------
    DiffusionSeries
        By ascending b-value, on one grid.

    Raises
    ------
    ImageError
        If there is no image, or a b-value, the grid or the patient cannot be told for certain.
    Cancelled
        If ``cancelled`` said so.
    """
    if not inputs:
        raise ImageError("No input was given", needed="a folder or image files")
    found = [_files(Path(path)) for path in inputs]
    groups, others = [files for files, _ in found], sum(count for _, count in found)
    files = [file for group in groups for file in group]
    volumes = [file for file in files if is_volume_file(file)]
    dicom = [[file for file in group if file not in set(volumes)] for group in groups]
    if volumes and any(dicom):
        raise ImageError(
            "The inputs are of different kinds",
            needed="DICOM only, or image files only",
            found=f"{sum(map(len, dicom))} DICOM files and {len(volumes)} image files",
        )
    if volumes:
        return read_volume_series(volumes, b_values=b_values, progress=progress, cancelled=cancelled)
    series = read_dicom_series(
        dicom,
        b_values=b_values,
        series_number=series_number,
        threads=threads,
        progress=progress,
        cancelled=cancelled,
    )
    # A file whose first bytes are damaged looks like no image at all: a missing one must not go unsaid.
    left = (f"{others} other {'file' if others == 1 else 'files'} of the folder: no DICOM",) if others else ()
    return replace(series, dropped=series.dropped + left)


def _files(path: Path) -> tuple[list[Path], int]:
    """Image files of one input (the file itself, or what a folder and its subfolders hold), and how many are none."""
    if not path.exists():
        raise ImageError(f"{path.name or path} is not there", needed="a folder or an image file")
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        # Exports put previews and segmentations beside the DICOM files; these are the source.
        images = [file for file in files if not is_image_file(file) and _is_dicom(file)]
        images = images or [file for file in files if is_volume_file(file)]
        if not images:
            raise ImageError(
                f"The folder {path.name or path} holds no image",
                needed="DICOM, NRRD, NIfTI or MHA files",
                found=f"{len(files)} other files" if files else "no file",
            )
        hidden = sum(1 for file in files if file.name.startswith("."))
        return images, len(files) - hidden - len(images)
    if not is_volume_file(path) and not _is_dicom(path):
        raise ImageError(f"{path.name} is no image", needed="a DICOM, NRRD, NIfTI or MHA file")
    return [path], 0


def _is_dicom(file: Path) -> bool:
    try:
        return not file.name.startswith("._") and looks_like_dicom(file)
    except OSError as error:
        raise ImageError("A file of the folder cannot be read", found=type(error).__name__) from error
