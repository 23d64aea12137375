"""How long a reader worked on a case, step by step and slice by slice, with and without pauses."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# So long without input, or with another program in front, is a pause [s].
PAUSE_S = 60.0


@dataclass(frozen=True)
class TimeSpent:
    """A stretch of work on one step.

    Attributes
    ----------
    step : str
        "maps", "voi", "form", ...
    seconds : float
        From beginning to end [s].
    active : float
        Of it without pauses [s].
    slices : dict of int to float
        Of the active time, what was spent in each slice [s].
    """

    step: str
    seconds: float
    active: float
    slices: dict[int, float] = field(default_factory=dict)


class StepClock:
    """Seconds per step.

    Time between two inputs counts as work when it is at most a minute and Slicer was in front: looking at images takes
    no input. The whole time from beginning to end is kept beside it.

    Parameters
    ----------
    spent : callable
        Called with `TimeSpent` whenever a stretch of work on a step ends.
    now : callable, optional
        Clock that never goes back [s].
    """

    def __init__(self, spent: Callable[[TimeSpent], None], now: Callable[[], float] = time.monotonic):
        self._spent, self._now = spent, now
        self._step: str | None = None
        self._since: float | None = None
        self._before = 0.0
        self._forget()

    def _forget(self) -> None:
        self._ticked = self._now()
        self._active, self._slices = 0.0, {}
        # Since the last input: work, if another input comes before it is a pause.
        self._waiting: dict[int | None, float] = {}
        self._silent = 0.0

    def start_case(self, seconds: float) -> None:
        """Begin a case on which `seconds` were spent before."""
        self._step, self._since, self._before = None, None, seconds
        self._forget()

    def step(self, name: str | None) -> None:
        """Go over to another step; None stands still. That is an input too."""
        if self._step is not None and self._since is not None:
            self.input()
            seconds = self._now() - self._since
            self._before += seconds
            self._spent(TimeSpent(self._step, seconds, min(self._active, seconds), dict(self._slices)))
        self._step, self._since = name, self._now() if name is not None else None
        self._forget()

    def tick(self, in_front: bool = True, k: int | None = None) -> None:
        """Note that time went by; called about once a second.

        Parameters
        ----------
        in_front : bool
            Whether a window of Slicer has the keyboard.
        k : int, optional
            The slice in view.
        """
        now = self._now()
        passed, self._ticked = now - self._ticked, now
        if self._step is None:
            return
        self._silent += passed
        if in_front:
            self._waiting[k] = self._waiting.get(k, 0.0) + passed

    def input(self, k: int | None = None) -> None:
        """Note that the reader did something: moved the mouse, pressed a key, drew, answered."""
        self.tick(k=k)
        if self._silent <= PAUSE_S:
            for slice_, seconds in self._waiting.items():
                self._active += seconds
                if slice_ is not None:
                    self._slices[slice_] = self._slices.get(slice_, 0.0) + seconds
        self._waiting, self._silent = {}, 0.0

    @property
    def elapsed(self) -> float:
        """Seconds on this case so far, earlier sessions and pauses included."""
        running = self._now() - self._since if self._since is not None else 0.0
        return self._before + running
