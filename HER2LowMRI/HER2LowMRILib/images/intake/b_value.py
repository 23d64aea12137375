"""What a number must be to pass as a b-value, and which b-values are meant to be the same."""

import math
import re
import struct
from collections.abc import Mapping, Sequence
from typing import SupportsFloat, cast

import numpy as np

from HER2LowMRILib.core.b_values import MS_PER_UM2_LIMIT
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice

LARGEST_B = 1e5
LARGEST_IVIM_B = 50.0
LARGEST_SCATTER = 0.032
MOST_NAMED = 6
GE_BIAS = 10**9
TYPED = "typed by the user"


def tolerance(b_value: float) -> float:
    """How far two statements of one b-value may lie apart [s/mm2]: 5, or 2 % where that is more."""
    return max(5.0, 0.02 * abs(b_value))


def decode_number(value: object) -> float | None:
    """Number from what a DICOM element may hold: number, text, list of either, or raw bytes of an unknown VR.

    Returns None when there is nothing to read. Raw bytes are read as text if they are printable, else as one
    little-endian float32 (4 bytes) or float64 (8 bytes), as anonymisers and gateways leave them behind.
    """
    if value is None:
        return None
    if isinstance(value, (bytes, bytearray)):
        raw = bytes(value)
        text = raw.strip(b" \0")
        if text and re.fullmatch(rb"[0-9eE+\-.\\ ]+", text):
            value = text.decode("ascii")
        elif len(raw) == 4:
            value = struct.unpack("<f", raw)[0]
        elif len(raw) == 8:
            value = struct.unpack("<d", raw)[0]
        else:
            return None
    if isinstance(value, str):
        value = value.split("\\")[0].strip(" \0")
        if not value:
            return None
    elif isinstance(value, Sequence) or hasattr(value, "__iter__"):
        first = next(iter(value), None)
        return decode_number(first)
    try:
        return float(cast(SupportsFloat, value))
    except (TypeError, ValueError):
        return None


def remove_ge_bias(value: float, bias: float | None = None) -> float:
    """GE adds 1,000,000,000 to the b-value of multi-b and synthetic images (dcm2niix issue 602); take it off.

    Parameters
    ----------
    value : float
        First value of (0043,1039).
    bias : float, optional
        What (0043,107F) states as the bias.
    """
    for offset in (bias, GE_BIAS):
        if offset and offset >= 1e6 and value >= offset:
            return value - offset
    return value


def check_b_value(value: float, where: str) -> float:
    """Refuse what cannot be a b-value.

    Raises
    ------
    ImageError
        If it is NaN, infinite, negative or above 100,000 s/mm2.
    """
    if not math.isfinite(value) or value < 0 or value > LARGEST_B:
        raise ImageError(
            f"{where} holds no usable b-value",
            needed=f"0 to {LARGEST_B:,.0f} s/mm2",
            found=f"{value:g}",
            todo="Give the right b-values",
            option="--b-values",
        )
    return 0.0 if value == 0 else float(value)


def check_b_values(b_values: Sequence[float], where: str) -> None:
    """Refuse a table of b-values that is in another unit.

    Raises
    ------
    ImageError
        If the largest b-value is below 20, which is what ms/um2 looks like (0.8, 1.4, 2 in place of 800, 1400,
        2000 s/mm2), or if there is only one.
    """
    for value in b_values:
        check_b_value(value, where)
    largest = max(b_values, default=0.0)
    if 0 < largest < MS_PER_UM2_LIMIT:
        raise ImageError(
            f"The b-values of {where} are not in s/mm2",
            needed=f"a largest b-value of at least {MS_PER_UM2_LIMIT:g} s/mm2",
            found=f"{', '.join(f'{b:g}' for b in b_values)}, which looks like ms/um2",
            todo="Give them in s/mm2",
            option=f"--b-values {','.join(f'{1000 * b:g}' for b in b_values)}",
        )


def group_jitter(stands_alone: Mapping[float, bool]) -> list[list[float]]:
    """Put stated b-values together that mean one b-value, ascending.

    Values within ``tolerance`` of the smallest of their group are one: spoilers make 5 of 0, single directions of
    b 1000 say 995 and 1005. Where no value stands alone, as those of single directions do not, they may scatter by 3 %
    to either side. Low b-values of perfusion studies (0, 5, 10 s/mm2) stay apart where each stands alone.

    Parameters
    ----------
    stands_alone : mapping of float to bool
        For each stated b-value, whether its images are trace-weighted and cover every slice by themselves.
    """
    groups: list[list[float]] = []
    for b in sorted(stands_alone):
        if groups and b - groups[-1][0] <= _spread([*groups[-1], b], stands_alone):
            groups[-1].append(b)
        else:
            groups.append([b])
    result: list[list[float]] = []
    for group in groups:
        if group[-1] <= LARGEST_IVIM_B and all(stands_alone[b] for b in group):
            result.extend([b] for b in group)
        else:
            result.append(group)
    return result


def _spread(group: Sequence[float], stands_alone: Mapping[float, bool]) -> float:
    """How far the largest of a group may lie above its smallest [s/mm2]."""
    alone = any(stands_alone[b] for b in group)
    return tolerance(group[-1]) if alone else max(tolerance(group[-1]), 2 * LARGEST_SCATTER * group[-1])


def scatter_warning(group: Sequence[float], b_value: float) -> Notice | None:
    """What to say of stated b-values that were taken as one although they differ by more than rounding; or None."""
    if group[-1] - group[0] <= tolerance(b_value):
        return None
    return Notice(
        "b_values_scatter",
        f"The b-values around {b_value:g} s/mm2 scatter from {group[0]:g} to {group[-1]:g}; their images are averaged "
        f"as b {b_value:g}.",
    )


def stated_as(group: Sequence[float], b_value: float) -> str:
    """How a b-value was stated where that is another number: ``stated as 995, 1000, 1005``; or empty."""
    if list(group) == [b_value]:
        return ""
    if len(group) > MOST_NAMED:
        return f"stated as {len(group)} values from {group[0]:g} to {group[-1]:g}"
    return f"stated as {', '.join(f'{value:g}' for value in group)}"


def nominal(stated: Sequence[float]) -> float:
    """One b-value for images whose stated b-values jitter around it.

    The geometric mean of such images has exactly the mean b-value. It is given as the most frequent stated value
    where that is within 0.5 % of the mean (995, 1000, 1005 are 1000), else rounded to whole s/mm2; where it begins
    at 0, it is 0.
    """
    values, counts = np.unique(np.asarray(stated, float), return_counts=True)
    if values[0] == 0:
        return 0.0
    if len(values) == 1:
        return float(values[0])
    mean = float(np.mean(stated))
    near = np.abs(values - mean) <= 0.005 * mean
    if near.any():
        best = np.flatnonzero(near & (counts == counts[near].max()))
        return float(values[best[np.argmin(np.abs(values[best] - mean))]])
    return float(round(mean))


def lowest_as_zero(b_values: Sequence[float]) -> list[float]:
    """Take a lowest b-value of at most 5 s/mm2 as 0 where there is no 0: the spoilers of a b 0 image make that."""
    lowest = min(b_values)
    return [0.0 if b == lowest and 0 < lowest <= 5 and max(b_values) > 50 else b for b in b_values]
