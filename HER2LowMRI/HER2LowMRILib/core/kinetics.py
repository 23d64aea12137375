"""The BI-RADS categories of a time-intensity curve, with the phases that they were read from.

Initial enhancement is the largest percent enhancement within 2 minutes of injection or until the curve turns (below
50 % slow, 50 to 100 % medium, above fast); delayed enhancement the change from that peak to the last phase (above 10 %
persistent, within 10 % plateau, below -10 % washout): ACR BI-RADS MRI 2013. The injection is taken to be at the start
of the first phase after contrast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from HER2LowMRILib.core.enhancement import phase_middles
from HER2LowMRILib.core.lexicon import NOT_ASSESSABLE

SLOW, MEDIUM, FAST = "slow", "medium", "fast"
PERSISTENT, PLATEAU, WASHOUT = "persistent", "plateau", "washout"
SLOW_BELOW, FAST_ABOVE, SAME_WITHIN = 50.0, 100.0, 10.0
INITIAL_S, SHORTEST_S = 120.0, 240.0
FEWEST_POSTS = 3


@dataclass(frozen=True)
class Kinetics:
    """What a curve shows.

    Attributes
    ----------
    initial : str
        "slow", "medium", "fast" or "not_assessable".
    delayed : str
        "persistent", "plateau", "washout" or "not_assessable".
    initial_percent : float
        Percent enhancement at the peak of the initial phases [%]; NaN where it is not assessable.
    delayed_percent : float
        Change of the signal from that peak to the last phase [%]; NaN where it is not assessable.
    initial_phases : tuple of int
        Phases that were looked at for the peak, 1 is the first after contrast.
    peak_phase, last_phase : int
        The two phases that the delayed category compares; 0 where it is not assessable.
    reason : str
        Why it is not assessable; else empty.
    """

    initial: str
    delayed: str
    initial_percent: float
    delayed_percent: float
    initial_phases: tuple[int, ...] = ()
    peak_phase: int = 0
    last_phase: int = 0
    reason: str = ""


def kinetics_of(signal: Sequence[float], times_s: Sequence[float | None]) -> Kinetics:
    """Read the categories of a curve.

    Parameters
    ----------
    signal : sequence of float
        Of each phase; number 0 is before contrast.
    times_s : sequence of float or None
        Start of each phase [s]; None: not known.

    Returns
    -------
    Kinetics
        Categories "not_assessable", with the reason, where the phases do not allow them.
    """
    curve = np.asarray(signal, np.float64)
    known = [time for time in times_s if time is not None]
    reason = _unfit(curve, len(times_s), known)
    if reason:
        return Kinetics(NOT_ASSESSABLE, NOT_ASSESSABLE, float("nan"), float("nan"), reason=reason)
    initial = _initial_phases(curve, early_phases(times_s))
    peak = max(initial, key=lambda phase: (curve[phase], -phase))
    last = curve.size - 1
    # To nine digits, so that a curve on a limit is on it.
    enhancement = round(float(100.0 * (curve[peak] - curve[0]) / curve[0]), 9)
    change = round(float(100.0 * (curve[last] - curve[peak]) / curve[peak]), 9)
    return Kinetics(
        _initial_category(enhancement), _delayed_category(change), enhancement, change, initial, peak, last
    )


def early_phases(times_s: Sequence[float | None]) -> tuple[int, ...]:
    """Phases after contrast whose middle lies within 2 minutes, the first at least; only that without times.

    Parameters
    ----------
    times_s : sequence of float or None
        Start of each phase [s]; number 0 is before contrast; None: not known.
    """
    known = [time for time in times_s if time is not None]
    if len(known) < len(times_s) or len(known) < 3:
        return (1,)
    middles = phase_middles(np.asarray(known, np.float64))
    return (1, *(phase for phase in range(2, len(known) - 1) if middles[phase] <= INITIAL_S))


def _unfit(curve: np.ndarray, times: int, known: Sequence[float]) -> str:
    """Why a curve cannot be categorised; empty if it can."""
    posts = curve.size - 1
    if curve.size != times:
        return f"{curve.size} signals, {times} times"
    if posts < FEWEST_POSTS:
        return f"{posts} phases after contrast; {FEWEST_POSTS} are needed"
    if len(known) < times:
        return "the times of the phases are not known"
    if any(late <= early for early, late in pairwise(known)):
        return "the times of the phases do not rise"
    if not np.isfinite(curve).all() or curve[0] <= 0 or (curve[1:] <= 0).any():
        return "no signal in a phase"
    end = float(phase_middles(np.asarray(known, np.float64))[-1])
    if end < SHORTEST_S:
        return f"the last phase lies {end:.0f} s after contrast; {SHORTEST_S:.0f} s are needed"
    return ""


def _initial_phases(curve: np.ndarray, within: Sequence[int]) -> tuple[int, ...]:
    """The early phases until the curve turns."""
    kept = [within[0]]
    for phase in within[1:]:
        if curve[phase] < curve[phase - 1]:
            break
        kept.append(phase)
    return tuple(kept)


def _initial_category(enhancement: float) -> str:
    if enhancement < SLOW_BELOW:
        return SLOW
    return MEDIUM if enhancement <= FAST_ABOVE else FAST


def _delayed_category(change: float) -> str:
    if change > SAME_WITHIN:
        return PERSISTENT
    return PLATEAU if change >= -SAME_WITHIN else WASHOUT
