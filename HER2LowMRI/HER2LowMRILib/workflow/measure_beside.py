"""Measure what stands beside the descriptors: curve and kinetics, enhancing fraction, SER, T2 ratio, diameter, score.

One function for the panel and the export. It computes what it is asked for and nothing else: what a reader may see says
the reader's object (`CaseReading.beside_unlocked`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from HER2LowMRILib.core.enhancement import (
    background_level,
    early_and_late,
    enhancing_fraction,
    hottest_spot,
    lesion_to_muscle,
    mean_around,
    percent_enhancement,
    spot_mask,
    time_intensity_curve,
)
from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.core.kaiser_score import kaiser_score_of
from HER2LowMRILib.core.kinetics import Kinetics, early_phases, kinetics_of
from HER2LowMRILib.core.lexicon import Answer
from HER2LowMRILib.core.measured_beside import (
    BESIDE_VALUES,
    FOUND,
    LINE,
    MARK_RADIUS_MM,
    MOVED,
    SHOWN_AFTER,
    SPOT,
    T2_LESION,
    T2_MUSCLE,
    TYPED,
    assessed,
)
from HER2LowMRILib.core.size_line import SIZE_ITEM, is_of_line
from HER2LowMRILib.core.voi_diameter import longest_diameter_mm
from HER2LowMRILib.images.align_phases import moved_back
from HER2LowMRILib.images.examination import DCE, T2, Examination
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_on_grid import Outline
from HER2LowMRILib.study.readings import CaseReading, SignedVersion
from HER2LowMRILib.workflow.examination_images import LoadedImage, images_to_load
from HER2LowMRILib.workflow.reading_row import Row

Load = Callable[[str, int | None], LoadedImage | None]
_CURVE = (
    "measured_kinetics_initial", "measured_initial_percent", "measured_kinetics_delayed", "measured_delayed_percent",
    "measured_kinetics_phases", "measured_spot",
)  # fmt: skip
_FRACTION = ("measured_enhancing_fraction", "measured_ser")
# So much around the VOI is looked at: the spot is 3 x 3 voxels.
_MARGIN = 2


@dataclass(frozen=True)
class BesideFacts:
    """What of a reading decides the values beside it.

    Attributes
    ----------
    answers : mapping
        Item id -> answer.
    marks : mapping
        Name -> place [mm, LPS].
    alignment : mapping or None
        See `CaseReading.alignment`.
    size_line : mapping or None
        See `CaseReading.size_line`.
    answers_after : tuple of str
        See `CaseReading.answers_after`.
    """

    answers: Mapping[str, Answer]
    marks: Mapping[str, Sequence[float]] = field(default_factory=dict)
    alignment: Mapping[str, Any] | None = None
    size_line: Mapping[str, Any] | None = None
    answers_after: tuple[str, ...] = ()


def facts_beside(reading: CaseReading | SignedVersion) -> BesideFacts:
    """What of a reading, open or signed, decides the values beside it."""
    return BesideFacts(
        dict(reading.answers),
        dict(reading.marks),
        dict(reading.alignment) if reading.alignment else None,
        dict(reading.size_line) if reading.size_line else None,
        tuple(reading.answers_after),
    )


@dataclass(frozen=True)
class Curve:
    """A time-intensity curve and where it was taken.

    Attributes
    ----------
    times_s : tuple of float or None
        Start of each phase after the one before contrast [s]; None: not known.
    signal : tuple of float
        Mean of the spot in each phase.
    kinetics : Kinetics
    place_mm : tuple of float
        Middle of the spot [mm, LPS].
    moved : bool
        Whether the reader moved it.
    voxels : int
        Voxels of the spot.
    """

    times_s: tuple[float | None, ...]
    signal: tuple[float, ...]
    kinetics: Kinetics
    place_mm: tuple[float, float, float]
    moved: bool
    voxels: int


@dataclass(frozen=True)
class Beside:
    """What was measured.

    Attributes
    ----------
    values : mapping
        Column -> value, of those that were asked for; None: could not be measured.
    curve : Curve or None
    problems : tuple of str
        What could not be measured, and why.
    """

    values: Row = field(default_factory=dict)
    curve: Curve | None = None
    problems: tuple[str, ...] = ()


def loader_of(examination: Examination | None) -> Load:
    """How the images of an examination are read, each when it is asked for."""
    found = {(image.role, image.phase): image for image in images_to_load(examination)}
    return lambda role, phase: found[role, phase].load() if (role, phase) in found else None


def measure_beside(
    examination: Examination | None,
    load: Load,
    outline: Outline | None,
    facts: BesideFacts,
    wanted: Collection[str] = tuple(SHOWN_AFTER),
) -> Beside:
    """Measure values beside the descriptors of one reading.

    Parameters
    ----------
    examination : Examination or None
        As far as the stage of the reading shows it.
    load : callable
        Role and phase -> the image, None where there is none.
    outline : Outline or None
        What the reader drew.
    facts : BesideFacts
    wanted : collection of str
        Columns that may be computed.

    Returns
    -------
    Beside
        Never raises for what is wrong with images: the reason stands in `problems`.
    """
    values: Row = {}
    problems: list[str] = []
    curve: Curve | None = None
    delayed = None
    # The Kaiser score takes the curve where the form does not ask for it.
    needs_curve = any(name in wanted for name in _CURVE) or "measured_kaiser_score" in wanted
    if needs_curve or any(name in wanted for name in _FRACTION):
        try:
            phases = _phases(examination, load, outline, facts)
            if needs_curve:
                curve = _curve(phases, facts)
                delayed = curve.kinetics.delayed
                values |= _curve_row(curve)
            if any(name in wanted for name in _FRACTION):
                values |= _fraction_row(phases, problems)
        except HER2LowMRIError as error:
            problems.append(f"dynamic series: {error}")
    if "measured_t2_lesion_to_muscle" in wanted:
        values["measured_t2_lesion_to_muscle"] = _ratio(load, facts, problems)
    if "measured_diameter_mm" in wanted:
        longest = (
            longest_diameter_mm(outline.lesion, outline.grid.spacing_mm) if outline is not None else None
        )
        values["measured_diameter_mm"] = None if longest is None or np.isnan(longest) else longest
    if "measured_kaiser_score" in wanted:
        values["measured_kaiser_score"] = kaiser_score_of(facts.answers, assessed(delayed))
    kept = {name: values.get(name) for name in SHOWN_AFTER if name in wanted}
    return Beside(kept, curve if any(name in wanted for name in _CURVE) else None, tuple(problems))


def beside_row(beside: Beside, facts: BesideFacts) -> Row:
    """The columns of readings.csv: what was measured, and how the reader came by the size."""
    line, size = facts.size_line, facts.answers.get(SIZE_ITEM)
    typed = TYPED if isinstance(size, int | float) else None
    aligned = sorted(map(int, (facts.alignment or {}).get("phases", {})))
    row: Row = dict(beside.values)
    row |= {
        "measured_not": "; ".join(beside.problems) or None,
        "lesion_size_source": LINE if is_of_line(size, line) else typed,
        "lesion_size_line_mm": float(line["length_mm"]) if line is not None else None,
        "lesion_size_line_image": str(line["image"]) or None if line is not None else None,
        "lesion_size_line_phase": line["phase"] if line is not None else None,
        "phases_aligned": ";".join(map(str, aligned)) or None,
        "answers_after_measured": ";".join(facts.answers_after) or None,
    }
    return {value.name: row.get(value.name) for value in BESIDE_VALUES}


@dataclass(frozen=True)
class _Phases:
    """The phases around a VOI.

    Attributes
    ----------
    images : list of ndarray, shape (k, j, i)
        Cut to the box around VOI and spot.
    times_s : tuple of float or None
    voi : ndarray of bool, shape (k, j, i)
    grid : ImageGrid
        Of the whole images.
    corner : tuple of int
        First voxel (k, j, i) of the box.
    """

    images: list[np.ndarray]
    times_s: tuple[float | None, ...]
    voi: np.ndarray
    grid: ImageGrid
    corner: tuple[int, int, int]


def _phases(
    examination: Examination | None, load: Load, outline: Outline | None, facts: BesideFacts
) -> _Phases:
    phases = examination.dce if examination is not None else ()
    if len(phases) < 2:
        raise ImageError(
            "Enhancement cannot be measured", needed="a phase before contrast and one after", found="none"
        )
    if outline is None:
        raise ImageError("Enhancement cannot be measured", needed="a VOI", found="nothing drawn")
    grid = phases[0].images.grid
    voi, _ = outline.on(grid)
    box = _box(voi, grid, facts.marks.get(SPOT))
    images = []
    for phase in phases:
        loaded = load(DCE, phase.number)
        if loaded is None or loaded.array is None or loaded.grid is None:
            why = loaded.problem if loaded is not None else "it is not there"
            raise ImageError(f"Phase {phase.number} cannot be used: {why}")
        if not loaded.grid.same_as(grid, 0.1):
            raise ImageError(
                f"Phase {phase.number} cannot be used", needed="the voxels of the phase before contrast"
            )
        images.append(_as_asked(loaded, phase.number, facts, box))
    corner = (box[0].start, box[1].start, box[2].start)
    return _Phases(images, tuple(phase.time_s for phase in phases), voi[box], grid, corner)


def _as_asked(
    loaded: LoadedImage, number: int, facts: BesideFacts, box: tuple[slice, slice, slice]
) -> np.ndarray:
    """The phase as acquired, or aligned as the reader asked."""
    assert loaded.array is not None and loaded.grid is not None
    matrix = (facts.alignment or {}).get("phases", {}).get(str(number))
    if matrix is None:
        return np.array(loaded.array[box])
    return moved_back(loaded.array, loaded.grid, matrix, box)


def _box(voi: np.ndarray, grid: ImageGrid, spot: Sequence[float] | None) -> tuple[slice, slice, slice]:
    """The voxels around VOI and spot, so that no whole phase has to be kept."""
    axes = [np.flatnonzero(voi.any(axis=tuple(a for a in range(3) if a != axis))) for axis in range(3)]
    low = [int(at[0]) for at in axes]
    high = [int(at[-1]) for at in axes]
    if spot is not None:
        at_spot = _voxel(grid, spot)
        low = [min(pair) for pair in zip(low, at_spot, strict=True)]
        high = [max(pair) for pair in zip(high, at_spot, strict=True)]
    k, j, i = (
        slice(max(0, first - _MARGIN), min(size, last + _MARGIN + 1))
        for first, last, size in zip(low, high, grid.shape, strict=True)
    )
    return k, j, i


def _voxel(grid: ImageGrid, place_mm: Sequence[float]) -> tuple[int, int, int]:
    """The voxel (k, j, i) at a place [mm, LPS]."""
    ijk = np.rint(np.linalg.inv(grid.ijk_to_lps()) @ (*place_mm, 1.0))[:3].astype(int)
    k, j, i = (int(n) for n in ijk[::-1])
    if not all(0 <= n < size for n, size in zip((k, j, i), grid.shape, strict=True)):
        raise ImageError(
            "The mark lies outside the images", needed="a place within them", todo="Move the mark"
        )
    return k, j, i


def _curve(phases: _Phases, facts: BesideFacts) -> Curve:
    spot = facts.marks.get(SPOT)
    if spot is not None:
        centre = tuple(n - c for n, c in zip(_voxel(phases.grid, spot), phases.corner, strict=True))
        mask = spot_mask(centre, phases.voi.shape)
    else:
        before = phases.images[0]
        floor = background_level(before, phases.voi)
        early = [percent_enhancement(before, phases.images[n], floor) for n in early_phases(phases.times_s)]
        found = hottest_spot(np.fmax.reduce(early), phases.voi)
        if found is None:
            raise ImageError(
                "There is no spot for a curve", needed="3 voxels of the VOI side by side that could be judged"
            )
        centre = found.centre
        # Whole where the VOI holds a whole one; what lies outside a small VOI is not the lesion.
        mask = spot_mask(centre, phases.voi.shape)
        mask &= phases.voi
    signal = time_intensity_curve(phases.images, mask)
    at = np.asarray(centre) + phases.corner
    place = phases.grid.ijk_to_lps() @ (*at[::-1], 1.0)
    return Curve(
        phases.times_s,
        signal,
        kinetics_of(signal, phases.times_s),
        (float(place[0]), float(place[1]), float(place[2])),
        spot is not None,
        int(mask.sum()),
    )


def _curve_row(curve: Curve) -> Row:
    kinetics = curve.kinetics
    looked_at = " ".join(map(str, kinetics.initial_phases))
    phases = f"initial {looked_at}, peak {kinetics.peak_phase}, last {kinetics.last_phase}"
    return {
        "measured_kinetics_initial": kinetics.initial,
        "measured_initial_percent": _number(kinetics.initial_percent),
        "measured_kinetics_delayed": kinetics.delayed,
        "measured_delayed_percent": _number(kinetics.delayed_percent),
        "measured_kinetics_phases": kinetics.reason or phases,
        "measured_spot": MOVED if curve.moved else FOUND,
    }


def _fraction_row(phases: _Phases, problems: list[str]) -> Row:
    known = [time for time in phases.times_s if time is not None]
    if len(known) < len(phases.times_s):
        problems.append("enhancing fraction: the times of the phases are not known")
        return {}
    early, late = early_and_late(known)
    found = enhancing_fraction(phases.images[0], phases.images[early], phases.images[late], phases.voi)
    return {
        "measured_enhancing_fraction": _number(found.fraction),
        "measured_ser": _number(found.ser),
    }


def _ratio(load: Load, facts: BesideFacts, problems: list[str]) -> float | None:
    marks = [facts.marks.get(name) for name in (T2_LESION, T2_MUSCLE)]
    if any(mark is None for mark in marks):
        return None
    loaded = load(T2, None)
    try:
        if loaded is None or loaded.array is None or loaded.grid is None:
            raise ImageError("There is no T2" if loaded is None else f"T2 cannot be used: {loaded.problem}")
        signals = []
        for mark in marks:
            at = _voxel(loaded.grid, mark or ())
            signals.append(mean_around(loaded.array, at, MARK_RADIUS_MM, loaded.grid.spacing_mm))
        return _number(lesion_to_muscle(*signals))
    except HER2LowMRIError as error:
        problems.append(f"T2 ratio: {error}")
        return None


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
