"""``her2lowmri study``: set up a study folder, add cases and pathology, see and check where it stands."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from HER2LowMRILib.commands.arguments import (
    add_act,
    add_fit,
    add_table_wishes,
    distances,
    fit_options,
    further_map,
)
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.commands.study_desk import add_desk_acts
from HER2LowMRILib.commands.study_hanging import add_hanging_act
from HER2LowMRILib.commands.study_merge import add_merge_act
from HER2LowMRILib.commands.study_protocol import add_protocol_act
from HER2LowMRILib.commands.study_sort import add_sort_act
from HER2LowMRILib.commands.study_tables import add_table_acts, cases_of_table
from HER2LowMRILib.commands.study_trial import add_trial_acts
from HER2LowMRILib.core.assisted_outline import BOTH, EDGE_IMAGES
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.feature_set import RINGS_MM, FeatureSet
from HER2LowMRILib.core.lexicon import DEFAULT_EDITION
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.core.slice_origin import DRAWN
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.study.known_studies import CHECKED, remember
from HER2LowMRILib.study.protocol import VOI_MEAN
from HER2LowMRILib.study.stages import ALL_AT_ONCE, STAGES
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.add_cases import add_cases, look_at_cases
from HER2LowMRILib.workflow.cases_tree import FoundCases
from HER2LowMRILib.workflow.check_received import check_received
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.folder_of_patients import (
    FolderPlan,
    FolderWishes,
    add_folder,
    added_lines,
    find_in_folder,
    plan_folder,
)
from HER2LowMRILib.workflow.repair_record import repair_record


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "A study folder holds the protocol, the cases, each reader's readings, and the pathology."
    )
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    _add_init(acts)
    _add_add(acts)
    add_table_acts(acts)
    act = add_act(acts, "exclude", _exclude, "leave a case out, with a reason")
    act.add_argument("case_id", metavar="CASE", help="case id")
    act.add_argument("--reason", required=True, help="what the flow will say; no identity")
    act = add_act(acts, "include", _include, "take a case back in that was left out")
    act.add_argument("case_id", metavar="CASE", help="case id")
    act = add_act(
        acts, "remove", _remove, "take a case out with all that was read of it, as if it had never been added"
    )
    act.add_argument("case_id", metavar="CASE", help="case id")
    act.add_argument("--reason", required=True, help="why, for the log; no identity")
    act.add_argument(
        "--erase",
        metavar="CASE",
        help="delete it for good, as when consent was withdrawn; the case id again, to be sure",
    )
    act = add_act(acts, "restore", _restore, "bring a removed case back as it was")
    act.add_argument("case_id", metavar="CASE", help="case id")
    act.add_argument("--reason", required=True, help="why, for the log; no identity")
    act = add_act(
        acts, "repair", _repair, "go on after files were damaged or changed by hand; nothing is deleted"
    )
    act.add_argument(
        "role",
        metavar="ROLE",
        help="a reader's id, adjudicator, coordinator, or images (those of CASE are taken as they are now)",
    )
    act.add_argument("case_id", metavar="CASE", nargs="?", help="case id (not for the coordinator)")
    act.add_argument("--reason", required=True, help="what happened, for the log; no identity")
    act = add_act(acts, "case-id", _case_id, "the case id of a patient in this study")
    act.add_argument("patient_id", metavar="PATIENT", help="patient id as in the images")
    act = add_act(acts, "check", _check, "verify every file and hash")
    act.add_argument("--images", action="store_true", help="also read the images of every case")
    act.add_argument(
        "--received",
        action="store_true",
        help="the folder came from somebody else: also names, links, places, sizes, identity in headers",
    )
    add_desk_acts(acts)
    add_trial_acts(acts)
    add_merge_act(acts)
    add_sort_act(acts)
    add_hanging_act(acts)
    add_protocol_act(acts)


def run(args: argparse.Namespace) -> int:
    """Run the act that was asked for."""
    return args.act_run(args)


def _add_init(acts: argparse._SubParsersAction) -> None:
    act = add_act(acts, "init", _init, "set up an empty study")
    act.add_argument("--title", required=True, help="shown to every role; no identity")
    act.add_argument(
        "--readers", default="r1,r2", metavar="ID,ID", help="ids of the readers (default: r1,r2)"
    )
    act.add_argument("--seed", type=int, help="of the reading orders (default: drawn at random and kept)")
    act.add_argument(
        "--lexicon",
        default=DEFAULT_EDITION,
        metavar="EDITION",
        help=f"edition of the lexicon, or a .json file of one's own (default: {DEFAULT_EDITION})",
    )
    act.add_argument(
        "--voi",
        default=VOI_MEAN,
        metavar="RULE",
        help="whose VOI feeds features.csv: mean (of each feature over the readers, the default) or a reader's id",
    )
    act.add_argument(
        "--min-dice",
        type=float,
        metavar="DICE",
        help="VOIs of two readers that agree less than this (0 to 1) go to the adjudicator (default: none do)",
    )
    add_fit(act)
    act.add_argument(
        "--map",
        action="append",
        type=further_map,
        default=[],
        metavar="NAME=unit,low,high,bin",
        help="measure a further map of each case too, such as T2map=ms,0,300,5: its unit, the range of valid values, "
        "and the bin width of the entropy; may be given several times",
    )
    act.add_argument(
        "--rings",
        nargs="?",
        type=distances,
        default=(),
        const=RINGS_MM,
        metavar="MM,...",
        help="also measure around the lesion, up to so far from it [mm] (without a value: 1,3,5)",
    )
    act.add_argument(
        "--intervals",
        action="store_true",
        help="give every feature an interval of about 95 %%, from noise and from a boundary moved by half a voxel: "
        "columns FEATURE_low and FEATURE_high",
    )
    act.add_argument(
        "--measured-beside",
        action="store_true",
        help="show the reader what is measured beside a descriptor after it is answered, never before, and export it: "
        "kinetics, enhancing fraction, SER, T2 ratio, diameter of the VOI, Kaiser score",
    )
    act.add_argument(
        "--stages",
        choices=tuple(STAGES),
        default=ALL_AT_ONCE,
        help="all_at_once (as in the paper, the default), or diffusion_first: T1, T2 and the dynamic series are shown "
        "when the outline is finished",
    )
    act.add_argument(
        "--outline",
        type=_names,
        default=(DRAWN,),
        metavar="WAY,...",
        help="how the lesion may be outlined: drawn (by hand, as in the paper; the default, always allowed), assisted "
        "(the program finds the edge inside a loose outline), interpolated (slices filled in between drawn ones)",
    )
    act.add_argument(
        "--edge-image",
        choices=EDGE_IMAGES,
        default=BOTH,
        help="where the assisted outline looks for the edge: the image of the highest b-value, the ADC map, or both "
        "(the default)",
    )
    act.add_argument("--synthetic", action="store_true", help="mark the study as made up")
    act.add_argument(
        "--add", type=Path, metavar="FOLDER", dest="source", help="add its cases at once, as `study add` does"
    )
    _add_image_options(act)
    no_table = {"answers": None, "accept_proposed": False, "skip_unknown": False, "sheet": None}
    act.set_defaults(take_over=False, dry_run=False, **no_table)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _add_add(acts: argparse._SubParsersAction) -> None:
    act = add_act(acts, "add", _add, "add cases from a table or a tree of image folders")
    act.add_argument(
        "source",
        type=Path,
        metavar="SOURCE",
        help="table (CSV, .xlsx), or folder with a subfolder per patient",
    )
    _add_image_options(act)
    add_table_wishes(act)


def _add_image_options(act: argparse.ArgumentParser) -> None:
    act.add_argument(
        "--keep-names",
        action="store_true",
        help="the subfolders are named by pseudonyms: keep them as case ids",
    )
    act.add_argument(
        "--copy",
        action="store_true",
        help="copy the images into the study, under case ids: no reader's view then names a patient's folder",
    )
    act.add_argument(
        "--deidentify",
        action="store_true",
        help="with --copy: take identity out of the DICOM headers (PS3.15 basic profile; geometry and diffusion stay)",
    )
    act.add_argument(
        "--b-from-names",
        action="store_true",
        help="the names of image files give their b-values (dwi_b800.nrrd), where nothing else does",
    )


def _init(args: argparse.Namespace) -> int:
    study = create_study(
        args.study,
        args.title,
        tuple(reader.strip() for reader in args.readers.split(",")),
        seed=args.seed,
        lexicon=Path(args.lexicon) if args.lexicon.endswith(".json") else args.lexicon,
        fit=fit_options(args),
        features=FeatureSet.of(
            further=tuple(args.map),
            rings_mm=args.rings,
            intervals=args.intervals,
            beside=args.measured_beside,
        ),
        voi_choice=args.voi,
        min_dice=args.min_dice,
        stages=args.stages,
        outline=OutlineRules(args.outline, args.edge_image),
        synthetic=args.synthetic,
    )
    sys.stdout.write(
        f"study with {counted(len(study.protocol.readers), 'reader')}, seed {study.protocol.seed}\n"
    )
    if args.source is None:
        return 0
    # A table of cases has questions of its own, which `study add` can ask.
    if not args.source.is_dir():
        raise StudyError(
            "the study is set up, and no case was added", needed="a folder of images after --add"
        )
    return _add(args)


def _add(args: argparse.Namespace) -> int:
    if args.deidentify and not args.copy:
        raise StudyError("only copies are de-identified", needed="--copy beside --deidentify")
    wishes = FolderWishes(args.keep_names, args.copy, args.deidentify, args.b_from_names)
    with open_study(args.study).coordinator(args.take_over) as office:
        found = FoundCases(())
        if args.source.is_dir():
            if args.dry_run:
                say(*_dry_run_lines(plan_folder(office, args.source, wishes)))
                return 0
            found = find_in_folder(office, args.source, wishes)
            cases = found.cases
        else:
            taken = cases_of_table(args, office)
            if taken is None:
                return 0
            cases = taken
            if args.dry_run:
                would = look_at_cases(office, cases, b_from_names=args.b_from_names)
                say(*_dry_run_lines(FolderPlan(FoundCases(cases), would)))
                return 0
        with ProgressLine("Copying images" if args.copy else "Adding cases", args.quiet) as progress:
            if args.source.is_dir():
                done = add_folder(office, args.study, found, wishes, progress)
            else:
                copy_to = args.study if args.copy else None
                done = add_cases(
                    office,
                    cases,
                    copy_to,
                    deidentify=args.deidentify,
                    b_from_names=args.b_from_names,
                    progress=progress,
                )
        sys.stdout.write(f"{counted(len(done.added), 'case')} added, {len(office.cases)} in the study\n")
    say(*added_lines(done, found, deidentified=args.deidentify))
    refused = {**found.refused, **done.refused}
    say(*(f"not added: {found.with_place(what)}, because {why}" for what, why in refused.items()))
    if refused:
        of = len(cases) + len(found.refused)
        was = "was" if len(refused) == 1 else "were"
        raise StudyError(f"{len(refused)} of {counted(of, 'case')} {was} not added")
    return 0


def _dry_run_lines(plan: FolderPlan) -> Iterator[str]:
    """What adding cases would say."""
    yield from added_lines(plan.would, plan.found, deidentified=False)
    refused = {**plan.found.refused, **plan.would.refused}
    yield from (
        f"cannot be added: {plan.found.with_place(what)}, because {why}" for what, why in refused.items()
    )
    of = counted(len(plan.found.cases) + len(plan.found.refused), "case")
    yield f"{len(plan.would.added)} of {of} would be added; dry run: nothing was written"


def _exclude(args: argparse.Namespace) -> int:
    with open_study(args.study).coordinator(args.take_over) as office:
        office.exclude(args.case_id, args.reason)
        left = sum(case.excluded is None for case in office.cases)
    sys.stdout.write(f"left out; {counted(left, 'case remains', 'cases remain')}\n")
    return 0


def _include(args: argparse.Namespace) -> int:
    with open_study(args.study).coordinator(args.take_over) as office:
        office.include(args.case_id)
    sys.stdout.write("in the study again\n")
    return 0


def _remove(args: argparse.Namespace) -> int:
    if args.erase is not None and args.erase != args.case_id:
        raise StudyError(
            "nothing was erased", needed="the same case id twice, because this cannot be undone", found="two"
        )
    with open_study(args.study).coordinator(args.take_over) as office:
        if args.erase is None:
            office.remove(args.case_id, args.reason, args.take_over)
            sys.stdout.write(f"removed, {counted(len(office.cases), 'case')} in the study; ")
            sys.stdout.write("`study restore` brings it back. Tables exported before still hold it\n")
            return 0
        left = office.erase(args.case_id, args.reason, args.take_over)
        sys.stdout.write(f"erased, {counted(len(office.cases), 'case')} in the study\n")
    if left:
        sys.stdout.write(f"not touched: its images outside the study ({counted(left, 'place')})\n")
    damaged = sum(1 for _ in args.study.glob("*.damaged-*"))
    if damaged:
        sys.stdout.write(f"look into {counted(damaged, 'damaged file')} kept in the study (*.damaged-*)\n")
    sys.stdout.write("Backups, and tables exported before, still hold it: that is yours to do\n")
    return 0


def _restore(args: argparse.Namespace) -> int:
    with open_study(args.study).coordinator(args.take_over) as office:
        office.restore(args.case_id, args.reason, args.take_over)
        sys.stdout.write(f"restored, {counted(len(office.cases), 'case')} in the study\n")
    return 0


def _repair(args: argparse.Namespace) -> int:
    repaired = repair_record(open_study(args.study), args.role, args.case_id, args.reason, args.take_over)
    said = "repaired; the damaged files are kept beside the new ones" if repaired else "nothing needed repair"
    sys.stdout.write(f"{said}\n")
    return 0


def _case_id(args: argparse.Namespace) -> int:
    with open_study(args.study).coordinator(args.take_over) as office:
        sys.stdout.write(f"{office.pseudonym(args.patient_id)}\n")
    return 0


def _check(args: argparse.Namespace) -> int:
    with ProgressLine("Checking", args.quiet) as progress:
        if args.received:
            report = check_received(args.study, progress)
            if not report.findings:
                remember(args.study, CHECKED)
        else:
            report = check_study(open_study(args.study), images=args.images, progress=progress)
    for line in (*report.notes, *report.findings):
        say(str(line))
    if report.findings:
        raise StudyError(
            f"{counted(len(report.findings), 'problem')} found in {counted(report.cases, 'case')}"
        )
    sys.stdout.write(
        f"{counted(report.cases, 'case')} and {counted(report.readings, 'reading')} checked: nothing wrong\n"
    )
    return 0
