"""The made-up anatomy: physical, reproducible, and what the case says it is."""

import dataclasses

import numpy as np
import pytest
from HER2LowMRILib.synthetic import anatomy
from HER2LowMRILib.synthetic.cases import draw_case
from scipy import ndimage

B_MAX = 2.0  # ms/um2
CASES = (1, 2, 4, 5)  # spiculated mass, NME, mass with NME, oval circumscribed mass


@pytest.fixture(scope="module")
def phantoms():
    return {number: anatomy.build(draw_case(number)) for number in CASES}


@pytest.mark.parametrize("number", CASES)
def test_the_true_signal_falls_with_b_in_every_voxel(phantoms, number):
    phantom = phantoms[number]
    assert (phantom.d * phantom.k * B_MAX).max() < 3.0, "the model's signal must not rise again before b_max"
    assert phantom.s0.min() >= 0
    assert phantom.d.min() >= 0
    assert phantom.k.min() >= 0
    assert phantom.s0.max() < 4000, "12 bits must hold it with its noise"


@pytest.mark.parametrize("number", CASES)
def test_a_lesion_has_the_diffusion_of_a_malignant_one(phantoms, number):
    """Wu et al., PLoS ONE 2014;9:e113240: malignant K 0.88 +- 0.17, D 1.20 +- 0.31; within 2 SD."""
    phantom = phantoms[number]
    assert 0.58 < np.median(phantom.d[phantom.voi]) < 1.82
    assert 0.54 < np.median(phantom.k[phantom.voi]) < 1.22
    assert phantom.d[phantom.voi].std() > 0.05, "a lesion without texture has no histogram"


@pytest.mark.parametrize("number", CASES)
def test_the_lesion_lies_inside_one_breast_and_inside_the_slices(phantoms, number):
    case, phantom = draw_case(number), phantoms[number]
    k, j, i = np.nonzero(phantom.lesion)
    x = phantom.grid.origin_mm[0] + i * phantom.grid.spacing_mm[0]
    assert np.all(x < 0) if case.side == "right" else np.all(x > 0), "LPS: the patient's left is +x"
    assert k.min() > 0
    assert k.max() < phantom.grid.size_ijk[2] - 1
    assert j.min() > 0
    assert j.max() < phantom.grid.size_ijk[1] - 1
    assert phantom.lesion.sum() >= 300
    assert phantom.s0[phantom.lesion].min() > 100, "no part of a lesion lies in air or suppressed fat"


def test_what_is_left_out_of_a_rim_mass_is_its_fluid_centre():
    case = draw_case(3)
    assert case.mass_enhancement == "rim"
    phantom = anatomy.build(case)
    necrosis = phantom.exclusions["necrosis"]
    assert necrosis.any()
    assert not (phantom.voi & necrosis).any()
    assert np.median(phantom.d[necrosis]) > np.median(phantom.d[phantom.voi]) + 0.5


def test_a_round_mass_is_rounder_than_an_irregular_one():
    """Volume against the smallest ball of the same greatest radius, on the true mask."""

    def roundness(shape, margin):
        phantom = anatomy.build(dataclasses.replace(draw_case(3), mass_shape=shape, mass_margin=margin))
        at = np.argwhere(phantom.lesion) * phantom.grid.spacing_mm[::-1]
        radius = np.linalg.norm(at - at.mean(axis=0), axis=1).max()
        return phantom.lesion.sum() * phantom.grid.voxel_volume_mm3 / (4 / 3 * np.pi * radius**3)

    assert roundness("round", "circumscribed") > roundness("irregular", "spiculated") + 0.2


def test_more_fibroglandular_tissue_in_category_d_than_in_a():
    def share(category):
        phantom = anatomy.build(dataclasses.replace(draw_case(5), fgt=category))
        return np.mean((phantom.d > 1.6) & (phantom.s0 > 300))

    assert share("a") + 0.02 < share("d")


def test_the_same_case_is_built_the_same_whatever_was_built_before(phantoms):
    again = anatomy.build(draw_case(2))
    for name in ("s0", "d", "k", "lesion"):
        assert np.array_equal(getattr(again, name), getattr(phantoms[2], name)), name
    other = anatomy.build(draw_case(2, seed=7))
    assert not np.array_equal(other.lesion, again.lesion)


def test_a_mass_is_one_piece(phantoms):
    _, number = ndimage.label(phantoms[5].lesion)
    assert number == 1
