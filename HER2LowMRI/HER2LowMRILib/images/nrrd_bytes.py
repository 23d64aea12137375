"""The content of a NRRD file, so that it can be written and read back like any other: ITK does not tell a full disk."""

import gzip
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ALSO_STATED_KEY, ImageGrid

_TYPES = {
    "u1": "unsigned char",
    "i1": "signed char",
    "u2": "unsigned short",
    "i2": "short",
    "u4": "unsigned int",
    "i4": "int",
    "f4": "float",
    "f8": "double",
}


def nrrd_parts(
    layers: Sequence[np.ndarray], grid: ImageGrid, keys: Mapping[str, str], *, packed: bool
) -> tuple[bytes, bytes | memoryview]:
    """Header and voxels of a NRRD file with the axes as Slicer writes them: layers first, then i, j, k.

    Parameters
    ----------
    layers : sequence of ndarray, shape (k, j, i)
        One, or several of one type.
    grid : ImageGrid
    keys : mapping of str to str
    packed : bool
        Whether the voxels are packed with gzip; the same voxels give the same bytes.

    Returns
    -------
    header, voxels : bytes-like
        The file is one after the other; unpacked voxels of a single layer are not copied.

    Raises
    ------
    ImageError
        If an array has another shape than the grid, or a key is not text on one line.
    """
    first = layers[0]
    kind = _TYPES.get(first.dtype.str[1:])
    if kind is None or any(layer.shape != grid.shape or layer.dtype != first.dtype for layer in layers):
        raise ImageError(
            "The array does not fit its grid", needed=f"numbers of shape {grid.shape}", found=str(first.shape)
        )
    several = len(layers) > 1
    data = np.ascontiguousarray(np.stack(layers, axis=-1) if several else first)
    header = _header(kind, grid, keys, len(layers), packed, first.dtype.itemsize)
    # An array of one dimension, because a memoryview of several cannot be written in pieces.
    flat: Any = data.reshape(-1).view(np.uint8)
    voxels = memoryview(flat)
    return header, gzip.compress(voxels, compresslevel=4, mtime=0) if packed else voxels


def _header(
    kind: str, grid: ImageGrid, keys: Mapping[str, str], layers: int, packed: bool, itemsize: int
) -> bytes:
    stated = {}
    if grid.also_stated is not None:
        stated[ALSO_STATED_KEY] = " ".join(repr(float(part)) for part in grid.also_stated)
    for key, value in keys.items():
        if any(sign in key + value for sign in "\r\n") or ":=" in key:
            raise ImageError("A key of the image is not usable", needed="text on one line", found=repr(key))
    matrix = grid.ijk_to_lps()
    axes = " ".join("(" + ",".join(repr(float(part)) for part in matrix[:3, axis]) + ")" for axis in range(3))
    several = layers > 1
    sizes = " ".join(str(n) for n in ((layers,) if several else ()) + grid.size_ijk)
    lines = [
        "NRRD0004",
        "# Complete NRRD file format specification at:",
        "# http://teem.sourceforge.net/nrrd/format.html",
        f"type: {kind}",
        f"dimension: {4 if several else 3}",
        "space: left-posterior-superior",
        f"sizes: {sizes}",
        f"space directions: {'none ' if several else ''}{axes}",
        f"kinds: {'list ' if several else ''}domain domain domain",
        *([f"endian: {sys.byteorder}"] if itemsize > 1 else []),
        f"encoding: {'gzip' if packed else 'raw'}",
        f"space origin: ({','.join(repr(float(part)) for part in matrix[:3, 3])})",
        *(f"{key}:={value}" for key, value in (dict(keys) | stated).items()),
    ]
    return ("\n".join(lines) + "\n\n").encode()
