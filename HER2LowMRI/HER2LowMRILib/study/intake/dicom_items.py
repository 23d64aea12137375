"""Split the bytes of a DICOM sequence into its items and their elements (PS3.5, 7.5), without a data set for each.

An enhanced file describes hundreds of frames in sequences three levels deep. pydicom leaves a sequence of known length
as bytes until it is asked for, and then builds a data set for every item on every level; that takes several times as
long as reading the pixels. Only what is plain is split here: little endian and lengths that are written out. The rest
is left to pydicom.
"""

import struct

Element = tuple[str, bytes]

_UNDEFINED = 0xFFFFFFFF
_ITEM = 0xFFFEE000
_FOUR_BYTE_LENGTH = frozenset(
    (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
)
_tag_and_length = struct.Struct("<HHL").unpack_from
_tag_vr_and_length = struct.Struct("<HH2sH").unpack_from
_length = struct.Struct("<L").unpack_from


def split_sequence(value: bytes) -> list[dict[int, Element]] | None:
    """Items of a sequence.

    Parameters
    ----------
    value : bytes
        Value of the element, from the first item's tag on.

    Returns
    -------
    list of dict or None
        Of every item, tag -> (VR, value); the VR is empty where the item is in implicit VR. None if pydicom has to
        read it.

    Raises
    ------
    ValueError
        If an item or element is longer than what holds it.
    """
    items, at = [], 0
    while at + 8 <= len(value):
        group, element, length = _tag_and_length(value, at)
        if group << 16 | element != _ITEM or length == _UNDEFINED:
            return None
        at += 8
        if at + length > len(value):
            raise ValueError("an item is longer than its sequence")
        elements = _elements(value, at, at + length)
        if elements is None:
            return None
        items.append(elements)
        at += length
    return items


def _elements(value: bytes, at: int, end: int) -> dict[int, Element] | None:
    # Some writers change to implicit VR within sequences, so every item is asked.
    explicit = value[at + 4 : at + 6].isalpha() and value[at + 4 : at + 6].isupper()
    found: dict[int, Element] = {}
    while at + 8 <= end:
        if explicit:
            group, element, vr, length = _tag_vr_and_length(value, at)
            if not vr.isupper():
                return None
            if vr in _FOUR_BYTE_LENGTH:
                if at + 12 > end:
                    break
                (length,) = _length(value, at + 8)
                at += 4
        else:
            vr = b""
            group, element, length = _tag_and_length(value, at)
        if length == _UNDEFINED:
            return None
        at += 8
        if at + length > end:
            raise ValueError("an element is longer than its item")
        found[group << 16 | element] = vr.decode("latin-1"), value[at : at + length]
        at += length
    if at != end:
        raise ValueError("an item ends within an element")
    return found
