"""Rows survive CSV: same numbers, same text, same bytes, and nothing for a spreadsheet to run."""

import csv
import io
import math
import random

import numpy as np
import pytest
from files.hostile_text import hostile_strings
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.row_csv import (
    neutralise,
    read_rows,
    restore,
    rows_from_bytes,
    rows_to_bytes,
    write_rows,
)
from hypothesis import given, settings
from hypothesis import strategies as st

FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_any_text_comes_back_as_it_was(pairs):
    rows = [{"comment": first, "reason": second} for first, second in pairs]
    read = rows_from_bytes(rows_to_bytes(rows, ["comment", "reason"]))
    assert read == [{key: value or None for key, value in row.items()} for row in rows]


@settings(max_examples=300, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_comes_back_bit_for_bit(number):
    (row,) = rows_from_bytes(rows_to_bytes([{"x": number}], ["x"]))
    assert math.copysign(1, float(row["x"])) == math.copysign(1, number)
    assert float(row["x"]) == number


def test_hostile_strings_survive_and_none_begins_a_formula():
    strings = hostile_strings()
    assert len(strings) >= 600
    content = rows_to_bytes([{"id": i, "comment": text} for i, text in enumerate(strings)], ["id", "comment"])
    as_a_spreadsheet_sees_it = list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]
    assert not [
        cell
        for _, cell in as_a_spreadsheet_sees_it
        if cell.lstrip(" \u00a0\ufeff\0").startswith(FORMULA_STARTS)
    ]
    assert [row["comment"] or "" for row in rows_from_bytes(content)] == strings


def test_text_of_other_programs_keeps_its_own_apostrophes():
    for text in ("'quoted'", "O'Brien", "'", "''", "'=x", "'a"):
        assert restore(neutralise(text)) == text
    assert restore("'a") == "'a"


def test_numbers_are_never_neutralised():
    content = rows_to_bytes(
        [{"ADC_skewness": -1.25e-05, "n": -3, "y": np.float32(-0.1), "b": True}],
        ["ADC_skewness", "n", "y", "b"],
    )
    assert content == b"ADC_skewness,n,y,b\r\n-1.25e-05,-3,-0.10000000149011612,1\r\n"


def test_missing_is_an_empty_cell_and_not_a_number_is_missing():
    content = rows_to_bytes([{"a": None, "b": math.nan, "c": ""}, {"a": "not_assessable"}], ["a", "b", "c"])
    assert rows_from_bytes(content) == [
        {"a": None, "b": None, "c": None},
        {"a": "not_assessable", "b": None, "c": None},
    ]


def test_bytes_do_not_depend_on_the_order_of_a_rows_keys(tmp_path):
    rows = [{"a": 1, "b": "x", "c": 0.1}]
    shuffled = [dict(random.Random(1).sample(list(rows[0].items()), 3))]
    write_rows(tmp_path / "1.csv", rows, ["a", "b", "c"])
    write_rows(tmp_path / "2.csv", shuffled, ["a", "b", "c"])
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()


def test_a_table_saved_by_a_spreadsheet_with_byte_order_mark_is_read(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbfcase_id,age\nC1,50\n\n")
    assert read_rows(tmp_path / "t.csv") == [{"case_id": "C1", "age": "50"}]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"a,a\n1,2\n", "column twice: found a"),
        (b"a,b\n1\n", "row 2 of the table has another length than the header: needed 2 cells, found 1"),
        (b"a\n\xff\n", "needed UTF-8 text"),
        (b'a\n"open\n', "cannot be read"),
    ],
)
def test_a_broken_table_is_named(content, says):
    with pytest.raises(StudyError, match=says):
        rows_from_bytes(content)


@pytest.mark.parametrize("value", [math.inf, -math.inf, [1], {"a": 1}, "\ud800"])
def test_what_has_no_honest_cell_is_refused(value):
    with pytest.raises(StudyError):
        rows_to_bytes([{"a": value}], ["a"])


def test_a_column_nobody_declared_is_refused():
    with pytest.raises(StudyError, match="found secret"):
        rows_to_bytes([{"a": 1, "secret": 2}], ["a"])


def test_a_table_that_was_saved_with_semicolons_reads_the_same(tmp_path):
    (tmp_path / "comma.csv").write_text('case_id,her2_ihc\nP1,1+\nP2,"a;b"\n')
    (tmp_path / "semicolon.csv").write_text('case_id;her2_ihc\r\nP1;1+\r\nP2;"a;b"\r\n')
    assert read_rows(tmp_path / "semicolon.csv") == read_rows(tmp_path / "comma.csv")
