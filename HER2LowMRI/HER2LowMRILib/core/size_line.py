"""The line that a reader draws over a lesion: its ends, its length, and the size that it stands for."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.lexicon import Answer

SIZE_ITEM = "lesion_size_mm"
# The size is kept to a hundredth of a millimetre, places and length to a ten-thousandth.
SIZE_DIGITS, PLACE_DIGITS = 2, 4


@dataclass(frozen=True)
class SizeBefore:
    """Size and line of a reading at one time.

    Attributes
    ----------
    size : float, str or None
        The answer; None: open.
    line : mapping or None
        See `size_line`.
    """

    size: Answer
    line: Mapping[str, Any] | None


def line_length_mm(ends_mm: Sequence[Sequence[float]]) -> float:
    """Length of the line between two places in the patient.

    Parameters
    ----------
    ends_mm : sequence of two places
        [mm], in whatever frame, the same for both.

    Returns
    -------
    float
        [mm].

    Raises
    ------
    StudyError
        If these are not two places of three finite numbers.
    """
    places = [tuple(float(part) for part in end) for end in ends_mm]
    if len(places) != 2 or any(len(place) != 3 or not all(map(math.isfinite, place)) for place in places):
        raise StudyError("the line has no two ends", needed="two places in the patient, in mm")
    return math.dist(*places)


def checked_place(place_mm: Sequence[float]) -> list[float]:
    """A place in the patient as a reading keeps it [mm].

    Raises
    ------
    StudyError
        If these are not three finite numbers.
    """
    place = [float(part) for part in place_mm]
    if len(place) != 3 or not all(map(math.isfinite, place)):
        raise StudyError("a place cannot be used", needed="three numbers, in mm")
    return [round(part, PLACE_DIGITS) for part in place]


def size_line(ends_mm: Sequence[Sequence[float]], image: str, phase: int | None) -> dict[str, Any]:
    """A line as a reading keeps it: "ends_mm" [mm, LPS], "image", "phase" (or None), "length_mm".

    Raises
    ------
    StudyError
        As for `line_length_mm`.
    """
    length = line_length_mm(ends_mm)
    ends = [[round(float(part), PLACE_DIGITS) for part in end] for end in ends_mm]
    return {"ends_mm": ends, "image": image, "phase": phase, "length_mm": round(length, PLACE_DIGITS)}


def size_of_line(line: Mapping[str, Any]) -> float:
    """The size that a line stands for, as the answer `lesion_size_mm` keeps it [mm]."""
    return round(float(line["length_mm"]), SIZE_DIGITS)


def is_of_line(size: Answer, line: Mapping[str, Any] | None) -> bool:
    """Whether a size is the length of a line; False where it was typed instead, or there is no line.

    Earlier versions kept the size to a tenth of a millimetre.
    """
    if line is None or not isinstance(size, int | float):
        return False
    return size in (size_of_line(line), round(float(line["length_mm"]), 1))
