"""``her2lowmri``: the headless commands."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import HER2LowMRIError

COMMANDS: tuple[str, ...] = (
    "demo",
    "maps",
    "features",
    "study",
    "export",
    "analyze",
)


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="her2lowmri",
        description="Reader study of breast MRI and HER2 expression. Research software, no medical device.",
    )
    top.add_argument("--version", action="version", version=f"her2lowmri {__version__}")
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"HER2LowMRILib.commands.{name}")
        module.add_parser(subparsers).set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0, or 1 after one line on standard error (2 for a wrong command line, as argparse does; 130 when
        stopped from the keyboard).
    """
    name = "her2lowmri"
    try:
        args = parser().parse_args(arguments)
        name = f"her2lowmri {args.command}"
        return args.run(args)
    except HER2LowMRIError as error:
        sys.stderr.write(f"{name}: {error}\n")
        return 1
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(f"{name}: stopped from the keyboard\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
