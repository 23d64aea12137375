"""``her2lowmri maps``: ADC, D_app and K_app maps from diffusion images."""

import argparse
import sys
from pathlib import Path

from HER2LowMRILib.commands.progress import Progress
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.study.intake import read_dwi
from HER2LowMRILib.study.intake.displacement import align_to_lowest_b
from HER2LowMRILib.study.intake.report import report
from HER2LowMRILib.study.map_files import write_maps
from HER2LowMRILib.workflow.compute_maps import compute_maps


def add_parser(subparsers: argparse._SubParsersAction) -> argparse.ArgumentParser:
    """Add the command to the parser of ``her2lowmri``."""
    parser = subparsers.add_parser(
        "maps",
        help="ADC, D_app and K_app maps from diffusion images",
        description="Compute ADC, D_app and K_app maps. Units: b in s/mm2, ADC and D_app in 1e-3 mm2/s.",
    )
    parser.add_argument(
        "inputs",
        nargs="+",
        type=Path,
        metavar="INPUT",
        help="DICOM folder(s) or files, a 4D NIfTI with .bval, a NRRD with b-values, or one 3D file for each b-value",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the maps and maps.json"
    )
    parser.add_argument(
        "--b-values",
        type=_numbers,
        metavar="B,...",
        help="b-values in the order of the inputs or volumes [s/mm2]",
    )
    parser.add_argument(
        "--series", type=int, metavar="NUMBER", help="use only the DICOM series of this number"
    )
    parser.add_argument(
        "--adc-b",
        type=_numbers,
        default=(0.0, 800.0),
        metavar="B0,B1",
        help="b-values of the ADC (default: 0,800)",
    )
    parser.add_argument("--model", choices=("wlls", "nlls"), default="wlls", help="fit (default: wlls)")
    parser.add_argument(
        "--s0", choices=("free", "measured"), default="free", help="S0 of the fit (default: free)"
    )
    parser.add_argument(
        "--align",
        choices=("none", "rigid"),
        default="none",
        help="move higher b-values onto b 0 first (default: none)",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress and no report")
    return parser


def run(args: argparse.Namespace) -> int:
    """Read, fit, write; say what was found on standard error."""
    if len(args.adc_b) != 2:
        raise HER2LowMRIError(
            "--adc-b cannot be used", needed="two b-values, e.g. 0,800", found=str(len(args.adc_b))
        )
    options = FitOptions(model=args.model, s0=args.s0, adc_b=tuple(args.adc_b))
    with Progress("Reading", args.quiet) as progress:
        series = read_dwi(args.inputs, b_values=args.b_values, series_number=args.series, progress=progress)
    if args.align == "rigid":
        series = align_to_lowest_b(series)
    found = report(series)
    with Progress("Fitting", args.quiet) as progress:
        computed = compute_maps(series, options, progress=progress)
    record = {**found.record(), **computed.record(), "warnings": list(found.warnings)}
    files = write_maps(computed.maps, series.grid, args.out, series, record)
    if not args.quiet:
        sys.stderr.write(
            "".join(f"{line}\n" for line in (found.text(), *computed.warnings, computed.noise_source))
        )
    sys.stdout.write("".join(f"{file}\n" for file in files.values()))
    return 0


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"numbers separated by commas are needed, found {text!r}") from error
