"""Chinese and German: every text has one, with the same placeholders, short enough, under the context of Slicer."""

import importlib.util
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

MODULE = Path(__file__).parents[2]
# How much longer than the English a translation may be, and what a short word may have on top: buttons and columns
# have room for a third more. A Chinese sign is as wide as two letters; German words are long, and wrap.
ROOM = {"zh-CN": (1.35, 6), "de": (1.5, 8)}
# What is the same word in both languages.
SAME_WORD = {
    "zh-CN": {"HER2", "Enter", "Ki-67"},
    "de": {
        *("HER2", "Enter", "Ki-67", "Optional", "Diffusion", "2 – peritumoral", "minimal", "normal", "oval"),
        *(
            "linear",
            "regional",
            "segmental",
            "Name",
            "Patient",
            "Start",
            "ultralow",
            "1 … 9, Space, Esc, Z, Y",
        ),
        *("ASCO/CAP 2007.", "ASCO/CAP 2013.", "ASCO/CAP 2018."),
    },
}


def load():
    spec = importlib.util.spec_from_file_location(
        "make_translations", MODULE / "Testing" / "make_translations.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_translations"] = module
    spec.loader.exec_module(module)
    return module


made = load()
each_language = pytest.mark.parametrize("language", made.LANGUAGES)


@each_language
def test_every_text_is_translated(language):
    assert [text.source for text in made.untranslated(language)] == [], (
        f"python HER2LowMRI/Testing/make_translations.py {language} --list, then --fill FILE"
    )


@each_language
def test_the_file_is_what_the_command_writes(language):
    assert made.file_of(language).read_text(encoding="utf-8") == made.content(
        language, made.known(language)
    ), "run python HER2LowMRI/Testing/make_translations.py"


@each_language
def test_placeholders_marks_and_line_breaks_are_kept(language):
    for (_, source), translation in made.known(language).items():
        for pattern in (r"\{[^{}]+\}", r"</?\w+>", r"\n", r"Ctrl\+\w+"):
            assert sorted(re.findall(pattern, source)) == sorted(re.findall(pattern, translation)), source
        assert source.startswith(" ") == translation.startswith(" ")


@each_language
def test_numbers_of_a_rule_are_kept(language):
    """A definition names its limits (10 %, 2 mm, 5 mm); a translation that names another is another rule.

    A third is a word in English and German, and 1/3 in Chinese.
    """
    numbers = {
        source: translation
        for (_, source), translation in made.known(language).items()
        if sorted(re.findall(r"\d+", source)) != sorted(re.findall(r"\d+", translation.replace("1/3", "")))
    }
    assert numbers == {}


@each_language
def test_no_text_is_much_longer_than_the_english_one(language):
    times, more = ROOM[language]
    long = {
        source: translation
        for (_, source), translation in made.known(language).items()
        if made.width(translation) > times * made.width(source) + more
    }
    assert long == {}


@each_language
def test_nothing_stays_english_unless_there_is_nothing_to_translate(language):
    english = {
        source
        for (_, source), translation in made.known(language).items()
        if translation == source
        and re.search(r"[A-Za-z]{4,}", re.sub(r"\{[^{}]*\}|Ctrl\+Enter|mm²", "", source))
    }
    assert english <= SAME_WORD[language]


def test_contexts_are_those_of_slicer():
    """As slicer.i18n.getContext and QUiLoader make them."""
    contexts = {text.context for text in made.texts()}
    assert {"gui.study_page", "gui.cohort_page", "HER2LowMRI", "StudyPage", made.LEXICON_CONTEXT} <= contexts
    for path in (MODULE / "Resources" / "UI").glob("*.ui"):
        assert ElementTree.parse(path).getroot().findtext("class") == path.stem


@each_language
def test_qt_finds_every_translation(language):
    """The released file gives each text under its context."""
    QtCore = pytest.importorskip("PySide6.QtCore")
    translator = QtCore.QTranslator()
    assert translator.load(str(made.file_of(language).with_suffix(".qm")))
    known = made.known(language)
    wrong = [
        text.source
        for text in made.texts()
        if translator.translate(text.context, text.source) != known[text.context, text.source]
    ]
    assert wrong == [], "run python HER2LowMRI/Testing/make_translations.py where lrelease is installed"
