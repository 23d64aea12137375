"""Tables as hospitals write them: each cell is its truth or a question; none is misread, none is lost."""

import pytest
from files.messy_tables import FORMS, messy_table
from HER2LowMRILib.core.cell_meaning import Doubt, habits_of, read_cell
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.lexicon import clinic_fields, load_lexicon
from HER2LowMRILib.core.table_words import plain
from HER2LowMRILib.files.people_table import read_people_table
from HER2LowMRILib.files.table_questions import Answers, questions_to_bytes, read_answers
from HER2LowMRILib.files.understood_table import TableWishes, read_understood
from HER2LowMRILib.study.find_case import case_finder

CASES = ("P01", "P02", "007", "P4", "A-5", "P06")
VOCABULARY = {item.id: item for item in clinic_fields().items}


def understood(path, answers=None):
    return read_understood(
        path,
        VOCABULARY,
        case_finder(CASES),
        lambda text, number: f"id {text}",
        TableWishes(answers=answers or Answers()),
        what="no pathology table",
        needed="case_id",
        once_per=lambda row: row.case_id,
    )


def check(tmp_path, seed):
    """Misread, lost: (case, field) of one table."""
    messy = messy_table(seed, CASES)
    file = tmp_path / f"table{messy.suffix}"
    file.write_bytes(messy.content)
    table = understood(file)
    asked_rows = {row for question in table.questions if question.kind == "case" for row in question.rows}
    rows = {row.case_id: row for row in table.rows}
    open_cells = {(question.column, row) for question in table.questions for row in question.rows}
    open_columns = {question.column for question in table.questions if question.kind == "column"}
    misread, lost = [], []
    for case_id, fields in messy.truth.items():
        row = rows.get(case_id)
        if row is None:
            if not asked_rows:
                lost.append((case_id, "row"))
            continue
        for name, value in fields.items():
            column = plain(messy.columns.get(name, messy.columns["her2_ihc"]))
            if name in row.values:
                if row.values[name] != value:
                    misread.append((case_id, name, row.values[name], value))
            elif (column, row.number) not in open_cells and column not in open_columns:
                lost.append((case_id, name))
        extra = set(row.values) - set(fields)
        misread += [(case_id, name, row.values[name], None) for name in extra]
    return messy, misread, lost, table


@pytest.mark.parametrize("seed", range(len(FORMS)), ids=[form[0] for form in FORMS])
def test_each_form_of_a_table_is_read(tmp_path, seed):
    for more in range(6):
        messy, misread, lost, _ = check(tmp_path, seed + more * len(FORMS))
        assert not misread and not lost, messy.form


@pytest.mark.parametrize("count", [140, pytest.param(5000, marks=pytest.mark.full)])
def test_random_tables_give_the_truth_or_a_question(tmp_path, count):
    asked = 0
    for seed in range(1000, 1000 + count):
        messy, misread, lost, table = check(tmp_path, seed)
        assert not misread, (seed, messy.form, misread)
        assert not lost, (seed, messy.form, lost)
        asked += bool(table.questions)
    assert 0.2 * count < asked < count, "questions are asked, and not of every table"


def test_answers_in_a_file_settle_every_question(tmp_path):
    for seed in range(60, 90):
        messy, _, _, table = check(tmp_path, seed)
        file = tmp_path / f"table{messy.suffix}"
        kept = tmp_path / "answers.csv"
        kept.write_bytes(questions_to_bytes(table.asked, Answers(accept_proposals=True)))
        again = understood(file, read_answers(kept))
        assert all(not question.proposal for question in again.questions)


# Field: what it is ("?" for a question, "blank" for nothing stated) = cells.
CELLS = """
her2_ihc: 0 = 0 ; IHC 0 ; 0+ ; ultralow ; 0 (ultralow) ; HER2-null ; 0 (null) ; 0.0
her2_ihc: 1+ = 1+ ; １＋ ; + ; +1 ; 1 + ; HER2 1+ ; 1⁺ ; 1plus ; Score 1+
her2_ihc: 2+ = 2+ ; ++ ; 2+(FISH-) ; 2+ (FISH +) ; IHC 2+, ISH amplified ; HER2(2+) ; 2+，FISH阴性 ; c-erbB-2 (2+)
her2_ihc: 2+ = 2+ (10%) ; 2 + / FISH neg. ; "2+"
her2_ihc: 3+ = 3+ ; +++ ; HER2/neu 3+ ; 3 +
her2_ihc: ? = 1 ; 2.0 ; 3 ; null ; - ; neg ; Positive ; equivocal ; 1+/2+ ; 0-1+ ; 4+ ; 2+(FISH?) ; low ; banana ; ++++
her2_ihc: ? = Indeterminate ; 1+ (FISH 2.1) ; 12+ ; 1-2+ ; 0/1+
her2_ihc: blank = n/a ; [Not Available] ; unknown ; k.A. ; 不详
er: 1 = 1 ; 1.0 ; pos ; POS. ; + ; +++ ; 90 % ; 1-9 % ; ≥10% ; Positive (90%) ; yes ; ja ; TRUE ; 阳性
er: 1 = ER+ ; weakly positive ; +++ (90 %)
er: 0 = 0 ; neg ; Negative ; <1 % ; 0 % ; negative (0 %) ; no ; nein ; 阴性 ; ER- ; ER negative
er: ? = - ; 90 ; 0,9 ; none ; <10 % ; positive (<1%) ; +/- ; 2 ; weak ; 0-1 % ; positive / negative ; not positive
er: blank = n/a ; [Not Evaluated] ; unknown ; not done
ki67_percent: 30.0 = 30 ; 30 % ; 30,0 ; 30 percent ; ３０％
ki67_percent: 12.5 = 12.5 ; 12,5 ; 12,5 %
ki67_percent: ? = 0.55 ; 0,3 ; 20-30 % ; <1 % ; ca. 20 ; ~15 % ; 1,250 ; 999 ; 150 ; high ; 30 % (hot spot) ; 10 20
age: 55 = 55 ; 55.0 ; 55 years ; 055 ; 55 J ; 55岁
age: ? = 55,5 ; 17 ; 999 ; fifty ; 50-59 ; 10.03.1970
her2_ish_result: negative = negative ; NEG ; not amplified ; nicht amplifiziert ; 无扩增 ; FISH-
her2_ish_result: negative = Negative (ratio 1.2, 2.8 copies) ; ISH neg
her2_ish_result: positive = positive ; + ; Amplified ; 扩增 ; FISH positive
her2_ish_result: ? = - ; 0 ; 1 ; ratio 1.2 ; Indeterminate ; not negative
her2_date: 2025-03-10 = 2025-03-10 ; 10.03.2025 ; 10.3.25 ; 10 Mar 2025 ; Mar 10, 2025 ; 20250310
her2_date: 2025-03-10 = 2025年3月10日 ; 10. März 2025
her2_date: 1998-01-12 = 12.01.98 ; 12-Jan-98
her2_date: ? = 10/03/2025 ; 45726 ; 31.02.2025 ; spring 2025 ; 2098-01-12 ; 13/01/0098 ; 1-1-1900
her2_specimen: core = core ; Core biopsy ; Stanze ; CNB
mass_margin: irregular = irregular ; Irregular ; irregular (not circumscribed)
mass_margin: ? = not circumscribed ; irreg. ; smooth ; non-circumscribed
lesion_type: nme = nme ; NME ; non-mass enhancement (NME) ; Non-mass enhancement ; 非肿块
lesion_size_mm: 20.0 = 20 ; 20 mm ; 2.0 cm ; 2,0 cm ; 20,0
peritumoral_edema: ? = none ; - ; x ; 3
"""


def cells():
    """(field, cell, value) of the list above."""
    for line in CELLS.strip().splitlines():
        name, rest = line.split(": ", 1)
        value, written = rest.split(" = ", 1)
        number = name in ("er", "age", "ki67_percent", "lesion_size_mm") and value not in ("?", "blank")
        if number:
            value = float(value) if "." in value else int(value)
        for cell in written.split(" ; "):
            yield name, cell.strip('"'), value


@pytest.mark.parametrize(("name", "cell", "value"), list(cells()))
def test_each_cell_is_its_truth_or_a_question(name, cell, value):
    item = VOCABULARY.get(name) or load_lexicon()[name]
    found = read_cell(item, cell, habits_of(item, [cell]))
    if value == "?":
        assert isinstance(found, Doubt)
    else:
        assert not isinstance(found, Doubt), found
        value = None if value == "blank" else value
        assert (found.value, type(found.value)) == (value, type(value))


def test_a_proposal_is_never_the_opposite_of_what_stands_there():
    margin = load_lexicon()["mass_margin"]
    assert read_cell(margin, "not circumscribed").proposal == ""
    assert read_cell(margin, "circumscribd").proposal == "circumscribed"


def test_null_is_a_stratum_where_the_column_has_strata_and_asked_elsewhere():
    item = VOCABULARY["her2_ihc"]
    strata = habits_of(item, ["null", "0+", "1+"])
    assert dict(read_cell(item, "null", strata).also) == {"her2_zero_staining": "no_staining"}
    assert read_cell(item, "null", habits_of(item, ["null", "0", "1+"])).proposal == "0, no staining"


def test_an_unquoted_decimal_comma_in_a_comma_table_is_refused_not_shifted(tmp_path):
    (tmp_path / "t.csv").write_text("case_id,ki67_percent,her2_ihc\nP01,12,5,1+\nP02,30,2+\n")
    with pytest.raises(StudyError, match=r"row 2 of .* has another length than the header"):
        understood(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(100), "an old Excel file"),
        (b"PK\x03\x04" + bytes(50), "needed an .xlsx file"),
        (b"\x89PNG\r\n\x1a\n\x00\x81\x8d\x00", "cannot be read"),
        (b"", "is empty"),
        (b'case_id,age\n"P01,5\n', "closed quotation marks"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path, content, says):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(StudyError, match=says):
        read_people_table(tmp_path / "t.csv")


def test_a_sheet_keeps_percents_dates_and_ids_as_a_person_sees_them(tmp_path):
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["case_id", "ki67_percent", "her2_date", "age", "er"])
    sheet.append([7, 0.55, datetime.datetime(2025, 3, 10), 51.0, True])
    sheet["A2"].number_format, sheet["B2"].number_format = "000", "0%"
    book.save(tmp_path / "t.xlsx")
    (row,) = understood(tmp_path / "t.xlsx").rows
    assert row.case_id == "007"
    assert row.values == {"ki67_percent": 55.0, "her2_date": "2025-03-10", "age": 51, "er": 1}
    sheet["D3"] = "=AVERAGE(D2)"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(StudyError, match="formulas without a result: needed values, found D3"):
        understood(tmp_path / "t.xlsx")
