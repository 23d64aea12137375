"""Scripted segment editor effects: the effect's own Python, on Slicer's real segment editor logic.

What Slicer's C++ adaptor does is done here as its source says (qSlicerSegmentEditorScriptedEffect.cxx, 5.12): the class
is taken from the module that is called as the folder of the file, and every editor gets a clone.
"""

import sys
import types
from pathlib import Path

import slicer
from PySide6 import QtWidgets


class AbstractScriptedSegmentEditorEffect:
    """Base of effects in Python, as far as ours use it."""

    def __init__(self, scriptedEffect):
        self.scriptedEffect = scriptedEffect

    def register(self):
        """Make the effect known to the factory."""
        slicer.qSlicerSegmentEditorEffectFactory.instance().registerEffect(self.scriptedEffect)


class qSlicerSegmentEditorScriptedEffect:
    """The adaptor between an editor and the Python of an effect."""

    def __init__(self, parent=None):
        self.name = self.title = ""
        self.perSegment = True
        self.actors = []
        self._editor = self._self = self._frame = None

    # what Slicer calls
    def setPythonSource(self, path):
        folder, base = Path(path).parent.name, Path(path).stem
        name = base if base.endswith("Effect") else f"{base}Effect"
        module = sys.modules.get(folder)
        if module is None or not hasattr(module, name):
            module = types.ModuleType(folder)
            sys.modules[folder] = module
            exec(compile(Path(path).read_text(encoding="utf-8"), path, "exec"), module.__dict__)
        self._self = getattr(module, name)(self)
        return True

    def self(self):
        return self._self

    def attach(self, editor):
        """Not in Slicer: what the editor does with its clone."""
        self._editor = editor
        self._frame = QtWidgets.QFrame(editor)
        QtWidgets.QVBoxLayout(self._frame)
        self._self.setupOptionsFrame()

    def activate(self):
        self._self.setMRMLDefaults()
        self._self.activate()
        self._self.updateGUIFromMRML()

    def deactivate(self):
        self._self.deactivate()

    # what the effect calls
    def addOptionsWidget(self, widget):
        layout = self._frame.layout()
        layout.addLayout(widget) if isinstance(widget, QtWidgets.QLayout) else layout.addWidget(widget)

    def parameterSetNode(self):
        return self._editor.mrmlSegmentEditorNode()

    def _key(self, name):
        return f"{self.name}.{name}"

    def setParameter(self, name, value):
        self.parameterSetNode().SetAttribute(self._key(name), str(value))

    def setParameterDefault(self, name, value):
        if self.parameterSetNode().GetAttribute(self._key(name)) is None:
            self.setParameter(name, value)

    def integerParameter(self, name):
        return int(self.parameterSetNode().GetAttribute(self._key(name)))

    def saveStateForUndo(self):
        self._editor.saveStateForUndo()

    def defaultModifierLabelmap(self):
        logic = self._editor._logic
        logic.ResetModifierLabelmapToDefault()
        return logic.GetModifierLabelmap()

    def modifySelectedSegmentByLabelmap(self, labelmap, mode):
        node = self.parameterSetNode()
        # Slicer's Qt plugins give every node a place in the subject hierarchy, and take it away; the wheel has none.
        hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
        shown = [node.GetSegmentationNode(), node.GetSourceVolumeNode()]
        items = [hierarchy.CreateItem(hierarchy.GetSceneItemID(), one) for one in shown]
        self._editor._logic.ModifySegmentByLabelmap(
            node.GetSegmentationNode(), node.GetSelectedSegmentID(), labelmap, mode, self.perSegment, False
        )
        for item in items:
            hierarchy.RemoveItem(item, False, False)

    def addActor2D(self, _widget, actor):
        self.actors.append(actor)

    def removeActor2D(self, _widget, actor):
        self.actors.remove(actor)


class qSlicerSegmentEditorAbstractEffect:
    """Only its enumeration."""

    ModificationModeSet = slicer.vtkSlicerSegmentEditorLogic.ModificationModeSet


def install():
    """Put the modules that effects import into ``sys.modules``."""
    base = types.ModuleType("SegmentEditorEffects")
    base.AbstractScriptedSegmentEditorEffect = AbstractScriptedSegmentEditorEffect
    adaptor = types.ModuleType("qSlicerSegmentationsEditorEffectsPythonQt")
    adaptor.qSlicerSegmentEditorScriptedEffect = qSlicerSegmentEditorScriptedEffect
    sys.modules[base.__name__], sys.modules[adaptor.__name__] = base, adaptor
    slicer.qSlicerSegmentEditorAbstractEffect = qSlicerSegmentEditorAbstractEffect
