"""The edge inside a loose outline: known truths, moved in steps, and what is not offered."""

import numpy as np
import pytest
from HER2LowMRILib.core.assisted_outline import (
    FAR_FROM_NEIGHBOURS,
    NO_IMAGE,
    POOR_CONTRAST,
    TOO_SMALL,
    TOUCHES_LINE,
    Neighbour,
    find_edge,
    loose_across,
    otsu_threshold,
)
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.slice_outline import under_line
from hypothesis import given, settings
from hypothesis import strategies as st

SHAPE, SPACING = (72, 80), (1.5, 1.5)
ROW, COLUMN = np.mgrid[: SHAPE[0], : SHAPE[1]]


def disc(row, column, radius):
    return np.hypot(ROW - row, COLUMN - column) < radius


LESION, LOOSE = disc(34, 40, 11), disc(34, 40, 17)


def images(lesion, seed=0, contrast=1.0, noise=1.0):
    """High b and ADC of a lesion in its surroundings, with noise."""
    rng = np.random.default_rng(seed)
    high_b = np.where(lesion, 60 + 140 * contrast, 60) + noise * rng.normal(0, 13, SHAPE)
    adc = np.where(lesion, 1.7 - 0.7 * contrast, 1.7) + noise * rng.normal(0, 0.15, SHAPE)
    return {"high_b": np.maximum(high_b, 1), "adc": adc}


def dice(one, other):
    return 2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


@pytest.mark.parametrize("shown", [("high_b",), ("adc",), ("high_b", "adc")])
def test_a_lesion_is_found_on_the_images_that_the_protocol_names(shown):
    given_images = {name: plane for name, plane in images(LESION).items() if name in shown}
    found = find_edge(LOOSE, SPACING, **given_images)
    assert found.offered
    assert dice(found.mask(), LESION) > 0.97


def test_two_loose_outlines_of_one_lesion_give_the_same_edge():
    planes = images(LESION, seed=3)
    one = find_edge(disc(33, 39, 15), SPACING, **planes).mask()
    other = find_edge(disc(36, 42, 19), SPACING, **planes).mask()
    assert dice(one, other) > 0.98


def test_what_is_bright_outside_the_loose_outline_stays_outside():
    planes = images(LESION | disc(34, 66, 7))
    found = find_edge(LOOSE, SPACING, **planes)
    assert not (found.mask(8) & ~LOOSE).any()
    assert dice(found.mask(), LESION) > 0.97


def test_a_dark_core_is_left_out():
    ring = LESION & ~disc(34, 40, 5)
    found = find_edge(LOOSE, SPACING, **images(ring))
    assert found.offered
    assert not found.mask()[34, 40]
    assert dice(found.mask(), ring) > 0.95


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(6, 13), st.floats(2.5, 6))
def test_every_step_outwards_holds_the_one_before_and_one_inwards_is_held(seed, radius, around):
    lesion = disc(34, 40, radius)
    found = find_edge(disc(34, 40, radius + around), SPACING, **images(lesion, seed))
    areas = []
    for step in range(-8, 8):
        tighter, looser = found.mask(step), found.mask(step + 1)
        assert not (tighter & ~looser).any()
        areas.append(np.count_nonzero(looser) - np.count_nonzero(tighter))
    # Up to where the loose outline is full, every turn of the wheel is seen.
    assert all(area > 0 for area in areas[:8])
    assert np.array_equal(found.mask(8), found.mask(80))


def test_the_same_slice_gives_the_same_edge():
    one, two = (find_edge(LOOSE, SPACING, **images(LESION, 5)) for _ in range(2))
    assert np.array_equal(one.mask(), two.mask())
    assert (one.contrast, one.stability) == (two.contrast, two.stability)


def test_the_strength_of_the_coil_and_voxel_order_change_nothing():
    planes = images(LESION, 7)
    found = find_edge(LOOSE, SPACING, **planes).mask()
    louder = find_edge(LOOSE, SPACING, high_b=planes["high_b"] * 4, adc=planes["adc"]).mask()
    turned = find_edge(LOOSE[::-1], SPACING, **{name: plane[::-1] for name, plane in planes.items()}).mask()
    assert dice(louder, found) > 0.995
    assert dice(turned[::-1], found) > 0.995


def test_noise_alone_is_not_offered():
    for seed in range(10):
        found = find_edge(LOOSE, SPACING, **images(LESION, seed, contrast=0.0))
        assert not found.offered
        assert found.reason in (POOR_CONTRAST, TOUCHES_LINE, TOO_SMALL)


def test_an_even_slice_is_not_offered():
    flat = np.full(SHAPE, 80.0)
    assert find_edge(LOOSE, SPACING, high_b=flat).reason == NO_IMAGE
    assert find_edge(LOOSE, SPACING, high_b=np.full(SHAPE, np.nan), adc=flat * np.nan).reason == NO_IMAGE


def test_an_outline_that_cuts_through_the_lesion_is_not_offered():
    for column in (39, 42, 45, 48):
        assert find_edge(LOOSE & (column > COLUMN), SPACING, **images(LESION)).reason == TOUCHES_LINE


def test_a_lesion_far_from_its_neighbours_is_not_offered():
    planes = images(LESION)
    beside = find_edge(LOOSE, SPACING, **planes, neighbours=[Neighbour(disc(36, 38, 9))])
    assert beside.offered
    assert beside.overlap > 0.8
    far = find_edge(LOOSE, SPACING, **planes, neighbours=[Neighbour(disc(60, 66, 9))])
    assert far.reason == FAR_FROM_NEIGHBOURS
    assert np.array_equal(far.mask(), beside.mask())


def test_a_few_voxels_are_not_offered():
    assert find_edge(disc(34, 40, 1.5), SPACING, **images(LESION)).reason == TOO_SMALL
    tiny = disc(34, 40, 1.5)
    assert not find_edge(LOOSE, SPACING, **images(tiny)).offered


def test_voxels_without_a_value_do_not_stop_it():
    planes = images(LESION, 11)
    planes["adc"][:, ::9] = np.nan
    planes["high_b"][5:8] = np.inf
    assert dice(find_edge(LOOSE, SPACING, **planes).mask(), LESION) > 0.96


def strokes(*lines):
    """Voxels under straight strokes, each from (j, i) to (j, i)."""
    return np.any([under_line(line, SHAPE) for line in lines], axis=0)


def test_a_line_across_the_lesion_is_enough():
    for start, end in (((34, 30), (34, 50)), ((25, 35), (43, 45)), ((26, 40), (42, 40))):
        found = find_edge(
            loose_across(start, end, SHAPE, SPACING),
            SPACING,
            **images(LESION, 4),
            lesion_stroke=strokes((start, end)),
        )
        assert found.offered
        assert dice(found.mask(), LESION) > 0.96


def test_the_outline_from_a_line_across_reaches_beyond_its_ends_by_the_same_length_everywhere():
    loose = loose_across((34, 30), (34, 50), SHAPE, (1.5, 3.0))
    # Half of 20 x 1.5 mm, and 4.5 mm: 13 voxels of 1.5 mm along i, 6 of 3 mm along j.
    assert np.flatnonzero(loose[34]).tolist() == list(range(27, 54))
    assert np.flatnonzero(loose[:, 40]).tolist() == list(range(28, 41))


@pytest.mark.parametrize("seed", range(4))
def test_a_stroke_adds_a_faint_part_and_another_takes_a_bright_neighbour_away(seed):
    part, beside = disc(34, 53, 4) & ~LESION, disc(20, 40, 4) & ~LESION
    planes = images(LESION | beside, seed)
    faint = images(LESION | part, seed, contrast=0.12)
    for name in planes:
        planes[name] = np.where(disc(34, 54, 5) & ~LESION, faint[name], planes[name])
    truth = LESION | part
    before = find_edge(LOOSE, SPACING, **planes)
    marked = strokes([(34, 48), (34, 56)])
    added = find_edge(LOOSE, SPACING, **planes, lesion_stroke=marked)
    assert (marked & ~added.mask()).sum() == 0
    cut = strokes([(19, 37), (19, 43)], [(22, 37), (22, 43)])
    both = find_edge(LOOSE, SPACING, **planes, lesion_stroke=marked, outside_stroke=cut)
    assert both.offered
    assert not (both.mask(8) & cut).any()
    assert (both.mask() & beside).sum() < (before.mask() & beside).sum()
    assert (both.mask() & part).sum() > (before.mask() & part).sum()
    assert dice(both.mask(), truth) > dice(before.mask(), truth)


def test_a_stroke_beyond_the_loose_outline_widens_it_there():
    half = LOOSE & (COLUMN < 44)
    assert find_edge(half, SPACING, **images(LESION)).reason == TOUCHES_LINE
    marked = strokes([(34, 38), (34, 48)])
    found = find_edge(half, SPACING, **images(LESION), lesion_stroke=marked)
    assert found.mask()[34, 48]
    assert dice(found.mask(), LESION) > dice(half & LESION, LESION)


def test_what_the_reader_marked_is_offered_although_the_images_alone_would_not_be_sure():
    planes = images(LESION, 2, contrast=0.08)
    assert find_edge(LOOSE, SPACING, **planes).reason in (POOR_CONTRAST, TOUCHES_LINE)
    marked = strokes([(34, 31), (34, 49)], [(26, 36), (42, 44)])
    around = strokes([(20, 40), (34, 54)], [(34, 26), (48, 40)])
    found = find_edge(LOOSE, SPACING, **planes, lesion_stroke=marked, outside_stroke=around)
    assert found.offered
    assert (found.mask() & marked).sum() == marked.sum()
    assert not (found.mask() & around).any()


def test_where_the_images_say_little_the_slices_beside_count_and_where_they_say_much_they_do_not():
    beside = [Neighbour(disc(34, 41, 11)), Neighbour(disc(35, 39, 11))]
    faint = [
        [
            dice(find_edge(LOOSE, SPACING, **images(LESION, seed, 0.2), neighbours=known).mask(), LESION)
            for known in ((), beside)
        ]
        for seed in range(8)
    ]
    assert np.mean(faint, axis=0)[1] > np.mean(faint, axis=0)[0]
    clear = [
        find_edge(LOOSE, SPACING, **images(LESION, 3), neighbours=known).mask()
        for known in ((), [Neighbour(disc(34, 40, 5))])
    ]
    assert np.array_equal(*clear)


def test_the_closed_end_of_an_open_ring_is_not_far_from_it():
    ring = disc(34, 40, 11) & ~disc(34, 40, 7)
    found = find_edge(disc(34, 40, 13), SPACING, **images(disc(34, 40, 6)), neighbours=[Neighbour(ring)])
    assert found.offered


@pytest.mark.parametrize("wrong", [{}, {"adc": np.zeros((3, 3))}])
def test_images_that_do_not_fit_are_refused_in_words(wrong):
    with pytest.raises(ImageError, match="at least one image of the same slice"):
        find_edge(LOOSE, SPACING, **wrong)
    with pytest.raises(ImageError, match="voxel sizes"):
        find_edge(LOOSE, (0.0, 1.0), **images(LESION))


def test_otsus_threshold_lies_between_two_clusters():
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(10, 1, 400), rng.normal(30, 2, 200)])
    assert 14 < otsu_threshold(values) < 25
    # Otsu 1979, equation 18: no other threshold of the histogram has a larger variance between the classes.
    edges = np.histogram(values, 128)[1][1:-1]

    def between(threshold):
        low, high = values[values < threshold], values[values >= threshold]
        return low.size * high.size * (low.mean() - high.mean()) ** 2 if low.size and high.size else 0.0

    assert between(otsu_threshold(values)) == pytest.approx(max(map(between, edges)), rel=0.01)
