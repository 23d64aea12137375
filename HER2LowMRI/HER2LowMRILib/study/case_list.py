"""`cases.csv`: which images belong to a case. The coordinator writes it, everybody reads it.

Image places are relative to the study folder where they are inside it. They may carry identity (a folder
named for a patient) and so appear in no export, no log and no message.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.collector import collector_waits
from HER2LowMRILib.files.row_csv import rows_from_bytes, rows_to_bytes
from HER2LowMRILib.study.case_ids import check_distinct, checked_name
from HER2LowMRILib.study.coordinator_record import recorded_file
from HER2LowMRILib.study.own_files import checked_place

CASES_FILE = "cases.csv"
# Where a study keeps images of its own.
IMAGES_FOLDER = "images"
MAP_ROLES = ("adc", "d_app", "k_app")
CONTEXT_ROLES = ("t1", "t2", "dce", "others")
IMAGE_ROLES = ("dwi", *MAP_ROLES, *CONTEXT_ROLES)
# What the coordinator may say of a case beside its images.
DETAILS = ("patient", "site", "scanner")
LONGEST_DETAIL = 60
COLUMNS = ("case_id", *IMAGE_ROLES, "b_values", "excluded", "images_sha256", *DETAILS)
# Written only where a study has cases to train on.
TRAINING = "training"
_NAMED = frozenset((*COLUMNS, "patient_id", TRAINING))
# Far above what any scanner does [s/mm2].
_LARGEST_B = 1e6
_MAP_NAME = re.compile(r"[A-Za-z]\w{0,31}", re.ASCII)
_HASH = re.compile(r"[A-Za-z]\w{0,31}:[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class CaseImages:
    """Where the images of a case are.

    Attributes
    ----------
    dwi : tuple of Path
        Folder or files of the multi-b series.
    adc, d_app, k_app : Path or None
        Maps that came with the case; used as they are instead of fitted ones.
    further_maps : mapping of str to Path
        Maps that the study declared, by their names.
    t1, t2, dce : tuple of Path
        Images that somebody called so; they are sorted before they are shown beside the maps.
    others : tuple of Path
        What else lies with them, whatever it is.
    b_values : tuple of float or None
        b-values [s/mm2] of the files of ``dwi`` where the files do not say.
    sha256 : dict of str to str
        Kind of images -> their hash when they were added (`image_record`); those of earlier versions have none.
    """

    dwi: tuple[Path, ...] = ()
    adc: Path | None = None
    d_app: Path | None = None
    k_app: Path | None = None
    t1: tuple[Path, ...] = ()
    t2: tuple[Path, ...] = ()
    dce: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()
    b_values: tuple[float, ...] | None = None
    sha256: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    further_maps: Mapping[str, Path] = field(default_factory=dict)

    def map_place(self, role: str) -> Path | None:
        """Where the map of a role is; None: the case has none."""
        place: Path | None = getattr(self, role) if role in MAP_ROLES else self.further_maps.get(role)
        return place

    @property
    def is_measurable(self) -> bool:
        """Whether there is a diffusion series or a map."""
        return bool(self.dwi or self.further_maps or any(getattr(self, role) for role in MAP_ROLES))

    @property
    def roles(self) -> tuple[str, ...]:
        """The kinds of images that a case can have: those of every study, and the further maps of this case."""
        return (*IMAGE_ROLES, *self.further_maps)

    @classmethod
    def of(
        cls,
        places: Mapping[str, Sequence[Path]],
        b_values: tuple[float, ...] | None = None,
        sha256: dict[str, str] | None = None,
    ) -> "CaseImages":
        """Make them of the places of each kind; a map has one place, and a kind that no study has is a further map."""
        several: dict[str, Any] = {role: tuple(places.get(role, ())) for role in ("dwi", *CONTEXT_ROLES)}
        maps: dict[str, Any] = {role: next(iter(places.get(role, ())), None) for role in MAP_ROLES}
        further = {role: found[0] for role, found in places.items() if role not in IMAGE_ROLES and found}
        return cls(**several, **maps, b_values=b_values, sha256=sha256 or {}, further_maps=further)

    def moved(self, place: Callable[[Path, str, int], Path]) -> "CaseImages":
        """Return the same images at other places.

        Parameters
        ----------
        place : callable
            (old place, role, number from 1; 0 of a map, which has one place) -> new place.
        """
        maps = (*MAP_ROLES, *self.further_maps)
        places = {
            role: [
                place(old, role, 0 if role in maps else n) for n, old in enumerate(places_of(self, role), 1)
            ]
            for role in self.roles
        }
        return CaseImages.of(places, self.b_values, self.sha256)


@dataclass(frozen=True)
class Case:
    """One case of the study, a patient or one of several lesions of a patient.

    Attributes
    ----------
    case_id : str
        Pseudonym.
    images : CaseImages
        Where its images are.
    excluded : str or None
        Why the coordinator left it out.
    patient : str or None
        Pseudonym that cases of one patient share (two lesions, two breasts).
    site, scanner : str or None
        Where it was examined, and on what, as the coordinator calls it.
    answers : mapping of str to tuple
        Role -> series that the coordinator said it is, on the way into the study; then the sorted examination has them.
    training : bool
        Whether readers only train on it: it is read first and exported never.
    """

    case_id: str
    images: CaseImages = field(default_factory=CaseImages, repr=False)
    excluded: str | None = None
    patient: str | None = None
    site: str | None = None
    scanner: str | None = None
    answers: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict, repr=False, compare=False)
    training: bool = False

    @property
    def details(self) -> dict[str, str | None]:
        """What the coordinator said of the case beside its images, as columns of a row."""
        return {name: getattr(self, name) for name in DETAILS}


def case_details(cells: Mapping[str, object], pseudonym: Callable[[str], str]) -> dict[str, str]:
    """What a table says of a case beside images and pathology.

    Parameters
    ----------
    cells : mapping
        Column -> text; others are ignored.
    pseudonym : callable
        Patient id -> word that tells nothing, for ``patient``.

    Raises
    ------
    StudyError
        If a text is too long for a name.
    """
    found = {name: str(cells[name]).strip() for name in DETAILS if str(cells.get(name) or "").strip()}
    for name, text in found.items():
        if len(text) > LONGEST_DETAIL:
            raise StudyError(
                f"the {name} of a case is too long",
                needed=f"at most {LONGEST_DETAIL} characters",
                found=f"{len(text)}",
            )
    return found | ({"patient": pseudonym(found["patient"])} if "patient" in found else {})


def places_of(images: CaseImages, role: str) -> tuple[Path, ...]:
    """Where the images of one kind (of `CaseImages.roles`) are: files and folders, none, one or several."""
    value = (getattr(images, role) if role in IMAGE_ROLES else images.further_maps.get(role)) or ()
    return value if isinstance(value, tuple) else (value,)


def read_cases(study: Path) -> tuple[Case, ...]:
    """Read the cases of a study, in the order in which they were added.

    Raises
    ------
    StudyError
        If the file is absent, damaged, or has an id that is not a safe name.
    """
    found = recorded_file(study, CASES_FILE)
    if found.content is None:
        raise StudyError(f"{CASES_FILE} is missing", todo="Restore it from a backup of the study")
    with collector_waits():
        cases = tuple(case_from_row(row, study) for row in rows_from_bytes(found.content, CASES_FILE))
    check_distinct([case.case_id for case in cases])
    return cases


def cases_to_bytes(study: Path, cases: Iterable[Case]) -> bytes:
    """Content of the file `cases.csv` of a study."""
    cases = list(cases)
    check_distinct([checked_name(case.case_id) for case in cases])
    further = dict.fromkeys(name for case in cases for name in case.images.further_maps)
    training = (TRAINING,) if any(case.training for case in cases) else ()
    return rows_to_bytes([case_to_row(case, study) for case in cases], (*COLUMNS, *further, *training))


def images_from_row(
    row: Mapping[str, str | None], base: Path, sha256: dict[str, str] | None = None
) -> CaseImages:
    """Images named in the cells of a table, with their hashes; relative places start at ``base``.

    A column of another name than `COLUMNS` is that of a further map.
    """

    def several(role: str) -> tuple[Path, ...]:
        cell = row.get(role)
        if not cell:
            return ()
        names = json.loads(cell) if cell.startswith("[") else [cell]
        return tuple(checked_place(name, base) for name in names)

    try:
        b_values = row.get("b_values")
        places = {role: several(role) for role in ("dwi", *CONTEXT_ROLES)}
        maps = {role: cell for role, cell in row.items() if cell and _is_map(role)}
        return CaseImages.of(
            {**places, **{role: [checked_place(cell, base)] for role, cell in maps.items()}},
            tuple(map(_b_value, b_values.replace(",", " ").split())) if b_values else None,
            sha256,
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise StudyError(
            "the images of a case cannot be read from the table",
            needed='a place, or several as ["a", "b"]; b-values as "0 800 1400 2000" [s/mm2]',
        ) from error


def _b_value(text: str) -> float:
    value = float(text)
    if not 0 <= value <= _LARGEST_B:
        raise ValueError
    return value


def _is_map(column: str) -> bool:
    return column in MAP_ROLES or (column not in _NAMED and _MAP_NAME.fullmatch(column) is not None)


def case_from_row(row: Mapping[str, str | None], study: Path) -> Case:
    """A case from its line of `cases.csv`."""
    return Case(
        checked_name(row.get("case_id")),
        images_from_row(row, study, hashes_from_cell(row.get("images_sha256"))),
        row.get("excluded"),
        patient=row.get("patient"),
        site=row.get("site"),
        scanner=row.get("scanner"),
        training=row.get(TRAINING) == "1",
    )


def hashes_from_cell(cell: str | None) -> dict[str, str]:
    """Hashes of images as they stand in a cell: "dwi:<SHA-256> t2:<SHA-256>"."""
    parts = (cell or "").split()
    if not all(_HASH.fullmatch(part) for part in parts):
        raise StudyError("the hashes of images in the table cannot be read", needed="what `study add` wrote")
    return {role: digest for role, _, digest in (part.partition(":") for part in parts)}


def hashes_to_cell(hashes: Mapping[str, str]) -> str:
    """Hashes of images as text of a cell."""
    return " ".join(f"{role}:{digest}" for role, digest in hashes.items())


def case_to_row(case: Case, study: Path) -> dict[str, str | None]:
    """The line of `cases.csv` of a case."""

    def place(path: Path) -> str:
        absolute = path.absolute()
        return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else str(absolute)

    root = study.absolute()
    row: dict[str, str | None] = {"case_id": case.case_id, "excluded": case.excluded}
    row |= case.details | ({TRAINING: "1"} if case.training else {})
    for role in case.images.roles:
        value = getattr(case.images, role) if role in IMAGE_ROLES else case.images.further_maps[role]
        if isinstance(value, tuple):
            names = [place(path) for path in value]
            plain = len(names) == 1 and not names[0].startswith("[")
            row[role] = None if not names else names[0] if plain else json.dumps(names, ensure_ascii=False)
        else:
            row[role] = None if value is None else place(value)
    if case.images.sha256:
        row["images_sha256"] = hashes_to_cell(case.images.sha256)
    if case.images.b_values is not None:
        row["b_values"] = " ".join(f"{b:g}" for b in case.images.b_values)
    return row
