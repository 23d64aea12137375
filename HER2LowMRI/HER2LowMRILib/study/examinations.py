"""`examinations/<case>.json`: the sorted examination of each case. The coordinator writes it, everybody reads it.

Places of files are written as in `cases.csv`: relative to the study where they lie inside it. Like those they may carry
identity, and appear in no export and no message.
"""

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.files.json_shape import anything, fields, mapped, optional
from HER2LowMRILib.files.verified_write import make_folder
from HER2LowMRILib.images.examination import ASKED, DWI, Examination, from_json, to_json
from HER2LowMRILib.study.case_list import CaseImages, read_cases
from HER2LowMRILib.study.change_log import Entry
from HER2LowMRILib.study.own_files import checked_place, inside
from HER2LowMRILib.study.record_file import RecordFile, RecordKind, State, look_at, record_problems
from HER2LowMRILib.study.session_lock import SessionLock
from HER2LowMRILib.study.stages import ALL_AT_ONCE, STAGES

EXAMINATIONS_FOLDER = "examinations"
SCHEMA = "her2lowmri.examination-record/1"
# Places of a case that may hold more than diffusion images and maps.
_PLACES_BEYOND_DIFFUSION = ("t1", "t2", "dce", "others")


def _fold(state: State, entry: Entry) -> State:
    return state | {"examination": entry["new"]} if entry["action"] == "sort" else state


KIND = RecordKind(SCHEMA, {"examination": None}, _fold, fields({"examination": optional(mapped(anything))}))


def examination_files(study: Path, case_id: str) -> tuple[Path, Path]:
    """State and log of a case's examination."""
    folder = inside(study, EXAMINATIONS_FOLDER)
    return inside(folder, f"{case_id}.json"), inside(folder, f"{case_id}.log.jsonl")


def write_examination(study: Path, case_id: str, examination: Examination, lock: SessionLock) -> None:
    """Keep the sorted examination of a case.

    Parameters
    ----------
    study : Path
        The study folder.
    case_id : str
    examination : Examination
    lock : SessionLock
        The coordinator's.
    """
    root = study.absolute()

    def place(path: Path) -> str:
        absolute = path.absolute()
        return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else str(absolute)

    make_folder(inside(study, EXAMINATIONS_FOLDER), "the folder of examinations")
    record = RecordFile(*examination_files(study, case_id), "coordinator", KIND, lock)
    record.change("sort", new=to_json(examination, place))


def read_examination(study: Path, case_id: str) -> Examination | None:
    """The sorted examination of a case; None where it was never sorted.

    Raises
    ------
    StudyError
        If it is not what the coordinator's session left, or of another version of the software.
    """
    state, log = examination_files(study, case_id)
    if not state.exists() and not log.exists():
        return None
    try:
        kept = look_at(state, log, KIND)["examination"]
        return None if kept is None else from_json(kept, lambda text: checked_place(text, study))
    except HER2LowMRIError as error:
        raise StudyError(
            f"the sorted examination of case {case_id} cannot be used: {error}",
            todo="Run `her2lowmri study sort` after looking into it",
        ) from error


def examination_problems(study: Path, case_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the sorted examinations of cases: case and problem, in words."""
    for case_id in case_ids:
        files = examination_files(study, case_id)
        if any(file.exists() for file in files):
            yield from ((case_id, problem) for problem in record_problems(*files, KIND))


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
    kept = {role: digest for role, digest in images.sha256.items() if role in _HASHED_AS_BEFORE}
    listed = kept | ({DWI: examination.dwi_sha256} if examination.dwi_sha256 else {})
    return dataclasses.replace(images, dwi=files, sha256=listed)


# Images beside the maps are compared when they are loaded, one by one.
_HASHED_AS_BEFORE = ("adc", "d_app", "k_app")


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
        case = next((case for case in read_cases(self.study) if case.case_id == case_id), None)
        if case is None:
            raise StudyError("there is no such case in this study", needed="a case id of the study")
        examination = read_examination(self.study, case_id)
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
        return dataclasses.replace(images, **dict.fromkeys(_PLACES_BEYOND_DIFFUSION, ())), only
