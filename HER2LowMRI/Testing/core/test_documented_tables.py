"""The pages made of the tables of the library are the tables of the library."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def make_tables(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_tables", repository / "docs" / "make_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["lexicon.md", "features.md", "columns.md", "dicom-codes.md"])
def test_a_page_is_what_the_tables_give(make_tables: ModuleType, repository: Path, name: str):
    committed = (repository / "docs" / name).read_text(encoding="utf-8")
    assert committed == make_tables.PAGES[name](), "run: python docs/make_tables.py"


def test_every_generated_page_is_compared_above(make_tables: ModuleType):
    assert set(make_tables.PAGES) == {
        "lexicon.md",
        "features.md",
        "columns.md",
        "dicom-codes.md",
        "statistics-references.md",
    }


def test_a_bar_in_a_cell_does_not_break_a_table(make_tables: ModuleType):
    assert make_tables.table(("a",), [("x | y",)]) == "| a |\n| --- |\n| x \\| y |"
