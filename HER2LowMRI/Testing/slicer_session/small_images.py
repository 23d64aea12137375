"""Small synthetic DICOM series for tests of the panel: a lesion in an ellipse of tissue, made in moments."""

from pathlib import Path

import numpy as np
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.synthetic.anatomy import Phantom
from HER2LowMRILib.synthetic.cases import draw_case
from HER2LowMRILib.synthetic.dwi_series import write_series

GRID = ImageGrid((48, 40, 8), (2.0, 2.0, 5.0), (-48.0, -40.0, -20.0))


def small_phantom(number: int, grid: ImageGrid = GRID) -> Phantom:
    """A lesion with a necrotic core; its place and diffusion differ from case to case."""
    k, j, i = np.indices(grid.shape)
    depth, height, width = grid.shape
    body = ((i - width / 2) / (width * 0.45)) ** 2 + ((j - height / 2) / (height * 0.45)) ** 2 < 1
    centre = (width * 0.4 + number, height * 0.5 - number, depth / 2)
    radius = width * 0.13
    far = (
        np.hypot((i - centre[0]) / radius, (j - centre[1]) / radius) ** 2
        + ((k - centre[2]) / (depth * 0.28)) ** 2
    )
    lesion, core = body & (far < 1), body & (far < 0.12)
    rng = np.random.default_rng(number)
    s0 = np.where(body, 700, 0) + np.where(lesion, 250, 0)
    d = np.where(body, 1.9, 0.0)
    d[lesion] = rng.normal(1.05 + 0.05 * number, 0.12, lesion.sum()).clip(0.5)
    d[core] = 2.2
    kurtosis = np.where(body, 0.45, 0.0)
    kurtosis[lesion] = rng.normal(0.85, 0.1, lesion.sum()).clip(0.2)
    kurtosis[core] = 0.3
    return Phantom(
        grid,
        s0.astype(np.float32),
        d.astype(np.float32),
        kurtosis.astype(np.float32),
        lesion,
        {"necrosis": core},
    )


def write_small_series(folder: Path, number: int, grid: ImageGrid = GRID) -> Phantom:
    """Write the DICOM files of one small case.

    Returns
    -------
    Phantom
        The truth.
    """
    phantom = small_phantom(number, grid)
    write_series(draw_case(number), phantom, folder)
    return phantom
