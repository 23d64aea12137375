"""`examinations/<case>.json`: the sorted examination of each case. The coordinator writes it, everybody reads it.

Files are told by their place in `cases.csv` and a hash of their name, so that no name of a person comes in here.
"""

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.files.json_shape import anything, mapped, parse_json
from HER2LowMRILib.images.examination import ASKED, DWI, Examination, from_json, to_json
from HER2LowMRILib.study.case_list import CONTEXT_ROLES, Case, CaseImages, places_of, read_cases
from HER2LowMRILib.study.coordinator_record import EXAMINATIONS_FOLDER, recorded_file
from HER2LowMRILib.study.own_files import inside
from HER2LowMRILib.study.rereads import reread_of
from HER2LowMRILib.study.stages import ALL_AT_ONCE, STAGES


def examination_name(case_id: str) -> str:
    """Name of the file within the study folder."""
    return f"{EXAMINATIONS_FOLDER}/{case_id}.json"


def examination_bytes(images: CaseImages, examination: Examination) -> bytes:
    """Content of the file of a case: files are told by the number of their place and a hash of their name.

    Names of files may be a person's, and `cases.csv` alone holds places.
    """
    references = {path: reference for reference, path in _files_by_reference(images)}
    # What lies in no place of the case any more can no longer be looked at.
    kept = examination.changed(
        lambda one: dataclasses.replace(one, files=tuple(file for file in one.files if file in references))
    )
    return (
        json.dumps(to_json(kept, references.__getitem__), sort_keys=True, ensure_ascii=True).encode() + b"\n"
    )


def _files_by_reference(images: CaseImages) -> Iterator[tuple[str, Path]]:
    for role in images.roles:
        for number, place in enumerate(places_of(images, role)):
            if not place.is_dir():
                yield f"{role} {number}", place
                continue
            for folder, _, names in os.walk(place):
                # Once for each folder: there may be thousands of files.
                within, inside_place = Path(folder), Path(folder).relative_to(place).as_posix()
                before = "" if inside_place == "." else f"{inside_place}/"
                for name in names:
                    reference = f"{before}{name}".encode("utf-8", "surrogateescape")
                    yield f"{role} {number} {hashlib.sha256(reference).hexdigest()[:32]}", within / name


def read_examination(study: Path, case: Case, called: str | None = None) -> Examination | None:
    """The sorted examination of a case; None where it was never sorted.

    Parameters
    ----------
    study : Path
    case : Case
    called : str, optional
        What an error calls the case; its id if left out.

    Raises
    ------
    StudyError
        If it is not what the coordinator's session left, or of another version of the software.
    """
    # Refuses a link on the way.
    inside(study, EXAMINATIONS_FOLDER, f"{case.case_id}.json")
    found = recorded_file(study, examination_name(case.case_id))
    try:
        if found.problem is not None:
            raise StudyError(found.problem)
        if found.content is None:
            return None
        kept = parse_json(found.content, mapped(anything), f"{case.case_id}.json")
        files = dict(_files_by_reference(case.images))
        # One that is gone is missed when it is read.
        return from_json(kept, lambda text: files.get(text, Path(text)))
    except HER2LowMRIError as error:
        called = called or case.case_id
        why = str(error).replace(case.case_id, called)
        raise StudyError(
            f"the sorted examination of case {called} cannot be used: {why}",
            todo="Run `her2lowmri study sort` after looking into it",
        ) from error


def listed_images(images: CaseImages, examination: Examination | None) -> CaseImages:
    """The images of a case with the files of the diffusion series in place of the folder that holds everything.

    Opening a case then reads those files and no others. Where b-values were typed for places, or a person must tell
    which the diffusion images are, the places stay.
    """
    if examination is None or not examination.dwi or images.b_values is not None:
        return images
    decision = examination.decisions.get(DWI)
    if decision is not None and decision.certainty == ASKED:
        return images
    files = tuple(file for series in examination.dwi for file in series.files)
    # Images beside the maps are compared when they are loaded, one by one.
    kept = {role: digest for role, digest in images.sha256.items() if role not in (DWI, *CONTEXT_ROLES)}
    listed = kept | ({DWI: examination.dwi_sha256} if examination.dwi_sha256 else {})
    return dataclasses.replace(images, dwi=files, sha256=listed)


@dataclasses.dataclass(frozen=True)
class ImagesOfCases:
    """Hands out the images of cases, those of one stage only; holds no place of any image itself.

    Attributes
    ----------
    study : Path
        The study folder.
    stages : str
        Key of `STAGES`.
    """

    study: Path
    stages: str = ALL_AT_ONCE

    @property
    def last_stage(self) -> int:
        """Number of the last stage, from 0."""
        return len(STAGES[self.stages]) - 1

    def of(self, case_id: str, stage: int) -> tuple[CaseImages, Examination | None]:
        """Images and sorted examination of a case, as far as the stage shows them.

        Raises
        ------
        StudyError
            If the case is not there, its examination is damaged, or a staged study has not sorted it.
        """
        again = reread_of(self.study, case_id)
        behind = case_id if again is None else again.case_id
        case = next((case for case in read_cases(self.study) if case.case_id == behind), None)
        if case is None:
            raise StudyError("there is no such case in this study", needed="a case id of the study")
        if again is not None:
            case = again.case_again(self.study, case)
        examination = read_examination(self.study, case, called=case_id)
        images = listed_images(case.images, examination)
        if stage >= self.last_stage:
            return images, examination
        if examination is None:
            raise StudyError(
                f"case {case_id} cannot be read in stages before its images are sorted",
                todo="Run `her2lowmri study sort`",
            )
        if images.dwi and images.dwi == case.images.dwi and images.b_values is None:
            raise StudyError(
                f"case {case_id} cannot be read in stages: which its diffusion images are is open",
                todo="See what `her2lowmri study sort` says of it",
            )
        only = examination.only(STAGES[self.stages][stage])
        no_context: dict[str, Any] = dict.fromkeys(CONTEXT_ROLES, ())
        return dataclasses.replace(images, **no_context), only
