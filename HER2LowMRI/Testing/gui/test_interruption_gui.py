"""Interruption: whatever happens in the middle of a case, coming back it is as it was, and nothing is left over."""

import contextlib
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest
import slicer
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.images.voi_files import read_segmentation
from HER2LowMRILib.mrml.reading_layout import SLICES, slice_node
from HER2LowMRILib.mrml.size_lines import add_line
from HER2LowMRILib.mrml.volumes import COVER, ROLE, array_of, nodes_of_case
from HER2LowMRILib.study.readings import CaseReading
from HER2LowMRILib.study.study_folder import open_study
from slicer_session import pythonqt


def begin(person):
    person.enters("r1")
    person.opens_next_case()
    drawn = person.draws()
    person.panel.go_to("descriptors")
    person.types("23")
    return drawn


def is_as_it_was(person, drawn):
    case = person.panel.session.case
    assert np.array_equal(case.masks()["lesion"], drawn)
    assert person.panel.session.reading.answers["fgt"] == "b"
    assert person.panel.session.reading.answers["bpe"] == "moderate"
    assert case.measurement.geometry.voi_voxels == drawn.sum()


def test_closing_the_scene_keeps_the_case_on_the_disk(person, study):
    drawn = begin(person)
    case_id = person.case_id
    person.draws("necrosis")
    person.session.close_scene()
    assert person.panel.session.case is None
    assert person.panel.session.role == "r1"
    person.panel.open_case(case_id)
    assert np.array_equal(person.panel.session.case.masks()["lesion"], drawn)
    assert "necrosis" in person.panel.session.case.masks()


@pytest.mark.parametrize("open_case", [True, False])
def test_the_nodes_of_a_case_go_before_slicer_itself_empties_the_scene(person, study, tmp_path, open_case):
    # Where Slicer takes a segmentation out, its views go on to the next one, which then is no longer in the hierarchy:
    # an error of Qt in the log for each view.
    begin(person)
    if not open_case:
        # A scene with a case that nobody goes on with.
        assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
        person.enters("coordinator")
        slicer.util.loadScene(str(tmp_path / "middle.mrb"))
        person.session.wait_for_scene()
        assert person.panel.session.case is None and nodes_of_case(slicer.mrmlScene)
    foreign = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "foreign")
    left = []
    scene = slicer.mrmlScene
    tag = scene.AddObserver(
        scene.NodeAboutToBeRemovedEvent,
        lambda *_: left.append(len(nodes_of_case(scene))) if foreign.GetScene() is not None else None,
    )
    first = scene.AddObserver(scene.StartCloseEvent, lambda *_: left.clear(), -1.0)
    person.session.close_scene()
    scene.RemoveObserver(tag)
    scene.RemoveObserver(first)
    assert foreign.GetScene() is None
    assert left and set(left) == {0}


def test_a_scene_saved_in_the_middle_of_a_case_and_loaded_again_continues_it(person, study, tmp_path):
    drawn = begin(person)
    case_id = person.case_id
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    person.session.close_scene()
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    person.session.wait_for_scene()
    assert person.case_id == case_id
    assert person.panel.page.NAME == "descriptors"
    is_as_it_was(person, drawn)
    case = person.panel.session.case
    assert case.series.b_values == (0.0, 800.0, 1400.0, 2000.0)
    assert case.series.averages == (1.0, 3.0, 6.0, 12.0)
    assert case.draw_decay(None).voxels == drawn.sum()


def test_a_saved_scene_continues_in_a_new_session_of_slicer(person, study, tmp_path):
    drawn = begin(person)
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    person.panel = person.session.reload().panel
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    person.session.wait_for_scene()
    assert person.panel.session.role == "r1"
    is_as_it_was(person, drawn)


def test_a_scene_that_was_loaded_before_the_module_was_first_shown_continues(person, study, tmp_path):
    drawn = begin(person)
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    person.session.close_module()
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    person.panel = person.session.open().panel
    person.session.settle()
    assert person.panel.session.role == "r1"
    is_as_it_was(person, drawn)


@pytest.mark.parametrize("clear", [True, False])
def test_a_scene_loaded_over_an_open_case_leaves_one_case_with_views_and_tools(
    person, study, tmp_path, clear
):
    drawn = begin(person)
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    case = person.panel.session.case
    slicer.util.loadScene(str(tmp_path / "middle.mrb"), {"clear": clear})
    person.session.wait_for_scene()
    is_as_it_was(person, drawn)
    now = person.panel.session.case
    assert (now is case) is not clear
    assert len(slicer.util.getNodesByClass("vtkMRMLSegmentationNode")) == 1
    shown = [
        slicer.app.layoutManager().sliceWidget(name).mrmlSliceCompositeNode().GetBackgroundVolumeID()
        for name in SLICES
    ]
    assert shown[:3] == [now.nodes[role].GetID() for role in ("adc", "d_app", "k_app")]
    person.panel.go_to("voi")
    page = person.panel.pages["voi"]
    assert page.editor.segmentationNode() is now.voi and not page.editor.readOnly
    more = person.draws(grow=1)
    person.panel.voi_autosave.settle()
    assert np.array_equal(read_segmentation(person.panel.session.reading.voi_path).masks["lesion"], more)


def test_a_scene_loaded_over_an_open_case_changes_no_title_of_a_view(person, study, tmp_path):
    begin(person)
    view = slice_node(slicer.mrmlScene, SLICES[0])
    title = view.GetLayoutLabel()
    view.SetLayoutLabel("no dynamic series")
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    view.SetLayoutLabel(title)
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    person.session.wait_for_scene()
    assert view.GetLayoutLabel() == title == "ADC"


def test_what_came_with_a_scene_over_an_open_case_is_said(person, study, tmp_path):
    begin(person)
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    person.session.wait_for_scene()
    assert "holds a case of its own. It was left out" in person.panel.ui.messageLabel.text
    person.session.close_scene()
    assert not person.panel.ui.messageLabel.text, "nothing is left out of the next scene"


def test_a_scene_loaded_over_an_open_case_leaves_the_image_of_the_fourth_view(person, study, tmp_path):
    """The scene has a choice of its own, of the time when it was saved."""
    begin(person)
    case = person.panel.session.case
    person.chooses(person.page("images").imageSelector, case.nodes["dwi 0"])
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    person.chooses(person.page("images").imageSelector, case.nodes["dwi 1400"])
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    person.session.wait_for_scene()
    assert person.panel.views.image is person.panel.session.case.nodes["dwi 1400"]
    person.session.close_scene()
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    person.session.wait_for_scene()
    assert person.panel.views.image is person.panel.session.case.nodes["dwi 0"], "as the scene was saved"


@pytest.mark.parametrize("then", ["a case of the study", "a single case"])
def test_nothing_of_a_scene_that_nobody_went_on_with_comes_into_the_next_case(person, study, tmp_path, then):
    """Of another hospital's reader, say: outline and line would stand in the views of this one."""
    drawn = begin(person)
    case_id = person.case_id
    add_line(slicer.mrmlScene, "size", "size_line")
    person.panel.parameters.studyId = "of another computer"
    assert slicer.util.saveScene(str(tmp_path / "theirs.mrb"))
    person.session.close_scene()
    person.panel.session.leave()
    slicer.util.loadScene(str(tmp_path / "theirs.mrb"))
    person.session.wait_for_scene()
    assert "not known on this computer" in person.panel.ui.messageLabel.text
    if then == "a single case":
        person.panel.start_single_case("CASE-X")
        roles = {node.GetAttribute(ROLE) for node in nodes_of_case(slicer.mrmlScene)}
        assert roles <= {"histogram", "decay"}, "its own plots"
        return
    person.enters("r2")
    person.panel.open_case(case_id)
    roles = [node.GetAttribute(ROLE) for node in nodes_of_case(slicer.mrmlScene)]
    assert "size_line" not in roles
    assert [roles.count(role) for role in ("adc", "dwi 0", "voi", COVER)] == [1, 1, 1, 1]
    assert person.panel.session.case.voi_mask() is None and drawn.any()


def test_what_a_case_gets_while_a_scene_is_loaded_over_it_stays(person, study, tmp_path):
    begin(person)
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    case = person.panel.session.case
    array, grid = array_of(case.nodes["adc"]).copy(), case.grid
    tag = slicer.mrmlScene.AddObserver(
        slicer.mrmlScene.EndImportEvent, lambda *_: case.show_image(array, grid, "t1")
    )
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    slicer.mrmlScene.RemoveObserver(tag)
    person.session.wait_for_scene()
    assert person.panel.session.case is case and case.is_whole()
    assert case.nodes["t1"].GetScene() is not None
    assert "holds a case of its own. It was left out" in person.panel.ui.messageLabel.text


def test_colours_of_what_covers_the_air_are_slicers_own_and_no_part_of_a_scene(person, study, tmp_path):
    # A table of a scene is read after Slicer draws what it colours, and VTK prints errors.
    begin(person)
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    names = zipfile.ZipFile(tmp_path / "middle.mrb").namelist()
    assert [name for name in names if name.endswith("outside tissue.nrrd")]
    assert not [name for name in names if "colours" in name]
    person.session.close_scene()
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    person.session.wait_for_scene()
    cover = person.panel.session.case.nodes[COVER]
    table = cover.GetDisplayNode().GetColorNode().GetLookupTable()
    colours = {table.GetTableValue(int(value)) for value in np.unique(array_of(cover))}
    assert colours == {(0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0)}


def test_the_tool_at_work_is_no_part_of_a_scene(person, study, tmp_path):
    # A scene brings its editor before the segmentation, and Slicer prints that it cannot activate the effect.
    begin(person)
    person.panel.go_to("voi")
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    with zipfile.ZipFile(tmp_path / "middle.mrb") as scene:
        (text,) = (scene.read(name).decode() for name in scene.namelist() if name.endswith(".mrml"))
    assert "Segmentation" in text
    assert "<SegmentEditor" not in text


def test_what_was_drawn_after_the_scene_was_saved_is_not_undone_by_loading_it(person, study, tmp_path):
    begin(person)
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    more = person.draws(grow=1)
    person.session.close_scene()
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    person.session.wait_for_scene()
    assert np.array_equal(person.panel.session.case.masks()["lesion"], more)


def test_switching_modules_and_reloading_the_module_keep_the_case(person, study):
    drawn = begin(person)
    case_id = person.case_id
    person.session.exit()
    person.session.enter()
    is_as_it_was(person, drawn)
    person.panel = person.session.reload().panel
    person.enters("r1")
    person.panel.open_case(case_id)
    is_as_it_was(person, drawn)


def test_leaving_the_module_gives_back_layout_keys_and_brush(person, study):
    before = slicer.app.layoutManager().layout
    person.enters("r1")
    person.opens_next_case()
    editor = person.panel.pages["voi"].editor
    assert slicer.app.layoutManager().layout != before
    assert editor._shortcuts == editor.SHORTCUTS
    editor.setActiveEffectByName("Draw")
    person.session.exit()
    assert slicer.app.layoutManager().layout == before
    assert editor._shortcuts == 0
    assert editor.activeEffect() is None
    assert not any(key.isEnabled() for key in person.panel._keys)


def test_the_editors_keys_are_there_only_while_drawing(person, study):
    person.enters("r1")
    person.opens_next_case()
    editor = person.panel.pages["voi"].editor
    for name in ("descriptors", "features", "sign_off", "study", "images"):
        person.panel.go_to(name)
        assert editor._shortcuts == 0, name
        person.panel.go_to("voi")
        assert editor._shortcuts == editor.SHORTCUTS


def test_a_segment_that_somebody_removed_comes_back_empty(person, study):
    begin(person)
    person.panel.go_to("voi")
    person.panel.session.case.voi.GetSegmentation().RemoveSegment("necrosis")
    person.session.settle()
    assert person.panel.session.case.voi.GetSegmentation().GetSegment("necrosis") is not None


def test_undo_and_redo_of_a_stroke_are_measured_and_saved(person, study):
    """Seen in Slicer: they fire only SegmentModified, and replace the labelmaps."""
    person.enters("r1")
    case_id = person.opens_next_case()
    case = person.panel.session.case
    history = slicer.vtkSegmentationHistory()
    history.SetSegmentation(case.voi.GetSegmentation())
    person.draws(slices=[3])
    first = case.measurement.geometry.voi_voxels
    history.SaveState()
    person.draws(slices=[3, 4])
    assert case.measurement.geometry.voi_voxels > first
    history.RestorePreviousState()
    person.session.settle()
    assert case.measurement.geometry.voi_voxels == first
    person.session.wait(lambda: not person.panel.session.saved.pending)
    saved = read_segmentation(person.panel.session.reading.voi_path).masks["lesion"]
    assert saved.sum() == first
    history.RestoreNextState()
    person.panel.go_to("sign_off")
    assert case.measurement.geometry.voi_voxels > first
    assert case_id == person.case_id
    assert read_segmentation(person.panel.session.reading.voi_path).masks["lesion"].sum() > first


def test_a_stroke_that_waits_to_be_saved_is_not_forgotten_when_an_answer_is_saved(person, study):
    """Drawn elsewhere than on the VOI page, e.g. in the Segment Editor module, and answered at once."""
    person.enters("r1")
    case_id = person.opens_next_case()
    person.draws(slices=[3])
    person.goes_on()
    panel = person.panel
    drawn = person.draws(slices=[3, 4])
    assert panel.session.saved.pending
    panel.session.set_answer("bpe", "mild")
    assert panel.session.saved.pending
    assert panel.session.saved.at is not None
    panel.session.close_case()
    panel.session.open_case(case_id)
    assert read_segmentation(panel.session.reading.voi_path).masks["lesion"].sum() == drawn.sum()


@contextlib.contextmanager
def share_gone():
    """The study folder cannot be written to."""

    def fail(*_):
        raise StudyError("the VOI was not saved", found="network share not connected")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaseReading, "save_voi", fail)
        yield


@pytest.mark.parametrize("end", ["scene closed", "module reloaded"])
def test_a_voi_drawn_while_the_share_is_gone_survives_the_end_of_the_sitting(person, study, end):
    person.enters("r1")
    case_id = person.opens_next_case()
    with share_gone():
        drawn = person.draws(slices=[3, 4])
        person.session.wait(lambda: "NOT SAVED" in person.panel.ui.saveLabel.text)
        if end == "scene closed":
            slicer.mrmlScene.Clear(0)
        else:
            person.panel = person.session.reload().panel
    if end == "module reloaded":
        person.enters("r1")
    person.panel.open_case(case_id)
    assert "brought back" in person.panel.ui.messageLabel.text
    assert np.array_equal(person.panel.session.case.voi_mask(), drawn)
    person.session.wait(lambda: not person.panel.session.saved.pending)
    assert read_segmentation(person.panel.session.reading.voi_path).masks["lesion"].sum() == drawn.sum()
    person.panel.open_neighbour(1)
    person.panel.open_case(case_id)
    assert not person.panel.ui.messageFrame.visible


def test_an_unsaved_voi_never_takes_the_place_of_a_newer_one(person, study):
    """The reader went on elsewhere, after the share had come back there."""
    person.enters("r1")
    case_id = person.opens_next_case()
    with share_gone():
        unsaved = person.draws(slices=[3, 4])
        person.session.wait(lambda: "NOT SAVED" in person.panel.ui.saveLabel.text)
        grid = person.panel.session.case.grid
        slicer.mrmlScene.Clear(0)
    newer = np.zeros(grid.shape, bool)
    newer[2:4, 10:14, 10:14] = True
    person.panel.session.view.open_case(case_id).save_voi({"lesion": newer}, grid)
    person.panel.open_case(case_id)
    said = person.panel.ui.messageLabel.text
    assert "is not used, because the study has a newer one" in said
    assert np.array_equal(person.panel.session.case.voi_mask(), newer)
    # It stays, as was said, also when the newer one is drawn on and saved.
    person.panel.go_to("voi")
    person.draws(slices=[5])
    person.session.wait(lambda: not person.panel.session.saved.pending)
    (kept,) = (word for word in said.split() if word.endswith(".seg.nrrd"))
    (file,) = person.panel.session._unsaved_folder.glob("*")
    assert file.name == kept
    assert read_segmentation(file).masks["lesion"].sum() == unsaved.sum()


def test_a_damaged_file_of_an_unsaved_voi_does_not_keep_the_case_closed(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    with share_gone():
        person.draws(slices=[3, 4])
        person.session.wait(lambda: "NOT SAVED" in person.panel.ui.saveLabel.text)
        slicer.mrmlScene.Clear(0)
    for file in person.panel.session._unsaved_folder.glob("*.nrrd"):
        file.write_bytes(b"torn")
    person.panel.open_case(case_id)
    assert person.case_id == case_id
    assert "is not used, because its file is damaged" in person.panel.ui.messageLabel.text


def test_a_voi_that_somebody_removed_from_the_scene_is_brought_back(person, study):
    drawn = begin(person)
    slicer.mrmlScene.RemoveNode(person.panel.session.case.voi)
    person.session.wait_for_scene()
    is_as_it_was(person, drawn)
    assert "brought back" in person.panel.ui.messageLabel.text
    person.panel.go_to("voi")
    more = person.draws(slices=[3])
    person.session.wait(lambda: not person.panel.session.saved.pending)
    assert read_segmentation(person.panel.session.reading.voi_path).masks["lesion"].sum() == more.sum()


def test_a_map_that_somebody_removed_from_the_scene_is_brought_back(person, study):
    drawn = begin(person)
    slicer.mrmlScene.RemoveNode(person.panel.session.case.nodes["adc"])
    person.session.wait_for_scene()
    is_as_it_was(person, drawn)


def test_a_saved_scene_asks_nobody_for_a_layout_that_only_this_module_has(person, study, tmp_path):
    import zipfile

    begin(person)
    shown = slicer.app.layoutManager().layout
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    assert slicer.app.layoutManager().layout == shown
    with zipfile.ZipFile(tmp_path / "middle.mrb") as bundle:
        (name,) = [name for name in bundle.namelist() if name.endswith(".mrml")]
        assert f'"{shown}"' not in bundle.read(name).decode()
    person.session.exit()
    assert slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode").GetSaveWithScene()


def leftovers(person):
    scene = slicer.mrmlScene
    return {
        "nodes": scene.GetNumberOfNodes(),
        "observers": len(person.panel.Observations) if hasattr(person.panel, "Observations") else 0,
        "shortcuts": person.panel.pages["voi"].editor._shortcuts,
        "effect": person.panel.pages["voi"].editor.activeEffect(),
        "connections": sum(len(made) for made in pythonqt.CONNECTIONS.values()),
        "application": {signal: len(slots) for signal, slots in slicer.app.slots.items()},
        "manager": len(slicer.app.moduleManager().slots),
    }


def cycle(person, case_id):
    person.panel.open_case(case_id)
    person.draws(slices=[4])
    person.panel.go_to("features")
    person.panel.go_to("voi")
    person.session.exit()
    person.session.enter()
    person.session.close_scene()


def cycles(person, count):
    person.enters("r1")
    case_id = person.panel.session.view.next_case_id()
    cycle(person, case_id)
    cycle(person, case_id)
    before = leftovers(person)
    for _turn in range(count):
        cycle(person, case_id)
    assert leftovers(person) == before


def test_ten_cycles_of_enter_exit_and_scene_close_leave_nothing_behind(person, study):
    cycles(person, 10)


@pytest.mark.full
def test_two_hundred_cycles_of_enter_exit_and_scene_close_leave_nothing_behind(person, study):
    cycles(person, 200)


def reloads(person, study, count):
    seen = []
    for _turn in range(count):
        person.panel = person.session.reload().panel
        person.page("study").studyPath.currentPath = str(study)
        person.enters("r1")
        person.panel.open_case("CASE-001")
        person.session.close_scene()
        seen.append(
            (
                slicer.mrmlScene.GetNumberOfNodes(),
                {signal: len(slots) for signal, slots in slicer.app.slots.items()},
                len(slicer.app.moduleManager().slots),
            )
        )
    assert seen[-1][0] == seen[0][0]
    assert seen[-1][1]["aboutToQuit()"] == 1
    assert seen[-1][2] == 1


def test_reloading_the_module_leaves_nothing_behind(person, study):
    reloads(person, study, 4)


@pytest.mark.full
def test_two_hundred_reloads_leave_nothing_behind(person, study):
    reloads(person, study, 200)


READ_FOR_EVER = """
import sys
from pathlib import Path
sys.path[:0] = {paths!r}
from slicer_session.panel import Session, slicer
from slicer_session import widgets
import numpy as np
session = Session()
panel = session.open().panel
panel.enter_study(Path({study!r}), "r1")
panel.open_case("CASE-001")
panel.go_to("descriptors")
page, turn = panel.pages["descriptors"], 0
while True:
    turn += 1
    key = str(1 + turn % 4)
    page.ui.questionTable.setCurrentCell(turn % 2, 0)
    page.editor.key(key)
    item = ("fgt", "bpe")[turn % 2]
    print("answer", item, panel.session.reading.answers[item], flush=True)
    if turn % 5 == 0:
        mask = np.zeros(panel.session.case.grid.shape, bool)
        mask[3:5, 10:20, 10 : 11 + turn % 20] = True
        widgets.paint(panel.session.case.voi, "lesion", mask, panel.session.case.nodes["adc"])
        panel.voi_autosave.save()
        print("voi", int(mask.sum()), flush=True)
"""


def kill_while_reading(study, tmp_path, count, seed):
    from pathlib import Path

    testing = Path(__file__).resolve().parents[1]
    script = tmp_path / "read.py"
    script.write_text(READ_FOR_EVER.format(paths=[str(testing), str(testing.parent)], study=str(study)))
    moments = np.random.default_rng(seed).uniform(0.05, 1.0, count)
    for moment in moments:
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
        told = {}
        for line in lines:
            if line.endswith("\n"):
                kind, *rest = line.split()
                told[rest[0] if kind == "answer" else kind] = rest[-1]
        assert told, "the reading did not start"
        with open_study(study).reader("r1", take_over=True) as view:
            reading = view.open_case("CASE-001")
            # One further answer may have been saved and not yet told.
            changed = [
                item for item in ("fgt", "bpe") if item in told and reading.answers[item] != told[item]
            ]
            assert len(changed) <= 1, (told, dict(reading.answers))
            if "voi" in told:
                lesion = read_segmentation(reading.voi_path).masks["lesion"]
                assert lesion.sum() % 20 == 0 and lesion.any()


def test_killing_the_process_while_reading_loses_nothing_that_was_acknowledged(person, study, tmp_path):
    person.session.close()
    kill_while_reading(study, tmp_path, 2, 1)


@pytest.mark.full
def test_fifty_kills_while_reading_lose_nothing_that_was_acknowledged(person, study, tmp_path):
    person.session.close()
    kill_while_reading(study, tmp_path, 50, 2)
