"""``her2lowmri dicom``: signed readings as DICOM objects."""

import argparse
import sys
from collections.abc import Mapping

from HER2LowMRILib.commands.arguments import add_out, add_quiet, add_study
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.dicom_out.subject import PATIENT_MODES, PSEUDONYM, SOURCE
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.write_dicom import plan_dicom, write_dicom


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Write signed readings as DICOM objects: of each a segmentation (lesion and exclusions) and a structured "
        "report (features, answers, how they came about), and of each case its maps as parametric maps. "
        "HER2 groups, remarks and other typed text never go in."
    )
    add_study(parser)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="only these cases (default: all)")
    add_out(parser, "the objects")
    parser.add_argument(
        "--patient",
        choices=PATIENT_MODES,
        default=PSEUDONYM,
        help=f"{PSEUDONYM}: the study's pseudonym and new UIDs, for research (default); "
        f"{SOURCE}: patient and study as the images state them, for the hospital's own archive",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be written; write nothing")
    add_quiet(parser)


def run(args: argparse.Namespace) -> int:
    """Write the objects; say what was written and what was not."""
    study = open_study(args.study)
    if args.dry_run:
        plan = plan_dicom(study, args.out, args.cases)
        for case_id, readers in plan.readings.items():
            sys.stdout.write(f"{case_id}: maps; segmentation and report of {', '.join(readers)}\n")
        _say_left_out(plan.left_out)
        count = sum(len(readers) for readers in plan.readings.values())
        sys.stdout.write(f"{counted(count, 'reading')} would be written; nothing is written yet\n")
        return 0
    with ProgressLine("Writing", args.quiet) as progress:
        done = write_dicom(study, args.out, args.cases, patient=args.patient, progress=progress)
    readings = {(row["case_id"], row["reader"]) for row in done.objects if row["reader"] is not None}
    sys.stdout.write(f"{counted(len(done.objects), 'object')} of {counted(len(readings), 'reading')}\n")
    if args.patient == SOURCE and done.objects:
        sys.stdout.write("The objects state the patient as the images do: they are not for passing on\n")
    _say_left_out(done.left_out)
    for note in done.notes:
        say(note)
    return 0


def _say_left_out(left_out: Mapping[str, str]) -> None:
    for what, why in left_out.items():
        say(f"left out: {what}, {why}")
