"""Synthetic signals with known D and K, for the tests of the fit. Made up, not measured."""

import numpy as np

B_PAPER = (0.0, 800.0, 1400.0, 2000.0)
"""Shen et al., Tomography 2025;11(3):31."""


def decay(d, k, b_values, s0=1000.0):
    """Noise-free signals of the kurtosis model; d in 1e-3 mm2/s, b in s/mm2."""
    d, k = np.asarray(d, float), np.asarray(k, float)
    return [s0 * np.exp(-b / 1000 * d + (b / 1000) ** 2 * d**2 * k / 6) for b in b_values]


def random_tissue(rng, count, b_max=2.0):
    """D 0.3 to 3 and K 0 to 2, so that the signal falls up to b_max [ms/um2]."""
    d = rng.uniform(0.3, 3.0, count)
    k = np.minimum(rng.uniform(0.0, 2.0, count), 2.8 / (b_max * d))
    return d, k


def rician(rng, signals, sigma, averages=None):
    """Magnitude signals with noise, the mean of `averages` acquisitions each."""
    averages = averages or [1] * len(signals)
    return [
        np.mean(
            [np.hypot(s + rng.normal(0, sigma, s.shape), rng.normal(0, sigma, s.shape)) for _ in range(n)],
            axis=0,
        )
        for s, n in zip(signals, averages, strict=True)
    ]


def lstsq_fit(signals, b_values, averages, s0_measured=False):
    """Weighted least squares voxel by voxel with numpy.linalg.lstsq, weights n S^2: the independent truth."""
    b = np.asarray(b_values) / 1000
    design = np.stack([np.ones_like(b), -b, b**2 / 6], axis=1)
    s = np.stack([np.asarray(x, np.float64).reshape(-1) for x in signals])
    root = np.sqrt(np.asarray(averages, float))[:, None] * s
    y = np.log(s)
    if s0_measured:
        design, root, y = design[1:, 1:], root[1:], (y - y[0])[1:]
    result = np.array(
        [
            np.linalg.lstsq(design * w[:, None], w * v, rcond=None)[0][-2:]
            for w, v in zip(root.T, y.T, strict=True)
        ]
    )
    d, q = result.T
    return d, q / d**2


def adc_of_all_b(signals, b_values):
    """ADC as the slope of the unweighted line through ln S at all b-values, as scanner consoles fit it [1e-3 mm2/s]."""
    b = np.asarray(b_values, float) / 1000
    slope = (b - b.mean()) / ((b - b.mean()) ** 2).sum()
    with np.errstate(all="ignore"):
        adc = -sum(
            weight * np.log(np.asarray(s, np.float64)) for s, weight in zip(signals, slope, strict=True)
        )
    return np.where(np.isfinite(adc), adc, np.nan)
