"""A scene saved in the middle of a case, loaded again and again in a real Slicer; needs Xvfb and xdotool.

    python HER2LowMRI/Testing/reload_scenes_in_slicer.py /path/to/Slicer [--closed 10] [--over 20]

After each load, over the open case or after closing the scene, there is one VOI, it can be edited, and the next edit is
on the disk; over an open case it is said that the case of the scene was left out. It fails on any traceback, and on any
error of VTK or Qt, in the log of Slicer.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

TESTING = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTING), str(TESTING.parent)]

from measure_in_slicer import Wait, make_study, open_first, show_module  # noqa: E402
from slicer_session.real_slicer import RealSlicer, SlicerFault  # noqa: E402

LEFT_OUT = "holds a case of its own. It was left out"


def draw(slicer: RealSlicer, voxels: int) -> int:
    """Draw a lesion of so many voxels in a row; returns how many those are."""
    return slicer.ask(
        f"""
import numpy as np
case = panel.session.case
mask = np.zeros(slicer.util.arrayFromVolume(case.drawn_on).shape, np.uint8)
mask[mask.shape[0] // 2, mask.shape[1] // 2, :{voxels}] = 1
slicer.util.updateSegmentBinaryLabelmapFromArray(mask, case.voi, "lesion", case.drawn_on)
answer = int(mask.sum())
"""
    )


def on_disk(slicer: RealSlicer, study: Path) -> int:
    """Voxels of the lesion in the reader's folder; 0 without any."""
    return slicer.ask(
        f"""
from HER2LowMRILib.images.voi_files import read_segmentation
found = list(Path({str(study)!r}).glob("readers/r1/*/voi.seg.nrrd"))
answer = int(read_segmentation(found[0]).masks["lesion"].sum()) if found else 0
"""
    )


def wait_until_saved(slicer: RealSlicer, study: Path, voxels: int, seconds: float) -> float:
    """Wait until the lesion on the disk has so many voxels; returns how long it took [s]."""
    began = time.monotonic()
    while on_disk(slicer, study) != voxels:
        if time.monotonic() - began > seconds:
            raise SlicerFault(f"{voxels} voxels were drawn, and are not on the disk")
        time.sleep(0.05)
    return time.monotonic() - began


def load(slicer: RealSlicer, scene: Path, *, closed: bool) -> str:
    """Load the scene and wait until its case is at hand; returns the panel's message."""
    slicer.ask("slicer.mrmlScene.Clear(0)" if closed else "panel.ui.messageLabel.text = ''")
    slicer.ask(f"answer = slicer.util.loadScene({str(scene)!r})", 300)
    for _look in range(600):
        time.sleep(0.1)
        ready, segmentations, message = slicer.ask(
            """
case = panel.session.case
busy = slicer.mrmlScene.IsImporting() or panel.views.scene_is_loading
ready = not busy and case is not None and case.voi is not None and panel.page.NAME == "voi"
ready = ready and not panel.pages["voi"].editor.readOnly
answer = ready, len(slicer.util.getNodesByClass("vtkMRMLSegmentationNode")), panel.ui.messageLabel.text
"""
        )
        if ready and segmentations == 1 and (closed or message):
            return message
    raise SlicerFault(f"the case is not at hand: {segmentations} segmentations, message {message!r}")


def main() -> int:
    """Load, edit, and look through the log."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slicer", help="the program")
    parser.add_argument("--closed", type=int, default=10, help="loads after closing the scene")
    parser.add_argument("--over", type=int, default=20, help="loads over the open case")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="her2lowmri-scenes-"))
    from slicer_session.small_images import write_small_series

    write_small_series(work / "images" / "CASE-001", 1)
    slicer = RealSlicer(options.slicer, work / "home")
    wrong, slowest = [], 0.0
    try:
        show_module(slicer, Wait("", 0.5))
        make_study(slicer, work / "study", work / "images")
        open_first(slicer)
        slicer.ask("panel.go_to('voi')")
        wait_until_saved(slicer, work / "study", draw(slicer, 10), 10)
        scene = work / "middle.mrb"
        slicer.ask(f"answer = slicer.util.saveScene({str(scene)!r})")
        for number in range(options.closed + options.over):
            closed = number < options.closed
            message = load(slicer, scene, closed=closed)
            seconds = wait_until_saved(slicer, work / "study", draw(slicer, 11 + number % 10), 10)
            slowest = max(slowest, seconds)
            if not closed and LEFT_OUT not in message:
                wrong.append(f"load {number}: {message!r}")
            print(f"{number + 1}: {'closed' if closed else 'over'}, saved after {seconds:.1f} s", flush=True)
    finally:
        slicer.close()
        shutil.rmtree(work, ignore_errors=True)
    wrong += slicer.faults()
    print("\n".join(wrong) or f"nothing wrong; the slowest save took {slowest:.1f} s")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
