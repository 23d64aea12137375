"""Read the voxels of a NIfTI file: one file or a pair, version 1 or 2, packed or not, whatever its name says."""

import gzip
import io
import zlib
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.files.budget import MemoryBudget, inflated_pieces, open_regular, size_text
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.nifti_header import LONGEST_HEADER, NiftiHeader, nifti_header
from HER2LowMRILib.images.intake.nifti_place import nifti_place

_GZIP = b"\x1f\x8b"


def read_nifti(
    path: Path, voxels: Path, budget: MemoryBudget, cost: int
) -> tuple[np.ndarray, ImageGrid, tuple[Notice, ...]]:
    """Read a NIfTI file.

    Parameters
    ----------
    path : Path
        ``.nii``, ``.nii.gz``, or the ``.hdr`` of a pair.
    voxels : Path
        The file of the voxels: ``path`` itself, or the ``.img`` of a pair.
    budget : MemoryBudget
    cost : int
        Bytes that work takes for each value, where it is more than what is stored.

    Returns
    -------
    array : ndarray, shape (volumes, k, j, i)
        As stored, or float32 where the header scales.
    grid : ImageGrid
    warnings : tuple of Notice

    Raises
    ------
    ImageError
        If the header cannot be, the file is shorter than it says, or asks for too much memory.
    """
    name = path.name
    header = header_of(path)
    if header.is_pair and voxels == path:
        raise ImageError(
            f"{name} is one half of a NIfTI pair",
            needed="a .hdr and a .img file of the same name",
            found=name,
            todo="Put both into one folder, or convert them to one file: .nii.gz",
        )
    with open_regular(voxels if header.is_pair else path) as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        packed = stream.read(2) == _GZIP
        stream.seek(0)
        needed = header.offset + header.voxel_bytes
        if not packed and size < needed:
            raise ImageError(f"{name} is truncated or damaged", needed=f"{needed:,} bytes", found=f"{size:,}")
        budget.take(header.values * max(np.dtype(header.dtype).itemsize, cost), size, name)
        array = _voxels(stream, packed, header, name)
    grid, warnings = nifti_place(header, name)
    scaled, scale_warnings = _scaled(array, header, name)
    return scaled, grid, (*warnings, *scale_warnings)


def header_of(path: Path) -> NiftiHeader:
    """Read the header of a NIfTI file only; errors as for `read_nifti`."""
    with open_regular(path) as stream:
        return nifti_header(_start(stream, path.name), path.name)


def _start(stream: BinaryIO, name: str) -> bytes:
    """The first bytes of a file, unpacked."""
    start = stream.read(LONGEST_HEADER)
    if start[:2] != _GZIP:
        return start
    stream.seek(0)
    try:
        return next(inflated_pieces(stream, 31), b"")[:LONGEST_HEADER]
    except zlib.error as error:
        raise ImageError(f"{name} is damaged", found="no gzip content") from error


def _voxels(stream: BufferedReader, packed: bool, header: NiftiHeader, name: str) -> np.ndarray:
    content: Any = np.empty(header.voxel_bytes, np.uint8)
    source: BufferedReader | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if packed else stream
    view, done = memoryview(content), 0
    try:
        source.seek(header.offset)
        while done < len(view):
            count = source.readinto(view[done:])
            if not count:
                break
            done += count
        # The sum at the end of a packed file is checked only when the end is reached.
        if packed and done == len(view):
            source.read(1)
    except (OSError, EOFError, zlib.error) as error:
        raise ImageError(
            f"{name} is truncated or damaged", needed=f"{size_text(len(view))} of voxels"
        ) from error
    if done < len(view):
        raise ImageError(
            f"{name} is truncated or damaged", needed=f"{len(view):,} bytes of voxels", found=f"{done:,}"
        )
    array: np.ndarray = content.view(header.dtype).reshape(header.volumes, *header.size_ijk[::-1])
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _scaled(array: np.ndarray, header: NiftiHeader, name: str) -> tuple[np.ndarray, tuple[Notice, ...]]:
    slope, intercept = header.slope, header.intercept
    if slope == 0 or not np.isfinite(slope):
        if slope == 0 and intercept in (0, None):
            return array, ()
        return array, (
            Notice(
                "scale_not_used",
                # It goes into the tables of the study, and a file may be called like a patient.
                f"The scale of a NIfTI file cannot be used (slope {slope:g}, intercept {intercept:g}): its numbers are "
                "taken as they are stored, as the NIfTI standard says. Some programs add the intercept.",
            ),
        )
    if not np.isfinite(intercept):
        raise ImageError(
            f"The scale of {name} is damaged", needed="a finite intercept", found=f"{intercept:g}"
        )
    if (slope, intercept) == (1, 0):
        return array, ()
    scaled = array.astype(np.float32)
    scaled *= np.float32(slope)
    scaled += np.float32(intercept)
    return scaled, ()
