"""The line over a lesion as a node of Slicer's Markups: made, placed with the mouse, read back."""

from collections.abc import Sequence

import slicer
import vtk

from HER2LowMRILib.mrml.volumes import ROLE

# First part of the role: the reader's own line, or that of a side.
SIZE_LINE = "size_line"
OF_ANSWER, NOT_OF_ANSWER = (1.0, 0.85, 0.1), (0.6, 0.6, 0.6)
Place = tuple[float, float, float]


def _added(scene: slicer.vtkMRMLScene, class_name: str, name: str) -> slicer.vtkMRMLMarkupsNode:
    """Add a node of Markups; clicks that set another one go on setting that, though Slicer turns them to this."""
    selection = selection_node(scene)
    if selection is None:
        return scene.AddNewNodeByClass(class_name, name)
    kind, before = selection.GetActivePlaceNodeClassName(), selection.GetActivePlaceNodeID()
    node = scene.AddNewNodeByClass(class_name, name)
    if scene.GetNodeByID(before or "") is not None:
        selection.SetActivePlaceNodeClassName(kind)
        selection.SetActivePlaceNodeID(before)
    return node


def selection_node(scene: slicer.vtkMRMLScene) -> slicer.vtkMRMLSelectionNode | None:
    """Slicer's node that says which markup clicks set."""
    return scene.GetNodeByID("vtkMRMLSelectionNodeSingleton")


def add_line(
    scene: slicer.vtkMRMLScene, name: str, role: str, colour: tuple[float, float, float] = OF_ANSWER
) -> slicer.vtkMRMLMarkupsLineNode:
    """Add a line without ends, with its length beside it.

    Parameters
    ----------
    role : str
        What the module uses it for; ``nodes_of_case`` finds it by this.
    """
    line = _added(scene, "vtkMRMLMarkupsLineNode", name)
    line.SetAttribute(ROLE, role)
    line.CreateDefaultDisplayNodes()
    shown = line.GetDisplayNode()
    # The number beside the line is its length; names of the ends would lie on the lesion.
    shown.SetPropertiesLabelVisibility(True)
    shown.SetPointLabelsVisibility(False)
    shown.SetUseGlyphScale(False)
    shown.SetGlyphSize(2.0)
    shown.SetTextScale(3.0)
    shown.SetLineThickness(0.5)
    colour_line(line, colour)
    return line


def add_pair(
    scene: slicer.vtkMRMLScene, name: str, role: str, colour: tuple[float, float, float]
) -> slicer.vtkMRMLMarkupsLineNode:
    """Add two marks without a place, placed and read back as the ends of a line are; between them runs a thin line."""
    pair = add_line(scene, name, role, colour)
    shown = pair.GetDisplayNode()
    shown.SetPropertiesLabelVisibility(False)
    shown.SetPointLabelsVisibility(True)
    shown.SetTextScale(2.5)
    shown.SetLineThickness(0.1)
    return pair


def add_mark(
    scene: slicer.vtkMRMLScene, name: str, role: str, colour: tuple[float, float, float]
) -> slicer.vtkMRMLMarkupsFiducialNode:
    """Add one mark without a place."""
    mark = _added(scene, "vtkMRMLMarkupsFiducialNode", name)
    mark.SetAttribute(ROLE, role)
    mark.CreateDefaultDisplayNodes()
    shown = mark.GetDisplayNode()
    shown.SetUseGlyphScale(False)
    shown.SetGlyphSize(3.0)
    # A name would lie on the lesion.
    shown.SetPointLabelsVisibility(False)
    colour_line(mark, colour)
    return mark


def place_of(mark: slicer.vtkMRMLMarkupsNode) -> Place | None:
    """Where a mark is [mm, LPS], whatever transform it hangs under; None before it has a place."""
    if mark.GetNumberOfDefinedControlPoints() < 1:
        return None
    place = [0.0, 0.0, 0.0]
    mark.GetNthControlPointPositionWorld(0, place)
    return -place[0], -place[1], place[2]


def colour_line(line: slicer.vtkMRMLMarkupsLineNode, colour: tuple[float, float, float]) -> None:
    """Colour a line."""
    shown = line.GetDisplayNode()
    if shown is not None:
        shown.SetColor(*colour)
        shown.SetSelectedColor(*colour)


def ends_of(line: slicer.vtkMRMLMarkupsLineNode) -> tuple[Place, Place] | None:
    """Both ends [mm, LPS], whatever transform the line hangs under; None before both are set."""
    if line.GetNumberOfDefinedControlPoints() < 2:
        return None
    found = []
    for number in (0, 1):
        place = [0.0, 0.0, 0.0]
        line.GetNthControlPointPositionWorld(number, place)
        found.append((-place[0], -place[1], place[2]))
    return found[0], found[1]


def put_ends(line: slicer.vtkMRMLMarkupsLineNode, ends_mm: Sequence[Sequence[float]]) -> None:
    """Give a line its ends [mm, LPS]; none takes them away."""
    line.SetAndObserveTransformNodeID(None)
    line.RemoveAllControlPoints()
    for end in ends_mm:
        line.AddControlPointWorld(vtk.vtkVector3d(-end[0], -end[1], end[2]))


def drawn_on(line: slicer.vtkMRMLMarkupsLineNode) -> slicer.vtkMRMLVolumeNode | None:
    """The volume of the view in which the first end was set; None where that is not known."""
    scene = line.GetScene()
    if scene is None or not line.GetNumberOfControlPoints():
        return None
    return scene.GetNodeByID(line.GetNthControlPointAssociatedNodeID(0) or "")


def _interaction(scene: slicer.vtkMRMLScene) -> slicer.vtkMRMLInteractionNode | None:
    return scene.GetNodeByID("vtkMRMLInteractionNodeSingleton")


def clicks_place(scene: slicer.vtkMRMLScene) -> bool:
    """Whether clicks in the views set marks, of whomever."""
    interaction = _interaction(scene)
    return interaction is not None and interaction.GetCurrentInteractionMode() == interaction.Place


def start_placing(line: slicer.vtkMRMLMarkupsLineNode) -> None:
    """Let the next two clicks in the views set the ends of a line."""
    slicer.modules.markups.logic().SetActiveList(line)
    interaction = _interaction(line.GetScene())
    if interaction is not None:
        interaction.SetPlaceModePersistence(0)
        interaction.SetCurrentInteractionMode(interaction.Place)


def stop_placing(scene: slicer.vtkMRMLScene) -> None:
    """Let clicks do again what they did before."""
    interaction = _interaction(scene)
    if interaction is not None and clicks_place(scene):
        interaction.SetCurrentInteractionMode(interaction.ViewTransform)


def is_placing(line: slicer.vtkMRMLMarkupsLineNode) -> bool:
    """Whether clicks set the ends of this line."""
    scene = line.GetScene()
    if scene is None or not clicks_place(scene):
        return False
    selection = selection_node(scene)
    return selection is not None and selection.GetActivePlaceNodeID() == line.GetID()
