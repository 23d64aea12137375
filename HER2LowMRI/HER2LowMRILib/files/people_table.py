"""Tables as people and their programs save them: from the bytes of a CSV or .xlsx file to cells of text.

CSV by comma, semicolon, tab or bar, with or without a `sep=` line, in any encoding of `text_encoding`, with blank
rows and columns; .xlsx by `spreadsheet`. What a cell means is not decided here (`understood_table`).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.table_words import folded, plain, words_of
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.budget import read_at_most
from HER2LowMRILib.files.row_csv import restore
from HER2LowMRILib.files.spreadsheet import read_sheet
from HER2LowMRILib.files.table_line import HeaderTest, Line
from HER2LowMRILib.files.text_encoding import decoded

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
LARGEST_FILE = 16 * 2**20
_CODE = re.compile(r"([A-Za-z_]+):[\w.-]*$")
# Old .xls files and .ods are other programs' work; what to do instead is one click.
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class PeopleTable:
    """The cells of a table, all as text.

    Attributes
    ----------
    name : str
        Name of the file.
    columns : tuple of str
        What the columns are called there, "" for none.
    lines : tuple of Line
        The lines below, as long as ``columns``; no blank ones.
    notes : tuple of str
        How it was read: encoding, separator, what stood above the header.
    """

    name: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


def read_people_table(
    path: Path, is_header: HeaderTest | None = None, sheet: str | None = None
) -> PeopleTable:
    """Read a table.

    Parameters
    ----------
    path : Path
        CSV (or text with tabs), or .xlsx.
    is_header : callable, optional
        Tells a line of column names from a title above it; without it the first line is the header.
    sheet : str, optional
        Sheet of an .xlsx file that has several with something in them.

    Raises
    ------
    StudyError
        If the file is not a table, or cells stand in a line that no column belongs to.
    """
    content = _content(path)
    if content.startswith(b"PK"):
        grid, notes = read_sheet(content, path.name, sheet, is_header)
    else:
        grid, notes = _read_text(content, path.name, is_header)
    return _table(path.name, grid, notes, is_header)


def _content(path: Path) -> bytes:
    content = read_at_most(path, LARGEST_FILE, StudyError)
    if content.startswith(_OLD_EXCEL) or (content.startswith(b"PK") and b"opendocument" in content[:200]):
        kind = "an old Excel file (.xls)" if content.startswith(_OLD_EXCEL) else "an OpenDocument file"
        raise StudyError(
            f"{path.name} cannot be read", needed="CSV or .xlsx", found=kind, todo="Save it as .xlsx"
        )
    return content


def _read_text(content: bytes, name: str, is_header: HeaderTest | None) -> tuple[list[Line], list[str]]:
    text, encoding = decoded(content, name)
    lines = text.splitlines(keepends=True)
    given = None
    if lines and lines[0].strip().lower().startswith("sep=") and len(lines[0].strip("\r\n")) == 5:
        given = lines[0][4]
    skipped = 1 if given else 0
    body = "".join(lines[skipped:])
    separators = [given] if given else list(_SEPARATORS)
    parsed = [(sign, grid) for sign in separators if (grid := _parsed(body, sign, skipped)) is not None]
    if not parsed:
        raise StudyError(
            f"{name} cannot be read",
            needed="a table with closed quotation marks (RFC 4180)",
            todo="Open it in a table program, look at the cells with quotation marks, save it as .xlsx",
        )
    separator, grid = max(parsed, key=lambda pair: _fit(pair[1], is_header))
    words = _SEPARATORS.get(separator, f"{separator!r}")
    return grid, [f"{encoding}, cells separated by {words}"]


def _parsed(text: str, separator: str, skipped: int) -> list[Line] | None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines = []
    try:
        # Numbered as a spreadsheet does it: a cell with line ends is one row.
        for number, cells in enumerate(reader, start=1 + skipped):
            lines.append(Line(number, tuple(cells)))
    except csv.Error:
        return None
    return lines


def _fit(grid: Sequence[Line], is_header: HeaderTest | None) -> tuple[int, float, int]:
    """How well a separator cuts a text: known header, share of lines of the common length, columns."""
    lengths = Counter(len(line.cells) for line in grid if any(cell.strip() for cell in line.cells))
    if not lengths:
        return 0, 0.0, 0
    length, often = max(lengths.items(), key=lambda pair: (pair[1], pair[0]))
    known = is_header is not None and any(is_header(line.cells) for line in grid[:15])
    return int(known), often / lengths.total() if length > 1 else 0.0, length


def _table(name: str, grid: Sequence[Line], notes: list[str], is_header: HeaderTest | None) -> PeopleTable:
    filled = [
        Line(line.number, tuple(restore(cell) for cell in line.cells))
        for line in grid
        if any(plain(cell) for cell in line.cells)
    ]
    if not filled:
        raise StudyError(f"{name} is empty", needed="a line with the column names")
    start = _header_place(filled, is_header)
    above = [f"{counted(start, 'line')} above the column names left out"] if start else []
    header = Line(filled[start].number, tuple(map(plain, filled[start].cells)))
    below = filled[start + 1 :]
    if is_header is not None and below and _is_second_header(below[0], is_header):
        header = _joined(header, below[0], is_header)
        above.append(f"rows {filled[start].number} and {below[0].number} together name the columns")
        below = below[1:]
    if below and _is_units(below[0]):
        above.append(f"row {below[0].number} states units, left out")
        below = below[1:]
    body, left_out = _body(below, header)
    _refuse_longer(name, len(header.cells), body)
    lines, short = _rectangle(header, body)
    (columns,), _ = (
        _rectangle(header, [header]) if not lines else ([_fitted(header, len(lines[0].cells))], [])
    )
    return PeopleTable(name, columns.cells, tuple(lines), (*notes, *above, *left_out, *short))


def _is_second_header(line: Line, is_header: HeaderTest) -> bool:
    """Whether a line goes on with the column names, as below merged cells: two known names and no number."""
    filled = [text for cell in line.cells if (text := plain(cell))]
    known = sum(is_header((text,)) for text in filled)
    return known >= 2 and all(any(sign.isalpha() for sign in text) for text in filled)


def _joined(first: Line, second: Line, is_header: HeaderTest) -> Line:
    """One line of column names of two; a name above blanks counts for the columns below them too."""
    width = max(len(first.cells), len(second.cells))
    upper, lower = (_fitted(Line(0, tuple(map(plain, line.cells))), width).cells for line in (first, second))
    names, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above or (group if below else "")
        both = (f"{group} {below}".strip(), below, group)
        names.append(next((name for name in both if name and is_header((name,))), both[0]))
    return Line(first.number, tuple(names))


def _is_units(line: Line) -> bool:
    """Whether a line says in which units the columns are, and nothing of a case."""
    filled = [text.strip("[]() ") for cell in line.cells if (text := folded(cell))]
    return bool(filled) and all(text in words_of("units") for text in filled)


def _fitted(line: Line, width: int) -> Line:
    return Line(line.number, (*line.cells, *[""] * width)[:width])


def _body(lines: Sequence[Line], header: Line) -> tuple[list[Line], list[str]]:
    """The lines below the header without comments, codes of a machine, and the header again."""
    kinds: dict[str, list[Line]] = {"comment": [], "repeated header": []}
    for line in lines:
        if (line.cells[0].startswith("#") and not header.cells[0].startswith("#")) or _is_code_line(line):
            kinds["comment"].append(line)
        elif _same_words(line, header):
            kinds["repeated header"].append(line)
    gone = [line for found in kinds.values() for line in found]
    notes = [f"{counted(len(found), what + ' line')} left out" for what, found in kinds.items() if found]
    return [line for line in lines if line not in gone], notes


def _is_code_line(line: Line) -> bool:
    """A line of codes that all begin alike, as "CDE_ID:1234" under the column names of public data sets."""
    starts = {match[1] if (match := _CODE.match(cell)) else None for cell in line.cells if cell.strip()}
    return len(starts) == 1 and None not in starts and sum(bool(cell.strip()) for cell in line.cells) > 1


def _refuse_longer(name: str, named: int, body: Sequence[Line]) -> None:
    """Refuse lines with more cells than columns, unless every line ends with the same empty ones."""
    longer = [line for line in body if len(line.cells) > named]
    filled = [line for line in longer if any(map(plain, line.cells[named:]))]
    if not longer or (not filled and len({len(line.cells) for line in body}) == 1):
        return
    first = (filled or longer)[0]
    raise StudyError(
        f"row {first.number} of {name} has another length than the header"
        if len(longer) == 1
        else f"{counted(len(longer), 'row')} of {name} are longer than the header, the first is row {first.number}",
        needed=counted(named, "cell"),
        found=f"{len(first.cells)}",
        todo="A comma inside a cell needs quotation marks, or another separator",
    )


def _rectangle(header: Line, body: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """Lines of one length: up to the last column that has a name or a cell."""
    widest = (header, *body)
    width = max((i + 1 for line in widest for i, cell in enumerate(line.cells) if plain(cell)), default=0)
    short = sum(len(line.cells) < width for line in body)
    notes = [f"{counted(short, 'row')} shorter than the header: blank at the end"] if short else []
    return [_fitted(line, width) for line in body], notes


def _header_place(lines: Sequence[Line], is_header: HeaderTest | None) -> int:
    if is_header is None:
        return 0
    return next((place for place, line in enumerate(lines[:15]) if is_header(line.cells)), 0)


def _same_words(line: Line, header: Line) -> bool:
    pairs = [(plain(a), b) for a, b in zip(line.cells, header.cells, strict=False) if a or b]
    return bool(pairs) and sum(a == b for a, b in pairs) * 2 > len(pairs) and pairs[0][0] == pairs[0][1]


def repeated_names(columns: Sequence[str]) -> Iterator[str]:
    """Column names that stand there more than once."""
    return (name for name, count in Counter(name for name in columns if name).items() if count > 1)
