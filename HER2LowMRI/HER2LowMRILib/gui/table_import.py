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


def would_change(fields: int) -> str:
    """What a table does to what is there already."""
    return counted(fields, _("{count} field would change"), _("{count} fields would change"))


def would_be_added(new: int) -> str:
    """What a table or folder of cases does."""
    return counted(new, _("{count} case would be added"), _("{count} cases would be added"))


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
    effect : callable
        Number of changes -> what they would do, in words.
    """

    look: Callable[[Path, TableWishes], Any]
    take: Callable[[Any], str]
    answers_file: Callable[[], Path]
    effect: Callable[[int], str] = would_change


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
    make_room : callable, optional
        Told whether the list is shown, where the page has other things in its place.
    """

    def __init__(
        self,
        page: Page,
        widgets: tuple[Any, ...],
        kind: Callable[[], TableKind],
        make_room: Callable[[bool], None] | None = None,
    ):
        self._page, self._kind, self._make_room = page, kind, make_room
        self._path, look, self._take_button, table = widgets
        self.list, self._wishes = ImportList(table), TableWishes()
        look.connect("clicked()", self._look)
        self._take_button.connect("clicked()", self._take)
        self._path.connect("currentPathChanged(QString)", lambda _path: self.clear())

    def clear(self) -> None:
        """Forget the table that was looked at."""
        if self._make_room is not None and self.list.states:
            self._make_room(False)
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
            raise HER2LowMRIError(_("No table is chosen"), needed=_("a CSV or .xlsx file, or a folder"))
        return Path(text)

    def _show_plan(self) -> Any:
        file = self._file()
        if file.suffix.lower() == ".xlsx" and not can_read_sheets():
            # Without it the reader of tables says what to do.
            ensure(SHEETS)
        kind = self._kind()
        plan = kind.look(file, self._wishes)
        if self._make_room is not None and not self.list.states:
            self._make_room(True)
        self.list.show(plan)
        # Answers may settle what keeps rows out.
        self._take_button.enabled = bool(plan.table.questions) or not plan.problems
        questions = counted(len(plan.table.questions), _("{count} question"), _("{count} questions"))
        text = _("{effect}, {questions} open; nothing is written yet.")
        effect = kind.effect(len(plan.changes))
        self._page.panel.show_message(text.format(effect=effect, questions=questions))
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
            self._page.panel.say(words)
            self._page.refresh("answers")
            self._page.panel.header.show()


def table_section(page: Page, layout: Any, kind: Callable[[], TableKind]) -> tuple[TableImport, Any]:
    """Put the section *Take over a table* at the end of a layout; returns the import and its widgets by name."""
    widget = slicer.util.loadUI(str(UI_FOLDER / "TableImport.ui"))
    ui = slicer.util.childWidgetVariables(widget)
    layout.addWidget(widget)
    parts = (ui.tablePath, ui.tableLookButton, ui.tableTakeButton, ui.tableList)
    return TableImport(page, parts, kind), ui
