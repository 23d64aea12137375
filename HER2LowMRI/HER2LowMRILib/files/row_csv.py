"""Rows as CSV files: the same rows give the same bytes, and a spreadsheet runs none of the text as a formula.

RFC 4180 in UTF-8 without byte order mark (R and the csv module would take the mark for a part of the first
name), a point as decimal mark, an empty cell for "missing". Numbers read back as the same float64.

Text that a spreadsheet would take for a formula gets an apostrophe in front (CWE-1236). Numbers never do: a
negative skewness stays a number. Reading takes the apostrophe off again.
"""

import csv
import io
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.budget import read_at_most
from HER2LowMRILib.files.verified_write import write_verified

CsvCell = str | int | float | bool | Decimal | None
CsvRow = Mapping[str, CsvCell]

# A table of as many cases as anybody has.
_LONGEST = 256 * 2**20
# The full-width forms count: spreadsheets of Asian locales take them for the plain signs.
_FORMULA_SIGNS = "=+-@＝＋－＠"


def neutralise(text: str) -> str:
    """Text that no spreadsheet runs as a formula; `restore` gives the text back."""
    return f"'{text}" if _needs_apostrophe(text) else text


def restore(text: str) -> str:
    """Undo `neutralise`. Text that was never neutralised comes back as it is."""
    return text[1:] if text.startswith("'") and _needs_apostrophe(text[1:]) else text


def _needs_apostrophe(text: str) -> bool:
    # Leading blanks and control characters are skipped, because some spreadsheets drop them before they look.
    for character in text:
        if character in _FORMULA_SIGNS or character in "\t\r\n'":
            return True
        if unicodedata.category(character)[0] not in "ZC":
            return False
    return False


def rows_to_bytes(rows: Iterable[CsvRow], columns: Sequence[str]) -> bytes:
    """Put rows into CSV.

    Parameters
    ----------
    rows : iterable of mapping
        Column name -> text, number (a Decimal is written without exponent), bool (0/1), or None, NaN and a
        column left out (all: an empty cell).
    columns : sequence of str
        The columns in their order.

    Raises
    ------
    StudyError
        If a row has a column that is not in ``columns``, an infinite number, or text that is not Unicode text.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutralise(column) for column in columns])
    known = set(columns)
    for row in rows:
        unknown = sorted(set(row) - known)
        if unknown:
            raise StudyError("a row has a column that the table does not have", found=", ".join(unknown))
        writer.writerow([_cell(column, row.get(column)) for column in columns])
    try:
        return text.getvalue().encode("utf-8")
    except UnicodeEncodeError as error:
        raise StudyError("a text holds half a character (a lone surrogate)", needed="Unicode text") from error


def _cell(column: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, Decimal) and value.is_finite():
        # For readers that know no exponent.
        return f"{value:f}"
    if isinstance(value, (float, np.floating)):
        if math.isnan(value):
            return ""
        if math.isinf(value):
            raise StudyError(f"{column} is infinite", needed="a finite number or nothing")
        return repr(float(value))
    raise StudyError(
        f"{column} cannot be written as a cell", needed="text or number", found=type(value).__name__
    )


def write_rows(path: Path, rows: Iterable[CsvRow], columns: Sequence[str]) -> None:
    """Write rows as CSV in one verified act; see `rows_to_bytes`."""
    write_verified(Path(path), rows_to_bytes(rows, columns))


def read_rows(path: Path) -> list[dict[str, str | None]]:
    """Read rows: column -> text as it was before `write_rows`, or None for an empty cell.

    Numbers come as text, because only the data dictionary says which column is one.

    Raises
    ------
    StudyError
        If the file is not UTF-8 text, has no header, a column name twice, or a row of another length.
    """
    content = read_at_most(Path(path), _LONGEST, StudyError)
    header = content.split(b"\n", 1)[0]
    # Table programs of many countries separate by semicolons; our own tables never do.
    delimiter = ";" if b";" in header and b"," not in header else ","
    return rows_from_bytes(content, Path(path).name, delimiter)


def rows_from_bytes(
    content: bytes, name: str = "the table", delimiter: str = ","
) -> list[dict[str, str | None]]:
    """Read rows from the content of a CSV file; ``name`` is what errors call it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError(
            f"{name} cannot be read", needed="UTF-8 text", todo='Save it as "CSV UTF-8"'
        ) from error
    # The csv module reads from an iterable of lines, and a cell may hold line ends of every kind.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise StudyError(
            f"{name} cannot be read: {error}", needed="comma-separated values (RFC 4180)"
        ) from error
    if not lines:
        raise StudyError(f"{name} is empty", needed="a line with the column names")
    columns = [restore(column) for column in lines[0]]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise StudyError(f"{name} has a column twice", found=", ".join(twice))
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(columns):
            raise StudyError(
                f"row {number} of {name} has another length than the header",
                needed=counted(len(columns), "cell"),
                found=f"{len(line)}",
            )
    return [
        {column: restore(cell) if cell else None for column, cell in zip(columns, line, strict=True)}
        for line in lines[1:]
    ]
