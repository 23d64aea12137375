"""Cohorts that nobody planned: the analysis says what could not be computed, and computes the rest rightly."""

import numpy as np
import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.analysis import analyze
from HER2LowMRILib.cohort.report.page import report_html
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.table import read_features, read_readings
from HER2LowMRILib.cohort.variables import FEATURE_NAMES
from HER2LowMRILib.core.errors import AnalysisError
from scipy import stats

FAST = Settings(bootstraps=2, repeats=1, folds=5, label_draws=2)


def of_each(rows, count):
    return [dict(row) for start in (0, 30, 60) for row in rows[start : start + count]]


def a_group_is_empty(rows):
    return [row for row in rows if row["her2_group"] != "zero"]


def one_class(rows):
    return [row for row in rows if row["her2_group"] == "low"]


def three_patients(rows):
    return of_each(rows, 1)


def a_feature_is_constant(rows):
    return [row | {"ADC_mean": 1.1, "site": "AB"[i % 2]} for i, row in enumerate(rows)]


def a_column_is_empty(rows):
    return [row | {"K_p95": None} for row in rows]


def empty_in_one_group(rows):
    return [row | ({"K_mean": None} if row["her2_group"] == "over" else {}) for row in rows]


def a_site_of_one_class(rows):
    return [
        row | {"site": "B" if row["her2_group"] == "over" and i % 2 else "A"} for i, row in enumerate(rows)
    ]


def tiny_values(rows):
    return [row | {"K_mean": float(row["K_mean"]) * 1e-300} for row in rows]


def a_marker_is_perfect(rows):
    place = {"zero": 1.0, "low": 2.0, "over": 3.0}
    return [row | {"ADC_mean": place[row["her2_group"]] + i * 1e-3} for i, row in enumerate(rows)]


def features_repeat_each_other(rows):
    return [row | {"ADC_median": row["ADC_mean"]} for row in rows]


def half_of_the_cells_are_missing(rows):
    rng = np.random.default_rng(5)
    return [row | {name: None for name in FEATURE_NAMES if rng.random() < 0.5} for row in rows]


QUICK = (three_patients, one_class, a_feature_is_constant)
LONG = (
    a_group_is_empty, a_column_is_empty, empty_in_one_group, a_site_of_one_class, tiny_values,
    a_marker_is_perfect, features_repeat_each_other, half_of_the_cells_are_missing,
)  # fmt: skip


@pytest.mark.parametrize(
    "made",
    [*QUICK, *(pytest.param(made, marks=pytest.mark.full) for made in LONG)],
    ids=lambda made: made.__name__,
)
def test_what_can_be_computed_is_right_and_the_rest_is_said(made, cohort_rows, write_csv):
    rows = made([dict(row) for row in cohort_rows])
    analysis = analyze(read_features(write_csv(rows)), settings=FAST)
    sizes = {group: sum(row["her2_group"] == group for row in rows) for group in ("zero", "low", "over")}
    assert analysis.group_sizes == sizes
    tests = (
        analysis.tables["univariate"]
        .query("stratum == 'all' and comparison == 'low_vs_over'")
        .set_index("variable")
    )
    for name in ("ADC_mean", "K_mean", "D_entropy"):
        low, over = (
            [float(row[name]) for row in rows if row["her2_group"] == group and row[name] is not None]
            for group in ("low", "over")
        )
        row = tests.loc[name]
        assert (row["n_low"], row["n_over"]) == (len(low), len(over))
        if low and over and len({*low, *over}) > 1:
            told = stats.mannwhitneyu(low, over, use_continuity=False, method="asymptotic").pvalue
            assert row["p"] == pytest.approx(told)
        else:
            assert row["p"] != row["p"] and row["note"]
    # Models and areas: none without cases, and a reason for each that is not there.
    fitted = set(
        zip(analysis.tables["models"]["comparison"], analysis.tables["models"]["stratum"], strict=True)
    )
    for pair, groups in (("low_vs_zero", ("low", "zero")), ("low_vs_over", ("low", "over"))):
        if min(sizes[group] for group in groups) < 10:
            assert not any(comparison == pair for comparison, _ in fitted)
            assert any(
                "cannot be fitted" in entry.reason or "No model" in entry.reason
                for entry in analysis.left_out
            )
    areas = analysis.tables["roc"]["auc"].dropna()
    assert ((areas >= 0) & (areas <= 1)).all()
    assert report_html(analysis).startswith("<!doctype html>")


@pytest.mark.parametrize("factor", [1e5, 1e90])
def test_values_far_too_large_for_their_unit_are_asked_about(cohort_rows, write_csv, factor):
    rows = [row | {"ADC_mean": float(row["ADC_mean"]) * factor} for row in cohort_rows]
    with pytest.raises(AnalysisError, match="has a question about the table"):
        analyze(read_features(write_csv(rows)), settings=FAST)


def test_values_whose_squares_no_computer_adds_are_missing_and_said(cohort_rows, write_csv):
    rows = [row | {"ADC_mean": float(row["ADC_mean"]) * 1e300} for row in cohort_rows]
    table = read_features(write_csv(rows))
    assert table.rows["ADC_mean"].isna().all()
    assert any(
        "Cells that are not a number are taken as missing, ADC_mean" in text for text in table.warnings
    )


def test_nothing_to_compare_is_refused(cohort_rows, write_csv):
    rows = [dict(row) | {"her2_group": "indeterminate"} for row in cohort_rows]
    with pytest.raises(AnalysisError, match="cannot be analysed"):
        analyze(read_features(write_csv(rows)), settings=FAST)


def test_names_of_all_scripts_and_signs_stand_in_the_report_as_text(cohort_rows, reading_rows, tmp_path):
    few = {row["case_id"] for row in of_each(cohort_rows, 6)}
    rows = [
        row | {"case_id": f"乳腺-ü-{row['case_id']}", "site": 'Köln <b>&"'} for row in of_each(cohort_rows, 6)
    ]
    readers = {"reader-1": "Łukasz <i>", "reader-2": "张伟"}
    read = [
        row | {"case_id": f"乳腺-ü-{row['case_id']}", "reader": readers[row["reader"]]}
        for row in reading_rows
        if row["case_id"] in few
    ]
    analysis = analyze(
        read_features(write_rows_as_csv(tmp_path / "features.csv", rows)),
        read_readings(write_rows_as_csv(tmp_path / "readings.csv", read)),
        settings=FAST,
    )
    page = report_html(analysis)
    assert "Łukasz &lt;i&gt;" in page and "张伟" in page
    assert "<i>" not in page and "Köln <b>" not in page
