"""Add cases to a study: from a table, or from a folder with one subfolder for each patient.

The same table or folder can be given again: what is in the study already stays as it is, the rest is added.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.budget import lies_inside
from HER2LowMRILib.images.intake.dicom_frames import looks_like_dicom
from HER2LowMRILib.images.intake.image_files import is_image_file
from HER2LowMRILib.study.case_ids import check_distinct, checked_name
from HER2LowMRILib.study.case_list import (
    IMAGE_ROLES,
    IMAGES_FOLDER,
    MAP_ROLES,
    Case,
    CaseImages,
    places_of,
)
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.image_record import recorded
from HER2LowMRILib.study.patient_identity import stated_in
from HER2LowMRILib.study.protocol import STUDY_FILE
from HER2LowMRILib.study.same_images import KnownSeries, differing_images, differing_sources
from HER2LowMRILib.study.session_lock import LockLost
from HER2LowMRILib.workflow.copy_images import CopyReport, copy_images


@dataclass(frozen=True)
class Added:
    """What `add_cases` did.

    Attributes
    ----------
    added : tuple of str
        Cases that are new in the study.
    there : tuple of str
        Cases that were in the study with the very same images; nothing was changed.
    refused : mapping of str to str
        Case -> why it was not added.
    copied : tuple of str
        Cases that were in the study with images elsewhere, which are copied into it now.
    copy : CopyReport
        What copying left out and took away.
    """

    added: tuple[str, ...]
    there: tuple[str, ...]
    refused: Mapping[str, str]
    copied: tuple[str, ...] = ()
    copy: CopyReport = field(default_factory=CopyReport)


def add_cases(
    office: CoordinatorView,
    cases: Sequence[Case],
    copy_to: Path | None = None,
    *,
    one_case_per_place: bool = False,
    deidentify: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Added:
    """Add the cases that the study does not have yet.

    Parameters
    ----------
    office : CoordinatorView
        The coordinator's session.
    cases : sequence of Case
        From `cases_table.plan_cases` or `cases_from_tree`.
    copy_to : Path, optional
        The study folder, to copy the images into it. Each case is copied and added before the next: when that is
        stopped, the same call goes on where it was.
    one_case_per_place : bool
        Refuse a case whose diffusion images are those of another case of the study: in a folder of patients, that is
        one patient under two ids. (In a table it may be two lesions.)
    deidentify : bool
        Take identity out of the copied DICOM images.
    progress : callable, optional
        Called with the fraction done.

    Raises
    ------
    StudyError
        If an id is no safe name or comes twice, or a case has no image: nothing is added then.
    """
    check_distinct([checked_name(case.case_id) for case in cases])
    there, refused, new = [], {}, []
    series = KnownSeries(office.cases if one_case_per_place else ())
    for case in cases:
        same, why = _in_study(office, case)
        other = series.case_with(case) if why is None and not same else None
        if other is not None:
            why = f"its images are those of case {other} of the study"
        if why is not None:
            refused[case.case_id] = why
        elif same:
            there.append(case.case_id)
        else:
            new.append(case)
    office.check_new_cases(new)
    added, copied = [case.case_id for case in new], []
    report = CopyReport()
    if copy_to is None:
        hashed = []
        for done, case in enumerate(new, start=1):
            hashed.append(recorded(case))
            if progress is not None:
                progress(done / len(new))
        if hashed:
            office.add_cases(hashed)
        return Added(tuple(added), tuple(there), refused)
    to_copy = [case for case in cases if case.case_id in there and _lies_elsewhere(office, case, copy_to)]
    token = office.pseudonym if deidentify else None
    for done, case in enumerate([*new, *to_copy], start=1):
        try:
            with_copies = copy_images(case, copy_to, report, token)
            if case in to_copy:
                office.replace_images(with_copies)
                copied.append(case.case_id)
                there.remove(case.case_id)
            else:
                office.add_cases([with_copies])
        except LockLost:
            raise
        except HER2LowMRIError as error:
            refused[case.case_id] = str(error)
            (there if case in to_copy else added).remove(case.case_id)
        if progress is not None:
            progress(done / len([*new, *to_copy]))
    return Added(tuple(added), tuple(there), refused, tuple(copied), report)


def _lies_elsewhere(office: CoordinatorView, case: Case, study: Path) -> bool:
    """Whether a case of the study has its images outside it."""
    known = next(old for old in office.cases if old.case_id == case.case_id)
    own = study / IMAGES_FOLDER
    return any(not lies_inside(place, own) for role in IMAGE_ROLES for place in places_of(known.images, role))


def _in_study(office: CoordinatorView, case: Case) -> tuple[bool, str | None]:
    """Whether the study has the case with these images, and why it cannot take it."""
    known = {old.case_id.lower(): old for old in office.cases}.get(case.case_id.lower())
    removed = {old.case_id.lower(): old for old in office.removed}.get(case.case_id.lower())
    if removed is not None and removed.damage is not None:
        return False, f"it was removed, and {removed.damage}"
    if removed is not None:
        how = "erased" if removed.is_erased else "removed"
        todo = "it is not to come back" if removed.is_erased else "`study restore` brings it back"
        return False, f"it was {how} on {removed.utc[:10]} ({removed.reason}): {todo}"
    if known is None:
        return False, None
    if known.case_id != case.case_id:
        return False, f"the study has {known.case_id}, which one folder could not keep apart from it"
    try:
        differing = differing_sources(office.images_folder(known.case_id), case.images)
        if differing is None:
            differing = differing_images(known.images, case.images)
    except StudyError as error:
        return False, f"it is in the study, and {error}"
    if differing:
        return False, f"it is in the study with other images ({', '.join(differing)})"
    return True, None


def cases_from_tree(tree: Path, pseudonym: Callable[[str], str], *, keep_names: bool = False) -> list[Case]:
    """Take each subfolder as a case.

    Inside a subfolder, files and folders named dwi, adc, d_app, k_app, t2 or dce (any extension, capitals do not
    matter) are taken as that; a subfolder without any of them is taken as the diffusion series itself.

    Parameters
    ----------
    tree : Path
        Folder of folders.
    pseudonym : callable
        Patient id -> case id.
    keep_names : bool
        The names of the subfolders are pseudonyms already and become the case ids. Otherwise the case id is made
        from the DICOM patient id, or from the name of the subfolder where there is none.

    Raises
    ------
    StudyError
        If there is no subfolder, or two of them are of one patient.
    """
    entries = sorted(tree.iterdir()) if tree.is_dir() else []
    # Systems put folders of their own beside the user's (".Trashes", "__MACOSX").
    folders = [entry for entry in entries if entry.is_dir() and not entry.name.startswith((".", "__"))]
    if not folders:
        raise StudyError(
            "no case was found", needed="a folder with one subfolder for each patient", found="none"
        )
    if any((place / STUDY_FILE).exists() for place in (tree, *folders)):
        raise StudyError(
            "the folder is a study or holds one", needed="a folder with one subfolder for each patient"
        )
    _refuse_without(folders, lambda file: file.is_file(), "file", "images in each of them")
    _refuse_without(folders, _may_be_image, "image", "DICOM, NRRD, NIfTI or MHA files in each")
    cases = []
    for number, folder in enumerate(folders, start=1):
        name = folder.name if keep_names else pseudonym(_patient_id(folder) or folder.name)
        try:
            cases.append(Case(checked_name(name), _images_in(folder.absolute())))
        except StudyError as error:
            raise StudyError(
                f"subfolder {number} of {len(folders)}, by name: {error}",
                todo="Rename it, or leave out --keep-names",
            ) from error
    numbers: dict[str, list[str]] = {}
    for number, case in enumerate(cases, start=1):
        numbers.setdefault(case.case_id, []).append(str(number))
    twice = [" and ".join(same) for same in numbers.values() if same[1:]]
    if twice:
        raise StudyError(
            "subfolders have the same patient id in their images",
            needed="one subfolder for each patient",
            found=f"numbers {'; '.join(twice)} of {len(folders)}, counted by name",
            todo="If the ids were taken out of the images, name the subfolders by pseudonym and use --keep-names",
        )
    return cases


def _refuse_without(folders: list[Path], wanted: Callable[[Path], bool], what: str, needed: str) -> None:
    without = [
        number for number, folder in enumerate(folders, start=1) if not any(map(wanted, folder.rglob("*")))
    ]
    if without:
        # By number, because the name may be a patient's.
        raise StudyError(
            f"no {what} in {len(without)} of {counted(len(folders), 'subfolder')}",
            needed=needed,
            found=f"none in number {', '.join(map(str, without[:5]))}{' ...' if without[5:] else ''} by name",
        )


def _may_be_image(file: Path) -> bool:
    if not file.is_file() or ".seg." in file.name:
        return False
    return is_image_file(file) or looks_like_dicom(file)


def _images_in(folder: Path) -> CaseImages:
    found: dict[str, list[Path]] = {}
    for entry in sorted(folder.iterdir()):
        role = entry.name.split(".")[0].lower()
        if role in IMAGE_ROLES and not entry.name.lower().endswith((".bval", ".bvec", ".json")):
            found.setdefault(role, []).append(entry)
    if not found:
        return CaseImages(dwi=(folder,))
    fields = {role: places[0] if role in MAP_ROLES else tuple(places) for role, places in found.items()}
    return dataclasses.replace(CaseImages(), **fields)


def _patient_id(folder: Path) -> str | None:
    """The patient id in the DICOM headers of a folder; None where there is none."""
    return next(iter(stated_in(folder, ("PatientID",)).get("PatientID", ())), None)
