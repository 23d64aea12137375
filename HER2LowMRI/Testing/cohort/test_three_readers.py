"""Three readers of the same cases: Fleiss' kappa and the ICC of all together, by statsmodels, by hand and in R."""

import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.agreement import agreement_table
from HER2LowMRILib.cohort.report.reader_agreement import reader_agreement
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.table import read_readings
from HER2LowMRILib.cohort.variables import FEATURE_NAMES
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort
from statsmodels.stats.inter_rater import aggregate_raters
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_of_statsmodels

RSCRIPT = shutil.which("Rscript")
TOGETHER = "reader-1, reader-2 and reader-3"


@pytest.fixture(scope="module")
def three(reading_rows):
    """The third differs from the first in every tenth case, and did not read the first three."""
    rng = np.random.default_rng(33)
    rows = [dict(row) for row in reading_rows]
    for row in [row for row in reading_rows if row["reader"] == "reader-1"][3:]:
        third = dict(row) | {"reader": "reader-3"}
        for name in FEATURE_NAMES:
            third[name] = float(row[name]) + rng.normal(0.01, 0.04)
        if rng.random() < 0.3:
            third["bpe"] = rng.choice(["minimal", "mild", "moderate", "marked"])
        rows.append(third)
    return rows


@pytest.fixture(scope="module")
def table(three, tmp_path_factory):
    path = write_rows_as_csv(tmp_path_factory.mktemp("three") / "readings.csv", three)
    return agreement_table(read_readings(path))[0]


def of_all(table, variable):
    return table[(table["variable"] == variable) & (table["n_readers"] == 3)].set_index("statistic")


@pytest.mark.parametrize("name", ["bpe", "fgt", "multifocal", "lesion_type"])
def test_fleiss_kappa_is_that_of_statsmodels(three, table, name):
    answers = pd.DataFrame(three).pivot(index="case_id", columns="reader", values=name).dropna()
    counts, _ = aggregate_raters(answers.astype(str).to_numpy())
    row = of_all(table, name).loc["fleiss_kappa"]
    assert row["estimate"] == pytest.approx(fleiss_of_statsmodels(counts))
    assert (row["n"], row["readers"]) == (len(answers), TOGETHER)
    same = ((counts**2).sum(axis=1) - 3) / 6
    assert row["percent_agreement"] == pytest.approx(100 * same.mean())


@pytest.mark.parametrize("name", ["ADC_mean", "K_entropy", "D_skewness"])
def test_the_icc_is_that_of_the_mean_squares_of_three(three, table, name):
    x = pd.DataFrame(three).pivot(index="case_id", columns="reader", values=name).dropna().to_numpy(float)
    n, k = x.shape
    cases = k * x.mean(axis=1).var(ddof=1)
    readers = n * x.mean(axis=0).var(ddof=1)
    error = ((n * k - 1) * x.var(ddof=1) - (n - 1) * cases - (k - 1) * readers) / ((n - 1) * (k - 1))
    found = of_all(table, name)["estimate"]
    single = (cases - error) / (cases + (k - 1) * error + k * (readers - error) / n)
    assert (n, k) == (87, 3)
    assert found["icc_2_1"] == pytest.approx(single)
    assert found["icc_2_k"] == pytest.approx((cases - error) / (cases + (readers - error) / n))
    assert found["icc_3_1"] == pytest.approx((cases - error) / (cases + (k - 1) * error))


def test_pairs_stand_beside_and_two_readers_have_no_rows_of_all(table, reading_rows, write_csv):
    assert set(table.loc[table["n_readers"] == 2, "readers"]) == {
        f"reader-{a} and reader-{b}" for a, b in ((1, 2), (1, 3), (2, 3))
    }
    two = agreement_table(read_readings(write_csv(reading_rows, "readings.csv")))[0]
    assert set(two["n_readers"]) == {2}


def test_readers_without_a_case_in_common_are_said(reading_rows, write_csv):
    third = [
        dict(row) | {"reader": "reader-3", "case_id": f"other-{row['case_id']}"} for row in reading_rows[::2]
    ]
    found, _, warnings = agreement_table(read_readings(write_csv([*reading_rows, *third], "readings.csv")))
    assert set(found["n_readers"]) == {2}
    assert any("No case was read by all" in warning for warning in warnings)


@pytest.mark.skipif(RSCRIPT is None, reason="R is not installed")
def test_r_finds_the_same_and_the_report_shows_it(three, cohort_rows, tmp_path):
    features = write_rows_as_csv(tmp_path / "features.csv", cohort_rows)
    readings = write_rows_as_csv(tmp_path / "readings.csv", three)
    fast = Settings(repeats=1, folds=5, bootstraps=2, label_draws=2)
    analysis = analyze_cohort(features, tmp_path / "out", readings=readings, settings=fast)
    page = reader_agreement(analysis)
    assert "Agreement of all 3 readers on the descriptors" in page
    assert "Agreement of all 3 readers on the measurements" in page
    found = subprocess.run(
        [RSCRIPT, "check.R"], cwd=tmp_path / "out", capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
