"""Random sittings with kills, whoever hosts them: the lives of each process, and the comparison after each."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from slicer_session.sitting_study import make_study


def sitting_of(
    folder: Path,
    seed: int,
    acts: int,
    kills: int,
    live: Callable[[Path, Path, int, int, int, float | None], str],
) -> list[str]:
    """One seeded sitting: acts in several lives, each but the last ended by a kill.

    Parameters
    ----------
    live : callable
        Runs one life (folder, study, seed, life, acts, seconds until it is killed or None); returns what went wrong.

    Returns
    -------
    list of str
        Whatever did not hold.
    """
    from slicer_session.sitting_check import accept_study, acts_done, check_study

    folder.mkdir(parents=True, exist_ok=True)
    study, journal = make_study(folder), folder / "journal.jsonl"
    accept_study(study, journal)
    rng, wrong, life = np.random.default_rng(seed), [], 0
    while acts_done(journal) < acts and not wrong and life < kills + 4:
        left = acts - acts_done(journal)
        killed = life < kills
        share = max(left // (kills - life + 1), 1) if killed else left
        said = live(folder, study, seed, life, share, float(rng.uniform(0.0, 1.0)) if killed else None)
        wrong += [said] if said else []
        wrong += check_study(study, journal)
        accept_study(study, journal)
        life += 1
    return wrong


def live_on_stand_ins(folder: Path, study: Path, seed: int, life: int, acts: int, kill: float | None) -> str:
    """One life in a process of the stand-ins; with ``kill`` it is killed some moments after its acts are done."""
    from slicer_session.sitting_check import acts_done, faults_of

    program = Path(__file__).with_name("sitting_process.py")
    before = acts_done(folder / "journal.jsonl")
    log = folder / f"life-{life}.log"
    with log.open("w") as out:
        # One that is to be killed would go on and on.
        count = acts if kill is None else 10 * acts + 100
        process = subprocess.Popen(
            [sys.executable, str(program), str(folder), str(study), str(seed), str(life), str(count)],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            if kill is None:
                process.wait(1800)
            else:
                end = time.monotonic() + 1800
                while acts_done(folder / "journal.jsonl") < before + acts and process.poll() is None:
                    if time.monotonic() > end:
                        break
                    time.sleep(0.02)
                time.sleep(kill)
                process.send_signal(signal.SIGKILL)
                process.wait()
        finally:
            process.kill()
            process.wait()
    wrong = faults_of(folder / "journal.jsonl", life)
    if wrong or (kill is None and process.returncode != 0):
        return (
            f"seed {seed}, life {life}, ended with {process.returncode}: {wrong or log.read_text()[-3000:]}"
        )
    return ""
