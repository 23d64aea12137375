"""Who is in which group: what the table states holds, and is derived from every field where it states nothing."""

import pytest
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.table import read_features
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.her2 import row_values
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort

# What a coordinator enters and what the export makes of it: the group does not follow from IHC and ISH alone.
DECIDED_BY_MORE = {
    "2+/ISH+ from after therapy": {"her2_ihc": "2+", "her2_ish_result": "positive", "her2_neoadjuvant": 1},
    "3+ from after therapy": {"her2_ihc": "3+", "her2_neoadjuvant": 1},
    "1+ with contradictory ISH": {
        "her2_ihc": "1+", "her2_ish_result": "negative", "her2_ish_ratio": 3.1, "her2_ish_copies": 8,
    },
    "0 with unresolved copies": {"her2_ihc": "0", "her2_ish_copies": 9},
    "1+ with unresolved copies": {"her2_ihc": "1+", "her2_ish_copies": 7},
}  # fmt: skip


def exported(row, fields):
    return row | {name: "" if value is None else value for name, value in row_values(fields).items()}


def groups_of(table):
    return dict(zip(table.rows["case_id"], table.rows["her2_group"], strict=True))


@pytest.mark.parametrize("name", DECIDED_BY_MORE)
def test_what_the_export_decided_holds_with_its_reason(cohort_rows, write_csv, name):
    rows = [exported(cohort_rows[0], DECIDED_BY_MORE[name]), *cohort_rows[1:]]
    assert rows[0]["her2_group"] == "indeterminate"
    table = read_features(write_csv(rows))
    assert groups_of(table)[rows[0]["case_id"]] == "indeterminate"
    told = [text for text in table.warnings if "the stated group counts" in text]
    assert len(told) <= 1
    if told:
        assert rows[0]["her2_reason"] in told[0]


def test_the_core_biopsy_that_replaced_the_surgical_specimen_holds(cohort_rows, write_csv):
    fields = {"her2_ihc": "3+", "her2_neoadjuvant": 1, "her2_core_ihc": "1+"}
    rows = [exported(cohort_rows[0], fields), *cohort_rows[1:]]
    assert groups_of(read_features(write_csv(rows)))[rows[0]["case_id"]] == "low"


def test_indeterminate_cases_of_the_export_stay_out_and_the_flow_adds_up(cohort_rows, write_csv, tmp_path):
    kept = [row for group in ("zero", "low", "over") for row in cohort_rows if row["her2_group"] == group][
        ::4
    ]
    outside = [
        exported(row, fields) | {"case_id": f"out-{n}"}
        for n, (row, fields) in enumerate(zip(cohort_rows, DECIDED_BY_MORE.values(), strict=False))
    ]
    write_csv(
        [
            {"case_id": "x", "stage": "excluded"},
            *({"case_id": row["case_id"], "stage": "included"} for row in kept),
            *({"case_id": row["case_id"], "stage": "indeterminate"} for row in outside),
        ],
        "flow.csv",
    )
    settings = Settings(repeats=1, folds=5, bootstraps=2)
    analysis = analyze_cohort(write_csv([*kept, *outside]), tmp_path / "out", settings=settings)
    start, *left = [count for _, count in analysis.flow]
    assert start - sum(left) == sum(analysis.group_sizes.values()) == len(kept)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("Negative", "Positive"), ["low", "over"]),
        (("negative", "positive"), ["low", "over"]),
        (("NEGATIVE", "POSITIVE "), ["low", "over"]),
        ((" Negative", "pOSITIVE"), ["low", "over"]),
    ],
)
def test_ish_is_read_in_any_capitals(cohort_rows, write_csv, words, expected):
    columns = [name for name in cohort_rows[0] if name != "her2_group"]
    rows = [row | {"her2_ihc": "2+", "her2_ish": words[n % 2]} for n, row in enumerate(cohort_rows)]
    table = read_features(write_csv(rows, columns=columns))
    assert table.rows["her2_group"].tolist() == expected * (len(rows) // 2)
    assert not table.warnings


def test_every_field_of_the_test_counts_where_no_group_is_stated(cohort_rows, write_csv):
    fields = [
        {"her2_ihc": "2+", "her2_ish_ratio": "1.1", "her2_ish_copies": "2.4"},
        {"her2_ihc": "2+", "her2_ish_ratio": "3.0", "her2_ish_copies": "7.4"},
        {"her2_ihc": "2+", "her2_ish_probe": "single", "her2_ish_copies": "7"},
        {"her2_ihc": "2+", "her2_ish_result": "positive", "her2_neoadjuvant": "1"},
        {"her2_ihc": "3+", "her2_neoadjuvant": "1", "her2_core_ihc": "0"},
        {"her2_ihc": "2+", "her2_ish_result": "pending"},
    ]
    names = sorted({name for entry in fields for name in entry})
    rows = [
        {"case_id": str(n), "ADC_mean": 1.0 + n / 100} | dict.fromkeys(names, "") | entry
        for n, entry in enumerate(fields)
    ]
    table = read_features(write_csv(rows))
    assert table.rows["her2_group"].tolist() == [
        "low", "over", "over", "indeterminate", "zero", "indeterminate",
    ]  # fmt: skip


def test_a_stated_group_that_ihc_and_ish_contradict_counts_and_is_told(cohort_rows, write_csv):
    rows = [dict(row) for row in cohort_rows[:6]]
    rows[0] |= {"her2_ihc": "2+", "her2_ish": "negative", "her2_group": "over"}
    rows[1] |= {"her2_ihc": "2+", "her2_ish": "positive", "her2_group": ""}
    rows[2] |= {"her2_ihc": "2+", "her2_ish": "", "her2_group": ""}
    table = read_features(write_csv(rows))
    assert table.rows["her2_group"].tolist()[:3] == ["over", "over", "indeterminate"]
    assert table.warnings == (
        "her2_group is empty in 2 rows and derived there from the HER2 test.",
        "In 1 row her2_group is not what IHC and ISH alone would give; the stated group counts: over where low would "
        "follow (1x).",
    )


@pytest.mark.parametrize(
    "words",
    [("grp A", "grp B", "grp C"), ("1", "2", "3"), ("HER2-negative", "HER2-negative", "Luminal")],
    ids=str,
)
def test_groups_of_unknown_words_are_named(cohort_rows, write_csv, words):
    rows = [row | {"her2_group": words[n % 3]} for n, row in enumerate(cohort_rows)]
    with pytest.raises(AnalysisError) as refusal:
        read_features(write_csv(rows))
    for word in words:
        assert f"'{word}'" in str(refusal.value)


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("HER2-low", "low"), ("HER2 Low", "low"), ("her2_low", "low"), ("HER2-Low expression", "low"),
        ("HER2-zero", "zero"), ("HER2-0", "zero"), ("Zero", "zero"), ("HER2 overexpression", "over"),
        ("HER2-positive", "over"), ("Over-expression", "over"), ("Indeterminate", "indeterminate"),
        ("[Not Available]", None), ("n/a", None),
    ],
)  # fmt: skip
def test_words_of_papers_are_groups(cohort_rows, write_csv, word, group):
    columns = ["case_id", "her2_group", "ADC_mean"]
    table = read_features(
        write_csv([cohort_rows[0] | {"her2_group": word}, *cohort_rows[1:]], columns=columns)
    )
    assert table.rows["her2_group"][0] == group


def test_a_cell_of_the_test_that_cannot_be_read_is_named_with_its_column(cohort_rows, write_csv):
    columns = ["case_id", "her2_ihc", "her2_ish", "ADC_mean"]
    rows = [row | {"her2_ihc": "2+", "her2_ish": "amplif. ?"} for row in cohort_rows[:2]]
    rows += [row | {"her2_ihc": "strong"} for row in cohort_rows[2:5]] + cohort_rows[5:]
    table = read_features(write_csv(rows, columns=columns))
    assert table.rows["her2_group"].tolist()[:5] == ["indeterminate"] * 2 + [None] * 3
    told = " ".join(table.warnings)
    assert "her2_ish has cells that cannot be read" in told and "'amplif. ?' (2x)" in told
    assert "her2_ihc has cells that cannot be read" in told and "'strong' (3x)" in told


def test_a_sign_that_a_spreadsheet_ate_is_asked_and_never_put_back(cohort_rows, write_csv):
    columns = ["case_id", "her2_ihc", "ADC_mean"]
    rows = [row | {"her2_ihc": row["her2_ihc"].removesuffix("+")} for row in cohort_rows]
    table = read_features(write_csv(rows, columns=columns))
    assert set(table.rows["her2_group"].dropna()) == {"zero"}
    assert any("eaten the sign" in question for question in table.questions)


def test_one_cell_may_hold_score_and_ish(cohort_rows, write_csv):
    columns = ["case_id", "her2_ihc", "ADC_mean"]
    words = ("2+ (FISH-)", "2+ (FISH+)", "HER2 1+")
    rows = [row | {"her2_ihc": words[n % 3]} for n, row in enumerate(cohort_rows)]
    groups = read_features(write_csv(rows, columns=columns)).rows["her2_group"].tolist()
    assert groups[:3] == ["low", "over", "low"]
