"""What a JSON file must look like, said once, and the one way in which such a file is read.

A shape is a function that says what is wrong with a value, or None. Whoever reads through `parse_json` gets a value
of that shape, or one error that says where the file is damaged, never a surprise further on.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError

Shape = Callable[[object], str | None]

# Whole numbers beyond cannot be kept by every reader of JSON.
_LARGEST_WHOLE = 2**53


def parse_json(content: bytes, shape: Shape, name: str, error: type[HER2LowMRIError] = StudyError) -> Any:
    """Read JSON of a known shape.

    Parameters
    ----------
    content : bytes
        UTF-8.
    shape : callable
        What it must look like.
    name : str
        What errors call it.
    error : type, optional
        What to raise.

    Raises
    ------
    HER2LowMRIError
        Of the type ``error``: if it is not JSON, or JSON of another shape; says where.
    """
    try:
        value = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as damage:
        raise error(f"{name} is damaged", needed="JSON", found="something else") from damage
    try:
        wrong = shape(value)
    except RecursionError:
        wrong = "values nested too deep"
    if wrong is not None:
        raise error(f"{name} is damaged", found=wrong)
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def text(value: object) -> str | None:
    """Unicode text that can be written again."""
    if not isinstance(value, str):
        return _other("text", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        return "half a character (a lone surrogate)"
    return None


def flag(value: object) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else _other("true or false", value)


def number(value: object) -> str | None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _other("a number", value)
    if isinstance(value, int):
        return None if abs(value) <= _LARGEST_WHOLE else "a number that is too large"
    return None if math.isfinite(value) else "a number that is not finite"


def whole(smallest: int = 0, largest: int = _LARGEST_WHOLE) -> Shape:
    """A whole number in a range."""

    def shape(value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return _other("a whole number", value)
        return None if smallest <= value <= largest else "a number out of its range"

    return shape


def like(pattern: str, needed: str) -> Shape:
    """Text that a regular expression matches as a whole."""
    compiled = re.compile(pattern, re.ASCII)

    def shape(value: object) -> str | None:
        return text(value) or (None if compiled.fullmatch(str(value)) else f"text that is not {needed}")

    return shape


def passing(check: Callable[[object], object], needed: str) -> Shape:
    """Whatever a function takes without an error of ours."""

    def shape(value: object) -> str | None:
        try:
            check(value)
        except HER2LowMRIError:
            return f"a value that is not {needed}"
        return None

    return shape


def exactly(*values: object) -> Shape:
    """One of some values, of the same type."""

    def shape(value: object) -> str | None:
        same = any(type(value) is type(known) and value == known for known in values)
        return None if same else _other("one of the known values", value)

    return shape


def either(*shapes: Shape) -> Shape:
    """One shape or another."""

    def shape(value: object) -> str | None:
        wrong: str | None = "nothing that is known"
        for this in shapes:
            wrong = this(value)
            if wrong is None:
                return None
        return wrong

    return shape


def optional(shape: Shape) -> Shape:
    """A shape, or nothing (null)."""
    return lambda value: None if value is None else shape(value)


def listed(item: Shape) -> Shape:
    """A list of values of one shape."""

    def shape(value: object) -> str | None:
        if not isinstance(value, list):
            return _other("a list", value)
        return _first((f"number {place}", item, part) for place, part in enumerate(value, start=1))

    return shape


def tupled(*items: Shape) -> Shape:
    """A list of so many values, each of its shape."""

    def shape(value: object) -> str | None:
        if not isinstance(value, list) or len(value) != len(items):
            return _other(f"a list of {len(items)}", value)
        parts = zip(items, value, strict=True)
        return _first((f"number {place}", item, part) for place, (item, part) in enumerate(parts, start=1))

    return shape


def mapped(item: Shape, key: Shape = text) -> Shape:
    """Names with values of one shape."""

    def shape(value: object) -> str | None:
        if not isinstance(value, dict):
            return _other("names with values", value)
        if any(key(name) is not None for name in value):
            return "a name that does not belong there"
        return _first((str(name), item, part) for name, part in value.items())

    return shape


def fields(
    required: Mapping[str, Shape], may: Mapping[str, Shape] | None = None, *, others: bool = False
) -> Shape:
    """Named values, each with its shape.

    Parameters
    ----------
    required : mapping
        What must be there.
    may : mapping, optional
        What may be there.
    others : bool
        Whether further names are let pass.
    """
    known = {**required, **(may or {})}

    def shape(value: object) -> str | None:
        if not isinstance(value, dict):
            return _other("names with values", value)
        absent = [name for name in required if name not in value]
        if absent:
            return f"no {absent[0]}"
        if not others and set(value) - set(known):
            return "a name that is not known"
        return _first((name, known[name], value[name]) for name in known if name in value)

    return shape


def anything(value: object) -> str | None:
    """Whatever JSON can hold, as long as it can be written again."""
    if isinstance(value, dict):
        return next((wrong for part in value.items() for wrong in map(anything, part) if wrong), None)
    if isinstance(value, list):
        return next((wrong for part in value if (wrong := anything(part))), None)
    if value is None or isinstance(value, bool):
        return None
    return text(value) if isinstance(value, str) else number(value)


def _first(parts: Iterable[tuple[str, Shape, object]]) -> str | None:
    for name, shape, value in parts:
        wrong = shape(value)
        if wrong is not None:
            shown = "".join(sign if sign.isprintable() else "?" for sign in name)[:40]
            return f"{wrong} at {shown}" if " at " not in wrong else f"{wrong} of {shown}"
    return None


def _other(needed: str, value: object) -> str:
    names = {
        dict: "names with values",
        list: "a list",
        str: "text",
        bool: "true or false",
        type(None): "nothing",
    }
    return f"{names.get(type(value), 'a number')} instead of {needed}"
