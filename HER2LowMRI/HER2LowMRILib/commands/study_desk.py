"""``her2lowmri study status``, ``cases`` and ``template``: what a coordinator looks at, and hands out."""

import argparse
import json
import sys
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_act
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.wording import counted, one_line
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.study.case_list import Case, places_of
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.outside import refuse_inside_a_study
from HER2LowMRILib.study.patient_identity import stated_in
from HER2LowMRILib.study.still_there import require_there
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.status_page import status_page
from HER2LowMRILib.workflow.study_monitor import monitor_lines, monitor_study
from HER2LowMRILib.workflow.study_status import status_text, study_status
from HER2LowMRILib.workflow.table_templates import KINDS, make_template, write_template


def add_desk_acts(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the acts that only look."""
    act = add_act(acts, "status", _status, "who has done what, what is missing, who waits for whom")
    act.add_argument("--json", action="store_true", help="everything as JSON, with kappa and times so far")
    act.add_argument("--html", type=Path, metavar="FILE", help="one page with the same, for the coordinator")
    add_act(
        acts, "monitor", _monitor, "who drifts, which VOIs do not match, which readings took an unusual time"
    )
    act = add_act(acts, "cases", _cases, "the cases with site, scanner and patient")
    act.add_argument(
        "--with-patients",
        action="store_true",
        help="for the coordinator only: also the patient ids in the images, on the screen and nowhere else",
    )
    act = add_act(acts, "template", _template, "a table to be filled in, with the study's case ids")
    act.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    act.add_argument("--out", type=Path, required=True, metavar="FILE", help=".csv, or .xlsx with drop-downs")


def _status(args: argparse.Namespace) -> int:
    if args.html is not None:
        refuse_inside_a_study(args.html, "the pages")
    cohort = open_study(args.study).cohort()
    status = study_status(cohort, agreement=args.json or args.html is not None)
    if args.html is not None:
        write_verified(args.html, status_page(status).encode())
    if args.json:
        sys.stdout.write(json.dumps(status.to_json(), indent=1) + "\n")
        return 0
    for line in status_text(status):
        say(line)
    _say_removed(cohort)
    return 0


def _say_removed(cohort: CohortView) -> None:
    say(*dict.fromkeys(cohort.changed.values()))
    for case in cohort.removed:
        if case.damage is not None:
            say(f"removed: {case.case_id}, {case.damage}")
            continue
        how = "erased" if case.is_erased else "removed"
        say(f"{how} on {case.utc[:10]}: {case.case_id}, {case.reason}")


def _monitor(args: argparse.Namespace) -> int:
    lines = monitor_lines(monitor_study(open_study(args.study).cohort()))
    require_there(args.study)
    for line in lines:
        say(line)
    return 0


def _cases(args: argparse.Namespace) -> int:
    cases = open_study(args.study).cohort().cases
    for case in cases:
        shown = [case.case_id, case.site, case.scanner, case.patient]
        if args.with_patients:
            shown.append(_patient_ids(case) or "no patient id in its images")
        sys.stdout.write("\t".join(one_line(text or "-") for text in shown) + "\n")
    sys.stdout.write(f"{counted(len(cases), 'case')}\n")
    return 0


def _patient_ids(case: Case) -> str:
    """Patient ids that the images of a case state."""
    found: dict[str, None] = {}
    for role in case.images.roles:
        for place in places_of(case.images, role):
            try:
                ids = stated_in(place, ("PatientID",)).get("PatientID", ())
            except (OSError, StudyError):
                continue
            found |= dict.fromkeys(ids)
    return ", ".join(found)


def _template(args: argparse.Namespace) -> int:
    template = make_template(open_study(args.study).cohort(), args.kind)
    write_template(template, args.out)
    sys.stdout.write(f"{args.out.name}: {counted(len(template.rows), 'row')} to be filled in\n")
    return 0
