"""``her2lowmri study sort``: which images of each case are the T1, the T2, the phases of the dynamic series."""

import argparse
import sys

from HER2LowMRILib.commands.arguments import add_act
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.examination import ANSWERED_ROLES
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.sort_cases import series_answer, sort_cases


def add_sort_act(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the act."""
    act = add_act(acts, "sort", _sort, "sort the images of cases again, or answer what is unclear")
    act.add_argument("cases", metavar="CASE", nargs="*", help="case ids (default: all)")
    for role in ANSWERED_ROLES:
        act.add_argument(
            f"--{role}",
            metavar="SERIES",
            type=_series,
            help=f"series number that is the {role.upper()} of the case, or none"
            if role != "dce"
            else "series numbers of the dynamic series of the case, such as 10,11,12, or none",
        )


def _series(text: str) -> tuple[int, ...]:
    found = series_answer(text)
    if found is None:
        raise argparse.ArgumentTypeError(
            f"series numbers such as 10,11,12, or none, are needed, found {text!r}"
        )
    return found


def _sort(args: argparse.Namespace) -> int:
    given = {role: getattr(args, role) for role in ANSWERED_ROLES}
    answers = {role: series for role, series in given.items() if series is not None}
    if answers and len(args.cases) != 1:
        raise StudyError(
            "series numbers answer for one case",
            needed="one case id",
            found=counted(len(args.cases), "case id"),
        )
    with (
        open_study(args.study).coordinator(args.take_over) as office,
        ProgressLine("Sorting", args.quiet) as progress,
    ):
        found = sort_cases(office, args.cases, answers, progress)
    for case in found:
        say(f"{case.case_id}: {case.text}")
    failed = [case for case in found if not case.is_sorted]
    questions = sum(case.questions for case in found)
    if questions:
        sys.stdout.write(
            f"{counted(questions, 'question')} open: answer with `study sort STUDY CASE --t2 NUMBER`, or in the "
            "columns t1, t2, dce of the table of cases\n"
        )
    if failed:
        raise StudyError(f"{len(failed)} of {counted(len(found), 'case')} could not be sorted")
    return 0
