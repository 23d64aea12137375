"""Tables as hospitals lay them out: two lines of names, units, totals, remarks, sheets, words of many tongues."""

import datetime

import openpyxl
import pytest
from HER2LowMRILib.core.cell_meaning import Doubt, Meaning, read_cell
from HER2LowMRILib.core.lexicon import clinic_fields
from HER2LowMRILib.files.understood_table import TableWishes
from study.made_up_study import made_up_study


@pytest.fixture
def office(tmp_path):
    with made_up_study(tmp_path / "study", cases=13).coordinator() as office:
        yield office


def csv(tmp_path, text, encoding="utf-8"):
    file = tmp_path / "table.csv"
    file.write_bytes(text.encode(encoding))
    return file


def taken(plan):
    """Case -> field -> value of a plan without questions."""
    assert [str(question) for question in plan.table.questions] == []
    return {case_id: dict(fields) for case_id, fields in plan.fields.items()}


def test_two_lines_of_names_below_merged_cells_are_one(office, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Pathologie, Stand März"])
    sheet.append(["Fall", "Alter", "Hormonrezeptoren", None, "Proliferation", "HER2", None, "Befund"])
    sheet.append([None, "(Jahre)", "ER", "PR", "Ki-67 (%)", "IHC", "FISH", "Datum"])
    sheet.merge_cells("C2:D2")
    sheet.merge_cells("F2:G2")
    day = datetime.datetime(2024, 3, 1)
    sheet.append(["P1", 51, "positiv", "negativ", 0.3, "2+", "nicht amplifiziert", day])
    sheet.append(["P2", 62, "stark positiv", "schwach positiv", 0.15, "1+", "nicht durchgeführt", None])
    for row in (4, 5):
        sheet.cell(row, 5).number_format = "0%"
    sheet.append([])
    sheet.append(["Mittelwert", 56.5])
    book.create_sheet("Legende")["A1"] = "IHC: Immunhistochemie"
    book.save(tmp_path / "table.xlsx")
    plan = office.look_at_pathology(tmp_path / "table.xlsx")
    assert taken(plan) == {
        "P1": {
            "age": 51,
            "er": 1,
            "pr": 0,
            "ki67_percent": 30.0,
            "her2_ihc": "2+",
            "her2_ish_result": "negative",
            "her2_date": "2024-03-01",
        },
        "P2": {"age": 62, "er": 1, "pr": 1, "ki67_percent": 15.0, "her2_ihc": "1+"},
    }
    notes = " ".join(plan.table.notes)
    for words in ("rows 2 and 3 together", "'Legende'", "totals, left out: row 7", "1 line above"):
        assert words in notes


def test_a_line_of_units_totals_and_remarks_are_left_out_by_name_and_ask_nothing(office, tmp_path):
    text = (
        "Patient;Alter;PR;Ki67;HER2\n;Jahre;%;%;Score\nP1;51;0 %;30,5;2+\nP2;62;70 %;15;1+\n"
        "Gesamt;2;;;\nMean:;56,5;;22,75;\n* FISH pending;;;;\nSource: archive of 2024;;;;\n"
    )
    plan = office.look_at_pathology(csv(tmp_path, text))
    assert taken(plan) == {
        "P1": {"age": 51, "pr": 0, "ki67_percent": 30.5, "her2_ihc": "2+"},
        "P2": {"age": 62, "pr": 1, "ki67_percent": 15.0, "her2_ihc": "1+"},
    }
    notes = " ".join(plan.table.notes)
    for words in (
        "row 2 states units",
        "totals, left out: rows 5, 6",
        "remarks without values, left out: rows 7, 8",
    ):
        assert words in notes


def test_a_row_of_somebody_else_is_one_question_and_not_one_for_each_cell(office, tmp_path):
    plan = office.look_at_pathology(csv(tmp_path, "case_id,age,ER\nP1,51,pos\nX9,7,perhaps\n,8,perhaps\n"))
    assert [question.kind for question in plan.table.questions] == ["case", "case"]


def test_a_total_that_is_a_case_of_the_study_is_a_case(tmp_path):
    from HER2LowMRILib.study.case_list import Case, CaseImages

    study = made_up_study(tmp_path / "study", cases=1)
    with study.coordinator() as office:
        office.add_cases([Case("Total", CaseImages(dwi=(study.folder / "images",)))])
        plan = office.look_at_pathology(csv(tmp_path, "case_id,age\nP1,51\ntotal,62\n"))
        assert taken(plan) == {"P1": {"age": 51}, "Total": {"age": 62}}


@pytest.mark.parametrize("marked", ["P1*", "P1 †", "P1²", "P1 (left)", "P1 **"])
def test_an_id_with_a_mark_for_a_remark_is_proposed_without_it(office, tmp_path, marked):
    plan = office.look_at_pathology(csv(tmp_path, f"case_id,age\n{marked},51\n"))
    assert [question.proposal for question in plan.table.questions] == ["P1"]
    wishes = TableWishes(answers=TableWishes().answers.accepting(True, False))
    assert office.look_at_pathology(tmp_path / "table.csv", wishes).fields == {"P1": {"age": 51}}


def test_two_sheets_with_tables_are_asked_which(office, tmp_path):
    book = openpyxl.Workbook()
    for year in ("2023", "2024"):
        sheet = book.create_sheet(year)
        sheet.append(["case_id", "ER", "HER2"])
        sheet.append(["P1", "pos", "1+"])
    book.save(tmp_path / "table.xlsx")
    with pytest.raises(Exception, match=r"'2023', '2024'\. Say which with --sheet"):
        office.look_at_pathology(tmp_path / "table.xlsx")


def test_a_column_that_speaks_of_a_field_is_never_proposed_to_be_left_out(office, tmp_path):
    text = "case_id,age,HER2 of the metastasis,ER (outside report),Phone,My own remark\nP1,51,1+,pos,1,x\n"
    plan = office.look_at_pathology(csv(tmp_path, text))
    proposals = {question.column: question.proposal for question in plan.table.questions}
    assert proposals == {"HER2 of the metastasis": "", "My own remark": "skip"}


CHINESE = (
    "病例号,年龄（岁）,雌激素受体,孕激素受体,Ki-67（%）,HER2免疫组化,FISH结果\nP1,51岁,阳性（90%）,阴性,30％,2＋,阴性\n"
    "P2,62岁,强阳性,弱阳性,15％,1＋,未做\nP3,47,阴性（-）,阴,80%,3＋,\nP4,55,阳(80%),阳性,5%,０,扩增\n合计,4,,,,,\n"
)
FRENCH = (
    "Cas;Âge;Récepteurs aux estrogènes;Ki67;HER2;FISH\nP1;51 ans;positif;30 %;2+;non amplifié\n"
    "P2;62 ans;fortement positif;15 %;1+;non fait\nP3;47 ans;négatif;80 %;3+;\nP4;55;non;5 %;0;amplifié\n"
)


@pytest.mark.parametrize(
    ("text", "encoding", "er"),
    [
        (CHINESE, "gb18030", {"P1": 1, "P2": 1, "P3": 0, "P4": 1}),
        (FRENCH, "cp1252", {"P1": 1, "P2": 1, "P3": 0, "P4": 0}),
    ],
)
def test_words_of_other_tongues(office, tmp_path, text, encoding, er):
    found = taken(office.look_at_pathology(csv(tmp_path, text, encoding)))
    assert {case_id: fields["er"] for case_id, fields in found.items()} == er
    assert {case_id: fields["her2_ihc"] for case_id, fields in found.items()} == {
        "P1": "2+",
        "P2": "1+",
        "P3": "3+",
        "P4": "0",
    }
    assert (found["P1"]["her2_ish_result"], found["P4"]["her2_ish_result"]) == ("negative", "positive")
    assert "her2_ish_result" not in found["P2"]


@pytest.mark.parametrize(
    ("cell", "score"),
    [
        ("Negative (1+)", "1+"),
        ("negative, 0", "0"),
        ("Positive 3+", "3+"),
        ("阴性(1+)", "1+"),
        ("Equivocal: 2+", "2+"),
    ],
)
def test_a_word_that_fits_its_score_is_taken(cell, score):
    found = read_cell(clinic_fields()["her2_ihc"], cell)
    assert isinstance(found, Meaning)
    assert found.value == score


@pytest.mark.parametrize(
    "cell", ["negative (2+)", "positive (1+)", "positive 2+", "equivocal 3+", "negative 3+", "low (2+)"]
)
def test_a_word_that_contradicts_its_score_is_asked(cell):
    assert isinstance(read_cell(clinic_fields()["her2_ihc"], cell), Doubt)
