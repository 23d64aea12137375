"""Words on standard error while something takes long: a progress line, and a sign of life where there is none."""

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

from HER2LowMRILib.commands.streams import remark

# Of silence, after which a command says that it is still at work: nobody shall wait ten seconds and wonder.
LONGEST_SILENCE_S = 8.0


class _Said:
    """When something was said last, by whichever line."""

    at = 0.0


class ProgressLine:
    """Shows "label  42 %" on standard error, at most ten times a second, and nothing for acts under a second.

    Use as a context manager; call the object with a fraction between 0 and 1, or pass it on as ``progress=``.

    Parameters
    ----------
    label : str
        What is being done.
    quiet : bool
        Show nothing at all.
    """

    def __init__(self, label: str, quiet: bool = False, clock: Callable[[], float] = time.monotonic):
        self.label, self.quiet, self._clock = label, quiet, clock
        # A terminal has one line that is rewritten; a log file gets a whole line now and then.
        self._every_s, self._end = (0.1, "\r") if sys.stderr.isatty() else (5.0, "\n")
        self._next = clock() + 1.0
        self._open_line = False

    def __enter__(self) -> "ProgressLine":
        return self

    def __call__(self, fraction: float) -> None:
        """Report that ``fraction`` (0 to 1) of the work is done."""
        now = self._clock()
        if self.quiet or now < self._next:
            return
        self._next = now + self._every_s
        remark(f"{self.label} {100 * min(max(fraction, 0.0), 1.0):3.0f} %{self._end}")
        _Said.at = time.monotonic()
        self._open_line = self._end == "\r"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open_line:
            remark("\n")


class StillWorking:
    """Says "... still working, 16 s" on standard error whenever nothing was said for `LONGEST_SILENCE_S`.

    Use as a context manager around a whole command.

    Parameters
    ----------
    name : str
        The command.
    silent : bool
        Say nothing at all.
    """

    def __init__(self, name: str, silent: bool = False):
        self._name, self._silent = name, silent
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="still working", daemon=True)
        self._start = 0.0

    def __enter__(self) -> "StillWorking":
        self._start = _Said.at = time.monotonic()
        if not self._silent:
            self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._ended.wait(max(_Said.at + LONGEST_SILENCE_S - time.monotonic(), 0.05)):
            now = time.monotonic()
            if now >= _Said.at + LONGEST_SILENCE_S:
                _Said.at = now
                remark(f"{self._name}: still working, {now - self._start:.0f} s\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if not self._silent:
            self._thread.join()
