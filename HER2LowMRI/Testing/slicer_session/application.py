"""A Slicer application without its window: scene, module logics, file input and output. All of it is real C++."""

import sys
import tempfile
import types
import zipfile
from pathlib import Path

import slicer
import slicer.util
import slicer_core.vtkITK
import slicer_core.vtkSegmentationCore
import vtk

# Top-level modules in Slicer.
sys.modules.update(vtkITK=slicer_core.vtkITK, vtkSegmentationCore=slicer_core.vtkSegmentationCore)

LOGICS = {
    "volumes": "vtkSlicerVolumesLogic",
    "segmentations": "vtkSlicerSegmentationsModuleLogic",
    "tables": "vtkSlicerTablesLogic",
    "sequences": "vtkSlicerSequencesLogic",
    "plots": "vtkSlicerPlotsLogic",
    "transforms": "vtkSlicerTransformLogic",
    "markups": "vtkSlicerMarkupsLogic",
    "subjecthierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
}
STORED = {
    "TableFile": ("vtkMRMLTableNode", "vtkMRMLTableStorageNode"),
    "SequenceFile": ("vtkMRMLSequenceNode", "vtkMRMLVolumeSequenceStorageNode"),
    "SegmentationFile": ("vtkMRMLSegmentationNode", "vtkMRMLSegmentationStorageNode"),
}
FROM_QT = {
    "setOverrideCursor",
    "restoreOverrideCursor",
    "topLevelWidgets",
    "clipboard",
    "focusWidget",
    "palette",
}


class InputOutput:
    """What ``slicer.util.load*`` and ``save*`` ask of ``app.coreIOManager()``."""

    def loadNodes(self, kind, properties, loaded, messages):
        scene, path = slicer.mrmlScene, Path(properties["fileName"])
        if kind == "SceneFile":
            return self._load_scene(scene, path, properties, messages)
        if not path.is_file():
            return False
        name = properties.get("name") or path.name.split(".")[0]
        if kind == "VolumeFile":
            labelmap = int(bool(properties.get("labelmap")))
            node = slicer.modules.volumes.logic().AddArchetypeVolume(str(path), name, labelmap)
        else:
            node_class, storage_class = STORED[kind]
            node, storage = scene.AddNewNodeByClass(node_class, name), scene.AddNewNodeByClass(storage_class)
            storage.SetFileName(str(path))
            node.SetAndObserveStorageNodeID(storage.GetID())
            if not storage.ReadData(node):
                scene.RemoveNode(node)
                node = None
        if node:
            loaded.AddItem(node)
        return node is not None

    def _load_scene(self, scene, path, properties, messages):
        with tempfile.TemporaryDirectory() as folder:
            if path.suffix == ".mrb":
                with zipfile.ZipFile(path) as bundle:
                    bundle.extractall(folder)
                path = next(Path(folder).rglob("*.mrml"))
            scene.SetURL(str(path))
            scene.SetRootDirectory(str(path.parent))
            read = scene.Connect if properties.get("clear") else scene.Import
            # Slicer shows progress while it loads: timers fire while nodes are still coming.
            tags = [
                scene.AddObserver(event, lambda *_: slicer.app.processEvents())
                for event in (scene.NodeAddedEvent, scene.EndImportEvent)
            ]
            try:
                return bool(read(messages))
            finally:
                for tag in tags:
                    scene.RemoveObserver(tag)

    def fileWriterFileType(self, node):
        return ""

    def saveNodes(self, kind, properties, messages):
        scene, path = slicer.mrmlScene, str(properties["fileName"])
        if kind == "SceneFile":
            scene.SetURL(path)
            scene.SetRootDirectory(str(Path(path).parent))
            return bool(scene.WriteToMRB(path) if path.endswith(".mrb") else scene.Commit(path))
        node = scene.GetNodeByID(properties["nodeID"])
        storage = node.GetStorageNode() or scene.AddNewNodeByClass(node.GetDefaultStorageNodeClassName(path))
        node.SetAndObserveStorageNodeID(storage.GetID())
        storage.SetFileName(path)
        return bool(storage.WriteData(node))


class ModuleManager:
    """``slicer.app.moduleManager()``: knows the logics above and the scripted module that the test loaded."""

    def __init__(self):
        self.scripted, self.slots = {}, []

    def module(self, name):
        return self.scripted.get(name) or getattr(slicer.modules, name.lower(), None)

    def connect(self, signal, slot):
        assert signal == "moduleAboutToBeUnloaded(QString)", f"no such signal here: {signal}"
        self.slots.append(slot)

    def disconnect(self, signal, slot):
        assert signal == "moduleAboutToBeUnloaded(QString)", f"no such signal here: {signal}"
        self.slots.remove(slot)


class Application:
    """``slicer.app``: an allow-list, so that code cannot pass here with calls that Slicer refuses."""

    applicationName = "Slicer"
    SIGNALS = ("startupCompleted()", "aboutToQuit()")

    def __init__(self, scene, logic):
        self._scene, self._logic, self._io = scene, logic, InputOutput()
        self._modules, self._layout_manager, self.slots = ModuleManager(), None, {s: [] for s in self.SIGNALS}
        self.render_pauses = 0
        self.cachePath = tempfile.mkdtemp(prefix="slicer-cache-")
        self.slicerUserSettingsFilePath = str(
            Path(tempfile.mkdtemp(prefix="slicer-settings-")) / "Slicer.ini"
        )

    def mrmlScene(self):
        return self._scene

    def applicationLogic(self):
        return self._logic

    def coreIOManager(self):
        return self._io

    def moduleManager(self):
        return self._modules

    def layoutManager(self):
        return self._layout_manager

    def testingEnabled(self):
        """As under --testing: slicer.util logs and raises instead of opening dialogs."""
        return True

    def connect(self, signal, slot):
        self.slots[signal].append(slot)

    def disconnect(self, signal, slot):
        self.slots[signal].remove(slot)

    def emit(self, signal):
        """Not in Slicer: how a test makes the application say something."""
        for slot in list(self.slots[signal]):
            slot()

    def processEvents(self):
        if "qt" in sys.modules:
            sys.modules["qt"].QApplication.processEvents()

    def pauseRender(self):
        self.render_pauses += 1

    def resumeRender(self):
        self.render_pauses -= 1

    def __getattr__(self, name):
        if name in FROM_QT and "qt" in sys.modules:
            return getattr(sys.modules["qt"].QApplication.instance(), name)
        raise AttributeError(f"slicer.app.{name} is not in the test session")


def start():
    """Make a fresh application, as after starting Slicer with an empty scene.

    Returns
    -------
    slicer.vtkMRMLScene
    """
    scene, logic = slicer.vtkMRMLScene(), slicer.vtkSlicerApplicationLogic()
    for node_class in (slicer.vtkMRMLSelectionNode, slicer.vtkMRMLInteractionNode):
        scene.AddNode(node_class())
    logic.SetMRMLScene(scene)
    logic.GetColorLogic().SetMRMLScene(scene)
    logic.GetColorLogic().AddDefaultColorNodes()
    # What the Colors module registers; its logic as a whole wants the colour files of an installed Slicer.
    scene.RegisterNodeClass(slicer.vtkMRMLColorLegendDisplayNode())
    logic.SetModuleLogic("Colors", logic.GetColorLogic())
    logic.SetSliceLogics(vtk.vtkCollection())
    logic.SetViewLogics(vtk.vtkCollection())
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene, True)
    crosshair = slicer.vtkMRMLCrosshairNode()
    crosshair.SetCrosshairName("default")
    scene.AddNode(crosshair)
    slicer.mrmlScene, slicer.modules = scene, types.ModuleType("slicer.modules")
    sys.modules["slicer.modules"] = slicer.modules
    for name, class_name in LOGICS.items():
        module_logic = getattr(slicer, class_name)()
        module_logic.SetMRMLApplicationLogic(logic)
        module_logic.SetMRMLScene(scene)  # registers the node classes of the module
        logic.SetModuleLogic(name.capitalize(), module_logic)
        setattr(slicer.modules, name, types.SimpleNamespace(name=name, logic=lambda got=module_logic: got))
    slicer.modules.sampledata = types.SimpleNamespace(name="sampledata")
    slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    slicer.app = Application(scene, logic)
    return scene
