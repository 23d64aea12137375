"""Each maker's diffusion series comes in with the right b-values, averages and signals. All series are synthetic."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import read_dwi
from images.vendor_series import (
    B_VALUES,
    ORIGIN,
    SHAPE,
    SIX_MAKERS,
    SLICE_STEP,
    SPACING,
    canon,
    ge,
    philips,
    philips_2008,
    philips_enhanced,
    public,
    save,
    siemens_csa,
    siemens_enhanced,
    siemens_trace,
    signal,
    uih,
)

NEVER_SAID = ("SYNTHETIC-", "SYNTHETIC^", "1.2.826")


def shape_of_decay(series):
    """Signals relative to b 0: the common scale that Philips hides drops out."""
    return [image.array / series.images[0].array.astype(float) for image in series.images]


@pytest.mark.parametrize(
    ("make", "source", "averages", "largest_error"),
    [
        (siemens_trace, "Siemens private tag (0019,100C)", (2, 2, 2, 2), 0),
        (siemens_csa, "Siemens CSA header B_value", (1, 3, 3, 3), 2e-3),
        (siemens_enhanced, "public tag (0018,9087)", (4, 4, 4, 4), 0),
        (ge, "GE private tag (0043,1039)", (1, 4, 4, 4), 0),
        (philips, "public tag (0018,9087)", (3, 3, 3, 3), 1e-3),
        (philips_enhanced, "public tag (0018,9087)", (4, 4, 4, 4), 1e-3),
        (public, "public tag (0018,9087)", (2, 2, 2, 2), 0),
    ],
)
def test_every_maker_gives_its_b_values_averages_and_signals(tmp_path, make, source, averages, largest_error):
    series = read_dwi([save(make(), tmp_path, shuffle=3)])
    assert series.b_values == B_VALUES
    assert {image.source for image in series.images} == {source}
    assert series.averages == averages
    expected = [signal(b) / signal(0) for b in B_VALUES]
    for found, right in zip(shape_of_decay(series), expected, strict=True):
        assert np.max(np.abs(found - right)) <= largest_error
    assert series.warnings == ()


@pytest.mark.parametrize("make", SIX_MAKERS.values(), ids=SIX_MAKERS.keys())
def test_every_makers_slices_lie_where_their_headers_say(tmp_path, make):
    grid = read_dwi([save(make(), tmp_path, shuffle=5)]).grid
    assert grid.shape == SHAPE
    assert np.allclose(grid.spacing_mm, (SPACING[1], SPACING[0], SLICE_STEP), atol=1e-5)
    assert np.allclose(grid.origin_mm, ORIGIN, atol=1e-4)
    assert np.linalg.det(np.reshape(grid.direction, (3, 3))) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("make", SIX_MAKERS.values(), ids=SIX_MAKERS.keys())
def test_nothing_that_identifies_a_patient_is_handed_on(tmp_path, make):
    said = repr(read_dwi([save(make(), tmp_path)]))
    assert not any(text in said for text in (*NEVER_SAID, str(tmp_path)))


def test_ge_takes_the_billion_off_the_b_value(tmp_path):
    datasets = ge(b_values=(0, 50, 10000))
    assert datasets[-1][0x0043, 0x1039].value[0] == 1_000_010_000
    with_high = [ds for ds in datasets if ds[0x0043, 0x1039].value[0] != 1_000_010_000]
    assert read_dwi([save(with_high, tmp_path / "a")]).b_values == (0, 50)
    assert read_dwi([save(datasets, tmp_path / "b")]).b_values == (0, 50, 10000)


def test_ge_public_and_private_b_value_may_differ_by_the_bias_only(tmp_path):
    series = read_dwi([save(ge(public=True), tmp_path)])
    assert series.b_values == B_VALUES
    assert series.images[1].source == "public tag (0018,9087)"


def test_synthetic_b_values_of_ge_never_enter_the_fit(tmp_path):
    series = read_dwi([save(ge(synthetic=(2500, 3000)), tmp_path)])
    assert series.b_values == B_VALUES
    assert series.dropped == (
        "10 images of series 50: synthetic b-value (computed from other images, not measured)",
    )


def test_calculated_b_values_of_siemens_never_enter_the_fit(tmp_path):
    datasets = siemens_trace((*B_VALUES, 3000))
    for ds in datasets[-SHAPE[0] :]:
        ds.ImageType = ["DERIVED", "PRIMARY", "DIFFUSION", "CALC_BVALUE", "TRACEW", "ND"]
    series = read_dwi([save(datasets, tmp_path)])
    assert series.b_values == B_VALUES
    assert "synthetic b-value" in series.dropped[0]


def test_a_protocol_named_after_its_adc_and_calculated_b_value_is_still_read(tmp_path):
    datasets = siemens_trace()
    for ds in datasets:
        ds.SeriesDescription = "ep2d_diff_b0_2000_calcb3000_ADC_TRACEW"
    assert read_dwi([save(datasets, tmp_path)]).b_values == B_VALUES


def test_philips_private_tags_are_read_as_raw_bytes_of_unknown_vr(tmp_path):
    series = read_dwi([save(philips(as_unknown=True), tmp_path)])
    assert series.b_values == B_VALUES
    assert {image.source for image in series.images} == {"Philips private tag (2001,1003)"}
    for found, b in zip(shape_of_decay(series), B_VALUES, strict=True):
        assert np.max(np.abs(found - signal(b) / signal(0))) <= 1e-3


def test_philips_images_with_slopes_of_their_own_come_to_one_scale_only_by_the_private_scale_slope(tmp_path):
    assert "precise" in read_dwi([save(philips(), tmp_path / "a")]).images[1].note
    folder = save(philips(scale_slope=False), tmp_path / "b")
    with pytest.raises(ImageError, match=r"cannot be brought to one scale.*\(2005,100E\)"):
        read_dwi([folder])


def test_philips_directions_isotropic_images_and_adc_map_of_one_series_are_told_apart(tmp_path):
    series = read_dwi([save(philips(), tmp_path)])
    assert series.dropped == (
        "5 images of series 9: ADC map (no diffusion-weighted image)",
        "15 images at b 800 along single directions: the trace images are used",
        "15 images at b 1400 along single directions: the trace images are used",
        "15 images at b 2000 along single directions: the trace images are used",
    )


@pytest.mark.parametrize("with_trace", [True, False])
def test_old_philips_files_that_call_every_image_real_and_without_direction_are_read(tmp_path, with_trace):
    series = read_dwi([save(philips_2008(with_trace=with_trace), tmp_path, shuffle=4)])
    assert series.b_values == B_VALUES
    assert not any("real" in text for text in series.dropped)
    if with_trace:
        assert sum("single directions" in text for text in series.dropped) == 3
        assert series.averages == (3, 3, 3, 3)
    else:
        assert all(image.note.startswith("geometric mean of 3 directions") for image in series.images[1:])
        assert series.averages == (3, 9, 9, 9)
    unit = series.signals[0][0, 0, 0] / signal(0)[0, 0, 0]
    for found, b in zip(series.signals, B_VALUES, strict=True):
        assert np.max(np.abs(found / unit - signal(b))) < 1.5


def test_united_imaging_states_measured_b_values_and_directions(tmp_path):
    series = read_dwi([save(uih(), tmp_path, shuffle=5)])
    assert series.b_values == B_VALUES
    assert series.images[0].note.startswith("stated as 1.25")
    assert series.averages == (2, 6, 6, 6)
    assert series.warnings == ()
    directions = [signal(2000, n).astype(float) for n in range(3)]
    assert np.max(np.abs(series.signals[3] - np.cbrt(np.prod(directions, axis=0)))) < 0.01


def test_canon_leaves_the_b_value_of_b0_out(tmp_path):
    series = read_dwi([save(canon(), tmp_path, shuffle=5)])
    assert series.b_values == B_VALUES
    assert series.images[0].source == "image without the b-value tag"
    assert any("taken as b 0" in text for text in series.warnings)
    assert np.array_equal(series.signals[0], signal(0))
    directions = [signal(800, n).astype(float) for n in range(3)]
    assert np.max(np.abs(series.signals[1] - np.cbrt(np.prod(directions, axis=0)))) < 0.01


def test_philips_directions_without_isotropic_images_are_averaged_geometrically(tmp_path):
    datasets = [
        ds
        for ds in philips(slopes=False, with_adc=False)
        if ds.DiffusionBValue == 0 or ds.DiffusionDirectionality == "DIRECTIONAL"
    ]
    series = read_dwi([save(datasets, tmp_path)])
    assert [image.note for image in series.images] == ["", *["geometric mean of 3 directions"] * 3]
    directions = [signal(1400, n).astype(float) for n in range(3)]
    right = np.cbrt(directions[0] * directions[1] * directions[2])
    assert np.max(np.abs(series.images[2].array - right)) < 1e-3
    assert np.mean(directions, axis=0).mean() - right.mean() > 1, "an arithmetic mean would be another number"


def test_all_b_values_in_one_series_or_one_series_each_give_the_same(tmp_path):
    one = read_dwi([save(siemens_trace(one_series=True), tmp_path / "one", shuffle=1)])
    many = read_dwi([save(siemens_trace(), tmp_path / "many", shuffle=2)])
    assert one.b_values == many.b_values
    assert all(np.array_equal(a, b) for a, b in zip(one.signals, many.signals, strict=True))


def test_siemens_b_value_falls_back_on_the_sequence_name_when_private_tags_are_removed(tmp_path):
    datasets = siemens_trace()
    for ds in datasets:
        ds.remove_private_tags()
    series = read_dwi([save(datasets, tmp_path)])
    assert series.b_values == B_VALUES
    assert {image.source for image in series.images} == {"Siemens sequence name (0018,0024)"}


def test_a_private_block_reserved_elsewhere_is_found_by_its_creator(tmp_path):
    datasets = siemens_trace()
    for ds in datasets:
        b = ds[0x0019, 0x100C].value
        for element in (0x10, 0x100C, 0x100D):
            del ds[0x0019, element]
        ds.add_new(0x00190010, "LO", "SOMEBODY ELSE")
        ds.add_new(0x0019100C, "IS", "77")
        ds.add_new(0x00190012, "LO", "SIEMENS MR HEADER")
        ds.add_new(0x0019120C, "IS", b)
    assert read_dwi([save(datasets, tmp_path)]).b_values == B_VALUES
