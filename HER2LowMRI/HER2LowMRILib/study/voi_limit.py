"""Which VOIs the adjudicator chooses from, and when: where they overlap less than the protocol asks for."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.voi_overlap import voi_overlap


def has_lesion(file: Path) -> bool:
    """Whether a lesion is drawn in a VOI file: who proposes to exclude a case may sign with parts to cut out alone."""
    from HER2LowMRILib.images.voi_files import read_segmentation, read_voi

    try:
        read_voi(file, read_segmentation(file).grid)
    except HER2LowMRIError:
        return False
    return True


def lowest_dice(files: Sequence[Path]) -> float | None:
    """Lowest Dice coefficient of any two VOIs, on the grid of the first.

    Parameters
    ----------
    files : sequence of Path
        Signed VOI files of one case.

    Returns
    -------
    float or None
        0 to 1; None for fewer than two VOIs, or where one cannot be read (the measurement says why).
    """
    from HER2LowMRILib.images.voi_files import read_segmentation, read_voi

    if len(files) < 2:
        return None
    try:
        grid = read_segmentation(files[0]).grid
        masks = [np.asarray(read_voi(file, grid).mask, dtype=bool) for file in files]
    except HER2LowMRIError:
        return None
    spacing = grid.spacing_mm[::-1]
    return min(
        (_dice(first, second, spacing) for first, second in combinations(masks, 2)),
        default=None,
    )


def _dice(first: np.ndarray, second: np.ndarray, spacing_mm: tuple[float, float, float]) -> float:
    if not first.any() or not second.any():
        return 0.0
    return float(voi_overlap(first, second, spacing_mm).dice)
