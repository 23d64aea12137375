"""``her2lowmri``: the headless commands."""

import argparse
import contextlib
import importlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from HER2LowMRILib import __version__
from HER2LowMRILib.commands.progress import StillWorking
from HER2LowMRILib.commands.streams import drop_unsaid, prepare_streams, remark
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.wording import one_line

# Name of the file in commands/, and what `her2lowmri --help` says of it.
COMMANDS: dict[str, str] = {
    "demo": "the whole work on a synthetic study",
    "maps": "ADC, D_app and K_app maps from diffusion images",
    "examination": "what an examination holds: diffusion, T1, T2, phases of the dynamic series",
    "features": "the 21 features of one VOI",
    "study": "set up, fill, check a study folder",
    "export": "features.csv, readings.csv, flow.csv and their data dictionary",
    "dicom": "signed readings as DICOM segmentation, parametric maps and structured report",
    "dro": "a digital reference object for ADC and kurtosis, in the forms scanners write",
    "analyze": "analyse features.csv (and readings.csv): tables and a report",
    "apply": "a frozen model on another centre's features.csv",
    "plan": "cases that a study needs for an AUC, a kappa, an ICC",
}


def _place(text: str) -> Path:
    # A script whose variable is empty means no folder at all, and not the one it runs in.
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty path, needed the name of a file or folder")
    return Path(text)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong on one line: a name of a file among the arguments cannot command the terminal."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.register("type", Path, _place)

    def error(self, message: str) -> NoReturn:
        super().error(one_line(message))

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        # argparse is silent about help that finds no room on a full disk.
        sys.stdout.flush()
        super().exit(status, message)


def parser(wanted: str | None) -> argparse.ArgumentParser:
    """Build the parser of one command; of the others it knows the names, because each takes long to import."""
    top = _Parser(
        prog="her2lowmri",
        description="Reader study of breast MRI and HER2 expression. Research software, no medical device.",
    )
    top.add_argument("--version", action="version", version=f"her2lowmri {__version__}")
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, help_text in COMMANDS.items():
        command = subparsers.add_parser(name, help=help_text)
        if name == wanted:
            module = importlib.import_module(f"HER2LowMRILib.commands.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0, or 1 after one line on standard error (2 for a wrong command line, as argparse does; 130 when
        stopped from the keyboard).
    """
    if arguments is not None:
        # Whoever calls this from Python decides what is said while it works, and where.
        return _run(arguments, silent=True)
    prepare_streams()
    try:
        return _run(sys.argv[1:], silent="--quiet" in sys.argv)
    finally:
        drop_unsaid()


def _run(arguments: Sequence[str], silent: bool) -> int:
    # Before NumPy is loaded: our matrices are small, and threads that wait for each other cost a third more.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    wanted = next((word for word in arguments if word in COMMANDS), None)
    name = f"her2lowmri {wanted}" if wanted else "her2lowmri"
    args = argparse.Namespace()
    try:
        with _told_to_end(), StillWorking(name, silent):
            if any("\0" in argument for argument in arguments):
                raise HER2LowMRIError(
                    "an argument cannot be used", needed="text", found="a character of no text"
                )
            args = parser(wanted).parse_args(arguments)
            name = f"{name} {args.act}" if "act" in args else name
            _ask_before_opening(args)
            status = args.run(args)
            sys.stdout.flush()
            return status
    except HER2LowMRIError as error:
        remark(f"{name}: {one_line(str(error))}{_option(error, args)}\n")
        return 1
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing more can be said there.
        return 1
    except KeyboardInterrupt:
        remark(f"{name}: stopped from the keyboard\n")
        return 130
    except _Terminated:
        remark(f"{name}: stopped by the system\n")
        return 143
    except MemoryError:
        remark(f"{name}: not enough memory\n")
        return 1
    except RecursionError:
        remark(f"{name}: folders or values lie too deep in each other, needed at most some hundred levels\n")
        return 1
    except OSError as error:
        # Without the place: it may be of the images.
        remark(f"{name}: a file cannot be used: {error.strerror or type(error).__name__}\n")
        return 1
    except Exception as error:
        if os.environ.get("HER2LOWMRI_TRACEBACK"):
            raise
        remark(
            f"{name}: unexpected {type(error).__name__}, a fault of the program and not yours. "
            "With HER2LOWMRI_TRACEBACK=1 it says where; please report that\n"
        )
        return 1


def _ask_before_opening(args: argparse.Namespace) -> None:
    if "study" in args:
        # Here, because commands without a study shall not wait for its modules.
        from HER2LowMRILib.commands.unknown_study import ask_before_opening

        ask_before_opening(args)


class _Terminated(BaseException):
    """The system asks to end: passed up like a Ctrl+C, so that workers are ended and half-done files removed."""


@contextlib.contextmanager
def _told_to_end() -> Iterator[None]:
    def end(*_signal: object) -> None:
        raise _Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _option(error: HER2LowMRIError, args: argparse.Namespace) -> str:
    """The option that does what an error advises, where this command has it."""
    if error.option is None or error.option.split()[0].removeprefix("--").replace("-", "_") not in args:
        return ""
    return f" ({error.option})"


if __name__ == "__main__":
    sys.exit(main())
