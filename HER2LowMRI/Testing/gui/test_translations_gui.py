"""Simplified Chinese: every text has one, with the same placeholders, short enough, under the context of Slicer."""

import importlib.util
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

MODULE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made():
    spec = importlib.util.spec_from_file_location(
        "make_translations", MODULE / "Testing" / "make_translations.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_translations"] = module
    spec.loader.exec_module(module)
    return module


def test_every_text_is_translated(made):
    assert [text.source for text in made.untranslated()] == [], (
        "python HER2LowMRI/Testing/make_translations.py --list, then --fill FILE"
    )


def test_the_file_is_what_the_command_writes(made):
    assert made.TRANSLATIONS.read_text(encoding="utf-8") == made.content(made.known()), (
        "run python HER2LowMRI/Testing/make_translations.py"
    )


def test_placeholders_marks_and_line_breaks_are_kept(made):
    for (_, source), translation in made.known().items():
        for pattern in (r"\{[^{}]+\}", r"</?\w+>", r"\n", r"Ctrl\+\w+"):
            assert sorted(re.findall(pattern, source)) == sorted(re.findall(pattern, translation)), source
        assert source.startswith(" ") == translation.startswith(" ")


def test_no_text_is_much_longer_than_the_english_one(made):
    """A Chinese sign is as wide as two letters; buttons and columns have room for a third more."""
    long = {
        source: translation
        for (_, source), translation in made.known().items()
        if made.width(translation) > 1.35 * made.width(source) + 6
    }
    assert long == {}


def test_translations_are_chinese_unless_there_is_nothing_to_translate(made):
    english = {
        source
        for (_, source), translation in made.known().items()
        if translation == source
        and re.search(r"[A-Za-z]{4,}", re.sub(r"\{[^{}]*\}|Ctrl\+Enter|mm²", "", source))
    }
    assert english <= {"HER2", "Enter", "Ki-67"}


def test_contexts_are_those_of_slicer(made):
    """As slicer.i18n.getContext and QUiLoader make them."""
    contexts = {text.context for text in made.texts()}
    assert {"gui.study_page", "gui.cohort_page", "HER2LowMRI", "StudyPage", made.LEXICON_CONTEXT} <= contexts
    for path in (MODULE / "Resources" / "UI").glob("*.ui"):
        assert ElementTree.parse(path).getroot().findtext("class") == path.stem


def test_qt_finds_every_translation(made):
    """The released file gives each text under its context."""
    QtCore = pytest.importorskip("PySide6.QtCore")
    translator = QtCore.QTranslator()
    assert translator.load(str(made.TRANSLATIONS.with_suffix(".qm")))
    wrong = [
        text.source
        for text in made.texts()
        if translator.translate(text.context, text.source) != made.known_one(text.context, text.source)
    ]
    assert wrong == [], "run python HER2LowMRI/Testing/make_translations.py where lrelease is installed"
