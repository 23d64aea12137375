"""Split the bytes of a DICOM sequence into its items (PS3.5, 7.5), without a data set for each of them.

An enhanced file describes hundreds of frames in sequences three levels deep. pydicom leaves a sequence of known length
as bytes until it is asked for, and then builds a data set for every item on every level; that takes several times as
long as reading the pixels. Here the items are only cut apart, and pydicom reads the elements of those that are wanted.
"""

import struct
from io import BytesIO
from typing import Any

_UNDEFINED = 0xFFFFFFFF
_ITEM = 0xFFFEE000
_tag_and_length = struct.Struct("<HHL").unpack_from


def split_sequence(value: bytes) -> list[dict[int, object]] | None:
    """Items of a little-endian sequence.

    Parameters
    ----------
    value : bytes
        Value of the element, from the first item's tag on.

    Returns
    -------
    list of dict or None
        Of every item, tag -> element as pydicom found it. None if lengths are not written down: then the end of an
        item is only found by reading all that is in it.

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
        items.append(_elements(value[at : at + length]))
        at += length
    return items


def _elements(item: bytes) -> dict[int, Any]:
    from pydicom.filereader import data_element_generator

    # Some writers change to implicit VR within sequences, so every item is asked.
    explicit = item[4:6].isalpha() and item[4:6].isupper()
    found: dict[int, Any] = {}
    element: Any
    end = 0
    for element in data_element_generator(BytesIO(item), not explicit, True):
        found[int(element.tag)] = element
        end = element.value_tell + element.length if element.is_raw else len(item)
    if end != len(item):
        raise ValueError("an element is longer than its item, or cut off")
    return found
