"""One table of a manuscript as plain cells."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """Text of a cell.

    Attributes
    ----------
    text : str
    mark : str
        Superscript that points to a footnote.
    level : int
        Indentation: 0, or 1 for a category below its variable.
    """

    text: str
    mark: str = ""
    level: int = 0


@dataclass(frozen=True)
class JournalTable:
    """A table with title and footnotes.

    Attributes
    ----------
    number : str
        "1" to "4", "S2" to "S10".
    title : str
    header : tuple of str
    rows : tuple of tuple of Cell
        A row of one cell is a heading across the table.
    footnotes : tuple of (mark, text)
        General notes have no mark.
    """

    number: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    footnotes: tuple[tuple[str, str], ...]

    @property
    def caption(self) -> str:
        """Number and title."""
        return f"Table {self.number}. {self.title}"


def cells(texts: Sequence[str | Cell]) -> tuple[Cell, ...]:
    """A row of cells from texts."""
    return tuple(text if isinstance(text, Cell) else Cell(text) for text in texts)
