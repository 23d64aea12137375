"""Which studies the user of this computer set up, had checked, or chose to open: the others are asked about once.

A study folder that somebody else made is looked at before it is opened (`study check --received`). Whether it was is
kept in the user's own settings, never in the study: what came with the folder cannot vouch for it. A study is told
from others by when it was set up and by its seed, so that moving or copying it makes no difference.
"""

import contextlib
import hashlib
import os
import sys
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.files.verified_write import make_folder, write_verified
from HER2LowMRILib.study.change_log import canonical_json, now_utc
from HER2LowMRILib.study.own_files import is_link
from HER2LowMRILib.study.protocol import read_protocol

SETTINGS = "HER2LOWMRI_SETTINGS"
"""Environment variable: where the user's settings are, in place of the usual folder."""
SET_UP, CHECKED, ACCEPTED = "set up here", "checked", "opened without a check"


def is_known(folder: Path) -> bool:
    """Whether a study was set up, checked or accepted by this user.

    One that cannot be read counts as known: opening it says what is wrong.
    """
    try:
        return _mark(folder).is_file()
    except (HER2LowMRIError, OSError):
        return True


def remember(folder: Path, how: str) -> None:
    """Keep that a study may be opened; where the settings cannot be written, the question comes again.

    Parameters
    ----------
    folder : Path
        The study.
    how : str
        `SET_UP`, `CHECKED` or `ACCEPTED`.
    """
    with contextlib.suppress(HER2LowMRIError, OSError):
        mark = _mark(folder)
        if not is_link(mark):
            make_folder(mark.parent, "the settings")
            write_verified(mark, f"{how} {now_utc()}\n".encode())


def _mark(folder: Path) -> Path:
    protocol = read_protocol(Path(folder))
    name = hashlib.sha256(canonical_json([protocol.created, protocol.seed]).encode()).hexdigest()[:24]
    return settings_folder() / "known_studies" / name


def settings_folder() -> Path:
    """Where the user's settings are kept on this computer; it may not be there yet."""
    if os.environ.get(SETTINGS):
        return Path(os.environ[SETTINGS])
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or _home()) / "HER2LowMRI"
    if sys.platform == "darwin":
        return _home() / "Library" / "Application Support" / "HER2LowMRI"
    return Path(os.environ.get("XDG_CONFIG_HOME") or _home() / ".config") / "her2lowmri"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        # A user without one, as in a container: nothing can be kept.
        return Path(os.devnull)
