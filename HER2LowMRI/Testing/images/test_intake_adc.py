"""ADC maps in any unit and of any maker come to 1e-3 mm2/s, or are asked about. All maps are synthetic."""

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_adc, read_dwi
from HER2LowMRILib.images.intake.adc_unit import UNITS as FACTORS
from HER2LowMRILib.images.intake.adc_unit import UnknownUnit, factor_of_text, find_unit
from HER2LowMRILib.images.intake.vendor_tags import adc_units
from images.vendor_series import (
    SHAPE,
    Exam,
    adc,
    ge,
    ge_adc,
    parametric_map,
    philips,
    put_pixels,
    save,
    siemens_adc,
    siemens_trace,
)

GRID = ImageGrid(SHAPE[::-1], (1.5, 1.25, 4.5))
RIGHT = adc() / 1000


def refused(path, **options):
    with pytest.raises(ImageError) as caught:
        read_adc([path], **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


UNITS = {"mm2/s": 1e-3, "1e-6 mm2/s": 1e3, "1e-3 mm2/s": 1.0, "m2/s": 1e-9}


@pytest.mark.parametrize(("unit", "factor"), UNITS.items())
@pytest.mark.parametrize("slope", [1.0, 0.5, 3.7])
@pytest.mark.parametrize("maker", [siemens_adc, ge_adc])
def test_four_units_with_any_slope_give_the_same_map(tmp_path, unit, factor, slope, maker):
    """The stored numbers are integers behind a rescale slope; the unit is told from the size of the values."""
    datasets = maker()
    for k, ds in enumerate(datasets):
        ds.BitsStored, ds.HighBit = 16, 15
        put_pixels(ds, np.rint(adc()[k] / slope))
        ds.RescaleSlope, ds.RescaleIntercept = f"{slope * factor / 1000:.10g}", 0
    found = read_adc([save(datasets, tmp_path, shuffle=2)])
    assert found.unit_found == unit
    assert "size of the numbers" in found.unit_source and found.warnings
    assert np.max(np.abs(found.array - RIGHT)) <= 0.51 * slope / 1000


@pytest.mark.parametrize(("unit", "factor"), UNITS.items())
@pytest.mark.parametrize("slope", [1.0, 0.5, 0.25])
@pytest.mark.parametrize("maker", [siemens_adc, ge_adc, philips])
def test_features_of_the_adc_do_not_depend_on_unit_maker_and_slope(tmp_path, unit, factor, slope, maker):
    datasets = [
        ds for ds in maker() if "ADC" in (*ds.ImageType, *ds.SeriesDescription.split("_")) or maker is ge_adc
    ]
    for k, ds in enumerate(datasets):
        ds.BitsStored, ds.HighBit = 16, 15
        put_pixels(ds, adc()[k] / slope)
        ds.RescaleSlope, ds.RescaleIntercept = f"{slope * factor / 1000:.12g}", 0
    found = read_adc([save(datasets, tmp_path, shuffle=2)])
    assert found.unit_found == unit
    voi = np.zeros(SHAPE, bool)
    voi[1:4, 5:19, 4:15] = True
    assert features_of(found.array, voi) == pytest.approx(
        features_of(RIGHT.astype(np.float32), voi), rel=1e-6
    )


def features_of(array, voi):
    maps = MapSet({"ADC": array}, np.zeros(array.shape, np.uint8))
    features = measure_voi(maps, voi).values
    return {name: value for name, value in features.items() if name.startswith("ADC_")}


def test_the_adc_map_of_a_philips_series_with_its_own_slope(tmp_path):
    found = read_adc([save(philips(), tmp_path, shuffle=2)])
    assert np.max(np.abs(found.array - RIGHT)) <= 0.0011


@pytest.mark.parametrize(
    ("code", "factor", "slope"),
    [
        ("mm2/s", 1e-3, None),
        ("10-6.mm2/s", 1e3, 0.5),
        ("um2/s", 1e3, 0.25),
        ("um2/ms", 1.0, None),
        ("um2/ms", 1.0, 1e-4),
        ("m2/s", 1e-9, None),
    ],
)
def test_the_unit_of_a_real_world_value_mapping_is_believed(tmp_path, code, factor, slope):
    found = read_adc([save([parametric_map(code, factor, slope=slope)], tmp_path)])
    assert found.unit_source == "real-world value mapping"
    assert FACTORS[found.unit_found] == factor_of_text(code)
    assert np.max(np.abs(found.array - RIGHT)) < 0.0006
    assert found.warnings == ()


def test_a_stated_unit_that_cannot_be_right_is_refused(tmp_path):
    message = refused(save([parametric_map("mm2/s", 1e3)], tmp_path))
    assert "cannot be right" in message and "look like 1e-6 mm2/s" in message


def test_two_scales_without_a_unit_are_asked_about(tmp_path):
    ds = parametric_map("um2/s", 1e3, slope=0.5)
    mapping = ds.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    del mapping.MeasurementUnitsCodeSequence
    assert "two scales" in refused(save([ds], tmp_path))


@pytest.mark.parametrize("scale", [30.0, 1e5, 1e-13, 0.02])
def test_numbers_that_fit_no_unit_are_asked_about(tmp_path, scale):
    path = tmp_path / "adc.nrrd"
    sitk.WriteImage(GRID.to_sitk((RIGHT * scale).astype(np.float64)), str(path))
    assert "cannot be told" in refused(path)


@pytest.mark.parametrize("unit", list(UNITS))
def test_a_typed_unit_is_used_where_it_is_possible(tmp_path, unit):
    path = tmp_path / "adc.nii.gz"
    sitk.WriteImage(GRID.to_sitk(RIGHT * UNITS[unit]), str(path))
    assert np.allclose(read_adc([path], unit=unit).array, RIGHT, rtol=1e-6)
    wrong = "mm2/s" if unit != "mm2/s" else "m2/s"
    assert "cannot be right" in refused(path, unit=wrong)


def test_a_background_of_zero_and_nan_does_not_disturb_the_unit(tmp_path):
    values = RIGHT.copy()
    values[:, :18] = 0
    values[:, :, :3] = np.nan
    path = tmp_path / "adc.nrrd"
    sitk.WriteImage(GRID.to_sitk(values), str(path))
    assert read_adc([path]).unit_found == "1e-3 mm2/s"


def test_an_empty_map_is_refused(tmp_path):
    path = tmp_path / "adc.nrrd"
    sitk.WriteImage(GRID.to_sitk(np.zeros(SHAPE)), str(path))
    assert "empty" in refused(path)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("mm2/s", "mm2/s"),
        ("mm^2/s", "mm2/s"),
        ("mm²/s", "mm2/s"),
        ("10-6.mm2/s", "1e-6 mm2/s"),
        ("10*-6.mm2/s", "1e-6 mm2/s"),
        ("1e-06 mm2/s", "1e-6 mm2/s"),
        ("x10-6 mm²/s", "1e-6 mm2/s"),
        ("10^-3 mm^2/s", "1e-3 mm2/s"),
        ("um2/s", "1e-6 mm2/s"),
        ("µm²/ms", "1e-3 mm2/s"),
        ("m2/s", "m2/s"),
        ("1", None),
        ("no units", None),
        ("", None),
        (None, None),
        ("s", None),
    ],
)
def test_spellings_of_units(text, unit):
    assert factor_of_text(text) == (None if unit is None else FACTORS[unit])


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("1.4652e-12 m2/s", 1.4652e-3),
        ("1E-12 m²/s", 1e-3),
        ("10^-9 m2/s", 1.0),
        ("1e-5 mm2/s", 0.01),
        ("10*-5.cm2/s", 1.0),
        ("mm2 s-1", 1e3),
        ("[10-6 mm2/s]", 1e-3),
    ],
)
def test_multiples_of_units(text, factor):
    assert factor_of_text(text) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    "name", ["Average DC", "AVERAGE_DC", "Avg DC", "avg. dc map", "Isotropic DC: Ax DWI"]
)
def test_the_average_dc_of_ge_is_asked_for_its_unit(tmp_path, name):
    datasets = ge_adc()
    for ds in datasets:
        ds.SeriesDescription = name
        put_pixels(ds, np.rint(adc() / 1.4652)[ds.InstanceNumber % SHAPE[0] - 1])
    folder = save(datasets, tmp_path)
    with pytest.raises(UnknownUnit, match=r"needed 1\.4652e-12 m2/s or 1e-6 mm2/s"):
        read_adc([folder])
    assert np.allclose(read_adc([folder], unit="1.4652e-12 m2/s").array, RIGHT, atol=1e-3)
    assert np.allclose(read_adc([folder], unit="1e-6 mm2/s").array, RIGHT / 1.4652, atol=1e-3)


def test_a_unit_told_from_the_numbers_is_said_to_be_a_guess(tmp_path):
    found = read_adc([save(siemens_adc(), tmp_path)])
    assert found.warnings == (
        "The file states no unit of its ADC; the size of the numbers (median "
        f"{np.median(adc()[adc() > 0]):.4g}) suggests 1e-6 mm2/s: please check.",
    )


def test_a_unit_in_the_name_is_one_of_those_that_may_be_meant():
    numbers = np.linspace(60, 170, 1000)
    possible = adc_units("", "ADC [1e-5 mm2/s]")
    with pytest.raises(UnknownUnit, match="needed 1e-5 mm2/s or 1e-6 mm2/s, found a median of 115"):
        find_unit(numbers, possible=possible)
    assert find_unit(numbers, typed="1e-5 mm2/s", possible=possible).factor == 1e-2
    assert adc_units("", "ADC (10^-3 mm2/s)") == adc_units("", "ADC (b 0, 800)") == ()


@pytest.mark.parametrize("name", ["Ave. DC", "avDC", "DC map", "Mean DC", "DCavg", "IsoDC"])
def test_a_dc_of_ge_may_have_either_unit(name):
    assert adc_units("ge", name) == ("1.4652e-12 m2/s", "1e-6 mm2/s")
    assert adc_units("ge", "ADC") == adc_units("siemens", name) == ()


def test_an_adc_map_that_lost_its_decimals_is_refused():
    with pytest.raises(UnknownUnit, match=r"rounded to whole numbers: .* found whole numbers from 1 to 3"):
        find_unit(np.random.default_rng(1).integers(0, 4, (4, 30, 30)).astype(float))


def test_the_ranges_of_the_units_do_not_overlap():
    for median in np.geomspace(1e-12, 1e6, 400):
        try:
            unit = find_unit(np.full(20, median)).unit
        except ImageError:
            continue
        assert 0.1 <= median * {"1e-3 mm2/s": 1, "1e-6 mm2/s": 1e-3, "mm2/s": 1e3, "m2/s": 1e9}[unit] <= 10


def test_diffusion_images_are_no_adc_map(tmp_path):
    assert "No ADC map" in refused(save(siemens_trace(), tmp_path))


def test_two_adc_maps_in_one_folder_are_refused(tmp_path):
    assert "more than one ADC map" in refused(save([*siemens_adc(), *siemens_adc(series=31)], tmp_path))


def test_the_exponential_adc_is_not_taken_for_the_adc(tmp_path):
    datasets = ge_adc() + ge_adc(series=61)
    for n, ds in enumerate(datasets[SHAPE[0] :]):
        ds.SeriesDescription = "Exponential Apparent Diffusion Coefficient"
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"2.25.{1000 + n}"
    assert np.allclose(read_adc([save(datasets + ge(), tmp_path)]).array, RIGHT, atol=1e-6)


def test_our_own_map_of_another_quantity_is_no_adc(tmp_path):
    """K_app.nrrd given as the ADC has plausible numbers; its header says what it is."""
    image = sitk.GetImageFromArray(np.full((4, 5, 6), 0.9, np.float32))
    image.SetMetaData("HER2LowMRI.quantity", "k_app")
    sitk.WriteImage(image, str(tmp_path / "K_app.nrrd"))
    with pytest.raises(ImageError, match=r"K_app\.nrrd is another map: needed adc, found k_app"):
        read_adc([tmp_path / "K_app.nrrd"])


def test_a_folder_that_cannot_be_listed_is_told_in_one_line(tmp_path, monkeypatch):
    def refuse(self, pattern):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "rglob", refuse)
    for read in (read_adc, read_dwi):
        with pytest.raises(ImageError, match="cannot be read: found Permission denied"):
            read([tmp_path])


def test_where_nobody_said_so_an_image_must_say_that_it_is_an_adc_map(tmp_path):
    """A T1 image has numbers that would do for an ADC map in 1e-6 mm2/s."""
    exam = Exam(1, "Siemens Healthineers", "MAGNETOM Synthetic")
    images = [exam.image(3, "t1_vibe", ["ORIGINAL", "PRIMARY", "M"], k, adc()[k]) for k in range(SHAPE[0])]
    folder = save(images, tmp_path / "t1")
    with pytest.raises(ImageError, match="No ADC map was found"):
        read_adc([folder], must_say_so=True)
    assert "1e-6" in read_adc([folder]).warnings[0]
    assert read_adc([save(siemens_adc(), tmp_path / "adc")], must_say_so=True).unit_found == "1e-6 mm2/s"
    array = adc().astype(np.float32) / 1000
    grid = read_adc([tmp_path / "adc"]).grid
    for name, says_so in (
        ("P-1_ADC.nrrd", True),
        ("adcmap.nrrd", True),
        ("t2.nrrd", False),
        ("eADC.nrrd", False),
    ):
        sitk.WriteImage(grid.to_sitk(array), str(tmp_path / name))
        if says_so:
            assert np.array_equal(read_adc([tmp_path / name], must_say_so=True).array, array)
        else:
            with pytest.raises(ImageError, match=f"{name} is (an ADC map cannot be told|another map)"):
                read_adc([tmp_path / name], must_say_so=True)
