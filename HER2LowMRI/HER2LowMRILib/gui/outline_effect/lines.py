"""Yellow lines in one slice view: they follow pan, zoom and slice."""

import vtk

# Of the way from one slice to the next.
NEAR = 0.5


class SliceLines:
    """Lines between places of a slice, drawn over one view.

    Parameters
    ----------
    effect : qSlicerSegmentEditorScriptedEffect
        Holds the actor.
    widget : qMRMLSliceWidget
        The view.
    """

    def __init__(self, effect, widget):
        self._widget = widget
        self._ras, self._xy = vtk.vtkPoints(), vtk.vtkPoints()
        self._lines = vtk.vtkPolyData()
        self._lines.SetPoints(self._xy)
        self._lines.SetLines(vtk.vtkCellArray())
        mapper = vtk.vtkPolyDataMapper2D()
        mapper.SetInputData(self._lines)
        self.actor = vtk.vtkActor2D()
        self.actor.SetMapper(mapper)
        self.actor.GetProperty().SetColor(1.0, 1.0, 0.0)
        self.actor.GetProperty().SetLineWidth(2)
        effect.addActor2D(widget, self.actor)

    def show(self, parts, k, grid):
        """Show lines, each from one place (j, i) to another, in slice k of a grid; none without parts."""
        self._ras.Reset()
        cells = vtk.vtkCellArray()
        to_lps = grid.ijk_to_lps()
        for number, part in enumerate(parts):
            for j, i in part:
                lps = to_lps @ (i, j, k, 1.0)
                self._ras.InsertNextPoint(-lps[0], -lps[1], lps[2])
            cells.InsertNextCell(2)
            cells.InsertCellPoint(2 * number)
            cells.InsertCellPoint(2 * number + 1)
        self._lines.SetLines(cells)
        self.place()

    def place(self):
        """Bring the lines to where the view shows their places; hide them in another slice."""
        node = self._widget.sliceLogic().GetSliceNode()
        to_xy = vtk.vtkTransform()
        to_xy.SetMatrix(node.GetXYToRAS())
        to_xy.Inverse()
        self._xy.Reset()
        if self._ras.GetNumberOfPoints():
            to_xy.TransformPoints(self._ras, self._xy)
            # The third coordinate of the view is the way to its plane, in voxels of the view.
            away = abs(self._xy.GetPoint(0)[2]) if self._xy.GetNumberOfPoints() else 0.0
            self.actor.SetVisibility(away < NEAR)
        self._lines.Modified()
        self._widget.sliceView().scheduleRender()

    def remove(self, effect, widget):
        """Take the lines out of the view."""
        effect.removeActor2D(widget, self.actor)
