"""What must not be written into a study folder, because everybody who works on the study opens it."""

from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.budget import real_place
from HER2LowMRILib.study.case_list import CASES_FILE
from HER2LowMRILib.study.protocol import STUDY_FILE

HOLD_GROUPS = "hold HER2 groups"


def refuse_inside_a_study(place: Path, what: str, why: str = HOLD_GROUPS) -> None:
    """Refuse a file or folder that lies in a study folder, whichever it is.

    Parameters
    ----------
    place : Path
        Where something is to be written; it may not be there yet.
    what : str
        What is to be written, in the plural, as the error calls it.
    why : str
        What of them readers must not see.

    Raises
    ------
    StudyError
        If it lies in one.
    """
    place = real_place(Path(place))
    if any(
        (folder / STUDY_FILE).is_file() and (folder / CASES_FILE).is_file()
        for folder in (place, *place.parents)
    ):
        raise StudyError(
            f"{what} cannot be written into the study",
            needed=f"a place outside it, because readers open the study, and {what} {why}",
        )
