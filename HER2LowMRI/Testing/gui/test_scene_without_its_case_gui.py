"""A scene that holds a case, loaded where nobody can go on with it: said in words, and under no title of a case."""

from collections import Counter

import numpy as np
import pytest
import slicer
from HER2LowMRILib.mrml.reading_layout import SLICES, slice_node
from HER2LowMRILib.mrml.volumes import COVER, ROLE, add_cover, add_volume, array_of, nodes_of_case


@pytest.fixture
def scene(person, study, tmp_path):
    """A scene saved in the middle of a reader's case, which is closed."""
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    file = tmp_path / "scene.mrb"
    slicer.util.saveScene(str(file))
    person.panel.session.close_case()
    return str(file)


def titles():
    views = [slice_node(slicer.mrmlScene, name) for name in SLICES]
    return [view.GetLayoutLabel() for view in views if view is not None]


def loads(person, scene):
    slicer.util.loadScene(scene)
    person.session.wait_for_scene()


def test_a_coordinator_who_loads_the_scene_of_a_case_is_told_who_goes_on_with_it(person, scene):
    person.enters("coordinator")
    loads(person, scene)
    assert person.panel.session.role == "coordinator" and person.panel.session.case is None
    assert "needed a reader or the adjudicator at work" in person.panel.ui.messageLabel.text
    assert not any(title.startswith(("ADC", "D_app", "K_app")) for title in titles())


def test_a_case_that_the_study_no_longer_has_is_shown_under_no_title(person, scene, study):
    person.enters("r1")
    case_id = person.panel.session.view.work_list[0].case_id
    person.enters("coordinator")
    for item in person.panel.session.view.cases:
        person.panel.session.view.exclude(item.case_id, "other disease")
    person.enters("r1")
    loads(person, scene)
    assert person.panel.session.case is None and case_id
    assert person.panel.ui.messageLabel.text
    assert not any(title.startswith(("ADC", "D_app", "K_app")) for title in titles())


def test_a_scene_that_was_saved_with_images_of_two_cases_gives_a_case_its_own(person, study, tmp_path):
    # As saved where somebody had loaded scenes of two cases, or that of one twice.
    person.enters("r1")
    person.opens_next_case()
    case = person.panel.session.case
    name, grid, values = case.name, case.grid, array_of(case.nodes["adc"]).copy()
    air = np.zeros(grid.shape, bool)
    for owner in (name, f"{name}1"):
        add_volume(slicer.mrmlScene, values * 2, grid, f"{owner} ADC", "adc")
        add_volume(slicer.mrmlScene, values * 2, grid, f"{owner} T2", "t2")
        add_cover(slicer.mrmlScene, air, grid, f"{owner} {COVER}")
    slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    person.session.close_scene()
    loads(person, str(tmp_path / "scene.mrb"))
    case = person.panel.session.case
    assert case is not None and case.name == name
    volumes = [node for node in nodes_of_case(slicer.mrmlScene) if node.IsA("vtkMRMLVolumeNode")]
    assert all(node.GetName().startswith(f"{name} ") for node in volumes)
    assert set(Counter(node.GetAttribute(ROLE) for node in volumes).values()) == {1}
    np.testing.assert_array_equal(array_of(case.nodes["adc"]), values)
    person.panel.session.close_case()
    assert not nodes_of_case(slicer.mrmlScene)
