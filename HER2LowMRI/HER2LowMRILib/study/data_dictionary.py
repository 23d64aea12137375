"""The data dictionaries that go out with an export: data_dictionary.csv, and the study's form for REDCap.

Rows only; files/row_csv.py writes them. Both are made of core/columns.py, so they cannot differ from the tables that
they describe.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from HER2LowMRILib.core.columns import NO_UNIT, Cell, Column, columns
from HER2LowMRILib.core.feature_set import Feature, FeatureSet
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, Code, Lexicon, clinic_fields, load_lexicon
from HER2LowMRILib.study.case_list import DETAILS

DICTIONARY_COLUMNS = (
    "file",
    "position",
    "column",
    "label",
    "group",
    "type",
    "unit",
    "allowed",
    "definition",
    "source",
    "codes",
)

# The headings of a REDCap data dictionary, in REDCap's order and spelling.
REDCAP_COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)

# Column group -> REDCap instrument. REDCap wants the fields of an instrument in one block, in this order.
_INSTRUMENTS: Mapping[str, str] = {
    "case": "case",
    "clinic": "pathology",
    "her2_detail": "pathology",
    "descriptor": "reading",
    "derived": "reading",
    "more_descriptor": "more_descriptors",
    "feature": "voi_features",
    "voi": "voi_features",
    "interval": "voi_features",
    "beside": "measured_beside",
    "drawing": "provenance",
    "small_region": "voi_features",
    "provenance": "provenance",
}


def dictionary_rows(
    lexicon: Lexicon | None = None,
    measured: FeatureSet | None = None,
    extra: Mapping[str, Sequence[Column]] | None = None,
) -> list[dict[str, Cell]]:
    """Return the rows of data_dictionary.csv.

    Parameters
    ----------
    lexicon : Lexicon, optional
        The study's edition.
    measured : FeatureSet, optional
        What the study measures.
    extra : mapping of str to sequence of Column, optional
        Columns of further files of the export, by file name.

    Returns
    -------
    list of dict
        One row per file and column, keys `DICTIONARY_COLUMNS`.
    """
    lexicon, measured = lexicon or load_lexicon(), measured or FeatureSet()
    features = {feature.name: feature for feature in measured.features}
    tables: dict[str, Sequence[Column]] = {
        "features.csv": columns("features", lexicon, measured),
        "readings.csv": columns("readings", lexicon, measured),
    } | dict(extra or {})
    return [
        {
            "file": file,
            "position": position,
            "column": column.name,
            "label": column.label,
            "group": column.group,
            "type": column.type,
            "unit": column.unit,
            "allowed": column.allowed_text,
            "definition": column.definition,
            "source": column.source,
            "codes": _codes(column, lexicon, features.get(column.name)),
        }
        for file, table in tables.items()
        for position, column in enumerate(table, start=1)
    ]


def _codes(column: Column, lexicon: Lexicon, feature: Feature | None) -> str | None:
    """Word the codes of a column and its values as DICOM does: value=(code, scheme, "meaning")."""
    if feature is not None:
        coded = (feature.map.name, feature.map.quantity), (feature.statistic.name, feature.statistic.code)
        return "; ".join(f"{name}={_triplet(code)}" for name, code in coded if code is not None)
    item = lexicon.get(column.name) or clinic_fields().get(column.name)
    if item is None:
        return None
    parts = [f"{item.id}={_triplet(item.code)}"]
    return "; ".join(parts + [f"{choice.value}={_triplet(choice.code)}" for choice in item.choices])


def _triplet(code: Code) -> str:
    return f'({code.value}, {code.scheme}, "{code.meaning}")'


def redcap_rows(lexicon: Lexicon | None = None, measured: FeatureSet | None = None) -> list[dict[str, Cell]]:
    """Return a REDCap data dictionary whose fields are the columns of features.csv.

    Names are in lower case, as REDCap wants them. A reading form shows the questions that apply, as the panel does;
    what the software computes is read-only. For "not_assessable" and "not_applicable" of number fields the project
    needs these two as missing data codes (Project Setup, Additional customizations).

    Parameters
    ----------
    lexicon : Lexicon, optional
    measured : FeatureSet, optional
        What the study measures.

    Returns
    -------
    list of dict
        One row per field, keys `REDCAP_COLUMNS`; the first is the record id.
    """
    lexicon = lexicon or load_lexicon()
    blocks: dict[str, list[Column]] = {instrument: [] for instrument in _INSTRUMENTS.values()}
    for column in columns("features", lexicon, measured):
        blocks[_INSTRUMENTS[column.group]].append(column)
    rows = []
    for instrument, block in blocks.items():
        header = None
        for column in block:
            heading = _heading(column, lexicon)
            rows.append(_redcap_row(column, instrument, heading if heading != header else None, lexicon))
            header = heading
    return rows


def _heading(column: Column, lexicon: Lexicon) -> str | None:
    if column.name in lexicon:
        return lexicon.section(lexicon[column.name].section).label
    return {
        "derived": "Derived",
        "feature": "Features of the VOI",
        "voi": "VOI",
        "interval": "Intervals of the features",
        "beside": "Measured beside the descriptors",
        "her2_detail": "HER2 details",
    }.get(column.group)


def _redcap_row(column: Column, instrument: str, header: str | None, lexicon: Lexicon) -> dict[str, Cell]:
    number = column.type in ("integer", "number")
    annotation = [f"Column {column.name} of features.csv."]
    if not _typed(column.name, lexicon):
        annotation.append("@READONLY")
    elif NOT_APPLICABLE in column.states and not number:
        annotation.append(f"@HIDECHOICE='{NOT_APPLICABLE}'")
    note = [] if column.unit == NO_UNIT else [column.unit]
    if number and column.states:
        note.append(f"missing data codes: {', '.join(column.states)}")
    item = lexicon.get(column.name)
    row = dict.fromkeys(REDCAP_COLUMNS)
    row |= {
        "Variable / Field Name": redcap_name(column.name),
        "Form Name": instrument,
        "Section Header": header,
        "Field Type": "radio" if column.type == "choice" else "text",
        "Field Label": column.label,
        "Field Note": "; ".join(note) or None,
        "Branching Logic (Show field only if...)": _branching(column, lexicon),
        "Required Field?": "y" if item is not None and item.required else None,
        "Field Annotation": " ".join(annotation),
    }
    if column.type == "choice":
        row["Choices, Calculations, OR Slider Labels"] = " | ".join(
            # A bar begins another choice there.
            f"{redcap_code(value)}, {_choice_label(column, value, lexicon).replace('|', '/')}"
            for value in (*column.allowed, *column.states)
        )
    if number:
        limits = (column.minimum, column.maximum)
        row["Text Validation Type OR Show Slider Number"] = column.type
        row["Text Validation Min"], row["Text Validation Max"] = (
            None if limit is None else f"{limit:g}" for limit in limits
        )
    return row


def _typed(name: str, lexicon: Lexicon) -> bool:
    """Whether people give the value; everything else is measured, derived or noted by the software."""
    return name in lexicon or name in clinic_fields() or name in ("case_id", "her2_ish", *DETAILS)


def _branching(column: Column, lexicon: Lexicon) -> str | None:
    vocabulary = lexicon if column.name in lexicon else clinic_fields()
    if column.name not in vocabulary:
        return None
    conditions = [
        " or ".join(f"[{redcap_name(controller)}] = '{redcap_code(value)}'" for value in allowed)
        for controller, allowed in vocabulary[column.name].applies_when
    ]
    return " and ".join(f"({c})" if len(conditions) > 1 else c for c in conditions) or None


def _choice_label(column: Column, value: str | int, lexicon: Lexicon) -> str:
    for vocabulary in (lexicon, clinic_fields()):
        if column.name in vocabulary:
            return vocabulary[column.name].label_of(value)
    words: dict[str | int, str] = {1: "yes", 0: "no"} if set(column.allowed) == {0, 1} else {}
    return words.get(value, str(value).replace("_", " "))


def redcap_name(column: str) -> str:
    """Return the REDCap field name of a column."""
    return column.lower()


def redcap_code(value: str | float) -> str:
    """Return the raw value of a choice in REDCap (small letters, digits, underscores): "1+" -> "1plus"."""
    return re.sub(r"[^a-z0-9_]", "_", str(value).lower().replace("+", "plus"))


def redcap_data_rows(
    rows: Iterable[Mapping[str, Cell]],
    lexicon: Lexicon | None = None,
    measured: FeatureSet | None = None,
) -> list[dict[str, Cell | Decimal]]:
    """Return rows of features.csv as REDCap's data import tool takes them.

    Parameters
    ----------
    rows : iterable of mapping
        Rows as for features.csv.
    lexicon : Lexicon, optional
    measured : FeatureSet, optional

    Returns
    -------
    list of dict
        Field name -> raw value, in the order of `redcap_rows`; files/row_csv.py writes them.
    """
    table = {column.name: column for column in columns("features", lexicon, measured)}
    fields = redcap_rows(lexicon, measured)
    order = {row["Variable / Field Name"]: position for position, row in enumerate(fields)}
    out = []
    for row in rows:
        values = {redcap_name(name): _redcap_value(table[name], cell) for name, cell in row.items()}
        out.append(dict(sorted(values.items(), key=lambda pair: order[pair[0]])))
    return out


def _redcap_value(column: Column, cell: Cell) -> Cell | Decimal:
    if cell is None or cell != cell:
        return None
    if column.type == "choice":
        return redcap_code(cell)
    # REDCap's number validation knows no exponent, and row_csv writes a Decimal without one.
    return Decimal(repr(float(cell))) if isinstance(cell, float) else cell
