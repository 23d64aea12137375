"""Logistic regression, Firth, profile limits, separation and collinearity against R."""

import math

import numpy as np
import pytest
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics import newton
from HER2LowMRILib.core.statistics.collinearity import collinearity, events_per_variable
from HER2LowMRILib.core.statistics.delong import auc
from HER2LowMRILib.core.statistics.logistic import fit_logistic, likelihood_ratio_test
from HER2LowMRILib.core.statistics.separation import find_separation


@pytest.fixture
def spector(oracle, oracle_table):
    table = oracle_table(oracle("logistic", "spector"))
    names = ["GPA", "TUCE", "PSI"]
    return np.column_stack([table[name] for name in names]), table["GRADE"], names


def two_by_two(cells):
    x = [1.0] * (cells["y1x1"] + cells["y0x1"]) + [0.0] * (cells["y1x0"] + cells["y0x0"])
    y = [1] * cells["y1x1"] + [0] * cells["y0x1"] + [1] * cells["y1x0"] + [0] * cells["y0x0"]
    return np.array(x)[:, None], np.array(y), ["x"]


def check_ml(model, expected):
    assert model.method == "ml"
    for ours, theirs, tolerance in (
        (model.coefficient, "beta", 1e-7),
        (model.se, "se", 1e-7),
        (model.z, "wald_z", 1e-7),
        (model.p, "p", 1e-7),
        (model.profile_low, "beta_prof_exact_lo", 1e-8),
        (model.profile_high, "beta_prof_exact_hi", 1e-8),
    ):
        assert ours == pytest.approx(np.array(expected[theirs]), rel=0, abs=tolerance), theirs
    assert model.odds_ratio == pytest.approx(np.array(expected["or"]), rel=1e-7)
    assert model.odds_ratio_wald[0] == pytest.approx(np.array(expected["or_wald_lo"]), rel=1e-7)
    assert model.odds_ratio_wald[1] == pytest.approx(np.array(expected["or_wald_hi"]), rel=1e-7)
    for ours, theirs in (
        (model.log_likelihood, "logLik"),
        (model.log_likelihood_null, "logLik_null"),
        (model.lr_statistic, "lr_chi2"),
        (model.lr_p, "lr_p"),
        (model.aic, "aic"),
        (model.nagelkerke, "nagelkerke"),
    ):
        assert ours == pytest.approx(expected[theirs], abs=1e-7), theirs
    assert model.p_likelihood_ratio[1:] == pytest.approx(np.atleast_1d(expected["lrt_drop1"]["p"]), abs=1e-7)
    assert model.probability[:5] == pytest.approx(np.array(expected["pred_first5"]), abs=1e-7)


def test_spector_equals_glm_and_the_exact_profile(oracle, spector):
    expected = oracle("logistic", "spector")["expected"]
    model = fit_logistic(*spector)
    check_ml(model, expected)
    area = auc(model.scores, spector[1])
    assert (area.auc, area.plain_low, area.plain_high) == pytest.approx(
        (expected["auc"], expected["auc_lo"], expected["auc_hi"]), abs=1e-7
    )
    assert np.mean((model.probability - spector[1]) ** 2) == pytest.approx(expected["brier"], abs=1e-7)
    assert "3.7 each, 10 advised" in model.note


def test_a_two_by_two_table_equals_glm(oracle):
    case = oracle("logistic", "own_binary")
    x, y, names = two_by_two(case["input"])
    check_ml(fit_logistic(x, y, names), case["expected"])


@pytest.mark.parametrize("case_id", ["firth_complete_separation", "firth_zero_cell"])
def test_separated_groups_get_firth_with_the_direct_profile_limits(oracle, case_id):
    case = oracle("logistic", case_id)
    data = case["input"]
    x, y, names = (
        two_by_two(data) if "y0x1" in data else (np.array(data["x"], float)[:, None], data["y"], ["x"])
    )
    model, expected = fit_logistic(x, y, names, min_events=8), case["expected"]
    assert model.method == "firth"
    assert model.coefficient == pytest.approx(np.array(expected["beta"]), abs=1e-6)
    # The Fisher information's standard errors (brglm2); newer logistf prints smaller ones.
    assert model.se == pytest.approx(np.array(expected["brglm2_se"]), abs=1e-6)
    assert model.profile_low == pytest.approx(np.array(expected["pl_lo"]), abs=1e-6)
    assert model.profile_high == pytest.approx(np.array(expected["pl_hi"]), abs=1e-6)
    assert model.p == pytest.approx(np.array(expected["p_plr"]), abs=1e-6)
    assert [model.log_likelihood, model.log_likelihood_null] == pytest.approx(
        expected["penalized_loglik"], abs=1e-6
    )
    assert "eparation by x" in model.note


def test_vif_equals_its_definition(oracle, spector):
    expected = oracle("logistic", "vif_spector")["expected"]
    assert collinearity(spector[0]).vif == pytest.approx([expected[name] for name in spector[2]], abs=1e-10)


def test_the_own_solver_and_statsmodels_agree(spector):
    x, y, names = spector
    z = np.column_stack([np.ones(len(y)), (x - x.mean(axis=0)) / x.std(axis=0)])
    model = fit_logistic(z[:, 1:], y, names, profile=False)
    assert newton.fit(z, y).beta[0] == pytest.approx(model.coefficient, abs=1e-8)


def test_whole_number_weights_equal_repeated_cases(spector):
    x, y, _ = spector
    z = np.column_stack([np.ones(len(y)), (x - x.mean(axis=0)) / x.std(axis=0)])
    weights = np.random.default_rng(3).integers(0, 3, size=(4, len(y)))
    for firth in (False, True):
        together = newton.fit(z, y, weights, firth=firth)
        for row, beta in zip(weights, together.beta, strict=True):
            alone = newton.fit(np.repeat(z, row, axis=0), np.repeat(y, row), firth=firth)
            assert beta == pytest.approx(alone.beta[0], abs=1e-6)


@pytest.mark.parametrize("firth", [False, True])
def test_fits_with_coefficients_or_designs_of_their_own_equal_fits_made_alone(spector, firth):
    x, y, _ = spector
    z = np.column_stack([np.ones(len(y)), (x - x.mean(axis=0)) / x.std(axis=0)])
    free = np.array([[1, 1, 0, 1], [1, 0, 1, 0], [1, 1, 1, 1]], dtype=bool)
    held = newton.fit(z, y, np.ones((3, len(y))), free=free, firth=firth)
    assert held.converged.all()
    for i, row in enumerate(free):
        alone = newton.fit(z, y, free=row, firth=firth)
        assert held.beta[i] == pytest.approx(alone.beta[0], abs=1e-12)
        assert (held.beta[i][~row] == 0).all()
    designs = np.stack([z[:, [0, 1]], z[:, [0, 2]], z[:, [0, 3]]])
    own = newton.fit(designs, y, firth=firth)
    for design, beta, covariance in zip(designs, own.beta, own.covariance, strict=True):
        alone = newton.fit(design, y, firth=firth)
        assert beta == pytest.approx(alone.beta[0], abs=1e-12)
        assert covariance == pytest.approx(alone.covariance[0], abs=1e-12)


def test_likelihood_ratio_of_nested_models_equals_drop1(oracle, spector):
    expected = oracle("logistic", "spector")["expected"]["lrt_drop1"]
    for i, name in enumerate(expected["term"]):
        found = likelihood_ratio_test(*spector, reduced=[n for n in spector[2] if n != name])
        assert (found.statistic, found.p) == pytest.approx((expected["chi2"][i], expected["p"][i]), abs=1e-7)
    assert likelihood_ratio_test(*spector, reduced=[]).df == 3
    assert "the same" in likelihood_ratio_test(*spector, reduced=spector[2]).note
    with pytest.raises(AnalysisError, match=r"not nested.*age"):
        likelihood_ratio_test(*spector, reduced=["age"])


def test_the_penalised_test_is_used_for_nested_models_on_separated_groups(oracle):
    case = oracle("logistic", "firth_complete_separation")
    x = np.array(case["input"]["x"], float)
    found = likelihood_ratio_test(x[:, None], case["input"]["y"], ["x"], reduced=[])
    assert found.method == "firth"
    assert found.p == pytest.approx(case["expected"]["p_plr"][1], abs=1e-8)


def test_separation_is_told_apart():
    constant = np.ones(12)
    y = np.arange(12) >= 6
    rng = np.random.default_rng(0)
    assert find_separation(np.column_stack([constant, np.arange(12.0)]), y).kind == "complete"
    assert find_separation(np.column_stack([constant, np.where(y, 1.0, 0.0), rng.normal(size=12)]), y).terms
    touching = np.array([0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10.0])
    assert find_separation(np.column_stack([constant, touching]), y).kind == "quasi-complete"
    overlapping = np.array([0, 1, 2, 3, 4, 8, 5, 6, 7, 8, 9, 10.0])
    assert not find_separation(np.column_stack([constant, overlapping]), y)


def test_maximum_likelihood_is_refused_on_separated_groups():
    with pytest.raises(AnalysisError, match=r"separation by x.*Firth"):
        fit_logistic(np.arange(24.0)[:, None], np.arange(24) >= 12, ["x"], method="ml")


def test_firth_on_overlapping_groups_shrinks_towards_0(spector):
    ml, firth = fit_logistic(*spector), fit_logistic(*spector, method="firth")
    assert (np.abs(firth.coefficient[1:]) < np.abs(ml.coefficient[1:])).all()
    assert ((firth.profile_low < firth.coefficient) & (firth.coefficient < firth.profile_high)).all()


def test_a_constant_and_a_redundant_predictor_are_left_out_by_name(spector):
    x, y, names = spector
    more = np.column_stack([x, np.full(len(y), 7.0), x[:, 0] + 2 * x[:, 1]])
    model = fit_logistic(more, y, [*names, "same", "sum"])
    assert model.terms == ("(constant)", *names)
    assert model.left_out == (
        "same (the same value in every case)",
        "sum (determined by the predictors before it)",
    )
    assert model.coefficient == pytest.approx(fit_logistic(x, y, names).coefficient)
    with pytest.raises(AnalysisError, match="varies"):
        fit_logistic(np.ones((len(y), 1)), y, ["same"])


def test_a_value_in_another_unit_is_pointed_out(spector):
    x, y, names = spector
    typed = x.copy()
    typed[5, 0] = 2.9e6
    model = fit_logistic(typed, y, names)
    assert model.terms == ("(constant)", "TUCE", "PSI")
    assert "GPA (the value 2.9e+06 is far outside the others: another unit?)" in model.note


def test_cases_with_a_missing_predictor_get_no_score_and_are_counted(spector):
    x, y, names = spector
    holed = x.astype(object)
    holed[3, 1], holed[20, 0] = None, math.nan
    model = fit_logistic(holed, y, names)
    assert (model.n, model.missing) == (30, 2)
    assert np.flatnonzero(np.isnan(model.scores)).tolist() == [3, 20]
    assert "2 cases with a missing predictor" in model.note


@pytest.mark.parametrize("events", [0, 1, 9])
def test_too_few_events_are_refused_with_the_numbers(events):
    y = np.arange(60) < events
    with pytest.raises(AnalysisError, match=f"at least 10 cases.*{events} and {60 - events}"):
        fit_logistic(np.random.default_rng(1).normal(size=(60, 1)), y, ["x"])


def test_text_and_a_wrong_shape_are_refused():
    y = [0, 1] * 12
    with pytest.raises(AnalysisError, match=r"x cannot be analysed.*'high'"):
        fit_logistic(np.array([["high"]] * 24, dtype=object), y, ["x"])
    with pytest.raises(AnalysisError, match="shape"):
        fit_logistic(np.ones((24, 2)), y, ["x"])
    with pytest.raises(AnalysisError, match="equal length"):
        fit_logistic(np.ones((23, 1)), y, ["x"])


def test_nearly_collinear_features_are_fitted_and_reported():
    """ADC, D_app and K_app features have VIFs of hundreds; the fit must hold all the same."""
    rng = np.random.default_rng(4)
    base = rng.normal(size=80)
    x = np.column_stack([base + 0.02 * rng.normal(size=80) for _ in range(3)]) * [1e-3, 1.0, 50.0]
    y = rng.random(80) < 1 / (1 + np.exp(-base))
    model = fit_logistic(x, y, ["a", "b", "c"])
    assert model.collinearity.vif.min() > 300
    assert "Collinear predictors" in model.note
    assert np.isfinite(model.coefficient).all()
    assert np.isfinite(model.profile_low).all()


def test_events_per_variable_warns_below_ten():
    y = np.arange(80) < 35
    assert events_per_variable(y, 3)[1] == ""
    ratio, words = events_per_variable(y, 10)
    assert ratio == 3.5
    assert "35 events for 10 predictors" in words


SINGLE_CASE = [f"firth_single_case_{number}" for number in range(1, 7)]


@pytest.mark.parametrize("case_id", SINGLE_CASE)
def test_a_category_of_one_case_has_the_penalised_estimate_of_a_direct_search(oracle, case_id):
    case = oracle("firth_single_case", case_id)
    given, expected = case["input"], case["expected"]
    model = fit_logistic(np.array(given["x"], dtype=float), given["y"], given["names"])
    assert model.method == "firth"
    assert model.coefficient == pytest.approx(expected["beta"], abs=1e-6)
    assert model.se == pytest.approx(expected["se"], abs=1e-6)
    assert model.profile_low == pytest.approx(expected["profile_low"], abs=1e-8)
    assert model.profile_high == pytest.approx(expected["profile_high"], abs=1e-8)
    assert model.p == pytest.approx(expected["p"], abs=1e-8)
    assert model.log_likelihood == pytest.approx(expected["penalised_log_likelihood"], abs=1e-9)


@pytest.mark.parametrize("signs", [1, 2, 4])
def test_firth_converges_whatever_signs_occur_in_one_case_alone(signs):
    for seed in range(100):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(40, 200))
        x = np.column_stack([rng.random(n) < 0.6, rng.normal(size=n), *np.zeros((signs, n))]).astype(float)
        for column in range(signs):
            x[rng.integers(n), 2 + column] = 1.0
        y = rng.permutation(np.arange(n) < max(10, n // 3))
        model = fit_logistic(x, y, [f"x{i}" for i in range(x.shape[1])], profile=False)
        assert model.method == "firth"
        assert np.isfinite(model.coefficient).all()


def test_firth_converges_on_ten_nearly_collinear_predictors_of_few_cases():
    for seed in range(60):
        rng = np.random.default_rng(seed)
        latent = rng.normal(size=(30, 3))
        x = np.repeat(latent, [3, 3, 4], axis=1) + 0.02 * rng.normal(size=(30, 10))
        y = np.arange(30) < 15
        model = fit_logistic(x, y, [f"x{i}" for i in range(10)], method="firth", profile=False)
        assert np.isfinite(model.coefficient).all()


def test_every_step_of_a_penalised_fit_rises():
    rng = np.random.default_rng(4)
    x = np.column_stack([np.ones(60), rng.random(60) < 0.5, np.arange(60) == 7]).astype(float)
    y = (rng.random(60) < 0.5).astype(float)
    reached = [newton.fit(x, y, firth=True, max_iterations=k).log_likelihood[0] for k in range(1, 12)]
    assert (np.diff(reached) >= -1e-12).all()
    assert newton.fit(x, y, firth=True, max_iterations=12).converged[0]


@pytest.mark.parametrize("apart", [1e-5, 3e-5])
def test_a_blank_limit_of_nearly_equal_predictors_names_them(apart):
    blank = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        first, other = rng.normal(size=(2, 150))
        x = np.column_stack([first, first + apart * rng.normal(size=150), other])
        model = fit_logistic(x, rng.random(150) < 1 / (1 + np.exp(-first)), ["ADC_mean", "ADC_median", "age"])
        if np.isnan([model.profile_low, model.profile_high]).any():
            blank += 1
            assert "ADC_mean and ADC_median nearly determine each other (collinearity)" in model.note
            assert "different size" not in model.note
    assert blank or apart > 1e-5


@pytest.mark.parametrize("apart", [0.0, 1e-9, 1e-7, 1e-6])
def test_a_predictor_that_another_determines_to_all_digits_that_count_is_left_out(apart):
    rng = np.random.default_rng(1)
    first, noise = rng.normal(size=(2, 150))
    y = rng.random(150) < 1 / (1 + np.exp(-first))
    model = fit_logistic(np.column_stack([first, first + apart * noise]), y, ["a", "b"])
    assert model.terms == ("(constant)", "a")
    assert model.left_out == ("b (determined by the predictors before it)",)
