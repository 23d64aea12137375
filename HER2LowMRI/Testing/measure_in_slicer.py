"""What a reader waits for, measured in a real Slicer by keys and mouse.

    python HER2LowMRI/Testing/measure_in_slicer.py /path/to/Slicer [--out docs/benchmarks-panel.md]
        [--parts first next stroke answer memory] [--kept FILE] [--rounds 20] [--cases 500] [--openings 200]

It needs Xvfb and xdotool. It fails on any traceback, and any error of VTK or Qt, in Slicer's log. Parts
that are measured one by one come together on one page by the file that keeps them.
"""

import argparse
import json
import platform
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

TESTING = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTING), str(TESTING.parent)]

from slicer_session.real_slicer import RealSlicer, SlicerFault  # noqa: E402

PAGE = TESTING.parents[1] / "docs" / "benchmarks-panel.md"
GRID_SIZE = (200, 200, 40)
LARGE_CASES = 6


@dataclass
class Wait:
    """Something that a reader waits for.

    Attributes
    ----------
    what : str
    needed : float
        Median that is good enough [s].
    worst : float or None
        Longest time that is good enough [s], where one was set.
    seconds : list of float
    """

    what: str
    needed: float
    worst: float | None = None
    seconds: list[float] = field(default_factory=list)

    def add(self, seconds: float) -> None:
        """Take one more."""
        self.seconds.append(round(seconds, 4))

    def row(self) -> str:
        """Its line of the table."""
        if not self.seconds:
            return f"| {self.what} | not measured | | {self.needed:g} | |"
        median, longest = statistics.median(self.seconds), max(self.seconds)
        holds = "yes" if median <= self.needed and (self.worst is None or longest <= self.worst) else "no"
        limit = f"{self.needed:g}" if self.worst is None else f"{self.needed:g}, longest {self.worst:g}"
        return f"| {self.what} | {median:.2f} | {longest:.2f} | {limit} | {holds}, n = {len(self.seconds)} |"


def make_large(folder: Path) -> Path:
    """Write the images of a few large cases; returns their folder."""
    from HER2LowMRILib.images.image_grid import ImageGrid
    from slicer_session.small_images import write_small_series

    grid = ImageGrid(GRID_SIZE, (1.6, 1.6, 4.0), (-160.0, -160.0, -80.0))
    for number in range(1, LARGE_CASES + 1):
        write_small_series(folder / "large" / f"CASE-{number:03d}", number, grid)
    return folder / "large"


def make_many(folder: Path, cases: int) -> Path:
    """Write the images of many small cases; returns their folder."""
    from HER2LowMRILib.images.image_grid import ImageGrid
    from slicer_session.small_images import write_small_series

    small = ImageGrid((12, 10, 2), (8.0, 8.0, 20.0), (-48.0, -40.0, -20.0))
    write_small_series(folder / "one", 1, small)
    for number in range(1, cases + 1):
        shutil.copytree(folder / "one", folder / "many" / f"CASE-{number:03d}")
    return folder / "many"


def make_study(slicer: RealSlicer, folder: Path, images: Path) -> None:
    """Set up a study and open it as its reader."""
    slicer.ask(
        f"""
page = panel.pages["study"].ui
panel.session.leave()
page.newPath.currentPath = {str(folder)!r}
page.readersEdit.text = "r1"
page.imagesPath.currentPath = {str(images)!r}
page.keepNamesCheck.checked = True
page.createButton.click()
panel.go_to("study")
page.roleCombo.setCurrentIndex(page.roleCombo.findData("r1"))
page.openButton.click()
answer = panel.session.role
""",
        3000,
    )


def show_module(slicer: RealSlicer, wait: Wait) -> None:
    """Show the module for the first time in this run."""
    seconds = slicer.ask(
        """
slicer.util.mainWindow().showMaximized()
slicer.app.processEvents()
began = time.perf_counter()
slicer.util.selectModule("HER2LowMRI")
slicer.app.processEvents()
answer = time.perf_counter() - began
panel = slicer.util.getModuleWidget("HER2LowMRI").panel
probe.watch(panel)
"""
    )
    wait.add(seconds)


def open_first(slicer: RealSlicer) -> list[str]:
    """Open the first case; returns the work list."""
    return slicer.ask(
        """
answer = [item.case_id for item in panel.session.view.work_list]
panel.open_case(answer[0])
from HER2LowMRILib.mrml.reading_layout import SLICES
slicer.app.processEvents()
if not hasattr(probe, "watched"):
    probe.watched = True
    probe.watch_views(SLICES)
"""
    )


def next_case(slicer: RealSlicer, case_id: str, prepared: bool) -> float:
    """Press Ctrl+N; returns how long it took until all views were drawn with the next case [s]."""
    if prepared:
        for _look in range(600):
            if slicer.ask(f"panel.session.prepare_ahead(); answer = panel.session.is_prepared({case_id!r})"):
                break
            time.sleep(0.2)
        else:
            raise SlicerFault(f"{case_id} was not prepared")
    # Whatever the case before still had to do is done, and nothing but the key is measured.
    slicer.ask("slicer.app.processEvents(); slicer.util.mainWindow().activateWindow()")
    began = slicer.hands("key", "ctrl+n")
    return (
        max(
            slicer.wait_for("drawn", 120, began, case=case_id, view=view)
            for view in ("HER2LowMRI_ADC", "HER2LowMRI_D", "HER2LowMRI_K", "HER2LowMRI_Image")
        )
        - began
    )


def measure_next_cases(slicer: RealSlicer, rounds: int, ready: Wait, fresh: Wait) -> None:
    """Go through the large cases, prepared and not."""
    for wait, prepared in ((fresh, False), (ready, True)):
        slicer.ask("panel._ahead.stop(); panel.session.prepared.stop()")
        while len(wait.seconds) < rounds:
            ids = open_first(slicer)
            for case_id in ids[1:]:
                if len(wait.seconds) < rounds:
                    wait.add(next_case(slicer, case_id, prepared))


def measure_strokes(slicer: RealSlicer, rounds: int, wait: Wait) -> None:
    """Paint with the mouse in the ADC view."""
    open_first(slicer)
    x, y = slicer.ask(
        """
panel.go_to("voi")
slicer.app.processEvents()
editor = panel.pages["voi"].editor
editor.setActiveEffectByName("Paint")
view = slicer.app.layoutManager().sliceWidget("HER2LowMRI_ADC").sliceView()
answer = probe.middle_of(view)
"""
    )
    for number in range(rounds):
        place = x - 60 + 5 * number, y - 20 + 2 * number
        slicer.hands("mousemove", *place, "mousedown", 1)
        slicer.hands("mousemove_relative", 12, 4)
        slicer.hands("mousemove_relative", 12, -3)
        began = slicer.hands("mouseup", 1)
        wait.add(slicer.wait_for("painted", 30, began, topic="voi") - began)
    slicer.ask("panel.pages['voi'].editor.setActiveEffect(None)")


def measure_answers(slicer: RealSlicer, rounds: int, wait: Wait) -> None:
    """Answer by digits."""
    ids = open_first(slicer)
    for number in range(rounds):
        if number % 4 == 0:
            slicer.ask(f"panel.open_case({ids[number // 4]!r}); panel.go_to('descriptors')")
            slicer.hands("sleep", 0.3)
        began = slicer.hands("key", "2")
        wait.add(slicer.wait_for("painted", 30, began, topic="answers") - began)


def measure_memory(slicer: RealSlicer, openings: int) -> list[tuple[int, float, int]]:
    """Open case after case; returns openings, memory [MiB] and nodes at some of them."""
    found = []
    ids = open_first(slicer)
    for number in range(openings):
        slicer.ask(f"panel.open_case({ids[number % len(ids)]!r}); slicer.app.processEvents()")
        if number in (9, openings // 2, openings - 1):
            nodes = slicer.ask("answer = slicer.mrmlScene.GetNumberOfNodes()")
            found.append((number + 1, slicer.memory_mib(), nodes))
    return found


def page(waits: list[Wait], memory: list[tuple[int, float, int]], machine: str) -> str:
    """The page of the documentation."""
    size = " x ".join(map(str, GRID_SIZE))
    lines = [
        "# Waiting times of the panel",
        "",
        "Written by `python HER2LowMRI/Testing/measure_in_slicer.py SLICER`; do not edit. A real Slicer under a "
        f"virtual screen, driven by keys and mouse; synthetic cases of {size} voxels, four b-values. {machine}",
        "",
        "| what | median [s] | longest [s] | needed [s] | holds |",
        "|---|---:|---:|---|---|",
        *(wait.row() for wait in waits),
        "",
    ]
    if memory:
        lines += ["| cases opened | memory [MiB] | nodes |", "|---:|---:|---:|"]
        lines += [f"| {count} | {mib:.0f} | {nodes} |" for count, mib, nodes in memory]
        lines.append("")
    return "\n".join(lines)


def measure(part: str, options: argparse.Namespace, work: Path, found: dict) -> list[str]:
    """Measure one part in a Slicer of its own; returns the faults of its log."""
    if part == "first":
        faults = []
        for _start in range(options.rounds):
            slicer = RealSlicer(options.slicer, work / "home")
            try:
                show_module(slicer, found["waits"]["first"])
            finally:
                slicer.close()
            faults += slicer.faults()
        return faults
    waits = found["waits"]
    images = make_many(work, options.cases) if part == "answer" else make_large(work)
    slicer = RealSlicer(options.slicer, work / "home")
    try:
        show_module(slicer, Wait("", 0.5))
        make_study(slicer, work / "study", images)
        if part == "next":
            measure_next_cases(slicer, options.rounds, waits["prepared"], waits["fresh"])
        elif part == "stroke":
            measure_strokes(slicer, options.rounds, waits["stroke"])
        elif part == "answer":
            measure_answers(slicer, options.rounds, waits["answer"])
        else:
            found["memory"] = measure_memory(slicer, options.openings)
    finally:
        slicer.close()
    return slicer.faults()


PARTS = {"first": ("first",), "next": ("fresh", "prepared"), "stroke": ("stroke",), "answer": ("answer",)}


def main() -> int:
    """Measure, write the page, and look through the logs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slicer", help="path of the Slicer to measure in")
    parser.add_argument("--out", type=Path, default=PAGE)
    parser.add_argument("--parts", nargs="+", choices=(*PARTS, "memory"), default=(*PARTS, "memory"))
    parser.add_argument("--kept", type=Path, help="JSON file that keeps what was measured from call to call")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--more", action="store_true", help="add to what was kept of these parts")
    parser.add_argument(
        "--cases", type=int, default=500, help="cases of the study in which answers are given"
    )
    parser.add_argument("--openings", type=int, default=200)
    parser.add_argument("--machine", default=f"{platform.system()}, Python {platform.python_version()}.")
    options = parser.parse_args()
    waits = {
        "first": Wait("module first shown", 0.5),
        "fresh": Wait("next case, not prepared", 1.2),
        "prepared": Wait("next case, prepared", 0.3, 0.6),
        "stroke": Wait("stroke to drawn numbers", 0.25),
        "answer": Wait(f"answer to acknowledged, {options.cases} cases", 0.05),
    }
    kept = json.loads(options.kept.read_text()) if options.kept and options.kept.exists() else {}
    for name, wait in waits.items():
        wait.seconds = kept.get(name, [])
    found = {"waits": waits, "memory": [tuple(row) for row in kept.get("memory", [])]}
    faults = []
    for part in options.parts:
        for name in PARTS.get(part, ()) if not options.more else ():
            waits[name].seconds = []
        work = Path(tempfile.mkdtemp(prefix="her2lowmri-measure-"))
        try:
            faults += measure(part, options, work, found)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if options.kept:
            told = {name: wait.seconds for name, wait in waits.items()} | {"memory": found["memory"]}
            options.kept.write_text(json.dumps(told), encoding="utf-8")
    text = page(list(waits.values()), found["memory"], options.machine)
    sys.stdout.write(text)
    options.out.write_text(text, encoding="utf-8")
    sys.stdout.write("".join(f"{fault}\n\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
