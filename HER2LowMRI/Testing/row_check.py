"""Whether a row holds what the table of columns says it can hold."""

import math
from collections.abc import Iterator, Mapping

from HER2LowMRILib.core.columns import NO_UNIT, Cell, Column, File, columns
from HER2LowMRILib.core.lexicon import Lexicon, shown


def row_problems(row: Mapping[str, Cell], file: File, lexicon: Lexicon | None = None) -> Iterator[str]:
    """Yield what is wrong with a row: columns that the file does not have, cells that cannot stand there.

    Missing cells are not a problem; NaN is "missing".
    """
    known = {column.name: column for column in columns(file, lexicon)}
    for name, cell in row.items():
        if name not in known:
            yield f"{shown(name)} is not a column of {file}.csv"
        elif not fits(known[name], cell):
            unit = "" if known[name].unit == NO_UNIT else f" {known[name].unit}"
            yield f"{name}: needed {known[name].allowed_text}{unit}, found {shown(cell)}"


def fits(column: Column, cell: Cell) -> bool:
    """Whether a cell can stand in a column."""
    if cell is None or cell in column.states or (isinstance(cell, float) and math.isnan(cell)):
        return True
    if column.type == "text":
        return isinstance(cell, str)
    if column.type == "choice":
        return any(cell == value and type(cell) is type(value) for value in column.allowed)
    if not isinstance(cell, int | float) or isinstance(cell, bool) or not math.isfinite(cell):
        return False
    if column.type == "integer" and not float(cell).is_integer():
        return False
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    return low <= cell <= high
