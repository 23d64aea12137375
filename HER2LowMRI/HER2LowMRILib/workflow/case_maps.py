"""Which maps a case has, and where each comes from: the one rule behind panel, export and commands."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from HER2LowMRILib.core.b_values import find_b_value
from HER2LowMRILib.core.columns import Row
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.long_act import IsCancelled, OnProgress
from HER2LowMRILib.core.map_set import Box, MapSet
from HER2LowMRILib.core.map_spec import ADC, D_APP, K_APP, STANDARD_MAPS, MapSpec
from HER2LowMRILib.core.noise_floor import estimate_noise
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.tissue import tissue_mask
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.read_dwi import read_dwi
from HER2LowMRILib.images.map_files import MAP_FILES, maps_in_folder, read_quality
from HER2LowMRILib.images.quality_gate import Quality, judge_series
from HER2LowMRILib.images.read_map import GivenMap, read_map
from HER2LowMRILib.images.voi_on_grid import Region
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.workflow.compute_maps import compute_maps, not_fitted

# Reading takes about this part of the time, the fit the rest.
_READING = 0.7
_KURTOSIS = (D_APP.name, K_APP.name)


@dataclass(frozen=True)
class MapGroup:
    """Maps on the same voxels and of the same origin.

    Attributes
    ----------
    grid : ImageGrid
    names : tuple of str
        The maps.
    given : bool
        Whether they came with the case; otherwise they are fitted to its series.
    maps_in : callable
        (box or None for everywhere, progress, cancelled) -> MapSet and notices; a fit is only done where it is needed.
    """

    grid: ImageGrid
    names: tuple[str, ...]
    given: bool
    maps_in: Callable[[Box | None, OnProgress, IsCancelled], tuple[MapSet, tuple[Notice, ...]]] = field(
        repr=False
    )

    @classmethod
    def of(cls, maps: MapSet, grid: ImageGrid, given: bool) -> "MapGroup":
        """Make a group of maps that are there already."""

        def maps_in(
            box: Box | None, progress: OnProgress, cancelled: IsCancelled
        ) -> tuple[MapSet, tuple[Notice, ...]]:
            return (maps if box is None else maps.cut(box)), ()

        return cls(grid, tuple(spec.name for spec in maps.specs), given, maps_in)


@dataclass(frozen=True)
class CaseMaps:
    """The maps of a case.

    Attributes
    ----------
    groups : tuple of MapGroup
        By what they lie on and come from; the first is what the VOI is drawn on.
    features : FeatureSet
        What is measured on them, with the valid ranges of the study.
    provenance : dict
        Columns that say where the maps are from.
    options : FitOptions
        How maps are fitted.
    notices : tuple of Notice
        What was said of the images when they were read, and of where the maps are from.
    fit_notices : tuple of Notice
        What the fit had to say of the whole image.
    series : DiffusionSeries or None
        The diffusion images, where they were read.
    """

    groups: tuple[MapGroup, ...]
    features: FeatureSet
    provenance: Row
    options: FitOptions = field(default_factory=FitOptions)
    notices: tuple[Notice, ...] = ()
    fit_notices: tuple[Notice, ...] = ()
    series: DiffusionSeries | None = field(default=None, repr=False)

    @property
    def grid(self) -> ImageGrid:
        """Where the VOI is drawn."""
        return self.groups[0].grid

    @property
    def names(self) -> tuple[str, ...]:
        """Every map that there is, in the order of the columns."""
        there = {name for group in self.groups for name in group.names}
        return tuple(spec.name for spec in self.features.maps if spec.name in there)

    @cached_property
    def outside(self) -> Region | None:
        """What the diffusion images show to lie outside the body; None without any."""
        if self.series is None:
            return None
        low, high = self.series.signals[0], self.series.signals[-1]
        return Region(~tissue_mask(low, estimate_noise(low, high).floor), self.series.grid)

    @cached_property
    def quality(self) -> Quality | None:
        """How good the images are that maps are fitted to; None where none are."""
        if self.series is None or all(group.given for group in self.groups):
            return None
        return judge_series(self.series)

    def take_known(self, other: "CaseMaps") -> None:
        """Take over what was worked out of the same images already."""
        for name in ("outside", "quality"):
            if name in vars(other) and self.series is other.series:
                vars(self)[name] = vars(other)[name]

    def whole(self, progress: OnProgress = None, cancelled: IsCancelled = None) -> "CaseMaps":
        """Return the maps of the whole image, fitted now, with what the fit had to say."""
        groups: list[MapGroup] = []
        said: list[Notice] = []
        for group in self.groups:
            maps, notices = group.maps_in(None, progress, cancelled)
            groups.append(MapGroup.of(maps, group.grid, group.given))
            said += notices
        whole = replace(self, groups=tuple(groups), fit_notices=tuple(said))
        whole.take_known(self)
        return whole

    def maps(self, name: str) -> MapSet | None:
        """Return the maps among which a map is, everywhere; None when there is no such map."""
        group = next((group for group in self.groups if name in group.names), None)
        return None if group is None else group.maps_in(None, None, None)[0]

    def grid_of(self, name: str) -> ImageGrid | None:
        """Where a map lies; None when there is no such map."""
        return next((group.grid for group in self.groups if name in group.names), None)


def maps_of_case(
    images: CaseImages,
    options: FitOptions | None = None,
    features: FeatureSet | None = None,
    *,
    with_series: bool = False,
    adc_unit: str | None = None,
    progress: OnProgress = None,
    cancelled: IsCancelled = None,
) -> CaseMaps:
    """Find the maps of a case: those that came with it as they are, the others fitted to its diffusion series.

    Parameters
    ----------
    images : CaseImages
        Where the images are.
    options : FitOptions, optional
        How maps are fitted.
    features : FeatureSet, optional
        What is measured; it names the further maps.
    with_series : bool
        Read the diffusion series even where no map is fitted to it, to look at.
    adc_unit : str, optional
        Unit of an ADC map that states none, e.g. "1e-6 mm2/s".
    progress, cancelled : callable, optional
        As in ``read_dwi``.

    Raises
    ------
    HER2LowMRIError
        When images cannot be read or used, or there is nothing to measure.
    Cancelled
        When ``cancelled`` said so.
    """
    options, features = options or FitOptions(), features or FeatureSet()
    files = given_files(images, features.maps)
    given = [read_map(files[spec.role], spec, adc_unit) for spec in features.maps if spec.role in files]
    names = {found.spec.name for found in given}
    needed = with_series or bool(features.rings_mm) or features.intervals
    needed = needed or any(spec.name not in names for spec in STANDARD_MAPS)
    series = None
    if images.dwi and needed:
        part = None if progress is None else (lambda done: progress(_READING * done))
        series = read_dwi(images.dwi, b_values=images.b_values, progress=part, cancelled=cancelled)
    return choose_maps(series, given, options, features, files)


def given_files(images: CaseImages, specs: Iterable[MapSpec]) -> dict[str, Path]:
    """Role -> file of the maps that came with a case; an ADC "map" may be the folder that `write_maps` wrote."""
    places = {spec.role: images.map_place(spec.role) for spec in specs}
    files = {role: place for role, place in places.items() if place is not None}
    folder = files.get(ADC.role)
    if folder is not None and folder.is_dir():
        files = (maps_in_folder(folder) or {}) | {r: f for r, f in files.items() if f != folder} or files
        files.setdefault(ADC.role, folder)
    return files


def choose_maps(
    series: DiffusionSeries | None,
    given: Sequence[GivenMap],
    options: FitOptions | None = None,
    features: FeatureSet | None = None,
    files: Mapping[str, Path] | None = None,
) -> CaseMaps:
    """Decide where each map comes from: a map that was given is used, the others are fitted.

    Parameters
    ----------
    series : DiffusionSeries or None
    given : sequence of GivenMap
        Maps that came with the case, one of a kind; each may lie on voxels of its own.
    options, features
        As in `maps_of_case`.
    files : mapping of str to Path, optional
        Role -> file of the given maps, to find the fit quality that lies beside them.

    Raises
    ------
    HER2LowMRIError
        When there is neither a map nor a series, or a map belongs to another patient.
    """
    options = options or FitOptions()
    features = (features or FeatureSet()).ranged(options)
    if series is None and not given:
        raise HER2LowMRIError(
            "There are no images", needed="a diffusion series or a map", todo="Read images first."
        )
    if series is not None:
        for found in given:
            found.check_belongs_to(series)
    names = {found.spec.name for found in given}
    missing = [spec for spec in STANDARD_MAPS if spec.name not in names]
    fitted = _fitted_names(series, missing)
    groups = _given_groups(given, options, features, files or {})
    if series is not None and fitted:
        groups.append(_fitted_group(series, options, fitted))
    order = {spec.name: number for number, spec in enumerate(features.maps)}
    groups.sort(key=lambda group: min(order[name] for name in group.names))
    provenance = provenance_columns(series, options, set(fitted), names)
    notices = [notice for found in given for notice in found.notices]
    if series is not None and missing:
        notices += _said_of_series(series, missing, names, set(fitted))
    return CaseMaps(tuple(groups), features, provenance, options, tuple(notices), series=series)


def _said_of_series(
    series: DiffusionSeries, missing: Sequence[MapSpec], given: set[str], fitted: set[str]
) -> list[Notice]:
    """What there is to know of a series that maps are fitted to."""
    return [
        *series.warnings,
        *not_fitted(series, [spec for spec in missing if spec.name not in fitted]),
        *_mixed(given, fitted),
    ]


def _fitted_names(series: DiffusionSeries | None, missing: Sequence[MapSpec]) -> tuple[str, ...]:
    """Names of the maps that are fitted: those that did not come with the case; of two b-values the ADC alone."""
    if series is None:
        return ()
    return tuple(spec.name for spec in missing if len(series.images) > 2 or spec.name == ADC.name)


def _given_groups(
    given: Sequence[GivenMap], options: FitOptions, features: FeatureSet, files: Mapping[str, Path]
) -> list[MapGroup]:
    together: list[list[GivenMap]] = []
    for found in given:
        place = next((group for group in together if group[0].grid.same_as(found.grid)), None)
        if place is None:
            together.append([found])
        else:
            place.append(found)
    groups = []
    for group in together:
        grid = group[0].grid
        folder = _own_folder(group, files)
        maps = MapSet(
            {found.spec.name: found.values for found in group},
            None if folder is None else read_quality(folder, grid),
            options=options,
            further=features.further,
        )
        groups.append(MapGroup.of(maps, grid, given=True))
    return groups


def _own_folder(group: Sequence[GivenMap], files: Mapping[str, Path]) -> Path | None:
    """The folder of maps that this software fitted, where all fitted maps of a group are such, and of one folder."""
    own = [files.get(found.spec.role) for found in group if found.spec.role in MAP_FILES]
    names = [MAP_FILES[found.spec.role] for found in group if found.spec.role in MAP_FILES]
    folders = {
        file.parent for file, name in zip(own, names, strict=True) if file is not None and file.name == name
    }
    whole = own and all(file is not None and file.name == name for file, name in zip(own, names, strict=True))
    return folders.pop() if whole and len(folders) == 1 else None


def _fitted_group(series: DiffusionSeries, options: FitOptions, names: tuple[str, ...]) -> MapGroup:
    def maps_in(
        box: Box | None, progress: OnProgress, cancelled: IsCancelled
    ) -> tuple[MapSet, tuple[Notice, ...]]:
        part = None if progress is None else (lambda done: progress(_READING + (1 - _READING) * done))
        computed = compute_maps(series, options, box=box, progress=part, cancelled=cancelled)
        # What cannot be fitted was said when the maps were chosen.
        said = tuple(notice for notice in computed.warnings if notice.code != "not_fitted")
        return computed.maps.only(*names), said

    return MapGroup(series.grid, names, False, maps_in)


def _mixed(given: set[str], fitted: set[str]) -> list[Notice]:
    """Say it where one of D_app and K_app came with the case and the other is fitted: they are of two models."""
    loaded, own = (
        [s.label for s in STANDARD_MAPS if s.name in _KURTOSIS and s.name in names]
        for names in (given, fitted)
    )
    if not loaded or not own:
        return []
    return [Notice("mixed_origin", f"{loaded[0]} came with the case, {own[0]} is fitted.")]


def provenance_columns(
    series: DiffusionSeries | None, options: FitOptions, fitted: set[str], given: set[str]
) -> Row:
    """Return the columns that say where the maps of a case are from.

    Parameters
    ----------
    series : DiffusionSeries or None
    options : FitOptions
        How maps were fitted to it.
    fitted, given : set of str
        Names of the maps that were fitted, and of those that came with the case.
    """
    row: Row = {}
    if series is not None and fitted:
        used = [series.b_values[find_b_value(series.b_values, b, "ADC")] for b in options.adc_b]
        options = replace(options, adc_b=(used[0], used[1]))
        row |= fit_columns(series.b_values, series.averages, options, fitted)
    if not fitted & set(_KURTOSIS) and given & {spec.name for spec in STANDARD_MAPS}:
        row |= {"fit_model": "loaded", "fit_s0": None}
    return row


def fit_columns(
    b_values: Sequence[float], averages: Sequence[float], options: FitOptions, fitted: Iterable[str]
) -> Row:
    """Return the columns that describe fitted maps.

    Parameters
    ----------
    b_values, averages : sequence of float
        Of the series, ascending [s/mm2].
    options : FitOptions
        ``adc_b`` holds the b-values that were used.
    fitted : iterable of str
        Names of the maps that were fitted.
    """
    fitted = set(fitted)
    kurtosis = bool(fitted & set(_KURTOSIS))
    return {
        "b_values": _numbers(b_values),
        "b_averages": _numbers(averages),
        "adc_b_values": _numbers(options.adc_b) if ADC.name in fitted else None,
        "fit_model": options.model if kurtosis else None,
        "fit_s0": options.s0 if kurtosis else None,
    }


def _numbers(values: Sequence[float]) -> str | None:
    return ";".join(f"{value:g}" for value in values) or None
