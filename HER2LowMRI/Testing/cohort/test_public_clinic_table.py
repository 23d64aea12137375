"""A clinical table with the columns and words of the public TCGA breast cohort: read whole, everything asked at once.

1,097 rows drawn with the words and about the shares of that table (statuses as Positive, Negative, Equivocal,
Indeterminate, bracketed gaps, stages with letters), its columns renamed as people do; no row is a patient's.
"""

import csv
import re

import numpy as np
import pytest
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.core.errors import AnalysisError
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort

ROWS = 1097
FAST = Settings(bootstraps=2, repeats=1, folds=5, label_draws=2)
COLUMNS = {
    "case_id": None,
    "Diagnosis Age": None,
    "ER Status By IHC": {"Positive": 74, "Negative": 21, "[Not Evaluated]": 4, "Indeterminate": 1},
    "PR status by ihc": {"Positive": 64, "NEGATIVE": 31, "[Not Available]": 4, "Indeterminate": 1},
    "IHC-HER2": {"Negative": 51, "Equivocal": 16, "Positive": 15, "[Not Available]": 17, "Indeterminate": 1},
    "HER2 fish status": {"[Not Available]": 62, "Negative": 30, "positive": 7, "Equivocal": 1},
    "T stage": {"T2": 57, "T1c": 20, "T3": 12, "T1": 4, "T4b": 3, "T1b": 2, "T4": 1, "TX": 1},
}


def made(folder):
    rng = np.random.default_rng(1097)
    rows = []
    for number in range(ROWS):
        row = {"case_id": f"P{number:04d}", "Diagnosis Age": str(int(rng.integers(26, 90)))}
        for column, words in COLUMNS.items():
            if words:
                share = np.array(list(words.values()), dtype=float)
                row[column] = str(rng.choice(list(words), p=share / share.sum()))
        rows.append(row)
    path = folder / "clinic.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        writer.writerows(rows)
    return path, rows


def test_every_question_is_asked_at_once_and_the_answers_are_enough(tmp_path):
    path, rows = made(tmp_path)
    out = tmp_path / "out"
    with pytest.raises(AnalysisError) as asked:
        analyze_cohort(path, out, settings=FAST)
    # A word in place of the score is a question each; a status that is neither positive nor negative too.
    for word in ("'Negative'", "'Positive'", "'Equivocal'", "'Indeterminate'"):
        assert word in str(asked.value)
    assert "answer" in str(asked.value) and "[Not Available]" not in str(asked.value)
    questions = list(csv.DictReader((out / "table_answers.csv").open(encoding="utf-8-sig", newline="")))
    assert {row["column"] for row in questions} >= {"er", "pr", "her2_ihc"}
    for row in questions:
        # "Negative" may be 0 or 1+: nothing is proposed, and here nothing is guessed.
        row["answer"] = row["proposed"] or "missing"
    with (out / "table_answers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(questions[0]))
        writer.writeheader()
        writer.writerows(questions)
    analysis = analyze_cohort(path, out, settings=FAST, clinic=["T stage"])
    assert len(analysis.cohort.rows) == ROWS
    er = analysis.cohort.rows["er"]
    assert (er == "1").sum() == sum(row["ER Status By IHC"] == "Positive" for row in rows)
    assert (er == "0").sum() == sum(row["ER Status By IHC"] == "Negative" for row in rows)
    pr = analysis.cohort.rows["pr"]
    assert (pr == "0").sum() == sum(row["PR status by ihc"] == "NEGATIVE" for row in rows)
    # IHC positive is 3+; amplification says over where the score is 2+ or not known.
    over = sum(row["IHC-HER2"] == "Positive" or row["HER2 fish status"] == "positive" for row in rows)
    assert analysis.group_sizes["over"] == over
    stage = analysis.cohort.variables["T stage"]
    assert stage.kind == "ordinal" and stage.categories[0].startswith("T1") and "TX" not in stage.categories
    assert analysis.cohort.rows["T stage"].isna().sum() == sum(row["T stage"] == "TX" for row in rows)
    assert re.search(r"\d", analysis.tables["univariate"].to_csv())
