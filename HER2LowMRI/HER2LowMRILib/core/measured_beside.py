"""Values that the program measures for a descriptor: shown beside the answer after it was given, never before.

What a program says first a reader repeats; what it says after, the reader can weigh.
"""

from collections.abc import Mapping

from HER2LowMRILib.core.lexicon import Answer

# Measured value -> the questions that must be answered before it is shown, as far as the form asks them.
SHOWN_AFTER: dict[str, tuple[str, ...]] = {
    "measured_kinetics_initial": ("kinetics_initial", "mass_enhancement", "nme_enhancement"),
    "measured_kinetics_delayed": ("kinetics_delayed", "mass_enhancement", "nme_enhancement"),
    "measured_enhancing_fraction": ("mass_enhancement", "nme_enhancement"),
    "measured_ser": ("mass_enhancement", "nme_enhancement"),
    "measured_t2_lesion_to_muscle": ("t2_hyperintensity", "t2_lesion_to_muscle"),
    "measured_diameter_mm": ("lesion_size_mm",),
    "measured_kaiser_score": (
        "mass_margin",
        "mass_enhancement",
        "nme_enhancement",
        "peritumoral_edema",
    ),
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
