"""Interleaved timing: every way runs once per round, ratios are medians over the rounds."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Timing:
    """Time of one way per unit of work, and its ratio to the reference way of the same rounds."""

    name: str
    seconds: float
    ratio: float
    low: float
    high: float


def interleaved(
    ways: Mapping[str, Callable[[], object]],
    reference: str,
    rounds: int,
    work: Mapping[str, float] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> list[Timing]:
    """Time several ways to do a thing.

    Process time (of all threads) is the default clock: another program on the machine does not count.

    Parameters
    ----------
    ways : mapping
        Name -> function.
    reference : str
        The way that the ratios refer to.
    rounds : int
        Each way runs once per round, in turn; one round before them is not counted.
    work : mapping, optional
        Name -> size of its work, for slow ways that do only a part; times are divided by it.
    clock : callable
        Seconds.
    """
    work = work or {}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            start = clock()
            way()
            if number:
                seconds[name].append((clock() - start) / work.get(name, 1.0))
    base = np.array(seconds[reference])
    timings = []
    for name, values in seconds.items():
        ratios = np.array(values) / base
        timings.append(
            Timing(name, float(np.median(values)), float(np.median(ratios)), ratios.min(), ratios.max())
        )
    return timings
