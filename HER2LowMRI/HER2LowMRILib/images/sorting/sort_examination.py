"""Sort the files of one examination, in whatever order and folders they lie."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib.core.errors import Cancelled, ImageError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.folder_files import entries_of
from HER2LowMRILib.images.dicom_object import header_of
from HER2LowMRILib.images.examination import (
    ADC,
    ASKED,
    CERTAIN,
    DCE,
    DWI,
    ROLES,
    T1,
    T2,
    ULTRAFAST,
    Aside,
    Decision,
    Examination,
    Question,
    SeriesFiles,
)
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.dicom_choice import choose
from HER2LowMRILib.images.intake.dicom_frames import NOBODY, Frame, read_frames
from HER2LowMRILib.images.intake.diffusion_files import sidecars
from HER2LowMRILib.images.intake.foreign_formats import foreign_form
from HER2LowMRILib.images.intake.frame_geometry import slice_positions
from HER2LowMRILib.images.intake.image_files import stem
from HER2LowMRILib.images.intake.image_kind import ImageKind
from HER2LowMRILib.images.intake.read_dwi import files_of
from HER2LowMRILib.images.intake.series_names import map_in_name
from HER2LowMRILib.images.sorting.image_file_volumes import volumes_of_file
from HER2LowMRILib.images.sorting.series_names import name_facts
from HER2LowMRILib.images.sorting.series_volumes import facts_of, series_of, volumes_of_series
from HER2LowMRILib.images.sorting.sort_volumes import Answers, sort_volumes
from HER2LowMRILib.images.sorting.volume import Volume

# What folders and files may be named after.
NAMES = {role: role for role in ROLES} | {"d_app": "map", "k_app": "map"}
_SMALLEST_WEIGHTING = 5.0
_NO_STUDY = hash("")
_HEADERS = 0.9


@dataclass(frozen=True)
class Places:
    """Where the files of an examination are.

    Attributes
    ----------
    named : mapping of str to tuple of Path
        Role -> files and folders that somebody called so.
    others : tuple of Path
        Files and folders whose images may be anything.
    links : str
        What there is to say of links that lead out of the folder; empty where there are none.
    """

    named: Mapping[str, tuple[Path, ...]]
    others: tuple[Path, ...]
    links: str = ""

    def and_those_of(self, more: "Places") -> "Places":
        """Both together."""
        roles = dict.fromkeys((*self.named, *more.named))
        named = {role: (*self.named.get(role, ()), *more.named.get(role, ())) for role in roles}
        return Places(named, (*self.others, *more.others), self.links or more.links)


def places_in(folder: Path) -> Places:
    """The places in a folder of one examination: what is called dwi, t1, t2, dce ... and what is not.

    Raises
    ------
    ImageError
        If it is not there.
    """
    if not folder.exists():
        raise ImageError(f"{folder.name or folder} is not there", needed="a folder with an examination")
    if folder.is_file():
        return Places({}, (folder,))
    named: dict[str, list[Path]] = defaultdict(list)
    others: list[Path] = []
    entries = entries_of(folder)
    for entry in entries.files:
        role = NAMES.get(entry.name.split(".")[0].lower())
        (named[role] if role is not None else others).append(entry)
    return Places({role: tuple(found) for role, found in named.items()}, tuple(others), entries.said)


def sort_folder(
    folder: Path,
    answers: Answers | None = None,
    progress: Callable[[float], None] | None = None,
) -> Examination:
    """Sort the examination in a folder; see ``sort_examination``."""
    return sort_examination(places_in(folder), answers, progress)


def sort_examination(
    places: Places,
    answers: Answers | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    neutral_names: bool = False,
) -> Examination:
    """Say which images of an examination are the diffusion, the T1, the T2, the phases of the dynamic series.

    Parameters
    ----------
    places : Places
    answers : mapping of str to tuple, optional
        "t1", "t2", "dce" -> series that a person said it is.
    progress : callable, optional
        Called with the fraction done.
    cancelled : callable, optional
        Asked now and then; when it returns True, sorting stops.
    neutral_names : bool
        Call image files by number: their names may be a person's.

    Returns
    -------
    Examination
        What the images do not tell for certain is a question, and its role is empty.

    Raises
    ------
    ImageError
        If there is no image, the diffusion images are of several patients, or an answer names a series that is not
        there.
    Cancelled
        If ``cancelled`` said so.
    """
    sorter = _Examination(places, answers or {}, neutral_names)
    sorter.read(None if progress is None else lambda done: progress(_HEADERS * done), cancelled)
    found = sorter.sort()
    if progress is not None:
        progress(1.0)
    return found


@dataclass
class _Found:
    """What a step found besides its result."""

    aside: list[Aside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    decisions: dict[str, Decision] = field(default_factory=dict)


class _Examination:
    def __init__(self, places: Places, answers: Answers, neutral: bool):
        self.places, self.answers, self.neutral = places, answers, neutral
        self.found = _Found()
        self.frames: list[Frame] = []
        self.role_of: dict[Path, str] = {}
        self.place_of: dict[Path, Path] = {}
        self.image_files: list[Path] = []
        self.broken: list[Volume] = []
        self.b_values: tuple[float, ...] = ()
        self.damaged: list[Path] = []
        self.damaged_series: dict[Path, int] = {}

    def read(self, progress: Callable[[float], None] | None, cancelled: Callable[[], bool] | None) -> None:
        """Read the headers of all files."""
        dicom: list[Path] = []
        for role, given in [*self.places.named.items(), ("", self.places.others)]:
            for place in given:
                may_be_dicom, images, links = files_of(place)
                self.role_of |= dict.fromkeys((*may_be_dicom, *images), role)
                self.place_of |= dict.fromkeys(images, place)
                dicom += may_be_dicom
                self.image_files += images
                if links:
                    self.found.notes.append(f"{links} left out")
        if self.places.links:
            self.found.notes.append(f"{self.places.links} left out")
        errors: dict[int, ImageError] = {}
        frames, dropped, others = read_frames(
            dicom, with_acquisition=True, damaged=errors, progress=progress, cancelled=cancelled
        )
        self.frames = frames
        self.found.notes += [text[0].upper() + text[1:] for text in dropped]
        self.found.notes += _foreign_said([dicom[number] for number in others])
        self._set_damaged_aside([dicom[number] for number in sorted(errors)])
        if not frames and not self.image_files:
            raise ImageError(
                "No image was found",
                needed="DICOM, NRRD, NIfTI or MHA files",
                found=f"{len(others)} other files" if others else "; ".join(dropped) or "none",
            )

    def _set_damaged_aside(self, files: Sequence[Path]) -> None:
        for file in files:
            series = _series_in(file)
            if series is None:
                self.damaged.append(file)
            else:
                self.damaged_series[file] = series
        if files:
            self.found.notes.append(
                f"{counted(len(files), 'damaged file')} left out: export the images again"
            )

    def sort(self) -> Examination:
        """Identity, diffusion, and then the rest."""
        frames = self._of_one_patient(self.frames)
        frames = self._of_one_study(frames)
        series = series_of(frames)
        dwi, grid = self._diffusion([frame for members in series.values() for frame in members])
        dwi_files, image_files = self._diffusion_files(bool(dwi))
        used = {frame.series for frame in dwi}
        adc, volumes = self._volumes({key: of for key, of in series.items() if key not in used})
        more_adc, more = self._image_file_volumes(image_files)
        lost = [file for file, key in self.damaged_series.items() if key not in series]
        result = sort_volumes(
            [*volumes, *more], grid, self.answers, self.broken, len(lost) + len(self.damaged)
        )
        files = (*self._series_files(dwi), *dwi_files)
        self.found.decisions |= {ADC: Decision(CERTAIN, "header")} if adc or more_adc else {}
        return Examination(
            dwi=files,
            adc=(*adc, *more_adc),
            t1=result.t1,
            t2=result.t2,
            dce=result.dce,
            ultrafast=result.ultrafast,
            aside=tuple(sorted((*self.found.aside, *result.aside), key=_place_of)),
            questions=(*self.found.questions, *result.questions),
            decisions=self.found.decisions | result.decisions,
            notes=(*self.found.notes, *result.notes),
            answers=dict(self.answers),
            b_values=self.b_values,
        )

    # ------------------------------------------------------------------ identity
    def _of_one_patient(self, frames: list[Frame]) -> list[Frame]:
        """Refuse, by name of the series, what belongs to another patient than the diffusion images."""
        known = [frame for frame in frames if frame.patient != NOBODY]
        weighted = [frame for frame in known if self._may_be_diffusion(frame)]
        patients = {frame.patient for frame in weighted or known}
        if len(patients) > 1:
            raise ImageError(
                "The images belong to different patients",
                needed="one patient",
                found=f"{len(patients)} patients",
                todo="Give each patient's images on their own",
            )
        own = patients | {NOBODY}
        self._refuse([f for f in frames if f.patient not in own], "belongs to another patient: not used")
        return [frame for frame in frames if frame.patient in own]

    def _of_one_study(self, frames: list[Frame]) -> list[Frame]:
        """Leave out another examination of the same patient, unless somebody put it into a folder with a name."""
        weighted = [frame for frame in frames if self._may_be_diffusion(frame)]
        counts: dict[int, int] = defaultdict(int)
        for frame in weighted or frames:
            counts[frame.study] += 1
        if not counts:
            return frames
        own = {max(counts, key=lambda study: counts[study]), _NO_STUDY} | ({*counts} if weighted else set())
        others = [frame for frame in frames if frame.study not in own]
        named = [frame for frame in others if self._role(frame) in (T1, T2, DCE, ADC, ULTRAFAST)]
        for members in series_of(named).values():
            self.found.notes.append(
                f"Series {members[0].series_number} in the {self._role(members[0])} folder comes from another "
                "examination of the patient"
            )
        kept = {id(frame) for frame in named}
        self._refuse(
            [frame for frame in others if id(frame) not in kept],
            "another examination of the patient: not used",
        )
        return [frame for frame in frames if frame.study in own or id(frame) in kept]

    def _refuse(self, frames: Sequence[Frame], reason: str) -> None:
        for members in series_of(frames).values():
            first = members[0]
            description = facts_of(first).description
            self.found.aside.append(Aside(first.series_number, description, reason))
            called = f"Series {first.series_number}" + (f" ({description})" if description else "")
            self.found.notes.append(
                f"{called} {reason}" if reason.startswith("belongs") else f"{called}: {reason}"
            )

    def _may_be_diffusion(self, frame: Frame) -> bool:
        role = self._role(frame)
        if role not in ("", DWI) or frame.kind is not ImageKind.SIGNAL:
            return False
        return role == DWI or (frame.b_value is not None and frame.b_value > _SMALLEST_WEIGHTING)

    def _role(self, frame: Frame) -> str:
        return self.role_of[frame.pixels.path]

    # ------------------------------------------------------------------ diffusion
    def _diffusion(self, frames: list[Frame]) -> tuple[list[Frame], ImageGrid | None]:
        """The images of the diffusion series, by the rules of the intake, and their grid."""
        candidates = self._diffusion_candidates(frames)
        if not any(self._may_be_diffusion(frame) for frame in candidates):
            return [], None
        try:
            chosen = choose(candidates, [0] * len(self.role_of), None, None, [], [])
            used = {frame.series for one in chosen for frame in one.frames}
            self.b_values = tuple(one.b_value for one in chosen)
            grid, _ = slice_positions([f for one in chosen for f in one.frames], "the diffusion images")
        except ImageError as error:
            self.found.questions.append(Question(DWI, f"Which are the diffusion images? {error}."))
            self.found.decisions[DWI] = Decision(ASKED, "")
            used = {f.series for f in candidates if f.b_value is not None and f.b_value > _SMALLEST_WEIGHTING}
            grid = None
        self.found.decisions.setdefault(DWI, Decision(CERTAIN, "b-values in the header"))
        return [frame for frame in frames if frame.series in used], grid

    def _diffusion_candidates(self, frames: list[Frame]) -> list[Frame]:
        """A series is whole: its images of b 0 belong to it wherever their files lie."""
        named = {frame.series for frame in frames if self._role(frame) == DWI}
        if not named:
            return [frame for frame in frames if self._role(frame) == ""]
        return [frame for frame in frames if frame.series in named and self._role(frame) in ("", DWI)]

    def _series_files(self, frames: Sequence[Frame]) -> tuple[SeriesFiles, ...]:
        """The files of each series, damaged ones among them: to read it then says that they are damaged."""
        found = []
        for key, members in series_of(frames).items():
            files = {frame.pixels.path for frame in members}
            files |= {file for file, series in self.damaged_series.items() if series == key}
            first = members[0]
            found.append(SeriesFiles(first.series_number, facts_of(first).description, tuple(sorted(files))))
        return tuple(found)

    def _diffusion_files(self, is_there: bool) -> tuple[tuple[SeriesFiles, ...], list[Path]]:
        """Image files that hold diffusion images, where no DICOM does, and the others."""
        named = [file for file in self.image_files if self.role_of[file] == DWI]
        found = named or [f for f in self.image_files if self.role_of[f] == "" and _says_diffusion(f)]
        rest = [file for file in self.image_files if file not in found]
        if is_there or not found:
            for file in found:
                self.found.aside.append(Aside(self._name(file), "", "diffusion images in a second form"))
            return (), rest
        self.found.decisions[DWI] = Decision(CERTAIN if named else "likely", "name of the file")
        return tuple(SeriesFiles(self._name(file), "", (file,)) for file in found), rest

    # ------------------------------------------------------------------ the rest
    def _volumes(self, series: Mapping[int, list[Frame]]) -> tuple[tuple[SeriesFiles, ...], list[Volume]]:
        adc: list[SeriesFiles] = []
        volumes: list[Volume] = []
        for members in series.values():
            role = self._role(members[0])
            first, description = members[0], facts_of(members[0]).description
            weighted = any(f.b_value is not None and f.b_value > _SMALLEST_WEIGHTING for f in members)
            if role == ADC or all(frame.kind is ImageKind.ADC for frame in members):
                adc += self._series_files(members)
                continue
            if role in (DWI, "map") or weighted:
                reason = (
                    "a map" if role == "map" else "diffusion images that do not belong to the series used"
                )
                self.found.aside.append(Aside(first.series_number, description, reason))
                continue
            found, broken = volumes_of_series(members, self._role)
            aside = [one for one, _ in broken]
            self.found.aside += aside
            self.broken += [volume for _, volume in broken]
            self._ask_about_unparted(aside, members)
            kind = members[0].kind
            if kind is not ImageKind.SIGNAL and all(frame.kind is kind for frame in members):
                images = tuple(volume.images for volume in found)
                self.found.aside.append(Aside(first.series_number, description, kind.value, images))
                continue
            volumes += found
        return tuple(adc), volumes

    def _ask_about_unparted(self, aside: Sequence[Aside], members: Sequence[Frame]) -> None:
        """Ask where a series cannot be cut into volumes and may be the dynamic one, or was said to be something."""
        role = self._role(members[0])
        name = name_facts(facts_of(members[0]).description)
        for one in aside:
            broken = one.reason.startswith(("no volume", "the volumes"))
            if not broken or name.derived or name.localizer:
                continue
            asked = role if role in (T1, T2, DCE) else DCE if name.dynamic else ""
            if asked and asked not in self.answers:
                called = f"series {one.series}" + (f" ({one.description})" if one.description else "")
                self.found.questions.append(
                    Question(asked, f"What is {called}? It cannot be used as it is: {one.reason}.")
                )

    def _image_file_volumes(self, files: Iterable[Path]) -> tuple[tuple[SeriesFiles, ...], list[Volume]]:
        adc: list[SeriesFiles] = []
        volumes: list[Volume] = []
        for file in files:
            name, role = self._name(file), self.role_of[file]
            if role == ADC or (role == "" and map_in_name(file.name) is ImageKind.ADC):
                adc.append(SeriesFiles(name, "", (file,)))
            elif role in (DWI, "map"):
                self.found.aside.append(Aside(name, "", "a map"))
            else:
                try:
                    volumes += volumes_of_file(file, name, role, neutral=self.neutral)
                except ImageError as error:
                    reason = "cannot be read" if self.neutral else f"cannot be read: {error}"
                    self.found.aside.append(Aside(name, "", reason))
        return tuple(adc), volumes

    def _name(self, file: Path) -> str:
        """What an image file is called: its path from the place on that was given."""
        if self.neutral:
            return f"file {sorted(self.image_files).index(file) + 1:03d}"
        return file.relative_to(self.place_of[file].parent).as_posix()


def _says_diffusion(file: Path) -> bool:
    return ".bval" in sidecars(file) or (
        name_facts(stem(file)).diffusion and map_in_name(file.name) is not ImageKind.ADC
    )


def _foreign_said(files: Iterable[Path]) -> list[str]:
    """What there is to say of files that hold images in a form that is not read."""
    forms = Counter(form for file in files if (form := foreign_form(file)) is not None)
    return [f"{counted(number, 'file')} left out: {what}. {todo}" for (what, todo), number in forms.items()]


def _place_of(aside: Aside) -> tuple[bool, float, str]:
    is_name = isinstance(aside.series, str)
    return is_name, 0.0 if isinstance(aside.series, str) else float(aside.series), str(aside.series)


def _series_in(file: Path) -> int | None:
    """The series that a damaged file says it is of; None where even that cannot be read."""
    try:
        header = header_of(file, ("SeriesInstanceUID",))
        text = str(header.get("SeriesInstanceUID") or "")
    except Exception:  # noqa: BLE001 - a damaged header can raise anything inside the parser
        return None
    return hash(text) if text else None


__all__ = ["Cancelled", "Places", "places_in", "sort_examination", "sort_folder"]
