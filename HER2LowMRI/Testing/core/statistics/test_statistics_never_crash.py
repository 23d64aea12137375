"""Whatever a table holds: a result, a NaN with its reason, or a refusal in words."""

import dataclasses
import math
import warnings

import numpy as np
import pytest
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.bland_altman import bland_altman
from HER2LowMRILib.core.statistics.contingency import compare_categories
from HER2LowMRILib.core.statistics.delong import auc, compare_paired
from HER2LowMRILib.core.statistics.icc import icc
from HER2LowMRILib.core.statistics.kappa import category_agreement
from HER2LowMRILib.core.statistics.logistic import fit_logistic, likelihood_ratio_test
from HER2LowMRILib.core.statistics.numeric_groups import compare_numbers
from HER2LowMRILib.core.statistics.resampled_models import LogisticProcedure, SingleMarker
from HER2LowMRILib.core.statistics.resampling import bootstrap_optimism, cross_validate
from HER2LowMRILib.core.statistics.roc import roc_curve, youden
from HER2LowMRILib.core.statistics.summaries import summarize
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

# Few distinct values: ties, constant columns, separation and empty groups come up all the time.
# The same examples in every run; a failing one is shown as it is found, as shrinking a fit takes minutes.
repeatable = settings(derandomize=True, deadline=None, phases=(Phase.generate,))

number = st.sampled_from([0.0, 1.0, 1.0, 2.0, 2.5, -3.0, 1e-9, 1e7, math.nan, None])
label = st.sampled_from(["a", "b", "b", "c", 0, 1, None, "", math.nan])
group = st.sampled_from(["zero", "low", "over", "indeterminate", None])


def column(values, largest=14):
    return st.lists(values, min_size=0, max_size=largest)


def told(result):
    """Every NaN of a result has a reason in its note; no limit lies on the wrong side of the estimate."""
    numbers = {f.name: getattr(result, f.name) for f in dataclasses.fields(result)}
    note = numbers.get("note", "") or numbers.get("reason", "")
    for name in ("estimate", "auc", "bias", "p", "ci_low", "mean", "corrected"):
        value = numbers.get(name)
        if isinstance(value, float) and math.isnan(value):
            assert note, f"{type(result).__name__}.{name} is NaN without a reason"
    middle = next((numbers[n] for n in ("estimate", "auc") if n in numbers), None)
    if middle is not None and "ci_low" in numbers and math.isfinite(numbers["ci_low"]):
        assert numbers["ci_low"] <= middle + 1e-12
        assert numbers["ci_high"] >= middle - 1e-12
    return result


def whole(function, *arguments, **options):
    """The result, or None where it was refused in words; a warning of numpy's would reach a user's screen."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return function(*arguments, **options)
        except AnalysisError as refusal:
            assert len(str(refusal)) > 20
            return None


@settings(repeatable, max_examples=120)
@given(st.lists(st.tuples(label, label), max_size=14), st.booleans())
def test_agreement_on_any_categories(pairs, ordinal):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    for result in whole(category_agreement, first, second, ["a", "b", "c"], ordinal):
        told(result)


@settings(repeatable, max_examples=120)
@given(st.lists(st.tuples(number, number), max_size=12))
def test_agreement_on_any_numbers(pairs):
    told(whole(bland_altman, [a for a, _ in pairs], [b for _, b in pairs]))
    table = np.array([[math.nan if v is None else v for v in pair] for pair in pairs]).reshape(len(pairs), 2)
    for result in whole(icc, table).values():
        told(result)


@settings(repeatable, max_examples=100)
@given(st.lists(st.tuples(number, label, group), max_size=14))
def test_group_comparisons_of_any_table(rows):
    groups = [g for _, _, g in rows]
    for order in (["zero", "low", "over"], ["low", "zero"], None):
        found = whole(compare_numbers, [v for v, _, _ in rows], groups, group_order=order)
        told(found)
        for summary in found.summaries.values():
            told(summary)
        told(whole(compare_categories, [c for _, c, _ in rows], groups, group_order=order))
    told(whole(summarize, [v for v, _, _ in rows]))


@settings(repeatable, max_examples=120)
@given(
    st.lists(st.tuples(number, number, st.booleans()), max_size=16),
    st.sampled_from(["auto", "higher", "lower"]),
)
def test_roc_of_any_marker(rows, direction):
    a, b, y = ([row[i] for row in rows] for i in range(3))
    told(whole(auc, a, y, direction))
    told(whole(compare_paired, a, b, y, direction, direction))
    curve = whole(roc_curve, a, y, direction)
    assert (np.diff(curve.sensitivity) <= 0).all()
    assert (np.diff(curve.specificity) >= 0).all()
    cut = youden(curve)
    assert cut is None or cut.tp + cut.fn == sum(
        1 for x, c in zip(a, y, strict=True) if c and x is not None and x == x
    )


@settings(repeatable, max_examples=40)
@given(st.lists(st.tuples(number, number, st.booleans()), min_size=20, max_size=40))
def test_models_of_any_predictors(rows):
    x, y = np.array([row[:2] for row in rows], dtype=object), [row[2] for row in rows]
    model = whole(fit_logistic, x, y, ["one", "two"], min_events=3)
    if model is not None:
        assert np.isfinite(model.coefficient).all()
        assert np.isfinite(model.p).all()
        below, above = model.profile_low > model.coefficient, model.coefficient > model.profile_high
        assert not (below | above).any()
        lost = np.isnan(model.profile_low) | np.isnan(model.profile_high)
        assert not lost.any() or "profile limits were not found" in model.note
        assert model.method == "ml" or "separation" in model.note.lower()
    whole(likelihood_ratio_test, x, y, ["one", "two"], ["one"])


@settings(repeatable, max_examples=25)
@given(st.lists(st.tuples(number, number, st.booleans()), max_size=30))
def test_resampling_of_any_predictors(rows):
    x = np.array([[0.0 if v is None else v for v in row[:2]] for row in rows]).reshape(len(rows), 2)
    y = [row[2] for row in rows]
    for procedure in (SingleMarker(), LogisticProcedure(), LogisticProcedure(0.1)):
        optimism = whole(bootstrap_optimism, x, y, procedure, samples=6)
        if optimism is not None:
            told(optimism)
        crossed = whole(cross_validate, x, y, procedure, folds=4, repeats=2, interval=True)
        if crossed is not None:
            told(crossed)


@pytest.mark.parametrize("text", ["n/a", "1,3", "?"])
def test_text_among_numbers_is_refused_everywhere(text):
    values = [1.0, text, *range(20)]
    y = [0, 1] * 11
    for refused in (
        lambda: auc(values, y),
        lambda: compare_paired(values, values, y),
        lambda: roc_curve(values, y),
        lambda: summarize(values),
        lambda: compare_numbers(values, y),
        lambda: bland_altman(values, values),
        lambda: fit_logistic([[v] for v in values], y, ["x"]),
    ):
        with pytest.raises(AnalysisError, match="cannot be analysed"):
            refused()
