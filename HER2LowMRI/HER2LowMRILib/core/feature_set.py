"""What is measured of a VOI: the features of every map, each with its definition, and what names their definitions."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.first_order import STATISTICS, Bins, Statistic
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.map_spec import NO_UNIT, STANDARD_MAPS, MapSpec, with_ranges

RINGS_MM = (1.0, 3.0, 5.0)
"""The rings around a lesion that a study measures if it asks for rings and says nothing else [mm]."""
# Of one map: more than any lesion has voxels.
_MOST_BINS = 1_000_000
_WIDEST_RING_MM = 20.0


@dataclass(frozen=True)
class Feature:
    """One column of the feature row.

    Attributes
    ----------
    name : str
        Column name, e.g. "ADC_p5" or "ADC_ring3_p5".
    map : MapSpec
    statistic : Statistic
    unit : str
        "1e-3 mm2/s", "bit", "1", ...
    definition, source : str
        One sentence, and where it is from.
    ring_mm : float or None
        Of a ring around the lesion, how far it reaches [mm]; None: the VOI itself.
    """

    name: str
    map: MapSpec
    statistic: Statistic
    unit: str
    definition: str
    source: str
    ring_mm: float | None = None


@dataclass(frozen=True)
class FeatureSet:
    """What a study measures.

    Parameters
    ----------
    maps : tuple of MapSpec
        ADC, D_app and K_app with the study's bins, then the maps that the study declared.
    rings_mm : tuple of float
        Ends of the rings around the lesion that are measured too, ascending [mm]; none by default.
    bins : int, optional
        Use this fixed number of bins between minimum and maximum for the entropy instead of fixed widths. Not
        comparable between lesions; only to repeat work that did so.
    intervals : bool
        Give every feature of the VOI on fitted maps an interval: columns ``FEATURE_low`` and ``FEATURE_high``.
    beside : bool
        Measure values beside the descriptors too (`core.measured_beside`): kinetics, T2 ratio, Kaiser score, ...

    Raises
    ------
    HER2LowMRIError
        When rings cannot be used, or two columns would have one name.
    """

    maps: tuple[MapSpec, ...] = STANDARD_MAPS
    rings_mm: tuple[float, ...] = ()
    bins: int | None = None
    intervals: bool = False
    beside: bool = False

    def __post_init__(self) -> None:
        if self.bins is not None and not (isinstance(self.bins, int) and 2 <= self.bins <= _MOST_BINS):
            raise HER2LowMRIError(
                "The bins of the entropy cannot be used",
                needed=f"2 to {_MOST_BINS:,} bins",
                found=str(self.bins)[:20],
            )
        if not all(spec.bin_width * _MOST_BINS >= spec.high - spec.low for spec in self.maps):
            raise HER2LowMRIError(
                "The bins of the entropy cannot be used",
                needed=f"widths above 0, and at most {_MOST_BINS:,} bins in the valid range of a map",
            )
        rings = self.rings_mm
        if not all(0 < ring <= _WIDEST_RING_MM for ring in rings) or sorted(set(rings)) != list(rings):
            raise HER2LowMRIError(
                "The rings cannot be used",
                needed=f"ascending distances above 0 and up to {_WIDEST_RING_MM:g} mm, such as 1,3,5",
                found=",".join(f"{ring:g}" for ring in rings),
            )
        names = [spec.name.lower() for spec in self.maps]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise HER2LowMRIError(
                "A further map cannot be declared",
                needed="a name of its own (capitals make no difference)",
                found=f"{twice[0]} twice, or as a map that every study has",
            )
        columns = [name.lower() for name in self.column_names]
        twice = sorted({name for name in columns if columns.count(name) > 1})
        if twice:
            raise HER2LowMRIError(
                "A further map cannot be declared", needed="columns of its own", found=f"{twice[0]} twice"
            )

    @classmethod
    def of(
        cls,
        widths: tuple[float, ...] = (),
        bins: int | None = None,
        further: tuple[MapSpec, ...] = (),
        rings_mm: tuple[float, ...] = (),
        intervals: bool = False,
        beside: bool = False,
    ) -> "FeatureSet":
        """Make a set with other bin widths of ADC, D_app and K_app [their unit], and with further maps."""
        widths = widths or tuple(spec.bin_width for spec in STANDARD_MAPS)
        standard = [replace(spec, bin_width=width) for spec, width in zip(STANDARD_MAPS, widths, strict=True)]
        return cls((*standard, *further), rings_mm, bins, intervals, beside)

    def with_bins_of(self, factor: float) -> "FeatureSet":
        """Return the set with every bin width of the entropy times a factor, to see what the bins do."""
        if self.bins is not None or not 0 < factor < float("inf"):
            raise HER2LowMRIError(
                "The bins of the entropy cannot be scaled",
                needed="bins of fixed width, and a factor above 0",
                found="a fixed number of bins" if self.bins is not None else f"{factor:g}",
            )
        return replace(self, maps=tuple(replace(m, bin_width=factor * m.bin_width) for m in self.maps))

    def ranged(self, options: FitOptions) -> "FeatureSet":
        """Return the set with the valid ranges that the settings of a fit state."""
        return replace(self, maps=with_ranges(self.maps, options))

    @property
    def further(self) -> tuple[MapSpec, ...]:
        """The maps beside ADC, D_app and K_app."""
        return self.maps[len(STANDARD_MAPS) :]

    @property
    def has_own_bins(self) -> bool:
        """Whether somebody chose other bins than the usual ones."""
        return self.bins is not None or any(
            spec.bin_width != usual.bin_width for spec, usual in zip(self.maps, STANDARD_MAPS, strict=False)
        )

    def spec(self, name: str) -> MapSpec:
        """Return a map by its name."""
        return next(spec for spec in self.maps if spec.name == name)

    def bin_width(self, name: str) -> float | None:
        """Return the bin width of a map [its unit]; None with a fixed number of bins."""
        return None if self.bins is not None else self.spec(name).bin_width

    def bins_of(self, spec: MapSpec) -> Bins:
        """Return the bins of the entropy of a map."""
        unit = {NO_UNIT: "", "1e-3 mm2/s": "e-3 mm2/s"}.get(spec.unit, f" {spec.unit}")
        return Bins(None if self.bins is not None else spec.bin_width, self.bins, f"{spec.bin_width:g}{unit}")

    @property
    def features(self) -> tuple[Feature, ...]:
        """Every feature, in the order of the columns: each map's statistics, then those of each ring."""
        return _features(self)

    def of_map(self, spec: MapSpec, ring: float | None = None) -> Iterator[Feature]:
        """Yield the features of one map, in the VOI or in a ring around the lesion."""
        for statistic in STATISTICS:
            definition, source = statistic.worded(spec.label, self.bins_of(spec))
            if ring is not None:
                definition = definition.replace("of the VOI", f"of {ring_words(ring)}")
            unit = spec.unit if statistic.unit is None else statistic.unit
            name = (
                f"{spec.name}_{statistic.name}"
                if ring is None
                else f"{ring_prefix(spec, ring)}_{statistic.name}"
            )
            yield Feature(name, spec, statistic, unit, definition, source, ring)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns that are measured of the maps, beside the features their valid part and bins."""
        return (
            *(feature.name for feature in self.features),
            *(f"{spec.name}_valid_fraction" for spec in self.maps),
            *(f"{spec.name}_bin_width" for spec in self.maps),
        )

    @property
    def with_interval(self) -> tuple[Feature, ...]:
        """The features that have columns of an interval: those of the VOI on maps that are fitted here."""
        if not self.intervals:
            return ()
        return tuple(f for f in self.features if f.ring_mm is None and f.map not in self.further)

    @property
    def definition_id(self) -> str:
        """A short stable name of the definitions and bins behind a feature row, e.g. "h1-3f2a9c10"."""
        rules: list[list[object]] = [
            [spec.name, spec.excluded.value] for spec in self.maps if spec in STANDARD_MAPS or spec.excluded
        ]
        rules += [[spec.name, spec.low, spec.high] for spec in self.further]
        text = json.dumps(
            [[f.name, f.unit, f.definition] for f in self.features] + rules, separators=(",", ":")
        )
        return f"h1-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


@lru_cache(maxsize=16)
def _features(measured: FeatureSet) -> tuple[Feature, ...]:
    # Not kept in the set itself, which goes to the workers of an export.
    regions = (None, *measured.rings_mm)
    return tuple(f for ring in regions for spec in measured.maps for f in measured.of_map(spec, ring))


def ring_prefix(spec: MapSpec, ring_mm: float) -> str:
    """First part of the columns of a map in a ring, e.g. "ADC_ring3"."""
    return f"{spec.name}_{ring_name(ring_mm)}"


def ring_name(ring_mm: float) -> str:
    """Name of a ring in columns, e.g. "ring3"."""
    return "ring" + f"{ring_mm:g}".replace(".", "p")


def ring_words(ring_mm: float) -> str:
    """A ring in the words of a definition."""
    return f"the ring of {ring_mm:g} mm around the lesion"


FEATURES = FeatureSet().features
"""The 21 features of every study."""
