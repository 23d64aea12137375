"""Values that the program measures for a descriptor: shown beside the answer after it was given, never before.

What a program says first a reader repeats; what it says after, the reader can weigh. They are columns of their own,
and only of a study whose protocol wants them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.kinetics import FAST, MEDIUM, PERSISTENT, PLATEAU, SLOW, WASHOUT
from HER2LowMRILib.core.lexicon import NOT_ASSESSABLE, Answer
from HER2LowMRILib.core.size_line import SIZE_ITEM

LINE, TYPED = "line", "typed"
FOUND, MOVED = "found", "moved"
# Where a reader set a mark: the spot of the curve, and what the T2 ratio is taken from.
SPOT, T2_LESION, T2_MUSCLE = "spot", "t2_lesion", "t2_muscle"
# The small region on the darkest part of the lesion, where the reader moved it to (core/eusobi_region.py).
SMALL_REGION = "small_region"
MARKS = (SPOT, T2_LESION, T2_MUSCLE, SMALL_REGION)
# Radius of the disc around a mark on T2 [mm].
MARK_RADIUS_MM = 2.5

_KINETICS = "ACR BI-RADS MRI 2013"
_HYLTON = "Hylton et al., Radiology 2012;263:663-672, doi:10.1148/radiol.12110748"
_KAISER = "Dietzel and Baltzer, Insights Imaging 2018;9:325-335, doi:10.1007/s13244-018-0611-8"
_OURS = "HER2LowMRI"
_ENHANCEMENT = ("mass_enhancement", "nme_enhancement")


@dataclass(frozen=True)
class BesideValue:
    """A column of what is measured beside a descriptor.

    Attributes
    ----------
    name, label, type, unit, definition, source
        As `core.columns.Column`.
    shown_after : tuple of str
        The questions that must be answered before a reader sees it, as far as the form asks them.
    allowed, minimum, maximum, states
        As `core.columns.Column`.
    of_reading : bool
        Whether only readings.csv has it, because it says how one reader came by an answer.
    """

    name: str
    label: str
    type: Literal["text", "choice", "integer", "number"]
    unit: str
    definition: str
    source: str
    shown_after: tuple[str, ...] = ()
    allowed: tuple[str | int, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    states: tuple[str, ...] = ()
    of_reading: bool = False


NO_UNIT = "no unit"
BESIDE_VALUES: tuple[BesideValue, ...] = (
    BesideValue(
        "measured_kinetics_initial",
        "Initial enhancement, measured",
        "choice",
        NO_UNIT,
        "Of the curve of the 3 x 3 voxels that enhance most within the VOI, or of where the reader moved them: largest "
        "enhancement within 2 minutes of contrast or until the curve turns; below 50 % slow, to 100 % medium, above "
        "fast. Over several readers the fastest.",
        _KINETICS,
        ("kinetics_initial", *_ENHANCEMENT),
        allowed=(SLOW, MEDIUM, FAST),
        states=(NOT_ASSESSABLE,),
    ),
    BesideValue(
        "measured_initial_percent",
        "Initial enhancement",
        "number",
        "%",
        "Percent enhancement of that curve at its initial peak.",
        _KINETICS,
        ("kinetics_initial", *_ENHANCEMENT),
    ),
    BesideValue(
        "measured_kinetics_delayed",
        "Delayed enhancement, measured",
        "choice",
        NO_UNIT,
        "Change of that curve from its initial peak to the last phase: above 10 % persistent, within 10 % plateau, "
        "below -10 % washout. Over several readers the most suspicious.",
        _KINETICS,
        ("kinetics_delayed", *_ENHANCEMENT),
        allowed=(PERSISTENT, PLATEAU, WASHOUT),
        states=(NOT_ASSESSABLE,),
    ),
    BesideValue(
        "measured_delayed_percent",
        "Delayed enhancement",
        "number",
        "%",
        "Change of the signal from the initial peak to the last phase.",
        _KINETICS,
        ("kinetics_delayed", *_ENHANCEMENT),
    ),
    BesideValue(
        "measured_kinetics_phases",
        "Phases of the curve",
        "text",
        NO_UNIT,
        "Phases that the categories were read from: those looked at for the initial peak, the peak, the last; or why "
        "they are not assessable.",
        _OURS,
        ("kinetics_delayed", *_ENHANCEMENT),
        of_reading=True,
    ),
    BesideValue(
        "measured_spot",
        "Where the curve was taken",
        "choice",
        NO_UNIT,
        "found: where the 3 x 3 voxels within the VOI enhance most; moved: where the reader moved them.",
        _OURS,
        ("kinetics_delayed", *_ENHANCEMENT),
        allowed=(FOUND, MOVED),
        of_reading=True,
    ),
    BesideValue(
        "measured_enhancing_fraction",
        "Enhancing fraction of the VOI",
        "number",
        NO_UNIT,
        "Voxels of the VOI with early enhancement of at least 70 %, SER of at least 0 and 4 of 8 neighbours alike, "
        "divided by those that could be judged.",
        _HYLTON,
        _ENHANCEMENT,
        minimum=0.0,
        maximum=1.0,
    ),
    BesideValue(
        "measured_ser",
        "Signal enhancement ratio (SER)",
        "number",
        NO_UNIT,
        "Mean of (S early - S before) / (S late - S before) over the voxels that enhance.",
        _HYLTON,
        _ENHANCEMENT,
    ),
    BesideValue(
        "measured_t2_lesion_to_muscle",
        "T2 lesion-to-muscle ratio, measured",
        "number",
        NO_UNIT,
        f"T2 signal of a disc of {MARK_RADIUS_MM:g} mm radius around the reader's mark on the lesion divided by that "
        "around the mark on the pectoral muscle.",
        _OURS,
        ("t2_hyperintensity", "t2_lesion_to_muscle"),
        minimum=0.0,
    ),
    BesideValue(
        "measured_diameter_mm",
        "Longest diameter of the VOI",
        "number",
        "mm",
        "Longest distance between two outer faces of the outlined lesion, in any direction.",
        _OURS,
        (SIZE_ITEM,),
        minimum=0.0,
    ),
    BesideValue(
        "measured_kaiser_score",
        "Kaiser score",
        "integer",
        NO_UNIT,
        "From the answers (root sign: spiculated margin); the curve as measured where the form does not ask for it.",
        _KAISER,
        ("mass_margin", *_ENHANCEMENT, "peritumoral_edema"),
        minimum=1,
        maximum=11,
    ),
    BesideValue(
        "measured_not",
        "What was not measured beside",
        "text",
        NO_UNIT,
        "What could not be measured beside the descriptors, and why.",
        _OURS,
        of_reading=True,
    ),
    BesideValue(
        "lesion_size_source",
        "Where the size comes from",
        "choice",
        NO_UNIT,
        "line: the size is the length of the reader's line; typed: it was typed.",
        _OURS,
        allowed=(LINE, TYPED),
        of_reading=True,
    ),
    BesideValue(
        "lesion_size_line_mm",
        "Length of the reader's line",
        "number",
        "mm",
        "Length of the line that the reader drew over the lesion, also where the size was typed.",
        _OURS,
        minimum=0.0,
        of_reading=True,
    ),
    BesideValue(
        "lesion_size_line_image",
        "Image of the line",
        "text",
        NO_UNIT,
        "What the line was drawn on: dce, subtraction, mip, t1, t2, adc, ...",
        _OURS,
        of_reading=True,
    ),
    BesideValue(
        "lesion_size_line_phase",
        "Phase of the line",
        "integer",
        NO_UNIT,
        "Phase of the dynamic series that the line was drawn on; 0 is before contrast.",
        _OURS,
        minimum=0,
        of_reading=True,
    ),
    BesideValue(
        "phases_aligned",
        "Phases aligned",
        "text",
        NO_UNIT,
        "Phases of the dynamic series that were aligned to the one before contrast because the reader asked for it; "
        "empty: none.",
        _OURS,
        of_reading=True,
    ),
    BesideValue(
        "answers_after_measured",
        "Answers changed after a measured value was shown",
        "text",
        NO_UNIT,
        "Questions that were answered anew after the reader had seen what is measured beside them, separated by "
        "semicolons.",
        _OURS,
        of_reading=True,
    ),
)
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
