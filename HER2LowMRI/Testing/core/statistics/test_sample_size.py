"""Sample sizes against pROC, against the formulas' own inverse, and against the coefficients they plan for."""

import json
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.kappa import cohen_kappa
from HER2LowMRILib.core.statistics.sample_size import (
    auc_standard_error,
    cases_for_auc,
    cases_for_auc_interval,
    cases_for_icc,
    cases_for_kappa,
    cases_for_predictors,
)

CASES = json.loads((Path(__file__).parents[2] / "data" / "oracles" / "sample_size.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_cases_for_an_auc_are_those_of_proc(case):
    given, expected = case["input"], case["expected"]
    found = cases_for_auc(given["auc"], given["power"], given["kappa"])
    assert found == pytest.approx((expected["ncases"], expected["ncontrols"]), rel=1e-9)


@pytest.mark.parametrize(
    ("area", "positive", "negative", "expected"),
    # R: q1 <- a/(2 - a); q2 <- 2*a^2/(1 + a); sqrt((a*(1 - a) + (m - 1)*(q1 - a^2) + (n - 1)*(q2 - a^2))/(m*n))
    [(0.763, 56, 49, 0.0461446565), (0.663, 56, 36, 0.0565131496), (0.893, 51, 58, 0.0325115818)],
)
def test_the_standard_error_of_an_auc_is_that_of_the_formula_in_r(area, positive, negative, expected):
    assert auc_standard_error(area, positive, negative) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("area", "width", "ratio"), [(0.763, 0.19, 0.875), (0.663, 0.22, 0.64), (0.8, 0.1, 1), (0.9, 0.3, 2)]
)
def test_one_case_less_makes_the_interval_of_an_auc_too_wide(area, width, ratio):
    positive, negative = cases_for_auc_interval(area, width, ratio)
    assert negative == ceil(ratio * positive)
    assert 2 * 1.959964 * auc_standard_error(area, positive, negative) <= width
    fewer = positive - 1
    assert 2 * 1.959964 * auc_standard_error(area, fewer, ceil(ratio * fewer)) > width


@pytest.mark.parametrize("share", [0.5, 0.3, 0.1])
@pytest.mark.parametrize("kappa", [0.0, 0.4, 0.6, 0.82, 0.95])
def test_a_study_of_the_planned_size_has_the_planned_interval_of_kappa(kappa, share):
    n = cases_for_kappa(kappa, share, 0.2)
    apart = share * (1 - share) * (1 - kappa)
    table = n * np.array([[share - apart, apart], [apart, 1 - share - apart]])
    # Whole counts of a hundredfold study, so that rounding does not matter.
    found = cohen_kappa(np.round(1e6 * table).astype(int))
    width = 2 * 1.959964 * found.se * 1e3
    assert found.estimate == pytest.approx(kappa, abs=1e-6)
    assert 0.2 * (1 - 1 / n) < width <= 0.2 + 1e-9


def test_cases_for_an_icc_are_bonetts():
    # By hand, equation 3: 8 x 3.8415 x 0.2^2 x 1.8^2 / (2 x 0.2^2) + 1 = 50.8; with 3 readers 8 x 3.8415 x 0.04 x 6.76
    # / (6 x 0.04) + 1 = 35.6.
    assert cases_for_icc(0.8, 0.2, 2) == 51
    assert cases_for_icc(0.8, 0.2, 3) == 36


@pytest.mark.parametrize(
    "call",
    [
        lambda: cases_for_auc(0.5),
        lambda: cases_for_auc(1.0),
        lambda: cases_for_auc(0.8, power=1.0),
        lambda: cases_for_auc_interval(0.8, 0.0),
        lambda: cases_for_icc(1.0, 0.2),
        lambda: cases_for_icc(0.8, 0.2, 1),
        lambda: cases_for_kappa(0.8, 1.0, 0.2),
        lambda: cases_for_auc(float("nan")),
        lambda: cases_for_auc(0.8, ratio=1e308),
        lambda: cases_for_auc_interval(0.8, 1e-320),
        lambda: cases_for_auc_interval(0.8, 0.2, 1e-320),
        lambda: cases_for_icc(0.8, 1e-320),
        lambda: cases_for_icc(0.8, 0.2, 10**400),
        lambda: cases_for_kappa(0.5, 1e-320, 0.2),
        lambda: cases_for_predictors(-1),
        lambda: cases_for_predictors(10**400),
    ],
)
def test_what_no_study_can_reach_is_refused(call):
    with pytest.raises(AnalysisError, match="sample size cannot be computed"):
        call()


def test_the_command_answers_in_words(capsys):
    assert main(["plan", "auc", "0.8", "--predictors", "10"]) == 0
    assert main(["plan", "kappa", "0.8", "--share", "0.3"]) == 0
    assert main(["plan", "icc", "0.8"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 5 and told[-1].startswith("51 cases with 2 readings")
    assert told[2] == "100 cases of the smaller group: 10 events for each of 10 predictors"
