"""The tables of a synthetic cohort, computed again from its rows by other libraries or textbook formulas."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

GROUPS = {
    "three_groups": ("zero", "low", "over"),
    "low_vs_zero": ("zero", "low"),
    "low_vs_over": ("low", "over"),
    "zero_vs_over": ("zero", "over"),
}
POSITIVE = {"low_vs_zero": "low", "low_vs_over": "low", "zero_vs_over": "over"}
CATEGORIES = ("er", "pr", "fgt", "bpe", "multifocal", "t2_hyperintensity", "mass_shape", "nme_enhancement")
# The paper's collapsed descriptors and what is derived from the clinic: no further tests.
DERIVED = {"hr", "ki67_high", "irregular_shape", "non_circumscribed", "nme_related"}
Z = stats.norm.ppf(0.975)


@pytest.fixture(scope="module")
def cohort(cohort_rows):
    return pd.DataFrame(cohort_rows)


@pytest.fixture(scope="module")
def tables(cohort_rows, reading_rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("recomputed")
    settings = Settings(repeats=1, folds=5, bootstraps=2)
    features = write_rows_as_csv(folder / "features.csv", cohort_rows)
    readings = write_rows_as_csv(folder / "readings.csv", reading_rows)
    return analyze_cohort(features, folder / "out", readings=readings, settings=settings).tables


def cases_of(cohort, stratum, comparison):
    mass = cohort["lesion_type"] == "mass"
    inside = {"all": mass | ~mass, "mass": mass, "nme_related": ~mass}[stratum]
    return cohort[inside & cohort["her2_group"].isin(GROUPS[comparison])]


def test_tests_of_numbers_are_scipys(tables, cohort):
    numbers = tables["univariate"].query("kind == 'number'")
    assert len(numbers) == 3 * 4 * 24
    for _, row in numbers.iterrows():
        cases = cases_of(cohort, row["stratum"], row["comparison"])
        groups = [cases.loc[cases["her2_group"] == g, row["variable"]] for g in GROUPS[row["comparison"]]]
        if len(groups) == 3:
            statistic, p = stats.kruskal(*groups)
        else:
            found = stats.mannwhitneyu(*groups, use_continuity=False, method="asymptotic")
            statistic, p = (
                min(found.statistic, len(groups[0]) * len(groups[1]) - found.statistic),
                found.pvalue,
            )
        assert (row["statistic"], row["p"]) == pytest.approx((statistic, p), abs=1e-9)


def test_tests_of_categories_are_scipys(tables, cohort):
    rows, checked = tables["univariate"], set()
    for _, row in rows[rows["variable"].isin(CATEGORIES)].iterrows():
        cases = cases_of(cohort, row["stratum"], row["comparison"])
        cases = cases[cases[row["variable"]] != "not_applicable"]
        table = pd.crosstab(cases[row["variable"]], cases["her2_group"])
        chi2, p, _, expected = stats.chi2_contingency(table, correction=False)
        checked.add(row["test"])
        if expected.min() >= 1 and (expected < 5).mean() <= 0.2:
            assert (row["test"], row["statistic"], row["p"]) == (
                "chi-squared",
                pytest.approx(chi2),
                pytest.approx(p),
            )
        else:
            assert row["test"].startswith("Fisher")
            if table.shape == (2, 2):
                assert row["p"] == pytest.approx(stats.fisher_exact(table)[1])
    assert {"chi-squared", "Fisher exact"} <= checked


def test_q_is_corrected_within_a_table_stratum_and_comparison_and_holm_over_the_pairs(tables):
    tests = tables["univariate"]
    assert tests.loc[tests["variable"].isin(DERIVED), "q"].isna().all()
    for _, family in tests[~tests["variable"].isin(DERIVED)].groupby(["stratum", "comparison", "table"]):
        done = family[family["p"].notna()]
        assert done["q"].to_numpy() == pytest.approx(multipletests(done["p"], method="fdr_bh")[1])
    for _, pairs in tests.query("comparison != 'three_groups'").groupby(["stratum", "variable"]):
        done = pairs[pairs["p"].notna()]
        if len(done):
            assert done["p_holm"].to_numpy() == pytest.approx(multipletests(done["p"], method="holm")[1])


def glm(x, y, offset=None):
    return sm.GLM(y, x, family=sm.families.Binomial(), offset=offset).fit(tol=1e-14, maxiter=300)


def combined_models(tables, cohort):
    models = tables["models"]
    models = models[models["model"].str.startswith("Combined") & (models["method"] == "ml")]
    for key, rows in models.groupby(["stratum", "comparison", "model"], sort=False):
        cases, terms = cases_of(cohort, *key[:2]), rows.iloc[1:]
        x = cases[list(terms["term"])].to_numpy(float)
        y = (cases["her2_group"] == POSITIVE[key[1]]).to_numpy(float)
        yield key, terms, (x - x.mean(axis=0)) / x.std(axis=0), x.std(axis=0), y


def test_odds_ratios_and_their_limits_are_those_of_a_glm(tables, cohort):
    count = 0
    for _, terms, z, spread, y in combined_models(tables, cohort):
        design = sm.add_constant(z)
        full = glm(design, y)
        beta, se = full.params[1:] / spread, full.bse[1:] / spread
        wald = np.column_stack([beta, beta - Z * se, beta + Z * se])
        found = np.log(terms[["odds_ratio", "ci_low", "ci_high"]].to_numpy(float))
        assert found == pytest.approx(wald, rel=1e-5, abs=1e-6)
        assert terms["p"].to_numpy() == pytest.approx(2 * stats.norm.sf(np.abs(beta / se)), abs=1e-6)
        for j in range(z.shape[1]) if z.shape[1] < 5 else ():
            others = np.delete(design, j + 1, axis=1)
            lr = 2 * (full.llf - glm(others, y).llf)
            assert terms["p_likelihood_ratio"].iloc[j] == pytest.approx(stats.chi2.sf(lr, 1), abs=1e-7)
            for side in ("profile_low", "profile_high"):
                held = np.log(terms[side].iloc[j]) * spread[j] * z[:, j]
                assert 2 * (full.llf - glm(others, y, held).llf) == pytest.approx(
                    stats.chi2.ppf(0.95, 1), abs=1e-5
                )
        count += 1
    assert count >= 30


def pairwise(scores, y):
    """AUC, DeLong's components by cases and by controls, from all pairs."""
    case, control = scores[y == 1][:, None], scores[y == 0][None]
    wins = (case > control) + 0.5 * (case == control)
    return wins.mean(), wins.mean(axis=1), wins.mean(axis=0)


def test_auc_limits_and_cut_offs_of_single_features_are_those_of_all_pairs(tables, cohort):
    rows = tables["roc"]
    rows = rows[rows["predictor"].isin(cohort.columns)]
    assert len(rows) == 9 * 21
    assert set(rows["direction"]) == {"higher", "lower"}
    for _, row in rows.iterrows():
        cases = cases_of(cohort, row["stratum"], row["comparison"])
        y = (cases["her2_group"] == POSITIVE[row["comparison"]]).to_numpy(float)
        sign = 1 if row["direction"] == "higher" else -1
        scores = sign * cases[row["predictor"]].to_numpy(float)
        area, by_case, by_control = pairwise(scores, y)
        assert area >= 0.5
        se = np.sqrt(by_case.var(ddof=1) / len(by_case) + by_control.var(ddof=1) / len(by_control))
        logit, half = np.log(area / (1 - area)), Z * se / (area * (1 - area))
        limits = 1 / (1 + np.exp(-(logit + half * np.array([-1, 1]))))
        assert row[["auc", "ci_low", "ci_high"]].to_numpy(float) == pytest.approx([area, *limits])
        cut = sign * row["cutoff"]
        values = np.unique(scores)
        youden = [
            (scores[y == 1] > t).mean() + (scores[y == 0] < t).mean() for t in (values[1:] + values[:-1]) / 2
        ]
        assert (scores[y == 1] > cut).mean() + (scores[y == 0] < cut).mean() == pytest.approx(max(youden))
        for name, hit in (("sensitivity", scores[y == 1] > cut), ("specificity", scores[y == 0] < cut)):
            low, high = proportion_confint(hit.sum(), len(hit), method="wilson")
            found = row[[name, f"{name}_low", f"{name}_high"]].to_numpy(float)
            assert found == pytest.approx([hit.mean(), low, high])


def test_delong_and_likelihood_ratio_tests_of_models_are_those_of_their_glms(tables, cohort):
    scores, fits = {}, {}
    for key, _, z, _, y in combined_models(tables, cohort):
        fit = glm(sm.add_constant(z), y)
        scores[key], fits[key] = (np.round(fit.fittedvalues, 12), y), (fit.llf, z.shape[1])
    checked = 0
    for _, row in tables["delong"].iterrows():
        a, b = ((row["stratum"], row["comparison"], row[name]) for name in ("predictor_a", "predictor_b"))
        if a not in scores or b not in scores:
            continue
        (area_a, case_a, control_a), (area_b, case_b, control_b) = pairwise(*scores[a]), pairwise(*scores[b])
        cases, controls = np.cov(case_a, case_b), np.cov(control_a, control_b)
        covariance = cases / len(case_a) + controls / len(control_a)
        z = (area_a - area_b) / np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
        assert (row["z"], row["p"]) == pytest.approx((z, 2 * stats.norm.sf(abs(z))), abs=1e-7)
        if row["predictor_a"] == "Combined_All":
            lr, df = 2 * (fits[a][0] - fits[b][0]), fits[a][1] - fits[b][1]
            assert (row["lr_statistic"], row["lr_df"]) == (pytest.approx(lr, abs=1e-6), df)
            assert row["lr_p"] == pytest.approx(stats.chi2.sf(lr, df), abs=1e-7)
        checked += 1
    assert checked >= 40


def test_the_agreement_on_measurements_is_that_of_the_mean_squares(tables, reading_rows):
    readings = pd.DataFrame(reading_rows).pivot(index="case_id", columns="reader", values="D_median")
    x = readings.to_numpy(float)
    n, k, grand = len(x), 2, x.mean()
    rows = k * ((x.mean(axis=1) - grand) ** 2).sum() / (n - 1)
    columns = n * ((x.mean(axis=0) - grand) ** 2).sum() / (k - 1)
    error = ((x - x.mean(axis=1)[:, None] - x.mean(axis=0) + grand) ** 2).sum() / ((n - 1) * (k - 1))
    found = tables["agreement"].query("variable == 'D_median'").set_index("statistic")
    # McGraw & Wong 1996, case 2A.
    icc = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    a, b = k * icc / (n * (1 - icc)), 1 + k * icc * (n - 1) / (n * (1 - icc))
    df = (a * columns + b * error) ** 2 / (
        (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    lower, upper = stats.f.ppf(0.975, n - 1, df), stats.f.ppf(0.975, df, n - 1)
    low = n * (rows - lower * error) / (lower * (k * columns + (k * n - k - n) * error) + n * rows)
    high = n * (upper * rows - error) / (k * columns + (k * n - k - n) * error + n * upper * rows)
    limits = ["estimate", "ci_low", "ci_high"]
    assert found.loc["icc_2_1", limits].to_numpy(float) == pytest.approx([icc, low, high])
    difference = x[:, 0] - x[:, 1]
    paired = stats.ttest_rel(x[:, 0], x[:, 1]).confidence_interval()
    assert found.loc["bias", limits].to_numpy(float) == pytest.approx([difference.mean(), *paired])
    # Bland and Altman's 1.96, not the 97.5 % point.
    half = 1.96 * difference.std(ddof=1)
    agreement = [half, difference.mean() - half, difference.mean() + half]
    assert found.loc["limits_of_agreement", limits].to_numpy(float) == pytest.approx(agreement)
