"""``her2lowmri examination``: what an examination holds."""

import argparse
import json
import sys
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_quiet
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.images.examination import Examination, Phase, in_words, overview
from HER2LowMRILib.images.sorting.sort_examination import sort_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Say which images of one breast MRI examination are the diffusion, T1, T2 and dynamic series, what stands "
        "aside and why, and what a person must decide. Nothing is written."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="folder of one examination")
    parser.add_argument("--json", action="store_true", help="for programs")
    add_quiet(parser)


def run(args: argparse.Namespace) -> int:
    """Sort and print."""
    with ProgressLine("Sorting", args.quiet or args.json) as progress:
        found = sort_folder(args.folder, progress=progress)
    if args.json:
        sys.stdout.write(json.dumps(overview(found, args.folder), indent=1) + "\n")
    else:
        say(*_lines(found))
    return 0


def _lines(found: Examination) -> list[str]:
    """The examination as a table of roles, what is aside, and the questions."""
    lines = [in_words(found), ""]
    for role in ("dwi", "adc", "t1", "t2"):
        for one in getattr(found, role):
            decision = found.decisions.get(role)
            lines.append(f"{role:<10} {_series(one.series, one.description)}{_sure(decision)}")
    for role in ("dce", "ultrafast"):
        lines += [
            f"{role:<10} {_phase(phase)}{_sure(found.decisions.get(role))}" for phase in getattr(found, role)
        ]
    lines += [f"{'aside':<10} {_series(one.series, one.description)}: {one.reason}" for one in found.aside]
    lines += [f"{'question':<10} {question.text}" for question in found.questions]
    return lines


def _series(series: int | str, description: str) -> str:
    name = f"series {series}" if isinstance(series, int) else series
    return f"{name}  {description}" if description else name


def _phase(phase: Phase) -> str:
    time = "time not known" if phase.time_s is None else f"{phase.time_s:.1f} s ({phase.time_source})"
    return f"phase {phase.number}, {time}, {_series(phase.images.series, phase.images.description)}"


def _sure(decision: object) -> str:
    certainty = getattr(decision, "certainty", "")
    return f"  [{certainty}: {getattr(decision, 'decided_by', '')}]" if certainty else ""
