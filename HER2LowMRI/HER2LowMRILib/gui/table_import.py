"""A table taken over in the panel: looked at whole, everything open asked in one list, then taken whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.files.requirements import SHEETS
from HER2LowMRILib.files.spreadsheet import can_read_sheets
from HER2LowMRILib.files.understood_table import TableWishes
from HER2LowMRILib.gui.import_list import ImportList
from HER2LowMRILib.gui.packages import ensure
from HER2LowMRILib.gui.page import UI_FOLDER, Page
from HER2LowMRILib.gui.wording import counted
from HER2LowMRILib.workflow.table_request import TableRequest, keep_answers


@dataclass(frozen=True)
class TableKind:
    """One kind of table of a role.

    Attributes
    ----------
    look : callable
        (file, wishes) -> plan: ``table``, ``changes``, ``problems``.
    take : callable
        Plan -> what was done, in words.
    answers_file : callable
        Where the role's answers are kept.
    """

    look: Callable[[Path, TableWishes], Any]
    take: Callable[[Any], str]
    answers_file: Callable[[], Path]


class TableImport:
    """Path, *Look*, *Take over* and the list of a panel's page.

    Parameters
    ----------
    page : Page
        Shows messages, and is refreshed when a table was taken.
    widgets : tuple
        Path edit, look button, take button, table.
    kind : callable
        The kind of table that is chosen now.
    """

    def __init__(self, page: Page, widgets: tuple[Any, ...], kind: Callable[[], TableKind]):
        self._page, self._kind = page, kind
        self._path, look, self._take_button, table = widgets
        self.list, self._wishes = ImportList(table), TableWishes()
        look.connect("clicked()", self._look)
        self._take_button.connect("clicked()", self._take)
        self._path.connect("currentPathChanged(QString)", lambda _path: self.clear())

    def clear(self) -> None:
        """Forget the table that was looked at."""
        self.list.clear()
        self._take_button.enabled = False

    def _look(self) -> None:
        """Show what the table would change, or ask."""
        with self._page.act(_("The table cannot be read.")):
            self._wishes = TableRequest(self._file()).wishes(self._kind().answers_file())
            self._show_plan()

    def _file(self) -> Path:
        text = self._path.currentPath
        if not text:
            raise HER2LowMRIError(_("No table is chosen"), needed=_("a CSV or .xlsx file"))
        return Path(text)

    def _show_plan(self) -> Any:
        file = self._file()
        if file.suffix.lower() == ".xlsx" and not can_read_sheets():
            # Without it the reader of tables says what to do.
            ensure(SHEETS)
        plan = self._kind().look(file, self._wishes)
        self.list.show(plan)
        self._take_button.enabled = not plan.problems
        questions = counted(len(plan.table.questions), _("{count} question"), _("{count} questions"))
        fields = counted(len(plan.changes), _("{count} field"), _("{count} fields"))
        self._page.panel.show_message(
            _("{fields} would change, {questions} open; nothing is written yet.").format(
                fields=fields, questions=questions
            )
        )
        return plan

    def _take(self) -> None:
        with self._page.act(_("The table could not be taken over.")):
            kind, said = self._kind(), self._wishes
            self._wishes = TableWishes(said.columns, said.answers + self.list.answers(), said.sheet)
            plan = self._show_plan()
            if plan.table.questions or plan.problems:
                return
            words = kind.take(plan)
            keep_answers(kind.answers_file(), plan.table, self._wishes)
            self.clear()
            self._page.panel.show_message(words)
            self._page.refresh("answers")
            self._page.panel.header.show()


def table_section(page: Page, layout: Any, kind: Callable[[], TableKind]) -> tuple[TableImport, Any]:
    """Put the section *Take over a table* at the end of a layout; returns the import and its widgets by name."""
    widget = slicer.util.loadUI(str(UI_FOLDER / "TableImport.ui"))
    ui = slicer.util.childWidgetVariables(widget)
    layout.addWidget(widget)
    parts = (ui.tablePath, ui.tableLookButton, ui.tableTakeButton, ui.tableList)
    return TableImport(page, parts, kind), ui
