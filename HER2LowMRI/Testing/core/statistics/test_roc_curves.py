"""ROC curves, cut-offs, DeLong's variance and tests against pROC."""

import math

import numpy as np
import pytest
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.delong import auc, compare_paired
from HER2LowMRILib.core.statistics.roc import roc_curve, youden

EXACT = {"rel": 0, "abs": 1e-10}


@pytest.fixture
def markers(oracle, oracle_table):
    return oracle_table(oracle("roc", "own_A"))


@pytest.mark.parametrize("name", ["A", "B", "T"])
def test_auc_variance_and_plain_limits_equal_proc(oracle, markers, name):
    expected = oracle("roc", f"own_{name}")["expected"]
    found = auc(markers[name], markers["y"], "higher")
    assert found.auc == pytest.approx(expected["auc"], **EXACT)
    assert found.variance == pytest.approx(expected["var_delong"], **EXACT)
    assert (found.plain_low, found.plain_high) == pytest.approx((expected["lo"], expected["hi"]), **EXACT)
    assert (found.n_positive, found.n_negative) == (expected["n_case"], expected["n_control"])


@pytest.mark.parametrize("name", ["A", "B", "T"])
def test_every_point_of_the_curve_equals_proc(oracle, markers, name):
    expected = oracle("roc", f"own_{name}")["expected"]["curve"]
    found = roc_curve(markers[name], markers["y"], "higher")
    assert found.thresholds[1:-1] == pytest.approx([point["threshold"] for point in expected[1:-1]], **EXACT)
    assert found.sensitivity == pytest.approx([point["sensitivity"] for point in expected], **EXACT)
    assert found.specificity == pytest.approx([point["specificity"] for point in expected], **EXACT)


@pytest.mark.parametrize("name", ["A", "B", "T"])
def test_youden_cutoff_equals_proc(oracle, markers, name):
    expected = oracle("roc", f"own_{name}")["expected"]["youden"][0]
    found = youden(roc_curve(markers[name], markers["y"], "higher"))
    assert found.threshold == pytest.approx(expected["threshold"], **EXACT)
    assert (found.tp, found.fn, found.tn, found.fp) == tuple(expected[k] for k in ("tp", "fn", "tn", "fp"))
    assert found.sensitivity.estimate == pytest.approx(expected["sensitivity"], **EXACT)
    assert found.ppv.estimate == pytest.approx(expected["ppv"], **EXACT)
    assert found.npv.estimate == pytest.approx(expected["npv"], **EXACT)
    assert found.youden + 1 == pytest.approx(expected["youden"], **EXACT)


@pytest.mark.parametrize("pair", ["A_B", "A_T"])
def test_paired_delong_test_equals_proc(oracle, markers, pair):
    expected = oracle("roc", f"own_delong_{pair}")["expected"]
    a, b = pair.split("_")
    found = compare_paired(markers[a], markers[b], markers["y"], "higher", "higher")
    for ours, theirs in (
        (found.auc_a, "auc1"),
        (found.auc_b, "auc2"),
        (found.z, "z"),
        (found.p, "p"),
        (found.ci_low, "diff_lo"),
        (found.ci_high, "diff_hi"),
        (found.covariance, "cov"),
    ):
        assert ours == pytest.approx(expected[theirs], **EXACT), theirs


def test_the_sign_of_z_is_that_of_a_minus_b(markers):
    one, other = (
        compare_paired(markers["A"], markers["B"], markers["y"]),
        compare_paired(markers["B"], markers["A"], markers["y"]),
    )
    assert one.z == pytest.approx(-other.z)
    assert one.z > 0
    assert one.auc_a > one.auc_b


def test_a_marker_that_is_low_in_the_positive_class_mirrors_its_negative(markers):
    low, turned = auc(markers["L"], markers["y"]), auc(-markers["L"], markers["y"])
    assert (low.direction, turned.direction) == ("lower", "higher")
    assert (low.auc, low.variance) == pytest.approx((turned.auc, turned.variance), abs=1e-15)
    cut, mirrored = (
        youden(roc_curve(markers["L"], markers["y"])),
        youden(roc_curve(-markers["L"], markers["y"])),
    )
    assert cut.threshold == pytest.approx(-mirrored.threshold)
    assert cut.tp == mirrored.tp == int((markers["L"][markers["y"] == 1] < cut.threshold).sum())


def test_a_fixed_direction_is_never_flipped(markers):
    assert auc(markers["L"], markers["y"], "higher").auc < 0.5


def test_logit_limits_stay_inside_0_to_1_and_hold_the_estimate():
    rng = np.random.default_rng(2)
    y = np.repeat([True, False], [12, 14])
    found = auc(rng.normal(size=26) + 3.2 * y, y)
    assert 0.5 < found.ci_low < found.auc < found.ci_high < 1.0
    assert found.plain_high == 1.0


def test_separated_groups_have_auc_1_with_a_bound_that_is_not_1(oracle):
    case = oracle("roc", "perfect_separation")
    small = auc(case["input"]["x"], case["input"]["y"])
    expected = case["expected"]
    assert (small.auc, small.variance, small.plain_low) == (
        expected["auc"],
        expected["var"],
        expected["ci"][0],
    )
    assert math.isnan(small.ci_low)
    assert "Fewer than 5" in small.note
    large = auc(np.arange(40.0), np.arange(40) >= 20)
    assert large.auc == 1.0
    assert large.ci_low == pytest.approx(0.025 ** (1 / 20))
    assert "do not overlap" in large.note


@pytest.mark.parametrize(
    ("scores", "positive", "words"),
    [
        ([1.0, 2.0], [1, 1], "empty"),
        ([], [], "empty"),
        ([1.0, 2.0, 3.0], [1, 0, 0], "one case"),
        ([1.0] * 20, [0, 1] * 10, "same value in every case"),
        ([None, 2.0, math.nan], [1, 0, 0], "empty"),
    ],
)
def test_an_area_without_a_basis_says_why(scores, positive, words):
    found = auc(scores, positive)
    assert math.isnan(found.ci_low)
    assert words in found.note


def test_missing_values_are_left_out_and_counted(markers):
    holed = markers["A"].copy()
    holed[:7] = np.nan
    found = auc(holed, markers["y"])
    assert found.missing == 7
    assert "7 cases without a value" in found.note
    assert found.auc == auc(markers["A"][7:], markers["y"][7:]).auc


def test_identical_markers_do_not_differ(markers):
    found = compare_paired(markers["A"], 3 * markers["A"] + 1, markers["y"])
    assert (found.difference, found.p) == (0.0, 1.0)
    assert "rank the cases alike" in found.note


def test_among_equal_cutoffs_the_more_sensitive_is_taken_and_the_other_listed():
    curve = roc_curve([1, 2, 3, 4, 5, 6], [0, 1, 0, 1, 0, 1], "higher")
    cut = youden(curve)
    assert cut.threshold == 1.5
    assert cut.alternatives == (3.5, 5.5)
    assert "Exploratory" in cut.note


def test_a_constant_marker_has_no_cutoff():
    curve = roc_curve([2.0] * 8, [0, 1] * 4)
    assert youden(curve) is None
    assert "diagonal" in curve.note


def test_an_outcome_that_is_not_two_classes_is_refused():
    with pytest.raises(AnalysisError, match="0 or 1"):
        auc([1.0, 2.0, 3.0], [0, 1, 2])
    with pytest.raises(AnalysisError, match="0 or 1"):
        auc([1.0, 2.0], [0, None])
    with pytest.raises(AnalysisError, match="direction"):
        auc([1.0, 2.0], [0, 1], "up")
