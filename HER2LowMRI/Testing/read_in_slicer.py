"""One synthetic patient read from the loaded case to sign-off in a real Slicer, by mouse and keys that are counted.

    python HER2LowMRI/Testing/read_in_slicer.py /path/to/Slicer [--out FOLDER]

It needs Xvfb and xdotool. The lesion is outlined in three slices with Slicer's Draw, the tool that was used last; its
size is a line on the first phase after contrast; all other answers are digits. Whoever reads has found the lesion: the
view stands on the first of the three slices. It fails when the reading on the disk is not what was done, when it took
more than MOST interactions, and on any traceback, and any error of VTK or Qt, in Slicer's log.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TESTING = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTING), str(TESTING.parent)]

from draw_in_slicer import Reader, around, dice  # noqa: E402
from HER2LowMRILib.study.study_folder import open_study  # noqa: E402
from HER2LowMRILib.synthetic import anatomy, cases, contrast_series, dwi_series  # noqa: E402
from slicer_session.real_slicer import SlicerFault  # noqa: E402

MOST = 25
BEFORE_SIZE, AFTER_SIZE = "231121", "333"
ANSWERED = {"lesion_type": "mass", "mass_shape": "irregular"}
ENDS = """
def ends_in_view(number, places):
    # Of the dynamic layout: its second view shows the phase after contrast.
    widget_ = slicer.app.layoutManager().sliceWidget(SLICES[number])
    view_, to_xy = widget_.sliceView(), vtk.vtkMatrix4x4()
    to_xy.DeepCopy(widget_.mrmlSliceNode().GetXYToRAS())
    to_xy.Invert()
    found = []
    for k, j, i in places:
        lps = panel.session.case.grid.ijk_to_lps() @ (i, j, k, 1.0)
        x, y = to_xy.MultiplyPoint((-lps[0], -lps[1], lps[2], 1.0))[:2]
        at = view_.mapToGlobal(qt.QPoint(int(round(x)), int(round(view_.height - 1 - y))))
        found.append((at.x(), at.y()))
    return found
"""
ASKED = """
slicer.app.processEvents()
item = panel.pages["descriptors"].editor.item
answer = [item.id if item is not None else None, panel.session.layout.id, panel.page.NAME]
"""


class CountingHand(Reader):
    """A hand whose key presses, clicks, strokes and turns of the wheel are counted."""

    done = 0

    def key(self, name):
        self.done += 1
        self.slicer.hands("key", name)
        self.slicer.hands("sleep", 0.3)

    def stroke(self, places):
        """Around something, slowly enough for a busy computer, and the right button that closes the outline."""
        self.done += 2
        at, hands = self.places(places), self.slicer.hands
        hands("mousemove", *at[0], "sleep", 0.3, "mousedown", 1, "sleep", 0.2)
        for x, y in at[1:]:
            hands("mousemove", x, y, "sleep", 0.15)
        hands("sleep", 0.3, "mouseup", 1, "sleep", 0.3, "click", 3, "sleep", 0.5)

    def wheel(self, button):
        self.done += 1
        self.slicer.hands("click", button, "sleep", 0.5)

    def asked(self):
        return self.slicer.ask(ASKED)


def read(hand, truth, out):
    """From the loaded case to sign-off."""
    areas = truth.sum(axis=(1, 2))
    middle = int(np.clip(areas.argmax(), 1, len(areas) - 2))
    slices = (middle - 1, middle, middle + 1)
    hand.looks(slices[0], truth[slices[0]])
    hand.takes_up("Draw")
    hand.done = 0
    began = time.monotonic()
    for number, k in enumerate(slices):
        state = hand.state()
        if state["slice"] != k:
            raise SlicerFault(f"slice {state['slice']} in view, not {k}")
        hand.stroke(around(truth[k], reach=0.0, count=24))
        hand.waits_until(lambda now, k=k: str(k) in now["voxels"], f"an outline in slice {k}")
        if number < len(slices) - 1:
            hand.wheel(4)
            if hand.state()["slice"] != slices[number + 1]:
                raise SlicerFault("the wheel went another way")
    found = [dice(hand.plane(k, truth[k].shape), truth[k]) for k in slices]
    print(f"outlined in three slices: Dice {', '.join(f'{one:.2f}' for one in found)}")
    hand.key("ctrl+Return")
    for digit in BEFORE_SIZE:
        hand.key(digit)
    asked = hand.asked()
    if asked != ["lesion_size_mm", "dynamic", "descriptors"]:
        raise SlicerFault(f"asked: {asked}")
    rows, columns = np.nonzero(truth[slices[-1]])
    left, right = columns.argmin(), columns.argmax()
    hand.slicer.ask(ENDS)
    ends = hand.slicer.ask(
        f"answer = ends_in_view(1, {[(slices[-1], int(rows[at]), int(columns[at])) for at in (left, right)]})"
    )
    hand.key("l")
    hand.done += 2
    hand.slicer.hands("mousemove", *ends[0], "sleep", 0.3, "click", 1, "sleep", 0.5)
    hand.slicer.hands("mousemove", *ends[1], "sleep", 0.3, "click", 1)
    # No pause: whoever reads has the next answer in mind.
    for digit in AFTER_SIZE:
        hand.done += 1
        hand.slicer.hands("key", digit)
    time.sleep(2)
    if out is not None:
        hand.slicer.ask(
            f"slicer.app.processEvents(); slicer.util.mainWindow().grab().save({str(out / 'answered.png')!r})"
        )
    for page in ("features", "sign_off"):
        hand.key("ctrl+Return")
        time.sleep(1.5)
        if hand.asked()[2] != page:
            raise SlicerFault(f"page {hand.asked()[2]}, not {page}")
    if out is not None:
        hand.slicer.ask(
            f"slicer.app.processEvents(); slicer.util.mainWindow().grab().save({str(out / 'sign_off.png')!r})"
        )
    hand.key("ctrl+Return")
    time.sleep(3)
    seconds = time.monotonic() - began
    print(f"{hand.done} interactions from the loaded case to sign-off, {seconds:.0f} s with pauses")
    return hand.done


def check(study, case, size_mm):
    """What the disk says of the reading."""
    with open_study(study).reader("r1", take_over=True) as view:
        reading = view.open_case(case)
        answers, line = dict(reading.answers), reading.size_line
        print(f"{reading.state}: {answers}; line {line['length_mm'] if line else None} mm")
        if reading.state != "signed_off" or line is None or not reading.size_is_of_line:
            raise SlicerFault("the reading is not signed off with a line")
        if any(answers.get(item) != value for item, value in ANSWERED.items()):
            raise SlicerFault(f"answers: {answers}")
        if not 0.6 * size_mm < line["length_mm"] < 1.5 * size_mm:
            raise SlicerFault(f"a line of {line['length_mm']} mm over {size_mm:.0f} mm")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slicer", help="path of Slicer")
    parser.add_argument("--out", type=Path, help="where pictures of the window go")
    options = parser.parse_args()
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="her2lowmri-read-"))
    case = cases.draw_case(1)
    phantom = anatomy.build(case, contrasts=True)
    folder = work / "images" / case.name
    dwi_series.write_series(case, phantom, folder)
    contrast_series.write_contrast_series(case, phantom, folder)
    hand = CountingHand(options.slicer, work, options.out)
    try:
        hand.set_up(work / "study", work / "images")
        hand.enter(work / "study")
        hand.opens(case.name)
        done = read(hand, phantom.lesion, options.out and options.out.resolve())
        hand.slicer.ask("panel.session.leave()")
        columns = np.nonzero(phantom.lesion.any(axis=(0, 1)))[0]
        check(work / "study", case.name, float(np.ptp(columns) + 1) * phantom.grid.spacing_mm[0])
    finally:
        hand.slicer.close()
        faults = hand.slicer.faults()
        print("".join(f"{fault}\n\n" for fault in faults) or "nothing in the log")
        shutil.rmtree(work, ignore_errors=True)
    return 1 if faults or done > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
