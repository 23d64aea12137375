"""Tables of b-values and directions beside an image: read as they are meant, or asked about.

All images are synthetic.
"""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import read_dwi
from images.nifti_bytes import write_nifti
from images.vendor_series import signal

RNG_DIRECTIONS = 6


def directions(seed, count=RNG_DIRECTIONS):
    vectors = np.random.default_rng(seed).normal(size=(count, 3))
    return vectors / np.linalg.norm(vectors, axis=1)[:, None]


def write(folder, b_values, vectors, volumes=None, name="dwi"):
    volumes = (
        [signal(b, n % 3 if b > 5 else None) for n, b in enumerate(b_values)] if volumes is None else volumes
    )
    path = write_nifti(folder / f"{name}.nii.gz", [np.asarray(v, np.float32) for v in volumes])
    (folder / f"{name}.bval").write_text(" ".join(f"{b:g}" for b in b_values))
    if vectors is not None:
        rows = np.asarray(vectors, float).T
        (folder / f"{name}.bvec").write_text("\n".join(" ".join(f"{v:.6f}" for v in row) for row in rows))
    return path


def shells(seed, *b_values):
    """b 0 and every b along six directions: b-values, vectors."""
    b = [0.0, *(b for b in b_values for _ in range(RNG_DIRECTIONS))]
    vectors = np.vstack([np.zeros((1, 3)), *(directions(seed + n) for n in range(len(b_values)))])
    return b, vectors


def refused(path):
    with pytest.raises(ImageError) as caught:
        read_dwi([path])
    assert "\n" not in str(caught.value)
    return caught.value


# ---------------------------------------------------------------- NaN
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_direction_that_is_no_number_is_asked_for(tmp_path, seed, value):
    """In place of a volume whose direction nobody knows, the mean of the others would be no trace."""
    b, vectors = shells(seed, 800, 1400)
    at = int(np.random.default_rng(seed).integers(1, len(b)))
    vectors[at, : 1 + seed % 3] = float(value)
    error = refused(write(tmp_path, b, vectors))
    assert f"volume {at + 1}" in str(error) and "direction" in str(error)


@pytest.mark.parametrize("seed", range(5))
def test_b_0_needs_no_direction(tmp_path, seed):
    b, vectors = shells(seed, 800)
    vectors[0] = np.nan
    series = read_dwi([write(tmp_path, b, vectors)])
    assert series.b_values == (0, 800) and series.averages == (1, 6)


# ---------------------------------------------------------------- lengths
@pytest.mark.parametrize("seed", range(8))
def test_lengths_that_differ_under_one_b_value_are_asked_about(tmp_path, seed):
    """On GE the true b is then b |g|^2; elsewhere the directions are only not of unit length."""
    b, vectors = shells(seed, 800, 1400)
    rng = np.random.default_rng(seed)
    chosen = rng.choice(np.arange(1, len(b)), 1 + seed % 4, replace=False)
    vectors[chosen] *= rng.uniform(0.3, 0.9, (len(chosen), 1))
    error = refused(write(tmp_path, b, vectors))
    assert "read in two ways" in str(error) and error.option == "--b-values"


@pytest.mark.parametrize("largest", [800.0, 1400.0, 2000.0, 3000.0, 1234.0])
def test_one_nominal_b_value_with_lengths_of_several_shells_is_asked_about(tmp_path, largest):
    _, vectors = shells(1, 0.4 * largest, largest)
    vectors[1:7] *= np.sqrt(0.4)
    error = refused(write(tmp_path, [0.0] + 12 * [largest], vectors, [signal(0)] + 12 * [signal(800)]))
    assert "read in two ways" in str(error)


@pytest.mark.parametrize("seed", range(5))
def test_lengths_that_follow_from_the_stated_b_values_say_nothing_new(tmp_path, seed):
    b, vectors = shells(seed, 800, 1400, 2000)
    vectors[1:] *= np.sqrt(np.asarray(b[1:]) / 2000)[:, None]
    assert read_dwi([write(tmp_path, b, vectors)]).b_values == (0, 800, 1400, 2000)


@pytest.mark.parametrize("length", [0.5, 0.9, 1.1, 2.0, 100.0])
def test_one_length_that_is_not_1_is_said(tmp_path, length):
    b, vectors = shells(2, 800, 1400)
    series = read_dwi([write(tmp_path, b, length * vectors)])
    assert series.b_values == (0, 800, 1400)
    assert any("length" in warning for warning in series.warnings)


# ---------------------------------------------------------------- a volume without direction among directions
@pytest.mark.parametrize("seed", range(6))
def test_a_b_0_image_under_the_b_value_of_directions_is_asked_about(tmp_path, seed):
    b, vectors = shells(seed, 800, 1400)
    volumes = [signal(value, n % 3 if value > 5 else None) for n, value in enumerate(b)]
    at = int(np.random.default_rng(seed).integers(1, len(b)))
    vectors[at], volumes[at] = 0, signal(0)
    error = refused(write(tmp_path, b, vectors, volumes))
    assert "can be read in two ways" in str(error) and error.option == "--b-values"


@pytest.mark.parametrize("b_trace", [800.0, 1400.0, 2000.0])
def test_a_trace_image_beside_its_directions_is_told_by_its_signal(tmp_path, b_trace):
    b, vectors = shells(4, 800, 1400, 2000)
    volumes = [signal(value, n % 3 if value > 5 else None) for n, value in enumerate(b)]
    here = [volume for volume, value in zip(volumes, b, strict=True) if value == b_trace]
    trace = np.exp(np.mean(np.log(np.asarray(here, float)), axis=0))
    series = read_dwi([write(tmp_path, [*b, b_trace], np.vstack([vectors, np.zeros(3)]), [*volumes, trace])])
    assert np.allclose(series.signals[series.b_values.index(b_trace)], trace, rtol=1e-5)
    assert any("the trace image is used" in text for text in series.dropped)


# ---------------------------------------------------------------- scatter
@pytest.mark.parametrize("seed", range(8))
def test_b_values_that_scatter_by_3_percent_are_one_and_said(tmp_path, seed):
    b, vectors = shells(seed, 800, 1400, 2000)
    rng = np.random.default_rng(seed)
    stated = [0.0, *(round(value * (1 + rng.uniform(-0.03, 0.03))) for value in b[1:])]
    volumes = [signal(value, n % 3 if value > 5 else None) for n, value in enumerate(b)]
    series = read_dwi([write(tmp_path, stated, vectors, volumes)])
    assert len(series.b_values) == 4
    assert np.allclose(series.b_values[1:], (800, 1400, 2000), rtol=0.03)
    assert any("scatter" in warning for warning in series.warnings)


@pytest.mark.parametrize(
    "b_values", [(0, 700, 800), (0, 400, 450), (0, 900, 1000), (0, 50, 100), (0, 1300, 1400)]
)
def test_shells_stay_apart(tmp_path, b_values):
    b, vectors = shells(3, *b_values[1:])
    volumes = [signal(value, n % 3 if value > 5 else None) for n, value in enumerate(b)]
    assert read_dwi([write(tmp_path, b, vectors, volumes)]).b_values == b_values


# ---------------------------------------------------------------- form of the tables
@pytest.mark.parametrize(
    "layout", ["one line", "one column", "commas", "trailing comma", "tabs", "byte order mark"]
)
def test_tables_come_in_many_layouts(tmp_path, layout):
    path = write(tmp_path, [0, 800, 1400, 2000], None, [signal(b) for b in (0, 800, 1400, 2000)])
    text = {
        "one line": "0 800 1400 2000\n",
        "one column": "0\n800\n1400\n2000\n",
        "commas": "0, 800, 1400, 2000",
        "trailing comma": "0,800,1400,2000,\n",
        "tabs": "0\t800\t1400\t2000\r\n",
        "byte order mark": "\ufeff0 800 1400 2000",
    }[layout]
    (tmp_path / "dwi.bval").write_text(text, encoding="utf-8")
    assert read_dwi([path]).b_values == (0, 800, 1400, 2000)


@pytest.mark.parametrize("turned", [False, True])
def test_directions_stand_in_three_rows_or_three_columns(tmp_path, turned):
    b, vectors = shells(5, 800)
    path = write(tmp_path, b, vectors)
    if turned:
        (tmp_path / "dwi.bvec").write_text("\n".join(" ".join(f"{v:.6f}" for v in row) for row in vectors))
    assert read_dwi([path]).images[1].note == "geometric mean of 6 directions"


@pytest.mark.parametrize("text", ["1 0\n0 1\n0 0", "1 0 0\n0 1", "a b c", "1 2 3 4"])
def test_directions_that_do_not_fit_are_refused(tmp_path, text):
    path = write(tmp_path, *shells(5, 800))
    (tmp_path / "dwi.bvec").write_text(text)
    assert "dwi.bvec" in str(refused(path))
