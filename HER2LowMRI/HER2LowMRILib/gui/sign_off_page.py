"""Sign off: what will be locked, what is still missing, then the next case."""

from slicer.i18n import tr as _

from HER2LowMRILib.gui.lexicon_words import label_text
from HER2LowMRILib.gui.messages import confirmed
from HER2LowMRILib.gui.page import Page, fill_table, set_columns
from HER2LowMRILib.gui.study_page import state_text
from HER2LowMRILib.gui.wording import size_of_voi, voxels
from HER2LowMRILib.session.reading_session import SINGLE
from HER2LowMRILib.study.references import Reference

# Column of the summary.
_REFERENCE = 2


class SignOffPage(Page):
    """The last look before a reading is locked."""

    UI, NAME = "SignOffPage.ui", "sign_off"

    def title(self) -> str:
        """Name on the page's button."""
        return _("Sign off")

    def setup(self) -> None:
        """Connect the widgets; once."""
        ui = self.ui
        set_columns(ui.summaryTable, 0, 1, 2, wrap=True)
        ui.summaryTable.setColumnHidden(_REFERENCE, True)
        ui.commentEdit.connect("editingFinished()", self._comment_typed)
        ui.signButton.connect("clicked()", self.sign_off)
        ui.amendButton.connect("clicked()", self._amend)
        ui.amendEdit.connect("returnPressed()", self._amend)

    def enter(self) -> None:
        """Show what would be locked now."""
        self.refresh("case")
        if self.ui.signButton.isEnabled():
            self.ui.signButton.setFocus()

    def leave(self) -> None:
        """Keep the remark that is being typed."""
        self._comment_typed()

    def is_done(self) -> bool:
        """Whether the reading is locked."""
        reading = self.session.reading
        return self.session.is_reader and reading is not None and not reading.is_open

    def refresh(self, topic: str) -> None:
        """Show the reading in short."""
        if topic == "saved":
            return
        session, ui = self.session, self.ui
        reading, case = session.reading, session.case
        if case is None:
            # A reason of one case is none of the next.
            ui.amendEdit.text = ""
        shown = session.is_reader and reading is not None and case is not None
        self.widget.setEnabled(shown)
        if not shown:
            fill_table(ui.summaryTable, [])
            ui.summaryTable.setColumnHidden(_REFERENCE, True)
            ui.stateLabel.text = ui.missingLabel.text = ""
            return
        single = session.role == SINGLE
        rows, warned = [], range(0)
        measured = case.measurement
        if reading.exclusion:
            rows.append((_("Excluded"), reading.exclusion, ""))
        if measured is not None:
            rows.append((_("VOI"), size_of_voi(measured.geometry), ""))
            rows.append((_("Left out of it"), self._left_out(), ""))
            doubt = session.doubtful_size() if reading.is_open else None
            told = [*map(str, measured.warnings), *([self._doubt(doubt)] if doubt is not None else [])]
            warned = range(len(rows), len(rows) + len(told))
            rows += [(f"⚠ {text}", "", "") for text in told]
        values = reading.form.values_for_row(reading.answers)
        reference = getattr(reading, "reference", None)
        rows += _answer_rows(reading, values, reference)
        if reference is not None and reference.comment:
            warned = [*warned, len(rows)]
            rows.append((reference.comment, "", ""))
        fill_table(ui.summaryTable, rows)
        ui.summaryTable.setColumnHidden(_REFERENCE, reference is None)
        ui.summaryTable.clearSpans()
        for row in warned:
            ui.summaryTable.setSpan(row, 0, 1, 3)
        missing = session.missing_for_sign_off()
        ui.missingLabel.text = (
            _("Missing: {what}").format(what=", ".join(missing)) if missing else _("Nothing is missing.")
        )
        ui.missingLabel.visible = reading.is_open
        ui.stateLabel.text = (
            _("A single case is not signed off: save the row on the page Features.")
            if single
            else (_("{case}: {state}").format(case=reading.case_id, state=state_text(reading.state)))
        )
        locked = _("What will be locked") if reading.is_open else _("What is locked")
        ui.summaryTable.horizontalHeaderItem(1).setText(locked)
        ui.signButton.visible = reading.is_open and not single
        ui.signButton.enabled = not missing
        ui.amendSection.visible = not reading.is_open
        ui.commentEdit.enabled = reading.is_open
        if ui.commentEdit.text != reading.comment and not ui.commentEdit.modified:
            ui.commentEdit.text = reading.comment

    def _left_out(self) -> str:
        parts = [f"{name} {voxels(count)}" for name, count in self.session.exclusions_drawn().items()]
        return ", ".join(parts) or _("nothing")

    def _doubt(self, doubt: tuple[float, float, float]) -> str:
        size, volume, longest = doubt
        return _(
            "A lesion of {size:g} mm hardly fits an outline of {volume:.2f} cm³ that is {longest:.0f} mm long."
        ).format(size=size, volume=volume, longest=longest)

    def _comment_typed(self) -> None:
        edit = self.ui.commentEdit
        if edit.modified and self.session.can_edit:
            edit.modified = False
            with self.act(_("The remark could not be saved.")):
                self.session.set_comment(edit.text)

    def sign_off(self) -> None:
        """Lock the reading and open the next case."""
        with self.act(_("The case could not be signed off.")):
            self._comment_typed()
            self.panel.voi_autosave.settle()
            doubt = self.session.doubtful_size()
            if doubt is not None and not confirmed(
                _("{doubt} Sign off all the same?").format(doubt=self._doubt(doubt)), _("Lesion size")
            ):
                return
            name = self.session.reading.case_id
            waiting = () if self.session.reading.exclusion else self.session.origins.unconfirmed
            if waiting and not self._accepts(waiting):
                self.panel.go_to("voi")
                return
            self.session.sign_off(accept_unconfirmed=bool(waiting))
            self.panel.after_sign_off(name)

    def _accepts(self, waiting: tuple[int, ...]) -> bool:
        text = _(
            "{count} interpolated slices were not looked at: {slices}.\n\nSign off all the same? Their number is kept "
            "with the reading. Otherwise go through them with N in the effect “Assisted outline”."
        )
        slices = ", ".join(str(k + 1) for k in waiting)
        return confirmed(text.format(count=len(waiting), slices=slices), _("Interpolated slices"))

    def _amend(self) -> None:
        with self.act(_("The reading could not be opened again.")):
            self.session.amend(self.ui.amendEdit.text)
            self.ui.amendEdit.text = ""
            self.panel.go_to("voi")

    def keys(self) -> list[tuple[str, str]]:
        """Keys of this page, for the help."""
        return [(_("Ctrl+Enter"), _("sign off and open the next case"))]


def _answer_rows(reading: object, values: dict, reference: Reference | None) -> list[tuple[str, ...]]:
    """Question, own answer and, of a case to train on, what it was agreed to show; ≠ marks what differs."""
    agreed = reference.answers if reference is not None else {}
    asked = {item.id for item in reading.form.questions(reading.answers)}
    rows = []
    for item in reading.form.lexicon.items:
        own = values[item.id]
        if item.id in agreed or (item.id in asked and (item.required or own is not None)):
            right = label_text(item.label_of(agreed.get(item.id)))
            mark = "≠ " if item.id in agreed and agreed[item.id] != own else ""
            rows.append((label_text(item.label), label_text(item.label_of(own)) or "–", mark + right))
    return rows
