"""`make bench`: time the fit, the features and a cohort, print the table and write docs/benchmarks.md."""

import argparse
import platform
import sys
from pathlib import Path

import cohort
import dicom_reading
import features
import fit
import numpy as np
import workers
from measure import Timing

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
INTRODUCTION = """# Benchmarks

Written by `make bench`; do not edit. All data is synthetic. Ratios of processor time in one run: every way runs
once per round, in turn, and the ratio is the median over the rounds (smallest to largest in brackets). The ratio
holds on other machines far better than the time.
"""


def table(timings: list[Timing], per: str, bound: str = "", unit: str = "ms") -> str:
    """Write timings as a table of Markdown."""
    factor, digits = {"ms": (1e3, 1), "ns": (1e9, 1), "us": (1e6, 1)}[unit]
    lines = [f"| {per} | {unit} | ratio |", "|---|---:|---:|"]
    for timing in timings:
        ratio = (
            "1"
            if timing.low == timing.high == 1
            else f"{_short(timing.ratio)} [{_short(timing.low)}..{_short(timing.high)}]"
        )
        lines.append(f"| {timing.name} | {timing.seconds * factor:.{digits}f} | {ratio} |")
    return "\n".join(lines) + (f"\n\n{bound}" if bound else "")


def _short(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}" if ratio < 1000 else f"{round(ratio, -2):.0f}"


def verdict(words: str, value: float, limit: float, at_least: bool = False) -> str:
    """Say whether a bound holds."""
    holds = value >= limit if at_least else value <= limit
    needed = f"needed {'at least' if at_least else 'at most'} {limit:g}"
    return f"{words}: {_short(value)}, {needed}: {'holds' if holds else '**does not hold**'}."


def find(timings: list[Timing], start: str) -> Timing:
    """Return the timing whose name starts so."""
    return next(t for t in timings if t.name.startswith(start))


def sections(rounds: int, patients: int) -> list[str]:
    """Run everything and write the sections of the page."""
    parts = []

    def say(text: str) -> None:
        parts.append(text)
        sys.stdout.write(text + "\n\n")
        sys.stdout.flush()

    say(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}, {rounds} rounds.")

    logs = fit.against_logarithms(rounds)
    ours = find(logs, "**ADC")
    say("## Fit of a whole volume, 200 x 200 x 40 voxels, 4 b-values")
    say(table(logs, "whole volume"))
    say(verdict("Fit against four `numpy.log`", ours.ratio, 8))
    say(verdict("Scratch memory beyond input and output [MB]", fit.scratch_megabytes(), 8))

    peers, notes = fit.against_peers(max(rounds // 3, 2))
    say("## Fit of one voxel against other software")
    say(table(peers, "one voxel", unit="ns"))
    for name, limit in (("dipy", 2000), ("scipy curve_fit per voxel (lm)", 10000)):
        if any(t.name.startswith(name) for t in peers):
            say(verdict(f"{name} against ours", find(peers, name).ratio, limit, at_least=True))
    say(" ".join(notes))

    timings, notes = features.against_peers(rounds)
    say("## The 21 features of one VOI")
    say(table(timings, "one VOI, three maps"))
    say(" ".join(notes))

    cohort.PATIENTS = patients
    for form, timings in cohort.against_reading().items():
        say(f"## Cohort of {patients} patients from {form}, 4 x 200 x 200 x 40 voxels each")
        say(table(timings, "one patient"))
        say(verdict(f"Cohort from {form} against plain reading", find(timings, "**reading").ratio, 1.5))

    reading = dicom_reading.against_pydicom(rounds)
    say("## Reading DICOM, 4 x 200 x 200 x 40 voxels")
    say(table(reading["classic"], "160 files, one per slice"))
    say(verdict("Reading against pydicom", find(reading["classic"], "**read_dwi").ratio, 1.3))
    for kind, how in (("enhanced", "lengths written down"), ("delimited", "delimiters in place of lengths")):
        say(table(reading[kind], f"4 enhanced multi-frame files, {how}"))
        say(verdict("Reading against pydicom", find(reading[kind], "**read_dwi").ratio, 1.3))
    for kind, where in (
        ("cached", "160 files in the cache of the system"),
        ("disk", "160 files on a local disk, not in the cache"),
        ("share", "160 files that each come 2 ms late, as from a busy network share"),
    ):
        if kind in reading:
            say(table(reading[kind], where, "Wall-clock time."))
    share = find(reading["share"], "**read_dwi on two threads").ratio
    say(verdict("Two threads against one where files come late", share, 1))

    say("## Export on several processes")
    say(table(workers.on_processes(patients), "one patient", "Wall-clock time; the machine must be idle."))
    return parts


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--patients", type=int, default=58)
    parser.add_argument("--out", type=Path, default=PAGE)
    arguments = parser.parse_args()
    parts = sections(arguments.rounds, arguments.patients)
    arguments.out.write_text("\n\n".join([INTRODUCTION.rstrip(), *parts]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{arguments.out}\n")


if __name__ == "__main__":
    main()
