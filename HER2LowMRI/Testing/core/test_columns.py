"""The table of columns: nothing without unit, definition and source; rows are held to it."""

import json

import pytest
from HER2LowMRILib.core.clinic import row_values
from HER2LowMRILib.core.columns import NO_UNIT, Column, column_names, columns
from HER2LowMRILib.core.eusobi_region import LEVEL_NAMES
from HER2LowMRILib.core.feature_set import FEATURES, FeatureSet
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.her2 import GROUPS
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, load_lexicon, parse_lexicon
from HER2LowMRILib.core.measured_beside import (
    BESIDE_VALUES,
    FOUND,
    LINE,
    MARK_RADIUS_MM,
    MOST_SUSPICIOUS_FIRST,
    MOVED,
    TYPED,
)
from HER2LowMRILib.core.slice_origin import ORIGINS
from HER2LowMRILib.workflow.cohort_rows import FLOW_COLUMNS, STAGES
from HER2LowMRILib.workflow.voi_slices import SLICE_COLUMNS
from row_check import row_problems

ALL = {(file, column.name): column for file in ("features", "readings") for column in columns(file)}

# The columns that the project promises, in their order (features.csv; readings.csv has the reader for the clinic).
CLINIC = ["age", "er", "pr", "hr", "ki67_percent", "her2_ihc", "her2_ish", "her2_group"]
DESCRIPTORS = [
    *("fgt", "bpe", "multifocal", "t2_hyperintensity", "peritumoral_edema", "lesion_type", "lesion_size_mm"),
    *("mass_shape", "mass_margin", "mass_enhancement", "nme_distribution", "nme_enhancement"),
    *("irregular_shape", "non_circumscribed", "nme_related"),
]
MEASURED = [
    *("ADC_mean", "ADC_median", "ADC_p5", "ADC_p95", "ADC_skewness", "ADC_kurtosis", "ADC_entropy"),
    *("D_mean", "D_median", "D_p5", "D_p95", "D_skewness", "D_kurtosis", "D_entropy"),
    *("K_mean", "K_median", "K_p5", "K_p95", "K_skewness", "K_kurtosis", "K_entropy"),
    *("voi_voxels", "voi_volume_mm3", "voi_slices"),
    *("ADC_valid_fraction", "D_valid_fraction", "K_valid_fraction"),
]


@pytest.mark.parametrize("column", [pytest.param(c, id="-".join(key)) for key, c in ALL.items()])
def test_a_column_has_unit_definition_and_source(column: Column):
    assert column.unit.strip()
    assert column.definition.strip().endswith(".")
    assert len(column.definition.split()) >= 3
    assert column.source.strip()
    assert column.label.strip()
    assert bool(column.allowed) == (column.type == "choice")
    assert "\n" not in column.definition + column.source + column.label


def test_choices_of_the_table_are_those_of_the_rules():
    allowed = {name: set(column.allowed) for (_, name), column in ALL.items()}
    beside = {column.name: column for column in BESIDE_VALUES}
    assert allowed["her2_group"] == set(GROUPS)
    assert allowed["small_region_level"] == set(LEVEL_NAMES)
    for name, answers in MOST_SUSPICIOUS_FIRST.items():
        assert {*beside[name].allowed, *beside[name].states} == set(answers)
    assert set(beside["measured_spot"].allowed) == {FOUND, MOVED}
    assert set(beside["lesion_size_source"].allowed) == {LINE, TYPED}
    (stage,) = (column for column in FLOW_COLUMNS if column.name == "stage")
    (origin,) = (column for column in SLICE_COLUMNS if column.name == "origin")
    assert (stage.allowed, origin.allowed) == (tuple(STAGES), ORIGINS)
    assert f"{MARK_RADIUS_MM:g} mm radius" in beside["measured_t2_lesion_to_muscle"].definition
    items = {item.id for item in load_lexicon().items}
    assert {item for column in beside.values() for item in column.shown_after} <= items


def test_features_csv_begins_with_the_promised_columns():
    promised = ["case_id", *CLINIC, *DESCRIPTORS, *MEASURED]
    assert list(column_names("features")[: len(promised)]) == promised


def test_readings_csv_begins_with_the_promised_columns():
    promised = ["case_id", "reader", *DESCRIPTORS, *MEASURED]
    assert list(column_names("readings")[: len(promised)]) == promised


def test_readings_csv_holds_nothing_of_pathology():
    forbidden = {c.name for c in columns("features") if c.group in ("clinic", "her2_detail")}
    assert len(forbidden) > 15
    assert forbidden & set(column_names("readings")) == set()


def test_no_column_holds_a_date_an_identity_or_a_path():
    for name in {name for _, name in ALL}:
        assert not {"date", "name", "birth", "uid", "path", "laboratory", "mrn"} & set(name.split("_"))


@pytest.mark.parametrize("file", ["features", "readings"])
def test_every_column_once(file: str):
    names = column_names(file)
    assert len(set(names)) == len(names)
    assert len({name.lower() for name in names}) == len(names), "tools that ignore case must tell them apart"


def test_features_carry_the_unit_and_definition_of_the_fit():
    for feature in FEATURES:
        column = ALL["features", feature.name]
        assert column.definition == feature.definition
        assert column.source == feature.source
        assert column.unit == (NO_UNIT if feature.unit == "1" else feature.unit)
    assert {ALL["features", f"{m}_mean"].unit for m in ("ADC", "D")} == {"1e-3 mm2/s"}


def test_other_bins_are_told_in_the_definition_of_the_entropy():
    other = {c.name: c for c in columns("features", measured=FeatureSet.of((0.02, 0.05, 0.05)))}
    assert other["ADC_entropy"].definition != ALL["features", "ADC_entropy"].definition
    assert "0.02" in other["ADC_entropy"].definition


def test_whatever_the_form_gives_can_stand_in_its_column():
    form = Form(load_lexicon())
    for lesion_type in ("mass", "nme", "mass_with_nme", "not_assessable"):
        for position in range(8):
            answers = {"lesion_type": lesion_type, "implant": 1, "implant_material": "silicone", "focus": 1}
            for item in form.questions(answers):
                if item.id not in answers:
                    choices = [choice.value for choice in item.choices]
                    answers[item.id] = choices[position % len(choices)]
            row = form.values_for_row(form.sign_off(answers))
            assert list(row_problems({"case_id": "C-1"} | row, "features")) == []
            assert list(row_problems({"reader": "r1"} | row, "readings")) == []


def test_whatever_pathology_gives_can_stand_in_its_column():
    for ihc in ("0", "1+", "2+", "3+", ""):
        for result in ("positive", "negative", "failed", ""):
            row = row_values({"her2_ihc": ihc, "her2_ish_result": result, "er": 1, "age": 60})
            assert list(row_problems(row, "features")) == []


@pytest.mark.parametrize(
    ("name", "cell", "says"),
    [
        ("mass_shape", "lobulated", "needed oval | round | irregular | not_assessable | not_applicable"),
        ("fgt", NOT_APPLICABLE, "a | b | c | d | not_assessable, found"),
        ("multifocal", "1", "found '1'"),
        ("multifocal", True, "found True"),
        ("lesion_size_mm", 0.5, "1 to 300 | not_assessable mm"),
        ("lesion_size_mm", "23", "found '23'"),
        ("ADC_mean", float("inf"), "found inf"),
        ("ADC_mean", True, "found True"),
        ("K_valid_fraction", 1.2, "0 to 1"),
        ("voi_voxels", -1, "0 or more voxels"),
        ("adjudicated_items", 1.5, "found 1.5"),
        ("case_id", 7, "any text"),
        ("patient_name", "x", "not a column of features.csv"),
    ],
)
def test_a_cell_that_cannot_stand_there_is_named(name: str, cell: object, says: str):
    (problem,) = row_problems({name: cell}, "features")
    assert name in problem
    assert says in problem


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("lesion_size_mm", 1),
        ("lesion_size_mm", 300.0),
        ("K_valid_fraction", 0),
        ("K_valid_fraction", 1.0),
        ("age", 120),
        ("voi_voxels", 0),
        ("voi_voxels", 812.5),
        ("K_skewness", -3.2),
        ("reading_version", 1),
    ],
)
def test_the_limits_of_a_range_belong_to_it(name: str, cell: object):
    file = "readings" if name == "reading_version" else "features"
    assert list(row_problems({name: cell}, file)) == []


@pytest.mark.parametrize("cell", [None, float("nan")])
def test_missing_is_never_a_problem(cell: object):
    assert list(row_problems(dict.fromkeys(column_names("features"), cell), "features")) == []


def test_an_edition_with_one_more_item_adds_a_column_after_the_descriptors_and_moves_none_of_them():
    from pathlib import Path

    from HER2LowMRILib.core import lexicon

    file = Path(lexicon.__file__).parents[1] / "data" / "lexicon_birads_mri_2013.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    extra = dict(next(item for item in content["items"] if item["id"] == "cyst"), id="made_up_sign")
    content["items"].append(extra)
    names = column_names("features", parse_lexicon(json.dumps(content), "made_up.json"))
    before = column_names("features")
    descriptors = before.index("small_region_adc")
    assert names == (*before[:descriptors], "made_up_sign", *before[descriptors:])
