"""The noise from the air around the patient: right where there is air, no estimate where there is none. Synthetic."""

import numpy as np
import pytest
from core.kurtosis_signals import B_PAPER, decay, rician
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import FitQuality
from HER2LowMRILib.core.noise_floor import estimate_noise

SHAPE = (6, 96, 128)
SIGMA = 12.0


def noise_free(air=0.35):
    """Tissue in the lower part of every slice, nearly without decay at one side (fat), air above."""
    _, y, x = np.indices(SHAPE)
    tissue = y > air * SHAPE[1]
    fat = tissue & (x < 40)
    d, k = np.where(fat, 0.05, 1.2), np.where(fat, 0.1, 0.8)
    return [np.where(tissue, s, 0.0) for s in decay(d, k, B_PAPER, s0=800.0)], tissue


def noisy(sigma=SIGMA, averages=None, air=0.35):
    clean, tissue = noise_free(air)
    return rician(np.random.default_rng(17), clean, sigma, averages), tissue


@pytest.mark.parametrize("sigma", [2.0, 12.0, 25.0])
@pytest.mark.parametrize("averages", [[1, 1, 1, 1], [1, 3, 6, 12]])
def test_the_noise_of_the_air_is_found(sigma, averages):
    signals, _ = noisy(sigma, averages)
    estimate = estimate_noise(signals[0], signals[-1])
    assert estimate.sigma == pytest.approx(sigma, rel=0.05)
    assert estimate.floor == 3 * estimate.sigma
    assert estimate.voxels > 5000
    assert "of air" in estimate.text()


def test_integers_as_scanners_store_them_give_the_same_noise():
    signals, _ = noisy(6.0)
    estimate = estimate_noise(*(np.floor(signals[i]).astype(np.int16) for i in (0, -1)))
    assert estimate.sigma == pytest.approx(6.0, abs=0.6)


def test_a_blank_frame_as_after_distortion_correction_does_not_hide_the_air():
    signals, _ = noisy()
    for s in signals:
        s[:, :5], s[:, :, -5:] = 0, 0
    assert estimate_noise(signals[0], signals[-1]).sigma == pytest.approx(SIGMA, rel=0.05)


def blanked(signals, tissue):
    return [np.where(tissue, s, 0) for s in signals]


def not_a_number_outside(signals, tissue):
    return [np.where(tissue, s, np.nan) for s in signals]


def filled(signals, tissue):
    return [np.where(tissue, s, 15.0) for s in signals]


def only_tissue(signals, tissue):
    return [s[:, 40:] for s in signals]


def offset_by_image(signals, tissue):
    return [s + 60 * i for i, s in enumerate(signals)]


def rescaled_by_image(signals, tissue):
    return [s * 2.0**i for i, s in enumerate(signals)]


def shaded(signals, tissue):
    ramp = np.geomspace(1, 50, SHAPE[2])
    return [np.where(tissue, s, s * ramp) for s in signals]


def two_halves(signals, tissue):
    # Joined from two scans: neither half is the air of the whole image.
    return [np.where(np.indices(SHAPE)[2] < SHAPE[2] // 2, s, np.where(tissue, s, 8 * s)) for s in signals]


def three_bands(signals, tissue):
    band = np.array([1.0, 2.0, 3.4])[np.indices(SHAPE)[2] * 3 // SHAPE[2]]
    return [np.where(tissue, s, s * band) for s in signals]


def small(signals, tissue):
    return [s[:, :30, :30] for s in signals]


def one_slice_without_depth(signals, tissue):
    return [s[0] for s in signals]


@pytest.mark.parametrize(
    "spoil",
    [
        blanked,
        not_a_number_outside,
        filled,
        only_tissue,
        offset_by_image,
        rescaled_by_image,
        shaded,
        two_halves,
        three_bands,
        small,
        one_slice_without_depth,
    ],
    ids=lambda f: f.__name__,
)
def test_without_honest_air_there_is_no_estimate_and_a_reason(spoil):
    signals, tissue = noisy()
    estimate = estimate_noise(*spoil([signals[0], signals[-1]], tissue))
    assert (estimate.sigma, estimate.floor, estimate.voxels) == (None, None, 0)
    assert estimate.text().startswith("No estimate of the noise: ")


def test_a_blanked_background_is_called_by_its_name():
    signals, tissue = noisy()
    assert "background was blanked" in estimate_noise(*blanked([signals[0], signals[-1]], tissue)).text()


def test_air_falls_below_the_floor_and_tissue_does_not():
    signals, tissue = noisy()
    maps = fit_maps(
        signals, B_PAPER, options=FitOptions(noise_floor=estimate_noise(signals[0], signals[-1]).floor)
    )
    noise = (maps.quality & FitQuality.NOISE_FLOOR) != 0
    assert noise[~tissue].mean() > 0.98
    assert noise[tissue].mean() < 0.01


@pytest.mark.shared_data
def test_a_measured_phantom_has_the_noise_of_its_corners(shared_dir):
    from core.test_fit_phantom import read_phantom

    signals = read_phantom(shared_dir)[0]
    # The scanner evens out the sensitivity of its coils, so that the noise grows towards the middle: the corners
    # are its lower bound.
    edge = (np.s_[4:16], np.s_[-16:-4])
    corners = np.concatenate([signals[-1][:, j, i].ravel() for j in edge for i in edge])
    estimate = estimate_noise(signals[0], signals[-1])
    assert estimate.sigma == pytest.approx(np.median(corners) / 1.1774, rel=0.35)
    blank_around_the_phantom = [np.where(signals[0] > 60, signals[i], 0) for i in (0, -1)]
    assert estimate_noise(*blank_around_the_phantom).sigma is None
