"""The results of an analysis in the scene: a table node per table, and a chart of ROC curves."""

from collections.abc import Mapping, Sequence

import numpy as np
import slicer
import vtk

from HER2LowMRILib.mrml.plots import Chart
from HER2LowMRILib.mrml.volumes import ROLE

LAYOUT_ID = 26204
TABLE_VIEW, PLOT_VIEW = "HER2LowMRI_Results", "HER2LowMRI_ROC"
_ROLE = "analysis"
# Told apart by every kind of colour vision (Okabe and Ito).
_COLOURS = ((0.0, 0.45, 0.7), (0.9, 0.62, 0.0), (0.0, 0.62, 0.45), (0.0, 0.0, 0.0), (0.8, 0.47, 0.65))


def description() -> str:
    """Return the layout of the results as Slicer's layout description (XML): a table above a plot."""
    return (
        '<layout type="vertical" split="true">'
        f'<item splitSize="500"><view class="vtkMRMLTableViewNode" singletontag="{TABLE_VIEW}">'
        '<property name="viewlabel" action="default">results</property></view></item>'
        f'<item splitSize="500"><view class="vtkMRMLPlotViewNode" singletontag="{PLOT_VIEW}">'
        '<property name="viewlabel" action="default">ROC</property></view></item>'
        "</layout>"
    )


def show_results_layout(scene: slicer.vtkMRMLScene) -> int | None:
    """Show the views of the results.

    Returns
    -------
    int or None
        The layout that was shown before; None without a window, or when the results were shown already.
    """
    node = scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    if node is None:
        return None
    if not node.IsLayoutDescription(LAYOUT_ID):
        node.AddLayoutDescription(LAYOUT_ID, description())
    before = node.GetViewArrangement()
    if before == LAYOUT_ID:
        return None
    node.SetViewArrangement(LAYOUT_ID)
    return before


def result_table(
    scene: slicer.vtkMRMLScene, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, object]]
) -> slicer.vtkMRMLTableNode:
    """Write a table of results into its node, which is added when there is none.

    Parameters
    ----------
    name : str
        Name of the node.
    columns : sequence of str
    rows : sequence of mapping
        Column -> number, text, or None and NaN for an empty cell.

    Returns
    -------
    vtkMRMLTableNode
        Numbers are shown with four significant digits; the full ones are in the CSV.
    """
    node = _node(scene, name)
    table = vtk.vtkTable()
    for column in columns:
        cells = vtk.vtkStringArray()
        cells.SetName(column)
        for row in rows:
            cells.InsertNextValue(_text(row.get(column)))
        table.AddColumn(cells)
    node.SetAndObserveTable(table)
    return node


def show_table(scene: slicer.vtkMRMLScene, node: slicer.vtkMRMLTableNode) -> None:
    """Put a table into the view of the results, where there is one."""
    view = scene.GetSingletonNode(TABLE_VIEW, "vtkMRMLTableViewNode")
    if view is not None:
        view.SetTableNodeID(node.GetID())


def draw_roc(
    scene: slicer.vtkMRMLScene, title: str, curves: Sequence[tuple[str, np.ndarray, np.ndarray]]
) -> Chart:
    """Draw ROC curves.

    Parameters
    ----------
    title : str
    curves : sequence of (name, sensitivity, specificity)
    """
    chart = Chart(scene, "roc", PLOT_VIEW)
    chart.label(title, "1 - specificity", "sensitivity")
    chart.span((0.0, 1.0), (0.0, 1.0))
    chart.draw("chance", (0, 1), (0, 1), "dashes", (0.7, 0.7, 0.7))
    for (name, sensitivity, specificity), colour in zip(curves, _COLOURS, strict=False):
        chart.draw(name, 1 - np.asarray(specificity), np.asarray(sensitivity), "line", colour)
    return chart


def show_roc(scene: slicer.vtkMRMLScene) -> None:
    """Put the ROC curves into the view of the results, where there is one."""
    view = scene.GetSingletonNode(PLOT_VIEW, "vtkMRMLPlotViewNode")
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLPlotChartNode")):
        chart = scene.GetNthNodeByClass(index, "vtkMRMLPlotChartNode")
        if view is not None and chart.GetAttribute(ROLE) == "roc":
            view.SetPlotChartNodeID(chart.GetID())


def remove_results(scene: slicer.vtkMRMLScene) -> None:
    """Take the tables and the chart of an earlier analysis out of the scene."""
    for kind in ("vtkMRMLTableNode", "vtkMRMLPlotSeriesNode", "vtkMRMLPlotChartNode"):
        nodes = [scene.GetNthNodeByClass(n, kind) for n in range(scene.GetNumberOfNodesByClass(kind))]
        for node in nodes:
            if node.GetAttribute(ROLE) in (_ROLE, "roc"):
                scene.RemoveNode(node)


def _node(scene: slicer.vtkMRMLScene, name: str) -> slicer.vtkMRMLTableNode:
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLTableNode")):
        node = scene.GetNthNodeByClass(index, "vtkMRMLTableNode")
        if node.GetAttribute(ROLE) == _ROLE and node.GetName() == name:
            return node
    node = scene.AddNewNodeByClass("vtkMRMLTableNode", name)
    node.SetAttribute(ROLE, _ROLE)
    node.SetUseColumnTitleAsColumnHeader(True)
    node.SetLocked(True)
    return node


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
