"""Sheets of .xlsx files by openpyxl: cells as a person sees them, and templates with drop-downs."""

import datetime
import importlib.util
import io
import itertools
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.budget import size_text
from HER2LowMRILib.files.table_line import HeaderTest, Line

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as SheetCell

# openpyxl takes some fifty times the bytes of a sheet.
LARGEST_UNPACKED = 32 * 2**20


def can_read_sheets() -> bool:
    """Whether openpyxl is installed."""
    return importlib.util.find_spec("openpyxl") is not None


def openpyxl() -> Any:
    """The library that reads and writes .xlsx.

    Raises
    ------
    StudyError
        If it is not installed; CSV needs no library.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise StudyError(
            ".xlsx files need the library openpyxl",
            needed="openpyxl",
            found="none",
            todo="Install it (pip install openpyxl), or save the table as CSV UTF-8",
        ) from error
    return openpyxl


def read_sheet(
    content: bytes, name: str, sheet: str | None = None, is_header: HeaderTest | None = None
) -> tuple[list[Line], list[str]]:
    """Read the one sheet of an .xlsx file that has something in it.

    Parameters
    ----------
    content : bytes
        Of the file.
    name : str
        What errors call it.
    sheet : str, optional
        Name of the sheet, where several have something in them.
    is_header : callable, optional
        Whether cells are column names: of several sheets the only one that has some is taken, the others are named.

    Returns
    -------
    lines : list of Line
        Every row, cells as text: 0.55 in a percent format is "55%", a date is year-month-day.
    notes : list of str

    Raises
    ------
    StudyError
        If it is not such a file, several sheets have something in them, or a formula has no stored result.
    """
    book, formulas = _open(content, name)
    chosen, beside = _chosen_sheet(book, name, sheet, is_header)
    without = _without_result(chosen, formulas[chosen.title])
    if without:
        raise StudyError(
            f"{name} holds formulas without a result",
            needed="values",
            found=", ".join(without[:5]) + (" ..." if len(without) > 5 else ""),
            todo="Open it in a table program, save it there, and take it again",
        )
    lines = [
        Line(number, tuple(_text(cell) for cell in cells))
        for number, cells in enumerate(chosen.iter_rows(), start=1)
    ]
    notes = [f"sheet {chosen.title!r} of an .xlsx file"]
    if beside:
        notes.append(f"sheets left out, without a table: {', '.join(map(repr, beside))}")
    if chosen.merged_cells.ranges:
        notes.append(
            f"{len(chosen.merged_cells.ranges)} merged cells: the value counts for the first of them only"
        )
    return lines, notes


def _chosen_sheet(
    book: Any, name: str, sheet: str | None, is_header: HeaderTest | None
) -> tuple[Any, list[str]]:
    """The sheet with the table, and the names of those without one."""
    if sheet is not None:
        filled = [s for s in book.worksheets if s.title == sheet]
    else:
        filled = [s for s in book.worksheets if s.sheet_state == "visible" and _has_content(s)]
        if len(filled) > 1 and is_header is not None:
            tables = [s for s in filled if _has_header(s, is_header)]
            if len(tables) == 1:
                return tables[0], [s.title for s in filled if s is not tables[0]]
    if len(filled) == 1:
        return filled[0], []
    raise StudyError(
        f"{name} cannot be read",
        needed="one sheet with a table" if sheet is None else f"the sheet {sheet!r}",
        found=_titles(filled or book.worksheets) if filled or sheet else "no sheet with content",
        todo="Say which with --sheet" if filled else None,
    )


def _titles(sheets: Iterable[Any]) -> str:
    return ", ".join(repr(sheet.title) for sheet in sheets)


def _open(content: bytes, name: str) -> tuple[Any, Any]:
    library = openpyxl()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise StudyError(
                    f"{name} is too large for a table",
                    needed=f"at most {size_text(LARGEST_UNPACKED)} unpacked",
                )
        # openpyxl parses what others wrote, and its errors are of many kinds.
        book = library.load_workbook(io.BytesIO(content), data_only=True)
        return book, library.load_workbook(io.BytesIO(content))
    except StudyError:
        raise
    except Exception as error:
        raise StudyError(
            f"{name} cannot be read",
            needed="an .xlsx file",
            found=type(error).__name__,
            todo="Save it as CSV UTF-8",
        ) from error


def _has_content(sheet: Any) -> bool:
    return any(cell.value is not None for row in sheet.iter_rows() for cell in row)


def _has_header(sheet: Any, is_header: HeaderTest) -> bool:
    rows = itertools.islice(sheet.iter_rows(), 15)
    return any(is_header([_text(cell) for cell in row]) for row in rows)


def _without_result(sheet: Any, formulas: Any) -> list[str]:
    return [
        cell.coordinate
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f" and sheet[cell.coordinate].value is None
    ]


def _text(cell: "SheetCell") -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int | float):
        if "%" in (cell.number_format or ""):
            return f"{round(value * 100, 9):.12g}%"
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            value = int(value)
        return _with_leading_zeros(repr(value), cell.number_format or "")
    return str(value)


def _with_leading_zeros(text: str, number_format: str) -> str:
    """An id that the sheet shows as 007 is 007."""
    zeros = number_format if number_format and set(number_format) == {"0"} else ""
    return text.zfill(len(zeros)) if text.isdigit() else text


class SheetContent(Protocol):
    """What a template is made of; see `sheet_bytes`."""

    @property
    def title(self) -> str:
        """Name of the sheet."""

    @property
    def columns(self) -> Sequence[str]:
        """Headers, in order."""

    @property
    def rows(self) -> Sequence[Mapping[str, str]]:
        """Column -> text."""

    @property
    def choices(self) -> Mapping[str, Sequence[str]]:
        """Column -> allowed texts."""

    @property
    def cell_choices(self) -> Mapping[tuple[int, str], Sequence[str]]:
        """Row and column -> allowed texts of that cell."""

    @property
    def notes(self) -> Mapping[str, str]:
        """Column -> what it says when pointed at."""


# Empty rows below the filled ones that are text as well, and have the drop-downs.
_MORE_ROWS = 100


def sheet_bytes(content: SheetContent) -> bytes:
    """Content of an .xlsx template: every cell is text, columns with choices have drop-downs.

    Parameters
    ----------
    content : SheetContent
        Columns, rows of text, choices by column or cell, and notes that stand as comments at the column names.

    Raises
    ------
    StudyError
        If openpyxl is not installed.
    """
    library = openpyxl()
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = library.Workbook()
    sheet, allowed = book.active, book.create_sheet("allowed values")
    sheet.title = content.title
    last = len(content.rows) + 1 + _MORE_ROWS
    for position, column in enumerate(content.columns, start=1):
        letter = get_column_letter(position)
        head = sheet.cell(1, position, column)
        head.font = Font(bold=True)
        if content.notes.get(column):
            head.comment = Comment(content.notes[column], "HER2LowMRI", width=320, height=120)
        sheet.column_dimensions[letter].width = max(12, min(40, len(column) + 3))
        for line in range(2, last + 1):
            row = content.rows[line - 2] if line - 2 < len(content.rows) else {}
            # As text, or "1+" of one program becomes the number 1 of another.
            sheet.cell(line, position, row.get(column) or None).number_format = "@"
        values = list(content.choices.get(column, ()))
        for place, value in enumerate([column, *values] if values else [], start=1):
            allowed.cell(place, position, value).number_format = "@"
        if values:
            formula = f"'allowed values'!${letter}$2:${letter}${len(values) + 1}"
            _drop_down(sheet, f"{letter}2:{letter}{last}", formula)
    for (place, column), few in content.cell_choices.items():
        letter = get_column_letter(content.columns.index(column) + 1)
        formula = '"' + ",".join(few) + '"'
        # Excel takes no longer list; the answers of both sides stand beside it.
        if len(formula) <= 255:
            _drop_down(sheet, f"{letter}{place + 2}", formula)
    allowed.sheet_state = "hidden"
    sheet.freeze_panes = "B2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _drop_down(sheet: Any, cells: str, formula: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    # People may type what the list does not have: the reader of the table understands or asks.
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(rule)
    rule.add(cells)
