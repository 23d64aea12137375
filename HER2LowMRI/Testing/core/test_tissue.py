"""Tissue is told from air for display, at every brightness and noise that scanners give."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.tissue import tissue_mask


def breast(scale: float, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A disc of suppressed fat with bright gland in it, in air of Rician noise."""
    generator = np.random.default_rng(seed)
    j, i = np.mgrid[:96, :128]
    body = ((j - 60) / 34) ** 2 + ((i - 64) / 50) ** 2 < 1
    gland = ((j - 60) / 14) ** 2 + ((i - 50) / 16) ** 2 < 1
    truth = np.stack([body] * 4)
    signal = np.where(gland, 1.0, np.where(body, 0.25, 0.0)) * np.ones((4, 1, 1)) * scale
    real, imaginary = generator.normal(0, noise * scale, (2, *truth.shape))
    return np.hypot(signal + real, imaginary), truth


@pytest.mark.parametrize("scale", [1e-3, 1.0, 800.0, 3e4])
@pytest.mark.parametrize("noise", [0.005, 0.01, 0.02])
def test_the_body_is_found_at_any_brightness(scale, noise):
    signal, truth = breast(scale, noise, seed=3)
    found = tissue_mask(signal, 3 * noise * scale)
    dice = 2 * (found & truth).sum() / (found.sum() + truth.sum())
    assert dice > 0.97


def test_a_void_in_the_body_is_not_air():
    signal, _truth = breast(1.0, 0.01, seed=4)
    signal[:, 58:62, 60:66] = 0
    assert tissue_mask(signal, 0.03)[:, 58:62, 60:66].all()


def test_values_that_are_no_numbers_are_air_and_an_image_that_is_no_volume_is_refused():
    signal, _ = breast(1.0, 0.01, seed=5)
    signal[:, :5] = np.nan
    assert not tissue_mask(signal)[:, :4].any()
    with pytest.raises(ImageError, match="three axes"):
        tissue_mask(signal[0])
