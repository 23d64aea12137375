"""Find the cases to add to a study: from a table, or from a folder with one subfolder for each patient."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.case_list import IMAGE_ROLES, MAP_ROLES, Case, CaseImages, images_from_row
from HER2LowMRILib.study.intake.dicom_frames import looks_like_dicom
from HER2LowMRILib.study.intake.image_files import is_image_file
from HER2LowMRILib.study.protocol import STUDY_FILE
from HER2LowMRILib.study.row_csv import read_rows

TABLE_COLUMNS = ("case_id", "patient_id", *IMAGE_ROLES, "b_values")


def cases_from_table(table: Path, pseudonym: Callable[[str], str]) -> list[Case]:
    """Read cases from a CSV table.

    Parameters
    ----------
    table : Path
        Columns ``case_id`` (a pseudonym of your own) or ``patient_id`` (turned into one), and the places of the
        images ``dwi``, ``adc``, ``d_app``, ``k_app``, ``t2``, ``dce`` relative to the table; several places of one
        kind as ["a", "b"]. ``b_values`` as "0 800 1400 2000" [s/mm2] where the files do not say.
    pseudonym : callable
        Patient id -> case id.

    Raises
    ------
    StudyError
        If the table has other columns, a row without id, or names images that are not there.
    """
    cases = []
    for number, row in enumerate(read_rows(table), start=2):
        unknown = len(set(row) - set(TABLE_COLUMNS))
        if unknown:
            raise StudyError(
                f"the table of cases has {unknown} columns that are not known",
                needed=", ".join(TABLE_COLUMNS),
            )
        case_id = row.get("case_id") or (pseudonym(row["patient_id"]) if row.get("patient_id") else None)
        if case_id is None:
            raise StudyError(f"row {number} of the table names no case", needed="case_id or patient_id")
        images = images_from_row(row, table.absolute().parent)
        absent = [role for role in IMAGE_ROLES if not all(place.exists() for place in _places(images, role))]
        if absent:
            raise StudyError(
                f"row {number} of the table", needed="images that are there", found=f"no {', '.join(absent)}"
            )
        cases.append(Case(case_id, images))
    return cases


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
    empty = sum(not any(file.is_file() for file in folder.rglob("*")) for folder in folders)
    if empty:
        raise StudyError(
            f"{empty} of {len(folders)} subfolders hold no file", needed="images in each of them"
        )
    strange = sum(not any(map(_may_be_image, folder.rglob("*"))) for folder in folders)
    if strange:
        raise StudyError(
            f"{strange} of {len(folders)} subfolders hold no image",
            needed="DICOM, NRRD, NIfTI or MHA files in each",
        )
    cases = []
    for folder in folders:
        name = folder.name if keep_names else pseudonym(_patient_id(folder) or folder.name)
        cases.append(Case(name, _images_in(folder.absolute())))
    twice = len(cases) - len({case.case_id for case in cases})
    if twice:
        raise StudyError(
            f"{twice} of {len(folders)} subfolders have the patient id of another",
            needed="one subfolder for each patient",
            todo="If the ids were taken out of the images, name the subfolders by pseudonym and use --keep-names",
        )
    return cases


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


def _places(images: CaseImages, role: str) -> tuple[Path, ...]:
    value = getattr(images, role) or ()
    return value if isinstance(value, tuple) else (value,)


def _patient_id(folder: Path) -> str | None:
    """The patient id of the first DICOM file that has one."""
    import pydicom
    from pydicom.errors import InvalidDicomError

    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        try:
            dataset = pydicom.dcmread(file, stop_before_pixels=True, specific_tags=["PatientID"])
        except (InvalidDicomError, OSError, EOFError):
            continue
        return str(dataset.get("PatientID", "")).strip() or None
    return None
