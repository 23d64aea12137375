"""Chi-squared, Fisher, rank tests, summaries and adjusted p against R and SPSS's conventions."""

import math

import numpy as np
import pytest
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.contingency import compare_categories, test_table
from HER2LowMRILib.core.statistics.fisher import fisher_exact
from HER2LowMRILib.core.statistics.multiplicity import adjust
from HER2LowMRILib.core.statistics.numeric_groups import compare_numbers
from HER2LowMRILib.core.statistics.proportions import proportion
from HER2LowMRILib.core.statistics.rank_tests import kruskal_wallis, mann_whitney
from HER2LowMRILib.core.statistics.summaries import summarize

TWO_BY_TWO = ["tea", "own_t2_2x2"]
LARGER = ["job_satisfaction", "own_shape_2x3", "own_bpe_4x3"]
# Mehta & Patel 1986 (doi 10.1145/6497.214326), table 6; p .03929 in R's ?fisher.test.
MP6 = [
    [1, 2, 2, 1, 1, 0, 1],
    [2, 0, 0, 2, 3, 0, 0],
    [0, 1, 1, 1, 2, 7, 3],
    [1, 1, 2, 0, 0, 0, 1],
    [0, 1, 1, 1, 1, 0, 0],
]


def named(table):
    table = np.array(table)
    return test_table(table, [f"c{i}" for i in range(len(table))], [f"g{i}" for i in range(table.shape[1])])


@pytest.mark.parametrize("case_id", TWO_BY_TWO)
def test_two_by_two_tables_equal_r(oracle, case_id):
    expected = oracle("categorical", case_id)["expected"]
    found = named(expected["table"])
    assert found.chi2 == pytest.approx(expected["pearson"]["stat"], abs=1e-8)
    assert found.chi2_p == pytest.approx(expected["pearson"]["p"], abs=1e-8)
    assert found.yates_p == pytest.approx(expected["yates"]["p"], abs=1e-8)
    assert found.fisher_p == pytest.approx(expected["fisher"]["p"], abs=1e-8)
    assert fisher_exact(expected["table"]).p == pytest.approx(expected["fisher"]["p"], abs=1e-10)
    assert found.odds_ratio == pytest.approx(expected["fisher"]["or_sample"], abs=1e-8)
    assert found.cramers_v == pytest.approx(expected["phi"], abs=1e-8)


@pytest.mark.parametrize("case_id", LARGER)
def test_larger_tables_equal_r_also_in_the_exact_p(oracle, case_id):
    expected = oracle("categorical", case_id)["expected"]
    found, fisher = named(expected["table"]), fisher_exact(expected["table"])
    assert found.chi2 == pytest.approx(expected["pearson"]["stat"], abs=1e-8)
    assert found.chi2_p == pytest.approx(expected["pearson"]["p"], abs=1e-8)
    assert found.min_expected == pytest.approx(expected["pearson"]["min_expected"], abs=1e-8)
    assert 100 * found.share_below_5 == pytest.approx(expected["pearson"]["pct_lt5"])
    assert found.cramers_v == pytest.approx(expected["cramers_v"], abs=1e-8)
    assert fisher.exact
    assert fisher.p == pytest.approx(expected["fisher_p"], abs=1e-8)


def test_mehta_and_patels_5_by_7_table_is_still_exact():
    fisher = fisher_exact(MP6)
    assert fisher.exact
    assert fisher.p == pytest.approx(0.03929, abs=5e-6)


def test_exact_p_equals_the_sum_over_all_tables():
    """Every 3 x 3 table with these margins, one by one."""
    from math import factorial

    table = np.array([[3, 1, 0], [1, 2, 2], [0, 1, 4]])
    rows, columns = table.sum(1), table.sum(0)

    def weight(t):
        return math.prod(1 / factorial(int(v)) for v in np.ravel(t))

    tables = [
        np.array(
            [
                [a, b, rows[0] - a - b],
                [c, d, rows[1] - c - d],
                columns - [a + c, b + d, rows[0] + rows[1] - a - b - c - d],
            ]
        )
        for a in range(5)
        for b in range(5)
        for c in range(6)
        for d in range(6)
    ]
    weights = [weight(t) for t in tables if t.min() >= 0]
    observed = weight(table)
    expected = sum(w for w in weights if w <= observed * (1 + 1e-7)) / sum(weights)
    assert fisher_exact(table).p == pytest.approx(expected, rel=1e-12)


def test_beyond_the_bound_p_is_estimated_with_its_interval_and_the_same_seed_gives_the_same_p(oracle):
    expected = oracle("categorical", "job_satisfaction")["expected"]
    first = fisher_exact(expected["table"], max_states=10, seed=3)
    again = fisher_exact(expected["table"], max_states=10, seed=3)
    assert first == again
    assert not first.exact
    assert first.ci_low < expected["fisher_p"] < first.ci_high
    assert "100000 random tables (seed 3" in first.note


def test_a_table_too_large_for_the_exact_sum_is_not_expanded():
    rng = np.random.default_rng(1)
    fisher = fisher_exact(rng.integers(5, 40, size=(8, 9)), monte_carlo_tables=2000)
    assert not fisher.exact
    assert 0 < fisher.p <= 1


def test_fisher_does_not_depend_on_the_order_of_rows_and_columns(oracle):
    table = np.array(oracle("categorical", "job_satisfaction")["expected"]["table"])
    table = table[:3]
    p = fisher_exact(table).p
    assert fisher_exact(table.T[::-1]).p == pytest.approx(p, rel=1e-9)
    assert fisher_exact(np.insert(table, 2, 0, axis=1)).p == pytest.approx(p, rel=1e-9)


def test_the_rule_takes_fisher_for_small_expected_counts_and_says_so():
    sparse, full = named([[3, 1], [1, 3]]), named([[30, 10], [10, 30]])
    assert (sparse.test, full.test) == ("Fisher exact", "chi-squared")
    assert sparse.p == sparse.fisher_p
    assert full.p == full.chi2_p
    assert "smallest expected count 2" in sparse.reason


def test_cases_with_a_gap_and_other_groups_are_left_out_and_counted():
    found = compare_categories(
        ["a", "b", None, "a", "b", "b"],
        ["low", "low", "low", "zero", "zero", "indeterminate"],
        categories=["a", "b", "c"],
        group_order=["zero", "low"],
    )
    assert found.table.tolist() == [[1, 1], [1, 1], [0, 0]]
    assert (found.n, found.missing) == (4, 1)


@pytest.mark.parametrize(
    ("values", "groups", "words"),
    [
        (["a"] * 6, ["x", "y"] * 3, "same category"),
        (["a", "b", "a"], ["x", "x", "x"], "No cases in group y"),
        ([], [], "No cases in group x, y"),
        ([None, None], ["x", "y"], "No cases in group x, y"),
    ],
)
def test_a_table_with_nothing_to_compare_says_why(values, groups, words):
    found = compare_categories(values, groups, group_order=["x", "y"])
    assert found.test == "none"
    assert math.isnan(found.p)
    assert words in found.note


@pytest.mark.parametrize("case_id", ["mwu_small_noties", "mwu_small_ties"])
def test_mann_whitney_equals_r_and_spss(oracle, case_id):
    case = oracle("rank", case_id)
    found, expected = mann_whitney(case["input"]["x"], case["input"]["y"]), case["expected"]
    for ours, theirs in (
        ("u_1", "U1"),
        ("u_2", "U2"),
        ("z", "z_tie_nocc"),
        ("p", "p_nocc"),
        ("p_continuity", "p_cc"),
        ("p_exact", "p_exact_conditional_ties"),
        ("p_exact_no_ties", "p_exact_ignoring_ties"),
        ("auc", "auc"),
        ("rank_biserial", "rank_biserial"),
    ):
        assert getattr(found, ours) == pytest.approx(expected[theirs], abs=1e-10), ours


def test_kruskal_wallis_and_dunn_equal_r(oracle):
    case = oracle("rank", "kw_three_groups")
    found = kruskal_wallis(case["input"]["v"], case["input"]["g"], group_order=["low", "over", "zero"])
    expected = case["expected"]
    assert (found.h, found.df, found.p) == pytest.approx(
        (expected["H"], expected["df"], expected["p"]), abs=1e-10
    )
    assert found.mean_ranks == pytest.approx(expected["mean_ranks"])
    assert found.n == expected["n"]
    assert found.epsilon_squared == pytest.approx(expected["epsilon2"], abs=1e-10)
    for ours, theirs in zip(found.dunn, expected["dunn"], strict=True):
        assert (ours.group_a, ours.group_b) == (theirs["a"], theirs["b"])
        assert (ours.difference, ours.se, ours.z, ours.p, ours.p_bonferroni) == pytest.approx(
            (theirs["diff"], theirs["se"], theirs["z"], theirs["p"], theirs["p_bonf"]), abs=1e-10
        )


def test_a_summary_reads_like_spss(oracle):
    case = oracle("rank", "descr_d1")
    found, expected = summarize(case["input"]["x"]), case["expected"]
    assert (found.mean, found.sd) == pytest.approx((expected["mean"], expected["sd"]), abs=1e-10)
    assert (found.q1, found.median, found.q3) == pytest.approx(expected["quantiles"]["type6"][1:4], abs=1e-10)
    assert found.skewness == pytest.approx(expected["skew"]["type2"], abs=1e-10)
    assert found.kurtosis == pytest.approx(expected["kurt_excess"]["type2"], abs=1e-10)
    assert found.shapiro_p == pytest.approx(expected["shapiro"]["p"], abs=1e-6)


@pytest.mark.parametrize("method", ["holm", "hochberg", "bonferroni", "BH", "BY"])
def test_adjusted_p_equals_r(oracle, method):
    case = oracle("categorical", "p_adjust")
    assert adjust(case["input"]["p"], method.lower()) == pytest.approx(case["expected"][method], abs=1e-10)


def test_adjusted_p_of_three_delong_tests_equals_r(oracle):
    expected = oracle("roc", "own_holm")["expected"]
    for method in ("holm", "BH", "bonferroni"):
        assert adjust(expected["p"], method.lower()) == pytest.approx(expected[method], abs=1e-10)


def test_a_test_that_could_not_be_done_does_not_count_in_the_adjustment():
    assert adjust([0.01, math.nan, 0.02], "bonferroni") == pytest.approx([0.02, math.nan, 0.04], nan_ok=True)
    assert np.isnan(adjust([math.nan, None])).all()
    assert len(adjust([])) == 0
    with pytest.raises(AnalysisError, match="0 to 1"):
        adjust([1.2])
    with pytest.raises(AnalysisError, match="needed"):
        adjust([0.2], "sidak?")


def test_two_groups_get_mann_whitney_and_three_kruskal_wallis():
    values, groups = [1.0, 2, 3, 4, 5, 6, None], ["a", "a", "b", "b", "c", "c", "c"]
    two = compare_numbers(values, groups, group_order=["a", "b"])
    three = compare_numbers(values, groups, group_order=["a", "b", "c"])
    assert (two.test, three.test) == ("Mann-Whitney U", "Kruskal-Wallis")
    assert (two.missing, three.missing) == (0, 1)
    assert three.summaries["c"].n == 2


def test_normal_values_are_ranked_too():
    rng = np.random.default_rng(5)
    groups = ["a"] * 40 + ["b"] * 40
    normal = rng.normal(size=80)
    assert compare_numbers(normal, groups).test == "Mann-Whitney U"


@pytest.mark.parametrize(
    ("values", "groups", "words"),
    [
        ([1.0, 2.0], ["a", "a"], "group is empty"),
        ([3.0] * 6, ["a", "b"] * 3, "All values are equal"),
        ([None, math.nan], ["a", "b"], "group is empty"),
    ],
)
def test_numbers_with_nothing_to_compare_say_why(values, groups, words):
    found = compare_numbers(values, groups, group_order=["a", "b"])
    assert found.test == "none"
    assert math.isnan(found.p)
    assert words in found.note
    assert words in found.reason


def test_an_empty_third_group_is_named_and_the_others_compared():
    found = compare_numbers([1, 2, 3, 4], ["a", "a", "b", "b"], group_order=["a", "b", "c"])
    assert math.isfinite(found.p)
    assert "No values in group c" in found.note
    assert found.summaries["c"].note == "No values."


def test_text_and_infinities_among_numbers_are_refused_by_name():
    with pytest.raises(AnalysisError, match=r"ADC_mean cannot be analysed.*'high'"):
        compare_numbers([1.0, "high"], ["a", "b"], what="ADC_mean")
    with pytest.raises(AnalysisError, match="infinite"):
        compare_numbers([1.0, math.inf], ["a", "b"])
    with pytest.raises(AnalysisError, match="equal length"):
        compare_numbers([1.0, 2.0], ["a"])


def test_wilson_and_clopper_pearson_limits():
    """Newcombe 1998 (doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E), table I: 81 of 263."""
    wilson, exact = proportion(81, 263), proportion(81, 263, "exact")
    assert (wilson.ci_low, wilson.ci_high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (exact.ci_low, exact.ci_high) == pytest.approx((0.2527, 0.3676), abs=5e-5)
    assert proportion(0, 0).note == "No cases."
