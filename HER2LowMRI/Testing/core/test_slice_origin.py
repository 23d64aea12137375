"""How the outline of a slice came about: after every edit, for every slice, and never forgotten."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.slice_origin import (
    ASSISTED,
    CONFIRMED,
    DRAWN,
    INTERPOLATED,
    after_edit,
    check_allowed,
    checked_ways,
    confirmed,
    count_by_origin,
    unconfirmed,
    ways_used,
)


def stack(*drawn):
    volume = np.zeros((6, 8, 8), bool)
    for k in drawn:
        volume[k, 2:5, 2:5] = True
    return volume


def test_each_slice_remembers_how_it_was_made():
    origins = after_edit({}, stack(), stack(1))
    origins = after_edit(origins, stack(1), stack(1, 4), ASSISTED)
    origins = after_edit(origins, stack(1, 4), stack(1, 2, 3, 4), INTERPOLATED)
    assert origins == {1: DRAWN, 2: INTERPOLATED, 3: INTERPOLATED, 4: ASSISTED}
    assert unconfirmed(origins) == (2, 3)
    origins = confirmed(origins, 2)
    assert origins[2] == CONFIRMED
    assert confirmed(origins, 1) == confirmed(origins, 5) == origins
    assert count_by_origin(origins) == {DRAWN: 1, ASSISTED: 1, INTERPOLATED: 1, CONFIRMED: 1}


def test_a_hand_that_corrects_a_proposal_does_not_make_it_a_drawing():
    before = stack(1, 2, 3)
    after = before.copy()
    after[1:4, 6, 6] = True
    origins = after_edit({1: ASSISTED, 2: INTERPOLATED, 3: DRAWN}, before, after)
    assert origins == {1: ASSISTED, 2: CONFIRMED, 3: DRAWN}


def test_a_slice_that_was_rubbed_out_begins_anew():
    origins = after_edit({1: ASSISTED, 2: DRAWN}, stack(1, 2), stack(2))
    assert origins == {2: DRAWN}
    assert after_edit(origins, stack(2), stack(1, 2)) == {1: DRAWN, 2: DRAWN}


def test_an_outline_without_a_record_was_drawn():
    assert after_edit({}, stack(1), stack(1)) == {1: DRAWN}


def test_a_protocol_allows_ways_and_refuses_others():
    assert checked_ways(["interpolated"]) == (DRAWN, INTERPOLATED)
    with pytest.raises(StudyError, match="needed some of drawn, assisted, interpolated, found guessed"):
        checked_ways(["guessed"])
    origins = {1: DRAWN, 2: CONFIRMED}
    assert ways_used(origins) == (DRAWN, INTERPOLATED)
    check_allowed(origins, (DRAWN, INTERPOLATED))
    with pytest.raises(StudyError, match="needed drawn or assisted, found interpolated"):
        check_allowed(origins, (DRAWN, ASSISTED))
