"""Stand-ins for the CTK and qMRML widgets that the panel uses.

Each offers a part of what ``slicer_api.json`` lists for its class (a test compares), on real Qt widgets and real MRML
nodes. None of them picks a node, opens a dialog or repairs a wrong call by itself.
"""

import sys
import types
from typing import ClassVar

import slicer
import vtk
from PySide6 import QtCore, QtGui, QtWidgets
from shiboken6 import isValid

from slicer_session import effects
from slicer_session.pythonqt import cpp_class

Property, Signal = QtCore.Property, QtCore.Signal


NODE_FLAGS = (
    "addEnabled",
    "removeEnabled",
    "renameEnabled",
    "editEnabled",
    "noneEnabled",
    "showHidden",
    "showChildNodeTypes",
)
EDITOR_PARTS = (
    "segmentationNodeSelectorVisible",
    "sourceVolumeNodeSelectorVisible",
    "switchToSegmentationsButtonVisible",
    "addRemoveSegmentButtonsVisible",
    "show3DButtonVisible",
    "maskingSectionVisible",
    "specifyGeometryButtonVisible",
    "unorderedEffectsVisible",
    "autoShowSourceVolumeNode",
    "jumpToSelectedSegmentEnabled",
)


def _flag(name):
    def set_flag(self, value):
        self._flags[name] = bool(value)

    return Property(bool, lambda self: self._flags[name], set_flag)


def _visibility(name):
    def put(self, value):
        self._visible[name] = bool(value)
        if name == "unorderedEffectsVisible":
            self.updateEffectList()

    return Property(bool, lambda self: self._visible[name], put)


@cpp_class
class ctkCollapsibleButton(QtWidgets.QWidget):
    """A section with a title that opens and closes."""

    SIGNALS: ClassVar = {"contentsCollapsed(bool)": "contentsCollapsed"}
    contentsCollapsed = Signal(object)

    def __init__(self, parent=None):
        super().__init__(parent)
        self._text, self._collapsed = "", False
        # Never narrower than its contents would like to be.
        self.setSizePolicy(QtWidgets.QSizePolicy.Minimum, QtWidgets.QSizePolicy.Preferred)

    def _set_text(self, text):
        self._text = text
        self.update()

    def _set_collapsed(self, collapsed):
        changed, self._collapsed = collapsed != self._collapsed, collapsed
        self._hide_contents()
        if changed:
            self.contentsCollapsed.emit(collapsed)
        self.updateGeometry()

    def _hide_contents(self):
        for child in self.children():
            if child.isWidgetType():
                child.setVisible(not self._collapsed)

    text = Property(str, lambda self: self._text, _set_text)
    collapsed = Property(bool, lambda self: self._collapsed, _set_collapsed)

    def event(self, event):
        if event.type() in (QtCore.QEvent.ChildPolished, QtCore.QEvent.Polish) and self._collapsed:
            # In a .ui file the section is collapsed before its contents are there.
            self._hide_contents()
        if event.type() in (QtCore.QEvent.LayoutRequest, QtCore.QEvent.Polish):
            top = self.fontMetrics().height() + 8
            self.setContentsMargins(0, top, 0, 0)
        return super().event(event)

    def _button_size(self):
        return QtCore.QSize(
            40 + self.fontMetrics().horizontalAdvance(self._text), self.fontMetrics().height() + 8
        )

    def minimumSizeHint(self):
        least = self._button_size()
        return least if self._collapsed else super().minimumSizeHint().expandedTo(least)

    def sizeHint(self):
        least = self._button_size()
        return least if self._collapsed else super().sizeHint().expandedTo(least)

    def mousePressEvent(self, event):
        if event.position().y() < self.fontMetrics().height() + 8:
            self._set_collapsed(not self._collapsed)

    def paintEvent(self, event):
        painter, option = QtWidgets.QStylePainter(self), QtWidgets.QStyleOptionButton()
        height = self.fontMetrics().height() + 8
        option.initFrom(self)
        option.rect = QtCore.QRect(0, 0, self.geometry.width(), height)
        painter.drawControl(QtWidgets.QStyle.CE_PushButtonBevel, option)
        arrow = "\u25b8" if self._collapsed else "\u25be"
        painter.drawText(option.rect.adjusted(8, 0, 0, 0), QtCore.Qt.AlignVCenter, f"{arrow}  {self._text}")


@cpp_class
class ctkComboBox(QtWidgets.QComboBox):
    """A combo box whose wheel can be switched off."""

    AlwaysScroll, NeverScroll = 1, 0

    def __init__(self, parent=None):
        super().__init__(parent)
        self._wheel, self._default_text = self.AlwaysScroll, ""

    def _set_wheel(self, effect):
        self._wheel = int(effect)

    def _set_default_text(self, text):
        self._default_text = text
        self.setPlaceholderText(text)

    scrollWheelEffect = Property(int, lambda self: self._wheel, _set_wheel)
    defaultText = Property(str, lambda self: self._default_text, _set_default_text)

    def wheelEvent(self, event):
        if self._wheel:
            super().wheelEvent(event)
        else:
            event.ignore()


@cpp_class
class ctkPathLineEdit(QtWidgets.QWidget):
    """A path that is typed or browsed for."""

    SIGNALS: ClassVar = {"currentPathChanged(QString)": "currentPathChanged"}
    currentPathChanged = Signal(object)

    Dirs, Files, Readable, Writable = 0x1, 0x2, 0x10, 0x20

    def __init__(self, parent=None):
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._combo = QtWidgets.QComboBox()
        self._combo.setEditable(True)
        browse = QtWidgets.QToolButton()
        browse.setText("...")
        layout.addWidget(self._combo, 1)
        layout.addWidget(browse)
        self._browse = browse
        self.setSizePolicy(QtWidgets.QSizePolicy.Expanding, QtWidgets.QSizePolicy.Fixed)
        self._filters, self._key, self._name_filters = 0, "", []
        QtCore.QObject.connect(self._combo.lineEdit(), QtCore.SIGNAL("editingFinished()"), self._typed)

    def minimumSizeHint(self):
        # The frame, the arrow and the button; whatever the path is.
        return QtCore.QSize(
            30 + self._browse.minimumSizeHint().width(), self._combo.minimumSizeHint().height()
        )

    def sizeHint(self):
        return self.minimumSizeHint()

    def _typed(self):
        self.currentPathChanged.emit(self._combo.lineEdit().text)

    def _set_path(self, path):
        changed = path != self._combo.lineEdit().text
        self._combo.setEditText(path)
        if changed:
            self.currentPathChanged.emit(path)

    def _set_filters(self, filters):
        self._filters = int(filters)

    def _set_key(self, key):
        self._key = key

    def _set_name_filters(self, filters):
        self._name_filters = list(filters)

    currentPath = Property(str, lambda self: self._combo.lineEdit().text, _set_path)
    filters = Property(int, lambda self: self._filters, _set_filters)
    settingKey = Property(str, lambda self: self._key, _set_key)
    nameFilters = Property("QStringList", lambda self: self._name_filters, _set_name_filters)

    def addCurrentPathToHistory(self):
        if self._combo.findText(self.currentPath) < 0:
            self._combo.addItem(self.currentPath)

    def comboBox(self):
        return self._combo

    def browse(self):
        raise AssertionError("a test must set currentPath: browsing opens a dialog")


@cpp_class
class qMRMLWidget(QtWidgets.QWidget):
    """A widget that knows the scene."""

    SIGNALS: ClassVar = {"mrmlSceneChanged(vtkMRMLScene*)": "mrmlSceneChanged"}
    mrmlSceneChanged = Signal(object)

    def __init__(self, parent=None):
        super().__init__(parent)
        self._scene = None

    def setMRMLScene(self, scene):
        if scene is not self._scene:
            self._scene = scene
            self.mrmlSceneChanged.emit(scene)

    def mrmlScene(self):
        return self._scene


@cpp_class
class qMRMLNodeComboBox(QtWidgets.QWidget):
    """A node selector on the real scene.

    When the node that it stands on leaves the scene it takes the one in the row before, as Slicer's does. That is not
    `nodeActivated`; what a person or a program sets is.
    """

    SIGNALS: ClassVar = {
        "currentNodeChanged(vtkMRMLNode*)": "currentNodeChanged",
        "currentNodeChanged(bool)": "currentNodeSet",
        "nodeActivated(vtkMRMLNode*)": "nodeActivated",
    }
    currentNodeChanged, currentNodeSet, nodeActivated = Signal(object), Signal(object), Signal(object)
    # Properties must stand in the class body: Qt reads them when the class is made.
    for _name in NODE_FLAGS:
        locals()[_name] = _flag(_name)

    def __init__(self, parent=None):
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._combo = QtWidgets.QComboBox()
        self._combo.setSizePolicy(QtWidgets.QSizePolicy.Expanding, QtWidgets.QSizePolicy.Expanding)
        layout.addWidget(self._combo)
        # As wide as the longest node name, unless the .ui file says otherwise.
        self.setSizePolicy(QtWidgets.QSizePolicy.Preferred, QtWidgets.QSizePolicy.Fixed)
        self._scene, self._current, self._types, self._tags = None, None, [], []
        self._listed = []
        # What was set last: keys and the wheel change the row, and not this, and Slicer takes the same node but once.
        self._set = None
        self._flags = dict.fromkeys(NODE_FLAGS, True)
        self._flags.update(noneEnabled=False, editEnabled=False, showHidden=False, showChildNodeTypes=True)
        self._none = "None"
        QtCore.QObject.connect(self._combo, QtCore.SIGNAL("activated(int)"), self._activated)

    def _set_types(self, names):
        self._types = list(names)
        self._fill()

    def _set_none(self, text):
        self._none = text
        self._fill()

    def _set_adjust(self, policy):
        self._combo.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy(policy))

    sizeAdjustPolicy = Property(int, lambda self: self._combo.sizeAdjustPolicy, _set_adjust)
    nodeTypes = Property("QStringList", lambda self: self._types, _set_types)
    noneDisplay = Property(str, lambda self: self._none, _set_none)
    currentNodeID = Property(
        str,
        lambda self: self._current.GetID() if self._current else "",
        lambda self, text: self.setCurrentNodeID(text),
    )

    def setMRMLScene(self, scene):
        if self._scene is not None:
            for tag in self._tags:
                self._scene.RemoveObserver(tag)
        self._scene, self._tags = scene, []
        if scene is not None:
            for event in (scene.NodeAddedEvent, scene.NodeRemovedEvent, scene.EndBatchProcessEvent):
                self._tags.append(
                    scene.AddObserver(event, lambda *_: self._fill() if isValid(self) else None)
                )
        self._fill()

    def mrmlScene(self):
        return self._scene

    def nodeCount(self):
        return len(self._nodes())

    def _nodes(self):
        found = {}
        for name in self._types if self._scene is not None else ():
            nodes = self._scene.GetNodesByClass(name)
            nodes.UnRegister(None)
            for index in range(nodes.GetNumberOfItems()):
                node = nodes.GetItemAsObject(index)
                right = self._flags["showChildNodeTypes"] or node.GetClassName() == name
                if right and (self._flags["showHidden"] or not node.GetHideFromEditors()):
                    found[node.GetID()] = node
        return list(found.values())

    def _fill(self):
        nodes, before = self._nodes(), self._listed
        self._listed = nodes
        self._combo.clear()
        self._combo.addItem(self._none)
        self._combo.addItems([node.GetName() for node in nodes])
        if self._current is not None and self._current not in nodes:
            above = before[: before.index(self._current)] if self._current in before else []
            self._stand_on(next((node for node in reversed(above) if node in nodes), None))
            self._set = self._current
        elif self._current is not None:
            self._combo.setCurrentIndex(nodes.index(self._current) + 1)

    def _activated(self, index):
        node = self._nodes()[index - 1] if index > 0 else None
        self._stand_on(node)
        self.nodeActivated.emit(node)

    def currentNode(self):
        return self._current

    def setCurrentNode(self, node):
        if isinstance(node, str):
            return self.setCurrentNodeID(node)
        if node is not None and self._scene is None:
            raise AssertionError("setCurrentNode before setMRMLScene does nothing in Slicer")
        if node is not None and node not in self._nodes():
            raise AssertionError(f"{node.GetName()} cannot be chosen here: {self._types}")
        if node is not self._set:
            self._set = node
            self._stand_on(node)
            self.nodeActivated.emit(node)
        return None

    def _stand_on(self, node):
        if node is self._current:
            return
        self._current = node
        self._combo.setCurrentIndex(self._nodes().index(node) + 1 if node else 0)
        self.currentNodeChanged.emit(node)
        self.currentNodeSet.emit(node is not None)

    def setCurrentNodeID(self, text):
        self.setCurrentNode(self._scene.GetNodeByID(text) if text else None)


class _Effect:
    """An effect of the editor: only its name and its state; strokes are made by the tests through the real logic."""

    def __init__(self, name):
        self.name = name
        self.parameters = {}

    def setParameter(self, name, value):
        self.parameters[name] = str(value)

    def activate(self):
        """Nothing of the brush is here."""

    def deactivate(self):
        """Nothing of the brush is here."""


EFFECTS = (
    "Paint",
    "Draw",
    "Erase",
    "Level tracing",
    "Grow from seeds",
    "Fill between slices",
    "Threshold",
    "Margin",
    "Hollow",
    "Smoothing",
    "Scissors",
    "Islands",
    "Logical operators",
    "Mask volume",
)


class _SourceVolumes:
    """The selector of the source volume inside the editor, which the panel hides but which goes on working.

    When the volume that it stands on leaves the scene it takes another one, and that counts as a choice (in Slicer
    the row before, or the last one where there is none before).
    """

    def __init__(self, editor):
        self._editor, self._scene, self._tags, self._nodes = editor, None, [], [None]
        self._combo = QtWidgets.QComboBox(editor)
        self._combo.hide()
        self._combo.addItem("Select source volume to enable editing")
        QtCore.QObject.connect(self._combo, QtCore.SIGNAL("currentIndexChanged(int)"), self._changed)

    def follow(self, scene):
        for tag in self._tags:
            self._scene.RemoveObserver(tag)
        self._scene, self._tags = scene, []
        self._combo.blockSignals(True)
        while len(self._nodes) > 1:
            self._nodes.pop()
            self._combo.removeItem(len(self._nodes))
        if scene is not None:
            self._tags = [
                scene.AddObserver(scene.NodeAddedEvent, self._added),
                scene.AddObserver(scene.NodeAboutToBeRemovedEvent, self._removed),
            ]
            for index in range(scene.GetNumberOfNodes()):
                self._add(scene.GetNthNode(index))
        self._combo.blockSignals(False)

    def _add(self, node):
        if node.IsA("vtkMRMLScalarVolumeNode") and not node.GetHideFromEditors():
            self._nodes.append(node)
            self._combo.addItem(node.GetName())

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _added(self, _scene, _event, node):
        if isValid(self._combo):
            self._add(node)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _removed(self, _scene, _event, node):
        if isValid(self._combo) and node in self._nodes:
            index, was_current = self._nodes.index(node), self._nodes[self._combo.currentIndex] is node
            self._nodes.pop(index)
            self._combo.blockSignals(True)
            self._combo.removeItem(index)
            self._combo.setCurrentIndex(len(self._nodes) - 1 if was_current else self._combo.currentIndex)
            self._combo.blockSignals(False)
            if was_current:
                self._changed(self._combo.currentIndex)

    def _changed(self, index):
        self._editor._source_picked(self._nodes[index] if 0 <= index < len(self._nodes) else None)

    def pick(self, node, quietly=False):
        self._combo.blockSignals(quietly)
        self._combo.setCurrentIndex(self._nodes.index(node) if node in self._nodes else 0)
        self._combo.blockSignals(False)


@cpp_class
class qMRMLSegmentEditorWidget(QtWidgets.QWidget):
    """The Segment Editor with its real node and its real logic; brushes and masking panels exist in Slicer only."""

    SIGNALS: ClassVar = {"currentSegmentIDChanged(QString)": "currentSegmentIDChanged"}
    currentSegmentIDChanged = Signal(object)
    SHORTCUTS = 35
    for _name in EDITOR_PARTS:
        locals()[_name] = _visibility(_name)

    def __init__(self, parent=None):
        super().__init__(parent)
        self._scene = self._node = self._active = None
        self._logic = slicer.vtkSlicerSegmentEditorLogic()
        self._sources = _SourceVolumes(self)
        self._effects = {name: _Effect(name) for name in EFFECTS}
        self._order, self._undo_states, self._read_only, self._shortcuts = [], 5, False, 0
        self._visible = dict.fromkeys(EDITOR_PARTS, True)
        self._visible["jumpToSelectedSegmentEnabled"] = False
        self._segments = QtWidgets.QListWidget()
        self._segments.setMaximumHeight(110)
        self._buttons = QtWidgets.QWidget()
        self._button_layout = QtWidgets.QGridLayout(self._buttons)
        self._button_layout.setContentsMargins(0, 0, 0, 0)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._segments)
        layout.addWidget(self._buttons)
        note = QtWidgets.QLabel("(brush settings: Slicer's own)")
        note.setEnabled(False)
        layout.addWidget(note)
        QtCore.QObject.connect(self._segments, QtCore.SIGNAL("currentRowChanged(int)"), self._row_chosen)
        self.updateEffectList()

    # nodes
    def setMRMLScene(self, scene):
        if scene is not None and self._node is None:
            raise AssertionError(
                "the editor node must be set before the scene, or Slicer makes selections of its own"
            )
        self._scene = scene
        self._sources.follow(scene)
        self._logic.SetMRMLScene(scene)
        # From here on the logic says what it was asked too early.
        self._logic.SetVerbose(True)
        self.updateWidgetFromMRML()

    def mrmlScene(self):
        return self._scene

    def setMRMLSegmentEditorNode(self, node):
        self._node = node
        self._logic.SetSegmentEditorNode(node)
        self.updateWidgetFromMRML()

    def _source_picked(self, node):
        """As Slicer's onSourceVolumeNodeChanged."""
        if self._scene is not None and not self._scene.IsBatchProcessing():
            self._logic.SetSourceVolumeNode(node)

    def mrmlSegmentEditorNode(self):
        return self._node

    def _alive(self):
        if self._node is None or self._node.GetScene() is None:
            raise AssertionError(
                "the segment editor node is gone: select it again after the scene was closed"
            )
        return self._node

    def setSegmentationNode(self, node):
        if node is None and (self._node is None or self._node.GetScene() is None):
            return
        before = self.segmentationNode()
        self._alive()
        self._logic.SetSegmentationNode(node)
        if node is not None and node is not before:
            role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
            self._sources.pick(node.GetNodeReference(role))
        self.updateWidgetFromMRML()

    def segmentationNode(self):
        return self._node.GetSegmentationNode() if self._node else None

    def segmentationNodeID(self):
        node = self.segmentationNode()
        return node.GetID() if node else ""

    def setSourceVolumeNode(self, node):
        self._alive()
        self._logic.SetSourceVolumeNode(node)
        self.updateWidgetFromMRML()

    def sourceVolumeNode(self):
        return self._node.GetSourceVolumeNode() if self._node else None

    def sourceVolumeNodeID(self):
        node = self.sourceVolumeNode()
        return node.GetID() if node else ""

    # segments
    def _ids(self):
        node = self.segmentationNode()
        return list(node.GetSegmentation().GetSegmentIDs()) if node else []

    def setCurrentSegmentID(self, segment_id):
        if segment_id and segment_id not in self._ids():
            raise AssertionError(f"no segment {segment_id}")
        self._alive().SetSelectedSegmentID(segment_id)
        self.currentSegmentIDChanged.emit(segment_id)
        self.updateWidgetFromMRML()

    def currentSegmentID(self):
        return (self._node.GetSelectedSegmentID() or "") if self._node else ""

    def _row_chosen(self, row):
        ids = self._ids()
        if 0 <= row < len(ids) and ids[row] != self.currentSegmentID():
            self.setCurrentSegmentID(ids[row])

    def updateWidgetFromMRML(self):
        self._segments.blockSignals(True)
        self._segments.clear()
        node = self.segmentationNode()
        if node is not None:
            self._sources.pick(self.sourceVolumeNode(), quietly=True)
        for segment_id in self._ids():
            segment = node.GetSegmentation().GetSegment(segment_id)
            pixels = QtGui.QPixmap(12, 12)
            pixels.fill(QtGui.QColor.fromRgbF(*segment.GetColor()))
            self._segments.addItem(QtWidgets.QListWidgetItem(QtGui.QIcon(pixels), segment.GetName()))
        if self.currentSegmentID() in self._ids():
            self._segments.setCurrentRow(self._ids().index(self.currentSegmentID()))
        self._segments.blockSignals(False)

    # effects
    def availableEffectNames(self):
        return tuple(self._effects)

    def setEffectNameOrder(self, names):
        self._order = [str(name) for name in names]
        self.updateEffectList()

    def effectNameOrder(self):
        return tuple(self._order)

    def updateEffectList(self):
        # Every editor has a clone of each effect that is registered.
        for effect in qSlicerSegmentEditorEffectFactory.instance()._registered:
            if effect.name not in self._effects:
                self._effects[effect.name] = effect.self().clone()
                self._effects[effect.name].attach(self)
        while self._button_layout.count():
            self._button_layout.takeAt(0).widget().deleteLater()
        names = list(self._order)
        if self._visible["unorderedEffectsVisible"]:
            names += [name for name in self._effects if name not in names]
        names = [name for name in names if name in self._effects]
        for index, name in enumerate(names):
            button = QtWidgets.QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setSizePolicy(QtWidgets.QSizePolicy.Expanding, QtWidgets.QSizePolicy.Fixed)
            QtCore.QObject.connect(
                button, QtCore.SIGNAL("clicked()"), lambda n=name: self.setActiveEffectByName(n)
            )
            self._button_layout.addWidget(button, index // 3, index % 3)

    def effectByName(self, name):
        return self._effects.get(name)

    def setActiveEffectByName(self, name):
        if name and name not in self._effects:
            raise AssertionError(f"no effect {name}")
        self.setActiveEffect(self._effects.get(name))

    def setActiveEffect(self, effect):
        before, self._active = self._active, effect
        if before is not None and before is not effect:
            before.deactivate()
        if self._node is not None and self._node.GetScene() is not None:
            self._node.SetActiveEffectName(effect.name if effect else "")
        if effect is not None and before is not effect:
            # Slicer takes the clicks away from whatever mark was being placed.
            interaction = slicer.mrmlScene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
            interaction.SetCurrentInteractionMode(interaction.ViewTransform)
            effect.activate()

    def activeEffect(self):
        return self._active

    # shortcuts and observations
    def installKeyboardShortcuts(self, parent=None):
        self._shortcuts += self.SHORTCUTS

    def uninstallKeyboardShortcuts(self):
        self._shortcuts = 0

    def setupViewObservations(self):
        return None

    def removeViewObservations(self):
        return None

    def rotateSliceViewsToSegmentation(self):
        return None

    def setMaximumNumberOfUndoStates(self, count):
        self._undo_states = int(count)
        self._logic.SetMaximumNumberOfUndoStates(int(count))

    def saveStateForUndo(self):
        self._logic.SaveStateForUndo()

    def undo(self):
        self._logic.Undo()

    def redo(self):
        self._logic.Redo()

    def _set_read_only(self, read_only):
        self._read_only = bool(read_only)
        self._buttons.setEnabled(not read_only)

    readOnly = Property(bool, lambda self: self._read_only, _set_read_only)
    maximumNumberOfUndoStates = Property(
        int, lambda self: self._undo_states, lambda self, count: self.setMaximumNumberOfUndoStates(count)
    )


@cpp_class
class _EffectFactory(QtCore.QObject):
    """The registry of segment editor effects."""

    SIGNALS: ClassVar = {"effectRegistered(QString)": "effectRegistered"}
    effectRegistered = Signal(object)

    def __init__(self):
        super().__init__()
        self._registered = []

    def registerEffect(self, effect):
        if any(known.name == effect.name for known in self._registered):
            return False
        self._registered.append(effect)
        self.effectRegistered.emit(effect.name)
        return True


class qSlicerSegmentEditorEffectFactory:
    """Only ``instance()``, which is all that an embedding module calls."""

    _one = None

    @classmethod
    def instance(cls):
        cls._one = cls._one or _EffectFactory()
        return cls._one


CTK = (ctkCollapsibleButton, ctkComboBox, ctkPathLineEdit)
SLICER = (qMRMLWidget, qMRMLNodeComboBox, qMRMLSegmentEditorWidget)


def paint(segmentation_node, segment_id, mask, volume):
    """Not in Slicer: one stroke as the Paint effect makes it, through Slicer's own segment editor logic.

    Parameters
    ----------
    mask : ndarray of bool, shape (k, j, i)
        Where to paint, on the grid of ``volume``.
    """
    slicer.util.updateSegmentBinaryLabelmapFromArray(
        mask.astype("uint8"), segmentation_node, segment_id, volume
    )


def install():
    """Put ``ctk`` into ``sys.modules`` and the qMRML widgets into ``slicer``."""
    ctk = sys.modules.setdefault("ctk", types.ModuleType("ctk"))
    for widget in CTK:
        setattr(ctk, widget.__name__, widget)
    for widget in SLICER:
        setattr(slicer, widget.__name__, widget)
    slicer.qSlicerSegmentEditorEffectFactory = qSlicerSegmentEditorEffectFactory
    effects.install()
    editor_module = types.ModuleType("qSlicerSegmentationsModuleWidgetsPythonQt")
    editor_module.qMRMLSegmentEditorWidget = qMRMLSegmentEditorWidget
    sys.modules[editor_module.__name__] = editor_module


__all__ = ["install", "paint", "vtk"]
