"""The analysis goes as far as the rows allow, says what it left out, and gives the same numbers every time."""

import json
import re

import numpy as np
import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cli import main
from HER2LowMRILib.cohort.analysis import analyze
from HER2LowMRILib.cohort.models import QUALITATIVE_PAPER, screening_candidates
from HER2LowMRILib.cohort.report.tables import cross_validated_text, interval_text, number_text, ratio_text
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.table import read_features
from HER2LowMRILib.cohort.univariate import number_summaries
from HER2LowMRILib.cohort.variables import COMBINED_MEMBERS, FEATURE_NAMES
from HER2LowMRILib.core.errors import AnalysisError, Cancelled
from HER2LowMRILib.core.statistics.summaries import summarize
from HER2LowMRILib.workflow.analyze_cohort import FILES, analyze_cohort, read_flow
from HER2LowMRILib.workflow.cohort_rows import STAGES
from scipy import stats

QUICK = Settings(repeats=1, folds=5, bootstraps=5)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("analysed") / "out"


@pytest.fixture(scope="module")
def analysed(cohort_rows, reading_rows, out):
    features = write_rows_as_csv(out.with_name("features.csv"), cohort_rows)
    readings = write_rows_as_csv(out.with_name("readings.csv"), reading_rows)
    return analyze_cohort(features, out, readings=readings, settings=QUICK)


def test_a_whole_cohort_leaves_every_table_the_json_and_the_report(analysed, out):
    # One site, no case read or scanned twice, one way to outline: no table of sites, scanners, repeats or ways.
    absent = (
        "univariate_by_site",
        "roc_by_site",
        "agreement_by_site",
        "mixed",
        "repeatability",
        "agreement_by_outline",
    )
    assert {file.name for file in out.iterdir()} == {
        *(file for name, file in FILES.items() if name not in absent),
        "results.json",
        "report.html",
        "check.R",
        "check.sps",
        "checklists.csv",
        "analysed.csv",
        "analysed_readings.csv",
        "variables.csv",
    }
    # What can be missing in so small a cohort is a screened model for which no descriptor passes.
    assert {entry.what for entry in analysed.left_out} <= {"Qualitative (screened)"}
    results = json.loads((out / "results.json").read_text())
    assert results["synthetic"] is True
    assert results["group_sizes"] == {"zero": 30, "low": 30, "over": 30}


def test_a_rerun_is_the_same_to_the_byte(analysed, out, tmp_path):
    again = tmp_path / "again"
    analyze_cohort(
        out.with_name("features.csv"),
        again,
        readings=out.with_name("readings.csv"),
        settings=analysed.settings,
    )
    for file in out.iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes(), file.name


def test_univariate_p_is_scipys_and_q_covers_the_21_features(analysed, cohort_rows):
    table = analysed.tables["univariate"]
    row = table[
        (table["stratum"] == "nme_related")
        & (table["comparison"] == "low_vs_over")
        & (table["variable"] == "ADC_mean")
    ].iloc[0]
    nme = [r for r in cohort_rows if r["lesion_type"] != "mass"]
    low, over = ([r["ADC_mean"] for r in nme if r["her2_group"] == group] for group in ("low", "over"))
    expected = stats.mannwhitneyu(low, over, use_continuity=False, method="asymptotic").pvalue
    assert row["p"] == pytest.approx(expected, abs=1e-14)
    family = table[
        (table["stratum"] == "nme_related")
        & (table["comparison"] == "low_vs_over")
        & table["variable"].isin(FEATURE_NAMES)
    ]
    assert np.allclose(family["q"], stats.false_discovery_control(family["p"]), atol=1e-14)


def test_her2_low_is_the_positive_class_of_its_pairs(analysed):
    roc = analysed.tables["roc"]
    for comparison, positive in (("low_vs_zero", "low"), ("low_vs_over", "low"), ("zero_vs_over", "over")):
        row = roc[(roc["comparison"] == comparison) & (roc["stratum"] == "all")].iloc[0]
        rows = analysed.cohort.rows
        assert row["n_positive"] == (rows["her2_group"] == positive).sum()


def test_the_apparent_auc_of_a_model_is_above_what_cross_validation_leaves(analysed):
    roc = analysed.tables["roc"]
    combined = roc[(roc["predictor"] == "Combined_All")]
    assert (combined["auc"] > combined["auc_cv"]).all()
    assert combined["auc"].between(0.5, 1).all()


def test_nested_models_get_the_likelihood_ratio_test_and_others_do_not(analysed):
    delong = analysed.tables["delong"]
    nested = delong["predictor_a"] == "Combined_All"
    assert delong.loc[nested, "lr_p"].notna().all()
    assert delong.loc[~nested, "lr_p"].isna().all()
    assert set(delong.loc[delong["predictor_b"] == "Combined_K", "lr_df"]) == {6.0}


def test_the_papers_qualitative_model_is_fitted_in_masses(analysed):
    models = analysed.tables["models"]
    model = models[(models["model"] == "Qualitative") & (models["comparison"] == "low_vs_zero")]
    assert model["stratum"].unique().tolist() == ["mass"]
    assert model["term"].tolist() == ["(constant)", *QUALITATIVE_PAPER]


def test_only_two_columns_still_give_what_they_can(cohort_rows, write_csv, tmp_path):
    columns = ["case_id", "her2_group", "ADC_mean"]
    analysis = analyze_cohort(write_csv(cohort_rows, columns=columns), tmp_path / "out", settings=QUICK)
    assert set(analysis.tables["univariate"]["variable"]) == {"ADC_mean"}
    assert set(analysis.tables["univariate"]["stratum"]) == {"all"}
    left_out = {entry.what: entry.reason for entry in analysis.left_out}
    assert left_out["agreement.csv"].startswith("no readings")
    assert left_out["masses and NME-related lesions apart"] == "no column lesion_type"
    assert "D_mean" in left_out["histogram features"]
    assert (tmp_path / "out" / "report.html").exists()


# What every model needs, and not all 21 features: the shape of the trouble is the same.
FEW_COLUMNS = [
    "case_id", "her2_group", "her2_ihc", "lesion_type", "mass_shape", "mass_margin", "nme_distribution", "bpe",
    "t2_hyperintensity", "age", *(name for members in COMBINED_MEMBERS.values() for name in members),
]  # fmt: skip


def with_gaps(row, start):
    kept = ("case_id", "her2_ihc", "her2_group")
    return {
        name: "" if (start + position) % 5 == 0 and name not in kept else value
        for position, (name, value) in enumerate(row.items())
    }


DEGENERATE = {
    "one group empty": lambda rows: [row for row in rows if row["her2_group"] != "zero"],
    "one case in a group": lambda rows: [r for r in rows if r["her2_group"] != "zero"] + rows[:1],
    "constant feature": lambda rows: [row | {"ADC_mean": 1.0} for row in rows],
    "perfect separation": lambda rows: [
        row | {"t2_hyperintensity": int(row["her2_group"] == "low")} for row in rows
    ],
    "a category with one case": lambda rows: [rows[0] | {"mass_shape": "oval"}]
    + [row | {"mass_shape": "round"} if row["mass_shape"] == "oval" else row for row in rows[1:]],
    "gaps everywhere": lambda rows: [with_gaps(row, start) for start, row in enumerate(rows)],
    "empty columns": lambda rows: [row | {"bpe": "", "K_mean": ""} for row in rows],
    "masses only": lambda rows: [row for row in rows if row["lesion_type"] == "mass"],
}


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_cohorts_give_words_where_there_is_no_number(cohort_rows, write_csv, tmp_path, name):
    rows = DEGENERATE[name](cohort_rows)
    analysis = analyze_cohort(write_csv(rows, columns=FEW_COLUMNS), tmp_path / "out", settings=QUICK)
    tests = analysis.tables["univariate"]
    silent = tests[tests["p"].isna() & (tests["note"].fillna("") == "")]
    assert silent.empty, f"no p and no reason: {silent[['stratum', 'comparison', 'variable']].to_string()}"
    roc = analysis.tables["roc"]
    unexplained = roc[(roc["auc"].isna() | roc["ci_low"].isna()) & (roc["note"].fillna("") == "")]
    assert unexplained.empty, unexplained[["stratum", "comparison", "predictor", "auc"]].to_string()
    page = (tmp_path / "out" / "report.html").read_text()
    assert not re.search(r">\s*(nan|inf|None)\b", page)
    if name == "perfect separation":
        check_that_firth_was_used(analysis)


def check_that_firth_was_used(analysis):
    models = analysis.tables["models"]
    qualitative = models[(models["model"] == "Qualitative") & (models["comparison"] == "low_vs_zero")]
    assert set(qualitative["method"]) == {"firth"}
    assert np.isfinite(qualitative["coefficient"]).all()
    assert any("Firth" in warning for warning in analysis.warnings)


def test_readers_who_agree_on_everything_and_one_reader_alone(cohort_rows, write_csv, tmp_path):
    features = write_csv(cohort_rows, columns=["case_id", "her2_group", "ADC_mean"])
    same = [row | {"reader": reader} for row in cohort_rows for reader in ("reader-1", "reader-2")]
    analysis = analyze_cohort(features, tmp_path / "a", readings=write_csv(same, "same.csv"), settings=QUICK)
    agreement = analysis.tables["agreement"]
    assert (agreement.loc[agreement["statistic"] == "kappa", "estimate"] == 1).all()
    alone = analyze_cohort(
        features, tmp_path / "b", readings=write_csv(same[::2], "alone.csv"), settings=QUICK
    )
    assert "agreement" not in alone.tables
    (reason,) = (entry.reason for entry in alone.left_out if entry.what == "agreement.csv")
    assert "the readings of two readers" in reason


def test_three_readers_are_compared_pair_by_pair(cohort_rows, reading_rows, write_csv, tmp_path):
    third = [row | {"reader": "reader-3", "fgt": "d"} for row in reading_rows if row["reader"] == "reader-1"]
    analysis = analyze_cohort(
        write_csv(cohort_rows, columns=["case_id", "her2_group", "age"]),
        tmp_path / "out",
        readings=write_csv([*reading_rows, *third], "readings.csv"),
        settings=QUICK,
    )
    pairs = ["reader-1 and reader-2", "reader-1 and reader-3", "reader-2 and reader-3"]
    read = {
        name: [*dict.fromkeys(analysis.tables[name]["readers"])] for name in ("agreement", "agreement_cases")
    }
    assert read == {
        "agreement": [*pairs, "reader-1, reader-2 and reader-3"],
        "agreement_cases": pairs,
    }
    page = (tmp_path / "out" / "report.html").read_text()
    for pair in pairs:
        assert page.count(f'scope="colgroup">{pair}</th>') == 2
        assert f"Bland-Altman plots of {pair}" in page


def test_no_case_with_a_group_is_refused(cohort_rows, write_csv, tmp_path):
    rows = [row | {"her2_ihc": "2+", "her2_ish": "", "her2_group": ""} for row in cohort_rows]
    with pytest.raises(AnalysisError, match="cases in the groups"):
        analyze_cohort(write_csv(rows), tmp_path / "out", settings=QUICK)
    assert not (tmp_path / "out").exists()


def test_stopping_writes_nothing(cohort_rows, write_csv, tmp_path):
    with pytest.raises(Cancelled):
        analyze_cohort(write_csv(cohort_rows), tmp_path / "out", settings=QUICK, cancelled=lambda: True)
    assert not (tmp_path / "out").exists()


def test_the_report_carries_its_own_style_and_figures_and_reaches_nowhere(analysed, out):
    page = (out / "report.html").read_text()
    assert "Synthetic data: every number below is made up." in page
    assert "no medical device" in page
    assert not re.search(r"""(src|href)=["'](?!#)""", page)
    assert page.count("<svg") >= 7
    for heading in (
        "Flow of patients",
        "Methods",
        "Agreement of the readers",
        "Diagnostic performance",
        "Provenance",
    ):
        assert f" {heading}</h2>" in page


def test_a_hostile_case_id_or_reader_name_is_shown_and_not_run(
    cohort_rows, reading_rows, write_csv, tmp_path
):
    hostile = "<script>alert(1)</script>"
    readings = [row | {"reader": row["reader"].replace("reader-1", hostile)} for row in reading_rows]
    features = write_csv(cohort_rows, columns=["case_id", "her2_group", "ADC_mean"])
    analyze_cohort(features, tmp_path / "out", readings=write_csv(readings, "readings.csv"), settings=QUICK)
    assert "<script" not in (tmp_path / "out" / "report.html").read_text()


def test_the_flow_counts_who_left_on_the_way(write_csv):
    stages = ["included"] * 5 + ["excluded"] * 2 + ["indeterminate"]
    flow = write_csv([{"case_id": str(n), "stage": stage} for n, stage in enumerate(stages)], "flow.csv")
    assert read_flow(flow) == (
        ("Cases in the study", 8),
        ("Excluded by the coordinator", 2),
        ("HER2 group indeterminate", 1),
    )


def test_every_stage_of_an_export_has_its_words_in_the_flow_chart(write_csv):
    flow = write_csv([{"case_id": stage, "stage": stage} for stage in STAGES], "flow.csv")
    assert not set(STAGES) & {text for text, _ in read_flow(flow)}


def test_the_overlap_of_the_vois_is_summarised_beside_kappa_and_icc(cohort_rows, write_csv, tmp_path):
    columns = ["case_id", "her2_group", "ADC_mean"]
    readings = [row | {"reader": reader} for row in cohort_rows for reader in ("r1", "r2")]
    dice = [0.7, 0.8, 0.9]
    overlaps = [
        {"case_id": f"SYN-00{n}", "reader_1": "r1", "reader_2": "r2", "dice": value, "hausdorff_95_mm": 2.0}
        for n, value in enumerate(dice, start=1)
    ]
    write_csv(overlaps, "voi_agreement.csv")
    analysis = analyze_cohort(
        write_csv(cohort_rows, columns=columns),
        tmp_path / "out",
        readings=write_csv(readings, "readings.csv", columns=["case_id", "reader", "ADC_mean"]),
        settings=QUICK,
    )
    row = analysis.tables["agreement"].set_index("statistic").loc["dice"]
    assert (row["variable"], row["n"], row["estimate"]) == ("voi", 3, pytest.approx(0.8))
    # Student's t with 2 degrees of freedom: 4.3027 x 0.1 / sqrt(3).
    assert row["ci_low"] == pytest.approx(0.8 - 4.302653 * 0.1 / 3**0.5, abs=1e-6)
    assert "Agreement of the VOIs" in (tmp_path / "out" / "report.html").read_text()


def test_agreement_and_times_are_told_by_how_the_lesions_were_outlined(cohort_rows, write_csv, tmp_path):
    hand = {"voi_slices_drawn": 8, "voi_slices_assisted": 0, "voi_slices_interpolated": 0}
    helped = {"voi_slices_drawn": 1, "voi_slices_assisted": 7, "voi_slices_interpolated": 0}
    readings, overlaps = [], []
    for number, row in enumerate(cohort_rows):
        # Every second case by hand; one in which the readers differ.
        of_r1 = hand if number % 2 else helped
        of_r2 = hand if number == 0 else of_r1
        for reader, way in (("r1", of_r1), ("r2", of_r2)):
            times = {
                "voi_seconds": 240 if way is hand else 80,
                "form_seconds": 60,
                "reading_position": number + 1,
            }
            readings.append(row | {"reader": reader} | way | times)
        dice = {"dice": 0.8 if number % 2 else 0.95, "hausdorff_95_mm": 2.0}
        overlaps.append({"case_id": row["case_id"], "reader_1": "r1", "reader_2": "r2"} | dice)
    write_csv(overlaps, "voi_agreement.csv")
    columns = ["case_id", "reader", "ADC_mean", "voi_seconds", "form_seconds", "reading_position", *hand]
    analysis = analyze_cohort(
        write_csv(cohort_rows, columns=["case_id", "her2_group", "ADC_mean"]),
        tmp_path / "out",
        readings=write_csv(readings, "readings.csv", columns=columns),
        settings=QUICK,
    )
    table = analysis.tables["agreement"]
    found = table[table["statistic"] == "dice"].set_index("variable")["estimate"]
    assert found["voi_drawn"] == pytest.approx(0.8)
    assert (found["voi_assisted"], found["voi_different"]) == (pytest.approx(0.95), pytest.approx(0.95))
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Agreement of the VOIs by how they were outlined" in page
    times = page[page.index("Time of the readers") :]
    assert "4.0 (4.0–4.0)" in times
    assert "1.3 (1.3–1.3)" in times
    assert "30.0 (30.0–30.0)" in times
    assert "second half of the cases" in times


def test_features_are_compared_by_how_the_lesions_were_outlined(cohort_rows, write_csv, tmp_path):
    from HER2LowMRILib.core.statistics.icc import icc

    hand = {"voi_slices_drawn": 8, "voi_slices_assisted": 0, "voi_slices_interpolated": 0}
    helped = {"voi_slices_drawn": 1, "voi_slices_assisted": 7, "voi_slices_interpolated": 0}
    readings, of, values = [], {"drawn": [], "assisted": [], "apart": []}, {}
    for number, row in enumerate(cohort_rows):
        kind = ("drawn", "assisted", "apart")[number % 3]
        # Where the ways differ, now the one reader was helped and now the other; help makes 0.2 of difference.
        ways = {"drawn": (hand, hand), "assisted": (helped, helped)}.get(
            kind, (hand, helped) if number % 2 else (helped, hand)
        )
        noise = 0.01 * ((number * 7) % 5 - 2)
        of[kind].append(row["case_id"])
        for reader, way, shift in zip(("r1", "r2"), ways, (0.0, noise), strict=True):
            value = row["ADC_mean"] + shift + (0.2 if way is helped else 0.0)
            values[row["case_id"], reader] = value
            readings.append({"case_id": row["case_id"], "reader": reader, "ADC_mean": value} | way)
    analysis = analyze_cohort(
        write_csv(cohort_rows, columns=["case_id", "her2_group", "ADC_mean"]),
        tmp_path / "out",
        readings=write_csv(readings, "readings.csv", columns=["case_id", "reader", "ADC_mean", *hand]),
        settings=QUICK,
    )
    table = analysis.tables["agreement_by_outline"].set_index(["way", "statistic"])
    assert set(table.index.unique("way")) == {"drawn", "assisted", "helped_minus_drawn"}
    for way in ("drawn", "assisted"):
        pairs = np.array([[values[case, reader] for reader in ("r1", "r2")] for case in of[way]])
        assert table.loc[(way, "icc_2_1"), "estimate"] == pytest.approx(icc(pairs)["icc_2_1"].estimate)
        assert table.loc[(way, "icc_2_1"), "n"] == len(of[way])
    bias = table.loc[("helped_minus_drawn", "bias")]
    assert bias["estimate"] == pytest.approx(0.2, abs=0.01)
    assert bias["ci_low"] < 0.2 < bias["ci_high"]
    assert bias["n"] == len(of["apart"])
    assert (tmp_path / "out" / "agreement_by_outline.csv").exists()
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Measurements with help against those by hand alone" in page
    assert "Both with assistance in some slices" in page


def test_few_events_of_the_combined_models_are_told_once(analysed):
    (warning,) = [text for text in analysed.warnings if "combined models rest on" in text]
    assert "Combined All" in warning
    assert "read the cross-validated" in warning


def numbers_of(summary: str) -> list[str]:
    return re.findall(r"-?\d+\.?\d*", summary)


def test_warnings_speak_the_words_of_the_report(cohort_rows, write_csv, tmp_path):
    rows = [row | {"t2_hyperintensity": int(row["her2_group"] == "low")} for row in cohort_rows]
    rows[0] |= {"ADC_mean": "", "bpe": "not_assessable"}
    analysis = analyze_cohort(write_csv(rows, columns=FEW_COLUMNS), tmp_path / "out", settings=QUICK)
    told = " ".join([*analysis.warnings, *(entry.what for entry in analysis.left_out)])
    assert not re.search(r"\w+_\w+", told), told
    assert "ADC mean (1)" in told and "separation by Intratumoral T2 hyperintensity" in told


def test_the_groups_of_a_row_carry_the_same_number_of_decimals(analysed):
    table = analysed.tables["univariate"]
    for _, row in table[table["kind"] == "number"].iterrows():
        cells = [row[f"summary_{group}"] for group in ("zero", "low", "over")]
        shown = [number for cell in cells if isinstance(cell, str) for number in numbers_of(cell)]
        assert len({len(number.partition(".")[2]) for number in shown}) == 1, cells


def test_decimals_leave_the_smallest_spread_two_digits():
    groups = {"low": summarize([1.0, 1.2, 1.34, 1.5]), "over": summarize([10.0, 20.0, 31.0])}
    assert number_summaries(groups, normal=True) == {"low": "1.26 ± 0.21", "over": "20.33 ± 10.50"}
    whole = {"low": summarize([400.0, 500.0, 630.0]), "over": summarize([300.0, 510.0, 770.0])}
    assert number_summaries(whole, normal=False)["low"] == "500 (400 to 630)"
    half = {"low": summarize([20, 30, 39, 70]), "over": summarize([10, 20, 30, 60])}
    assert number_summaries(half, normal=False)["low"] == "34.5 (22.5 to 62.3)"
    constant = {"low": summarize([0.05] * 4), "over": summarize([])}
    assert number_summaries(constant, normal=False) == {"low": "0.050 (0.050 to 0.050)", "over": ""}


def test_a_variable_is_mean_or_median_in_every_pair_of_a_stratum(analysed):
    table = analysed.tables["univariate"]
    numbers = table[table["kind"] == "number"]
    assert numbers["summary_low"].str.contains("±").any() and numbers["summary_low"].str.contains("to").any()
    for _, part in numbers.groupby(["stratum", "variable"]):
        for group in ("zero", "low", "over"):
            assert part[f"summary_{group}"].dropna().nunique() == 1, part["variable"].iloc[0]


def test_no_cell_of_a_table_carries_an_apostrophe(analysed, out):
    negative = 0
    for name in (file for file in FILES.values() if (out / file).exists()):
        text = (out / name).read_text()
        assert not re.search(r"""(^|[,"])'""", text, re.MULTILINE), name
        negative += text.count("\N{MINUS SIGN}")
    assert negative > 10


def test_the_lesion_type_enters_the_screened_model_of_nme_related_lesions(cohort_rows, write_csv, tmp_path):
    # Of the NME-related lesions, low ones mostly have a mass beside the NME and zero ones do not.
    kinds = {"zero": ["nme"] * 13 + ["mass_with_nme"] * 2, "low": ["nme"] * 3 + ["mass_with_nme"] * 12}
    rows = [dict(row) for row in cohort_rows]
    for group, types in kinds.items():
        related = [row for row in rows if row["her2_group"] == group and row["lesion_type"] != "mass"]
        for row, kind in zip(related, types, strict=True):
            row["lesion_type"] = kind
    columns = ["case_id", "her2_group", "lesion_type", "multifocal", "t2_hyperintensity", "ADC_mean"]
    analysis = analyze_cohort(write_csv(rows, columns=columns), tmp_path / "out", settings=QUICK)
    tests = analysis.tables["univariate"].set_index(["stratum", "comparison", "variable"])
    assert tests.loc[("nme_related", "low_vs_zero", "lesion_type"), "p"] < 0.001
    models = analysis.tables["models"].set_index(["stratum", "comparison", "model"])
    terms = models.loc[("nme_related", "low_vs_zero", "Qualitative_screened"), "term"].tolist()
    assert "lesion_type: mass_with_nme" in terms
    assert not any(term.startswith("nme_related") for term in models.loc["nme_related", "term"])
    # By hand: (12 x 13) / (3 x 2), the odds of a mass beside the NME in low against those in zero.
    if terms == ["(constant)", "lesion_type: mass_with_nme"]:
        row = models.loc[("nme_related", "low_vs_zero", "Qualitative_screened")].iloc[1]
        assert row["odds_ratio"] == pytest.approx(12 * 13 / (3 * 2), rel=1e-9)


def test_a_collapsed_descriptor_that_is_constant_gives_its_place_to_its_origin(
    cohort_rows, write_csv, tmp_path
):
    rows = [row | {"mass_margin": "spiculated" if n % 3 else "irregular"} if row["lesion_type"] == "mass" else row
            for n, row in enumerate(cohort_rows)]  # fmt: skip
    cohort = read_features(write_csv(rows))
    assert "mass_margin" in screening_candidates(cohort, "mass")
    assert "non_circumscribed" not in screening_candidates(cohort, "mass")
    assert "irregular_shape" in screening_candidates(cohort, "mass")
    assert "mass_shape" not in screening_candidates(cohort, "mass")


def test_shares_of_a_mass_descriptor_are_those_of_the_lesions_with_a_mass(analysed, out, cohort_rows):
    low = [row for row in cohort_rows if row["her2_group"] == "low"]
    masses = [row for row in low if row["lesion_type"] != "nme"]
    irregular = sum(row["mass_shape"] == "irregular" for row in masses)
    assert len(masses) == 22 and len(low) == 30
    page = (out / "report.html").read_text().replace("&nbsp;", " ")
    section = page[page.index("MRI descriptors, all lesions") :]
    shape = section[section.index("Mass shape") :]
    assert shape.startswith('Mass shape<span class="missing">in 66 of 90 lesions</span>')
    assert f"{irregular}/22 ({100 * irregular / 22:.1f} %)" in shape[: shape.index("Mass margin")]
    assert (
        "N are the lesions in which the question arises"
        in section[: section.index("MRI descriptors, masses")]
    )


def test_what_is_left_out_of_a_tiny_table_is_told_once_for_each_reason(
    cohort_rows, write_csv, tmp_path, capsys
):
    tiny = [row for group in ("zero", "low", "over") for row in cohort_rows if row["her2_group"] == group][
        ::8
    ]
    assert main(["analyze", str(write_csv(tiny)), "--out", str(tmp_path / "out")]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("left out", "note"))]
    assert len(told) <= 6, "\n".join(told)
    (models,) = (line for line in told if "at least 10 cases of either group" in line)
    assert "Combined ADC" in models and "Combined All" in models and "Qualitative (" in models
    assert "in 9 comparisons" in models
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert sum("at least 10 cases" in entry["why"] for entry in results["left_out"]) >= 39


def test_the_cross_validated_auc_of_every_model_carries_its_limits(analysed, out):
    roc = analysed.tables["roc"]
    models = roc[~roc["predictor"].isin(FEATURE_NAMES)]
    assert ((models["auc_cv_low"] < models["auc_cv"]) & (models["auc_cv"] < models["auc_cv_high"])).all()
    page = (out / "report.html").read_text()
    row = models.iloc[0]
    limits = f"<b>{row['auc_cv']:.3f}</b> ({row['auc_cv_low']:.3f}&#8288;–&#8288;{row['auc_cv_high']:.3f})"
    assert limits in page


def test_a_cross_validated_auc_below_a_half_says_beside_it_what_that_means():
    row = {"auc_cv": 0.171, "auc_cv_low": 0.006, "auc_cv_high": 0.857}
    assert "no better than chance" in cross_validated_text(row)
    assert "chance" not in cross_validated_text(row | {"auc_cv": 0.608, "auc_cv_low": 0.25})
    absent = dict.fromkeys(row, float("nan"))
    assert cross_validated_text(absent) == "–"
    assert cross_validated_text(row | {"auc_cv_low": float("nan")}).startswith("<b>0.171</b><")


def test_numbers_are_set_as_in_a_journal():
    assert number_text(-0.2345) == "−0.234"
    assert number_text(-0.001, 2) == "0.00"
    assert interval_text(-0.1, -0.2, 0.3, 1) == "−0.1 (−0.2&nbsp;to&nbsp;0.3)"
    assert ratio_text(0.12, 0.00088, 2400.0) == "0.12 (&lt;0.01&#8288;–&#8288;&gt;1000)"


def test_a_rank_test_of_very_few_cases_has_its_exact_p_beside(cohort_rows, write_csv):
    """Three against three cases fully apart: one of C(6, 3) = 20 orders on either side, p = 2 / 20."""
    kept = [row for group in ("zero", "low", "over") for row in cohort_rows if row["her2_group"] == group]
    few = [dict(row) for start in (0, 30, 60) for row in kept[start : start + 3]]
    for number, row in enumerate(few):
        row["ADC_mean"] = 1.0 + 0.01 * number
    analysis = analyze(read_features(write_csv(few)), settings=QUICK)
    tests = analysis.tables["univariate"].set_index(["stratum", "comparison", "variable"])
    row = tests.loc[("all", "low_vs_zero", "ADC_mean")]
    assert row["p"] == pytest.approx(0.0495, abs=5e-5) and row["p_exact"] == pytest.approx(0.1)
    assert (
        tests.loc[("all", "three_groups", "ADC_mean"), "p_exact"]
        != tests.loc[("all", "three_groups", "ADC_mean"), "p_exact"]
    )
    assert any("fewer than 5 cases: the p is an approximation" in text for text in analysis.warnings)
