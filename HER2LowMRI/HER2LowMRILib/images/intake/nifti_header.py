"""What the header of a NIfTI file says: voxels, number format, scale and the two ways to state a position.

The header is read before anything else, because libraries allocate what it asks for and fill up what is not there.
Source: the NIfTI-1.1 and NIfTI-2 data formats, https://nifti.nimh.nih.gov.
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from HER2LowMRILib.core.errors import ImageError

# Data type codes: whole numbers and floating point.
_TYPES = {
    2: "u1",
    4: "i2",
    8: "i4",
    16: "f4",
    64: "f8",
    256: "i1",
    512: "u2",
    768: "u4",
    1024: "i8",
    1280: "u8",
}
_MM = {0: 1.0, 1: 1e3, 2: 1.0, 3: 1e-3}
LONGEST_HEADER = 540


@dataclass(frozen=True)
class NiftiHeader:
    """The parts of a NIfTI header that images are made of.

    Parameters
    ----------
    size_ijk : tuple of int
        Voxels of one volume.
    volumes : int
    dtype : str
        Of the stored numbers, with byte order.
    offset : int
        First byte of the voxels [bytes].
    is_pair : bool
        Whether the voxels lie in a file of their own (``.img``).
    slope, intercept : float
        value = slope x stored + intercept; a slope of 0 means that nothing is scaled.
    spacing_mm : tuple of float
        From pixdim [mm].
    qform_code, sform_code : int
        0: not stated.
    qform, sform : ndarray, shape (4, 4)
        From voxel index to position [mm, RAS].
    """

    size_ijk: tuple[int, int, int]
    volumes: int
    dtype: str
    offset: int
    is_pair: bool
    slope: float
    intercept: float
    spacing_mm: tuple[float, float, float]
    qform_code: int
    sform_code: int
    qform: np.ndarray
    sform: np.ndarray

    @property
    def values(self) -> int:
        """Number of stored values."""
        return math.prod(self.size_ijk) * self.volumes

    @property
    def voxel_bytes(self) -> int:
        """Bytes of all voxels as they are stored."""
        return self.values * np.dtype(self.dtype).itemsize


def nifti_header(start: bytes, name: str) -> NiftiHeader:
    """Read a header.

    Parameters
    ----------
    start : bytes
        The first bytes of the file, unpacked: 540, or all where there are fewer.
    name : str
        What an error calls the file.

    Raises
    ------
    ImageError
        If it is not a NIfTI header (an Analyze header states no position), or cannot be right.
    """
    if len(start) < 348:
        raise ImageError(
            f"{name} is truncated", needed="a NIfTI header of 348 bytes", found=f"{len(start)} bytes"
        )
    order = "<" if struct.unpack_from("<i", start)[0] in (348, 540) else ">"
    length = struct.unpack_from(order + "i", start)[0]
    if length not in (348, 540) or len(start) < length:
        raise ImageError(f"{name} is not a NIfTI file", needed="a header of 348 or 540 bytes")
    magic = start[4:8] if length == 540 else start[344:348]
    if magic[:3] not in (b"n+1", b"n+2", b"ni1", b"ni2"):
        raise ImageError(
            f"{name} is an Analyze file",
            needed="NIfTI, which states where the voxels lie and which side is left",
            todo="Convert the original DICOM files with dcm2niix",
        )
    raw = _fields(start, order, _SECOND_VERSION if length == 540 else _FIRST_VERSION)
    dims, dtype = raw.dims, _TYPES.get(raw.kind)
    count = dims[0]
    if not 1 <= count <= 7 or min(dims[1 : 1 + count]) < 1 or dtype is None or 8 * int(dtype[1]) != raw.bits:
        raise ImageError(
            f"{name} has a damaged header",
            needed="1 to 7 dimensions of at least 1 voxel, of whole numbers or floating point",
            found=f"dimensions {dims[1:]}, data type {raw.kind} of {raw.bits} bits",
        )
    if not all(map(math.isfinite, (*raw.pixdim, *raw.quaternion, *raw.shift, *raw.rows, raw.offset))):
        raise ImageError(f"{name} has no usable position", needed="finite numbers", found="NaN or infinity")
    to_mm = _MM.get(raw.units & 7, 1.0)
    i, j, k = (abs(step) * to_mm for step in raw.pixdim[1:4])
    qform = _qform(raw.quaternion, raw.shift, raw.pixdim)
    sform = np.vstack([np.reshape(raw.rows, (3, 4)), [0, 0, 0, 1]])
    for matrix in (qform, sform):
        matrix[:3] *= to_mm
    size, volumes = _size(dims[1 : 1 + count], name)
    is_pair = magic[:2] == b"ni"
    return NiftiHeader(
        size,
        volumes,
        order + dtype,
        max(int(raw.offset), 0 if is_pair else length),
        is_pair,
        *raw.scale,
        (i, j, k),
        *raw.codes,
        qform,
        sform,
    )


class _Fields(NamedTuple):
    """The fields of both versions, as they are stored."""

    dims: tuple[int, ...]
    kind: int
    bits: int
    offset: float
    pixdim: tuple[float, ...]
    codes: tuple[int, int]
    quaternion: tuple[float, ...]
    shift: tuple[float, ...]
    rows: tuple[float, ...]
    scale: tuple[float, float]
    units: int


# Form and offset of each field, in the order of _Fields.
_FIRST_VERSION = (
    *(("8h", 40), ("h", 70), ("h", 72), ("f", 108), ("8f", 76), ("2h", 252)),
    *(("3f", 256), ("3f", 268), ("12f", 280), ("2f", 112), ("B", 123)),
)
_SECOND_VERSION = (
    *(("8q", 16), ("h", 12), ("h", 14), ("q", 168), ("8d", 104), ("2i", 344)),
    *(("3d", 352), ("3d", 376), ("12d", 400), ("2d", 176), ("i", 500)),
)


def _fields(start: bytes, order: str, layout: Sequence[tuple[str, int]]) -> _Fields:
    stored: list[Any] = [struct.unpack_from(order + form, start, offset) for form, offset in layout]
    raw = _Fields(*(values[0] if len(values) == 1 else values for values in stored))
    return raw._replace(units=raw.units & 0xFF)


def _size(dims: tuple[int, ...], name: str) -> tuple[tuple[int, int, int], int]:
    """Voxels of a volume and number of volumes; these may stand in any dimension after the third."""
    if len(dims) < 3:
        raise ImageError(f"{name} is not a volume", needed="3 dimensions", found=str(len(dims)))
    further = [n for n in dims[3:] if n > 1]
    if len(further) > 1:
        raise ImageError(
            f"{name} has too many dimensions",
            needed="3, and one of b-values",
            found=f"{3 + len(further)}: {' x '.join(map(str, dims))}",
        )
    return (dims[0], dims[1], dims[2]), math.prod(further)


def _qform(quaternion: tuple[float, ...], shift: tuple[float, ...], pixdim: tuple[float, ...]) -> np.ndarray:
    """Matrix of method 2: a rotation as a quaternion, spacings, and a third axis that may be mirrored."""
    b, c, d = quaternion
    square = 1.0 - (b * b + c * c + d * d)
    if square < 1e-7:
        # A rotation by 180 degrees; rounding may have made it longer than 1.
        length = math.sqrt(b * b + c * c + d * d)
        a, b, c, d = 0.0, b / length, c / length, d / length
    else:
        a = math.sqrt(square)
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    steps = np.abs(pixdim[1:4])
    steps[2] *= -1.0 if pixdim[0] < 0 else 1.0
    matrix = np.eye(4)
    matrix[:3, :3] = rotation * steps
    matrix[:3, 3] = shift
    return matrix
