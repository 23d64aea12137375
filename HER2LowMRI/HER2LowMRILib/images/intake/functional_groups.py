"""Functional groups of the frames of an enhanced DICOM file (PS3.3, C.7.6.16)."""

from HER2LowMRILib.images.intake import vendor_tags
from HER2LowMRILib.images.intake.dicom_header import Header

_GRADIENT = 0x00189076
_GROUPS = (
    0x00189117,  # MR diffusion
    0x00189226,  # MR image frame type
    0x00189119,  # MR averages
    0x00189114,  # MR echo
    0x00209113,  # plane position
    0x00209116,  # plane orientation
    0x00289110,  # pixel measures
    0x00289145,  # pixel value transformation
    0x00409096,  # real world value mapping
    0x00209170,  # what a converter found in the classic files and no group has, of all frames
    0x00209171,  # the same, of one frame
)


class FunctionalGroups:
    """The groups that are wanted, of all frames of one file.

    Most groups of most frames are the same to the byte; each distinct one is looked into once.

    Parameters
    ----------
    more : tuple of int
        Groups that are wanted besides those of every reading.
    """

    def __init__(self, more: tuple[int, ...] = ()):
        self._wanted = (*_GROUPS, *more)
        self._known: dict[tuple[int, bytes], list[Header]] = {}

    def of(self, item: Header) -> list[Header]:
        """Groups of one frame (or those that all frames share) as a flat list of headers, the item itself last."""
        found = [header for tag in self._wanted if tag in item for header in self._group(item, tag)]
        philips = item.private_item(vendor_tags.PHILIPS_FRAME_SEQUENCE, True)
        return [*found, *([philips] if philips is not None else []), item]

    def _group(self, item: Header, tag: int) -> list[Header]:
        stored = item.stored(tag)
        if stored is not None and (tag, stored) in self._known:
            return self._known[tag, stored]
        group = item.first_item(tag)
        gradient = group.first_item(_GRADIENT) if group is not None else None
        headers = [header for header in (group, gradient) if header is not None]
        if stored is not None:
            self._known[tag, stored] = headers
        return headers
