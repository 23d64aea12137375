"""Our tables, opened and saved by LibreOffice in English and German settings: nothing is lost, or it is asked.

What is run is LibreOffice itself, so this needs it; the usual run says that it is skipped where it is absent.
"""

import shutil
import subprocess

import pytest
from HER2LowMRILib.cohort.table import read_features
from HER2LowMRILib.files.people_table import read_people_table
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import create_study
from HER2LowMRILib.workflow.table_templates import make_template, write_template

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]
# Language of a CSV filter; whether "detect special numbers" is on, which turns 1+ into 1.
SETTINGS = [(name, detect) for name in ("1033", "1031") for detect in ("false", "true")]


def saved(source, target, folder, *, language="1033", detect="false"):
    """Open a file and save it as .xlsx or as CSV by semicolons with the numbers as shown."""
    folder.mkdir(parents=True)
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    if source.suffix == ".csv":
        command.append(f"--infilter=CSV:44,34,76,1,,{language},false,{detect}")
    form = f"csv:Text - txt - csv (StarCalc):59,34,76,1,,{language},false,true" if target == "csv" else target
    subprocess.run(
        [*command, "--convert-to", form, "--outdir", str(folder), str(source)], check=True, timeout=300
    )
    return folder / f"{source.stem}.{target}"


@pytest.fixture
def office(tmp_path):
    """The coordinator of a study whose ids begin with zeros."""
    study = create_study(tmp_path / "study", "Synthetic study", seed=1, synthetic=True)
    with study.coordinator() as desk:
        desk.add_cases(Case(case_id, CaseImages(dwi=(tmp_path,))) for case_id in ("P1", "P2", "007"))
        desk.set_pathology("P1", age=51, er=1, ki67_percent=12.5, her2_ihc="1+", her2_date="2025-03-10")
        desk.set_pathology("P2", age=62, er=0, her2_ihc="2+", her2_ish_result="negative", her2_ish_ratio=1.25)
        desk.set_pathology("007", her2_ihc="0", her2_zero_staining="ultralow", ki67_percent=3.0)
        yield desk


@pytest.mark.parametrize(("language", "detect"), SETTINGS)
@pytest.mark.parametrize("target", ["csv", "xlsx"])
def test_a_csv_template_comes_back_unchanged_or_asked(office, tmp_path, language, detect, target):
    write_template(make_template(office, "pathology"), tmp_path / "p.csv")
    back = saved(tmp_path / "p.csv", target, tmp_path / "back", language=language, detect=detect)
    plan = office.look_at_pathology(back)
    assert plan.changes == () and plan.problems == ()
    asked = {
        question.found if question.kind == "value" else question.proposal for question in plan.table.questions
    }
    assert asked == ({"007", "1", "2"} if detect == "true" else {"007"})


@pytest.mark.parametrize("target", ["csv", "xlsx"])
def test_an_xlsx_template_comes_back_unchanged(office, tmp_path, target):
    write_template(make_template(office, "pathology"), tmp_path / "p.xlsx")
    plan = office.look_at_pathology(saved(tmp_path / "p.xlsx", target, tmp_path / "back"))
    assert plan.changes == () and plan.table.questions == ()
    assert len(plan.table.rows) == 3


def test_features_keep_every_number_in_both_languages(tmp_path):
    """Except one with three decimals in German, which LibreOffice reads as thousands: docs/tables.md names it."""
    rows = "case_id,her2_group,ADC_mean,K_entropy,age\nC1,low,0.8512345678901234,3.25,51\nC2,over,1.5,0.1259,62\n"
    (tmp_path / "features.csv").write_text(rows)
    whole = read_features(tmp_path / "features.csv")
    for language, detect in SETTINGS:
        for target in ("csv", "xlsx"):
            folder = tmp_path / f"{language}-{detect}-{target}"
            again = read_features(
                saved(tmp_path / "features.csv", target, folder, language=language, detect=detect)
            )
            for name in ("ADC_mean", "K_entropy", "age"):
                assert again.rows[name].tolist() == pytest.approx(whole.rows[name].tolist(), rel=1e-9)


@pytest.mark.parametrize("language", ["1033", "1031"])
@pytest.mark.parametrize("kind", ["readings", "decisions", "cases", "references"])
def test_the_cells_of_the_other_templates_come_back(office, tmp_path, kind, language):
    """In either form; of CSV but for the leading zeros of ids, which are asked when the table is taken over."""
    for name, target in (("t.csv", "csv"), ("t.xlsx", "xlsx")):
        file = tmp_path / name
        write_template(make_template(office, kind), file)
        back = saved(file, target, tmp_path / f"{target}-{language}", language=language)
        here, there = read_people_table(file), read_people_table(back)
        assert here.columns == there.columns
        rows = [
            [[cell.lstrip("0") for cell in line.cells] for line in table.lines] for table in (here, there)
        ]
        assert rows[0] == rows[1]


def test_a_point_that_german_settings_took_for_thousands_is_asked_with_the_right_value(office, tmp_path):
    office.set_pathology("P1", her2_ish_ratio=1.375, ki67_percent=12.375)
    write_template(make_template(office, "pathology"), tmp_path / "p.csv")
    back = saved(tmp_path / "p.csv", "xlsx", tmp_path / "back", language="1031")
    plan = office.look_at_pathology(back)
    assert plan.changes == ()
    proposed = {question.found: question.proposal for question in plan.table.questions}
    assert proposed["1375"] == "1.375" and proposed["12375"] == "12.375"
