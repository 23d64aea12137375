"""How the image of each b-value is put together: the frames of every slice, and how they are averaged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.intake.averaging import Averaging
from HER2LowMRILib.images.intake.dicom_choice import ImagesOfB
from HER2LowMRILib.images.intake.dicom_frames import Frame


@dataclass(frozen=True)
class SlicePlan:
    """The image of one b-value [s/mm2]: the frames of every slice, and how they are averaged."""

    b_value: float
    slices: tuple[tuple[Frame, ...], ...]
    averaging: tuple[Averaging, ...]
    directional: bool
    averages: float
    source: str
    note: str

    @property
    def frames(self) -> list[Frame]:
        """The frames of all slices."""
        return [frame for here in self.slices for frame in here]


def plan_slices(
    chosen: Sequence[ImagesOfB], k: np.ndarray, slices: int, warnings: list[Notice]
) -> list[SlicePlan]:
    """Sort the frames of each b-value into slices; every slice must be there, equally often.

    Parameters
    ----------
    chosen : sequence of ImagesOfB
    k : ndarray of int
        Slice of every frame, in the order of ``chosen``.
    slices : int
    warnings : list of Notice
        What the reader should know is added.

    Raises
    ------
    ImageError
        If slices, images or directions are missing, or there are too few directions.
    """
    plans, at = [], 0
    for one in chosen:
        by_slice: list[list[Frame]] = [[] for _ in range(slices)]
        for frame, index in zip(one.frames, k[at : at + len(one.frames)], strict=True):
            by_slice[index].append(frame)
        at += len(one.frames)
        _refuse_gaps(by_slice, one.b_value)
        plans.append(_plan(one, by_slice, warnings))
    return plans


def _refuse_gaps(by_slice: Sequence[Sequence[Frame]], b: float) -> None:
    found = sum(1 for here in by_slice if here)
    if found < len(by_slice):
        raise ImageError(
            f"Slices are missing at b {b:g}",
            needed=f"{len(by_slice)} slices as at the other b-values",
            found=f"{found}",
            todo="Export the series again, whole",
        )
    counts = {len(here) for here in by_slice}
    if len(counts) > 1:
        raise ImageError(
            f"Images are missing at b {b:g}",
            needed=f"{max(counts)} images in every slice",
            found=f"{min(counts)} in some",
            todo="Export the series again, whole",
        )


def _plan(one: ImagesOfB, by_slice: Sequence[Sequence[Frame]], warnings: list[Notice]) -> SlicePlan:
    b, members = one.b_value, one.frames
    directional = any(frame.directionality == "directional" for frame in members)
    averaging = tuple(Averaging.of([frame.gradient for frame in here], directional, b) for here in by_slice)
    if len({len(a.groups) for a in averaging}) > 1:
        raise ImageError(
            f"The diffusion directions at b {b:g} differ between slices",
            needed="the same directions in every slice",
            todo="Export the series again, whole",
        )
    averages = {round(sum(frame.averages for frame in here), 3) for here in by_slice}
    if len(averages) > 1:
        warnings.append(
            Notice(
                "averages_differ",
                f"The number of averages differs between slices at b {b:g}; the smallest is used.",
            )
        )
    if directional and b > 5 and not averaging[0].geometric:
        warnings.append(
            Notice(
                "few_directions",
                f"The images at b {b:g} were measured along one or two directions only; so low a b-value is used "
                "all the same.",
            )
        )
    if not directional and b > 5 and len(by_slice[0]) > 1:
        warnings.append(
            Notice(
                "directions_or_repeats",
                f"There are {len(by_slice[0])} images per slice at b {b:g}, and the header does not say whether they "
                "are directions or repetitions; their geometric mean is used.",
            )
        )
    return SlicePlan(
        b,
        tuple(map(tuple, by_slice)),
        averaging,
        directional,
        min(averages),
        " and ".join(sorted({frame.b_source for frame in members})),
        "; ".join(text for text in (one.note, averaging[0].note(directional)) if text),
    )
