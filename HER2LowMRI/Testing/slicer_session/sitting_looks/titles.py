"""What a title promises, read by itself and not by the panel's own rule, and the voxels that belong there."""

import re

import numpy as np
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.images.examination import Examination
from HER2LowMRILib.workflow.examination_images import images_to_load

ANY = "any image of the case"
_MAPS = {spec.label: spec.role for spec in STANDARD_MAPS}
_STILL = {"T1": "t1", "T2": "t2"}
_PHASE = re.compile(r"^(MIP )?(?:pre|post (\d+) of \d+)(?: · \d+ s)?( − pre)?$")


def role_of_title(title: str) -> str | None:
    """Role of the volume that a title promises; `ANY`, or None where it promises none."""
    if title.split()[:1] and title.split()[0] in _MAPS:
        return _MAPS[title.split()[0]]
    if title == "image":
        return ANY
    name = re.sub(r" \([^()]*\)$", "", title)
    if name in _STILL:
        return _STILL[name]
    found = _PHASE.match(name)
    if found is None:
        return None
    projected, number, subtracted = found.groups()
    kind = "mip" if projected else "subtraction" if subtracted else "dce"
    return f"{kind} {number or 0}"


class ImageTruth:
    """The images beside the maps of a case as their files hold them.

    Parameters
    ----------
    examination : Examination or None
    """

    def __init__(self, examination: Examination | None):
        self._images = {(image.role, image.phase): image for image in images_to_load(examination)}
        self._known: dict[str, np.ndarray | None] = {}

    def of(self, role: str) -> np.ndarray | None:
        """Voxels (k, j, i) of a role as acquired; None where the files do not hold it."""
        if role not in self._known:
            self._known[role] = self._made(role)
        return self._known[role]

    def _made(self, role: str) -> np.ndarray | None:
        kind, _, number = role.partition(" ")
        if kind not in ("subtraction", "mip"):
            image = self._images.get((kind, int(number) if number else None))
            array = image.load().array if image is not None else None
            return array.astype(float) if array is not None else None
        after, before = self.of(f"dce {number}"), self.of("dce 0")
        if after is None or before is None:
            return None
        difference = after - before
        return difference.max(axis=0, keepdims=True) if kind == "mip" else difference
