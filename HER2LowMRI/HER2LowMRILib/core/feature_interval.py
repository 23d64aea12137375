"""How sure the features of a VOI are: an interval from the noise of the images and from where the boundary was drawn.

Noise: the signals are measured again and again in a model of this VOI (the fitted signals with new noise of the same
size), the maps are fitted and the features measured each time; 1.96 standard deviations to either side (parametric
bootstrap, Efron & Tibshirani 1993, doi:10.1201/9780429246593). Boundary: the outline is moved by half a voxel in the
slice, outwards and inwards; the interval reaches to the feature there. Both together: root of the sum of squares, on
each side.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import scipy

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.voi import bounding_box

REPEATS = 200
_AT_ONCE = 5
_Z = 1.96
Result = TypeVar("Result")
# Signals of a box (one array per b-value) and a mask on it -> features by name.
Measure = Callable[[Sequence[np.ndarray], np.ndarray], Mapping[str, float]]


@dataclass(frozen=True)
class FeatureInterval:
    """An interval of about 95 % for one feature; NaN where it could not be measured.

    Attributes
    ----------
    value : float
        The feature itself.
    low, high : float
        Noise and boundary together.
    noise : float
        Half-width from noise.
    inner, outer : float
        The feature with the boundary moved by half a voxel inwards, outwards.
    """

    value: float
    low: float
    high: float
    noise: float
    inner: float
    outer: float


def interval_steps(
    signals: Sequence[np.ndarray],
    fitted: Sequence[np.ndarray],
    averages: Sequence[float],
    voi: np.ndarray,
    sigma: float,
    measure: Measure,
    *,
    repeats: int = REPEATS,
    seed: int = 0,
) -> Generator[None, None, dict[str, FeatureInterval]]:
    """Intervals for the features of a VOI, a few repetitions at a time: each ``next`` is one step.

    Where somebody waits at the screen, other things can be done between the steps.

    Parameters
    ----------
    signals : sequence of ndarray, shape (k, j, i)
        One image per b-value [signal units].
    fitted : sequence of ndarray, shape (k, j, i)
        The signals of the fitted model, from which new measurements are drawn [signal units].
    averages : sequence of float
        Magnitude images behind each signal.
    voi : ndarray of bool, shape (k, j, i)
    sigma : float
        Noise of one acquisition in the real and imaginary channel [signal units].
    measure : callable
        Fits the signals of a box and measures a mask on it.
    repeats : int
        How often the measurement is repeated.
    seed : int
        The same seed gives the same intervals.

    Returns
    -------
    generator
        Gives the intervals when it ends (``finished``).

    Raises
    ------
    HER2LowMRIError
        If the VOI is empty, or the noise is not a number above 0.
    """
    if not np.isfinite(sigma) or sigma <= 0:
        raise HER2LowMRIError(
            "Intervals of the features need the noise", needed="a sigma above 0", found=f"{sigma:g}"
        )
    box = bounding_box(voi)
    # One voxel of margin for the boundary that is moved outwards.
    wide = tuple(slice(max(s.start - 1, 0), s.stop + 1) for s in box)
    mask, images = voi[wide], [np.asarray(signal)[wide] for signal in signals]
    value = dict(measure(images, mask))
    models = [np.nan_to_num(np.asarray(model, np.float64)[wide]) for model in fitted]
    repeated: list[Mapping[str, float]] = []
    for features in _repeated(models, averages, mask, sigma, measure, repeats, seed):
        repeated.append(features)
        if len(repeated) % _AT_ONCE == 0:
            yield
    moved = [dict(measure([_halved(image) for image in images], half)) for half in half_voxel_moves(mask)]
    return {
        name: _interval(
            known, np.array([one[name] for one in repeated]), *(one.get(name, np.nan) for one in moved)
        )
        for name, known in value.items()
    }


def finished(steps: Generator[None, None, Result]) -> Result:
    """Go through all steps and return what they end with."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result


def half_voxel_moves(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mask with its boundary moved by half a voxel in the slice, on voxels of half the size.

    Parameters
    ----------
    mask : ndarray of bool, shape (k, j, i)

    Returns
    -------
    inner, outer : ndarray of bool, shape (k, 2 j, 2 i)
        ``inner`` is the mask itself where it would be empty.
    """
    fine = _halved(mask)
    around = np.zeros((3, 3, 3), bool)
    around[1] = True
    inner = scipy.ndimage.binary_erosion(fine, around)
    return (inner if inner.any() else fine), scipy.ndimage.binary_dilation(fine, around)


def _halved(array: np.ndarray) -> np.ndarray:
    return np.repeat(np.repeat(array, 2, axis=1), 2, axis=2)


def _repeated(
    models: Sequence[np.ndarray],
    averages: Sequence[float],
    mask: np.ndarray,
    sigma: float,
    measure: Measure,
    repeats: int,
    seed: int,
) -> Iterator[Mapping[str, float]]:
    """The features of new measurements of the model."""
    random = np.random.default_rng(seed)
    for _ in range(repeats):
        images = []
        for model, count in zip(models, averages, strict=True):
            # The mean of n magnitudes has the noise of one acquisition over the root of n.
            size = sigma / np.sqrt(count)
            images.append(
                np.hypot(model + random.normal(0, size, model.shape), random.normal(0, size, model.shape))
            )
        yield measure(images, mask)


def _interval(value: float, repeated: np.ndarray, inner: float, outer: float) -> FeatureInterval:
    known = repeated[np.isfinite(repeated)]
    noise = float(_Z * known.std(ddof=1)) if known.size > 1 else float("nan")
    below, above = (max(0.0, *(sign * (moved - value) for moved in (inner, outer))) for sign in (-1, 1))
    return FeatureInterval(
        value,
        value - float(np.hypot(noise, below)),
        value + float(np.hypot(noise, above)),
        noise,
        inner,
        outer,
    )
