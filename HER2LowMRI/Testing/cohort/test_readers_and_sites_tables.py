"""Several readers, sites and repeats of a whole cohort: the right cases, the right direction, known effects found."""

import numpy as np
import pandas as pd
import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.models import fit_models
from HER2LowMRILib.cohort.multireader import multireader_table
from HER2LowMRILib.cohort.repeats import repeatability_table
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.sites import mixed_table
from HER2LowMRILib.cohort.table import read_features, read_readings
from HER2LowMRILib.cohort.univariate import univariate_table
from HER2LowMRILib.core.statistics.delong import auc
from HER2LowMRILib.synthetic.cohort import SITES, make_cohort


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    cohort, folder = make_cohort(), tmp_path_factory.mktemp("readers")
    features = read_features(write_rows_as_csv(folder / "features.csv", cohort.features))
    readings = read_readings(write_rows_as_csv(folder / "readings.csv", cohort.readings))
    fitted = fit_models(features, univariate_table(features, 1, lambda _: None), Settings())
    return cohort, features, readings, fitted


@pytest.fixture(scope="module")
def multireader(demo):
    return multireader_table(demo[1], demo[2], demo[3], lambda _: None)


@pytest.mark.parametrize("name", ["K_p95", "ADC_p5", "t2_hyperintensity", "bpe"])
def test_each_readers_area_is_that_of_the_reader_alone(demo, multireader, name):
    readings = pd.DataFrame(demo[0].readings).merge(
        pd.DataFrame(demo[0].features)[["case_id", "her2_group"]], on="case_id"
    )
    row = multireader.set_index(["stratum", "comparison", "predictor", "against", "method"]).loc[
        ("all", "low_vs_over", name, "", "Obuchowski-Rockette")
    ]
    each = []
    for reader in ("r1", "r2"):
        own = readings[(readings["reader"] == reader) & readings["her2_group"].isin(("low", "over"))]
        values = own[name]
        if name == "bpe":
            values = values.map({"minimal": 0, "mild": 1, "moderate": 2, "marked": 3})
        direction = "lower" if "Lower" in row["note"] else "higher"
        found = auc(values.astype(float).tolist(), (own["her2_group"] == "low").tolist(), direction)
        each.append(found.auc)
    assert [float(area) for area in row["by_reader"].split("; ")] == pytest.approx(each, abs=1e-6)
    assert row["estimate"] == pytest.approx(np.mean(each), abs=1e-12) and row["estimate"] >= 0.5


def test_both_methods_speak_of_the_same_areas_and_readers_as_a_sample_are_less_sure(multireader):
    means = multireader[multireader["against"] == ""]
    by = means.pivot(index=["stratum", "comparison", "predictor"], columns="method", values="estimate")
    assert (by["Obuchowski-Rockette"] == by["Dorfman-Berbaum-Metz"]).all()
    uncut = means[(means["ci_low"] > 0) & (means["ci_high"] < 1)]
    ratio = uncut["se"] * 1.96 / ((uncut["fixed_high"] - uncut["fixed_low"]) / 2)
    assert ratio.median() > 0.95


def test_nested_models_are_compared_over_the_readers(multireader):
    pairs = multireader[multireader["against"] != ""]
    assert set(pairs["predictor"]) == {"Combined_All", "Combined_K", "Combined_D"}
    assert ((pairs["p"] > 0) & (pairs["p"] <= 1)).all()
    assert pairs[["n_positive", "n_negative"]].min(axis=None) >= 5


def test_a_case_that_one_reader_did_not_read_is_in_no_area(demo):
    from dataclasses import replace

    readings = demo[2]
    first = readings.rows["case_id"].iloc[0]
    kept = readings.rows[~((readings.rows["case_id"] == first) & (readings.rows["reader"] == "r2"))]
    cut = replace(readings, rows=kept.reset_index(drop=True))
    group = demo[1].rows.set_index("case_id").loc[first, "her2_group"]
    pair = "low_vs_over" if group in ("low", "over") else "low_vs_zero"
    n = []
    for table in (readings, cut):
        found = multireader_table(demo[1], table, demo[3], lambda _: None)
        row = found[
            (found["stratum"] == "all") & (found["comparison"] == pair) & (found["predictor"] == "K_mean")
        ]
        n.append(int((row["n_positive"] + row["n_negative"]).iloc[0]))
    assert n[0] - n[1] == 1


# --- sites --------------------------------------------------------------------------------------------------------


def with_scanners(demo, tmp_path, offset):
    """The cohort with a scanner that reads ADC high by ``offset`` and sees HER2-over more often."""
    rows = [dict(row) for row in demo[0].features]
    rng = np.random.default_rng(11)
    for row in rows:
        high = rng.random() < (0.75 if row["her2_group"] == "over" else 0.25)
        row["scanner"] = "second" if high else "first"
        for name in ("ADC_mean", "ADC_median", "ADC_p5"):
            row[name] = float(row[name]) + (offset if high else 0.0)
    return read_features(write_rows_as_csv(tmp_path / "features.csv", rows))


def test_a_difference_that_is_the_scanners_is_not_taken_for_the_groups(demo, tmp_path):
    cohort = with_scanners(demo, tmp_path, 0.3)
    tests = univariate_table(cohort, 1, lambda _: None).set_index(["stratum", "comparison", "variable"])
    table, _ = mixed_table(cohort, demo[3], lambda _: None)
    found = table.set_index(["cluster", "stratum", "comparison", "outcome"]).loc[
        ("scanner", "mass", "low_vs_over", "ADC_mean")
    ]
    # In masses the cohort has no effect on ADC: what the plain test finds there is the scanner.
    assert tests.loc[("mass", "low_vs_over", "ADC_mean"), "p"] < 0.01
    assert found["p"] > 0.05
    assert found["between_sd"] == pytest.approx(0.3 / 2**0.5, rel=0.35)


def test_without_a_difference_between_scanners_the_mixed_model_says_what_the_t_test_says(demo, tmp_path):
    from scipy import stats

    cohort = with_scanners(demo, tmp_path, 0.0)
    table, _ = mixed_table(cohort, demo[3], lambda _: None)
    rows = cohort.rows
    found = table[(table["cluster"] == "scanner") & (table["stratum"] == "all")]
    found = found[(found["comparison"] == "low_vs_over") & (found["between_sd"] == 0)]
    found = found[found["model"] == "linear"]
    assert len(found) > 5
    for _, row in found.iterrows():
        low, over = (rows.loc[rows["her2_group"] == group, row["outcome"]] for group in ("low", "over"))
        assert row["p"] == pytest.approx(stats.ttest_ind(low, over).pvalue, rel=1e-9)


def test_the_three_sites_of_the_cohort_see_the_groups_in_the_shares_they_were_given(demo):
    counts = pd.DataFrame(demo[0].features).groupby(["her2_group", "site"]).size()
    for group, shares in SITES.items():
        n = counts[group].sum()
        for site, share in shares:
            # Three standard errors.
            assert counts[group, site] / n == pytest.approx(share, abs=3 * (share * (1 - share) / n) ** 0.5)


def test_one_site_alone_has_no_mixed_model(demo, tmp_path):
    rows = [dict(row) | {"site": "A"} for row in demo[0].features]
    cohort = read_features(write_rows_as_csv(tmp_path / "features.csv", rows))
    table, left_out = mixed_table(cohort, demo[3], lambda _: None)
    assert table.empty and left_out == ()


# --- repeats ------------------------------------------------------------------------------------------------------


def test_a_second_scan_with_known_scatter_is_measured_as_such(demo, tmp_path):
    rng = np.random.default_rng(5)
    rows = [dict(row) for row in demo[0].features[:60]]
    for row in rows:
        row["ADC_mean"] = float(row["ADC_mean"]) * (1 + 0.06 * rng.normal())
    retest = read_features(write_rows_as_csv(tmp_path / "retest.csv", rows))
    table = repeatability_table(demo[1], None, retest).set_index(["variable", "source"])
    row = table.loc[("ADC_mean", "scanned again")]
    # One of the two scans scatters by 6 %: 6 / sqrt(2) within subjects.
    assert row["subjects"] == 60
    assert row["wcv_low"] < 6 / 2**0.5 < row["wcv_high"]
    assert row["percent_coefficient"] == pytest.approx(1.96 * 2**0.5 * row["wcv_percent"])
    assert table.loc[("K_mean", "scanned again"), "wcv_percent"] == 0
    published = table.loc[("ADC_mean", "published")]
    assert (published["wcv_percent"], published["subjects"]) == (4.8, 71)


def test_without_repeats_there_is_no_table(demo):
    assert repeatability_table(demo[1], demo[2], None).empty
