"""T1, T2 and the dynamic series in the views: layouts, phases, subtraction and projection, by button and key."""

import json
from collections import Counter

import numpy as np
import pydicom
import pytest
import slicer
import vtk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.mrml.reading_layout import ALL_SLICES, SLICES, middle_of, slice_node
from HER2LowMRILib.mrml.volumes import array_of, nodes_of_case
from HER2LowMRILib.study.hanging import default_hanging
from HER2LowMRILib.study.study_folder import open_study
from images.made_examinations import GRE, SE, Examination, Grid, write_dynamic
from slicer_session.person import Key
from slicer_session.sitting_study import SIX_VIEWS
from slicer_session.small_images import write_small_series

UPTAKES = [0.0, 1.2, 1.1, 1.0]
TIMES = [0.0, 90.0, 180.0, 270.0]


@pytest.fixture
def examined(person, tmp_path, request):
    """A reader with a case open that has T1, T2 and a dynamic series beside the diffusion images."""
    tilt = getattr(request, "param", 0.0)
    folder = tmp_path / "images" / "CASE-001"
    person.truth["CASE-001"] = write_small_series(folder / "dwi", 1)
    add_examination(folder, np.radians(tilt))
    person.sets_up_study(tmp_path / "study", tmp_path / "images")
    person.enters("r1")
    person.opens_next_case()
    person.images = folder
    return person


def add_examination(folder, tilt):
    """Put T1, T2 and four phases of the same patient into the folder of a case."""
    dwi = pydicom.dcmread(next((folder / "dwi").iterdir()), stop_before_pixels=True)
    exam = Examination(folder / "rest", np.random.default_rng(3), "siemens", str(dwi.PatientID))
    turned = (1.0, 0.0, 0.0, 0.0, float(np.cos(tilt)), float(np.sin(tilt)))
    grid = Grid(spacing=(6.0, 6.0, 3.0), origin=(-24.0, -24.0, -15.0), orientation=turned)
    exam.classic(2, "t2_tse_fs_tra", exam.pixels(), grid, **SE, ScanOptions="FS")
    exam.classic(3, "t1_fl3d_tra", exam.pixels(), grid, **GRE | {"RepetitionTime": 6.5, "EchoTime": 2.6})
    write_dynamic(exam, 10, "series each", TIMES, UPTAKES, grid, tags={"ScanOptions": "FS"})
    for file in (folder / "rest").rglob("*"):
        if file.is_file():
            data = pydicom.dcmread(file)
            for element in ("PatientID", "PatientName", "StudyInstanceUID", "FrameOfReferenceUID"):
                setattr(data, element, getattr(dwi, element, ""))
            data.save_as(file)


def shown():
    composites = [slicer.app.layoutManager().sliceWidget(name).mrmlSliceCompositeNode() for name in SLICES]
    nodes = [slicer.mrmlScene.GetNodeByID(node.GetBackgroundVolumeID() or "") for node in composites]
    return [node.GetAttribute("HER2LowMRI.role") if node is not None else None for node in nodes]


def titles():
    return [slice_node(slicer.mrmlScene, name).GetLayoutLabel() for name in SLICES]


def test_a_case_opens_with_the_maps_and_the_other_layouts_are_a_key_away(examined):
    assert shown()[:3] == ["adc", "d_app", "k_app"]
    examined.presses(Key.Key_F3)
    assert shown() == ["dce 0", "dce 1", "subtraction 1", "t2"]
    assert titles()[0] == "pre" and titles()[1].startswith("post 1 of 3")
    examined.presses(Key.Key_F4)
    assert shown()[0] == "mip 1" and shown()[1] == "t1" and shown()[2] == "t2"
    examined.presses(Key.Key_F2)
    assert shown()[:3] == ["adc", "d_app", "k_app"]


def test_phases_step_within_the_series_and_the_subtraction_follows(examined):
    examined.presses(Key.Key_F3)
    for expected in (2, 3, 3):
        examined.presses(Key.Key_Period)
        assert shown() == ["dce 0", f"dce {expected}", f"subtraction {expected}", "t2"]
    for expected in (2, 1, 0):
        examined.presses(Key.Key_Comma)
        assert shown()[1] == f"dce {expected}"


def test_phases_have_one_window_so_that_uptake_is_seen(examined):
    examined.presses(Key.Key_F3)
    nodes = examined.panel.session.case.nodes
    examined.presses(Key.Key_Period)

    def window(role):
        shown = nodes[role].GetDisplayNode()
        return shown.GetWindowLevelMin(), shown.GetWindowLevelMax()

    assert window("dce 0") == window("dce 1") == window("dce 2")
    assert window("t2") != window("dce 1")
    # One subtraction is in memory, that of the phase that is shown.
    assert [role for role in nodes if role.startswith("subtraction")] == ["subtraction 2"]


def test_the_subtraction_is_computed_with_its_sign(examined):
    examined.presses(Key.Key_F3)
    nodes = examined.panel.session.case.nodes
    post, pre, found = (array_of(nodes[role]).astype(float) for role in ("dce 1", "dce 0", "subtraction 1"))
    assert np.array_equal(found, post - pre)
    examined.presses(Key.Key_M)
    assert shown()[1] == "mip 1"
    nodes = examined.panel.session.case.nodes
    assert np.array_equal(array_of(nodes["mip 1"])[0], (post - pre).max(axis=0))
    examined.presses(Key.Key_M)
    assert shown()[1] == "dce 1"


@pytest.mark.parametrize("examined", [0.0, 12.0], indirect=True, ids=["one plane", "tilted planes"])
def test_the_same_place_is_in_the_middle_of_every_view(examined):
    examined.presses(Key.Key_F3)
    views = [slice_node(slicer.mrmlScene, name) for name in SLICES]
    for place in ((3.0, -5.0, 4.0), (-8.0, 9.0, -6.0)):
        views[1].JumpSliceByCentering(*place)
        examined.session.settle()
        for view in views:
            assert np.allclose(middle_of(view), middle_of(views[1]), atol=0.5)
        normal = np.array([views[1].GetSliceToRAS().GetElement(row, 2) for row in range(3)])
        assert abs(normal @ (np.array(middle_of(views[1])) - place)) < 0.5
    examined.presses(Key.Key_F2)
    assert np.allclose(middle_of(views[0]), middle_of(views[3]), atol=0.5)


def test_a_question_brings_up_the_layout_it_needs_unless_that_is_switched_off(examined):
    examined.draws()
    examined.panel.go_to("descriptors")
    assert examined.panel.pages["descriptors"].editor.item.id == "fgt"
    assert examined.panel.session.layout.id == "overview"
    examined.types("2")
    assert examined.panel.session.layout.id == "dynamic"
    bar = examined.panel.hanging
    bar._follow.checked = False
    examined.presses(Key.Key_F2)
    examined.types("3")
    assert examined.panel.session.layout.id == "diffusion"


MAPS = ["adc", "d_app", "k_app", "dwi 2000"]


@pytest.mark.parametrize("way", ["next case", "page VOI"])
def test_whoever_comes_from_the_form_to_draw_sees_the_maps(examined, way):
    panel = examined.panel
    panel.go_to("descriptors")
    examined.types("3")
    assert shown()[0] != "adc", "the questions need other layouts"
    if way == "next case":
        panel.open_case("CASE-001")
        assert panel.page.NAME == "voi"
    else:
        panel.go_to("voi")
    assert shown() == MAPS


def test_what_was_said_stays_when_a_page_or_a_question_brings_its_layout_up(examined):
    # As when a scene is loaded in which the form was at work.
    panel, layouts = examined.panel, []
    panel.show_message("to be read")
    for page in ("descriptors", "voi"):
        panel.go_to(page)
        examined.session.settle()
        layouts.append(panel.session.layout.id)
        assert panel.ui.messageLabel.text == "to be read"
    assert layouts[0] != layouts[1]


def test_a_layout_that_the_reader_chose_for_drawing_stays_where_questions_bring_none(examined):
    panel = examined.panel
    panel.hanging._follow.checked = False
    panel.hanging.choose(panel.session.hanging.layouts[1])
    before = shown()
    panel.go_to("descriptors")
    panel.go_to("voi")
    assert shown() == before


def test_an_image_beside_the_maps_that_cannot_be_read_is_said_and_the_case_opens(examined):
    case_id = examined.case_id
    folder = examined.images
    for file in sorted((folder / "rest").rglob("*")):
        if (
            file.is_file()
            and "T2" in str(pydicom.dcmread(file, stop_before_pixels=True).SeriesDescription).upper()
        ):
            file.write_bytes(file.read_bytes()[:700])
    examined.panel.open_case(case_id)
    assert examined.panel.session.case is not None
    examined.presses(Key.Key_F3)
    assert shown()[3] is None and "not read" in titles()[3]
    assert "T2" in examined.panel.ui.messageLabel.text


def test_the_images_are_read_while_nobody_works_and_keys_do_nothing_without_a_case(examined):
    beside = examined.panel.session.beside
    assert not beside.is_complete
    examined.session.wait(lambda: beside.is_complete, 20)
    assert beside.problems == []
    examined.panel.session.close_case()
    examined.presses(Key.Key_F3)
    examined.presses(Key.Key_Period)
    assert not examined.session.errors()


def test_a_case_of_diffusion_only_has_no_row_of_layouts(person, study):
    person.enters("r1")
    person.opens_next_case()
    assert not person.panel.ui.layoutBar.isVisible()


def test_phases_are_aligned_on_request_only_and_the_reading_keeps_it(examined):
    bar, session = examined.panel.hanging, examined.panel.session
    examined.session.wait(lambda: len(session.beside.motion_mm) == 3, 40)
    assert "mm" in bar._align.text and not bar._align.checked
    assert session.reading.alignment is None
    examined.presses(Key.Key_F3)
    as_acquired = array_of(session.case.nodes["dce 1"]).copy()
    examined.clicks(bar._align)
    kept = session.reading.alignment
    assert kept is not None, examined.panel.ui.messageLabel.text
    assert kept["method"] == "rigid" and set(kept["phases"]) == {"1", "2", "3"}
    assert shown() == ["dce 0", "dce 1", "subtraction 1", "t2"] and "aligned" in titles()[1]
    assert not np.array_equal(array_of(session.case.nodes["dce 1"]), as_acquired)
    case_id = examined.case_id
    examined.panel.open_case(case_id)
    assert bar._align.checked and examined.panel.session.beside.is_aligned
    examined.clicks(bar._align)
    examined.presses(Key.Key_F3)
    assert np.array_equal(array_of(session.case.nodes["dce 1"]), as_acquired)
    assert session.reading.alignment is None and "aligned" not in titles()[1]


def test_a_study_may_have_layouts_of_six_views(person, tmp_path):
    content = json.loads(default_hanging())
    content["layouts"].append(SIX_VIEWS)
    folder = tmp_path / "images" / "CASE-001"
    person.truth["CASE-001"] = write_small_series(folder / "dwi", 1)
    add_examination(folder, 0.0)
    person.sets_up_study(tmp_path / "study", tmp_path / "images")
    with open_study(tmp_path / "study").coordinator() as office:
        office.set_hanging(json.dumps(content).encode())
    person.enters("r1")
    person.opens_next_case()
    assert len(slicer.app.layoutManager().sliceViewNames()) == 4
    person.presses(Key.Key_F5)
    names = slicer.app.layoutManager().sliceViewNames()
    assert set(names) == set(ALL_SLICES)
    widgets = [slicer.app.layoutManager().sliceWidget(name) for name in ALL_SLICES]
    nodes = [
        slicer.mrmlScene.GetNodeByID(one.mrmlSliceCompositeNode().GetBackgroundVolumeID()) for one in widgets
    ]
    roles = [node.GetAttribute("HER2LowMRI.role") for node in nodes]
    assert roles == ["adc", "dwi 2000", "dce 0", "dce 1", "subtraction 1", "t2"]
    views = [slice_node(slicer.mrmlScene, name) for name in ALL_SLICES]
    views[4].JumpSliceByCentering(3.0, -5.0, 4.0)
    person.session.wait(
        lambda: all(np.allclose(middle_of(view), middle_of(views[4]), atol=0.5) for view in views)
    )
    person.presses(Key.Key_F2)
    assert len(slicer.app.layoutManager().sliceViewNames()) == 4
    person.panel.session.close_case()
    assert not any(one.mrmlSliceCompositeNode().GetBackgroundVolumeID() for one in widgets)


def test_images_of_the_case_before_do_not_come_in_while_the_next_one_is_read(person, tmp_path, monkeypatch):
    for number in (1, 2):
        folder = tmp_path / "images" / f"CASE-00{number}"
        person.truth[folder.name] = write_small_series(folder / "dwi", number)
        add_examination(folder, 0.0)
    person.sets_up_study(tmp_path / "study", tmp_path / "images")
    person.enters("r1")
    # Slow enough for a dialog, during which Slicer runs its events.
    monkeypatch.setattr("HER2LowMRILib.gui.messages.PATIENCE_S", 0.0)
    monkeypatch.setattr("HER2LowMRILib.gui.messages._BETWEEN_S", 0.0)
    panel = person.panel
    first = person.opens_next_case()
    panel.hanging._soon_loaded.setInterval(0)
    second = next(item.case_id for item in panel.session.view.work_list if item.case_id != first)
    panel.hanging.load_soon()
    panel.open_case(second)
    names = {node.GetName() for node in nodes_of_case(slicer.mrmlScene) if node.IsA("vtkMRMLVolumeNode")}
    assert names
    assert {name for name in names if not name.startswith(second)} == set()


class Told:
    """How often nodes and logics of the scene say that they were modified."""

    def __init__(self):
        self.times = Counter()
        self._watched = []
        for name in SLICES:
            widget = slicer.app.layoutManager().sliceWidget(name)
            parts = {
                "slice": widget.mrmlSliceNode(),
                "composite": widget.mrmlSliceCompositeNode(),
                "logic": widget.sliceLogic(),
            }
            for what, part in parts.items():
                self._watch(part, (what, name))
        for node in slicer.util.getNodesByClass("vtkMRMLVolumeNode"):
            self._watch(node, ("volume", node.GetAttribute("HER2LowMRI.role")))
        for node in slicer.util.getNodesByClass("vtkMRMLDisplayNode"):
            if not node.IsA("vtkMRMLSliceDisplayNode"):
                self._watch(node, ("display", node.GetClassName()))

    def _watch(self, part, key):
        self._watched.append(
            (part, part.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self.times.update([key])))
        )

    def most(self, what):
        """The most that one of a kind said."""
        return max((count for (kind, _), count in self.times.items() if kind == what), default=0)

    def of(self, what):
        """Which of a kind said something."""
        return {of for kind, of in self.times if kind == what}

    def stop(self):
        for part, tag in self._watched:
            part.RemoveObserver(tag)


@pytest.fixture
def told(examined):
    """Counts from when it is called."""
    counters = []

    def begin():
        counters.append(Told())
        return counters[-1]

    yield begin
    for counter in counters:
        counter.stop()


def bars():
    """What stands above the views."""
    manager = slicer.app.layoutManager()
    return [manager.sliceWidget(name).sliceController().viewLabel().text for name in SLICES]


def test_a_phase_step_changes_the_two_views_of_the_phase_once_and_nothing_else(examined, told):
    """Slicer cuts layers anew, lays out the bar and writes the corners of a view for every single event."""
    examined.presses(Key.Key_F3)
    examined.presses(Key.Key_Period)
    counts = told()
    examined.presses(Key.Key_Period)
    assert shown() == ["dce 0", "dce 3", "subtraction 3", "t2"]
    assert bars() == titles() and bars()[1].startswith("post 3 of 3") and bars()[2] == "post 3 of 3 − pre"
    assert counts.of("slice") == set() and counts.of("display") == set()
    assert counts.of("composite") == {"HER2LowMRI_D"} and counts.most("composite") == 1
    assert counts.of("volume") == {"subtraction 2"} and counts.most("volume") == 1
    assert counts.of("logic") == {"HER2LowMRI_D", "HER2LowMRI_K"} and counts.most("logic") <= 3


def test_another_layout_changes_each_view_and_each_scale_once(examined, told):
    for key in (Key.Key_F3, Key.Key_F4, Key.Key_F2):
        examined.presses(key)
    for key in (Key.Key_F3, Key.Key_F4, Key.Key_F2):
        counts = told()
        examined.presses(key)
        counts.stop()
        assert bars() == titles()
        assert counts.most("composite") == 1 and counts.most("slice") <= 1 and counts.of("volume") == set()
        assert counts.most("display") <= 3  # one for each of the three maps
        assert counts.most("logic") <= 8


def test_views_are_drawn_again_after_a_step_that_failed(examined, monkeypatch):
    examined.presses(Key.Key_F3)
    beside = examined.panel.session.beside
    while_shown = []

    def fail(*_):
        views = [slicer.app.layoutManager().sliceWidget(name).sliceView() for name in SLICES]
        while_shown.extend(view.renderEnabled for view in views)
        raise ImageError("The phase cannot be read")

    monkeypatch.setattr(beside, "shown", fail)
    examined.presses(Key.Key_Period)
    assert while_shown == [False] * 4
    assert all(slicer.app.layoutManager().sliceWidget(name).sliceView().renderEnabled for name in SLICES)
    assert "cannot be read" in examined.panel.ui.messageLabel.text
