"""Contrast enhancement of a dynamic series: subtraction, projection, percent enhancement, SER, enhancing fraction.

Everything is computed from the signals. What a viewer subtracts are windowed pictures, which say nothing of either.

Sources: percent and signal enhancement ratio, and the enhancing volume, Hylton et al., Radiology 2012;263:663-672
(doi:10.1148/radiol.12110748), with the thresholds of the ISPY2 processing (percent enhancement 70 %, SER 0, four
neighbours, background at 60 % of the 95th percentile).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from HER2LowMRILib.core.errors import ImageError

SMALLEST_PE, SMALLEST_SER, FEWEST_NEIGHBOURS = 70.0, 0.0, 4
BACKGROUND_FRACTION, BACKGROUND_PERCENTILE = 0.6, 95.0
EARLY_S, LATE_S = 150.0, 450.0
FEWEST_VOXELS_OF_SPOT = 3


def subtraction(later: np.ndarray, earlier: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Signal that came between two phases, with its sign: dark beside bright along an edge is motion.

    Parameters
    ----------
    later, earlier : ndarray, shape (k, j, i)
        On one grid.
    out : ndarray, optional
        Is written to and returned, a large volume less in memory; of the type that `type_of_difference` gives.

    Returns
    -------
    ndarray, shape (k, j, i)
        Integers of integers, wide enough for every difference; else float32.

    Raises
    ------
    ImageError
        If the shapes differ.
    """
    _same_shape(later, earlier)
    if out is None:
        out = np.empty(later.shape, type_of_difference(later, earlier))
    _same_shape(later, out)
    if out.dtype.kind == "i" and all(
        one.dtype.kind in "ui" and one.dtype.itemsize == out.dtype.itemsize for one in (later, earlier)
    ):
        # As signed integers of the same width the difference is the same, and numpy need not convert a copy.
        return np.subtract(later.view(out.dtype), earlier.view(out.dtype), out=out)
    return np.subtract(later, earlier, out=out, dtype=out.dtype, casting="unsafe")


def type_of_difference(later: np.ndarray, earlier: np.ndarray) -> np.dtype:
    """Type of the voxels of a subtraction: wide enough for every difference, and no wider."""
    kinds = {later.dtype.kind, earlier.dtype.kind}
    if not kinds <= {"u", "i"} or max(later.dtype.itemsize, earlier.dtype.itemsize) > 2:
        return np.dtype(np.float32)
    widest = np.iinfo(np.int16).max
    top = max(int(later.max(initial=0)), int(earlier.max(initial=0)))
    low = 0
    if "i" in kinds:
        low = min(int(later.min(initial=0)), int(earlier.min(initial=0)))
    return np.dtype(np.int16 if top - low <= widest else np.int32)


def maximum_projection(volume: np.ndarray, axis: int = 0) -> np.ndarray:
    """Brightest value along an axis (0: along the slices); what is not a number is passed over.

    Parameters
    ----------
    volume : ndarray, shape (k, j, i)
    axis : int

    Returns
    -------
    ndarray, two dimensions
        NaN where nothing along the axis is a number.
    """
    projected: np.ndarray = np.fmax.reduce(volume, axis=axis)
    return projected


def background_level(before: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Signal below which a voxel before contrast holds too little to divide by: 60 % of the 95th percentile.

    Parameters
    ----------
    before : ndarray
        Signal before contrast.
    mask : ndarray of bool, optional
        Where the percentile is taken.
    """
    values = before[mask] if mask is not None else before
    values = values[np.isfinite(values)]
    return float(BACKGROUND_FRACTION * np.percentile(values, BACKGROUND_PERCENTILE)) if values.size else 0.0


def percent_enhancement(before: np.ndarray, after: np.ndarray, floor: float = 0.0) -> np.ndarray:
    """Percent enhancement 100 (S - S0) / S0.

    Parameters
    ----------
    before, after : ndarray
        S0 and S.
    floor : float
        S0 must be above it: noise divided by noise says nothing.

    Returns
    -------
    ndarray of float64
        [%]; NaN where S0 is not above the floor or not above 0.
    """
    _same_shape(before, after)
    s0, s = np.asarray(before, np.float64), np.asarray(after, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        enhancement = 100.0 * (s - s0) / s0
    return np.where((s0 > floor) & (s0 > 0) & np.isfinite(enhancement), enhancement, np.nan)


def signal_enhancement_ratio(before: np.ndarray, early: np.ndarray, late: np.ndarray) -> np.ndarray:
    """SER = (S_early - S0) / (S_late - S0): above 1.1 the signal washes out, below 0.9 it goes on rising.

    Returns
    -------
    ndarray of float64
        NaN where S_late is not above S0.
    """
    _same_shape(before, early)
    _same_shape(before, late)
    s0, first, last = (np.asarray(image, np.float64) for image in (before, early, late))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (first - s0) / (last - s0)
    return np.where((last > s0) & np.isfinite(ratio), ratio, np.nan)


def early_and_late(times_s: Sequence[float]) -> tuple[int, int]:
    """Numbers of the early and the late phase: those whose middle lies nearest 150 s and 450 s after the first post.

    Parameters
    ----------
    times_s : sequence of float
        Start of each phase [s]; number 0 is before contrast. The last lasts as long as the others usually do.

    Raises
    ------
    ImageError
        If there are fewer than two phases after contrast.
    """
    times = np.asarray(times_s, np.float64)
    if times.size < 3:
        raise ImageError(
            "An early and a late phase cannot be told",
            needed="2 phases after contrast",
            found=f"{times.size - 1}",
        )
    middles = phase_middles(times)[1:]
    early = int(np.argmin(np.abs(middles - EARLY_S))) + 1
    late = int(np.argmin(np.abs(middles - LATE_S))) + 1
    # Of a short series both would be the last.
    return (early, late) if early < late else (min(early, times.size - 2), times.size - 1)


def phase_middles(times_s: np.ndarray) -> np.ndarray:
    """Middle of each phase after the start of the first after contrast [s]; a phase lasts until the next begins."""
    lasts = float(np.median(np.diff(times_s[1:]))) if times_s.size > 2 else 0.0
    middles: np.ndarray = times_s - times_s[1] + lasts / 2.0
    return middles


@dataclass(frozen=True)
class EnhancingFraction:
    """How much of a VOI enhances as tumours do.

    Attributes
    ----------
    fraction : float
        Of the voxels that could be judged; NaN if there are none.
    voxels, judged : int
        Voxels that enhance, and those that could be judged.
    ser : float
        Mean SER of those that enhance; NaN if there are none.
    """

    fraction: float
    voxels: int
    judged: int
    ser: float


def enhancing_fraction(
    before: np.ndarray, early: np.ndarray, late: np.ndarray, voi: np.ndarray
) -> EnhancingFraction:
    """Fraction of a VOI with early enhancement of at least 70 %, SER of at least 0, and neighbours alike.

    Parameters
    ----------
    before, early, late : ndarray, shape (k, j, i)
    voi : ndarray of bool, shape (k, j, i)

    Notes
    -----
    A voxel counts if at least 4 of its 8 neighbours in the slice fulfil the thresholds as well.
    """
    _same_shape(before, voi)
    # Only the VOI is computed: a whole volume would take seconds.
    box = _box(voi, margin=1)
    inside = voi[box]
    if not inside.any():
        return EnhancingFraction(float("nan"), 0, 0, float("nan"))
    s0 = before[box]
    enhancement = percent_enhancement(s0, early[box], background_level(s0, inside))
    ratio = signal_enhancement_ratio(s0, early[box], late[box])
    judged = inside & np.isfinite(enhancement)
    enhances = judged & (enhancement >= SMALLEST_PE) & (ratio >= SMALLEST_SER)
    neighbours = scipy.ndimage.convolve(enhances.astype(np.int8), _IN_PLANE, mode="constant")
    kept = enhances & (neighbours >= FEWEST_NEIGHBOURS)
    count, of = int(kept.sum()), int(judged.sum())
    ser = float(ratio[kept].mean()) if count else float("nan")
    return EnhancingFraction(count / of if of else float("nan"), count, of, ser)


_IN_PLANE = np.array([[[1, 1, 1], [1, 0, 1], [1, 1, 1]]], np.int8)


@dataclass(frozen=True)
class HotSpot:
    """The 3 x 3 voxels of one slice where a lesion enhances most.

    Attributes
    ----------
    centre : tuple of int
        Voxel (k, j, i).
    enhancement : float
        Mean percent enhancement of its voxels [%].
    voxels : int
        Voxels of the spot that lie in the VOI and could be judged, 3 to 9.
    """

    centre: tuple[int, int, int]
    enhancement: float
    voxels: int


def hottest_spot(enhancement: np.ndarray, voi: np.ndarray) -> HotSpot | None:
    """Where the mean percent enhancement of 3 x 3 voxels within a VOI is largest.

    Parameters
    ----------
    enhancement : ndarray, shape (k, j, i)
        [%]; NaN where it could not be judged.
    voi : ndarray of bool, shape (k, j, i)

    Returns
    -------
    HotSpot or None
        Whole spots come first; only of a VOI too small for one, those with most voxels, at least 3. None if there is
        no such spot.
    """
    _same_shape(enhancement, voi)
    box = _box(voi, margin=1)
    inside = voi[box] & np.isfinite(enhancement[box])
    if not inside.any():
        return None
    around = np.ones((1, 3, 3))
    count = scipy.ndimage.convolve(inside.astype(np.int64), around.astype(np.int64), mode="constant")
    total = scipy.ndimage.convolve(np.where(inside, enhancement[box], 0.0), around, mode="constant")
    count = np.where(inside, count, 0)
    most = int(count.max())
    if most < FEWEST_VOXELS_OF_SPOT:
        return None
    mean = np.where(count == most, total / np.maximum(count, 1), -np.inf)
    at = np.unravel_index(int(np.argmax(mean)), mean.shape)
    k, j, i = (int(index + of.start) for index, of in zip(at, box, strict=True))
    return HotSpot((k, j, i), float(mean[at]), most)


def spot_mask(centre: Sequence[int], shape: Sequence[int]) -> np.ndarray:
    """The 3 x 3 voxels around a voxel (k, j, i), as far as they lie in a volume of this shape."""
    mask = np.zeros(tuple(shape), bool)
    k, j, i = centre
    mask[k, max(0, j - 1) : j + 2, max(0, i - 1) : i + 2] = True
    return mask


def time_intensity_curve(phases: Sequence[np.ndarray], mask: np.ndarray) -> tuple[float, ...]:
    """Mean signal of a few voxels in every phase.

    Parameters
    ----------
    phases : sequence of ndarray, shape (k, j, i)
        In the order of time.
    mask : ndarray of bool, shape (k, j, i)
    """
    for phase in phases:
        _same_shape(phase, mask)
    return tuple(float(np.mean(phase[mask], dtype=np.float64)) for phase in phases)


def mean_around(
    volume: np.ndarray, centre: Sequence[float], radius_mm: float, spacing_mm: Sequence[float]
) -> float:
    """Mean signal of a disc in one slice: of a mark that a reader set on lesion or muscle.

    Parameters
    ----------
    volume : ndarray, shape (k, j, i)
    centre : sequence of float
        Voxel (k, j, i).
    radius_mm : float
    spacing_mm : sequence of float
        Along i, j, k [mm].

    Returns
    -------
    float
        NaN if the disc holds no voxel.
    """
    k = round(centre[0])
    if not 0 <= k < volume.shape[0]:
        return float("nan")
    j, i = np.ogrid[: volume.shape[1], : volume.shape[2]]
    inside = np.hypot((j - centre[1]) * spacing_mm[1], (i - centre[2]) * spacing_mm[0]) <= radius_mm
    values = volume[k][inside]
    return float(np.mean(values, dtype=np.float64)) if values.size else float("nan")


def lesion_to_muscle(lesion: float, muscle: float) -> float:
    """T2 signal of a lesion divided by that of the pectoral muscle at like depth; NaN without signal in the muscle."""
    return lesion / muscle if muscle > 0 and np.isfinite(lesion) else float("nan")


def _same_shape(one: np.ndarray, other: np.ndarray) -> None:
    if one.shape != other.shape:
        raise ImageError(
            "Two phases cannot be compared",
            needed="one voxel grid",
            found=f"{one.shape} and {other.shape} voxels",
        )


def _box(mask: np.ndarray, margin: int) -> tuple[slice, slice, slice]:
    """The smallest box around a mask, a little larger, within the volume."""
    found = scipy.ndimage.find_objects(mask.astype(np.int8))
    if not found or found[0] is None:
        return slice(0, 0), slice(0, 0), slice(0, 0)
    k, j, i = (
        slice(max(0, part.start - margin), min(size, part.stop + margin))
        for part, size in zip(found[0], mask.shape, strict=True)
    )
    return k, j, i
