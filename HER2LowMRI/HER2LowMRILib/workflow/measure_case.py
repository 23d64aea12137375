"""Measure the VOIs of one case from its images: the unit of work of an export, and what a cluster's worker runs."""

import contextlib
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.core.b_values import find_b_value
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.histogram import Binning, Maps, definition_id, measure_voi
from HER2LowMRILib.core.voi import bounding_box, describe_voi
from HER2LowMRILib.core.voi_overlap import voi_overlap
from HER2LowMRILib.files.budget import sha256_of
from HER2LowMRILib.files.json_shape import either, exactly, fields, listed, mapped, parse_json, text
from HER2LowMRILib.files.json_shape import number as finite_number
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.read_adc import read_adc
from HER2LowMRILib.images.intake.read_dwi import read_dwi
from HER2LowMRILib.images.map_files import read_maps
from HER2LowMRILib.images.voi_files import read_voi
from HER2LowMRILib.study.case_list import MAP_ROLES, CaseImages
from HER2LowMRILib.study.change_log import canonical_json
from HER2LowMRILib.study.image_names import without_names
from HER2LowMRILib.study.image_record import changed_images, hash_images
from HER2LowMRILib.study.own_files import read_own
from HER2LowMRILib.workflow.cohort_rows import Measured, Row
from HER2LowMRILib.workflow.compute_maps import compute_maps
from HER2LowMRILib.workflow.measured_columns import (
    MAPS,
    definition_columns,
    feature_columns,
    fit_columns,
    geometry_columns,
    image_columns,
    loaded_columns,
)

MEASURED_ROLES = ("dwi", *MAP_ROLES)
Box = tuple[slice, slice, slice]


@dataclass(frozen=True)
class CaseJob:
    """What a worker needs to measure a case.

    Attributes
    ----------
    case_id : str
        The case.
    images : CaseImages
        Where its images are, absolute.
    vois : mapping
        Reader -> signed VOI file and its SHA-256.
    fit : FitOptions
        How the maps are fitted.
    binning : Binning
        Bins of the entropies.
    kept : Path
        Where the result is kept for the next export.
    seal : bytes or None
        What seals a kept result, so that nobody without the study's key can make one; None: nothing is kept.
    allow_changed : bool
        Measure images that are not those that were added, and say so.
    """

    case_id: str
    images: CaseImages
    vois: Mapping[str, tuple[Path, str]]
    fit: FitOptions
    binning: Binning
    kept: Path
    seal: bytes | None = None
    allow_changed: bool = False


def measure_case(job: CaseJob) -> Measured:
    """Measure all VOIs of a case, or take what an earlier export kept for the same files and settings.

    Never raises for what is wrong with a case: the reason stands in `Measured.problems`, without any path.
    """
    try:
        found = hash_images(job.images, MEASURED_ROLES)
        changed = changed_images(job.images, found)
        if changed and not job.allow_changed:
            raise StudyError(
                f"the images are not those that were added: {', '.join(changed)}",
                needed="the files with the recorded hashes",
            )
        names = tuple(f"{role} images" for role in changed)
        key = _key(job, found)
        kept = _kept(job, key)
        if kept is not None:
            return replace(kept, changed=names)
        measured = _measure(job)
        if not measured.problems:
            _keep(job, key, measured)
    except Exception as error:  # noqa: BLE001 - one bad case must not stop the others
        return Measured(problems=dict.fromkeys(job.vois, _reason(error, job)))
    return replace(measured, changed=names)


class _MapGroup:
    """Maps on one grid, computed where they are asked for; those that are None are in another group or not there."""

    def __init__(self, grid: ImageGrid, maps_in: Callable[[Box], Maps], names: tuple[str, ...]):
        self.grid, self.maps_in, self.names = grid, maps_in, names


def _measure(job: CaseJob) -> Measured:
    groups, provenance = _groups(job)
    provenance |= definition_columns(job.binning)
    rows: dict[str, Row] = {}
    problems: dict[str, str] = {}
    masks: dict[str, list[np.ndarray]] = {}
    for reader, (file, digest) in sorted(job.vois.items()):
        try:
            if sha256_of(file, StudyError) != digest:
                raise StudyError(
                    "the signed VOI was changed after sign-off", needed="the file with the signed hash"
                )
            found = [read_voi(file, group.grid).mask for group in groups]
            geometry = describe_voi(found[0], groups[0].grid.spacing_mm)
            rows[reader], masks[reader] = geometry_columns(geometry) | provenance, found
        except (HER2LowMRIError, OSError) as error:
            problems[reader] = _reason(error, job)
    for number, group in enumerate(groups):
        of_group = {reader: found[number] for reader, found in masks.items()}
        if not of_group:
            continue
        # The fit of a whole volume would take longer than reading it; the VOIs are a small part.
        box = bounding_box(np.logical_or.reduce(list(of_group.values())))
        maps = group.maps_in(box)
        for reader, mask in of_group.items():
            features = measure_voi(maps, mask[box], job.binning, job.fit)
            rows[reader] |= feature_columns(features, group.names)
    for reader, row in rows.items():
        if all(row.get(f"{name}_valid_fraction", 0.0) == 0.0 for name in MAPS):
            problems[reader] = (
                "the VOI has no voxel that can be measured: needed at least one voxel with a valid value, "
                f"found {row['voi_voxels']} voxels, all of them left out"
            )
    overlaps = _overlaps({reader: found[0] for reader, found in masks.items()}, groups[0].grid)
    return Measured(
        {reader: row for reader, row in rows.items() if reader not in problems}, problems, overlaps
    )


def _overlaps(masks: Mapping[str, np.ndarray], grid: ImageGrid) -> list[Row]:
    """How much the VOIs of each two readers agree; none for an empty VOI, which has a problem of its own."""
    rows: list[Row] = []
    for first, second in combinations(sorted(reader for reader, mask in masks.items() if mask.any()), 2):
        found = voi_overlap(masks[first], masks[second], grid.spacing_mm[::-1])
        rows.append(
            {
                "reader_1": first,
                "reader_2": second,
                "dice": found.dice,
                "hausdorff_95_mm": found.hausdorff_95_mm,
                "voi_volume_1_mm3": found.volume_a_mm3,
                "voi_volume_2_mm3": found.volume_b_mm3,
            }
        )
    return rows


def _groups(job: CaseJob) -> tuple[list[_MapGroup], Row]:
    """The maps of a case by grid, that in which the VOI was drawn first, and what describes the fit."""
    images = job.images
    if images.d_app is not None and images.k_app is not None:
        maps, grid = read_maps(images.adc, images.d_app, images.k_app)
        return [_MapGroup(grid, lambda box: _cut(maps, box), MAPS)], loaded_columns()
    groups, warnings, adc = [], [], None
    if images.adc is not None:
        adc = read_adc([images.adc])
        warnings += adc.warnings
        groups.append(_MapGroup(adc.grid, lambda box: _SomeMaps(adc=adc.array[box]), ("ADC",)))
        if not images.dwi:
            return groups, loaded_columns() | image_columns(warnings)
    series = read_dwi(images.dwi, b_values=images.b_values)
    if adc is not None:
        adc.check_belongs_to(series)
    names = ("D", "K") if groups else MAPS
    groups.append(_MapGroup(series.grid, lambda box: compute_maps(series, job.fit, box=box).maps, names))
    used_b = [series.b_values[find_b_value(np.asarray(series.b_values), b, "ADC")] for b in job.fit.adc_b]
    options = replace(job.fit, adc_b=tuple(used_b))
    of_fit = fit_columns(series.b_values, series.averages, options, own_adc="ADC" in names)
    return groups, of_fit | image_columns([*warnings, *series.warnings])


@dataclass(frozen=True)
class _SomeMaps:
    """Maps of which some are not there."""

    adc: np.ndarray | None = None
    d_app: np.ndarray | None = None
    k_app: np.ndarray | None = None
    quality: np.ndarray | None = None


def _cut(maps: Maps, box: Box) -> _SomeMaps:
    return _SomeMaps(
        maps.adc[box], maps.d_app[box], maps.k_app[box], None if maps.quality is None else maps.quality[box]
    )


def _reason(error: Exception, job: CaseJob) -> str:
    """Why a case was not measured, for the tables: without paths or file names, which may carry identity."""
    if not isinstance(error, HER2LowMRIError):
        # Messages of other libraries quote whole paths.
        return f"unexpected {type(error).__name__}"
    return without_names(str(error), job.images)


def _key(job: CaseJob, images: Mapping[str, str]) -> str:
    """Hash of everything that decides the result: images, VOIs, settings, software."""
    parts = {
        "software": __version__,
        "definition": definition_id(job.binning),
        "fit": asdict(job.fit),
        "b_values": job.images.b_values,
        "images": dict(images),
        # As they are, not as they were signed: a VOI that was changed must be looked at again.
        "vois": {reader: sha256_of(file, StudyError) for reader, (file, _) in job.vois.items()},
    }
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


_CELL = either(text, finite_number, exactly(None))
_KEPT = fields({"key": text, "rows": mapped(mapped(_CELL)), "overlaps": listed(mapped(_CELL)), "seal": text})


def _keep(job: CaseJob, key: str, measured: Measured) -> None:
    """Keep a result for the next export; where that cannot be, the next one measures again."""
    if job.seal is None:
        return
    kept = {"key": key, "rows": measured.rows, "overlaps": measured.overlaps}
    with contextlib.suppress(OSError, StudyError):
        job.kept.parent.mkdir(parents=True, exist_ok=True)
        write_verified(job.kept, canonical_json(kept | {"seal": _seal(job.seal, kept)}).encode())


def _kept(job: CaseJob, key: str) -> Measured | None:
    """What an earlier export kept; None where it is absent, damaged, of other files or settings, or not ours."""
    if job.seal is None:
        return None
    try:
        kept = parse_json(read_own(job.kept), _KEPT, job.kept.name)
    except (OSError, StudyError):
        return None
    seal = kept.pop("seal")
    if kept["key"] != key or not hmac.compare_digest(seal.encode(), _seal(job.seal, kept).encode()):
        return None
    return Measured(kept["rows"], overlaps=kept["overlaps"])


def _seal(secret: bytes, kept: Mapping[str, object]) -> str:
    return hmac.new(secret, canonical_json(kept).encode(), hashlib.sha256).hexdigest()
