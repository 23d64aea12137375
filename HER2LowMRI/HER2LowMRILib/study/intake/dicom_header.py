"""Quick look-up of public and private elements in one pydicom data set."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PrivateTag = tuple[int, int, str]  # group, element within the block, private creator


class Header:
    """One data set (the root of a file, or one item of a functional group) with its private blocks found.

    Parameters
    ----------
    dataset : Dataset
    """

    __slots__ = ("_blocks", "_tags", "dataset")

    def __init__(self, dataset: "Dataset"):
        self.dataset = dataset
        self._tags = {int(tag) for tag in dataset.keys()}  # noqa: SIM118  iterating the data set decodes every element
        self._blocks: dict[tuple[int, str], int] = {}
        for tag in self._tags:
            if 0x10 <= tag & 0xFFFF <= 0xFF and tag >> 16 & 1:
                owner = dataset[tag].value
                owner = owner.decode("ascii", "replace") if isinstance(owner, bytes) else str(owner)
                self._blocks[tag >> 16, owner.strip(" \0")] = tag & 0xFF

    def value(self, tag: int) -> object:
        """Value of a public element such as ``0x00189087``, or None."""
        return self.dataset[tag].value if tag in self._tags else None

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
        group, element, creator = tag
        block = self._blocks.get((group, creator))
        if block is None:
            if not maker_known or any(owned == group for owned, _ in self._blocks):
                return None
            block = 0x10
        return self.value(group << 16 | block << 8 | element)

    def first_item(self, tag: int) -> "Header | None":
        """First item of a public sequence as a header, or None."""
        sequence = self.value(tag)
        return Header(sequence[0]) if _is_sequence(sequence) and len(sequence) else None

    def private_item(self, tag: PrivateTag, maker_known: bool = False) -> "Header | None":
        """First item of a private sequence as a header, or None."""
        sequence = self.private(tag, maker_known)
        return Header(sequence[0]) if _is_sequence(sequence) and len(sequence) else None


def as_text(value: object) -> str:
    """Text of an element's value, also where an unknown VR left raw bytes."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return "" if value is None else str(value).strip(" \0")


def _is_sequence(value: object) -> bool:
    return value is not None and not isinstance(value, (str, bytes)) and hasattr(value, "__getitem__")
