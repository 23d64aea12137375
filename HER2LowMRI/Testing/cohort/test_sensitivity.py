"""The models under other choices: each recomputed by another library, labels exchanged as often as was said."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.sensitivity import (
    DISAGREEMENT,
    exchanged_labels,
    scores_on_others,
    sensitivity_table,
)
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.table import read_features, read_readings
from HER2LowMRILib.cohort.variables import COMBINED_MEMBERS
from HER2LowMRILib.synthetic.cohort import make_cohort
from scipy import stats

MEMBERS = [name for names in COMBINED_MEMBERS.values() for name in names]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    cohort, folder = make_cohort(), tmp_path_factory.mktemp("sensitivity")
    features = read_features(write_rows_as_csv(folder / "features.csv", cohort.features))
    readings = read_readings(write_rows_as_csv(folder / "readings.csv", cohort.readings))
    return features, readings, pd.DataFrame(cohort.features), pd.DataFrame(cohort.readings)


@pytest.fixture(scope="module")
def table(demo):
    return sensitivity_table(demo[0], demo[1], Settings(label_draws=4), lambda _: None).set_index(
        ["stratum", "comparison", "model", "variation"]
    )


def area_by_statsmodels(rows, members, positive):
    x = rows[members].to_numpy(float)
    z = sm.add_constant((x - x.mean(axis=0)) / x.std(axis=0))
    fitted = sm.Logit(positive.astype(float), z).fit(disp=0, maxiter=200, tol=1e-12)
    score = z @ fitted.params
    u = stats.mannwhitneyu(score[positive], score[~positive]).statistic
    return u / (positive.sum() * (~positive).sum())


CHOICES = {
    "as_analysed": lambda rows: rows,
    "ultralow_apart": lambda rows: rows[rows["her2_zero_staining"] != "ultralow"],
    "ultralow_in_low": lambda rows: rows.assign(
        her2_group=rows["her2_group"].where(rows["her2_zero_staining"] != "ultralow", "low")
    ),
    "low_1plus": lambda rows: rows[(rows["her2_group"] != "low") | (rows["her2_ihc"] == "1+")],
    "low_2plus": lambda rows: rows[(rows["her2_group"] != "low") | (rows["her2_ihc"] == "2+")],
}


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("other", ["zero", "over"])
def test_each_grouping_is_that_of_another_library(demo, table, choice, other):
    rows = CHOICES[choice](demo[2])
    rows = rows[rows["her2_group"].isin(("low", other))]
    positive = (rows["her2_group"] == "low").to_numpy()
    found = table.loc[("all", f"low_vs_{other}", "Combined_All", choice)]
    assert (found["n_positive"], found["n_negative"]) == (positive.sum(), (~positive).sum())
    assert found["auc"] == pytest.approx(area_by_statsmodels(rows, MEMBERS, positive), abs=1e-9)


@pytest.mark.parametrize("reader", ["r1", "r2"])
def test_one_reader_alone_is_his_own_features_and_lesion_types(demo, table, reader):
    own = demo[3][demo[3]["reader"] == reader].merge(demo[2][["case_id", "her2_group"]], on="case_id")
    own = own[(own["lesion_type"] != "mass") & own["her2_group"].isin(("low", "over"))]
    positive = (own["her2_group"] == "low").to_numpy()
    found = table.loc[("nme_related", "low_vs_over", "Combined_All", f"reader_{reader}")]
    assert (found["n_positive"], found["n_negative"]) == (positive.sum(), (~positive).sum())
    assert found["auc"] == pytest.approx(area_by_statsmodels(own, MEMBERS, positive), abs=1e-9)


def test_lesion_size_enters_beside_the_members(demo, table):
    rows = demo[2][demo[2]["her2_group"].isin(("low", "over"))]
    positive = (rows["her2_group"] == "low").to_numpy()
    found = table.loc[("all", "low_vs_over", "Combined_All", "with_size"), "auc"]
    assert found == pytest.approx(area_by_statsmodels(rows, [*MEMBERS, "lesion_size_mm"], positive), abs=1e-9)


@pytest.mark.parametrize("site", ["A", "B", "C"])
def test_a_site_is_judged_by_the_model_of_the_others_alone(demo, table, site):
    rows = demo[2][demo[2]["her2_group"].isin(("low", "over"))]
    positive, held = (rows["her2_group"] == "low").to_numpy(), (rows["site"] == site).to_numpy()
    x = rows[MEMBERS].to_numpy(float)
    z = sm.add_constant((x - x.mean(axis=0)) / x.std(axis=0))
    fitted = sm.Logit(positive[~held].astype(float), z[~held]).fit(disp=0, maxiter=200, tol=1e-12)
    score = (z @ fitted.params)[held]
    u = stats.mannwhitneyu(score[positive[held]], score[~positive[held]]).statistic
    found = table.loc[("all", "low_vs_over", "Combined_All", f"site_{site}")]
    assert found["auc"] == pytest.approx(u / (positive[held].sum() * (~positive[held]).sum()), abs=1e-9)


def test_the_sites_of_the_demo_differ_as_they_were_made(demo):
    counts = demo[2].groupby(["site", "her2_group"]).size().unstack()
    assert counts.loc["A", "zero"] > 2 * counts.loc["C", "zero"]
    assert counts.loc["C", "over"] > counts.loc["C", "zero"]


def test_labels_are_exchanged_as_often_as_pathologists_disagree_and_no_other():
    rng = np.random.default_rng(5)
    ihc = np.array(["0", "1+", "2+", "3+"] * 5000, dtype=object)
    groups = np.array(["zero", "low", "low", "over"] * 5000, dtype=object)
    for disagreement in DISAGREEMENT.values():
        changed = exchanged_labels(groups, ihc, disagreement, rng)
        moved = changed != groups
        assert not moved[np.isin(ihc, ("2+", "3+"))].any()
        for score in ("0", "1+"):
            # Three standard errors of a proportion of 5000.
            assert moved[ihc == score].mean() == pytest.approx(disagreement, abs=3 * 0.5 / 5000**0.5)
    assert (exchanged_labels(groups, ihc, 0.0, rng) == groups).all()


def test_discordant_cases_keep_their_group_whatever_the_label_noise():
    groups, ihc = np.array(["over", "indeterminate"], dtype=object), np.array(["1+", "0"], dtype=object)
    assert (exchanged_labels(groups, ihc, 1.0, np.random.default_rng(0)) == groups).all()


def test_drawn_labels_leave_a_range_and_the_same_again(demo, table):
    again = sensitivity_table(demo[0], demo[1], Settings(label_draws=4), lambda _: None)
    for where in ("overall", "hard_cases"):
        row = table.loc[("mass", "low_vs_zero", "Qualitative", f"label_noise_{where}")]
        assert row["ci_low"] <= row["auc"] <= row["ci_high"] and row["draws"] == 4
    pd.testing.assert_frame_equal(table.reset_index()[list(again)], again)


def test_scores_of_separated_cases_are_finite():
    x = np.r_[np.zeros((20, 1)), np.ones((20, 1))]
    positive = np.arange(40) >= 20
    assert np.isfinite(scores_on_others(x, positive, np.ones(40, bool))).all()


def test_without_the_columns_there_is_the_main_result_alone(cohort_rows, write_csv):
    columns = ["case_id", "her2_group", *MEMBERS]
    cohort = read_features(write_csv(cohort_rows, columns=columns))
    found = sensitivity_table(cohort, None, Settings(label_draws=2), lambda _: None)
    assert set(found["variation"]) == {"as_analysed"}


def test_other_bins_change_the_entropy_and_nothing_else(demo, tmp_path):
    half, double = (
        read_features(write_rows_as_csv(tmp_path / f"x{factor}.csv", make_cohort(bin_factor=factor).features))
        for factor in (0.5, 2.0)
    )
    for name in ("ADC_mean", "K_p95", "lesion_size_mm", "t2_hyperintensity"):
        assert (half.rows[name] == demo[0].rows[name]).all()
    # Of smooth densities, half the width is one bit more.
    assert (half.rows["K_entropy"] - demo[0].rows["K_entropy"]).mean() == pytest.approx(1.0, abs=0.05)
    assert (double.rows["K_entropy"] - demo[0].rows["K_entropy"]).mean() == pytest.approx(-1.0, abs=0.1)
    found = sensitivity_table(demo[0], None, Settings(label_draws=2), lambda _: None, (half, double))
    found = found.set_index(["stratum", "comparison", "model", "variation"])
    rows = pd.DataFrame(demo[2]).assign(K_entropy=half.rows["K_entropy"].to_numpy())
    rows = rows[rows["her2_group"].isin(("low", "over"))]
    positive = (rows["her2_group"] == "low").to_numpy()
    area = found.loc[("all", "low_vs_over", "Combined_All", "entropy_x0.5"), "auc"]
    assert area == pytest.approx(area_by_statsmodels(rows, MEMBERS, positive), abs=1e-9)
    assert ("all", "low_vs_over", "Combined_All", "entropy_x2") in found.index


def test_lesions_drawn_by_hand_and_assisted_ones_are_looked_at_apart(demo, tmp_path):
    rows = [dict(row) for row in demo[2].to_dict("records")]
    # Of every third lesion one of two readers was helped in two slices.
    of_readers = [
        row
        | {"reader": reader, "voi_slices_drawn": 5, "voi_slices_interpolated": 0}
        | {"voi_slices_assisted": 2 if number % 3 == 0 and reader == "r2" else 0}
        for number, row in enumerate(rows)
        for reader in ("r1", "r2")
    ]
    of_readers[0]["voi_slices_assisted"] = ""
    cohort = read_features(write_rows_as_csv(tmp_path / "features.csv", rows))
    readings = read_readings(write_rows_as_csv(tmp_path / "readings.csv", of_readers))
    found = sensitivity_table(cohort, readings, Settings(label_draws=2), lambda _: None)
    found = found.set_index(["stratum", "comparison", "model", "variation"])
    hand = pd.DataFrame([row for number, row in enumerate(rows) if number % 3 and number])
    hand = hand[hand["her2_group"].isin(("low", "over"))]
    row = found.loc[("all", "low_vs_over", "Combined_All", "drawn_only")]
    assert row["n_positive"] == (hand["her2_group"] == "low").sum()
    assert row["auc"] == pytest.approx(
        area_by_statsmodels(hand, MEMBERS, (hand["her2_group"] == "low").to_numpy()), abs=1e-9
    )
    both = found.loc[("all", "low_vs_over", "Combined_All", "assisted")]
    # One case does not say how it was outlined, and is in neither.
    whole = found.loc[("all", "low_vs_over", "Combined_All", "as_analysed")]
    missing = int(rows[0]["her2_group"] in ("low", "over"))
    counts = ["n_positive", "n_negative"]
    assert (row[counts].sum() + both[counts].sum() + missing) == whole[counts].sum()
