"""Values that the program measures for a descriptor: shown beside the answer after it was given, never before.

What a program says first a reader repeats; what it says after, the reader can weigh. They are columns of their own,
and only of a study whose protocol wants them.
"""

from collections.abc import Mapping

from HER2LowMRILib.core.columns import listed_columns
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.kinetics import FAST, MEDIUM, PERSISTENT, PLATEAU, SLOW, WASHOUT
from HER2LowMRILib.core.lexicon import NOT_ASSESSABLE, Answer

LINE, TYPED = "line", "typed"
FOUND, MOVED = "found", "moved"
# Where a reader set a mark: the spot of the curve, and what the T2 ratio is taken from.
SPOT, T2_LESION, T2_MUSCLE = "spot", "t2_lesion", "t2_muscle"
# The small region on the darkest part of the lesion, where the reader moved it to (core/eusobi_region.py).
SMALL_REGION = "small_region"
MARKS = (SPOT, T2_LESION, T2_MUSCLE, SMALL_REGION)
# Radius of the disc around a mark on T2 [mm].
MARK_RADIUS_MM = 2.5

BESIDE_VALUES = listed_columns("beside")
# Of the curves of several readers the worst counts.
MOST_SUSPICIOUS_FIRST: dict[str, tuple[str, ...]] = {
    "measured_kinetics_initial": (FAST, MEDIUM, SLOW, NOT_ASSESSABLE),
    "measured_kinetics_delayed": (WASHOUT, PLATEAU, PERSISTENT, NOT_ASSESSABLE),
}
# Measured value -> the questions that must be answered before it is shown, as far as the form asks them.
SHOWN_AFTER: dict[str, tuple[str, ...]] = {
    value.name: value.shown_after for value in BESIDE_VALUES if value.shown_after
}


def may_be_shown(value: str, answers: Mapping[str, Answer], asked: Mapping[str, bool]) -> bool:
    """Whether a measured value may be shown to the reader now.

    Parameters
    ----------
    value : str
        Key of `SHOWN_AFTER`.
    answers : mapping
        Item id -> answer given so far.
    asked : mapping of str to bool
        Item id -> whether the form asks it of this reader and the question arises.
    """
    needed = [item for item in SHOWN_AFTER[value] if asked.get(item, False)]
    return bool(needed) and all(answers.get(item) is not None for item in needed)


def shown_now(form: Form, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """The measured values that may be shown beside the answers given so far.

    An optional question holds nothing back; whether its answer came after a value was shown is kept.
    """
    # A question that may yet arise (mass or NME is still open) holds back as well.
    asked = {
        item.id: bool(item.required) and form.applies(item.id, answers) is not False
        for item in form.lexicon.items
    }
    return tuple(value for value in SHOWN_AFTER if may_be_shown(value, answers, asked))


def assessed(category: object) -> str | None:
    """A category of a curve that was told; None where it is missing or not assessable."""
    return None if category in (None, NOT_ASSESSABLE) else str(category)


def held_back_by(item_id: str) -> tuple[str, ...]:
    """The measured values that the answer to a question must come before."""
    return tuple(value for value, items in SHOWN_AFTER.items() if item_id in items)
