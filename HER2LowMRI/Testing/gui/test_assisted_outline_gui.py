"""The outline effect in the Segment Editor: mouse and keys on real MRML, with the effect's own Python."""

import csv

import numpy as np
import pytest
import slicer
import vtk
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.slice_origin import ASSISTED, CONFIRMED, DRAWN, INTERPOLATED
from HER2LowMRILib.gui.outline_effect import NAME
from HER2LowMRILib.mrml.outline_edges import ORANGE, WHITE
from HER2LowMRILib.mrml.reading_layout import slice_shown
from HER2LowMRILib.study.readings import CaseReading
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.workflow.export_cohort import export_cohort
from slicer_session.outline_hand import MOVE, PRESS, Hand, largest
from slicer_session.person import Answer


@pytest.fixture
def hand(person, image_tree, tmp_path):
    ui = person.page("study")
    ui.newSection.collapsed = False
    person.session.settle()
    person.clicks(ui.assistedCheck)
    person.clicks(ui.interpolatedCheck)
    person.sets_up_study(tmp_path / "study", image_tree[0])
    person.enters("r1")
    person.opens_next_case()
    return Hand(person).takes_up()


def truth_of(hand):
    phantom = hand.person.truth[hand.case.name]
    return phantom.lesion & ~phantom.exclusions["necrosis"]


def test_a_drag_around_the_lesion_proposes_its_edge_and_enter_takes_it_and_goes_on(hand):
    truth = truth_of(hand)
    k = largest(truth)
    hand.effect.drawing.go_to(k)
    hand.drags_around(truth[k])
    assert hand.proposal.k == k, hand.effect.label.text
    found = hand.proposal.mask
    assert 2 * (found & truth[k]).sum() / (found.sum() + truth[k].sum()) > 0.9
    # Nothing is drawn before it is taken.
    assert not hand.case.masks()
    before = found.sum()
    assert hand.sends(vtk.vtkCommand.MouseWheelForwardEvent, (5, 5))
    assert hand.proposal.mask.sum() > before
    hand.presses("minus")
    assert np.array_equal(hand.proposal.mask, found)
    assert hand.presses("Return")
    assert np.array_equal(hand.case.masks()["lesion"][k], found)
    assert slice_shown(hand.case.scene, hand.case.grid) == k + 1
    mask, origins = hand.saved()
    assert mask.sum() == found.sum()
    assert origins == {k: ASSISTED}


def test_backspace_leaves_the_edge_and_the_wheel_scrolls_again(hand):
    truth = truth_of(hand)
    k = largest(truth)
    hand.effect.drawing.go_to(k)
    hand.drags_around(truth[k])
    hand.presses("BackSpace")
    assert hand.proposal is None
    assert not hand.case.masks()
    assert not hand.sends(vtk.vtkCommand.MouseWheelForwardEvent, (5, 5))
    assert not hand.presses("Escape")


def ends_of(mask):
    """Both ends of the longest line along a row of a mask that stays in it."""
    runs = [(np.flatnonzero(row), j) for j, row in enumerate(mask)]
    columns, j = max(
        (run for run in runs if run[0].size and np.ptp(run[0]) + 1 == run[0].size),
        key=lambda run: run[0].size,
    )
    return (j, columns[0]), (j, columns[-1])


def test_a_drag_across_the_lesion_proposes_its_edge(hand):
    truth = truth_of(hand)
    k = largest(truth)
    hand.effect.drawing.go_to(k)
    hand.drags(*ends_of(truth[k]))
    assert hand.proposal is not None, hand.effect.label.text
    found = hand.proposal.mask
    assert 2 * (found & truth[k]).sum() / (found.sum() + truth[k].sum()) > 0.85
    hand.presses("a")
    assert hand.saved()[1] == {k: ASSISTED}


def test_strokes_from_inside_add_from_outside_take_away_and_ctrl_takes_away_anywhere(hand):
    truth = truth_of(hand)
    k = largest(truth)
    hand.effect.drawing.go_to(k)
    hand.drags_around(truth[k])
    before = hand.proposal.mask
    j, right = ends_of(before)[1]
    hand.drags((j, right - 2), (j, right + 3))
    added = hand.proposal.mask
    assert added[j, right + 1 : right + 4].all()
    hand.drags((j, right + 6), (j, right + 1))
    assert not hand.proposal.mask[j, right + 1 : right + 7].any()
    hand.drags((j, right - 1), (j, right), ctrl=1)
    assert not hand.proposal.mask[j, right - 1 : right + 1].any()
    assert not hand.case.masks()
    taken = hand.proposal.mask
    hand.presses("a")
    assert np.array_equal(hand.case.masks()["lesion"][k], taken)
    # What was marked belongs to that look: the next begins anew.
    hand.drags_around(truth[k])
    assert np.array_equal(hand.proposal.mask, before)


def test_an_edge_that_is_not_sure_is_offered_once_the_reader_marked_the_lesion(hand):
    truth = truth_of(hand)
    k = largest(truth)
    j, left = ends_of(truth[k])[0]
    right = ends_of(truth[k])[1][1]
    hand.effect.drawing.go_to(k)
    # Half of the lesion only: it goes on beyond the line.
    half = truth[k].copy()
    half[:, (left + right) // 2 :] = False
    hand.drags_around(half, reach=-0.5)
    assert hand.proposal is None
    assert "mark" in hand.effect.label.text
    hand.drags((j, left + 1), (j, right))
    hand.drags((j, right + 4), (j, right + 9), ctrl=1)
    assert hand.proposal is not None, hand.effect.label.text
    assert hand.proposal.mask[j, left + 1 : right + 1].all()


def test_wheel_with_ctrl_stays_slicers_and_a_click_alone_proposes_nothing(hand):
    truth = truth_of(hand)
    k = largest(truth)
    hand.effect.drawing.go_to(k)
    j, left = ends_of(truth[k])[0]
    hand.drags((j, left + 3), (j, left + 3))
    assert hand.proposal is None
    hand.drags_around(truth[k])
    hand.mouse.SetControlKey(1)
    assert not hand.sends(vtk.vtkCommand.MouseWheelForwardEvent, (j, left))
    hand.mouse.SetControlKey(0)


def edge_colours(hand):
    """Colours of the edges around outlines in the first view, when it is drawn."""
    hand.person.session.settle()
    renderer = hand.widget.sliceView().renderWindow().GetRenderers().GetFirstRenderer()
    renderer.InvokeEvent(vtk.vtkCommand.StartEvent)
    props = renderer.GetViewProps()
    found = [props.GetItemAsObject(n).GetProperty() for n in range(props.GetNumberOfItems())]
    return {drawn.GetColor() for drawn in found if drawn.GetLineWidth() > 3}


def test_slices_are_filled_in_confirmed_one_by_one_and_signing_asks_for_the_rest(hand, tmp_path):
    truth = truth_of(hand)
    slices = np.flatnonzero(truth.any(axis=(1, 2)))
    first, last = int(slices[0]), int(slices[-1])
    hand.person.draws("lesion", truth, slices=(first, last))
    hand.presses("f")
    _mask, origins = hand.saved()
    between = list(range(first + 1, last))
    assert origins == {first: DRAWN, last: DRAWN} | dict.fromkeys(between, INTERPOLATED)
    hand.effect.drawing.go_to(first)
    label = hand.person.page("voi").sliceLabel
    assert f"{len(between)} to be looked at" in label.text
    assert WHITE in edge_colours(hand) and ORANGE not in edge_colours(hand)
    for k in between:
        hand.presses("n")
        assert slice_shown(hand.case.scene, hand.case.grid) == k
        # A slice that nobody looked at has another edge, and so many are told.
        assert ORANGE in edge_colours(hand) and WHITE not in edge_colours(hand)
    assert "1 to be looked at" in label.text
    hand.effect.drawing.go_to(between[0])
    assert WHITE in edge_colours(hand) and ORANGE not in edge_colours(hand)
    hand.effect.drawing.go_to(between[-1])
    _mask, origins = hand.saved()
    assert [origins[k] for k in between] == [CONFIRMED] * (len(between) - 1) + [INTERPOLATED]
    hand.panel.go_to("descriptors")
    hand.person.answers()
    hand.panel.go_to("sign_off")
    reading = hand.panel.session.reading
    with Answer("No") as asked:
        hand.panel.pages["sign_off"].sign_off()
    assert "1 interpolated slices were not looked at" in asked[0]
    assert reading.is_open
    assert hand.panel.page.NAME == "voi"
    with Answer("Yes"):
        hand.panel.go_to("sign_off")
        hand.panel.pages["sign_off"].sign_off()
    assert reading.signed[-1].voi_origins == origins
    # The export says it slice by slice, and in the row of the reading.
    name = reading.case_id
    hand.panel.session.leave()
    export_cohort(open_study(tmp_path / "study"), tmp_path / "out")
    with (tmp_path / "out" / "voi_slices.csv").open(encoding="utf-8-sig", newline="") as table:
        told = {int(row["slice"]) - 1: row for row in csv.DictReader(table) if row["origin"]}
    assert {k: row["origin"] for k, row in told.items()} == origins
    assert {row["case_id"] for row in told.values()} == {name}
    assert all(float(row["seconds"]) >= 0 for row in told.values() if row["seconds"])
    with (tmp_path / "out" / "readings.csv").open(encoding="utf-8-sig", newline="") as table:
        (row,) = csv.DictReader(table)
    counts = [row[f"voi_slices_{way}"] for way in ("drawn", "assisted", "interpolated", "unconfirmed")]
    assert counts == ["2", "0", str(len(between)), "1"]
    assert float(row["voi_seconds"]) >= 0


def test_undo_steps_back_slice_by_slice_and_each_keeps_how_it_was_made(hand):
    truth = truth_of(hand)
    k = largest(truth)
    hand.effect.drawing.go_to(k)
    hand.drags_around(truth[k])
    hand.presses("Return")
    assert hand.presses("c") or True
    hand.effect.drawing.go_to(k)
    hand.presses("c")
    assert hand.saved()[1] == {k: ASSISTED, k + 1: INTERPOLATED}
    hand.editor.undo()
    hand.person.session.settle()
    assert hand.saved()[1] == {k: ASSISTED}
    hand.editor.redo()
    hand.person.session.settle()
    assert hand.saved()[1] == {k: ASSISTED, k + 1: INTERPOLATED}


def test_a_line_that_snaps_goes_around_the_lesion_and_counts_as_assisted(hand):
    truth = truth_of(hand)
    whole = hand.person.truth[hand.case.name].lesion
    k = largest(truth)
    hand.effect.drawing.go_to(k)
    hand.effect.snapCheck.click()
    rows, columns = np.nonzero(whole[k])
    row, column = round(rows.mean()), round(columns.mean())
    corners = [
        (rows[columns == column].min() - 0.5, column),
        (row, columns[rows == row].max() + 0.5),
        (rows[columns == column].max() + 0.5, column),
        (row, columns[rows == row].min() - 0.5),
    ]
    for corner in corners:
        hand.sends(PRESS, corner)
        hand.sends(MOVE, (corner[0] + 1, corner[1] + 1))
    hand.presses("Return")
    drawn = hand.case.masks()["lesion"][k]
    assert 2 * (drawn & whole[k]).sum() / (drawn.sum() + whole[k].sum()) > 0.85
    assert hand.saved()[1] == {k: ASSISTED}


def test_two_hundred_times_taking_it_up_and_laying_it_down_leaves_nothing_behind(hand):
    truth = truth_of(hand)
    k = largest(truth)
    hand.effect.drawing.go_to(k)
    nodes = slicer.mrmlScene.GetNumberOfNodes()
    adaptor = hand.editor.effectByName(NAME)
    for turn in range(200):
        hand.editor.setActiveEffectByName(NAME)
        if turn % 20 == 0:
            hand.drags_around(truth[k])
        else:
            hand.sends(MOVE, (3, 3))
        hand.editor.setActiveEffect(None)
        assert adaptor.actors == []
        assert hand.effect.lines == {}
    assert slicer.mrmlScene.GetNumberOfNodes() == nodes
    assert not hand.case.masks()


def test_its_icon_is_made_once_and_what_was_said_goes_with_the_tool(hand):
    icons = {id(hand.effect.icon()) for _turn in range(20)}
    assert len(icons) == 1
    assert not hand.effect.icon().isNull()
    assert hand.panel.ui.messageFrame.visible
    hand.editor.setActiveEffect(None)
    assert not hand.panel.ui.messageFrame.visible


def test_a_protocol_of_drawing_by_hand_offers_no_help(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.panel.go_to("voi")
    offered = person.panel.pages["voi"].editor.effectNameOrder()
    assert NAME not in offered
    assert "Fill between slices" not in offered
    hand = Hand(person).takes_up()
    hand.drags_around(truth_of(hand)[largest(truth_of(hand))])
    assert hand.proposal is None
    hand.presses("f")
    hand.presses("c")
    assert not hand.case.masks()


def test_the_small_region_is_shown_with_the_features_and_goes_where_the_reader_puts_it(hand):
    person, session = hand.person, hand.panel.session
    truth = hand.person.truth[hand.case.name].lesion
    person.draws("lesion", truth)
    marks = "vtkMRMLMarkupsFiducialNode"
    assert slicer.mrmlScene.GetNumberOfNodesByClass(marks) == 0
    hand.panel.go_to("features")
    person.session.settle()
    ui = person.page("features")
    region = hand.case.measurement.region
    assert f"ADC {region.mean:.2f}"[:7] in ui.regionLabel.text, ui.regionLabel.text
    assert not ui.regionButton.visible
    mark = slicer.mrmlScene.GetFirstNodeByClass(marks)
    place = [0.0, 0.0, 0.0]
    mark.GetNthControlPointPositionWorld(0, place)
    moved = (place[0] + 2 * hand.case.grid.spacing_mm[0], place[1], place[2])
    mark.SetNthControlPointPositionWorld(0, *moved)
    mark.InvokeEvent(mark.PointEndInteractionEvent)
    person.session.settle()
    assert session.reading.marks["small_region"] == pytest.approx((-moved[0], -moved[1], moved[2]))
    assert hand.case.measurement.row["small_region_moved"] == 1
    assert hand.case.measurement.region.centre != region.centre
    person.clicks(ui.regionButton)
    assert "small_region" not in session.reading.marks
    assert hand.case.measurement.region == region
    hand.panel.go_to("voi")
    person.session.settle()
    assert slicer.mrmlScene.GetNumberOfNodesByClass(marks) == 0


def test_an_outline_that_is_gone_back_to_keeps_how_its_slices_were_made(hand):
    """In another sitting nobody has seen its slices: they are not taken for drawn by hand."""
    session, lesion = hand.person.panel.session, truth_of(hand)
    k, case_id = largest(lesion), hand.case.name
    one = np.zeros_like(lesion)
    one[k] = lesion[k]
    session.origins.will_be(k, one[k], "assisted")
    hand.person.draws(mask=one)
    _saved, origins = hand.saved()
    assert origins == {k: "assisted"}
    hand.person.draws(mask=np.roll(one, 1, axis=0))
    assert hand.saved()[1] == {k + 1: "drawn"}
    hand.person.enters("r1")
    hand.person.panel.open_case(case_id)
    first = session.earlier_outlines()[-1]
    session.go_back_to(first)
    hand.person.panel.voi_autosave.settle()
    assert session.reading.voi_origins == {k: "assisted"}


def test_an_outline_that_could_not_be_saved_keeps_how_its_slices_were_made(hand, monkeypatch):
    session, lesion = hand.person.panel.session, truth_of(hand)
    k, case_id = largest(lesion), hand.case.name
    one = np.zeros_like(lesion)
    one[k - 1] = lesion[k]
    hand.person.draws(mask=one)
    assert hand.saved()[1] == {k - 1: "drawn"}

    def away(*_arguments, **_named):
        raise StudyError("the share is away")

    session.origins.will_be(k, lesion[k], "assisted")
    one[k] = lesion[k]
    with monkeypatch.context() as patch:
        patch.setattr(CaseReading, "save_voi", away)
        hand.person.draws(mask=one)
        hand.person.panel.voi_autosave.settle()
        slicer.mrmlScene.Clear(0)
    hand.person.panel.open_case(case_id)
    hand.person.panel.voi_autosave.settle()
    assert session.reading.voi_origins == {k - 1: "drawn", k: "assisted"}
