"""Several readers, several sites, repeats: against R and against published examples.

The R figures are in data/oracles/readers_and_sites.json with the calls that made them. The published ones are the
output of OR-DBM MRMC 2.51 (University of Iowa) on the readings of Van Dyke et al. 1993 (114 cases, 5 readers, 2
techniques) and of Franken et al. 1992 (100 cases, 4 readers, 2 techniques): the readers' areas and the error
components are given to the program as that output prints them.
"""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.decision_curve import decision_curve
from HER2LowMRILib.core.statistics.delong import compare_paired
from HER2LowMRILib.core.statistics.fleiss_kappa import fleiss_kappa
from HER2LowMRILib.core.statistics.icc import icc
from HER2LowMRILib.core.statistics.mixed_model import linear_mixed, logistic_mixed
from HER2LowMRILib.core.statistics.mrmc import (
    average_area,
    compare_areas,
    compare_from_components,
    reader_areas,
)
from HER2LowMRILib.core.statistics.repeatability import repeatability
from HER2LowMRILib.core.statistics.sample_size import cases_for_auc_difference, cases_for_difference

FILE = "readers_and_sites"


# --- several readers of the same cases ----------------------------------------------------------------------------

PUBLISHED = {
    "Van Dyke 1993": {
        "areas": [
            [0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066],
            [0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169],
        ],
        "components": (0.00080229, 0.00034661, 0.00034407, 0.00023903),
        "difference": -0.04380032,
        "f": 4.46,
        "df": 15.26,
        "p": 0.0517,
        "se": 0.02075,
        "limits": (-0.08796, 0.00036),
        "fixed": (0.01872, 0.0193, -0.08049, -0.00711),
    },
    "Franken 1992": {
        "areas": [
            [0.85345997, 0.86499322, 0.85730439, 0.81524197],
            [0.84961556, 0.84350972, 0.84011759, 0.81433740],
        ],
        "components": (0.00152578, 0.00079168, 0.00048364, 0.00051251),
        "difference": 0.01085482,
        "f": 4.69,
        "df": 3.00,
        "p": 0.1188,
        "se": 0.00501,
        "limits": (-0.00509, 0.02680),
        "fixed": (0.01916, 0.5710, -0.02670, 0.04840),
    },
}


@pytest.mark.parametrize("study", PUBLISHED)
def test_published_multireader_comparisons(study):
    told = PUBLISHED[study]
    found = compare_from_components(np.array(told["areas"]), *told["components"])
    # To half of the last printed digit.
    assert found.difference == pytest.approx(told["difference"], abs=5.1e-9)
    assert found.f == pytest.approx(told["f"], abs=0.0051)
    assert found.df == pytest.approx(told["df"], abs=0.0051)
    assert found.p == pytest.approx(told["p"], abs=5.1e-5)
    assert found.se == pytest.approx(told["se"], abs=5.1e-6)
    assert (found.ci_low, found.ci_high) == pytest.approx(told["limits"], abs=5.1e-6)
    fixed = (found.fixed_se, found.fixed_p, found.fixed_low, found.fixed_high)
    assert fixed == pytest.approx(told["fixed"], abs=5.1e-5)


@pytest.mark.parametrize("case", ["mrmc", "mrmc_two"])
def test_obuchowski_rockette_is_that_of_proc_and_anova(oracle, case):
    expected, told = oracle(FILE, case)["expected"], oracle(FILE, case)["input"]
    found = reader_areas(np.array(told["scores"]), np.array(told["positive"]) == 1, "delong")
    assert found.areas == pytest.approx(np.array(expected["areas"]), abs=1e-12)
    assert found.components == pytest.approx(expected["components"], rel=1e-9)
    for predictor, single in enumerate(expected["single"]):
        mine = average_area(found, predictor)
        assert (mine.area, mine.se, mine.df) == pytest.approx(
            (single["area"], single["se"], single["df"]), rel=1e-9
        )
        limits = (max(single["low"], 0), min(single["high"], 1))
        assert (mine.ci_low, mine.ci_high) == pytest.approx(limits, rel=1e-9)
        assert mine.fixed_se == pytest.approx(single["fixed_se"], rel=1e-9)
    for pair in expected["pairs"]:
        mine = compare_areas(found, pair["first"] - 1, pair["second"] - 1)
        for name in ("f", "df", "p", "se", "difference"):
            assert getattr(mine, name) == pytest.approx(pair[name], rel=1e-8), name


@pytest.mark.parametrize("case", ["mrmc", "mrmc_two"])
def test_dorfman_berbaum_metz_is_the_anova_of_pseudovalues(oracle, case):
    expected, told = oracle(FILE, case)["expected"], oracle(FILE, case)["input"]
    found = reader_areas(np.array(told["scores"]), np.array(told["positive"]) == 1, "jackknife")
    for predictor, single in enumerate(expected["dbm_single"]):
        mine = average_area(found, predictor)
        assert (mine.se, mine.df) == pytest.approx((single["se"], single["df"]), rel=1e-8)
    for pair in expected["dbm"]:
        mine = compare_areas(found, pair["first"] - 1, pair["second"] - 1)
        assert (mine.f, mine.df, mine.p) == pytest.approx((pair["f"], pair["df"], pair["p"]), rel=1e-8)


def test_one_reader_has_limits_for_himself_alone():
    rng = np.random.default_rng(2)
    scores, positive = rng.normal(size=(2, 1, 40)), np.arange(40) < 15
    found = reader_areas(scores, positive)
    alone = compare_areas(found, 0, 1)
    by_delong = compare_paired(scores[0, 0], scores[1, 0], positive, "higher", "higher")
    assert alone.fixed_p == pytest.approx(by_delong.p, abs=1e-12) and np.isnan(alone.p)
    assert "other readers" in alone.note


def test_identical_readers_and_gaps_are_told_and_not_computed():
    scores = np.tile(np.random.default_rng(3).normal(size=(2, 1, 30)), (1, 3, 1))
    found = reader_areas(scores, np.arange(30) < 12)
    assert np.isfinite(average_area(found, 0).se)
    assert np.isinf(average_area(found, 0).df)
    scores[0, 0, 0] = np.nan
    with pytest.raises(AnalysisError, match="every reader"):
        reader_areas(scores, np.arange(30) < 12)


# --- sites and scanners -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["lmm_three", "lmm_six", "lmm_none", "lmm_units"])
def test_linear_mixed_models_are_those_of_lmer(oracle, case):
    expected, told = oracle(FILE, case)["expected"], oracle(FILE, case)["input"]
    x = np.column_stack([told["group"], told["age"]])
    found = linear_mixed(np.array(told["y"]), x, ("group", "age"), np.array(told["site"]))
    # lmer stops its search a little before the maximum, which moves Satterthwaite's df most.
    assert found.coefficient == pytest.approx(expected["coefficient"], rel=1e-5)
    assert found.se == pytest.approx(expected["se"], rel=1e-5)
    assert found.df == pytest.approx(expected["df"], rel=2e-3)
    assert found.p == pytest.approx(expected["p"], rel=1e-3, abs=1e-12)
    scale = expected["within_sd"]
    assert found.between_sd == pytest.approx(expected["between_sd"], abs=1e-4 * scale)
    assert found.within_sd == pytest.approx(expected["within_sd"], rel=1e-5)


@pytest.mark.parametrize("case", ["glmm_three", "glmm_six"])
def test_logistic_mixed_models_are_those_of_glmer(oracle, case):
    expected, told = oracle(FILE, case)["expected"], oracle(FILE, case)["input"]
    x = np.column_stack([told["a"], told["b"]])
    found = logistic_mixed(np.array(told["y"]) == 1, x, ("a", "b"), np.array(told["site"]))
    assert found.coefficient == pytest.approx(expected["coefficient"], abs=2e-4)
    assert found.se == pytest.approx(expected["se"], rel=2e-3)
    assert found.p == pytest.approx(expected["p"], rel=1e-2)
    assert found.between_sd == pytest.approx(expected["between_sd"], rel=1e-3)


def test_without_spread_between_sites_the_mixed_models_are_the_plain_ones():
    import statsmodels.api as sm

    rng = np.random.default_rng(1)
    x, site = rng.normal(size=(150, 2)), np.array(["a", "b", "c"] * 50)
    y = x[:, 0] + rng.normal(size=150)
    y, x = (v - np.array([v[site == name].mean(axis=0) for name in site]) for v in (y, x))
    mixed, plain = linear_mixed(y, x, ("u", "v"), site), sm.OLS(y, sm.add_constant(x)).fit()
    assert mixed.between_sd == 0 and mixed.p == pytest.approx(plain.pvalues, rel=1e-8)
    positive = rng.random(150) < 1 / (1 + np.exp(-x[:, 0]))
    # Every case once in either site: they cannot differ.
    twice = np.r_[positive, positive], np.r_[x, x], np.repeat(["a", "b"], 150)
    logistic = logistic_mixed(twice[0], twice[1], ("u", "v"), twice[2])
    fitted = sm.Logit(twice[0].astype(float), sm.add_constant(twice[1])).fit(disp=0)
    assert logistic.between_sd == 0
    assert logistic.coefficient == pytest.approx(fitted.params, abs=1e-5)
    assert logistic.se == pytest.approx(fitted.bse, rel=1e-4)


@pytest.mark.parametrize(
    ("outcome", "predictors", "site"),
    [
        (np.arange(20.0), np.ones((20, 1)), ["a", "b"] * 10),
        (np.arange(20.0), np.arange(20.0)[:, None] ** 2, ["a"] * 20),
        (np.ones(20), np.arange(20.0)[:, None], ["a", "b"] * 10),
        (np.arange(4.0), np.arange(4.0)[:, None] ** 2, ["a", "b"] * 2),
    ],
)
def test_what_no_mixed_model_can_tell_is_refused(outcome, predictors, site):
    with pytest.raises(AnalysisError):
        linear_mixed(outcome, predictors, ("x",), np.array(site))


# --- repeats ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["repeat_two", "repeat_three"])
def test_repeatability_is_the_anova_of_the_subjects(oracle, case):
    expected, told = oracle(FILE, case)["expected"], oracle(FILE, case)["input"]
    values = np.array([[np.nan if v is None else v for v in row] for row in told["values"]], dtype=float)
    found = repeatability(values)
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-10), name


def test_repeatability_tells_what_it_cannot_know():
    assert "No repeats" in repeatability(np.array([[1.0, np.nan], [2.0, np.nan]])).note
    found = repeatability(np.array([[-1.0, -1.1], [2.0, 2.2], [1.0, np.nan]]))
    assert np.isnan(found.wcv_percent) and np.isfinite(found.within_sd)
    assert "measured once" in found.note and "No wCV" in found.note


def test_limits_of_the_repeatability_hold_the_truth():
    rng, inside = np.random.default_rng(4), 0
    for _ in range(400):
        found = repeatability(1.2 + 0.06 * rng.normal(size=(15, 2)))
        inside += found.within_low <= 0.06 <= found.within_high
    # Four standard errors of a share of 400.
    assert inside / 400 == pytest.approx(0.95, abs=4 * (0.95 * 0.05 / 400) ** 0.5)


# --- three readers and more, decisions, sizes ---------------------------------------------------------------------


def test_fleiss_kappa_is_that_of_the_formulas_in_r(oracle):
    expected, told = oracle(FILE, "fleiss")["expected"], oracle(FILE, "fleiss")["input"]
    found = fleiss_kappa(told["ratings"], ("a", "b", "c"))
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-10), name


def test_fleiss_kappa_of_the_psychiatric_diagnoses_of_1971():
    # Fleiss 1971, table 1: 30 patients, 6 psychiatrists, 5 diagnoses.
    counts = [
        (0, 0, 0, 6, 0), (0, 3, 0, 0, 3), (0, 1, 4, 0, 1), (0, 0, 0, 0, 6), (0, 3, 0, 3, 0), (2, 0, 4, 0, 0),
        (0, 0, 4, 0, 2), (2, 0, 3, 1, 0), (2, 0, 0, 4, 0), (0, 0, 0, 0, 6), (1, 0, 0, 5, 0), (1, 1, 0, 4, 0),
        (0, 3, 3, 0, 0), (1, 0, 0, 5, 0), (0, 2, 0, 3, 1), (0, 0, 5, 0, 1), (3, 0, 0, 1, 2), (5, 1, 0, 0, 0),
        (0, 2, 0, 4, 0), (1, 0, 2, 0, 3), (0, 0, 0, 0, 6), (0, 1, 0, 5, 0), (0, 2, 0, 1, 3), (2, 0, 0, 4, 0),
        (1, 0, 0, 4, 1), (0, 5, 0, 1, 0), (4, 0, 0, 0, 2), (0, 2, 0, 4, 0), (1, 0, 5, 0, 0), (0, 0, 0, 0, 6),
    ]  # fmt: skip
    found = fleiss_kappa([[c for c, k in enumerate(row) for _ in range(k)] for row in counts], range(5))
    assert found.estimate == pytest.approx(0.4302, abs=5e-5)
    assert found.z == pytest.approx(17.65, abs=0.005)


def test_the_decision_curve_is_that_of_counting(oracle):
    expected, told = oracle(FILE, "decision")["expected"], oracle(FILE, "decision")["input"]
    found = decision_curve(np.array(told["p"]), np.array(told["y"]) == 1, np.array(expected["threshold"]))
    assert found.model == pytest.approx(expected["model"], abs=1e-12)
    assert found.all_cases == pytest.approx(expected["all"], abs=1e-12)


@pytest.mark.parametrize("case", ["icc_two", "icc_three"])
@pytest.mark.parametrize("form", ["icc_2_1", "icc_2_k", "icc_3_1"])
def test_intraclass_correlations_are_those_of_psych(oracle, case, form):
    expected, told = oracle(FILE, case)["expected"], oracle(FILE, case)["input"]
    found = icc(np.array(told["x"]))[form]
    assert (found.estimate, found.ci_low, found.ci_high) == pytest.approx(expected[form], abs=1e-8)


def test_cases_for_a_difference_of_two_areas_are_those_of_mvtnorm(oracle):
    expected = oracle(FILE, "difference")["expected"]
    keys = ("first", "second", "correlation", "ratio", "positive")
    for first, second, correlation, ratio, positive in zip(*(expected[key] for key in keys), strict=True):
        found = cases_for_auc_difference(first, second, correlation, 0.8, ratio)
        assert found == pytest.approx((positive, ratio * positive), rel=1e-6)


def test_cases_for_a_difference_from_a_study_so_far_are_those_of_proc(oracle):
    expected, told = oracle(FILE, "pilot")["expected"], oracle(FILE, "pilot")["input"]
    positive = np.array(told["y"]) == 1
    pilot = compare_paired(told["a"], told["b"], positive, "higher", "higher")
    spread = (pilot.difference / pilot.z) ** 2 * positive.sum()
    assert (pilot.difference, spread) == pytest.approx(
        (expected["difference"], expected["spread"]), rel=1e-10
    )
    for power, cases in zip(expected["power"], expected["cases"], strict=True):
        assert cases_for_difference(pilot.difference, spread, power)[0] == pytest.approx(cases, rel=1e-7)


@pytest.mark.parametrize(
    "wrong", [(0.7, 0.7, 0.5), (1.0, 0.7, 0.5), (0.8, 0.7, 1.0), (0.8, 0.3, 0.5), (0.8, 0.7, -0.2)]
)
def test_a_difference_that_cannot_be_planned_for_is_refused(wrong):
    with pytest.raises(AnalysisError):
        cases_for_auc_difference(*wrong)


@pytest.mark.parametrize("level", [1.1, 0.0, 1e300, 1e-300, -3.7e8])
def test_a_mixed_model_of_a_constant_is_refused(level):
    groups, sites = np.tile([0.0, 1.0], 20)[:, None], np.repeat(["a", "b"], 20)
    with pytest.raises(AnalysisError, match="vary"):
        linear_mixed(np.full(40, level), groups, ("group",), sites)


def test_a_mixed_model_of_an_outcome_that_is_the_group_is_refused():
    groups, sites = np.tile([0.0, 1.0], 20)[:, None], np.repeat(["a", "b"], 20)
    with pytest.raises(AnalysisError, match="within the groups"):
        linear_mixed(1.1 + 0.3 * groups[:, 0], groups, ("group",), sites)


@pytest.mark.parametrize("unit", [1e300, 1e-300, 1e-3, 1e6])
def test_a_mixed_model_is_the_same_in_every_unit(unit):
    rng = np.random.default_rng(3)
    groups, sites = np.tile([0.0, 1.0], 20)[:, None], np.repeat(["a", "b"], 20)
    outcome = 1 + 0.3 * groups[:, 0] + rng.normal(0, 0.2, 40) + np.repeat([0.0, 0.3], 20)
    told, found = (linear_mixed(outcome * u, groups, ("group",), sites) for u in (1.0, unit))
    assert found.p == pytest.approx(told.p, rel=1e-4)
    assert found.coefficient / unit == pytest.approx(told.coefficient, rel=1e-6)
