"""What a second process brings to an export: wall-clock time of the same cases on 1, 2 and more workers."""

import dataclasses
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import SimpleITK as sitk
from cohort import _jobs
from HER2LowMRILib.workflow.measure_case import CaseJob, measure_case
from measure import Timing


def _start() -> None:
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)


def _seconds(workers: int, jobs: list[CaseJob]) -> float:
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_start) as pool:
        # What is timed is the work and not the start of Python; each worker gets a case to load its libraries with.
        list(pool.map(measure_case, [_fresh(jobs[0], f"warm{number}") for number in range(2 * workers)]))
        started = time.perf_counter()
        measured = list(pool.map(measure_case, jobs))
        seconds = time.perf_counter() - started
    problems = [entry.problems for entry in measured if entry.problems]
    if problems:
        raise RuntimeError(f"the cohort could not be measured: {problems[0]}")
    return seconds


def _fresh(job: CaseJob, name: str) -> CaseJob:
    """The same case, measured anew: nothing is kept for it yet."""
    return dataclasses.replace(job, case_id=name, kept=job.kept.with_name(f"{name}.json"))


def on_processes(patients: int, rounds: int = 3) -> list[Timing]:
    """Time an export's measurements of DICOM series on 1, 2, ... processes, up to the number of cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    counts = [n for n in (1, 2, 4, 8) if n <= cores]
    found: dict[int, list[float]] = {n: [] for n in counts}
    with tempfile.TemporaryDirectory() as place:
        on_disk = [job for job, _, _ in _jobs(Path(place), "DICOM", Path(place))]
        for number in range(rounds):
            for n in counts:
                jobs = [_fresh(on_disk[p % len(on_disk)], f"round{number}-{n}-{p}") for p in range(patients)]
                found[n].append(_seconds(n, jobs) / patients)
    ratios = {n: [s / one for s, one in zip(found[n], found[1], strict=True)] for n in counts}
    return [
        Timing(
            f"{n} process{'es' if n > 1 else ''}",
            sorted(found[n])[rounds // 2],
            sorted(ratios[n])[rounds // 2],
            min(ratios[n]),
            max(ratios[n]),
        )
        for n in counts
    ]


if __name__ == "__main__":
    for timing in on_processes(58):
        print(f"{timing.name}: {timing.seconds * 1000:.1f} ms a case, {timing.ratio:.2f} of one process")
