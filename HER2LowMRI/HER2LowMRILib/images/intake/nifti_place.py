"""Where the voxels of a NIfTI file lie. The format has two statements for it, and programs choose differently.

ITK, and with it Slicer and ITK-SNAP, takes the sform where its code is 1 (scanner), else the qform where there is one,
else the sform; nibabel, FSL and FreeSurfer take the sform wherever there is one; SPM writes what it has moved into the
sform only. What Slicer shows is what is measured here; a second statement that differs is said and remembered.
"""

from dataclasses import replace

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.nifti_header import NiftiHeader

# ITK believes a sform whose axes are at right angles to this; what is mended here is said.
RIGHT_ANGLES = 1.5e-4
# A larger part of a voxel could move the outline of a VOI.
LARGEST_DIFFERENCE_VOXELS = 0.1
LARGEST_MENDED_VOXELS = 0.5
_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def nifti_place(header: NiftiHeader, name: str) -> tuple[ImageGrid, tuple[Notice, ...]]:
    """The voxel grid of a NIfTI file.

    Parameters
    ----------
    header : NiftiHeader
    name : str
        What an error calls the file.

    Returns
    -------
    grid : ImageGrid
        With ``also_stated`` where the other statement puts the voxels elsewhere.
    warnings : tuple of Notice

    Raises
    ------
    ImageError
        If no statement is usable.
    """
    q_there, s_there = header.qform_code > 0, header.sform_code > 0
    if not q_there and not s_there:
        grid = ImageGrid(header.size_ijk, header.spacing_mm)
        text = "The NIfTI file states no position: its codes of qform and sform are 0."
        return grid, (Notice("no_position", text),)
    skew = _skew(header.sform, name) if s_there else 0.0
    moved = 0.0
    warnings: list[Notice] = []
    if s_there and (not q_there or (header.sform_code == 1 and skew <= RIGHT_ANGLES)):
        used = "sform"
        grid, moved = _of_sform(header, skew, name)
        if skew > RIGHT_ANGLES:
            warnings.append(
                Notice(
                    "axes_not_orthogonal",
                    f"The sform of the NIfTI file is not orthogonal (by {skew:.1g}); the nearest orthogonal axes are "
                    f"used, which moves voxels by up to {moved:.2g} mm.",
                )
            )
    else:
        used, grid = "qform", _of_matrix(header.qform, header)
    stated = [_LPS @ header.qform] * q_there + [_LPS @ header.sform] * s_there
    other = max(stated, key=lambda matrix: grid.farthest_from(matrix))
    apart = grid.farthest_from(other)
    if apart > max(LARGEST_DIFFERENCE_VOXELS * min(grid.spacing_mm), 2 * moved):
        warnings.append(
            Notice(
                "two_positions",
                f"The NIfTI file states two positions, up to {apart:.3g} mm apart (qform, sform, pixdim); the {used} "
                "is used, as Slicer does. A VOI drawn in a program that uses the other lies elsewhere.",
            )
        )
        grid = replace(grid, also_stated=tuple(map(float, other[:3].ravel())))
    return grid, tuple(warnings)


def _skew(matrix: np.ndarray, name: str) -> float:
    """How far the axes are from right angles: the largest cosine of the angle between two of them."""
    lengths = np.linalg.norm(matrix[:3, :3], axis=0)
    if not np.all(lengths > 0):
        raise ImageError(
            f"{name} has no usable position", needed="three axes in the sform", found="an axis of length 0"
        )
    axes = matrix[:3, :3] / lengths
    return float(np.abs(axes.T @ axes - np.eye(3)).max())


def _nearest_orthonormal(axes: np.ndarray) -> np.ndarray:
    left, _, right = np.linalg.svd(axes)
    return np.asarray(left @ right)


def _of_sform(header: NiftiHeader, skew: float, name: str) -> tuple[ImageGrid, float]:
    """Grid of the sform with axes at right angles, and how far that moves the outermost voxels [mm]."""
    matrix = header.sform.copy()
    axes = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    mended = _nearest_orthonormal(axes) if skew > RIGHT_ANGLES else axes
    far = (np.asarray(header.size_ijk) - 1) * header.spacing_mm
    moved = float(np.abs((axes - mended) * far).sum(axis=1).max())
    if moved > LARGEST_MENDED_VOXELS * min(header.spacing_mm):
        raise ImageError(
            f"The axes of {name} are not at right angles",
            needed="an orthogonal sform",
            found=f"one that moves voxels by up to {moved:.3g} mm when it is made orthogonal",
            todo="Resample the image onto an orthogonal grid first",
        )
    matrix[:3, :3] = mended * header.spacing_mm
    return _of_matrix(matrix, header), moved


def _of_matrix(matrix: np.ndarray, header: NiftiHeader) -> ImageGrid:
    lps = _LPS @ matrix
    axes = lps[:3, :3] / np.linalg.norm(lps[:3, :3], axis=0)
    return ImageGrid(
        header.size_ijk,
        header.spacing_mm,
        (float(lps[0, 3]), float(lps[1, 3]), float(lps[2, 3])),
        tuple(map(float, axes.ravel())),
    )
