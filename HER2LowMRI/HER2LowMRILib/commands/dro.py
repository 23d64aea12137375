"""``her2lowmri dro``: a digital reference object for ADC and kurtosis."""

import argparse
from pathlib import Path

from HER2LowMRILib.commands.arguments import add_quiet
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.files.verified_write import make_folder
from HER2LowMRILib.synthetic.reference_object import write_reference_object


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Write a digital reference object: a grid of D, K and SNR with its truth, for four sets of b-values, as "
        "classic DICOM of five makers, enhanced DICOM, NIfTI and NRRD, to test any software for ADC and kurtosis."
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="new folder")
    add_quiet(parser)


def run(args: argparse.Namespace) -> int:
    """Write every form and name it."""
    if args.out.exists() and any(args.out.iterdir()):
        raise HER2LowMRIError("The folder is not empty", needed="a new folder", found=args.out.name)
    make_folder(args.out, "the reference object")
    for written in write_reference_object(args.out):
        if not args.quiet:
            say(str(args.out / written))
    return 0
