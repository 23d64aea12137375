"""The made-up cohort: marked as such, complete, repeatable, and with the effects it is meant to have."""

from collections import Counter

import numpy as np
import pytest
from HER2LowMRILib.core.columns import column_names
from HER2LowMRILib.core.feature_set import FEATURES
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import load_lexicon
from HER2LowMRILib.core.statistics.contingency import compare_categories
from HER2LowMRILib.core.statistics.icc import icc
from HER2LowMRILib.core.statistics.kappa import category_agreement
from HER2LowMRILib.core.statistics.logistic import fit_logistic
from HER2LowMRILib.core.statistics.rank_tests import mann_whitney
from HER2LowMRILib.synthetic.cohort import make_cohort
from row_check import row_problems

PAPER_FEATURES = [f"{m}_{s}" for m in ("ADC", "D") for s in ("mean", "median", "p5")]
PAPER_FEATURES += ["K_mean", "K_median", "K_p95", "K_entropy"]


@pytest.fixture(scope="module")
def cohort():
    return make_cohort()


@pytest.fixture(scope="module")
def dirty():
    return make_cohort(dirty=True)


def of(rows, **wanted):
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def p_between(rows, feature, a, b):
    return mann_whitney(
        [row[feature] for row in of(rows, her2_group=a)], [row[feature] for row in of(rows, her2_group=b)]
    ).p


def test_every_row_has_the_columns_of_the_design_and_says_that_it_is_synthetic(cohort, dirty):
    for made in (cohort, dirty):
        for file, rows in (("features", made.features), ("readings", made.readings)):
            for row in rows:
                assert tuple(row) == column_names(file)
                assert list(row_problems(row, file)) == []
                assert row["synthetic"] == 1
                assert row["case_id"].startswith("SYN-")


def test_the_same_seed_gives_the_same_rows_and_another_one_others(cohort):
    assert make_cohort() == cohort
    assert make_cohort(seed=1).features != cohort.features


def test_groups_and_lesion_types_have_the_published_sizes(cohort):
    assert Counter(row["her2_group"] for row in cohort.features) == {"zero": 60, "low": 91, "over": 81}
    types = Counter((row["her2_group"], row["nme_related"]) for row in cohort.features)
    assert [types[g, 0] for g in ("zero", "low", "over")] == [49, 56, 36]
    assert [types[g, 1] for g in ("zero", "low", "over")] == [11, 35, 45]
    assert sum(row["multifocal"] for row in cohort.features) == 87
    assert len(cohort.readings) == 2 * len(cohort.features) == 464


def test_descriptors_differ_as_published(cohort):
    def p(item, other, **wanted):
        rows = of(cohort.features, **wanted)
        return compare_categories(
            [r[item] for r in rows], [r["her2_group"] for r in rows], group_order=["low", other]
        ).p

    assert p("t2_hyperintensity", "zero") == pytest.approx(0.0076, abs=5e-5)
    assert p("t2_hyperintensity", "over") == pytest.approx(0.0070, abs=5e-5)
    assert p("irregular_shape", "zero", lesion_type="mass") == pytest.approx(0.0004, abs=5e-5)
    assert p("irregular_shape", "over", lesion_type="mass") == pytest.approx(0.0094, abs=5e-5)
    assert p("non_circumscribed", "zero", lesion_type="mass") < 0.001


def test_the_qualitative_model_of_masses_comes_near_the_published_odds_ratio(cohort):
    rows = [r for r in of(cohort.features, lesion_type="mass") if r["her2_group"] in ("low", "zero")]
    names = ["irregular_shape", "non_circumscribed", "t2_hyperintensity"]
    model = fit_logistic(
        [[r[name] for name in names] for r in rows], [r["her2_group"] == "low" for r in rows], names
    )
    low, high = model.odds_ratio_wald
    assert 1.38 < model.odds_ratio[1] < 11.05
    assert low[1] < 3.91 < high[1]


def test_diffusion_differs_in_nme_related_lesions_and_not_in_masses(cohort):
    nme, mass = of(cohort.features, nme_related=1), of(cohort.features, nme_related=0)
    assert all(p_between(nme, feature, "low", "over") < 0.05 for feature in PAPER_FEATURES)
    assert sum(p_between(mass, feature.name, "low", "over") < 0.05 for feature in FEATURES) <= 2


def test_features_hang_together_as_measured_ones_do(cohort):
    for row in cohort.features:
        for name in ("ADC", "D", "K"):
            assert row[f"{name}_p5"] < row[f"{name}_median"] < row[f"{name}_p95"]
        assert row["ADC_mean"] < row["D_mean"]
        assert 0.5 < row["D_mean"] < 2.2
        assert 0.4 < row["K_mean"] < 1.6
        assert 5 <= row["lesion_size_mm"] <= 120


def test_two_readers_agree_about_as_well_as_published(cohort):
    first, second = of(cohort.readings, reader="r1"), of(cohort.readings, reader="r2")
    for feature in PAPER_FEATURES:
        pairs = np.array([[a[feature], b[feature]] for a, b in zip(first, second, strict=True)])
        assert 0.72 < icc(pairs)["icc_2_1"].estimate < 0.92
    for item in ("fgt", "bpe", "t2_hyperintensity", "lesion_type"):
        kappa = category_agreement([r[item] for r in first], [r[item] for r in second])[0]
        assert 0.78 < kappa.estimate < 0.97


def test_every_applicable_question_is_answered_by_both_readers(cohort):
    form = Form(load_lexicon())
    for row in cohort.readings:
        answers = {item.id: row[item.id] for item in form.lexicon.items if row[item.id] != "not_applicable"}
        assert form.missing(answers) == ()


def test_the_features_row_is_the_mean_of_both_readers(cohort):
    row = cohort.features[0]
    both = of(cohort.readings, case_id=row["case_id"])
    assert row["voi_choice"] == "mean"
    assert row["D_p5"] == pytest.approx(np.mean([r["D_p5"] for r in both]))


def test_the_dirty_variant_has_an_occasion_for_every_warning(cohort, dirty):
    features, readings = dirty.features, dirty.readings
    assert len(readings) == 463
    assert len(of(features, her2_group="indeterminate")) == 1
    assert of(features, her2_group="indeterminate")[0]["her2_ihc"] == "2+"
    assert len(of(features, nme_distribution="diffuse")) == 1
    low_masses = [
        r for r in of(features, lesion_type="mass", her2_group="low") if r["non_circumscribed"] is not None
    ]
    assert {r["non_circumscribed"] for r in low_masses} == {1}
    cells = [row[f.name] for row in features for f in FEATURES]
    assert 0.01 < sum(cell is None for cell in cells) / len(cells) < 0.03
    assert not any(row[f.name] is None for row in cohort.features for f in FEATURES)
