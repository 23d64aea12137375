"""Which unit an ADC map is in: as stated where that can be true, else from the size of the numbers."""

import re
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import ImageError

STANDARD_UNIT = "1e-3 mm2/s"

# Factor to 1e-3 mm2/s, and the range of the tissue median in that unit: ADC of 0.1 to 10 x 1e-3 mm2/s, from
# frozen fat to hot gas in water. The ranges of the four units do not overlap.
UNITS: dict[str, float] = {
    "1e-3 mm2/s": 1.0,
    "1e-6 mm2/s": 1e-3,
    "mm2/s": 1e3,
    "m2/s": 1e9,
}
SMALLEST_MEDIAN, LARGEST_MEDIAN = 0.1, 10.0

# UCUM codes of DICOM context group 7277 and what programs write for them; 1 um2/ms = 1e-3 mm2/s.
_SPELLINGS = {
    "1e-3mm2/s": "1e-3 mm2/s",
    "um2/ms": "1e-3 mm2/s",
    "1e-6mm2/s": "1e-6 mm2/s",
    "um2/s": "1e-6 mm2/s",
    "mm2/s": "mm2/s",
    "m2/s": "m2/s",
}


@dataclass(frozen=True)
class FoundUnit:
    """A unit and how it was found."""

    unit: str
    source: str

    @property
    def factor(self) -> float:
        """Number that turns a value into 1e-3 mm2/s."""
        return UNITS[self.unit]


def unit_of_text(text: str | None) -> str | None:
    """One of ``UNITS`` from a UCUM code, a node's units or a typed unit; None where it says nothing of diffusion.

    Slicer and DICOM label ADC maps that are stored as MR images "no units" or "1": that says nothing.
    """
    if not text:
        return None
    plain = text.strip().lower().replace("µ", "u").replace("μ", "u").replace("²", "2").replace("^2", "2")
    plain = (
        plain.replace("⁻", "-")
        .replace("³", "3")
        .replace("⁶", "6")
        .replace("**", "")
        .replace("*", "")
        .replace("^", "")
    )
    plain = re.sub(r"[\s.·×x]+", "", plain)
    plain = re.sub(r"^(?:1e|10e?)-0?([36])", r"1e-\1", plain)
    return _SPELLINGS.get(plain)


def find_unit(
    array: np.ndarray, stated: str | None = None, stated_by: str = "", typed: str | None = None
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

    Raises
    ------
    ImageError
        If the numbers fit no unit, or not the one that is stated: the unit is asked for, never guessed.
    """
    tissue = array[np.isfinite(array) & (array > 0)]
    if tissue.size < 8:
        raise ImageError(
            "The ADC map is empty", needed="values above 0", found=f"{tissue.size} voxels above 0"
        )
    median = float(np.median(tissue))
    fitting = [unit for unit, factor in UNITS.items() if SMALLEST_MEDIAN <= median * factor <= LARGEST_MEDIAN]
    asked = typed if typed is not None else stated
    named = unit_of_text(asked)
    if typed is not None and named is None:
        raise ImageError("The unit of the ADC map is not known", needed=" or ".join(UNITS), found=typed)
    if named is not None:
        if named not in fitting:
            raise ImageError(
                "The unit of the ADC map cannot be right",
                needed=f"a median of {SMALLEST_MEDIAN / UNITS[named]:g} to {LARGEST_MEDIAN / UNITS[named]:g} {named}",
                found=f"a median of {median:.4g}",
                todo=f"The numbers look like {fitting[0]}: give that as the unit"
                if fitting
                else "Give the unit",
            )
        return FoundUnit(named, "typed by the user" if typed is not None else stated_by)
    if not fitting:
        raise ImageError(
            "The unit of the ADC map cannot be told",
            needed="a median that is possible in " + ", ".join(UNITS),
            found=f"{median:.4g}",
            todo="Give the unit, or the map with its rescale slope",
        )
    return FoundUnit(fitting[0], f"size of the numbers (median {median:.4g})")
