"""Kappa, AC1, PABAK, ICC and Bland-Altman against R, and what they say when there is nothing to compute."""

import math

import numpy as np
import pytest
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.agreement_labels import koo_li, landis_koch
from HER2LowMRILib.core.statistics.bland_altman import bland_altman, largest_differences
from HER2LowMRILib.core.statistics.icc import icc
from HER2LowMRILib.core.statistics.kappa import category_agreement, cohen_kappa, cross_table, gwet_ac1, pabak

EXACT = {"rel": 0, "abs": 1e-10}
KAPPAS = [
    "sas_skin",
    "two_by_two_grants",
    "paradox_balanced",
    "paradox_skewed",
    "birads_margin_own",
    "birads_fgt_own",
]
FORMS = {
    "ICC1": "icc_1_1",
    "ICC2": "icc_2_1",
    "ICC3": "icc_3_1",
    "ICC1k": "icc_1_k",
    "ICC2k": "icc_2_k",
    "ICC3k": "icc_3_k",
}


@pytest.mark.parametrize("case_id", KAPPAS)
def test_kappa_equals_vcd(oracle, oracle_table, case_id):
    case = oracle("kappa", case_id)
    table, linear, quadratic = (
        oracle_table(case),
        case["expected"]["vcd_linear"],
        case["expected"]["vcd_quadratic"],
    )
    for weights, expected, prefix in (
        (None, linear, ""),
        ("linear", linear, "w"),
        ("quadratic", quadratic, "w"),
    ):
        found = cohen_kappa(table, weights)
        assert found.estimate == pytest.approx(expected[f"{prefix}kappa"], **EXACT)
        assert found.se == pytest.approx(expected["wase" if prefix else "ase"], **EXACT)
        assert found.ci_low == pytest.approx(expected[f"{prefix}lo"], **EXACT)
        assert found.ci_high == pytest.approx(expected[f"{prefix}hi"], **EXACT)
        assert found.n == case["expected"]["n"]
        assert found.percent_agreement == pytest.approx(case["expected"]["percent_agreement"], **EXACT)
    assert pabak(table).estimate == pytest.approx(case["expected"]["pabak"], **EXACT)


@pytest.mark.parametrize("case_id", ["kappa_sas_skin", "kappa_paradox_a", "kappa_paradox_b"])
def test_ac1_and_pabak_equal_irrcac(oracle, oracle_table, case_id):
    case = oracle("agreement_ac1", case_id)
    table = oracle_table(case)
    for found, expected in ((gwet_ac1(table), "ac1"), (pabak(table), "brennan_prediger")):
        assert found.estimate == pytest.approx(case["expected"][expected]["coeff"], **EXACT)
        assert found.se == pytest.approx(case["expected"][expected]["se"], **EXACT)


def test_two_readers_with_85_percent_agreement_can_have_very_different_kappas(oracle, oracle_table):
    skewed = oracle_table(oracle("kappa", "paradox_skewed"))
    ratings = [(r, c) for r in range(2) for c in range(2) for _ in range(skewed[r, c])]
    found = {a.statistic: a for a in category_agreement(*zip(*ratings, strict=True), categories=[0, 1])}
    assert found["kappa"].label == "fair"
    assert found["ac1"].label == "almost perfect"
    assert "read kappa with AC1 and PABAK" in found["kappa"].note


@pytest.mark.parametrize(("case_id", "key"), [("shrout_fleiss_psych", None), ("two_reader_adc", "psych")])
def test_icc_equals_psych(oracle, oracle_table, case_id, key):
    case = oracle("icc", case_id)
    found = icc(np.column_stack(list(oracle_table(case).values())))
    expected = case["expected"][key] if key else case["expected"]
    for theirs, ours in FORMS.items():
        assert found[ours].estimate == pytest.approx(expected[theirs]["icc"], **EXACT)
        assert found[ours].ci_low == pytest.approx(expected[theirs]["lo"], **EXACT)
        assert found[ours].ci_high == pytest.approx(expected[theirs]["hi"], **EXACT)
        assert found[ours].f == pytest.approx(expected[theirs]["F"], rel=1e-10)
        assert found[ours].p == pytest.approx(expected[theirs]["p"], rel=1e-8)


def test_single_measure_icc_equals_irr_too(oracle, oracle_table):
    """Irr and psych differ in the limits of the averaged absolute form only; SPSS prints psych's."""
    case = oracle("icc", "two_reader_adc")
    found = icc(np.column_stack(list(oracle_table(case).values())))
    for theirs, ours in (
        ("oneway_agreement_single", "icc_1_1"),
        ("twoway_agreement_single", "icc_2_1"),
        ("twoway_consistency_single", "icc_3_1"),
        ("twoway_consistency_average", "icc_3_k"),
    ):
        expected = case["expected"]["irr"][theirs]
        assert (found[ours].estimate, found[ours].ci_low, found[ours].ci_high) == pytest.approx(
            (expected["icc"], expected["lo"], expected["hi"]), **EXACT
        )


def test_bland_altman_equals_its_formulas_in_r(oracle, oracle_table):
    case = oracle("icc", "two_reader_adc")
    found, expected = bland_altman(*oracle_table(case).values()), case["expected"]["bland_altman"]
    for ours, theirs in (
        ("bias", "bias"),
        ("sd", "sd"),
        ("loa_low", "loa_lo"),
        ("loa_high", "loa_hi"),
        ("bias_low", "bias_lo"),
        ("bias_high", "bias_hi"),
        ("bias_p", "p_bias"),
        ("within_sd", "wsd"),
        ("repeatability", "rc"),
        ("wcv_percent", "wcv_pct"),
    ):
        assert getattr(found, ours) == pytest.approx(expected[theirs], **EXACT), ours


def test_a_constant_offset_of_one_reader_lowers_absolute_agreement_only(oracle, oracle_table):
    table = np.column_stack(list(oracle_table(oracle("icc", "two_reader_adc")).values()))
    shifted = table + np.array([0.0, 0.2])
    assert icc(shifted)["icc_3_1"].estimate == pytest.approx(icc(table)["icc_3_1"].estimate, abs=1e-12)
    assert icc(shifted)["icc_2_1"].estimate < icc(table)["icc_2_1"].estimate - 0.2


def test_the_scale_of_the_unit_does_not_matter(oracle, oracle_table):
    table = np.column_stack(list(oracle_table(oracle("icc", "two_reader_adc")).values()))
    for factor, offset in ((1e-3, 0.0), (1e6, 0.0), (1.0, 1000.0)):
        found = icc(factor * table + offset)["icc_2_1"]
        assert found.ci_low == pytest.approx(icc(table)["icc_2_1"].ci_low, abs=1e-9)


def test_a_category_that_one_reader_never_used_keeps_its_row():
    table, order = cross_table(["a", "b", "c", "b"], ["a", "b", "b", "b"], ["a", "b", "c"])
    assert order == ["a", "b", "c"]
    assert table.tolist() == [[1, 0, 0], [0, 2, 0], [0, 1, 0]]
    assert math.isfinite(cohen_kappa(table).estimate)


def test_ratings_by_one_reader_only_are_counted_in_the_note():
    kappa = category_agreement(["a", "b", None, "a", ""], ["a", "a", "b", "b", "b"], ["a", "b"])[0]
    assert kappa.n == 3
    assert "2 cases were not rated by both readers" in kappa.note


def test_an_unknown_category_is_named():
    kappa = category_agreement(["oval", "rund"], ["oval", "rund"], ["oval", "round"])[0]
    assert "rund" in kappa.note


@pytest.mark.parametrize(
    ("reader_1", "reader_2", "words"),
    [
        (["a"] * 9, ["a"] * 9, "the same category"),
        ([], [], "No case was rated by both"),
        ([None, "a"], ["b", None], "No case was rated by both"),
    ],
)
def test_kappa_without_anything_to_compute_says_why(reader_1, reader_2, words):
    for result in category_agreement(reader_1, reader_2, ["a", "b"], ordinal=True):
        assert result.statistic in ("ac1", "pabak") or (math.isnan(result.estimate) and words in result.note)


def test_readers_who_agree_on_every_case_get_kappa_1_and_a_note():
    kappa = category_agreement(["a", "b", "c"] * 5, ["a", "b", "c"] * 5)[0]
    assert (kappa.estimate, kappa.ci_low, kappa.ci_high) == (1.0, 1.0, 1.0)
    assert "agreed on every case" in kappa.note


def test_a_table_that_is_not_square_is_refused():
    with pytest.raises(AnalysisError, match="square"):
        cohen_kappa(np.ones((2, 3), dtype=int))


@pytest.mark.parametrize(
    ("readings", "estimate", "words"),
    [
        (np.ones((8, 2)), math.nan, "All values are equal"),
        (np.repeat(np.arange(8.0)[:, None], 2, axis=1), 1.0, "identical"),
        (np.arange(8.0)[:, None] + [0.0, 0.5], None, "differ by a constant"),
        (np.array([[1.0, 2.0], [math.nan, 1.0], [2.0, math.nan]]), math.nan, "at least 3 are needed"),
        (np.empty((0, 2)), math.nan, "at least 3 are needed"),
        (np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), None, "Negative"),
    ],
)
def test_icc_of_degenerate_readings_says_what_it_is(readings, estimate, words):
    for form in icc(readings).values():
        assert words in form.note
    if estimate is not None:
        assert icc(readings)["icc_2_1"].estimate == pytest.approx(estimate, nan_ok=True)


def test_one_reader_alone_or_text_is_refused():
    with pytest.raises(AnalysisError, match="at least two readers"):
        icc(np.ones((5, 1)))
    with pytest.raises(AnalysisError, match="text"):
        icc([["a", "b"], ["c", "d"]])
    with pytest.raises(AnalysisError, match="the text 'n/a'"):
        bland_altman([1.0, "n/a"], [1.0, 2.0])


def test_bland_altman_of_identical_readings_has_bias_0_and_says_so():
    found = bland_altman([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert (found.bias, found.loa_low, found.loa_high, found.bias_p) == (0.0, 0.0, 0.0, 1.0)
    assert "identical" in found.note


def test_skewness_below_0_has_no_wcv():
    found = bland_altman([-0.5, 0.2, 0.7], [-0.4, 0.3, 0.4])
    assert math.isnan(found.wcv_percent)
    assert "values above 0" in found.note


def test_the_cases_that_differ_most_come_first_and_gaps_never():
    assert largest_differences([1, 2, 3, None], [1.5, 4, 3, 9], count=2).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("kappa", "word"),
    [
        (-0.1, "poor"),
        (0.0, "slight"),
        (0.205, "fair"),
        (0.40, "fair"),
        (0.605, "substantial"),
        (0.8, "substantial"),
        (1.0, "almost perfect"),
        (math.nan, ""),
    ],
)
def test_landis_koch_has_no_holes(kappa, word):
    assert landis_koch(kappa) == word


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.3, 0.4, "poor"),
        (0.5, 0.74, "moderate"),
        (0.761, 0.948, "good to excellent"),
        (0.91, 0.95, "excellent"),
    ],
)
def test_koo_li_judges_the_interval_not_the_point(low, high, words):
    assert koo_li(low, high) == words
