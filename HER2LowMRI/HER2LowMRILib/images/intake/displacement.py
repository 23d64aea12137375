"""How far the images of two b-values lie apart, and moving one onto the other on request."""

from dataclasses import replace
from typing import Any

import numpy as np

from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.diffusion_series import BImage, DiffusionSeries


def in_plane_shift(fixed: np.ndarray, moving: np.ndarray) -> tuple[float, float]:
    """Shift of ``moving`` against ``fixed`` along i and j [voxels], by correlating their edges.

    Edges, because tissue changes its contrast with b but not its outline; the cross-correlations of all slices are
    summed, and the peak is interpolated by a parabola.

    Parameters
    ----------
    fixed, moving : ndarray, shape (k, j, i)

    Returns
    -------
    tuple of float
        (along i, along j); NaN where an image has no edges.
    """
    total: np.ndarray = np.zeros(1, complex)
    for a, b in zip(_compressed(fixed), _compressed(moving), strict=True):
        total = total + np.fft.rfft2(_edges(b)) * np.conj(np.fft.rfft2(_edges(a)))
    correlation = np.fft.irfft2(total, s=fixed.shape[1:])
    if not np.isfinite(correlation).all() or correlation.max() <= 0:
        return float("nan"), float("nan")
    peak = np.unravel_index(np.argmax(correlation), correlation.shape)
    shifts = []
    for axis, at in enumerate(peak):
        n = correlation.shape[axis]
        low, mid, high = (
            correlation[tuple((p + d if a == axis else p) % correlation.shape[a] for a, p in enumerate(peak))]
            for d in (-1, 0, 1)
        )
        curvature = low - 2 * mid + high
        sub = 0.5 * (low - high) / curvature if curvature < 0 else 0.0
        shifts.append(float((at + n // 2) % n - n // 2 + sub))
    return shifts[1], shifts[0]


def align_to_lowest_b(series: DiffusionSeries) -> DiffusionSeries:
    """Move the image of every higher b-value rigidly onto that of the lowest; every move is noted.

    Mutual information (Mattes), because contrast changes with b. Voxels that come from outside the image are NaN.
    """
    fixed = series.images[0]
    moved = [fixed, *(_aligned(fixed, image, series.grid) for image in series.images[1:])]
    warning = Notice(
        "aligned",
        "The images were moved onto b 0 by a rigid registration; K_app is sensitive to the interpolation.",
    )
    return replace(series, images=tuple(moved), warnings=(*series.warnings, warning))


def _aligned(fixed: BImage, image: BImage, grid: ImageGrid) -> BImage:
    import SimpleITK as sitk

    still, moving = (grid.to_sitk(b.array.astype(np.float32)) for b in (fixed, image))
    itk: Any = sitk  # it states only part of its types
    registration = itk.ImageRegistrationMethod()
    registration.SetMetricAsMattesMutualInformation(32)
    registration.SetMetricSamplingStrategy(registration.REGULAR)
    registration.SetMetricSamplingPercentage(0.25, 1)
    registration.SetInterpolator(sitk.sitkLinear)
    registration.SetOptimizerAsRegularStepGradientDescent(0.5, 1e-3, 100)
    registration.SetOptimizerScalesFromPhysicalShift()
    # One thread and a fixed seed: a study must be repeatable to the last digit.
    registration.SetNumberOfThreads(1)
    transform = itk.CenteredTransformInitializer(
        still, moving, itk.Euler3DTransform(), itk.CenteredTransformInitializerFilter.GEOMETRY
    )
    registration.SetInitialTransform(transform, inPlace=True)
    registration.Execute(still, moving)
    resampled = sitk.Resample(moving, still, transform, sitk.sitkLinear, float("nan"))
    angles = np.degrees([transform.GetAngleX(), transform.GetAngleY(), transform.GetAngleZ()])
    move = ", ".join(f"{part:.2f}" for part in transform.GetTranslation())
    turn = ", ".join(f"{part:.2f}" for part in angles)
    note = f"moved rigidly onto b {fixed.b_value:g} by ({move}) mm and ({turn}) degrees"
    array = sitk.GetArrayFromImage(resampled)
    return replace(image, array=array, note="; ".join(text for text in (image.note, note) if text))


def _compressed(array: np.ndarray) -> np.ndarray:
    """Brighter values pressed together, so that edges of dim tissue count and noise does not."""
    values = np.nan_to_num(np.asarray(array, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    top = np.percentile(values, 99)
    return np.log1p(np.maximum(values, 0) / (0.1 * top)) if top > 0 else values


def _edges(plane: np.ndarray) -> np.ndarray:
    down, across = (
        np.gradient(plane) if min(plane.shape) > 1 else (np.zeros_like(plane), np.zeros_like(plane))
    )
    # The border of the field of view is an edge that does not move.
    window = np.outer(np.hanning(plane.shape[0] + 2)[1:-1], np.hanning(plane.shape[1] + 2)[1:-1])
    edges = np.hypot(down, across) * window
    return np.asarray(edges - edges.mean())
