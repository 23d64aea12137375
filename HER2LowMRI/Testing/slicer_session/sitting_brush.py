"""A box of voxels somewhere in an image: what one stroke of a sitting draws."""

import numpy as np


def brush(shape: tuple[int, int, int], rng: np.random.Generator) -> tuple[slice, ...]:
    """A box of voxels somewhere in the image."""
    places = [
        int(rng.integers(0, max(size - width, 1))) for size, width in zip(shape, (2, 6, 6), strict=True)
    ]
    return tuple(slice(at, at + width) for at, width in zip(places, (2, 6, 6), strict=True))
