"""data_dictionary.csv says what the tables hold; the REDCap dictionary is one that REDCap takes.

REDCap's rules as its help and the LinkML model of its data dictionary state them
(https://linkml.io/linkml-redcap/reference/data_dictionary/): 18 headings, the record id first and of type text, one
block per instrument, small letters in names and raw values.
"""

import csv
import io
import json
import re

import pytest
from HER2LowMRILib.core.columns import NO_UNIT, column_names, columns
from HER2LowMRILib.core.first_order import STATISTICS
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import DEFAULT_EDITION, edition_text, load_lexicon, parse_lexicon
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.files.row_csv import neutralise, rows_to_bytes
from HER2LowMRILib.study.data_dictionary import (
    DICTIONARY_COLUMNS,
    REDCAP_COLUMNS,
    dictionary_rows,
    redcap_code,
    redcap_data_rows,
    redcap_name,
    redcap_rows,
)
from hypothesis import given, settings
from hypothesis import strategies as st

seeded = settings(derandomize=True, deadline=None, max_examples=200)

FIELDS = [pytest.param(row, id=row["Variable / Field Name"]) for row in redcap_rows()]
NAMES = [row["Variable / Field Name"] for row in redcap_rows()]
CHOICES = "Choices, Calculations, OR Slider Labels"
BRANCHING = "Branching Logic (Show field only if...)"
VALIDATION = "Text Validation Type OR Show Slider Number"

HEADINGS = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Field Note,Text Validation Type OR Show Slider Number,'
    "Text Validation Min,Text Validation Max,Identifier?,Branching Logic (Show field only if...),Required Field?,"
    "Custom Alignment,Question Number (surveys only),Matrix Group Name,Matrix Ranking?,Field Annotation"
)


@pytest.mark.parametrize("file", ["features", "readings"])
def test_the_dictionary_lists_the_columns_of_each_file_in_their_order(file: str):
    listed = [row["column"] for row in dictionary_rows() if row["file"] == f"{file}.csv"]
    assert tuple(listed) == column_names(file)


def test_the_dictionary_says_the_same_as_the_table_of_columns():
    rows = {row["column"]: row for row in dictionary_rows() if row["file"] == "features.csv"}
    for column in columns("features"):
        row = rows[column.name]
        assert (row["unit"], row["type"], row["definition"], row["source"]) == (
            column.unit,
            column.type,
            column.definition,
            column.source,
        )
        assert set(row) == set(DICTIONARY_COLUMNS)


def test_no_row_of_the_dictionary_lacks_unit_definition_or_source():
    for row in dictionary_rows():
        assert row["unit"] and row["definition"] and row["source"] and row["allowed"]


def test_the_codes_of_a_descriptor_stand_in_the_dictionary():
    row = next(row for row in dictionary_rows() if row["column"] == "mass_margin")
    assert 'spiculated=(129742005, SCT, "Spiculated lesion")' in row["codes"]


def test_the_codes_of_a_feature_name_its_map_and_its_statistic():
    row = next(row for row in dictionary_rows() if row["column"] == "K_entropy")
    assert row["codes"] == (
        'K=(113206, DCM, "Apparent Kurtosis Coefficient"); entropy=(TLU2, IBSI, "Intensity Histogram Entropy")'
    )


FEATURE_CODES = {spec.name: spec.quantity for spec in STANDARD_MAPS} | {s.name: s.code for s in STATISTICS}


@pytest.mark.parametrize("part", FEATURE_CODES)
def test_the_codes_of_features_are_those_of_pydicoms_tables(part: str):
    from pydicom.sr._concepts_dict import concepts

    code = FEATURE_CODES[part]
    meanings = [codes[code.value][0] for codes in concepts[code.scheme].values() if code.value in codes]
    assert code.meaning in meanings


def test_further_files_of_an_export_can_be_described_too():
    rows = dictionary_rows(extra={"flow.csv": columns("features")[:1]})
    assert [row["column"] for row in rows if row["file"] == "flow.csv"] == ["case_id"]


def test_redcap_headings_are_redcaps_own():
    assert next(csv.reader(io.StringIO(HEADINGS))) == list(REDCAP_COLUMNS)
    first_line = rows_to_bytes(redcap_rows(), REDCAP_COLUMNS).decode().splitlines()[0]
    assert first_line == HEADINGS


def test_the_record_id_comes_first_and_is_plain_text():
    first = redcap_rows()[0]
    assert (first["Variable / Field Name"], first["Field Type"]) == ("case_id", "text")


def test_the_fields_are_the_columns_of_features_csv_each_once():
    assert sorted(NAMES) == sorted(name.lower() for name in column_names("features"))
    assert len(set(NAMES)) == len(NAMES)


def test_the_fields_of_an_instrument_stand_together():
    instruments = [row["Form Name"] for row in redcap_rows()]
    blocks = [
        name
        for position, name in enumerate(instruments)
        if position == 0 or instruments[position - 1] != name
    ]
    assert len(blocks) == len(set(blocks))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in blocks)


@pytest.mark.parametrize("row", FIELDS)
def test_a_field_keeps_redcaps_rules(row: dict):
    assert set(row) == set(REDCAP_COLUMNS)
    # REDCap takes up to 100 characters and warns above 26.
    assert re.fullmatch(r"[a-z](?:[a-z0-9]|_(?!_)){0,24}[a-z0-9]", row["Variable / Field Name"])
    assert row["Field Label"]
    assert row["Field Type"] in ("text", "radio")
    assert bool(row[CHOICES]) == (row["Field Type"] == "radio")
    if row[CHOICES]:
        raw = [choice.split(", ", 1)[0] for choice in row[CHOICES].split(" | ")]
        assert all(", " in choice for choice in row[CHOICES].split(" | "))
        assert all(re.fullmatch(r"[a-z0-9_]+", value) for value in raw)
        assert len(set(raw)) == len(raw)
    assert row[VALIDATION] in (None, "integer", "number")
    assert row[VALIDATION] is None or row["Field Type"] == "text"
    for limit in (row["Text Validation Min"], row["Text Validation Max"]):
        assert limit is None or (row[VALIDATION] and re.fullmatch(r"\d+(\.\d+)?", limit))
    assert row["Required Field?"] in (None, "y")


@pytest.mark.parametrize("row", FIELDS)
def test_no_cell_begins_a_formula_so_that_no_apostrophe_breaks_the_file(row: dict):
    for cell in row.values():
        assert cell is None or neutralise(cell) == cell


def shows(logic: str | None, values: dict) -> bool:
    """Evaluate branching logic of the form that REDCap documents: [field] = 'value', and, or, brackets."""
    if logic is None:
        return True
    comparison = r"\[([a-z0-9_]+)\] = '([a-z0-9_]*)'"
    assert re.fullmatch(rf"(?:\(|\)| and | or |{comparison})+", logic)
    return eval(re.sub(comparison, lambda m: str(values.get(m[1]) == m[2]), logic))


def test_branching_logic_names_fields_that_come_before_and_choices_that_they_have():
    choices: dict[str, set[str]] = {}
    for row in redcap_rows():
        for field, value in re.findall(r"\[([a-z0-9_]+)\] = '([^']*)'", row[BRANCHING] or ""):
            assert value in choices[field]
        choices[row["Variable / Field Name"]] = {
            choice.split(", ", 1)[0] for choice in (row[CHOICES] or "").split(" | ")
        }


@pytest.mark.parametrize("lesion_type", ["mass", "nme", "mass_with_nme", "not_assessable"])
@pytest.mark.parametrize(
    "implant",
    [
        {},
        {"implant": 0},
        {"implant": 1, "implant_material": "saline"},
        {"implant": 1, "implant_material": "silicone"},
    ],
)
def test_redcap_shows_the_questions_that_the_panel_shows(lesion_type: str, implant: dict):
    form = Form(load_lexicon())
    answers = {"lesion_type": lesion_type, "focus": 1, **implant}
    raw = {redcap_name(key): redcap_code(value) for key, value in answers.items()}
    shown = {row["Variable / Field Name"] for row in redcap_rows() if shows(row[BRANCHING], raw)}
    asked = {item.id for item in form.questions(answers)}
    assert shown & {item.id for item in form.lexicon.items} == asked


def test_required_in_redcap_is_what_sign_off_requires():
    required = {row["Variable / Field Name"] for row in redcap_rows() if row["Required Field?"]}
    assert required == {item.id for item in load_lexicon().items if item.required}


def test_what_is_computed_cannot_be_typed_in_redcap():
    computed = {
        c.name.lower()
        for c in columns("features")
        if c.group in ("feature", "voi", "small_region", "derived", "provenance")
    }
    computed |= {"hr", "her2_group", "her2_reason", "her2_flags", "her2_ish_group"}
    assert len(computed) > 35
    for row in redcap_rows():
        assert ("@READONLY" in row["Field Annotation"]) is (row["Variable / Field Name"] in computed)


def test_units_stand_beside_the_fields():
    rows = {row["Variable / Field Name"]: row for row in redcap_rows()}
    for column in columns("features"):
        if column.unit != NO_UNIT:
            assert column.unit in rows[redcap_name(column.name)]["Field Note"]


def test_rows_become_what_redcaps_import_takes():
    row = {
        "case_id": "C-001",
        "her2_ihc": "1+",
        "mass_shape": "not_applicable",
        "lesion_size_mm": "not_assessable",
        "multifocal": 0,
        "K_skewness": -1.25e-07,
        "ADC_mean": 0.1 + 0.2,
        "D_mean": float("nan"),
        "age": 50,
    }
    (out,) = redcap_data_rows([row])
    assert list(out) == sorted(out, key=NAMES.index)
    text = rows_to_bytes([out], NAMES).decode()
    (cells,) = csv.DictReader(io.StringIO(text))
    assert cells["her2_ihc"] == "1plus"
    assert cells["mass_shape"] == "not_applicable"
    assert cells["lesion_size_mm"] == "not_assessable"
    assert cells["multifocal"] == "0"
    assert cells["k_skewness"] == "-0.000000125", "a number: no exponent, and no apostrophe before its sign"
    assert float(cells["adc_mean"]) == 0.1 + 0.2
    assert cells["d_mean"] == ""
    assert cells["age"] == "50"


@seeded
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_reaches_redcap_as_digits_and_the_same_number(number: float):
    (out,) = redcap_data_rows([{"K_skewness": number}])
    cell = rows_to_bytes([out], ["k_skewness"]).decode().splitlines()[1]
    assert re.fullmatch(r"-?\d+(\.\d+)?", cell)
    assert float(cell) == number


def test_a_bar_in_a_label_adds_no_choice_to_redcap():
    content = json.loads(edition_text(DEFAULT_EDITION))
    content["edition"] = "made-up-bars"
    first = next(item for item in content["items"] if item["kind"] == "choice")
    for value in first["values"]:
        value["label"] += " | 99, other"
    lexicon = parse_lexicon(json.dumps(content), "own")
    plain, barred = (
        next(row for row in redcap_rows(of) if row["Variable / Field Name"] == first["id"])[
            "Choices, Calculations, OR Slider Labels"
        ]
        for of in (None, lexicon)
    )
    assert str(barred).count("|") == str(plain).count("|")
