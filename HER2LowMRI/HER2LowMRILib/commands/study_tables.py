"""``her2lowmri study pathology``, ``read``, ``adjudicate``: tables of people, looked at whole before they are taken."""

import argparse
import contextlib
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_act, add_table_wishes, table_request
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.her2 import GROUPS
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.table_questions import ANSWERS_FILE
from HER2LowMRILib.files.understood_table import TableWishes, UnderstoodTable
from HER2LowMRILib.study.case_list import Case
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.pathology_table import plan_lines
from HER2LowMRILib.study.reader_view import ReaderView
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.cases_table import plan_cases
from HER2LowMRILib.workflow.record_decisions import plan_decisions, record_decisions
from HER2LowMRILib.workflow.record_readings import (
    ReadingsPlan,
    change_lines,
    plan_readings,
    record_readings,
)
from HER2LowMRILib.workflow.table_request import keep_answers, question_lines


def add_table_acts(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the acts that take a table."""
    act = add_act(acts, "pathology", _pathology, "take over a table of clinic and HER2 fields")
    act.add_argument("table", type=Path, metavar="TABLE", help="CSV or .xlsx with case or patient ids")
    add_table_wishes(act)
    act = add_act(acts, "read", _read, "enter a table of readings as one reader, or as all that it names")
    act.add_argument(
        "reader", metavar="READER", nargs="?", help="reader id (default: the column reader of the table says)"
    )
    act.add_argument("table", type=Path, metavar="TABLE", help="CSV or .xlsx with case_id, answers and voi")
    act.add_argument("--sign-off", action="store_true", help="sign each case off")
    act.add_argument("--amend", metavar="REASON", help="amend what is signed off already, for this reason")
    add_table_wishes(act)
    act = add_act(acts, "adjudicate", _adjudicate, "enter a table of decisions as the adjudicator")
    act.add_argument(
        "table", type=Path, metavar="TABLE", help="CSV or .xlsx with case_id, item, decision, reason"
    )
    add_table_wishes(act)


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        say(line)


def ask(table: UnderstoodTable, kept: Path, wishes: TableWishes, dry_run: bool) -> None:
    """Say all questions at once and keep them with the answers so far; a dry run writes nothing."""
    _say(question_lines(table.questions))
    if dry_run:
        return
    keep_answers(kept, table, wishes)
    if table.questions:
        raise StudyError(
            f"{table.name} was not taken over: {counted(len(table.questions), 'question')} open, nothing was changed",
            todo=f'Fill in the column answer of {ANSWERS_FILE} in the study ("yes" takes what is proposed, "skip" '
            "leaves it out) and give the same command again; --accept-proposed takes all proposals",
        )


def say_dry_run(table: UnderstoodTable) -> int:
    """End of a dry run; returns the exit status."""
    questions = f", {counted(len(table.questions), 'question')} open" if table.questions else ""
    _say([f"dry run: nothing was written{questions}"])
    return 0


def _pathology(args: argparse.Namespace) -> int:
    with open_study(args.study).coordinator(args.take_over) as office:
        wishes = table_request(args, args.table).wishes(office.answers_file)
        plan = office.look_at_pathology(args.table, wishes)
        _say(plan_lines(plan))
        _say(plan.problems if args.dry_run else ())
        ask(plan.table, office.answers_file, wishes, args.dry_run)
        if args.dry_run:
            return say_dry_run(plan.table)
        changed = office.take_pathology(plan)
        groups = Counter(office.her2(case.case_id).group for case in office.cases)
    words = ", ".join(f"{group} {groups[group]}" for group in GROUPS)
    sys.stdout.write(f"{counted(len(changed), 'case')} changed. HER2 groups: {words} (research grouping)\n")
    return 0


def _read(args: argparse.Namespace) -> int:
    study = open_study(args.study)
    readers = study.protocol.readers if args.reader is None else (args.reader,)
    with contextlib.ExitStack() as open_views:
        views = [open_views.enter_context(study.reader(reader, args.take_over)) for reader in readers]
        plans = [_look_at_readings(args, view) for view in views]
        if args.reader is None:
            _check_readers_named(plans)
        for view, plan in zip(views, plans, strict=True):
            _say(plan.table.notes if view is views[0] else ())
            _say(change_lines([change for reading in plan.readings for change in reading.changes]))
            _say(plan.problems if args.dry_run else ())
        for view, plan in zip(views, plans, strict=True):
            ask(plan.table, view.answers_file, plan.wishes, args.dry_run)
        if args.dry_run:
            return say_dry_run(plans[0].table)
        for plan in plans:
            plan.check()
        for view, plan in zip(views, plans, strict=True):
            with ProgressLine("Entering readings", args.quiet) as progress:
                count = record_readings(view, plan, reason=args.amend, progress=progress)
            _say_entered(view, plan, count)
    return 0


def _look_at_readings(args: argparse.Namespace, view: ReaderView) -> ReadingsPlan:
    wishes = table_request(args, args.table).wishes(view.answers_file)
    return plan_readings(view, args.table, sign_off=args.sign_off, reason=args.amend, wishes=wishes)


def _check_readers_named(plans: Sequence[ReadingsPlan]) -> None:
    if "reader" not in plans[0].table.fields:
        raise StudyError(
            "nobody says whose readings these are",
            needed="a reader id in the command, or the column reader in the table",
        )
    named = {str(row.values.get("reader", "")).strip() for row in plans[0].table.rows}
    strangers = named - {plan.reader for plan in plans}
    if strangers:
        raise StudyError(
            "the table names readers that the study does not have",
            needed=", ".join(plan.reader for plan in plans),
            found=f"{counted(len(strangers), 'other')}, or a blank cell",
        )


def _say_entered(view: ReaderView, plan: ReadingsPlan, count: int) -> None:
    done, cases = view.progress
    same = len(plan.readings) - count
    unchanged = f", {same} as they were" if same else ""
    sys.stdout.write(
        f"{counted(count, 'reading')} entered{unchanged}; {done} of {counted(cases, 'case')} signed off by "
        f"{view.reader}\n"
    )


def _adjudicate(args: argparse.Namespace) -> int:
    with open_study(args.study).adjudicator(args.take_over) as desk:
        wishes = table_request(args, args.table).wishes(desk.answers_file)
        plan = plan_decisions(desk, args.table, wishes)
        _say(plan.table.notes)
        _say(change_lines(plan.decisions) if args.dry_run else ())
        _say(plan.problems if args.dry_run else ())
        ask(plan.table, desk.answers_file, wishes, args.dry_run)
        if args.dry_run:
            return say_dry_run(plan.table)
        count = record_decisions(desk, plan)
        done, cases = desk.progress
    sys.stdout.write(
        f"{counted(count, 'decision')} entered; nothing left to decide in {done} of {counted(cases, 'case')}\n"
    )
    return 0


def cases_of_table(args: argparse.Namespace, office: CoordinatorView) -> tuple[Case, ...] | None:
    """Read a table of cases for ``study add``; None after a dry run of one that leaves something open."""
    wishes = table_request(args, args.source).wishes(office.answers_file)
    further = [spec.role for spec in office.protocol.features.further]
    plan = plan_cases(args.source, office.pseudonym, wishes, further)
    _say(plan.table.notes)
    _say(plan.problems if args.dry_run else ())
    ask(plan.table, office.answers_file, wishes, args.dry_run)
    if args.dry_run and (plan.table.questions or plan.problems):
        _say([f"{counted(len(plan.cases), 'case')} in the table"])
        say_dry_run(plan.table)
        return None
    plan.check()
    return plan.cases
