"""Random sittings: a reader and other modules at random, with kills; after every act everything is looked at.

The same acts run inside a real Slicer: `random_sittings_in_slicer.py`.
"""

import pytest
from slicer_session.random_sittings import live_on_stand_ins, sitting_of


def test_a_short_random_sitting_with_a_kill_loses_nothing_and_shows_nothing_foreign(tmp_path):
    assert sitting_of(tmp_path / "sitting", 101, 40, 1, live_on_stand_ins) == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 21))
def test_five_hundred_random_acts_with_kills_lose_nothing_and_show_nothing_foreign(tmp_path, seed):
    assert sitting_of(tmp_path / "sitting", seed, 500, 4, live_on_stand_ins) == []
