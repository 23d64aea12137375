"""``her2lowmri export``: the tables of a study, measured again from images and signed VOIs."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from concurrent.futures import Executor

from HER2LowMRILib.commands.arguments import add_out, add_quiet, add_study
from HER2LowMRILib.commands.processes import add_jobs, processes, wanted_jobs
from HER2LowMRILib.commands.progress import ProgressLine
from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.export_cohort import export_cohort


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command is for, and which arguments it takes."""
    parser.description = (
        "Measure every case again from its images and signed VOIs and write the tables. What was "
        "measured is kept in the study's derived/ folder, so that a stopped export goes on where it was."
    )
    add_study(parser)
    add_out(parser, "the tables")
    where = parser.add_mutually_exclusive_group()
    add_jobs(where)
    where.add_argument(
        "--dask",
        metavar="SCHEDULER",
        help="address of a dask.distributed scheduler whose workers see the study and the images under the same path",
    )
    parser.add_argument(
        "--with-remarks",
        action="store_true",
        help="put the readers' remarks into readings.csv as typed; they may name a person",
    )
    parser.add_argument(
        "--allow-changed",
        action="store_true",
        help="also use tables and images that were changed from outside; each is named in the tables and the log",
    )
    parser.add_argument(
        "--intervals",
        action="store_true",
        help="give every feature an interval of about 95 %%, also where the study did not ask for them: columns "
        "FEATURE_low and FEATURE_high at the end of the tables (about half a second a reading)",
    )
    parser.add_argument(
        "--bin-factor",
        type=float,
        default=1.0,
        metavar="F",
        help="make the bins of the entropy wider by this factor, for her2lowmri analyze --bins (into another folder)",
    )
    add_quiet(parser)


def run(args: argparse.Namespace) -> int:
    """Export; say on standard output what went into the tables and what did not."""
    study = open_study(args.study)
    with _executor(args) as executor, ProgressLine("Measuring", args.quiet) as progress:
        export = export_cohort(
            study,
            args.out,
            with_remarks=args.with_remarks,
            allow_changed=args.allow_changed,
            intervals=args.intervals,
            bin_factor=args.bin_factor,
            executor=executor,
            progress=progress,
        )
    cases, readings = counted(export.features, "case"), counted(export.readings, "reading")
    sys.stdout.write(f"features.csv: {cases}, readings.csv: {readings}\n")
    for case_id, why in export.left_out.items():
        say(f"not in features.csv: {case_id}, {why}")
    if export.indeterminate:
        sys.stdout.write(f"HER2 group not settled: {', '.join(export.indeterminate)}\n")
    for note in export.notes:
        say(note)
    if export.remarks and not export.with_remarks:
        sys.stdout.write("--with-remarks puts them in\n")
    return 0


@contextlib.contextmanager
def _executor(args: argparse.Namespace) -> Iterator[Executor | None]:
    if args.dask:
        with _dask_client(args.dask) as client:
            yield client.get_executor()
        return
    jobs = wanted_jobs(args)
    with processes(jobs if jobs > 1 else 0, _use_one_thread) as pool:
        yield pool


def _use_one_thread() -> None:
    """One thread in each process: the cases fill the cores."""
    import SimpleITK as sitk

    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)


def _dask_client(scheduler: str):
    try:
        from distributed import Client
    except ImportError as error:
        raise HER2LowMRIError(
            "--dask cannot be used", needed="the package distributed", todo="pip install 'her2lowmri[dask]'"
        ) from error
    try:
        return Client(scheduler, timeout="10s")
    except (OSError, TimeoutError, ValueError) as error:
        raise HER2LowMRIError("the dask scheduler does not answer", found=type(error).__name__) from error
