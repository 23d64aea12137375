"""The vocabulary: complete, defined, coded, and exchangeable for another edition without code."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import (
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    PRIVATE_SCHEME,
    Code,
    Item,
    clinic_fields,
    editions,
    load_lexicon,
    parse_lexicon,
    read_lexicon,
)
from hypothesis import given, settings
from hypothesis import strategies as st

seeded = settings(derandomize=True, deadline=None, max_examples=200)

LEXICON = load_lexicon()
VOCABULARIES = {"lexicon": LEXICON, "clinic": clinic_fields()}
ALL_ITEMS = [pytest.param(item, id=item.id) for lexicon in VOCABULARIES.values() for item in lexicon.items]

# Values of the descriptors as the project's interface promises them.
CORE_VALUES = {
    "fgt": ["a", "b", "c", "d"],
    "bpe": ["minimal", "mild", "moderate", "marked"],
    "multifocal": [1, 0],
    "t2_hyperintensity": [1, 0],
    "peritumoral_edema": [1, 0],
    "lesion_type": ["mass", "nme", "mass_with_nme"],
    "lesion_size_mm": [],
    "mass_shape": ["oval", "round", "irregular"],
    "mass_margin": ["circumscribed", "irregular", "spiculated"],
    "mass_enhancement": ["homogeneous", "heterogeneous", "rim", "dark_internal_septations"],
    "nme_distribution": ["focal", "linear", "segmental", "regional", "multiple_regions", "diffuse"],
    "nme_enhancement": ["homogeneous", "heterogeneous", "clumped", "clustered_ring"],
}

# What the 5th edition has besides (BI-RADS MRI 2013), with the values of each.
FURTHER_VALUES = {
    "bpe_symmetry": ["symmetric", "asymmetric"],
    "side": ["right", "left"],
    "quadrant": [
        "upper_outer",
        "upper_inner",
        "lower_outer",
        "lower_inner",
        "central",
        "subareolar",
        "axillary_tail",
    ],
    "clock_face": [],
    "depth": ["anterior", "middle", "posterior"],
    "nipple_distance_mm": [],
    "kinetics_initial": ["slow", "medium", "fast"],
    "kinetics_delayed": ["persistent", "plateau", "washout"],
    "skin_invasion": ["none", "direct", "inflammatory"],
    "fat_lymph_node": ["none", "normal", "abnormal"],
    "implant_material": ["saline", "silicone", "combination", "other"],
    "implant_lumen": ["single", "double", "other"],
    "implant_location": ["retroglandular", "retropectoral"],
    "implant_intracapsular": ["none", "radial_folds", "subcapsular_line", "keyhole", "linguine"],
    "implant_extracapsular": ["none", "breast", "lymph_nodes"],
    "edema_score": [1, 2, 3, 4],
    "assessment": [0, 1, 2, 3, 4, 5, 6],
    "focus_count": [],
    "t2_lesion_to_muscle": [],
}
FURTHER_YES_NO = [
    *("focus", "intramammary_lymph_node", "skin_lesion"),
    *("ductal_t1_signal", "cyst", "postoperative_collection", "post_therapy_thickening"),
    *("non_enhancing_mass", "non_enhancing_distortion", "signal_void"),
    *("nipple_retraction", "nipple_invasion", "skin_retraction", "skin_thickening"),
    *("axillary_adenopathy", "pectoralis_invasion", "chest_wall_invasion", "architectural_distortion"),
    *("fat_necrosis", "hamartoma", "fat_collection"),
    *("implant", "implant_bulge", "implant_water_droplets", "implant_fluid"),
]
FURTHER_VALUES |= {item_id: [1, 0] for item_id in FURTHER_YES_NO}

# Standard codes that pydicom 3.0.2 does not carry: HER2 (LOINC, as the ICHOM breast cancer guide uses it) and the
# SNOMED CT qualifier "Not applicable".
NOT_IN_PYDICOM = {("LN", "48676-1"), ("SCT", "385432009")}


def pydicom_meanings(code: Code) -> set[str]:
    from pydicom.sr._concepts_dict import concepts

    return {codes[code.value][0] for codes in concepts.get(code.scheme, {}).values() if code.value in codes}


def every_code() -> dict[str, Code]:
    found = {}
    for name, lexicon in VOCABULARIES.items():
        for state in lexicon.states:
            found[f"{name} {state.value}"] = state.code
        for item in lexicon.items:
            found[item.id] = item.code
            found |= {f"{item.id} {value.value}": value.code for value in item.values}
    return found


@pytest.mark.parametrize("item_id", CORE_VALUES)
def test_the_required_descriptors_have_the_promised_values(item_id: str):
    assert LEXICON[item_id].required
    assert [value.value for value in LEXICON[item_id].values] == CORE_VALUES[item_id]


def test_the_required_descriptors_come_first_and_in_the_promised_order():
    assert [item.id for item in LEXICON.items if item.required] == list(CORE_VALUES)
    assert [item.id for item in LEXICON.items][: len(CORE_VALUES)] == list(CORE_VALUES)


@pytest.mark.parametrize("item_id", FURTHER_VALUES)
def test_every_further_descriptor_of_the_5th_edition_is_there_and_optional(item_id: str):
    assert not LEXICON[item_id].required
    assert [value.value for value in LEXICON[item_id].values] == FURTHER_VALUES[item_id]


def test_the_two_lists_above_are_the_whole_lexicon():
    assert {item.id for item in LEXICON.items} == CORE_VALUES.keys() | FURTHER_VALUES.keys()


@pytest.mark.parametrize("item", ALL_ITEMS)
def test_every_item_and_value_has_a_definition_of_one_line(item: Item):
    for text in [item.definition, *(choice.definition for choice in item.choices)]:
        assert text.endswith(".")
        assert len(text.split()) >= 2 or text in {"None.", "Seen.", "Present."}
        assert "\n" not in text
    assert item.source.strip()


@pytest.mark.parametrize("item", ALL_ITEMS)
def test_a_digit_chooses_each_value_and_nine_is_not_assessable(item: Item):
    assert [value.key for value in item.values] == [str(n + 1) for n in range(len(item.values))]
    assert [(state.value, state.key) for state in item.states] in ([], [(NOT_ASSESSABLE, "9")])


def test_yes_is_key_one_wherever_it_is_asked():
    yes_no = [item for item in LEXICON.items if {value.value for value in item.values} == {0, 1}]
    assert len(yes_no) > 20
    assert all((item.values[0].value, item.values[0].label) == (1, "yes") for item in yes_no)


@pytest.mark.parametrize("place", every_code())
def test_a_standard_code_is_in_pydicoms_tables_with_its_meaning(place: str):
    code = every_code()[place]
    if code.scheme == PRIVATE_SCHEME:
        return
    meanings = {meaning.split(" (")[0].lower() for meaning in pydicom_meanings(code)}
    if (code.scheme, code.value) in NOT_IN_PYDICOM:
        assert not meanings, "pydicom has it now: take it off the list"
    else:
        assert code.meaning.split(" (")[0].lower() in meanings


def test_a_private_code_means_one_thing():
    meanings: dict[str, set[str]] = {}
    for code in every_code().values():
        if code.scheme == PRIVATE_SCHEME:
            meanings.setdefault(code.value, set()).add(code.meaning)
    assert {value: words for value, words in meanings.items() if len(words) > 1} == {}


def test_no_private_code_stands_where_dicom_has_the_term():
    from pydicom.sr._concepts_dict import concepts

    known = {
        codes[value][0].lower()
        for scheme in ("DCM", "SCT", "RADLEX", "NCIt")
        for codes in concepts[scheme].values()
        for value in codes
        if any(6000 <= context <= 6400 for context in codes[value][1])
    }
    private = {place: code for place, code in every_code().items() if code.scheme == PRIVATE_SCHEME}
    assert {place for place, code in private.items() if code.meaning.lower() in known} == set()


@pytest.mark.parametrize("item", ALL_ITEMS)
def test_every_value_survives_the_way_through_a_csv_cell(item: Item):
    for choice in item.choices:
        back = item.accept(str(choice.value))
        assert (back, type(back)) == (choice.value, type(choice.value))


def test_no_value_is_a_word_that_pandas_reads_as_missing():
    from pandas._libs.parsers import STR_NA_VALUES

    values = {str(v.value) for lexicon in VOCABULARIES.values() for i in lexicon.items for v in i.choices}
    assert values & set(STR_NA_VALUES) == set()


@pytest.mark.parametrize(
    ("item_id", "raw", "answer"),
    [
        ("lesion_size_mm", "12.5", 12.5),
        ("lesion_size_mm", 12, 12.0),
        ("lesion_size_mm", " 1 ", 1.0),
        ("lesion_size_mm", "300", 300.0),
        ("lesion_size_mm", "not_assessable", "not_assessable"),
        ("clock_face", "12", 12),
        ("clock_face", 3.0, 3),
        ("multifocal", True, 1),
        ("multifocal", "0.0", 0),
        ("mass_shape", " oval ", "oval"),
        ("mass_shape", "", None),
        ("mass_shape", None, None),
        ("assessment", 4.0, 4),
    ],
)
def test_what_a_widget_or_a_table_program_gives_becomes_the_answer(item_id: str, raw: object, answer: object):
    got = LEXICON[item_id].accept(raw)
    assert (got, type(got)) == (answer, type(answer))


@pytest.mark.parametrize(
    ("item_id", "raw", "says"),
    [
        ("lesion_size_mm", 0.9, "needed a number from 1 to 300 mm, found 0.9 mm"),
        ("lesion_size_mm", "301", "from 1 to 300 mm"),
        ("lesion_size_mm", "12,5", "Write a point as decimal sign"),
        ("lesion_size_mm", "about 12", "found 'about 12'"),
        ("lesion_size_mm", float("nan"), "found nan"),
        ("lesion_size_mm", float("inf"), "found inf"),
        ("lesion_size_mm", "1e400", "found '1e400' mm"),
        ("lesion_size_mm", 10**400, "from 1 to 300 mm"),
        ("lesion_size_mm", "١٢", "from 1 to 300 mm"),
        ("lesion_size_mm", True, "found True"),
        ("lesion_size_mm", "not_applicable", "found 'not_applicable'"),
        ("clock_face", 2.5, "whole number from 1 to 12"),
        ("mass_shape", "lobulated", "one of oval, round, irregular, not_assessable"),
        ("mass_shape", "not_applicable", "one of oval"),
        ("mass_shape", 1, "one of oval"),
        ("multifocal", 2, "one of 1, 0"),
        ("multifocal", "yes", "one of 1, 0"),
        ("multifocal", 10**400, "one of 1, 0"),
        ("mass_shape", "x" * 100_000, "…"),
    ],
)
def test_what_is_no_answer_is_refused_in_one_line_that_says_what_is(item_id: str, raw: object, says: str):
    with pytest.raises(HER2LowMRIError) as refusal:
        LEXICON[item_id].accept(raw)
    text = str(refusal.value)
    assert says in text
    assert item_id in text
    assert "\n" not in text
    assert len(text) < 300


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.binary(max_size=5),
    st.lists(st.none()),
)


@seeded
@given(st.sampled_from([p.values[0] for p in ALL_ITEMS]), anything)
def test_accept_gives_an_answer_or_a_worded_refusal_whatever_comes(item: Item, raw: object):
    try:
        answer = item.accept(raw)
    except HER2LowMRIError:
        return
    assert answer != NOT_APPLICABLE or item.kind == "text"
    assert item.accept(answer) == answer


def test_the_editions_that_come_along_are_listed_by_id():
    assert "birads-mri-2013" in editions()
    assert load_lexicon() == load_lexicon("birads-mri-2013")
    with pytest.raises(HER2LowMRIError, match="birads-mri-2013"):
        load_lexicon("birads-mri-1999")


def test_a_faulty_file_of_another_edition_keeps_no_study_from_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from HER2LowMRILib.core import lexicon

    (tmp_path / "lexicon_a_broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "lexicon_birads_mri_2013.json").write_text(json.dumps(a_file()), encoding="utf-8")
    (tmp_path / "lexicon_copy.json").write_text(json.dumps(a_file()), encoding="utf-8")
    monkeypatch.setattr(lexicon, "_data", lambda: tmp_path)
    lexicon.load_lexicon.cache_clear()
    try:
        assert load_lexicon() == LEXICON
        assert list(editions()) == ["birads-mri-2013"]
        with pytest.raises(HER2LowMRIError, match=r"lexicon_a_broken\.json, lexicon_copy\.json \(edition"):
            load_lexicon("birads-mri-2025")
    finally:
        lexicon.load_lexicon.cache_clear()


def a_file(name: str = "lexicon_birads_mri_2013.json") -> dict:
    from HER2LowMRILib.core import lexicon

    return json.loads((Path(lexicon.__file__).parents[1] / "data" / name).read_text(encoding="utf-8"))


def test_a_second_edition_is_a_second_file_and_no_code(tmp_path: Path):
    content = a_file()
    content["edition"] = "made-up-for-this-test"
    kind = next(item for item in content["items"] if item["id"] == "lesion_type")
    new = {
        "value": "ring",
        "label": "ring",
        "definition": "Made up.",
        "code": {"scheme": PRIVATE_SCHEME, "value": "RING", "meaning": "Ring"},
    }
    kind["values"].append(new)
    next(d for d in content["derived"] if d["id"] == "nme_related")["map"]["ring"] = 0
    content["items"].append(
        {
            "id": "ring_width_mm",
            "label": "Ring width",
            "section": "lesion",
            "kind": "number",
            "definition": "Made up for a test.",
            "source": "proposed",
            "code": {"scheme": PRIVATE_SCHEME, "value": "RING-W", "meaning": "Ring width"},
            "unit": "mm",
            "minimum": 1,
            "maximum": 9,
            "required": True,
            "applies_when": {"lesion_type": ["ring"]},
        }
    )
    path = tmp_path / "lexicon_made_up.json"
    path.write_text(json.dumps(content), encoding="utf-8")

    second = read_lexicon(path)
    form = Form(second)

    assert second.edition == "made-up-for-this-test"
    assert second.digest != LEXICON.digest
    answers = form.answer({}, "lesion_type", "ring")
    asked = [item.id for item in form.missing(answers)]
    assert "ring_width_mm" in asked
    assert "mass_shape" not in asked
    assert form.derived(answers)["nme_related"] == 0


def test_the_digest_follows_the_content_and_not_the_layout():
    content = a_file()
    assert parse_lexicon(json.dumps(content), "x").digest == LEXICON.digest
    content["items"][0]["definition"] += " Changed."
    assert parse_lexicon(json.dumps(content), "x").digest != LEXICON.digest


@pytest.mark.parametrize(
    ("item_id", "answer", "words"),
    [
        ("mass_shape", "oval", "oval"),
        ("mass_margin", "irregular", "irregular (not circumscribed)"),
        ("multifocal", 1, "yes"),
        ("multifocal", 0, "no"),
        ("lesion_size_mm", 23.0, "23 mm"),
        ("lesion_size_mm", 2.5, "2.5 mm"),
        ("lesion_size_mm", NOT_ASSESSABLE, "not assessable"),
        ("nme_distribution", NOT_APPLICABLE, "not applicable"),
        ("mass_shape", None, ""),
        ("t2_lesion_to_muscle", 3.5, "3.5"),
        ("focus_count", 3, "3 foci"),
        ("clock_face", 10, "10 o'clock"),
    ],
)
def test_an_answer_is_worded_for_people(item_id: str, answer: object, words: str):
    assert LEXICON[item_id].label_of(answer) == words


def test_nothing_of_a_loaded_edition_can_be_changed():
    with pytest.raises(FrozenInstanceError):
        LEXICON.edition = "other"
    with pytest.raises(FrozenInstanceError):
        LEXICON["fgt"].required = False
    with pytest.raises(FrozenInstanceError):
        LEXICON["fgt"].values[0].label = "other"


def test_a_section_is_found_by_its_id():
    assert [LEXICON.section(item.section).label for item in LEXICON.items if item.id == "mass_shape"] == [
        "Mass"
    ]
    assert LEXICON.section("kinetics").more
    assert not LEXICON.section("nme").more


def test_a_whole_number_of_values_and_characters_is_allowed_up_to_the_limits():
    content = a_file()
    item = content["items"][0]
    item["values"] = [item["values"][0] | {"value": f"v{n}"} for n in range(8)]
    item["code"] |= {"value": "X" * 16, "scheme": "S" * 16, "meaning": "M" * 64}
    first = parse_lexicon(json.dumps(content), "x.json").items[0]
    assert [value.key for value in first.values] == list("12345678")


def without(key: str):
    return lambda content: content["items"][0].pop(key)


def first(change):
    return lambda content: change(content["items"][0])


BREAKAGES = {
    "another schema": lambda c: c.update(schema="other"),
    "no edition": lambda c: c.pop("edition"),
    "no definition of an item": without("definition"),
    "no code of an item": without("code"),
    "empty definition of an item": first(lambda i: i.update(definition=" ")),
    "empty definition of a value": first(lambda i: i["values"][0].update(definition="")),
    "a value without a code": first(lambda i: i["values"][0].pop("code")),
    "a code value that DICOM cannot hold": first(lambda i: i["code"].update(value="X" * 17)),
    "a value twice": first(lambda i: i["values"].append(dict(i["values"][0]))),
    "a value called not_applicable": first(lambda i: i["values"][0].update(value="not_applicable")),
    "nine values": first(lambda i: i.update(values=[i["values"][0] | {"value": f"v{n}"} for n in range(9)])),
    "a choice without values": first(lambda i: i.update(values=[])),
    "an unknown kind": first(lambda i: i.update(kind="slider")),
    "an unknown section": first(lambda i: i.update(section="elsewhere")),
    "an unknown source": first(lambda i: i.update(source="hearsay")),
    "an id that is not a column name": first(lambda i: i.update(id="FGT (a-d)")),
    "an id twice": lambda c: c["items"].append(dict(c["items"][0])),
    "a derived id that an item has": lambda c: c["derived"][0].update(id="fgt"),
    "a number without a unit": lambda c: next(i for i in c["items"] if i["kind"] == "number").pop("unit"),
    "a range upside down": lambda c: next(i for i in c["items"] if i["kind"] == "number").update(minimum=999),
    "a condition on nothing": first(lambda i: i.update(applies_when={"nothing": ["a"]})),
    "a condition on itself": first(lambda i: i.update(applies_when={"fgt": ["a"]})),
    "a condition on a value that is none": lambda c: c["items"][-1].update(applies_when={"fgt": ["z"]}),
    "a derived item that forgets a value": lambda c: c["derived"][0]["map"].popitem(),
    "a derived item of nothing": lambda c: c["derived"][0].update({"from": "nothing"}),
    "items that are not a list of items": lambda c: c.update(items=["fgt"]),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_faulty_edition_is_refused_in_one_line(breakage: str):
    content = a_file()
    BREAKAGES[breakage](content)
    with pytest.raises(HER2LowMRIError, match=r"my_edition\.json") as refusal:
        parse_lexicon(json.dumps(content), "my_edition.json")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'{"schema": 1}'])
def test_a_file_that_is_no_edition_is_refused_in_one_line(tmp_path: Path, raw: bytes):
    path = tmp_path / "broken.json"
    path.write_bytes(raw)
    with pytest.raises(HER2LowMRIError, match=r"broken\.json") as refusal:
        read_lexicon(path)
    assert "\n" not in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


def test_a_file_that_is_not_there_is_refused_without_its_path(tmp_path: Path):
    with pytest.raises(HER2LowMRIError, match=r"absent\.json") as refusal:
        read_lexicon(tmp_path / "absent.json")
    assert str(tmp_path) not in str(refusal.value)
