"""Arguments that several commands share."""

import argparse
from pathlib import Path

from HER2LowMRILib.core.fit_options import FitOptions


def add_quiet(parser: argparse.ArgumentParser, silences: str = "no progress") -> None:
    """Add ``--quiet``; ``silences`` is what the help says of it."""
    parser.add_argument("--quiet", action="store_true", help=silences)


def add_out(parser: argparse.ArgumentParser, holds: str, default: Path | None = None) -> None:
    """Add ``--out DIR`` for a folder that ``holds`` something; needed unless there is a default."""
    shown = f" (default: {default})" if default is not None else ""
    parser.add_argument(
        "--out",
        type=Path,
        required=default is None,
        default=default,
        metavar="DIR",
        help=f"folder for {holds}{shown}",
    )


def add_study(parser: argparse.ArgumentParser) -> None:
    """Add the study folder."""
    parser.add_argument("study", type=Path, metavar="STUDY", help="study folder")


def add_fit(parser: argparse.ArgumentParser) -> None:
    """Add how maps are fitted; `fit_options` reads it."""
    parser.add_argument(
        "--adc-b",
        type=two_b_values,
        default=(0.0, 800.0),
        metavar="B0,B1",
        help="b-values of the ADC [s/mm2] (default: 0,800)",
    )
    parser.add_argument("--model", choices=("wlls", "nlls"), default="wlls", help="fit (default: wlls)")
    parser.add_argument(
        "--s0", choices=("free", "measured"), default="free", help="S0 of the fit (default: free)"
    )


def fit_options(args: argparse.Namespace) -> FitOptions:
    """How maps are fitted, as the command line says."""
    return FitOptions(model=args.model, s0=args.s0, adc_b=args.adc_b)


def numbers(
    text: str, needed: str = "numbers separated by commas", count: int | None = None
) -> tuple[float, ...]:
    """Numbers separated by commas, for ``type=``; ``needed`` and how many is what a refusal says."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = None
    if values is None or (count is not None and len(values) != count):
        raise argparse.ArgumentTypeError(f"{needed} are needed, found {text!r}")
    return values


def two_b_values(text: str) -> tuple[float, ...]:
    """Two b-values [s/mm2] separated by a comma, for ``type=``."""
    return numbers(text, "two b-values such as 0,800", 2)
