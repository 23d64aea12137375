"""The features of a VOI as a table node, to be seen in Slicer's tables and saved with the scene."""

import slicer
import vtk

from HER2LowMRILib.core.histogram import VoiFeatures
from HER2LowMRILib.mrml.volumes import ROLE

COLUMNS = ("feature", "value", "unit", "definition")


def show_features(
    scene: slicer.vtkMRMLScene, features: VoiFeatures, case_name: str
) -> slicer.vtkMRMLTableNode:
    """Write the features of a VOI into the table node of the case, which is added when there is none.

    Returns
    -------
    vtkMRMLTableNode
        One row per feature in the order of the columns of features.csv; numbers in full precision.
    """
    node = next((n for n in _tables(scene) if n.GetAttribute(ROLE) == "features"), None)
    if node is None:
        node = scene.AddNewNodeByClass("vtkMRMLTableNode", f"{case_name} features".strip())
        node.SetAttribute(ROLE, "features")
        node.SetUseColumnTitleAsColumnHeader(True)
    measured = features.features.features
    columns = [vtk.vtkStringArray(), vtk.vtkDoubleArray(), vtk.vtkStringArray(), vtk.vtkStringArray()]
    table = vtk.vtkTable()
    for column, name in zip(columns, COLUMNS, strict=True):
        column.SetName(name)
        column.SetNumberOfValues(len(measured))
        table.AddColumn(column)
    for row, feature in enumerate(measured):
        cells = (feature.name, features.values[feature.name], feature.unit, feature.definition)
        for column, cell in zip(columns, cells, strict=True):
            column.SetValue(row, cell)
    node.SetAndObserveTable(table)
    return node


def _tables(scene: slicer.vtkMRMLScene) -> list[slicer.vtkMRMLTableNode]:
    return [
        scene.GetNthNodeByClass(index, "vtkMRMLTableNode")
        for index in range(scene.GetNumberOfNodesByClass("vtkMRMLTableNode"))
    ]
