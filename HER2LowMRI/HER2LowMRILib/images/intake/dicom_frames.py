"""Read a DICOM file once: describe every image in it, and take the pixels of diffusion images along."""

import math
import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from HER2LowMRILib.core.errors import Cancelled, ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.files.budget import open_regular
from HER2LowMRILib.images.intake import acquisition, vendor_tags
from HER2LowMRILib.images.intake.acquisition import Acquisition, acquisition_of
from HER2LowMRILib.images.intake.classify import (
    SERIES_DESCRIPTION,
    Doubt,
    ImageClass,
    classify,
)
from HER2LowMRILib.images.intake.deflated import refuse_endless
from HER2LowMRILib.images.intake.dicom_header import (
    FrameHeader,
    Header,
    ImageHeaders,
    as_number,
    as_text,
    whole_number,
)
from HER2LowMRILib.images.intake.file_bytes import FileBytes
from HER2LowMRILib.images.intake.file_header import FileHeader, read_file_header
from HER2LowMRILib.images.intake.functional_groups import FunctionalGroups
from HER2LowMRILib.images.intake.image_kind import ImageKind
from HER2LowMRILib.images.intake.mosaic import Mosaic, Tile, find_mosaic, tiling_by_matrix
from HER2LowMRILib.images.intake.ordered_threads import in_order
from HER2LowMRILib.images.intake.pixel_file import PixelFile, find_pixels

# A diffusion series is smaller; a whole examination, in which every image states b 0, would fill the memory.
LARGEST_TAKEN_ALONG = 256 * 2**20
DIRECTORY = "DICOMDIR"
_IMAGE_CLASSES = {
    "1.2.840.10008.5.1.4.1.1.4",  # MR
    "1.2.840.10008.5.1.4.1.1.4.1",  # Enhanced MR
    "1.2.840.10008.5.1.4.1.1.4.4",  # Legacy converted enhanced MR
    "1.2.840.10008.5.1.4.1.1.30",  # Parametric map
    "1.2.840.10008.5.1.4.1.1.7",  # Secondary capture
}
NOBODY = hash(("name", ""))
_SINGLE_FRAME_CLASSES = {"1.2.840.10008.5.1.4.1.1.7", ""}


@dataclass(frozen=True, slots=True)
class RealWorld:
    """A real-world value mapping: value = slope x stored + intercept, in the coded unit."""

    slope: float
    intercept: float
    unit: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One image plane of a DICOM file: a picture, a frame, or a tile of a mosaic.

    Nothing that identifies a person is kept: the patient, study and series are numbers that hold for this run only.

    Parameters
    ----------
    image : tuple of int
        Number of the file's identifier, of the frame, and of the tile.
    tiling : float
        How many times as large as the acquisition matrix the picture is; 1 where that is not known.
    acquisition : Acquisition or None
        How the image was acquired, where that was asked for.
    """

    file: int
    patient: int
    study: int
    series: int
    series_number: int
    image: tuple[int, int, int]
    rows: int
    columns: int
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing: tuple[float, ...]
    thickness: float | None
    echo_time: float | None
    b_value: float | None
    b_source: str
    directionality: str
    gradient: tuple[float, float, float] | None
    kind: ImageKind
    doubt: Doubt | None
    adc_units: tuple[str, ...]
    averages: float
    slope: float
    intercept: float
    scale_slope: float | None
    real_world: RealWorld | None
    image_type: tuple[str, ...]
    pixels: PixelFile
    index: int
    tile: Tile | None
    tiling: float
    scanner: str
    lossy: bool
    acquisition: Acquisition | None = None

    @property
    def b(self) -> float:
        """The b-value of an image that has one [s/mm2]."""
        if self.b_value is None:
            raise ValueError("an image without b-value was asked for it")
        return self.b_value

    @property
    def is_diffusion(self) -> bool:
        """Whether it is a measured signal at a stated b-value."""
        return self.kind is ImageKind.SIGNAL and self.b_value is not None


class NotAnImage(ImageError):
    """A DICOM file without an MR image (report, segmentation, presentation state, screenshot, raw data)."""


class NotDicom(ImageError):
    """A file of another kind."""


def is_dicom(start: bytes) -> bool:
    """Whether a file that begins so has the DICOM prefix, or an element of group 0008 first, as old exports do."""
    return start[128:132] == b"DICM" or start[:4] in (
        b"\x08\0\0\0",
        b"\x08\0\1\0",
        b"\x08\0\5\0",
        b"\x08\0\x08\0",
    )


def looks_like_dicom(path: Path) -> bool:
    """Whether the file begins as a DICOM file does."""
    with open_regular(path) as file:
        return is_dicom(file.read(132))


def hush_pydicom() -> None:
    """Keep pydicom from printing what it dislikes: its warnings hold values, names among them, and paths of files.

    What matters is checked here and said in one line that holds neither. The filter stays: to take it back at the end
    of one reading would take it from another that still runs on another thread.
    """
    warnings.filterwarnings("ignore", category=UserWarning, module="pydicom")


def read_frames(
    paths: Sequence[Path],
    *,
    threads: int = 2,
    with_acquisition: bool = False,
    pixels: bool = True,
    damaged: dict[int, ImageError] | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[list[Frame], list[Notice], list[int]]:
    """Describe every image of the files.

    Parameters
    ----------
    paths : sequence of Path
        Files, DICOM or not.
    threads : int
        Files read at the same time.
    with_acquisition : bool
        Also say how each image was acquired, to sort an examination; no pixels are taken along then.
    pixels : bool
        Take the pixels of diffusion images along while their files are open.
    damaged : dict, optional
        Takes up what is wrong with a file, by its number, instead of refusing them all.

    Returns
    -------
    frames : list of Frame
    dropped : list of Notice
        What was no image, by kind.
    others : list of int
        Numbers of the files that are not DICOM files.

    Raises
    ------
    ImageError
        If a file is damaged or states two different b-values for one image.
    """

    def read(number: int) -> list[Frame] | type[ImageError]:
        if cancelled is not None and cancelled():
            raise Cancelled()
        try:
            return _read_file(paths[number], number, len(paths), room, with_acquisition)
        except (NotAnImage, NotDicom) as error:
            return type(error)
        except ImageError as error:
            if damaged is None:
                raise
            damaged[number] = error
            return []

    hush_pydicom()
    room = _Room(LARGEST_TAKEN_ALONG if pixels and not with_acquisition else 0)
    frames: list[Frame] = []
    no_picture, others = 0, []
    # Parsing holds the interpreter lock, waiting for a disk or a network share does not.
    for number, found in enumerate(in_order(read, range(len(paths)), threads, only_where_it_waits=True)):
        if isinstance(found, list):
            frames.extend(found)
        elif found is NotDicom:
            others.append(number)
        else:
            no_picture += 1
        if progress is not None:
            progress((number + 1) / len(paths))
    plural = "" if no_picture == 1 else "s"
    dropped = (
        [
            Notice(
                "no_images",
                f"{no_picture} DICOM file{plural} without an MR image (report, segmentation, screenshot)",
            )
        ]
        if no_picture
        else []
    )
    return frames, dropped, others


class _Room:
    """Memory [bytes] that the files of one reading share for the pixels they take along."""

    def __init__(self, size: int):
        self._left = size
        self._lock = threading.Lock()

    def take(self, count: int) -> bool:
        """Take as much, if it is there."""
        with self._lock:
            fits = count <= self._left
            self._left -= count if fits else 0
            return fits


def _read_file(path: Path, number: int, count: int, room: _Room, with_acquisition: bool) -> list[Frame]:
    from pydicom.errors import InvalidDicomError

    name = f"DICOM file {number + 1} of {count}"
    try:
        with path.open("rb") as opened:
            file = FileBytes(opened)
            if path.name.upper() == DIRECTORY:
                raise NotAnImage(f"{name} is a directory of DICOM files")
            if not is_dicom(file.start):
                raise NotDicom(f"File {number + 1} of {count} is not a DICOM file")
            refuse_endless(opened, name, file.start)
            frames = _describe(read_file_header(file), path, number, name, file, with_acquisition)
            _take_pixels_along(frames, file, name, room)
            return frames
    except ImageError:
        raise
    except InvalidDicomError as error:
        raise ImageError(f"{name} is not a DICOM file") from error
    except (OSError, EOFError) as error:
        raise ImageError(f"{name} cannot be read", found=type(error).__name__) from error
    except RecursionError as error:
        raise ImageError(f"{name} is damaged", found="sequences nested without end") from error
    except Exception as error:
        # A damaged header can raise anything inside the parser.
        raise ImageError(
            f"{name} is damaged", found=f"{type(error).__name__} while reading its header"
        ) from error


def _take_pixels_along(frames: list[Frame], file: FileBytes, name: str, room: _Room) -> None:
    """Read the pixels of diffusion images while the file is open, if they are not compressed and there is room."""
    pixels = frames[0].pixels
    if pixels.offset is None or not any(frame.is_diffusion for frame in frames):
        return
    needed = pixels.rows * pixels.columns * pixels.frames * int(pixels.dtype[-1])
    if not room.take(needed):
        return
    data = file.at(pixels.offset, needed)
    if len(data) != needed:
        raise ImageError(f"{name} is truncated", needed=f"{needed:,} bytes of pixels", found=f"{len(data):,}")
    pixels.data = data


def _describe(
    header: FileHeader,
    path: Path,
    number: int,
    name: str,
    file: FileBytes,
    with_acquisition: bool,
) -> list[Frame]:
    root = header.root
    rows, columns, frames = _picture_size(root, header.elements, name)
    per_frame = root.items(0x52009230)
    pixels = find_pixels(header, path, name, file, (rows, columns, frames))
    of_file = _OfFile(root, vendor_tags.manufacturer(root), number, name, pixels, with_acquisition)
    if per_frame:
        return of_file.enhanced(per_frame)
    if frames != 1:
        raise ImageError(
            f"{name} cannot be placed in the patient",
            needed="a position for each of its frames",
            found=f"{frames} frames without functional groups",
        )
    return of_file.classic()


def _picture_size(root: Header, elements: int, name: str) -> tuple[int, int, int]:
    """Rows, columns and frames of a file that holds MR images.

    Raises
    ------
    NotAnImage
        If it is another object, such as a report or a screenshot.
    ImageError
        If it is damaged.
    """
    rows, columns = whole_number(root.value(0x00280010)), whole_number(root.value(0x00280011))
    sop_class = as_text(root.value(0x00080016))
    if sop_class and sop_class not in _IMAGE_CLASSES:
        raise NotAnImage(f"{name} is not an MR image")
    if not rows or not columns:
        if sop_class:
            raise ImageError(f"{name} is damaged", needed="rows and columns", found="none")
        if elements < 3:
            raise ImageError(f"{name} is not a DICOM file")
        raise NotAnImage(f"{name} holds no picture")
    if (whole_number(root.value(0x00280002)) or 1) != 1:
        raise NotAnImage(f"{name} is a colour picture")
    frames = whole_number(root.value(0x00280008)) or 1
    if frames > 1 and sop_class in _SINGLE_FRAME_CLASSES and not root.items(0x52009230):
        raise NotAnImage(f"{name} has no place in the patient")
    return rows, columns, frames


class _OfFile:
    """What the images of one file share, and the images."""

    def __init__(
        self,
        root: Header,
        maker: str,
        number: int,
        name: str,
        pixels: PixelFile,
        with_acquisition: bool,
    ):
        self.with_acquisition = with_acquisition
        self.root, self.maker, self.name, self.pixels = root, maker, name, pixels
        self.shared: dict[str, Any] = {
            "file": number,
            "patient": hash(_patient(root)),
            "study": hash(root.text(0x0020000D)),
            "series": hash(root.text(0x0020000E)),
            "series_number": whole_number(root.value(0x00200011)) or 0,
            "scanner": " ".join(t for t in (root.text(0x00080070), root.text(0x00081090)) if t),
            "lossy": root.text(0x00282110) == "01",
            "pixels": pixels,
        }
        self.adc_units = vendor_tags.adc_units(maker, root.text(SERIES_DESCRIPTION))
        self.identifier = hash(root.text(0x00080018) or (number, "no uid"))

    def classic(self) -> list[Frame]:
        """The only image, or the slices of a mosaic."""
        root, maker = self.root, self.maker
        inner = root.private_item(vendor_tags.PHILIPS_FRAME_SEQUENCE) if maker == "philips" else None
        header: ImageHeaders = root if inner is None else FrameHeader([root, inner])
        found = classify(header, maker, self.name)
        rows, columns = self.pixels.rows, self.pixels.columns
        tiling = tiling_by_matrix(header, maker, rows, columns)
        try:
            mosaic = find_mosaic(root, header, maker, found.image_type, (rows, columns), tiling, self.name)
        except ImageError:
            # One of another sequence, such as functional MRI, lies in the folder of many a whole examination.
            if found.b_value is not None or found.kind is not ImageKind.SIGNAL:
                raise
            mosaic = None
        frame = self._frame(header, 0, self.name, found, tiling)
        return [frame] if mosaic is None else self._tiles(frame, mosaic)

    def enhanced(self, per_frame: list[Header]) -> list[Frame]:
        """The frames of a multi-frame file."""
        groups = FunctionalGroups(acquisition.GROUPS if self.with_acquisition else ())
        shared = self.root.first_item(0x52009229)
        inherited = FrameHeader([*(groups.of(shared) if shared is not None else []), self.root])
        if len(per_frame) != self.pixels.frames:
            raise ImageError(
                f"{self.name} is damaged",
                needed=f"{self.pixels.frames} functional groups, one per frame",
                found=str(len(per_frame)),
            )
        frames = []
        for index, item in enumerate(per_frame):
            name = f"frame {index + 1} of {self.name}" if len(per_frame) > 1 else self.name
            header = FrameHeader(groups.of(item), inherited)
            frames.append(self._frame(header, index, name, classify(header, self.maker, name), 1.0))
        return frames

    def _tiles(self, frame: Frame, mosaic: Mosaic) -> list[Frame]:
        return [
            replace(
                frame,
                image=(self.identifier, 0, number),
                rows=mosaic.rows,
                columns=mosaic.columns,
                position=tile.position,
                tile=tile,
                tiling=1.0,
            )
            for number, tile in enumerate(mosaic.tiles)
        ]

    def _frame(self, header: ImageHeaders, index: int, name: str, found: ImageClass, tiling: float) -> Frame:
        averages = as_number(header.value(0x00180083))
        return Frame(
            **self.shared,
            image=(self.identifier, index, 0),
            rows=self.pixels.rows,
            columns=self.pixels.columns,
            position=_numbers(header.value(0x00200032), 3) or (),
            orientation=_numbers(header.value(0x00200037), 6) or (),
            spacing=_numbers(header.value(0x00280030), 2) or (),
            thickness=as_number(header.value(0x00180088)) or as_number(header.value(0x00180050)),
            echo_time=as_number(header.value(0x00189082)) or as_number(header.value(0x00180081)),
            b_value=found.b_value,
            b_source=found.b_source,
            directionality=found.directionality,
            gradient=found.gradient,
            kind=found.kind,
            doubt=found.doubt,
            adc_units=self.adc_units,
            averages=averages if averages and averages > 0 else 1.0,
            slope=_slope(as_number(header.value(0x00281053)), name),
            intercept=as_number(header.value(0x00281052)) or 0.0,
            scale_slope=vendor_tags.philips_scale_slope(header, self.maker),
            real_world=_real_world(header),
            image_type=found.image_type,
            index=index,
            tile=None,
            tiling=tiling,
            acquisition=acquisition_of(header, self.root, self.maker) if self.with_acquisition else None,
        )


def _slope(slope: float | None, name: str) -> float:
    if slope is None:
        return 1.0
    if slope == 0 or not math.isfinite(slope):
        raise ImageError(
            f"{name} has no usable rescale slope", needed="a number other than 0", found=f"{slope:g}"
        )
    return slope


def _real_world(header: ImageHeaders) -> RealWorld | None:
    mapping: ImageHeaders | None = header.first_item(0x00409096)
    if mapping is None:
        # Of an enhanced file the mapping is a functional group, whose elements stand beside those of the others.
        if header.value(0x00409225) is None:
            return None
        mapping = header
    slope, intercept = as_number(mapping.value(0x00409225)), as_number(mapping.value(0x00409224))
    if slope is None:
        return None
    units = mapping.first_item(0x004008EA)
    quantity = ""
    for item in mapping.items(0x00409220):
        concept = item.first_item(0x0040A168)
        if concept is not None:
            quantity = concept.text(0x00080104)
    return RealWorld(slope, intercept or 0.0, units.text(0x00080100) if units is not None else "", quantity)


def patient_of(frames: Sequence[Frame]) -> int | None:
    """Number of the patient of the first image, good for this run only; None where its header names nobody."""
    number = frames[0].patient if frames else NOBODY
    return None if number == NOBODY else number


def _patient(root: Header) -> tuple[str, ...]:
    """What tells one patient from another: the identifier, or the name where no identifier is left."""
    identifier = root.text(0x00100020)
    return ("id", identifier) if identifier else ("name", root.text(0x00100010))


def _numbers(value: object, count: int) -> tuple[float, ...] | None:
    if value is None or isinstance(value, (str, bytes)):
        return None
    try:
        numbers = tuple(map(float, cast(Iterable[float], value)))
    except (TypeError, ValueError):
        return None
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None
