"""Sentences about one, none and several things."""

import pytest
from HER2LowMRILib.core.wording import counted


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 cases"), (1, "1 case"), (2, "2 cases"), (1000, "1000 cases")]
)
def test_a_number_is_followed_by_its_noun(number, words):
    assert counted(number, "case") == words


def test_a_plural_of_its_own_is_used():
    assert counted(1, "series", "series") == "1 series"
    assert counted(2, "question to decide", "questions to decide") == "2 questions to decide"
