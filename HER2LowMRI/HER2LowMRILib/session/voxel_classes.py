"""How many voxels of a case are good, and what is wrong with the others, for the eye."""

from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.fit_quality import DEFINITIONS, FitQuality, count_quality
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.session.case_in_scene import CaseInScene


@dataclass(frozen=True)
class VoxelClass:
    """Voxels of one class.

    Attributes
    ----------
    definition : str
    share : float
        Part of the image.
    in_voi : int or None
        Voxels in the VOI; None: nothing is drawn there.
    """

    definition: str
    share: float
    in_voi: int | None


def voxel_classes(case: CaseInScene) -> list[VoxelClass]:
    """Return the classes of the voxels: of fitted maps those of the fit, of other maps what is in their range."""
    found: list[VoxelClass] = []
    outline = case.outline()
    for group in case.maps.groups:
        maps, _ = group.maps_in(None, None, None)
        voi = None
        if outline is not None:
            try:
                voi, _ = outline.on(group.grid)
            except ImageError:
                voi = None
        if maps.quality is not None:
            found += _of_fit(maps.quality, voi)
        found += _of_values(maps, voi)
    return found


def _of_fit(quality: np.ndarray, voi: np.ndarray | None) -> list[VoxelClass]:
    everywhere = count_quality(quality)
    inside = count_quality(quality, voi) if voi is not None else None
    return [
        VoxelClass(
            DEFINITIONS[flag],
            everywhere[name] / everywhere["total"],
            None if inside is None else inside[name],
        )
        for flag in FitQuality.__members__.values()
        if (name := str(flag.name).lower()) == "ok" or everywhere[name]
    ]


def _of_values(maps: MapSet, voi: np.ndarray | None) -> list[VoxelClass]:
    rows = []
    for spec in maps.specs:
        if maps.quality is None or not spec.excluded:
            valid = maps.valid(spec.name)
            words = f"{spec.label} has a valid value ({spec.range_text})."
            rows.append(
                VoxelClass(
                    words, float(valid.mean()), None if voi is None else int(np.count_nonzero(valid & voi))
                )
            )
    return rows
