"""What acts and looks of a random sitting stand on: the panel, the hands, and what is on screen and disk."""

import time
from pathlib import Path
from typing import ClassVar

import numpy as np
import qt
import slicer
from HER2LowMRILib.images.voi_files import read_segmentation
from HER2LowMRILib.mrml.reading_layout import ALL_SLICES, composite_node, slice_node
from HER2LowMRILib.mrml.voi_segmentation import masks_of
from HER2LowMRILib.mrml.volumes import ROLE

from slicer_session.sitting_check import READER, pack

# What other modules put into the scene and nobody but them takes out of it.
FOREIGN = (
    "vtkMRMLScalarVolumeNode",
    "vtkMRMLSegmentationNode",
    "vtkMRMLMarkupsNode",
    "vtkMRMLModelNode",
    "vtkMRMLSequenceNode",
)


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

    def click(self, view: str, across: float, down: float) -> tuple[float, float, float] | None:
        """Click into a view; returns the place [mm, RAS] where it is known that the click set a mark there.

        Parameters
        ----------
        across, down : float
            Part of its width and height.
        """

    def other_module(self, name: str) -> None:
        """Turn to another module."""

    def our_module(self) -> None:
        """Come back."""

    def key(self, text: str) -> None:
        """Press a key while the panel has the focus."""


class Ground:
    """What every act and every look may use."""

    ACTS: ClassVar[dict[str, int]] = {}

    hands: Hands
    rng: np.random.Generator
    folder: Path
    study: Path
    # Case -> what the reader was told last of it.
    expected: dict[str, dict]

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

    @property
    def reads(self) -> bool:
        """Whether the reader of the sitting is at work."""
        return self.session.role == READER

    def chance(self, share: float) -> bool:
        """True in that share of the times."""
        return bool(self.rng.random() < share)

    def one_of(self, things):
        """One of them; None when there is none."""
        things = list(things)
        return things[int(self.rng.integers(len(things)))] if things else None

    def press(self, widget, key: int, times: int = 1) -> None:
        """Press a key in a widget, wherever the focus is."""
        for _time in range(times):
            for kind in (qt.QEvent.KeyPress, qt.QEvent.KeyRelease):
                qt.QApplication.sendEvent(widget, qt.QKeyEvent(kind, key, qt.Qt.NoModifier))

    def go_to(self, page: str) -> bool:
        """Bring a page of the panel up; whether it is there."""
        panel = self.panel
        if page not in panel.steps():
            return False
        if not panel.entered:
            self.hands.our_module()
        if page != panel.page.NAME:
            panel.go_to(page)
            self.hands.settle()
        return page == panel.page.NAME

    def drawn(self) -> dict[str, str | None]:
        """Segment -> packed mask on the screen."""
        case = self.case
        if case is None or case.voi is None or case.grid is None or case.voi.GetScene() is None:
            return {}
        return {name: pack(mask) for name, mask in masks_of(case.voi, case.grid).items()}

    def on_disk(self) -> dict[str, str | None]:
        """Segment -> packed mask in the file of the outline."""
        path = getattr(self.session.reading, "voi_path", None)
        masks = read_segmentation(path).masks if path is not None else {}
        return {name: packed for name, mask in masks.items() if (packed := pack(mask)) is not None}

    # the scene
    def foreign(self, kind: str) -> list:
        """Nodes of a class that are of other modules, as somebody sees them.

        Slicer has models of its own for the planes of its views. Hidden, so that nobody takes them out of the scene:
        without them it draws a view while it changes what the view shows, and VTK complains.
        """
        nodes = slicer.util.getNodesByClass(kind)
        return [node for node in nodes if not node.GetAttribute(ROLE) and not node.GetHideFromEditors()]

    def foreign_ids(self) -> set[str]:
        """Ids of everything that other modules put into the scene."""
        return {node.GetID() for kind in FOREIGN for node in self.foreign(kind)}

    def displays(self, node) -> list:
        found = [node.GetNthDisplayNode(number) for number in range(node.GetNumberOfDisplayNodes())]
        return [display for display in found if display is not None]

    def views(self) -> list[str]:
        """Names of the views of the reading that are there."""
        scene, manager = slicer.mrmlScene, slicer.app.layoutManager()
        there = manager.sliceViewNames()
        return [
            name
            for name in ALL_SLICES
            if name in there
            and composite_node(scene, name) is not None
            and slice_node(scene, name) is not None
        ]

    def interaction(self):
        """Slicer's node that says what clicks do."""
        return slicer.mrmlScene.GetNodeByID("vtkMRMLInteractionNodeSingleton")

    def rest(self, seconds: float) -> None:
        """Do nothing for a while, as somebody who looks."""
        end = time.monotonic() + seconds
        self.hands.settle()
        while time.monotonic() < end:
            self.hands.settle()
            time.sleep(0.01)
