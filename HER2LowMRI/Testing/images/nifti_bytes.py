"""NIfTI files as bytes, field by field, for what writers of libraries never write."""

import gzip
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

CODES = {"u1": 2, "i2": 4, "i4": 8, "f4": 16, "f8": 64, "i1": 256, "u2": 512, "u4": 768}
EXPECTED_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def quaternion_of(rotation: np.ndarray) -> tuple[float, float, float]:
    """b, c, d of a rotation matrix (determinant 1); a is not negative."""
    from scipy.spatial.transform import Rotation

    x, y, z, w = Rotation.from_matrix(rotation).as_quat()
    return (x, y, z) if w >= 0 else (-x, -y, -z)


def nifti_bytes(
    volumes: Sequence[np.ndarray],
    *,
    ras: np.ndarray | None = None,
    qform: np.ndarray | None = None,
    sform: np.ndarray | None = None,
    codes: tuple[int, int] = (1, 1),
    spacing: Sequence[float] | None = None,
    dims: Sequence[int] | None = None,
    scale: tuple[float, float] = (1.0, 0.0),
    version: int = 1,
    order: str = "<",
    magic: bytes | None = None,
    offset: int | None = None,
    units: int = 2,
) -> tuple[bytes, bytes]:
    """Header (with its padding) and voxels.

    Parameters
    ----------
    volumes : sequence of ndarray, shape (k, j, i)
    ras, qform, sform : ndarray, shape (4, 4)
        Voxel index to position [mm, RAS]; qform and sform are ``ras`` where they are left out.
    """
    k, j, i = volumes[0].shape
    ras = np.eye(4) if ras is None else ras
    qform, sform = (ras if one is None else one for one in (qform, sform))
    steps = np.linalg.norm(qform[:3, :3], axis=0)
    rotation = qform[:3, :3] / steps
    mirrored = np.linalg.det(rotation) < 0
    quaternion = quaternion_of(rotation * [1, 1, -1] if mirrored else rotation)
    pixdim = [-1.0 if mirrored else 1.0, *(steps if spacing is None else spacing), 1.0, 1.0, 1.0, 1.0]
    shape = list(dims if dims is not None else (i, j, k, len(volumes)) if len(volumes) > 1 else (i, j, k))
    dim = [len(shape), *shape, *[1] * (7 - len(shape))]
    dtype = volumes[0].dtype.str[1:]
    bits = 8 * int(dtype[1:])
    if version == 1:
        header = bytearray(352)
        struct.pack_into(order + "i", header, 0, 348)
        struct.pack_into(order + "8h", header, 40, *dim)
        struct.pack_into(order + "2h", header, 70, CODES[dtype], bits)
        struct.pack_into(order + "8f", header, 76, *pixdim)
        struct.pack_into(order + "f", header, 108, 352 if offset is None else offset)
        struct.pack_into(order + "2f", header, 112, *scale)
        header[123] = units
        struct.pack_into(order + "2h", header, 252, *codes)
        struct.pack_into(order + "6f", header, 256, *quaternion, *qform[:3, 3])
        struct.pack_into(order + "12f", header, 280, *sform[:3].ravel())
        header[344:348] = magic or b"n+1\0"
    else:
        header = bytearray(544)
        struct.pack_into(order + "i", header, 0, 540)
        header[4:12] = magic or b"n+2\0\r\n\x1a\n"
        struct.pack_into(order + "2h", header, 12, CODES[dtype], bits)
        struct.pack_into(order + "8q", header, 16, *dim)
        struct.pack_into(order + "8d", header, 104, *pixdim)
        struct.pack_into(order + "q", header, 168, 544 if offset is None else offset)
        struct.pack_into(order + "2d", header, 176, *scale)
        struct.pack_into(order + "2i", header, 344, *codes)
        struct.pack_into(order + "6d", header, 352, *quaternion, *qform[:3, 3])
        struct.pack_into(order + "12d", header, 400, *sform[:3].ravel())
        struct.pack_into(order + "i", header, 500, units)
    voxels = np.stack(volumes).astype(np.dtype(order + dtype)).tobytes()
    return bytes(header), voxels


def write_nifti(
    path: Path, volumes: Sequence[np.ndarray], *, packed: bool | None = None, **fields: object
) -> Path:
    """Write one file; packed where its name ends in .gz, unless said otherwise."""
    header, voxels = nifti_bytes(volumes, **fields)
    content = header + voxels
    packed = path.name.endswith(".gz") if packed is None else packed
    path.write_bytes(gzip.compress(content, 1) if packed else content)
    return path


def write_pair(folder: Path, name: str, volumes: Sequence[np.ndarray], **fields: object) -> Path:
    """Write a .hdr and a .img file; the header's path is returned."""
    magic = b"ni1\0" if fields.get("version", 1) == 1 else b"ni2\0\r\n\x1a\n"
    header, voxels = nifti_bytes(volumes, **({"magic": magic, "offset": 0} | fields))
    (folder / f"{name}.hdr").write_bytes(header[:348] if fields.get("version", 1) == 1 else header[:540])
    (folder / f"{name}.img").write_bytes(voxels)
    return folder / f"{name}.hdr"


def random_place(seed: int, spacing: Sequence[float] = (1.5, 1.25, 4.5)) -> np.ndarray:
    """Voxel index to position [mm, RAS], right- or left-handed, in any orientation."""
    rng = np.random.default_rng(seed)
    axes, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    matrix = np.eye(4)
    matrix[:3, :3] = axes * spacing
    matrix[:3, 3] = rng.uniform(-100, 100, 3)
    return matrix
