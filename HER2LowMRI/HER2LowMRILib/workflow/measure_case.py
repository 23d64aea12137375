"""Measure the VOIs of one case from its images: the unit of work of an export, and what a cluster's worker runs."""

import contextlib
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.feature_interval import finished
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.voi_overlap import voi_overlap
from HER2LowMRILib.files.budget import sha256_of
from HER2LowMRILib.files.json_shape import either, exactly, fields, listed, mapped, parse_json, text
from HER2LowMRILib.files.json_shape import number as finite_number
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.images.examination import Examination, ImageSet
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.read_image_set import content_hash
from HER2LowMRILib.images.voi_files import read_voi
from HER2LowMRILib.images.voi_on_grid import Outline
from HER2LowMRILib.study.case_list import CONTEXT_ROLES, CaseImages
from HER2LowMRILib.study.change_log import canonical_json
from HER2LowMRILib.study.image_names import without_names
from HER2LowMRILib.study.image_record import changed_images, hash_images
from HER2LowMRILib.study.own_files import read_own
from HER2LowMRILib.workflow.case_maps import CaseMaps, maps_of_case
from HER2LowMRILib.workflow.cohort_rows import Measured
from HER2LowMRILib.workflow.measure_beside import BesideFacts, beside_row, loader_of, measure_beside
from HER2LowMRILib.workflow.measure_intervals import case_interval_steps, row_with_intervals
from HER2LowMRILib.workflow.measure_maps import Measurement, PlacedVoi, measure_placed, place_voi
from HER2LowMRILib.workflow.reading_row import Row


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
    features : FeatureSet
        What is measured.
    kept : Path
        Where the result is kept for the next export, in a folder that is there.
    seal : bytes or None
        What seals a kept result, so that nobody without the study's key can make one; None: nothing is kept.
    allow_changed : bool
        Measure images that are not those that were added, and say so.
    examination : Examination or None
        T1, T2 and dynamic series, for what is measured beside the descriptors.
    beside : mapping
        Reader -> what decides the values beside the descriptors; empty where the study wants none.
    small_regions : mapping
        Reader -> where the small region was moved to [mm, LPS]; none of readers who left it where it was.
    """

    case_id: str
    images: CaseImages
    vois: Mapping[str, tuple[Path, str]]
    fit: FitOptions
    features: FeatureSet
    kept: Path
    seal: bytes | None = None
    allow_changed: bool = False
    examination: Examination | None = None
    beside: Mapping[str, BesideFacts] = field(default_factory=dict)
    small_regions: Mapping[str, Sequence[float]] = field(default_factory=dict)


def measure_case(job: CaseJob) -> Measured:
    """Measure all VOIs of a case, or take what an earlier export kept for the same files and settings.

    Never raises for what is wrong with a case: the reason stands in `Measured.problems`, without any path.
    """
    try:
        found = hash_images(job.images, _measured_roles(job.images))
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


def _measure(job: CaseJob) -> Measured:
    case = maps_of_case(job.images, job.fit, job.features)
    problems: dict[str, str] = {}
    placed: dict[str, PlacedVoi] = {}
    outlines: dict[str, Outline] = {}
    for reader, (file, digest) in sorted(job.vois.items()):
        try:
            if sha256_of(file, StudyError) != digest:
                raise StudyError(
                    "the signed VOI was changed after sign-off", needed="the file with the signed hash"
                )
            outlines[reader] = read_voi(file, case.grid).outline
            placed[reader] = place_voi(case, outlines[reader])
        except (HER2LowMRIError, OSError) as error:
            problems[reader] = _reason(error, job)
    found = measure_placed(case, placed, job.small_regions)
    rows = {reader: _row(case, placed[reader], measurement) for reader, measurement in found.items()}
    for reader, measurement in found.items():
        if not any(measurement.features.voxels[name] for name in case.names):
            problems[reader] = (
                "the VOI has no voxel that can be measured: needed at least one voxel with a valid value, "
                f"found {rows[reader]['voi_voxels']} voxels, all of them left out"
            )
    load = loader_of(job.examination)
    for reader, facts in job.beside.items():
        if reader in rows:
            beside = measure_beside(job.examination, load, outlines[reader], facts)
            rows[reader] = rows[reader] | _told_without_names(beside_row(beside, facts), job)
    overlaps = _overlaps({reader: placed[reader].voi for reader in placed}, case.grid)
    return Measured(
        {reader: row for reader, row in rows.items() if reader not in problems}, problems, overlaps
    )


def _told_without_names(row: Row, job: CaseJob) -> Row:
    """Reasons in words may quote a file."""
    told = row["measured_not"]
    return row | {"measured_not": without_names(str(told), job.images) if told else None}


def _row(case: CaseMaps, placed: PlacedVoi, measurement: Measurement) -> Row:
    if not case.features.intervals:
        return measurement.row
    intervals = finished(case_interval_steps(case, placed, measurement))
    return row_with_intervals(measurement, intervals, case.features)


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


def _measured_roles(images: CaseImages) -> tuple[str, ...]:
    return tuple(role for role in images.roles if role not in CONTEXT_ROLES)


def _reason(error: Exception, job: CaseJob) -> str:
    """Why a case was not measured, for the tables: without paths or file names, which may carry identity."""
    if not isinstance(error, HER2LowMRIError):
        # Messages of other libraries quote whole paths.
        return f"unexpected {type(error).__name__}"
    return without_names(str(error), job.images)


def _key(job: CaseJob, images: Mapping[str, str]) -> str:
    """Hash of everything that decides the result: images, VOIs, settings, software."""
    parts: dict[str, object] = {
        "software": __version__,
        "definition": job.features.definition_id,
        "fit": asdict(job.fit),
        "b_values": job.images.b_values,
        "images": dict(images),
        # As they are, not as they were signed: a VOI that was changed must be looked at again.
        "intervals": job.features.intervals,
        "vois": {reader: sha256_of(file, StudyError) for reader, (file, _) in job.vois.items()},
    }
    # Where no small region is measured yet, an earlier result does not have it.
    parts["small_regions"] = {reader: list(place) for reader, place in job.small_regions.items()}
    if job.beside:
        # As they are now: an image that was changed since is refused, and must not hide behind a kept result.
        parts["beside"] = {reader: _plain(asdict(facts)) for reader, facts in job.beside.items()}
        sets = (
            [*job.examination.t2, *(phase.images for phase in job.examination.dce)] if job.examination else []
        )
        parts["examination"] = [[str(one.series), one.frames, one.volume, _hash_of(one)] for one in sets]
        parts["times"] = [phase.time_s for phase in job.examination.dce] if job.examination else []
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def _plain(facts: Mapping[str, object]) -> object:
    return json.loads(json.dumps(facts, default=dict))


def _hash_of(images: ImageSet) -> str:
    try:
        return content_hash(images.files)
    except HER2LowMRIError:
        return ""


_CELL = either(text, finite_number, exactly(None))
_KEPT = fields({"key": text, "rows": mapped(mapped(_CELL)), "overlaps": listed(mapped(_CELL)), "seal": text})


def _keep(job: CaseJob, key: str, measured: Measured) -> None:
    """Keep a result for the next export; where that cannot be, the next one measures again."""
    if job.seal is None:
        return
    kept = {"key": key, "rows": measured.rows, "overlaps": measured.overlaps}
    with contextlib.suppress(OSError, StudyError):
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
