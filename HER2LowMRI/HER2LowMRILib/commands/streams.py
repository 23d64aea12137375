"""Standard input and output of a command, whatever it was started with."""

import contextlib
import io
import os
import sys
from pathlib import Path


def prepare_streams() -> None:
    """Make the three streams usable: a closed one leads nowhere, and no character ends the command.

    A scheduler may start a command with a stream closed. The next file that is opened would get its number, and what a
    library prints there would go into that file.
    """
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(handle, True)
    os.close(handle)
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A title in Chinese on a terminal of another encoding, a file name of other bytes.
            stream.reconfigure(errors="backslashreplace")


def drop_unsaid() -> None:
    """Give up what a full disk or a closed pipe did not take: Python would complain of it when it ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def remark(text: str) -> None:
    """Write text to standard error; the work goes on where nobody can hear it (a full disk, a closed pipe)."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()
