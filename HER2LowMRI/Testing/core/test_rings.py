"""Rings around a lesion: true distances in mm on voxels of any shape, outside the lesion, without what is left out."""

import numpy as np
import pytest
from HER2LowMRILib.core.rings import rings
from hypothesis import given, settings
from hypothesis import strategies as st

NOTHING = np.zeros((7, 15, 15), bool)


def by_hand(lesion, spacing_mm, reach):
    """Voxel by voxel: how far its centre is from the box of the nearest voxel of the lesion."""
    size = np.array(spacing_mm)[::-1]
    inside = np.argwhere(lesion)
    found = np.zeros(lesion.shape, bool)
    for index in np.ndindex(lesion.shape):
        apart = np.maximum(np.abs(inside - index) - 0.5, 0) * size
        found[index] = np.sqrt((apart**2).sum(axis=1)).min() <= reach + 1e-9
    return found & ~lesion


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10_000),
    st.tuples(*[st.floats(0.4, 6.0)] * 3),
    st.lists(st.floats(0.3, 7.0), min_size=1, max_size=3, unique=True).map(sorted),
)
def test_a_ring_holds_the_voxels_within_its_reach_whatever_the_voxels_are(seed, spacing, reach):
    rng = np.random.default_rng(seed)
    lesion = np.zeros((6, 9, 10), bool)
    low = [rng.integers(0, n - 2) for n in lesion.shape]
    box = tuple(slice(a, a + rng.integers(1, 3)) for a in low)
    lesion[box] = rng.random(lesion[box].shape) < 0.8
    lesion[tuple(low)] = True
    found = rings(lesion, np.zeros_like(lesion), spacing, reach)
    for distance in reach:
        assert np.array_equal(found[distance], by_hand(lesion, spacing, distance)), distance


def test_a_voxel_right_at_the_distance_is_held_whatever_the_last_digit_says():
    lesion = NOTHING.copy()
    lesion[3, 7, 7] = True
    found = rings(lesion, NOTHING, (2.0, 2.0, 5.0), (2.999999999999999,))
    assert found[2.999999999999999][3, 7, 9]


def test_the_distances_are_in_mm_and_not_in_voxels():
    lesion = NOTHING.copy()
    lesion[3, 7, 7] = True
    found = rings(lesion, NOTHING, (1.0, 2.0, 5.0), (1.0, 3.0))
    # Along i the centres of the neighbours are 0.5 and 1.5 mm from the face of the voxel, along j 1 mm, along k 2.5 mm.
    assert [found[1.0][3, 7, 7 + step] for step in (1, 2)] == [True, False]
    assert [found[1.0][3, 7 + step, 7] for step in (1, 2)] == [True, False]
    assert not found[1.0][4, 7, 7]
    assert found[3.0][4, 7, 7] and not found[3.0][5, 7, 7]
    assert [found[3.0][3, 7, 7 + step] for step in (3, 4)] == [True, False]


def test_a_wider_ring_holds_the_narrower_one_and_none_holds_the_lesion():
    rng = np.random.default_rng(2)
    lesion = NOTHING.copy()
    lesion[2:5, 5:9, 4:9] = rng.random((3, 4, 5)) < 0.7
    found = rings(lesion, NOTHING, (1.7, 1.7, 4.3), (1.0, 3.0, 5.0))
    assert not any((ring & lesion).any() for ring in found.values())
    assert (found[1.0] <= found[3.0]).all() and (found[3.0] <= found[5.0]).all()
    assert 0 < found[1.0].sum() < found[3.0].sum() < found[5.0].sum()


def test_what_is_left_out_and_the_border_of_the_image_cut_a_ring():
    lesion = NOTHING.copy()
    lesion[0:2, 0:3, 0:3] = True
    whole = rings(lesion, NOTHING, (2.0, 2.0, 2.0), (5.0,))[5.0]
    left_out = NOTHING.copy()
    left_out[:, :, 4:] = True
    cut = rings(lesion, left_out, (2.0, 2.0, 2.0), (5.0,))[5.0]
    assert np.array_equal(cut, whole & ~left_out)
    assert 0 < cut.sum() < whole.sum()


def test_an_excluded_core_of_the_lesion_has_no_ring_around_it():
    lesion = NOTHING.copy()
    lesion[1:6, 3:12, 3:12] = True
    core = NOTHING.copy()
    core[3, 7, 7] = True
    found = rings(lesion, core, (2.0, 2.0, 2.0), (5.0,))[5.0]
    assert not found[1:6, 3:12, 3:12].any()


@pytest.mark.parametrize("reach", [(), (1.0,)])
def test_without_a_lesion_or_a_reach_there_is_no_ring(reach):
    assert not any(ring.any() for ring in rings(NOTHING, NOTHING, (1, 1, 1), reach).values())
