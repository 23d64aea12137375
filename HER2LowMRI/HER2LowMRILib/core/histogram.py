"""Measure the histogram features of a VOI: the statistics of every map over its valid voxels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.core.feature_set import FeatureSet, ring_prefix
from HER2LowMRILib.core.first_order import ENTROPY, STATISTICS, Bins
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.core.map_spec import MapSpec
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.voi import bounding_box

WARN_EXCLUDED_FRACTION = 0.05
"""Above this part of a VOI without a valid value the reader is told."""


@dataclass(frozen=True)
class VoiFeatures:
    """The features of one VOI.

    Attributes
    ----------
    values : dict of str to float
        One value per feature of the set; NaN: not measured.
    voxels : dict of str to int
        Map, or map and ring ("ADC_ring3") -> number of voxels behind the values.
    total : dict of str to int
        The same -> number of voxels of the region on the voxels of that map; only maps that were there.
    features : FeatureSet
        What was measured, with its bins and definitions.
    warnings : tuple of Notice
        What the reader should know.
    """

    values: dict[str, float]
    voxels: dict[str, int]
    total: dict[str, int]
    features: FeatureSet = field(default_factory=FeatureSet)
    warnings: tuple[Notice, ...] = ()

    @property
    def valid_fraction(self) -> dict[str, float]:
        """Map or map and ring -> part of its voxels that has a valid value; 0 for a region without a voxel."""
        return {key: self.voxels[key] / total if total else 0.0 for key, total in self.total.items()}

    def joined(self, other: "VoiFeatures") -> "VoiFeatures":
        """Return the features of both, where each measured other maps of one VOI."""
        values = {
            name: value if value == value else other.values[name] for name, value in self.values.items()
        }
        voxels = {key: self.voxels[key] or other.voxels[key] for key in self.voxels}
        warnings = (*self.warnings, *other.warnings)
        return VoiFeatures(values, voxels, self.total | other.total, self.features, warnings)


def measure_voi(
    maps: MapSet,
    voi: np.ndarray,
    features: FeatureSet | None = None,
    rings: Mapping[float, np.ndarray] | None = None,
) -> VoiFeatures:
    """Measure the features of a VOI.

    A voxel enters a map's features by `MapSet.valid`; nothing is clipped and nothing is replaced.

    Parameters
    ----------
    maps : MapSet
        Maps of shape (k, j, i); one that is not there gives NaN for its features.
    voi : ndarray of bool, (k, j, i)
        The VOI.
    features : FeatureSet, optional
        What is measured; the 21 features when left out.
    rings : mapping of float to ndarray of bool, (k, j, i), optional
        The rings around the lesion, by how far they reach [mm].

    Returns
    -------
    VoiFeatures

    Raises
    ------
    ImageError
        When the VOI is empty or has another shape than the maps.
    HER2LowMRIError
        When a bin width that was asked for is wider than the range of the values.
    """
    features, voi = features or FeatureSet(), np.asarray(voi)
    _check(maps, voi)
    regions: list[tuple[float | None, np.ndarray]] = [(None, voi), *(rings or {}).items()]
    values = {feature.name: float("nan") for feature in features.features}
    voxels = {_key(spec, ring): 0 for ring in (None, *features.rings_mm) for spec in features.maps}
    total: dict[str, int] = {}
    warnings: list[Notice] = []
    for ring, region in regions:
        for spec, sample, size in _samples(maps, features, region):
            key = _key(spec, ring)
            voxels[key], total[key] = sample.size, size
            found, said = _statistics(
                sample, features.bins_of(spec), spec, ring is None and features.has_own_bins
            )
            values |= {f"{key}_{name}": value for name, value in found.items()}
            if ring is None:
                warnings += [*_left_out(spec, size, sample.size), *said]
    return VoiFeatures(values, voxels, total, features, tuple(warnings))


def _samples(
    maps: MapSet, features: FeatureSet, region: np.ndarray
) -> Iterator[tuple[MapSpec, np.ndarray, int]]:
    """Yield each map that is there, its valid values in a region as float64, and how many voxels the region has."""
    names = {spec.name for spec in features.maps}
    measured = [features.spec(spec.name) for spec in maps.specs if spec.name in names]
    if not region.any():
        yield from ((spec, np.empty(0), 0) for spec in measured)
        return
    box = bounding_box(region)
    inside, cut = region[box], maps.cut(box)
    for spec in measured:
        sample = cut.values[spec.name][inside & cut.valid(spec.name)].astype(np.float64)
        yield spec, sample, int(np.count_nonzero(inside))


def _statistics(
    sample: np.ndarray, bins: Bins, spec: MapSpec, strict: bool
) -> tuple[dict[str, float], list[Notice]]:
    """Compute the statistics of a sample, and say which have no value; none of an empty one."""
    found: dict[str, float] = {}
    said: list[Notice] = []
    for statistic in STATISTICS if sample.size else ():
        try:
            found[statistic.name] = statistic.compute(sample, bins)
        except HER2LowMRIError as error:
            # A width of the user's own is wrong for the whole study; a lesion without spread is one lesion.
            if strict:
                raise
            code = "no_entropy" if statistic is ENTROPY else "no_value"
            said.append(Notice(code, f"{spec.label}: {error}", spec.name))
    return found, said


def _key(spec: MapSpec, ring: float | None) -> str:
    return spec.name if ring is None else ring_prefix(spec, ring)


def _check(maps: MapSet, voi: np.ndarray) -> None:
    if voi.dtype != bool:
        raise ImageError("The VOI is not usable", needed="a mask of true and false", found=f"{voi.dtype}")
    for spec in maps.specs:
        shape = maps.values[spec.name].shape
        if shape != voi.shape:
            raise ImageError(
                "The VOI does not fit the map",
                needed=f"the shape of the {spec.name} map, {shape}",
                found=f"{voi.shape}",
            )
    bounding_box(voi)


def _left_out(spec: MapSpec, total: int, valid: int) -> list[Notice]:
    if total - valid <= WARN_EXCLUDED_FRACTION * total:
        return []
    text = (
        f"{spec.label}: {total - valid} of {total} voxels of the VOI ({100 * (1 - valid / total):.0f} %) have no valid "
        "value and were left out."
    )
    return [Notice("voxels_left_out", text, spec.name)]
