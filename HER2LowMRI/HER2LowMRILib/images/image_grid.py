"""Where the voxels of an image lie in the patient: the one thing that maps and VOIs must agree on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from HER2LowMRILib.core.errors import ImageError

if TYPE_CHECKING:
    # Loaded where it is used: it takes a third of the time that the library takes to load.
    import SimpleITK as sitk

SAME_PLACE_MM = 1e-3
# In the files of maps and VOIs, the other place that the image they were made from states.
ALSO_STATED_KEY = "HER2LowMRI.also_stated"


def triple(numbers: Iterable[float]) -> tuple[float, float, float]:
    """Three numbers of an array or a sequence as floats of Python."""
    first, second, third = (float(number) for number in numbers)
    return first, second, third


@dataclass(frozen=True)
class ImageGrid:
    """Voxel grid of a 3D image in the patient frame L, P, S (as DICOM and SimpleITK have it).

    Parameters
    ----------
    size_ijk : tuple of int
        Voxels along columns i, rows j and slices k; an array on this grid has the shape (k, j, i).
    spacing_mm : tuple of float
        Distance of voxel centres along i, j, k [mm].
    origin_mm : tuple of float
        Centre of the first voxel [mm, LPS].
    direction : tuple of float
        Row-major 3 x 3 matrix whose columns are the unit vectors of i, j, k (LPS). May be left-handed.
    also_stated : tuple of float, optional
        Row-major 3 x 4 matrix from voxel index to position [mm, LPS] that the file states as well and that puts the
        voxels elsewhere: qform and sform of a NIfTI file that disagree.
    """

    size_ijk: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    origin_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    direction: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    also_stated: tuple[float, ...] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        numbers = (*self.spacing_mm, *self.origin_mm, *self.direction)
        if len(self.direction) != 9 or not np.all(np.isfinite(numbers)):
            raise ImageError(
                "The image has no usable position", needed="finite numbers", found="NaN or infinity"
            )
        if min(self.size_ijk) < 1 or min(self.spacing_mm) <= 0:
            raise ImageError(
                "The image has no usable voxel grid",
                needed="at least 1 voxel and a spacing above 0 mm along every axis",
                found=f"{self.size_ijk} voxels, spacing {tuple(round(s, 6) for s in self.spacing_mm)} mm",
            )
        axes = np.reshape(self.direction, (3, 3))
        if not np.allclose(axes.T @ axes, np.eye(3), atol=1e-3):
            raise ImageError(
                "The axes of the image are not at right angles",
                needed="an orthogonal voxel grid",
                found="a sheared or scaled direction matrix",
                todo="Resample the image onto an orthogonal grid first",
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape (k, j, i) of an array on this grid."""
        return self.size_ijk[::-1]

    @property
    def voxel_volume_mm3(self) -> float:
        """Volume of one voxel [mm3]."""
        return float(np.prod(self.spacing_mm))

    def ijk_to_lps(self) -> np.ndarray:
        """4 x 4 matrix from voxel index (i, j, k) to position [mm, LPS]."""
        matrix = np.eye(4)
        matrix[:3, :3] = np.reshape(self.direction, (3, 3)) * self.spacing_mm
        matrix[:3, 3] = self.origin_mm
        return matrix

    def corners_mm(self, ijk_to_lps: np.ndarray | None = None) -> np.ndarray:
        """Positions of the 8 outermost voxel centres, shape (8, 3) [mm, LPS]; by another matrix if one is given."""
        last = np.asarray(self.size_ijk) - 1
        ijk = np.array([[i, j, k] for k in (0, last[2]) for j in (0, last[1]) for i in (0, last[0])], float)
        matrix = self.ijk_to_lps() if ijk_to_lps is None else ijk_to_lps
        return np.asarray(ijk @ matrix[:3, :3].T + matrix[:3, 3])

    def farthest_from(self, ijk_to_lps: np.ndarray) -> float:
        """Largest distance between where this grid and a matrix, 3 x 4 or 4 x 4, put the outermost voxels [mm]."""
        apart = self.corners_mm() - self.corners_mm(ijk_to_lps)
        return float(np.max(np.linalg.norm(apart, axis=1)))

    def lies_where_also_stated(self, other: "ImageGrid", tolerance_mm: float = 0.1) -> bool:
        """Whether these voxels lie where ``other`` says, in its second statement, that its own lie."""
        if other.also_stated is None or self.size_ijk != other.size_ijk:
            return False
        return self.farthest_from(np.reshape(other.also_stated, (3, 4))) <= tolerance_mm

    def same_as(self, other: "ImageGrid", tolerance_mm: float = SAME_PLACE_MM) -> bool:
        """Whether both grids have the same voxels: size, and the 8 corners within ``tolerance_mm``."""
        if self.size_ijk != other.size_ijk:
            return False
        return bool(np.max(np.abs(self.corners_mm() - other.corners_mm())) <= tolerance_mm)

    def difference(self, other: "ImageGrid") -> str:
        """What differs from ``other``, in words for a message: size, or the largest corner distance [mm]."""
        if self.size_ijk != other.size_ijk:
            return f"{self.text()} against {other.text()}"
        apart = np.max(np.linalg.norm(self.corners_mm() - other.corners_mm(), axis=1))
        return f"the same size, but corners up to {apart:.3g} mm apart"

    def text(self) -> str:
        """Size and spacing in words, e.g. ``128 x 128 x 25 voxels of 1.72 x 1.72 x 5 mm``."""
        size = " x ".join(str(n) for n in self.size_ijk)
        return f"{size} voxels of {' x '.join(f'{s:.3g}' for s in self.spacing_mm)} mm"

    @classmethod
    def from_sitk(cls, image: "sitk.Image") -> "ImageGrid":
        """Grid of a SimpleITK image; of a 4D image, the grid of its volumes.

        Raises
        ------
        ImageError
            If the image has fewer than 3 dimensions.
        """
        source: Any = image  # SimpleITK states only part of its types
        dimension = source.GetDimension()
        if dimension < 3:
            raise ImageError("The image is not a volume", needed="3 dimensions", found=f"{dimension}")
        direction = np.reshape(source.GetDirection(), (dimension, dimension))[:3, :3]
        stated = source.GetMetaData(ALSO_STATED_KEY) if source.HasMetaDataKey(ALSO_STATED_KEY) else ""
        i, j, k = (int(n) for n in source.GetSize()[:3])
        di, dj, dk = (float(step) for step in source.GetSpacing()[:3])
        x, y, z = (float(part) for part in source.GetOrigin()[:3])
        axes = tuple(float(part) for part in direction.ravel())
        return cls((i, j, k), (di, dj, dk), (x, y, z), axes, _matrix_of_text(stated))

    def to_sitk(self, array: np.ndarray) -> "sitk.Image":
        """SimpleITK image of an array (k, j, i) on this grid.

        Raises
        ------
        ImageError
            If the array has another shape.
        """
        import SimpleITK as sitk

        if array.shape != self.shape:
            raise ImageError(
                "The array does not fit its grid", needed=str(self.shape), found=str(array.shape)
            )
        image: Any = sitk.GetImageFromArray(array.astype(np.uint8) if array.dtype == bool else array)
        image.SetSpacing(self.spacing_mm)
        image.SetOrigin(self.origin_mm)
        image.SetDirection(self.direction)
        if self.also_stated is not None:
            image.SetMetaData(ALSO_STATED_KEY, " ".join(f"{part:.9g}" for part in self.also_stated))
        done: sitk.Image = image
        return done


def _matrix_of_text(text: str) -> tuple[float, ...] | None:
    try:
        parts = tuple(float(part) for part in re.split(r"\s+", text.strip()) if part)
    except ValueError:
        parts = (float("nan"),)
    if parts and (len(parts) != 12 or not np.all(np.isfinite(parts))):
        raise ImageError(
            "The image has no usable position", needed=f"12 numbers in {ALSO_STATED_KEY}", found="others"
        )
    return parts or None
