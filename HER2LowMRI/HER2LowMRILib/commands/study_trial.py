"""``her2lowmri study reread`` and ``train``: cases that are read twice, and cases that readers train on."""

import argparse
import sys
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_act, add_table_wishes, table_request
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.commands.study_tables import ask, say_dry_run
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.study.rereads import AFTER_DAYS
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.draw_rereads import draw_rereads
from HER2LowMRILib.workflow.record_readings import change_lines
from HER2LowMRILib.workflow.training_cases import plan_references, take_references


def add_trial_acts(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the acts."""
    act = add_act(
        acts, "reread", _reread, "draw cases that every reader reads twice, the second time under another id"
    )
    act.add_argument(
        "--share", type=float, required=True, metavar="SHARE", help="of the cases, above 0 to 1, such as 0.2"
    )
    act.add_argument(
        "--after",
        type=float,
        default=AFTER_DAYS,
        metavar="DAYS",
        help="how long after a reader signed a case off it comes again (default: %(default)g)",
    )
    act = add_act(
        acts, "train", _train, "let readers train on cases: a table says what each was agreed to show"
    )
    act.add_argument(
        "table",
        type=Path,
        metavar="TABLE",
        nargs="?",
        help="CSV or .xlsx with case_id, answers, comment; readers see it after they signed the case off",
    )
    act.add_argument(
        "--end",
        metavar="CASE",
        action="append",
        default=[],
        help="make a case one of the study again, while nobody has seen its reference",
    )
    add_table_wishes(act)


def _reread(args: argparse.Namespace) -> int:
    with open_study(args.study).coordinator(args.take_over) as office:
        with ProgressLine("Copying images", args.quiet) as progress:
            new = draw_rereads(office, args.study, args.share, args.after, progress)
        rereads, cases = len(office.rereads), len(office.study_cases)
    sys.stdout.write(
        f"{counted(len(new), 'case')} drawn; {rereads} of {cases} are read again, {args.after:g} days after the first "
        "sign-off\n"
    )
    return 0


def _train(args: argparse.Namespace) -> int:
    if args.table is None and not args.end:
        raise StudyError("nothing to do", needed="a table of references, or --end with a case")
    with open_study(args.study).coordinator(args.take_over) as office:
        if args.table is not None:
            wishes = table_request(args, args.table).wishes(office.answers_file)
            plan = plan_references(office, args.table, wishes)
            say(*plan.table.notes, *change_lines(plan.changes))
            say(*plan.problems if args.dry_run else ())
            ask(plan.table, office.answers_file, wishes, dry_run=args.dry_run)
            if args.dry_run:
                return say_dry_run(plan.table)
            take_references(office, plan)
        if args.dry_run:
            say("dry run: nothing was written")
            return 0
        for case_id in args.end:
            office.end_training(case_id)
        training = sum(case.training for case in office.cases)
        count = len(office.study_cases)
    sys.stdout.write(f"{counted(training, 'case')} to train on, {count} in the study\n")
    return 0
