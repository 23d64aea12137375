"""The segments of a file on its own grid, each made when it is asked for: many claims of one file cost one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.image_grid import ImageGrid


@dataclass(frozen=True)
class Segmentation:
    """All segments of one file on its own grid.

    Parameters
    ----------
    masks : mapping of str to ndarray of bool, shape (k, j, i)
        By segment name, in the order of the file. They may overlap.
    grid : ImageGrid
        Grid of the masks; of a file that stores only the extent of its segments, that part of the image.
    warnings : tuple of Notice
        What was not as the form of the file wants it.
    """

    masks: Mapping[str, np.ndarray] = field(repr=False)
    grid: ImageGrid
    warnings: tuple[Notice, ...] = ()


class LabelMasks(Mapping[str, np.ndarray]):
    """Masks of segments that are stored as labels in layers.

    Parameters
    ----------
    layers : sequence of ndarray, shape (k, j, i)
    described : sequence of (str, int, int)
        Name, layer and label of every segment.
    """

    def __init__(self, layers: Sequence[np.ndarray], described: Sequence[tuple[str, int, int]]):
        self._layers = layers
        self._described = {name: (layer, label) for name, layer, label in described}

    def __getitem__(self, name: str) -> np.ndarray:
        """The mask of a segment, a new array each time."""
        layer, label = self._described[name]
        return np.asarray(self._layers[layer] == label)

    def __iter__(self) -> Iterator[str]:
        return iter(self._described)

    def __len__(self) -> int:
        return len(self._described)
