"""What the intake hands on: the images of one diffusion examination, one per b-value, and where each came from."""

from dataclasses import dataclass, field

import numpy as np

from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.averaging import Repeats


@dataclass(frozen=True)
class BImage:
    """The trace-weighted image of one b-value.

    Parameters
    ----------
    b_value : float
        [s/mm2].
    array : ndarray, shape (k, j, i)
        Signal, rescaled as the header says.
    averages : float
        How many acquisitions went into it, as far as the header tells; the weight of the fit.
    source : str
        Where the b-value was read, e.g. ``Siemens private tag (0019,100C)``.
    note : str
        What was done to get the image, e.g. ``geometric mean of 3 directions``.
    repeats : Repeats or None
        How far the images that repeat one measurement differ; None: no repeats.
    """

    b_value: float
    array: np.ndarray = field(repr=False)
    averages: float = 1.0
    source: str = ""
    note: str = ""
    repeats: Repeats | None = None


@dataclass(frozen=True)
class DiffusionSeries:
    """All images of one diffusion examination, by ascending b-value, on one voxel grid.

    Parameters
    ----------
    images : tuple of BImage
    grid : ImageGrid
    warnings : tuple of Notice
        What the reader of the maps should know.
    dropped : tuple of Notice
        What was found and left out, and why.
    saturation : float or None
        Signal at and above which the detector or the number format clipped; None if nothing tells.
    scanner : str
        Manufacturer and model, without anything that identifies the machine or the patient.
    form : str
        In what form the images came, e.g. ``DICOM, 125 images in 5 series``.
    patient : int or None
        Stands for the patient in this run only, to tell the images of one from those of another; None: not known.
    """

    images: tuple[BImage, ...]
    grid: ImageGrid
    warnings: tuple[Notice, ...] = ()
    dropped: tuple[Notice, ...] = ()
    saturation: float | None = None
    scanner: str = ""
    form: str = ""
    patient: int | None = field(default=None, repr=False, compare=False)

    @property
    def signals(self) -> tuple[np.ndarray, ...]:
        """The arrays (k, j, i), in the order of ``b_values``."""
        return tuple(image.array for image in self.images)

    @property
    def b_values(self) -> tuple[float, ...]:
        """Ascending b-values [s/mm2]."""
        return tuple(image.b_value for image in self.images)

    @property
    def averages(self) -> tuple[float, ...]:
        """Number of averages of each image."""
        return tuple(image.averages for image in self.images)
