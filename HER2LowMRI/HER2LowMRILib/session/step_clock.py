"""How long a reader worked on a case, step by step; stands still while nobody works."""

import time
from collections.abc import Callable


class StepClock:
    """Seconds per step.

    Parameters
    ----------
    spent : callable
        Called with step and seconds whenever a stretch of work on a step ends.
    now : callable, optional
        Clock that never goes back [s].
    """

    def __init__(self, spent: Callable[[str, float], None], now: Callable[[], float] = time.monotonic):
        self._spent, self._now = spent, now
        self._step: str | None = None
        self._since: float | None = None
        self._before = 0.0

    def start_case(self, seconds: float) -> None:
        """Begin a case on which `seconds` were spent before."""
        self._step, self._since, self._before = None, None, seconds

    def step(self, name: str | None) -> None:
        """Go over to another step; None stands still."""
        if self._step is not None and self._since is not None:
            seconds = self._now() - self._since
            self._before += seconds
            self._spent(self._step, seconds)
        self._step, self._since = name, self._now() if name is not None else None

    @property
    def elapsed(self) -> float:
        """Seconds on this case so far, earlier sessions included."""
        running = self._now() - self._since if self._since is not None else 0.0
        return self._before + running
