"""Layouts, slice views and plot views: the real layout logic and the real displayable managers, drawn offscreen."""

import slicer
import vtk
from PySide6 import QtCore, QtWidgets
from vtk.util.numpy_support import vtk_to_numpy

MANAGERS = (
    "vtkMRMLSegmentationsDisplayableManager2D",
    "vtkMRMLColorLegendDisplayableManager",
    "vtkMRMLRulerDisplayableManager",
)


class SliceView:
    """``sliceWidget(name).sliceView()``: what draws a slice view."""

    def __init__(self, window, renderer):
        self._window = window
        self.renderEnabled = True
        self._annotation = vtk.vtkCornerAnnotation()
        renderer.AddViewProp(self._annotation)

    def renderWindow(self):
        return self._window

    @property
    def width(self):
        return self._window.GetSize()[0]

    def cornerAnnotation(self):
        return self._annotation

    def scheduleRender(self):
        """Slicer draws when its events run; here a picture is drawn when it is taken."""


class OffsetSlider(QtWidgets.QWidget):
    """``SliceOffsetSlider``: which slice is shown, with its number beside it."""

    def __init__(self):
        super().__init__()
        self._number = True
        self.setObjectName("SliceOffsetSlider")

    def _show_number(self, shown):
        self._number = shown

    spinBoxVisible = QtCore.Property(bool, lambda self: self._number, _show_number)


class SliceController:
    """``sliceWidget(name).sliceController()``: the bar above a slice view, with its title and slider."""

    def __init__(self, node):
        self._node, self._label, self._slider = node, QtWidgets.QLabel(), OffsetSlider()
        # Slicer writes the title when the view is modified, and at no other time.
        node.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._write())
        self._write()

    def _write(self):
        self._label.setText(self._node.GetLayoutLabel() or "")

    def viewLabel(self):
        return self._label

    def children(self):
        return (self._slider,)


class SliceWidget:
    """``layoutManager().sliceWidget(name)``: the nodes and the logic of one slice view."""

    def __init__(self, node):
        self._node, self._controller = node, SliceController(node)
        self._logic = slicer.vtkMRMLSliceLogic()
        self._logic.SetMRMLApplicationLogic(slicer.app.applicationLogic())
        self._logic.SetMRMLScene(slicer.mrmlScene)
        self._logic.SetSliceNode(node)
        slicer.app.applicationLogic().GetSliceLogics().AddItem(self._logic)
        self._logic.ResizeSliceNode(400, 400)
        self._show()

    def className(self):
        return "qMRMLSliceWidget"

    def isVisible(self):
        manager = slicer.app.layoutManager()
        return self._node.GetLayoutName() in manager.sliceViewNames() if manager is not None else False

    def parentWidget(self):
        return slicer.app.layoutManager().grid

    def mrmlSliceNode(self):
        return self._node

    def mrmlSliceCompositeNode(self):
        return self._logic.GetSliceCompositeNode()

    def sliceLogic(self):
        return self._logic

    def sliceView(self):
        return self._view

    def sliceController(self):
        return self._controller

    def fitSliceToBackground(self):
        self._logic.FitSliceToBackground()

    def _show(self):
        """Make the displayable managers of the view, as Slicer does before anything is in the scene for it."""
        factory = slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance()
        factory.SetMRMLApplicationLogic(slicer.app.applicationLogic())
        for manager in MANAGERS:
            if not factory.IsDisplayableManagerRegistered(manager):
                factory.RegisterDisplayableManager(manager)
        self._window, renderer = vtk.vtkRenderWindow(), vtk.vtkRenderer()
        self._window.SetOffScreenRendering(1)
        self._window.SetMultiSamples(0)
        self._window.AddRenderer(renderer)
        renderer.GetActiveCamera().ParallelProjectionOn()
        self._interactor = vtk.vtkRenderWindowInteractor()
        self._interactor.SetRenderWindow(self._window)
        self._interactor.SetInteractorStyle(vtk.vtkInteractorStyleUser())
        self._group = slicer.vtkMRMLDisplayableManagerGroup()
        self._group.Initialize(factory, renderer)
        self._group.SetMRMLDisplayableNode(self._node)
        self._image, actor = vtk.vtkImageMapper(), vtk.vtkActor2D()
        self._image.SetColorWindow(255)
        self._image.SetColorLevel(127.5)
        actor.SetMapper(self._image)
        actor.GetProperty().SetDisplayLocationToBackground()
        renderer.AddViewProp(actor)
        self._view = SliceView(self._window, renderer)

    def scalar_bars(self):
        """Not in Slicer: title -> (low, high) of the scalar bars that are drawn."""
        self._window.Render()
        manager = self._group.GetDisplayableManagerByClassName("vtkMRMLColorLegendDisplayableManager")
        nodes = slicer.util.getNodesByClass("vtkMRMLColorLegendDisplayNode")
        actors = [(node.GetTitleText(), manager.GetColorLegendActor(node)) for node in nodes]
        return {
            title: actor.GetLookupTable().GetRange()
            for title, actor in actors
            if actor and actor.GetVisibility()
        }

    def picture(self, size=(400, 400), fit=True):
        """Not in Slicer: the view as RGB, top row first.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
        """
        self._window.SetSize(*size)
        self._logic.ResizeSliceNode(*size)
        if fit:
            self._logic.FitSliceToBackground()
        self._image.SetInputConnection(self._logic.GetImageDataConnection())
        self._window.Render()
        grab = vtk.vtkWindowToImageFilter()
        grab.SetInput(self._window)
        grab.ReadFrontBufferOff()
        grab.Update()
        image = grab.GetOutput()
        width, height, _ = image.GetDimensions()
        return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(height, width, 3)[::-1].copy()


class LayoutManager:
    """``slicer.app.layoutManager()``: shows the views that the current layout description names."""

    def __init__(self):
        self._logic = slicer.vtkMRMLLayoutLogic()
        self._logic.SetMRMLScene(slicer.mrmlScene)
        self._slices = {}
        # Names of the views in it, and the widget: another layout gets another one.
        self._grid = (), None
        # Slicer's layout manager makes the widgets of a layout as soon as it is asked for.
        self._node().AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self.show_views())

    @property
    def layout(self):
        return self._node().GetViewArrangement()

    def _node(self):
        return self._logic.GetLayoutNode()

    def setLayout(self, number):
        self._node().SetViewArrangement(int(number))

    @property
    def grid(self):
        """Not in Slicer: the widget that holds the slice views, as their ``parentWidget()`` gives it."""
        names = self.sliceViewNames()
        if self._grid[0] != names:
            widget = QtWidgets.QWidget()
            layout, columns = QtWidgets.QGridLayout(widget), 3 if len(names) > 4 else 2
            for number in range(len(names)):
                layout.addWidget(QtWidgets.QWidget(), number // columns, number % columns)
            self._grid = names, widget
        return self._grid[1]

    def layoutLogic(self):
        return self._logic

    def _views(self, class_name):
        collection = self._logic.GetViewNodes()
        nodes = [collection.GetItemAsObject(index) for index in range(collection.GetNumberOfItems())]
        return [node for node in nodes if node.IsA(class_name)]

    def sliceViewNames(self):
        return tuple(node.GetLayoutName() for node in self._views("vtkMRMLSliceNode"))

    def sliceWidget(self, name):
        for node in self._views("vtkMRMLSliceNode"):
            if node.GetLayoutName() == name:
                if name not in self._slices or self._slices[name].mrmlSliceNode() is not node:
                    self._slices[name] = SliceWidget(node)
                return self._slices[name]
        return None

    @property
    def plotViewCount(self):
        return len(self._views("vtkMRMLPlotViewNode"))

    def show_views(self):
        """Not in Slicer: make the widgets of the layout, which Slicer does by itself."""
        for name in self.sliceViewNames():
            self.sliceWidget(name)
