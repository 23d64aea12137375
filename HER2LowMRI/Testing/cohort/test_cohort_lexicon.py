"""The descriptors of a table are those of its study's lexicon: own categories, own questions, or a refusal in words."""

import json

import numpy as np
import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.models import screening_candidates
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.strata import stratum_lesions
from HER2LowMRILib.cohort.table import read_features
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.core.lexicon import DEFAULT_EDITION, edition_text, load_lexicon
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort

QUICK = Settings(repeats=1, folds=5, bootstraps=5)


def own_edition() -> str:
    """An edition with another list of mass shapes, a new question for NME and a size asked of masses only."""
    content = json.loads(edition_text(DEFAULT_EDITION))
    content["edition"] = "made-up-2"
    items = {item["id"]: item for item in content["items"]}
    shape, new_sign = items["mass_shape"], dict(items["nme_distribution"], id="sky_sign", label="Sky sign")
    shape["values"][0] |= {"value": "lobulated", "label": "lobulated; or ; oval"}
    first, second = new_sign["values"][:2]
    new_sign["values"] = [first | {"value": "clear"}, second | {"value": "clouded"}]
    width = dict(items["lesion_size_mm"], id="mass_width_mm", label="Width of the mass")
    width["applies_when"] = {"lesion_type": ["mass", "mass_with_nme"]}
    content["items"] += [new_sign, width]
    (derived,) = (entry for entry in content["derived"] if entry["id"] == "irregular_shape")
    derived["map"] = {"lobulated": 0, "round": 0, "irregular": 1}
    return json.dumps(content)


@pytest.fixture(scope="module")
def own_rows(cohort_rows):
    rng = np.random.default_rng(5)
    rows = []
    for row in cohort_rows:
        has_mass, has_nme = row["lesion_type"] != "nme", row["lesion_type"] != "mass"
        rows.append(
            row
            | {
                "lexicon_edition": "made-up-2",
                "mass_shape": "lobulated" if row["mass_shape"] == "oval" else row["mass_shape"],
                "sky_sign": rng.choice(["clear", "clouded"]) if has_nme else "not_applicable",
                "mass_width_mm": float(rng.integers(8, 40)) if has_mass else "not_applicable",
            }
        )
    return rows


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("own_edition") / "out"


@pytest.fixture(scope="module")
def analysis(own_rows, out):
    out.with_name("lexicon.json").write_text(own_edition(), encoding="utf-8")
    features = write_rows_as_csv(out.with_name("features.csv"), own_rows)
    return analyze_cohort(features, out, settings=QUICK)


def test_the_lexicon_beside_the_table_gives_its_questions_and_categories(analysis, out):
    assert analysis.cohort.warnings == ()
    table = analysis.tables["univariate"]
    everyone = table[(table["stratum"] == "all") & (table["comparison"] == "three_groups")]
    shape = everyone.set_index("variable").loc["mass_shape"]
    assert "lobulated" in shape["summary_low"]
    assert (shape["missing"], shape["not_applicable"]) == (0, 24)
    page = (out / "report.html").read_text()
    assert "Sky sign" in page and "lobulated; or ; oval" in page


def test_a_question_for_some_lesions_is_tested_where_it_arises_and_is_no_gap_elsewhere(analysis):
    table = analysis.tables["univariate"]
    assert "sky_sign" not in set(table.loc[table["stratum"] == "mass", "variable"])
    assert "sky_sign" in set(table.loc[table["stratum"] == "nme_related", "variable"])
    width = table[(table["variable"] == "mass_width_mm") & (table["comparison"] == "three_groups")]
    by_stratum = width.set_index("stratum")
    assert by_stratum.loc["all", ["missing", "not_applicable"]].tolist() == [0, 24]
    assert by_stratum.loc["mass", ["missing", "not_applicable"]].tolist() == [0, 0]
    assert not any("missing values" in warning for warning in analysis.warnings)
    assert "sky_sign" in screening_candidates(analysis.cohort, "nme_related")
    assert "mass_width_mm" in screening_candidates(analysis.cohort, "mass")
    assert "mass_width_mm" not in screening_candidates(analysis.cohort, "nme_related")
    assert "sky_sign" not in screening_candidates(analysis.cohort, "all")


def test_a_study_folder_or_a_file_can_be_named(own_rows, write_csv, tmp_path):
    study = tmp_path / "study"
    study.mkdir()
    (study / "lexicon.json").write_text(own_edition(), encoding="utf-8")
    features = write_csv(own_rows)
    for given in (study, study / "lexicon.json"):
        assert "sky_sign" in read_features(features, given).variables


def test_a_table_of_an_edition_that_is_nowhere_is_refused(own_rows, write_csv, tmp_path):
    features = write_csv(own_rows)
    with pytest.raises(AnalysisError, match=r"made-up-2.*--lexicon"):
        read_features(features)
    (tmp_path / "lexicon.json").write_text(edition_text(DEFAULT_EDITION), encoding="utf-8")
    with pytest.raises(AnalysisError, match="made-up-2"):
        read_features(features)
    with pytest.raises(AnalysisError, match="made-up-2"):
        read_features(features, tmp_path / "lexicon.json")
    with pytest.raises(AnalysisError, match=r"absent\.json"):
        read_features(features, tmp_path / "absent.json")


def test_rows_of_two_editions_are_not_analysed_together(own_rows, write_csv):
    mixed = [own_rows[0] | {"lexicon_edition": DEFAULT_EDITION}, *own_rows[1:]]
    with pytest.raises(AnalysisError, match="rows of one edition"):
        read_features(write_csv(mixed))


def test_a_table_of_the_shipped_edition_needs_no_lexicon_beside_it(cohort_rows, write_csv):
    stated = [row | {"lexicon_edition": DEFAULT_EDITION} for row in cohort_rows]
    assert read_features(write_csv(stated)).lexicon.edition == DEFAULT_EDITION


def edition_with_other_lesion_types() -> str:
    """An edition that calls a mass a tumour, a mass with NME both, and knows a focus."""
    text = edition_text(DEFAULT_EDITION).replace('"mass_with_nme"', '"both"').replace('"mass"', '"tumour"')
    content = json.loads(text)
    content["edition"] = "made-up-3"
    (kind,) = (item for item in content["items"] if item["id"] == "lesion_type")
    kind["values"].append(kind["values"][0] | {"value": "focus_only", "label": "focus"})
    (related,) = (entry for entry in content["derived"] if entry["id"] == "nme_related")
    related["map"]["focus_only"] = 0
    return json.dumps(content)


def test_the_strata_of_the_default_edition_are_the_papers():
    assert stratum_lesions(load_lexicon()) == {
        "all": ("mass", "nme", "mass_with_nme"),
        "mass": ("mass",),
        "nme_related": ("nme", "mass_with_nme"),
    }


def test_masses_and_nme_related_lesions_are_those_of_the_lexicon(cohort_rows, write_csv, tmp_path):
    names = {"mass": "tumour", "nme": "nme", "mass_with_nme": "both"}
    rows = [
        row | {"lexicon_edition": "made-up-3", "lesion_type": names[row["lesion_type"]]}
        for row in cohort_rows
    ]
    asked_of_a_mass = ("mass_shape", "mass_margin", "mass_enhancement")
    rows[0] |= {"lesion_type": "focus_only"} | dict.fromkeys(asked_of_a_mass, "not_applicable")
    lexicon = tmp_path / "lexicon.json"
    lexicon.write_text(edition_with_other_lesion_types(), encoding="utf-8")
    analysis = analyze_cohort(write_csv(rows), tmp_path / "out", settings=QUICK)
    tests = analysis.tables["univariate"]
    age = tests[(tests["variable"] == "age") & (tests["comparison"] == "three_groups")].set_index("stratum")
    counts = age[["n_zero", "n_low", "n_over"]].astype(int).sum(axis=1).to_dict()
    assert counts == {"all": 90, "mass": 44, "nme_related": 45}
    assert any("among all lesions alone: focus (1)" in warning for warning in analysis.warnings)
