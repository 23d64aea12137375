"""Tables change what they state and nothing else: a blank deletes nothing, a table is taken whole or not at all."""

import json

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.row_csv import write_rows
from HER2LowMRILib.images.voi_files import write_voi
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import create_study, open_study
from study.made_up_images import GRID, lesion_mask
from study.made_up_study import MASS

FULL = (
    "case_id,age,er,pr,ki67_percent,her2_ihc,her2_laboratory,her2_date\n"
    "P1,51,1,0,30,2+,Lab,2025-03-10\nP2,62,0,0,80,0,Lab,2025-03-11\n"
)


@pytest.fixture
def study(tmp_path):
    """An empty study with cases P1, P2 and 007."""
    made = create_study(tmp_path / "study", "Synthetic study", seed=1, synthetic=True)
    with made.coordinator() as office:
        office.add_cases(Case(case_id, CaseImages(dwi=(tmp_path,))) for case_id in ("P1", "P2", "007"))
    (tmp_path / "full.csv").write_text(FULL)
    return tmp_path / "study"


def table(study, text, name="table.csv"):
    file = study.parent / name
    file.write_text(text, encoding="utf-8")
    return file


def pathology(study):
    with open_study(study).coordinator() as office:
        return {case.case_id: dict(office.pathology(case.case_id)) for case in office.cases}


def everything(study):
    files = [file for file in sorted(study.rglob("*")) if file.is_file() and file.name != ".lock"]
    return {str(file.relative_to(study)): file.read_bytes() for file in files}


LATE = {
    "one late result": "case_id,her2_ish_result\nP1,negative\n",
    "blank columns": "case_id,age,er,pr,ki67_percent,her2_ihc,her2_ish_result\nP1,,,,,,negative\n",
    "words for nothing": "case_id,age,er,her2_ihc,her2_ish_result\nP1,n/a,unknown,[Not Available],neg\n",
    "a correction": "case_id,age\nP1,52\n",
    "the same again": FULL,
    "another order": "her2_ihc,case_id\n0,P2\n2+,P1\n",
    "a second specimen": "case_id,her2_core_ihc,her2_core_ish_result\nP1,1+,\n",
    "only the date": "case_id,her2_date\nP1,12.03.2025\n",
    "another case only": "case_id,age,her2_ihc\n007,40,3+\n",
    "a blank row": "case_id,age,her2_ihc\n,,\nP2,,0\n,,\n",
}


@pytest.mark.parametrize("late", LATE.values(), ids=LATE.keys())
def test_a_later_table_wipes_nothing_and_the_order_does_not_matter(study, tmp_path, late):
    assert main(["study", "pathology", str(study), str(tmp_path / "full.csv")]) == 0
    before = pathology(study)
    assert main(["study", "pathology", str(study), str(table(study, late))]) == 0
    after = pathology(study)
    for case_id, fields in before.items():
        for name, value in fields.items():
            changed = after[case_id].get(name) != value
            assert name in after[case_id]
            assert not changed or (name, late) in (
                ("age", LATE["a correction"]),
                ("her2_date", LATE["only the date"]),
            )
    if late not in (LATE["a correction"], LATE["only the date"]):
        other = create_study(tmp_path / "other", "Synthetic study", seed=1)
        with other.coordinator() as office:
            office.add_cases(Case(case_id, CaseImages(dwi=(tmp_path,))) for case_id in ("P1", "P2", "007"))
            for name in ("table.csv", "full.csv"):
                office.take_pathology(office.look_at_pathology(tmp_path / name))
        assert pathology(tmp_path / "other") == after
    assert main(["study", "check", str(study), "--quiet"]) == 0


def test_every_change_is_said_as_field_old_new_and_kept_in_the_log(study, tmp_path, capsys):
    assert main(["study", "pathology", str(study), str(tmp_path / "full.csv")]) == 0
    capsys.readouterr()
    late = table(study, "case_id;age;her2_ish_result;her2_laboratory\nP1;52;not amplified;Other\n")
    assert main(["study", "pathology", str(study), str(late)]) == 0
    said = capsys.readouterr().out
    assert "P1  age: 51 -> 52\n" in said
    assert "P1  her2_ish_result: blank -> negative\n" in said
    assert "P1  her2_laboratory: changed\n" in said and "Other" not in said
    assert "3 fields of 1 case change, 2 of them had another value" in said
    last = [json.loads(line) for line in (study / "log.jsonl").read_text().splitlines()][-1]
    assert (last["old"]["P1"]["age"], last["new"]["P1"]["age"]) == (51, 52)
    assert "her2_laboratory" not in last["new"]["P1"]


def test_a_dry_run_writes_nothing_and_says_the_same(study, tmp_path, capsys):
    before = everything(study)
    assert main(["study", "pathology", str(study), str(tmp_path / "full.csv"), "--dry-run"]) == 0
    dry = capsys.readouterr().out
    assert everything(study) == before
    assert main(["study", "pathology", str(study), str(tmp_path / "full.csv")]) == 0
    assert (
        dry.replace("dry run: nothing was written\n", "")
        == capsys.readouterr().out.split("2 cases changed")[0]
    )


def test_all_questions_stand_in_one_list_are_answered_in_one_file_and_never_asked_again(
    study, tmp_path, capsys
):
    messy = table(
        study,
        "Patient;Alter;ER;Ki-67;HER2;FISH;Bemerkung X\nP1;51 Jahre;90 %;0,55;1;-;a\np2;62;-;20-30 %;2+(FISH-);;b\n"
        "7;40;pos;n/a;0+;n.d.;c\n",
    )
    before = pathology(study)
    assert main(["study", "pathology", str(study), str(messy)]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and "7 questions open, nothing was changed" in said.err
    assert len([line for line in said.out.splitlines() if line.startswith("? ")]) == 7
    for line in (
        "? Bemerkung X: not a known column. Proposed: skip",
        "? row 2, HER2 '1': a spreadsheet may have eaten the sign. Proposed: 1+",
        "? row 2, Ki-67 '0,55': a share of 1, or percent? Proposed: 55",
        "? row 3, Ki-67 '20-30 %': a range, where one number is needed. Proposed: 25",
        "? row 3, ER '-': no, or nothing stated? Proposed: 0",
        "? row 2, FISH '-': negative, or nothing stated? Proposed: negative",
        "? row 4, Patient: no case of the study; did its id lose zeros? Proposed: 007",
    ):
        assert line in said.out.splitlines()
    assert pathology(study) == before
    kept = study / "table_answers.csv"
    lines = kept.read_text().splitlines()
    answers = {"HER2": "1+", "FISH": "skip", "Bemerkung X": "yes", "Patient": "ja"}
    filled = [lines[0]] + [
        line
        + answers.get(line.split(",")[1], "yes" if "20-30" not in line else "27,5").replace("27,5", '"27,5"')
        for line in lines[1:]
    ]
    kept.write_text("\n".join(filled) + "\n")
    assert main(["study", "pathology", str(study), str(messy)]) == 0
    after = pathology(study)
    assert after["P1"] == {"age": 51, "er": 1, "ki67_percent": 55.0, "her2_ihc": "1+"}
    assert after["P2"] == {
        "age": 62,
        "er": 0,
        "ki67_percent": 27.5,
        "her2_ihc": "2+",
        "her2_ish_result": "negative",
    }
    assert after["007"] == {"age": 40, "er": 1, "her2_ihc": "0", "her2_zero_staining": "ultralow"}
    assert main(["study", "pathology", str(study), str(messy)]) == 0
    assert "0 cases changed" in capsys.readouterr().out
    assert main(["study", "check", str(study), "--quiet"]) == 0


def test_no_patient_id_gets_into_the_file_of_answers_or_a_message(study, capsys):
    messy = table(study, "Patient ID,HER2\nMRN4711007,1+\n")
    assert main(["study", "pathology", str(study), str(messy)]) == 1
    said = capsys.readouterr()
    for text in (
        said.out,
        said.err,
        (study / "table_answers.csv").read_text(),
        (study / "log.jsonl").read_text(),
    ):
        assert "4711007" not in text


def readings_table(tmp_path, rows, name="r1.csv"):
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": lesion_mask()}, GRID)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    write_rows(tmp_path / name, rows, columns)
    return tmp_path / name


def test_a_table_of_readings_with_one_bad_row_enters_none_and_the_corrected_one_amends_none(
    study, tmp_path, capsys
):
    good = [{"case_id": case_id, "voi": "voi.seg.nrrd"} | MASS for case_id in ("P1", "P2", "007")]
    bad = [good[0], good[1] | {"voi": "nowhere.seg.nrrd"}, good[2] | {"fgt": None}]
    before = everything(study)
    assert main(["study", "read", str(study), "r1", str(readings_table(tmp_path, bad)), "--sign-off"]) == 1
    error = capsys.readouterr().err
    assert "row 3 of the table of readings: the VOI file cannot be read" in error and "(and 1 more)" in error
    assert {name: content for name, content in everything(study).items() if name in before} == before
    with open_study(study).reader("r1") as view:
        assert {item.state for item in view.work_list} == {"not_started"}
    assert main(["study", "read", str(study), "r1", str(readings_table(tmp_path, good)), "--sign-off"]) == 0
    assert "3 readings entered; 3 of 3 cases signed off by r1" in capsys.readouterr().out
    corrected = [good[0], good[1] | {"fgt": "a"}, good[2]]
    again = ["study", "read", str(study), "r1", str(readings_table(tmp_path, corrected)), "--sign-off"]
    assert main(again) == 1
    assert "the reading is signed off, and the table differs in fgt" in capsys.readouterr().err
    assert main([*again, "--amend", "typing error"]) == 0
    assert "1 reading entered, 2 as they were" in capsys.readouterr().out
    with open_study(study).reader("r1") as view:
        states = {item.case_id: item.state for item in view.work_list}
        assert states == {"P1": "signed_off", "P2": "amended", "007": "signed_off"}
        assert view.open_case("P2").answers["fgt"] == "a"


def test_one_table_holds_the_readings_of_all_readers(study, tmp_path, capsys):
    rows = [
        {"case_id": case_id, "Reader": reader, "voi": "voi.seg.nrrd"} | MASS
        for reader in ("r1", "r2")
        for case_id in ("P1", "P2", "007")
    ]
    assert main(["study", "read", str(study), str(readings_table(tmp_path, rows)), "--sign-off"]) == 0
    said = capsys.readouterr().out
    assert "3 of 3 cases signed off by r1" in said and "3 of 3 cases signed off by r2" in said
    rows[4]["Reader"] = "r9"
    assert main(["study", "read", str(study), str(readings_table(tmp_path, rows)), "--sign-off"]) == 1
    assert "names readers that the study does not have" in capsys.readouterr().err


def test_decisions_are_made_all_or_none(study, tmp_path, capsys):
    with open_study(study).coordinator() as office:
        office.exclude("007", "motion")
    for reader, change in (("r1", {}), ("r2", {"mass_shape": "oval", "fgt": "a"})):
        rows = [{"case_id": case_id, "voi": "voi.seg.nrrd"} | MASS | change for case_id in ("P1", "P2")]
        assert (
            main(["study", "read", str(study), reader, str(readings_table(tmp_path, rows)), "--sign-off"])
            == 0
        )
    items = [
        ("P1", "Mass shape", "Oval"),
        ("P1", "fgt", "b"),
        ("P2", "mass_shape", "irregular"),
        ("P2", "bpe", "mild"),
    ]
    rows = [
        {"case_id": case, "item": item, "decision": value, "reason": "seen"} for case, item, value in items
    ]
    capsys.readouterr()
    assert main(["study", "adjudicate", str(study), str(readings_table(tmp_path, rows, "d.csv"))]) == 1
    assert "row 5 of the table of decisions: the readers do not differ there" in capsys.readouterr().err
    with open_study(study).adjudicator() as desk:
        assert [item.open for item in desk.work_list] == [2, 2]
    assert main(["study", "adjudicate", str(study), str(readings_table(tmp_path, rows[:3], "d.csv"))]) == 0
    assert "3 decisions entered; nothing left to decide in 1 of 2 cases" in capsys.readouterr().out


def test_a_person_cannot_take_a_table_of_no_case(study, tmp_path):
    with open_study(study).coordinator() as office, pytest.raises(StudyError, match="is empty"):
        office.take_pathology(office.look_at_pathology(table(study, "\n\n")))


def test_two_lesions_of_a_patient_share_a_pseudonym_and_site_and_scanner_are_kept(study, capsys):
    lesions = table(
        study,
        "case_id,patient,Site,scanner,her2_ihc\nP1,MRN-4711,North,3 T,1+\n"
        "P2,MRN-4711,North,3 T,0\n007,MRN-5,South,,3+\n",
    )
    assert main(["study", "pathology", str(study), str(lesions)]) == 0
    said = capsys.readouterr().out
    assert "P1  site: blank -> North" in said and "4711" not in said
    with open_study(study).coordinator() as office:
        cases = {case.case_id: case for case in office.cases}
        assert cases["P1"].patient == cases["P2"].patient == office.pseudonym("MRN-4711")
        assert (cases["007"].site, cases["007"].scanner) == ("South", None)
    for file in study.rglob("*"):
        assert not file.is_file() or b"MRN-4711" not in file.read_bytes()
    assert main(["study", "check", str(study), "--quiet"]) == 0
    again = table(study, "case_id,site\nP1,\nP2,East\n")
    assert main(["study", "pathology", str(study), str(again)]) == 0
    assert "P2  site: North -> East" in capsys.readouterr().out
    with open_study(study).coordinator() as office:
        cases = {case.case_id: case for case in office.cases}
        assert (cases["P1"].site, cases["P2"].site, cases["P1"].images.dwi) == (
            "North",
            "East",
            (study.parent,),
        )
        assert office.pathology("P1") == {"her2_ihc": "1+"}


def test_rows_that_share_a_patient_are_said_to_the_analysis(tmp_path):
    from HER2LowMRILib.cohort.table import read_features

    rows = [
        {"case_id": f"C{n}", "patient": f"Q{n // 2}" if n < 4 else None, "her2_group": "low"}
        for n in range(6)
    ]
    write_rows(tmp_path / "features.csv", rows, list(rows[0]))
    (warning,) = read_features(tmp_path / "features.csv").warnings
    assert warning.startswith("6 lesions of 4 patients: lesions of one patient are not independent")
