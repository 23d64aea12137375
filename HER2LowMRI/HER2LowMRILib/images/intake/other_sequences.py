"""Series that state b 0 but are no b 0 of the diffusion images: GE and Philips write b 0 into every MR image."""

import functools
from collections import defaultdict
from collections.abc import Sequence

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.intake.dicom_frames import Frame

# Headers round; another sequence differs by more.
SAME_ECHO_TIME_MS = 1.0


def without_other_sequences(frames: list[Frame], dropped: list[Notice]) -> list[Frame]:
    """Leave out series that state b 0 but are of another sequence.

    On the same voxels and at the same echo time a series of b 0 only may still be another image: one with the phase
    encoded the other way, to correct distortions. It is left out where the diffusion series have b 0 of their own.

    Parameters
    ----------
    frames : list of Frame
        With a b-value each.
    dropped : list of Notice
        What is left out is added.

    Raises
    ------
    ImageError
        If there are several series of b 0 beside diffusion images without one.
    """
    weighted = {frame.series for frame in frames if frame.b > 5}
    if not weighted:
        return frames
    diffusion = [frame for frame in frames if frame.series in weighted]
    others: dict[int, list[Frame]] = defaultdict(list)
    for frame in frames:
        if frame.series not in weighted:
            others[frame.series].append(frame)
    if not others:
        return frames
    foreign = _of_other_sequences(diffusion, others)
    kept = [frame for frame in frames if frame.series not in foreign]
    # Without any b 0 left, the one that does not fit is named by what does not fit.
    if not any(frame.b <= 5 for frame in kept):
        return frames
    for series in foreign:
        members = others.pop(series)
        dropped.append(
            Notice(
                "b0_of_another_sequence",
                f"{len(members)} images of series {members[0].series_number}: b 0 of another sequence (other voxels or "
                "another echo time than the diffusion images)",
            )
        )
    places = {slice_key(frame) for frame in diffusion}
    if {slice_key(frame) for frame in diffusion if frame.b <= 5} != places:
        _refuse_several(others)
        return kept
    for members in sorted(others.values(), key=_number):
        dropped.append(
            Notice(
                "b0_beside",
                f"{len(members)} images of series {members[0].series_number}: b 0 beside the diffusion images, which "
                "have b 0 of their own",
            )
        )
    return diffusion


def slice_key(frame: Frame) -> tuple[float, ...]:
    """The place of a slice, so rounded that it can be looked up."""
    return tuple([round(p, 1) for p in frame.position])


def _of_other_sequences(diffusion: Sequence[Frame], others: dict[int, list[Frame]]) -> list[int]:
    """The series, by number, that lie on other voxels or were measured at another echo time."""
    planes = {_plane(frame) for frame in diffusion}
    places = {slice_key(frame) for frame in diffusion}
    echo_times = [frame.echo_time for frame in diffusion if frame.echo_time is not None]
    foreign = [
        members
        for members in others.values()
        if any(
            _plane(frame) not in planes
            or slice_key(frame) not in places
            or not _at_one_of(echo_times, frame.echo_time)
            for frame in members
        )
    ]
    return [members[0].series for members in sorted(foreign, key=_number)]


def _refuse_several(others: dict[int, list[Frame]]) -> None:
    if len(others) < 2:
        return
    refuse_two_studies([frame for members in others.values() for frame in members])
    numbers = sorted(members[0].series_number for members in others.values())
    raise ImageError(
        "The images at b 0 are there more than once",
        needed="one series of b 0",
        found=f"series {', '.join(map(str, numbers))}",
        todo="Give only the one that belongs to the diffusion images",
    )


def refuse_two_studies(frames: Sequence[Frame]) -> None:
    """Refuse images of several examinations.

    Raises
    ------
    ImageError
    """
    studies = len({frame.study for frame in frames})
    if studies > 1:
        raise ImageError(
            "The diffusion images belong to different examinations",
            needed="one examination",
            found=f"{studies} examinations of one patient",
            todo="Give each examination on its own",
        )


def _number(members: Sequence[Frame]) -> int:
    return members[0].series_number


def _plane(frame: Frame) -> tuple[object, ...]:
    """What the images of one sequence share."""
    return frame.rows, frame.columns, *_rounded(frame.spacing, frame.orientation)


@functools.lru_cache(maxsize=64)
def _rounded(spacing: tuple[float, ...], orientation: tuple[float, ...]) -> tuple[tuple[float, ...], ...]:
    """So rounded that they can be compared; of most images they are the same."""
    return tuple(round(part, 3) for part in spacing), tuple(round(part, 2) for part in orientation)


def _at_one_of(echo_times: Sequence[float], echo_time: float | None) -> bool:
    """Whether an image was measured at one of the echo times [ms], as far as they are known."""
    if echo_time is None or not echo_times:
        return True
    return any(abs(echo_time - other) <= SAME_ECHO_TIME_MS for other in echo_times)
