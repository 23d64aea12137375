"""The row of one reading, the same in the panel and in the export."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from HER2LowMRILib import __version__
from HER2LowMRILib.core.columns import Row, column_names
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import Answer
from HER2LowMRILib.core.slice_origin import ASSISTED, CONFIRMED, DRAWN, INTERPOLATED, count_by_origin
from HER2LowMRILib.study.protocol import AboutStudy

# Column of times -> steps; the panel calls the form by the name of its page.
STEPS_TIMED = {"voi": ("voi",), "form": ("form", "descriptors")}


@dataclass(frozen=True)
class ReadingFacts:
    """What a reader gave, beside the VOI.

    Attributes
    ----------
    answers : mapping
        Item -> answer.
    version : int
        1: as first signed off; 2 and more: amended.
    seconds : mapping
        Step -> time spent [s].
    active_seconds : mapping
        Step -> time spent without pauses [s]; empty where it was not recorded.
    origins : mapping or None
        Slice -> how its outline was made; None: not recorded.
    position : int or None
        Place of the case in the reader's order, from 1.
    comment, exclusion : str or None
        A remark for the table, and why the case cannot be read.
    repeat : bool
        Whether it is the second reading of a case that is read twice.
    """

    answers: Mapping[str, Answer]
    version: int | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    active_seconds: Mapping[str, float] = field(default_factory=dict)
    origins: Mapping[int, str] | None = None
    position: int | None = None
    comment: str | None = None
    exclusion: str | None = None
    repeat: bool = False


def reading_row(
    about: AboutStudy | None,
    form: Form,
    case_id: str,
    reader: str,
    facts: ReadingFacts,
    details: Mapping[str, str | None],
    measured: Row,
) -> Row:
    """Return the row of readings.csv: every column in its order; None is "missing".

    Parameters
    ----------
    about : AboutStudy or None
        The study; None for a case without one.
    form : Form
        Its questions.
    case_id, reader : str
    facts : ReadingFacts
    details : mapping
        What the coordinator said of the case (`Case.details`).
    measured : dict
        Columns that follow from images and VOI (`workflow.measure_maps`); empty when nothing is drawn.
    """
    row: Row = {"case_id": case_id, "reader": reader}
    row |= form.values_for_row(facts.answers)
    row |= measured
    row |= study_columns(about, form)
    row |= details
    row |= {
        "reading_version": facts.version,
        "reading_seconds": round(sum(facts.seconds.values()), 3) if facts.seconds else None,
        "comment": facts.comment or None,
        "exclusion_reason": facts.exclusion,
        "reading_position": facts.position,
        "repeat": int(facts.repeat),
    }
    row |= _drawing(facts)
    names = column_names("readings", form.lexicon, about.features if about is not None else None)
    return {name: row.get(name) for name in names}


def _drawing(facts: ReadingFacts) -> Row:
    active = facts.active_seconds
    row: Row = {
        f"{name}_seconds": round(sum(active.get(step, 0.0) for step in steps), 3)
        for name, steps in STEPS_TIMED.items()
        if any(step in active for step in steps)
    }
    if facts.origins is not None:
        count = count_by_origin(facts.origins)
        row |= {f"voi_slices_{origin}": count[origin] for origin in (DRAWN, ASSISTED)}
        row |= {
            "voi_slices_interpolated": count[INTERPOLATED] + count[CONFIRMED],
            "voi_slices_unconfirmed": count[INTERPOLATED],
        }
    return row


def study_columns(about: AboutStudy | None, form: Form) -> Row:
    """Return the columns that are the same in all rows of a study."""
    return {
        "lexicon_edition": about.lexicon if about is not None else form.lexicon.edition,
        "software_version": __version__,
        "synthetic": int(about.synthetic) if about is not None else None,
    }
