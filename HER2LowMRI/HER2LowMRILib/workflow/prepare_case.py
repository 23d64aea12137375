"""A process that prepares one case and ends: ``python -m HER2LowMRILib.workflow.prepare_case``, told what on stdin."""

import contextlib
import os
import pickle
import sys

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.workflow.prepared_case import carry_out

# The reader's own work goes before.
_NICENESS = 15


def main() -> int:
    """Prepare the case that stands on standard input; 0 when its file is there.

    Nothing is printed: whoever opens the case is told what is wrong with it.
    """
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(_NICENESS)
    # From the session that started this process, through a pipe that nobody else holds.
    order = pickle.load(sys.stdin.buffer)
    try:
        carry_out(order)
    except (HER2LowMRIError, OSError, MemoryError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
