"""Arguments that several commands share."""

import argparse
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.map_spec import MapSpec, parse_further_map
from HER2LowMRILib.workflow.table_request import TableRequest


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


def add_act(
    acts: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, act_run: object, help_text: str
) -> argparse.ArgumentParser:
    """Add an act of ``her2lowmri study``; ``act_run`` is called with the arguments."""
    act = acts.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
    act.set_defaults(act_run=act_run)
    add_study(act)
    add_quiet(act)
    if name not in ("init", "check", "status", "template", "cases", "monitor"):
        act.add_argument(
            "--take-over", action="store_true", help="take the folder from a session that is no longer in use"
        )
    return act


def add_table_wishes(parser: argparse.ArgumentParser) -> None:
    """Add what a person can say beside a table; `table_request` reads it."""
    group = parser.add_argument_group("the table")
    group.add_argument(
        "--dry-run", action="store_true", help="say what would be taken and changed; write nothing"
    )
    group.add_argument(
        "--map",
        type=one_column,
        action="append",
        default=[],
        metavar="THEIRS=OURS",
        help='what a column is ("skip" leaves it out); can be given several times',
    )
    group.add_argument(
        "--answers", type=Path, metavar="FILE", help="answers to questions about the table, CSV or .xlsx"
    )
    group.add_argument(
        "--accept-proposed", action="store_true", help="answer every question that has a proposal with it"
    )
    group.add_argument("--skip-unknown", action="store_true", help="leave out columns that are not known")
    group.add_argument("--sheet", metavar="NAME", help="sheet of an .xlsx file that has several")


def table_request(args: argparse.Namespace, table: Path) -> TableRequest:
    """A table with what the command line says beside it."""
    return TableRequest(
        table, dict(args.map), args.answers, args.accept_proposed, args.skip_unknown, args.sheet
    )


def one_column(text: str) -> tuple[str, str]:
    """A column of theirs and one of ours, for ``type=``."""
    theirs, sign, ours = text.rpartition("=")
    if not sign or not theirs.strip() or not ours.strip():
        raise argparse.ArgumentTypeError(f"THEIRS=OURS is needed, found {text!r}")
    return theirs.strip(), ours.strip()


def distances(text: str) -> tuple[float, ...]:
    """Distances [mm] separated by commas, for ``type=``."""
    return numbers(text, "distances in mm such as 1,3,5")


def further_map(text: str) -> MapSpec:
    """A further map as NAME=unit,low,high,bin, for ``type=``."""
    try:
        return parse_further_map(text)
    except HER2LowMRIError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
