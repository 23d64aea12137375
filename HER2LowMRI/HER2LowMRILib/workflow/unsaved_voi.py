"""A VOI that could not be saved into the study, kept on this computer until it can be.

A study often lies on a network share, and a share goes away. What was drawn meanwhile is only in the scene, and a scene
can be closed. So whenever a save fails, the VOI is kept here; when the case is opened again it is brought back.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from HER2LowMRILib.study.image_grid import ImageGrid
from HER2LowMRILib.study.verified_write import make_folder, write_verified
from HER2LowMRILib.study.voi_files import Segmentation, read_segmentation, segmentation_bytes


class UnsavedVoi:
    """Where the unsaved VOI of one case of one reader is kept.

    Parameters
    ----------
    folder : Path
        On this computer, outside of the study.
    study, reader, case_id : str
        What makes the name of the file; it can be told from none of them.
    """

    def __init__(self, folder: Path, study: str, reader: str, case_id: str):
        name = hashlib.sha256("\n".join((study, reader, case_id)).encode()).hexdigest()[:20]
        self.file = folder / f"{name}.seg.nrrd"
        self._drawn_on = folder / f"{name}.txt"

    def keep(self, masks: Mapping[str, np.ndarray], grid: ImageGrid, saved: str) -> None:
        """Keep what is drawn.

        Parameters
        ----------
        masks : mapping of str to ndarray of bool, shape (k, j, i)
        grid : ImageGrid
        saved : str
            ``fingerprint`` of the VOI in the study that it would take the place of.
        """
        make_folder(self.file.parent, "the folder of VOIs that could not be saved")
        write_verified(self.file, segmentation_bytes(masks, grid))
        write_verified(self._drawn_on, saved.encode())

    def bring_back(self, saved: str) -> Segmentation | None:
        """Return what was kept; None if nothing was, or the VOI in the study is no longer the one it was drawn on."""
        if not self.is_kept or self._drawn_on.read_text() != saved:
            return None
        return read_segmentation(self.file)

    @property
    def is_kept(self) -> bool:
        """Whether a VOI is kept."""
        return self.file.exists() and self._drawn_on.exists()

    def forget(self) -> None:
        """Drop it: the study has it now."""
        self.file.unlink(missing_ok=True)
        self._drawn_on.unlink(missing_ok=True)


def fingerprint(voi: Path | None) -> str:
    """Tell one saved VOI from another; "" for none."""
    return "" if voi is None else hashlib.sha256(voi.read_bytes()).hexdigest()
