"""The dynamic series: volumes that differ in nothing but time, their order, and what speaks against it.

Rules and where they come from: docs/examination.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.examination import NOT_KNOWN, Phase
from HER2LowMRILib.images.sorting.series_volumes import GE_DURATION_SOURCE, INSTANCE_ORDER, TIMES
from HER2LowMRILib.images.sorting.volume import Volume, same_place

LONGEST_ECHO_MS = 5.0
FEWEST_PHASES = 3
ULTRAFAST_S = 15.0
SMALLEST_STEP_S = 0.2
LARGEST_GAP = 3.0
# The brightest hundredth must rise by this part from before contrast to the first phase after it.
SMALLEST_RISE = 1.05
# So much larger a second step than the first says that the first phase is not the one before contrast.
LATE_RISE = 1.2
SOURCES = (*(source for source, _ in TIMES), GE_DURATION_SOURCE)


@dataclass(frozen=True)
class Dynamic:
    """Volumes in the order of time.

    Attributes
    ----------
    volumes : tuple of Volume
    times_s : tuple of float or None
        After the first [s]; None: not known.
    time_source : str
    ordered_by : str
        What the order stands on.
    is_certain : bool
        Whether the header alone told it.
    problems : tuple of str
        What speaks against it; then a person must look.
    """

    volumes: tuple[Volume, ...]
    times_s: tuple[float, ...] | None
    time_source: str
    ordered_by: str
    is_certain: bool
    problems: tuple[str, ...] = field(default=())

    @property
    def gap_s(self) -> float:
        """Usual time from phase to phase [s]; NaN where it is not known."""
        if self.times_s is None or len(self.times_s) < 2:
            return float("nan")
        return float(np.median(np.diff(self.times_s)))

    @property
    def is_ultrafast(self) -> bool:
        """Whether the phases follow each other too fast for the usual dynamic series."""
        if self.times_s is not None:
            return len(self.volumes) > FEWEST_PHASES and self.gap_s < ULTRAFAST_S
        return len(self.volumes) > FEWEST_PHASES and all(volume.name.ultrafast for volume in self.volumes)

    @property
    def rises(self) -> bool:
        """Whether the brightest tissue gets brighter after the first phase, as contrast agent makes it."""
        first = self.volumes[0].bright
        return any(volume.bright > SMALLEST_RISE * first for volume in self.volumes[1:])

    def phases(self) -> tuple[Phase, ...]:
        """The phases as an examination keeps them."""
        times: Sequence[float | None] = self.times_s or [None] * len(self.volumes)
        return tuple(
            Phase(number, None if time is None else round(time, 3), self.time_source, volume.images)
            for number, (volume, time) in enumerate(zip(self.volumes, times, strict=True))
        )

    def called(self) -> str:
        """Its series in words."""
        return " and ".join(dict.fromkeys(volume.called() for volume in self.volumes))


def may_be_dynamic(volume: Volume) -> bool | None:
    """Whether a volume was measured as dynamic series are: gradient echo, short TE; None where the header is silent."""
    sequence = volume.facts.sequence
    if sequence and ("GR" not in sequence or "EP" in sequence):
        return False
    if volume.echo_ms is not None and volume.echo_ms > LONGEST_ECHO_MS:
        return False
    return True if sequence and volume.echo_ms is not None else None


def same_settings(one: Volume, other: Volume) -> bool:
    """Whether two volumes were measured alike: sequence, TR, TE, flip angle, inversion time."""
    return (
        one.facts.sequence == other.facts.sequence
        and _near(one.echo_ms, other.echo_ms, 0.05)
        and _near(one.facts.repetition_ms, other.facts.repetition_ms, 0.05)
        and _near(one.facts.flip_deg, other.facts.flip_deg, 0.5)
        and _near(one.facts.inversion_ms, other.facts.inversion_ms, 1.0)
    )


def sets_of(volumes: Iterable[Volume]) -> list[list[Volume]]:
    """Group volumes that differ in nothing but time: grid, TR, TE, flip angle, kind of image."""
    found: list[list[Volume]] = []
    for volume in volumes:
        for members in found:
            if _alike(members[0], volume):
                members.append(volume)
                break
        else:
            found.append([volume])
    return [part for members in found for part in _repeats_apart(members)]


def _alike(one: Volume, other: Volume) -> bool:
    return one.named == other.named and same_settings(one, other) and same_place(one, other)


def _near(one: float | None, other: float | None, tolerance: float) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= tolerance + 0.005 * abs(one)


def _repeats_apart(members: list[Volume]) -> list[list[Volume]]:
    """A series that holds a whole dynamic is one by itself, if there are several."""
    by_series: dict[object, list[Volume]] = defaultdict(list)
    for volume in members:
        by_series[volume.key].append(volume)
    whole = [series for series in by_series.values() if len(series) >= FEWEST_PHASES]
    if len(whole) < 2:
        return [members]
    rest = [volume for series in by_series.values() if len(series) < FEWEST_PHASES for volume in series]
    return [*whole, *([rest] if rest else [])]


def without_copies(members: Sequence[Volume]) -> tuple[list[Volume], list[tuple[Volume, Volume]]]:
    """Take out volumes whose pixels are those of another; returns what is kept, and (copy, original) of the others."""
    kept: list[Volume] = []
    copies: list[tuple[Volume, Volume]] = []
    for volume in sorted(members, key=lambda volume: (-volume.of, volume.series_number, volume.order)):
        original = next((one for one in kept if _same_pixels(one, volume)), None)
        if original is None:
            kept.append(volume)
        else:
            copies.append((volume, original))
    return kept, copies


def _same_pixels(one: Volume, other: Volume) -> bool:
    if one.key == other.key or not one.pixels.size:
        return False
    return bool(np.array_equal(one.pixels, other.pixels))


def in_order(members: Sequence[Volume]) -> Dynamic:
    """Put the volumes of a set in order, by time where it is told, else by what else tells it."""
    ordered, source, times = _by_time(members)
    if ordered:
        certain, by = source != GE_DURATION_SOURCE, source
    else:
        ordered, by, certain = _without_time(members)
        source, times = NOT_KNOWN, None
    dynamic = Dynamic(tuple(ordered), times, source, by, certain)
    return Dynamic(dynamic.volumes, times, source, by, certain, tuple(_problems(dynamic)))


def _by_time(members: Sequence[Volume]) -> tuple[list[Volume], str, tuple[float, ...] | None]:
    others = dict.fromkeys(source for volume in members for source in volume.times)
    for source in dict.fromkeys((*SOURCES, *others)):
        if not all(source in volume.times for volume in members):
            continue
        ordered = sorted(members, key=lambda volume: volume.times[source])
        times = [volume.times[source] for volume in ordered]
        rising = all(late - early >= SMALLEST_STEP_S for early, late in pairwise(times))
        if rising and _follows_index(ordered):
            return ordered, source, tuple(time - times[0] for time in times)
    return [], "", None


def _follows_index(ordered: Sequence[Volume]) -> bool:
    """Whether the volumes of each series keep the order of its own index."""
    last: dict[object, int] = {}
    for volume in ordered:
        if volume.order <= last.get(volume.key, -1):
            return False
        last[volume.key] = volume.order
    return True


def _without_time(members: Sequence[Volume]) -> tuple[list[Volume], str, bool]:
    if len({volume.key for volume in members}) == 1:
        ordered = sorted(members, key=lambda volume: volume.order)
        source = ordered[0].order_source or "the only one"
        return ordered, source, source != INSTANCE_ORDER
    numbers = [volume.name.phase for volume in members]
    if None not in numbers and len(set(numbers)) == len(members):
        return sorted(members, key=lambda volume: volume.name.phase or 0), "names of the series", False
    return (
        sorted(members, key=lambda volume: (volume.series_number, str(volume.images.series), volume.order)),
        "series numbers",
        False,
    )


def _problems(dynamic: Dynamic) -> Iterable[str]:
    """What speaks against the order, or against the first volume being the one before contrast."""
    volumes = dynamic.volumes
    if len(volumes) < 2:
        return
    yield from _number_problems(dynamic)
    yield from _index_problems(volumes)
    yield from _name_problems(volumes)
    if dynamic.is_ultrafast:
        if not dynamic.rises:
            yield "no tissue gets brighter after the first phase"
        return
    yield from _brightness_problems(volumes)
    yield from _gap_problems(dynamic)


def _number_problems(dynamic: Dynamic) -> Iterable[str]:
    keys = {volume.key: volume for volume in dynamic.volumes}
    if len(keys) < 2:
        return
    numbers = [volume.series_number for volume in dynamic.volumes]
    if dynamic.ordered_by == "series numbers" and len({v.images.series for v in keys.values()}) < len(keys):
        yield "two series have one number, and nothing else tells their order"
    elif dynamic.times_s is not None and numbers != sorted(numbers):
        phases = [volume.name.phase for volume in dynamic.volumes]
        if None in phases or phases != sorted(set(phases), key=lambda phase: phase or 0):
            yield f"the {dynamic.time_source} puts the series in another order than their numbers"


def _index_problems(volumes: Sequence[Volume]) -> Iterable[str]:
    if volumes[0].order_source == INSTANCE_ORDER and len({volume.key for volume in volumes}) == 1:
        yield from _instance_problems(volumes)
        yield from _count_problems(volumes)
    indices = [volume.facts.temporal_index for volume in volumes]
    if None in indices or volumes[0].order_source != "temporal position":
        return
    given = [index for index in indices if index is not None]
    if given[0] > 1 or any(late - early != 1 for early, late in pairwise(given)):
        found = " ".join(map(str, given))
        yield f"phases are missing: the header numbers those that are there {found}"
        return
    yield from _count_problems(volumes)


def _count_problems(volumes: Sequence[Volume]) -> Iterable[str]:
    """Say if the header speaks of a few phases more than there are."""
    counts = {volume.facts.temporal_count for volume in volumes}
    count = counts.pop() if len(counts) == 1 else None
    complete = len(volumes) + volumes[0].missing_end
    if count is not None and complete < count <= 2 * complete:
        yield f"phases are missing: the header speaks of {count}, there are {complete}"


def _instance_problems(volumes: Sequence[Volume]) -> Iterable[str]:
    """Say if the numbers of the images have a gap, where they are all that tells the order."""
    instances = [volume.facts.instance for volume in volumes if volume.facts.instance is not None]
    if len(instances) < len(volumes):
        return
    steps = {late - early for early, late in pairwise(instances)}
    slices = volumes[0].slices
    if len(steps) > 1 or (steps == {slices} and instances[0] > slices):
        yield "images are missing: their numbers have a gap"


def _name_problems(volumes: Sequence[Volume]) -> Iterable[str]:
    first, later = volumes[0], volumes[1:]
    if first.name.after:
        yield f"the earliest, {first.called()}, is called one after contrast"
    if len({volume.images.description for volume in volumes}) < 2:
        return
    for volume in later:
        if volume.name.pre:
            yield f"{volume.called()} is called one before contrast and is not the earliest"
    numbered = [(volume.name.phase, volume) for volume in volumes if volume.name.phase is not None]
    if any(early[0] > late[0] for early, late in pairwise(numbered) if early[1].key != late[1].key):
        yield "the names of the series number the phases in another order"
    phases = sorted({phase for phase, _ in numbered})
    if len(phases) > 1 and len(phases) == len(numbered) and phases[-1] - phases[0] >= len(phases):
        found = " ".join(map(str, phases))
        yield f"phases are missing: the names number those that are there {found}"


def _brightness_problems(volumes: Sequence[Volume]) -> Iterable[str]:
    bright = [volume.bright for volume in volumes[:3]]
    if not all(np.isfinite(bright)):
        yield "the pixels cannot be read"
        return
    if not bright[1] > SMALLEST_RISE * bright[0]:
        change = 100 * (bright[1] / bright[0] - 1) if bright[0] else 0.0
        yield (
            f"the brightest tissue changes by {change:.0f} % from the first phase to the second, where contrast agent "
            "makes it at least 5 % brighter"
        )
    elif len(bright) > 2 and bright[2] - bright[1] > LATE_RISE * (bright[1] - bright[0]):
        yield "tissue gets brighter from the second phase to the third than from the first to the second"


def _gap_problems(dynamic: Dynamic) -> Iterable[str]:
    if dynamic.times_s is None or len(dynamic.times_s) < 4:
        return
    # From before contrast to the first phase after it there may be any pause: the injection.
    gaps = np.diff(dynamic.times_s)[1:]
    usual = float(np.median(gaps))
    if gaps.max() > LARGEST_GAP * usual:
        yield f"between two phases there are {gaps.max():.0f} s, between the others {usual:.0f} s"


def missing_said(dynamic: Dynamic) -> str:
    """What there is to say of interrupted volumes; empty if there are none."""
    lost = sum({volume.key: volume.missing_end for volume in dynamic.volumes}.values())
    return f"{counted(lost, 'interrupted phase')} at the end left out" if lost else ""
