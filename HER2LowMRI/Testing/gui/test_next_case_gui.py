"""The next case is ready before it is asked for, and is the same as one that was not."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import slicer
from HER2LowMRILib.mrml.reading_layout import SLICES
from HER2LowMRILib.mrml.volumes import nodes_of_case


@pytest.fixture
def ahead(monkeypatch, session):
    """The panel looks often whether the next case can be prepared."""
    monkeypatch.setattr("HER2LowMRILib.gui.panel.AHEAD_MS", 50)


def contents(case):
    def of(node):
        shown = node.GetDisplayNode()
        window = (shown.GetWindow(), shown.GetLevel()) if hasattr(shown, "GetWindow") else None
        return node.GetName(), window, slicer.util.arrayFromVolume(node).copy()

    return {role: of(node) for role, node in case.nodes.items()}


def waits_for_next(person):
    session = person.panel.session
    person.session.wait(
        lambda: any(case is not None and session.prepared.is_ready(case) for case in session._ahead.values()),
        300,
    )


def test_a_prepared_case_is_the_same_as_one_that_was_not(ahead, person, study, monkeypatch):
    person.enters("r1")
    ids = [item.case_id for item in person.panel.session.view.work_list]
    person.panel.open_case(ids[1])
    unprepared, row = contents(person.panel.session.case), person.panel.session.case.maps.provenance
    person.panel.open_case(ids[0])
    waits_for_next(person)
    # From here on the images are not read any more.
    monkeypatch.setattr("HER2LowMRILib.session.reading_session.maps_of_case", None)
    person.panel.open_case(ids[1])
    case = person.panel.session.case
    assert case.name == ids[1]
    assert case.maps.provenance == row
    prepared = contents(case)
    assert list(prepared) == list(unprepared)
    for role, (name, window, values) in unprepared.items():
        assert prepared[role][:2] == (name, window)
        np.testing.assert_array_equal(prepared[role][2], values)
    person.draws()
    assert case.measurement is not None


def test_a_case_whose_images_changed_since_is_refused_as_ever(ahead, person, study, image_tree, tmp_path):
    person.enters("r1")
    session = person.panel.session
    ids = [item.case_id for item in session.view.work_list]
    person.panel.open_case(ids[0])
    waits_for_next(person)
    kept = tmp_path / "kept"
    shutil.copytree(image_tree[0] / ids[1], kept)
    try:
        file = sorted((image_tree[0] / ids[1]).rglob("*.dcm"))[0]
        file.write_bytes(file.read_bytes()[:-2] + b"\0\1")
        person.panel.open_case(ids[1])
        assert session.case is None
        assert "not those that were added" in person.panel.ui.messageLabel.text
    finally:
        shutil.rmtree(image_tree[0] / ids[1])
        shutil.copytree(kept, image_tree[0] / ids[1])


def test_nothing_that_was_prepared_outlives_the_study_or_slicer(ahead, person, study):
    cache = Path(slicer.app.cachePath) / "HER2LowMRI-prepared"
    person.enters("r1")
    person.opens_next_case()
    waits_for_next(person)
    assert list(cache.rglob("*.case"))
    slicer.app.emit("aboutToQuit()")
    assert not list(cache.rglob("*"))
    assert not person.panel.session.prepared.is_working


def test_the_coordinator_prepares_nothing(ahead, person, study):
    person.enters("coordinator")
    person.panel.session.prepare_ahead()
    assert not person.panel.session.prepared.is_working


def test_the_volumes_of_a_case_are_used_again_for_the_next(person, study):
    person.enters("r1")
    ids = [item.case_id for item in person.panel.session.view.work_list]
    person.panel.open_case(ids[0])
    case = person.panel.session.case
    nodes = dict(case.nodes)
    first = contents(case)
    # What a reader, or another module, did to an image stays with that case.
    case.nodes["dwi 800"].GetDisplayNode().SetApplyThreshold(True)
    case.nodes["adc"].GetDisplayNode().SetWindowLevelMinMax(0.1, 0.2)
    case.nodes["adc"].SetAttribute("somebody.said", "large")
    moved = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    case.nodes["d_app"].SetAndObserveTransformNodeID(moved.GetID())
    storage = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLVolumeArchetypeStorageNode")
    storage.SetFileName("/of-the-first-case.nrrd")
    case.nodes["k_app"].SetAndObserveStorageNodeID(storage.GetID())
    person.draws()
    person.panel.open_case(ids[1])
    case = person.panel.session.case
    assert {role: node.GetID() for role, node in case.nodes.items()} == {
        role: node.GetID() for role, node in nodes.items()
    }
    assert all(ids[1] in node.GetName() for node in case.nodes.values())
    assert case.nodes["dwi 800"].GetDisplayNode().GetApplyThreshold() == 0
    assert case.nodes["adc"].GetAttribute("somebody.said") is None
    assert case.nodes["d_app"].GetParentTransformNode() is None
    assert case.nodes["k_app"].GetStorageNode() is None
    assert case.masks() == {}
    second = contents(case)
    assert second["adc"][1] == first["adc"][1]
    assert not np.array_equal(second["adc"][2], first["adc"][2])
    slicer.mrmlScene.RemoveNode(moved)
    # And back: the same numbers as before.
    person.panel.open_case(ids[0])
    again = contents(person.panel.session.case)
    for role, (name, window, values) in first.items():
        assert again[role][:2] == (name, window)
        np.testing.assert_array_equal(again[role][2], values)


def test_going_through_cases_leaves_no_node_behind(person, study):
    person.enters("r1")
    ids = [item.case_id for item in person.panel.session.view.work_list]
    counts = []
    for _round in range(4):
        for case_id in ids[:2]:
            person.panel.open_case(case_id)
            if not _round:
                # Only once: the helper of slicer.util that stands for a stroke leaves a node behind itself.
                person.draws()
            person.session.settle()
        counts.append(slicer.mrmlScene.GetNumberOfNodes())
    assert len(set(counts[1:])) == 1, counts


def test_nothing_of_the_case_before_is_left_where_the_next_one_fails(person, study, image_tree, tmp_path):
    person.enters("r1")
    session = person.panel.session
    ids = [item.case_id for item in session.view.work_list]
    person.panel.open_case(ids[0])
    away = tmp_path / "away"
    shutil.move(image_tree[0] / ids[1], away)
    try:
        person.panel.open_case(ids[1])
    finally:
        shutil.move(away, image_tree[0] / ids[1])
    assert session.case is None
    assert not [
        node
        for node in slicer.util.getNodesByClass("vtkMRMLVolumeNode")
        if node.GetAttribute("HER2LowMRI.role")
    ]


def test_a_prepared_case_that_is_refused_leaves_empty_views_and_shows_what_was_hidden_for_the_case(
    ahead, person, study
):
    session = person.panel.session
    person.enters("adjudicator")
    signed, refused, *_others = [item.case_id for item in session.view.work_list]
    for role in ("r1", "r2"):
        person.enters(role)
        person.panel.open_case(signed)
        person.reads_case()
    person.enters("adjudicator")
    person.panel.open_case(signed)
    # The next of the list gets ready, although its readers have not signed it off.
    waits_for_next(person)
    assert session.is_prepared(refused)
    other = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "other")
    other.CreateDefaultDisplayNodes()
    # Slicer says that a display changed when something is to be drawn.
    other.GetSegmentation().AddEmptySegment("s")
    person.session.settle()
    assert not other.GetDisplayNode().GetVisibility()
    person.panel.open_case(refused)
    person.session.settle()
    assert session.case is None and person.panel.ui.messageLabel.text
    assert other.GetDisplayNode().GetVisibility()
    for name in SLICES:
        widget = slicer.app.layoutManager().sliceWidget(name)
        assert widget.mrmlSliceCompositeNode().GetBackgroundVolumeID() is None
        assert not widget.mrmlSliceNode().GetLayoutLabel().startswith(("ADC", "D_app", "K_app"))
        assert widget.sliceView().cornerAnnotation().GetText(4) in (None, "")
    assert not nodes_of_case(slicer.mrmlScene)
