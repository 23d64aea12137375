"""Lines on standard output."""

import sys

from HER2LowMRILib.core.wording import one_line


def say(*lines: str) -> None:
    """Print each text on one line; what somebody typed into a study cannot command the terminal."""
    sys.stdout.write("".join(f"{one_line(line)}\n" for line in lines))
