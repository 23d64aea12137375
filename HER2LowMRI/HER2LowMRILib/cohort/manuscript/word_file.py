"""Tables and figure legends as a Word file, the same bytes for the same numbers."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from HER2LowMRILib.cohort.manuscript.journal_style import JournalStyle
from HER2LowMRILib.cohort.manuscript.journal_table import Cell, JournalTable
from HER2LowMRILib.cohort.report.figures import Drawing, rendered

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

_FONT, _SIZE = "Times New Roman", 9
_WIDE_COLUMNS = 9
_SMALLEST_DATE = (1980, 1, 1, 0, 0, 0)
_WIDTH_CM, _FIRST_COLUMN_CM, _FIRST_OF_WIDE_CM, _FIGURE_CM = 26.0, 6.4, 2.8, 25.0


def word_file(
    title: str,
    tables: Sequence[JournalTable],
    drawings: Sequence[Drawing],
    style: JournalStyle,
    banner: str = "",
    methods: Sequence[str] = (),
) -> bytes:
    """Build the file.

    Parameters
    ----------
    title : str
    tables : sequence of JournalTable
    drawings : sequence of Drawing
        Shown small with their legends; the files for print are their own.
    style : JournalStyle
    banner : str
        What has to stand at the head, as that the data are made up.
    methods : sequence of str
        Paragraphs on the statistics, behind the figures.
    """
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(_SIZE)
    _say(document, title, bold=True, size=14)
    if banner:
        _say(document, banner, bold=True)
    for position, table in enumerate(tables):
        _add_table(document, table, style, new_page=position > 0)
    for number, drawing in enumerate(drawings, start=1):
        _add_figure(document, number, drawing)
    for position, paragraph in enumerate(methods):
        if position == 0:
            heading = _say(document, "Statistical methods", bold=True, size=12)
            heading.paragraph_format.page_break_before = True
            heading.paragraph_format.keep_with_next = True
        _say(document, paragraph, size=10)
    content = io.BytesIO()
    document.save(content)
    return _without_dates(content.getvalue())


def _say(document: "Document", text: str, *, bold: bool = False, size: float = _SIZE) -> "Paragraph":
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size, run.font.name = bold, Pt(size), _FONT
    paragraph.paragraph_format.space_after = Pt(3)
    return paragraph


def _add_table(document: "Document", table: JournalTable, style: JournalStyle, *, new_page: bool) -> None:
    from docx.shared import Cm

    caption = _say(document, table.caption, bold=True, size=10)
    caption.paragraph_format.page_break_before = new_page
    caption.paragraph_format.keep_with_next = True
    grid = document.add_table(rows=1, cols=len(table.header))
    grid.autofit = False
    wide = len(table.header) >= _WIDE_COLUMNS
    first = _FIRST_OF_WIDE_CM if wide else _FIRST_COLUMN_CM
    others = (_WIDTH_CM - first) / (len(table.header) - 1)
    widths = [Cm(first), *[Cm(others)] * (len(table.header) - 1)]
    for cell, text in zip(grid.rows[0].cells, table.header, strict=True):
        _write_header(cell, text, style)
    _repeat_on_every_page(grid.rows[0])
    for row in table.rows:
        line = grid.add_row()
        _keep_together(line)
        if len(row) == 1:
            joined = line.cells[0].merge(line.cells[-1])
            _write(joined, row[0], bold=True)
            # A heading does not stay behind at the foot of a page.
            _paragraph(joined).paragraph_format.keep_with_next = True
            continue
        for cell, content in zip(line.cells, row, strict=True):
            _write(cell, content, size=8 if wide else _SIZE)
    # Word reads the width of the cells, other programs that of the columns.
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for line in grid.rows:
        for cell, width in zip(line.cells, widths, strict=True):
            cell.width = width
    _rule(grid.rows[0], "top", 8)
    _rule(grid.rows[0], "bottom", 6)
    _rule(grid.rows[-1], "bottom", 8)
    notes = [(mark, style.text(text) if style.decimal != "." else text) for mark, text in table.footnotes]
    for text in (text for mark, text in notes if not mark):
        _add_footnote(document, [("", text)])
    marked = [note for note in notes if note[0]]
    if marked:
        _add_footnote(document, marked)


def _add_footnote(document: "Document", notes: Sequence[tuple[str, str]]) -> None:
    """One paragraph of notes, each behind its mark."""
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.keep_together = True
    for number, (mark, text) in enumerate(notes):
        if mark:
            run = paragraph.add_run(f"{'  ' if number else ''}{mark}")
            run.font.superscript, run.font.size = True, Pt(8)
        run = paragraph.add_run(f" {text}" if mark else text)
        run.font.size = Pt(8)


def _write_header(cell: "_Cell", text: str, style: JournalStyle) -> None:
    """A header with the symbol of p in italics."""
    paragraph = _paragraph(cell)
    for part in re.split(rf"\b({style.p_symbol})\b", text):
        run = paragraph.add_run(part)
        run.bold, run.italic = True, part == style.p_symbol


def _write(cell: "_Cell", content: Cell, *, bold: bool = False, size: float = _SIZE) -> None:
    from docx.shared import Cm, Pt

    paragraph = _paragraph(cell)
    if content.level:
        paragraph.paragraph_format.left_indent = Cm(0.4 * content.level)
    run = paragraph.add_run(content.text)
    run.bold, run.font.size = bold, Pt(size)
    if content.mark:
        paragraph.add_run(content.mark).font.superscript = True


def _paragraph(cell: "_Cell") -> "Paragraph":
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _add_figure(document: "Document", number: int, drawing: Drawing) -> None:
    from docx.shared import Cm

    picture = document.add_paragraph()
    picture.paragraph_format.page_break_before = True
    picture.paragraph_format.keep_with_next = True
    width, height = drawing.figure.get_size_inches()
    # As large as the page allows, its legend below it.
    scale = min(_FIGURE_CM / (2.54 * width), 14.0 / (2.54 * height), 1.2)
    png = rendered(drawing.figure, "png", dpi=200)
    picture.add_run().add_picture(io.BytesIO(png), width=Cm(2.54 * width * scale))
    paragraph = _say(document, f"Figure {number}. ", bold=True)
    paragraph.add_run(drawing.legend)


def _repeat_on_every_page(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_together(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _rule(row: Any, side: str, eighths: int) -> None:
    """A line above or below a row, in eighths of a point."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in row.cells:
        properties = cell._tc.get_or_add_tcPr()
        borders = properties.find(qn("w:tcBorders"))
        if borders is None:
            borders = OxmlElement("w:tcBorders")
            properties.append(borders)
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)


def _without_dates(content: bytes) -> bytes:
    """The same archive with the dates of its members set to the earliest that ZIP knows."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as read,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in read.namelist():
            written.writestr(zipfile.ZipInfo(name, _SMALLEST_DATE), read.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
