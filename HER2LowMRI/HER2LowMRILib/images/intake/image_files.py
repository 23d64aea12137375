"""Read NRRD, NIfTI and MHA files through SimpleITK, after checking that the file can hold what its header says.

ITK allocates what a header asks for, and fills up a truncated NIfTI file without a word.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path

import SimpleITK as sitk

from HER2LowMRILib.core.errors import ImageError

LARGEST_IMAGE = 8 * 2**30
LARGEST_UNPROVEN = 256 * 2**20
SUFFIXES = (".nrrd", ".nhdr", ".nii", ".nii.gz", ".mha", ".mhd")
# Data type codes of NIfTI and their bits: whole numbers and floating point.
_NIFTI_BITS = {2: 8, 4: 16, 8: 32, 16: 32, 64: 64, 256: 8, 512: 16, 768: 32, 1024: 64, 1280: 64}
_BYTES = {
    sitk.sitkUInt8: 1,
    sitk.sitkInt8: 1,
    sitk.sitkUInt16: 2,
    sitk.sitkInt16: 2,
    sitk.sitkUInt32: 4,
    sitk.sitkInt32: 4,
    sitk.sitkUInt64: 8,
    sitk.sitkInt64: 8,
    sitk.sitkFloat32: 4,
    sitk.sitkFloat64: 8,
    sitk.sitkVectorUInt8: 1,
    sitk.sitkVectorInt8: 1,
    sitk.sitkVectorUInt16: 2,
    sitk.sitkVectorInt16: 2,
    sitk.sitkVectorUInt32: 4,
    sitk.sitkVectorInt32: 4,
    sitk.sitkVectorUInt64: 8,
    sitk.sitkVectorInt64: 8,
    sitk.sitkVectorFloat32: 4,
    sitk.sitkVectorFloat64: 8,
}


def is_image_file(path: Path) -> bool:
    """Whether the name is one of an image file that SimpleITK reads (case does not matter)."""
    return path.name.lower().endswith(SUFFIXES)


def stem(path: Path) -> str:
    """File name without its image suffix: ``dwi`` of ``dwi.nii.gz``."""
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if path.name.lower().endswith(suffix):
            return path.name[: -len(suffix)]
    return path.stem


def read_image(path: Path) -> tuple[sitk.Image, dict[str, str]]:
    """Read one image file and the keys of its header.

    Raises
    ------
    ImageError
        If it is no image, truncated, or too large.
    """
    if not path.is_file():
        raise ImageError(f"{path.name} is not there", needed="an image file")
    nifti = path.name.lower().endswith((".nii", ".nii.gz"))
    if nifti:
        _check_nifti(path)
    # ITK reports what it dislikes on standard error; the exception says it as well.
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
    except RuntimeError as error:
        raise ImageError(f"{path.name} is no readable image", needed="a NRRD, NIfTI or MHA file") from error
    size, pixel = reader.GetSize(), _BYTES.get(reader.GetPixelID())
    if pixel is None:
        raise ImageError(
            f"{path.name} holds no plain numbers", found=sitk.GetPixelIDValueAsString(reader.GetPixelID())
        )
    needed = pixel * reader.GetNumberOfComponents()
    for n in size:
        needed *= n
    if needed > LARGEST_IMAGE:
        raise ImageError(
            f"{path.name} is too large", needed="at most 8 GiB", found=f"{needed / 2**30:.1f} GiB"
        )
    if not nifti:
        _check_content(path, needed)
    try:
        image = reader.Execute()
    except (RuntimeError, MemoryError) as error:
        raise ImageError(
            f"{path.name} is truncated or damaged", needed=f"{needed:,} bytes of voxels"
        ) from error
    try:
        keys = {key: reader.GetMetaData(key) for key in reader.GetMetaDataKeys()}
    except (TypeError, UnicodeError, RuntimeError) as error:
        raise ImageError(f"{path.name} has a damaged header", needed="keys that are text") from error
    return image, keys


def _check_content(path: Path, needed: int) -> None:
    """Refuse a NRRD or MetaImage file that cannot hold ``needed`` bytes of voxels."""
    size = path.stat().st_size
    name = path.name.lower()
    if name.endswith((".nhdr", ".mhd")):
        return
    with path.open("rb") as file:
        start = file.read(4096)
    compressed = b"encoding: gz" in start or b"encoding:gz" in start or b"CompressedData = True" in start
    compressed = compressed or b"encoding: bz" in start
    if not compressed:
        if b"encoding: raw" in start or b"ElementDataFile = LOCAL" in start:
            _refuse_short(path, needed, size)
        elif needed > 8 * size:
            raise ImageError(
                f"{path.name} is truncated or damaged",
                needed=f"{needed:,} bytes of voxels",
                found=f"{size:,}",
            )
        return
    # Deflate cannot shrink more than 1,032:1. A large claim by a small file is proved before memory is taken.
    if needed > 1032 * size:
        _refuse_short(path, needed, size)
    if needed > LARGEST_UNPROVEN and needed > 40 * size and b"encoding: g" in start:
        begin = start.find(b"\n\n") + 2 if b"\n\n" in start else start.find(b"\r\n\r\n") + 4
        _prove(path, needed, begin)


def _check_nifti(path: Path) -> None:
    """Refuse a NIfTI file whose header cannot be, or whose content is shorter than its header says."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(4096)
    packed = start[:2] == b"\x1f\x8b"
    if packed:
        try:
            header = zlib.decompressobj(31).decompress(start, 544)
        except zlib.error as error:
            raise ImageError(f"{path.name} is damaged", found="no gzip content") from error
    else:
        header = start[:544]
    if len(header) < 348:
        raise ImageError(
            f"{path.name} is truncated", needed="a NIfTI header of 348 bytes", found=f"{len(header)}"
        )
    order = "<" if struct.unpack_from("<i", header)[0] in (348, 540) else ">"
    if struct.unpack_from(order + "i", header)[0] == 540 and len(header) >= 540:
        kind, bits = struct.unpack_from(order + "2h", header, 12)
        dims = struct.unpack_from(order + "8q", header, 16)
        offset = struct.unpack_from(order + "q", header, 168)[0]
        places = struct.unpack_from(order + "8d", header, 104) + struct.unpack_from(
            order + "18d", header, 352
        )
    else:
        dims = struct.unpack_from(order + "8h", header, 40)
        kind, bits = struct.unpack_from(order + "2h", header, 70)
        offset = struct.unpack_from(order + "f", header, 108)[0]
        places = struct.unpack_from(order + "8f", header, 76) + struct.unpack_from(order + "18f", header, 256)
    # The NIfTI library prints what it dislikes; said here, it is one line.
    if not 1 <= dims[0] <= 7 or min(dims[1 : 1 + dims[0]], default=0) < 1 or _NIFTI_BITS.get(kind) != bits:
        raise ImageError(
            f"{path.name} has a damaged header",
            needed="1 to 7 dimensions of at least 1 voxel, of whole numbers or floating point",
            found=f"dimensions {dims[1:]}, data type {kind} of {bits} bits",
        )
    if not all(map(math.isfinite, (*places, offset))):
        raise ImageError(
            f"{path.name} has no usable position", needed="finite numbers", found="NaN or infinity"
        )
    offset = int(offset)
    voxels = 1
    for n in dims[1 : 1 + max(0, min(dims[0], 7))]:
        voxels *= max(n, 1)
    needed = voxels * bits // 8 + max(offset, 348)
    if not packed:
        _refuse_short(path, needed, size)
        return
    if needed > 1032 * size:
        _refuse_short(path, needed, size)
    with path.open("rb") as file:
        file.seek(-4, 2)
        length = struct.unpack("<I", file.read(4))[0]
    # The last four bytes of a whole gzip file state its length; anything else is counted.
    if length != needed % 2**32 or (needed > LARGEST_UNPROVEN and needed > 40 * size):
        _prove(path, needed, 0)


def _prove(path: Path, needed: int, begin: int) -> None:
    """Count the bytes of a gzip stream without keeping them."""
    found = 0
    try:
        with path.open("rb") as raw:
            raw.seek(begin)
            with gzip.GzipFile(fileobj=raw) as stream:
                while found < needed and (chunk := stream.read(2**20)):
                    found += len(chunk)
    except (OSError, EOFError, zlib.error):
        pass
    _refuse_short(path, needed, found)


def _refuse_short(path: Path, needed: int, found: int) -> None:
    if found < needed:
        raise ImageError(
            f"{path.name} is truncated or damaged", needed=f"{needed:,} bytes", found=f"{found:,}"
        )
