"""What a protocol says of drawing: the ways that are allowed, and the images on which an edge is looked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from HER2LowMRILib.core.assisted_outline import BOTH, EDGE_IMAGES
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.slice_origin import ASSISTED, DRAWN, INTERPOLATED, checked_ways


@dataclass(frozen=True)
class OutlineRules:
    """How outlines may be made.

    Attributes
    ----------
    ways : tuple of str
        Some of "drawn", "assisted", "interpolated"; drawing by hand always is allowed, and alone is the paper's way.
    edge_image : str
        Where the assisted outline looks for the edge: "high_b", "adc" or "both".
    """

    ways: tuple[str, ...] = (DRAWN,)
    edge_image: str = BOTH

    def __post_init__(self) -> None:
        object.__setattr__(self, "ways", checked_ways(self.ways))
        if self.edge_image not in EDGE_IMAGES:
            raise StudyError(
                "the image of the assisted outline is unknown",
                needed=f"one of {', '.join(EDGE_IMAGES)}",
                found=str(self.edge_image),
            )

    @property
    def assisted(self) -> bool:
        """Whether the program may look for an edge."""
        return ASSISTED in self.ways

    @property
    def interpolated(self) -> bool:
        """Whether slices may be filled in between others."""
        return INTERPOLATED in self.ways

    def to_json(self) -> dict[str, Any]:
        """As it stands in `study.json`."""
        return {"ways": list(self.ways), "edge_image": self.edge_image}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> "OutlineRules":
        """As it was kept; a study from before it could say so let its readers interpolate in the Segment Editor."""
        if kept is None:
            return cls((DRAWN, INTERPOLATED))
        ways: Iterable[str] = kept.get("ways", (DRAWN,))
        return cls(tuple(ways), str(kept.get("edge_image", BOTH)))
