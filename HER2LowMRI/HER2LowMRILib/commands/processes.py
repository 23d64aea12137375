"""How many processes work for a command."""

import argparse
import contextlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Any

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.workflow.worker_pool import FreshProcesses, worker_pool


def add_jobs(parser: Any) -> None:
    """Add ``--jobs N`` to a parser or a group of arguments; `wanted_jobs` reads it."""
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="processes (default: as many as there are cores)"
    )


def wanted_jobs(args: argparse.Namespace) -> int:
    """Processes that the command line asks for, or as many as there are cores."""
    jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    jobs = jobs if args.jobs is None else args.jobs
    if jobs < 1:
        raise HER2LowMRIError("--jobs cannot be used", needed="1 or more processes", found=str(jobs))
    return jobs


@contextlib.contextmanager
def processes(count: int, begin: Callable[[], None]) -> Iterator[Executor | None]:
    """Fresh processes, each of which calls ``begin`` first; none where the count is 0."""
    if count == 0:
        yield None
        return
    with worker_pool(count, FreshProcesses(), begin) as pool:
        yield pool
