"""Columns of the table's own are offered, and taken as clinic variables of the right kind when they are asked for."""

import numpy as np
import pytest
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.table import read_features
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort
from scipy import stats

OWN = {
    "histology": (
        ["IDC", "ILC", "idc", "Mucinous", "[Not Available]"],
        "nominal",
        ("IDC", "ILC", "Mucinous"),
    ),
    "grade": (["G3", "G1", "G2", "", "g2"], "ordinal", ("G1", "G2", "G3")),
    "nodes": (["pN0", "pN1", "pN2a", "n/a", "pN3"], "ordinal", ("pN0", "pN1", "pN2a", "pN3")),
    "tumor_stage": (["II", "I", "IV", "III", "?"], "ordinal", ("I", "II", "III", "IV")),
    "Menopause": (["Pre", "Post", "post", "Peri", "unknown"], "nominal", ("Peri", "Post", "Pre")),
    "family_history": (["Yes", "no", "NO", "", "yes"], "binary", ("0", "1")),
}


def with_own(rows, names=OWN):
    return [row | {name: OWN[name][0][n % 5] for name in names} for n, row in enumerate(rows)]


def test_unknown_columns_are_offered_and_not_analysed(cohort_rows, write_csv):
    table = read_features(write_csv(with_own(cohort_rows)))
    assert not set(OWN) & set(table.variables)
    (offer,) = table.warnings
    assert all(f"'{name}'" in offer for name in OWN) and "--clinic" in offer


@pytest.mark.parametrize("name", OWN)
def test_a_column_that_is_asked_for_is_a_clinic_variable_of_its_kind(cohort_rows, write_csv, name):
    _, kind, categories = OWN[name]
    table = read_features(write_csv(with_own(cohort_rows, [name])), clinic=[name])
    variable = table.variables[name]
    assert (variable.table, variable.kind, variable.categories) == ("clinic", kind, categories)
    assert set(table.rows[name].dropna()) <= set(categories)
    assert table.rows[name].isna().sum() == len(cohort_rows) // 5
    assert table.warnings == ()


def test_a_column_of_numbers_is_compared_as_numbers(cohort_rows, write_csv, tmp_path):
    rng = np.random.default_rng(3)
    rows = [row | {"ca15_3": round(float(rng.lognormal(3, 0.5)), 1)} for row in cohort_rows]
    analysis = analyze_cohort(
        write_csv(rows, columns=["case_id", "her2_group", "age", "ca15_3", "ADC_mean"]),
        tmp_path / "out",
        settings=Settings(repeats=1, folds=5, bootstraps=2),
        clinic=["ca15_3"],
    )
    tests = analysis.tables["univariate"].set_index(["stratum", "comparison", "variable"])
    groups = [[row["ca15_3"] for row in rows if row["her2_group"] == g] for g in ("zero", "low", "over")]
    assert tests.loc[("all", "three_groups", "ca15_3"), "p"] == pytest.approx(stats.kruskal(*groups).pvalue)
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Ca15 3" in page[page.index("Clinical characteristics</h2>") :]


@pytest.mark.parametrize(
    "values", [["a", "a"], [f"text {n}" for n in range(90)], ["", ""]], ids=["one", "texts", "empty"]
)
def test_what_is_no_variable_is_refused_and_not_offered(cohort_rows, write_csv, values):
    rows = [row | {"scribble": values[n % len(values)]} for n, row in enumerate(cohort_rows)]
    path = write_csv(rows)
    assert read_features(path).warnings == ()
    with pytest.raises(AnalysisError, match="cannot be a clinic variable"):
        read_features(path, clinic=["scribble"])


def test_columns_that_are_not_there_are_named_together(cohort_rows, write_csv):
    with pytest.raises(AnalysisError) as refusal:
        read_features(write_csv(cohort_rows), clinic=["grade", "nodes"])
    assert "'grade'" in str(refusal.value) and "'nodes'" in str(refusal.value)


# The words of a large public clinical table, its columns renamed.
STATES = {
    "er": ["Positive", "Negative", "Indeterminate", "[Not Evaluated]", "positive"],
    "pr": ["Negative", "POSITIVE", "[Not Evaluated]", "Negative", "Indeterminate"],
    "her2_ish": ["Equivocal", "Negative", "[Not Available]", "Positive", "Indeterminate"],
    "her2_ihc": ["2+", "2+", "1+", "2+", "[Not Available]"],
    "age": ["54", "[Not Available]", "61", "47", "39"],
}


def test_states_of_a_public_table_are_read_whole_and_all_that_is_open_is_in_one_list(cohort_rows, write_csv):
    columns = [name for name in cohort_rows[0] if name != "her2_group"]
    rows = [row | {name: cells[n % 5] for name, cells in STATES.items()} for n, row in enumerate(cohort_rows)]
    table = read_features(write_csv(rows, columns=columns))
    assert len(table.rows) == len(rows)
    assert table.rows["er"].tolist()[:5] == ["1", "0", None, None, "1"]
    assert table.rows["pr"].tolist()[:5] == ["0", "1", None, "0", None]
    assert table.rows["her2_group"].tolist()[:5] == ["indeterminate", "low", "low", "over", None]
    assert table.rows["age"].isna().sum() == len(rows) // 5
    assert not any("Not Available" in text or "Not Evaluated" in text for text in table.warnings)
    assert any("er has values" in text and "'Indeterminate'" in text for text in table.warnings)
