"""What the text header of a NRRD or MetaImage file claims, read before a library allocates what it asks for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from HER2LowMRILib.core.errors import ImageError

LONGEST_HEADER = 2**20
_NRRD_BYTES = {
    1: ("signed char", "int8", "int8_t", "uchar", "unsigned char", "uint8", "uint8_t"),
    2: (
        "short",
        "short int",
        "signed short",
        "signed short int",
        "int16",
        "int16_t",
        "ushort",
        "unsigned short",
        "unsigned short int",
        "uint16",
        "uint16_t",
    ),
    4: ("int", "signed int", "int32", "int32_t", "uint", "unsigned int", "uint32", "uint32_t", "float"),
    8: (
        "longlong",
        "long long",
        "long long int",
        "signed long long",
        "signed long long int",
        "int64",
        "int64_t",
        "ulonglong",
        "unsigned long long",
        "unsigned long long int",
        "uint64",
        "uint64_t",
        "double",
    ),
}
_NRRD_TYPES = {name: size for size, names in _NRRD_BYTES.items() for name in names}
_META_TYPES = {
    "MET_CHAR": 1,
    "MET_UCHAR": 1,
    "MET_SHORT": 2,
    "MET_USHORT": 2,
    "MET_INT": 4,
    "MET_UINT": 4,
    "MET_LONG": 8,
    "MET_ULONG": 8,
    "MET_LONG_LONG": 8,
    "MET_ULONG_LONG": 8,
    "MET_FLOAT": 4,
    "MET_DOUBLE": 8,
}


@dataclass(frozen=True)
class Claim:
    """What a header says of its voxels.

    Parameters
    ----------
    values : int
        Number of values.
    value_bytes : int
        Bytes of one value in memory.
    smallest : int or None
        Fewest bytes that the voxels take in the file; None where they are packed.
    begin : int
        First byte after the header.
    data_file : str or None
        File that holds the voxels; None where they follow the header.
    """

    values: int
    value_bytes: int
    smallest: int | None
    begin: int
    data_file: str | None


def nrrd_claim(stream: BinaryIO, name: str) -> Claim:
    """Read the header of a NRRD file.

    Raises
    ------
    ImageError
        If a field that says how many voxels there are is missing, damaged, or of a form that ITK cannot read.
    """
    lines, begin = _lines(stream, name, _ends_nrrd)
    if not lines or not lines[0].startswith("NRRD"):
        raise ImageError(f"{name} is not a readable image", needed="a NRRD header", found="another beginning")
    fields: dict[str, str] = {}
    for line in lines[1:]:
        found = re.match(r"([a-zA-Z][a-zA-Z -]*?):(?!=)\s*(.*)", line)
        if found:
            fields[found.group(1).strip().lower().replace(" ", "")] = found.group(2).strip()
    size = _NRRD_TYPES.get(fields.get("type", "").lower())
    if size is None:
        raise ImageError(
            f"{name} holds no plain numbers", needed="a NRRD type such as short or float", found="another"
        )
    values = _product(fields.get("sizes", ""), fields.get("dimension", ""), name)
    encoding = fields.get("encoding", "").lower()
    if encoding in ("bzip2", "bz2"):
        raise ImageError(
            f"{name} is packed with bzip2, which Slicer and ITK cannot unpack",
            needed="a NRRD file with encoding gzip or raw",
            todo="Convert it: unu save -f nrrd -e gzip -i IN.nrrd -o OUT.nrrd (or pynrrd)",
        )
    fewest = {
        "raw": size * values,
        "txt": 2 * values - 1,
        "text": 2 * values - 1,
        "ascii": 2 * values - 1,
        "hex": 2 * size * values,
    }
    if encoding not in (*fewest, "gzip", "gz"):
        raise ImageError(
            f"{name} is not a readable image", needed="NRRD encoding raw, gzip, text or hex", found="another"
        )
    return Claim(values, size, fewest.get(encoding), begin, fields.get("datafile"))


def metaimage_claim(stream: BinaryIO, name: str) -> Claim:
    """Read the header of a MetaImage file; errors as for `nrrd_claim`."""
    lines, begin = _lines(stream, name, lambda line: line.replace(" ", "").startswith("ElementDataFile="))
    fields = {
        key.strip(): value.strip()
        for key, equal, value in (line.partition("=") for line in lines)
        if equal and key.strip()
    }
    size = _META_TYPES.get(fields.get("ElementType", ""))
    if size is None or "ElementDataFile" not in fields:
        raise ImageError(
            f"{name} is not a readable image",
            needed="a MetaImage header with ElementType and ElementDataFile",
        )
    values = _product(fields.get("DimSize", ""), fields.get("NDims", ""), name)
    channels = fields.get("ElementNumberOfChannels", "1")
    if not channels.isascii() or not channels.isdigit() or len(channels) > 6:
        raise ImageError(f"{name} has a damaged header", needed="a whole number of channels")
    values *= max(int(channels), 1)
    packed = fields.get("CompressedData", "").lower() in ("true", "1")
    data_file = fields["ElementDataFile"]
    return Claim(
        values,
        size,
        None if packed else size * values,
        begin,
        None if data_file.upper() == "LOCAL" else data_file,
    )


def _ends_nrrd(line: str) -> bool:
    return not line or re.match(r"data ?file:\s*LIST", line, re.IGNORECASE) is not None


def _lines(stream: BinaryIO, name: str, is_last: Callable[[str], bool]) -> tuple[list[str], int]:
    """The lines of a text header, and where it ends [bytes]."""
    lines: list[str] = []
    begin = 0
    while begin < LONGEST_HEADER:
        raw = stream.readline(LONGEST_HEADER - begin)
        if not raw:
            break
        begin += len(raw)
        lines.append(raw.decode("latin-1").rstrip("\r\n"))
        if is_last(lines[-1]):
            break
    else:
        raise ImageError(f"{name} is not a readable image", needed="a header of at most 1 MiB", found="more")
    return lines, begin


def _product(sizes: str, dimension: str, name: str) -> int:
    parts = sizes.split()
    if (
        not 1 <= len(parts) <= 16
        or dimension != str(len(parts))
        or not all(part.isascii() and part.isdigit() and len(part) <= 12 and int(part) > 0 for part in parts)
    ):
        raise ImageError(
            f"{name} has a damaged header", needed="the number of voxels along every axis", found=sizes[:40]
        )
    product = 1
    for part in parts:
        product *= int(part)
    return product
