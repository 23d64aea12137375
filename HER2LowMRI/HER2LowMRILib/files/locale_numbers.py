"""Numbers as table programs of many countries write them; what can be read in two ways is not read."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, NOT_ASSESSABLE, shown
from HER2LowMRILib.core.table_words import says_missing

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)
# Far beyond every quantity of a cohort; a sum of squares still fits.
_LARGEST = 1e100


def decimal_sign(columns: Iterable[Sequence[str | None]]) -> str:
    """Sign that stands before the decimals in a table.

    Parameters
    ----------
    columns : iterable of sequence of str or None
        Cells of all columns that hold numbers.

    Returns
    -------
    str
        "," where more numbers have a comma than a point, and not all commas can be those of thousands.
    """
    commas, points, sure = 0, 0, False
    for cells in columns:
        for cell in cells:
            if cell is None or ("," in cell) == ("." in cell):
                continue
            if "." in cell:
                points += 1
            else:
                commas += 1
                sure = sure or not _GROUPED.fullmatch(cell)
    return "," if commas > points and sure else "."


def read_numbers(
    cells: Sequence[str | None], sign: str, unit: str | None = None
) -> tuple[np.ndarray, Counter[str]]:
    """Read the cells of one column.

    Parameters
    ----------
    cells : sequence of str or None
    sign : str
        From `decimal_sign`. A cell with the other sign could be one of thousands, and is not read.
    unit : str, optional
        "%" may stand behind the numbers of a percentage.

    Returns
    -------
    values : ndarray of float, shape (n,)
        NaN where missing or not read.
    unread : Counter of str
        Cells that are neither a number nor a word for missing.
    """
    values = np.full(len(cells), np.nan)
    unread: Counter[str] = Counter()
    for position, cell in enumerate(cells):
        if cell is None or cell in (NOT_APPLICABLE, NOT_ASSESSABLE) or says_missing(cell):
            continue
        value = _number(cell, sign, unit)
        if value is None:
            unread[shown(cell, 20)] += 1
        else:
            values[position] = value
    return values, unread


def _number(cell: str, sign: str, unit: str | None) -> float | None:
    # Typeset tables have a minus that is not a hyphen.
    text = cell.replace("\N{MINUS SIGN}", "-")
    if unit == "%":
        text = text.removesuffix("%").rstrip()
    if sign == ",":
        text = text.replace(".", "?").replace(",", ".")
    if not _PLAIN.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) <= _LARGEST else None
