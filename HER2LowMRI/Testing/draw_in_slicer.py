"""One lesion outlined in every way in a real Slicer, by mouse and keys; pictures for docs/panel.md.

    python HER2LowMRI/Testing/draw_in_slicer.py /path/to/Slicer [--out docs/images] [--cycles 200] [--kills 10]

It needs Xvfb and xdotool. Of each way it checks what was drawn, how the study on the disk says it was made, and that
undo goes back slice by slice; then it takes the effect up and lays it down many times, and kills Slicer while it draws.
It fails on any traceback, and any error of VTK or Qt, in Slicer's log.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TESTING = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTING), str(TESTING.parent)]

from HER2LowMRILib.core.slice_outline import sides_of  # noqa: E402
from HER2LowMRILib.images.voi_files import read_segmentation  # noqa: E402
from HER2LowMRILib.synthetic import anatomy, cases, dwi_series  # noqa: E402
from slicer_session.real_slicer import RealSlicer, SlicerFault  # noqa: E402

IMAGES = TESTING.parents[1] / "docs" / "images"
SHOWN_MM = 75.0
TILE = (330, 250)

START = """
import json, numpy as np, vtk
slicer.util.mainWindow().showMaximized()
slicer.util.selectModule("HER2LowMRI")
slicer.util.setDataProbeVisible(False)
slicer.util.setModuleHelpSectionVisible(False)
slicer.app.processEvents()
panel = slicer.util.getModuleWidget("HER2LowMRI").panel
probe.watch(panel)
from HER2LowMRILib.mrml.reading_layout import SLICES, go_to_slice, slice_node, slice_shown
from HER2LowMRILib.gui.outline_effect import NAME, Desk
panel.session.leave()
"""
SET_UP = """
page = panel.pages["study"].ui
page.newPath.currentPath = {study!r}
page.readersEdit.text = "r1"
page.imagesPath.currentPath = {images!r}
page.keepNamesCheck.checked = True
page.newSection.collapsed = False
page.assistedCheck.checked = True
page.interpolatedCheck.checked = True
page.createButton.click()
"""
ENTER = """
# A session that was killed still holds the study: its reader says that he goes on.
panel.pages["study"].ask_take_over = lambda locked: True
page = panel.pages["study"].ui
panel.go_to("study")
page.studyPath.currentPath = {study!r}
page.roleCombo.setCurrentIndex(page.roleCombo.findData("r1"))
page.openButton.click()
answer = panel.session.role
"""
OPEN = f"""
panel.open_case({{case!r}})
panel.go_to("voi")
slicer.app.processEvents()
editor = panel.pages["voi"].editor
panel.pages["voi"].ui.fillCheck.checked = False
widget = slicer.app.layoutManager().sliceWidget(SLICES[0])
view = widget.sliceView()

def look(k, j, i):
    to_ras = vtk.vtkMatrix4x4()
    panel.session.case.nodes["adc"].GetIJKToRASMatrix(to_ras)
    ras = to_ras.MultiplyPoint((i, j, k, 1))[:3]
    for name in SLICES:
        node = slice_node(slicer.mrmlScene, name)
        width, height, depth = node.GetFieldOfView()
        node.SetFieldOfView({SHOWN_MM}, height * {SHOWN_MM} / width, depth)
        node.JumpSliceByCentering(*ras)
    go_to_slice(slicer.mrmlScene, panel.session.case.grid, k)
    slicer.app.processEvents()

def on_screen(places):
    grid = panel.session.case.grid
    k = slice_shown(slicer.mrmlScene, grid)
    to_xy = vtk.vtkMatrix4x4()
    to_xy.DeepCopy(widget.mrmlSliceNode().GetXYToRAS())
    to_xy.Invert()
    found = []
    for j, i in places:
        lps = grid.ijk_to_lps() @ (i, j, k, 1.0)
        x, y = to_xy.MultiplyPoint((-lps[0], -lps[1], lps[2], 1.0))[:2]
        at = view.mapToGlobal(qt.QPoint(int(round(x)), int(round(view.height - 1 - y))))
        found.append((at.x(), at.y()))
    return found

def state():
    case, reading = panel.session.case, panel.session.reading
    lesion = case.masks().get("lesion")
    effect = editor.effectByName(NAME).self()
    drawing = effect.drawing
    proposal = drawing.proposal if drawing is not None else None
    drawn = np.flatnonzero(lesion.any(axis=(1, 2))) if lesion is not None else []
    return {{{{
        "slice": slice_shown(slicer.mrmlScene, case.grid),
        "origins": {{{{str(k): way for k, way in (panel.session.origins.recorded or {{{{}}}}).items()}}}},
        "voxels": {{{{str(k): int(lesion[k].sum()) for k in drawn}}}},
        "proposed": None if proposal is None else [proposal.k, int(proposal.mask.sum()), proposal.step],
        "said": effect.label.text,
        "saved": str(reading.voi_path),
        "active": editor.activeEffect().name if editor.activeEffect() is not None else None,
    }}}}

def plane(k):
    lesion = panel.session.case.masks().get("lesion")
    return np.argwhere(lesion[k]).tolist() if lesion is not None else []

answer = state()
"""


class Reader:
    """A hand in one Slicer: mouse over the ADC view, and keys."""

    def __init__(self, program, work, out):
        self.slicer = RealSlicer(program, work / "home")
        self.work, self.out = work, out
        self.slicer.ask(START, 300)

    def set_up(self, study, images):
        self.slicer.ask(SET_UP.format(study=str(study), images=str(images)), 300)

    def enter(self, study):
        role = self.slicer.ask(ENTER.format(study=str(study)), 120)
        if role != "r1":
            raise SlicerFault(f"entered as {role}")

    def opens(self, case):
        return self.slicer.ask(OPEN.format(case=case), 120)

    def looks(self, k, mask):
        j, i = np.argwhere(mask).mean(axis=0)
        self.slicer.ask(f"look({k}, {j}, {i})")

    def state(self):
        return self.slicer.ask("slicer.app.processEvents(); answer = state()")

    def plane(self, k, shape):
        mask = np.zeros(shape, bool)
        for j, i in self.slicer.ask(f"answer = plane({k})"):
            mask[j, i] = True
        return mask

    def places(self, places):
        return self.slicer.ask(f"answer = on_screen({[tuple(map(float, place)) for place in places]!r})")

    def takes_up(self, name):
        self.slicer.ask(f"editor.setActiveEffectByName({name!r}); slicer.app.processEvents()")

    def drags(self, places, key=None):
        at = self.places(places)
        hands = self.slicer.hands
        hands("mousemove", *at[0])
        if key:
            hands("keydown", key)
        hands("mousedown", 1)
        for x, y in at[1:]:
            # Slicer throws away moves that come too fast; no hand is that fast.
            hands("mousemove", x, y, "sleep", 0.08)
        hands("mouseup", 1)
        if key:
            hands("keyup", key)
        return at

    def clicks(self, places, button=1):
        for x, y in self.places(places):
            self.slicer.hands("mousemove", x, y, "click", button)
            self.slicer.hands("sleep", 0.15)

    def presses(self, key, times=1):
        for _turn in range(times):
            self.slicer.hands("key", key)
            self.slicer.hands("sleep", 0.15)
            self.slicer.ask("slicer.app.processEvents()")

    def waits_until(self, right, why, seconds=20):
        end = time.monotonic() + seconds
        while not right(state := self.state()):
            if time.monotonic() > end:
                raise SlicerFault(f"{why}: {json.dumps(state)}")
            time.sleep(0.1)
        return state

    def takes_picture(self, name):
        from PIL import Image

        x, y, width, height = self.slicer.ask(
            f"""
slicer.app.processEvents()
for name in SLICES:
    slicer.app.layoutManager().sliceWidget(name).sliceView().forceRender()
slicer.util.mainWindow().grab().save({str(self.work / "window.png")!r})
at = view.mapTo(slicer.util.mainWindow(), qt.QPoint(0, 0))
answer = [at.x(), at.y(), view.width, view.height]
"""
        )
        window = Image.open(self.work / "window.png").convert("RGB")
        window.save(self.work / f"window-{name}.png")
        tile = window.crop((x, y, x + width, y + height))
        middle, side = (width // 2, height // 2), min(width / TILE[0], height / TILE[1])
        box = [round(part * side / 2) for part in TILE]
        tile = tile.crop((middle[0] - box[0], middle[1] - box[1], middle[0] + box[0], middle[1] + box[1]))
        tile.resize(TILE, Image.Resampling.LANCZOS).save(self.work / f"tile-{name}.png")


def dice(one, other):
    """Dice coefficient."""
    return 2 * (one & other).sum() / max(one.sum() + other.sum(), 1)


def around(mask, reach=3.0, count=28):
    """A loose line around a mask, closed."""
    rows, columns = np.nonzero(mask)
    middle = rows.mean(), columns.mean()
    radii = (np.ptp(rows) + 1) / 2 + reach, (np.ptp(columns) + 1) / 2 + reach
    return [
        (middle[0] + radii[0] * np.sin(angle), middle[1] + radii[1] * np.cos(angle))
        for angle in np.linspace(0, 2 * np.pi, count)
    ]


def across(mask):
    """A line along the longest diameter."""
    places = np.argwhere(mask)
    apart = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    start, end = places[list(np.unravel_index(apart.argmax(), apart.shape))].astype(float)
    return [start + part * (end - start) for part in np.linspace(0.05, 0.95, 12)]


def corners(mask, every):
    """Corners of a polygon around a mask, in the order of their angle."""
    sides = {corner for side in sides_of(mask) for corner in side}
    places = np.array(sorted(sides))
    middle = np.argwhere(mask).mean(axis=0)
    angle = np.arctan2(*(places - middle).T)
    return places[np.argsort(angle)][::every]


def on_disk(state):
    """What the study says: voxels by slice."""
    path = Path(state["saved"])
    if state["saved"] == "None" or not path.exists():
        return {}
    lesion = read_segmentation(path).masks["lesion"]
    return {str(k): int(lesion[k].sum()) for k in np.flatnonzero(lesion.any(axis=(1, 2)))}


def every_way(hand, truth, say):
    """Outline the lesion in each way; its picture, what it came to, and undo until nothing is left."""
    k = int(truth.sum(axis=(1, 2)).argmax())
    lesion, shape = truth[k], truth[k].shape

    def begins(effect):
        hand.looks(k, lesion)
        hand.takes_up(effect)
        x, y = hand.places([np.argwhere(lesion).mean(axis=0)])[0]
        hand.slicer.hands("mousemove", x, y)

    def ends(name, ways, steps):
        state = hand.waits_until(lambda now: on_disk(now) == now["voxels"] != {}, f"{name}: saved")
        made = dict(state["origins"])
        if set(made.values()) != set(ways):
            raise SlicerFault(f"{name}: {made}, not {ways}")
        hand.takes_picture(name)
        say(f"{name}: Dice {dice(hand.plane(k, shape), lesion):.3f} in the slice, {made}")
        counts = [len(state["voxels"])]
        hand.slicer.hands("mousemove", *hand.places([np.argwhere(lesion).mean(axis=0)])[0])
        for _step in range(steps):
            hand.presses("z")
            counts.append(len(hand.state()["voxels"]))
        say(f"   undone step by step: slices {counts}")
        if counts[-1]:
            raise SlicerFault(f"{name}: undo left {counts}")
        # An outline rubbed out is kept only when the reader says so.
        hand.slicer.ask(
            "slicer.app.processEvents(); button = panel.pages['voi'].ui.emptyButton\n"
            "if button.visible: button.click()\nanswer = True"
        )

    # by hand
    begins("Draw")
    hand.clicks(corners(lesion, 4))
    hand.presses("Return")
    ends("by hand", {"drawn"}, 1)
    # a line across, corrected by strokes, carried on
    begins("Assisted outline")
    hand.drags(across(lesion))
    state = hand.waits_until(lambda now: now["proposed"] is not None, "a drag across")
    hand.takes_picture("across")
    found = state["proposed"][1]
    hand.slicer.hands("click", 4)
    state = hand.waits_until(lambda now: now["proposed"][2] == 1, "the wheel")
    if state["proposed"][1] <= found:
        raise SlicerFault("the wheel moved nothing")
    hand.presses("minus")
    hand.waits_until(lambda now: now["proposed"][2] == 0, "the key minus")
    edge = max(np.argwhere(lesion)[:, 1])
    row = round(np.argwhere(lesion[:, edge]).mean())
    hand.drags([(row, edge - 2), (row, edge + 1), (row, edge + 3)])
    marked = hand.waits_until(lambda now: now["proposed"][1] != found, "a stroke")["proposed"][1]
    hand.takes_picture("strokes")
    hand.drags([(row, edge + 5), (row, edge + 3), (row, edge + 1)])
    hand.waits_until(lambda now: now["proposed"][1] != marked, "a stroke from outside")
    hand.presses("BackSpace")
    hand.drags(around(lesion))
    hand.waits_until(lambda now: now["proposed"] is not None, "a drag around")
    hand.takes_picture("around")
    hand.presses("Return")
    taken = 1
    while hand.state()["proposed"] is not None and taken < 3:
        hand.takes_picture("carried on")
        hand.presses("Return")
        taken += 1
    hand.presses("BackSpace")
    hand.looks(k, lesion)
    ends("assisted", {"assisted"}, taken)
    # click by click, snapping
    begins("Assisted outline")
    hand.slicer.ask(
        "effect = editor.effectByName(NAME).self(); effect.snapCheck.checked = True; slicer.app.processEvents()"
    )
    hand.clicks(corners(lesion, 9))
    x, y = hand.places([corners(lesion, 9)[0]])[0]
    hand.slicer.hands("mousemove", x + 25, y + 10)
    hand.takes_picture("snapping")
    hand.presses("Return")
    hand.slicer.ask("effect.snapCheck.checked = False; slicer.app.processEvents()")
    ends("snapped", {"assisted"}, 1)
    # copied, and filled in between
    begins("Assisted outline")
    hand.drags(across(lesion))
    hand.waits_until(lambda now: now["proposed"] is not None, "a drag across")
    hand.presses("a")
    hand.presses("c")
    hand.waits_until(lambda now: len(now["voxels"]) == 2, "a copy")
    hand.presses("z")
    hand.slicer.ask(
        f"go_to_slice(slicer.mrmlScene, panel.session.case.grid, {k + 2}); slicer.app.processEvents()"
    )
    hand.drags(across(truth[k + 2]))
    hand.waits_until(lambda now: now["proposed"] is not None, "a drag across, two slices on")
    hand.presses("a")
    hand.presses("f")
    hand.waits_until(lambda now: len(now["voxels"]) == 3, "a gap filled")
    hand.presses("n")
    hand.takes_picture("filled in")
    state = hand.state()
    if state["slice"] != k + 1 or state["origins"][str(k + 1)] != "interpolated":
        raise SlicerFault(f"not at the slice that waits: {state}")
    hand.presses("n")
    hand.looks(k, lesion)
    ends("interpolated", {"assisted", "interpolated_confirmed"}, 3)


def small_region(hand, truth, say):
    """Draw the lesion, see the small region with the features, drag it away, and bring it back."""
    k = int(truth.sum(axis=(1, 2)).argmax())
    hand.looks(k, truth[k])
    hand.takes_up("Assisted outline")
    hand.drags(across(truth[k]))
    hand.waits_until(lambda now: now["proposed"] is not None, "a drag across")
    hand.presses("Return")
    hand.presses("Return")
    hand.waits_until(lambda now: len(now["voxels"]) >= 2, "two slices")
    hand.slicer.ask("panel.go_to('features'); slicer.app.processEvents()")
    time.sleep(2)
    region = """
slicer.app.processEvents()
measured = panel.session.case.measurement
region, said = measured.region, panel.pages["features"].ui.regionLabel.text
answer = [list(region.centre), region.mean, region.level, said, measured.row.get("small_region_moved")]
"""
    before = hand.slicer.ask(region)
    hand.slicer.ask(f"look({before[0][0]}, {before[0][1]}, {before[0][2]})")
    hand.takes_picture("small region")
    hand.drags([before[0][1:], np.add(before[0][1:], (1, 1)), np.add(before[0][1:], (2, 2))])
    time.sleep(1)
    moved = hand.slicer.ask(region)
    hand.takes_picture("small region moved")
    say(f"small region: {before}; dragged: {moved}")
    if moved[0] == before[0] or moved[4] != 1:
        raise SlicerFault("the small region was not moved")
    hand.slicer.ask("panel.pages['features'].ui.regionButton.click(); slicer.app.processEvents()")
    if hand.slicer.ask(region)[0] != before[0]:
        raise SlicerFault("the small region did not come back")
    hand.slicer.ask("panel.go_to('voi'); slicer.app.processEvents()")


def cycles(hand, truth, count, say):
    """Take the effect up and lay it down; what stays behind."""
    k = int(truth.sum(axis=(1, 2)).argmax())
    hand.looks(k, truth[k])
    kept = """
import gc
gc.collect()
slicer.app.processEvents()
def observers(thing):
    return str(thing).count("vtkObserver")
scene = slicer.mrmlScene
nodes = [scene.GetNthNode(n) for n in range(scene.GetNumberOfNodes())]
views = [slicer.app.layoutManager().sliceWidget(name).sliceView() for name in SLICES]
renderers = [one.renderWindow().GetRenderers().GetFirstRenderer() for one in views]
answer = {
    "nodes": len(nodes),
    "observers": sum(observers(node) for node in nodes) + sum(observers(one) for one in renderers),
    "props": sum(one.GetViewProps().GetNumberOfItems() for one in renderers),
    "objects": len(gc.get_objects()),
    "MiB": round(int(open("/proc/self/statm").read().split()[1]) * 4096 / 2**20),
}
"""
    seen = []
    for number in range(count + 1):
        hand.slicer.ask("editor.setActiveEffectByName(NAME); slicer.app.processEvents()")
        if number % 10 == 0:
            hand.drags(across(truth[k]))
        hand.slicer.ask("editor.setActiveEffect(None); slicer.app.processEvents()")
        if number in (20, count // 2, count):
            seen.append(hand.slicer.ask(kept))
            say(f"   after {number} times: {seen[-1]}")
    first, last = seen[0], seen[-1]
    for what in ("nodes", "observers", "props"):
        if first[what] != last[what]:
            raise SlicerFault(f"{what} stay behind: {seen}")


def kill_while_drawing(program, work, out, study, case, truth, count, say):
    """Kill Slicer at chance moments while slice after slice is taken; what the next session finds."""
    chance = random.Random(18)
    lost = []
    for number in range(count):
        hand = Reader(program, work, out)
        try:
            hand.enter(study)
            begun = hand.opens(case)
            k = int(truth.sum(axis=(1, 2)).argmax())
            hand.looks(k, truth[k])
            hand.takes_up("Assisted outline")
            hand.drags(across(truth[k]))
            hand.waits_until(lambda now: now["proposed"] is not None, "a drag across")
            taken = chance.randrange(1, 4)
            for _turn in range(taken - 1):
                hand.presses("Return")
            before = hand.state()["voxels"]
            hand.slicer.hands("key", "Return")
            time.sleep(chance.uniform(0.0, 0.6))
        finally:
            hand.slicer.kill()
            hand.slicer.end_screen()
        hand = Reader(program, work, out)
        try:
            hand.enter(study)
            found = hand.opens(case)
            missing = {k: n for k, n in before.items() if found["voxels"].get(k) != n}
            lost.append(len(missing))
            say(
                f"kill {number + 1}: {len(before)} slices before the last key, {len(found['voxels'])} found, "
                f"lost {missing}"
            )
            if on_disk(found) != found["voxels"] or len(missing) > 1:
                raise SlicerFault(f"lost: {missing}, {found}, begun {begun['voxels']}")
        finally:
            hand.slicer.close()
            faults = hand.slicer.faults()
            if faults:
                raise SlicerFault("\n\n".join(faults))
    say(f"{count} kills: {sum(lost)} slices lost, {max(lost)} at most")


LEGENDS = {
    "by hand": "by hand",
    "across": "a line across: the edge",
    "around": "a loose line around: the edge",
    "strokes": "a stroke at the right adds a part",
    "carried on": "Enter: the next slice",
    "snapping": "click by click, snapping",
    "filled in": "filled in, to be confirmed",
    "small region": "small region on the ADC",
}


def sheet(work, out):
    """All ways on one picture."""
    from PIL import Image, ImageDraw, ImageFont

    columns = 4
    rows = -(-len(LEGENDS) // columns)
    picture = Image.new("RGB", (columns * (TILE[0] + 6) - 6, rows * (TILE[1] + 28) - 6), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(15)
    for number, (name, legend) in enumerate(LEGENDS.items()):
        x, y = (number % columns) * (TILE[0] + 6), (number // columns) * (TILE[1] + 28)
        picture.paste(Image.open(work / f"tile-{name}.png"), (x, y + 22))
        pen.text((x + 2, y + 2), legend, fill="black", font=font)
    picture.quantize(256, kmeans=2).save(out / "slicer-drawing.png", optimize=True)
    window = Image.open(work / "window-strokes.png")
    window.resize((window.width * 3 // 4, window.height * 3 // 4), Image.Resampling.LANCZOS).quantize(
        128
    ).save(out / "slicer-assisted.png", optimize=True)


def main():
    """Draw, take pictures, look through the log."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slicer", help="path of the Slicer to draw in")
    parser.add_argument("--out", type=Path, default=IMAGES)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--only", default="ways region cycles kills")
    parser.add_argument("--work", type=Path, help="keep what is made here")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="her2lowmri-draw-"))
    work.mkdir(parents=True, exist_ok=True)
    case = cases.draw_case(1)
    phantom = anatomy.build(case)
    dwi_series.write_series(case, phantom, work / "images" / case.name)
    truth = phantom.voi

    def say(text):
        print(text, flush=True)

    hand = Reader(options.slicer, work, options.out)
    study = work / "study"
    try:
        hand.set_up(study, work / "images")
        hand.enter(study)
        hand.opens(case.name)
        if "ways" in options.only:
            every_way(hand, truth, say)
        if "region" in options.only:
            small_region(hand, truth, say)
        if "cycles" in options.only:
            cycles(hand, truth, options.cycles, say)
    except SlicerFault:
        hand.slicer.hands("sleep", 0.1)
        hand.slicer.ask(f"slicer.util.mainWindow().grab().save({str(work / 'fault.png')!r})")
        raise
    finally:
        hand.slicer.close()
        faults = hand.slicer.faults()
        say("".join(f"{fault}\n\n" for fault in faults))
    if "ways" in options.only and "region" in options.only:
        sheet(work, options.out)
    if "kills" in options.only:
        kill_while_drawing(options.slicer, work, options.out, study, case.name, truth, options.kills, say)
    if options.work is None:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
