"""The report in Simplified Chinese: the same page, every sentence in it exchanged, every number as it was."""

import html
import re

import pytest
from cohort_csv import write_rows_as_csv
from HER2LowMRILib.cohort.report.translated import _TAGS, translated, untranslated
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort, report_file

CHECKLISTS = re.compile(r"<section id=\"s\d+\"><h2>\d+ Reporting checklists</h2>.*?</section>", re.DOTALL)
LANGUAGE = "zh-CN"


@pytest.fixture(
    scope="module", params=[False, pytest.param(True, marks=pytest.mark.full)], ids=["", "by site"]
)
def pages(request, cohort_rows, reading_rows, tmp_path_factory):
    """The report of a synthetic cohort in English and in Chinese."""
    folder = tmp_path_factory.mktemp("report")
    rows = [
        row | {"site": "ABC"[number % 3], "patient": f"P{number}"} for number, row in enumerate(cohort_rows)
    ]
    features = write_rows_as_csv(folder / "features.csv", rows)
    readings = write_rows_as_csv(folder / "readings.csv", reading_rows)
    analyze_cohort(
        features,
        folder / "out",
        readings=readings,
        settings=Settings(bootstraps=5, repeats=1, by_site=request.param),
        language=LANGUAGE,
    )
    return [(folder / "out" / report_file(name)).read_text(encoding="utf-8") for name in (None, LANGUAGE)]


def test_every_sentence_but_the_items_of_checklists_has_its_chinese(pages):
    english, _ = pages
    assert untranslated(CHECKLISTS.sub("", english), LANGUAGE) == []


def test_numbers_tables_and_figures_stay_as_they_are(pages):
    english, chinese = pages
    assert '<html lang="zh-CN">' in chinese
    assert [tag for tag in _TAGS.findall(english) if "lang=" not in tag] == [
        tag for tag in _TAGS.findall(chinese) if "lang=" not in tag
    ]
    for before, after in zip(_TAGS.split(english)[::2], _TAGS.split(chinese)[::2], strict=True):
        numbers = [re.findall(r"\d+(?:\.\d+)?", html.unescape(text)) for text in (before, after)]
        assert sorted(numbers[0]) == sorted(numbers[1]), before


def test_what_is_not_known_stays_english_as_a_whole():
    page = "<p>At a glance</p><p>At a glance. Nobody wrote this sentence.</p><td>0.5 (0.4 to 0.6)</td>"
    found = translated(page, LANGUAGE)
    assert "<p>概览</p>" in found and "<p>At a glance. Nobody wrote this sentence.</p>" in found
    with pytest.raises(KeyError):
        translated(page, "xx")
