"""Whatever a case or a reader is called, nothing is ever written outside the study folder."""

import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.row_csv import read_rows, write_rows
from HER2LowMRILib.study.case_ids import check_distinct, checked_name
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.pseudonyms import new_key, pseudonym
from HER2LowMRILib.study.study_folder import create_study, open_study
from study.made_up_study import made_up_study

HOSTILE_IDS = (
    *("..", ".", "../x", "../../etc/passwd", "..\\x", "a/b", "a\\b", "/etc", "/", "\\", "C:", "C:\\x", "C:x"),
    *("\\\\server\\share", "//server/share", "\\\\?\\C:\\x", "file:///etc", "~", "~root", "$HOME", "%TEMP%", "`id`"),
    *("CON", "con", "PRN", "AUX", "NUL", "nul", "COM1", "com9", "LPT1", "LPT0", "COM0", "CON.txt", "nul.json"),
    *("", " ", "  P1", "P1 ", "P 1", "P1.", "P1..", ".P1", "-P1", "P1-", "_P1", "P1_", "P1\n", "\nP1", "P1\r", "P1\t"),
    *("P1\0", "\0", "P1\0.json", "P1:stream", "P1*", "P1?", 'P1"', "P1<", "P1>", "P1|", "P1;", "P1&", "P1'", "P1,"),
    *("Müller", "乳腺", "P１", "Ｐ1", "é", "\u202eP1", "P\u200b1", "🙂", "P" * 33, "P" * 300, "P/../P"),
    *("P%2f..", "=1+1", "DOE^JANE", "a" * 10_000),
)  # fmt: skip


def test_there_are_80_hostile_ids():
    assert len(set(HOSTILE_IDS)) >= 80


@pytest.mark.parametrize("name", HOSTILE_IDS)
def test_a_hostile_id_is_refused_without_repeating_it(name):
    with pytest.raises(StudyError) as refused:
        checked_name(name)
    assert len(name) < 4 or name not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["P1", "case-001", "C7KQ2M9XAPB4", "a_b", "1", "P" * 32, "CONTROL", "nul1"])
def test_a_plain_id_is_taken_as_it_is(name):
    assert checked_name(name) == name


def test_nothing_is_written_outside_whatever_the_ids(tmp_path):
    study = made_up_study(tmp_path / "study", cases=1)
    outside = sorted(file for file in tmp_path.rglob("*") if not file.is_relative_to(study.folder))
    images = CaseImages(dwi=(tmp_path,))
    with study.coordinator() as office:
        for name in HOSTILE_IDS:
            with pytest.raises(StudyError):
                office.add_cases([Case("P2", images), Case(name, images)])
        assert [case.case_id for case in office.cases] == ["P1"], "all or none"
    # A table that was written by hand is not believed either.
    rows = read_rows(study.folder / "cases.csv")
    for name in HOSTILE_IDS:
        write_rows(study.folder / "cases.csv", [rows[0] | {"case_id": name}], list(rows[0]))
        for enter in (lambda: study.reader("r1"), study.adjudicator, study.cohort, study.coordinator):
            with pytest.raises(StudyError):
                enter()
    assert sorted(file for file in tmp_path.rglob("*") if not file.is_relative_to(study.folder)) == outside


@pytest.mark.parametrize("name", [name for name in HOSTILE_IDS if len(name) < 300])
def test_a_reader_cannot_be_called_so_either(tmp_path, name):
    with pytest.raises(StudyError):
        create_study(tmp_path / "study", "Synthetic study", ("r1", name))
    assert not (tmp_path / "study").exists()


def test_two_ids_that_one_folder_cannot_keep_apart_are_refused():
    with pytest.raises(StudyError, match="perhaps in capitals"):
        check_distinct(["P1", "p1"])


def test_a_pseudonym_depends_on_the_key_of_the_study_and_is_a_safe_name(tmp_path):
    names = [pseudonym(new_key(), "MRN-0012345") for _ in range(50)]
    assert len(set(names)) == 50
    assert all(checked_name(name) == name for name in names)
    study = made_up_study(tmp_path / "study", cases=0)
    with study.coordinator() as office:
        first = office.pseudonym("MRN-0012345")
        assert office.pseudonym(" MRN-0012345 ") == first != office.pseudonym("MRN-0012346")
    with open_study(study.folder).coordinator() as office:
        assert office.pseudonym("MRN-0012345") == first
