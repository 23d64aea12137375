"""The edge of a lesion inside a loose outline, in one slice: found, moved inwards and outwards, or not offered.

What the lesion and its surroundings look like is told from the slices next to it, from a stroke of the reader, or from
the slice itself: an Otsu threshold inside the loose outline says which voxels are the lesion at first. Then the
histograms of both, the edges between neighbouring voxels, and the reader's strokes decide for every voxel how likely it
belongs to the lesion (a random walk with priors), a few times over. Where the lesion stands out poorly, the outlines in
the slices next to it count as well.
Nothing is learned beforehand and nothing is left to chance: the same slice and outline give the same edge.

References
----------
Otsu N. A threshold selection method from gray-level histograms. IEEE Trans Syst Man Cybern 1979;9:62-66,
doi:10.1109/TSMC.1979.4310076.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.random_walk import RandomWalk

HIGH_B, ADC, BOTH = "high_b", "adc", "both"
EDGE_IMAGES = (HIGH_B, ADC, BOTH)
TIGHTEST, LOOSEST = -8, 8

# Why an outline is not offered.
POOR_CONTRAST, TOUCHES_LINE, FAR_FROM_NEIGHBOURS, TOO_SMALL, NO_IMAGE = (
    "poor_contrast",
    "touches_line",
    "far_from_neighbours",
    "too_small",
    "no_image",
)

# One step of the wheel moves this part of the lesion's voxels across the edge.
STEP_FRACTION = 0.05
# Of the loose outline, and of the lesion inside it.
FEWEST_VOXELS, FEWEST_FOUND = 12, 6
LOWEST_STABILITY = 0.80
LOWEST_CONTRAST = 1.5
MOST_ON_LINE = 0.1
LOWEST_OVERLAP = 0.25
# How far a lesion may grow from one slice to the next [mm].
CARRIED_MM = 4.5
# How much wider than a line across it a lesion may be: looked for in this order, as long as it goes on beyond the disc.
ACROSS = (1.0, 1.5)
# How far beyond the loose outline the surroundings are looked at [mm].
_AROUND_MM = 4.5
_ROUNDS = 4
# How near to the edge that was found a lesion that goes on beyond the line is looked for: the walk shies away from the
# line, the farther the clearer the lesion; in faint ones what lies there is noise as well.
_LINE_VOXELS, _LINE_VOXELS_CLEAR = 3, 5
_EDGE_WEIGHT = 1.5
_PRIOR_WEIGHT = 0.03
_BINS = 48
_BLUR_VOXELS = 0.5
_FIRM = 6.0
# What the outlines next to this slice say beside its images, at this distance from their edge and beyond [mm]: more,
# the less clearly the lesion stands out; nothing above the higher contrast.
_SHAPE_WEIGHT, _SHAPE_MM = 4.0, 6.0
_SHAPE_CONTRASTS = 1.5, 3.5
# What a stroke of the reader says of voxels beside it, and how far it reaches [mm].
_STROKE_WEIGHT, _STROKE_MM = 4.0, 3.0
_ADC_RANGE = (0.0, 3.5)


@dataclass(frozen=True)
class FoundEdge:
    """The edge of a lesion in a slice, and how sure it is.

    Attributes
    ----------
    offered : bool
        Whether the outline is sure enough to be shown as a proposal.
    reason : str
        Why it is not: "poor_contrast", "touches_line", "far_from_neighbours", "too_small" or "no_image"; else empty.
    contrast : float
        Difference of the medians of lesion and surroundings, in units of their spread (the better of the images).
    stability : float
        Dice coefficient of a strict and a generous decision: 1 when the edge is sharp [0 to 1].
    on_line : float
        How much of the lesion's rim goes on beyond the loose outline, as a part of the whole rim [0 to 1].
    overlap : float
        Part of the smaller of this outline and its neighbours' that both share [0 to 1]; NaN without a neighbour.
    """

    offered: bool
    reason: str
    contrast: float
    stability: float
    on_line: float
    overlap: float
    _order: np.ndarray = field(repr=False)
    _voxels: int = 0

    def mask(self, step: int = 0) -> np.ndarray:
        """The outline, moved by a number of steps.

        Parameters
        ----------
        step : int
            0 as found, negative tighter, positive looser; beyond -8 and 8 nothing moves any more.

        Returns
        -------
        ndarray of bool, (j, i)
            Each step holds the one before it; nothing outside the loose outline.
        """
        step = max(TIGHTEST, min(LOOSEST, int(step)))
        inside = int(np.count_nonzero(self._order >= 0))
        # At least a voxel a step, also in small lesions.
        moved = round(self._voxels * (1 + STEP_FRACTION) ** step)
        moved = max(moved, self._voxels + step) if step > 0 else min(moved, self._voxels + step)
        wanted = min(max(moved, min(1, self._voxels)), inside)
        return (self._order >= 0) & (self._order < wanted)


@dataclass(frozen=True)
class Neighbour:
    """The lesion in a slice next to the one at hand, all (j, i).

    Attributes
    ----------
    outline : ndarray of bool
        The lesion there.
    high_b, adc : ndarray, optional
        The images there; None: what the lesion looks like there is not used.
    """

    outline: np.ndarray
    high_b: np.ndarray | None = None
    adc: np.ndarray | None = None


def find_edge(
    loose: np.ndarray,
    spacing_mm: Sequence[float],
    *,
    high_b: np.ndarray | None = None,
    adc: np.ndarray | None = None,
    neighbours: Sequence["Neighbour"] = (),
    lesion_stroke: np.ndarray | None = None,
    outside_stroke: np.ndarray | None = None,
) -> FoundEdge:
    """Find the edge of the lesion that a reader drew loosely around.

    Parameters
    ----------
    loose : ndarray of bool, (j, i)
        Inside of the loose outline: the lesion and some of its surroundings.
    spacing_mm : sequence of float
        Voxel size along i, j [mm].
    high_b : ndarray, (j, i), optional
        Signal at a high b-value [signal units]; the lesion is brighter than its surroundings.
    adc : ndarray, (j, i), optional
        ADC [1e-3 mm2/s]; the lesion is darker. Voxels that are not finite say nothing.
    neighbours : sequence of Neighbour
        The lesion in slices next to this one, as far as it is outlined there: what it looked like there it looks like
        here.
    lesion_stroke, outside_stroke : ndarray of bool, (j, i), optional
        What the reader marked as lesion and as not lesion; where both are, it is not lesion. The loose outline is
        widened around what was marked as lesion beyond it.

    Returns
    -------
    FoundEdge

    Raises
    ------
    ImageError
        When no image is given, or shapes and voxel sizes do not fit.
    """
    size = np.asarray(spacing_mm, dtype=np.float64)[:2]
    outlines = [one.outline for one in neighbours]
    strokes = [stroke for stroke in (lesion_stroke, outside_stroke) if stroke is not None]
    _check(loose, size, (high_b, adc, *strokes), neighbours)
    loose = np.asarray(loose, bool)
    marked, left_out = (
        np.asarray(stroke, bool) if stroke is not None else np.zeros(loose.shape, bool)
        for stroke in (lesion_stroke, outside_stroke)
    )
    marked = marked & ~left_out
    if (marked & ~loose).any():
        loose = loose | _widened(marked, size, CARRIED_MM)
    nothing = np.full(loose.shape, -1)
    if np.count_nonzero(loose) < FEWEST_VOXELS:
        return _refused(TOO_SMALL, nothing)
    around = _widened(loose, size, _AROUND_MM)
    rows, columns = (np.flatnonzero(around.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    region = _Region(loose[box], around[box], marked[box], left_out[box])
    features, learned = [], []
    for plane, others, describe in (
        (high_b, [one.high_b for one in neighbours], _of_high_b),
        (adc, [one.adc for one in neighbours], _of_adc),
    ):
        feature = _usable(describe(plane[box]), region) if plane is not None else None
        if feature is not None:
            features.append(feature)
            learned.append(_learned(outlines, others, size, describe))
    if not features:
        return _refused(NO_IMAGE, nothing)
    shape = _expected_shape([outline[box] for outline in outlines], size, region)
    walked = region.walk(np.array(features), learned, shape, region.near_strokes(size))
    if walked is None:
        return _refused(POOR_CONTRAST, nothing)
    likely, like_lesion = walked
    order, found = nothing.copy(), np.zeros(loose.shape, bool)
    order[box][region.around] = _ranked(likely, region.inside)
    found[box][region.around] = region.inside & (likely > 0.5)
    overlap = _overlap(found, outlines)
    return _judged(found[box], likely, like_lesion, region, np.array(features), order, overlap)


def _check(
    loose: np.ndarray,
    size: np.ndarray,
    planes: Sequence[np.ndarray | None],
    neighbours: Sequence[Neighbour],
) -> None:
    given = [plane for plane in planes if plane is not None]
    there = [plane for one in neighbours for plane in (one.outline, one.high_b, one.adc) if plane is not None]
    shapes = {np.shape(plane) for plane in (loose, *given, *there)}
    if not given or len(shapes) != 1 or np.ndim(loose) != 2:
        raise ImageError(
            "The edge cannot be looked for",
            needed="a loose outline and at least one image of the same slice",
            found=f"{len(given)} images, {' and '.join(sorted(map(str, shapes)))} voxels",
        )
    if size.shape != (2,) or not (np.isfinite(size) & (size > 0)).all():
        raise ImageError(
            "The edge cannot be looked for", needed="two positive voxel sizes in mm", found=str(list(size))
        )


def loose_around(
    outline: np.ndarray, spacing_mm: Sequence[float], reach_mm: float = CARRIED_MM
) -> np.ndarray:
    """A loose outline for a slice from the lesion's outline in the slice before or after it.

    Parameters
    ----------
    outline : ndarray of bool, (j, i)
    spacing_mm : sequence of float
        Voxel size along i, j [mm].
    reach_mm : float
        How far the lesion may reach beyond its neighbour [mm].

    Returns
    -------
    ndarray of bool, (j, i)
        The outline without holes, widened; empty where it is.
    """
    if not outline.any():
        return np.zeros_like(outline)
    size = np.asarray(spacing_mm, dtype=np.float64)[:2]
    return np.asarray(scipy.ndimage.binary_fill_holes(_widened(outline, size, reach_mm)))


def loose_across(
    start: Sequence[float],
    end: Sequence[float],
    shape: Sequence[int],
    spacing_mm: Sequence[float],
    wider: float = 1.0,
) -> np.ndarray:
    """A loose outline from a line across the lesion, drawn along its longest diameter.

    Parameters
    ----------
    start, end : (j, i)
        Ends of the line, in voxels.
    shape : two ints
        Of the slice, (j, i).
    spacing_mm : sequence of float
        Voxel size along i, j [mm].
    wider : float
        One of `ACROSS`.

    Returns
    -------
    ndarray of bool, (j, i)
        A disc around the middle of the line, which reaches beyond its ends.
    """
    size = np.asarray(spacing_mm, dtype=np.float64)[1::-1]
    ends = np.array([start, end], np.float64) * size
    radius = 0.5 * wider * float(np.hypot(*(ends[1] - ends[0]))) + CARRIED_MM
    row, column = np.indices(tuple(shape), sparse=True)
    middle = ends.mean(axis=0)
    return np.asarray(np.hypot(row * size[0] - middle[0], column * size[1] - middle[1]) <= radius)


def _refused(reason: str, order: np.ndarray) -> FoundEdge:
    nan = float("nan")
    return FoundEdge(False, reason, nan, nan, nan, nan, order)


def _widened(mask: np.ndarray, size: np.ndarray, reach_mm: float) -> np.ndarray:
    """The mask and everything within a distance of it; looked at near the mask only."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    margin = np.ceil(reach_mm / size[::-1]).astype(int) + 1
    box = tuple(
        slice(max(line[0] - more, 0), line[-1] + 1 + more)
        for line, more in zip((rows, columns), margin, strict=True)
    )
    wide = np.zeros_like(mask)
    wide[box] = scipy.ndimage.distance_transform_edt(~mask[box], size[::-1]) <= reach_mm
    return wide


def _of_high_b(plane: np.ndarray) -> np.ndarray:
    """Logarithm of the signal: as far from the surroundings near the coil as away from it; NaN where not known."""
    known = np.isfinite(plane)
    smooth = _smooth(np.where(known, plane, 0.0), known)
    return np.where(known, np.log(np.maximum(smooth, 1.0)), np.nan)


def _of_adc(plane: np.ndarray) -> np.ndarray:
    """ADC with its sign changed: low in the lesion, so that both images rise towards it; NaN where not known."""
    known = np.isfinite(plane)
    return np.where(known, -_smooth(np.clip(np.where(known, plane, 0.0), *_ADC_RANGE), known), np.nan)


def _smooth(plane: np.ndarray, known: np.ndarray) -> np.ndarray:
    weight = scipy.ndimage.gaussian_filter(known.astype(np.float64), _BLUR_VOXELS)
    blurred = scipy.ndimage.gaussian_filter(plane.astype(np.float64), _BLUR_VOXELS)
    return blurred / np.maximum(weight, 1e-6)


def _usable(feature: np.ndarray, region: "_Region") -> np.ndarray | None:
    inside = feature[region.loose]
    inside = inside[np.isfinite(inside)]
    if inside.size < FEWEST_VOXELS or np.ptp(inside) < 1e-9:
        return None
    values = feature[region.around]
    return np.where(np.isfinite(values), values, np.median(inside))


def _expected_shape(outlines: Sequence[np.ndarray], size: np.ndarray, region: "_Region") -> np.ndarray:
    """What the outlines next to this slice say of each voxel of a region: from -1, outside of them, to 1."""
    drawn = [outline for outline in outlines if outline.any()]
    if not drawn:
        return np.zeros(region.inside.size)
    sampling = size[::-1]
    inside = [
        scipy.ndimage.distance_transform_edt(outline, sampling)
        - scipy.ndimage.distance_transform_edt(~outline, sampling)
        for outline in drawn
    ]
    return np.asarray(np.clip(np.mean(inside, axis=0) / _SHAPE_MM, -1.0, 1.0)[region.around])


def _learned(
    outlines: Sequence[np.ndarray],
    planes: Sequence[np.ndarray | None],
    size: np.ndarray,
    describe: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Values of the lesion and of its surroundings in the slices next to this one."""
    lesion, surroundings = [np.zeros(0)], [np.zeros(0)]
    for outline, plane in zip(outlines, planes, strict=True):
        if plane is None or not outline.any():
            continue
        around = _widened(outline, size, _AROUND_MM)
        rows, columns = (np.flatnonzero(around.any(axis=axis)) for axis in (1, 0))
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        feature = describe(plane[box])
        known = np.isfinite(feature)
        lesion.append(feature[outline[box] & known])
        surroundings.append(feature[around[box] & ~outline[box] & known])
    return np.concatenate(lesion), np.concatenate(surroundings)


class _Region:
    """The loose outline with its surroundings, as a grid of neighbouring voxels."""

    def __init__(self, loose: np.ndarray, around: np.ndarray, marked: np.ndarray, left_out: np.ndarray):
        self.loose, self.around = loose, around
        # What the reader marked as lesion, and as not lesion.
        self.marked: np.ndarray = marked[around]
        self.left_out: np.ndarray = left_out[around]
        self.inside: np.ndarray = loose[around] & ~self.left_out
        self.is_marked = bool(self.marked.any() or self.left_out.any())

    def walk(
        self,
        features: np.ndarray,
        learned: Sequence[tuple[np.ndarray, np.ndarray]],
        shape: np.ndarray,
        near_strokes: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """How likely each voxel belongs to the lesion (0 to 1), and whether its own values look like it.

        None where lesion and surroundings look alike.
        """
        histograms = [_Histograms(feature, known) for feature, known in zip(features, learned, strict=True)]
        lesion = self._at_first(features, learned, histograms)
        said = near_strokes + _weight_of_shape(features, lesion) * shape
        system = RandomWalk(self.around, self._similarity(features), self._prior())
        likely, evidence = None, np.zeros(lesion.size)
        for _ in range(_ROUNDS):
            if min(_count(lesion), _count(~lesion)) < FEWEST_FOUND:
                return None
            evidence = np.asarray(sum(each.evidence(lesion, ~lesion) for each in histograms))
            expected = 1.0 / (1.0 + np.exp(-np.clip(evidence + said, -_FIRM, _FIRM)))
            expected = np.where(self.marked, 1.0, np.where(self.inside, expected, 0.0))
            likely = system.solve(expected, expected if likely is None else likely)
            now = self.inside & (likely > 0.5)
            if np.array_equal(now, lesion):
                break
            lesion = now
        return None if likely is None else (likely, evidence > 0)

    def _at_first(
        self,
        features: np.ndarray,
        learned: Sequence[tuple[np.ndarray, np.ndarray]],
        histograms: Sequence["_Histograms"],
    ) -> np.ndarray:
        """The lesion by what it looks like next to this slice, else under the reader's stroke, else by a threshold."""
        nobody = np.zeros(self.inside.size, bool)
        if all(known[0].size >= FEWEST_VOXELS for known in learned):
            like = sum(each.evidence(nobody, nobody) for each in histograms) > 0
        elif _count(self.marked) >= FEWEST_FOUND:
            like = sum(each.evidence(self.marked, ~self.inside) for each in histograms) > 0
        else:
            like = features[0] > otsu_threshold(features[0][self.inside])
        return np.asarray(self.inside & like | self.marked)

    def _prior(self) -> np.ndarray:
        # The reader said that there cannot be any lesion outside the loose outline.
        return np.where(self.inside & ~self.marked, _PRIOR_WEIGHT, 10.0)

    def near_strokes(self, size: np.ndarray) -> np.ndarray:
        """What the reader's strokes say of the voxels near them: positive beside a stroke through the lesion."""
        said = np.zeros(self.inside.size)
        for stroke, sign in ((self.marked, 1.0), (self.left_out, -1.0)):
            if stroke.any():
                plane = np.ones(self.around.shape, bool)
                plane[self.around] = ~stroke
                away = scipy.ndimage.distance_transform_edt(plane, size[::-1])[self.around]
                said += sign * _STROKE_WEIGHT * np.exp(-away / _STROKE_MM)
        return said

    def _similarity(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How alike each voxel and the next are, along j and along i; 0 at the end of the region."""
        planes = np.zeros((len(features), *self.around.shape))
        planes[:, self.around] = features
        joined = self.around[1:] & self.around[:-1], self.around[:, 1:] & self.around[:, :-1]
        steps = np.diff(planes, axis=1)[:, joined[0]] ** 2, np.diff(planes, axis=2)[:, joined[1]] ** 2
        scale = np.maximum(np.concatenate(steps, axis=1).mean(axis=1, keepdims=True), 1e-12)
        weights = []
        for pair, step in zip(joined, steps, strict=True):
            weight = np.zeros(pair.shape, np.float32)
            weight[pair] = np.exp(-_EDGE_WEIGHT * (step / scale).sum(axis=0)) + 1e-4
            weights.append(weight)
        return weights[0], weights[1]


def otsu_threshold(values: np.ndarray, bins: int = 128) -> float:
    """Return the threshold that separates two classes of values best (Otsu 1979).

    Parameters
    ----------
    values : ndarray
        At least two different finite numbers.
    bins : int
        Of the histogram.
    """
    counts, edges = np.histogram(values, bins)
    centres = (edges[1:] + edges[:-1]) / 2
    weight, moment = np.cumsum(counts), np.cumsum(counts * centres)
    below, all_weight, all_moment = weight[:-1], weight[-1], moment[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (all_moment * below / all_weight - moment[:-1]) ** 2 / (below * (all_weight - below))
    # Between two clusters every threshold is as good: the middle of them.
    best = np.flatnonzero(np.isclose(between, np.nanmax(between), rtol=1e-9, atol=0))
    return float(edges[1 + (best[0] + best[-1]) // 2])


class _Histograms:
    """How often values of an image occur in the lesion and in its surroundings, here and in the slices next to it."""

    def __init__(self, feature: np.ndarray, learned: tuple[np.ndarray, np.ndarray]):
        values = np.concatenate([feature, *learned])
        self._low, self._range = float(values.min()), float(np.ptp(values)) + 1e-12
        self._bins = self._numbers(feature)
        self._learned = [np.bincount(self._numbers(part), minlength=_BINS) for part in learned]

    def _numbers(self, values: np.ndarray) -> np.ndarray:
        return np.minimum(((values - self._low) / self._range * _BINS).astype(int), _BINS - 1)

    def evidence(self, lesion: np.ndarray, surroundings: np.ndarray) -> np.ndarray:
        """Logarithm of how much more often each voxel's value occurs in the lesion than in its surroundings."""
        shares = [
            self._share(np.bincount(self._bins[chosen], minlength=_BINS) + known)
            for chosen, known in zip((lesion, surroundings), self._learned, strict=True)
        ]
        return np.asarray(np.log(shares[0] / shares[1])[self._bins])

    @staticmethod
    def _share(counts: np.ndarray) -> np.ndarray:
        smooth = scipy.ndimage.gaussian_filter1d(counts.astype(np.float64), 2.0, mode="constant")
        smooth += 1e-3 * counts.sum() / _BINS
        return np.asarray(smooth / smooth.sum())


def _ranked(likely: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Place of each voxel in the order in which a growing outline takes them up; -1 outside the loose outline."""
    ranks = np.full(likely.shape, -1)
    order = np.argsort(-likely[inside], kind="stable")
    places = np.empty(order.size, int)
    places[order] = np.arange(order.size)
    ranks[inside] = places
    return ranks


def _judged(
    found: np.ndarray,
    likely: np.ndarray,
    like_lesion: np.ndarray,
    region: _Region,
    features: np.ndarray,
    order: np.ndarray,
    overlap: float,
) -> FoundEdge:
    voxels = _count(found)
    lesion = found[region.around]
    contrast = max(_contrast(feature, lesion) for feature in features) if voxels else 0.0
    strict, generous = (_count(region.inside & (likely > level)) for level in (0.7, 0.3))
    stability = 2 * strict / max(strict + generous, 1)
    rim = found & ~scipy.ndimage.binary_erosion(found)
    # Cut off is a lesion that goes on beyond the loose outline, not one that ends beside it.
    beyond = np.zeros_like(found)
    beyond[region.around] = like_lesion & ~region.inside
    beyond &= scipy.ndimage.binary_dilation(region.loose) & scipy.ndimage.binary_dilation(
        found, iterations=_LINE_VOXELS_CLEAR if contrast >= _SHAPE_CONTRASTS[1] else _LINE_VOXELS
    )
    # What looks like the lesion there is not, when the reader said so.
    on_line = 0.0 if region.left_out.any() else _count(beyond) / max(_count(rim), 1)
    reason = ""
    if voxels < FEWEST_FOUND:
        reason = TOO_SMALL
    elif on_line > MOST_ON_LINE:
        reason = TOUCHES_LINE
    elif region.is_marked:
        # The reader said what is the lesion and what is not; how sure the images alone are does not count any more.
        reason = ""
    elif contrast < LOWEST_CONTRAST or stability < LOWEST_STABILITY:
        reason = POOR_CONTRAST
    elif overlap < LOWEST_OVERLAP:
        reason = FAR_FROM_NEIGHBOURS
    return FoundEdge(not reason, reason, contrast, stability, on_line, overlap, order, voxels)


def _count(mask: np.ndarray) -> int:
    return int(np.count_nonzero(mask))


def _weight_of_shape(features: np.ndarray, lesion: np.ndarray) -> float:
    contrast = max(_contrast(feature, lesion) for feature in features)
    low, high = _SHAPE_CONTRASTS
    return _SHAPE_WEIGHT * float(np.clip((high - contrast) / (high - low), 0.0, 1.0))


def _contrast(feature: np.ndarray, lesion: np.ndarray) -> float:
    inside, outside = feature[lesion], feature[~lesion]
    if not inside.size or not outside.size:
        return 0.0
    quartiles = [np.percentile(part, (25, 50, 75)) for part in (inside, outside)]
    # The interquartile range of a normal distribution is 1.349 standard deviations.
    spread = np.sqrt(sum(((q[2] - q[0]) / 1.349) ** 2 for q in quartiles) / 2)
    return float((quartiles[0][1] - quartiles[1][1]) / max(spread, 1e-9))


def _overlap(found: np.ndarray, outlines: Sequence[np.ndarray]) -> float:
    # The end of a ring lies above its hole.
    neighbours = [scipy.ndimage.binary_fill_holes(outline) for outline in outlines]
    shares = [
        _count(found & neighbour) / max(min(_count(found), _count(neighbour)), 1)
        for neighbour in neighbours
        if neighbour.any()
    ]
    return min(shares, default=float("nan"))
