"""Fetch the pixels of DICOM frames as stored numbers, straight from the file where they are not compressed."""

import tempfile
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake.deflated import DEFLATED
from HER2LowMRILib.images.intake.dicom_frames import Frame
from HER2LowMRILib.images.intake.mosaic import refuse_filled_rest
from HER2LowMRILib.images.intake.pixel_file import PixelFile


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
    picture = _decompressed(frame, name) if frame.pixels.offset is None else _native(frame, name)
    tile = frame.tile
    if tile is None:
        return picture
    if tile.is_last:
        refuse_filled_rest(picture, tile, frame.rows, frame.columns, name)
    return picture[tile.top : tile.top + frame.rows, tile.left : tile.left + frame.columns]


def release(frame: Frame) -> None:
    """Give back the memory of pixels that were taken along, if the frame was all that there is in them."""
    if frame.pixels.frames == 1 and (frame.tile is None or frame.tile.is_last):
        frame.pixels.data = None


def _native(frame: Frame, name: str) -> np.ndarray:
    pixels = frame.pixels
    count = pixels.rows * pixels.columns
    dtype = np.dtype(pixels.dtype)
    start = frame.index * count * dtype.itemsize
    if pixels.data is not None:
        array = np.frombuffer(pixels.data, dtype, count, start)
    else:
        try:
            array = np.fromfile(pixels.path, dtype, count, offset=(pixels.offset or 0) + start)
        except OSError as error:
            raise ImageError(f"The pixels of {name} cannot be read", found=type(error).__name__) from error
    if array.size != count:
        raise ImageError(f"{name} is truncated", needed=f"{count:,} pixels", found=f"{array.size:,}")
    if not dtype.isnative:
        array = array.astype(dtype.newbyteorder("="))
    if dtype.kind in "iu" and pixels.bits_stored < 8 * dtype.itemsize:
        array = _without_unused_bits(array, pixels.bits_stored)
    return array.reshape(pixels.rows, pixels.columns)


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
    frames = pixels.data.reshape(pixels.frames, pixels.rows, pixels.columns)
    return frames[frame.index]


def _decode(frame: Frame, name: str) -> np.ndarray:
    """All frames of a compressed file, as stored numbers."""
    from pydicom import dcmread
    from pydicom.pixels.utils import pixel_array

    count = frame.pixels.frames * frame.pixels.rows * frame.pixels.columns
    try:
        if frame.pixels.transfer_syntax == DEFLATED:
            # pydicom's decoders know no deflated pixels; its reader inflates them.
            array = np.frombuffer(dcmread(frame.pixels.path).PixelData, frame.pixels.dtype)
            array = array[:count]
        else:
            array = pixel_array(frame.pixels.path, raw=True)
    except Exception as error:  # decoders raise whatever their codec raises
        decoded = _decoded_by_itk(frame.pixels)
        if decoded is None:
            raise ImageError(
                f"The pixels of {name} cannot be decompressed",
                found=f"transfer syntax {frame.pixels.transfer_syntax}, {type(error).__name__}",
                todo="Send the images again without compression, or convert them to explicit little endian",
            ) from error
        array = decoded
    if array.size != count:
        raise ImageError(f"The pixels of {name} are damaged", needed=f"{frame.pixels.frames} frames")
    return array


def _decoded_by_itk(pixels: PixelFile) -> np.ndarray | None:
    """Use ITK's decoders (JPEG lossless, JPEG 2000), which Slicer has where pydicom has none.

    ITK reads whole files and applies what their headers say of scale and place, so every frame is handed to it as a
    file of its own that says nothing but the pixel format.
    """
    from pydicom import dcmread
    from pydicom.encaps import generate_frames

    try:
        content = dcmread(pixels.path).PixelData
        frames = list(generate_frames(content, number_of_frames=pixels.frames))
        with tempfile.TemporaryDirectory(prefix="her2lowmri-") as folder:
            decoded = [_frame_by_itk(frame, pixels, Path(folder) / "frame.dcm") for frame in frames]
    except Exception:  # noqa: BLE001 - a damaged stream can raise anything inside the parser or the decoder
        return None
    return np.stack(decoded) if len(decoded) == pixels.frames else None


def _frame_by_itk(frame: bytes, pixels: PixelFile, place: Path) -> np.ndarray:
    import SimpleITK as sitk
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.encaps import encapsulate
    from pydicom.uid import UID, SecondaryCaptureImageStorage, generate_uid

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = UID(pixels.transfer_syntax)
    single = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    single.SOPClassUID, single.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    single.SamplesPerPixel, single.PhotometricInterpretation = 1, "MONOCHROME2"
    single.Rows, single.Columns = pixels.rows, pixels.columns
    single.BitsAllocated = 8 * np.dtype(pixels.dtype).itemsize
    single.BitsStored, single.HighBit = pixels.bits_stored, pixels.bits_stored - 1
    single.PixelRepresentation = int(pixels.signed)
    single.PixelData = encapsulate([frame])
    single["PixelData"].VR = "OB"
    single["PixelData"].is_undefined_length = True
    single.save_as(place, enforce_file_format=True)
    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(str(place))
    return sitk.GetArrayFromImage(reader.Execute()).reshape(pixels.rows, pixels.columns)


def clip_level(frame: Frame) -> int | None:
    """Largest number the stored bits can hold, or None for floating point."""
    pixels = frame.pixels
    if np.dtype(pixels.dtype).kind == "f":
        return None
    return (1 << pixels.bits_stored - 1) - 1 if pixels.signed else (1 << pixels.bits_stored) - 1
