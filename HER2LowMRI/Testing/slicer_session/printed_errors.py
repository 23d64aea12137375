"""What Python, VTK and Qt only print: tracebacks and errors that no assertion sees, collected so that a test fails."""

import contextlib
import io
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator

import vtk

from slicer_session.slicer_log import OF_SLICER_ITSELF

# A message of VTK begins with its level and the place in C++; what it says is on the next line.
_OF_VTK = re.compile(r"^(?=(?:ERROR|Warning|Generic Warning): In |ERR\|)", re.MULTILINE)
_TRACEBACK = "Traceback (most recent call last)"
# What the offscreen platform says of itself, and a scene without Slicer's own colour tables.
_OF_THE_PLATFORM = (
    "not accepted by receiving widget",
    "This plugin does not support",
    "propagateSizeHints",
    "QFontDatabase",
    "Populating font family",
    "bad X server connection",
    "vtkMRMLColorTableNodeFile64Color-Nonsemantic.txt can't be found",
)


class _Copied(io.TextIOBase):
    """Passes everything on to the stream that was there, and keeps a copy."""

    def __init__(self, stream: object):
        self.stream, self.kept = stream, []

    def write(self, text: str) -> int:
        self.kept.append(text)
        self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        self.stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)


class _LoggedTracebacks(logging.Handler):
    def __init__(self, found: list[str]):
        super().__init__(logging.ERROR)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self._found.append(
                f"logged: {record.getMessage()}\n{''.join(traceback.format_exception(*record.exc_info))}"
            )


class PrintedErrors:
    """Collects from `start` to `stop`.

    A real Slicer writes all this into its log, and a log with an error in it is a failed run.
    """

    def __init__(self) -> None:
        self._said: list[str] = []
        self._places: list[str] = []
        self._window = self._new_window()
        self._logged = _LoggedTracebacks(self._said)

    def start(self) -> "PrintedErrors":
        """Listen."""
        self._before = sys.excepthook, sys.unraisablehook, threading.excepthook, sys.stderr, None
        self._window_before = vtk.vtkOutputWindow.GetInstance()
        vtk.vtkOutputWindow.SetInstance(self._window)
        sys.excepthook = lambda kind, error, trace: self._raised("uncaught", kind, error, trace)
        sys.unraisablehook = lambda it: self._raised(
            f"ignored in {it.object!r}", it.exc_type, it.exc_value, it.exc_traceback
        )
        threading.excepthook = lambda it: self._raised(
            f"in thread {it.thread}", it.exc_type, it.exc_value, it.exc_traceback
        )
        sys.stderr = self._copy = _Copied(sys.stderr)
        logging.getLogger().addHandler(self._logged)
        if "qt" in sys.modules:
            self._before = (*self._before[:4], sys.modules["qt"].qInstallMessageHandler(self._qt_says))
        return self

    def stop(self) -> None:
        """Listen no longer."""
        sys.excepthook, sys.unraisablehook, threading.excepthook, sys.stderr, handler = self._before
        vtk.vtkOutputWindow.SetInstance(self._window_before)
        logging.getLogger().removeHandler(self._logged)
        if "qt" in sys.modules:
            sys.modules["qt"].qInstallMessageHandler(handler)

    def found(self) -> list[str]:
        """Everything that was printed and should not have been."""
        of_vtk = [
            message.strip()
            for message in _OF_VTK.split(self._window.GetOutput())
            if _OF_VTK.match(message)
            and not OF_SLICER_ITSELF.search(message)
            and not any(words in message for words in _OF_THE_PLATFORM)
        ]
        text = "".join(self._copy.kept)
        of_stderr = [text[text.index(_TRACEBACK) :]] if _TRACEBACK in text else []
        places = self._places if of_vtk else []
        return [*self._said, *(f"VTK: {line}" for line in of_vtk), *of_stderr, *places]

    def clear(self) -> None:
        """Forget what was printed so far, because a test looked at it."""
        self._said.clear()
        self._copy.kept.clear()
        self._places.clear()
        self._window = self._new_window()
        vtk.vtkOutputWindow.SetInstance(self._window)

    def _new_window(self) -> vtk.vtkStringOutputWindow:
        window = vtk.vtkStringOutputWindow()
        window.AddObserver(vtk.vtkCommand.ErrorEvent, self._vtk_says)
        return window

    def _vtk_says(self, *_about: object) -> None:
        # VTK tells the line of C++; what in Python led there is what one looks for.
        if len(self._places) < 3:
            self._places.append("".join(traceback.format_stack(limit=14)[:-1]))

    def _raised(self, where: str, kind: type, error: BaseException, trace: object) -> None:
        self._said.append(f"{where}: " + "".join(traceback.format_exception(kind, error, trace)))

    def _qt_says(self, kind: object, _context: object, text: str) -> None:
        kinds = sys.modules["qt"].QtMsgType
        if kind in (kinds.QtWarningMsg, kinds.QtCriticalMsg, kinds.QtFatalMsg) and not any(
            words in text for words in _OF_THE_PLATFORM
        ):
            self._said.append(f"Qt: {text}")


@contextlib.contextmanager
def none_printed() -> Iterator[PrintedErrors]:
    """Fail at the end where anything was printed that a log must not hold."""
    errors = PrintedErrors().start()
    try:
        yield errors
    finally:
        errors.stop()
    assert not errors.found(), "\n".join(errors.found())
