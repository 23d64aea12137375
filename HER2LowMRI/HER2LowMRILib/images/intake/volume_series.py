"""Put volumes with known b-values together to one image per b-value; also for images that come from a scene."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.averaging import (
    LARGEST_B0,
    Averaging,
    Direction,
    compare_slices,
    mean_signal,
    refuse_unlike,
    repeats_of,
)
from HER2LowMRILib.images.intake.b_value import (
    check_b_values,
    group_jitter,
    lowest_as_zero,
    nominal,
    scatter_warning,
    stated_as,
)
from HER2LowMRILib.images.intake.clipping import observed_clip_level
from HER2LowMRILib.images.intake.computed_signal import check_measured
from HER2LowMRILib.images.intake.diffusion_series import BImage, DiffusionSeries
from HER2LowMRILib.images.intake.signal_decay_check import (
    check_decay,
    negative_signals,
    tissue_means,
    tissue_signals,
)

# A trace image and the geometric mean of its directions have one signal; a b 0 image has far more.
LARGEST_TRACE_DIFFERENCE = 0.1
_LARGEST_B0 = 5.0


@dataclass(frozen=True)
class Volume:
    """One 3D image and what is known about its diffusion weighting."""

    array: np.ndarray = field(repr=False)
    b_value: float | None
    source: str
    direction: Direction | None = None
    averages: float = 1.0


def series_of_volumes(
    volumes: Sequence[Volume], grid: ImageGrid, warnings: Sequence[Notice] = (), form: str = ""
) -> DiffusionSeries:
    """Put volumes with known b-values together to one image per b-value.

    Nothing is read here.

    Parameters
    ----------
    volumes : sequence of Volume
        All on one grid.
    grid : ImageGrid
    warnings : sequence of Notice
        What is known already.
    form : str
        In what form the images came.

    Raises
    ------
    ImageError
        If there are too few b-values, images of one b-value are not repetitions or directions of each other, or a
        volume can be taken for two things.
    """
    said, dropped = list[Notice](warnings), list[Notice]()
    saturation = observed_clip_level([volume.array for volume in volumes])
    images = []
    for b, stated, members in _by_b_value(volumes):
        said.extend(filter(None, [scatter_warning(stated, b)]))
        members = _without_directions_of_trace(members, b, dropped)
        images.append(_image(members, b, stated, saturation, said))
    tissue = tissue_signals(images)
    said.extend((*negative_signals(images), *check_decay(images, tissue), *check_measured(images, tissue)))
    return DiffusionSeries(tuple(images), grid, tuple(said), tuple(dropped), saturation, "", form)


def _by_b_value(volumes: Sequence[Volume]) -> list[tuple[float, list[float], list[Volume]]]:
    """b-value, the stated ones it stands for, and the volumes, by ascending b."""
    by_value: dict[float, list[Volume]] = {}
    for volume in volumes:
        if volume.b_value is None:
            raise ImageError("The b-values are not known", needed="one for each volume", found="none")
        by_value.setdefault(volume.b_value, []).append(volume)
    check_b_values(sorted(by_value), "the images")
    alone = {b: not any(map(_is_directional, members)) for b, members in by_value.items()}
    groups = group_jitter(alone)
    members = [[volume for b in group for volume in by_value[b]] for group in groups]
    stated = [[b for b in group for _ in by_value[b]] for group in groups]
    nominals = lowest_as_zero([nominal(values) for values in stated])
    return list(zip(nominals, groups, members, strict=True))


def _without_directions_of_trace(members: list[Volume], b: float, dropped: list[Notice]) -> list[Volume]:
    """Keep the trace image where the directions it was made of are there too.

    Raises
    ------
    ImageError
        If an image without direction has another signal than they: it may be a b 0 image under their b-value.
    """
    directional = [volume for volume in members if _is_directional(volume)]
    trace = [volume for volume in members if not _is_directional(volume)]
    if b <= _LARGEST_B0 or not directional or not trace:
        return members
    arrays = [volume.array for volume in directional]
    plan = Averaging.of([volume.direction for volume in directional], True, b)
    made = BImage(b, plan.apply(arrays))
    for volume in trace:
        reference, found = tissue_means([made, BImage(b, volume.array)])
        if not abs(found - reference) <= LARGEST_TRACE_DIFFERENCE * reference:
            raise ImageError(
                f"A volume of b {b:g} without a direction can be read in two ways",
                needed="a trace image with the signal of its directions, or a direction",
                found=f"a mean signal of {found:.4g}, where the directions have {reference:.4g}",
                todo="Give the b-value of every volume (0 if it is a b 0 image)",
                option="--b-values",
            )
    dropped.append(
        Notice(
            "directions",
            f"{counted(len(directional), 'volume')} at b {b:g} along single directions: the trace image is used",
        )
    )
    return trace


def _image(
    members: list[Volume], b: float, stated: list[float], saturation: float | None, said: list[Notice]
) -> BImage:
    """One image out of the volumes of a b-value."""
    directional = any(map(_is_directional, members))
    arrays = [volume.array for volume in members]
    plan = Averaging.of([volume.direction for volume in members], directional, b)
    several, repeats = len(members) > 1, None
    if several and not directional:
        if b > _LARGEST_B0 and any(volume.direction is None for volume in members):
            said.append(
                Notice(
                    "directions_or_repeats",
                    f"There are {len(members)} volumes at b {b:g}, and nothing says whether they are directions or "
                    "repetitions; their geometric mean is used.",
                )
            )
        means = [[mean_signal(one) for one in arrays]]
        refuse_unlike(means, b)
        if b <= LARGEST_B0:
            repeats = repeats_of([compare_slices(of_slice) for of_slice in zip(*arrays, strict=True)], b)
    array = plan.apply(arrays)
    if several and saturation is not None:
        clipped = np.logical_or.reduce([one >= saturation for one in arrays])
        array = np.where(clipped, np.float32(saturation), array)
    note = "; ".join(text for text in (stated_as(stated, b), plan.note(directional)) if text)
    sources = " and ".join(sorted({volume.source for volume in members}))
    return BImage(b, array, sum(volume.averages for volume in members), sources, note, repeats)


def _is_directional(volume: Volume) -> bool:
    return volume.direction is not None and any(abs(part) > 1e-6 for part in volume.direction)
