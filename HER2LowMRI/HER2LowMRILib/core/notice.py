"""What is said beside a result: never an error, never silent. Code branches on the code, people read the text."""

from collections.abc import Iterable
from dataclasses import dataclass

NOTICE_SEPARATOR = " | "
"""Between the texts of one cell of a table."""


@dataclass(frozen=True)
class Notice:
    """Something to know about images, maps or a VOI.

    Attributes
    ----------
    code : str
        What kind of thing it is, e.g. "voxels_left_out"; the same in every version.
    text : str
        For people, in whole sentences.
    map : str or None
        Name of the map it is about, e.g. "ADC"; None: of none in particular.
    """

    code: str
    text: str
    map: str | None = None

    def __str__(self) -> str:
        return self.text


def joined(notices: Iterable[object]) -> str | None:
    """Join the texts for one cell of a table, each once; None when there is nothing to say."""
    return NOTICE_SEPARATOR.join(dict.fromkeys(map(str, notices))) or None
