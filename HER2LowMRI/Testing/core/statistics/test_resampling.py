"""Optimism, cross-validation and calibration: honest without signal, repeatable, selection inside."""

import math
from typing import ClassVar

import numpy as np
import pytest
from HER2LowMRILib.core.errors import AnalysisError, Cancelled
from HER2LowMRILib.core.statistics.calibration import calibrate, calibration_groups
from HER2LowMRILib.core.statistics.contingency import test_table
from HER2LowMRILib.core.statistics.delong import auc
from HER2LowMRILib.core.statistics.logistic import fit_logistic
from HER2LowMRILib.core.statistics.rank_tests import mann_whitney
from HER2LowMRILib.core.statistics.resampled_models import (
    LogisticProcedure,
    SingleMarker,
    concordance,
    mann_whitney_p,
    weighted_auc,
)
from HER2LowMRILib.core.statistics.resampling import bootstrap_optimism, cross_validate

Y = np.repeat([True, False], [35, 45])


def noise(seed, columns=10):
    return np.random.default_rng(seed).normal(size=(80, columns))


def test_without_signal_cross_validation_is_fair_and_the_apparent_auc_is_not():
    """The long version with its numbers is `make simulate`."""
    apparent, crossed = [], []
    for seed in range(40):
        x = noise(seed)
        apparent.append(bootstrap_optimism(x, Y, LogisticProcedure(), samples=1, seed=seed).apparent)
        crossed.append(cross_validate(x, Y, LogisticProcedure(), repeats=4, seed=seed, calibration=False).auc)
    assert np.mean(apparent) > 0.66
    assert abs(np.mean(crossed) - 0.5) < 0.04


def test_a_screen_inside_the_resampling_takes_away_what_a_screen_outside_hides():
    inside, outside = [], []
    for seed in range(25):
        x = noise(seed, columns=21)
        kept = x[:, mann_whitney_p(x, Y, np.ones((1, 80)))[0] < 0.1]
        inside.append(bootstrap_optimism(x, Y, LogisticProcedure(0.1), samples=60, seed=seed).corrected)
        outside.append(
            bootstrap_optimism(kept, Y, LogisticProcedure(), samples=60, seed=seed).corrected
            if kept.size
            else 0.5
        )
    assert np.mean(outside) > np.mean(inside) + 0.05
    assert np.mean(inside) < 0.58


def test_the_apparent_auc_is_that_of_the_fitted_model():
    x = noise(1) + 0.4 * Y[:, None]
    model = fit_logistic(x, Y, [f"x{i}" for i in range(10)], profile=False)
    found = bootstrap_optimism(x, Y, LogisticProcedure(), samples=50)
    assert found.apparent == pytest.approx(auc(model.scores, Y, "higher").auc, abs=1e-12)
    assert found.corrected == pytest.approx(found.apparent - found.optimism)
    assert 0.02 < found.optimism < 0.2


def test_a_strong_marker_keeps_its_auc():
    x = noise(2, 1) + 1.5 * Y[:, None]
    plain = auc(x[:, 0], Y).auc
    assert cross_validate(x, Y, SingleMarker(), calibration=False).auc == pytest.approx(plain, abs=0.02)
    assert bootstrap_optimism(x, Y, SingleMarker()).corrected == pytest.approx(plain, abs=0.01)


def test_a_marker_that_is_low_in_the_positive_class_is_turned_inside_the_folds():
    x = noise(3, 1) - 1.5 * Y[:, None]
    assert cross_validate(x, Y, SingleMarker(), calibration=False).auc > 0.75


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    x = noise(4) + 0.3 * Y[:, None]
    first, again, other = (cross_validate(x, Y, LogisticProcedure(), repeats=5, seed=s) for s in (1, 1, 2))
    assert first.auc == again.auc
    assert (first.scores == again.scores).all()
    assert first.auc != other.auc
    one, two = (bootstrap_optimism(x, Y, LogisticProcedure(), samples=40, seed=7) for _ in range(2))
    assert one == two


def test_every_case_is_held_out_once_in_each_repeat():
    seen = []

    class Spy:
        def scores(self, x, positive, weights):
            seen.append(1 - weights)
            return np.zeros(weights.shape)

    found = cross_validate(noise(5, 2), Y, Spy(), folds=10, repeats=3, calibration=False)
    held_out = np.concatenate(seen).reshape(3, 10, 80)
    assert (held_out.sum(axis=1) == 1).all()
    assert set(held_out[:, :, Y].sum(axis=2).ravel()) <= {3, 4}
    assert found.auc == 0.5


def test_cross_validation_and_its_jackknife_equal_fits_made_one_by_one():
    """Every fold fitted alone by statsmodels' GLM, every pair counted, calibration by a GLM of the held-out scores."""
    import statsmodels.api as sm

    class Recorded(LogisticProcedure):
        weights: ClassVar[list] = []

        def scores(self, x, positive, weights):
            self.weights.append(weights)
            return super().scores(x, positive, weights)

    def glm(x, offset=None):
        return sm.GLM(y, x, sm.families.Binomial(), offset=offset).fit(tol=1e-13).params

    x, folds, repeats, y = noise(22, 3) + 0.5 * Y[:, None], 4, 2, Y.astype(float)
    found = cross_validate(x, Y, Recorded(), folds=folds, repeats=repeats, seed=3, interval=True)
    weights = np.concatenate(Recorded.weights)
    design = sm.add_constant((x - x.mean(axis=0)) / x.std(axis=0))

    def judged(rows, cases):
        """AUC over all folds of ``rows``, and the held-out scores of each repeat, among ``cases``."""
        won, pairs, scores = 0.0, 0, np.full((len(rows) // folds, 80), np.nan)
        for i, row in enumerate(rows):
            fitted = row > 0
            beta = sm.GLM(y[fitted], design[fitted], sm.families.Binomial()).fit(tol=1e-13).params
            held = np.flatnonzero(cases & ~fitted)
            scores[i // folds, held] = design[held] @ beta
            high, low = (design[held[Y[held] == kind]] @ beta for kind in (True, False))
            won += (high[:, None] > low).sum() + 0.5 * (high[:, None] == low).sum()
            pairs += len(high) * len(low)
        return won / pairs, scores

    everyone = np.ones(80, dtype=bool)
    own, again = weights[: folds * repeats], weights[folds * repeats :].reshape(20, -1, 80)
    by_repeat = [judged(own[i : i + folds], everyone)[0] for i in range(0, len(own), folds)]
    assert found.auc == pytest.approx(np.mean(by_repeat), abs=1e-12)
    assert found.auc_sd == pytest.approx(np.std(by_repeat, ddof=1), abs=1e-12)
    areas = [judged(rows, rows.sum(axis=0) > 0)[0] for rows in again]
    se = np.sqrt(19 / 20 * ((np.array(areas) - np.mean(areas)) ** 2).sum())
    assert found.se == pytest.approx(se, abs=1e-12)
    scores = judged(own, everyone)[1]
    assert found.scores == pytest.approx(scores, abs=1e-6)
    probability = 1 / (1 + np.exp(-scores))
    assert found.calibration.brier == pytest.approx(((probability - y) ** 2).mean(), abs=1e-7)
    slopes = [glm(sm.add_constant(row))[1] for row in scores]
    assert found.calibration.slope == pytest.approx(np.mean(slopes), abs=1e-6)
    intercepts = [glm(np.ones(80), row)[0] for row in scores]
    assert found.calibration.intercept == pytest.approx(np.mean(intercepts), abs=1e-6)


def test_a_fit_never_sees_the_cases_that_it_is_judged_on():
    """A procedure that remembers its training cases is perfect on them and worth nothing on the others."""

    class Memory:
        def scores(self, x, positive, weights):
            return np.where(weights > 0, np.where(positive, 1.0, -1.0), 0.0)

    assert cross_validate(noise(6, 1), Y, Memory(), calibration=False).auc == 0.5
    assert bootstrap_optimism(noise(6, 1), Y, Memory(), samples=5).apparent == 1.0


def test_separated_groups_are_refitted_with_firth_and_stay_finite():
    x = np.column_stack([Y + 0.01 * np.random.default_rng(0).normal(size=80), noise(7, 1)])
    found = cross_validate(x, Y, LogisticProcedure(), repeats=2)
    assert found.auc == 1.0
    assert np.isfinite(found.scores).all()
    assert np.abs(found.scores).max() < 100


def test_a_finding_that_one_group_never_has_is_refitted_with_firth():
    """Quasi-complete separation: the plain score vanishes long before the estimate has reached infinity."""
    rare = (Y & (np.arange(80) < 6)).astype(float)
    x = np.column_stack([rare, noise(8, 1)[:, 0]])
    scores = LogisticProcedure().scores(x, Y, np.ones((1, 80)))[0]
    assert scores == pytest.approx(fit_logistic(x, Y, ["rare", "noise"], method="firth").scores, abs=1e-4)
    assert "No slope" in calibrate(rare, Y).note


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_separated_groups_are_refitted_where_two_predictors_say_the_same():
    """Firth's penalty has no value for both of them, so that the refit takes one."""
    split = Y + 0.01 * np.arange(80) % 7
    x = np.column_stack([split, split, noise(18, 1)[:, 0]])
    assert bootstrap_optimism(x, Y, LogisticProcedure(), samples=40).corrected == 1.0
    alone = LogisticProcedure().scores(x[:, 1:], Y, np.ones((1, 80)))
    assert LogisticProcedure().scores(x, Y, np.ones((1, 80))) == pytest.approx(alone, abs=1e-6)


def test_a_predictor_that_is_constant_in_a_resample_does_no_harm():
    rare = np.zeros((80, 2))
    rare[0, 0] = 1.0
    rare[:, 1] = noise(8, 1)[:, 0]
    found = bootstrap_optimism(rare, Y, LogisticProcedure(), samples=60)
    assert math.isfinite(found.corrected)


@pytest.mark.parametrize("resample", [bootstrap_optimism, cross_validate])
def test_few_cases_gaps_and_a_stop_are_answered_in_words(resample):
    x = noise(9, 2)
    small = resample(x[30:40], Y[30:40] & (np.arange(10) < 3), LogisticProcedure())
    assert "at least 5 of either group" in small.note
    assert math.isnan(small.corrected if hasattr(small, "corrected") else small.auc)
    holed = x.copy()
    holed[0, 0] = np.nan
    with pytest.raises(AnalysisError, match="complete cases"):
        resample(holed, Y, LogisticProcedure())
    with pytest.raises(AnalysisError, match="one row of predictors per case"):
        resample(x[:-1], Y, LogisticProcedure())
    with pytest.raises(Cancelled):
        resample(x, Y, LogisticProcedure(), cancelled=lambda: True)


def test_progress_ends_at_1():
    told = []
    bootstrap_optimism(noise(10, 2), Y, LogisticProcedure(), samples=250, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_small_group_gets_as_many_folds_as_it_has_cases():
    y = np.arange(40) < 6
    found = cross_validate(np.random.default_rng(1).normal(size=(40, 1)), y, SingleMarker(), repeats=3)
    assert found.folds == 6
    assert "6 folds" in found.note


def test_weighted_auc_and_screen_equal_the_plain_ones_on_repeated_cases():
    rng = np.random.default_rng(11)
    x = rng.integers(0, 6, size=(80, 2)).astype(float)
    weights = rng.integers(0, 4, size=(3, 80))
    areas, p = weighted_auc(x[:, 0], Y, weights), mann_whitney_p(x, Y, weights)
    for i, row in enumerate(weights):
        repeated, classes = np.repeat(x, row, axis=0), np.repeat(Y, row)
        assert areas[i] == pytest.approx(auc(repeated[:, 0], classes, "higher").auc, abs=1e-6)
        for j in range(2):
            assert p[i, j] == pytest.approx(
                mann_whitney(repeated[classes, j], repeated[~classes, j]).p, abs=1e-5
            )


def test_pairs_within_folds_are_those_that_a_count_of_all_pairs_finds():
    rng = np.random.default_rng(21)
    scores, weights = rng.integers(0, 5, size=(4, 80)).astype(float), rng.integers(0, 3, size=(4, 80)) * 1.0
    folds = rng.integers(0, 6, size=(4, 80))
    concordant, pairs = concordance(scores, Y, weights, within=folds)
    for row in range(4):
        won = there = 0.0
        for i in np.flatnonzero(Y):
            for j in np.flatnonzero(~Y):
                if folds[row, i] == folds[row, j]:
                    both = weights[row, i] * weights[row, j]
                    there += both
                    won += both * (
                        (scores[row, i] > scores[row, j]) + 0.5 * (scores[row, i] == scores[row, j])
                    )
        assert (concordant[row], pairs[row]) == (won, there)


def test_cases_that_tie_are_not_told_apart_by_the_rounding_of_a_sum():
    """Two yes/no findings, equally common in either group: having the one is worth as much as having the other."""
    kinds, low, over = [(0, 0), (0, 1), (1, 0), (1, 1)], (9, 13, 13, 21), (21, 10, 10, 6)
    x = np.array(
        [kind for counts in (low, over) for kind, n in zip(kinds, counts, strict=True) for _ in range(n)]
    )
    y = np.repeat([True, False], [sum(low), sum(over)])
    either = x.sum(axis=1) == 1
    scores = LogisticProcedure().scores(x, y, np.ones((1, len(y))))[0]
    assert len(set(scores[either])) == 1
    assert len(set(fit_logistic(x, y, ["a", "b"]).scores[either])) == 1


def test_the_screen_of_a_0_1_predictor_is_nearly_pearsons():
    x = (noise(12, 1) + 0.5 * Y[:, None] > 0).astype(float)
    table = np.array([[(x[Y] == v).sum(), (x[~Y] == v).sum()] for v in (0, 1)])
    screened = mann_whitney_p(x, Y, np.ones((1, 80)))[0, 0]
    assert screened == pytest.approx(test_table(table, [0, 1], ["a", "b"]).chi2_p, rel=0.05)


def test_calibration_over_repeats_is_the_mean_of_each():
    rows = np.stack([noise(seed, 1)[:, 0] + 0.5 * Y for seed in (30, 31, 32)] + [np.zeros(80)])
    together, alone = calibrate(rows, Y), [calibrate(row, Y) for row in rows]
    assert together.slope == pytest.approx(np.mean([one.slope for one in alone[:3]]), abs=1e-12)
    assert together.intercept == pytest.approx(np.mean([one.intercept for one in alone]), abs=1e-12)


def test_a_true_model_is_calibrated_and_an_overconfident_one_has_a_slope_below_1():
    rng = np.random.default_rng(13)
    lp = rng.normal(size=4000)
    y = rng.random(4000) < 1 / (1 + np.exp(-lp))
    true, bold = calibrate(lp, y), calibrate(2 * lp, y)
    assert true.slope == pytest.approx(1.0, abs=0.12)
    assert true.intercept == pytest.approx(0.0, abs=0.12)
    assert bold.slope == pytest.approx(true.slope / 2, rel=1e-8)
    assert bold.brier > true.brier
    groups = calibration_groups(1 / (1 + np.exp(-lp)), y, 10)
    assert sum(g.observed.n for g in groups) == 4000
    assert all(abs(g.predicted - g.observed.estimate) < 0.08 for g in groups)


def test_calibration_of_a_fitted_model_on_its_own_cases_is_perfect():
    x = noise(14, 2) + 0.5 * Y[:, None]
    model = fit_logistic(x, Y, ["a", "b"])
    found = calibrate(model.scores, Y)
    assert (found.slope, found.intercept) == pytest.approx((1.0, 0.0), abs=1e-7)


def test_calibration_without_two_groups_or_spread_says_why():
    assert "empty" in calibrate(np.ones(4), [1, 1, 1, 1]).note
    flat = calibrate(np.zeros(4), [1, 0, 1, 0])
    assert math.isnan(flat.slope)
    assert "No slope" in flat.note


def test_the_limits_of_the_cross_validated_auc_hold_the_truth_at_11_against_35_without_signal():
    """LeDell's limits, from the held-out scores alone, hold it in about 70 %; the long version is `make simulate`."""
    y = np.arange(46) < 11
    found = [
        cross_validate(
            np.random.default_rng(seed).normal(size=(46, 4)),
            y,
            LogisticProcedure(),
            repeats=5,
            seed=seed,
            calibration=False,
            interval=True,
        )
        for seed in range(40)
    ]
    held = [result.ci_low <= 0.5 <= result.ci_high for result in found]
    assert sum(held) >= 37
    assert all(0 <= result.ci_low < result.auc < result.ci_high <= 1 for result in found)
    spread = np.std([result.auc for result in found], ddof=1)
    assert np.sqrt(np.mean([result.se**2 for result in found])) > 0.9 * spread
    assert abs(np.mean([result.auc for result in found]) - 0.5) < 3 * spread / np.sqrt(40)


def test_the_limits_of_a_strong_marker_are_near_delongs():
    """A marker of which nothing is fitted has no error but that of its cases."""
    x = noise(2, 1) + 1.5 * Y[:, None]
    found = cross_validate(x, Y, SingleMarker(), calibration=False, interval=True)
    assert found.se == pytest.approx(auc(x[:, 0], Y).se, rel=0.25)
    assert 0.7 < found.ci_low < found.auc < found.ci_high < 1


def test_limits_that_were_not_asked_for_or_cannot_be_had_are_absent_in_words():
    x = noise(15, 2)
    assert math.isnan(cross_validate(x, Y, LogisticProcedure(), repeats=2).ci_low)
    perfect = cross_validate(Y[:, None] * 1.0, Y, SingleMarker(), repeats=2, calibration=False, interval=True)
    assert (perfect.auc, perfect.se) == (1.0, 0.0)
    assert math.isnan(perfect.ci_low)
    assert "No interval" in perfect.note


def test_progress_with_limits_rises_to_1():
    told = []
    cross_validate(noise(16, 2), Y, LogisticProcedure(), repeats=3, interval=True, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Cancelled):
        answers = iter([False] + [True] * 50)
        cross_validate(
            noise(16, 2), Y, LogisticProcedure(), repeats=3, interval=True, cancelled=lambda: next(answers)
        )


def test_scores_of_different_fits_are_never_compared():
    """A fit that knows the prevalence alone leans away from the cases held out: pooled, its AUC is below 0.5."""

    class Prevalence:
        def scores(self, x, positive, weights):
            share = weights[:, positive].sum(axis=1) / weights.sum(axis=1)
            return np.repeat(share[:, None], len(positive), axis=1)

    y = np.arange(46) < 11
    found = cross_validate(np.zeros((46, 1)), y, Prevalence(), repeats=5, calibration=False)
    assert found.auc == 0.5
    assert np.mean([auc(scores, y, "higher").auc for scores in found.scores]) < 0.45
