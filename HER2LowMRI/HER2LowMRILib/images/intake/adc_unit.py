"""Which unit an ADC map is in: as stated where that can be true, else from the size of the numbers."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice

# Factor to 1e-3 mm2/s, and the range of the tissue median in that unit: ADC of 0.1 to 10 x 1e-3 mm2/s, from
# frozen fat to hot gas in water. The ranges of the four units do not overlap.
UNITS: dict[str, float] = {
    "1e-3 mm2/s": 1.0,
    "1e-6 mm2/s": 1e-3,
    "mm2/s": 1e3,
    "m2/s": 1e9,
}
SMALLEST_MEDIAN, LARGEST_MEDIAN = 0.1, 10.0


class UnknownUnit(ImageError):
    """There is an ADC map, but its unit must be asked for."""


class NoAdcMap(ImageError):
    """Nothing says that one of the images is an ADC map."""


# Lengths in m and times in s that units of diffusion are written with; 1 um2/ms = 1e-3 mm2/s.
_LENGTHS = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6}
_TIMES = {"s": 1.0, "sec": 1.0, "ms": 1e-3}
_UNIT = re.compile(r"(?:(\d+(?:\.\d+)?(?:e[-+]?\d+)?))?(m|cm|mm|um)2(?:/(s|sec|ms)|(s|sec|ms)-1)")
_M2_PER_S_IN_STANDARD = 1e9


@dataclass(frozen=True)
class FoundUnit:
    """A unit and how it was found.

    Parameters
    ----------
    unit : str
        As a person writes it, e.g. ``1e-6 mm2/s``.
    source : str
        Where it was read.
    factor : float
        Number that turns a value into 1e-3 mm2/s.
    is_guess : bool
        Nothing states the unit; it is the one that the size of the numbers suggests.
    """

    unit: str
    source: str
    factor: float
    is_guess: bool = False

    @property
    def warnings(self) -> tuple[Notice, ...]:
        """What the reader of the map should know of its unit."""
        if not self.is_guess:
            return ()
        return (
            Notice(
                "unit_guessed",
                f"The file states no unit of its ADC; the {self.source} suggests {self.unit}: please check.",
            ),
        )


def factor_of_text(text: str | None) -> float | None:
    """Number that turns a value into 1e-3 mm2/s, from a unit in any spelling; None where it says nothing of diffusion.

    UCUM codes (``10*-6.mm2/s``), what programs and people write (``10^-6 mm²/s``, ``um2/ms``), and multiples
    (``1.4652e-12 m2/s``). Slicer and DICOM label ADC maps that are stored as MR images "no units" or "1": that says
    nothing.
    """
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = plain.replace("μ", "u").replace("−", "-").replace("⁻", "-")
    plain = re.sub(r"(?<![\d.])10\s*(?:\*\*|\^|\*)?\s*(-\s*\d+)", r"1e\1", plain.strip().strip("[]()"))
    plain = re.sub(r"(?<=[a-z])\s*(?:\^|\*\*)\s*(?=-?\d)", "", plain)
    plain = re.sub(r"[\s·×*]+|(?<=\d)[.x](?=[cmu])|x(?=1e)", "", plain)
    found = _UNIT.fullmatch(plain)
    if found is None:
        return None
    number, length, time, inverse_time = found.groups()
    per_second = _LENGTHS[length] ** 2 / _TIMES[time or inverse_time]
    return float(f"{float(number or 1) * per_second * _M2_PER_S_IN_STANDARD:.12g}")


def find_unit(
    array: np.ndarray,
    stated: str | None = None,
    stated_by: str = "",
    typed: str | None = None,
    possible: Sequence[str] = (),
) -> FoundUnit:
    """Find the unit of an ADC map.

    Parameters
    ----------
    array : ndarray
        Values as the file means them (rescaled); background is 0 or NaN.
    stated : str, optional
        The unit the file states, in any spelling.
    stated_by : str
        Where it is stated, e.g. ``real-world value mapping``.
    typed : str, optional
        The unit the user gave; believed unless it is impossible.
    possible : sequence of str
        Units that the maker of the map may mean where none is stated.

    Raises
    ------
    UnknownUnit
        If the numbers fit no unit, or several, or not the one that is stated: the unit is asked for, never guessed.
    """
    tissue = array[np.isfinite(array) & (array > 0)]
    if tissue.size < 8:
        raise ImageError(
            "The ADC map is empty", needed="values above 0", found=f"{tissue.size} voxels above 0"
        )
    median = float(np.median(tissue))
    asked = typed if typed is not None else stated
    factor = factor_of_text(asked)
    if typed is not None and factor is None:
        raise UnknownUnit("The unit of the ADC map is not known", needed=" or ".join(UNITS), found=typed)
    if asked is not None and factor is not None:
        _refuse_impossible(median, factor, asked.strip())
        unit = next((name for name, known in UNITS.items() if known == factor), asked.strip())
        return FoundUnit(unit, "typed by the user" if typed is not None else stated_by, factor)
    candidates = {unit: factor_of_text(unit) or 0.0 for unit in possible} or UNITS
    fitting = [unit for unit, factor in candidates.items() if _is_possible(median, factor)]
    if not fitting:
        raise UnknownUnit(
            "The unit of the ADC map cannot be told",
            needed="a median that is possible in " + ", ".join(candidates),
            found=f"{median:.4g}",
            todo="Give the unit, or the map with its rescale slope",
            option="--adc-unit",
        )
    if len(fitting) > 1:
        raise UnknownUnit(
            "The unit of the ADC map cannot be told",
            needed=" or ".join(fitting),
            found=f"a median of {median:.4g}, possible in each",
            todo="Give the right one",
            option=f'--adc-unit "{fitting[0]}"',
        )
    if candidates[fitting[0]] == 1.0 and _was_rounded(tissue):
        raise UnknownUnit(
            "The ADC map was rounded to whole numbers",
            needed="values with decimals, or another unit",
            found=f"whole numbers from {tissue.min():g} to {tissue.max():g}",
            todo="Take the map of the scanner, or have it made from the diffusion images",
        )
    return FoundUnit(
        fitting[0], f"size of the numbers (median {median:.4g})", candidates[fitting[0]], is_guess=True
    )


def _was_rounded(tissue: np.ndarray) -> bool:
    """Whether an ADC in 1e-3 mm2/s has lost its decimals: nothing is left of it then but 0, 1, 2 and 3."""
    return bool(tissue.min() < tissue.max() and np.array_equal(tissue, np.rint(tissue)))


def _is_possible(median: float, factor: float) -> bool:
    return SMALLEST_MEDIAN <= median * factor <= LARGEST_MEDIAN


def _refuse_impossible(median: float, factor: float, unit: str) -> None:
    if _is_possible(median, factor):
        return
    fitting = next((name for name, known in UNITS.items() if _is_possible(median, known)), None)
    raise UnknownUnit(
        "The unit of the ADC map cannot be right",
        needed=f"a median of {SMALLEST_MEDIAN / factor:g} to {LARGEST_MEDIAN / factor:g} {unit}",
        found=f"a median of {median:.4g}",
        todo=f"The numbers look like {fitting}: give that as the unit" if fitting else "Give the unit",
        option=f'--adc-unit "{fitting}"' if fitting else "--adc-unit",
    )
