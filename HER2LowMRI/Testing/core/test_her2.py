"""The HER2 groups: every row of the rules, the discordances, two specimens, and what is never guessed.

Rules: Shen et al., Tomography 2025;11(3):31; ASCO/CAP 2018 (Wolff et al., J Clin Oncol 2018;36:2105), figures 1-6.
"""

import itertools

import pytest
from HER2LowMRILib.core import her2
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.her2 import (
    FLAGS,
    GROUPS,
    REGROUPINGS,
    Her2Test,
    group_of_test,
    her2_group,
    ish_group,
    regroup,
    row_values,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

seeded = settings(derandomize=True, deadline=None, max_examples=200)

POSITIVE, NEGATIVE = {"ish_result": "positive"}, {"ish_result": "negative"}
# Ratio and copies per cell inside each dual-probe group.
G1, G2, G3, G4, G5 = (
    {"ish_ratio": ratio, "ish_copies": copies}
    for ratio, copies in ((3.1, 8), (2.2, 3.5), (1.6, 6.4), (1.5, 5), (1.1, 2.2))
)

# The table of the rules: row text, fields, group, flags.
ROWS = [
    ("IHC 0, ISH absent -> zero", {"ihc": "0"}, "zero", ()),
    ("IHC 0, ISH negative -> zero", {"ihc": "0"} | NEGATIVE, "zero", ()),
    ("IHC 1+ -> low", {"ihc": "1+"}, "low", ()),
    ("IHC 1+, ISH negative -> low", {"ihc": "1+"} | NEGATIVE, "low", ()),
    ("IHC 2+, ISH negative -> low", {"ihc": "2+"} | NEGATIVE, "low", ()),
    ("IHC 2+, ISH group 5 -> low", {"ihc": "2+"} | G5, "low", ()),
    ("IHC 2+, ISH positive -> over", {"ihc": "2+"} | POSITIVE, "over", ()),
    ("IHC 2+, ISH group 1 -> over", {"ihc": "2+"} | G1, "over", ()),
    ("IHC 2+, ISH missing -> indeterminate", {"ihc": "2+"}, "indeterminate", ("ish_missing",)),
    (
        "IHC 2+, ISH failed -> indeterminate",
        {"ihc": "2+", "ish_result": "failed"},
        "indeterminate",
        ("ish_missing",),
    ),
    (
        "IHC 2+, ISH pending -> indeterminate",
        {"ihc": "2+", "ish_result": "pending"},
        "indeterminate",
        ("ish_missing",),
    ),
    (
        "IHC 2+, ISH equivocal (2013) -> indeterminate",
        {"ihc": "2+", "ish_result": "equivocal"},
        "indeterminate",
        ("ish_missing", "ish_equivocal"),
    ),
    ("IHC 3+ -> over, ISH not needed", {"ihc": "3+"}, "over", ()),
    ("IHC 3+, ISH positive -> over", {"ihc": "3+"} | POSITIVE, "over", ()),
    ("IHC 3+, ISH failed -> over", {"ihc": "3+", "ish_result": "failed"}, "over", ()),
    ("IHC 3+, ISH negative -> over, query", {"ihc": "3+"} | NEGATIVE, "over", ("discordant_3plus",)),
    ("IHC 3+, ISH group 5 -> over, query", {"ihc": "3+"} | G5, "over", ("discordant_3plus",)),
    ("IHC 0, ISH group 1 -> over per guideline, flagged", {"ihc": "0"} | G1, "over", ("discordant_low_ihc",)),
    (
        "IHC 1+, ISH group 1 -> over per guideline, flagged",
        {"ihc": "1+"} | G1,
        "over",
        ("discordant_low_ihc",),
    ),
    (
        "IHC 1+, ISH positive as reported -> over, flagged",
        {"ihc": "1+"} | POSITIVE,
        "over",
        ("discordant_low_ihc",),
    ),
    ("group 2, IHC 0 -> zero", {"ihc": "0"} | G2, "zero", ("ish_group_rare",)),
    ("group 2, IHC 1+ -> low", {"ihc": "1+"} | G2, "low", ("ish_group_rare",)),
    ("group 2, IHC 2+ -> low, recount", {"ihc": "2+"} | G2, "low", ("ish_group_rare", "ish_not_recounted")),
    ("group 2, IHC 3+ -> over", {"ihc": "3+"} | G2, "over", ("ish_group_rare",)),
    ("group 3, IHC 0 -> zero", {"ihc": "0"} | G3, "zero", ("ish_group_rare",)),
    ("group 3, IHC 1+ -> low", {"ihc": "1+"} | G3, "low", ("ish_group_rare",)),
    ("group 3, IHC 2+ -> over, recount", {"ihc": "2+"} | G3, "over", ("ish_group_rare", "ish_not_recounted")),
    ("group 3, IHC 3+ -> over", {"ihc": "3+"} | G3, "over", ("ish_group_rare",)),
    ("group 4, IHC 0 -> zero", {"ihc": "0"} | G4, "zero", ("ish_group_rare",)),
    ("group 4, IHC 1+ -> low", {"ihc": "1+"} | G4, "low", ("ish_group_rare",)),
    ("group 4, IHC 2+ -> low, recount", {"ihc": "2+"} | G4, "low", ("ish_group_rare", "ish_not_recounted")),
    ("group 4, IHC 2+, recounted -> low", {"ihc": "2+", "recounted": 1} | G4, "low", ("ish_group_rare",)),
    ("group 4, IHC 3+ -> over", {"ihc": "3+"} | G4, "over", ("ish_group_rare",)),
    ("group 1, no IHC -> over, flagged", G1, "over", ("ihc_missing",)),
    (
        "group 2, no IHC -> indeterminate, ask for IHC",
        G2,
        "indeterminate",
        ("ihc_missing", "ish_group_rare", "ish_unresolved"),
    ),
    (
        "group 3, no IHC -> indeterminate, ask for IHC",
        G3,
        "indeterminate",
        ("ihc_missing", "ish_group_rare", "ish_unresolved"),
    ),
    (
        "group 4, no IHC -> indeterminate, ask for IHC",
        G4,
        "indeterminate",
        ("ihc_missing", "ish_group_rare", "ish_unresolved"),
    ),
    (
        "group 3, no IHC, reported positive -> indeterminate, ask for IHC",
        G3 | POSITIVE,
        "indeterminate",
        ("ihc_missing", "ish_group_rare", "ish_unresolved"),
    ),
    ("group 5, no IHC -> indeterminate (zero or low)", G5, "indeterminate", ("ihc_missing",)),
    ("ISH negative, no IHC -> indeterminate (zero or low)", NEGATIVE, "indeterminate", ("ihc_missing",)),
    ("nothing stated -> indeterminate", {}, "indeterminate", ("ihc_missing",)),
    ("single probe >= 6, IHC 2+ -> over", {"ihc": "2+", "ish_probe": "single", "ish_copies": 6}, "over", ()),
    ("single probe < 4, IHC 2+ -> low", {"ihc": "2+", "ish_probe": "single", "ish_copies": 3.9}, "low", ()),
    (
        "single probe 4 to < 6, IHC 2+ -> dual probe needed",
        {"ihc": "2+", "ish_probe": "single", "ish_copies": 4},
        "indeterminate",
        ("ish_unresolved",),
    ),
    (
        "single probe 4 to < 6, IHC 2+, then reported negative -> low",
        {"ihc": "2+", "ish_probe": "single", "ish_copies": 5} | NEGATIVE,
        "low",
        (),
    ),
    (
        "single probe 4 to < 6, IHC 1+ -> low",
        {"ihc": "1+", "ish_probe": "single", "ish_copies": 5.9},
        "low",
        (),
    ),
    (
        "single probe 4 to < 6, IHC 0 -> zero",
        {"ihc": "0", "ish_probe": "single", "ish_copies": 5.9},
        "zero",
        (),
    ),
    (
        "single probe 4 to < 6, IHC 3+ -> over",
        {"ihc": "3+", "ish_probe": "single", "ish_copies": 5},
        "over",
        (),
    ),
    (
        "single probe 4 to < 6, no IHC -> indeterminate",
        {"ish_probe": "single", "ish_copies": 5},
        "indeterminate",
        ("ihc_missing", "ish_unresolved"),
    ),
    (
        "single probe >= 6, IHC 1+ -> over, flagged",
        {"ihc": "1+", "ish_probe": "single", "ish_copies": 7},
        "over",
        ("discordant_low_ihc",),
    ),
    (
        "9 copies without probe, IHC 2+ -> over (single probe, groups 1 and 3 are all positive)",
        {"ihc": "2+", "ish_copies": 9},
        "over",
        (),
    ),
    (
        "8 copies without probe, IHC 2+, reported negative -> indeterminate, query",
        {"ihc": "2+", "ish_copies": 8} | NEGATIVE,
        "indeterminate",
        ("ish_conflict",),
    ),
    (
        "2.9 copies without probe, IHC 2+ -> low (single probe, groups 2 and 5 are all negative)",
        {"ihc": "2+", "ish_copies": 2.9},
        "low",
        (),
    ),
    (
        "2.9 copies without probe, IHC 1+ -> low",
        {"ihc": "1+", "ish_copies": 2.9},
        "low",
        (),
    ),
    (
        "2.9 copies without probe, IHC 0 -> zero",
        {"ihc": "0", "ish_copies": 2.9},
        "zero",
        (),
    ),
    (
        "2.9 copies without probe, IHC 1+, reported positive -> indeterminate, query",
        {"ihc": "1+", "ish_copies": 2.9} | POSITIVE,
        "indeterminate",
        ("ish_conflict",),
    ),
    (
        "5 copies without probe, IHC 2+ -> indeterminate (groups 1 and 4 differ)",
        {"ihc": "2+", "ish_copies": 5},
        "indeterminate",
        ("ish_unresolved",),
    ),
    (
        "5 copies without probe, IHC 2+, reported negative -> low",
        {"ihc": "2+", "ish_copies": 5} | NEGATIVE,
        "low",
        (),
    ),
    (
        "9 copies without probe, IHC 1+ -> indeterminate (group 3 is negative then, the others positive)",
        {"ihc": "1+", "ish_copies": 9},
        "indeterminate",
        ("ish_unresolved",),
    ),
    (
        "2.9 copies without probe, no IHC -> indeterminate (group 2 needs IHC)",
        {"ish_copies": 2.9},
        "indeterminate",
        ("ihc_missing", "ish_unresolved"),
    ),
    (
        "ratio < 2 alone, IHC 2+ -> indeterminate (group 3 open)",
        {"ihc": "2+", "ish_ratio": 1.4},
        "indeterminate",
        ("ish_unresolved",),
    ),
    (
        "ratio >= 2 alone, IHC 2+ -> indeterminate (group 2 open)",
        {"ihc": "2+", "ish_ratio": 2.0},
        "indeterminate",
        ("ish_unresolved",),
    ),
    (
        "ratio >= 2 alone, IHC 2+, reported positive -> over",
        {"ihc": "2+", "ish_ratio": 4.0} | POSITIVE,
        "over",
        (),
    ),
    (
        "ratio < 2 alone, IHC 2+, reported negative -> low",
        {"ihc": "2+", "ish_ratio": 1.2} | NEGATIVE,
        "low",
        (),
    ),
    (
        "ratio < 2 alone, IHC 1+ -> low (groups 3 to 5 are negative)",
        {"ihc": "1+", "ish_ratio": 1.4},
        "low",
        (),
    ),
    (
        "dual-probe copies < 4 alone, IHC 2+ -> low (groups 2, 5)",
        {"ihc": "2+", "ish_probe": "dual", "ish_copies": 3},
        "low",
        (),
    ),
    (
        "dual-probe copies >= 6 alone, IHC 2+ -> over (groups 1, 3)",
        {"ihc": "2+", "ish_probe": "dual", "ish_copies": 7},
        "over",
        (),
    ),
    (
        "reported positive, numbers group 5, IHC 2+ -> indeterminate, query",
        {"ihc": "2+"} | POSITIVE | G5,
        "indeterminate",
        ("ish_conflict",),
    ),
    (
        "reported positive by 2013, numbers group 2, IHC 2+ -> indeterminate, query",
        {"ihc": "2+", "guideline": "2013"} | POSITIVE | G2,
        "indeterminate",
        ("ish_group_rare", "ish_not_recounted", "ish_conflict"),
    ),
    (
        "reported negative, numbers group 1, IHC 1+ -> indeterminate, query",
        {"ihc": "1+"} | NEGATIVE | G1,
        "indeterminate",
        ("ish_conflict",),
    ),
    (
        "reported negative, numbers group 1, IHC 3+ -> over, query",
        {"ihc": "3+"} | NEGATIVE | G1,
        "over",
        ("ish_conflict",),
    ),
    (
        "reported positive by 2013 without numbers, IHC 2+ -> over, flagged",
        {"ihc": "2+", "guideline": "2013"} | POSITIVE,
        "over",
        ("ish_older_guideline",),
    ),
    ("IHC 1+, ISH pending -> low, ISH not needed", {"ihc": "1+", "ish_result": "pending"}, "low", ()),
    (
        "IHC 0, ISH equivocal (2013) -> zero",
        {"ihc": "0", "ish_result": "equivocal"},
        "zero",
        ("ish_equivocal",),
    ),
]


@pytest.mark.parametrize(("fields", "group", "flags"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_rule(fields: dict, group: str, flags: tuple):
    result = group_of_test(Her2Test(**fields))
    assert (result.group, set(result.flags)) == (group, set(flags))


@pytest.mark.parametrize("fields", [pytest.param(row[1], id=row[0]) for row in ROWS])
def test_the_reason_names_what_was_stated(fields: dict):
    reason = group_of_test(Her2Test(**fields)).reason
    assert reason
    assert "\n" not in reason
    if "ihc" in fields:
        assert f"IHC {fields['ihc']}" in reason
    needs_no_ish = fields.get("ihc") == "3+" and "over" in group_of_test(Her2Test(**fields)).group
    for number in ("ish_ratio", "ish_copies"):
        if number in fields and not needs_no_ish:
            assert f"{fields[number]:g}" in reason


@pytest.mark.parametrize(
    ("ratio", "copies", "group"),
    [
        (2.0, 4.0, 1),
        (2.0, 3.99, 2),
        (1.99, 6.0, 3),
        (1.99, 5.99, 4),
        (1.99, 4.0, 4),
        (1.99, 3.99, 5),
        (12, 25, 1),
        (0.5, 1.0, 5),
    ],
)
def test_dual_probe_groups_at_their_edges(ratio: float, copies: float, group: int):
    assert ish_group(ratio, copies) == group


@pytest.mark.parametrize(("ratio", "copies"), [(0, 3), (-1, 3), (2, 0), (float("nan"), 3), (2, float("inf"))])
def test_numbers_that_no_count_can_give_have_no_group(ratio: float, copies: float):
    with pytest.raises(HER2LowMRIError, match="No ISH group"):
        ish_group(ratio, copies)


@pytest.mark.parametrize(
    ("staining", "kept"), [(None, "not_stated"), ("no_staining", "no_staining"), ("ultralow", "ultralow")]
)
def test_ihc_0_keeps_whether_there_was_any_staining(staining: str | None, kept: str):
    result = her2_group(Her2Test(ihc="0", zero_staining=staining))
    assert (result.group, result.zero_staining) == ("zero", kept)


def test_staining_behind_ihc_0_means_nothing_for_another_score():
    assert her2_group(Her2Test(ihc="1+", zero_staining="ultralow")).zero_staining is None


CORE_LOW = {"ihc": "1+", "specimen": "core"}
SURGICAL_OVER = {"ihc": "3+", "specimen": "surgical"}
SPECIMENS = [
    (
        "core and surgical agree -> surgical, no flag",
        [CORE_LOW, {"ihc": "1+", "specimen": "surgical"}],
        "low",
        "surgical",
        (),
    ),
    (
        "core and surgical differ -> surgical, flagged",
        [CORE_LOW, SURGICAL_OVER],
        "over",
        "surgical",
        ("specimens_differ",),
    ),
    (
        "surgical first, core second -> the same",
        [SURGICAL_OVER, CORE_LOW],
        "over",
        "surgical",
        ("specimens_differ",),
    ),
    ("core alone -> core", [CORE_LOW], "low", "core", ()),
    ("surgical not tested -> core", [CORE_LOW, {"specimen": "surgical"}], "low", "core", ()),
    (
        "surgical after neoadjuvant, core before -> core, flagged",
        [CORE_LOW, SURGICAL_OVER | {"neoadjuvant": 1}],
        "low",
        "core",
        ("surgical_replaced",),
    ),
    (
        "surgical after neoadjuvant alone -> indeterminate, exclude",
        [SURGICAL_OVER | {"neoadjuvant": 1}],
        "indeterminate",
        "surgical",
        ("post_neoadjuvant",),
    ),
    (
        "surgical indeterminate, core over -> indeterminate, never guessed",
        [{"ihc": "3+", "specimen": "core"}, {"ihc": "2+", "specimen": "surgical"}],
        "indeterminate",
        "surgical",
        ("specimens_differ", "ish_missing"),
    ),
]


@pytest.mark.parametrize(
    ("tests", "group", "specimen", "flags"), [pytest.param(*row[1:], id=row[0]) for row in SPECIMENS]
)
def test_specimens(tests: list[dict], group: str, specimen: str, flags: tuple):
    result = her2_group([Her2Test(**fields) for fields in tests])
    assert (result.group, result.specimen, set(result.flags)) == (group, specimen, set(flags))


def test_the_reason_of_differing_specimens_names_both():
    reason = her2_group([Her2Test(**CORE_LOW), Her2Test(**SURGICAL_OVER)]).reason
    assert "surgical specimen used, the core gives low" in reason


def test_specimens_of_which_nothing_is_stated_are_no_result():
    nothing = [Her2Test(specimen="core"), Her2Test(specimen="surgical", neoadjuvant=1)]
    result = her2_group(nothing)
    assert (result.group, result.reason, result.specimen) == (
        "indeterminate",
        "no HER2 result is stated",
        None,
    )
    assert her2_group([]) == result


def test_two_tests_of_one_kind_of_specimen_are_refused():
    with pytest.raises(HER2LowMRIError, match="core, core"):
        her2_group([Her2Test(**CORE_LOW), Her2Test(**CORE_LOW)])


@pytest.mark.parametrize(
    "fields",
    [
        {"ihc": "4+"},
        {"ihc": "2"},
        {"ish_result": "amplified"},
        {"ish_ratio": -1},
        {"ish_ratio": "2,1"},
        {"ish_copies": 0},
        {"specimen": "cytology"},
        {"neoadjuvant": 3},
        {"guideline": "1999"},
    ],
    ids=str,
)
def test_what_no_report_can_state_is_refused(fields: dict):
    with pytest.raises(HER2LowMRIError) as refusal:
        Her2Test(**fields)
    assert f"her2_{next(iter(fields))}" in str(refusal.value)
    assert "needed" in str(refusal.value)


def test_every_flag_is_raised_by_a_row_above_and_has_words():
    raised = {flag for row in ROWS for flag in row[3]} | {flag for row in SPECIMENS for flag in row[4]}
    assert raised == set(FLAGS)
    assert all(FLAGS.values())


IHC = ["0", "1+", "2+", "3+", None]
numbers = st.one_of(st.none(), st.floats(0.1, 20))
her2_tests = st.builds(
    Her2Test,
    ihc=st.sampled_from(IHC),
    ish_result=st.sampled_from(["negative", "positive", "equivocal", "failed", "pending", None]),
    ish_probe=st.sampled_from(["dual", "single", None]),
    ish_ratio=numbers,
    ish_copies=numbers,
    recounted=st.sampled_from([0, 1, None]),
    guideline=st.sampled_from(["2013", "2018", None]),
)


@seeded
@given(her2_tests)
def test_whatever_is_stated_a_group_comes_with_a_reason_and_known_flags(test: Her2Test):
    result = her2_group(test)
    assert result.group in GROUPS
    assert result.reason
    assert set(result.flags) <= set(FLAGS)
    assert result.group != "indeterminate" or result.flags, "what is indeterminate says what is missing"


@seeded
@given(her2_tests)
def test_the_group_follows_from_ihc_and_ish_status_alone(test: Her2Test):
    result = her2_group(test)
    if result.group == "zero":
        assert (result.ihc, result.ish) in {("0", None), ("0", "negative")}
    if result.group == "low":
        assert (result.ihc, result.ish) in {("1+", None), ("1+", "negative"), ("2+", "negative")}
    if result.group == "over":
        assert result.ihc == "3+" or result.ish == "positive"


@seeded
@given(her2_tests, her2_tests)
@example(Her2Test(), Her2Test())
def test_the_order_of_the_specimens_does_not_matter(first: Her2Test, second: Her2Test):
    from dataclasses import replace

    pair = [replace(first, specimen="core"), replace(second, specimen="surgical", neoadjuvant=1)]
    assert her2_group(pair) == her2_group(pair[::-1])


@seeded
@given(st.floats(0.1, 20), st.floats(0.1, 20), st.sampled_from(["0", "1+", "2+", "3+"]))
def test_less_information_never_turns_one_group_into_another(ratio: float, copies: float, ihc: str):
    full = her2_group(Her2Test(ihc=ihc, ish_probe="dual", ish_ratio=ratio, ish_copies=copies)).group
    for less in ({"ish_ratio": ratio}, {"ish_copies": copies}):
        part = her2_group(Her2Test(ihc=ihc, ish_probe="dual", **less)).group
        assert part in (full, "indeterminate")


def test_row_values_from_the_cells_of_a_csv_file():
    cells = {
        "case_id": "C-1",
        "her2_ihc": "2+",
        "her2_ish_ratio": "1.1",
        "her2_ish_copies": "2.4",
        "her2_date": "2019-05-02",
    }
    row = row_values(
        cells | {"her2_specimen": "surgical", "her2_laboratory": "Somewhere", "her2_guideline": "2018"}
    )
    assert row == {
        "her2_ihc": "2+",
        "her2_ish": "negative",
        "her2_group": "low",
        "her2_reason": "IHC 2+ and ISH negative (group 5, ratio 1.1, 2.4 copies per cell)",
        "her2_flags": None,
        "her2_zero_staining": None,
        "her2_ish_group": 5,
        "her2_ish_probe": None,
        "her2_ish_ratio": 1.1,
        "her2_ish_copies": 2.4,
        "her2_specimen": "surgical",
        "her2_guideline": "2018",
    }


def test_core_biopsy_fields_make_a_second_specimen():
    tests = her2.tests_from_fields({"her2_ihc": "3+", "her2_core_ihc": "1+"})
    assert [test.specimen for test in tests] == ["surgical", "core"]
    assert row_values({"her2_ihc": "3+", "her2_core_ihc": "1+"})["her2_flags"] == "specimens_differ"
    with pytest.raises(HER2LowMRIError, match="two core biopsies"):
        her2.tests_from_fields({"her2_ihc": "3+", "her2_specimen": "core", "her2_core_ihc": "1+"})


def test_the_row_shows_the_specimen_that_was_used():
    row = row_values(
        {
            "her2_ihc": "3+",
            "her2_neoadjuvant": 1,
            "her2_core_ihc": "2+",
            "her2_core_ish_ratio": 1.2,
            "her2_core_ish_copies": 2,
        }
    )
    assert (row["her2_group"], row["her2_ihc"], row["her2_ish_ratio"], row["her2_specimen"]) == (
        "low",
        "2+",
        1.2,
        "core",
    )


@pytest.mark.parametrize(
    ("regrouping", "expected"),
    [
        ("paper", ["zero", "zero", "zero", "low", "low", "over", "over", "indeterminate"]),
        ("ultralow_own", ["zero", "zero", "ultralow", "low", "low", "over", "over", "indeterminate"]),
        ("ultralow_low", ["zero", "zero", "low", "low", "low", "over", "over", "indeterminate"]),
        ("split_low", ["zero", "zero", "zero", "low_1plus", "low_2plus", "over", "over", "indeterminate"]),
    ],
)
def test_sensitivity_groupings(regrouping: str, expected: list[str]):
    tests = [
        {"ihc": "0"},
        {"ihc": "0", "zero_staining": "no_staining"},
        {"ihc": "0", "zero_staining": "ultralow"},
        {"ihc": "1+"},
        {"ihc": "2+"} | NEGATIVE,
        {"ihc": "2+"} | POSITIVE,
        {"ihc": "3+"},
        {"ihc": "2+"},
    ]
    results = [her2_group(Her2Test(**fields)) for fields in tests]
    assert [regroup(r.group, r.ihc, r.zero_staining, regrouping) for r in results] == expected


def test_a_grouping_that_does_not_exist_is_refused():
    with pytest.raises(HER2LowMRIError, match="ultralow_own"):
        regroup("zero", "0", None, "by feeling")
    assert next(iter(REGROUPINGS)) == "paper"


def test_every_ihc_score_meets_every_ish_finding_without_a_gap():
    findings = [{}, POSITIVE, NEGATIVE, {"ish_result": "failed"}, G1, G2, G3, G4, G5]
    groups = {
        (ihc, position): her2_group(Her2Test(ihc=ihc, **finding)).group
        for ihc, (position, finding) in itertools.product(IHC, enumerate(findings))
    }
    table = ["".join(groups[ihc, n][0] for n in range(len(findings))) for ihc in IHC]
    # none, positive, negative, failed, G1 .. G5; i: indeterminate
    assert table == ["zozzozzzz", "lollollll", "ioliololl", "ooooooooo", "ioiioiiii"]


@pytest.mark.parametrize("ihc", ["0", "1+", "2+", "3+", None])
@pytest.mark.parametrize("copies", [1.0, 2.9, 3.99, 4.0, 5.0, 5.99, 6.0, 8.0, 20.0])
def test_copies_without_a_named_probe_say_what_every_probe_says_and_no_more(ihc, copies):
    named = {
        group_of_test(Her2Test(ihc=ihc, ish_copies=copies, ish_probe=probe)).ish
        for probe in ("single", "dual")
    }
    unnamed = group_of_test(Her2Test(ihc=ihc, ish_copies=copies)).ish
    assert unnamed == (named.pop() if len(named) == 1 else None)
