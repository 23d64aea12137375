"""The module in its session: loaded as Slicer loads it, shown, entered, left, reloaded and closed."""

import importlib
import sys
import types
from pathlib import Path

from slicer_session import pythonqt

qt = pythonqt.install()

import slicer  # noqa: E402  (Qt first: the stand-ins are made from its classes)

from slicer_session import application, colours, slicer_python, ui_files, views, widgets  # noqa: E402

MODULE_FILE = Path(__file__).resolve().parents[2] / "HER2LowMRI.py"
WIDTH = 420


def install():
    """Make everything importable that the module imports; once per process."""
    widgets.install()
    slicer_python.install()
    slicer.qSlicerScriptedLoadableModuleWidget = WidgetRepresentation
    qt.QUiLoader = ui_files.UiLoader


class WidgetRepresentation:
    """How ``slicer.util.getModuleWidget`` gets at a scripted module's widget."""

    def __init__(self, widget):
        self._widget = widget

    def self(self):
        return self._widget


class Session:
    """One run of Slicer with the HER2LowMRI module in it."""

    def __init__(self, layout=True):
        install()
        application.start()
        colours.add_file_colours()
        if layout:
            slicer.app._layout_manager = views.LayoutManager()
            slicer.app._layout_manager.setLayout(slicer.vtkMRMLLayoutNode.SlicerLayoutFourUpView)
            slicer.app._layout_manager.show_views()
        pythonqt.SLOT_ERRORS.clear()
        self.module = self.widget = self.parent = self.window = None
        self.entered = False
        self.load()

    def load(self):
        """Import the module file afresh and make its module object, as the module factory does."""
        sys.modules.pop("HER2LowMRI", None)
        self.source = importlib.import_module("HER2LowMRI")
        parent = types.SimpleNamespace(path=str(MODULE_FILE), icon=None)
        self.module = self.source.HER2LowMRI(parent)
        parent.name = "HER2LowMRI"
        parent.widgetRepresentation = lambda: WidgetRepresentation(self.widget)
        slicer.app.moduleManager().scripted["HER2LowMRI"] = parent
        slicer.modules.HER2LowMRIInstance = self.module
        slicer.app.emit("startupCompleted()") if slicer.app.slots["startupCompleted()"] else None

    def open(self):
        """Show the panel for the first time, and enter it.

        Returns
        -------
        HER2LowMRIWidget
        """
        self.window = qt.QScrollArea()
        self.window.setWidgetResizable(True)
        self.parent = widgets.qMRMLWidget()
        qt.QVBoxLayout(self.parent)
        self.entered = False
        self.parent.setMRMLScene(slicer.mrmlScene)
        self.widget = self.source.HER2LowMRIWidget(self.parent)
        self.widget.setup()
        slicer.modules.HER2LowMRIWidget = self.widget
        self.window.setWidget(self.parent)
        self.window.resize(WIDTH, 900)
        self.window.show()
        self.window.activateWindow()
        self.enter()
        return self.widget

    def enter(self):
        self.entered = True
        self.widget.enter()
        self.settle()

    def exit(self):
        self.entered = False
        self.widget.exit()
        self.settle()

    def close_scene(self):
        slicer.mrmlScene.Clear(0)
        if slicer.app.layoutManager():
            slicer.app.layoutManager().show_views()
        self.settle()

    def reload(self):
        """As the Reload button: unload the widget, import again, set up again."""
        self.close_module()
        return self.open()

    def close_module(self):
        """As when Slicer ends and starts again: the module is loaded, its panel was not shown yet."""
        if self.entered:
            self.exit()
        for slot in list(slicer.app.moduleManager().slots):
            slot("HER2LowMRI")
        self.window.close()
        self.window.deleteLater()
        self.widget = self.window = None
        self.settle()
        self.load()

    def close(self):
        """End the application as Slicer ends it."""
        if self.widget is not None:
            slicer.app.emit("aboutToQuit()")
            if self.entered:
                self.exit()
            for slot in list(slicer.app.moduleManager().slots):
                slot("HER2LowMRI")
            self.window.close()
            self.window.deleteLater()
            self.widget = self.window = None
            self.settle()

    def settle(self):
        """Let timers and events run."""
        for _ in range(3):
            qt.QApplication.processEvents()
        if qt.QApplication.activeWindow() is None and self.window is not None and self.window.isVisible():
            # A window manager gives the window its focus back when a dialog has closed; offscreen there is none.
            self.window.activateWindow()
            qt.QApplication.processEvents()
        qt.QApplication.sendPostedEvents(None, qt.QEvent.DeferredDelete)

    def wait_for_scene(self):
        """Let a scene that was loaded be taken over: the panel waits until Slicer is through with it."""
        import time

        begun = time.monotonic()
        # On a computer that has other work too the time may be over before a timer had its turn.
        while time.monotonic() < begun + 0.3 or (self._scene_is_awaited() and time.monotonic() < begun + 20):
            self.settle()

    def _scene_is_awaited(self):
        if self.widget is None:
            return False
        events = self.widget.panel.scene
        return events._soon_continued.isActive() or events._soon_mended.isActive()

    def wait(self, condition, seconds=5.0):
        """Let the event loop run until something holds."""
        import time

        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError("it did not come about")
            qt.QApplication.processEvents(qt.QEventLoop.AllEvents, 20)

    def errors(self):
        """Exceptions that slots raised since the session began."""
        return list(pythonqt.SLOT_ERRORS)
