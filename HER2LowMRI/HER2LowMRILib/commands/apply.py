"""``her2lowmri apply``: a frozen model on another centre's table."""

import argparse
from pathlib import Path

from HER2LowMRILib.cohort.units import parse_units
from HER2LowMRILib.commands.arguments import add_out, add_quiet, add_table_wishes, table_request
from HER2LowMRILib.commands.dry_run import say_what_is_taken
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.workflow.analyze_cohort import read_tables
from HER2LowMRILib.workflow.freeze_model import PERFORMANCE_FILE, VALIDATION_FILE, apply_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Judge a model that her2lowmri analyze --freeze wrote on another centre's features.csv: discrimination, "
        "calibration, decision curve. Nothing is fitted again, and no probability of a single case is written."
    )
    parser.add_argument("model", type=Path, metavar="MODEL.json", help="the frozen model")
    parser.add_argument(
        "features", type=Path, metavar="FEATURES.csv", help="one row per patient, with HER2 groups"
    )
    parser.add_argument(
        "--unit", action="append", default=[], metavar="QUANTITY=UNIT", help="as in her2lowmri analyze"
    )
    add_table_wishes(parser)
    add_out(parser, "the results")
    add_quiet(parser, "no notes")


def run(args: argparse.Namespace) -> int:
    """Apply, and say what was found."""
    units, request = parse_units(args.unit), table_request(args, args.features)
    if args.dry_run:
        return say_what_is_taken(read_tables(args.features, args.out, units=units, request=request))
    found = apply_model(args.model, args.features, args.out, units, request)
    if not args.quiet:
        for warning in found.warnings:
            say(f"note: {warning}")
    area = found.table.set_index("measure").loc["auc"]
    say(f"model    {found.model.words}")
    say(f"AUC      {area['estimate']:.3f} ({area['ci_low']:.3f} to {area['ci_high']:.3f}), {area['n']} cases")
    say(f"tables   {args.out / PERFORMANCE_FILE}")
    say(f"report   {args.out / VALIDATION_FILE}")
    return 0
