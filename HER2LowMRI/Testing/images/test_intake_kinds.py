"""What an image is: computed b-values and maps are known by name and by type, in files; where the two differ, one asks.

Names are drawn from the words that scanners and people use, joined as they join them. All series are synthetic.
"""

import csv
import gzip
import itertools

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import read_adc, read_dwi
from HER2LowMRILib.images.intake.image_kind import ImageKind
from HER2LowMRILib.images.intake.series_names import (
    computed_b_in_name,
    map_in_name,
    says_diffusion,
    unknown_word_in_name,
)
from images.vendor_series import (
    B_VALUES,
    SHAPE,
    Exam,
    adc,
    canon,
    ge,
    philips,
    public,
    put_pixels,
    save,
    siemens_trace,
    signal,
    uih,
)

WORDS = (
    "cDWI", "C-DWI", "sDWI", "compDWI", "synDWI", "vDWI", "calc", "calcb", "CALC_BVAL", "Calculated", "computed",
    "Computed b", "synb", "syn", "SYN:", "Synthetic", "DW_Synthetic", "MAGiC DWI", "virtual b", "extrapolated",
    "berechnet", "kalkuliert", "calculée", "calcolato", "计算", "合成 DWI",
    "bcalc", "DWIcalc", "TRACEWcalc", "DWIsyn", "sintetica", "sintetizado", "errechnet b", "generated", "fitted",
    "Virtuelle b", "cBval", "xtrapol", "합성", "계산 DWI", "仮想", "синтетический",
)  # fmt: skip
MEASURED_TYPES = (
    ["ORIGINAL", "PRIMARY", "OTHER"],
    ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"],
    ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW", "ND", "NORM"],
    ["DERIVED", "SECONDARY", "DIFFUSION", "ISODWI"],
)
DERIVED_TYPES = (
    ["DERIVED", "SECONDARY", "OTHER"],
    ["DERIVED", "PRIMARY", "DIFFUSION", "NONE"],
    ["DERIVED", "SECONDARY", "REFORMATTED"],
    ["DERIVED", "PRIMARY", "M_SE", "M", "SE"],
)
TYPE_WORDS = (
    "CALC_BVALUE",
    "CALC_BVAL",
    "SYNTHETIC",
    "CALCULATED",
    "COMPUTED",
    "CDWI",
    "SYN_DWI",
    "COMPUTED_DWI",
)


def computed(name, image_type, b=2000.0, manufacturer="Siemens Healthineers", seed=1):
    """A series at ``b`` that no scanner measured: it would make K_app 0."""
    exam = Exam(seed, manufacturer, "Synthetic")
    exam.count = 5000
    fake = np.rint(signal(0) * (signal(800) / signal(0)) ** (b / 800)).astype(np.uint16)
    images = []
    for k in range(SHAPE[0]):
        ds = exam.image(40, name, image_type, k, fake[k])
        ds.DiffusionBValue, ds.DiffusionDirectionality = b, "ISOTROPIC"
        images.append(ds)
    return images


def names(seed, count):
    """Names with a word for "computed", a b-value or none, and what protocols are called otherwise."""
    rng = np.random.default_rng(seed)
    for index in range(count):
        word = WORDS[index % len(WORDS)]
        joint = rng.choice(["_", " ", "-", ": "])
        before = rng.choice(["", "ep2d_diff", "Ax DWI", "resolve_tra", "DWIBS", "eDWI FOCUS"])
        after = rng.choice(["", "b2000", "2000", "b=2000", "b2k", "tra"])
        yield joint.join(part for part in (before, word, after) if part)


@pytest.mark.parametrize("name", list(names(1, 2 * len(WORDS))))
@pytest.mark.parametrize("of_type", ["measured", "derived"])
def test_a_computed_b_value_is_left_out_or_asked_about_whatever_its_name_and_type(tmp_path, name, of_type):
    number = sum(map(ord, name))
    types = MEASURED_TYPES if of_type == "measured" else DERIVED_TYPES
    datasets = siemens_trace(B_VALUES[:3]) + computed(name, types[number % len(types)])
    folder = save(datasets, tmp_path, shuffle=1)
    if of_type == "derived":
        series = read_dwi([folder])
        assert series.b_values == B_VALUES[:3]
        assert "5 images of series 40: synthetic b-value (computed" in series.dropped[0]
        return
    with pytest.raises(ImageError, match="series 40 at b 2000 were measured cannot be told") as caught:
        read_dwi([folder])
    said = str(caught.value)
    assert computed_b_in_name(name).word in said
    assert any(word in said for word in ("ORIGINAL", "TRACEW", "ISODWI"))


@pytest.mark.parametrize(("word", "first"), list(itertools.product(TYPE_WORDS, ("ORIGINAL", "DERIVED"))))
def test_a_word_of_the_image_type_says_computed_whatever_the_name(tmp_path, word, first):
    datasets = siemens_trace(B_VALUES[:3]) + computed(
        "ep2d_diff_TRACEW", [first, "PRIMARY", "DIFFUSION", word, "TRACEW"]
    )
    assert read_dwi([save(datasets, tmp_path)]).b_values == B_VALUES[:3]


MAKERS = {
    "Philips Medical Systems": (lambda: philips(B_VALUES[:3], seed=1), "cDWI b2000"),
    "CANON_MEC": (lambda: canon(B_VALUES[:3], seed=1), "Computed DWI b=2000"),
    "GE MEDICAL SYSTEMS": (lambda: ge(B_VALUES[:3], seed=1), "DW_Synthetic: Ax DWI ALL"),
    "UIH": (lambda: uih(B_VALUES[:3], seed=1), "epi_dwi_calc_b2000"),
    "Synthetic Scanners": (lambda: public(B_VALUES[:3], seed=1), "sDWI"),
}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    "image_type", [*MEASURED_TYPES[:2], *DERIVED_TYPES[:3]], ids=lambda words: "-".join(words)
)
def test_no_makers_computed_b_value_enters_the_fit(tmp_path, maker, image_type):
    make, name = MAKERS[maker]
    folder = save([*make(), *computed(name, image_type, manufacturer=maker)], tmp_path, shuffle=1)
    try:
        assert read_dwi([folder]).b_values == B_VALUES[:3]
    except ImageError as error:
        assert "series 40 at b 2000 were measured cannot be told" in str(error)
        assert image_type[0] == "ORIGINAL"


NOBODY_KNOWS = (
    "h",
    "i",
    "x",
    "p",
    "q",
    "AI ",
    "CBV",
    "pred",
    "est",
    "ml",
    "nn",
    "zz",
    "my",
    "gen",
    "f",
    "k",
    "ivim",
    "app",
)
FORMS = (
    "{0}b2000",
    "{0}DWI",
    "{0}DWI_b2000",
    "ep2d_{0}b2000_tra",
    "Ax {0}DWI 2000",
    "{0}b2k",
    "resolve {0}DWI b=2000",
)


@pytest.mark.parametrize(("prefix", "form"), list(itertools.product(NOBODY_KNOWS, FORMS)))
def test_a_word_before_the_b_value_that_nobody_knows_is_asked_about(tmp_path, prefix, form):
    types = [*MEASURED_TYPES, *DERIVED_TYPES]
    image_type = types[sum(map(ord, prefix + form)) % len(types)]
    datasets = siemens_trace(B_VALUES[:3]) + computed(form.format(prefix), image_type)
    with pytest.raises(ImageError, match="series 40 at b 2000 were measured cannot be told") as caught:
        read_dwi([save(datasets, tmp_path, shuffle=1)])
    assert f'"{prefix.strip().lower()}' in str(caught.value)
    assert 'which may be a word for "computed"' in str(caught.value)


PLAIN_NAMES = (
    "eDWI b2000", "eDWI_b2000", "SENSDWI", "BreastDWI b2000", "ep2db2000", "highb2000", "isob2000",
    "ss_epiDWI", "DWI2000",
    "MUSEDWI", "trab2000", "bval2000", "TR2000 DWI", "Ax DWI b2000", "DWIBS b2k", "b=2000 tra", "hb800_2000",
    "diffb2000",
    "patient7 b2000", "S2000 DWI", "resolve_3scan_trace_tra_b2000",
)  # fmt: skip


def one_series_per_b(name, b=2000.0, image_type=MEASURED_TYPES[0]):
    datasets = public()
    kept = [ds for ds in datasets if float(ds.DiffusionBValue) != b]
    series = datasets[0].SeriesInstanceUID + ".9"
    for ds in datasets:
        if float(ds.DiffusionBValue) == b:
            ds.SeriesDescription, ds.ImageType, ds.SeriesInstanceUID, ds.SeriesNumber = (
                name,
                image_type,
                series,
                40,
            )
            kept.append(ds)
    return kept


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_a_plain_name_of_a_series_of_one_b_value_is_read(tmp_path, name):
    assert read_dwi([save(one_series_per_b(name), tmp_path)]).b_values == B_VALUES


@pytest.mark.parametrize("name", ["hb2000", "iDWI", "AI b2000", "xDWI b0_800_2000"])
def test_a_series_of_several_b_values_is_read_whatever_word_it_is_named_after(tmp_path, name):
    datasets = public()
    for ds in datasets:
        ds.SeriesDescription = name
    assert read_dwi([save(datasets, tmp_path)]).b_values == B_VALUES


def test_a_low_b_value_is_not_asked_about_for_a_word(tmp_path):
    assert read_dwi([save(one_series_per_b("hb0", 0.0), tmp_path)]).b_values == B_VALUES


def test_a_word_that_nobody_knows_is_settled_by_typing_the_b_values(tmp_path):
    measured = siemens_trace(B_VALUES)
    of_b = [measured[n * SHAPE[0] : (n + 1) * SHAPE[0]] for n in range(4)]
    for ds in of_b[3]:
        ds.SeriesDescription, ds.SeriesInstanceUID = "hb2000", ds.SeriesInstanceUID + ".4"
    folders = [save(images, tmp_path / str(n)) for n, images in enumerate(of_b)]
    with pytest.raises(
        ImageError, match=r'needed a name that does not leave open .* found "hb2000" in the name'
    ):
        read_dwi(folders)
    series = read_dwi(folders, b_values=B_VALUES)
    assert np.array_equal(series.signals[3], signal(2000))
    assert any('although there is "hb2000" in the name' in text for text in series.warnings)


@pytest.mark.shared_data
def test_no_real_name_of_a_diffusion_series_is_asked_about_for_a_word(shared_dir):
    """The names of 64,755 series of public breast MRI, each as of a series of one b-value."""
    with gzip.open(shared_dir / "data" / "breast_series.csv.gz", "rt") as table:
        names = {row["SeriesDescription"] for row in csv.DictReader(table)}
    signals = sorted(name for name in names if map_in_name(name) is None)
    b_values = (500.0, 600.0, 800.0, 1000.0, 1500.0, 2000.0)
    assert [(name, b) for name in signals for b in b_values if unknown_word_in_name(name, b)] == []
    assert sum(map(says_diffusion, names)) == 339


def test_a_doubt_about_a_computed_b_value_is_settled_by_typing_the_b_values(tmp_path):
    measured = siemens_trace(B_VALUES)
    of_b = [measured[n * SHAPE[0] : (n + 1) * SHAPE[0]] for n in range(4)]
    for ds in of_b[3]:
        ds.SeriesDescription = "cDWI_b2000"
    folders = [save(images, tmp_path / str(n)) for n, images in enumerate(of_b)]
    with pytest.raises(ImageError, match="one folder for each b-value, and the b-values"):
        read_dwi(folders)
    series = read_dwi(folders, b_values=B_VALUES)
    assert np.array_equal(series.signals[3], signal(2000))
    assert any('although there is "cdwi" in the name' in text for text in series.warnings)


@pytest.mark.parametrize(
    "name",
    [
        "ep2d_diff_b50_800_calc1500_TRACEW_DFC",
        "ep2d_diff_b0_2000_calcb3000_ADC_TRACEW",
        "Ax DWI ALL b1k Syn b2500b3k",
        "DWI syngo calcification follow-up",
        "Ax +C DWI post",
        "resolve_4scan_trace_tra synb 3000",
        "DWI computed b=2500, 3000",
        "DWI b0 b800 b2000 tra b3000comp",
    ],
)
@pytest.mark.parametrize("image_type", MEASURED_TYPES, ids=lambda words: "-".join(words))
def test_a_protocol_named_after_other_computed_b_values_is_read(tmp_path, name, image_type):
    datasets = public()
    for ds in datasets:
        ds.SeriesDescription, ds.ImageType = name, image_type
    assert read_dwi([save(datasets, tmp_path)]).b_values == B_VALUES


ADC_NAMES = (
    "ADC_map", "ADC_b0_b800", "adc_0_800", "ADC1000", "rADC", "dADC", "Apparent Diffusion Coefficient",
    "Apparent Diffusion Coefficient (mm2/s)", "ADC (10^-6 mm²/s)", "adcmap", "isoADC", "trace ADC", "DWI-ADC",
    "ep2d_diff_ADC_DFC_MIX", "Calculated ADC", "mono-exponential ADC", "ADC:Ax DWI b800", "avg_ADC", "ADC-Karte",
    "Diffusion Coefficient b 0, 800", "coefficient de diffusion apparent", "mean diffusivity",
    "Carte CDA", "ADK", "ИКД", "表观扩散系数", "見かけの拡散係数", "Ave. DC", "DC map", "Dapp", "A.D.C.", "DiffCoeff",
    "coeficiente de difusion aparente", "diffusion constant",
)  # fmt: skip
EXPONENTIAL_NAMES = (
    "eADC", "eADC_b800", "e-ADC", "Exponential ADC", "ExpADC", "exp_ADC_map", "ADC exponential", "EXP ADC b1000",
    "Exponential Apparent Diffusion Coefficient",
)  # fmt: skip


def a_map(name, image_type, manufacturer="Synthetic Scanners"):
    images = computed(name, image_type, 800.0, manufacturer, seed=7)
    for k, ds in enumerate(images):
        put_pixels(ds, adc()[k])
    return images


@pytest.mark.parametrize("name", ADC_NAMES)
@pytest.mark.parametrize("states_b", [True, False], ids=["with a b-value", "without"])
def test_an_adc_map_is_found_by_any_name_and_is_no_image_of_its_b_value(tmp_path, name, states_b):
    assert map_in_name(name) is ImageKind.ADC
    images = a_map(name, DERIVED_TYPES[len(name) % 3])
    for ds in images:
        if not states_b:
            del ds.DiffusionBValue
    folder = save([*public(), *images], tmp_path, shuffle=1)
    assert np.allclose(read_adc([folder]).array, adc() / 1000, atol=1e-6)
    series = read_dwi([folder])
    assert np.array_equal(series.signals[1], signal(800))
    assert series.dropped == ("5 images of series 40: ADC map (no diffusion-weighted image)",)


@pytest.mark.parametrize(
    "name", ["kurtosis map", "D* map", "T2-Karte", "ratio b800/b0", "perfusion fraction", "MK图"]
)
def test_another_map_is_no_image_of_the_b_value_that_it_states(tmp_path, name):
    folder = save([*public(), *a_map(name, DERIVED_TYPES[0])], tmp_path, shuffle=1)
    assert np.array_equal(read_dwi([folder]).signals[1], signal(800))


@pytest.mark.parametrize("name", ["Trace_D", "MK", "IVIM D", "eDC", "unnamed"])
@pytest.mark.parametrize("direction", ["", "ISOTROPIC"])
def test_a_second_image_of_a_b_value_is_asked_about_whatever_it_is(tmp_path, name, direction):
    images = a_map(name, DERIVED_TYPES[0])
    for ds in images:
        ds.DiffusionDirectionality = direction
    with pytest.raises(ImageError, match="b 800 are there more than once"):
        read_dwi([save([*public(), *images], tmp_path, shuffle=1)])


@pytest.mark.parametrize("name", EXPONENTIAL_NAMES)
@pytest.mark.parametrize("image_type", [*DERIVED_TYPES[:2], ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]])
def test_an_exponential_adc_map_is_neither_an_adc_map_nor_a_signal(tmp_path, name, image_type):
    folder = save([*public(), *a_map(name, image_type)], tmp_path, shuffle=1)
    assert np.array_equal(read_dwi([folder]).signals[1], signal(800))
    with pytest.raises(ImageError, match="No ADC map was found"):
        read_adc([folder])


@pytest.mark.parametrize("name", ADC_NAMES[:8])
def test_an_adc_map_that_claims_to_be_measured_is_asked_about(tmp_path, name):
    folder = save([*public(B_VALUES[:1] + B_VALUES[2:]), *a_map(name, MEASURED_TYPES[0])], tmp_path)
    with pytest.raises(
        ImageError, match=r'series 40 at b 800 .* found "ADC" in the name .* ORIGINAL in the image'
    ):
        read_dwi([folder])


@pytest.mark.parametrize("name", ["DWI_ADC", "ep2d_diff_b0_2000_ADC", "dwi adc calc3000"])
def test_a_series_of_several_b_values_named_after_its_adc_map_is_read(tmp_path, name):
    datasets = public()
    for ds in datasets:
        ds.SeriesDescription, ds.ImageType = name, MEASURED_TYPES[0]
    folder = save(datasets, tmp_path)
    assert read_dwi([folder]).b_values == B_VALUES
    with pytest.raises(ImageError, match="No ADC map was found"):
        read_adc([folder])


@pytest.mark.parametrize(
    "name", ["HeadC", "broadcast", "Head_C", "T2 s tse", "DWI_ssh_b0_800", "Ax FOCUS DWI", "lead c"]
)
def test_names_that_only_look_like_it_say_nothing(name):
    assert map_in_name(name) is None
    assert computed_b_in_name(name) is None


def test_an_examination_that_is_made_up_as_a_whole_has_no_computed_b_value_for_it(tmp_path):
    datasets = siemens_trace()
    for ds in datasets:
        ds.ManufacturerModelName, ds.SeriesDescription = "SYNTHETIC", "SYNTHETIC ep2d_diff_trace_TRACEW"
    assert read_dwi([save(datasets, tmp_path)]).b_values == B_VALUES
