"""The coordinator's desk: templates that come back, a status read at one glance, patients only when asked for."""

import io
import json
import re

import openpyxl
import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.study.study_folder import open_study
from study.made_up_study import MASS, NME, draw, made_up_study, read_case


@pytest.fixture
def study(tmp_path):
    """Three cases: P1 read by both and differing, P2 by r1 only, P3 left out."""
    made = made_up_study(tmp_path / "study", cases=3)
    with made.coordinator() as office:
        office.set_pathology("P1", her2_ihc="2+", er=1, age=51)
        office.exclude("P3", "motion")
    for reader, cases in (
        ("r1", {"P1": MASS, "P2": MASS}),
        ("r2", {"P1": MASS | {"mass_shape": "oval", "fgt": "a"}}),
    ):
        with made.reader(reader) as view:
            for case_id, answers in cases.items():
                read_case(view.open_case(case_id), answers)
    return made.folder


def template(study, kind, suffix):
    out = study.parent / f"{kind}{suffix}"
    assert main(["study", "template", str(study), kind, "--out", str(out)]) == 0
    return out


def test_a_pathology_template_holds_what_is_known_and_changes_nothing_when_it_comes_back(study, capsys):
    for suffix in (".csv", ".xlsx"):
        file = template(study, "pathology", suffix)
        capsys.readouterr()
        assert main(["study", "pathology", str(study), str(file)]) == 0
        assert "0 cases changed" in capsys.readouterr().out
    book = openpyxl.load_workbook(study.parent / "pathology.xlsx")
    sheet = book["pathology"]
    names = [cell.value for cell in sheet[1]]
    assert [row[0].value for row in sheet.iter_rows(min_row=2, max_row=4)] == ["P1", "P2", "P3"]
    place = names.index("her2_ihc") + 1
    assert (sheet.cell(2, place).value, sheet.cell(2, place).number_format) == ("2+", "@")
    letter = openpyxl.utils.get_column_letter(place)
    rule = next(r for r in sheet.data_validations.dataValidation if f"{letter}2" in str(r.sqref))
    assert rule.formula1 == f"'allowed values'!${letter}$2:${letter}$5"
    assert [book["allowed values"][f"{letter}{row}"].value for row in range(2, 6)] == ["0", "1+", "2+", "3+"]
    sheet.cell(3, place).value = "1+"
    sheet.cell(2, names.index("her2_ish_result") + 1).value = "negative"
    book.save(study.parent / "filled.xlsx")
    assert main(["study", "pathology", str(study), str(study.parent / "filled.xlsx")]) == 0
    with open_study(study).coordinator() as office:
        assert (office.her2("P1").group, office.her2("P2").group) == ("low", "low")
        assert office.pathology("P1")["age"] == 51


def test_nobody_is_asked_about_what_the_study_has_already(study, capsys):
    with open_study(study).coordinator() as office:
        office.set_pathology("P1", ki67_percent=30)
        office.set_pathology("P2", ki67_percent=0.5)
    file = template(study, "pathology", ".xlsx")
    assert main(["study", "pathology", str(study), str(file)]) == 0
    assert "0 cases changed" in capsys.readouterr().out
    other = study.parent / "other.csv"
    other.write_text("case_id,ki67_percent\nP1,0.5\nP2,0.5\nP3,20\n")
    assert main(["study", "pathology", str(study), str(other)]) == 1
    assert "1 question open" in capsys.readouterr().err


def test_a_template_of_decisions_has_every_open_question_with_both_answers(study, capsys):
    file = template(study, "decisions", ".csv")
    rows = {row["item"]: row for row in read_rows(file)}
    assert set(rows) == {"fgt", "mass_shape"}
    assert {rows["fgt"]["answer_A"], rows["fgt"]["answer_B"]} == {"a", "b"}
    assert "r1" not in file.read_text()
    assert main(["study", "adjudicate", str(study), str(file)]) == 0
    assert "0 decisions entered" in capsys.readouterr().out
    book = openpyxl.load_workbook(template(study, "decisions", ".xlsx"))
    sheet = book["decisions"]
    names = [cell.value for cell in sheet[1]]
    for line in (2, 3):
        item = sheet.cell(line, names.index("item") + 1).value
        sheet.cell(line, names.index("decision") + 1).value = {"fgt": "A", "mass_shape": "Oval"}[item]
    book.save(study.parent / "decided.xlsx")
    assert main(["study", "adjudicate", str(study), str(study.parent / "decided.xlsx")]) == 0
    with open_study(study).adjudicator() as desk:
        assert desk.open_case("P1").is_decided
    assert open_study(study).cohort().consensus("P1").answers["mass_shape"] == "oval"


def test_a_template_of_decisions_has_the_vois_that_overlap_too_little(tmp_path, capsys):
    study = made_up_study(tmp_path / "study", cases=1, min_dice=0.9)
    for seed, reader in enumerate(study.protocol.readers):
        with study.reader(reader) as view:
            case = view.open_case("P1")
            for item, answer in MASS.items():
                case.set_answer(item, answer)
            draw(case, seed)
            case.sign_off()
    file = template(study.folder, "decisions", ".csv")
    (row,) = read_rows(file)
    assert (row["case_id"], row["item"], row["decision"]) == ("P1", "voi", None)
    assert "r1" not in file.read_text()
    book = openpyxl.load_workbook(template(study.folder, "decisions", ".xlsx"))
    sheet = book["decisions"]
    rule = next(r for r in sheet.data_validations.dataValidation if r.formula1.startswith('"A'))
    assert rule.formula1 == '"A,B,mean"'
    sheet.cell(2, [cell.value for cell in sheet[1]].index("decision") + 1).value = "B"
    book.save(tmp_path / "decided.xlsx")
    assert main(["study", "adjudicate", str(study.folder), str(tmp_path / "decided.xlsx")]) == 0
    with open_study(study.folder).adjudicator() as desk:
        assert desk.open_case("P1").voi_choice == "B"
        assert desk.progress == (1, 1)


def test_a_template_of_readings_takes_only_the_rows_that_were_filled_in(study, capsys):
    book = openpyxl.load_workbook(template(study, "readings", ".xlsx"))
    sheet = book["readings"]
    names = [cell.value for cell in sheet[1]]
    assert [sheet.cell(row, 1).value for row in (2, 3, 4)] == ["P1", "P2", None]
    for name, value in NME.items():
        sheet.cell(3, names.index(name) + 1).value = str(value)
    book.save(study.parent / "filled.xlsx")
    assert main(["study", "read", str(study), "r2", str(study.parent / "filled.xlsx")]) == 0
    said = capsys.readouterr().out
    assert "1 row with nothing but the case left out" in said and "1 reading entered" in said
    with open_study(study).reader("r2") as view:
        assert view.open_case("P2").answers["nme_distribution"] == "segmental"


def test_a_template_is_never_written_over_a_file(study, capsys):
    file = template(study, "cases", ".csv")
    assert main(["study", "template", str(study), "cases", "--out", str(file)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["study", "template", str(study), "cases", "--out", str(file.with_suffix(".ods"))]) == 1


def test_the_status_says_who_waits_for_whom(study, capsys):
    assert main(["study", "status", str(study)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3 cases, 1 left out, 0 removed"
    table = {line.split()[0]: re.split(r"\s{2,}", line)[1:] for line in lines[2:6]}
    assert table["r1"] == ["2", "0", "0"]
    assert table["r2"] == ["1", "0", "1"]
    assert table["adjudicator"] == ["0", "1", "1", "2 questions open; waits for r2 (1)"]
    assert table["pathology"] == ["1", "0", "1"]
    assert "next: r2 reads 1 case; the adjudicator decides in 1 case; pathology of 1 case is missing" in lines


def test_the_status_as_json_and_as_a_page_says_the_same(study, tmp_path, capsys):
    page = tmp_path / "status.html"
    assert main(["study", "status", str(study), "--json", "--html", str(page)]) == 0
    status = json.loads(capsys.readouterr().out)
    assert [role["done"] for role in status["roles"]] == [2, 1, 0, 1]
    kappas = {entry["item"]: entry for entry in status["kappa"]}
    assert kappas["fgt"]["cases"] == 1 and kappas["fgt"]["kappa"] == 0.0
    assert status["median_minutes_per_case"] == {
        "r1": pytest.approx(12.5 / 60),
        "r2": pytest.approx(12.5 / 60),
    }
    text = page.read_text()
    assert "<script" not in text and "http" not in text and str(tmp_path) not in text
    for case in ("P1", "P2", "P3", "motion"):
        assert case in text


def test_patients_are_named_only_when_asked_for(tmp_path, capsys):
    from workflow.test_study_commands import NAME, PATIENT, write_dicom

    write_dicom(tmp_path / "images" / NAME, 1)
    study = tmp_path / "study"
    assert main(["study", "init", str(study), "--title", "Synthetic study"]) == 0
    assert main(["study", "add", str(study), str(tmp_path / "images")]) == 0
    capsys.readouterr()
    assert main(["study", "cases", str(study)]) == 0
    assert PATIENT not in capsys.readouterr().out
    assert main(["study", "cases", str(study), "--with-patients"]) == 0
    assert f"{PATIENT}1" in capsys.readouterr().out


def test_templates_open_as_workbooks_of_text_only(study):
    for kind in ("pathology", "readings", "decisions", "cases"):
        book = openpyxl.load_workbook(io.BytesIO(template(study, kind, ".xlsx").read_bytes()))
        values = [
            cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None
        ]
        assert all(isinstance(value, str) for value in values)


@pytest.mark.parametrize("place", ["", "readers/r1", "adjudication", "derived"])
def test_nothing_with_pathology_goes_into_the_study_that_readers_open(study, capsys, place):
    before = sorted(study.rglob("*"))
    inside = study / place
    for command in (
        ["study", "template", str(study), "pathology", "--out", str(inside / "p.csv")],
        ["study", "status", str(study), "--html", str(inside / "status.html")],
        ["export", str(study), "--out", str(inside / "out"), "--jobs", "1"],
        ["analyze", "unused.csv", "--out", str(inside / "analysis")],
    ):
        assert main(command) == 1
        assert "cannot be written into the study" in capsys.readouterr().err
    assert sorted(study.rglob("*")) == before
