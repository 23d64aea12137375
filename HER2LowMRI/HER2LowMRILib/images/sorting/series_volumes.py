"""Cut the images of a series into volumes: phases, echoes, Dixon images that came under one series number.

An index is believed only if every slice position comes once for each of its values (reference: dcm2niix, heudiconv;
which element each maker uses is told in `_INDICES`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.examination import Aside, ImageSet
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.acquisition import Acquisition
from HER2LowMRILib.images.intake.dicom_frames import Frame
from HER2LowMRILib.images.intake.dicom_pixels import stored_pixels
from HER2LowMRILib.images.intake.frame_geometry import slice_positions
from HER2LowMRILib.images.sorting.volume import Volume

INSTANCE_ORDER = "instance number"
UNKNOWN = Acquisition()
_SLICES_LOOKED_AT = 3

Partition = dict[float, list[tuple[Frame, int]]]


def facts_of(frame: Frame) -> Acquisition:
    """How a frame was acquired; nothing where that was not asked for."""
    return frame.acquisition or UNKNOWN


def _clock(of: Callable[[Acquisition], float | None]) -> Callable[[Frame], float | None]:
    return lambda frame: of(facts_of(frame))


# Source -> value of one image, the most trustworthy first.
_INDICES: tuple[tuple[str, Callable[[Frame], float | None]], ...] = (
    ("temporal position", _clock(lambda facts: facts.temporal_index)),
    ("temporal position (0020,0105)", _clock(lambda facts: facts.temporal_count)),
    ("acquisition number", _clock(lambda facts: facts.acquisition_number)),
    ("trigger time", _clock(lambda facts: facts.trigger_s)),
    ("Philips dynamic time", _clock(lambda facts: facts.philips_time_s)),
    ("frame acquisition time", _clock(lambda facts: facts.frame_time_s)),
    ("acquisition time", _clock(lambda facts: facts.acquisition_time_s)),
    ("content time", _clock(lambda facts: facts.content_time_s)),
)
TIMES: tuple[tuple[str, Callable[[Frame], float | None]], ...] = (
    ("frame acquisition time", _clock(lambda facts: facts.frame_time_s)),
    ("acquisition time", _clock(lambda facts: facts.acquisition_time_s)),
    ("trigger time", _clock(lambda facts: facts.trigger_s)),
    ("Philips dynamic time (2005,10A0)", _clock(lambda facts: facts.philips_time_s)),
    ("content time", _clock(lambda facts: facts.content_time_s)),
)
GE_DURATION_SOURCE = "GE acquisition duration (0019,105A) in equal parts"


def volumes_of_series(
    frames: Sequence[Frame], place: Callable[[Frame], str]
) -> tuple[list[Volume], list[tuple[Aside, Volume]]]:
    """Cut one series into volumes.

    Parameters
    ----------
    frames : sequence of Frame
        Of one series.
    place : callable
        Role that the folder of a frame is named after.

    Returns
    -------
    volumes : list of Volume
    broken : list of (Aside, Volume)
        What is not a whole volume, and why; one image of it stands for it.
    """
    volumes: list[Volume] = []
    broken: list[tuple[Aside, Volume]] = []
    groups: dict[object, list[Frame]] = defaultdict(list)
    for frame in frames:
        groups[_kind(frame)].append(frame)
    orientations = {_plane(frame) for frame in frames}
    if len(orientations) > 1:
        return [], [(_aside(frames, "localizer: several planes in one series"), _one_image(frames))]
    for members in groups.values():
        try:
            found = _volumes(members, place(members[0]))
        except ImageError as error:
            broken.append((_aside(members, f"no volume: {error}"), _one_image(members)))
            continue
        if not found:
            reason = "the volumes of the series cannot be told apart"
            broken.append((_aside(members, reason), _one_image(members)))
        volumes += found
    return volumes, broken


def _one_image(frames: Sequence[Frame]) -> Volume:
    """Stands for images that are not a whole volume."""
    first = frames[0]
    nowhere = ImageGrid((first.columns, first.rows, 1), (1.0, 1.0, 1.0))
    images = _image_set(frames[:1], nowhere)
    return Volume(first.series, images, _facts(frames), first.echo_time, first.image_type, first.scanner)


def _aside(frames: Sequence[Frame], reason: str) -> Aside:
    return Aside(frames[0].series_number, facts_of(frames[0]).description, reason)


def _plane(frame: Frame) -> tuple[float, ...]:
    # Rounding alone must not make two planes of one: slices of one stack differ in the last digits only.
    return tuple(round(part, 1) + 0.0 for part in frame.orientation)


def _kind(frame: Frame) -> object:
    """What the images of one volume share."""
    facts = facts_of(frame)
    return (
        frame.rows,
        frame.columns,
        frame.image_type,
        None if frame.echo_time is None else round(frame.echo_time, 1),
        None if facts.flip_deg is None else round(facts.flip_deg),
        None if facts.inversion_ms is None else round(facts.inversion_ms),
    )


def _volumes(frames: Sequence[Frame], named: str) -> list[Volume]:
    grid, k = slice_positions(frames, "the series")
    slices = grid.shape[0]
    placed = list(zip(frames, map(int, k), strict=True))
    parts, source, lost = _parted(placed, slices)
    volumes = []
    for order, part in enumerate(parts):
        ordered = [frame for frame, _ in sorted(part, key=lambda pair: pair[1])]
        # Of the series, not of its own frames: all phases must get the very same grid.
        volumes.append(
            Volume(
                key=frames[0].series,
                images=_image_set(ordered, grid),
                facts=_facts(ordered),
                echo_ms=ordered[0].echo_time,
                image_type=ordered[0].image_type,
                maker=ordered[0].scanner,
                order=order,
                of=len(parts),
                order_source=source,
                times=_times(ordered),
                named=named,
                missing_end=lost,
                middle=_middle(ordered),
            )
        )
    _add_series_clock(volumes, frames)
    return volumes


def _facts(frames: Sequence[Frame]) -> Acquisition:
    """Of the first image; TR as most images have it."""
    times = [time for frame in frames if (time := facts_of(frame).repetition_ms) is not None]
    usual = Counter(times).most_common(1)[0][0] if times else None
    return replace(facts_of(frames[0]), repetition_ms=usual)


def _parted(placed: list[tuple[Frame, int]], slices: int) -> tuple[list[list[tuple[Frame, int]]], str, int]:
    """The frames of each volume in order, what told them apart, and how many interrupted volumes were left out."""
    if len(placed) == slices:
        return [placed], "", 0
    for source, value in _INDICES:
        parts: Partition = defaultdict(list)
        values = [value(frame) for frame, _ in placed]
        if None in values or len(set(values)) < 2:
            continue
        for number, pair in zip(values, placed, strict=True):
            assert number is not None
            parts[number].append(pair)
        whole, lost = _whole(parts, slices)
        if whole:
            return whole, source, lost
    return *_by_instance(placed, slices), 0


def _whole(parts: Partition, slices: int) -> tuple[list[list[tuple[Frame, int]]], int]:
    """The volumes in the order of their index, if each has every slice once; an interrupted last one is left out."""
    ordered = [parts[number] for number in sorted(parts)]
    complete = [len(part) == slices and len({k for _, k in part}) == slices for part in ordered]
    if all(complete):
        return ordered, 0
    last = ordered[-1]
    if len(ordered) > 1 and all(complete[:-1]) and len({k for _, k in last}) == len(last) < slices:
        return ordered[:-1], 1
    return [], 0


def _by_instance(placed: list[tuple[Frame, int]], slices: int) -> tuple[list[list[tuple[Frame, int]]], str]:
    """By the order of the instance numbers: volume after volume, or slice after slice."""
    instances = [facts_of(frame).instance for frame, _ in placed]
    number = [
        (instance if instance is not None else -1, frame.index)
        for instance, (frame, _) in zip(instances, placed, strict=True)
    ]
    count, rest = divmod(len(placed), slices)
    if rest or len(set(number)) < len(number) or (None in instances and len({f.file for f, _ in placed}) > 1):
        return [], ""
    ordered = [pair for _, pair in sorted(zip(number, placed, strict=True), key=lambda pair: pair[0])]
    blocks = [ordered[at * slices : (at + 1) * slices] for at in range(count)]
    if all(len({k for _, k in block}) == slices for block in blocks):
        return blocks, INSTANCE_ORDER
    runs = [ordered[at * count : (at + 1) * count] for at in range(slices)]
    if all(len({k for _, k in run}) == 1 for run in runs):
        return [[run[at] for run in runs] for at in range(count)], INSTANCE_ORDER
    return [], ""


def _image_set(ordered: Sequence[Frame], grid: ImageGrid) -> ImageSet:
    files = tuple(dict.fromkeys(frame.pixels.path for frame in ordered))
    frames: tuple[tuple[int, ...], ...] = ()
    if any(frame.pixels.frames > 1 for frame in ordered):
        of_file: dict[object, list[int]] = defaultdict(list)
        for frame in ordered:
            of_file[frame.pixels.path].append(frame.index)
        frames = tuple(tuple(of_file[file]) for file in files)
    first = ordered[0]
    return ImageSet(first.series_number, facts_of(first).description, grid, files, frames)


def _times(frames: Sequence[Frame]) -> dict[str, float]:
    """The earliest time that each source states for a volume."""
    found = {}
    for source, value in TIMES:
        times = [time for frame in frames if (time := value(frame)) is not None]
        if len(times) == len(frames):
            found[source] = min(times)
    return found


def _add_series_clock(volumes: Sequence[Volume], frames: Sequence[Frame]) -> None:
    """Put times that count from the start of a series on the clock of the day, where the header has both."""
    starts = [time for frame in frames if (time := facts_of(frame).acquisition_time_s) is not None]
    for volume in volumes:
        for source in ("trigger time", "Philips dynamic time (2005,10A0)"):
            if source in volume.times and len(starts) == len(frames):
                volume.times[source] += min(starts)
        duration, count = volume.facts.ge_duration_s, volume.facts.temporal_count
        if (
            duration is not None
            and count is not None
            and count >= volume.of
            and volume.order_source == INSTANCE_ORDER
        ):
            start = min(starts) if len(starts) == len(frames) else 0.0
            volume.times[GE_DURATION_SOURCE] = start + volume.order * duration / count


def _middle(frames: Sequence[Frame]) -> Callable[[], np.ndarray]:
    def read() -> np.ndarray:
        first = max(0, len(frames) // 2 - _SLICES_LOOKED_AT // 2)
        shown = frames[first : first + _SLICES_LOOKED_AT]
        try:
            return np.stack(
                [stored_pixels(frame, "the image") * frame.slope + frame.intercept for frame in shown]
            )
        except ImageError:
            return np.empty((0, 0, 0))

    return read


def series_of(frames: Iterable[Frame]) -> dict[int, list[Frame]]:
    """Frames by series, in the order of the series numbers; a copy of an image counts once."""
    first: dict[tuple[int, int, int], Frame] = {}
    for frame in frames:
        first.setdefault(frame.image, frame)
    found: dict[int, list[Frame]] = defaultdict(list)
    for frame in sorted(first.values(), key=lambda frame: frame.series_number):
        found[frame.series].append(frame)
    return found
