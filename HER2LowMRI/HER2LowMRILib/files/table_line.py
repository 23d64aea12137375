"""One line of a table that people wrote, whatever file it stands in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Whether the cells of a line are column names.
HeaderTest = Callable[[Sequence[str]], bool]


@dataclass(frozen=True)
class Line:
    """One line of a table: its number as a spreadsheet shows it, and its cells as text ("" for blank)."""

    number: int
    cells: tuple[str, ...]
