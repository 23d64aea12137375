"""Read a diffusion examination, whatever form it comes in."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.budget import open_regular
from HER2LowMRILib.files.folder_files import FolderFiles, files_below
from HER2LowMRILib.images.intake.dicom_frames import Frame, read_frames
from HER2LowMRILib.images.intake.dicom_series import (
    FramesUsed,
    SeriesOutline,
    dicom_frames_used,
    dicom_outline,
    dicom_series,
)
from HER2LowMRILib.images.intake.diffusion_files import FolderImages, is_volume_file, sort_image_files
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.foreign_formats import foreign_form
from HER2LowMRILib.images.intake.image_files import header_half, is_image_file
from HER2LowMRILib.images.intake.volume_files import read_volume_series


def read_dwi(
    inputs: Sequence[Path | str],
    *,
    b_values: Sequence[float] | None = None,
    series_number: int | None = None,
    threads: int = 2,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DiffusionSeries:
    """Read the images of one diffusion examination, with the b-value of each and where it stands.

    Parameters
    ----------
    inputs : sequence of Path
        DICOM folders or files in any order; or one 4D NIfTI (its .bval beside it) or NRRD (MultiVolume or DWMRI
        keys); or one 3D image file for each b-value.
    b_values : sequence of float, optional
        Typed b-values [s/mm2]: one per input, or one per volume of a single 4D file. They are believed in place of
        what the files say.
    series_number : int, optional
        Of DICOM, use the series of this number only.
    threads : int
        DICOM files read at the same time.
    progress : callable, optional
        Called with the fraction done, 0 to 1.
    cancelled : callable, optional
        Asked now and then; when it returns True, reading stops.

    Returns
    -------
    DiffusionSeries
        By ascending b-value, on one grid.

    Raises
    ------
    ImageError
        If there is no image, or a b-value, the grid or the patient cannot be told for certain.
    Cancelled
        If ``cancelled`` said so.
    """
    headers = None if progress is None else lambda fraction: progress(0.7 * fraction)
    read = read_headers(inputs, threads=threads, progress=headers, cancelled=cancelled)
    return series_of(
        read,
        b_values=b_values,
        series_number=series_number,
        threads=threads,
        progress=progress,
        cancelled=cancelled,
    )


@dataclass(frozen=True)
class ReadHeaders:
    """What the inputs hold: the images of DICOM files, each described, and image files of other kinds.

    Parameters
    ----------
    inputs : tuple of Path
    owner : tuple of int
        Of every file that may be DICOM, the number of the input it came with.
    frames : tuple of Frame
    dropped : tuple of Notice
        DICOM files without an MR image, by kind.
    others : tuple of str
        Of every file that is not an image at all its suffix.
    volumes : tuple of Path
        NRRD, NIfTI and MHA files with diffusion images.
    beside : tuple of str
        What other image files there were, in words.
    foreign : mapping of str to str
        Images of forms that are not read, and what to do about each.
    links : tuple of str
        Links of a folder that lead out of it, in words; what they lead to was not looked at.
    files : tuple of Path
        Every file that may be DICOM, in the order of ``owner``.
    """

    inputs: tuple[Path, ...]
    owner: tuple[int, ...]
    frames: tuple[Frame, ...]
    dropped: tuple[Notice, ...]
    others: tuple[str, ...]
    volumes: tuple[Path, ...]
    beside: tuple[str, ...] = ()
    foreign: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def read_headers(
    inputs: Sequence[Path | str],
    *,
    threads: int = 2,
    pixels: bool = True,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ReadHeaders:
    """Read the headers of DICOM files, once, whatever is made of them afterwards; arguments as for ``read_dwi``.

    Parameters
    ----------
    pixels : bool
        Whether the pixels will be wanted: then they are taken along.

    Raises
    ------
    ImageError
        If an input is not there or no image, or a DICOM file is damaged.
    """
    if not inputs:
        raise ImageError("No input was given", needed="a folder or image files")
    paths = tuple(map(Path, inputs))
    given = [files_of(path) for path in paths]
    candidates = [file for files, _, _ in given for file in files]
    owner = tuple(number for number, (files, _, _) in enumerate(given) for _ in files)
    frames, dropped, others = read_frames(
        candidates, threads=threads, pixels=pixels, progress=progress, cancelled=cancelled
    )
    for number in others:
        if paths[owner[number]].is_file():
            raise _not_an_image(candidates[number])
    sorted_files = [_of_input(path, files) for path, (_, files, _) in zip(paths, given, strict=True)]
    foreign = dict(known for number in others if (known := foreign_form(candidates[number])))
    return ReadHeaders(
        paths,
        owner,
        tuple(frames),
        tuple(dropped),
        tuple(candidates[number].suffix.lower() or "without a suffix" for number in others),
        tuple(file for one in sorted_files for file in one.diffusion),
        tuple(text for one in sorted_files for text in one.left_out),
        foreign,
        tuple(links for _, _, links in given if links),
        tuple(candidates),
    )


def _of_input(path: Path, files: Sequence[Path]) -> FolderImages:
    """A file that was named is what it was named for; of a folder only the diffusion images are meant."""
    return sort_image_files(files) if path.is_dir() else FolderImages(tuple(files), (), ())


def _not_an_image(file: Path) -> ImageError:
    form, todo = foreign_form(file) or ("not an image", None)
    return ImageError(f"{file.name} is {form}", needed="a DICOM, NRRD, NIfTI or MHA file", todo=todo)


def series_of(
    read: ReadHeaders,
    *,
    b_values: Sequence[float] | None = None,
    series_number: int | None = None,
    threads: int = 2,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DiffusionSeries:
    """Put the diffusion series together from headers that were read; arguments and errors as for ``read_dwi``."""
    dropped = list(read.dropped)
    if not read.frames and not dropped:
        if not read.volumes:
            raise _no_image(read)
        return read_volume_series(
            read.volumes,
            b_values=b_values,
            left_out=(
                *(Notice("other_files", text) for text in (*read.beside, *read.foreign)),
                *(Notice("links", text) for text in read.links),
            ),
            progress=progress,
            cancelled=cancelled,
        )
    dropped += _beside_dicom(read)
    return dicom_series(
        list(read.frames),
        dropped,
        read.owner,
        b_values=b_values,
        series_number=series_number,
        threads=threads,
        progress=progress,
        cancelled=cancelled,
    )


def outline_of(read: ReadHeaders, *, b_values: Sequence[float] | None = None) -> SeriesOutline:
    """Say what ``series_of`` would make of headers that were read, or raise what it would raise of them.

    The pixels of DICOM files are not looked at; other image files are read.
    """
    if not read.frames and not read.dropped:
        series = series_of(read, b_values=b_values)
        return SeriesOutline(series.b_values, series.grid, series.form, series.warnings, series.dropped)
    return dicom_outline(
        list(read.frames), [*read.dropped, *_beside_dicom(read)], read.owner, b_values=b_values
    )


def frames_used(read: ReadHeaders, *, b_values: Sequence[float] | None = None) -> FramesUsed:
    """Say which images ``series_of`` would use, by b-value and slice; of headers of DICOM files only."""
    return dicom_frames_used(list(read.frames), list(read.dropped), read.owner, b_values=b_values)


def _beside_dicom(read: ReadHeaders) -> list[Notice]:
    """What lies beside DICOM files and is left out.

    Exports put previews and segmentations into the folder of the DICOM files; only files named one by one are meant.
    """
    named = [path for path in read.inputs if is_volume_file(path) and path.is_file()]
    if named:
        raise ImageError(
            "The inputs are of different kinds",
            needed="DICOM only, or image files only",
            found=f"{len(read.owner) - len(read.others)} DICOM files and {len(named)} image files",
        )
    links = [Notice("links", text) for text in read.links]
    if not read.others:
        return links
    # A file whose first bytes are damaged looks like no image at all: a missing one must not go unsaid.
    kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(Counter(read.others).items()))
    said = f"{counted(len(read.others), 'other file')} of the folder ({kinds}): no DICOM"
    return [Notice("other_files", said), *links]


def files_of(path: Path) -> tuple[list[Path], list[Path], str]:
    """Files of one input that may be DICOM, and image files of other kinds; of a folder with its subfolders.

    The third is what there is to say of links that lead out of the folder; empty where there are none.
    """
    if not path.exists():
        raise ImageError(f"{path.name or path} is not there", needed="a folder or an image file")
    if not path.is_dir():
        # A pipe would be waited for, and a device has no end.
        open_regular(path).close()
    try:
        below = files_below(path, hidden=False) if path.is_dir() else FolderFiles((path,), 0)
    except OSError as error:
        raise ImageError(f"{path.name or path} cannot be read", found=error.strerror or "an error") from error
    if path.is_dir():
        files = below.files
        return [f for f in files if not is_image_file(f)], [f for f in files if is_volume_file(f)], below.said
    if not is_image_file(path):
        return [path], [], ""
    image = header_half(path)
    if not is_volume_file(image):
        raise ImageError(f"{path.name} is a segmentation", needed="images")
    return [], [image], ""


_INSTEAD_OF_LINKS = "Give the folder that the links lead to, or copy the files"


def _no_image(read: ReadHeaders) -> ImageError:
    names = ", ".join(path.name or str(path) for path in read.inputs)
    found = counted(len(read.others), "other file") if read.others else "no file"
    return ImageError(
        f"The folder {names} holds no diffusion image"
        if read.beside
        else f"The folder {names} holds no image",
        needed="DICOM, NRRD, NIfTI or MHA files",
        found=", ".join((*read.beside, *read.foreign, *read.links)) or found,
        todo=next(iter(read.foreign.values()), _INSTEAD_OF_LINKS if read.links else None),
    )
