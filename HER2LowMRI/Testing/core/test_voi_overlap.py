"""Two readers' VOIs are compared by Dice and the 95th percentile of surface distances."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.voi_overlap import voi_overlap


def box(shape, k, j, i):
    mask = np.zeros(shape, bool)
    mask[slice(*k), slice(*j), slice(*i)] = True
    return mask


def test_equal_vois_agree_fully():
    a = box((6, 20, 20), (1, 4), (5, 15), (5, 15))
    overlap = voi_overlap(a, a, (3.0, 1.5, 1.5))
    assert (overlap.dice, overlap.hausdorff_95_mm) == (1.0, 0.0)
    assert overlap.volume_a_mm3 == overlap.volume_b_mm3 == 300 * 6.75


def test_a_shift_of_two_voxels_is_seen_in_millimetres():
    a = box((5, 30, 30), (0, 5), (5, 15), (5, 15))
    b = box((5, 30, 30), (0, 5), (5, 15), (7, 17))
    overlap = voi_overlap(a, b, (3.0, 1.5, 1.5))
    assert overlap.dice == pytest.approx(0.8)
    assert overlap.hausdorff_95_mm == pytest.approx(3.0)


def test_distances_equal_brute_force_on_ragged_vois():
    rng = np.random.default_rng(3)
    spacing = np.array([4.0, 1.2, 1.2])
    a = rng.random((5, 9, 9)) < 0.4
    b = rng.random((5, 9, 9)) < 0.4

    def surface(mask):
        padded = np.pad(mask, 1)
        inner = np.ones_like(mask)
        for axis in range(3):
            for shift in (-1, 1):
                inner &= np.roll(padded, shift, axis)[1:-1, 1:-1, 1:-1]
        return np.argwhere(mask & ~inner) * spacing

    p, q = surface(a), surface(b)
    pairs = np.linalg.norm(p[:, None] - q[None], axis=2)
    truth = np.percentile(np.concatenate([pairs.min(1), pairs.min(0)]), 95)
    assert voi_overlap(a, b, tuple(spacing)).hausdorff_95_mm == pytest.approx(truth, abs=1e-12)


def test_an_empty_voi_is_refused_and_not_called_zero():
    a = box((3, 5, 5), (0, 1), (0, 2), (0, 2))
    with pytest.raises(ImageError, match="empty VOI"):
        voi_overlap(a, np.zeros_like(a), (1, 1, 1))
    with pytest.raises(ImageError, match="one grid"):
        voi_overlap(a, np.zeros((3, 5, 6), bool), (1, 1, 1))
