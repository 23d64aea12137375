"""``her2lowmri study hanging``: which images stand in which view."""

import argparse
import sys
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_act
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.budget import read_at_most
from HER2LowMRILib.study.hanging import default_hanging, parse_hanging, read_hanging, to_text
from HER2LowMRILib.study.study_folder import open_study

_LARGEST = 2**20


def add_hanging_act(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the act."""
    act = add_act(acts, "hanging", _hanging, "say which images stand in which view, or print the default")
    act.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        nargs="?",
        help="hanging.json of the study (default: print the default)",
    )


def _hanging(args: argparse.Namespace) -> int:
    if args.file is None:
        read_hanging(args.study)
        sys.stdout.write(to_text(default_hanging()) + "\n")
        return 0
    try:
        content = read_at_most(args.file, _LARGEST, StudyError)
    except OSError as error:
        raise StudyError(f"{args.file.name} cannot be read", found=error.strerror or "an error") from error
    found = parse_hanging(content)
    with open_study(args.study).coordinator(args.take_over) as office:
        office.set_hanging(content)
    labels = ", ".join(f"{layout.label} ({layout.key})" for layout in found.layouts)
    say(f"layouts of the study: {labels}")
    return 0
