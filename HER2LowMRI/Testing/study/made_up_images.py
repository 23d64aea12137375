"""Small synthetic diffusion images with known D_app and K_app, as one NRRD file per b-value."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
from HER2LowMRILib.images.image_grid import ImageGrid

B_VALUES = (0.0, 800.0, 1400.0, 2000.0)
GRID = ImageGrid((24, 20, 5), (2.0, 2.0, 5.0), (-20.0, -30.0, 10.0))


def write_images(folder: Path, seed: int, grid: ImageGrid = GRID) -> None:
    """b0.nrrd ... b2000.nrrd of a lesion in a breast, noise free but for a little texture."""
    draw = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    d = 1.9 + 0.05 * draw.standard_normal(grid.shape)
    k = 0.5 + 0.03 * draw.standard_normal(grid.shape)
    lesion = lesion_mask(grid)
    d[lesion] = draw.uniform(0.8, 1.3) + 0.1 * draw.standard_normal(int(lesion.sum()))
    k[lesion] = draw.uniform(0.8, 1.1) + 0.05 * draw.standard_normal(int(lesion.sum()))
    s0 = draw.uniform(800, 1200, grid.shape)
    for b in B_VALUES:
        signal = s0 * np.exp(-b / 1000 * d + (b / 1000 * d) ** 2 * k / 6)
        sitk.WriteImage(grid.to_sitk(signal.astype(np.float32)), str(folder / f"b{b:.0f}.nrrd"))


def image_files(folder: Path) -> tuple[Path, ...]:
    return tuple(folder / f"b{b:.0f}.nrrd" for b in B_VALUES)


def lesion_mask(grid: ImageGrid = GRID, grow: int = 0) -> np.ndarray:
    """An ellipsoid; ``grow`` voxels larger in the plane."""
    k, j, i = np.indices(grid.shape)
    centre = [n / 2 for n in grid.shape]
    size = grid.shape[0] / 2.4, grid.shape[1] / 4 + grow, grid.shape[2] / 4 + grow
    return sum(((x - c) / s) ** 2 for x, c, s in zip((k, j, i), centre, size, strict=True)) <= 1
