"""A scene that holds a case, loaded where nobody can go on with it: said in words, and under no title of a case."""

from collections import Counter

import numpy as np
import pytest
import slicer
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.mrml.reading_layout import SLICES, slice_node
from HER2LowMRILib.mrml.voi_segmentation import SIDE_COLOURS, SIDES
from HER2LowMRILib.mrml.volumes import COVER, ROLE, add_cover, add_volume, array_of, nodes_of_case
from HER2LowMRILib.study.study_folder import open_study
from slicer_session import widgets


@pytest.fixture
def scene(person, study, tmp_path):
    """A scene saved in the middle of a reader's case, which is closed."""
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    file = tmp_path / "scene.mrb"
    slicer.util.saveScene(str(file))
    person.case_of_scene = person.case_id
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


def sign(study, reader, case_id, masks, grid):
    """At another computer, of a case that this reader would leave out."""
    with open_study(study).reader(reader) as view:
        case = view.open_case(case_id)
        case.save_voi(masks, grid)
        case.propose_exclusion("motion")
        case.sign_off()


@pytest.mark.parametrize("other", ["lesion", "cyst"])
def test_the_desk_opens_a_case_in_which_a_reader_marked_a_cyst_and_no_lesion(person, study, other):
    person.enters("r1")
    person.opens_next_case()
    case_id, grid = person.case_id, person.panel.session.case.grid
    mask = person.truth[case_id].lesion
    person.enters("adjudicator")
    sign(study, "r1", case_id, {"cyst": mask}, grid)
    sign(study, "r2", case_id, {other: mask}, grid)
    person.panel.open_case(case_id)
    session = person.panel.session
    assert session.reading.case_id == case_id and session.case.has_maps()
    shown = session.case.masks()
    assert list(shown) == [f"side {side}" for side in session.reading.voi_paths]
    assert len(shown) == (1 if other == "lesion" else 0)
    # What another module draws into the segment of a side is put back.
    empty = next(side for side in SIDES if side not in shown)
    drawn = np.zeros_like(mask)
    drawn[2, 3:6, 3:6] = True
    widgets.paint(session.case.voi, empty, drawn, session.case.nodes["adc"])
    person.session.settle()
    person.panel.voi_autosave.settle()
    assert list(session.case.masks()) == list(shown)
    for side, one in shown.items():
        np.testing.assert_array_equal(one, mask)
        segment = session.case.voi.GetSegmentation().GetSegment(side)
        assert segment.GetColor() == SIDE_COLOURS["AB".index(side[-1])]


def test_a_scene_whose_case_cannot_be_continued_leaves_none_half_open(person, study, scene):
    person.enters("adjudicator")
    case_id = person.case_of_scene
    far = ImageGrid((4, 4, 4), (3.0, 3.0, 3.0), (500.0, 500.0, 500.0))
    for reader in ("r1", "r2"):
        sign(study, reader, case_id, {"lesion": np.ones(far.shape, bool)}, far)
    loads(person, scene)
    session = person.panel.session
    assert session.case is None and session.reading is None
    assert "outside" in person.panel.ui.messageLabel.text
    assert not any(title.startswith(("ADC", "D_app", "K_app")) for title in titles())
