"""Volumes of NRRD, NIfTI and MHA files: what their names, header keys and JSON sidecars (BIDS, dcm2niix) say."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from HER2LowMRILib.images.examination import ImageSet
from HER2LowMRILib.images.intake.acquisition import Acquisition, moment
from HER2LowMRILib.images.intake.image_files import read_image, stem
from HER2LowMRILib.images.sorting.volume import Volume

_LARGEST_SIDECAR = 10**6
_UNITS_S = {"ms": 1e-3, "s": 1.0, "us": 1e-6, "msec": 1e-3, "sec": 1.0}
_TIME_TAGS = ("triggertime", "acquisitiontime", "contenttime", "time")
# What BIDS writes before the name of an image; "sub" alone is a subtraction.
_SUBJECT = re.compile(r"^sub-[a-z0-9]+_(ses-[a-z0-9]+_)?(?=[a-z])", re.IGNORECASE)
FRAME_LABELS = "NRRD key MultiVolume.FrameLabels"


def volumes_of_file(file: Path, name: str, named: str, *, neutral: bool = False) -> list[Volume]:
    """The volumes of one image file.

    Parameters
    ----------
    file : Path
    name : str
        How it is called: its path within the folder of the examination, or what tells nothing of it.
    named : str
        Role that the file or its folder is named after.
    neutral : bool
        Keep neither the name of the file nor of the series, which may be a person's.

    Raises
    ------
    ImageError
        If it cannot be read.
    """
    image = read_image(file)
    keys, grid, arrays = image.keys, image.grid, image.volumes
    sidecar = _sidecar(file)
    times = _frame_times(keys, len(arrays)) or _sidecar_times(sidecar, len(arrays))
    full = str(sidecar.get("SeriesDescription") or sidecar.get("ProtocolName") or stem(file))
    description = "" if neutral else full
    volumes = []
    for at, array in enumerate(arrays):
        images = ImageSet(name, description, grid, (file,), (), at if len(arrays) > 1 else None)
        middle = array.shape[0] // 2
        shown = np.array(array[max(0, middle - 1) : middle + 2], np.float64)
        volumes.append(
            Volume(
                key=name,
                images=images,
                facts=_facts(sidecar, description),
                echo_ms=_scaled(sidecar.get("EchoTime"), 1e3),
                image_type=tuple(str(part).upper() for part in sidecar.get("ImageType") or ()),
                maker=str(sidecar.get("Manufacturer") or ""),
                order=at,
                of=len(arrays),
                order_source="volume of the file" if len(arrays) > 1 else "",
                times=_volume_times(times, at, sidecar),
                named=named,
                called_in_full=_SUBJECT.sub("", full),
                middle=_given(shown),
            )
        )
    return volumes


def _given(array: np.ndarray) -> Callable[[], np.ndarray]:
    return lambda: array


def _sidecar(file: Path) -> Mapping[str, Any]:
    """The JSON file of the same name; nothing where there is none or it is not an object."""
    table = file.with_name(f"{stem(file)}.json")
    try:
        if not table.is_file() or table.stat().st_size > _LARGEST_SIDECAR:
            return {}
        found = json.loads(table.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _facts(sidecar: Mapping[str, Any], description: str) -> Acquisition:
    options = sidecar.get("ScanOptions")
    return Acquisition(
        description=description,
        sequence=frozenset(re.findall(r"[A-Z]+", str(sidecar.get("ScanningSequence") or "").upper())),
        options=tuple(re.findall(r"\w+", str(options).upper())) if options is not None else None,
        kind=str(sidecar.get("MRAcquisitionType") or ""),
        repetition_ms=_scaled(sidecar.get("RepetitionTime"), 1e3),
        inversion_ms=_scaled(sidecar.get("InversionTime"), 1e3),
        flip_deg=_scaled(sidecar.get("FlipAngle"), 1.0),
        echo_train=int(_scaled(sidecar.get("EchoTrainLength"), 1.0) or 0) or None,
        contrast=str(sidecar.get("ContrastBolusIngredient") or ""),
    )


def _scaled(value: object, factor: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        return None
    return float(value) * factor


def _volume_times(
    times: tuple[str, list[float]] | None, at: int, sidecar: Mapping[str, Any]
) -> dict[str, float]:
    if times is not None:
        return {times[0]: times[1][at]}
    clock = moment(str(sidecar.get("AcquisitionTime") or "").split("T")[-1])
    return {"acquisition time": clock} if clock is not None and at == 0 else {}


def _frame_times(keys: Mapping[str, str], count: int) -> tuple[str, list[float]] | None:
    """Times that Slicer's MultiVolume importer wrote, where the labels are times and their unit is known."""
    labels = keys.get("MultiVolume.FrameLabels")
    tag = keys.get("MultiVolume.FrameIdentifyingDICOMTagName", "").lower()
    unit = _UNITS_S.get(keys.get("MultiVolume.FrameIdentifyingDICOMTagUnits", "").lower())
    if not labels or unit is None or not any(tag.endswith(known) for known in _TIME_TAGS):
        return None
    try:
        times = [float(part) * unit for part in labels.split(",")]
    except ValueError:
        return None
    return (FRAME_LABELS, times) if len(times) == count and all(map(np.isfinite, times)) else None


def _sidecar_times(sidecar: Mapping[str, Any], count: int) -> tuple[str, list[float]] | None:
    """Start of each volume as BIDS has it: VolumeTiming, or FrameTimesStart [s]."""
    for key in ("VolumeTiming", "FrameTimesStart"):
        values = sidecar.get(key)
        if isinstance(values, list) and len(values) == count:
            times = [_scaled(value, 1.0) for value in values]
            if None not in times:
                return f"sidecar {key}", [time for time in times if time is not None]
    return None
