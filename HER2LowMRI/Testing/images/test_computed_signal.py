"""An image that was computed from others is told by its voxels, whatever its name and its header say.

All images are synthetic, with Rician noise; computed ones are made as scanners make them, rounded.
"""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake import read_dwi
from images.nifti_bytes import write_nifti
from images.vendor_series import SHAPE, public, put_pixels, save, signal


def measured(b, noise, rng):
    real = signal(b) + rng.normal(0, noise, SHAPE)
    return np.clip(np.rint(np.hypot(real, rng.normal(0, noise, SHAPE))), 1, 4095)


def computed(b, sources):
    """What a straight line through the logarithms of the sources gives."""
    b_values = np.array(list(sources))
    design = np.stack([np.ones(len(b_values)), b_values])
    logs = np.log(np.array([image.ravel() for image in sources.values()]))
    intercept, slope = np.linalg.lstsq(design.T, logs, rcond=None)[0]
    return np.clip(np.rint(np.exp(intercept + slope * b)), 0, 4095).reshape(SHAPE)


WAYS = [
    ((0.0, 800.0, 1400.0), 2000.0, (0.0, 800.0)),
    ((0.0, 800.0, 1400.0), 2000.0, (0.0, 800.0, 1400.0)),
    ((0.0, 800.0, 1400.0), 2000.0, (800.0, 1400.0)),
    ((0.0, 800.0), 1500.0, (0.0, 800.0)),
    ((50.0, 400.0, 800.0), 1500.0, (50.0, 400.0, 800.0)),
    ((0.0, 50.0, 400.0, 800.0), 2000.0, (50.0, 400.0, 800.0)),
    ((0.0, 1000.0, 2000.0), 1500.0, (0.0, 1000.0)),
]


def images_of(b_values, b=None, sources=(), noise=12.0, seed=1):
    rng = np.random.default_rng(seed)
    images = {one: measured(one, noise, rng) for one in b_values}
    if b is not None:
        images[b] = computed(b, {one: images[one] for one in sources})
    return images


def as_dicom(images, folder):
    datasets = public(tuple(images))
    for number, ds in enumerate(datasets):
        put_pixels(ds, images[float(ds.DiffusionBValue)][number % SHAPE[0]])
    return save(datasets, folder)


@pytest.mark.parametrize(("b_values", "b", "sources"), WAYS)
@pytest.mark.parametrize("noise", [6.0, 12.0, 30.0])
def test_a_computed_image_is_asked_about_without_any_word_of_it(tmp_path, b_values, b, sources, noise):
    folder = as_dicom(images_of(b_values, b, sources, noise), tmp_path)
    with pytest.raises(
        ImageError, match=rf"an image with noise of its own, found the image at b {b:g} is, to round"
    ):
        read_dwi([folder])


@pytest.mark.parametrize(("b_values", "b", "sources"), WAYS[:3])
def test_in_nifti_too_and_typed_b_values_are_believed_and_it_is_said(tmp_path, b_values, b, sources):
    images = images_of(b_values, b, sources)
    file = write_nifti(tmp_path / "dwi.nii", [images[one].astype(np.int16) for one in sorted(images)])
    file = tmp_path / "dwi.nii"
    (tmp_path / "dwi.bval").write_text(" ".join(f"{one:g}" for one in sorted(images)))
    with pytest.raises(ImageError, match="an image with noise of its own"):
        read_dwi([file])
    series = read_dwi([file], b_values=sorted(images))
    assert any("was probably computed, not measured" in text for text in series.warnings)


@pytest.mark.parametrize("b_values", [(0.0, 800.0, 1400.0, 2000.0), (0.0, 500.0, 1000.0), (0.0, 50.0, 800.0)])
@pytest.mark.parametrize("noise", [0.0, 1.0, 4.0, 12.0, 30.0])
def test_measured_images_are_read_without_a_word(tmp_path, b_values, noise):
    series = read_dwi([as_dicom(images_of(b_values, noise=noise), tmp_path)])
    assert series.b_values == b_values
    assert not any("computed" in text for text in series.warnings)


def test_a_simulation_without_noise_and_kurtosis_is_read_and_it_is_said(tmp_path):
    s0, adc = 1000.0, 0.8 + np.indices(SHAPE)[2] / 20
    images = {b: np.rint(s0 * np.exp(-b / 1000 * adc)) for b in (0.0, 800.0, 1500.0)}
    series = read_dwi([as_dicom(images, tmp_path)])
    assert any("was probably computed, not measured" in text for text in series.warnings)
