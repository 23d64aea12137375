"""A command in a process of its own: what it said, its largest memory, and how long it worked without a word."""

import os
import select
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

HUNG_AFTER_S = 900
_LOOK_EVERY_S = 0.2
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
needs_wait4 = pytest.mark.skipif(
    not (hasattr(os, "wait4") and Path("/proc/self/stat").exists()),
    reason="this system does not tell memory and time of another process",
)


@dataclass(frozen=True)
class Watched:
    """How a command went.

    Attributes
    ----------
    status : int
        Exit status; negative: the signal that ended it.
    printed : str
        Standard output and standard error.
    peak : int
        Largest memory [bytes].
    silence_s : float
        The longest it worked or waited without a word [s]. Time in which other programs had the processor does not
        count: a busy machine makes no command hang.
    """

    status: int
    printed: str
    peak: int
    silence_s: float


def run_watched(arguments, settings, before="") -> Watched:
    """Run `her2lowmri` with arguments; ``before`` is Python that the process runs first."""
    read, write = os.pipe()
    code = f"import sys; from HER2LowMRILib.cli import main; {before}; sys.exit(main())"
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", code, *map(str, arguments)],
        os.environ | {"HER2LOWMRI_SETTINGS": str(settings)},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, write, 1),
            (os.POSIX_SPAWN_DUP2, write, 2),
            (os.POSIX_SPAWN_CLOSE, read),
        ],
    )
    os.close(write)
    printed, longest, silent = [], 0.0, 0.0
    since, used = time.monotonic(), 0.0
    began = since
    while True:
        ready, _, _ = select.select([read], [], [], _LOOK_EVERY_S)
        now = time.monotonic()
        runs, used_now = _of_process(child, used)
        # Asleep it waits for something, and all of that time is its own; at work, what the processor gave it.
        silent += max(used_now - used, 0.0) if runs else now - since
        longest = max(longest, silent)
        since, used = now, used_now
        if ready:
            said = os.read(read, 65536)
            if not said:
                break
            printed.append(said)
            silent = 0.0
        if now - began > HUNG_AFTER_S:
            os.kill(child, signal.SIGKILL)
    os.close(read)
    _, status, usage = os.wait4(child, 0)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    text = b"".join(printed).decode(errors="replace")
    return Watched(os.waitstatus_to_exitcode(status), text, peak, longest)


def _of_process(pid, used):
    """Whether a process has or wants the processor, and the processor time it had [s]."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return True, used
    return fields[0] == "R", (int(fields[11]) + int(fields[12])) / _TICKS
