"""Read a diffusion examination, whatever form it comes in."""

from collections.abc import Callable, Sequence
from pathlib import Path

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.study.intake.dicom_frames import read_frames
from HER2LowMRILib.study.intake.dicom_series import dicom_series
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
    given = [_files(Path(path)) for path in inputs]
    candidates = [file for files, _ in given for file in files]
    owner = [number for number, (files, _) in enumerate(given) for _ in files]
    headers = None if progress is None else lambda fraction: progress(0.7 * fraction)
    frames, dropped, others = read_frames(candidates, threads=threads, progress=headers, cancelled=cancelled)
    for number in others:
        if Path(inputs[owner[number]]).is_file():
            raise ImageError(
                f"{candidates[number].name} is no image", needed="a DICOM, NRRD, NIfTI or MHA file"
            )
    volumes = [file for _, files in given for file in files]
    if not frames and not dropped:
        if not volumes:
            raise _no_image(inputs, len(others))
        return read_volume_series(volumes, b_values=b_values, progress=progress, cancelled=cancelled)
    # Exports put previews and segmentations into the folder of the DICOM files; only files named one by one are meant.
    named = [Path(path) for path in inputs if is_volume_file(Path(path)) and Path(path).is_file()]
    if named:
        raise ImageError(
            "The inputs are of different kinds",
            needed="DICOM only, or image files only",
            found=f"{len(candidates) - len(others)} DICOM files and {len(named)} image files",
        )
    if others:
        # A file whose first bytes are damaged looks like no image at all: a missing one must not go unsaid.
        dropped.append(
            f"{len(others)} other {'file' if len(others) == 1 else 'files'} of the folder: no DICOM"
        )
    return dicom_series(
        frames,
        dropped,
        owner,
        b_values=b_values,
        series_number=series_number,
        threads=threads,
        progress=progress,
        cancelled=cancelled,
    )


def _files(path: Path) -> tuple[list[Path], list[Path]]:
    """Files of one input that may be DICOM, and image files of other kinds; of a folder with its subfolders."""
    if not path.exists():
        raise ImageError(f"{path.name or path} is not there", needed="a folder or an image file")
    try:
        files = (
            sorted(f for f in path.rglob("*") if f.is_file() and not f.name.startswith("."))
            if path.is_dir()
            else [path]
        )
    except OSError as error:
        raise ImageError(f"{path.name or path} cannot be read", found=error.strerror or "an error") from error
    return [f for f in files if not is_image_file(f)], [f for f in files if is_volume_file(f)]


def _no_image(inputs: Sequence[Path | str], others: int) -> ImageError:
    names = ", ".join(Path(path).name or str(path) for path in inputs)
    return ImageError(
        f"The folder {names} holds no image",
        needed="DICOM, NRRD, NIfTI or MHA files",
        found=f"{others} other files" if others else "no file",
    )
