"""Random sittings inside a real Slicer: strokes by Qt's mouse events, other modules, scenes, and kills.

    python HER2LowMRI/Testing/random_sittings_in_slicer.py /path/to/Slicer [--first 1] [--sittings 20] [--acts 500]
        [--kills 4] [--work FOLDER]

It needs Xvfb. Every life of a sitting is a Slicer of its own that is killed, but for the last one; what its reader was
told is compared with the study after each. It fails when something is lost, when a view does not show what its title
says, and on any traceback, and any error of VTK or Qt, in Slicer's log. Memory and nodes are told at the end of each
sitting.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

TESTING = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTING), str(TESTING.parent)]

from slicer_session.random_sittings import sitting_of  # noqa: E402
from slicer_session.real_slicer import RealSlicer, SlicerFault  # noqa: E402
from slicer_session.sitting_check import acts_done, faults_of  # noqa: E402

BEGIN = """
import sys
sys.path[:0] = {paths!r}
slicer.util.mainWindow().showMaximized()
slicer.app.processEvents()
slicer.util.selectModule("HER2LowMRI")
from slicer_session.sitting_in_slicer import begin
sitting = begin(Path({folder!r}), Path({study!r}), [{seed}, {life}], {count})
answer = True
"""


def live_in(slicer_program: str, said: list[str]):
    """How one life is led in a real Slicer, see `sitting_of`."""

    def live(folder: Path, study: Path, seed: int, life: int, acts: int, kill: float | None) -> str:
        journal = folder / "journal.jsonl"
        before, wrong = acts_done(journal), ""
        slicer = RealSlicer(slicer_program, folder / "home", size=(1366, 768))
        try:
            count = acts if kill is None else 10 * acts + 100
            slicer.ask(
                BEGIN.format(
                    paths=[str(TESTING)],
                    folder=str(folder),
                    study=str(study),
                    seed=seed,
                    life=life,
                    count=count,
                ),
                300,
            )
            end = time.monotonic() + 60 + 20 * acts
            while acts_done(journal) < before + acts and not faults_of(journal, life):
                if slicer.process.poll() is not None:
                    wrong = f"Slicer ended with {slicer.process.returncode}"
                    break
                if time.monotonic() > end:
                    wrong = "it came to a standstill"
                    break
                time.sleep(0.05)
            if kill is None and not wrong and not faults_of(journal, life):
                nodes, asked = slicer.ask(
                    "answer = [slicer.mrmlScene.GetNumberOfNodes(), sitting.hands.asked]"
                )
                said.append(f"life {life}: {slicer.memory_mib():.0f} MiB, {nodes} nodes, asked: {asked[-3:]}")
                slicer.close()
            else:
                time.sleep(kill or 0.0)
        except SlicerFault as fault:
            wrong = str(fault)
        finally:
            slicer.kill()
            slicer.end_screen()
        # Slicer is killed in the middle of whatever it does: only what it wrote before counts.
        told = [wrong, faults_of(journal, life), *slicer.faults()]
        (folder / f"life-{life}.log").write_text(slicer.log(), encoding="utf-8")
        (folder / f"life-{life}-terminal.log").write_text(slicer.terminal(), encoding="utf-8")
        shutil.rmtree(slicer.folder, ignore_errors=True)
        told = [text for text in told if text]
        return f"seed {seed}, life {life}: " + "\n".join(told) if told else ""

    return live


def main() -> int:
    """Lead the sittings; 1 when something did not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slicer", help="path of the Slicer to run them in")
    parser.add_argument("--first", type=int, default=1, help="seed of the first sitting")
    parser.add_argument("--sittings", type=int, default=20)
    parser.add_argument("--acts", type=int, default=500)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--work", type=Path, help="keep studies, journals and logs here")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="her2lowmri-sittings-"))
    failed = 0
    for seed in range(options.first, options.first + options.sittings):
        folder, said, began = work / str(seed), [], time.monotonic()
        shutil.rmtree(folder, ignore_errors=True)
        wrong = sitting_of(folder, seed, options.acts, options.kills, live_in(options.slicer, said))
        failed += bool(wrong)
        text = "\n".join(wrong) or "; ".join(said)
        sys.stdout.write(
            f"sitting {seed}, {time.monotonic() - began:.0f} s: {'WRONG' if wrong else 'holds'} {text}\n"
        )
        sys.stdout.flush()
    if not options.work and not failed:
        shutil.rmtree(work, ignore_errors=True)
    sys.stdout.write(f"{options.sittings - failed} of {options.sittings} sittings hold\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
