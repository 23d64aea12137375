"""Measure the VOIs of one case from its images: the unit of work of an export, and what a cluster's worker runs."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError, StudyError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.histogram import FEATURES, Binning, definition_id, measure_voi
from HER2LowMRILib.core.voi import describe_voi
from HER2LowMRILib.study.case_list import MAP_ROLES, CaseImages
from HER2LowMRILib.study.change_log import canonical_json
from HER2LowMRILib.study.image_grid import ImageGrid
from HER2LowMRILib.study.intake.read_adc import read_adc
from HER2LowMRILib.study.intake.read_dwi import read_dwi
from HER2LowMRILib.study.map_files import read_maps
from HER2LowMRILib.study.verified_write import write_verified
from HER2LowMRILib.study.voi_files import read_voi
from HER2LowMRILib.workflow.cohort_rows import Measured, Row
from HER2LowMRILib.workflow.compute_maps import compute_maps

MEASURED_ROLES = ("dwi", *MAP_ROLES)


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
    """

    case_id: str
    images: CaseImages
    vois: Mapping[str, tuple[Path, str]]
    fit: FitOptions
    binning: Binning
    kept: Path


def measure_case(job: CaseJob) -> Measured:
    """Measure all VOIs of a case, or take what an earlier export kept for the same files and settings.

    Never raises for what is wrong with a case: the reason stands in `Measured.problems`, without any path.
    """
    try:
        key = _key(job)
        kept = _kept(job.kept, key)
        if kept is not None:
            return kept
        measured = _measure(job)
        if not measured.problems:
            job.kept.parent.mkdir(parents=True, exist_ok=True)
            write_verified(job.kept, canonical_json({"key": key, "rows": measured.rows}).encode())
    except Exception as error:  # noqa: BLE001 - one bad case must not stop the others
        return Measured(problems=dict.fromkeys(job.vois, _reason(error)))
    return measured


@dataclass(frozen=True)
class _MapGroup:
    """Maps on one grid; those that are None are in another group or not there."""

    grid: ImageGrid
    adc: np.ndarray | None = None
    d_app: np.ndarray | None = None
    k_app: np.ndarray | None = None
    quality: np.ndarray | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Prefixes of the features that come from this group."""
        maps = {"ADC": self.adc, "D": self.d_app, "K": self.k_app}
        return tuple(name for name, values in maps.items() if values is not None)


def _measure(job: CaseJob) -> Measured:
    groups, provenance = _maps(job)
    provenance |= {f"{name}_bin_width": job.binning.width(name) for name in ("ADC", "D", "K")}
    provenance["definition_id"] = definition_id(job.binning)
    rows: dict[str, Row] = {}
    problems: dict[str, str] = {}
    for reader, (file, digest) in sorted(job.vois.items()):
        try:
            if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
                raise StudyError(
                    "the signed VOI was changed after sign-off", needed="the file with the signed hash"
                )
            rows[reader] = _voi_row(file, groups, job) | provenance
        except (HER2LowMRIError, OSError) as error:
            problems[reader] = _reason(error)
    return Measured(rows, problems)


def _maps(job: CaseJob) -> tuple[tuple[_MapGroup, ...], Row]:
    """The maps of a case: the group in which the VOI was drawn first, and what describes the fit."""
    images = job.images
    if images.d_app is not None and images.k_app is not None:
        maps, grid = read_maps(images.adc, images.d_app, images.k_app)
        group = _MapGroup(grid, maps.adc, maps.d_app, maps.k_app, maps.quality)
        return (group,), {"fit_model": "loaded"}
    given = []
    if images.adc is not None:
        adc = read_adc([images.adc])
        given = [_MapGroup(adc.grid, adc=adc.array)]
        if not images.dwi:
            return tuple(given), {"fit_model": "loaded"}
    series = read_dwi(images.dwi, b_values=images.b_values)
    maps = compute_maps(series, job.fit).maps
    fitted = _MapGroup(series.grid, None if given else maps.adc, maps.d_app, maps.k_app, maps.quality)
    provenance: Row = {
        "b_values": _numbers(maps.b_values),
        "b_averages": _numbers(maps.averages),
        "fit_model": maps.options.model,
        "fit_s0": maps.options.s0,
    }
    if not given:
        provenance["adc_b_values"] = _numbers(maps.options.adc_b)
    return (*given, fitted), provenance


def _voi_row(file: Path, groups: tuple[_MapGroup, ...], job: CaseJob) -> Row:
    row: Row = {feature.name: None for feature in FEATURES}
    voxels = 0
    for number, group in enumerate(groups):
        mask = read_voi(file, group.grid).mask
        if number == 0:
            geometry = describe_voi(mask, group.grid.spacing_mm)
            for name in ("voi_voxels", "voi_volume_mm3", "voi_slices"):
                row[name] = getattr(geometry, name)
        found = measure_voi(group, mask, job.binning, job.fit)
        voxels += sum(found.voxels.values())
        for name in group.names:
            row[f"{name}_valid_fraction"] = found.valid_fraction[name]
            row |= {key: _cell(value) for key, value in found.values.items() if key.startswith(f"{name}_")}
    if not voxels:
        raise ImageError(
            "the VOI has no voxel that can be measured",
            needed="at least one voxel with a valid value",
            found=f"{row['voi_voxels']} voxels, all of them left out",
        )
    return row


def _cell(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _numbers(values: tuple[float, ...]) -> str:
    return ";".join(f"{value:g}" for value in values)


def _reason(error: Exception) -> str:
    # Messages of other libraries quote paths, which may carry identity.
    return str(error) if isinstance(error, HER2LowMRIError) else f"unexpected {type(error).__name__}"


def _key(job: CaseJob) -> str:
    """Hash of everything that decides the result: images, VOIs, settings, software."""
    inputs = {role: [_file_hash(file) for file in _files(job.images, role)] for role in MEASURED_ROLES}
    parts = {
        "software": __version__,
        "definition": definition_id(job.binning),
        "fit": asdict(job.fit),
        "b_values": job.images.b_values,
        "images": inputs,
        # As they are, not as they were signed: a VOI that was changed must be looked at again.
        "vois": {reader: _file_hash(file) for reader, (file, _) in job.vois.items()},
    }
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def _files(images: CaseImages, role: str) -> Iterator[Path]:
    places = getattr(images, role) or ()
    for place in places if isinstance(places, tuple) else (places,):
        if place.is_dir():
            yield from sorted(file for file in place.rglob("*") if file.is_file())
        else:
            # A NIfTI file has its b-values beside it, a detached header its voxels.
            stem = place.name.split(".")[0]
            yield from sorted(
                file for file in place.parent.glob("*") if file.is_file() and file.name.split(".")[0] == stem
            )


def _file_hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _kept(file: Path, key: str) -> Measured | None:
    try:
        kept = json.loads(file.read_bytes())
        return Measured(kept["rows"]) if kept["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
