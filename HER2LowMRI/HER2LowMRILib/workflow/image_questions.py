"""What sorting left open, case by case, with a picture of each candidate: for a person who looks and decides."""

from dataclasses import dataclass, field

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.images.examination import ANSWERED_ROLES, ImageSet, Question, SeriesName
from HER2LowMRILib.images.read_image_set import read_middle_slice
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.workflow.examination_images import why_not_read

_DARK, _BRIGHT = 1.0, 99.7
_LARGEST = 160


@dataclass(frozen=True)
class Candidate:
    """A series that may be the answer.

    Attributes
    ----------
    series : int or str
        Series number; name of an image file.
    description : str
        Name of the series.
    volumes : int
        Volumes of it that are asked about.
    picture : ndarray of uint8 or None, shape (rows, columns)
        Its middle slice.
    problem : str
        Why there is no picture; else empty.
    """

    series: SeriesName
    description: str
    volumes: int
    picture: np.ndarray | None = field(default=None, repr=False)
    problem: str = ""


@dataclass(frozen=True)
class ImageQuestion:
    """One question about the images of a case, and what may be the answer."""

    case_id: str
    role: str
    text: str
    candidates: tuple[SeriesName, ...]


def open_image_questions(office: CoordinatorView) -> list[ImageQuestion]:
    """The questions that sorting left open, of all cases; a case whose examination is damaged has none."""
    found = []
    for case in office.cases:
        try:
            examination = office.examination(case.case_id)
        except HER2LowMRIError:
            continue
        for question in examination.questions if examination is not None else ():
            if question.role in ANSWERED_ROLES:
                found.append(ImageQuestion(case.case_id, question.role, question.text, question.series))
    return found


def candidates_of(office: CoordinatorView, question: ImageQuestion) -> list[Candidate]:
    """The series that may be the answer, each with its middle slice.

    Never raises for what is wrong with an image: then it has no picture, and the reason.
    """
    examination = office.examination(question.case_id)
    asked: list[Question] = [
        one
        for one in (examination.questions if examination is not None else ())
        if (one.role, one.text) == (question.role, question.text)
    ]
    found = []
    for series in question.candidates:
        volumes = [volume for one in asked for volume in one.candidates if volume.series == series]
        # Of a dynamic series the second phase: the first looks like any T1.
        found.append(_candidate(volumes[min(1, len(volumes) - 1)], len(volumes)) if volumes else None)
    return [candidate for candidate in found if candidate is not None]


def _candidate(volume: ImageSet, count: int) -> Candidate:
    try:
        picture, problem = as_picture(read_middle_slice(volume)), ""
    except (HER2LowMRIError, OSError) as error:
        picture, problem = None, why_not_read(error, volume)
    return Candidate(volume.series, volume.description, count, picture, problem)


def as_picture(plane: np.ndarray) -> np.ndarray:
    """A slice as grey levels, small enough to stand beside others.

    Parameters
    ----------
    plane : ndarray, shape (rows, columns)

    Returns
    -------
    ndarray of uint8, shape (rows, columns), at most 160 of each
    """
    values = np.nan_to_num(np.asarray(plane, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    step = max(1, -(-max(values.shape) // _LARGEST))
    values = values[::step, ::step]
    low, high = np.percentile(values, (_DARK, _BRIGHT))
    return np.ascontiguousarray(255 * np.clip((values - low) / max(high - low, 1e-6), 0, 1)).astype(np.uint8)
