"""T1, T2 and the dynamic series of the case at hand as nodes, each made when a layout needs it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import slicer

from HER2LowMRILib.core.enhancement import type_of_difference
from HER2LowMRILib.core.errors import Cancelled, HER2LowMRIError, ImageError
from HER2LowMRILib.core.long_act import IsCancelled, OnProgress
from HER2LowMRILib.images.align_phases import RIGID, Matrix, align, largest_shift_mm, moved_back
from HER2LowMRILib.images.examination import DCE, Examination
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.mrml.map_volumes import show_as_image
from HER2LowMRILib.mrml.reading_layout import Shown
from HER2LowMRILib.session.case_in_scene import CaseInScene
from HER2LowMRILib.session.dicom_database import remember_instances
from HER2LowMRILib.study.hanging import (
    ADC_MAP,
    D_MAP,
    HIGH_B,
    IMAGES,
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
    comparable,
    images_to_load,
    phase_label,
    phase_shift_mm,
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
        # No layout shows an ultrafast series; its many volumes would only take memory.
        shown = [image for image in images_to_load(examination) if image.role in IMAGES]
        self._waiting = {(image.role, image.phase): image for image in shown}
        self._files = {key: image.images.files for key, image in self._waiting.items()}
        self._loaded: dict[tuple[str, int | None], LoadedImage] = {}
        self._matrices: Mapping[str, Matrix] = {}
        # Phase -> how far it lies from the one before contrast in the plane of the slices [mm].
        self.motion_mm: dict[int, float] = {}
        self.problems: list[str] = []
        self._needed: set[str] = set()
        self._windows: dict[str, tuple[float, float]] = {}
        # Phase -> type of its subtraction: to find it all voxels are looked at.
        self._types: dict[int | None, np.dtype] = {}

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

    def measure_motion_of_next(self) -> bool:
        """Measure how far one more phase lies from the one before contrast; whether there was one to measure."""
        number = next((n for n in range(1, self.posts + 1) if n not in self.motion_mm), None)
        if number is None:
            return False
        pre, post = self._load((DCE, 0)), self._load((DCE, number))
        try:
            self.motion_mm[number] = float(np.hypot(*phase_shift_mm(post, pre))) if pre and post else np.nan
        except HER2LowMRIError:
            self.motion_mm[number] = np.nan
        return True

    def align(self, progress: OnProgress = None, cancelled: IsCancelled = None) -> dict[str, Any]:
        """Find how each phase lies against the one before contrast, as `CaseReading.set_alignment` keeps it.

        Raises
        ------
        HER2LowMRIError
            If a phase cannot be read or aligned.
        Cancelled
            When ``cancelled`` said so.
        """
        pre = self._load((DCE, 0))
        matrices: dict[str, Matrix] = {}
        shifts: dict[str, float] = {}
        for number in range(1, self.posts + 1):
            if cancelled is not None and cancelled():
                raise Cancelled
            post = self._load((DCE, number))
            if pre is None or post is None or pre.array is None or post.array is None or pre.grid is None:
                why = (post.problem if post is not None else "") or (pre.problem if pre is not None else "")
                raise ImageError("The phases cannot be aligned", needed="every phase", found=why or "none")
            matrix = align(pre.array, post.array, pre.grid)
            matrices[str(number)] = matrix
            shifts[str(number)] = round(largest_shift_mm(matrix, pre.grid), 2)
            if progress is not None:
                progress(number / self.posts)
        return {"method": RIGID, "phases": matrices, "shift_mm": shifts}

    def show_aligned(self, alignment: Mapping[str, Any] | None) -> None:
        """Show phases aligned as a reading keeps it, or as they were acquired; what stands in the views goes."""
        self._matrices = dict((alignment or {}).get("phases", {}))
        self._types.clear()
        changed = (DCE, SUBTRACTION, PROJECTION)
        self._case.remove_images(lambda role: role.split(" ")[0] in changed and role != f"{DCE} 0")

    @property
    def is_aligned(self) -> bool:
        """Whether phases are shown aligned."""
        return bool(self._matrices)

    def _as_asked(self, image: LoadedImage | None) -> LoadedImage | None:
        """A phase as acquired, or aligned as the reader asked."""
        matrix = self._matrices.get(str(image.phase)) if image is not None and image.role == DCE else None
        if image is None or matrix is None or image.array is None or image.grid is None:
            return image
        return replace(image, array=moved_back(image.array, image.grid, matrix))

    def load_next(self) -> None:
        """Read the image that a reader needs first of those that were not read yet, and put it into the scene.

        There it is in memory once; a layout that needs it comes up at once.
        """
        if self._waiting:
            key = next(iter(self._waiting))
            if self._load(key) is not None:
                self._node(Hung(*key))

    def shown(self, layout: Layout, phase: int) -> list[Shown]:
        """What stands in the views of a layout.

        Parameters
        ----------
        layout : Layout
        phase : int
            The phase that the reader stepped to.
        """
        hung = [hang(view, self._examination, phase) for view in layout.views]
        self._needed = {_role(one) for one in hung}
        return [self._in_view(one) for one in hung]

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
        # A long name takes the room of the view beside it; the time stands over the phase itself.
        short = label.split(" · ")[0]
        label = {SUBTRACTION: f"{short} − pre", PROJECTION: f"MIP {short} − pre"}.get(hung.image or "", label)
        notes = [hung.note, "aligned" if str(hung.phase) in self._matrices else ""]
        told = ", ".join(note for note in notes if note)
        return label + (f" ({told})" if told else "")

    def _node(self, hung: Hung) -> slicer.vtkMRMLVolumeNode | None:
        image, role = hung.image or "", _role(hung)
        known = self._case.nodes.get(role)
        if known is not None and known.GetScene() is not None:
            return known
        made = self._array_of(image, hung.phase)
        if made is None:
            return None
        array, grid = made
        name = f"{self._case.name} {self._title(hung)}"
        voxels = self._case.show_image(array, grid, role, name, self._spare(image))
        self._window(image, hung.phase)
        if (image, hung.phase) in self._files:
            remember_instances(self._case.nodes[role], self._files[image, hung.phase])
        loaded = self._loaded.get((image, hung.phase))
        if loaded is not None and loaded.array is array:
            # A large examination is in memory once, not twice.
            self._loaded[image, hung.phase] = replace(loaded, array=voxels)
        return self._case.nodes[role]

    def _window(self, image: str, phase: int | None) -> None:
        """Window an image; phases have one window, that of the first after contrast, so that uptake is seen."""
        percentiles = self._protocol.windows.get(image)
        node = self._case.nodes[image if phase is None else f"{image} {phase}"]
        if image not in (DCE, SUBTRACTION):
            show_as_image(node, percentiles=percentiles)
            return
        kept = self._windows.get(image)
        window = show_as_image(node, percentiles=percentiles, window=kept)
        if kept is not None or phase != 1:
            return
        self._windows[image] = window
        for role, other in self._case.nodes.items():
            if role.startswith(f"{image} ") and other.GetScene() is not None:
                show_as_image(other, window=window)

    def _spare(self, image: str) -> str | None:
        """Role of a subtraction that no view needs any more; those of all phases would take as much as the phases."""
        if image != SUBTRACTION:
            return None
        made = [role for role in self._case.nodes if role.startswith(f"{SUBTRACTION} ")]
        return next((role for role in made if role not in self._needed), None)

    def _array_of(self, image: str, phase: int | None) -> tuple[np.ndarray, ImageGrid] | None:
        if image not in (SUBTRACTION, PROJECTION):
            found = self._as_asked(self._load((image, phase)))
            return (found.array, found.grid) if found and found.array is not None and found.grid else None
        post, pre = self._as_asked(self._load((DCE, phase))), self._load((DCE, 0))
        if post is None or pre is None:
            return None
        try:
            if image == SUBTRACTION:
                after, before, grid = comparable(post, pre)
                role = self._spare(image) or f"{image} {phase}"
                if phase not in self._types:
                    self._types[phase] = type_of_difference(after, before)
                room = self._case.room_for_image(grid, self._types[phase], role)
                return subtracted(post, pre, room), grid
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


def _role(hung: Hung) -> str:
    """Of the volume that stands in a view."""
    image = hung.image or ""
    return image if hung.phase is None else f"{image} {hung.phase}"


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
