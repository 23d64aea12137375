"""What sorting left open about the images of cases: the coordinator looks at a slice of each candidate and decides."""

from typing import TYPE_CHECKING

import qt
from slicer.i18n import tr as _

from HER2LowMRILib.gui.messages import progress
from HER2LowMRILib.gui.page import fill_table, set_columns
from HER2LowMRILib.gui.wording import counted
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.workflow.image_questions import (
    Candidate,
    ImageQuestion,
    candidates_of,
    open_image_questions,
)
from HER2LowMRILib.workflow.sort_cases import sort_cases

if TYPE_CHECKING:
    from HER2LowMRILib.gui.cohort_page import CohortPage

_SIZE_PX, _IN_A_ROW = 104, 3


class ImageQuestions:
    """The section of the page Cohort with questions about images.

    Parameters
    ----------
    page : CohortPage
    """

    def __init__(self, page: "CohortPage"):
        self._page, self._ui = page, page.ui
        self._questions: list[ImageQuestion] = []
        self._buttons: list[tuple[object, Candidate]] = []
        self._rows: list[object] = []
        self._shown: ImageQuestion | None = None
        set_columns(self._ui.imageQuestionTable, 2, wrap=True)
        self._ui.imageQuestionTable.connect(
            "currentCellChanged(int,int,int,int)", lambda *_cell: self._show_candidates()
        )
        self._ui.imageAnswerButton.connect("clicked()", lambda: self._answer(self._chosen()))
        self._ui.imageNoneButton.connect("clicked()", lambda: self._answer(()))
        self._ui.imageSection.connect("contentsCollapsed(bool)", self._opened)

    def refresh(self, view: CoordinatorView) -> None:
        """Show the questions that are open."""
        self._questions = open_image_questions(view)
        roles = {"t1": "T1", "t2": "T2", "dce": _("dynamic")}
        rows = [(one.case_id, roles.get(one.role, one.role), one.text) for one in self._questions]
        fill_table(self._ui.imageQuestionTable, rows)
        words = counted(len(rows), _("{count} question"), _("{count} questions"))
        self._ui.imageSection.text = _("Which images: {questions}").format(questions=words)
        self._ui.imageSection.visible = bool(rows)
        if self._ui.imageQuestionTable.currentRow() < 0 and rows:
            self._ui.imageQuestionTable.setCurrentCell(0, 0)
        self._show_candidates()

    def _opened(self, closed: bool) -> None:
        # Both do not fit into a window.
        self._ui.pathologySection.collapsed = not closed
        self._show_candidates()

    def _question(self) -> ImageQuestion | None:
        row = self._ui.imageQuestionTable.currentRow()
        return self._questions[row] if 0 <= row < len(self._questions) else None

    def _show_candidates(self) -> None:
        """Show a slice of each series that may be the answer; they are read only while somebody looks."""
        question = self._question()
        if question is self._shown or self._ui.imageSection.collapsed:
            return
        self._clear()
        self._shown = question
        if question is None:
            return
        with self._page.act(_("The images could not be shown.")):
            layout = self._ui.imageCandidateHost.layout()
            row = None
            for number, candidate in enumerate(candidates_of(self._page.session.view, question)):
                if number % _IN_A_ROW == 0:
                    row = qt.QHBoxLayout()
                    layout.addLayout(row)
                    self._rows.append(row)
                button = self._button(candidate)
                row.addWidget(button)
                self._buttons.append((button, candidate))
            if row is not None:
                row.addStretch(1)
        self._show_chosen()

    def _button(self, candidate: Candidate) -> object:
        button = qt.QToolButton(self._ui.imageCandidateHost)
        volumes = counted(candidate.volumes, _("{count} volume"), _("{count} volumes"))
        text = _("Series {number}").format(number=candidate.series)
        button.setText(f"{text}\n{volumes}")
        button.setToolTip(candidate.problem or candidate.description)
        button.setObjectName(f"candidate_{candidate.series}")
        button.setCheckable(True)
        button.setToolButtonStyle(qt.Qt.ToolButtonTextUnderIcon)
        if candidate.picture is not None:
            rows, columns = candidate.picture.shape
            # A portable grey map: Qt reads it without a file.
            content = f"P5 {columns} {rows} 255\n".encode() + candidate.picture.tobytes()
            pixmap = qt.QPixmap()
            pixmap.loadFromData(qt.QByteArray(content))
            button.setIcon(qt.QIcon(pixmap))
            button.setIconSize(qt.QSize(_SIZE_PX, _SIZE_PX))
        button.connect("clicked()", self._show_chosen)
        return button

    def _clear(self) -> None:
        for button, _candidate in self._buttons:
            button.hide()
            button.deleteLater()
        layout = self._ui.imageCandidateHost.layout()
        while layout.count():
            layout.takeAt(0)
        self._buttons, self._rows = [], []

    def _chosen(self) -> tuple:
        return tuple(candidate.series for button, candidate in self._buttons if button.checked)

    def _show_chosen(self) -> None:
        self._ui.imageAnswerButton.enabled = bool(self._chosen())
        self._ui.imageNoneButton.enabled = self._question() is not None

    def _answer(self, series: tuple) -> None:
        question = self._question()
        if question is None:
            return
        with self._page.act(_("The answer could not be kept.")):
            with progress(_("Sorting {case} …").format(case=question.case_id)) as dialog:
                done = sort_cases(
                    self._page.session.view, [question.case_id], {question.role: series}, dialog
                )
            self._page.panel.show_message(f"{done[0].case_id}: {done[0].text}")
        self.refresh(self._page.session.view)
