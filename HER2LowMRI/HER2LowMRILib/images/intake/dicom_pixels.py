"""Fetch the pixels of DICOM frames as stored numbers, straight from the file where they are not compressed."""

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake.dicom_frames import Frame
from HER2LowMRILib.images.intake.pixel_file import DEFLATED


def stored_pixels(frame: Frame, name: str) -> np.ndarray:
    """Stored numbers of one frame.

    Returns
    -------
    ndarray, shape (rows, columns)

    Raises
    ------
    ImageError
        If the pixels cannot be read or decompressed.
    """
    pixels = frame.pixels
    count = frame.rows * frame.columns
    if pixels.offset is None:
        return _decompressed(frame, name)
    dtype = np.dtype(pixels.dtype)
    start = frame.index * count * dtype.itemsize
    if pixels.data is not None:
        array = np.frombuffer(pixels.data, dtype, count, start)
    else:
        try:
            array = np.fromfile(pixels.path, dtype, count, offset=pixels.offset + start)
        except OSError as error:
            raise ImageError(f"The pixels of {name} cannot be read", found=type(error).__name__) from error
    if array.size != count:
        raise ImageError(f"{name} is truncated", needed=f"{count:,} pixels", found=f"{array.size:,}")
    if not dtype.isnative:
        array = array.astype(dtype.newbyteorder("="))
    if dtype.kind in "iu" and pixels.bits_stored < 8 * dtype.itemsize:
        array = _without_unused_bits(array, pixels.bits_stored)
    return array.reshape(frame.rows, frame.columns)


def _without_unused_bits(array: np.ndarray, bits_stored: int) -> np.ndarray:
    """Overlays of old scanners sit in the bits above those stored; take them off where there are any."""
    limits = np.iinfo(array.dtype)
    low, high = (
        (-(1 << bits_stored - 1), (1 << bits_stored - 1) - 1) if limits.min else (0, (1 << bits_stored) - 1)
    )
    if array.max(initial=0) <= high and array.min(initial=0) >= low:
        return array
    shift = limits.bits - bits_stored
    return (array << shift) >> shift


def _decompressed(frame: Frame, name: str) -> np.ndarray:
    pixels = frame.pixels
    with pixels.lock:
        if pixels.data is None:
            pixels.data = _decode(frame, name)
    frames = pixels.data.reshape(pixels.frames, frame.rows, frame.columns)
    return frames[frame.index]


def _decode(frame: Frame, name: str) -> np.ndarray:
    """All frames of a compressed file, as stored numbers."""
    from pydicom import dcmread
    from pydicom.pixels import pixel_array

    try:
        if frame.pixels.transfer_syntax == DEFLATED:
            # pydicom's decoders know no deflated pixels; its reader inflates them.
            array = np.frombuffer(dcmread(frame.pixels.path).PixelData, frame.pixels.dtype)
            array = array[: frame.pixels.frames * frame.rows * frame.columns]
        else:
            array = pixel_array(frame.pixels.path, raw=True)
    except Exception as error:  # decoders raise whatever their codec raises
        array = _decoded_by_itk(frame)
        if array is None:
            raise ImageError(
                f"The pixels of {name} cannot be decompressed",
                found=f"transfer syntax {frame.pixels.transfer_syntax}, {type(error).__name__}",
                todo="Send the images again without compression, or convert them to explicit little endian",
            ) from error
    if array.size != frame.pixels.frames * frame.rows * frame.columns:
        raise ImageError(f"The pixels of {name} are damaged", needed=f"{frame.pixels.frames} frames")
    return array


def _decoded_by_itk(frame: Frame) -> np.ndarray | None:
    """Use ITK's decoders (JPEG lossless, JPEG 2000), which Slicer has where pydicom has none."""
    import SimpleITK as sitk

    if frame.pixels.frames != 1:
        return None
    try:
        reader = sitk.ImageFileReader()
        reader.SetImageIO("GDCMImageIO")
        reader.SetFileName(str(frame.pixels.path))
        array = sitk.GetArrayFromImage(reader.Execute())
    except RuntimeError:
        return None
    # ITK has applied the rescale already; the caller applies it to stored numbers.
    return np.rint((array.astype(np.float64) - frame.intercept) / frame.slope).astype(np.int32)


def clip_level(frame: Frame) -> int | None:
    """Largest number the stored bits can hold, or None for floating point."""
    pixels = frame.pixels
    if np.dtype(pixels.dtype).kind == "f":
        return None
    return (1 << pixels.bits_stored - 1) - 1 if pixels.signed else (1 << pixels.bits_stored) - 1
