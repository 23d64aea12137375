"""Fault injection of all kinds, with its amounts, written to docs/faults.md.

    python bench/faults.py            the short amounts of `make test`
    python bench/faults.py --full     the long ones, which take hours
    python bench/faults.py --full --only WORD --only WORD --out docs/faults.md
                                      some, in this order; the page keeps the rows of the others, as they were seen

Each kind is a set of tests that fail when something is lost, wrong, hung or crashed. What they print is counted.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TESTING = Path(__file__).parents[1] / "HER2LowMRI" / "Testing"
_AMOUNT = re.compile(
    r"\b(\d+) (kills|acknowledged saves|saves|stop points|failing calls|flipped bytes|swallowed writes|commands|looks|"
    r"mutated files|power cuts)\b"
)
_SUMMARY = re.compile(r"(\d+) (passed|failed|error)")
HUNG_AFTER_S = 4 * 3600
COLUMNS = 6


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Attributes
    ----------
    name : str
        In words.
    file : str
        Test file, below Testing.
    chosen : str
        As pytest's -k takes it; "" for all of the file.
    unit : str
        What is counted: words that the tests print, or "cases" (tests that passed).
    """

    name: str
    file: str
    chosen: str = ""
    unit: str = "cases"


KINDS = (
    Kind(
        "killed at a random moment of a save", "study/test_study_faults.py", "killed_at_any_moment", "kills"
    ),
    Kind("killed while a VOI is saved", "study/test_study_faults.py", "voi_is_whole", "kills"),
    Kind("killed at every call of every operation", "study/test_every_operation.py", "", "kills"),
    Kind("power cut before every flush, rename and read-back", "study/test_study_faults.py", "every_step"),
    Kind("power cut on ext4, xfs and btrfs", "study/test_power_cuts.py", "", "power cuts"),
    Kind("power off at every call of a VOI save", "study/test_take_over.py", "between_log_and_voi"),
    Kind(
        "taken over at every call of every kind of save", "study/test_take_over.py", "stalls", "stop points"
    ),
    Kind(
        "stopped at every call of a coordinator's change",
        "study/test_take_over.py",
        "tables_follow",
        "stop points",
    ),
    Kind(
        "an error of the disk at every call of all work",
        "study/test_bad_medium.py",
        "whatever_call",
        "failing calls",
    ),
    Kind("full disk, at a save and at opening", "study", "full_disk"),
    Kind("set-up failed or killed half-way", "study/test_bad_medium.py", "set_up"),
    Kind("the disk gives back other bytes", "study/test_study_faults.py", "swallows", "swallowed writes"),
    Kind(
        "a save refused on read-back, then reopened",
        "study/test_take_over.py",
        "refused_on_read_back or last_flush",
    ),
    Kind("two readers and an export at once", "study/test_study_faults.py", "export_at_once", "saves"),
    Kind(
        "eight processes that take over from each other",
        "study/test_study_faults.py",
        "eight_processes",
        "saves",
    ),
    Kind("stale, torn and hostile locks", "study/test_session_lock.py"),
    Kind("checked beside busy sessions", "study/test_bad_medium.py", "busy_sessions", "looks"),
    Kind("every byte of every JSON flipped", "workflow/test_flipped_bytes.py", "flipped", "flipped bytes"),
    Kind(
        "hostile JSON, and values of another kind",
        "workflow/test_flipped_bytes.py",
        "hostile or another_kind",
    ),
    Kind(
        "kept measurements, answers, decisions flipped",
        "workflow/test_changed_files.py",
        "flipped",
        "flipped bytes",
    ),
    Kind("tables and images changed by hand", "workflow/test_changed_files.py", "not flipped"),
    Kind("ids, links and places that lead elsewhere", "study/test_hostile_study.py"),
    Kind("hostile ids", "study/test_case_ids.py"),
    Kind("studies received with something in them", "workflow/test_check_received.py"),
    Kind("commands ended by the system or by nobody's fault", "commands/test_how_commands_end.py"),
    Kind("devices, pipes, folders and loops in the place of files", "commands/test_hostile_places.py"),
    Kind(
        "a share unplugged at any moment of a command",
        "commands/test_vanishing_folders.py",
        "",
        "stop points",
    ),
    Kind("streams that are closed, full or of another encoding", "commands/test_streams.py"),
    Kind("text that commands a terminal", "study/test_bad_medium.py", "terminal"),
    Kind("mutated DICOM, NRRD and NIfTI headers", "images/test_intake_mutations.py", "", "mutated files"),
    Kind("mutated examinations", "images/test_mutated_examinations.py", "", "mutated files"),
    Kind("NRRD, NIfTI and MHA headers", "images/test_intake_volume_files.py"),
    Kind("files that claim more memory than they may", "files/test_budget.py"),
    Kind(
        "commands on files of at most 10 MB that claim or unpack to gigabytes: below 2 GiB",
        "commands/test_memory_of_commands.py",
        "",
        "commands",
    ),
    Kind("maps on a full disk", "images/test_map_files_full_disk.py"),
)


@dataclass(frozen=True)
class Outcome:
    """What came of one kind: how much, how many tests failed, whether it hung, how long it took [s], on which code."""

    amount: int
    unit: str
    failed: int
    hung: bool
    seconds: float
    words: tuple[str, ...]
    seen: str


def run(kind: Kind, full: bool) -> Outcome:
    """Run the tests of one kind."""
    command = [sys.executable, "-m", "pytest", "-q", "-rPf", str(TESTING / kind.file)]
    command += ["-k", kind.chosen] if kind.chosen else []
    command += ["-m", "full or not full"] if full else []
    start, seen = time.monotonic(), _code()
    with tempfile.TemporaryDirectory(dir=_fast_disk()) as temporary:
        try:
            done = subprocess.run(
                [*command, f"--basetemp={temporary}/tests"],
                capture_output=True,
                text=True,
                timeout=HUNG_AFTER_S,
                cwd=TESTING.parents[1],
                env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            )
        except subprocess.TimeoutExpired:
            return Outcome(0, kind.unit, 0, True, time.monotonic() - start, ("hung",), seen)
    counts = {word: int(number) for number, word in _SUMMARY.findall(done.stdout)}
    failed = counts.get("failed", 0) + counts.get("error", 0) + (done.returncode not in (0, 1))
    printed = sum(int(number) for number, word in _AMOUNT.findall(done.stdout) if word == kind.unit)
    amount = counts.get("passed", 0) if kind.unit == "cases" else printed
    words = tuple(line for line in done.stdout.splitlines() if line.startswith("FAILED"))
    return Outcome(amount, kind.unit, failed, False, time.monotonic() - start, words, seen)


def _code() -> str:
    """Date and version of the code, marked where files were changed since."""
    try:
        version = subprocess.run(
            ["git", "describe", "--always", "--dirty=*", "--exclude=*"],
            capture_output=True,
            text=True,
            check=True,
            cwd=TESTING,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        version = "unknown"
    return f"{time.strftime('%Y-%m-%d', time.gmtime())}, {version}"


def _fast_disk() -> str | None:
    """A disk in memory, where there is one: the long amounts are a hundred thousand flushes."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def rows_of(path: Path | None, full: bool) -> dict[str, str]:
    """Rows of a page that was written before with the same amounts, by kind."""
    text = path.read_text(encoding="utf-8") if path is not None and path.is_file() else ""
    if _which(full) not in text:
        return {}
    rows = [line for line in text.splitlines() if line.startswith("| ") and line.count(" | ") == COLUMNS - 1]
    return {row.split(" | ")[0].removeprefix("| "): row for row in rows}


def _which(full: bool) -> str:
    return "the long amounts (`make faults FULL=1`)" if full else "the short amounts (`make faults`)"


def page(outcomes: dict[Kind, Outcome], full: bool, earlier: dict[str, str]) -> str:
    """The page that says what came of it, with the rows of kinds that were run before and not now."""
    lines = [
        "# Faults",
        "",
        f"Made by `bench/faults.py` with {_which(full)}. A test of a kind fails when anything acknowledged is lost, "
        "anything wrong is used, anything hangs or anything ends in a traceback; none may. *Seen*: the day, and the "
        "version of the code (a `*`: with changes that were in no version yet).",
        "",
        "| fault | amount | failed (lost, wrong or crashed) | hung | seen | tests |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    missing = []
    for kind in KINDS:
        found = outcomes.get(kind)
        if found is None:
            lines += filter(None, [earlier.get(kind.name)])
            missing += [] if kind.name in earlier else [kind.name]
            continue
        where = f"`{kind.file}`" + (f" ({kind.chosen})" if kind.chosen else "")
        hung = "1" if found.hung else "0"
        lines.append(
            f"| {kind.name} | {found.amount:,} {found.unit} | {found.failed} | {hung} | {found.seen} | {where} |"
        )
    if missing:
        lines += ["", f"Not run for this page: {'; '.join(missing)}."]
    return "\n".join(lines) + "\n"


def chosen(words: list[str]) -> list[Kind]:
    """The kinds whose name or file holds one of the words, in the order of the words."""
    return list(dict.fromkeys(kind for word in words for kind in KINDS if word in kind.name + kind.file))


def main() -> int:
    """Run all kinds, or those whose name holds a word."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="the long amounts")
    parser.add_argument(
        "--only",
        action="append",
        metavar="WORD",
        help="kinds whose name or file holds this word; several times",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the page")
    args = parser.parse_args()
    outcomes = {}
    for kind in chosen(args.only or [""]):
        outcomes[kind] = found = run(kind, args.full)
        print(
            f"{kind.name}: {found.amount:,} {found.unit}, {found.failed} failed, {found.seconds:.0f} s",
            *found.words,
            sep="\n    ",
            flush=True,
        )
        if args.out is not None:
            # After every kind: a run that is cut short says what it did. Read anew: two runs may write one page.
            earlier = rows_of(args.out, args.full)
            args.out.write_text(page({kind: found}, args.full, earlier), encoding="utf-8")
    return 1 if any(found.failed or found.hung or not found.amount for found in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
