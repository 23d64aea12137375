"""A cohort CSV is read as it comes; what is wrong in it is told in words and never guessed away."""

import numpy as np
import pandas as pd
import pytest
from HER2LowMRILib.cohort.table import read_features, read_readings
from HER2LowMRILib.cohort.variables import FEATURE_NAMES
from HER2LowMRILib.core.errors import AnalysisError


def test_column_order_and_unknown_columns_do_not_matter(cohort_rows, write_csv):
    straight = read_features(write_csv(cohort_rows))
    columns = [*reversed(list(cohort_rows[0])), "somebody_elses_column"]
    turned = read_features(write_csv(cohort_rows, "turned.csv", columns))
    for name in straight.variables:
        assert straight.rows[name].equals(turned.rows[name]), name
    assert straight.warnings == turned.warnings == ()


def test_a_table_saved_with_semicolons_and_decimal_commas_reads_the_same(cohort_rows, write_csv):
    commas = [
        {k: str(v).replace(".", ",") if isinstance(v, float) else v for k, v in row.items()}
        for row in cohort_rows
    ]
    table = read_features(write_csv(commas, delimiter=";", encoding="utf-8-sig"))
    assert np.array_equal(table.rows["ADC_mean"], [row["ADC_mean"] for row in cohort_rows])


def test_numbers_keep_every_digit(cohort_rows, write_csv):
    table = read_features(write_csv(cohort_rows))
    assert np.array_equal(table.rows["K_entropy"], [row["K_entropy"] for row in cohort_rows])


def test_without_ihc_the_stated_group_is_used(cohort_rows, write_csv):
    columns = [name for name in cohort_rows[0] if name not in ("her2_ihc", "her2_ish")]
    rows = [dict(row) for row in cohort_rows]
    rows[0]["her2_group"] = "HER2-low"
    rows[1]["her2_group"] = "equivocal"
    table = read_features(write_csv(rows, columns=columns))
    assert table.rows["her2_group"][0] == "low"
    assert table.rows["her2_group"][1] is None
    assert any("words that are not a group" in text and "equivocal" in text for text in table.warnings)


def test_the_same_case_twice_is_refused_unless_the_rows_are_equal(cohort_rows, write_csv):
    table = read_features(write_csv([*cohort_rows, cohort_rows[0]]))
    assert len(table.rows) == len(cohort_rows)
    assert "1 rows repeat another row" in table.warnings[0]
    with pytest.raises(AnalysisError, match="stands in the table twice") as refusal:
        read_features(write_csv([*cohort_rows, cohort_rows[0] | {"age": 33}], "twice.csv"))
    assert "SYN-001" in str(refusal.value)


def test_text_in_a_number_column_is_missing_and_named(cohort_rows, write_csv):
    rows = [dict(row) for row in cohort_rows]
    rows[0]["ADC_mean"], rows[1]["ADC_mean"], rows[2]["ADC_mean"] = "about 1.1", "inf", "n/a"
    table = read_features(write_csv(rows))
    assert table.rows["ADC_mean"].isna().sum() == 3
    (warning,) = table.warnings
    assert "ADC_mean" in warning and "about 1.1" in warning and "n/a" not in warning


def test_an_unknown_category_is_missing_and_named(cohort_rows, write_csv):
    rows = [dict(row) for row in cohort_rows]
    rows[0]["bpe"], rows[1]["bpe"], rows[2]["t2_hyperintensity"] = "strong", "Moderate", "TRUE"
    table = read_features(write_csv(rows))
    assert table.rows["bpe"][0] is None
    assert table.rows["bpe"][1] == "moderate"
    assert table.rows["t2_hyperintensity"][2] == "1"
    assert table.warnings == (
        "bpe has values that are none of minimal, mild, moderate, marked, taken as missing: 'strong' (1x).",
    )


def test_not_assessable_is_counted_and_not_applicable_is_no_gap(cohort_rows, write_csv):
    rows = [dict(row) for row in cohort_rows]
    rows[0]["mass_shape"] = "not_assessable"
    table = read_features(write_csv(rows))
    assert table.not_assessable == {"mass_shape": 1}
    assert table.rows["mass_shape"][0] is None
    assert (table.rows["mass_shape"] == "not_applicable").sum() == 24
    assert (table.rows["irregular_shape"] == "not_applicable").sum() == 24


def test_collapsed_variables_are_derived_and_never_read(cohort_rows, write_csv):
    rows = [row | {"irregular_shape": 1} for row in cohort_rows]
    table = read_features(write_csv(rows))
    expected = [
        "not_applicable"
        if row["mass_shape"] == "not_applicable"
        else str(int(row["mass_shape"] == "irregular"))
        for row in cohort_rows
    ]
    assert table.rows["irregular_shape"].tolist() == expected


def test_ki67_is_split_at_the_median_of_the_cohort(cohort_rows, write_csv):
    rows = [
        row | {"ki67_percent": value}
        for row, value in zip(cohort_rows, [10, 40, 40, 40, 90, ""], strict=False)
    ]
    table = read_features(write_csv(rows[:6]))
    assert table.rows["ki67_high"].tolist() == ["0", "0", "0", "0", "1", None]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00\x01binary", "the column case_id"),
        (b"MZ\x90\x00\x03\x81", "Windows-1252 or GB18030"),
        (b"case_id,her2_group\n", "at least one case"),
        (b"somebody,her2_group\n1,low\n", "the column case_id"),
        (b"case_id,age\n1,40\n", "her2_group"),
        (b"case_id,age,age,her2_group\n1,40,41,low\n", "a column twice"),
        (b"case_id,her2_group\n1,low,more,cells\n", "another length than the header"),
    ],
    ids=["empty", "binary", "program", "no rows", "no case id", "no group", "column twice", "ragged"],
)
def test_what_is_no_cohort_table_is_refused_with_a_reason(tmp_path, content, words):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(AnalysisError, match=words):
        read_features(path)


def test_a_reader_with_two_rows_for_one_case_is_refused(reading_rows, write_csv):
    with pytest.raises(AnalysisError, match="one row per case_id and reader"):
        read_readings(write_csv([*reading_rows, reading_rows[0] | {"fgt": "a", "age": 99}]))


def test_an_optional_descriptor_that_nobody_answered_is_no_variable(cohort_rows, write_csv):
    rows = [row | {"side": "", "kinetics_delayed": "washout"} for row in cohort_rows]
    table = read_features(write_csv(rows))
    assert "side" not in table.variables
    assert "kinetics_delayed" in table.variables
    assert table.warnings == ()


def test_the_median_of_ki67_is_that_of_the_cases_that_are_analysed(cohort_rows, write_csv):
    stated = [
        (10, "low"),
        (20, "low"),
        (30, "over"),
        (40, "zero"),
        (90, "indeterminate"),
        (95, "indeterminate"),
    ]
    rows = [
        row | {"ki67_percent": value, "her2_group": group}
        for row, (value, group) in zip(cohort_rows, stated, strict=False)
    ]
    table = read_features(write_csv(rows))
    assert table.rows["ki67_high"].tolist()[:4] == ["0", "0", "1", "1"]
    assert table.variables["ki67_high"].label == "Ki-67 above the cohort's median of 25 %"


@pytest.mark.parametrize("case_id", ["SYN-001", "Synapse 7", "syn3", "SYNTHES-1"])
def test_a_case_id_does_not_make_a_study_synthetic(cohort_rows, write_csv, case_id):
    rows = [row | {"case_id": f"{case_id}.{n}", "synthetic": ""} for n, row in enumerate(cohort_rows)]
    assert not read_features(write_csv(rows)).synthetic
    assert not read_features(write_csv([row | {"synthetic": 0} for row in rows], "no.csv")).synthetic
    for word in ("1", "1.0", "TRUE", "yes"):
        assert read_features(write_csv([rows[0] | {"synthetic": word}, *rows[1:]], "yes.csv")).synthetic


def test_readings_without_derived_columns_have_the_collapsed_descriptors(reading_rows, write_csv):
    assert not {"irregular_shape", "non_circumscribed", "nme_related"} & set(reading_rows[0])
    table = read_readings(write_csv(reading_rows))
    for name, origin, yes in (
        ("irregular_shape", "mass_shape", {"irregular"}),
        ("non_circumscribed", "mass_margin", {"irregular", "spiculated"}),
        ("nme_related", "lesion_type", {"nme", "mass_with_nme"}),
    ):
        assert name in table.variables
        expected = [
            "not_applicable" if row[origin] == "not_applicable" else str(int(row[origin] in yes))
            for row in reading_rows
        ]
        assert table.rows[name].tolist() == expected


def written(rows, change):
    """The rows with every number as text, changed as a table program would."""
    numbers = {*FEATURE_NAMES, "age", "ki67_percent", "lesion_size_mm"}
    return [
        {name: change(repr(cell)) if name in numbers else cell for name, cell in row.items()} for row in rows
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(".", ","),
        lambda text: text,
        lambda text: text.replace("-", "\N{MINUS SIGN}"),
    ],
    ids=["decimal comma", "decimal point", "typeset minus"],
)
def test_the_decimal_sign_is_found_whatever_parts_the_columns(cohort_rows, write_csv, delimiter, change):
    plain = read_features(write_csv(cohort_rows, "plain.csv"))
    table = read_features(write_csv(written(cohort_rows, change), delimiter=delimiter))
    assert not table.warnings
    pd.testing.assert_frame_equal(table.rows, plain.rows)


@pytest.mark.parametrize(
    ("comma", "cell"),
    [
        (False, "1,028"),
        (False, "1,028.5"),
        (True, "1.028"),
        (True, "1.028,5"),
        (False, "1_028"),
        (False, "1e200"),
    ],
)
def test_a_number_that_can_be_read_in_two_ways_is_missing_and_named(cohort_rows, write_csv, comma, cell):
    rows = written(cohort_rows, lambda text: text.replace(".", ",") if comma else text)
    rows[0]["lesion_size_mm"] = cell
    table = read_features(write_csv(rows))
    assert table.rows["lesion_size_mm"].isna().sum() == 1
    assert any(f"lesion_size_mm: '{cell}' (1x)" in warning for warning in table.warnings)


def test_commas_that_may_all_be_those_of_thousands_are_not_read_as_decimals(cohort_rows, write_csv):
    rows = [
        {"case_id": row["case_id"], "her2_group": row["her2_group"], "lesion_size_mm": "1,028"}
        for row in cohort_rows
    ]
    table = read_features(write_csv(rows))
    assert table.rows["lesion_size_mm"].isna().all()


def test_trouble_with_many_columns_is_told_in_one_line(cohort_rows, write_csv):
    rows = [row | dict.fromkeys(FEATURE_NAMES, "1,5") | {"age": 50.5} for row in cohort_rows[:1]]
    rows += written(cohort_rows[1:], lambda text: text)
    table = read_features(write_csv(rows))
    (warning,) = (warning for warning in table.warnings if "not a number" in warning)
    assert "in 21 columns" in warning and "decimal comma" in warning


def test_a_percent_sign_belongs_to_a_percentage_alone(cohort_rows, write_csv):
    rows = [
        row | {"ki67_percent": f"{row['ki67_percent']} %", "age": f"{row['age']} %"} for row in cohort_rows
    ]
    table = read_features(write_csv(rows))
    assert table.rows["ki67_percent"].tolist() == [row["ki67_percent"] for row in cohort_rows]
    assert table.rows["age"].isna().all()


@pytest.mark.parametrize(
    ("name", "value"),
    [("ADC_mean", -0.5), ("D_p5", 1280.0), ("K_mean", 7.0), ("ki67_percent", 140), ("age", -3)],
)
def test_a_value_that_cannot_be_is_pointed_out(cohort_rows, write_csv, name, value):
    table = read_features(write_csv([cohort_rows[0] | {name: value}, *cohort_rows[1:]]))
    (warning,) = table.warnings
    assert warning.startswith(f"{name} has 1 value outside") and f"({value:g})" in warning
    assert table.rows[name][0] == value


def test_rows_of_totals_are_left_out_by_name_and_a_case_called_so_stays(write_csv, cohort_rows):
    total = dict.fromkeys(cohort_rows[0], "") | {"case_id": "Mittelwert", "age": 54.2}
    named = dict(cohort_rows[0]) | {"case_id": "Total"}
    read = read_features(write_csv([*cohort_rows, named, total]))
    assert len(read.rows) == len(cohort_rows) + 1
    assert any("Rows of totals are left out: 'Mittelwert'" in text for text in read.warnings)
