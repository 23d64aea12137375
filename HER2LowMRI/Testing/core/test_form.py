"""The form: every branch, what is missing, what is derived, and that no change of mind loses an answer."""

import itertools

import pytest
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, NOT_ASSESSABLE, clinic_fields, load_lexicon
from hypothesis import given, settings
from hypothesis import strategies as st

seeded = settings(derandomize=True, deadline=None, max_examples=100)

FORM = Form(load_lexicon())
ALWAYS = [
    "fgt",
    "bpe",
    "multifocal",
    "t2_hyperintensity",
    "peritumoral_edema",
    "lesion_type",
    "lesion_size_mm",
]
MASS = ["mass_shape", "mass_margin", "mass_enhancement"]
NME = ["nme_distribution", "nme_enhancement"]
IN_SILICONE = ["implant_intracapsular", "implant_extracapsular", "implant_water_droplets"]
IN_IMPLANT = ["implant_material", "implant_lumen", "implant_location", "implant_bulge", "implant_fluid"]

A_MASS = {
    "fgt": "b",
    "bpe": "mild",
    "multifocal": 0,
    "t2_hyperintensity": 1,
    "peritumoral_edema": 0,
    "lesion_type": "mass",
    "lesion_size_mm": 23.0,
    "mass_shape": "irregular",
    "mass_margin": "spiculated",
    "mass_enhancement": "rim",
}


def ids(items) -> list[str]:
    return [item.id for item in items]


@pytest.mark.parametrize(
    ("lesion_type", "asked"),
    [
        (None, ALWAYS),
        ("mass", ALWAYS + MASS),
        ("nme", ALWAYS + NME),
        ("mass_with_nme", ALWAYS + MASS + NME),
        (NOT_ASSESSABLE, ALWAYS),
    ],
)
def test_the_lesion_type_decides_what_is_asked(lesion_type: str | None, asked: list[str]):
    answers = FORM.answer({}, "lesion_type", lesion_type)
    assert ids(FORM.questions(answers, more=False)) == asked
    assert ids(FORM.missing(answers)) == [item for item in asked if item not in answers]


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, []),
        ({"implant": 0}, []),
        ({"implant": NOT_ASSESSABLE}, []),
        ({"implant": 1}, IN_IMPLANT),
        ({"implant": 1, "implant_material": "saline"}, IN_IMPLANT),
        ({"implant": 1, "implant_material": "other"}, IN_IMPLANT),
        ({"implant": 1, "implant_material": "silicone"}, IN_IMPLANT + IN_SILICONE),
        ({"implant": 1, "implant_material": "combination"}, IN_IMPLANT + IN_SILICONE),
        ({"implant": 0, "implant_material": "silicone"}, []),
        ({"implant_material": "silicone"}, []),
    ],
    ids=str,
)
def test_the_implant_decides_what_is_asked_of_it(answers: dict, asked: list[str]):
    shown = [i for i in ids(FORM.questions(answers)) if i.startswith("implant_")]
    assert sorted(shown) == sorted(asked)


@pytest.mark.parametrize(("focus", "asked"), [(None, False), (0, False), (NOT_ASSESSABLE, False), (1, True)])
def test_foci_are_counted_only_where_there_are_any(focus: object, asked: bool):
    assert ("focus_count" in ids(FORM.questions(FORM.answer({}, "focus", focus)))) is asked


@pytest.mark.parametrize(
    ("ihc", "asked"), [(None, False), ("0", True), ("1+", False), ("2+", False), ("3+", False)]
)
def test_the_staining_behind_ihc_0_is_asked_only_there(ihc: str | None, asked: bool):
    form = Form(clinic_fields())
    assert ("her2_zero_staining" in ids(form.questions(form.answer({}, "her2_ihc", ihc)))) is asked


def test_every_branch_of_the_form_is_in_a_test_above():
    conditional = {
        item.id for lex in (FORM.lexicon, clinic_fields()) for item in lex.items if item.applies_when
    }
    assert conditional == {*MASS, *NME, *IN_SILICONE, *IN_IMPLANT, "focus_count", "her2_zero_staining"}


def test_a_complete_mass_is_signed_off_with_the_rest_not_applicable():
    signed = FORM.sign_off(A_MASS)
    assert signed | A_MASS == signed
    assert {signed[item] for item in NME} == {NOT_APPLICABLE}
    assert signed["kinetics_delayed"] is None, (
        "an optional question that was not answered is missing, not inapplicable"
    )
    assert signed["implant_material"] is None, "nobody said whether there is an implant"
    assert list(signed) == ids(FORM.lexicon.items)


@pytest.mark.parametrize("left_out", A_MASS)
def test_sign_off_names_the_question_that_is_open(left_out: str):
    answers = {key: value for key, value in A_MASS.items() if key != left_out}
    with pytest.raises(HER2LowMRIError, match="cannot be signed off") as refusal:
        FORM.sign_off(answers)
    assert FORM.lexicon[left_out].label in str(refusal.value)


@pytest.mark.parametrize("item", [i for i in A_MASS if i != "lesion_type"])
def test_not_assessable_is_an_answer(item: str):
    assert FORM.missing(A_MASS | {item: NOT_ASSESSABLE}) == ()


def test_optional_descriptors_never_hold_up_sign_off():
    everything = FORM.questions(A_MASS)
    assert len(everything) > len(FORM.questions(A_MASS, more=False)) + 30
    assert FORM.missing(A_MASS) == ()


@pytest.mark.parametrize(
    ("answers", "derived"),
    [
        ({}, (None, None, None)),
        ({"lesion_type": "mass"}, (None, None, 0)),
        ({"lesion_type": "mass", "mass_shape": "oval", "mass_margin": "circumscribed"}, (0, 0, 0)),
        ({"lesion_type": "mass", "mass_shape": "round", "mass_margin": "irregular"}, (0, 1, 0)),
        ({"lesion_type": "mass", "mass_shape": "irregular", "mass_margin": "spiculated"}, (1, 1, 0)),
        ({"lesion_type": "mass", "mass_shape": NOT_ASSESSABLE}, (NOT_ASSESSABLE, None, 0)),
        ({"lesion_type": "mass_with_nme", "mass_shape": "irregular"}, (1, None, 1)),
        ({"lesion_type": "nme"}, (NOT_APPLICABLE, NOT_APPLICABLE, 1)),
        ({"lesion_type": "nme", "mass_shape": "irregular"}, (NOT_APPLICABLE, NOT_APPLICABLE, 1)),
        ({"lesion_type": NOT_ASSESSABLE}, (NOT_APPLICABLE, NOT_APPLICABLE, NOT_ASSESSABLE)),
        ({"mass_shape": "irregular"}, (None, None, None)),
    ],
    ids=str,
)
def test_the_papers_collapsed_variables_follow_from_the_answers(answers: dict, derived: tuple):
    got = FORM.derived(answers)
    assert (got["irregular_shape"], got["non_circumscribed"], got["nme_related"]) == derived


def test_a_derived_variable_cannot_be_typed():
    with pytest.raises(HER2LowMRIError, match="No item 'irregular_shape'"):
        FORM.answer({}, "irregular_shape", 1)


def test_changing_the_lesion_type_says_what_no_longer_applies_and_back_loses_nothing():
    changed = FORM.answer(A_MASS, "lesion_type", "nme")

    assert ids(FORM.no_longer_applies(changed)) == MASS
    notes = FORM.no_longer_applies_notes(changed)
    assert notes[0] == (
        "Mass shape (irregular) does not apply while lesion type is non-mass enhancement (NME); the answer is kept "
        "until sign-off"
    )
    assert changed["mass_shape"] == "irregular", "kept"
    assert FORM.values_for_row(changed)["mass_shape"] == NOT_APPLICABLE, "but never exported"
    assert FORM.answer(changed, "lesion_type", "mass") == A_MASS


def test_after_sign_off_a_changed_lesion_type_asks_what_was_not_applicable():
    amended = FORM.answer(FORM.sign_off(A_MASS), "lesion_type", "mass_with_nme")
    assert ids(FORM.missing(amended)) == NME
    assert FORM.no_longer_applies(amended) == ()


def test_an_answer_to_a_question_that_never_was_is_a_problem_and_keeps_the_reading_open():
    problems = FORM.problems(A_MASS | {"colour": "red", "fgt": "e", "multifocal": "1", "bpe": NOT_APPLICABLE})
    assert set(problems) == {"colour", "fgt", "multifocal", "bpe"}
    with pytest.raises(HER2LowMRIError, match="colour"):
        FORM.sign_off(A_MASS | {"colour": "red"})


def test_taking_an_answer_back_makes_it_unanswered():
    assert "fgt" not in FORM.answer(A_MASS, "fgt", None)
    assert "fgt" not in FORM.answer(A_MASS, "fgt", "")


@pytest.mark.parametrize("types", [*itertools.permutations(["mass", "nme", "mass_with_nme", NOT_ASSESSABLE])])
def test_any_walk_through_the_lesion_types_keeps_every_answer(types: tuple[str, ...]):
    answers = A_MASS | {"nme_distribution": "segmental", "nme_enhancement": "clumped"}
    for lesion_type in types:
        answers = FORM.answer(answers, "lesion_type", lesion_type)
        signed = FORM.sign_off(answers)
        for item in MASS + NME:
            applies = FORM.applies(item, answers)
            assert signed[item] == (answers[item] if applies else NOT_APPLICABLE)
    assert {answers[item] for item in MASS} == {A_MASS[item] for item in MASS}


def possible(item) -> st.SearchStrategy:
    if item.values:
        return st.sampled_from([choice.value for choice in item.choices])
    if item.kind == "integer":
        return st.integers(int(item.minimum), int(item.maximum))
    return st.floats(item.minimum, item.maximum)


steps = st.lists(
    st.sampled_from(FORM.lexicon.items).flatmap(
        lambda i: st.tuples(st.just(i.id), st.one_of(st.none(), possible(i)))
    ),
    max_size=60,
)


def played(walk) -> dict:
    answers: dict = {}
    for item_id, value in walk:
        answers = FORM.answer(answers, item_id, value)
    return answers


@seeded
@given(steps)
def test_the_last_answer_to_each_question_stands_whatever_the_order(walk: list):
    assert played(walk) == {k: v for k, v in dict(walk).items() if v is not None}


@seeded
@given(steps, st.randoms(use_true_random=False))
def test_the_row_depends_on_the_answers_and_not_on_their_order(walk: list, random):
    answers = played(walk)
    order = list(answers)
    random.shuffle(order)
    shuffled = {key: answers[key] for key in order}
    assert FORM.values_for_row(shuffled) == FORM.values_for_row(answers)
    assert FORM.questions(shuffled) == FORM.questions(answers)


@seeded
@given(steps)
def test_every_question_is_asked_or_not_applicable_or_waits_for_another(walk: list):
    answers = played(walk)
    row = FORM.values_for_row(answers)
    asked = set(ids(FORM.questions(answers)))
    for item in FORM.lexicon.items:
        if item.id in asked:
            assert row[item.id] == answers.get(item.id)
        else:
            assert row[item.id] in (NOT_APPLICABLE, None)
            waits = FORM.applies(item.id, answers) is None
            assert (row[item.id] is None) is waits
    assert set(ids(FORM.missing(answers))) <= asked


@seeded
@given(steps)
def test_signing_off_twice_changes_nothing(walk: list):
    answers = A_MASS | played(walk)
    answers |= {item.id: NOT_ASSESSABLE for item in FORM.missing(answers)}
    signed = FORM.sign_off(answers)
    assert FORM.sign_off(signed) == signed
    row = FORM.values_for_row(answers)
    assert {item: row[item] for item in signed} == signed
    assert FORM.values_for_row(signed) == row


@seeded
@given(steps, st.sampled_from([choice.value for choice in FORM.lexicon["lesion_type"].choices]))
def test_any_other_lesion_type_and_back_loses_nothing(walk: list, other: str):
    answers = A_MASS | played(walk)
    back = FORM.answer(FORM.answer(answers, "lesion_type", other), "lesion_type", answers["lesion_type"])
    assert back == answers
    assert FORM.values_for_row(back) == FORM.values_for_row(answers)


@seeded
@given(steps)
def test_nothing_changes_the_answers_it_is_given(walk: list):
    answers = A_MASS | played(walk)
    before = dict(answers)
    FORM.answer(answers, "fgt", "d")
    FORM.values_for_row(answers)
    FORM.no_longer_applies_notes(answers)
    FORM.problems(answers)
    assert answers == before
