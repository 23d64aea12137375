"""What is said beside a result: never an error, never silent. Code branches on the code, people read the text."""

from collections.abc import Iterable

NOTICE_SEPARATOR = " | "
"""Between the texts of one cell of a table."""


class Notice(str):
    """Something to know about images, maps or a VOI: a text that knows what kind of thing it says.

    Parameters
    ----------
    code : str
        What kind of thing it is, e.g. "voxels_left_out"; the same in every version.
    text : str
        For people, in whole sentences.
    map : str or None
        Name of the map it is about, e.g. "ADC"; None: of none in particular.
    """

    code: str
    map: str | None

    def __new__(cls, code: str, text: str, map: str | None = None) -> "Notice":
        """Make a notice."""
        notice = super().__new__(cls, text)
        notice.code, notice.map = code, map
        return notice

    def __getnewargs__(self) -> tuple[str, str, str | None]:  # type: ignore[override]
        return self.parts

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The text alone."""
        return str.__str__(self)

    @property
    def parts(self) -> tuple[str, str, str | None]:
        """Code, text and map, as they are kept: ``Notice(*parts)`` is the same again."""
        return self.code, self.text, self.map

    def of_map(self, name: str) -> "Notice":
        """The same, about a map."""
        return Notice(self.code, self.text, self.map or name)


def joined(notices: Iterable[object]) -> str | None:
    """Join the texts for one cell of a table, each once; None when there is nothing to say."""
    return NOTICE_SEPARATOR.join(dict.fromkeys(map(str, notices))) or None
