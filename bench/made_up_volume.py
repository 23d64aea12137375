"""A synthetic breast-sized diffusion series: tissue with known D and K below air, Rician noise."""

import numpy as np

B_VALUES = (0.0, 800.0, 1400.0, 2000.0)
SHAPE = (40, 200, 200)
SIGMA = 20.0


def series(seed: int, shape: tuple[int, int, int] = SHAPE) -> list[np.ndarray]:
    """Signals per b-value, int16, (k, j, i)."""
    rng = np.random.default_rng(seed)
    d = rng.normal(1.2, 0.25, shape).clip(0.5, 2.2)
    k = np.minimum(rng.normal(0.9, 0.2, shape).clip(0.2, 1.6), 2.8 / (2 * d))
    tissue = np.indices(shape, sparse=True)[1] > 0.3 * shape[1]
    images = []
    for b in B_VALUES:
        x = b / 1000
        signal = np.where(tissue, 1000 * np.exp(-x * d + x**2 * d**2 * k / 6), 0.0)
        noisy = np.hypot(signal + rng.normal(0, SIGMA, shape), rng.normal(0, SIGMA, shape))
        images.append(np.rint(noisy).astype(np.int16))
    return images


def lesion(shape: tuple[int, int, int] = SHAPE, radii: tuple[int, int, int] = (5, 9, 11)) -> np.ndarray:
    """An ellipsoid of about 2 000 voxels in the tissue, (k, j, i)."""
    z, y, x = np.indices(shape, sparse=True)
    centre = (shape[0] // 2, int(0.6 * shape[1]), int(0.4 * shape[2]))
    return sum(((a - c) / r) ** 2 for a, c, r in zip((z, y, x), centre, radii, strict=True)) <= 1
