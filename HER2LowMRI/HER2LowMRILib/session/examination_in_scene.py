"""T1, T2 and the dynamic series of the case at hand as nodes, each made when a layout needs it."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import slicer

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.images.examination import DCE, Examination
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.mrml.map_volumes import show_as_image
from HER2LowMRILib.mrml.reading_layout import Shown
from HER2LowMRILib.session.case_in_scene import CaseInScene
from HER2LowMRILib.study.hanging import (
    ADC_MAP,
    D_MAP,
    HIGH_B,
    K_MAP,
    PROJECTION,
    SUBTRACTION,
    HangingProtocol,
    Hung,
    Layout,
    hang,
)
from HER2LowMRILib.workflow.examination_images import (
    ImageToLoad,
    LoadedImage,
    images_to_load,
    phase_label,
    projected,
    subtracted,
)

_MAPS = {ADC_MAP: "ADC", D_MAP: "D_app", K_MAP: "K_app"}


class ExaminationInScene:
    """The images beside the maps.

    Parameters
    ----------
    case : CaseInScene
        Where their nodes go.
    examination : Examination or None
        As far as the stage of the reading shows it.
    protocol : HangingProtocol
        Windows of the images.

    Attributes
    ----------
    problems : list of str
        Which images could not be read, and why.
    """

    def __init__(self, case: CaseInScene, examination: Examination | None, protocol: HangingProtocol):
        self._case, self._examination, self._protocol = case, examination, protocol
        self._waiting = {(image.role, image.phase): image for image in images_to_load(examination)}
        self._loaded: dict[tuple[str, int | None], LoadedImage] = {}
        self.problems: list[str] = []

    @property
    def posts(self) -> int:
        """Phases after contrast."""
        return max(len(self._examination.dce) - 1, 0) if self._examination is not None else 0

    @property
    def has_images(self) -> bool:
        """Whether there is any image beside the maps."""
        return bool(self._waiting or self._loaded)

    @property
    def is_complete(self) -> bool:
        """Whether every image was read."""
        return not self._waiting

    @property
    def examination(self) -> Examination | None:
        """What is shown, as far as the stage of the reading goes."""
        return self._examination

    def image(self, role: str, phase: int | None) -> LoadedImage | None:
        """One image, read now if it was not; None where there is none."""
        return self._load((role, phase))

    def load_one_of(self, roles: Collection[str]) -> bool:
        """Read one of the images of these roles that wait; whether there was one."""
        key = next((key for key in self._waiting if key[0] in roles), None)
        if key is not None:
            self._load(key)
        return key is not None

    def load_next(self) -> None:
        """Read the image that a reader needs first of those that were not read yet."""
        if self._waiting:
            self._load(next(iter(self._waiting)))

    def shown(self, layout: Layout, phase: int) -> list[Shown]:
        """What stands in the views of a layout.

        Parameters
        ----------
        layout : Layout
        phase : int
            The phase that the reader stepped to.
        """
        return [self._in_view(hang(view, self._examination, phase)) for view in layout.views]

    def _in_view(self, hung: Hung) -> Shown:
        if hung.image is None:
            return Shown(None, hung.note)
        if hung.image in _MAPS:
            return Shown(self._case.nodes.get(hung.image), _MAPS[hung.image], is_map=True)
        if hung.image == HIGH_B:
            return Shown(self._case.default_image(), "image", choosable=True)
        node = self._node(hung)
        title = self._title(hung)
        return Shown(node, title if node is not None else f"{title}: not read")

    def _title(self, hung: Hung) -> str:
        if hung.phase is None:
            return hung.image.upper() if hung.image is not None else ""
        time = self._examination.dce[hung.phase].time_s if self._examination is not None else None
        label = phase_label(hung.phase, self.posts, time)
        words = {SUBTRACTION: "subtraction ", PROJECTION: "projection "}.get(hung.image or "", "")
        return f"{words}{label}" + (f" ({hung.note})" if hung.note else "")

    def _node(self, hung: Hung) -> slicer.vtkMRMLVolumeNode | None:
        image = hung.image or ""
        role = image if hung.phase is None else f"{image} {hung.phase}"
        known = self._case.nodes.get(role)
        if known is not None and known.GetScene() is not None:
            return known
        made = self._array_of(image, hung.phase)
        if made is None:
            return None
        array, grid = made
        self._case.show_image(array, grid, role, f"{self._case.name} {self._title(hung)}")
        show_as_image(self._case.nodes[role], percentiles=self._protocol.windows.get(image))
        return self._case.nodes[role]

    def _array_of(self, image: str, phase: int | None) -> tuple[np.ndarray, ImageGrid] | None:
        if image not in (SUBTRACTION, PROJECTION):
            found = self._load((image, phase))
            return (found.array, found.grid) if found and found.array is not None and found.grid else None
        post, pre = self._load((DCE, phase)), self._load((DCE, 0))
        if post is None or pre is None:
            return None
        try:
            if image == SUBTRACTION:
                return (subtracted(post, pre), post.grid) if post.grid is not None else None
            return (
                (projected(post, pre)[np.newaxis], _one_slice(post.grid)) if post.grid is not None else None
            )
        except HER2LowMRIError as error:
            self.problems.append(str(error))
            return None

    def _load(self, key: tuple[str, int | None]) -> LoadedImage | None:
        if key in self._loaded:
            return self._loaded[key]
        waiting: ImageToLoad | None = self._waiting.pop(key, None)
        if waiting is None:
            return None
        found = self._loaded[key] = waiting.load()
        if found.array is None:
            self.problems.append(f"{found.label}: {found.problem}")
        return found


def _one_slice(grid: ImageGrid) -> ImageGrid:
    """One slice as thick as the whole stack: a projection is seen at every place of it."""
    columns, rows, slices = grid.size_ijk
    normal = np.asarray(grid.direction).reshape(3, 3)[:, 2]
    thickness = grid.spacing_mm[2] * slices
    middle = np.asarray(grid.origin_mm) + normal * grid.spacing_mm[2] * (slices - 1) / 2
    return replace(
        grid,
        size_ijk=(columns, rows, 1),
        spacing_mm=(grid.spacing_mm[0], grid.spacing_mm[1], thickness),
        origin_mm=(float(middle[0]), float(middle[1]), float(middle[2])),
        also_stated=None,
    )
