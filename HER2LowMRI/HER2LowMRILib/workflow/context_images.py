"""The images of a case that are only looked at, beside its maps."""

from pathlib import Path

import numpy as np

from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.image_files import is_image_file, read_image
from HER2LowMRILib.study.case_list import CaseImages, places_of

SHOWN_ROLES = ("t2", "dce")


def read_context(images: CaseImages) -> dict[str, tuple[np.ndarray, ImageGrid]]:
    """Read the images to be shown beside the maps: role ("t2", "dce") -> array (k, j, i) and its grid."""
    return {role: _read_image(places) for role in SHOWN_ROLES if (places := places_of(images, role))}


def _read_image(paths: tuple[Path, ...]) -> tuple[np.ndarray, ImageGrid]:
    """Read an image that is only looked at: one file, or one DICOM series."""
    import SimpleITK as sitk

    path = paths[0]
    if is_image_file(path):
        # Of a dynamic series the last time point shows what washes out and what stays.
        image_file = read_image(path)
        return image_file.volumes[-1], image_file.grid
    if path.is_dir():
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(path)))
        image = reader.Execute()
    else:
        image = sitk.ReadImage(str(path))
    array = sitk.GetArrayFromImage(image)
    return (array[-1] if array.ndim == 4 else array), ImageGrid.from_sitk(image)
