"""Ask before a study is opened that was neither set up nor checked by this user."""

import argparse
import sys
from pathlib import Path

from HER2LowMRILib.commands.streams import remark
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.study.known_studies import ACCEPTED, is_known, remember

_WITHOUT = ("init", "check")


def ask_before_opening(args: argparse.Namespace) -> None:
    """Ask at a terminal; elsewhere, as in a script, say it on standard error and go on.

    Raises
    ------
    HER2LowMRIError
        If the user does not want to open it.
    """
    folder = getattr(args, "study", None)
    if not isinstance(folder, Path) or getattr(args, "act", "") in _WITHOUT or is_known(folder):
        return
    problem = "This study was neither set up nor checked on this computer"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        remark(f"{problem}: `her2lowmri study check STUDY --received` does that\n")
        return
    remark(f"{problem}. If it came from somebody else, check it first. Open it all the same? [y/N] ")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise HER2LowMRIError(
            "The study was not opened",
            todo="`her2lowmri study check STUDY --received` looks for links, odd files and changed content in it",
        )
    remember(folder, ACCEPTED)
