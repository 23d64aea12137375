"""Quick look-up of public and private elements in one pydicom data set."""

import math
import struct
from collections.abc import Iterable, KeysView, Mapping
from typing import TYPE_CHECKING, Any, SupportsFloat, cast

from HER2LowMRILib.images.intake.dicom_items import split_sequence

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PrivateTag = tuple[int, int, str]  # group, element within the block, private creator

_TEXT = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UI", "UT"))
_BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}
_ITEM_TAG, _ITEM_TAG_BIG_ENDIAN = b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00"


class Header:
    """One data set (the root of a file, or one item of a functional group) with its private blocks found.

    Values of the common types are decoded here, straight from the bytes that pydicom found: a series has hundreds of
    files, of each a few dozen elements are wanted, and pydicom's checks of every one take longer than the reading.

    Parameters
    ----------
    elements : mapping
        Tag -> element as pydicom found it, raw or converted.
    """

    __slots__ = ("_blocks", "_elements", "has_private")

    def __init__(self, elements: Mapping[int, object]):
        self._elements = elements
        self._blocks: dict[tuple[int, str], int] = {}
        private = [tag for tag in elements if tag & 0x10000]
        for tag in [t for t in private if not t & 0xFF00 and t & 0xFF >= 0x10]:
            self._blocks[tag >> 16, as_text(self.value(tag))] = tag & 0xFF
        self.has_private = bool(private)

    @classmethod
    def of(cls, dataset: "Dataset") -> "Header":
        """Header of a data set that pydicom read."""
        # pydicom's tags compare in Python; plain numbers do not.
        return cls(dict(zip(map(int, dataset.keys()), dataset.values(), strict=True)))

    @property
    def tags(self) -> KeysView[int]:
        """Tags of all elements."""
        return self._elements.keys()

    def value(self, tag: int) -> object:
        """Value of a public element such as ``0x00189087``, or None.

        Returns
        -------
        object
            Text, or a list of texts where there are several; a number or tuple of numbers of a binary element; bytes
            of everything else. Of a sequence see ``items``.
        """
        element = self._elements.get(tag)
        if element is None:
            return None
        vr, value, order = self._stored(element, tag)
        if value is None:
            return None
        if vr in _TEXT:
            text = value.decode("latin-1").strip(" \0")
            return text.split("\\") if "\\" in text else text
        kind = _BINARY.get(vr)
        if kind is not None:
            count, rest = divmod(len(value), struct.calcsize(kind))
            if rest or not count:
                return None
            numbers = struct.unpack(f"{order}{count}{kind}", value)
            return numbers[0] if count == 1 else numbers
        return value

    def text(self, tag: int) -> str:
        """Value of a public element as text without padding, empty if there is none."""
        return as_text(self.value(tag))

    def private(self, tag: PrivateTag, maker_known: bool = False) -> object:
        """Value of a private element, wherever its creator has reserved its block, or None.

        Parameters
        ----------
        tag : tuple
            Group, element within the block, private creator.
        maker_known : bool
            The manufacturer of the file owns the tag: then the usual block 0x10 is believed also where every
            private creator of the group was removed, as some anonymisers do.
        """
        if not maker_known and (tag[0], tag[2]) not in self._blocks:
            return None
        where = self._private_tag(tag, maker_known)
        return None if where is None else self.value(where)

    def _private_tag(self, tag: PrivateTag, maker_known: bool) -> int | None:
        if not self.has_private:
            return None
        group, element, creator = tag
        block = self._blocks.get((group, creator))
        if block is None:
            if not maker_known or any(owned == group for owned, _ in self._blocks):
                return None
            block = 0x10
        return group << 16 | block << 8 | element

    def __contains__(self, tag: int) -> bool:
        return tag in self._elements

    def stored(self, tag: int) -> bytes | None:
        """Bytes of a public element as they stand in the file, or None if pydicom has read them already."""
        element = self._elements.get(tag)
        return None if element is None else self._stored(element, tag)[1]

    def items(self, tag: int) -> "list[Header]":
        """Items of a public sequence; none if there is no such sequence."""
        element: Any = self._elements.get(tag)
        if element is None:
            return []
        _, value, order = self._stored(element, tag)
        if value is None:
            return [Header.of(item) for item in element.value or ()] if element.VR == "SQ" else []
        if value[:4] != (_ITEM_TAG if order == "<" else _ITEM_TAG_BIG_ENDIAN):
            return []
        items = split_sequence(value) if order == "<" else None
        if items is not None:
            return [Header(item) for item in items]
        from pydicom.values import convert_SQ

        # pydicom finds out for each item by itself whether it changes to the other kind of VR.
        return [Header.of(item) for item in convert_SQ(value, False, order == "<")]

    def _stored(self, element: Any, tag: int) -> tuple[str, bytes | None, str]:
        """VR, bytes and byte order of an element; no bytes if pydicom has converted or deferred it."""
        if not element.is_raw or element.value is None:
            return "", None, "<"
        return element.VR or self._known_vr(tag), element.value, "<" if element.is_little_endian else ">"

    def _known_vr(self, tag: int) -> str:
        """VR of an element that is written without it, as pydicom's dictionaries have it."""
        from pydicom.datadict import dictionary_VR, private_dictionary_VR

        try:
            if not tag & 0x10000:
                return dictionary_VR(tag)
            if tag & 0xFFFF < 0x100:
                return "LO"
            block = tag >> 16, tag >> 8 & 0xFF
            creator = next(name for (group, name), at in self._blocks.items() if (group, at) == block)
            return private_dictionary_VR(tag, creator)
        except (KeyError, StopIteration):
            return "UN"

    def first_item(self, tag: int) -> "Header | None":
        """First item of a public sequence, or None."""
        return next(iter(self.items(tag)), None)

    def private_items(self, tag: PrivateTag, maker_known: bool = False) -> "list[Header]":
        """Items of a private sequence; none if there is no such sequence."""
        where = self._private_tag(tag, maker_known)
        return [] if where is None else self.items(where)

    def private_item(self, tag: PrivateTag, maker_known: bool = False) -> "Header | None":
        """First item of a private sequence, or None."""
        return next(iter(self.private_items(tag, maker_known)), None)


class FrameHeader:
    """The headers that describe one image, looked at as one: what the first of them has covers what the others have.

    Parameters
    ----------
    own : list of Header
        Of a classic file its root; of a frame of an enhanced file its functional groups.
    inherited : FrameHeader, optional
        What the frames of a file share.
    """

    __slots__ = ("_owner", "_private")

    def __init__(self, own: "list[Header]", inherited: "FrameHeader | None" = None):
        self._owner: dict[int, Header] = dict(inherited._owner) if inherited is not None else {}
        for header in reversed(own):
            self._owner.update(dict.fromkeys(header.tags, header))
        self._private = [header for header in own if header.has_private]
        if inherited is not None:
            self._private += inherited._private

    def value(self, tag: int) -> object:
        """Value of a public element, or None; see ``Header.value``."""
        owner = self._owner.get(tag)
        return owner.value(tag) if owner is not None else None

    def text(self, tag: int) -> str:
        """Value of a public element as text without padding, empty if there is none."""
        return as_text(self.value(tag))

    def items(self, tag: int) -> list[Header]:
        """Items of a public sequence; none if there is no such sequence."""
        owner = self._owner.get(tag)
        return owner.items(tag) if owner is not None else []

    def first_item(self, tag: int) -> Header | None:
        """First item of a public sequence, or None."""
        owner = self._owner.get(tag)
        return owner.first_item(tag) if owner is not None else None

    def private(self, tag: PrivateTag, maker_known: bool = False) -> object:
        """Value of a private element in the first header that has it, or None; see ``Header.private``."""
        for header in self._private:
            value = header.private(tag, maker_known)
            if value is not None:
                return value
        return None

    @property
    def has_private(self) -> bool:
        """Whether any of the headers has private elements."""
        return bool(self._private)


# Of one image: a file of one image is described by its root alone.
ImageHeaders = Header | FrameHeader


def as_text(value: object) -> str:
    """Text of an element's value, also of raw bytes; several values are joined by a backslash, as DICOM does."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    if isinstance(value, str):
        return value.strip(" \0")
    if hasattr(value, "append"):
        return "\\".join(str(part) for part in cast(Iterable[object], value))
    return "" if value is None else str(value)


def as_number(value: object) -> float | None:
    """Finite number of an element's value, or None."""
    if value is None or value == "" or isinstance(value, bytes):
        return None
    try:
        number = float(cast(SupportsFloat, value))
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def whole_number(value: object) -> int | None:
    """Whole number of an element's value, or None."""
    number = as_number(value)
    return None if number is None else int(number)
