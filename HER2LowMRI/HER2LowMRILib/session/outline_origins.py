"""Follows how each slice of the lesion was outlined in this sitting, through edits, undo and redo."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.slice_origin import DRAWN, ORIGINS, Origins, after_edit, confirmed, unconfirmed


class OutlineOrigins:
    """How each slice was outlined.

    Parameters
    ----------
    kept : mapping of int to str, optional
        What the reading says; None where nothing is recorded.
    lesion : ndarray of bool, (k, j, i), optional
        What is drawn now.
    """

    def __init__(self, kept: Mapping[int, str] | None = None, lesion: np.ndarray | None = None):
        self._lesion = lesion
        # Of an outline that was not recorded nobody can say how its slices were made.
        self._is_known = kept is not None or lesion is None or not lesion.any()
        self._origins: Origins = dict(kept or {})
        # Undo and redo bring back what was seen before, and with it how it was made.
        self._seen: dict[tuple[int, bytes], str] = {}
        self._remember()

    def will_be(self, k: int, plane: np.ndarray, way: str) -> None:
        """Say how the outline that slice k is about to get was made."""
        self._seen[k, _digest(plane)] = way

    def follow(self, lesion: np.ndarray, way: str = DRAWN) -> None:
        """Note what is drawn now, and how the change was made where nothing else is known."""
        before = self._lesion if self._lesion is not None else np.zeros_like(lesion)
        if before.shape != lesion.shape:
            before, self._origins = np.zeros_like(lesion), {}
        origins = after_edit(self._origins, before, lesion, way)
        for k in origins:
            seen = self._seen.get((k, _digest(lesion[k])))
            if seen is not None:
                origins[k] = seen
        self._is_known = self._is_known or not lesion.any()
        self._origins, self._lesion = origins, lesion.copy()
        self._remember()

    def take_back(self, lesion: np.ndarray, kept: Mapping[int, str] | None) -> None:
        """Go on with an outline that was drawn before, and what was recorded of it; None: nothing was.

        Otherwise each slice of it would seem to have been drawn by hand just now.
        """
        self._lesion, self._origins = lesion.copy(), dict(kept or {})
        self._is_known = kept is not None or not lesion.any()
        self._remember()

    def confirm(self, k: int) -> bool:
        """Note that the reader looked at a slice; whether it had been interpolated and not looked at."""
        before, self._origins = self._origins, confirmed(self._origins, k)
        self._remember()
        return before != self._origins

    @property
    def recorded(self) -> Origins | None:
        """What is kept with the reading; None where it is not known."""
        return dict(self._origins) if self._is_known else None

    @property
    def unconfirmed(self) -> tuple[int, ...]:
        """Interpolated slices that nobody looked at."""
        return unconfirmed(self._origins)

    def _remember(self) -> None:
        if self._lesion is not None:
            for k, origin in self._origins.items():
                if k < len(self._lesion):
                    self._seen[k, _digest(self._lesion[k])] = origin


def origins_to_bytes(origins: Origins | None) -> bytes:
    """Content of a file that stands beside an outline on this computer."""
    return json.dumps(None if origins is None else {str(k): origins[k] for k in sorted(origins)}).encode()


def read_origins(file: Path) -> Origins | None:
    """What `origins_to_bytes` wrote; None where it is not known, as of outlines that earlier versions kept."""
    try:
        kept = json.loads(file.read_bytes())
        known = kept is not None and all(origin in ORIGINS for origin in kept.values())
        return {int(k): origin for k, origin in kept.items()} if known else None
    except (OSError, ValueError, AttributeError):
        return None


def _digest(plane: np.ndarray) -> bytes:
    return hashlib.blake2b(np.packbits(plane).tobytes(), digest_size=16).digest()
