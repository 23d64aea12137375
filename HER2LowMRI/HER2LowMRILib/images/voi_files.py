"""Read VOIs (Slicer and DICOM segmentations, RT structure sets, label maps) and write ``.seg.nrrd``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.folder_files import files_below
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.images.dicom_object import is_dicom_object
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.image_files import LABEL_BYTES, is_image_file, read_image
from HER2LowMRILib.images.nrrd_bytes import nrrd_parts
from HER2LowMRILib.images.segment_codes import OTHER_COLOR, SEGMENTS
from HER2LowMRILib.images.segment_names import EXCLUSIONS, canonical_name, choose_voi, distinct_names
from HER2LowMRILib.images.segmentation import LabelMasks, Segmentation
from HER2LowMRILib.images.voi_contours import read_structure_set
from HER2LowMRILib.images.voi_dicom import is_structure_set, read_dicom_segmentation
from HER2LowMRILib.images.voi_on_grid import Outline

_TERMINOLOGY = (
    "Segmentation category and type - 3D Slicer General Anatomy list"
    "~SCT^49755003^Morphologically Altered Structure~{0.scheme}^{0.value}^{0.meaning}~^^"
    "~Anatomic codes - DICOM master list~^^~^^|"
)


@dataclass(frozen=True)
class Voi:
    """One volume of interest on the grid of the maps.

    Parameters
    ----------
    mask : ndarray of bool, shape (k, j, i)
    grid : ImageGrid
    resampled : bool
        Whether the file had other voxels, so that its segments were carried over by nearest neighbour.
    segments : tuple of str
        Segments whose union the VOI is.
    excluded : tuple of str
        Segments that were cut out of it.
    outline : Outline
        Lesion and exclusions on the voxels of the file.
    warnings : tuple of Notice
    """

    mask: np.ndarray = field(repr=False)
    grid: ImageGrid
    resampled: bool
    segments: tuple[str, ...]
    excluded: tuple[str, ...]
    outline: Outline
    warnings: tuple[Notice, ...] = ()


def read_segmentation(path: Path) -> Segmentation:
    """Read every segment of a ``.seg.nrrd`` (also with several layers), of a DICOM segmentation, or of a label map.

    Raises
    ------
    ImageError
        If the file is damaged, holds no labels, or only a header whose voxels lie elsewhere.
    """
    path = Path(path)
    if not is_image_file(path) and is_dicom_object(path):
        return read_dicom_segmentation(path)
    image = read_image(path, value_bytes=LABEL_BYTES, attached=True)
    layers = [_labels(layer, path.name) for layer in image.volumes]
    if "Fractional" in image.keys.get("Segmentation_MasterRepresentation", ""):
        raise ImageError(
            f"{path.name} holds fractional segments", needed="a binary labelmap", todo="Save it as one"
        )
    described = _described_segments(image.keys, len(layers), path.name)
    if described is None:
        labels = np.unique(layers[0])
        labels = labels[labels != 0]
        if len(layers) > 1 or len(labels) > 1000:
            raise ImageError(
                f"{path.name} is not a segmentation", needed="segments, or labels", found="an image"
            )
        described = [(f"label {label}", 0, int(label)) for label in labels]
    return Segmentation(LabelMasks(layers, described), image.grid, image.warnings)


def _only_file(path: Path) -> Path:
    """The one file of a folder, as DICOM objects are exported; any file as it is."""
    if not path.is_dir():
        return path
    files = files_below(path, hidden=False).files
    if len(files) != 1:
        raise ImageError(
            "Which file is the VOI cannot be told",
            needed="one file",
            found=f"a folder of {counted(len(files), 'file')}",
            todo="Name the file",
        )
    return files[0]


def segments_for(path: Path, grid: ImageGrid) -> Segmentation:
    """The segments of a file for the maps on a grid; the contours of an RT structure set are filled on its slices."""
    if not is_image_file(path) and is_dicom_object(path) and is_structure_set(path):
        return read_structure_set(path, grid)
    return read_segmentation(path)


def _labels(layer: np.ndarray, name: str) -> np.ndarray:
    if layer.dtype.kind != "f":
        return layer
    if not np.array_equal(layer, np.rint(layer)):
        raise ImageError(f"{name} is not a segmentation", needed="whole numbers as labels", found="fractions")
    return layer.astype(np.int64)


def read_voi(
    path: Path,
    grid: ImageGrid,
    *,
    segments: Sequence[str] | None = None,
    exclusions: Sequence[str] = EXCLUSIONS,
) -> Voi:
    """Read the VOI of a lesion onto the grid of the maps.

    Parameters
    ----------
    path : Path
        ``.seg.nrrd``, a DICOM segmentation or RT structure set, or a label map (its segments are called ``label 1``,
        ``label 2`` ...).
    grid : ImageGrid
        Grid of the maps.
    segments : sequence of str, optional
        Names (or label numbers) whose union is the VOI. Left out: the segment ``lesion``, or the only one that is no
        exclusion.
    exclusions : sequence of str
        Segments to be cut out.

    Raises
    ------
    ImageError
        If the segment is not there or cannot be told, the VOI is empty, or any part of it lies outside the maps.
    """
    path = _only_file(Path(path))
    drawn = segments_for(path, grid)
    chosen = choose_voi(drawn.masks, segments, exclusions)
    outline = Outline(chosen.lesion, chosen.left_out, drawn.grid)
    placed, resampled = outline.on(grid)
    warnings = list(drawn.warnings)
    if resampled:
        warnings.append(
            Notice(
                "voi_carried_over",
                f"The VOI was drawn on other voxels ({drawn.grid.text()}) and carried over by nearest neighbour.",
            )
        )
    if chosen.inside:
        verb = "is" if len(chosen.inside) == 1 else "are"
        warnings.append(
            Notice(
                "segments_inside",
                f"{counted(len(chosen.inside), 'other segment')} in the lesion {verb} "
                f"not left out of it: {', '.join(chosen.inside)}. To leave a segment out, call it "
                f"{', '.join(EXCLUSIONS[:-1])} or {EXCLUSIONS[-1]}.",
            )
        )
    return Voi(placed, grid, resampled, chosen.segments, chosen.excluded, outline, tuple(warnings))


def write_voi(path: Path, masks: Mapping[str, np.ndarray], grid: ImageGrid) -> None:
    """Write segments as a ``.seg.nrrd`` that Slicer opens with names and colours; the file is whole or unchanged.

    Parameters
    ----------
    path : Path
        Ends in ``.seg.nrrd``.
    masks : mapping of str to ndarray of bool, shape (k, j, i)
        By segment name. They may overlap: overlapping segments go into layers of their own.
    grid : ImageGrid

    Raises
    ------
    ImageError
        If a mask has another shape, a name is not usable, or the file cannot be written.
    """
    path = Path(path)
    if not path.name.lower().endswith(".seg.nrrd"):
        raise ImageError(
            f"{path.name} is not a name of a segmentation", needed="a name that ends in .seg.nrrd"
        )
    if not masks:
        raise ImageError("There is no segment to write", needed="at least one segment")
    write_verified(path, segmentation_bytes(masks, grid))


def segmentation_bytes(masks: Mapping[str, np.ndarray], grid: ImageGrid) -> bytes:
    """Content of the ``.seg.nrrd`` file of ``write_voi``; the same masks give the same bytes."""
    layers: list[np.ndarray] = []
    keys: dict[str, str] = {}
    for index, (name, mask) in enumerate(masks.items()):
        if mask.shape != grid.shape:
            raise ImageError(
                f"The segment {name} does not fit its grid", needed=str(grid.shape), found=str(mask.shape)
            )
        if not name.strip() or re.search(r"[\r\n]", name):
            raise ImageError("A segment has no usable name", needed="text on one line", found=repr(name))
        mask = mask.astype(bool, copy=False)
        layer = next((n for n, used in enumerate(layers) if not (used[mask] != 0).any()), None)
        if layer is None:
            layers.append(np.zeros(grid.shape, np.uint8))
            layer = len(layers) - 1
        label = int(layers[layer].max()) + 1
        if label > 255:
            raise ImageError("There are too many segments", needed="at most 255")
        layers[layer][mask] = label
        keys |= _segment_keys(index, name, label, layer, mask)
    keys["Segmentation_ContainedRepresentationNames"] = "Binary labelmap|"
    keys["Segmentation_ConversionParameters"] = ""
    keys["Segmentation_MasterRepresentation"] = "Binary labelmap"
    keys["Segmentation_ReferenceImageExtentOffset"] = "0 0 0"
    return b"".join(nrrd_parts(layers, grid, keys, packed=True))


def _segment_keys(index: int, name: str, label: int, layer: int, mask: np.ndarray) -> dict[str, str]:
    known = canonical_name(name)
    meaning = SEGMENTS.get(known)
    color = " ".join(f"{part:g}" for part in (meaning.color if meaning is not None else OTHER_COLOR))
    code = meaning.in_slicer if meaning is not None else None
    terminology = _TERMINOLOGY.format(code) if code is not None else ""
    start = f"Segment{index}_"
    return {
        f"{start}Color": color,
        f"{start}ColorAutoGenerated": "0",
        f"{start}Extent": _extent(mask),
        f"{start}ID": f"Segment_{index + 1}",
        f"{start}LabelValue": str(label),
        f"{start}Layer": str(layer),
        f"{start}Name": name,
        f"{start}NameAutoGenerated": "0",
        f"{start}Tags": f"TerminologyEntry:{terminology}|" if terminology else "|",
    }


def _extent(mask: np.ndarray) -> str:
    """Slicer's extent i0 i1 j0 j1 k0 k1 of the voxels that are set; an empty segment has 0 -1 0 -1 0 -1."""
    if not mask.any():
        return "0 -1 0 -1 0 -1"
    parts = []
    for axis in (2, 1, 0):
        line = np.flatnonzero(mask.any(axis=tuple(a for a in range(3) if a != axis)))
        parts += [str(line[0]), str(line[-1])]
    return " ".join(parts)


def _described_segments(keys: Mapping[str, str], layers: int, name: str) -> list[tuple[str, int, int]] | None:
    """Name, layer and label of every segment the header describes; None for a label map."""
    numbers = sorted({int(m.group(1)) for key in keys if (m := re.fullmatch(r"Segment(\d+)_ID", key))})
    if not numbers:
        return None
    found: list[tuple[str, int, int]] = []
    for number in numbers:
        try:
            # Before 4.11 Slicer wrote neither: every segment was a layer of its own, with label 1.
            label = int(keys.get(f"Segment{number}_LabelValue", 1))
            layer = int(keys.get(f"Segment{number}_Layer", number if layers > 1 else 0))
        except ValueError as error:
            raise ImageError(
                f"{name} is damaged", needed="whole numbers for label and layer of each segment"
            ) from error
        if not 0 <= layer < layers:
            raise ImageError(f"{name} is damaged", needed=f"a layer below {layers}", found=f"layer {layer}")
        found.append((keys.get(f"Segment{number}_Name") or f"segment {number + 1}", layer, label))
    titles = distinct_names([name for name, _, _ in found])
    return [(title, layer, label) for title, (_, layer, label) in zip(titles, found, strict=True)]
