"""``her2lowmri demo``: the whole work on a synthetic study, and how close it came to the truth."""

import argparse
import sys
from pathlib import Path

import numpy as np

from HER2LowMRILib.commands.arguments import add_out, add_quiet
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.map_spec import NO_UNIT, STANDARD_MAPS
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.workflow.demo import (
    COHORT_FOLDER,
    COMPARISON_FILE,
    PICTURES_FOLDER,
    STUDY_FOLDER,
    Demo,
    run_demo,
)
from HER2LowMRILib.workflow.export_cohort import DICTIONARY_FILE, FEATURES_FILE, FLOW_FILE, READINGS_FILE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Make a synthetic reader study on disk (multi-b DICOM with known truth, two readers, an "
        "adjudicator, pathology), run the real pipeline over it, and say how close it came to the truth."
    )
    add_out(parser, "it", Path("demo"))
    parser.add_argument("--cases", type=int, default=12, metavar="N", help="patients (default: 12)")
    parser.add_argument("--seed", type=int, default=2025, help="same seed, same study (default: 2025)")
    parser.add_argument(
        "--no-cohort", action="store_true", help="leave out the analysis of 232 synthetic patients"
    )
    add_quiet(parser, "no progress, only where the files are")


def run(args: argparse.Namespace) -> int:
    """Run the demonstration; the last lines say where the files are."""
    with ProgressLine("Demonstration", args.quiet) as line:

        def progress(what: str, fraction: float) -> None:
            line.label = what
            line(fraction)

        demo = run_demo(args.out, args.cases, args.seed, cohort=not args.no_cohort, progress=progress)
    if not args.quiet:
        sys.stdout.write(report(demo))
    places = {
        "one row per patient": FEATURES_FILE,
        "one row per patient and reader": READINGS_FILE,
        "what each column means": DICTIONARY_FILE,
        "who was left out, and why": FLOW_FILE,
        "measured against the truth": COMPARISON_FILE,
        "pictures": PICTURES_FOLDER,
        "the study folder": STUDY_FOLDER,
    }
    if not args.no_cohort:
        places["report on 232 synthetic patients"] = f"{COHORT_FOLDER}/report.html"
    say(*(f"{what + ':':34}{args.out / name}" for what, name in places.items()))
    return 0


def report(demo: Demo) -> str:
    """What the demonstration found, as text for a terminal."""
    export = demo.export
    lines = [
        "SYNTHETIC study: 2 readers, "
        f"{counted(export.features, 'patient')} in {FEATURES_FILE} ({len(export.indeterminate)} with an open HER2 "
        f"result), {len(export.left_out)} left out, {counted(demo.adjudicated, 'question')} adjudicated.",
        f"Check of the study folder: {'; '.join(demo.findings) or 'nothing wrong'}.",
        "How close the medians of the lesions came to the truth (mean [largest] absolute error over patients):",
        f"  {'':6}{'truth':>12}  {'noise and fit':>18}  {'outlining':>18}",
    ]
    for spec in STANDARD_MAPS:
        label, unit = spec.label, "" if spec.unit == NO_UNIT else spec.unit
        rows = [row for row in demo.comparison if row["map"] == spec.name]
        truth = np.array([row["true_median_perfect_voi"] for row in rows], float)
        fit, outline = (
            np.abs(np.array([row[column] for row in rows], float))
            for column in ("error_of_measurement", "error_of_outlining")
        )
        lines.append(
            f"  {label:6}{f'{truth.min():.2f}-{truth.max():.2f}':>12}  {f'{fit.mean():.3f} [{fit.max():.3f}]':>18}  "
            f"{f'{outline.mean():.3f} [{outline.max():.3f}]':>18}  {unit}".rstrip()
        )
    return "\n".join([*lines, "", ""])
