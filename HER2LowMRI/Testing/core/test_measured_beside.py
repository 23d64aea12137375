"""What is measured for a descriptor is shown after its answer, never before."""

import pytest
from HER2LowMRILib.core.lexicon import load_lexicon
from HER2LowMRILib.core.measured_beside import SHOWN_AFTER, may_be_shown


def test_every_value_hangs_on_questions_of_the_form():
    items = {item.id for item in load_lexicon().items}
    for value, needed in SHOWN_AFTER.items():
        assert value.startswith("measured_")
        assert set(needed) <= items


@pytest.mark.parametrize("value", SHOWN_AFTER)
def test_nothing_is_shown_before_all_its_questions_are_answered(value: str):
    needed = SHOWN_AFTER[value]
    asked = dict.fromkeys(needed, True)
    answers = {}
    for item in needed:
        assert not may_be_shown(value, answers, asked)
        answers[item] = "an answer"
    assert may_be_shown(value, answers, asked)
    # A question that does not arise holds nothing back, and without any question nothing is shown.
    assert may_be_shown(value, {needed[0]: "an answer"}, {needed[0]: True})
    assert not may_be_shown(value, answers, {})
