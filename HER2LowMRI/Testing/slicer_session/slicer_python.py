"""Stand-ins for Slicer's own Python packages that no package index has.

ScriptedLoadableModule, parameterNodeWrapper, i18n and packaging, each only as far as one module needs it; written for
these tests. The real ones run when the self-test runs in Slicer.
"""

import contextlib
import enum
import importlib
import sys
import types
import typing
import unittest
from pathlib import Path

import slicer
import slicer.util
import vtk

PARAMETER_NAME = "SlicerParameterName"
TRANSLATED: set[str] = set()


# slicer.packaging
def pip_ensure(requirements, constraints=None, requester=None):
    """Install nothing, as Slicer under --testing; a test sets ``outcome`` to the error of another course."""
    if sys.modules["slicer.packaging"].outcome is not None:
        raise sys.modules["slicer.packaging"].outcome


# slicer.i18n
def tr(text):
    """Give the text in the language whose texts are loaded, under the context of the file that asks."""
    caller = Path(sys._getframe(1).f_code.co_filename)
    package = f"{caller.parent.name}." if (caller.parent / "__init__.py").is_file() else ""
    return translate(package + caller.stem, text)


def translate(context, text):
    """As ``tr``, with the context given; noted, so that a picture can show what did not come through here."""
    TRANSLATED.add(text)
    # A scene without windows has no translations.
    return sys.modules["qt"].QCoreApplication.translate(context, text) if "qt" in sys.modules else text


@contextlib.contextmanager
def language(name):
    """Run with the module's texts of a language, as Slicer loads them at start-up; "" is English."""
    qt = sys.modules["qt"]
    translator = qt.QTranslator()
    if name:
        texts = Path(__file__).resolve().parents[2] / "Resources" / "Translations" / f"HER2LowMRI_{name}.qm"
        assert translator.load(str(texts)), f"no texts in {name}"
        qt.QCoreApplication.installTranslator(translator)
    yield
    qt.QCoreApplication.removeTranslator(translator)


# slicer.ScriptedLoadableModule
class ScriptedLoadableModule:
    """The module object that Slicer makes at start-up."""

    def __init__(self, parent):
        self.parent, self.moduleName = parent, type(self).__name__
        slicer.selfTests = getattr(slicer, "selfTests", {})
        slicer.selfTests[self.moduleName] = self.runTest

    def resourcePath(self, filename):
        return str(Path(self.parent.path).parent / "Resources" / filename)

    def runTest(self, msec=100, **options):
        case = getattr(importlib.import_module(type(self).__module__), self.moduleName + "Test")()
        case.messageDelay = msec
        case.runTest(**options)


class ScriptedLoadableModuleWidget:
    """The panel of a module."""

    def __init__(self, parent=None):
        self.moduleName = type(self).__name__.removesuffix("Widget")
        self.developerMode = False
        self.parent, self.layout = parent, parent.layout()
        slicer.app.moduleManager().connect("moduleAboutToBeUnloaded(QString)", self._about_to_be_unloaded)

    def resourcePath(self, filename):
        return str(
            Path(slicer.app.moduleManager().module(self.moduleName).path).parent / "Resources" / filename
        )

    def setup(self):
        return None

    def cleanup(self):
        return None

    def _about_to_be_unloaded(self, name):
        if name == self.moduleName:
            self.cleanup()
            slicer.app.moduleManager().disconnect(
                "moduleAboutToBeUnloaded(QString)", self._about_to_be_unloaded
            )


class ScriptedLoadableModuleLogic:
    """The logic of a module with its singleton parameter node."""

    def __init__(self, parent=None):
        self.moduleName, self.isSingletonParameterNode = type(self).__name__.removesuffix("Logic"), True

    def getParameterNode(self):
        scene = slicer.mrmlScene
        node = scene.GetSingletonNode(self.moduleName, "vtkMRMLScriptedModuleNode")
        if node is None:
            node = scene.CreateNodeByClass("vtkMRMLScriptedModuleNode")
            node.UnRegister(None)
            node.SetSingletonTag(self.moduleName)
            node.SetName(scene.GenerateUniqueName(self.moduleName))
            node = scene.AddNode(node)
        node.SetAttribute("ModuleName", self.moduleName)
        return node


class ScriptedLoadableModuleTest(unittest.TestCase):
    """The self-test of a module."""

    messageDelay = 0

    def delayDisplay(self, message, requestedDelay=None, msec=None):
        slicer.app.processEvents()


# The Sample Data module
class SampleDataLogic:
    """Only the registration, which is all that an extension calls."""

    sources: typing.ClassVar[list[dict]] = []

    @staticmethod
    def registerCustomSampleDataSource(category="Custom", sampleName=None, **options):
        known = {"uris", "fileNames", "nodeNames", "customDownloader", "thumbnailFileName", "loadFileTypes"}
        known |= {"loadFiles", "loadFileProperties", "checksums"}
        assert set(options) <= known, f"Slicer does not know {set(options) - known}"
        assert isinstance(options.get("uris"), str | list), "Slicer takes the length of uris"
        SampleDataLogic.sources.append({"category": category, "sampleName": sampleName, **options})


# slicer.parameterNodeWrapper
class WithinRange:
    """Limits of a number."""

    def __init__(self, minimum, maximum):
        self.minimum, self.maximum = minimum, maximum

    def check(self, value):
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"{value} is not within {self.minimum} to {self.maximum}")


class _Parameter:
    """One typed value on the node: nodes as references, an enumeration by its name, the rest as text."""

    def __init__(self, name, annotated, default):
        self.name = name
        parts = (
            typing.get_args(annotated) if typing.get_origin(annotated) is typing.Annotated else (annotated,)
        )
        self.kind, self.validators, self.default = parts[0], parts[1:], default
        self.is_node = isinstance(self.kind, type) and issubclass(self.kind, slicer.vtkMRMLNode)
        if self.is_node:
            # Slicer makes one of these to ask for its class name; an abstract class cannot be made.
            self.kind().GetClassName()
        if not self.is_node and not (
            self.kind in (str, float, int, bool) or issubclass(self.kind, enum.Enum)
        ):
            raise TypeError(f"no serializer for {name}: {annotated}")
        if default is None and not self.is_node:
            self.default = next(iter(self.kind)) if issubclass(self.kind, enum.Enum) else self.kind()

    def read(self, node):
        if self.is_node:
            return node.GetNodeReference(self.name)
        text = node.GetParameter(self.name)
        if self.kind is bool:
            return text == "True"
        return self.kind[text] if issubclass(self.kind, enum.Enum) else self.kind(text)

    def write(self, node, value):
        if self.is_node:
            if value is not None and not value.IsA(self.kind.__name__):
                raise TypeError(f"{self.name} needs a {self.kind.__name__}, found {value.GetClassName()}")
            node.SetNodeReferenceID(self.name, value.GetID() if value else None)
            return
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name} needs {self.kind.__name__}, found {value!r}")
        for validator in self.validators:
            validator.check(value)
        node.SetParameter(self.name, value.name if isinstance(value, enum.Enum) else str(value))


def parameterNodeWrapper(cls):
    """Typed access to a parameter node, and a two-way connection to the widgets that carry a parameter's name."""
    hints = typing.get_type_hints(cls, include_extras=True)
    parameters = {name: _Parameter(name, hint, cls.__dict__.get(name)) for name, hint in hints.items()}

    def init(self, node):
        self.parameterNode, self._guis, self._next_tag, self._writing = node, {}, 0, False
        for parameter in parameters.values():
            if not parameter.is_node and not node.GetParameter(parameter.name):
                parameter.write(node, parameter.default)

    def connect_gui(self, ui):
        widgets = {}
        for widget in vars(ui).values():
            name = widget.property(PARAMETER_NAME)
            if name:
                widgets[name] = widget
        if unknown := set(widgets) - set(parameters):
            raise ValueError(f"no parameters {sorted(unknown)}")
        connectors = {name: _connector(widget, parameters[name]) for name, widget in widgets.items()}
        tag, self._next_tag = self._next_tag, self._next_tag + 1

        def to_gui(*_):
            if not self._writing:
                self._writing = True
                for name, connector in connectors.items():
                    connector.write(getattr(self, name))
                self._writing = False

        def from_gui(name):
            def changed(*_):
                if not self._writing:
                    setattr(self, name, connectors[name].read())

            return changed

        to_gui()
        for name, connector in connectors.items():
            connector.connect(from_gui(name))
        observer = self.parameterNode.AddObserver(vtk.vtkCommand.ModifiedEvent, to_gui)
        self._guis[tag] = (connectors, observer)
        return tag

    def disconnect_gui(self, tag):
        connectors, observer = self._guis.pop(tag, ({}, None))
        for connector in connectors.values():
            connector.disconnect()
        if observer is not None:
            self.parameterNode.RemoveObserver(observer)

    for name, parameter in parameters.items():
        setattr(
            cls,
            name,
            property(
                lambda self, p=parameter: p.read(self.parameterNode),
                lambda self, value, p=parameter: p.write(self.parameterNode, value),
            ),
        )
    cls.__init__, cls.connectGui, cls.disconnectGui = init, connect_gui, disconnect_gui
    cls.AddObserver = lambda self, *arguments: self.parameterNode.AddObserver(*arguments)
    cls.RemoveObserver = lambda self, tag: self.parameterNode.RemoveObserver(tag)
    cls.StartModify = lambda self: self.parameterNode.StartModify()
    cls.EndModify = lambda self, state: self.parameterNode.EndModify(state)
    cls.Modified = lambda self: self.parameterNode.Modified()
    return cls


class _Connector:
    """One widget and how it is read, written and listened to."""

    def __init__(self, widget, signal, read, write):
        self.widget, self.signal, self.read, self.write, self.slot = widget, signal, read, write, None

    def connect(self, slot):
        self.slot = slot
        self.widget.connect(self.signal, slot)

    def disconnect(self):
        self.widget.disconnect(self.signal, self.slot)


def _connector(widget, parameter):
    kind, class_name = parameter.kind, type(widget).__name__
    if class_name in ("QComboBox", "ctkComboBox") and isinstance(kind, type) and issubclass(kind, enum.Enum):
        members = list(kind)
        widget.clear()
        widget.addItems([member.label() for member in members])
        return _Connector(
            widget,
            "currentIndexChanged(int)",
            lambda: members[widget.currentIndex],
            lambda value: widget.setCurrentIndex(members.index(value)),
        )
    if class_name == "QDoubleSpinBox" and kind is float:
        for limits in parameter.validators:
            widget.setRange(limits.minimum, limits.maximum)
        return _Connector(widget, "valueChanged(double)", lambda: widget.value, widget.setValue)
    if class_name == "QCheckBox" and kind is bool:
        return _Connector(widget, "toggled(bool)", lambda: widget.checked, widget.setChecked)
    if class_name == "qMRMLNodeComboBox" and parameter.is_node:
        return _Connector(
            widget, "currentNodeChanged(vtkMRMLNode*)", widget.currentNode, widget.setCurrentNode
        )
    raise TypeError(f"no connector between {class_name} and {kind}")


def install():
    """Make the packages importable under their names in Slicer."""
    contents = {
        "i18n": {"tr": tr, "translate": translate},
        "ScriptedLoadableModule": {
            cls.__name__: cls
            for cls in (
                ScriptedLoadableModule,
                ScriptedLoadableModuleWidget,
                ScriptedLoadableModuleLogic,
                ScriptedLoadableModuleTest,
            )
        },
        "parameterNodeWrapper": {"parameterNodeWrapper": parameterNodeWrapper, "WithinRange": WithinRange},
    }
    # Slicer does not import this one by itself: slicer.packaging is not an attribute until somebody does.
    packaging = types.ModuleType("slicer.packaging")
    vars(packaging).update(pip_ensure=pip_ensure, outcome=None)
    sys.modules[packaging.__name__] = packaging
    sample_data = types.ModuleType("SampleData")
    sample_data.SampleDataLogic = SampleDataLogic
    sys.modules["SampleData"] = sample_data
    for name, members in contents.items():
        module = types.ModuleType(f"slicer.{name}")
        vars(module).update(members, __all__=list(members))
        sys.modules[module.__name__] = module
        setattr(slicer, name, module)
