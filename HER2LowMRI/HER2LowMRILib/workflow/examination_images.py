"""The images beside the maps of a case, read one by one: T1, T2, phases of the dynamic series, subtractions.

Nothing here keeps a case from opening: what cannot be read is said, and the rest goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from HER2LowMRILib.core.enhancement import maximum_projection, subtraction
from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.images.examination import (
    ANSWERED_ROLES,
    DCE,
    T1,
    T2,
    ULTRAFAST,
    Examination,
    ImageSet,
    Phase,
)
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.displacement import in_plane_shift
from HER2LowMRILib.images.read_image_set import read_image_set
from HER2LowMRILib.images.sorting.sort_examination import sort_examination
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.study.image_names import without_names
from HER2LowMRILib.workflow.sort_cases import places_of_case

# Slices that are projected at a time.
_SLAB = 16


@dataclass(frozen=True)
class LoadedImage:
    """An image beside the maps, or why there is none.

    Attributes
    ----------
    role : str
        "t1", "t2", "dce", "ultrafast".
    phase : int or None
        Number of the phase; 0 is before contrast.
    time_s : float or None
        Of the phase, after phase 0 [s]; None: not known.
    label : str
        What stands in the corner of a view, e.g. "post 2 of 5 · 122 s".
    array : ndarray or None, shape (k, j, i)
    grid : ImageGrid or None
    problem : str
        Why it could not be read; else empty.
    """

    role: str
    phase: int | None
    time_s: float | None
    label: str
    array: np.ndarray | None = field(default=None, repr=False)
    grid: ImageGrid | None = None
    problem: str = ""


@dataclass(frozen=True)
class ImageToLoad:
    """One image that can be loaded by `load`."""

    role: str
    phase: int | None
    time_s: float | None
    label: str
    images: ImageSet

    def load(self) -> LoadedImage:
        """Read it; never raises for what is wrong with it."""
        try:
            array, grid = read_image_set(self.images)
        except (HER2LowMRIError, OSError) as error:
            problem = why_not_read(error, self.images)
            return LoadedImage(self.role, self.phase, self.time_s, self.label, problem=problem)
        return LoadedImage(self.role, self.phase, self.time_s, self.label, array, grid)


def why_not_read(error: HER2LowMRIError | OSError, images: ImageSet) -> str:
    """Why an image could not be read, in words that name none of its files."""
    if isinstance(error, OSError):
        return type(error).__name__
    return without_names(str(error), CaseImages(others=tuple(images.files)))


def images_to_load(examination: Examination | None) -> list[ImageToLoad]:
    """The images beside the maps, those first that a reader needs first: T2, before contrast, posts, T1, ultrafast."""
    if examination is None:
        return []
    found = [*_still(T2, "T2", examination.t2), *_phases(DCE, examination.dce)]
    return [*found, *_still(T1, "T1", examination.t1), *_phases(ULTRAFAST, examination.ultrafast)]


def examination_of(images: CaseImages, examination: Examination | None) -> Examination | None:
    """The sorted examination of a case; of one that an earlier version added, what its named places hold.

    Never raises for what is wrong with images: then there is none.
    """
    if examination is not None:
        return examination
    if not any(getattr(images, role) for role in ANSWERED_ROLES):
        return None
    try:
        return sort_examination(places_of_case(images), neutral_names=True)
    except (HER2LowMRIError, OSError):
        return None


def _still(role: str, label: str, sets: tuple[ImageSet, ...]) -> Iterator[ImageToLoad]:
    for number, images in enumerate(sets, start=1):
        yield ImageToLoad(role, None, None, label if len(sets) == 1 else f"{label} {number}", images)


def _phases(role: str, phases: tuple[Phase, ...]) -> Iterator[ImageToLoad]:
    for phase in phases:
        label = phase_label(phase.number, len(phases) - 1, phase.time_s)
        yield ImageToLoad(role, phase.number, phase.time_s, label, phase.images)


def phase_label(number: int, posts: int, time_s: float | None) -> str:
    """What stands in the corner of a view: "pre", "post 2 of 5 · 122 s"."""
    if number == 0:
        return "pre"
    time = "" if time_s is None else f" · {time_s:.0f} s"
    return f"post {number} of {posts}{time}"


def subtracted(post: LoadedImage, pre: LoadedImage, out: np.ndarray | None = None) -> np.ndarray:
    """Post minus pre with its sign, (k, j, i); ``out`` as for `core.enhancement.subtraction`.

    Raises
    ------
    ImageError
        If one of them could not be read, or they lie on other voxels.
    """
    after, before, _ = comparable(post, pre)
    return subtraction(after, before, out)


def projected(post: LoadedImage, pre: LoadedImage) -> np.ndarray:
    """The brightest of the subtraction along the slices, (j, i); errors as for `subtracted`."""
    after, before, _ = comparable(post, pre)
    # Slab by slab: the whole subtraction would be another volume in memory.
    slabs = [slice(first, first + _SLAB) for first in range(0, after.shape[0], _SLAB)]
    return maximum_projection(
        np.stack([maximum_projection(subtraction(after[slab], before[slab])) for slab in slabs])
    )


def comparable(post: LoadedImage, pre: LoadedImage) -> tuple[np.ndarray, np.ndarray, ImageGrid]:
    """Voxels after and before contrast and their one grid; errors as for `subtracted`."""
    if post.array is None or pre.array is None or post.grid is None or pre.grid is None:
        raise ImageError(
            "There is nothing to subtract", needed="two phases", found=post.problem or pre.problem
        )
    if not post.grid.same_as(pre.grid, 0.1):
        raise ImageError("Two phases cannot be subtracted", needed="one voxel grid")
    return post.array, pre.array, post.grid


def phase_shift_mm(post: LoadedImage, pre: LoadedImage) -> tuple[float, float]:
    """How far a phase lies from the one before contrast in the plane of its slices, along i and j [mm].

    It is measured on the middle half of the slices, where the breast is; nothing is moved. NaN where there are no
    edges.

    Raises
    ------
    ImageError
        As for `subtracted`.
    """
    if post.array is None or pre.array is None or post.grid is None:
        raise ImageError("Motion cannot be measured", needed="two phases", found=post.problem or pre.problem)
    slices = post.array.shape[0]
    middle = slice(slices // 4, max(slices // 4 + 1, slices - slices // 4))
    along_i, along_j = in_plane_shift(pre.array[middle], post.array[middle])
    return along_i * post.grid.spacing_mm[0], along_j * post.grid.spacing_mm[1]
