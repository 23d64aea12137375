"""b-values as headers state them: the right one, or a refusal; never another number. Synthetic."""

import struct

import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake.b_value import (
    check_b_value,
    check_b_values,
    decode_number,
    group_jitter,
    lowest_as_zero,
    nominal,
    remove_ge_bias,
    tolerance,
)
from HER2LowMRILib.images.intake.csa_header import csa_value
from hypothesis import given, settings
from hypothesis import strategies as st
from images.vendor_series import csa_header

B = st.one_of(st.integers(0, 100_000).map(float), st.floats(0, 1e5, allow_nan=False))
LIKELY = st.integers(20, 10_000).map(float)

property_cases = settings(max_examples=60, deadline=None, derandomize=True)
full_cases = settings(max_examples=500, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (800, 800.0),
        ("800", 800.0),
        (" 800 \0", 800.0),
        ("1000001000\\8\\0\\0", 1000001000.0),
        ([1000001000, 8, 0, 0], 1000001000.0),
        (b"800 ", 800.0),
        (b"1000001400\\8\\0\\0 ", 1000001400.0),
        (struct.pack("<f", 800.0), 800.0),
        (struct.pack("<d", 1400.0), 1400.0),
        (None, None),
        ("", None),
        (b"", None),
        ("eight hundred", None),
        (b"\1\2\3", None),
        ([], None),
    ],
)
def test_what_an_element_may_hold(value, number):
    assert decode_number(value) == number


def test_raw_bytes_that_happen_to_be_digits_are_text():
    """Four bytes "1400" are the text, not a float32 of 0.0000... ; four bytes of a float are not digits."""
    assert decode_number(b"1400") == 1400.0


@pytest.mark.parametrize(
    ("stated", "b"),
    [
        (1_000_000_800, 800),
        (1_000_000_000, 0),
        (800, 800),
        (0, 0),
        (1_000_010_000, 10_000),
        (1_000_030_000, 30_000),
    ],
)
def test_the_bias_of_ge_comes_off_and_only_the_bias(stated, b):
    assert remove_ge_bias(stated) == b
    assert remove_ge_bias(stated, 1e9) == b


@pytest.mark.parametrize("b", [float("nan"), float("inf"), -1.0, 100_001.0])
def test_impossible_b_values_are_refused(b):
    with pytest.raises(ImageError, match="no usable b-value"):
        check_b_value(b, "the file")


@pytest.mark.parametrize("table", [(0, 0.8, 1.4, 2), (0, 0.8), (0, 1, 2), (0, 0.05, 0.8, 10)])
def test_tables_in_ms_per_um2_are_refused_with_the_right_numbers(table):
    with pytest.raises(ImageError) as caught:
        check_b_values(table, "the file")
    assert "--b-values " + ",".join(f"{1000 * b:g}" for b in table) in caught.value.option


@pytest.mark.parametrize("table", [(0, 800), (0, 50, 800), (0, 5, 10, 20), (0, 800, 1400, 2000), (0,)])
def test_tables_in_s_per_mm2_pass(table):
    check_b_values(table, "the file")


def test_values_of_one_b_value_are_one_group():
    directional = dict.fromkeys((0.0, 5.0, 795.0, 800.0, 805.0, 1990.0, 2000.0, 2010.0), False)
    assert group_jitter(directional) == [[0, 5], [795, 800, 805], [1990, 2000, 2010]]
    assert [nominal(group) for group in group_jitter(directional)] == [0, 800, 2000]


def test_low_b_values_that_stand_alone_stay_apart():
    assert group_jitter(dict.fromkeys((0.0, 5.0, 10.0, 50.0, 800.0), True)) == [[0], [5], [10], [50], [800]]


def test_a_lowest_b_value_of_spoilers_is_0_and_a_real_one_is_not():
    assert lowest_as_zero([5.0, 800.0]) == [0.0, 800.0]
    assert lowest_as_zero([0.0, 5.0, 800.0]) == [0.0, 5.0, 800.0]
    assert lowest_as_zero([50.0, 800.0]) == [50.0, 800.0]


def bytes_or_text(b):
    forms = [f"{b:.0f}", b, f"{b:.0f}".encode(), struct.pack("<d", b), [b, 8, 0, 0], f"{b:.0f}\\8\\0\\0"]
    return st.sampled_from(forms) if b == int(b) else st.sampled_from([b, struct.pack("<d", b), [b]])


def check_stated(data):
    """Whatever form a b-value is stated in, it is read as itself."""
    b = data.draw(LIKELY)
    assert decode_number(data.draw(bytes_or_text(b))) == b


def check_biased(b):
    assert remove_ge_bias(1e9 + b) == b
    assert remove_ge_bias(b) == b


def check_jitter(data):
    """Jitter within 2 % around well separated b-values gives those b-values back, and as many."""
    centres = sorted(data.draw(st.sets(st.integers(2, 40).map(lambda n: 100.0 * n), min_size=1, max_size=5)))
    centres = [
        c
        for n, c in enumerate(centres)
        if n == 0 or (c - centres[n - 1] >= 200 and c >= 1.1 * centres[n - 1])
    ]
    stated, right = {0.0: False}, [0.0]
    for centre in centres:
        reach = int(0.009 * centre)
        for delta in data.draw(st.sets(st.integers(0, reach), max_size=3)) | {0}:
            stated[centre - delta] = stated[centre + delta] = False
        right.append(centre)
    groups = group_jitter(stated)
    assert len(groups) == len(right)
    for group, centre in zip(groups, right, strict=True):
        assert abs(nominal(group) - centre) <= 0.005 * centre
        assert max(group) - min(group) <= tolerance(max(group))


def check_table(table):
    """A table passes, or is refused in one line; nothing else happens."""
    try:
        check_b_values(table, "the table")
    except ImageError as error:
        assert "\n" not in str(error)
        assert any(not 0 <= b <= 1e5 for b in table) or 0 < max(table) < 20
    else:
        assert all(0 <= b <= 1e5 for b in table)


ANY = st.one_of(B, st.floats(), st.sampled_from([0.8, 1.4, 2.0, -1.0, 1e9]))


@given(st.data())
@property_cases
def test_a_b_value_is_read_as_itself_in_any_form(data):
    check_stated(data)


@given(LIKELY)
@property_cases
def test_the_bias_never_changes_the_b_value(b):
    check_biased(b)


@given(st.data())
@property_cases
def test_jitter_never_changes_the_b_values(data):
    check_jitter(data)


@given(st.lists(ANY, min_size=1, max_size=8))
@property_cases
def test_any_table_passes_or_is_refused(table):
    check_table(table)


@pytest.mark.full
@pytest.mark.parametrize(
    ("check", "cases"),
    [
        (check_stated, st.data()),
        (check_biased, LIKELY),
        (check_jitter, st.data()),
        (check_table, st.lists(ANY, min_size=1, max_size=8)),
    ],
    ids=["form", "bias", "jitter", "table"],
)
def test_five_hundred_b_tables_of_each_kind(check, cases):
    full_cases(given(cases)(check))()


# ---------------------------------------------------------------- the CSA header of Siemens
def test_the_b_value_of_a_csa_header_is_found_among_other_elements():
    block = csa_header(
        {"NumberOfImagesInMosaic": "0", "B_value": "1400", "DiffusionDirectionality": "DIRECTIONAL"}
    )
    assert csa_value(block, "B_value") == "1400"
    assert csa_value(block, "Missing") is None


def damage(block, data):
    kind = data.draw(st.sampled_from(["cut", "flip", "grow"]))
    at = data.draw(st.integers(0, len(block) - 1))
    if kind == "cut":
        return block[:at]
    if kind == "flip":
        return block[:at] + bytes([block[at] ^ data.draw(st.integers(1, 255))]) + block[at + 1 :]
    return block[:at] + data.draw(st.binary(max_size=64)) + block[at:]


@given(st.data())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_damaged_csa_header_gives_the_value_a_piece_of_text_or_nothing(data):
    value = csa_value(damage(csa_header({"B_value": "1400"}), data), "B_value")
    assert value is None or isinstance(value, str)
