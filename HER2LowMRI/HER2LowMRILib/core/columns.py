"""Every column of features.csv and readings.csv: name, unit, type, allowed values, definition, source.

The one table behind the rows, the data dictionaries and docs/columns.md. It is put together from the features
(core/feature_set.py), the lexicon, the clinic fields and the columns of data/columns.json. A cell that is empty is
"missing"; "not_assessable" and "not_applicable" are values of their own.
"""

import functools
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from HER2LowMRILib.core.eusobi_region import LEVELS, SOURCE
from HER2LowMRILib.core.feature_set import FeatureSet, ring_name, ring_prefix, ring_words
from HER2LowMRILib.core.her2 import FLAGS, RESEARCH_NOTE
from HER2LowMRILib.core.lexicon import (
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    Item,
    Lexicon,
    clinic_fields,
    load_lexicon,
)
from HER2LowMRILib.core.map_spec import MapSpec

File = Literal["features", "readings"]
ColumnType = Literal["text", "choice", "integer", "number"]
Cell = str | int | float | None
# Column -> cell of features.csv or readings.csv.
Row = dict[str, Cell]

NO_UNIT = "no unit"
OURS = "HER2LowMRI"


@dataclass(frozen=True)
class Column:
    """One column of a row.

    Attributes
    ----------
    name : str
    label : str
        Short words for a heading.
    group : str
        case, clinic, descriptor, derived, feature, voi, provenance, her2_detail, more_descriptor, interval or beside.
    type : {"text", "choice", "integer", "number"}
    unit : str
        "no unit" for text, choices and pure numbers.
    allowed : tuple of str or int
        The values of a choice, without the two states.
    minimum, maximum : float or None
        Range of a number, limits included.
    states : tuple of str
        "not_assessable", "not_applicable", where the column can hold them.
    definition, source : str
        One sentence, and where it comes from.
    shown_after : tuple of str
        Of what is measured beside a descriptor: the questions that must be answered before a reader sees it, as far
        as the form asks them.
    of_reading : bool
        Of the same: whether only readings.csv has it, because it says how one reader came by an answer.
    """

    name: str
    label: str
    group: str
    type: ColumnType
    unit: str
    definition: str
    source: str
    allowed: tuple[str | int, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    states: tuple[str, ...] = ()
    shown_after: tuple[str, ...] = ()
    of_reading: bool = False

    @property
    def allowed_text(self) -> str:
        """What a cell can hold, in words."""
        if self.type == "choice":
            parts = [str(value) for value in self.allowed]
        elif self.minimum is not None and self.maximum is not None:
            parts = [f"{self.minimum:g} to {self.maximum:g}"]
        elif self.minimum is not None:
            parts = [f"{self.minimum:g} or more"]
        else:
            parts = ["any text" if self.type == "text" else "any number"]
        return " | ".join([*parts, *self.states])


def columns(
    file: File = "features", lexicon: Lexicon | None = None, measured: FeatureSet | None = None
) -> tuple[Column, ...]:
    """Return the columns of a file in their order.

    features.csv has one row per patient; readings.csv one per case and reader, with the reader and without the
    clinic, so that whoever works on agreement never holds pathology. The details of HER2 and the optional
    descriptors stand behind the rest, and behind them what later versions measure: a further edition of the lexicon
    leaves the columns before its own in place.

    Parameters
    ----------
    file : {"features", "readings"}
    lexicon : Lexicon, optional
        The study's edition; the default edition if left out.
    measured : FeatureSet, optional
        What the study measures: its maps, bins and rings; the 21 features if left out.

    Returns
    -------
    tuple of Column
    """
    lexicon, measured = lexicon or load_lexicon(), measured or FeatureSet()
    of_reading = file == "readings"
    table = [*listed_columns("case")]
    table += listed_columns("reader") if of_reading else _clinic()
    table += [_descriptor(item, "descriptor") for item in lexicon.items if item.required]
    table += _derived(lexicon)
    table += _measured(measured)
    table += listed_columns("fit")
    for spec in measured.maps:
        table += listed_columns("bin_width", name=spec.name, map=spec.label, unit=_unit(spec.unit))
    table += listed_columns("provenance")
    table += listed_columns("reading") if of_reading else [*listed_columns("merged"), *_her2_details()]
    table += listed_columns("details")
    table += [_descriptor(item, "more_descriptor") for item in lexicon.items if not item.required]
    table += listed_columns("small_region")
    table += listed_columns("drawing") if of_reading else ()
    for feature in measured.with_interval:
        words, unit = feature.name.replace("_", " "), _unit(feature.unit)
        for column, end in zip(limit_columns(feature.name), ("lower", "upper"), strict=True):
            table += listed_columns(
                "interval",
                column=column,
                words=words,
                feature=feature.name,
                end=end,
                End=end.capitalize(),
                unit=unit,
            )
    if measured.beside:
        table += [column for column in listed_columns("beside") if of_reading or not column.of_reading]
    return tuple(table)


@functools.cache
def listed_columns(part: str, **words: str) -> tuple[Column, ...]:
    """Return the columns of one part of data/columns.json.

    Parameters
    ----------
    part : str
    **words : str
        What stands for the names in braces of the file, beside those that hold for every column.
    """
    content = _content()
    words = _words() | words
    sources = content["sources"]
    found = []
    for entry in content["parts"][part]:
        texts = {
            "type": "text",
            "unit": NO_UNIT,
            **entry,
            "source": sources[entry["source"]] if "source" in entry else OURS,
        }
        given = {key: value.format(**words) for key, value in texts.items() if isinstance(value, str)}
        lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
        found.append(Column(**(texts | given | lists)))
    return tuple(found)


@functools.cache
def _content() -> Any:
    file = resources.files("HER2LowMRILib") / "data" / "columns.json"
    return json.loads(file.read_text(encoding="utf-8"))


@functools.cache
def _words() -> dict[str, str]:
    """What rules of other files say in the definitions."""
    levels = [f"{name}: up to {end:g}" if end < float("inf") else f"{name}: above" for end, name in LEVELS]
    return {
        "research_note": RESEARCH_NOTE,
        "flags": "; ".join(f"{flag}: {text}" for flag, text in FLAGS.items()),
        "guideline": clinic_fields()["her2_ish_result"].source,
        "eusobi": SOURCE,
        "levels": "; ".join(levels),
    }


def _measured(measured: FeatureSet) -> list[Column]:
    """The features, and of how many voxels they are."""
    table = [
        Column(f.name, f.name.replace("_", " "), "feature", "number", _unit(f.unit), f.definition, f.source)
        for f in measured.features
    ]
    table += listed_columns("voi")
    for spec in measured.maps:
        table += _fraction(spec.name, spec)
    for ring in measured.rings_mm:
        table += listed_columns("ring", name=ring_name(ring), ring=ring_words(ring))
        for spec in measured.maps:
            table += _fraction(ring_prefix(spec, ring), spec, ring_words(ring))
    return table


def _fraction(name: str, spec: MapSpec, where: str = "the VOI") -> tuple[Column, ...]:
    # Of a map that was not fitted here, its own range alone says what is usable.
    usable = spec.label if spec.excluded else f"{spec.label} ({spec.range_text})"
    return listed_columns("fraction", name=name, map=spec.label, where=where, usable=usable)


def column_names(
    file: File = "features", lexicon: Lexicon | None = None, measured: FeatureSet | None = None
) -> tuple[str, ...]:
    """Return the names of the columns of a file in their order."""
    return tuple(column.name for column in columns(file, lexicon, measured))


def _unit(unit: str | None) -> str:
    return NO_UNIT if unit in (None, "1") else unit


_TYPE_OF_KIND: dict[str, ColumnType] = {
    "text": "text",
    "date": "text",
    "choice": "choice",
    "integer": "integer",
    "number": "number",
}


def _of_item(item: Item, group: str, states: tuple[str, ...] = (), suffix: str = "") -> Column:
    meanings = "; ".join(f"{value.value}: {value.definition.rstrip('.')}" for value in item.values)
    definition = f"{item.definition} {meanings}." if meanings else item.definition
    return Column(
        item.id,
        item.label,
        group,
        _TYPE_OF_KIND[item.kind],
        _unit(item.unit),
        definition + suffix,
        item.source,
        allowed=tuple(value.value for value in item.values),
        minimum=item.minimum if item.kind in ("number", "integer") else None,
        maximum=item.maximum if item.kind in ("number", "integer") else None,
        states=states,
    )


def _descriptor(item: Item, group: str) -> Column:
    states = [NOT_ASSESSABLE] if item.states else []
    return _of_item(item, group, (*states, NOT_APPLICABLE) if item.applies_when else tuple(states))


def _derived(lexicon: Lexicon) -> list[Column]:
    table = []
    for entry in lexicon.derived:
        origin = _descriptor(lexicon[entry.derived_from], "")
        values = tuple(sorted({value for _, value in entry.mapping}, reverse=True))
        table.append(
            Column(
                entry.id,
                entry.label,
                "derived",
                "choice",
                NO_UNIT,
                f"{entry.definition} Derived from {entry.derived_from}, never typed.",
                entry.source,
                allowed=values,
                states=origin.states,
            )
        )
    return table


def _clinic() -> list[Column]:
    fields = clinic_fields()
    hr, ish, group = listed_columns("clinic")
    age, er, pr, ki67, ihc = (
        _of_item(fields[name], "clinic") for name in ("age", "er", "pr", "ki67_percent", "her2_ihc")
    )
    return [age, er, pr, hr, ki67, ihc, ish, group]


def _her2_details() -> list[Column]:
    fields = clinic_fields()
    reason, flags, ish_group = listed_columns("her2_detail")
    of_test = ("her2_ish_probe", "her2_ish_ratio", "her2_ish_copies", "her2_specimen", "her2_guideline")
    return [
        reason,
        flags,
        _of_item(fields["her2_zero_staining"], "her2_detail"),
        ish_group,
        *(
            _of_item(fields[name], "her2_detail", suffix=" Of the specimen that was used.")
            for name in of_test
        ),
    ]


def limit_columns(feature: str) -> tuple[str, str]:
    """Columns of the lower and the upper end of a feature's interval."""
    return f"{feature}_low", f"{feature}_high"
