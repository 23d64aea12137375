"""Parts of an analysis that do not need each other: one after the other, or shared with other processes."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, wait
from dataclasses import dataclass
from typing import Any

# Seconds between two looks at a stop that was asked for.
_LOOK = 0.2


def _heard(_fraction: float) -> None:
    return None


@dataclass(frozen=True)
class SideBySide:
    """Who does the parts.

    Attributes
    ----------
    executor : Executor or None
        Other processes that help; without them everything is done here. Results do not depend on it.
    """

    executor: Executor | None = None

    def each(
        self,
        act: Callable[..., Any],
        jobs: Sequence[tuple[Any, ...]],
        progress: Callable[[float], None] = _heard,
    ) -> list[Any]:
        """Do ``act(*job)`` for every job.

        Parameters
        ----------
        act : callable
            A function of a module: processes find it by its name.
        jobs : sequence of tuple
        progress : callable
            Called with the fraction done; may raise to stop.

        Returns
        -------
        list
            Results in the order of the jobs.
        """
        if self.executor is None or len(jobs) < 2:
            found = []
            for done, job in enumerate(jobs, start=1):
                found.append(act(*job))
                progress(done / len(jobs))
            return found
        return self._shared(self.executor, act, jobs, progress)

    @staticmethod
    def _shared(
        executor: Executor,
        act: Callable[..., Any],
        jobs: Sequence[tuple[Any, ...]],
        progress: Callable[[float], None],
    ) -> list[Any]:
        waiting = [executor.submit(act, *job) for job in jobs]
        here: dict[int, Any] = {}
        try:
            # From the last on, what no other process has begun.
            for place in reversed(range(len(jobs))):
                if waiting[place].cancel():
                    here[place] = act(*jobs[place])
                    progress((len(here) + sum(future.done() for future in waiting[:place])) / len(jobs))
            left = {future for place, future in enumerate(waiting) if place not in here}
            while left:
                _, left = wait(left, _LOOK)
                progress(1 - len(left) / len(jobs))
        except BaseException:
            for future in waiting:
                future.cancel()
            raise
        return [here[place] if place in here else waiting[place].result() for place in range(len(jobs))]


ALONE = SideBySide()
