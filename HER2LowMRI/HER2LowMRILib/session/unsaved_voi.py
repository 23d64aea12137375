"""A VOI that could not be saved into the study, kept on this computer until it can be.

A study often lies on a network share, and a share goes away. What was drawn meanwhile is only in the scene, and a scene
can be closed. So whenever a save fails, the VOI is kept here; when the case is opened again it is brought back.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.slice_origin import Origins
from HER2LowMRILib.files.verified_write import make_folder, write_verified
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_files import Segmentation, read_segmentation, segmentation_bytes
from HER2LowMRILib.session.outline_origins import origins_to_bytes, read_origins


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
        self._folder, self._name = folder, name
        self.file = folder / f"{name}.seg.nrrd"
        self._drawn_on, self._origins = folder / f"{name}.txt", folder / f"{name}.origins.json"

    def keep(
        self,
        masks: Mapping[str, np.ndarray],
        grid: ImageGrid,
        saved: str,
        origins: Origins | None = None,
    ) -> None:
        """Keep what is drawn.

        Parameters
        ----------
        masks : mapping of str to ndarray of bool, shape (k, j, i)
        grid : ImageGrid
        saved : str
            ``fingerprint`` of the VOI in the study that it would take the place of.
        origins : mapping of int to str, optional
            How each slice was outlined; None: not known.
        """
        make_folder(self._folder, "the folder of VOIs that could not be saved")
        content = segmentation_bytes(masks, grid)
        # A save that failed may have got as far as the VOI's file: each that was tried is an older state of this one.
        before = dict.fromkeys((*self._states_before(), saved, hashlib.sha256(content).hexdigest()))
        write_verified(self._drawn_on, "\n".join(before).encode())
        write_verified(self._origins, origins_to_bytes(origins))
        write_verified(self.file, content)

    def bring_back(self, saved: str) -> Segmentation | None:
        """Return what was kept; None if nothing was, or the VOI in the study is no longer the one it was drawn on.

        Raises
        ------
        ImageError
            If the file was damaged.
        """
        return read_segmentation(self.file) if self.is_kept and saved in self._states_before() else None

    @property
    def origins(self) -> Origins | None:
        """How each slice of what is kept was outlined; None: not known."""
        return read_origins(self._origins)

    def set_aside(self) -> str:
        """Take what was kept out of the way of the next, for good; returns the name of its file."""
        number = 1
        while (aside := self._folder / f"{self._name}-{number}.seg.nrrd").exists():
            number += 1
        self.file.rename(aside)
        self._drawn_on.unlink(missing_ok=True)
        self._origins.unlink(missing_ok=True)
        return aside.name

    def _states_before(self) -> list[str]:
        """Fingerprints of the VOIs that what is kept takes the place of."""
        return self._drawn_on.read_text().splitlines() if self._drawn_on.exists() else []

    @property
    def is_kept(self) -> bool:
        """Whether a VOI is kept."""
        return self.file.exists()

    def forget(self) -> None:
        """Drop it: the study has it now."""
        for file in (self.file, self._drawn_on, self._origins):
            file.unlink(missing_ok=True)


def fingerprint(voi: Path | None) -> str:
    """Tell one saved VOI from another; "" for none.

    Raises
    ------
    StudyError
        If its file cannot be read.
    """
    try:
        return "" if voi is None else hashlib.sha256(voi.read_bytes()).hexdigest()
    except OSError as error:
        raise StudyError(
            "the saved VOI cannot be read",
            needed=f"the file {voi.name} of the reading",
            found=error.strerror or type(error).__name__,
            todo="Restore access to the study folder, or the file from a backup",
        ) from error
