"""Quick look-up of public and private elements in one pydicom data set."""

import math
import struct
from collections.abc import KeysView
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PrivateTag = tuple[int, int, str]  # group, element within the block, private creator

_TEXT = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "PN", "SH", "TM", "UI"))
_BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}


class Header:
    """One data set (the root of a file, or one item of a functional group) with its private blocks found.

    Values of the common types are decoded here, straight from the bytes that pydicom found: a series has hundreds of
    files, of each a few dozen elements are wanted, and pydicom's checks of every one take longer than the reading.

    Parameters
    ----------
    dataset : Dataset
    """

    __slots__ = ("_blocks", "_items", "dataset", "has_private")

    def __init__(self, dataset: "Dataset"):
        self.dataset = dataset
        self._items = {int(tag): item for tag, item in dataset.items()}
        self.has_private = any(tag & 0x10000 for tag in self._items)
        self._blocks: dict[tuple[int, str], int] = {}
        if not self.has_private:
            return
        for tag in [t for t in self._items if t & 0x1FF00 == 0x10000 and t & 0xFF >= 0x10]:
            self._blocks[tag >> 16, as_text(self.value(tag))] = tag & 0xFF

    @property
    def tags(self) -> KeysView[int]:
        """Tags of all elements."""
        return self._items.keys()

    def value(self, tag: int) -> object:
        """Value of a public element such as ``0x00189087``, or None.

        Returns
        -------
        object
            Text, or a list of texts where there are several; a number or tuple of numbers of a binary element; bytes
            of an unknown one; pydicom's own value of everything else (sequences).
        """
        item = self._items.get(tag)
        if item is None:
            return None
        if item.is_raw and item.value is not None and item.VR is not None:
            if item.VR in _TEXT:
                text = item.value.decode("latin-1").strip(" \0")
                return text.split("\\") if "\\" in text else text
            kind = _BINARY.get(item.VR)
            if kind is not None:
                count, rest = divmod(len(item.value), struct.calcsize(kind))
                if rest or not count:
                    return None
                numbers = struct.unpack(f"{'<' if item.is_little_endian else '>'}{count}{kind}", item.value)
                return numbers[0] if count == 1 else numbers
            if item.VR in ("OB", "OW", "UN"):
                # Of a known private element pydicom's dictionary may know better than UN; its bytes are what counts.
                return item.value if item.VR != "UN" or not _may_be_sequence(tag) else self.dataset[tag].value
        return self.dataset[tag].value

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
        if not self.has_private:
            return None
        group, element, creator = tag
        block = self._blocks.get((group, creator))
        if block is None:
            if not maker_known or any(owned == group for owned, _ in self._blocks):
                return None
            block = 0x10
        return self.value(group << 16 | block << 8 | element)

    def __contains__(self, tag: int) -> bool:
        return tag in self._items

    def first_item(self, tag: int) -> "Header | None":
        """First item of a public sequence as a header, or None."""
        sequence = self.value(tag)
        return Header(sequence[0]) if _is_sequence(sequence) and len(sequence) else None

    def private_item(self, tag: PrivateTag, maker_known: bool = False) -> "Header | None":
        """First item of a private sequence as a header, or None."""
        sequence = self.private(tag, maker_known)
        return Header(sequence[0]) if _is_sequence(sequence) and len(sequence) else None


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


def as_text(value: object) -> str:
    """Text of an element's value, also of raw bytes; several values are joined by a backslash, as DICOM does."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    if hasattr(value, "append"):
        return "\\".join(str(part) for part in value)
    return "" if value is None else str(value).strip(" \0")


def as_number(value: object) -> float | None:
    """Finite number of an element's value, or None."""
    if value is None or value == "" or isinstance(value, bytes):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def whole_number(value: object) -> int | None:
    """Whole number of an element's value, or None."""
    number = as_number(value)
    return None if number is None else int(number)


def _may_be_sequence(tag: int) -> bool:
    """Whether an unknown private element may be the sequence in which Philips nests a frame's parameters."""
    return tag >> 16 == 0x2005 and tag & 0xFF == 0x0F


def _is_sequence(value: object) -> bool:
    return (
        value is not None
        and not isinstance(value, (str, bytes, list, tuple))
        and hasattr(value, "__getitem__")
    )
