"""Models, markups and sequences of other modules: they come, are set by clicks, step on, and must not go by us."""

from typing import ClassVar

import slicer
import vtk

from slicer_session.sitting_ground import Ground


class MarkupActs(Ground):
    """Other modules' points, surfaces and sequences."""

    ACTS: ClassVar = {
        "add_markup": 2,
        "place_markup": 2,
        "add_model": 1,
        "add_sequence": 1,
        "step_sequence": 1,
    }

    def _add_markup(self) -> None:
        kind = str(self.rng.choice(["Fiducial", "Line", "ROI"]))
        node = slicer.mrmlScene.AddNewNodeByClass(f"vtkMRMLMarkups{kind}Node", "other")
        node.CreateDefaultDisplayNodes()
        for _point in range(2 if kind == "Line" else 1):
            node.AddControlPointWorld(vtk.vtkVector3d(*self.rng.uniform(-20, 20, 3)))
        slicer.modules.markups.logic().SetActiveList(node)

    def _place_markup(self) -> None:
        """As by the button of Slicer's Markups, and a click; the clicks of the case's own line end by it."""
        node = self.one_of(self.foreign("vtkMRMLMarkupsFiducialNode"))
        if node is None:
            return
        slicer.modules.markups.logic().SetActiveList(node)
        interaction = self.interaction()
        interaction.SetPlaceModePersistence(0)
        interaction.SetCurrentInteractionMode(interaction.Place)
        self.hands.settle()
        view = self.one_of(self.views())
        if view is not None:
            self.hands.click(view, *map(float, self.rng.uniform(0.3, 0.7, 2)))
            self.hands.settle()
        if self.chance(0.8):
            interaction.SetCurrentInteractionMode(interaction.ViewTransform)

    def _add_model(self) -> None:
        ball = vtk.vtkSphereSource()
        ball.SetRadius(float(self.rng.uniform(5, 20)))
        ball.Update()
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLModelNode", "other")
        node.SetAndObserveMesh(ball.GetOutput())
        node.CreateDefaultDisplayNodes()

    def _add_sequence(self) -> None:
        """Volumes of another examination as a sequence, with a browser."""
        volume = self.one_of(self.foreign("vtkMRMLScalarVolumeNode"))
        if volume is None:
            return
        scene = slicer.mrmlScene
        sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "other series")
        for number in range(3):
            sequence.SetDataNodeAtValue(volume, str(number))
        browser = scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "other browser")
        browser.SetAndObserveMasterSequenceNodeID(sequence.GetID())
        slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)

    def _step_sequence(self) -> None:
        browser = self.one_of(slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode"))
        if browser is not None:
            browser.SelectNextItem(1)
