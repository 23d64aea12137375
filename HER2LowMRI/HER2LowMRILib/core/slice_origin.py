"""How the outline of each slice came about, and the ways that a protocol allows.

drawn: by hand alone. assisted: the reader took an edge that the program found. interpolated: filled in between other
slices and not looked at yet. interpolated_confirmed: looked at, or corrected, by the reader.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from HER2LowMRILib.core.errors import StudyError

DRAWN, ASSISTED, INTERPOLATED = "drawn", "assisted", "interpolated"
CONFIRMED = "interpolated_confirmed"
ORIGINS = (DRAWN, ASSISTED, INTERPOLATED, CONFIRMED)
# What a protocol can allow; drawing by hand always is.
WAYS = (DRAWN, ASSISTED, INTERPOLATED)
_WAY_OF = {DRAWN: DRAWN, ASSISTED: ASSISTED, INTERPOLATED: INTERPOLATED, CONFIRMED: INTERPOLATED}

Origins = dict[int, str]


def after_edit(
    origins: Mapping[int, str], before: np.ndarray, after: np.ndarray, way: str = DRAWN
) -> Origins:
    """Origins after an edit.

    An edge that was found and then corrected by hand stays "assisted": it was proposed. An interpolated slice that is
    corrected by hand was looked at.

    Parameters
    ----------
    origins : mapping of int to str
        Slice -> origin before the edit; slices that are absent were drawn.
    before, after : ndarray of bool, (k, j, i)
        The lesion before and after.
    way : {"drawn", "assisted", "interpolated"}
        How the edit was made.

    Returns
    -------
    dict of int to str
        An origin for every slice with a voxel of ``after``.
    """
    changed, was_drawn, is_drawn = (_slices_of(mask) for mask in (before ^ after, before, after))
    found: Origins = {}
    for k in map(int, np.flatnonzero(is_drawn)):
        old = origins.get(k, DRAWN)
        if not changed[k]:
            found[k] = old
        elif way != DRAWN:
            found[k] = way
        elif not was_drawn[k]:
            found[k] = DRAWN
        else:
            found[k] = CONFIRMED if old == INTERPOLATED else old
    return found


def _slices_of(mask: np.ndarray) -> np.ndarray:
    return np.asarray(mask.any(axis=(1, 2)))


def confirmed(origins: Mapping[int, str], k: int) -> Origins:
    """Origins after the reader looked at a slice; only an interpolated one changes."""
    return {**origins, k: CONFIRMED} if origins.get(k) == INTERPOLATED else dict(origins)


def unconfirmed(origins: Mapping[int, str]) -> tuple[int, ...]:
    """Interpolated slices that nobody looked at, in their order."""
    return tuple(sorted(k for k, origin in origins.items() if origin == INTERPOLATED))


def count_by_origin(origins: Mapping[int, str]) -> dict[str, int]:
    """Number of slices of each of `ORIGINS`."""
    return {origin: sum(one == origin for one in origins.values()) for origin in ORIGINS}


def ways_used(origins: Mapping[int, str]) -> tuple[str, ...]:
    """The ways in which an outline was made, in the order of `WAYS`."""
    used = {_WAY_OF[origin] for origin in origins.values()}
    return tuple(way for way in WAYS if way in used)


def checked_ways(ways: Iterable[str]) -> tuple[str, ...]:
    """The ways that a protocol allows, in the order of `WAYS`; drawing by hand is always among them.

    Raises
    ------
    StudyError
        When one is none of `WAYS`.
    """
    asked = tuple(ways)
    unknown = [way for way in asked if way not in WAYS]
    if unknown:
        raise StudyError(
            "A way to outline is unknown", needed=f"some of {', '.join(WAYS)}", found=", ".join(unknown)
        )
    return tuple(way for way in WAYS if way == DRAWN or way in asked)


def check_allowed(origins: Mapping[int, str], allowed: Iterable[str]) -> None:
    """Refuse an outline that was made in a way that the protocol does not allow.

    Raises
    ------
    StudyError
    """
    allowed = tuple(allowed)
    other = [way for way in ways_used(origins) if way not in allowed]
    if other:
        raise StudyError(
            "the outline was made in a way that the protocol does not allow",
            needed=" or ".join(allowed),
            found=", ".join(other),
        )
