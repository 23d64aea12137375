"""Whether the lesion size of a reading and its VOI can be those of one lesion."""

import math

# A VOI is drawn on coarse voxels and may hold a part of what surrounds a lesion; a lesion is larger than its VOI where
# only a part of it restricts diffusion. What lies beyond both is most likely a slip of the pen.
_LEAST, _MOST, _MARGIN_MM = 0.7, 2.5, 10.0


def least_diameter_mm(volume_mm3: float) -> float:
    """The smallest longest diameter that a body of a volume can have [mm]: that of a ball.

    Of all bodies of one longest diameter the ball has the largest volume (isodiametric inequality, L. Bieberbach,
    Jahresber. Dtsch. Math.-Ver. 1915;24:247-250).
    """
    return (6.0 * volume_mm3 / math.pi) ** (1.0 / 3.0)


def size_in_doubt(size_mm: float, volume_mm3: float, longest_mm: float) -> bool:
    """Whether a reader should look again at the size that was answered.

    Parameters
    ----------
    size_mm : float
        The answer: longest diameter of the lesion [mm].
    volume_mm3 : float
        Of the VOI, exclusions included [mm3].
    longest_mm : float
        Longest diameter of the VOI [mm].
    """
    too_small = size_mm < _LEAST * least_diameter_mm(volume_mm3)
    return too_small or size_mm > _MOST * longest_mm + _MARGIN_MM
