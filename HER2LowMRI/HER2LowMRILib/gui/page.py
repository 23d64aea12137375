"""What every page of the panel has in common."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import qt
import slicer

from HER2LowMRILib.gui.messages import guarded

if TYPE_CHECKING:
    from HER2LowMRILib.gui.panel import Panel
    from HER2LowMRILib.session.reading_session import ReadingSession

UI_FOLDER = Path(__file__).resolve().parents[2] / "Resources" / "UI"


class Page:
    """One step of the work: a widget from a .ui file, filled from the session.

    Parameters
    ----------
    panel : Panel
        Shows messages and progress, and leads from page to page.
    session : ReadingSession
        What is worked on.
    """

    UI: ClassVar[str] = ""
    NAME: ClassVar[str] = ""

    def __init__(self, panel: "Panel", session: "ReadingSession"):
        self.panel, self.session = panel, session
        self.widget = slicer.util.loadUI(str(UI_FOLDER / self.UI))
        self.ui = slicer.util.childWidgetVariables(self.widget)
        self.widget.setMRMLScene(slicer.mrmlScene)
        self.filling = False
        # What happened while the page was hidden.
        self.unheard: list[str] = []
        self.setup()

    def title(self) -> str:
        """Name on the page's button."""
        raise NotImplementedError

    def act(self, message: str) -> AbstractContextManager[None]:
        """Run an act of the user, see ``guarded``; what was said of the act before goes away."""
        self.panel.show_message("")
        return guarded(self.panel.say, message)

    def setup(self) -> None:
        """Connect the widgets; once."""

    def enter(self) -> None:
        """Go on when the page comes up."""

    def leave(self) -> None:
        """Stop when another page comes up, or the module is left."""

    def refresh(self, topic: str) -> None:
        """Show what is so now; `topic` says what changed."""

    @property
    def is_up(self) -> bool:
        """Whether this is the page at work, also while the reader has the panel folded away."""
        return self.panel.entered and self.panel.page is self

    def is_done(self) -> bool:
        """Whether this step of the case at hand is complete."""
        return False

    def close(self) -> None:
        """Let go of everything; the panel goes away."""


def shortcut(key: str, widget: object, slot: object, whole_panel: bool = False) -> object:
    """Make a key that works while the focus is in a widget.

    Parameters
    ----------
    key : str
        As in ``QKeySequence``.
    whole_panel : bool
        Work wherever the focus is in the window; the owner switches it off when its page is not shown.

    Returns
    -------
    QShortcut
    """
    made = qt.QShortcut(qt.QKeySequence(key), widget)
    made.setContext(qt.Qt.WindowShortcut if whole_panel else qt.Qt.WidgetWithChildrenShortcut)
    made.connect("activated()", slot)
    return made


def timer(owner: object, milliseconds: int, once: bool, slot: object) -> object:
    """Make a timer that stands still until it is started.

    Parameters
    ----------
    owner : QWidget
    milliseconds : int
    once : bool
        Otherwise it goes on until it is stopped.
    slot : callable

    Returns
    -------
    QTimer
    """
    made = qt.QTimer(owner)
    made.setSingleShot(once)
    made.setInterval(milliseconds)
    made.connect("timeout()", slot)
    return made


def scroll_to(widget: object) -> None:
    """Have Slicer's module panel scroll to a widget that came up below its edge."""
    area = widget.parent()
    while area is not None and not area.inherits("QScrollArea"):
        area = area.parent()
    if area is not None:
        area.ensureWidgetVisible(widget)


def fill_table(table: object, rows: list[tuple[str, ...]], tips: list[str] | None = None) -> None:
    """Write texts into a table in place of what was there, keeping the marked row."""
    row = table.currentRow()
    blocked = table.blockSignals(True)
    table.setRowCount(len(rows))
    for number, texts in enumerate(rows):
        for column, text in enumerate(texts):
            item = table.item(number, column)
            if item is None:
                item = qt.QTableWidgetItem()
                table.setItem(number, column, item)
            item.setText(text)
            item.setToolTip(tips[number] if tips else text)
    if 0 <= row < len(rows):
        table.setCurrentCell(row, 0)
    table.blockSignals(blocked)


def set_columns(table: object, *stretched: int, wrap: bool = False, row_height: int = 22) -> None:
    """Let columns share the width that is left, the others take what they need.

    Parameters
    ----------
    stretched : int
        Numbers of the columns that share the rest.
    wrap : bool
        Break long texts into lines instead of cutting them.
    """
    header = table.horizontalHeader()
    header.setStretchLastSection(False)
    header.setHighlightSections(False)
    for column in range(table.columnCount):
        header.setSectionResizeMode(
            column, qt.QHeaderView.Stretch if column in stretched else qt.QHeaderView.ResizeToContents
        )
    rows = table.verticalHeader()
    rows.setVisible(False)
    rows.setDefaultSectionSize(row_height)
    if wrap:
        table.wordWrap = True
        rows.setMinimumSectionSize(row_height)
        rows.setSectionResizeMode(qt.QHeaderView.ResizeToContents)


# A label of text in the panel is never narrower [pixels].
_LEAST_TEXT_WIDTH = 200
# What a scroll bar takes from a page when its contents become higher, perhaps by this very text [pixels].
_SCROLL_BAR = 20


class WholeText:
    """A text of several lines in a label that no neighbour may press together: its lines would be cut.

    Parameters
    ----------
    label : QLabel
    """

    def __init__(self, label: object):
        self._label = label
        # A label of a page that comes up gets its width when the events have run.
        self._soon = timer(label, 0, True, self._fit)

    def show(self, text: str) -> None:
        """Write the text."""
        # Else the height of a longer text before it would stay.
        self._label.text, self._label.minimumHeight = text, 0
        self._fit()
        self._soon.start()

    def _fit(self) -> None:
        label, width = self._label, self._label.geometry.width()
        # Before it has its place a label is as narrow as Qt makes it, and would become very high.
        known = label.text and width >= _LEAST_TEXT_WIDTH
        label.minimumHeight = label.heightForWidth(width - _SCROLL_BAR) if known else 0
