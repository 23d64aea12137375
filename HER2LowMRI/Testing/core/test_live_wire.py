"""The line that snaps to edges: it follows a known edge exactly, and takes the cheapest way."""

import itertools

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.live_wire import LiveWire, fill_line

ROW, COLUMN = np.mgrid[:50, :60]
DISC = np.hypot(ROW - 24, COLUMN - 30) < 13


def around(wire, corners):
    """A closed line through some corners, drawn one after the other."""
    parts = []
    for here, there in itertools.pairwise([*corners, corners[0]]):
        wire.start(here)
        parts.append(wire.to(there)[:-1])
    return np.concatenate(parts)


def edge_corners(mask):
    """Four corners on the edge of a mask, above, right, below and left of its middle."""
    rows, columns = np.nonzero(mask)
    j, i = round(rows.mean()), round(columns.mean())
    return (
        (rows[columns == i].min(), i),
        (j, columns[rows == j].max() + 1),
        (rows[columns == i].max() + 1, i),
        (j, columns[rows == j].min()),
    )


def test_four_clicks_around_a_clean_lesion_give_its_voxels_exactly():
    wire = LiveWire([np.where(DISC, 200.0, 60.0)])
    assert np.array_equal(fill_line(around(wire, edge_corners(DISC)), DISC.shape), DISC)


def test_noise_moves_the_line_little():
    rng = np.random.default_rng(4)
    wire = LiveWire([np.where(DISC, 200.0, 60.0) + rng.normal(0, 12, DISC.shape)])
    found = fill_line(around(wire, edge_corners(DISC)), DISC.shape)
    assert 2 * np.count_nonzero(found & DISC) / (found.sum() + DISC.sum()) > 0.97


def test_an_edge_on_either_image_holds_the_line():
    high_b = np.where(DISC & (COLUMN < 30), 200.0, 60.0)
    adc = np.where(DISC & (COLUMN >= 30), 0.9, 1.8)
    found = fill_line(around(LiveWire([high_b, adc]), edge_corners(DISC)), DISC.shape)
    assert np.count_nonzero(found ^ DISC) <= 2


def test_where_there_is_no_edge_the_line_is_the_shortest():
    wire = LiveWire([np.full((30, 30), 7.0)])
    wire.start((4, 5))
    line = wire.to((20, 17))
    assert len(line) == 16 + 12 + 1
    assert tuple(line[0]) == (4, 5)
    assert tuple(line[-1]) == (20, 17)
    assert (np.abs(np.diff(line, axis=0)).sum(axis=1) == 1).all()


def test_places_outside_are_brought_to_the_border_and_far_ones_to_the_reach():
    wire = LiveWire([np.zeros((200, 200))])
    wire.start((-5, -5))
    assert tuple(wire.to((-9, 30))[-1]) == (0, 30)
    assert tuple(wire.to((190, 30))[-1]) == (48, 30)


def test_a_line_needs_a_beginning_and_an_image():
    with pytest.raises(ImageError, match="no beginning"):
        LiveWire([np.zeros((9, 9))]).to((3, 3))
    with pytest.raises(ImageError, match="same size"):
        LiveWire([np.zeros((9, 9)), np.zeros((9, 8))])
    with pytest.raises(ImageError, match="closed line"):
        fill_line(np.array([[0, 0], [0, 1], [5, 5], [1, 0]]), (9, 9))


def test_the_inside_of_a_square_of_corners_is_the_square():
    line = [(2, i) for i in range(3, 7)] + [(j, 7) for j in range(2, 5)]
    line += [(5, i) for i in range(7, 3, -1)] + [(j, 3) for j in range(5, 2, -1)]
    inside = fill_line(np.array(line), (9, 9))
    assert inside[2:5, 3:7].all()
    assert np.count_nonzero(inside) == 12
