"""Run the tests in processes of their own, as many at a time as there are processors, and count them together.

usage: python HER2LowMRI/Testing/run_tests.py [files] [options of pytest]

Slicer's library and Qt give back little of the memory that a test took, so one process for all grows without end. Here
every process ends with its group of files. Prints what failed, the memory of the largest processes, and one line with
the counts; exit status 1 where a test failed or a group did not come to its end.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

TESTING = Path(__file__).resolve().parent
ROOT = TESTING.parents[1]
# Files of these folders are heavy on memory: each has a process. The files of the others share theirs by folder,
# because they share what is slow to make.
ALONE = ("gui", "images", "commands")
# A panel in Slicer's library takes 60 MB that it never gives back: so many of its tests share a process.
TESTS_OF_THE_PANEL = 8
_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?|deselected)")


@dataclass
class Group:
    """Test files that run in one process.

    Attributes
    ----------
    files : list of Path
    part, parts : int
        Which of how many equal parts of their tests.
    size : float
        Bytes of source; the largest begin first, so that none is left for the end.
    """

    files: list[Path]
    part: int = 1
    parts: int = 1
    size: float = field(init=False)

    def __post_init__(self):
        self.size = sum(file.stat().st_size for file in self.files) / self.parts

    @property
    def name(self) -> str:
        first = self.files[0].relative_to(TESTING)
        name = str(first) if len(self.files) == 1 else f"{first.parent}/ ({len(self.files)} files)"
        return name if self.parts == 1 else f"{name}, part {self.part} of {self.parts}"


@dataclass
class Running:
    """A process at work."""

    group: Group
    process: subprocess.Popen
    output: object
    since: float


def groups(named: list[Path]) -> list[Group]:
    """Return every test file, or every one of those that were named, once; the largest groups first."""
    by_folder: dict[Path, list[Path]] = {}
    for file in sorted(set(named) or TESTING.rglob("test_*.py")):
        by_folder.setdefault(file.parent, []).append(file)
    found = []
    for folder, files in by_folder.items():
        alone = folder.name in ALONE
        found += [part for file in files for part in parts_of(file)] if alone else [Group(files)]
    return sorted(found, key=lambda group: group.size, reverse=True)


def parts_of(file: Path) -> list[Group]:
    """Return a file as one group, or as several where its tests keep much memory."""
    parts = (
        -(-file.read_text().count("\ndef test_") // TESTS_OF_THE_PANEL) if file.parent.name == "gui" else 1
    )
    return [Group([file], part, parts) for part in range(1, max(parts, 1) + 1)]


def start(group: Group, options: list[str]) -> Running:
    """Begin a group."""
    output = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
    part = f"--part={group.part}/{group.parts}"
    command = [sys.executable, "-m", "pytest", "-q", part, *options, *map(str, group.files)]
    process = subprocess.Popen(
        command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=ROOT
    )
    return Running(group, process, output, time.monotonic())


def first_ended(running: list[Running]) -> tuple[Running, int, int]:
    """Wait until one of the processes ends; returns it, its exit status, and its largest memory [MiB]."""
    while True:
        process_id, status, used = os.wait4(-1, 0)
        for one in running:
            if one.process.pid == process_id:
                per_mebibyte = 1 << 20 if sys.platform == "darwin" else 1 << 10
                return one, os.waitstatus_to_exitcode(status), used.ru_maxrss // per_mebibyte


def main(arguments: list[str]) -> int:
    """Run all groups; returns the exit status."""
    named = [Path(one).resolve() for one in arguments if one.endswith(".py")]
    options = [one for one in arguments if not one.endswith(".py")]
    missing = [file for file in named if not file.is_file() or TESTING not in file.parents]
    if missing:
        sys.exit(f"No test files below {TESTING.name}: {', '.join(map(str, missing))}")
    waiting, running, total, largest, failed = groups(named), [], Counter(), [], []
    count = len(waiting)
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            running.append(start(waiting.pop(0), options))
        one, status, memory = first_ended(running)
        running.remove(one)
        one.output.seek(0)
        text = one.output.read().decode(errors="replace")
        one.output.close()
        # Errors of the interpreter's end come after the line with the counts.
        last = next((line for line in reversed(text.splitlines()) if _COUNT.search(line)), "no counts")
        total.update({word.removesuffix("s"): int(number) for number, word in _COUNT.findall(last)})
        largest.append((memory, one.group.name))
        done, seconds = count - len(waiting) - len(running), time.monotonic() - one.since
        print(f"[{done}/{count}] {one.group.name}: {last} ({seconds:.0f} s, {memory} MiB)", flush=True)
        # 5: none of its tests was asked for.
        if status not in (0, 5):
            failed.append(one.group.name)
            print(text, flush=True)
    print(
        "Largest: " + ", ".join(f"{name} {memory} MiB" for memory, name in sorted(largest, reverse=True)[:3])
    )
    for name in failed:
        print(f"FAILED {name}")
    bad = total["failed"] + total["error"]
    print(f"{total['passed']} passed, {bad} failed, {total['skipped']} skipped")
    return 1 if failed or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
