"""A person and other modules at random: strokes, answers, foreign nodes, scenes, layouts; and what must hold.

The same acts run on the stand-ins and inside a real Slicer; what differs is how a hand is moved. Every act is written
into a journal before it begins and after it has settled, so that whoever kills the process in between knows what the
reader was told was safe.
"""

import hashlib
import time
from pathlib import Path

import numpy as np
import slicer
import vtk
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_files import read_segmentation, segmentation_bytes
from HER2LowMRILib.mrml import reading_layout
from HER2LowMRILib.mrml.voi_segmentation import COLOURS, masks_of
from HER2LowMRILib.mrml.volumes import COVER, ROLE, array_of

from slicer_session.sitting_check import (
    ANSWERING,
    DRAWING,
    LESION,
    READER,
    Journal,
    describe,
    emptied,
    pack,
    told,
    unpack,
)

SETTLED_S = 60.0
OTHER_LAYOUTS = (2, 3, 4, 6, 17)
MAP_ROLES = {spec.role: spec for spec in STANDARD_MAPS}


class Wrong(AssertionError):
    """Something that must hold does not."""


class Hands:
    """How acts reach the panel; the host of a sitting says how.

    Attributes
    ----------
    asked : list of str
        Texts of the questions that came up.
    """

    asked: list[str]

    def settle(self) -> None:
        """Let events run."""

    def stroke(self, panel: object, segment: str, erase: bool, rng: np.random.Generator) -> None:
        """Draw with a tool in one of the views."""

    def core_stroke(self, case: object, rng: np.random.Generator) -> None:
        """Draw on the lesion in Slicer's own Segment Editor, which is up."""

    def other_module(self, name: str) -> None:
        """Turn to another module."""

    def our_module(self) -> None:
        """Come back."""

    def key(self, text: str) -> None:
        """Press a key while the panel has the focus."""


class Sitting:
    """One life of a process in a sitting.

    Parameters
    ----------
    panel : callable
        Returns the panel.
    hands : Hands
    folder : Path
        Of the sitting: journal, scenes, foreign images.
    study : Path
    seed : sequence of int
    """

    def __init__(self, panel, hands: Hands, folder: Path, study: Path, seed):
        self._panel, self.hands, self.folder, self.study = panel, hands, folder, study
        self.rng = np.random.default_rng(seed)
        self.file = folder / "journal.jsonl"
        self.expected, _, _ = told(self.file)
        self.journal = Journal(self.file)
        self.images: dict[tuple[str, str], str] = {}
        self.seen: dict[str, list[str | None]] = {}
        self.count = 0
        self.last: list[str] = []
        self.acts = {
            "stroke": 12,
            "erase": 4,
            "erase_all": 1,
            "empty_word": 2,
            "undo": 5,
            "redo": 3,
            "next_case": 4,
            "previous_case": 2,
            "open_case": 3,
            "answer": 10,
            "take_back": 2,
            "page": 6,
            "earlier_outline": 2,
            "sign_off": 2,
            "amend": 2,
            "exclude": 1,
            "add_data": 3,
            "add_segmentation": 2,
            "show_segmentations": 1,
            "put_into_view": 3,
            "turn_view": 2,
            "zoom": 3,
            "delete_volume": 2,
            "delete_foreign": 2,
            "delete_segment": 2,
            "delete_segmentation": 2,
            "rename_segment": 2,
            "rename_node": 1,
            "colour": 2,
            "transform": 2,
            "parent": 1,
            "window": 2,
            "close_scene": 1,
            "save_scene": 1,
            "load_scene": 2,
            "layout": 3,
            "back_to_views": 2,
            "hanging": 2,
            "other_module": 3,
            "editor_stroke": 2,
            "hide_panel": 1,
            "re_enter": 1,
            "pause": 4,
        }

    @property
    def panel(self):
        return self._panel()

    @property
    def session(self):
        return self.panel.session

    @property
    def case(self):
        return self.session.case

    @property
    def case_id(self):
        return getattr(self.session.reading, "case_id", None)

    # the loop
    def begin(self) -> None:
        """Open the study, as after a start."""
        self.panel.enter_study(self.study, READER)
        self.hands.settle()
        if self.session.role != READER:
            raise Wrong(f"the study could not be opened: {self.panel.ui.messageLabel.text}")
        self.journal.write(life=True)

    def step(self) -> None:
        """Do one act, let it settle, and look at everything."""
        names = list(self.acts)
        weights = np.array([self.acts[name] for name in names], float)
        name = str(self.rng.choice(names, p=weights / weights.sum()))
        self.do(name)

    def do(self, name: str) -> None:
        """Do an act by its name."""
        self.count += 1
        self.last = [*self.last[-11:], name]
        before_case, before, at_hand = self.case_id, self.drawn(), self.case
        self.journal.write(act=name, n=self.count, case_before=before_case)
        getattr(self, f"_{name}")()
        self.settle()
        try:
            self.look(name, before_case, before, at_hand)
        except Wrong as wrong:
            self.journal.write(wrong=str(wrong), acts=self.last, case_before=before_case)
            raise
        self.acknowledge(settled=True)

    def settle(self) -> None:
        """Let events run until nothing waits any more but autosave."""
        end = time.monotonic() + SETTLED_S
        panel = self.panel
        while True:
            self.hands.settle()
            scene = slicer.mrmlScene
            busy = scene.IsBatchProcessing() or scene.IsImporting() or scene.IsClosing()
            timers = (
                panel.scene._soon_mended,
                panel.scene._soon_continued,
                panel.voi_autosave._soon_measured,
                panel._fit,
                panel._soon_put_right,
                panel._follow,
            )
            if not busy and not any(timer.isActive() for timer in timers):
                return
            if time.monotonic() > end:
                raise Wrong(f"it did not come to rest after {self.last[-3:]}")

    def drawn(self) -> dict[str, str | None]:
        """Segment -> packed mask on the screen."""
        case = self.case
        if case is None or case.voi is None or case.grid is None or case.voi.GetScene() is None:
            return {}
        return {name: pack(mask) for name, mask in masks_of(case.voi, case.grid).items()}

    def acknowledge(self, **more: object) -> None:
        """Write what the reader is told now: the answers, and the outline where it is said to be saved."""
        reading, case = self.session.reading, self.case
        line: dict = dict(more, n=self.count)
        if reading is not None and case is not None:
            now = self.drawn()
            line |= {
                "case": reading.case_id,
                "answers": dict(reading.answers),
                "comment": reading.comment,
                "exclusion": reading.exclusion,
                "open": reading.is_open,
                "pending": self.session.saved.pending,
                "drawn": now,
            }
            line |= self._kept(self.expected.get(reading.case_id, {}), now)
            self.expected[reading.case_id] = line
        self.journal.write(**line)

    def _kept(self, known: dict, now: dict) -> dict:
        """What of the outline is in the file, what may be, and what comes back when the case is opened again."""
        if not self.session.saved.pending:
            return {"saved": now, "states": [], "back": now}
        on_disk = self.on_disk() if LESION not in now else {}
        if LESION in on_disk:
            # Emptied, and not said to be meant so: the last outline stays.
            return {"saved": on_disk, "states": [], "back": on_disk}
        # Autosave may have come between any two of them.
        return {
            "saved": known.get("saved", {}),
            "states": [*known.get("states", []), now][-20:],
            "back": now,
        }

    def on_disk(self) -> dict[str, str | None]:
        """Segment -> packed mask in the file of the outline."""
        path = getattr(self.session.reading, "voi_path", None)
        masks = read_segmentation(path).masks if path is not None else {}
        return {name: packed for name, mask in masks.items() if (packed := pack(mask)) is not None}

    # what must hold
    def look(self, act: str, before_case: str | None, before: dict, at_hand: object) -> None:
        """Compare everything with what it must be.

        Parameters
        ----------
        at_hand : CaseInScene or None
            The case before the act.
        """
        if self.hands.asked and any("rror" in text for text in self.hands.asked):
            raise Wrong(f"a question or error came up: {self.hands.asked}")
        self._look_at_views()
        if self.case is not at_hand and before_case is not None:
            self._look_at_left(before_case, act)
        if self.case is None or self.session.reading is None:
            return
        if self.case is not at_hand:
            # Opened just now: it must be what it was when it was left.
            self._look_at_opened(act)
        else:
            self._look_at_outline(act, before)
        self._look_at_file()

    def _look_at_views(self) -> None:
        panel, scene = self.panel, slicer.mrmlScene
        if not panel.views.layout_shown:
            return
        case = self.case
        for node in self._foreign_segmentations() if case is not None else ():
            if any(display.GetVisibility() for display in self._displays(node)):
                raise Wrong(f"the segmentation {node.GetName()} lies over {self.case_id}")
        for name in reading_layout.ALL_SLICES:
            composite = reading_layout.composite_node(scene, name)
            view = reading_layout.slice_node(scene, name)
            if composite is None or view is None:
                continue
            title, volume = view.GetLayoutLabel(), scene.GetNodeByID(composite.GetBackgroundVolumeID() or "")
            if case is None and title.isdigit():
                # Without a case the views are anybody's, under no title of ours.
                continue
            if composite.GetForegroundVolumeID():
                raise Wrong(f"{name} shows a layer over {title}")
            label = scene.GetNodeByID(composite.GetLabelVolumeID() or "")
            if label is not None and label.GetAttribute(ROLE) != COVER:
                raise Wrong(f"{name} shows a label map over {title}")
            if case is None:
                if volume is not None:
                    raise Wrong(f"no case is open, and {name} shows {volume.GetName()} under {title}")
                continue
            self._look_at_view(name, title, volume, view)

    def _look_at_view(self, name: str, title: str, volume: object, view: object) -> None:
        case = self.case
        spec = next((spec for spec in STANDARD_MAPS if title.split()[:1] == [spec.label]), None)
        if volume is None:
            if spec is not None and case.has_maps() and spec.role in case.nodes:
                raise Wrong(f"{name} is empty under {title}")
            return
        role = volume.GetAttribute(ROLE)
        if not role or case.nodes.get(role) is not volume:
            raise Wrong(f"{name} shows {volume.GetName()}, no image of the case, under {title}")
        if spec is not None and role != spec.role:
            raise Wrong(f"{name} shows {role} under {title}")
        if spec is None and role in MAP_ROLES and title != "image":
            raise Wrong(f"{name} shows {role} under {title}")
        if volume.GetParentTransformNode() is not None:
            raise Wrong(f"{name} shows {role} moved by a transform")
        if not volume.GetName().startswith(self.case_id):
            raise Wrong(f"{name} shows {volume.GetName()} in {self.case_id}")
        if spec is not None:
            shown = volume.GetDisplayNode()
            colour = shown.GetColorNode()
            if colour is None or colour.GetName() != spec.colour:
                raise Wrong(f"{title} is shown in the colours {colour.GetName() if colour else None}")
        digest = hashlib.sha256(np.ascontiguousarray(array_of(volume)).tobytes()).hexdigest()
        known = self.images.setdefault((self.case_id, role), digest)
        if known != digest:
            raise Wrong(f"the voxels of {role} are not those of {self.case_id}")

    def _look_at_opened(self, act: str) -> None:
        line = self.expected.get(self.case_id)
        if line is None:
            if self.drawn():
                raise Wrong(f"{self.case_id} was never drawn, and shows an outline")
            return
        reading = self.session.reading
        if act not in ("sign_off", "exclude"):
            self._compare_answers(line, dict(reading.answers))
        now = self.drawn()
        if now != line["back"]:
            raise Wrong(
                f"{self.case_id} was left with {describe(line['drawn'])}, of which {describe(line['back'])} must come "
                f"back, and comes back with {describe(now)}"
            )

    def _look_at_left(self, case_id: str, act: str) -> None:
        """A reader who emptied an outline, and leaves it without a word, is told that the last one is kept."""
        line, said = self.expected.get(case_id), self.panel.ui.messageLabel.text
        if line is not None and emptied(line) and f"{case_id} was left with nothing drawn" not in said:
            raise Wrong(f"{case_id} was left emptied by {act}, and the reader is told {said!r}")

    def _compare_answers(self, line: dict, answers: dict) -> None:
        if line["answers"] != answers:
            raise Wrong(f"answers of {self.case_id}: told {line['answers']}, now {answers}")

    def _look_at_outline(self, act: str, before: dict) -> None:
        reading, line = self.session.reading, self.expected.get(self.case_id)
        if line is not None and act not in ANSWERING:
            self._compare_answers(line, dict(reading.answers))
        now = self.drawn()
        if act in DRAWING:
            self._look_at_drawing(act, before, now)
        elif now != before:
            raise Wrong(f"{act} changed the outline from {describe(before)} to {describe(now)}")
        if self.case.voi is not None and self.session.is_reader:
            self._look_at_segments()

    def _look_at_segments(self) -> None:
        segmentation = self.case.voi.GetSegmentation()
        for name in COLOURS:
            segment = segmentation.GetSegment(name)
            if segment is None or segment.GetName() != name:
                raise Wrong(f"the segment {name} is {segment.GetName() if segment else 'gone'}")

    def _look_at_drawing(self, act: str, before: dict, now: dict) -> None:
        if act in ("stroke", "erase", "editor_stroke"):
            for name in {*before, *now}:
                old, new = unpack(before.get(name)), unpack(now.get(name))
                grown = act != "erase"
                less, more = (old, new) if grown else (new, old)
                if less is not None and (more is None or (less & ~more).any()):
                    raise Wrong(f"{act} {'took' if grown else 'added'} voxels of {name}")
        panel = self.panel
        seen = panel.entered and panel.page.NAME == "voi" and panel.views.layout_shown
        if seen and emptied({"drawn": now, "back": self._kept({}, now)["back"]}):
            ui, kept = panel.pages["voi"].ui, int(unpack(self.on_disk()[LESION]).sum())
            if not ui.noticeHost.visible or f"{kept} voxel" not in ui.noticeLabel.text:
                raise Wrong(f"the outline is empty, and the reader is told {ui.noticeLabel.text!r}")

    def _look_at_file(self) -> None:
        """What is said to be saved is in the file."""
        session = self.session
        if session.saved.pending or session.saved.error or session.role != READER:
            return
        on_disk, now = self.on_disk(), self.drawn()
        if on_disk != now:
            raise Wrong(f"said to be saved: {describe(now)}; in the file: {describe(on_disk)}")

    # acts of the reader
    def _go_to_voi(self) -> bool:
        """Whether the reader can draw now."""
        panel = self.panel
        if self.case is None or not self.session.is_reader:
            return False
        if not panel.entered:
            self.hands.our_module()
        if panel.page.NAME != "voi":
            panel.go_to("voi")
            self.hands.settle()
        if not panel.views.layout_shown and self.rng.random() < 0.7:
            panel.show_reading_views()
            self.hands.settle()
        return not panel.pages["voi"].editor.readOnly and panel.views.layout_shown

    def _segment(self) -> str:
        return LESION if self.rng.random() < 0.75 else str(self.rng.choice(list(COLOURS)))

    def _stroke(self) -> None:
        if self._go_to_voi():
            self.hands.stroke(self.panel, self._segment(), False, self.rng)

    def _erase(self) -> None:
        if self._go_to_voi():
            self.hands.stroke(self.panel, self._segment(), True, self.rng)

    def _erase_all(self) -> None:
        if self._go_to_voi():
            editor = self.panel.pages["voi"].editor
            editor.saveStateForUndo()
            segment = self.case.voi.GetSegmentation().GetSegment(LESION)
            image = segment.GetRepresentation("Binary labelmap")
            if image is not None and not image.IsEmpty():
                empty = np.zeros(self.case.grid.shape, np.uint8)
                slicer.util.updateSegmentBinaryLabelmapFromArray(
                    empty, self.case.voi, LESION, self.case.drawn_on
                )

    def _empty_word(self) -> None:
        """Say what becomes of an outline that is empty."""
        if self.session.emptied_voxels and self._go_to_voi():
            ui = self.panel.pages["voi"].ui
            button = ui.noticeButton if self.rng.random() < 0.7 else ui.emptyButton
            button.click()

    def _undo(self) -> None:
        if self._go_to_voi():
            self.panel.pages["voi"].editor.undo()

    def _redo(self) -> None:
        if self._go_to_voi():
            self.panel.pages["voi"].editor.redo()

    def _earlier_outline(self) -> None:
        if self._go_to_voi():
            page = self.panel.pages["voi"]
            if page._outlines:
                page._go_back_to(int(self.rng.integers(len(page._outlines))))

    def _next_case(self) -> None:
        if self.session.reading is None:
            self.panel.open_next_open_case()
        else:
            self.panel.open_neighbour(1)

    def _previous_case(self) -> None:
        self.panel.open_neighbour(-1)

    def _open_case(self) -> None:
        ids = [item.case_id for item in self.session.view.work_list]
        self.panel.open_case(str(self.rng.choice(ids)))

    def _form(self) -> bool:
        panel = self.panel
        if self.case is None or not self.session.can_edit:
            return False
        if not panel.entered:
            self.hands.our_module()
        if panel.page.NAME != "descriptors":
            panel.go_to("descriptors")
            self.hands.settle()
        return panel.page.NAME == "descriptors"

    def _answer(self) -> None:
        if not self._form():
            return
        page = self.panel.pages["descriptors"]
        if self.rng.random() < 0.3 and page._items:
            page.ui.questionTable.setCurrentCell(int(self.rng.integers(len(page._items))), 0)
            self.hands.settle()
        item = page.editor.item
        if item is None:
            return
        if item.kind == "choice":
            self.hands.key(str(int(self.rng.integers(1, 5))))
        else:
            page.ui.numberEdit.setText(str(int(self.rng.integers(5, 80))))
            page.ui.numberEdit.modified = True
            # Typed, and perhaps not finished: it counts when the page is left.
            if self.rng.random() < 0.8:
                page.go_on()
            else:
                self.panel.go_to("voi")

    def _take_back(self) -> None:
        if self._form():
            self.panel.pages["descriptors"].editor.clear()

    def _page(self) -> None:
        if not self.panel.entered:
            self.hands.our_module()
        if self.case is not None:
            self.panel._turn_to(str(self.rng.choice(self.panel.steps())))

    def _sign_off(self) -> None:
        if not self._form():
            return
        page, reading = self.panel.pages["descriptors"], self.session.reading
        for _turn in range(30):
            missing = reading.missing()
            if not missing:
                break
            item = missing[0]
            value = item.choices[0].value if item.kind == "choice" else 25
            self.session.set_answer(item.id, value)
            self.acknowledge()
        page.go_on()
        self.panel.go_to("sign_off")
        self.hands.settle()
        case_id, button = self.case_id, self.panel.pages["sign_off"].ui.signButton
        if button.enabled and reading.is_open:
            # What is asked at sign-off no longer applies answers away; the reading itself says what is kept.
            button.click()
            self.hands.settle()
            known = self.expected[case_id]
            known |= {"answers": dict(reading.answers), "open": reading.is_open}
            self.journal.write(**known | {"case": case_id})

    def _amend(self) -> None:
        reading = self.session.reading
        if self.case is None or reading is None or reading.is_open:
            return
        if not self.panel.entered:
            self.hands.our_module()
        self.panel.go_to("sign_off")
        self.panel.pages["sign_off"].ui.amendEdit.text = "another look"
        self.panel.pages["sign_off"]._amend()

    def _exclude(self) -> None:
        if self.case is not None and self.session.can_edit:
            reading = self.session.reading
            self.session.propose_exclusion(None if reading.exclusion else "motion")

    # acts of other modules
    def _foreign_volumes(self) -> list:
        nodes = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")
        return [node for node in nodes if not node.GetAttribute(ROLE)]

    def _foreign_segmentations(self) -> list:
        nodes = slicer.util.getNodesByClass("vtkMRMLSegmentationNode")
        return [node for node in nodes if not node.GetAttribute(ROLE)]

    def _displays(self, node: object) -> list:
        found = [node.GetNthDisplayNode(number) for number in range(node.GetNumberOfDisplayNodes())]
        return [display for display in found if display is not None]

    def _add_data(self) -> None:
        file = self.folder / "foreign.nrrd"
        if not file.exists():
            self._make_foreign(file)
        node = slicer.util.loadVolume(str(file))
        logic = slicer.app.applicationLogic()
        logic.GetSelectionNode().SetActiveVolumeID(node.GetID())
        logic.PropagateVolumeSelection(1)

    def _make_foreign(self, file: Path) -> None:
        import SimpleITK as sitk

        image = sitk.GetImageFromArray(self.rng.integers(0, 3000, (6, 30, 30)).astype(np.int16))
        image.SetSpacing((3.0, 3.0, 6.0))
        sitk.WriteImage(image, str(file))

    def _add_segmentation(self) -> None:
        """As Add Data brings one: with something in it, shown in every view."""
        file = self.folder / "foreign.seg.nrrd"
        if not file.exists():
            grid = ImageGrid((30, 30, 6), (3.0, 3.0, 6.0), (0.0, 0.0, 0.0), (1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0))
            mask = np.zeros(grid.shape, bool)
            mask[brush(grid.shape, self.rng)] = True
            file.write_bytes(segmentation_bytes({"other": mask}, grid))
        slicer.util.loadSegmentation(str(file))

    def _show_segmentations(self) -> None:
        """As the eye in the Data tree."""
        for node in self._foreign_segmentations():
            for display in self._displays(node):
                display.SetVisibility(True)

    def _put_into_view(self) -> None:
        nodes = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")
        names = reading_layout.SLICES[:3] if self.rng.random() < 0.7 else reading_layout.SLICES
        composite = reading_layout.composite_node(slicer.mrmlScene, str(self.rng.choice(names)))
        if nodes and composite is not None:
            node = nodes[int(self.rng.integers(len(nodes)))]
            layer = str(self.rng.choice(["Background", "Background", "Foreground", "Label"]))
            getattr(composite, f"Set{layer}VolumeID")(node.GetID())

    def _view(self):
        return reading_layout.slice_node(slicer.mrmlScene, str(self.rng.choice(reading_layout.SLICES)))

    def _turn_view(self) -> None:
        view = self._view()
        if view is not None:
            getattr(view, str(self.rng.choice(["SetOrientationToCoronal", "SetOrientationToSagittal"])))()

    def _zoom(self) -> None:
        view = self._view()
        if view is not None:
            x, y, z = view.GetFieldOfView()
            factor = float(self.rng.uniform(0.7, 1.4))
            view.SetFieldOfView(x * factor, y * factor, z)
            view.SetXYZOrigin(float(self.rng.uniform(-20, 20)), float(self.rng.uniform(-20, 20)), 0.0)

    def _delete_volume(self) -> None:
        case = self.case
        if case is not None and case.nodes:
            node = case.nodes[str(self.rng.choice(list(case.nodes)))]
            slicer.mrmlScene.RemoveNode(node)

    def _delete_foreign(self) -> None:
        for node in [*self._foreign_volumes(), *self._foreign_segmentations()]:
            slicer.mrmlScene.RemoveNode(node)

    def _delete_segment(self) -> None:
        if self.case is not None and self.case.voi is not None:
            self.case.voi.GetSegmentation().RemoveSegment(self._segment())

    def _delete_segmentation(self) -> None:
        if self.case is not None and self.case.voi is not None:
            slicer.mrmlScene.RemoveNode(self.case.voi)

    def _rename_segment(self) -> None:
        if self.case is not None and self.case.voi is not None:
            segment = self.case.voi.GetSegmentation().GetSegment(self._segment())
            if segment is not None:
                segment.SetName(str(self.rng.choice(["Segment_1", "tumour", "necrosis"])))

    def _rename_node(self) -> None:
        case = self.case
        if case is not None and case.nodes:
            case.nodes[str(self.rng.choice(list(case.nodes)))].SetName("renamed")

    def _colour(self) -> None:
        case = self.case
        maps = [node for role, node in case.nodes.items() if role in MAP_ROLES] if case is not None else []
        if maps:
            node = maps[int(self.rng.integers(len(maps)))]
            node.GetDisplayNode().SetAndObserveColorNodeID("vtkMRMLColorTableNodeRainbow")

    def _transform(self) -> None:
        case = self.case
        if case is None or not case.nodes:
            return
        moved = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
        to_parent = vtk.vtkMatrix4x4()
        to_parent.SetElement(0, 3, float(self.rng.uniform(5, 20)))
        moved.SetMatrixTransformToParent(to_parent)
        nodes = [*case.nodes.values(), *([case.voi] if case.voi is not None else [])]
        nodes[int(self.rng.integers(len(nodes)))].SetAndObserveTransformNodeID(moved.GetID())

    def _parent(self) -> None:
        case = self.case
        hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
        if case is not None and case.nodes and hierarchy is not None:
            folder = hierarchy.CreateFolderItem(hierarchy.GetSceneItemID(), "folder")
            node = list(case.nodes.values())[int(self.rng.integers(len(case.nodes)))]
            hierarchy.SetItemParent(hierarchy.GetItemByDataNode(node), folder)

    def _window(self) -> None:
        case = self.case
        if case is not None and case.nodes:
            node = list(case.nodes.values())[int(self.rng.integers(len(case.nodes)))]
            shown = node.GetDisplayNode()
            if shown is not None and shown.IsA("vtkMRMLScalarVolumeDisplayNode"):
                low = float(self.rng.uniform(0, 1))
                shown.SetWindowLevelMinMax(low, low + float(self.rng.uniform(0.5, 2)))

    def _close_scene(self) -> None:
        slicer.mrmlScene.Clear(0)

    @property
    def _scene_file(self) -> Path:
        return self.folder / "scene.mrb"

    def _save_scene(self) -> None:
        file = self._scene_file
        file.unlink(missing_ok=True)
        slicer.util.saveScene(str(file))

    def _load_scene(self) -> None:
        if not self._scene_file.exists():
            self._save_scene()
            return
        if self.rng.random() < 0.5:
            slicer.mrmlScene.Clear(0)
            self.hands.settle()
        slicer.util.loadScene(str(self._scene_file))

    def _layout(self) -> None:
        slicer.app.layoutManager().setLayout(int(self.rng.choice(OTHER_LAYOUTS)))

    def _back_to_views(self) -> None:
        if self.case is not None and self.panel.entered:
            self.panel.show_reading_views()

    def _hanging(self) -> None:
        layouts = self.session.hanging.layouts
        if self.case is not None:
            self.panel.hanging.choose(layouts[int(self.rng.integers(len(layouts)))])

    def _other_module(self) -> None:
        if self.panel.entered:
            self.hands.other_module(str(self.rng.choice(["Data", "Volumes", "Segmentations", "Models"])))
        else:
            self.hands.our_module()

    def _editor_stroke(self) -> None:
        """Draw with the core Segment Editor on the segmentation of the case."""
        case = self.case
        if case is None or case.voi is None or not self.session.can_draw:
            return
        if self.panel.entered:
            self.hands.other_module("SegmentEditor")
        case = self.case
        if case is not None and case.voi is not None:
            self.hands.core_stroke(case, self.rng)

    def _hide_panel(self) -> None:
        self.panel.widget.hide()
        self.hands.settle()
        self.panel.widget.show()

    def _re_enter(self) -> None:
        """Choose the study anew, as after lunch."""
        self.panel.enter_study(self.study, READER)

    def _pause(self) -> None:
        end = time.monotonic() + float(self.rng.choice([0.05, 0.5, 0.9]))
        while time.monotonic() < end:
            self.hands.settle()
            time.sleep(0.01)


def brush(shape: tuple[int, int, int], rng: np.random.Generator) -> tuple[slice, ...]:
    """A box of voxels somewhere in the image."""
    places = [
        int(rng.integers(0, max(size - width, 1))) for size, width in zip(shape, (2, 6, 6), strict=True)
    ]
    return tuple(slice(at, at + width) for at, width in zip(places, (2, 6, 6), strict=True))
