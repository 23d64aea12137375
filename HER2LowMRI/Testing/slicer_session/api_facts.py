"""What a running Slicer 5.12.3 (Qt 5.15) offers to Python, read from the application itself.

``slicer_api.json`` is an extract of that reading: for each class the names of its properties, signals, slots and other
attributes. Every stand-in, every ``.ui`` file and every call in the panel is held against it.
"""

import functools
import json
import re
from pathlib import Path

EXTRACT = Path(__file__).with_name("slicer_api.json")
QT_BASES = ("qt.QObject", "qt.QWidget")


@functools.cache
def facts():
    """The extract as it is on disk."""
    return json.loads(EXTRACT.read_text(encoding="utf-8"))


@functools.cache
def qualified(class_name):
    """``QLabel`` -> ``qt.QLabel``; KeyError for a class that Slicer does not have."""
    for prefix in ("qt.", "ctk.", "slicer."):
        if prefix + class_name in facts()["classes"]:
            return prefix + class_name
    raise KeyError(f"{class_name} is not among the classes read from Slicer 5.12")


def _own_and_inherited(class_name):
    known = facts()["classes"]
    name = qualified(class_name)
    is_layout = (
        name.endswith("Layout")
        or name.endswith("Timer")
        or name.endswith("Group")
        or name.endswith("Shortcut")
    )
    bases = QT_BASES[:1] if is_layout else QT_BASES
    return [known[base] for base in bases] + [known[name]]


def properties(class_name):
    """Names of the properties that a class has."""
    return {name for part in _own_and_inherited(class_name) for name in part.get("properties", ())} | {"name"}


def signals(class_name):
    """Signatures of the signals that a class has."""
    return {name for part in _own_and_inherited(class_name) for name in part.get("signals", ())}


def methods(class_name):
    """Names of the slots and other attributes that a class has."""
    named = set()
    for part in _own_and_inherited(class_name):
        named |= {re.split(r"\(", slot)[0] for slot in part.get("slots", ())} | set(
            part.get("other_attributes", ())
        )
    return named


def members(class_name):
    """Everything that Python code may say after ``widget.``."""
    return properties(class_name) | methods(class_name)


def every_member():
    """Members of all classes together: what no widget in Slicer has is not in here."""
    return set().union(*(members(name.split(".")[1]) for name in facts()["classes"]))


def every_signal():
    """Signals of all classes together."""
    return set().union(*(signals(name.split(".")[1]) for name in facts()["classes"]))
