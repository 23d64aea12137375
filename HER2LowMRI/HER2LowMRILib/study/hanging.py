"""`hanging.json`: what stands in which view, by which key it comes up, and between which grey levels it is shown.

The default is shipped; a study may have its own, which the coordinator gives it. How views are drawn is the panel's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.json_shape import (
    Shape,
    exactly,
    fields,
    flag,
    like,
    listed,
    mapped,
    number,
    parse_json,
    text,
)
from HER2LowMRILib.images.examination import DCE, T1, T2, Examination
from HER2LowMRILib.study.coordinator_record import HANGING_FILE, recorded_file

SCHEMA = "her2lowmri.hanging/1"
ADC_MAP, D_MAP, K_MAP, HIGH_B = "adc", "d_app", "k_app", "high_b"
SUBTRACTION, PROJECTION = "subtraction", "mip"
IMAGES = (ADC_MAP, D_MAP, K_MAP, HIGH_B, DCE, SUBTRACTION, PROJECTION, T1, T2)
# Before contrast, the first after it, or the one that the reader steps to.
BEFORE, FIRST, SHOWN = "before", "first", "shown"
_OF_PHASES = (DCE, SUBTRACTION, PROJECTION)
ACTS = ("phase_back", "phase_forward", "subtraction", "projection", "line", "outline")
# Digits answer questions.
_KEY = like(r"F([1-9]|1[0-2])|[^\s\d\x00-\x1f]", "a key other than a digit")
_VIEW = fields({"image": exactly(*IMAGES)}, {"phase": exactly(BEFORE, FIRST, SHOWN)})
_LAYOUT = fields(
    {
        "id": like(r"[a-z][a-z0-9_]{0,31}", "a short name in small letters"),
        "label": text,
        "key": _KEY,
        "views": listed(_VIEW),
        "questions": listed(text),
    }
)
_SHAPE: Shape = fields(
    {
        "schema": exactly(SCHEMA),
        "question_brings_layout": flag,
        "layouts": listed(_LAYOUT),
        "windows": mapped(listed(number), key=exactly(*IMAGES)),
        "keys": mapped(_KEY, key=exactly(*ACTS)),
    }
)
MOST_VIEWS = 6


@dataclass(frozen=True)
class View:
    """What stands in one view.

    Attributes
    ----------
    image : str
        One of `IMAGES`.
    phase : str
        "before", "first" or "shown" of images of the dynamic series; else empty.
    """

    image: str
    phase: str = ""


@dataclass(frozen=True)
class Layout:
    """The views that are seen together.

    Attributes
    ----------
    id, label : str
    key : str
        Brings it up.
    views : tuple of View
        From left to right, then down.
    questions : tuple of str
        Items of the form that it comes up for by itself.
    """

    id: str
    label: str
    key: str
    views: tuple[View, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class HangingProtocol:
    """How the images of a case are hung.

    Attributes
    ----------
    layouts : tuple of Layout
    windows : mapping of str to (float, float)
        Image -> percentiles shown as black and white.
    keys : mapping of str to str
        Act -> key.
    question_brings_layout : bool
        Whether a question brings up its layout, unless the reader switched that off.
    """

    layouts: tuple[Layout, ...]
    windows: Mapping[str, tuple[float, float]]
    keys: Mapping[str, str]
    question_brings_layout: bool

    def layout_of(self, question: str) -> Layout | None:
        """The layout that a question needs; None where any will do."""
        return next((layout for layout in self.layouts if question in layout.questions), None)


def parse_hanging(content: bytes) -> HangingProtocol:
    """Read a hanging protocol.

    Raises
    ------
    StudyError
        If it is none, a key or an id comes twice, a view needs a phase or has one too many, or a window is none.
    """
    kept = parse_json(content, _SHAPE, HANGING_FILE)
    layouts = tuple(
        Layout(
            one["id"],
            one["label"],
            one["key"],
            tuple(View(view["image"], view.get("phase", "")) for view in one["views"]),
            tuple(one["questions"]),
        )
        for one in kept["layouts"]
    )
    windows = {image: _window(image, percentiles) for image, percentiles in kept["windows"].items()}
    _check_layouts(layouts, kept["keys"])
    return HangingProtocol(layouts, windows, dict(kept["keys"]), kept["question_brings_layout"])


def _check_layouts(layouts: tuple[Layout, ...], keys: Mapping[str, str]) -> None:
    if not layouts:
        raise _wrong("at least one layout", "none")
    used = [layout.key for layout in layouts] + list(keys.values())
    if len({key.upper() for key in used}) < len(used):
        raise _wrong("a key of its own for every layout and act", "one key twice")
    if len({layout.id for layout in layouts}) < len(layouts):
        raise _wrong("an id of its own for every layout", "one id twice")
    asked = [question for layout in layouts for question in layout.questions]
    if len(set(asked)) < len(asked):
        raise _wrong("one layout for a question", "a question in two")
    for layout in layouts:
        if not 1 <= len(layout.views) <= MOST_VIEWS:
            raise _wrong(f"1 to {MOST_VIEWS} views in a layout", f"{len(layout.views)} in {layout.id}")
        for view in layout.views:
            if bool(view.phase) != (view.image in _OF_PHASES):
                needed = "a phase for dce, subtraction and mip, and for no other image"
                raise _wrong(needed, f"{view.image} in {layout.id}")
            if view.phase == BEFORE and view.image != DCE:
                raise _wrong("a phase after contrast to subtract from", f"{view.image} in {layout.id}")


def _window(image: str, percentiles: Sequence[float]) -> tuple[float, float]:
    if len(percentiles) != 2 or not 0 <= percentiles[0] < percentiles[1] <= 100:
        raise _wrong("two percentiles for a window, the first lower", f"{tuple(percentiles)} for {image}")
    return float(percentiles[0]), float(percentiles[1])


def _wrong(needed: str, found: str) -> StudyError:
    return StudyError(f"{HANGING_FILE} cannot be used", needed=needed, found=found)


def default_hanging() -> bytes:
    """Content of the protocol that is shipped."""
    return (Path(__file__).parents[1] / "data" / HANGING_FILE).read_bytes()


def read_hanging(study: Path) -> HangingProtocol:
    """The hanging protocol of a study: its own, or the default.

    Raises
    ------
    StudyError
        If its own is damaged, or was changed outside the coordinator's session.
    """
    found = recorded_file(study, HANGING_FILE)
    if found.problem is not None:
        raise StudyError(found.problem, todo="Give it again with `her2lowmri study hanging`")
    return parse_hanging(default_hanging() if found.content is None else found.content)


@dataclass(frozen=True)
class Hung:
    """What a view of a case shows.

    Attributes
    ----------
    image : str
        One of `IMAGES`.
    phase : int or None
        Number of the phase, 0 before contrast.
    note : str
        Why it is another than the layout asks for, or why there is none; else empty.
    """

    image: str | None
    phase: int | None = None
    note: str = ""


def hang(view: View, examination: Examination | None, shown_phase: int = 1) -> Hung:
    """What stands in a view of one case.

    Parameters
    ----------
    view : View
    examination : Examination or None
        Of the case, as far as the stage of the reading shows it.
    shown_phase : int
        The phase that the reader stepped to.
    """
    if view.image in (ADC_MAP, D_MAP, K_MAP, HIGH_B):
        return Hung(view.image)
    posts = len(examination.dce) - 1 if examination is not None else -1
    if view.image == T1:
        if examination is not None and examination.t1:
            return Hung(T1)
        if posts >= 0:
            return Hung(DCE, 0, "no T1 without fat suppression: before contrast")
        return Hung(None, None, "no T1")
    if view.image == T2:
        there = examination is not None and examination.t2
        return Hung(T2) if there else Hung(None, None, "no T2")
    if posts < 1:
        return Hung(None, None, "no dynamic series")
    phase = {BEFORE: 0, FIRST: 1, SHOWN: min(max(shown_phase, 0), posts)}[view.phase]
    if view.image != DCE and phase == 0:
        return Hung(DCE, 0, "before contrast there is nothing to subtract")
    return Hung(view.image, phase)


def to_text(content: bytes) -> str:
    """A protocol as text that a person can edit."""
    kept: dict[str, Any] = json.loads(content)
    return json.dumps(kept, indent=1, ensure_ascii=False)
