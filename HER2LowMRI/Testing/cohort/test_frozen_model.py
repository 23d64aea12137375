"""A frozen model gives the same probabilities elsewhere, and what is said of it is what other libraries say."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cli import main
from HER2LowMRILib.cohort.frozen_model import freeze, from_json, to_json
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.variables import COMBINED_MEMBERS
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.synthetic.cohort import make_cohort
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort
from HER2LowMRILib.workflow.freeze_model import apply_model, write_model
from scipy import stats

MEMBERS = [name for names in COMBINED_MEMBERS.values() for name in names]
COLUMNS = ["case_id", "her2_group", "lesion_type", "mass_shape", "mass_margin", "t2_hyperintensity", "synthetic",
           "definition_id", *MEMBERS]  # fmt: skip
PLACE = ("Combined_All", "nme_related", "low_vs_over")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("frozen")


@pytest.fixture(scope="module")
def analysis(folder):
    features = write_rows_as_csv(folder / "features.csv", make_cohort().features, COLUMNS)
    settings = Settings(repeats=1, folds=5, bootstraps=2, label_draws=1)
    return analyze_cohort(features, folder / "out", settings=settings)


@pytest.fixture(scope="module")
def model_file(analysis, folder):
    write_model(analysis, folder / "model.json", *PLACE)
    return folder / "model.json"


@pytest.fixture(scope="module")
def other(folder):
    rows = make_cohort(seed=7).features
    return write_rows_as_csv(folder / "other.csv", rows, COLUMNS), pd.DataFrame(rows)


def measures(found):
    return found.table.set_index("measure")


def test_a_model_read_back_is_the_same_to_the_last_digit(analysis, model_file):
    assert from_json(model_file.read_text(), "model.json") == freeze(analysis, *PLACE)


def test_on_its_own_table_it_has_its_apparent_figures_and_says_so(analysis, model_file, folder):
    found = apply_model(model_file, folder / "features.csv", folder / "own")
    roc = analysis.tables["roc"].set_index(["predictor", "stratum", "comparison"]).loc[PLACE]
    table = measures(found)
    assert table.loc["auc", "estimate"] == pytest.approx(roc["auc"], abs=1e-12)
    assert table.loc["sensitivity", "estimate"] == pytest.approx(roc["sensitivity"], abs=1e-12)
    assert table.loc["specificity", "estimate"] == pytest.approx(roc["specificity"], abs=1e-12)
    # By maximum likelihood the mean prediction is the share of the cases, and the slope 1.
    assert table.loc["calibration_slope", "estimate"] == pytest.approx(1, abs=1e-6)
    assert table.loc["calibration_in_the_large", "estimate"] == pytest.approx(0, abs=1e-6)
    assert table.loc["observed_over_expected", "estimate"] == pytest.approx(1, abs=1e-6)
    assert any("figures are apparent" in text for text in found.warnings)


def test_on_another_table_it_is_what_other_libraries_say(analysis, model_file, other, folder):
    path, rows = other
    found = apply_model(model_file, path, folder / "there")
    model = freeze(analysis, *PLACE)
    rows = rows[(rows["lesion_type"] != "mass") & rows["her2_group"].isin(("low", "over"))]
    positive = (rows["her2_group"] == "low").to_numpy()
    score = model.constant + rows[list(model.terms)].to_numpy(float) @ np.array(model.coefficients)
    table = measures(found)
    u = stats.mannwhitneyu(score[positive], score[~positive]).statistic
    assert table.loc["auc", "estimate"] == pytest.approx(u / (positive.sum() * (~positive).sum()), abs=1e-12)
    slope = sm.Logit(positive.astype(float), sm.add_constant(score)).fit(disp=0, tol=1e-12)
    low, high = slope.conf_int()[1]
    assert tuple(table.loc["calibration_slope", ["estimate", "ci_low", "ci_high"]]) == pytest.approx(
        (slope.params[1], low, high), abs=1e-6
    )
    large = sm.GLM(positive.astype(float), np.ones(len(score)), sm.families.Binomial(), offset=score).fit(
        tol=1e-14
    )
    low, high = large.conf_int()[0]
    assert tuple(table.loc["calibration_in_the_large", ["estimate", "ci_low", "ci_high"]]) == pytest.approx(
        (large.params[0], low, high), abs=1e-6
    )
    probability = 1 / (1 + np.exp(-score))
    assert table.loc["brier", "estimate"] == pytest.approx(np.mean((probability - positive) ** 2), abs=1e-12)
    above = probability > model.cutoff
    assert table.loc["sensitivity", "estimate"] == pytest.approx(above[positive].mean(), abs=1e-12)
    assert table.loc["npv", "estimate"] == pytest.approx((~positive)[~above].mean(), abs=1e-12)
    assert not any("apparent" in text for text in found.warnings)


def test_no_probability_of_a_case_is_written(model_file, other, folder):
    apply_model(model_file, other[0], folder / "quiet")
    written = {path.name for path in (folder / "quiet").iterdir()}
    assert written == {"validation.csv", "decision_curve.csv", "validation.html"}
    for path in (folder / "quiet").iterdir():
        assert "SYN-" not in path.read_text()


def test_two_runs_are_the_same_to_the_byte(model_file, other, folder):
    for name in ("first", "second"):
        apply_model(model_file, other[0], folder / name)
    for path in (folder / "first").iterdir():
        assert path.read_bytes() == (folder / "second" / path.name).read_bytes()


def test_other_definitions_and_values_beyond_the_fit_are_told(model_file, other, folder):
    rows = other[1].assign(definition_id="h1-other")
    rows["ADC_mean"] = rows["ADC_mean"] + 1.5
    path = write_rows_as_csv(folder / "shifted.csv", rows.to_dict("records"), COLUMNS)
    told = " ".join(apply_model(model_file, path, folder / "shifted").warnings)
    assert "made by other definitions: h1-other here" in told
    assert "ADC_mean: " in told and "lie outside" in told


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.drop(columns=["K_p95", "ADC_mean"]), "ADC_mean, K_p95"),
        (lambda rows: rows[rows["her2_group"] != "over"], "at least 5 complete cases"),
        (lambda rows: rows.assign(ADC_mean=rows["ADC_mean"] / 1000, ADC_median=rows["ADC_median"] / 1000,
                                  ADC_p5=rows["ADC_p5"] / 1000), "mm2/s"),
    ],
    ids=["columns", "groups", "unit"],
)  # fmt: skip
def test_a_table_that_the_model_does_not_fit_is_refused_before_anything_is_written(
    model_file, other, folder, change, words
):
    rows = change(other[1][COLUMNS])
    path = write_rows_as_csv(folder / "wrong.csv", rows.to_dict("records"), list(rows))
    with pytest.raises(AnalysisError, match=words):
        apply_model(model_file, path, folder / "wrong")
    assert not (folder / "wrong").exists()


SPOILED = {
    "no json": lambda model: "{",
    "a list": lambda model: "[]",
    "another schema": lambda model: json.dumps(model | {"schema": "x"}),
    "a coefficient less": lambda model: json.dumps(model | {"coefficients": model["coefficients"][1:]}),
    "text for a number": lambda model: json.dumps(model | {"constant": "1"}),
    "NaN": lambda model: json.dumps(model | {"constant": float("nan")}),
    "a strange stratum": lambda model: json.dumps(model | {"stratum": "../x"}),
    "one field more": lambda model: json.dumps(model | {"extra": 1}),
    "one field less": lambda model: json.dumps({k: v for k, v in model.items() if k != "terms"}),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_no_model_is_refused(model_file, other, tmp_path, name):
    path = tmp_path / "model.json"
    path.write_text(SPOILED[name](json.loads(model_file.read_text())))
    with pytest.raises(AnalysisError, match="is not a frozen model"):
        apply_model(path, other[0], tmp_path / "out")


def test_a_model_of_categories_keeps_its_references(analysis):
    model = freeze(analysis, "Qualitative", "mass", "low_vs_zero")
    assert model.references == ("oval or round", "circumscribed", "no")
    assert from_json(to_json(model), "m") == model


def test_a_model_that_was_not_fitted_is_named_with_those_that_were(analysis):
    with pytest.raises(AnalysisError, match="Combined_ADC all low_vs_zero"):
        freeze(analysis, "Nonsense", "all", "low_vs_zero")


def test_the_command_says_what_it_found(model_file, other, folder, capsys):
    assert main(["apply", str(model_file), str(other[0]), "--out", str(folder / "cli")]) == 0
    assert "AUC      0." in capsys.readouterr().out
    with (folder / "cli" / "validation.csv").open() as file:
        assert next(csv.DictReader(file))["measure"] == "auc"
