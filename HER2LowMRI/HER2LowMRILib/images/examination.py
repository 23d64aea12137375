"""One breast MRI examination, sorted: which images are the diffusion, the T1, the T2, the phases of the dynamic series.

A result of ``sorting``; kept by a study as JSON, so that opening a case reads the listed files and no others.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.image_grid import ImageGrid

SCHEMA = "her2lowmri.examination/1"
CERTAIN, LIKELY, ASKED = "certain", "likely", "asked"
DWI, ADC, T1, T2, DCE, ULTRAFAST = "dwi", "adc", "t1", "t2", "dce", "ultrafast"
ROLES = (DWI, ADC, T1, T2, DCE, ULTRAFAST)
# Of these a person may say which series they are.
ANSWERED_ROLES = (T1, T2, DCE)
NOT_KNOWN = "not known"
SeriesName = int | str


@dataclass(frozen=True)
class SeriesFiles:
    """All files of a series that another part of the intake reads: diffusion, ADC.

    Attributes
    ----------
    series : int or str
        Series number; name of an image file.
    description : str
        Name of the series.
    files : tuple of Path
    """

    series: SeriesName
    description: str
    files: tuple[Path, ...] = field(repr=False)


@dataclass(frozen=True)
class ImageSet:
    """One volume on one grid, and where its voxels are.

    Attributes
    ----------
    series : int or str
        Series number; name of an image file.
    description : str
        Name of the series.
    grid : ImageGrid
    files : tuple of Path
        DICOM files, or one image file.
    frames : tuple of tuple of int
        Of every DICOM file with several frames, those of this volume, from 0; empty: all of every file.
    volume : int or None
        Of an image file with several volumes, which one, from 0.
    sha256 : str
        Of the contents of its files when a study took them; empty where nobody asked.
    """

    series: SeriesName
    description: str
    grid: ImageGrid
    files: tuple[Path, ...] = field(repr=False)
    frames: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    volume: int | None = None
    sha256: str = field(default="", compare=False)


@dataclass(frozen=True)
class Phase:
    """One phase of a dynamic series; number 0 is before contrast.

    Attributes
    ----------
    number : int
    time_s : float or None
        Start after the start of phase 0 [s]; None: not known.
    time_source : str
        Where the time stands, e.g. "trigger time"; "not known".
    images : ImageSet
    """

    number: int
    time_s: float | None
    time_source: str
    images: ImageSet


@dataclass(frozen=True)
class Aside:
    """What is not one of the roles, and why; its volumes can still be looked at."""

    series: SeriesName
    description: str
    reason: str
    volumes: tuple[ImageSet, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Question:
    """What the images do not tell for certain.

    Attributes
    ----------
    role : str
        The role that is empty until the answer.
    text : str
    candidates : tuple of ImageSet
        What it may be; their middle slices help to decide.
    """

    role: str
    text: str
    candidates: tuple[ImageSet, ...] = field(default=(), repr=False)

    @property
    def series(self) -> tuple[SeriesName, ...]:
        """The series that may be meant, each once."""
        return tuple(dict.fromkeys(candidate.series for candidate in self.candidates))


@dataclass(frozen=True)
class Decision:
    """How sure a role is, and by what: certain (the header alone), likely (a name decided), asked."""

    certainty: str
    decided_by: str


@dataclass(frozen=True)
class Examination:
    """What an examination holds.

    Attributes
    ----------
    dwi, adc : tuple of SeriesFiles
    t1, t2 : tuple of ImageSet
        One volume, or two where left and right were measured on their own.
    dce, ultrafast : tuple of Phase
        In the order of time.
    aside : tuple of Aside
    questions : tuple of Question
    decisions : mapping of str to Decision
        Role -> how sure it is; no entry for a role that is not there.
    notes : tuple of str
        What a reader of the images should know, e.g. that the T2 is not fat-suppressed.
    answers : mapping of str to tuple
        Role -> series that a person said it is; empty: none of them.
    b_values : tuple of float
        Of the diffusion images [s/mm2]; empty where they were not told by headers.
    dwi_sha256 : str
        Of the diffusion images when a study took them; empty where nobody asked.
    """

    dwi: tuple[SeriesFiles, ...] = ()
    adc: tuple[SeriesFiles, ...] = ()
    t1: tuple[ImageSet, ...] = ()
    t2: tuple[ImageSet, ...] = ()
    dce: tuple[Phase, ...] = ()
    ultrafast: tuple[Phase, ...] = ()
    aside: tuple[Aside, ...] = ()
    questions: tuple[Question, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    answers: Mapping[str, tuple[SeriesName, ...]] = field(default_factory=dict)
    b_values: tuple[float, ...] = ()
    dwi_sha256: str = ""

    def only(self, roles: tuple[str, ...]) -> "Examination":
        """The part of it that these roles are; what stands aside is the part of none."""
        shown = {role: getattr(self, role) for role in ROLES if role in roles}
        decisions = {role: decision for role, decision in self.decisions.items() if role in roles}
        return Examination(**shown, decisions=decisions, b_values=self.b_values, dwi_sha256=self.dwi_sha256)

    def image_sets(self) -> Iterator[ImageSet]:
        """Every volume that can be loaded by itself, also those aside."""
        yield from (*self.t1, *self.t2)
        yield from (phase.images for phase in (*self.dce, *self.ultrafast))
        yield from (volume for aside in self.aside for volume in aside.volumes)
        yield from (volume for question in self.questions for volume in question.candidates)

    def with_files(self, place: Callable[[Path], Path]) -> "Examination":
        """The same, its files elsewhere."""
        return self.changed(lambda images: replace(images, files=tuple(map(place, images.files))))

    def changed(self, moved: Callable[[Any], Any]) -> "Examination":
        """The same, every set of files and every volume replaced by what a function makes of it."""

        def phases(of: tuple[Phase, ...]) -> tuple[Phase, ...]:
            return tuple(replace(phase, images=moved(phase.images)) for phase in of)

        return replace(
            self,
            dwi=tuple(map(moved, self.dwi)),
            adc=tuple(map(moved, self.adc)),
            t1=tuple(map(moved, self.t1)),
            t2=tuple(map(moved, self.t2)),
            dce=phases(self.dce),
            ultrafast=phases(self.ultrafast),
            aside=tuple(replace(one, volumes=tuple(map(moved, one.volumes))) for one in self.aside),
            questions=tuple(
                replace(one, candidates=tuple(map(moved, one.candidates))) for one in self.questions
            ),
        )


def overview(examination: Examination, folder: Path) -> dict[str, Any]:
    """An examination as ``her2lowmri examination --json`` prints it; files relative to ``folder``."""
    root = folder.absolute()

    def name(file: Path) -> str:
        return PurePosixPath(os.path.relpath(file.absolute(), root).replace(os.sep, "/")).as_posix()

    def phases(of: tuple[Phase, ...]) -> dict[str, Any]:
        return {
            "phases": [
                {
                    "number": phase.number,
                    "time_s": phase.time_s,
                    "time_source": phase.time_source,
                    "series": phase.images.series,
                    "files": list(map(name, phase.images.files)),
                }
                for phase in of
            ]
        }

    def series(of: tuple[SeriesFiles, ...] | tuple[ImageSet, ...]) -> list[SeriesName]:
        return list(dict.fromkeys(one.series for one in of))

    return {
        "dwi": series(examination.dwi),
        "adc": series(examination.adc),
        "t1": series(examination.t1),
        "t2": series(examination.t2),
        "dce": phases(examination.dce),
        "ultrafast": phases(examination.ultrafast),
        "aside": [
            {"series": one.series, "description": one.description, "reason": one.reason}
            for one in examination.aside
        ],
        "questions": [
            {"role": one.role, "question": one.text, "series": list(one.series)}
            for one in examination.questions
        ],
        "certainty": {
            role: {"certainty": decision.certainty, "decided_by": decision.decided_by}
            for role, decision in examination.decisions.items()
        },
        "notes": list(examination.notes),
    }


def in_words(examination: Examination) -> str:
    """What was found and what is missing, in one paragraph."""
    parts = [_diffusion_in_words(examination)]
    parts += [
        "ADC map of the scanner" if examination.adc else "",
        "T2" if examination.t2 else "no T2",
        "T1" if examination.t1 else "no T1",
        _phases_in_words("DCE", examination.dce) or "no DCE",
        _phases_in_words("ultrafast", examination.ultrafast),
        _aside_in_words(examination.aside),
    ]
    text = "; ".join(part for part in parts if part) + "."
    text = " ".join((text, *(f"{note}." for note in examination.notes)))
    if examination.questions:
        asked = " ".join(question.text for question in examination.questions)
        text += f" {counted(len(examination.questions), 'question')}: {asked}"
    return text


def _diffusion_in_words(examination: Examination) -> str:
    if not examination.dwi:
        return "no DWI"
    return f"DWI {'/'.join(f'{b:g}' for b in examination.b_values)}".strip()


def _phases_in_words(name: str, phases: tuple[Phase, ...]) -> str:
    if not phases:
        return ""
    times = [phase.time_s for phase in phases]
    source = phases[-1].time_source
    when = (
        f"at {' '.join(f'{time:.0f}' for time in times if time is not None)} s ({source})"
        if None not in times
        else "times not known"
    )
    return f"{name} 1+{len(phases) - 1} {when}"


def _aside_in_words(aside: tuple[Aside, ...]) -> str:
    if not aside:
        return ""
    reasons: dict[str, int] = {}
    for one in aside:
        short = one.reason.split(":")[0]
        reasons[short] = reasons.get(short, 0) + 1
    return "aside " + ", ".join(f"{count} {reason}" for reason, count in reasons.items())


def to_json(examination: Examination, place: Callable[[Path], str]) -> dict[str, Any]:
    """An examination as a study keeps it.

    Parameters
    ----------
    examination : Examination
    place : callable
        How a file is written down.
    """
    return {"schema": SCHEMA} | {
        one.name: _plain(getattr(examination, one.name), place) for one in fields(Examination)
    }


def _plain(value: Any, place: Callable[[Path], str]) -> Any:
    if isinstance(value, Path):
        return place(value)
    if isinstance(value, Mapping):
        return {key: _plain(item, place) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item, place) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {one.name: _plain(getattr(value, one.name), place) for one in fields(value)}
    return value


def from_json(kept: Mapping[str, Any], place: Callable[[str], Path]) -> Examination:
    """An examination that a study kept.

    Raises
    ------
    ImageError
        If it is none, or of another version of the software.
    """
    if kept.get("schema") != SCHEMA:
        raise ImageError(
            "The sorted examination is of another version of the software",
            needed=SCHEMA,
            found=str(kept.get("schema"))[:60],
            todo="Run `her2lowmri study sort`",
        )
    try:
        return _examination(kept, place)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ImageError("The sorted examination is damaged", todo="Run `her2lowmri study sort`") from error


def _as_tuple(value: Any) -> Any:
    return tuple(map(_as_tuple, value)) if isinstance(value, list) else value


def _examination(kept: Mapping[str, Any], place: Callable[[str], Path]) -> Examination:
    def files(of: Mapping[str, Any]) -> SeriesFiles:
        return SeriesFiles(of["series"], of["description"], tuple(map(place, of["files"])))

    def images(of: Mapping[str, Any]) -> ImageSet:
        grid = ImageGrid(**{key: _as_tuple(value) for key, value in of["grid"].items()})
        frames = tuple(map(tuple, of["frames"]))
        return ImageSet(
            of["series"],
            of["description"],
            grid,
            tuple(map(place, of["files"])),
            frames,
            of["volume"],
            of["sha256"],
        )

    def phase(of: Mapping[str, Any]) -> Phase:
        return Phase(of["number"], of["time_s"], of["time_source"], images(of["images"]))

    def aside(of: Mapping[str, Any]) -> Aside:
        return Aside(of["series"], of["description"], of["reason"], tuple(map(images, of["volumes"])))

    def question(of: Mapping[str, Any]) -> Question:
        return Question(of["role"], of["text"], tuple(map(images, of["candidates"])))

    return Examination(
        dwi=tuple(map(files, kept["dwi"])),
        adc=tuple(map(files, kept["adc"])),
        t1=tuple(map(images, kept["t1"])),
        t2=tuple(map(images, kept["t2"])),
        dce=tuple(map(phase, kept["dce"])),
        ultrafast=tuple(map(phase, kept["ultrafast"])),
        aside=tuple(map(aside, kept["aside"])),
        questions=tuple(map(question, kept["questions"])),
        decisions={role: Decision(**decision) for role, decision in kept["decisions"].items()},
        notes=tuple(kept["notes"]),
        answers={role: tuple(series) for role, series in kept["answers"].items()},
        b_values=tuple(kept["b_values"]),
        dwi_sha256=kept["dwi_sha256"],
    )
