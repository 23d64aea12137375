"""Tables and figures as an author submits them say what the tables of the analysis say, in a journal's style."""

import io
import math
import re
import zipfile

import pytest
from cohort_csv import write_rows_as_csv
from docx import Document
from HER2LowMRILib.cohort.manuscript.journal_style import STYLES
from HER2LowMRILib.cohort.manuscript.submission import journal_tables
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.core.wording import rounded
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort
from HER2LowMRILib.workflow.write_submission import write_submission

AMA, LANCET = STYLES["ama"], STYLES["lancet"]
# No site, no second reading: S7 and S8 are not there.
WHOLE = {"1", "2", "3", "4", "S2", "S3", "S4", "S5", "S6", "S9", "S10"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("submission")


@pytest.fixture(scope="module")
def analysis(cohort_rows, reading_rows, folder):
    settings = Settings(repeats=1, folds=5, bootstraps=2, title="Reader study of HER2")
    features = write_rows_as_csv(folder / "features.csv", cohort_rows)
    readings = write_rows_as_csv(folder / "readings.csv", reading_rows)
    return analyze_cohort(features, folder / "out", readings=readings, settings=settings)


@pytest.fixture(scope="module")
def written(analysis, folder):
    return write_submission(analysis, folder / "out")


@pytest.mark.parametrize(
    ("p", "ama", "lancet"),
    [
        (0.0004, "<.001", "0·00040"),
        (0.00004, "<.001", "<0·0001"),
        (0.0012, ".001", "0·0012"),
        (0.0094, ".009", "0·0094"),
        (0.0235, ".02", "0·024"),
        (0.0481, ".048", "0·048"),
        (0.0512, ".051", "0·051"),
        (0.123, ".12", "0·12"),
        (0.999, ">.99", "1·00"),
        (math.nan, "–", "–"),
    ],
)
def test_p_values_are_set_as_each_journal_asks(p, ama, lancet):
    assert (AMA.p(p), LANCET.p(p)) == (ama, lancet)


def test_decimals_dashes_and_signs():
    assert AMA.interval(3.905, 1.379, 11.052, 2) == "3.91 (1.38–11.05)"
    assert LANCET.interval(3.905, 1.379, 11.052, 2) == "3·91 (1·38–11·05)"
    assert AMA.interval(-0.1, -0.21, 0.05, 2) == "−0.10 (−0.21 to 0.05)"
    assert AMA.interval(12.0, 0.001, 12000.0, 2) == "12.00 (<0.01–>1000)"
    assert AMA.text("27/60 (45.0 %)") == "27/60 (45.0%)"
    assert LANCET.text("33.0 (22.0 to 36.5)") == "33·0 (22·0–36·5)"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (34.5, 0, "35"),
        (2.675, 2, "2.68"),
        (0.125, 2, "0.13"),
        (-0.004, 2, "0.00"),
        (1e-9, 3, "0.000"),
        (-2.5, 0, "-3"),
    ],
)
def test_halves_go_up(value, digits, text):
    assert rounded(value, digits) == text


def test_all_tables_are_there_with_denominators_tests_and_references(analysis):
    tables = {table.number: table for table in journal_tables(analysis, AMA)}
    assert set(tables) == WHOLE
    assert tables["1"].header[1] == "HER2-zero (n\xa0=\xa030)"
    marks = {cell.mark for table in tables.values() for row in table.rows for cell in row} - {""}
    notes = {mark for table in tables.values() for mark, _ in table.footnotes}
    assert marks <= notes
    references = {row[0].text: row[1].text for row in tables["3"].rows if len(row) > 1}
    assert references == {
        "Irregular shape": "oval or round",
        "Non-circumscribed margin": "circumscribed",
        "Intratumoral T2 hyperintensity": "no",
    }


def test_table_4_has_the_numbers_of_roc_csv(analysis):
    (table,) = (table for table in journal_tables(analysis, AMA) if table.number == "4")
    roc = analysis.tables["roc"].set_index(["stratum", "comparison", "predictor"])
    for row in table.rows:
        found = roc.loc[("nme_related", "low_vs_over", row[0].text.replace(" ", "_"))]
        assert row[1].text == AMA.interval(found["auc"], found["ci_low"], found["ci_high"], 3)
        tp, fp, fn, tn = (int(number) for number in row[8].text.split("/"))
        assert (tp + fn, fp + tn) == (found["n_positive"], found["n_negative"])
        assert row[4].text.startswith(rounded(tp / (tp + fn), 2))
        assert row[5].text.startswith(rounded(tn / (tn + fp), 2))
        assert row[6].text.startswith(rounded(tp / (tp + fp), 2))
        assert row[7].text.startswith(rounded(tn / (tn + fn), 2))


def test_the_univariable_odds_ratio_is_that_of_the_two_by_two_table(analysis, cohort_rows):
    masses = [r for r in cohort_rows if r["lesion_type"] == "mass" and r["her2_group"] in ("zero", "low")]
    cells = {
        (group, irregular): sum(
            r["her2_group"] == group and (r["mass_shape"] == "irregular") == irregular for r in masses
        )
        for group in ("zero", "low")
        for irregular in (True, False)
    }
    by_hand = cells["low", True] * cells["zero", False] / (cells["low", False] * cells["zero", True])
    models = analysis.tables["models"].set_index(["comparison", "model", "term"])
    assert models.loc[("low_vs_zero", "Qualitative", "irregular_shape"), "univariable_or"] == pytest.approx(
        by_hand
    )


def test_the_tables_beyond_the_paper_have_the_numbers_of_theirs(analysis):
    tables = {table.number: table for table in journal_tables(analysis, AMA)}
    read = analysis.tables["multireader"]
    read = read[(read["method"] == "Obuchowski-Rockette") & read["comparison"].str.startswith("low_")]
    shown = [row[2].text for row in tables["S6"].rows if len(row) > 1]
    known = {AMA.interval(r["estimate"], r["ci_low"], r["ci_high"], 3) for _, r in read.iterrows()}
    assert shown and set(shown) <= known
    choices = analysis.tables["sensitivity"].query("variation == 'as_analysed' and model == 'Combined_All'")
    first = next(row for row in tables["S9"].rows if row[0].text == "As analysed")
    assert len(first) == 1 + choices["stratum"].nunique()
    for cell, (_, row) in zip(
        first[1:], choices[choices["comparison"] == "low_vs_over"].iterrows(), strict=True
    ):
        assert cell.text.startswith(AMA.interval(row["auc"], row["ci_low"], row["ci_high"], 3))
    # Net benefit by counting: those at or above the threshold, false ones weighed with its odds.
    held = next(held for key, held in analysis.held_out.items() if key[2] in ("Qualitative", "Combined_All"))
    model = next(row for row in tables["S10"].rows if len(row) > 1)
    for cell, threshold in zip(model[1:], (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), strict=True):
        acted = held.probability >= threshold
        true, false = int((acted & held.positive).sum()), int((acted & ~held.positive).sum())
        benefit = (true - false * threshold / (1 - threshold)) / len(held.positive)
        assert cell.text == AMA.number(benefit, 3)


def test_the_word_file_says_how_it_was_done(analysis, written):
    text = "\n".join(paragraph.text for paragraph in Document(written[0]).paragraphs)
    for said in (
        "Statistical methods",
        "Obuchowski-Rockette",
        "Vickers and Elkin",
        "IHC 0 and 1+ were exchanged",
    ):
        assert said in text
    # Plain text, and nothing of what was not done.
    assert "&lt;" not in text and "p < 0.1" in text
    assert "mixed model" not in text and "Repeatability" not in text


def test_the_word_file_holds_every_table_and_every_figure_with_its_legend(analysis, written, folder):
    document = Document(written[0])
    assert len(document.tables) == len(WHOLE)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert text.startswith("Reader study of HER2\nSynthetic data")
    for number in WHOLE:
        assert f"Table {number}. " in text
    first = journal_tables(analysis, AMA)[0]
    shown = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert shown[0] == list(first.header)
    assert shown[1] == [cell.text + cell.mark for cell in first.rows[0]]
    legends = (folder / "out" / "figures" / "legends.txt").read_text()
    assert len(document.inline_shapes) == legends.count("Figure ") >= 9
    for legend in legends.strip().split("\n\n"):
        assert legend in text


def test_text_in_figures_is_text_and_pictures_have_600_dots_per_inch(written):
    from PIL import Image

    svgs = [path for path in written if path.suffix == ".svg"]
    for path in svgs:
        svg = path.read_text()
        assert svg.count("<text") >= 3, path.name
        assert not re.search(r"<use[^>]*DejaVu", svg), path.name
    (roc,) = (path for path in svgs if "roc_low_vs_over" in path.name)
    assert "sensitivity" in roc.read_text() and re.search(r"0\.\d{3} \(0\.\d\d–0\.\d\d\)", roc.read_text())
    for path in written:
        if path.suffix in (".png", ".tiff") and "flow" in path.name:
            assert [round(float(dpi)) for dpi in Image.open(path).info["dpi"]] == [600, 600]


def test_a_second_submission_is_the_same_to_the_byte(analysis, written, folder):
    again = write_submission(analysis, folder / "again", progress=None)
    for first, second in zip(written, again, strict=True):
        if first.suffix not in (".png", ".tiff") or "flow" in first.name:
            assert first.read_bytes() == second.read_bytes(), first.name


def test_the_word_file_names_no_place_and_no_time(written):
    with zipfile.ZipFile(io.BytesIO(written[0].read_bytes())) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert not any(
            b"/tmp" in archive.read(name) or b"/home" in archive.read(name) for name in archive.namelist()
        )
