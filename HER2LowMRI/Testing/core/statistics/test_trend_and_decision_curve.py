"""Trend over ordered groups and net benefit against R and a textbook."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.decision_curve import decision_curve
from HER2LowMRILib.core.statistics.trend import linear_by_linear


@pytest.mark.parametrize("case_id", ["malformation", "job", "fgt", "bpe", "smoking"])
def test_the_trend_is_rs_correlation_of_the_scores(oracle, case_id):
    case = oracle("trend", case_id)
    given, expected = case["input"], case["expected"]
    found = linear_by_linear(given["table"], given["row_scores"], given["column_scores"])
    assert (found.r, found.statistic, found.p) == pytest.approx(
        (expected["r"], expected["statistic"], expected["p"]), rel=1e-10
    )
    assert found.n == expected["n"]


def test_the_published_trend_of_malformations_over_alcohol_comes_out(oracle):
    given = oracle("trend", "malformation")["input"]
    found = linear_by_linear(given["table"], given["row_scores"], given["column_scores"])
    assert (round(found.statistic, 2), round(found.p, 3)) == (6.57, 0.010)


def test_two_groups_are_the_cochran_armitage_test_but_for_n(oracle):
    case = oracle("trend", "smoking")
    found = linear_by_linear(case["input"]["table"])
    assert found.statistic * found.n / (found.n - 1) == pytest.approx(
        case["expected"]["prop_trend_chi2"], rel=1e-12
    )


@pytest.mark.parametrize("table", [[[5, 4, 3], [0, 0, 0]], [[5, 0, 0], [2, 0, 0]], [[0, 0], [0, 0]]])
def test_without_two_categories_and_two_groups_there_is_no_trend_but_a_reason(table):
    found = linear_by_linear(np.array(table))
    assert np.isnan(found.p) and found.note


def test_net_benefit_is_the_formula_counted_in_r(oracle):
    case = oracle("decision_curve", "sixty_cases")
    given, expected = case["input"], case["expected"]
    found = decision_curve(given["probability"], given["positive"], given["thresholds"])
    assert found.model == pytest.approx(expected["net_benefit"], abs=1e-12)
    assert found.all_cases == pytest.approx(expected["all"], abs=1e-12)


def test_a_decision_curve_needs_probabilities_and_thresholds_inside_0_and_1():
    for probability, thresholds in (([0.2, np.nan], [0.5]), ([0.2, 0.3], [1.0]), ([0.2, 0.3], [0.0])):
        with pytest.raises(AnalysisError, match="decision curve"):
            decision_curve(probability, [0, 1], thresholds)
