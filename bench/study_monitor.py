"""Does the monitor find who drifts, and how often does it cry wolf? Simulated readers, looked at after every ten cases.

    python bench/study_monitor.py [--runs 1000] [--out docs/benchmarks-monitor.md]

Two readers err in 15 of 100 answers to five questions (kinds and number of answers as in the form); an adjudicator
takes either answer. A bias of ten points is an answer that is "yes" in ten more of a hundred cases, or as much on an
ordered scale from 0 to 1. Ends with status 1 when a promise is not kept.
"""

# ruff: noqa: E402
import argparse
import math
import sys
from pathlib import Path

_EXTENSION = Path(__file__).parents[1] / "HER2LowMRI"
sys.path[:0] = [str(_EXTENSION), str(_EXTENSION / "Testing")]

from HER2LowMRILib import __version__
from workflow.simulated_readers import alarms

FOUND, FALSE = 0.90, 0.05
# Who drifts, by how many points of a hundred; cases read; cases that the study plans.
KINDS = (
    ("reader", 10, 60, 232),
    ("adjudicator", 10, 60, 232),
    ("reader", 5, 60, 232),
    ("adjudicator", 5, 60, 232),
    ("reader", 5, 232, 232),
    ("nobody", 0, 60, 60),
    ("nobody", 0, 60, 232),
    ("nobody", 0, 232, 232),
)


def raised(who: str, points: int, cases: int, planned: int, runs: int) -> float:
    """Share of simulated studies with an alarm: of the one who drifts, or of anybody where nobody does."""
    bias = {f"bias_{who}": points / 100} if points else {}
    (reader, adjudicator), _ = alarms(runs, cases, planned, **bias)
    # Together they stay below their sum.
    return {"reader": reader, "adjudicator": adjudicator, "nobody": reader + adjudicator}[who]


def page(runs: int) -> tuple[str, bool]:
    """The page, and whether what is promised is kept."""
    rows, kept = [], True
    for who, points, cases, planned in KINDS:
        share = raised(who, points, cases, planned, runs)
        error = math.sqrt(max(share * (1 - share), 1 / runs) / runs)
        promise = f"at least {FOUND:.0%}" if points == 10 else f"at most {FALSE:.0%}" if not points else "-"
        if points == 10:
            kept &= share >= FOUND
        elif not points:
            kept &= share <= FALSE
        rows.append(
            f"| {who} | {points} | {cases} of {planned} | {100 * share:.1f} ± {100 * error:.1f} % | {promise} |"
        )
    text = f"""# The monitor on simulated studies

Made by `make bench-monitor` (HER2LowMRI {__version__}, {runs} studies of each kind). Two readers err in 15 of 100
answers to five questions; the adjudicator takes either answer. A bias of ten points is an answer that is "yes" in ten
more of a hundred cases. Looked at after every ten cases. Where nobody drifts, alarms of the reader and of the
adjudicator are added.

| who drifts | points | cases read, of how many planned | studies with an alarm | asked for |
| --- | --- | --- | --- | --- |
{chr(10).join(rows)}

Everything asked for is {"kept" if kept else "NOT kept"}. ± is the standard error of the simulation.
"""
    return text, kept


def main() -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    text, kept = page(args.runs)
    if args.out is not None:
        args.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
