"""A scene that holds a case, loaded where nobody can go on with it: said in words, and under no title of a case."""

import pytest
import slicer
from HER2LowMRILib.mrml.reading_layout import SLICES, slice_node


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
