"""`make bench-panel`: time what a reader waits for, and write docs/benchmarks-panel-offscreen.md.

The panel runs in the test session: Slicer's MRML and logics and Qt are real, the Segment Editor's own time is not in
it.
"""

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "HER2LowMRI" / "Testing"), str(ROOT / "HER2LowMRI")]

import numpy as np  # noqa: E402
from HER2LowMRILib.core.diffusion_maps import fit_maps  # noqa: E402
from HER2LowMRILib.images.image_grid import ImageGrid  # noqa: E402
from HER2LowMRILib.images.intake.diffusion_series import BImage, DiffusionSeries  # noqa: E402
from HER2LowMRILib.session.prepare_maps import ChosenImages, maps_from  # noqa: E402
from slicer_session import widgets  # noqa: E402
from slicer_session.panel import Session  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks-panel-offscreen.md"
GRID = ImageGrid((200, 200, 40), (1.6, 1.6, 4.0))
B_VALUES, ROUNDS = (0.0, 800.0, 1400.0, 2000.0), 9


def made_up_series() -> DiffusionSeries:
    """A synthetic series of 200 x 200 x 40 voxels with noise."""
    rng = np.random.default_rng(1)
    d = rng.uniform(0.6, 2.2, GRID.shape).astype(np.float32)
    images = []
    for b in B_VALUES:
        x = b / 1000 * d
        signal = 900 * np.exp(-x + x * x * 0.8 / 6) + rng.normal(0, 8, GRID.shape)
        images.append(BImage(b, np.rint(signal.clip(0)).astype(np.int16), 1.0, "synthetic"))
    return DiffusionSeries(tuple(images), GRID, form="synthetic")


def timed(act: object) -> float:
    """Seconds that an act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def main() -> int:
    """Measure, print and write the page."""
    series = made_up_series()
    session = Session()
    panel = session.open().panel
    panel.start_single_case("SYNTHETIC-1")
    case = panel.session.case
    chosen, options = ChosenImages(series=series), case.options
    fit, nodes, whole = [], [], []
    for _round in range(ROUNDS):
        fit.append(timed(lambda: fit_maps(series.signals, series.b_values, series.averages, options)))

        def compute() -> None:
            prepared = maps_from(chosen, options, False)
            case.show_maps(prepared.maps, prepared.grid)

        def press() -> None:
            panel.pages["images"].chosen = chosen
            panel.pages["images"].compute()

        nodes.append(timed(compute))
        whole.append(timed(press))
    panel.go_to("features")
    k, j, i = np.indices(GRID.shape)
    edits = []
    for number in range(ROUNDS):
        radius = 12 + number
        ball = ((k - 20) * 2.5) ** 2 + (j - 100) ** 2 + (i - 90) ** 2 < radius**2
        widgets.paint(case.voi, "lesion", ball, case.nodes["adc"])
        edits.append(timed(panel.voi_autosave.measure))
    session.close()
    ratio, edit = statistics.median(w / f for w, f in zip(nodes, fit, strict=True)), statistics.median(edits)
    lines = [
        "# Waiting times of the panel",
        "",
        "Written by `make bench-panel`; do not edit. Synthetic case of 200 x 200 x 40 voxels, four b-values.",
        f"Median of {ROUNDS}.",
        "",
        "| what | ms | needed |",
        "|---|---:|---|",
        f"| VOI edit to refreshed features, plots and tables | {1000 * edit:.0f} | at most 100 |",
        f"| images in the scene to maps in the scene, noise level included | {1000 * statistics.median(nodes):.0f} "
        f"| {ratio:.1f} x the fit, at most 3 |",
        f"| button Compute: the same, with VOI, views and pages refreshed | {1000 * statistics.median(whole):.0f} | |",
        f"| the fit alone | {1000 * statistics.median(fit):.0f} | |",
        "",
    ]
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    sys.stdout.write("\n".join(lines))
    return 0 if edit <= 0.1 and ratio <= 3 else 1


if __name__ == "__main__":
    sys.exit(main())
