"""A progress line on standard error for everything that takes longer than a second."""

import sys
import time
from collections.abc import Callable
from types import TracebackType


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
        self._every_s, self._end = (0.1, "\r") if sys.stderr.isatty() else (10.0, "\n")
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
        sys.stderr.write(f"{self.label} {100 * min(max(fraction, 0.0), 1.0):3.0f} %{self._end}")
        sys.stderr.flush()
        self._open_line = self._end == "\r"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open_line:
            sys.stderr.write("\n")
