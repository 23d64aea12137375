"""Read one volume of a sorted examination: a phase, a T1, a T2."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.files.budget import sha256_of
from HER2LowMRILib.images.examination import ImageSet
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.dicom_frames import Frame, read_frames
from HER2LowMRILib.images.intake.dicom_pixels import stored_pixels
from HER2LowMRILib.images.intake.frame_geometry import slice_positions
from HER2LowMRILib.images.intake.image_files import is_image_file, read_image


def content_hash(files: Sequence[Path]) -> str:
    """SHA-256 of the contents of files, in their order.

    Raises
    ------
    ImageError
        If one cannot be read.
    """
    digests = []
    for file in files:
        try:
            digests.append(sha256_of(file, ImageError))
        except OSError as error:
            raise ImageError(
                "An image cannot be read", found=error.strerror or type(error).__name__
            ) from error
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def read_image_set(images: ImageSet) -> tuple[np.ndarray, ImageGrid]:
    """Read a volume.

    Parameters
    ----------
    images : ImageSet

    Returns
    -------
    array : ndarray, shape (k, j, i)
        Signal, rescaled as the header says; of the stored type where it says nothing of that, else float32.
    grid : ImageGrid

    Raises
    ------
    ImageError
        If a file is not there, cannot be read, or holds another volume than when it was sorted.
    """
    _refuse_absent(images)
    if images.sha256 and content_hash(images.files) != images.sha256:
        raise _changed(images)
    if images.files and is_image_file(images.files[0]):
        return _from_image_file(images)
    frames = _frames(images)
    grid, k = slice_positions(frames, f"series {images.series}")
    if not grid.same_as(images.grid) or sorted(k) != list(range(grid.shape[0])):
        raise _changed(images)
    array = np.empty(grid.shape, _dtype(frames))
    for frame, at in zip(frames, k, strict=True):
        array[at] = _scaled(frame)
        if frame.pixels.frames == 1:
            frame.pixels.data = None  # the memory is needed for the volume
    return array, grid


def read_middle_slice(images: ImageSet) -> np.ndarray:
    """Read the middle slice of a volume, (j, i); what it is can be seen there.

    Raises
    ------
    ImageError
        As for ``read_image_set``.
    """
    _refuse_absent(images)
    if images.files and is_image_file(images.files[0]):
        array, _ = _from_image_file(images)
        middle: np.ndarray = array[array.shape[0] // 2]
        return middle
    if images.frames:
        frames = _frames(images)
        return _scaled(frames[len(frames) // 2])
    return _scaled(_read([images.files[len(images.files) // 2]])[0])


def _refuse_absent(images: ImageSet) -> None:
    if not all(file.is_file() for file in images.files):
        absent = sum(1 for file in images.files if not file.is_file())
        raise ImageError(
            f"Series {images.series} is no longer where it was",
            needed=f"{len(images.files)} files",
            found=f"{absent} of them missing",
            todo="Bring the files back, or run `her2lowmri study sort`",
        )


def _changed(images: ImageSet) -> ImageError:
    return ImageError(
        f"Series {images.series} is not what it was when the examination was sorted",
        needed=images.grid.text(),
        todo="Run `her2lowmri study sort`",
    )


def _frames(images: ImageSet) -> list[Frame]:
    """The frames of the volume."""
    frames = _read(images.files)
    if images.frames:
        wanted = {(number, at) for number, of in enumerate(images.frames) for at in of}
        frames = [frame for frame in frames if (frame.file, frame.index) in wanted]
    if len(frames) != images.grid.size_ijk[2]:
        raise _changed(images)
    return frames


def _read(files: Sequence[Path]) -> list[Frame]:
    # Sorting needs no pixels taken along, and so does reading: they are fetched slice by slice.
    frames, _, _ = read_frames(files, with_acquisition=True)
    if not frames:
        raise ImageError("The files of the series hold no image", todo="Run `her2lowmri study sort`")
    return frames


def _dtype(frames: list[Frame]) -> np.dtype:
    dtypes = {np.dtype(frame.pixels.dtype).newbyteorder("=") for frame in frames}
    as_stored = all(
        frame.slope == 1.0 and frame.intercept == 0.0 and frame.pixels.offset is not None for frame in frames
    )
    return dtypes.pop() if as_stored and len(dtypes) == 1 else np.dtype(np.float32)


def _scaled(frame: Frame) -> np.ndarray:
    stored = stored_pixels(frame, f"file {frame.file + 1}")
    if frame.slope == 1.0 and frame.intercept == 0.0:
        return stored
    return stored * np.float32(frame.slope) + np.float32(frame.intercept)


def _from_image_file(images: ImageSet) -> tuple[np.ndarray, ImageGrid]:
    image = read_image(images.files[0])
    grid, arrays = image.grid, image.volumes
    at = images.volume or 0
    if not grid.same_as(images.grid) or at >= len(arrays):
        raise _changed(images)
    return np.array(arrays[at]), grid
