"""The panel says nothing to Slicer that Slicer does not understand: classes, properties, signals, methods, texts."""

import ast
import inspect
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import slicer
from slicer_session import api_facts, pythonqt, slicer_python, ui_files, widgets

MODULE = Path(__file__).resolve().parents[2]
GUI = sorted((MODULE / "HER2LowMRILib" / "gui").glob("*.py"))
UI = sorted((MODULE / "Resources" / "UI").glob("*.ui"))
# What the panel takes from Qt beside the widgets of the facts: value types and enumerations of Qt 5 and 6 alike.
VALUE_TYPES = {
    "QKeySequence": set(),
    "QTableWidgetItem": {"setText", "setToolTip", "setFont", "text"},
    "QHeaderView": {
        "Stretch",
        "ResizeToContents",
        "setSectionResizeMode",
        "setStretchLastSection",
        "setHighlightSections",
        "setDefaultSectionSize",
        "setMinimumSectionSize",
        "setVisible",
    },
    "QSizePolicy": {"Expanding", "Fixed", "Preferred"},
    "QFont": {"setBold", "setUnderline"},
    "QDesktopServices": {"openUrl"},
    "QUrl": {"fromLocalFile"},
    "QPainter": {"fillRect", "end"},
    "QColor": set(),
    "Qt": {
        "ToolButtonTextBesideIcon",
        "WindowShortcut",
        "WidgetWithChildrenShortcut",
        "NoFocus",
        "ApplicationModal",
        "ToolButtonTextUnderIcon",
    },
    "QFileDialog": {"getSaveFileName"},
    "QPixmap": {"loadFromData", "fill"},
    "QByteArray": set(),
    "QIcon": set(),
    "QSize": set(),
    "QApplication": set(),
    "QCursor": {"pos"},
    "QLayout": set(),
}


def classes_in_ui():
    """Object name -> class, over all .ui files."""
    found = {}
    for path in UI:
        for widget in ElementTree.parse(path).getroot().iter("widget"):
            found.setdefault(widget.get("name"), set()).add(widget.get("class"))
    return found


@pytest.mark.parametrize("path", UI, ids=lambda path: path.name)
def test_ui_files_name_only_classes_and_properties_that_slicer_has(path):
    assert ui_files.problems(path) == []


@pytest.mark.parametrize("path", UI, ids=lambda path: path.name)
def test_node_selectors_in_ui_files_get_the_scene(path):
    root = ElementTree.parse(path).getroot()
    selectors = {
        widget.get("name") for widget in root.iter("widget") if widget.get("class") == "qMRMLNodeComboBox"
    }
    connected = {
        connection.find("receiver").text
        for connection in root.iter("connection")
        if connection.find("signal").text == "mrmlSceneChanged(vtkMRMLScene*)"
    }
    assert selectors <= connected


def attributes_of_ui_widgets(tree):
    """(widget name, attribute) wherever the code says ``ui.<widget>.<attribute>``."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
            continue
        owner = node.value.value
        is_ui = (isinstance(owner, ast.Name) and owner.id == "ui") or (
            isinstance(owner, ast.Attribute) and owner.attr == "ui"
        )
        if is_ui:
            yield node.value.attr, node.attr, node.lineno


@pytest.mark.parametrize("path", GUI, ids=lambda path: path.name)
def test_every_member_of_a_ui_widget_that_the_code_uses_is_listed_for_its_class(path):
    classes, wrong = classes_in_ui(), []
    for name, attribute, line in attributes_of_ui_widgets(ast.parse(path.read_text(encoding="utf-8"))):
        if name not in classes:
            wrong.append(f"line {line}: no widget {name} in the .ui files")
            continue
        for class_name in classes[name]:
            if attribute not in api_facts.members(class_name):
                wrong.append(f"line {line}: {class_name} has no {attribute}")
    assert wrong == []


def project_names():
    """Names that the project, Python, numpy or MRML define: what is not said to a Qt object."""
    import enum
    from datetime import datetime

    names = (
        set(dir(enum))
        | set(dir(datetime))
        | set(dir(str))
        | set(dir(list))
        | set(dir(dict))
        | set(dir(set))
        | set(dir(tuple))
        | set(dir(Path))
    )
    for path in (MODULE / "HER2LowMRILib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                if isinstance(node.value, ast.Name) and node.value.id == "self":
                    names.add(node.attr)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names.add(node.target.id)
            elif isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    for class_name in (
        "vtkMRMLScene",
        "vtkMRMLSegmentEditorNode",
        "vtkMRMLSegmentationNode",
        "vtkMRMLSegmentationDisplayNode",
        "vtkMRMLCrosshairNode",
        "vtkSegmentation",
        "vtkMRMLApplicationLogic",
        "vtkMRMLLayoutNode",
    ):
        names |= set(dir(getattr(slicer, class_name)))
    names |= set(dir(slicer)) | set(dir(slicer.util)) | set(dir(slicer.util.VTKObservationMixin))
    names |= set(api_facts.facts()["application"]) | set(api_facts.facts()["qt_names"])
    names |= set(api_facts.facts()["util"]) | set(api_facts.facts()["packaging"]) | {"packaging"}
    names |= set(classes_in_ui()) | set(dir(slicer.vtkMRMLNode))
    names |= {
        "getParameterNode",
        "connectGui",
        "disconnectGui",
        "parameterNode",
        "util",
        "app",
        "i18n",
        "ctkComboBox",
    }
    names |= {"monotonic", "strftime", "localtime", "error", "fileValue", "dicomDatabase"}
    names |= {"tobytes", "TemporaryDirectory"}
    # VTK, and ctkVTKAbstractView with its corner annotation: tried in a running Slicer.
    names |= {"vtkRenderer", "vtkCornerAnnotation", "GetRenderers", "GetFirstRenderer", "horizontalAdvance"}
    names |= {"renderWindow", "cornerAnnotation", "scheduleRender", "renderEnabled", "GetLayoutLabel"}
    # QGridLayout, in which Slicer puts the views of a layout.
    names |= {"columnCount", "rowCount", "setColumnStretch", "setRowStretch"}
    names |= {"qSlicerSegmentEditorEffectFactory", "instance", "qMRMLSegmentEditorWidget"}
    return names


@pytest.mark.parametrize("path", GUI, ids=lambda path: path.name)
def test_every_other_attribute_is_known_to_slicer_or_to_the_project(path):
    known = project_names() | api_facts.every_member() | set().union(*VALUE_TYPES.values())
    wrong = [
        f"line {node.lineno}: .{node.attr}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr not in known and not node.attr.startswith("__")
    ]
    assert wrong == []


@pytest.mark.parametrize("path", GUI, ids=lambda path: path.name)
def test_every_signal_that_is_connected_exists_in_qt_5(path):
    signals = api_facts.every_signal() | {"aboutToQuit()", "effectRegistered(QString)"}
    wrong = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_call and node.func.attr in ("connect", "disconnect"):
            signature = node.args[0]
            if not (isinstance(signature, ast.Constant) and signature.value in signals):
                wrong.append(f"line {node.lineno}: {ast.unparse(signature)}")
    assert wrong == []


@pytest.mark.parametrize("path", GUI, ids=lambda path: path.name)
def test_only_classes_of_qt_that_slicer_has_are_used_and_pythonqt_is_not_misused(path):
    facts, wrong = api_facts.facts(), []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "qt"
        if named and f"qt.{node.attr}" not in facts["classes"] and node.attr not in VALUE_TYPES:
            wrong.append(f"line {node.lineno}: qt.{node.attr}")
        call = node.func if isinstance(node, ast.Call) else None
        # In PythonQt sizeHint is a property, and isinstance of a C++ widget is False.
        if isinstance(call, ast.Attribute) and call.attr in ("sizeHint", "minimumSizeHint"):
            wrong.append(f"line {node.lineno}: {call.attr}()")
        if isinstance(call, ast.Name) and call.id == "isinstance" and "qt." in ast.unparse(node):
            wrong.append(f"line {node.lineno}: {ast.unparse(node)}")
    assert wrong == []


@pytest.mark.parametrize("stand_in", [*widgets.CTK, *widgets.SLICER], ids=lambda cls: cls.__name__)
def test_a_stand_in_offers_nothing_that_slicer_does_not(stand_in):
    name = stand_in.__name__
    own = {
        member
        for base in inspect.getmro(stand_in)
        if base.__module__ == widgets.__name__
        for member in vars(base)
        if not member.startswith("_") and member not in ("SIGNALS", "SHORTCUTS", "staticMetaObject")
    }
    virtual = {"paintEvent", "mousePressEvent", "wheelEvent", "event", "sizeHint", "minimumSizeHint"}
    # Names under which PySide holds a signal that PythonQt knows by its signature.
    own -= virtual | set(getattr(stand_in, "SIGNALS", {}).values())
    constants = {"AlwaysScroll", "NeverScroll", "Dirs", "Files", "Readable", "Writable"}
    assert own - constants <= api_facts.members(name)
    assert set(getattr(stand_in, "SIGNALS", {})) <= api_facts.signals(name)


def test_the_stand_in_for_the_application_offers_nothing_that_slicer_does_not():
    from slicer_session.application import FROM_QT, Application

    ours = {name for name in vars(Application) if not name.startswith("_")} - {"SIGNALS", "emit"}
    assert ours | FROM_QT <= set(api_facts.facts()["application"])


def texts_of(path):
    """Text of a .ui file as a person reads it."""
    for item in ElementTree.parse(path).getroot().iter("string"):
        if item.get("notr") != "true" and item.text:
            yield item.text


def test_every_text_in_ui_files_can_be_translated():
    texts = [text for path in UI for text in texts_of(path)]
    assert len(texts) > 60


SHOWS_TEXT = {"text", "toolTip", "windowTitle", "placeholderText", "defaultText", "labelText"}
SHOWING_CALLS = {"setText", "setToolTip", "addItem", "addItems", "show_message", "addRow"}


def plain_words(node):
    """Whether an expression is a text with words in it that does not come through ``_()``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(re.search(r"[A-Za-z]{3,}", re.sub(r"<[^>]*>|&\w+;", "", node.value)))
    if isinstance(node, ast.JoinedStr):
        return any(plain_words(part) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.IfExp):
        return plain_words(node.body) or plain_words(node.orelse)
    if isinstance(node, ast.BinOp):
        return plain_words(node.left) or plain_words(node.right)
    if isinstance(node, ast.List | ast.Tuple):
        return any(plain_words(part) for part in node.elts)
    return False


# Names of maps are the same in every language.
SAME_IN_EVERY_LANGUAGE = {'["ADC", "D_app", "K_app"]'}


@pytest.mark.parametrize("path", [*GUI, MODULE / "HER2LowMRI.py"], ids=lambda path: path.name)
def test_no_english_is_shown_that_does_not_come_through_the_translation(path):
    wrong = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and plain_words(node.value):
            wrong += [
                f"line {node.lineno}: {ast.unparse(node.value)}"
                for target in node.targets
                if isinstance(target, ast.Attribute) and target.attr in SHOWS_TEXT
            ]
        call = node.func if isinstance(node, ast.Call) else None
        if isinstance(call, ast.Attribute) and call.attr in SHOWING_CALLS:
            wrong += [
                f"line {node.lineno}: {ast.unparse(part)}"
                for part in node.args
                if plain_words(part) and ast.unparse(part).replace("'", '"') not in SAME_IN_EVERY_LANGUAGE
            ]
    assert wrong == []


@pytest.mark.parametrize("path", GUI, ids=lambda path: path.name)
def test_translated_texts_have_named_places_and_no_f_strings(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            assert isinstance(node.args[0], ast.Constant), f"line {node.lineno}: {ast.unparse(node)}"
            assert "{}" not in node.args[0].value, f"line {node.lineno}"


def test_the_lint_would_notice_what_slicer_does_not_have():
    assert "clickd" not in api_facts.members("QPushButton")
    assert "clicked()" in api_facts.signals("QPushButton")
    with pytest.raises(KeyError):
        api_facts.members("QMadeUpWidget")
    assert plain_words(ast.parse('"Open the study"', mode="eval").body)
    assert not plain_words(ast.parse('_("Open the study")', mode="eval").body)
    assert pythonqt.CPP_TYPES and slicer_python.TRANSLATED is not None
