"""A study on a share that is unplugged: nothing is made in its place, what is missing is not told as empty."""

from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.verified_write import make_folder
from HER2LowMRILib.study.protocol import STUDY_FILE


def require_there(study: Path) -> None:
    """Refuse to go on with what was found in a study that cannot be reached any more.

    Raises
    ------
    StudyError
        If it is not there: readings may have been taken for absent that are on the share.
    """
    if not (study / STUDY_FILE).exists():
        raise StudyError(
            "the study can no longer be reached",
            needed="the study folder",
            todo="Connect the share or disk again, then do this again",
        )


def make_own_folder(study: Path, folder: Path, what: str) -> None:
    """Make a folder in a study, unless it is there.

    Parameters
    ----------
    study : Path
    folder : Path
        Below it.
    what : str
        What it is, as the error calls it.

    Raises
    ------
    StudyError
        If it cannot be made, or the study is not there: where a share was, a folder of the same name would be made on
        this computer.
    """
    if not folder.is_dir():
        require_there(study)
        make_folder(folder, what)
