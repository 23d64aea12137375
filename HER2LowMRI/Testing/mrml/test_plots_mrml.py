"""The plots of a case: their axes hold all that is drawn, also when a VOI grew since they were drawn first."""

import numpy as np
import pytest
from HER2LowMRILib.core.signal_decay import decay_of_voxel
from HER2LowMRILib.mrml.plots import Chart, draw_decay, draw_histogram

B_VALUES = (0.0, 800.0, 1400.0, 2000.0)


def series_values(scene, chart, column):
    """All numbers of a column of the tables that a chart shows."""
    values = []  # NaN is a gap in a line
    for index in range(chart.node.GetNumberOfPlotSeriesNodes()):
        table = chart.node.GetNthPlotSeriesNode(index).GetTableNode().GetTable()
        array = table.GetColumnByName(column)
        values += [array.GetValue(row) for row in range(array.GetNumberOfValues())]
    return [value for value in values if value == value]


def assert_all_is_seen(scene, chart):
    assert not chart.node.GetXAxisRangeAuto() and not chart.node.GetYAxisRangeAuto()
    (left, right), (low, high) = chart.node.GetXAxisRange(), chart.node.GetYAxisRange()
    assert left <= min(series_values(scene, chart, "x")) and max(series_values(scene, chart, "x")) <= right
    assert low <= min(series_values(scene, chart, "y")) and max(series_values(scene, chart, "y")) <= high
    # Heights of bars and signals are compared by eye: the axis begins at 0.
    assert low == 0


@pytest.mark.parametrize("voxels", [(50, 5000), (5000, 50)], ids=["grows", "shrinks"])
def test_a_histogram_is_seen_whole_after_the_voi_has_changed(scene, voxels):
    rng = np.random.default_rng(3)
    chart = Chart(scene, "histogram", "HER2LowMRI_Histogram")
    highest = []
    for count in voxels:
        values = rng.normal(1.0, 0.1 if count == 50 else 0.3, count).clip(0.1)
        marks = {
            name: float(np.percentile(values, q)) for name, q in (("p5", 5), ("median", 50), ("p95", 95))
        }
        draw_histogram(chart, values, "ADC", "1e-3 mm²/s", marks, 0.05)
        assert_all_is_seen(scene, chart)
        highest.append(max(series_values(scene, chart, "y")))
    assert chart.node.GetYAxisRange()[1] < 1.2 * highest[-1]


def test_whiskers_stand_above_the_bars_and_go_with_the_next_stroke(scene):
    values = np.random.default_rng(5).normal(1.0, 0.2, 900).clip(0.1)
    marks = {"p5": 0.67, "median": 1.0, "p95": 1.33}
    chart = Chart(scene, "histogram", "HER2LowMRI_Histogram")
    draw_histogram(chart, values, "ADC", "1e-3 mm²/s", marks, 0.05)
    plain, highest = chart.node.GetNumberOfPlotSeriesNodes(), max(series_values(scene, chart, "y"))
    intervals = [(0.6, 0.7), (0.98, 1.03), (1.3, 1.38)]
    draw_histogram(chart, values, "ADC", "1e-3 mm²/s", marks, 0.05, intervals)
    assert chart.node.GetNumberOfPlotSeriesNodes() == plain + 1
    assert_all_is_seen(scene, chart)
    table = chart.node.GetNthPlotSeriesNode(plain).GetTableNode().GetTable()
    x, y = ([table.GetColumnByName(c).GetValue(n) for n in range(table.GetNumberOfRows())] for c in "xy")
    assert {value for value in x if value == value} == {end for ends in intervals for end in ends}
    assert min(value for value in y if value == value) > highest
    draw_histogram(chart, values, "ADC", "1e-3 mm²/s", marks, 0.05)
    assert chart.node.GetNumberOfPlotSeriesNodes() == plain


def test_a_decay_is_seen_whole_whatever_was_drawn_before(scene):
    chart = Chart(scene, "decay", "HER2LowMRI_Decay")
    for s0 in (1000.0, 40.0, 3000.0):
        signals = [np.full((1, 1, 1), s0 * np.exp(-b / 1000), np.float32) for b in B_VALUES]
        draw_decay(chart, decay_of_voxel(signals, B_VALUES, (0, 0, 0)), "voxel")
        assert_all_is_seen(scene, chart)
        assert s0 < chart.node.GetYAxisRange()[1] < 1.5 * s0
