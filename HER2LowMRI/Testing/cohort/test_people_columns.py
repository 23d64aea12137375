"""Cohort tables under other names and words: our own REDCap import, a hospital's sheet, a public clinical table."""

import random
from pathlib import Path

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.cohort.table import read_features
from HER2LowMRILib.files.row_csv import write_rows
from HER2LowMRILib.files.table_questions import Answers
from HER2LowMRILib.files.understood_table import TableWishes
from HER2LowMRILib.study.data_dictionary import redcap_data_rows, redcap_rows


def test_our_redcap_import_is_read_as_the_features_it_was_made_of(cohort_rows, write_csv, tmp_path):
    rows = [
        {name: float(cell) if isinstance(cell, float) else cell for name, cell in row.items()}
        for row in cohort_rows
    ]
    features = read_features(write_csv(rows))
    fields = [str(row["Variable / Field Name"]) for row in redcap_rows()]
    write_rows(tmp_path / "redcap_import.csv", redcap_data_rows(rows), fields)
    redcap = read_features(tmp_path / "redcap_import.csv")
    assert redcap.warnings == features.warnings and redcap.questions == ()
    for name in features.rows:
        assert features.rows[name].equals(redcap.rows[name]), name


def test_a_hospitals_names_and_words_give_the_same_rows(cohort_rows, write_csv):
    straight = read_features(write_csv(cohort_rows))
    names = {
        "age": "Age (years)",
        "er": "ER status",
        "ki67_percent": "Ki-67 [%]",
        "her2_ihc": "HER2 IHC",
        "her2_ish": "FISH",
    }
    words = {
        "er": {"1": "Positive", "0": "NEG"},
        "her2_ish": {"negative": "not amplified", "positive": "Amplified"},
    }
    words["her2_ihc"] = {"0": "IHC 0", "1+": "HER2 1+", "2+": "++", "3+": "3 +"}
    messy = [
        {names.get(name, name): words.get(name, {}).get(str(cell), cell) for name, cell in row.items()}
        for row in cohort_rows
    ]
    table = read_features(write_csv(messy, "messy.csv", list(messy[0])))
    assert table.questions == ()
    for name in straight.rows:
        assert straight.rows[name].equals(table.rows[name]), name
    assert any("'Age (years)' is taken as age" in note for note in table.warnings)
    assert any("her2_ihc: 'HER2 1+' is taken as 1+" in note for note in table.warnings)


def public_table(path: Path, rows: int = 1097) -> Path:
    """Words, gaps and spellings as a public clinical table of breast cancer has them; the rows are made up."""
    draw = random.Random(7)
    gaps = ("[Not Available]", "[Not Evaluated]", "[Unknown]")
    table = []
    for number in range(rows):
        table.append(
            {
                "bcr_patient_barcode": f"SYN-A{number:04}",
                "age_at_diagnosis": draw.choice((draw.randint(26, 89), gaps[0])),
                "er_status_by_ihc": draw.choice(
                    ("Positive", "positive", "Negative", "Indeterminate", gaps[1])
                ),
                "pr_status_by_ihc": draw.choice(("Positive", "NEGATIVE", "Negative", gaps[1])),
                "her2_ihc_score": draw.choice(("0", "1+", "2+", "3+", "1", "3", gaps[0])),
                "her2_fish_status": draw.choice(
                    ("Negative", "Positive", "Equivocal", "Indeterminate", gaps[0])
                ),
                "histology": "Infiltrating Ductal Carcinoma",
            }
        )
    write_rows(path, table, list(table[0]))
    return path


def test_a_public_clinical_table_is_read_whole_with_all_questions_in_one_list(tmp_path):
    table = read_features(public_table(tmp_path / "clinical.csv"))
    assert len(table.rows) == 1097
    asked = {(question.column, question.found): question.proposal for question in table.asked}
    assert asked == {
        ("er", "Indeterminate"): "missing",
        ("her2_ihc", "1"): "1+",
        ("her2_ihc", "3"): "3+",
        ("her2_ish", "Indeterminate"): "",
    }
    assert len(table.questions) == 4
    answers = TableWishes(
        answers=Answers({("value", "her2 ish", "indeterminate"): "equivocal"}, accept_proposals=True)
    )
    settled = read_features(tmp_path / "clinical.csv", wishes=answers)
    assert settled.questions == ()
    rows = settled.rows
    assert rows["er"].isin(["0", "1"]).sum() + rows["er"].isna().sum() == 1097
    assert rows["her2_group"].notna().sum() > 800


def test_the_analysis_writes_its_questions_into_a_file_that_answers_them(tmp_path, capsys):
    table = public_table(tmp_path / "clinical.csv", 60)
    command = [
        "analyze",
        str(table),
        "--out",
        str(tmp_path / "out"),
        "--bootstraps",
        "5",
        "--repeats",
        "1",
        "--quiet",
    ]
    assert main(command) == 1
    assert "The analysis has questions about the tables" in capsys.readouterr().err
    file = tmp_path / "out" / "table_answers.csv"
    text = file.read_text()
    assert text.count("\n") == 5
    lines = text.splitlines()
    filled = [lines[0]] + [line + ("skip" if "her2_ish" in line else "yes") for line in lines[1:]]
    file.write_text("\n".join(filled))
    assert main(command) == 0


def test_a_column_that_two_names_claim_is_asked(cohort_rows, write_csv):
    rows = [row | {"Estrogen receptor": 1 - int(row["er"] or 0)} for row in cohort_rows]
    table = read_features(write_csv(rows, "two.csv", list(rows[0])))
    assert table.questions == ("Estrogen receptor: a second column for er. Proposed: skip",)
    given = TableWishes(columns={"Estrogen receptor": "skip"})
    assert read_features(write_csv(rows, "two.csv", list(rows[0])), wishes=given).questions == ()


@pytest.mark.parametrize("word", ["IHC", "Positive", "-"])
def test_a_score_that_can_be_read_in_two_ways_is_never_dropped_in_silence(cohort_rows, write_csv, word):
    rows = [row | {"her2_ihc": word if row["her2_ihc"] == "1+" else row["her2_ihc"]} for row in cohort_rows]
    for row in rows:
        row.pop("her2_group")
    table = read_features(write_csv(rows, "words.csv", list(rows[0])))
    assert len(table.questions) == 1 and repr(word) in table.questions[0]
