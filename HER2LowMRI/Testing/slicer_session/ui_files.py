"""The ``.ui`` loader of the session: parses the file first, and refuses classes and properties that Slicer lacks."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from PySide6 import QtCore, QtUiTools

from slicer_session import api_facts

# Classes that a .ui file names and that are not widgets with facts of their own.
PLAIN = {"Line": "QFrame"}
# What the .ui format writes as a property and the loader turns into a call.
FORMAT_ONLY = {"buddy"}


class UiFileError(Exception):
    """A ``.ui`` file names something that Slicer 5.12 does not have."""


def problems(path):
    """Name every class and property in a ``.ui`` file that Slicer 5.12 does not have.

    Returns
    -------
    list of str
        Empty when the file is fine.
    """
    found = []
    root = ElementTree.parse(path).getroot()
    for widget in root.iter("widget"):
        class_name = PLAIN.get(widget.get("class"), widget.get("class"))
        try:
            known = api_facts.properties(class_name)
        except KeyError:
            found.append(f"{Path(path).name}: no class {class_name}")
            continue
        for item in widget.findall("property"):
            dynamic = item.get("stdset") == "0"
            if not dynamic and item.get("name") not in known | FORMAT_ONLY:
                found.append(f"{Path(path).name}: {class_name} has no property {item.get('name')}")
    return found


class UiLoader(QtUiTools.QUiLoader):
    """``qt.QUiLoader`` with the stand-ins for the widgets of CTK and Slicer."""

    def createWidget(self, class_name, parent=None, name=""):
        for module in ("ctk", "slicer"):
            made = getattr(sys.modules[module], class_name, None)
            if made is not None and class_name.startswith(("ctk", "qMRML", "qSlicer")):
                widget = made(parent)
                widget.setObjectName(name)
                return widget
        return super().createWidget(class_name, parent, name)

    def load(self, file, parent=None):
        path = file.fileName()
        if found := problems(path):
            raise UiFileError("; ".join(found))
        tree = ElementTree.parse(path)
        values = self._take_values(tree)
        # Qt's loader would look for MRML signals among its own.
        connections = tree.getroot().find("connections")
        for connection in list(connections if connections is not None else ()):
            if "vtkMRML" in connection.find("signal").text:
                connections.remove(connection)
        content = QtCore.QBuffer()
        content.setData(ElementTree.tostring(tree.getroot()))
        content.open(QtCore.QIODevice.ReadOnly)
        widget = super().load(content, parent)
        for name, (attribute, value) in values:
            setattr(widget.findChild(object_type(), name), attribute, value)
        self._connect_scene(widget, path)
        return widget

    def _take_values(self, tree):
        """Enumerations that Qt's loader knows only where the classes are C++."""
        found = []
        for element in tree.getroot().iter("widget"):
            stand_in = element.get("class").startswith(("ctk", "qMRML"))
            for item in element.findall("property"):
                text = item[0].text or ""
                own = text.startswith("ctk") or (stand_in and text.startswith("QComboBox"))
                if item[0].tag in ("enum", "set") and own:
                    value = sum(_member(part) for part in text.split("|"))
                    found.append((element.get("name"), (item.get("name"), value)))
                    element.remove(item)
        return found

    def _connect_scene(self, widget, path):
        """Apply exactly the listed connections with MRML types: a forgotten one is missing, as in Slicer."""
        for connection in ElementTree.parse(path).getroot().iter("connection"):
            sender, signal, receiver, slot = (
                connection.find(tag).text for tag in ("sender", "signal", "receiver", "slot")
            )
            if "vtkMRML" in signal:
                source = widget if widget.objectName == sender else widget.findChild(object_type(), sender)
                target = widget.findChild(object_type(), receiver)
                source.connect(signal, getattr(target, slot.split("(")[0]))


def _member(text):
    """Look up what a .ui file calls ``class::member``."""
    class_name, member = text.split("::")
    module = sys.modules["ctk" if class_name.startswith("ctk") else "qt"]
    value = getattr(getattr(module, class_name), member)
    return getattr(value, "value", value)


def object_type():
    """QObject, looked up late because the session patches it."""
    return sys.modules["qt"].QObject
