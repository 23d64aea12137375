"""Qt as PythonQt shows it, on top of PySide6: the rules were measured against a running Slicer 5.12 (Qt 5.15).

Properties are attributes, a misspelt attribute is an error, signals are connected by their C++ signature, lists come
back as tuples. Where PythonQt only prints a warning (a signal that does not exist), this raises.
"""

import ctypes
import enum
import inspect
import os
import sys
import tempfile
import types

from PySide6 import QtCore, QtGui, QtUiTools, QtWidgets
from shiboken6 import getCppPointer

_Object = QtCore.QObject
_property, _set_property = _Object.property, _Object.setProperty
_connect, _disconnect = _Object.connect, _Object.disconnect
_find_children, _children = _Object.findChildren, _Object.children
# A Shiboken slot that was saved before it was replaced refuses to run; Python's own generic setter does.
_plain_setattr = ctypes.pythonapi.PyObject_GenericSetAttr
_plain_setattr.argtypes = [ctypes.py_object] * 3

CPP_TYPES: set[type] = set()
CONNECTIONS: dict[tuple[int, str], list] = {}
SLOT_ERRORS: list[Exception] = []
# Virtual getters must stay methods, or Qt calls them back for ever.
METHODS_THAT_STAY = {"sizeHint", "minimumSizeHint", "singleShot"}
# Signals that Qt 5.15 has under another name or with another argument than Qt 6.
NUMBERS = {"int", "uint", "double", "float"}


def _coerce(declared, value):
    kind = declared.typeName()
    if kind == "QString":
        return str(value)
    if kind == "bool":
        return bool(value)
    if kind == "QStringList":
        return [str(text) for text in value]
    if kind not in NUMBERS:
        return value
    if isinstance(value, str) or value is None:
        raise AttributeError(f"Property '{declared.name()}' of type '{kind}' does not accept {value!r}")
    return int(value) if kind in ("int", "uint") else float(value)


def _reader(name):
    def get(self):
        value = _property(self, name)
        return value.value if isinstance(value, enum.Enum) else value

    return property(get)


def cpp_class(cls):
    """Give a Qt class, or a stand-in for a C++ widget, the manners of PythonQt."""
    CPP_TYPES.add(cls)
    meta = cls.staticMetaObject
    for index in range(meta.propertyOffset(), meta.propertyCount()):
        name = meta.property(index).name()
        if name not in METHODS_THAT_STAY and type(vars(cls).get(name)).__name__ != "Property":
            setattr(cls, name, _reader(name))
    plain_get = cls.__getattribute__

    def get(self, name):
        if name == "connect":
            return types.MethodType(connect, self)
        if name == "disconnect":
            return types.MethodType(disconnect, self)
        value = plain_get(self, name)
        return tuple(value) if type(value) is list and name[0] != "_" else value

    def put(self, name, value):
        if name[0] == "_":
            return _plain_setattr(self, name, value)
        meta = self.metaObject()
        index = meta.indexOfProperty("objectName" if name == "name" else name)
        if index == -1:
            if type(self) not in CPP_TYPES:
                return _plain_setattr(self, name, value)
            raise AttributeError(f"'{name}' does not exist on {type(self).__name__}")
        declared = meta.property(index)
        if declared.isEnumType():
            done = declared.write(self, getattr(value, "value", value))
        else:
            done = _set_property(self, declared.name(), _coerce(declared, value))
        if not done or not declared.isWritable():
            raise AttributeError(f"Property '{name}' does not accept {value!r}")
        return None

    def missing(self, name):
        if name[0] != "_" and name.encode() in [bytes(n) for n in self.dynamicPropertyNames()]:
            return _property(self, name)
        raise AttributeError(f"{type(self).__name__} has no attribute named '{name}'")

    cls.__getattribute__, cls.__setattr__, cls.__getattr__ = get, put, missing
    return cls


def _signal(self, signature):
    own = getattr(type(self), "SIGNALS", {})
    if signature in own:
        return getattr(self, own[signature])
    normalized = bytes(QtCore.QMetaObject.normalizedSignature(signature)).decode()
    if self.metaObject().indexOfSignal(normalized) == -1:
        raise AttributeError(f"{self.metaObject().className()} has no signal {signature}")
    return normalized


def connect(self, signature, *rest):
    """``widget.connect("clicked()", function)``: surplus arguments of the signal are dropped, as PythonQt does."""
    if not (isinstance(signature, str) and not signature[:1].isdigit() and len(rest) == 1):
        return _connect(signature, *rest)
    function, signal = rest[0], _signal(self, signature)
    parameters = inspect.signature(function).parameters.values()
    most = None if any(p.kind is p.VAR_POSITIONAL for p in parameters) else len(parameters)

    def call(*arguments):
        try:
            function(*arguments[:most])
        except Exception as error:  # noqa: BLE001  (a slot that raises must not end the event loop, but the test)
            SLOT_ERRORS.append(error)
            sys.excepthook(type(error), error, error.__traceback__)

    if isinstance(signal, str):
        count = 0 if signal.endswith("()") else signal.count(",") + 1
        by_count = (
            lambda: call(),
            lambda a: call(a),
            lambda a, b: call(a, b),
            lambda a, b, c: call(a, b, c),
            lambda a, b, c, d: call(a, b, c, d),
        )
        slot = by_count[count]
        _connect(self, "2" + signal, slot)
    else:
        slot = call
        signal.connect(slot)
    CONNECTIONS.setdefault((getCppPointer(self)[0], signature), []).append((function, slot))
    return True


def disconnect(self, signature, *rest):
    """Undo :func:`connect` for the same function."""
    if not (isinstance(signature, str) and not signature[:1].isdigit() and len(rest) == 1):
        return _disconnect(signature, *rest)
    signal, made = _signal(self, signature), CONNECTIONS.get((getCppPointer(self)[0], signature), [])
    for pair in made:
        if pair[0] == rest[0]:
            made.remove(pair)
            return (
                _disconnect(self, "2" + signal, pair[1])
                if isinstance(signal, str)
                else signal.disconnect(pair[1])
            )
    return False


def _find(self, kind=_Object, *name):
    wanted = _Object if isinstance(kind, str) else kind
    found = _find_children(self, wanted, *name)
    return tuple(child for child in found if not isinstance(kind, str) or child.inherits(kind))


def install():
    """Put a ``qt`` module into ``sys.modules`` and make one application for the process.

    Returns
    -------
    module
    """
    if "qt" in sys.modules:
        return sys.modules["qt"]
    qt = types.ModuleType("qt")
    for module in (QtCore, QtGui, QtWidgets, QtUiTools):
        for name in [name for name in dir(module) if name[0] != "_"]:
            value = getattr(module, name)
            setattr(qt, name, value)
            if isinstance(value, type) and issubclass(value, _Object):
                cpp_class(value)
    _Object.name = _reader("objectName")
    _Object.className = lambda self: self.metaObject().className()
    _Object.findChildren = _find
    _Object.children = lambda self: tuple(_children(self))
    QtCore.QStandardPaths.setTestModeEnabled(True)
    # Of this process alone: with settings in common, a panel proposes the study that another test has open.
    settings = tempfile.TemporaryDirectory(prefix="settings-of-a-test-")
    for form in (QtCore.QSettings.NativeFormat, QtCore.QSettings.IniFormat):
        QtCore.QSettings.setPath(form, QtCore.QSettings.UserScope, settings.name)
    # Without a screen, and without windows on the screen of whoever runs the tests.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication(["HER2LowMRI-tests"])
    application.setOrganizationName("HER2LowMRI-tests")
    application.setApplicationName("HER2LowMRI-tests")
    application.setStyle("Fusion")
    qt._application, qt._settings = application, settings
    sys.modules["qt"] = qt
    return qt
