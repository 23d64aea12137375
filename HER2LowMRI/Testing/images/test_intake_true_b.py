"""GE states the largest b-value of a gradient table for every image; the true one is b |g|^2. Others are asked."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import read_dwi
from images.vendor_series import (
    B_VALUES,
    DIRECTIONS,
    SHAPE,
    canon,
    ge,
    ge_tensor,
    save,
    siemens_csa,
    siemens_trace,
    signal,
    uih,
)

TABLES = {
    "one table for each b-value": [(800, 800), (1400, 1400), (2000, 2000)],
    "two shells under one b-value": [(800, 800), (2000, 1400), (2000, 2000)],
    "three shells under one b-value": [(2000, 800), (2000, 1400), (2000, 2000)],
    "a low shell": [(1000, 50), (1000, 1000), (2000, 2000)],
    "a shell of a quarter": [(2000, 500), (2000, 2000)],
    "a largest vector shorter than 1": [(2500, 2000), (2500, 800)],
}


def traces(b):
    """What three directions at ``b`` average to, and b 0 itself."""
    if b == 0:
        return signal(0)
    return np.cbrt(np.prod([signal(b, n).astype(float) for n in range(3)], axis=0))


@pytest.mark.parametrize("shells", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("flag", ["collapse", "direction"])
def test_the_shells_of_a_gradient_table_and_its_further_b0_are_told_apart(tmp_path, shells, flag):
    series = read_dwi([save(ge_tensor(shells, flag=flag), tmp_path, shuffle=1)])
    assert series.b_values == (0, *sorted({true for _, true in shells}))
    for image in series.images:
        assert np.max(np.abs(image.array - traces(image.b_value))) < 0.01
    assert series.averages[0] == 1 + len({b for b, _ in shells})
    assert any("b |gradient|^2, are used" in text for text in series.warnings)


@pytest.mark.parametrize("shells", list(TABLES.values())[:3], ids=list(TABLES)[:3])
def test_lengths_that_make_shells_need_no_flag(tmp_path, shells):
    series = read_dwi([save(ge_tensor(shells, flag="none", zero_vectors=False), tmp_path)])
    assert series.b_values == B_VALUES


@pytest.mark.parametrize("shells", list(TABLES.values())[:5], ids=list(TABLES)[:5])
def test_a_zero_vector_beside_directions_is_asked_about_where_no_flag_tells_what_it_is(tmp_path, shells):
    with pytest.raises(ImageError, match=r"can be read in two ways.*lengths of 0 to"):
        read_dwi([save(ge_tensor(shells, flag="none"), tmp_path)])


def test_trace_images_of_ge_have_no_gradient_and_keep_their_b_value(tmp_path):
    series = read_dwi([save(ge(), tmp_path)])
    assert series.b_values == B_VALUES
    assert not any("gradient" in text for text in series.warnings)


def test_a_vector_longer_than_1_is_asked_about(tmp_path):
    with pytest.raises(ImageError, match=r"can be read in two ways.*a gradient of length 1\.73"):
        read_dwi([save(ge_tensor([(800, 2400)]), tmp_path)])


def scaled(datasets, factor, of_direction, put):
    """The gradients of one direction with another length."""
    for ds in datasets:
        put(ds, np.array(DIRECTIONS[of_direction]) * factor)
    return datasets


def put_public(ds, vector):
    if "DiffusionGradientOrientation" in ds and np.argmax(np.abs(vector)) == np.argmax(
        np.abs(ds.DiffusionGradientOrientation)
    ):
        ds.DiffusionGradientOrientation = list(vector)


def put_uih(ds, vector):
    stated = ds[0x0065, 0x1037].value
    if any(stated) and np.argmax(np.abs(stated)) == np.argmax(np.abs(vector)):
        ds[0x0065, 0x1037].value = list(vector)


def with_siemens_vectors(datasets):
    for ds in datasets:
        if "#" in ds.SequenceName:
            block = ds.private_block(0x0019, "SIEMENS MR HEADER", create=True)
            block.add_new(0x0E, "FD", list(DIRECTIONS[int(ds.SequenceName[-1]) - 1]))
    return datasets


def put_siemens(ds, vector):
    if (0x0019, 0x100E) in ds and np.argmax(np.abs(ds[0x0019, 0x100E].value)) == np.argmax(np.abs(vector)):
        ds[0x0019, 0x100E].value = list(vector)


@pytest.mark.parametrize(
    ("make", "put"),
    [
        (canon, put_public),
        (uih, put_uih),
        (lambda: with_siemens_vectors(siemens_csa()), put_siemens),
    ],
    ids=["Canon", "United Imaging", "Siemens"],
)
@pytest.mark.parametrize("factor", [0.5, 0.7071, 0.9, 0.0])
def test_other_makers_are_asked_and_never_rescaled(tmp_path, make, put, factor):
    with pytest.raises(ImageError, match=r"state b 800 can be read in two ways.*b-values in the same order"):
        read_dwi([save(scaled(make(), factor, 1, put), tmp_path)])


@pytest.mark.parametrize("factor", [0.98, 0.5773, 1.0, 2.0])
def test_vectors_of_one_length_are_only_directions(tmp_path, factor):
    datasets = canon()
    for direction in range(3):
        scaled(datasets, factor, direction, put_public)
    assert read_dwi([save(datasets, tmp_path)]).b_values == B_VALUES


def test_a_lowest_b_value_with_one_direction_is_used_and_said(tmp_path):
    for lowest in (8.0, 15.0, 20.0):
        datasets = [ds for ds in canon((lowest, 800.0, 1400.0)) if not is_second_direction(ds, lowest)]
        series = read_dwi([save(datasets, tmp_path / str(lowest))])
        assert series.b_values == (lowest, 800, 1400)
        assert np.array_equal(series.signals[0], signal(lowest, 0))
        assert any(f"at b {lowest:g} were measured along one or two directions" in w for w in series.warnings)


def is_second_direction(ds, b):
    return ds.DiffusionBValue == b and list(ds.DiffusionGradientOrientation) != list(DIRECTIONS[0])


@pytest.mark.parametrize("seed", range(5))
def test_b_values_of_directions_that_scatter_by_3_percent_are_one_and_said(tmp_path, seed):
    rng = np.random.default_rng(seed)
    datasets = canon()
    scatter = {(b, n): round(b * rng.uniform(0.97, 1.03), 1) for b in B_VALUES[1:] for n in range(3)}
    for b in B_VALUES[1:]:
        scatter[b, 0], scatter[b, 1] = round(0.97 * b, 1), round(1.03 * b, 1)
    for ds in datasets:
        if "DiffusionBValue" in ds:
            n = int(np.argmax(ds.DiffusionGradientOrientation))
            ds.DiffusionBValue = scatter[ds.DiffusionBValue, n]
    series = read_dwi([save(datasets, tmp_path)])
    means = [np.mean([scatter[b, n] for n in range(3)]) for b in B_VALUES[1:]]
    assert np.allclose(series.b_values[1:], means, rtol=0.005)
    assert sum("scatter from" in text for text in series.warnings) == 3


def test_trace_images_at_b_values_3_percent_apart_stay_two(tmp_path):
    datasets = siemens_trace((0.0, 800.0, 1000.0, 1040.0))
    assert read_dwi([save(datasets, tmp_path)]).b_values == (0, 800, 1000, 1040)


def test_every_image_is_used(tmp_path):
    shells = TABLES["two shells under one b-value"]
    series = read_dwi([save(ge_tensor(shells), tmp_path)])
    assert f"{SHAPE[0] * 12} images, {SHAPE[0] * 12} used from 1 series" in series.form
