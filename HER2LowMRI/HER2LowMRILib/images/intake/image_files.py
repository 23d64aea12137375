"""Read NRRD, NIfTI and MetaImage files, after checking that the file can hold what its header says."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.files.budget import MemoryBudget, lies_inside, open_regular
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.foreign_formats import foreign_form
from HER2LowMRILib.images.intake.header_claims import Claim, metaimage_claim, nrrd_claim
from HER2LowMRILib.images.intake.nifti_file import header_of, read_nifti

SUFFIXES = (".nrrd", ".nhdr", ".nii", ".nii.gz", ".mha", ".mhd")
# The two halves of a NIfTI pair; DICOM files are called .img as well.
PAIR = (".hdr", ".img")
# Work is done in float32; a label stays one byte.
VALUE_BYTES, LABEL_BYTES = 4, 1


@dataclass(frozen=True)
class ImageFile:
    """The content of one image file.

    Parameters
    ----------
    volumes : list of ndarray, shape (k, j, i)
        Of a 3D image one; else the components of a vector image, or the volumes of a 4D one.
    grid : ImageGrid
    keys : dict of str to str
        Keys of a NRRD or MetaImage header.
    warnings : tuple of Notice
        What was not as the form of the file wants it.
    """

    volumes: list[np.ndarray] = field(repr=False)
    grid: ImageGrid
    keys: dict[str, str]
    warnings: tuple[Notice, ...] = ()


def is_image_file(path: Path) -> bool:
    """Whether the name is one of an image file (case does not matter); of a NIfTI pair both halves are."""
    if path.name.lower().endswith(SUFFIXES):
        return True
    return path.name.lower().endswith(PAIR) and _pair(path) is not None


def is_voxel_file(path: Path) -> bool:
    """Whether the file is the second half of a NIfTI pair: an image that counts once, by its ``.hdr``."""
    return path.name.lower().endswith(PAIR[1]) and _pair(path) is not None


def header_half(path: Path) -> Path:
    """The ``.hdr`` of a NIfTI pair of which either half was named; any other file as it is."""
    halves = _pair(path) if path.name.lower().endswith(PAIR) else None
    return path if halves is None else halves[0]


def voxel_files(path: Path) -> tuple[Path, ...]:
    """The file that the voxels of a header lie in, where it is another one: of ``.hdr``, ``.nhdr`` and ``.mhd``."""
    if path.name.lower().endswith(PAIR[0]):
        halves = _pair(path)
        return halves[1:] if halves is not None else ()
    if not path.name.lower().endswith((".nhdr", ".mhd", ".nrrd", ".mha")):
        return ()
    try:
        data_file = _claim(path)[0].data_file
    except ImageError:
        return ()
    voxels = None if data_file is None else path.parent / data_file
    return (voxels,) if voxels is not None and lies_inside(voxels, path.parent) and voxels.is_file() else ()


def stem(path: Path) -> str:
    """File name without its image suffix: ``dwi`` of ``dwi.nii.gz``."""
    for suffix in sorted((*SUFFIXES, *PAIR), key=len, reverse=True):
        if path.name.lower().endswith(suffix):
            return path.name[: -len(suffix)]
    return path.stem


def volumes_in_header(path: Path) -> int:
    """Number of volumes that the header of a NIfTI file states; 0 where it cannot be read."""
    try:
        return header_of(path).volumes
    except ImageError:
        return 0


def read_image(
    path: Path,
    *,
    budget: MemoryBudget | None = None,
    value_bytes: int = VALUE_BYTES,
    attached: bool = False,
) -> ImageFile:
    """Read one image file and the keys of its header.

    Parameters
    ----------
    path : Path
    budget : MemoryBudget, optional
        That of all files of one input; a new one if left out.
    value_bytes : int
        Memory that work takes for each value, at least [bytes].
    attached : bool
        Refuse a header whose voxels lie in another file, which could be changed behind it.

    Raises
    ------
    ImageError
        If it is not an image, truncated, too large, or names voxels outside its folder.
    """
    budget = budget or MemoryBudget()
    name = path.name.lower()
    if name.endswith(PAIR):
        halves = _pair(path)
        if halves is None:
            raise ImageError(
                f"{path.name} is not a NIfTI pair",
                needed="a .hdr and a .img file of the same name",
                todo="Convert the image to .nii.gz",
            )
        if attached:
            raise _detached(path)
        return _nifti(halves[0], halves[1], budget, value_bytes)
    if name.endswith((".nii", ".nii.gz")):
        return _nifti(path, path, budget, value_bytes)
    if not name.endswith(SUFFIXES):
        form, todo = foreign_form(path) or ("no image of a known form", None)
        raise ImageError(f"{path.name} is {form}", needed="a NRRD, NIfTI, MetaImage or DICOM file", todo=todo)
    claim, size = _claim(path)
    _check(path, claim, size, budget, value_bytes, attached)
    return _through_itk(path, "NrrdImageIO" if _is_nrrd(path) else "MetaImageIO", claim)


def _is_nrrd(path: Path) -> bool:
    return path.name.lower().endswith((".nrrd", ".nhdr"))


def _claim(path: Path) -> tuple[Claim, int]:
    """What the header of a NRRD or MetaImage file says, and the size of the file [bytes]."""
    with open_regular(path) as stream:
        claim = (nrrd_claim if _is_nrrd(path) else metaimage_claim)(stream, path.name)
        return claim, os.fstat(stream.fileno()).st_size


def _pair(path: Path) -> tuple[Path, Path] | None:
    """Header and voxels of a NIfTI pair, where both are there."""
    base = path.name[:-4]
    halves = [
        next((p for p in (path.with_name(base + s), path.with_name(base + s.upper())) if p.is_file()), None)
        for s in PAIR
    ]
    return (halves[0], halves[1]) if halves[0] is not None and halves[1] is not None else None


def _nifti(path: Path, voxels: Path, budget: MemoryBudget, value_bytes: int) -> ImageFile:
    array, grid, warnings = read_nifti(path, voxels, budget, value_bytes)
    return ImageFile(list(array), grid, {}, warnings)


def _detached(path: Path) -> ImageError:
    return ImageError(
        f"{path.name} holds a header only; its voxels lie in another file",
        needed="one file that holds both",
        todo="Save it as one .nrrd, .nii.gz or .mha file",
    )


def _check(
    path: Path, claim: Claim, size: int, budget: MemoryBudget, value_bytes: int, attached: bool
) -> None:
    held = size - claim.begin
    if claim.data_file is not None:
        if attached:
            raise _detached(path)
        held = _size_of_data_file(path, claim.data_file)
    if claim.smallest is not None and held < claim.smallest:
        raise ImageError(
            f"{path.name} is truncated or damaged",
            needed=f"{claim.smallest:,} bytes of voxels",
            found=f"{max(held, 0):,}",
        )
    budget.take(claim.values * max(claim.value_bytes, value_bytes), max(held, 0), path.name)


def _size_of_data_file(path: Path, data_file: str) -> int:
    """Bytes in the file of the voxels, which must lie in the folder of its header or below."""
    if data_file.upper().startswith("LIST") or "%" in data_file:
        raise ImageError(
            f"{path.name} has its voxels in several files",
            needed="one file",
            todo="Save it as one .nrrd, .nii.gz or .mha file",
        )
    voxels = path.parent / data_file
    if not lies_inside(voxels, path.parent):
        raise ImageError(
            f"{path.name} names voxels outside its folder",
            needed="a file beside the header",
            todo="Put both into one folder, and write the name of the file without a path into the header",
        )
    with open_regular(voxels) as stream:
        return os.fstat(stream.fileno()).st_size


def _through_itk(path: Path, reader_name: str, claim: Claim) -> ImageFile:
    import SimpleITK as sitk

    itk: Any = sitk  # it states only part of its types
    # ITK reports what it dislikes on standard error; the exception says it as well.
    itk.ProcessObject.SetGlobalWarningDisplay(False)
    reader = itk.ImageFileReader()
    reader.SetImageIO(reader_name)
    reader.SetFileName(str(path))
    try:
        image = reader.Execute()
    except (RuntimeError, MemoryError) as error:
        raise ImageError(
            f"{path.name} is truncated or damaged",
            needed=f"a NRRD or MetaImage file with {claim.values * claim.value_bytes:,} bytes of voxels",
        ) from error
    try:
        keys = {key: str(reader.GetMetaData(key)) for key in reader.GetMetaDataKeys()}
    except (TypeError, UnicodeError, RuntimeError) as error:
        raise ImageError(f"{path.name} has a damaged header", needed="keys that are text") from error
    grid = ImageGrid.from_sitk(image)
    array = sitk.GetArrayFromImage(image)
    if image.GetNumberOfComponentsPerPixel() > 1:
        if array.ndim != 4:
            raise ImageError(
                f"{path.name} has too many dimensions", needed="3 and one of b-values", found="more"
            )
        return ImageFile([np.ascontiguousarray(array[..., n]) for n in range(array.shape[-1])], grid, keys)
    further = [n for n in array.shape[:-3] if n > 1]
    if len(further) > 1:
        raise ImageError(
            f"{path.name} has too many dimensions", needed="3, and one of b-values", found=str(array.ndim)
        )
    return ImageFile(list(array.reshape(-1, *array.shape[-3:])), grid, keys)
