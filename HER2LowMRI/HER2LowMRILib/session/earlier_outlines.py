"""The last outlines of a case that were saved, kept on the reader's own computer: each can be gone back to."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.slice_origin import Origins
from HER2LowMRILib.files.verified_write import make_folder, write_verified
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_files import Segmentation, read_segmentation, segmentation_bytes
from HER2LowMRILib.session.outline_origins import origins_to_bytes, read_origins

KEPT = 10
_OUTLINE = ".seg.nrrd"
# Outlines of cases that nobody opened for so long are of no use any more [days].
_DAYS = 90
# An outline takes some ten kB; this is room for those of thousands of cases.
_MOST_BYTES = 200 * 2**20


@dataclass(frozen=True)
class EarlierOutline:
    """One outline that was saved.

    Attributes
    ----------
    saved : datetime
        When, in local time.
    voxels : int
        Of the lesion, before exclusions.
    file : Path
    """

    saved: datetime
    voxels: int
    file: Path

    def read(self) -> Segmentation:
        """Return what was drawn.

        Raises
        ------
        ImageError
            When the file was damaged.
        """
        return read_segmentation(self.file)

    @property
    def origins(self) -> Origins | None:
        """How each slice was outlined; None: not known."""
        return read_origins(_origins_of(self.file))


def _origins_of(file: Path) -> Path:
    return file.with_name(file.name.removesuffix(_OUTLINE) + ".origins.json")


def _drop(file: Path) -> None:
    for place in (file, _origins_of(file)):
        place.unlink(missing_ok=True)


class EarlierOutlines:
    """The outlines of one case of one reader.

    Parameters
    ----------
    folder : Path
        On this computer, outside of the study.
    study, reader, case_id : str
        They make the name of the folder; it can be told from none of them.
    """

    def __init__(self, folder: Path, study: str, reader: str, case_id: str):
        name = hashlib.sha256("\n".join((study, reader, case_id)).encode()).hexdigest()[:20]
        self._folder = folder / name

    def keep(
        self,
        masks: Mapping[str, np.ndarray],
        grid: ImageGrid,
        lesion: str,
        origins: Origins | None = None,
    ) -> None:
        """Keep a state that was just saved; an empty one, and one like the newest, are not kept again.

        Parameters
        ----------
        masks : mapping of str to ndarray of bool, (k, j, i)
        grid : ImageGrid
        lesion : str
            Name of the segment whose voxels are counted.
        origins : mapping of int to str, optional
            How each slice was outlined; None: not known.
        """
        voxels = int(np.count_nonzero(masks[lesion])) if lesion in masks else 0
        if not voxels:
            return
        content = segmentation_bytes(masks, grid)
        newest = self.newest_first()[:1]
        if newest and newest[0].file.read_bytes() == content:
            # The same outline, but perhaps its slices were looked at meanwhile.
            write_verified(_origins_of(newest[0].file), origins_to_bytes(origins))
            return
        make_folder(self._folder, "the folder of earlier outlines")
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        file = self._folder / f"{now}-{voxels}{_OUTLINE}"
        write_verified(_origins_of(file), origins_to_bytes(origins))
        write_verified(file, content)
        for old in self.newest_first()[KEPT:]:
            _drop(old.file)

    def newest_first(self) -> list[EarlierOutline]:
        """Return what is kept."""
        found = []
        for file in self._folder.glob(f"*{_OUTLINE}"):
            when, _, voxels = file.name.removesuffix(_OUTLINE).partition("-")
            with suppress(ValueError):
                saved = datetime.strptime(when, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
                found.append(EarlierOutline(saved.astimezone(), int(voxels), file))
        return sorted(found, key=lambda outline: outline.saved, reverse=True)


def drop_old(folder: Path) -> None:
    """Delete the outlines of cases that nobody worked on for three months, and the oldest of too many.

    Parameters
    ----------
    folder : Path
        Of the outlines of all cases.
    """
    limit, kept = datetime.now(UTC).timestamp() - _DAYS * 86400, 0
    found = []
    for file in folder.glob(f"*/*{_OUTLINE}"):
        with suppress(OSError):
            status = file.stat()
            found.append((status.st_mtime, status.st_size, file))
    for changed, size, file in sorted(found, reverse=True):
        kept += size
        if changed < limit or kept > _MOST_BYTES:
            with suppress(OSError):
                _drop(file)
    for one in folder.glob("*"):
        # Those that still hold something stay.
        with suppress(OSError):
            one.rmdir()


def keep_quietly(
    outlines: EarlierOutlines,
    masks: Mapping[str, np.ndarray],
    grid: ImageGrid,
    lesion: str,
    origins: Origins | None = None,
) -> None:
    """Keep a state beside the study; where that fails the study has it all the same."""
    with suppress(OSError, HER2LowMRIError):
        outlines.keep(masks, grid, lesion, origins)
