"""One volume of an examination, before it is known what it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from HER2LowMRILib.images.examination import ImageSet
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.acquisition import Acquisition
from HER2LowMRILib.images.sorting.series_names import NameFacts, name_facts

SAME_GRID_MM = 0.1
# Axes that are less apart lie on the same plane [cosine of 20 degrees].
_SAME_PLANE = 0.94


@dataclass(eq=False)
class Volume:
    """Images on one grid, one per slice position, and what is known of them.

    Attributes
    ----------
    key : object
        Tells one series of this run from another.
    images : ImageSet
        Where the voxels are.
    facts : Acquisition
        Of its first image.
    echo_ms : float or None
        TE [ms].
    image_type : tuple of str
    maker : str
        Manufacturer and model.
    order : int
        Place among the volumes of its series, from 0.
    of : int
        Volumes of its series on this grid.
    order_source : str
        Where the order stands; empty if it is the only one, "instance number" where nothing better is there.
    times : dict of str to float
        Source -> start [s, one clock for each source].
    named : str
        Role that the folder or file is named after; empty: none.
    missing_end : int
        Volumes after it that were interrupted and left out.
    called_in_full : str
        Name that says what it is, where the description was made neutral because it may name a person.
    middle : callable
        Gives the pixels of its middle slices, (slices, j, i).
    """

    key: object
    images: ImageSet
    facts: Acquisition
    echo_ms: float | None
    image_type: tuple[str, ...]
    maker: str
    order: int = 0
    of: int = 1
    order_source: str = ""
    times: dict[str, float] = field(default_factory=dict)
    named: str = ""
    missing_end: int = 0
    called_in_full: str = field(default="", repr=False)
    middle: Callable[[], np.ndarray] = field(default=lambda: np.empty((0, 0, 0)), repr=False)

    @property
    def grid(self) -> ImageGrid:
        """Where the voxels are."""
        return self.images.grid

    @property
    def slices(self) -> int:
        """Number of slices."""
        return self.images.grid.size_ijk[2]

    @cached_property
    def name(self) -> NameFacts:
        """What the name of its series says."""
        return name_facts(self.called_in_full or self.images.description)

    @cached_property
    def pixels(self) -> np.ndarray:
        """Its middle slices, read once; empty where they cannot be read."""
        return self.middle()

    @cached_property
    def bright(self) -> float:
        """Mean of the brightest hundredth of its middle slices; NaN where there are none."""
        if not self.pixels.size:
            return float("nan")
        values = np.sort(self.pixels, axis=None)
        return float(values[-max(1, values.size // 100) :].mean())

    @property
    def series_number(self) -> float:
        """Series number; infinity for an image file."""
        return float(self.images.series) if isinstance(self.images.series, int) else float("inf")

    def called(self) -> str:
        """The series in words: "series 4 (t2_tirm)"."""
        series, description = self.images.series, self.images.description
        if isinstance(series, str):
            return series
        return f"series {series} ({description})" if description else f"series {series}"


def same_place(one: Volume, other: Volume) -> bool:
    """Whether two volumes have the same voxels, to a tenth of a millimetre."""
    return one.grid.same_as(other.grid, SAME_GRID_MM)


def same_plane(one: ImageGrid, other: ImageGrid) -> bool:
    """Whether the slices of two grids are about parallel."""
    first, second = (np.reshape(grid.direction, (3, 3))[:, 2] for grid in (one, other))
    return bool(abs(first @ second) >= _SAME_PLANE)
