"""The slice views on the screen: what is drawn in them beside what the scene says."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import qt
import slicer
import vtk

from HER2LowMRILib.mrml.reading_layout import ALL_SLICES

# What the bar above a view needs beside its title: buttons, the least of the slider, and its number [pixels].
_BUTTONS, _SLIDER, _NUMBER = 125, 30, 100
# A title is never narrower, as in Slicer [letters].
_LEAST = "XX"


class Screen:
    """Gives what VTK draws a slice view with; None for a view that the layout does not show."""

    def __init__(self) -> None:
        # View -> its bar, and the slider in it: to look for it takes longer than all the rest.
        self._bars: dict[str, tuple[object, list[object]]] = {}

    def _slice_view(self, name: str) -> object:
        manager = slicer.app.layoutManager()
        widget = manager.sliceWidget(name) if manager is not None else None
        return widget.sliceView() if widget is not None else None

    def renderer(self, name: str) -> vtk.vtkRenderer | None:
        """What draws the overlays of a view."""
        view = self._slice_view(name)
        return view.renderWindow().GetRenderers().GetFirstRenderer() if view is not None else None

    def annotation(self, name: str) -> vtk.vtkCornerAnnotation | None:
        """The texts at the edges and corners of a view."""
        view = self._slice_view(name)
        return view.cornerAnnotation() if view is not None else None

    def draw(self, name: str) -> None:
        """Have a view drawn again soon."""
        view = self._slice_view(name)
        if view is not None:
            view.scheduleRender()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Draw no view meanwhile; those that change are drawn once, when the events run.

        Slicer's own pause draws each view as soon as it ends, also those that did not change, and those that did once
        more when the bar above them has heard of it.
        """
        views = [
            view for view in map(self._slice_view, ALL_SLICES) if view is not None and view.renderEnabled
        ]
        for view in views:
            view.renderEnabled = False
        try:
            yield
        finally:
            for view in views:
                view.renderEnabled = True

    def fit_titles(self, names: Iterable[str]) -> None:
        """Write titles of views, with the room that they need and the views have; the slider beside each gives way."""
        manager = slicer.app.layoutManager()
        widgets = {name: manager.sliceWidget(name) for name in ALL_SLICES} if manager is not None else {}
        there = {name: widget for name, widget in widgets.items() if widget is not None}
        # All views are as wide as each other; one that a long title pushed open would else keep what it took.
        widths = [widget.sliceView().width for widget in there.values() if widget.isVisible()]
        share = sum(widths) / len(widths) if widths else 0
        seen = next((widget for widget in there.values() if widget.isVisible()), None)
        grid = seen.parentWidget().layout() if seen is not None else None
        # While Slicer changes the layout, views that are seen already have no grid around them yet.
        if grid is not None:
            _share_room(grid)
        for name in names:
            if name in there:
                self._fit_title(name, there[name], share)

    def _fit_title(self, name: str, widget: object, width: float) -> None:
        bar = widget.sliceController()
        title = bar.viewLabel()
        # The view says nothing of a new title, see `write_title`.
        title.text = widget.mrmlSliceNode().GetLayoutLabel() or ""
        if name not in self._bars or self._bars[name][0] is not bar:
            self._bars[name] = bar, slicer.util.findChildren(bar, "SliceOffsetSlider")
        metrics = title.fontMetrics()
        needed, least = metrics.horizontalAdvance(title.text) + 4, metrics.horizontalAdvance(_LEAST)
        free = int(width) - _BUTTONS - _SLIDER
        # Which phase this is matters more than the millimetres of the slice, which the Data Probe shows too.
        with_number = needed <= free - _NUMBER
        for slider in self._bars[name][1]:
            slider.setSizePolicy(qt.QSizePolicy.Preferred, qt.QSizePolicy.Fixed)
            slider.setMinimumWidth(_SLIDER + (_NUMBER if with_number else 0))
            slider.spinBoxVisible = with_number
        # One view that asked for more than the others have would push them out of the window.
        title.setMinimumWidth(min(needed, max(free, least)))


def _share_room(grid: object) -> None:
    """Make the columns and the rows of a grid as large as each other: left to itself, it gives more to long titles."""
    for column in range(grid.columnCount()):
        grid.setColumnStretch(column, 1)
    for row in range(grid.rowCount()):
        grid.setRowStretch(row, 1)
