"""Somebody who sits at the panel: clicks, types and draws, and counts what it took."""

from pathlib import Path

import numpy as np
from PySide6 import QtCore, QtTest
from PySide6.QtWidgets import QCheckBox, QComboBox

from slicer_session import widgets

Key = QtCore.Qt.Key


class Answer:
    """``with Answer("Yes") as asked:`` somebody presses a key or that button in every question that comes up.

    Parameters
    ----------
    button : str
        "Yes", "No", or "Enter" for the key, which presses the default button.
    """

    def __init__(self, button):
        self.button, self.texts = button, []
        self._timer = QtCore.QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._press)

    def __enter__(self):
        self._timer.start()
        return self.texts

    def __exit__(self, *_error):
        self._timer.stop()

    def _press(self):
        from PySide6.QtWidgets import QApplication, QMessageBox

        boxes = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMessageBox)]
        for box in (box for box in boxes if box.isVisible()):
            self.texts.append(QMessageBox.property(box, "text"))
            if self.button == "Enter":
                QtTest.QTest.keyClick(QMessageBox.defaultButton(box), Key.Key_Return)
            else:
                QMessageBox.button(box, getattr(QMessageBox.StandardButton, self.button)).click()


MASS_KEYS = {
    "fgt": "2",
    "bpe": "3",
    "multifocal": "2",
    "t2_hyperintensity": "1",
    "peritumoral_edema": "2",
    "lesion_type": "1",
    "lesion_size_mm": "23",
    "mass_shape": "3",
    "mass_margin": "3",
    "mass_enhancement": "3",
}
NME_KEYS = MASS_KEYS | {"lesion_type": "2", "nme_distribution": "3", "nme_enhancement": "4"}


class Person:
    """One person at the panel.

    Parameters
    ----------
    session : Session
    panel : Panel
    truth : dict of str to Phantom
        What there is to see in each case.
    """

    def __init__(self, session, panel, truth):
        self.session, self.panel, self.truth = session, panel, truth
        self.interactions = 0

    # hands
    def clicks(self, button):
        """Click with the mouse, where the button can be hit."""
        assert button.isVisible(), f"{button.objectName} cannot be seen"
        assert button.isEnabled(), f"{button.objectName} cannot be pressed"
        self.interactions += 1
        # A check box is hit on its box and its text: in a language of short words, the middle of the row is neither.
        where = [QtCore.Qt.NoModifier, QtCore.QPoint(8, 8)] if isinstance(button, QCheckBox) else []
        QtTest.QTest.mouseClick(button, QtCore.Qt.LeftButton, *where)
        self.session.settle()

    def chooses(self, selector, node):
        """Choose a node in the list of a selector."""
        listed = selector.findChild(QComboBox)
        index = listed.findText(node.GetName())
        assert index >= 0, f"{node.GetName()} is not offered"
        listed.setCurrentIndex(index)
        listed.activated.emit(index)

    def presses(self, key, modifier=QtCore.Qt.NoModifier):
        """Press a key; it goes to the widget that has the focus, or to a shortcut."""
        self.interactions += 1
        QtTest.QTest.keyClick(self.focus(), key, modifier)
        self.session.settle()

    def focus(self):
        """The widget that has the focus."""
        from PySide6.QtWidgets import QApplication

        return QApplication.focusWidget() or self.session.window

    def types(self, text):
        """Type text, one key at a time."""
        for character in text:
            self.presses(character)

    def goes_on(self):
        """Press Ctrl+Enter."""
        self.presses(Key.Key_Return, QtCore.Qt.ControlModifier)

    def page(self, name):
        """The widgets of a page."""
        return self.panel.pages[name].ui

    # acts
    def sets_up_study(self, folder: Path, images: Path):
        """Make a study with a case for each folder of images."""
        ui = self.page("study")
        ui.newSection.collapsed = False
        self.session.settle()
        ui.newPath.currentPath = str(folder)
        ui.titleEdit.text = "Synthetic study"
        ui.imagesPath.currentPath = str(images)
        self.clicks(ui.keepNamesCheck)
        self.clicks(ui.createButton)
        return folder

    def enters(self, role: str):
        """Open the study in a role."""
        self.panel.go_to("study")
        ui = self.page("study")
        ui.roleCombo.setCurrentIndex(ui.roleCombo.findData(role))
        self.clicks(ui.openButton)
        assert self.panel.session.role == role, self.panel.ui.messageLabel.text

    def opens_next_case(self):
        """Take the first case that is not done."""
        self.clicks(self.page("study").nextOpenButton)
        return self.case_id

    @property
    def case_id(self):
        """The case that is open."""
        return self.panel.session.reading.case_id

    def draws(self, segment="lesion", mask=None, slices=None, grow=0):
        """Draw slice by slice, one stroke each.

        Parameters
        ----------
        mask : ndarray of bool, optional
            What to draw; the lesion of the case when left out.
        grow : int
            Voxels to shift the outline, so that two readers do not draw the same.
        """
        case = self.panel.session.case
        if mask is None:
            phantom = self.truth[case.name]
            mask = phantom.lesion if segment == "lesion" else phantom.exclusions[segment]
        mask = np.roll(mask, grow, axis=2)
        drawn = np.zeros_like(mask)
        for k in slices if slices is not None else np.flatnonzero(mask.any(axis=(1, 2))):
            drawn[k] = mask[k]
            widgets.paint(case.voi, segment, drawn, case.nodes["adc"])
        self.session.settle()
        return drawn

    def answers(self, keys=MASS_KEYS):
        """Answer the form by keyboard, question after question as the panel asks them."""
        page, reading = self.panel.pages["descriptors"], self.panel.session.reading
        assert self.panel.page is page, f"the form is not shown, but {self.panel.page.NAME}"
        while reading.missing():
            item = page.editor.item
            assert item.id not in reading.answers, f"the panel asks {item.id} again"
            self.types(keys[item.id])
            if item.kind != "choice":
                self.presses(Key.Key_Return)
            assert item.id in reading.answers, (
                f"{keys[item.id]} did not answer {item.id}; {self.focus()} has the focus"
            )

    def reads_case(self, keys=MASS_KEYS, grow=0):
        """Draw, answer and sign off the case that is open."""
        self.draws(grow=grow)
        self.draws("necrosis", grow=grow)
        self.goes_on()
        self.answers(keys)
        self.goes_on()
        self.goes_on()
        self.goes_on()
