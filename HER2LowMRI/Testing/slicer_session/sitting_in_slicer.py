"""A random sitting inside a real Slicer: acts come from a timer, strokes are mouse events of Qt in the slice views."""

import traceback
from pathlib import Path

import qt
import slicer

from slicer_session.sitting import Sitting
from slicer_session.sitting_ground import Hands

# Between two acts; autosave waits longer than most of these.
_BETWEEN_MS = 15
_BOX = "QMessageBox"


class SlicerHands(Hands):
    """Mouse events in slice views, modules by the module selector, and the default answer to every question."""

    def __init__(self):
        self.asked = []
        self._timer = qt.QTimer()
        self._timer.setInterval(50)
        self._timer.connect("timeout()", self._answer)
        self._timer.start()

    def _answer(self):
        widget = qt.QApplication.activeModalWidget()
        if widget is None:
            return
        if widget.inherits(_BOX):
            self.asked.append(str(widget.text))
            button = widget.button(qt.QMessageBox.Yes) or widget.button(qt.QMessageBox.Ok)
            if button is not None:
                button.click()
            else:
                widget.accept()
        elif not widget.inherits("QProgressDialog"):
            self.asked.append(f"{widget.className()} {widget.windowTitle}")
            widget.close()

    def settle(self):
        slicer.app.processEvents()

    def stroke(self, panel, segment, erase, rng):
        editor = panel.pages["voi"].editor
        editor.setCurrentSegmentID(segment)
        editor.setActiveEffectByName("Erase" if erase else "Paint")
        effect = editor.activeEffect()
        effect.setCommonParameter("BrushAbsoluteDiameter", float(rng.uniform(4, 20)))
        effect.setCommonParameter("BrushDiameterIsRelative", 0)
        self._draw_in(
            str(rng.choice(("HER2LowMRI_ADC", "HER2LowMRI_D", "HER2LowMRI_K", "HER2LowMRI_Image"))), rng
        )
        if rng.random() < 0.5:
            editor.setActiveEffect(None)

    def core_stroke(self, case, rng):
        if slicer.util.selectedModule() != "SegmentEditor":
            slicer.util.selectModule("SegmentEditor")
        editor = slicer.util.getModuleWidget("SegmentEditor").editor
        editor.setSegmentationNode(case.voi)
        editor.setSourceVolumeNode(case.drawn_on)
        editor.setCurrentSegmentID("lesion")
        editor.setActiveEffectByName("Paint")
        layout = slicer.app.layoutManager()
        names = [name for name in layout.sliceViewNames() if layout.sliceWidget(name).visible]
        if names:
            name = str(rng.choice(names))
            layout.sliceWidget(name).sliceController().fitSliceToBackground()
            self._draw_in(name, rng)
        editor.setActiveEffect(None)

    def click(self, view, across, down):
        widget = slicer.app.layoutManager().sliceWidget(view).sliceView().VTKWidget()
        self._mouse(widget, [(int(widget.width * across), int(widget.height * down))])

    def _draw_in(self, name, rng):
        widget = slicer.app.layoutManager().sliceWidget(name).sliceView().VTKWidget()
        x, y = int(widget.width * rng.uniform(0.3, 0.7)), int(widget.height * rng.uniform(0.3, 0.7))
        path = [(x + int(rng.integers(-20, 20)) * n, y + 4 * n) for n in range(int(rng.integers(1, 4)))]
        self._mouse(widget, path or [(x, y)])

    def _mouse(self, widget, path):
        left, none = qt.Qt.LeftButton, qt.Qt.NoButton

        def send(kind, place, button, buttons):
            event = qt.QMouseEvent(kind, qt.QPointF(*place), button, buttons, qt.Qt.NoModifier)
            qt.QApplication.sendEvent(widget, event)

        send(qt.QEvent.MouseMove, path[0], none, none)
        send(qt.QEvent.MouseButtonPress, path[0], left, left)
        for place in path[1:]:
            send(qt.QEvent.MouseMove, place, none, left)
        send(qt.QEvent.MouseButtonRelease, path[-1], left, none)

    def other_module(self, name):
        slicer.util.selectModule(name)

    def our_module(self):
        slicer.util.selectModule("HER2LowMRI")

    def key(self, text):
        slicer.util.getModuleWidget("HER2LowMRI").panel.pages["descriptors"].editor.key(text)


def begin(folder: Path, study: Path, seed: list, acts: int) -> Sitting:
    """Open the study and go on by a timer until all acts are done, or something does not hold."""
    sitting = Sitting(
        lambda: slicer.util.getModuleWidget("HER2LowMRI").panel, SlicerHands(), folder, study, seed
    )
    sitting.begin()
    timer = qt.QTimer()
    timer.setInterval(_BETWEEN_MS)
    timer.setSingleShot(True)

    def act():
        try:
            sitting.step()
        except Exception:  # noqa: BLE001 - whatever it is, the host is told
            sitting.journal.write(wrong=traceback.format_exc(), acts=sitting.last)
            return
        if sitting.count < acts:
            timer.start()

    timer.connect("timeout()", act)
    sitting.timer = timer
    timer.start()
    return sitting
