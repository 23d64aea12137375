"""The header of one image as a DICOM database gives it: element by element, as text."""

from collections.abc import Callable

from HER2LowMRILib.images.intake.dicom_header import PrivateTag

_FIRST_BLOCK, _LAST_BLOCK = 0x10, 0x1F


class DatabaseHeader:
    """Elements of one image, looked up in a database such as Slicer's; an ``ImageHeader``.

    Parameters
    ----------
    look_up : callable
        "gggg,eeee" -> text, empty where there is no such element. Sequences are not looked into.
    """

    has_private = True

    def __init__(self, look_up: Callable[[str], str]):
        self._look_up = look_up
        self._known: dict[int, str] = {}

    def value(self, tag: int) -> object:
        """Text of a public element, a list of texts where there are several, or None."""
        text = self.text(tag)
        return (text.split("\\") if "\\" in text else text) or None

    def text(self, tag: int) -> str:
        """Text of an element without padding, empty if there is none."""
        if tag not in self._known:
            self._known[tag] = (self._look_up(f"{tag >> 16:04x},{tag & 0xFFFF:04x}") or "").strip(" \0")
        return self._known[tag]

    def private(self, tag: PrivateTag, maker_known: bool = False) -> object:
        """Value of a private element, wherever its creator has reserved its block, or None; see ``Header.private``."""
        group, element, creator = tag
        first = self.text(group << 16 | _FIRST_BLOCK)
        if not first:
            return self.value(group << 16 | _FIRST_BLOCK << 8 | element) if maker_known else None
        for block in range(_FIRST_BLOCK, _LAST_BLOCK + 1):
            if self.text(group << 16 | block) == creator:
                return self.value(group << 16 | block << 8 | element)
        return None
