"""The vocabulary of a form as data: items, their values, definitions and codes.

An edition is one JSON file beside ``data/lexicon_birads_mri_2013.json``; a further edition is a further file
and no code. ``data/fields_clinic.json`` has the same form and holds the coordinator's fields. docs/lexicon.md
describes the file and lists the default edition.

Three things are kept apart: an item that was not answered is None, ``not_assessable`` is an answer of the
reader, and ``not_applicable`` is set by the form (core/form.py) where the question does not arise.
"""

import functools
import hashlib
import json
import math
import numbers
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, cast

from HER2LowMRILib.core.errors import HER2LowMRIError

SCHEMA = "her2lowmri-lexicon-1"
DEFAULT_EDITION = "birads-mri-2013"
PRIVATE_SCHEME = "99HER2LOWMRI"
NOT_ASSESSABLE = "not_assessable"
NOT_APPLICABLE = "not_applicable"

# What a reader's answer can be: the id of a value (text, or 1 and 0 for yes and no), a number, or None.
Answer = str | int | float | None

_LONGEST = 4 * 2**20
_KINDS = ("choice", "number", "integer", "text", "date")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
# A table program turns 0/1 into 0.0/1.0 when a cell of the column is empty.
_WHOLE_AS_DECIMAL = re.compile(r"([0-9])\.0+")


@dataclass(frozen=True)
class Code:
    """A coded concept as DICOM writes it: scheme designator, value, meaning."""

    scheme: str
    value: str
    meaning: str


@dataclass(frozen=True)
class Value:
    """One answer that can be chosen.

    ``key`` is the digit that chooses it from the keyboard: 1 to n in the order of the list, 9 for "not
    assessable".
    """

    value: str | int
    label: str
    definition: str
    code: Code
    key: str | None = None


@dataclass(frozen=True)
class Item:
    """One question of a form.

    Attributes
    ----------
    id : str
        Name of the item, and of its column.
    kind : {"choice", "number", "integer", "text", "date"}
        How it is answered; yes and no are the values 1 and 0 of a choice.
    values : tuple of Value
        The values of a choice; empty for the other kinds.
    states : tuple of Value
        "not assessable", where the file has it.
    unit, minimum, maximum
        Of a number; unit "1" is a pure number, and the limits belong to the range.
    required : bool
        Whether a reading cannot be signed off without it (while it applies).
    ordered : bool
        Whether the values have an order, as a weighted kappa needs it.
    applies_when : tuple of (item id, values)
        All conditions that must hold for the question to be asked.
    exported : bool
        False for what identifies too well (dates, laboratories): it stays in the study folder.
    """

    id: str
    label: str
    section: str
    kind: str
    definition: str
    source: str
    code: Code
    values: tuple[Value, ...] = ()
    states: tuple[Value, ...] = ()
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    ordered: bool = False
    exported: bool = True
    applies_when: tuple[tuple[str, tuple[str | int, ...]], ...] = ()

    @property
    def choices(self) -> tuple[Value, ...]:
        """What a reader can choose: the values, then "not assessable" where the file has it."""
        return self.values + self.states

    @property
    def more(self) -> bool:
        """Whether the item belongs to the optional "more descriptors"."""
        return not self.required

    def label_of(self, answer: Answer) -> str:
        """Word an answer as a person reads it; "" for None."""
        if answer is None:
            return ""
        for choice in self.choices:
            if choice.value == answer and type(choice.value) is type(answer):
                return choice.label
        if answer == NOT_APPLICABLE:
            return "not applicable"
        if isinstance(answer, int | float):
            return f"{answer:g}" if self.unit in (None, "1") else f"{answer:g} {self.unit}"
        return str(answer)

    def accept(self, raw: Any) -> Answer:
        """Return `raw` as an answer to this item.

        Parameters
        ----------
        raw : object
            A value id, a number, or the text of either as a CSV cell has it. None and "" are "no answer".

        Returns
        -------
        str, int, float or None

        Raises
        ------
        HER2LowMRIError
            When `raw` is not a possible answer; says which are.
        """
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if self.kind == "choice":
            return self._accept_choice(raw)
        for state in self.states:
            if isinstance(raw, str) and raw.strip() == state.value:
                return state.value
        if self.kind in ("number", "integer"):
            return self._accept_number(raw)
        if not isinstance(raw, str):
            raise self._refusal("text", type(raw).__name__)
        if self.kind == "date":
            try:
                return date.fromisoformat(raw.strip()).isoformat()
            except ValueError:
                raise self._refusal("a date as year-month-day, 2025-03-10", shown(raw)) from None
        limit = int(self.maximum or 200)
        if len(raw) > limit:
            raise self._refusal(f"at most {limit} characters", f"{len(raw)}")
        return raw

    def _accept_choice(self, raw: object) -> Answer:
        if isinstance(raw, str):
            whole = _WHOLE_AS_DECIMAL.fullmatch(raw.strip())
            text = whole[1] if whole else raw.strip()
        elif isinstance(raw, numbers.Integral) or (isinstance(raw, float) and raw.is_integer()):
            text = str(int(raw)) if -9 <= int(raw) <= 9 else None
        else:
            text = None
        for choice in self.choices:
            if text == str(choice.value):
                return choice.value
        needed = ", ".join(str(choice.value) for choice in self.choices)
        raise self._refusal(f"one of {needed}", shown(raw))

    def _accept_number(self, raw: object) -> float | int:
        unit = "" if self.unit in (None, "1") else f" {self.unit}"
        whole = "whole " if self.kind == "integer" else ""
        needed = f"a {whole}number from {self.minimum:g} to {self.maximum:g}{unit}"
        if isinstance(raw, str):
            if not _NUMBER.fullmatch(raw.strip()):
                hint = "Write a point as decimal sign." if "," in raw else None
                raise self._refusal(needed, shown(raw), hint)
            number = float(raw)
        elif isinstance(raw, numbers.Real) and not isinstance(raw, bool) and abs(cast(float, raw)) < 1e15:
            number = float(raw)
        else:
            raise self._refusal(needed, shown(raw))
        whole_where_asked = self.kind == "number" or number.is_integer()
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        if not (math.isfinite(number) and whole_where_asked and low <= number <= high):
            raise self._refusal(needed, f"{shown(raw)}{unit}")
        return int(number) if self.kind == "integer" else number

    def _refusal(self, needed: str, found: str, todo: str | None = None) -> HER2LowMRIError:
        return HER2LowMRIError(f"{self.label} ({self.id})", needed=needed, found=found, todo=todo)


@dataclass(frozen=True)
class DerivedItem:
    """A collapsed variable that is computed from one item and never typed."""

    id: str
    label: str
    definition: str
    source: str
    derived_from: str
    mapping: tuple[tuple[str | int, int], ...]

    def of(self, answer: Answer) -> Answer:
        """Collapse one answer; None, "not assessable" and "not applicable" stay what they are."""
        if answer is None or isinstance(answer, float) or answer in (NOT_ASSESSABLE, NOT_APPLICABLE):
            return answer
        return dict(self.mapping)[answer]


@dataclass(frozen=True)
class Section:
    """A group of items under one heading; `more` marks those of the optional descriptors."""

    id: str
    label: str
    more: bool


@dataclass(frozen=True)
class Lexicon:
    """One edition of a vocabulary.

    Attributes
    ----------
    edition : str
        Id of the edition. A study states it once and never mixes two.
    digest : str
        SHA-256 of the content, so that a changed file under the same id is noticed.
    """

    edition: str
    title: str
    note: str
    digest: str
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    derived: tuple[DerivedItem, ...]
    states: tuple[Value, ...]

    def __getitem__(self, item_id: str) -> Item:
        item = self.get(item_id)
        if item is None:
            raise HER2LowMRIError(
                f"No item {shown(item_id)} in the lexicon", needed=f"an item of edition {self.edition}"
            )
        return item

    def __contains__(self, item_id: object) -> bool:
        return self.get(item_id) is not None

    def get(self, item_id: object, default: Item | None = None) -> Item | None:
        """Return the item of that id, or `default`."""
        return next((item for item in self.items if item.id == item_id), default)

    def section(self, section_id: str) -> Section:
        """Return the section of that id."""
        return next(section for section in self.sections if section.id == section_id)


def shown(raw: object, limit: int = 40) -> str:
    """Word a value for an error message: quoted, on one line, cut when long."""
    text = repr(raw)
    return text if len(text) <= limit else f"{text[:limit]}…"


def editions() -> dict[str, str]:
    """Return the editions that come with the software: id -> title."""
    return {edition: content["title"] for edition, (_, content) in sorted(_shipped()[0].items())}


@functools.cache
def load_lexicon(edition: str = DEFAULT_EDITION) -> Lexicon:
    """Return an edition that comes with the software.

    Raises
    ------
    HER2LowMRIError
        When there is no such edition; names the files that hold none.
    """
    shipped, unusable = _shipped()
    if edition not in shipped:
        raise HER2LowMRIError(
            "No such edition of the lexicon",
            needed=", ".join(sorted(shipped)),
            found=shown(edition) + (f" (unusable: {', '.join(unusable)})" if unusable else ""),
            todo="A further edition is a further file, see docs/lexicon.md.",
        )
    name, content = shipped[edition]
    return parse_lexicon(json.dumps(content), name)


def _shipped() -> tuple[dict[str, tuple[str, dict[str, Any]]], list[str]]:
    """Return the editions in the data folder (id -> file name, content), and files there that are none.

    A faulty file of a further edition must not keep a study of another edition from opening.
    """
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    unusable = []
    for file in sorted(_data().iterdir(), key=lambda entry: entry.name):
        if not (file.name.startswith("lexicon_") and file.name.endswith(".json")):
            continue
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            edition, _ = str(content["edition"]), str(content["title"])
        except (ValueError, KeyError, TypeError):
            unusable.append(file.name)
            continue
        if edition in found:
            unusable.append(f"{file.name} (edition {shown(edition)} twice)")
        found.setdefault(edition, (file.name, content))
    return found, unusable


@functools.cache
def clinic_fields() -> Lexicon:
    """Return the coordinator's fields (age, receptors, Ki-67, HER2 tests), in the form of a lexicon."""
    name = "fields_clinic.json"
    return parse_lexicon((_data() / name).read_text(encoding="utf-8"), name)


def read_lexicon(path: Path) -> Lexicon:
    """Read an edition from a file of one's own.

    Raises
    ------
    HER2LowMRIError
        When the file is not what docs/lexicon.md describes; says where.
    """
    return parse_lexicon(_text_of(path), path.name)


def edition_text(edition: str | Path) -> str:
    """Return the content of an edition's file, to be kept with a study.

    Parameters
    ----------
    edition : str or Path
        Id of an edition that comes with the software, or a file of one's own.

    Raises
    ------
    HER2LowMRIError
        When there is no such edition, or the file cannot be used.
    """
    if isinstance(edition, Path):
        text = _text_of(edition)
        parse_lexicon(text, edition.name)
        return text
    load_lexicon(edition)
    return (_data() / _shipped()[0][edition][0]).read_text(encoding="utf-8")


def _text_of(path: Path) -> str:
    try:
        # A device or a pipe may have no end.
        if path.exists() and not path.is_file():
            raise OSError("not a regular file")
        with path.open("rb") as stream:
            content = stream.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise OSError("too long")
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HER2LowMRIError(
            f"The lexicon {path.name} cannot be read",
            needed="a JSON file in UTF-8",
            found=type(error).__name__,
        ) from error


def parse_lexicon(text: str, name: str) -> Lexicon:
    """Build a lexicon from the text of its file and check it.

    Parameters
    ----------
    text : str
        JSON.
    name : str
        Name of the file, for messages.

    Raises
    ------
    HER2LowMRIError
        For anything that would let two readers answer different questions: an item or value without
        definition or code, ids or keys that occur twice, conditions on items that do not come before, ranges
        that are none.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise HER2LowMRIError(
            f"The lexicon {name} is not JSON",
            needed=error.msg,
            found=f"line {error.lineno}, column {error.colno}",
        ) from error
    except (ValueError, RecursionError) as error:
        raise HER2LowMRIError(
            f"The lexicon {name} is not JSON",
            needed="an edition of the lexicon",
            found="endless nesting or numbers",
        ) from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        found = shown(content.get("schema")) if isinstance(content, dict) else type(content).__name__
        raise HER2LowMRIError(
            f"The lexicon {name} is of another form", needed=f'"schema": "{SCHEMA}"', found=found
        )
    try:
        lexicon = _build(content)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise HER2LowMRIError(
            f"The lexicon {name} is incomplete",
            needed="every entry of docs/lexicon.md",
            found=f"no usable {error}",
        ) from error
    _check(lexicon, name)
    return lexicon


def _data() -> Any:
    return resources.files("HER2LowMRILib") / "data"


def _build(content: Mapping[str, Any]) -> Lexicon:
    sources = content["sources"]
    states = tuple(
        Value(e["value"], e["label"], e["definition"], Code(**e["code"]), e.get("key"))
        for e in content["states"]
    )
    answers = tuple(state for state in states if state.value != NOT_APPLICABLE)
    return Lexicon(
        edition=content["edition"],
        title=content["title"],
        note=content["note"],
        digest=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        sections=tuple(Section(**entry) for entry in content["sections"]),
        items=tuple(_item(entry, sources, answers) for entry in content["items"]),
        derived=tuple(
            DerivedItem(
                entry["id"],
                entry["label"],
                entry["definition"],
                sources[entry["source"]],
                entry["from"],
                tuple(entry["map"].items()),
            )
            for entry in content["derived"]
        ),
        states=states,
    )


def _item(entry: Mapping[str, Any], sources: Mapping[str, str], states: tuple[Value, ...]) -> Item:
    values = tuple(
        Value(value["value"], value["label"], value["definition"], Code(**value["code"]), str(position))
        for position, value in enumerate(entry.get("values", ()), start=1)
    )
    conditions = tuple(
        (item_id, tuple(allowed)) for item_id, allowed in entry.get("applies_when", {}).items()
    )
    plain = {key: entry[key] for key in ("id", "label", "section", "kind", "definition")}
    options = {
        key: entry[key]
        for key in ("unit", "minimum", "maximum", "required", "ordered", "exported")
        if key in entry
    }
    return Item(
        **plain,
        **options,
        source=sources[entry["source"]],
        code=Code(**entry["code"]),
        values=values,
        states=states if entry["kind"] not in ("text", "date") else (),
        applies_when=conditions,
    )


def _check(lexicon: Lexicon, name: str) -> None:
    def require(holds: bool, where: str, needed: str) -> None:
        if not holds:
            raise HER2LowMRIError(f"The lexicon {name} cannot be used: {where}", needed=needed)

    ids = [item.id for item in lexicon.items] + [derived.id for derived in lexicon.derived]
    for twice in {item_id for item_id in ids if ids.count(item_id) > 1}:
        require(False, twice, "every id once")
    sections = {section.id for section in lexicon.sections}
    before: dict[str, Item] = {}
    for item in lexicon.items:
        require(bool(re.fullmatch(r"[a-z][a-z0-9_]{0,39}", item.id)), item.id, "an id of a-z, 0-9 and _")
        require(item.kind in _KINDS, item.id, f"a kind of {', '.join(_KINDS)}")
        require(item.section in sections, item.id, "a section that is listed")
        require(
            bool(item.label.strip()) and bool(item.definition.strip()), item.id, "a label and a definition"
        )
        _check_values(item, require)
        for controller, allowed in item.applies_when:
            require(controller in before, item.id, "conditions on items that come before it")
            known = {value.value for value in before[controller].values}
            require(set(allowed) <= known, item.id, f"conditions on values that {controller} has")
        before[item.id] = item
    for derived in lexicon.derived:
        require(derived.derived_from in before, derived.id, "an item that is listed to derive from")
        known = {value.value for value in before[derived.derived_from].values}
        require({answer for answer, _ in derived.mapping} == known, derived.id, "a map of every value")


def _check_values(item: Item, require: Any) -> None:
    require(bool(item.values) == (item.kind == "choice"), item.id, "values for a choice and for nothing else")
    if item.kind in ("number", "integer"):
        low, high = item.minimum, item.maximum
        require(
            bool(item.unit) and low is not None and high is not None and low < high,
            item.id,
            "a unit, minimum, maximum",
        )
    ids: Sequence[str] = [str(choice.value) for choice in item.choices]
    keys = [choice.key for choice in item.choices]
    require(
        len(set(ids)) == len(ids) and NOT_APPLICABLE not in ids,
        item.id,
        "every value once, none not_applicable",
    )
    require(
        len(set(keys)) == len(keys) and len(item.values) <= 8, item.id, "at most eight values, a key for each"
    )
    for choice in item.choices:
        complete = bool(choice.label.strip()) and bool(choice.definition.strip())
        require(complete, f"{item.id} {choice.value}", "a label and a definition")
    for code in [item.code, *(choice.code for choice in item.choices)]:
        short = 0 < len(code.value) <= 16 and 0 < len(code.scheme) <= 16 and 0 < len(code.meaning) <= 64
        require(
            short,
            f"{item.id} code",
            "code value and scheme of 1-16, meaning of 1-64 characters (DICOM SH, LO)",
        )
