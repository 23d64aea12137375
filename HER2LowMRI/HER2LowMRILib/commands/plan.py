"""``her2lowmri plan``: how many cases a study needs."""

import argparse
from math import ceil
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_quiet
from HER2LowMRILib.core.statistics.sample_size import (
    cases_for_auc,
    cases_for_auc_difference,
    cases_for_auc_interval,
    cases_for_icc,
    cases_for_kappa,
    cases_for_predictors,
)
from HER2LowMRILib.workflow.plan_from_study import plan_from_study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Cases that a study needs for an AUC, a difference of AUCs, a kappa or an ICC of a given precision."
    )
    add_quiet(parser, "the numbers of cases alone")
    questions = parser.add_subparsers(dest="act", metavar="QUESTION", required=True)
    area = questions.add_parser("auc", help="an AUC: its interval, and its difference from 0.5")
    area.add_argument("auc", type=float, help="expected AUC")
    area.add_argument("--width", type=float, default=0.2, help="of the 95 %% interval (default: %(default)s)")
    area.add_argument("--power", type=float, default=0.8, help="against 0.5 (default: %(default)s)")
    area.add_argument(
        "--ratio", type=float, default=1.0, help="negative cases for each positive (default: 1)"
    )
    area.add_argument("--predictors", type=int, help="of a model: cases for 10 events each")
    area = questions.add_parser("difference", help="a difference of two AUCs of the same cases")
    area.add_argument("first", type=float, help="expected AUC")
    area.add_argument("second", type=float, help="the other one")
    area.add_argument(
        "--correlation", type=float, default=0.5, help="of the two markers within a group (default: 0.5)"
    )
    area.add_argument("--power", type=float, default=0.8, help="(default: %(default)s)")
    area.add_argument(
        "--ratio", type=float, default=1.0, help="negative cases for each positive (default: 1)"
    )
    study = questions.add_parser("study", help="what the study so far says of all of these")
    study.add_argument("results", type=Path, metavar="FOLDER", help="results of her2lowmri analyze")
    study.add_argument("--width", type=float, default=0.2, help="of 95 %% intervals (default: %(default)s)")
    study.add_argument("--power", type=float, default=0.8, help="of differences (default: %(default)s)")
    kappa = questions.add_parser("kappa", help="kappa of a yes/no descriptor")
    kappa.add_argument("kappa", type=float, help="expected kappa")
    kappa.add_argument("--share", type=float, default=0.5, help="of the yes (default: %(default)s)")
    kappa.add_argument(
        "--width", type=float, default=0.2, help="of the 95 %% interval (default: %(default)s)"
    )
    icc = questions.add_parser("icc", help="an ICC of a measurement")
    icc.add_argument("icc", type=float, help="expected ICC")
    icc.add_argument("--readers", type=int, default=2, help="readings of each case (default: %(default)s)")
    icc.add_argument("--width", type=float, default=0.2, help="of the 95 %% interval (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Compute, and name the method."""
    acts = {"auc": _auc, "difference": _difference, "kappa": _kappa, "icc": _icc, "study": _study}
    answers = acts[args.act](args)
    for cases, words in answers:
        print(cases if args.quiet else f"{cases} {words}")
    return 0


def _difference(args: argparse.Namespace) -> list[tuple[str, str]]:
    found = cases_for_auc_difference(args.first, args.second, args.correlation, args.power, args.ratio)
    positive, negative = (ceil(cases) for cases in found)
    words = (
        f"cases: AUC {args.first:g} against {args.second:g} of markers that correlate by {args.correlation:g}, power "
        f"{args.power:g} (DeLong's test, normal markers)"
    )
    return [(f"{positive} and {negative}", words)]


def _study(args: argparse.Namespace) -> list[tuple[str, str]]:
    return plan_from_study(args.results, args.width, args.power)


def _kappa(args: argparse.Namespace) -> list[tuple[str, str]]:
    cases = cases_for_kappa(args.kappa, args.share, args.width)
    words = f"cases read by both: kappa {args.kappa:g}, interval {args.width:g} wide (Fleiss et al. 1969)"
    return [(f"{cases}", words)]


def _icc(args: argparse.Namespace) -> list[tuple[str, str]]:
    cases = cases_for_icc(args.icc, args.width, args.readers)
    words = (
        f"cases with {args.readers} readings: ICC {args.icc:g}, interval {args.width:g} wide (Bonett 2002)"
    )
    return [(f"{cases}", words)]


def _auc(args: argparse.Namespace) -> list[tuple[str, str]]:
    positive, negative = cases_for_auc_interval(args.auc, args.width, args.ratio)
    words = f"cases: AUC {args.auc:g}, interval {args.width:g} wide (Hanley and McNeil 1982)"
    answers = [(f"{positive} and {negative}", words)]
    positive, negative = (ceil(cases) for cases in cases_for_auc(args.auc, args.power, args.ratio))
    words = f"cases: AUC {args.auc:g} against 0.5, power {args.power:g} (Obuchowski 2004)"
    answers.append((f"{positive} and {negative}", words))
    if args.predictors is not None:
        words = f"cases of the smaller group: 10 events for each of {args.predictors} predictors"
        answers.append((f"{cases_for_predictors(args.predictors)}", words))
    return answers
