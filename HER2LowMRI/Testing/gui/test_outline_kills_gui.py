"""Killed at any moment while slice after slice is outlined: at most the slice in hand is lost."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.images.voi_files import read_segmentation
from HER2LowMRILib.study.study_folder import open_study

TESTING = Path(__file__).resolve().parents[1]

# Whoever draws takes each slice with another size, and tells of it as soon as it is taken: before anything is saved.
DRAW_FOR_EVER = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from slicer_session.panel import Session
from slicer_session.outline_hand import Hand, largest
from slicer_session.person import Person
from slicer_session.small_images import write_small_series
import numpy as np
truth = np.load({truth!r})
session = Session()
panel = session.open().panel
panel.enter_study(Path({study!r}), "r1")
panel.open_case("CASE-001")
hand = Hand(Person(session, panel, {{}})).takes_up()
middle = largest(truth)
slices = [k for k in range(middle - 1, middle + 2)]
turn = 0
while True:
    turn += 1
    k = slices[turn % len(slices)]
    hand.effect.drawing.go_to(k)
    hand.drags_around(truth[k])
    if hand.proposal is None:
        continue
    hand.effect.move(turn % 5)
    taken = int(hand.proposal.mask.sum())
    print("takes", k, taken, flush=True)
    hand.effect.take()
    print("took", k, taken, flush=True)
    if turn % 7 == 0:
        hand.editor.undo()
        print("undone", k, -1, flush=True)
"""


def kill_while_drawing(folder, truth, tmp_path, count, seed):
    np.save(tmp_path / "truth.npy", truth)
    script = tmp_path / "draw.py"
    paths = [str(TESTING), str(TESTING.parent)]
    script.write_text(
        DRAW_FOR_EVER.format(paths=paths, study=str(folder), truth=str(tmp_path / "truth.npy")),
        encoding="utf-8",
    )
    slices_found = []
    for moment in np.random.default_rng(seed).uniform(0.0, 1.5, count):
        process = subprocess.Popen(
            [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        lines = [process.stdout.readline()]
        end = time.monotonic() + moment
        while time.monotonic() < end:
            lines.append(process.stdout.readline())
        process.kill()
        lines += process.stdout.readlines()
        process.wait()
        told = [line.split() for line in lines if line.endswith("\n")]
        assert told, "the drawing did not start"
        # The slice that was taken last is in hand until the next is taken; so is what an undo brought back.
        kept, in_hand = {}, told[-1][1]
        for what, k, voxels in told:
            if what == "took":
                kept[k], in_hand = int(voxels), k
            elif what == "undone":
                kept.pop(k, None)
        kept.pop(in_hand, None)
        # Of the one that was being taken it may be either.
        was_taken = kept.pop(told[-1][1], None) if told[-1][0] == "takes" else None
        with open_study(folder).reader("r1", take_over=True) as view:
            reading = view.open_case("CASE-001")
            found = (
                read_segmentation(reading.voi_path).masks["lesion"]
                if reading.voi_path is not None
                else np.zeros_like(truth)
            )
            lost = {k: (n, int(found[int(k)].sum())) for k, n in kept.items() if found[int(k)].sum() != n}
            assert not lost, (lost, told[-6:])
            if was_taken is not None:
                assert found[int(told[-1][1])].sum() in (was_taken, int(told[-1][2])), told[-6:]
            # How each slice came about is saved with it.
            drawn = set(np.flatnonzero(found.any(axis=(1, 2))).tolist())
            assert set(reading.voi_origins or {}) >= drawn - {int(in_hand)}
            slices_found.append(len(drawn))
    return slices_found


@pytest.fixture
def assisted(person, image_tree, tmp_path):
    """Folder of a study that allows the effect, and where its first lesion is."""
    ui = person.page("study")
    ui.newSection.collapsed = False
    person.session.settle()
    person.clicks(ui.assistedCheck)
    folder = person.sets_up_study(tmp_path / "study", image_tree[0])
    phantom = person.truth["CASE-001"]
    person.session.close()
    return folder, phantom.lesion & ~phantom.exclusions["necrosis"]


def test_killed_while_drawing_at_most_the_slice_in_hand_is_lost(assisted, tmp_path):
    assert max(kill_while_drawing(*assisted, tmp_path, 3, 1)) > 1


@pytest.mark.full
def test_a_hundred_kills_while_drawing_lose_at_most_the_slice_in_hand_each(assisted, tmp_path):
    assert max(kill_while_drawing(*assisted, tmp_path, 100, 2)) > 1
