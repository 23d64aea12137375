"""``her2lowmri maps``: ADC, D_app and K_app maps from diffusion images."""

import argparse
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_fit, add_out, add_quiet, fit_options, numbers
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.commands.streams import remark
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.intake.displacement import align_to_lowest_b
from HER2LowMRILib.images.intake.report import report
from HER2LowMRILib.images.map_files import write_error_maps, write_maps
from HER2LowMRILib.study.outside import refuse_inside_a_study
from HER2LowMRILib.workflow.compute_maps import compute_maps
from HER2LowMRILib.workflow.measure_intervals import errors_of_maps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Compute ADC, D_app and K_app maps; of two b-values the ADC alone. "
        "Units: b in s/mm2, ADC and D_app in 1e-3 mm2/s."
    )
    parser.add_argument(
        "inputs",
        nargs="+",
        type=Path,
        metavar="INPUT",
        help="DICOM folder(s) or files, a 4D NIfTI with .bval, a NRRD with b-values, or one 3D file for each b-value",
    )
    add_out(parser, "the maps and maps.json")
    parser.add_argument(
        "--b-values",
        type=numbers,
        metavar="B,...",
        help="b-values in the order of the inputs or volumes [s/mm2]",
    )
    parser.add_argument(
        "--series", type=int, metavar="NUMBER", help="use only the DICOM series of this number"
    )
    add_fit(parser)
    parser.add_argument(
        "--align",
        choices=("none", "rigid"),
        default="none",
        help="move higher b-values onto b 0 first (default: none)",
    )
    parser.add_argument(
        "--errors",
        action="store_true",
        help="write standard errors too: ADC_error.nrrd, D_app_error.nrrd, K_app_error.nrrd",
    )
    add_quiet(parser, "no progress and no report")


def run(args: argparse.Namespace) -> int:
    """Read, fit, write; say what was found on standard error."""
    refuse_inside_a_study(args.out, "maps", "might replace a file of it")
    with ProgressLine("Reading", args.quiet) as progress:
        series = read_dwi(args.inputs, b_values=args.b_values, series_number=args.series, progress=progress)
    if args.align == "rigid":
        series = align_to_lowest_b(series)
    found = report(series)
    with ProgressLine("Fitting", args.quiet) as progress:
        computed = compute_maps(series, fit_options(args), progress=progress)
    record = {**found.record(), **computed.record(), "warnings": list(map(str, found.warnings))}
    errors = errors_of_maps(series, computed.maps) if args.errors else None
    if errors is not None:
        record["errors"] = errors[1].source
    files = write_maps(computed.maps, series.grid, args.out, series, record)
    if errors is not None:
        files |= write_error_maps(errors[0], series.grid, args.out)
    if not args.quiet:
        remark("".join(f"{line}\n" for line in (found.text(), *computed.warnings, computed.noise_source)))
    say(*map(str, files.values()))
    return 0
