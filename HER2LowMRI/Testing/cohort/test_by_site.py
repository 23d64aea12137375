"""Tables of each site for itself; the sites differ where they do and agree where they agree."""

from dataclasses import replace

import numpy as np
import pytest
from cohort_csv import synthetic_row, write_rows_as_csv
from HER2LowMRILib.cli import main
from HER2LowMRILib.cohort.analysis import analyze
from HER2LowMRILib.cohort.by_site import ALL_SITES, of_site, tables_by_site
from HER2LowMRILib.cohort.report.by_site import by_site
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.table import read_features, read_readings
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.statistics.delong import auc
from HER2LowMRILib.core.statistics.heterogeneity import heterogeneity


def cohort_rows(sites, seed=4, each=12):
    rng = np.random.default_rng(seed)
    rows = []
    for site in sites:
        for number in range(3 * each):
            group = ("zero", "low", "over")[number % 3]
            row = synthetic_row(rng, len(rows) + 1, group, ("mass", "nme")[number % 2])
            rows.append(row | {"site": site, "scanner": "3 T"})
    return rows


def test_heterogeneity_is_that_of_a_worked_example():
    # Q = sum w (x - mean)^2 with w = 1/se^2: weights 25, 100, 44.4; by hand.
    found = heterogeneity([0.6, 0.8, 0.7], [0.2, 0.1, 0.15])
    weights = np.array([25, 100, 1 / 0.0225])
    centre = (weights * [0.6, 0.8, 0.7]).sum() / weights.sum()
    assert found.q == pytest.approx((weights * (np.array([0.6, 0.8, 0.7]) - centre) ** 2).sum())
    assert (found.df, found.i2_percent) == (2, 0)
    # Chi-squared with 2 degrees of freedom has the tail exp(-q / 2).
    assert found.p == pytest.approx(np.exp(-found.q / 2))
    apart = heterogeneity([0.2, 0.9], [0.05, 0.05])
    assert apart.q == pytest.approx(98)
    assert apart.i2_percent == pytest.approx(100 * 97 / 98)
    assert heterogeneity([0.5, float("nan")], [0.1, 0.1]).df == 0


def test_each_site_has_the_area_of_its_own_rows_in_the_direction_of_all(tmp_path):
    rows = cohort_rows(("Bern", "Ulm"))
    for row in rows:
        # In Ulm the other way round, and more cases there so that it says the direction.
        shift = 0.22 * (row["her2_group"] == "low") * (1 if row["site"] == "Bern" else -1.5)
        row["ADC_mean"] = float(row["ADC_mean"]) + shift
    cohort = read_features(write_rows_as_csv(tmp_path / "features.csv", rows))
    tables, left_out = tables_by_site(cohort, None, 1)
    roc = tables["roc_by_site"].set_index(["site", "stratum", "comparison", "predictor"])
    key = ("all", "low_vs_zero", "ADC_mean")
    chosen = cohort.rows[cohort.rows["her2_group"].isin(("low", "zero"))]
    site = cohort.context["site"][chosen.index]
    positive = chosen["her2_group"] == "low"
    pooled = auc(chosen["ADC_mean"], positive)
    assert roc.loc[(ALL_SITES, *key), "auc"] == pooled.auc
    for name in ("Bern", "Ulm"):
        own = auc(chosen["ADC_mean"][site == name], positive[site == name], pooled.direction)
        assert roc.loc[(name, *key), "auc"] == own.auc
        assert roc.loc[(name, *key), "direction"] == pooled.direction
    low, high = sorted(roc.loc[(name, *key), "auc"] for name in ("Bern", "Ulm"))
    assert low < 0.35 < 0.65 < high
    assert roc.loc[(ALL_SITES, *key), "p_heterogeneity"] < 0.01
    assert roc.loc[(ALL_SITES, "all", "low_vs_zero", "K_entropy"), "p_heterogeneity"] > 0.01
    univariate = tables["univariate_by_site"]
    assert list(univariate["site"].unique()) == ["Bern", "Ulm"]
    assert univariate["n_low"].max() == 12
    assert left_out == []


def test_readings_and_questions_that_did_not_arise_go_with_their_site(tmp_path):
    rows = cohort_rows(("A", "B"), each=6)
    features = read_features(write_rows_as_csv(tmp_path / "features.csv", rows))
    part = of_site(features, "B")
    assert len(part.rows) == 18
    assert all(len(asked) == 18 for asked in part.not_asked.values())
    rng = np.random.default_rng(1)
    readings = [
        {name: cell for name, cell in row.items() if name not in ("er", "her2_group", "her2_ihc")}
        | {"reader": reader, "repeat": again, "fgt": rng.choice(list("abcd"))}
        for row in rows
        for reader, again in (("r1", 0), ("r2", 0), ("r1", 1))
    ]
    read = read_readings(write_rows_as_csv(tmp_path / "readings.csv", readings))
    assert (len(read.rows), len(read.repeats)) == (72, 36)
    tables, _ = tables_by_site(features, read, 1)
    agreement = tables["agreement_by_site"]
    fgt = agreement[(agreement["variable"] == "fgt") & (agreement["statistic"] == "kappa")]
    assert sorted(zip(fgt["site"], fgt["readers"], fgt["n"], strict=True)) == [
        (site, pair, 18) for site in "AB" for pair in ("r1 and r1 again", "r1 and r2")
    ]


def test_one_site_is_no_analysis_by_site(tmp_path):
    cohort = read_features(write_rows_as_csv(tmp_path / "f.csv", cohort_rows(("A",), each=4)))
    with pytest.raises(AnalysisError, match="two or more sites"):
        tables_by_site(cohort, None, 1)


def test_a_dry_run_says_what_is_taken_and_asked_and_writes_nothing(tmp_path, capsys):
    rows = cohort_rows(("A", "B"), each=6)
    for number, row in enumerate(rows):
        row["Histology"] = ("NST", "ILC")[number % 2]
    rows[4]["her2_ihc"] = "1"
    for row in rows:
        row.pop("her2_group", None)
    table = write_rows_as_csv(tmp_path / "features.csv", rows)
    out = tmp_path / "out"
    assert main(["analyze", str(table), "--out", str(out), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "36 cases" in said
    assert "? " in said
    assert "1 question open" in said
    assert "Histology" in said
    assert not out.exists()
    assert main(["analyze", str(table), "--out", str(out), "--dry-run", "--accept-proposed"]) == 0
    assert "36 cases: HER2-zero 12, HER2-low 12, HER2-over 12" in capsys.readouterr().out
    assert not out.exists()


def test_the_report_has_the_sites_beside_each_other(tmp_path):
    table = write_rows_as_csv(tmp_path / "features.csv", cohort_rows(("Bern", "Ulm"), each=4))
    settings = Settings(bootstraps=2, repeats=1, label_draws=1, by_site=True)
    done = analyze(read_features(table), settings=settings)
    page = by_site(done)
    assert "AUC by site, HER2-low against HER2-zero, all lesions" in page
    assert page.count("<figure") == 4
    assert by_site(replace(done, tables={})) == ""


def test_tables_of_an_analysis_before_are_not_left_among_those_of_the_next(tmp_path):
    file = write_rows_as_csv(tmp_path / "features.csv", cohort_rows(("A", "B")))
    quick = ["--bootstraps", "2", "--repeats", "1", "--quiet"]
    out = tmp_path / "out"
    assert main(["analyze", str(file), "--out", str(out), "--by-site", *quick]) == 0
    assert (out / "roc_by_site.csv").exists()
    (out / "notes.csv").write_text("my own")
    assert main(["analyze", str(file), "--out", str(out), *quick]) == 0
    assert (out / "roc.csv").exists() and not (out / "roc_by_site.csv").exists()
    assert (out / "notes.csv").read_text() == "my own"
    other = tmp_path / "other"
    other.mkdir()
    (other / "roc_by_site.csv").write_text("not ours")
    assert main(["analyze", str(file), "--out", str(other), *quick]) == 0
    assert (other / "roc_by_site.csv").read_text() == "not ours"
