"""The slice views on the screen: what is drawn in them beside what the scene says."""

import slicer
import vtk


class Screen:
    """Gives what VTK draws a slice view with; None for a view that the layout does not show."""

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
