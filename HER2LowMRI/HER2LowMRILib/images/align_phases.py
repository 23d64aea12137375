"""Align a phase of the dynamic series to the one before contrast: only where somebody asked for it, and then recorded.

Registration by SimpleITK (Mattes mutual information, every voxel of the shrunken images, no random sampling): the same
images give the same matrix. What is kept is the matrix; the aligned image is made from it each time.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid

if TYPE_CHECKING:
    # Loaded where it is used: it takes a third of the time that the library takes to load.
    import SimpleITK as sitk

RIGID, AFFINE = "rigid", "affine"
METHODS = (RIGID, AFFINE)
Matrix = tuple[tuple[float, ...], ...]
# Contrast changes between phases: mutual information does not mind.
_BINS, _ITERATIONS = 32, 100
# Fine enough for a breast, coarse enough for a reader who waits [voxels along an axis].
_COARSE, _FINE = 64, 128
_DIGITS = 9


def align(before: np.ndarray, phase: np.ndarray, grid: ImageGrid, method: str = RIGID) -> Matrix:
    """Find how a phase lies against the one before contrast.

    Parameters
    ----------
    before, phase : ndarray, shape (k, j, i)
        On one grid.
    grid : ImageGrid
    method : {"rigid", "affine"}

    Returns
    -------
    tuple of tuple of float, (4, 4)
        Takes a place before contrast to the same tissue in the phase [mm, LPS].

    Raises
    ------
    ImageError
        If the method is unknown, the images lie on other voxels, or no alignment was found.
    """
    import SimpleITK as sitk

    if method not in METHODS:
        raise ImageError("Phases cannot be aligned so", needed=" or ".join(METHODS), found=str(method)[:20])
    if before.shape != grid.shape or phase.shape != grid.shape:
        raise ImageError("Phases cannot be aligned", needed="one voxel grid")
    fixed, moving = (grid.to_sitk(np.asarray(one, np.float32)) for one in (before, phase))
    start: sitk.Transform = sitk.Euler3DTransform() if method == RIGID else sitk.AffineTransform(3)
    start.SetFixedParameters(_middle(fixed, start))
    registration = sitk.ImageRegistrationMethod()
    registration.SetMetricAsMattesMutualInformation(_BINS)
    registration.SetMetricSamplingStrategy(registration.NONE)
    registration.SetInterpolator(sitk.sitkLinear)
    registration.SetOptimizerAsRegularStepGradientDescent(1.0, 1e-3, _ITERATIONS, 0.5, 1e-6)
    registration.SetOptimizerScalesFromPhysicalShift()
    registration.SetNumberOfThreads(1)
    longest = max(grid.size_ijk)
    registration.SetShrinkFactorsPerLevel([max(1, longest // _COARSE), max(1, longest // _FINE)])
    registration.SetSmoothingSigmasPerLevel([2.0, 1.0])
    registration.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    registration.SetInitialTransform(start, inPlace=True)
    try:
        registration.Execute(fixed, moving)
    except RuntimeError as error:
        raise ImageError("The phases could not be aligned", found="no overlap or no contrast") from error
    return _matrix(start)


def moved_back(
    phase: np.ndarray,
    grid: ImageGrid,
    matrix: Sequence[Sequence[float]],
    box: tuple[slice, slice, slice] | None = None,
) -> np.ndarray:
    """A phase on the voxels of the one before contrast, by linear interpolation.

    Parameters
    ----------
    phase : ndarray, shape (k, j, i)
    grid : ImageGrid
    matrix : (4, 4)
        As `align` returns it.
    box : tuple of slice, optional
        Along k, j, i: only these voxels, with starts and stops within the volume; all when left out.

    Returns
    -------
    ndarray of float32, shape (k, j, i) of the box
        0 where the phase was not acquired.

    Raises
    ------
    ImageError
        If the matrix is none.
    """
    import SimpleITK as sitk

    numbers = np.asarray(matrix, np.float64)
    if numbers.shape != (4, 4) or not np.isfinite(numbers).all():
        raise ImageError("The phase cannot be aligned", needed="a matrix of 4 x 4 numbers")
    transform = sitk.AffineTransform(3)
    transform.SetMatrix(numbers[:3, :3].ravel().tolist())
    transform.SetTranslation(numbers[:3, 3].tolist())
    image = grid.to_sitk(np.asarray(phase, np.float32))
    k, j, i = box if box is not None else tuple(slice(0, size) for size in grid.shape)
    first = image.TransformIndexToPhysicalPoint((i.start, j.start, k.start))
    moved = sitk.Resample(
        image,
        (i.stop - i.start, j.stop - j.start, k.stop - k.start),
        transform,
        sitk.sitkLinear,
        first,
        grid.spacing_mm,
        grid.direction,
        0.0,
        sitk.sitkFloat32,
    )
    return sitk.GetArrayFromImage(moved)


def largest_shift_mm(matrix: Sequence[Sequence[float]], grid: ImageGrid) -> float:
    """How far a matrix moves the corner of the middle half of a volume that it moves most [mm]."""
    size = np.asarray(grid.size_ijk, float)
    corners = np.array(np.meshgrid(*((0.25 * n, 0.75 * n) for n in size))).reshape(3, -1)
    places = grid.ijk_to_lps() @ np.vstack([corners, np.ones(corners.shape[1])])
    moved = np.asarray(matrix, float) @ places
    return float(np.linalg.norm((moved - places)[:3], axis=0).max())


def _middle(image: "sitk.Image", transform: "sitk.Transform") -> list[float]:
    middle = image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in image.GetSize()])
    # Euler transforms have a flag after their centre.
    return [*middle, *transform.GetFixedParameters()[3:]]


def _matrix(transform: "sitk.Transform") -> Matrix:
    places = np.vstack([np.zeros(3), np.eye(3)])
    moved = np.array([transform.TransformPoint(place.tolist()) for place in places])
    origin, axes = moved[0], (moved[1:] - moved[0]).T
    found = np.round(np.vstack([np.column_stack([axes, origin]), [0.0, 0.0, 0.0, 1.0]]), _DIGITS)
    return tuple(tuple(float(part) for part in row) for row in found)
