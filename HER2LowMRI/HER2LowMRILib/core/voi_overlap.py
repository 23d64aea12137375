"""How much two VOIs of the same lesion agree: Dice coefficient and Hausdorff distance."""

from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import ImageError


@dataclass(frozen=True)
class VoiOverlap:
    """Agreement of two VOIs on one grid.

    Attributes
    ----------
    dice : float
        2 |A and B| / (|A| + |B|), 0 to 1.
    hausdorff_95_mm : float
        95th percentile of the distances between the two surfaces, both ways pooled [mm].
    volume_a_mm3, volume_b_mm3 : float
        Volumes [mm3].
    """

    dice: float
    hausdorff_95_mm: float
    volume_a_mm3: float
    volume_b_mm3: float


def voi_overlap(a: np.ndarray, b: np.ndarray, spacing_mm: tuple[float, float, float]) -> VoiOverlap:
    """Compare two VOIs.

    Parameters
    ----------
    a, b : ndarray of bool, shape (k, j, i)
        The two masks, on the same grid, neither empty.
    spacing_mm : tuple of float
        Voxel size along k, j and i [mm].

    Returns
    -------
    VoiOverlap

    Raises
    ------
    ImageError
        When the shapes differ or a mask is empty.

    References
    ----------
    Taha AA, Hanbury A. Metrics for evaluating 3D medical image segmentation. BMC Med Imaging 2015;15:29,
    doi:10.1186/s12880-015-0068-x.
    """
    # scipy.ndimage costs a tenth of a second to import and is needed here only.
    from scipy import ndimage

    a, b = np.asarray(a, bool), np.asarray(b, bool)
    if a.shape != b.shape:
        raise ImageError(
            "Two VOIs cannot be compared", needed=f"one grid {a.shape}", found=f"{b.shape} voxels"
        )
    if not a.any() or not b.any():
        raise ImageError("Two VOIs cannot be compared", needed="voxels in both", found="an empty VOI")
    voxel_mm3 = float(np.prod(spacing_mm))
    volumes = int(a.sum()), int(b.sum())
    dice = 2 * int((a & b).sum()) / sum(volumes)
    # Distances are taken inside the box around both; the rim of one voxel keeps its outside outside.
    filled = [np.flatnonzero(_any_along(a | b, axis)) for axis in range(3)]
    box = tuple(slice(int(indices.min()), int(indices.max()) + 1) for indices in filled)
    a, b = np.pad(a[box], 1), np.pad(b[box], 1)
    surface_a, surface_b = a & ~ndimage.binary_erosion(a), b & ~ndimage.binary_erosion(b)
    to_a = ndimage.distance_transform_edt(~surface_a, sampling=spacing_mm)
    to_b = ndimage.distance_transform_edt(~surface_b, sampling=spacing_mm)
    distances = np.concatenate([to_b[surface_a], to_a[surface_b]])
    return VoiOverlap(
        dice, float(np.percentile(distances, 95)), volumes[0] * voxel_mm3, volumes[1] * voxel_mm3
    )


def _any_along(mask: np.ndarray, axis: int) -> np.ndarray:
    return np.asarray(mask.any(axis=tuple(n for n in range(3) if n != axis)))
