"""A length between two places that a reader marked."""

import math
from collections.abc import Sequence

from HER2LowMRILib.core.errors import StudyError


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
