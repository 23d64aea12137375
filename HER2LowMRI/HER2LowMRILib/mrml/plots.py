"""The plots of a case as MRML charts: histogram of a map with its percentiles, and the signal decay with its fits."""

from collections.abc import Sequence

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk

from HER2LowMRILib.core.signal_decay import SignalDecay
from HER2LowMRILib.mrml.volumes import ROLE

WHISKERS = "95 % interval"
_WHISKER_STEP = 0.06  # of the highest bar
BARS, LINE, MARK = (0.35, 0.50, 0.70), (0.84, 0.37, 0.00), (0.00, 0.45, 0.70)


class Chart:
    """One chart with its tables and series, made once per case and then updated in place.

    Parameters
    ----------
    scene : vtkMRMLScene
    role : str
        "histogram", "decay" or "curve"; the title of the view.
    view_name : str
        Singleton tag of the plot view that shows it.
    """

    def __init__(self, scene: slicer.vtkMRMLScene, role: str, view_name: str):
        self._scene, self._role = scene, role
        self._series: dict[str, slicer.vtkMRMLPlotSeriesNode] = {}
        self.node = self._add("vtkMRMLPlotChartNode", role)
        self.node.SetLegendVisibility(True)
        self.node.SetGridVisibility(False)
        # In Slicer's own sizes the legend covers the bars of a plot that is 240 px wide.
        self.node.SetTitleFontSize(14)
        self.node.SetLegendFontSize(11)
        self.node.SetAxisTitleFontSize(13)
        self.node.SetAxisLabelFontSize(11)
        self._view_name = view_name

    def show(self) -> None:
        """Put the chart into its plot view, where there is one; views come and go with the layout."""
        view = self._scene.GetSingletonNode(self._view_name, "vtkMRMLPlotViewNode")
        if view is not None:
            # Two charts take turns in one view, and its title says which is there.
            with slicer.util.NodeModify(view):
                view.SetPlotChartNodeID(self.node.GetID())
                view.SetLayoutLabel(self._role)

    def label(self, title: str, x: str, y: str) -> None:
        """Name the chart and its axes."""
        self.node.SetTitle(title)
        self.node.SetXAxisTitle(x)
        self.node.SetYAxisTitle(y)

    def span(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Set the ends of the axes: left to itself, Slicer keeps those of what was drawn first."""
        self.node.SetXAxisRangeAuto(False)
        self.node.SetYAxisRangeAuto(False)
        self.node.SetXAxisRange(*x)
        self.node.SetYAxisRange(*y)

    def draw(
        self,
        name: str,
        x: Sequence[float] | np.ndarray,
        y: Sequence[float] | np.ndarray,
        style: str,
        colour: tuple,
    ) -> None:
        """Add a series or replace its numbers.

        Parameters
        ----------
        style : {"bars", "line", "dashes", "points"}
        """
        if name not in self._series:
            table = self._add("vtkMRMLTableNode", f"{self._role} {name}")
            series = self._add("vtkMRMLPlotSeriesNode", name)
            series.SetAndObserveTableNodeID(table.GetID())
            series.SetXColumnName("x")
            series.SetYColumnName("y")
            # Slicer's own "bar" has no x axis of its own; a scatter plot with bars has.
            kinds = {"bars": series.PlotTypeScatterBar}
            series.SetPlotType(kinds.get(style, series.PlotTypeScatter))
            series.SetColor(*colour)
            series.SetLineStyle(
                {"line": series.LineStyleSolid, "dashes": series.LineStyleDash}.get(
                    style, series.LineStyleNone
                )
            )
            points = style == "points"
            series.SetMarkerStyle(series.MarkerStyleCircle if points else series.MarkerStyleNone)
            series.SetMarkerSize(9)
            series.SetLineWidth(2)
            self._series[name] = (table, series)
        if not self.node.HasPlotSeriesNodeID(self._series[name][1].GetID()):
            self.node.AddAndObservePlotSeriesNodeID(self._series[name][1].GetID())
        _fill(self._series[name][0], np.asarray(x, float), np.asarray(y, float))

    def leave_out(self, name: str) -> None:
        """Take a series out of the chart; its nodes stay."""
        if name in self._series and self.node.HasPlotSeriesNodeID(self._series[name][1].GetID()):
            self.node.RemovePlotSeriesNodeID(self._series[name][1].GetID())

    def clear(self) -> None:
        """Take every series out of the chart (VTK complains about lines without points); the nodes stay."""
        self.show()
        self.node.RemoveAllPlotSeriesNodeIDs()

    def _add(self, node_class: str, name: str) -> slicer.vtkMRMLNode:
        node = self._scene.AddNewNodeByClass(node_class, name)
        node.SetAttribute(ROLE, self._role)
        node.SetHideFromEditors(True)
        return node


def _fill(table: slicer.vtkMRMLTableNode, x: np.ndarray, y: np.ndarray) -> None:
    filled = vtk.vtkTable()
    for name, values in (("x", x), ("y", y)):
        column = numpy_to_vtk(values, deep=True)
        column.SetName(name)
        filled.AddColumn(column)
    table.SetAndObserveTable(filled)


def draw_histogram(
    chart: Chart,
    values: np.ndarray,
    label: str,
    unit: str,
    marks: dict[str, float],
    bin_width: float,
    intervals: Sequence[tuple[float, float]] = (),
) -> None:
    """Draw the histogram of the valid voxels of a VOI, with p5, median and p95 as lines and their intervals.

    Parameters
    ----------
    values : ndarray, (n,)
        Valid values of the map.
    marks : dict of str to float
        Name of a line -> where it is.
    bin_width : float
        As in the entropy, in the unit of the map; bins start at 0.
    intervals : sequence of tuple
        Lower and upper end of each line's interval, drawn as a whisker above the bars.
    """
    chart.show()
    chart.label(f"{label} in the VOI", f"{label} {unit}".strip(), "voxels")
    if values.size == 0:
        chart.clear()
        return
    low = np.floor(values.min() / bin_width)
    high = max(np.floor(values.max() / bin_width) + 1, low + 1)
    counts, edges = np.histogram(values, bins=int(high - low), range=(low * bin_width, high * bin_width))
    # The whiskers stand above the bars, one above the other: neighbouring intervals may overlap.
    top = float(counts.max()) * (1.05 + _WHISKER_STEP * len(intervals))
    chart.span((edges[0], edges[-1]), (0.0, top))
    chart.draw("voxels", (edges[:-1] + edges[1:]) / 2, counts, "bars", BARS)
    for name, place in marks.items():
        chart.draw(name, (place, place), (0, counts.max()), "line" if name == "median" else "dashes", LINE)
    if intervals:
        x, y = _whiskers(intervals, float(counts.max()))
        chart.draw(WHISKERS, x, y, "line", MARK)
    else:
        chart.leave_out(WHISKERS)


def _whiskers(intervals: Sequence[tuple[float, float]], highest: float) -> tuple[np.ndarray, np.ndarray]:
    """All whiskers as one line, interrupted by NaN, so that the legend names them once."""
    cap = _WHISKER_STEP / 3
    x, y = [], []
    for number, (low, high) in enumerate(intervals, start=1):
        level = 1 + _WHISKER_STEP * number
        x += [low, low, low, high, high, high, np.nan]
        y += [level - cap, level + cap, level, level, level + cap, level - cap, np.nan]
    return np.array(x), highest * np.array(y)


def draw_decay(chart: Chart, decay: SignalDecay, where: str) -> None:
    """Draw the measured signal and both fitted curves.

    Parameters
    ----------
    where : str
        "VOI" or the voxel, for the title.
    """
    chart.show()
    chart.label(f"Signal decay, {where}", "b [s/mm²]", "signal")
    curves = [np.nan_to_num(values) for values in (decay.adc_curve, decay.dki_curve)]
    highest = max(float(np.max(values)) for values in (np.nan_to_num(decay.measured), *curves))
    chart.span((0.0, 1.03 * max(decay.b_values)), (0.0, 1.05 * highest if highest > 0 else 1.0))
    chart.draw("measured", decay.b_values, decay.measured, "points", (0.2, 0.2, 0.2))
    for name, curve, style, colour in zip(
        ("mono-exponential", "kurtosis"), curves, ("dashes", "line"), (MARK, LINE), strict=True
    ):
        chart.draw(name, decay.curve_b, curve, style, colour)


def draw_curve(
    chart: Chart,
    times: Sequence[float],
    signal: Sequence[float],
    used: Sequence[int],
    unit: str,
    title: str,
) -> None:
    """Draw a time-intensity curve, and the phases that its categories were read from.

    Parameters
    ----------
    times, signal : sequence of float
        Of each phase; the first is before contrast.
    used : sequence of int
        Numbers of the phases that are marked.
    unit : str
        Of the times: "s", or what they are counted in.
    """
    chart.show()
    chart.label(title, unit, "signal")
    x, y = np.asarray(times, float), np.asarray(signal, float)
    lowest, highest = float(min(y.min(), 0.0)), float(y.max())
    # Above the curve there is room for the legend.
    chart.span(
        (float(x.min()), float(x.max()) * 1.03 or 1.0), (lowest, 1.35 * highest if highest > 0 else 1.0)
    )
    chart.draw("hottest 3 × 3 voxels", x, y, "line", LINE)
    chart.draw("phases", x, y, "points", (0.2, 0.2, 0.2))
    if used:
        chart.draw("read from", x[list(used)], y[list(used)], "points", MARK)
    else:
        chart.leave_out("read from")
