"""A folder with one subfolder for each patient: which images belong to which case."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.folder_files import entries_of, files_below
from HER2LowMRILib.images.intake.dicom_frames import looks_like_dicom
from HER2LowMRILib.images.intake.image_files import is_image_file
from HER2LowMRILib.images.intake.read_dwi import outline_of, read_headers
from HER2LowMRILib.study.case_ids import checked_name
from HER2LowMRILib.study.case_list import IMAGE_ROLES, MAP_ROLES, Case, CaseImages
from HER2LowMRILib.study.patient_identity import stated_in
from HER2LowMRILib.study.protocol import STUDY_FILE


@dataclass(frozen=True)
class FoundCases:
    """What a folder of patients holds. Subfolders are named by number, because their names may be patients'.

    Attributes
    ----------
    cases : tuple of Case
    left_out : tuple of str
        What lies beside the cases and is not taken.
    beside : mapping of str to str
        Case -> what lies in its subfolder and is not taken.
    refused : mapping of str to str
        Subfolder, in words -> why there is no case in it.
    places : mapping of str to str
        Case -> its subfolder, in words.
    """

    cases: tuple[Case, ...]
    left_out: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def with_place(self, case_id: str) -> str:
        """The case and where it lies: an id made of a patient's does not tell the coordinator which folder it is."""
        return f"{case_id} ({self.places[case_id]})" if case_id in self.places else case_id


def cases_from_tree(
    tree: Path,
    pseudonym: Callable[[str], str],
    *,
    keep_names: bool = False,
    further_maps: Sequence[str] = (),
) -> FoundCases:
    """Take each subfolder as a case.

    Inside a subfolder, files and folders named dwi, adc, d_app, k_app, t1, t2, dce or as a further map of the study
    (any extension, capitals do not matter) are taken as that; other folders and images lie beside them, and are sorted.
    Where none is named dwi, those others that hold a diffusion series are taken for it. A subfolder without any such
    name is taken whole.

    Parameters
    ----------
    tree : Path
        Folder of folders.
    pseudonym : callable
        Patient id -> case id.
    keep_names : bool
        The names of the subfolders are pseudonyms already and become the case ids. Otherwise the case id is made
        from the DICOM patient id, or from the name of the subfolder where there is none.
    further_maps : sequence of str
        Names of the maps that the study declared.

    Raises
    ------
    StudyError
        If there is no subfolder, two of them are of one patient, or a name is not a case id.
    """
    entries = sorted(tree.iterdir()) if tree.is_dir() else []
    # Systems put folders of their own beside the user's (".Trashes", "__MACOSX").
    entries = [entry for entry in entries if not entry.name.startswith((".", "__"))]
    folders = [entry for entry in entries if entry.is_dir()]
    if not folders:
        raise StudyError(
            "no case was found",
            needed="a folder with one subfolder for each patient",
            found=_kinds(entries) or "none",
        )
    if any((place / STUDY_FILE).exists() for place in (tree, *folders)):
        raise StudyError(
            "the folder is a study or holds one", needed="a folder with one subfolder for each patient"
        )
    cases: dict[int, Case] = {}
    beside, refused, places = {}, {}, {}
    for number, folder in enumerate(folders, start=1):
        where = f"subfolder {number} of {len(folders)}, by name"
        why = _why_no_case(folder)
        if why is not None:
            refused[where] = why
            continue
        cases[number], others = _case(folder, where, pseudonym, keep_names, further_maps)
        if not keep_names:
            places[cases[number].case_id] = where
        if others:
            beside[cases[number].case_id] = f"{others}, beside what is named after its kind"
    _refuse_twice(cases, len(folders))
    loose = _kinds(entry for entry in entries if entry.is_file())
    left_out = (f"{loose} beside the subfolders",) if loose else ()
    return FoundCases(tuple(cases.values()), left_out, beside, refused, places)


def _why_no_case(folder: Path) -> str | None:
    found = files_below(folder)
    files = list(found.files)
    if any(map(_may_be_image, files)):
        return None
    links = f", {found.said}" if found.said else ""
    return f"it holds no image ({_kinds(files) or 'no file'}{links}{_unpack(files)})"


def _case(
    folder: Path,
    where: str,
    pseudonym: Callable[[str], str],
    keep_names: bool,
    further_maps: Sequence[str],
) -> tuple[Case, str]:
    """The case of a subfolder, and what in it is not taken."""
    name = folder.name if keep_names else pseudonym(_patient_id(folder) or folder.name)
    try:
        images, others = _images_in(folder.absolute(), further_maps)
        return Case(checked_name(name), images), others
    except StudyError as error:
        raise StudyError(f"{where}: {error}", todo="Rename it, or leave out --keep-names") from error


def _refuse_twice(cases: Mapping[int, Case], folders: int) -> None:
    numbers: dict[str, list[str]] = {}
    for number, case in cases.items():
        numbers.setdefault(case.case_id, []).append(str(number))
    twice = [" and ".join(same) for same in numbers.values() if same[1:]]
    if twice:
        raise StudyError(
            "subfolders have the same patient id in their images",
            needed="one subfolder for each patient",
            found=f"numbers {'; '.join(twice)} of {folders}, counted by name",
            todo="If the ids were taken out of the images, name the subfolders by pseudonym and use --keep-names",
        )


def _kinds(entries: Iterable[Path]) -> str:
    """How many files of which kind, and folders, without any name: ``1 .pdf file, 2 folders``."""
    kinds = Counter(
        "folder" if entry.is_dir() else f"{entry.suffix.lower() or 'nameless'} file" for entry in entries
    )
    return ", ".join(counted(count, kind) for kind, count in sorted(kinds.items()))


def _unpack(files: Iterable[Path]) -> str:
    packed = any(file.suffix.lower() in (".zip", ".tar", ".gz", ".7z", ".rar") for file in files)
    return ": unpack it first" if packed else ""


def _may_be_image(file: Path) -> bool:
    if not file.is_file() or ".seg." in file.name:
        return False
    return is_image_file(file) or looks_like_dicom(file)


def _images_in(folder: Path, further_maps: Sequence[str]) -> tuple[CaseImages, str]:
    """The images of a subfolder, and what in it is not taken."""
    entries = entries_of(folder)
    found, others = _named_entries(entries.files, (*IMAGE_ROLES, *further_maps))
    if not found:
        return CaseImages(dwi=(folder,)), entries.said
    if "dwi" not in found and (diffusion := _diffusion_among(others)):
        found["dwi"] = diffusion
        others = [entry for entry in others if entry not in diffusion]
    images = [entry for entry in others if entry.is_dir() or _may_be_image(entry)]
    if images:
        found["others"] = [*found.get("others", []), *images]
    maps = (*MAP_ROLES, *further_maps)
    twice = [place for role, places in found.items() if role in maps for place in places[1:]]
    left_out = [entry for entry in others if entry not in images]
    said = (_kinds([*left_out, *twice]), entries.said)
    return CaseImages.of(found), ", ".join(text for text in said if text)


def _named_entries(entries: Sequence[Path], kinds: Sequence[str]) -> tuple[dict[str, list[Path]], list[Path]]:
    """Files and folders that are called like a kind of images, by kind, and the others."""
    found: dict[str, list[Path]] = {}
    others: list[Path] = []
    roles = {name.lower(): name for name in kinds}
    for entry in entries:
        role = roles.get(entry.name.split(".")[0].lower())
        if role is None:
            others.append(entry)
        elif not entry.name.lower().endswith((".bval", ".bvec", ".json")):
            found.setdefault(role, []).append(entry)
    return found, others


def _diffusion_among(entries: Sequence[Path]) -> list[Path]:
    """The folders and files that hold diffusion images: of DICOM by its headers, of other files by reading them."""
    found = []
    for entry in entries:
        if entry.is_dir() or _may_be_image(entry):
            try:
                read = read_headers([entry], pixels=False)
                if any(frame.is_diffusion and (frame.b_value or 0) > 5 for frame in read.frames) or (
                    read.volumes and len(outline_of(read).b_values) > 1
                ):
                    found.append(entry)
            except HER2LowMRIError:
                continue
    return found


def _patient_id(folder: Path) -> str | None:
    """The patient id in the DICOM headers of a folder; None where there is none."""
    return next(iter(stated_in(folder, ("PatientID",)).get("PatientID", ())), None)
