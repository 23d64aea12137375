"""Which image files of a folder are the diffusion images, which is their ADC map, and which tables belong to them.

For NRRD, NIfTI and MetaImage; the one rule for computing maps, adding a case, opening and exporting it. dcm2niix writes
``5_dwi.nii.gz`` with ``.bval``, ``.bvec`` and ``.json``, and ``6_dwi_ADC.nii.gz`` beside it; FSL has ``data.nii.gz``
with ``bvals`` and ``bvecs``; BIDS (https://bids-specification.readthedocs.io) has ``sub-1/ses-1/dwi/sub-1_ses-1_dwi``,
and tables that may stand in a folder above.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.budget import read_at_most
from HER2LowMRILib.images.intake.b_tables import LARGEST_B0, LONGEST_TABLE
from HER2LowMRILib.images.intake.image_files import (
    header_half,
    is_image_file,
    is_voxel_file,
    stem,
    volumes_in_header,
    voxel_files,
)
from HER2LowMRILib.images.intake.image_kind import ImageKind
from HER2LowMRILib.images.intake.series_names import computed_b_in_name, map_in_name

BVAL, BVEC = (".bval", ".bvals"), (".bvec", ".bvecs")
_FSL_BVAL, _FSL_BVEC = ("bvals", "bval", "bvals.txt"), ("bvecs", "bvec", "bvecs.txt")
_NRRD_KEYS = (b"DWMRI_b-value", b"MultiVolume.FrameLabels")
_ADC, _MAP, _MASK, _PHASE = "ADC map", "other map", "mask or segmentation", "phase or complex image"
_COMPUTED, _WEIGHTED, _LONE_B0 = "computed b-value", "diffusion images", "b 0 only"
# Words between the signs of a file name, and what such an image is.
_NO_DIFFUSION_IMAGE = {
    _MAP: ("fa", "colfa", "cfa", "md", "eadc", "tensor", "mk", "app", "quality", "s0"),
    _MASK: ("mask", "seg", "label", "labels", "voi", "roi"),
    _PHASE: ("ph", "phase", "imaginary", "real"),
}
# The same in a file name that says nothing else.
_WORDS = {_ADC: "_ADC", _MAP: "_FA", _MASK: "_mask", _PHASE: "_phase", _COMPUTED: "_cDWI"}


@dataclass(frozen=True)
class FolderImages:
    """What the image files of a folder are.

    Parameters
    ----------
    diffusion : tuple of Path
        One file with all volumes, several with volumes each, or one 3D file for each b-value.
    adc_maps : tuple of Path
    left_out : tuple of str
        What else there was, in words.
    """

    diffusion: tuple[Path, ...]
    adc_maps: tuple[Path, ...]
    left_out: tuple[str, ...]


def is_volume_file(path: Path) -> bool:
    """Whether the file may hold images to be fitted (segmentations are none, nor is the voxel half of a pair)."""
    if path.name.lower().endswith((".seg.nrrd", ".seg.nhdr")):
        return False
    return is_image_file(path) and not is_voxel_file(path)


def sort_image_files(files: Iterable[Path]) -> FolderImages:
    """Sort the image files of one folder and its subfolders.

    Raises
    ------
    ImageError
        If they are of two patients, sessions or phase-encoding directions, so that only the user can choose.
    """
    of_kind: dict[str, list[Path]] = {}
    for file in files:
        if is_volume_file(file):
            of_kind.setdefault(_role(file), []).append(file)
    adc, weighted, rest = (of_kind.pop(kind, []) for kind in (_ADC, _WEIGHTED, ""))
    if not weighted:
        # One file for each b-value: which is which is typed, and a word in a name may mean anything but these.
        others = [file for kind in (_MAP, _MASK, _PHASE) for file in of_kind.pop(kind, [])]
        return FolderImages(tuple(sorted([*rest, *others])), tuple(adc), _words({_ADC: adc, **of_kind}))
    diffusion = _without_lone_b0(weighted)
    _ask_where_several(diffusion)
    lone = [file for file in weighted if file not in diffusion]
    plain = [*rest, *of_kind.pop(_MAP, []), *of_kind.pop(_MASK, [])]
    words = _words({_ADC: adc, **of_kind, _LONE_B0: lone, "": plain})
    return FolderImages(tuple(diffusion), tuple(adc), words)


def computed_b(file: Path, b_values: Sequence[float]) -> bool | None:
    """Whether the name says that the b-values above 0 were computed: True of all, None of some, False of none."""
    named = computed_b_in_name(stem(file))
    covered = [named is not None and named.covers(b) for b in b_values if b > LARGEST_B0]
    if not covered:
        return named is not None
    return True if all(covered) else None if any(covered) else False


def sidecars(path: Path) -> dict[str, Path]:
    """The tables of b-values (``.bval``) and directions (``.bvec``) that belong to an image file.

    Parameters
    ----------
    path : Path
        An image file.

    Returns
    -------
    dict of str to Path
        ".bval" and ".bvec", those that are there.
    """
    if not is_nifti(path):
        return {}
    beside = _by_name(path.parent)
    found: dict[str, Path] = {}
    for key, suffixes, fsl in ((".bval", BVAL, _FSL_BVAL), (".bvec", BVEC, _FSL_BVEC)):
        own = next((beside[n] for s in suffixes if (n := (stem(path) + s).lower()) in beside), None)
        shared = next((beside[n] for n in fsl if n in beside), None)
        if own is None and shared is not None and _is_the_one(path, beside):
            own = shared
        own = own or _inherited(path, suffixes[0])
        if own is not None:
            found[key] = own
    return found


def companions(path: Path) -> tuple[Path, ...]:
    """The other files that an image file is read with: tables of b-values and directions, and detached voxels."""
    halves = [header_half(path), *([path] if header_half(path) != path else [])]
    tables = sidecars(halves[0]).values()
    return tuple(file for file in (*halves, *tables, *voxel_files(halves[0])) if file != path)


def neutral_word(path: Path) -> str:
    """What the name of an image file says of its kind, to be kept in a name that says nothing else; may be empty."""
    return _WORDS.get(_kind(path), "")


def is_nifti(path: Path) -> bool:
    """Whether the name is one of NIfTI, which keeps b-values in tables of their own."""
    return path.name.lower().endswith((".nii", ".nii.gz", ".hdr", ".img"))


def _by_name(folder: Path) -> dict[str, Path]:
    try:
        return {file.name.lower(): file for file in sorted(folder.iterdir()) if file.is_file()}
    except OSError:
        return {}


def _is_the_one(path: Path, beside: dict[str, Path]) -> bool:
    """Whether FSL's ``bvals`` are of this file: the only series of its folder, or the one called data or dwi."""
    series = [
        file
        for file in beside.values()
        if is_nifti(file)
        and is_volume_file(file)
        and not any((stem(file) + suffix).lower() in beside for suffix in BVAL)
        and volumes_in_header(file) > 1
    ]
    if path.name.lower().endswith(".img"):
        path = path.with_name(stem(path) + ".hdr")
    named = [file for file in series if stem(file).lower() in ("data", "dwi")]
    return (named if len(series) > 1 else series)[:2] == [path]


def _inherited(path: Path, suffix: str) -> Path | None:
    """The table in a folder above that BIDS lets stand for this file: all its entities are those of the file."""
    entities = set(stem(path).split("_"))
    if not any(entity.startswith("sub-") for entity in entities):
        return None
    for folder in list(path.absolute().parents)[1:4]:
        fitting = [
            table for table in sorted(folder.glob(f"*{suffix}")) if set(table.stem.split("_")) <= entities
        ]
        if fitting:
            return max(fitting, key=lambda table: len(table.stem.split("_")))
    return None


def _role(file: Path) -> str:
    """What an image file is in its folder. A table with several b-values says more than a word in the name."""
    kind, table = _kind(file), _has_table(file)
    b_values = _b_values(file)
    if table and kind == _ADC and (len(set(b_values)) > 1 or not is_nifti(file)):
        kind = ""
    return _WEIGHTED if table and kind not in (_ADC, _PHASE, _COMPUTED) else kind


def _kind(file: Path) -> str:
    """What the name of a file, or dcm2niix's record beside it, says it is; empty for a plain image."""
    words = set(re.split(r"[^a-z0-9]+", stem(file).lower()))
    for kind, known in _NO_DIFFUSION_IMAGE.items():
        if words & set(known):
            return kind
    if computed_b(file, _b_values(file)) or {"CALC_BVALUE", "SYNTHETIC"} & set(_image_type(file)):
        return _COMPUTED
    named = map_in_name(stem(file))
    if named is not None and named is not ImageKind.ADC:
        return _MAP
    return _ADC if named is ImageKind.ADC or "ADC" in _image_type(file) else ""


def _image_type(file: Path) -> Sequence[str]:
    record = file.with_name(stem(file) + ".json")
    try:
        value = json.loads(read_at_most(record, 2**20)).get("ImageType", [])
    except (HER2LowMRIError, ValueError, AttributeError, RecursionError):
        return []
    return [str(word) for word in value] if isinstance(value, list) else []


def _has_table(file: Path) -> bool:
    if is_nifti(file):
        return ".bval" in sidecars(file)
    try:
        with file.open("rb") as stream:
            start = stream.read(2**18)
    except OSError:
        return False
    return any(key in start for key in _NRRD_KEYS)


def _b_values(file: Path) -> list[float]:
    """The numbers in the table of a file; none where it cannot be read, which is said when it is used."""
    table = sidecars(file).get(".bval")
    try:
        return [] if table is None else [float(part) for part in read_at_most(table, LONGEST_TABLE).split()]
    except (HER2LowMRIError, ValueError):
        return []


def _without_lone_b0(files: list[Path]) -> list[Path]:
    """Leave out files of b 0 only (they correct distortions) where others have b 0 of their own."""
    values = {file: _b_values(file) for file in files}
    lone = [file for file in files if values[file] and max(values[file]) <= LARGEST_B0]
    rest = [file for file in files if file not in lone]
    has_b0 = any(min(values[file], default=math.inf) <= LARGEST_B0 for file in rest)
    return rest if has_b0 else files


def _ask_where_several(files: Sequence[Path]) -> None:
    """Refuse BIDS files that are not of one subject, one session and one phase-encoding direction."""
    for entity, what in (("sub", "patients"), ("ses", "sessions"), ("dir", "phase-encoding directions")):
        found = {tuple(re.findall(rf"(?:^|[_/\\]){entity}-([a-zA-Z0-9]+)", str(file))[-1:]) for file in files}
        if len(found) > 1:
            raise ImageError(
                f"The folder holds the diffusion images of {len(found)} {what}",
                needed=f"those of one of the {what}",
                found=f"{len(files)} files with b-values",
                todo="Give the folder or the file of one",
            )


def _words(left_out: Mapping[str, Sequence[Path]]) -> tuple[str, ...]:
    """What was left out, without any name of a file: it may be a patient's."""
    said = {
        _ADC: ("ADC map", "ADC maps", ""),
        _PHASE: ("phase or complex image", "phase or complex images", ""),
        _COMPUTED: ("image", "images", " of a computed b-value: computed from other images, not measured"),
        _LONE_B0: (
            "file",
            "files",
            " of b 0 only beside images that have b 0 of their own (for the correction of distortions)",
        ),
        "": ("image file", "image files", " without b-values"),
    }
    return tuple(
        f"{counted(len(files), one, many)}{rest}"
        for kind, (one, many, rest) in said.items()
        if (files := left_out.get(kind))
    )
