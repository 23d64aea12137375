"""``her2lowmri features``: the 21 features of one VOI."""

import argparse
import sys
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_quiet, numbers
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.commands.streams import remark
from HER2LowMRILib.core.columns import columns
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.core.wording import one_line
from HER2LowMRILib.files.row_csv import rows_to_bytes, write_rows
from HER2LowMRILib.files.verified_write import make_folder
from HER2LowMRILib.study.outside import refuse_inside_a_study
from HER2LowMRILib.workflow.measure_intervals import interval_columns
from HER2LowMRILib.workflow.measure_voi import measure_voi_files

_NAMES = ",".join(spec.name for spec in STANDARD_MAPS)
_WIDTHS = ",".join(f"{spec.bin_width:g}" for spec in STANDARD_MAPS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Measure mean, median, 5th and 95th percentile, skewness, excess kurtosis and entropy in one VOI, of the maps "
        "that are given. ADC and D_app in 1e-3 mm2/s. A fit_quality.nrrd beside the maps decides which voxels are "
        "valid; without one, their values do."
    )
    parser.add_argument(
        "--adc",
        type=Path,
        metavar="F",
        help="ADC map of any maker, or the folder that her2lowmri maps wrote",
    )
    parser.add_argument(
        "--adc-unit", metavar="UNIT", help='unit of an ADC map that states none, such as "1e-6 mm2/s"'
    )
    parser.add_argument("--d-app", type=Path, metavar="F", help="D_app map")
    parser.add_argument("--k-app", type=Path, metavar="F", help="K_app map")
    parser.add_argument(
        "--voi",
        type=Path,
        required=True,
        metavar="F",
        help="VOI: .seg.nrrd segmentation, DICOM segmentation or RT structure set, or label map",
    )
    parser.add_argument(
        "--segment",
        action="append",
        metavar="NAME",
        help="segment or label number that is the lesion; several are joined (default: the segment 'lesion')",
    )
    parser.add_argument("--out", type=Path, metavar="CSV", help="write the row here instead of showing it")
    parser.add_argument(
        "--bin-width",
        type=_widths,
        metavar=_NAMES,
        help=f"widths of the entropy's bins (default: {_WIDTHS})",
    )
    parser.add_argument(
        "--bins",
        type=int,
        metavar="N",
        help="N bins from the minimum to the maximum of the VOI instead; not comparable between lesions",
    )
    parser.add_argument(
        "--intervals",
        type=Path,
        nargs="+",
        metavar="DWI",
        help="the diffusion images that the maps were fitted to: adds columns FEATURE_low and FEATURE_high, an "
        "interval of about 95 %% from noise and from a boundary moved by half a voxel",
    )
    parser.add_argument(
        "--b-values", type=numbers, metavar="B,...", help="with --intervals: b-values of these images [s/mm2]"
    )
    add_quiet(parser, "no remarks on the VOI")


def run(args: argparse.Namespace) -> int:
    """Measure, then show the row or write it as CSV."""
    if args.out is not None:
        refuse_inside_a_study(args.out, "features", "might replace a file of it")
    if args.bins is not None and args.bin_width is not None:
        raise HER2LowMRIError("The bins are given twice", needed="--bin-width or --bins", found="both")
    features = FeatureSet.of(args.bin_width or (), args.bins)
    measured = measure_voi_files(
        args.adc,
        args.d_app,
        args.k_app,
        args.voi,
        tuple(args.segment) if args.segment else None,
        features,
        args.adc_unit,
    )
    row, said = dict(measured.row), list(measured.warnings)
    if args.intervals:
        with ProgressLine("Measuring intervals", args.quiet):
            columns_of_intervals, remarks = interval_columns(
                measured, args.intervals, args.b_values, features
            )
        row |= columns_of_intervals
        said += remarks
    if args.out is not None:
        make_folder(args.out.parent, args.out.name)
        write_rows(args.out, [row], tuple(row))
        say(str(args.out))
    elif sys.stdout.isatty():
        units = {column.name: column.unit.replace("no unit", "") for column in columns("features")}
        for name, value in row.items():
            text = "-" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
            sys.stdout.write(f"{name:20} {text:>14} {units.get(name, '')}".rstrip() + "\n")
    else:
        sys.stdout.write(rows_to_bytes([row], tuple(row)).decode().replace("\r\n", "\n"))
    if not args.quiet:
        for line in said:
            remark(f"{one_line(line)}\n")
    return 0


def _widths(text: str) -> tuple[float, ...]:
    needed = f"three widths above 0 such as {_WIDTHS}"
    widths = numbers(text, needed, len(STANDARD_MAPS))
    if not all(width > 0 for width in widths):
        raise argparse.ArgumentTypeError(f"{needed} are needed, found {text!r}")
    return widths
