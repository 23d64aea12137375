"""Which DICOM images are behind the maps of a case: what the objects refer to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from HER2LowMRILib.images.dicom_object import header_of
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.dicom_frames import Frame, looks_like_dicom, read_frames
from HER2LowMRILib.images.intake.frame_geometry import slice_positions
from HER2LowMRILib.images.intake.image_files import is_image_file
from HER2LowMRILib.images.intake.image_kind import ImageKind
from HER2LowMRILib.images.intake.read_dwi import files_of, frames_used, read_headers

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_TAGS = (
    "SpecificCharacterSet", "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID",
    "FrameOfReferenceUID", "NumberOfFrames", "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate",
    "PatientSex", "PatientAge", "StudyDate", "StudyTime", "StudyID", "StudyDescription", "AccessionNumber",
    "ReferringPhysicianName", "PatientIdentityRemoved", "DeidentificationMethod",
)  # fmt: skip


@dataclass(frozen=True)
class SourceFrame:
    """One image, or one frame of an image with many.

    Attributes
    ----------
    sop_class, sop_uid, series_uid : str
        As the file has them.
    frame : int or None
        From 1; None: the image has only one.
    is_ours : bool
        An object that we write: its UIDs stand for no others.
    """

    sop_class: str
    sop_uid: str
    series_uid: str
    frame: int | None = None
    is_ours: bool = False


@dataclass(frozen=True)
class SourceImages:
    """The images behind a map.

    Attributes
    ----------
    grid : ImageGrid
    slices : tuple of tuple of SourceFrame
        The frames of every slice k; of a diffusion series those of the lowest b-value first.
    header : Dataset
        Of the first file, without its pixels; it identifies the patient.
    """

    grid: ImageGrid
    slices: tuple[tuple[SourceFrame, ...], ...]
    header: "Dataset" = field(repr=False)

    @property
    def images(self) -> tuple[SourceFrame, ...]:
        """Every image once, without frame numbers."""
        found = (
            SourceFrame(one.sop_class, one.sop_uid, one.series_uid) for here in self.slices for one in here
        )
        return tuple(dict.fromkeys(found))

    def on(self, grid: ImageGrid) -> tuple[tuple[SourceFrame, ...], ...] | None:
        """The frames of every slice of a grid; None where its slices are not theirs."""
        if self.grid.same_as(grid):
            return self.slices
        return None


def sources_of_dwi(places: Sequence[Path], b_values: Sequence[float] | None = None) -> SourceImages | None:
    """The images that a diffusion series is made of; None where they are not DICOM.

    Raises
    ------
    ImageError
        As `read_dwi`.
    """
    if not any(_is_dicom(place) for place in places):
        return None
    read = read_headers(places, pixels=False)
    used = frames_used(read, b_values=b_values)
    by_slice = [
        [frame for b in sorted(used.slices) for frame in used.slices[b][k]] for k in range(used.grid.shape[0])
    ]
    return _sources(used.grid, by_slice, read.files)


def sources_of_map(place: Path) -> SourceImages | None:
    """The images of a map that came with a case; None where it is not DICOM.

    Raises
    ------
    ImageError
        If a file is damaged, or the images make no volume.
    """
    if not _is_dicom(place):
        return None
    files, _, _ = files_of(place)
    frames, _, _ = read_frames(files, pixels=False)
    frames = [frame for frame in frames if frame.kind is ImageKind.ADC] or frames
    grid, k = slice_positions(frames, "the map")
    by_slice = [
        [frame for frame, at in zip(frames, k, strict=True) if at == slice_number]
        for slice_number in range(grid.shape[0])
    ]
    return _sources(grid, by_slice, files)


def _is_dicom(place: Path) -> bool:
    if not place.is_dir():
        return not is_image_file(place) and looks_like_dicom(place)
    return any(looks_like_dicom(file) for file in _regular(place) if not is_image_file(file))


def _regular(place: Path) -> Iterator[Path]:
    return (file for file in sorted(place.rglob("*")) if file.is_file() and not file.name.startswith("."))


def _sources(
    grid: ImageGrid, by_slice: Sequence[Iterable[Frame]], files: Sequence[Path]
) -> SourceImages | None:
    headers: dict[int, Dataset] = {}

    def source(frame: Frame) -> SourceFrame:
        if frame.file not in headers:
            headers[frame.file] = header_of(files[frame.file], _TAGS)
        header = headers[frame.file]
        return SourceFrame(
            str(header.get("SOPClassUID") or ""),
            str(header.get("SOPInstanceUID") or ""),
            str(header.get("SeriesInstanceUID") or ""),
            frame.index + 1 if int(header.get("NumberOfFrames") or 1) > 1 else None,
        )

    slices = tuple(tuple(dict.fromkeys(source(frame) for frame in here)) for here in by_slice)
    if not headers or any(not one.sop_uid or not one.sop_class for here in slices for one in here):
        # Old exports without identifiers cannot be referred to.
        return None
    return SourceImages(grid, slices, headers[min(headers)])
