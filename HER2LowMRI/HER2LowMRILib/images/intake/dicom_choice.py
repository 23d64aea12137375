"""Choose the images of each b-value out of what a folder of DICOM files holds, and refuse what is not certain."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.images.intake.averaging import direction_key
from HER2LowMRILib.images.intake.b_value import (
    TYPED,
    check_b_values,
    group_jitter,
    lowest_as_zero,
    nominal,
    scatter_warning,
    stated_as,
)
from HER2LowMRILib.images.intake.classify import UNIT_LENGTH
from HER2LowMRILib.images.intake.dicom_frames import Frame
from HER2LowMRILib.images.intake.image_kind import ImageKind
from HER2LowMRILib.images.intake.other_sequences import (
    SAME_ECHO_TIME_MS,
    refuse_two_studies,
    slice_key,
    without_other_sequences,
)

# Makers that leave the b-value out of the header of b 0.
_B0_WITHOUT_TAG = ("siemens", "canon", "toshiba")


@dataclass(frozen=True)
class ImagesOfB:
    """The images of one b-value [s/mm2], and how the b-value was stated where that is another number."""

    b_value: float
    frames: list[Frame]
    note: str


def choose(
    frames: list[Frame],
    inputs: Sequence[int],
    b_values: Sequence[float] | None,
    series_number: int | None,
    dropped: list[Notice],
    warnings: list[Notice],
) -> list[ImagesOfB]:
    """Choose the diffusion images of one examination, by ascending b-value.

    Parameters
    ----------
    frames : list of Frame
        Everything that was read.
    inputs : sequence of int
        Of every file, the number of the input it came with.
    b_values : sequence of float, optional
        One per input, believed in place of what the headers say [s/mm2].
    series_number : int, optional
        Use this series only.
    dropped, warnings : list of Notice
        What is left out with its reason, and what the reader should know, are added to these.

    Raises
    ------
    ImageError
        If the images are of several patients or examinations, a b-value is missing or impossible, or one b-value is
        there in several series.
    """
    if series_number is not None:
        frames = _only_series(frames, series_number)
    _one_patient(frames)
    frames = _without_copies(frames, dropped)
    frames = _without_maps(frames, dropped)
    if b_values is not None:
        warnings.extend(_doubts_settled(frames))
        frames = _typed_b_values(frames, inputs, b_values)
    else:
        frames = _with_b_values(frames, dropped, warnings)
        frames = without_other_sequences(frames, dropped)
        _refuse_doubts(frames)
        _refuse_unread_mosaics(frames)
    refuse_two_studies(frames)
    check_b_values(sorted({frame.b for frame in frames}), "the DICOM headers")
    warnings.extend(_echo_times(frames))
    warnings.extend(_true_b_of_ge(frames))
    return [_chosen(b, members, dropped, warnings) for b, members in _by_b(frames)]


def _only_series(frames: list[Frame], number: int) -> list[Frame]:
    kept = [frame for frame in frames if frame.series_number == number]
    if not kept:
        numbers = sorted({frame.series_number for frame in frames})
        raise ImageError(f"Series {number} is not there", found=f"series {', '.join(map(str, numbers))}")
    return kept


def _one_patient(frames: Sequence[Frame]) -> None:
    patients = len({frame.patient for frame in frames})
    if patients > 1:
        raise ImageError(
            "The images belong to different patients",
            needed="one patient",
            found=f"{patients} patients",
            todo="Give each patient's images on their own",
        )


def _without_copies(frames: list[Frame], dropped: list[Notice]) -> list[Frame]:
    first: dict[tuple[int, int, int], Frame] = {}
    copies = 0
    for frame in frames:
        known = first.setdefault(frame.image, frame)
        if known is frame:
            continue
        if known.position != frame.position or known.b_value != frame.b:
            raise ImageError(
                "Two different images carry the same identifier",
                found=f"files {known.file + 1} and {frame.file + 1}",
                todo="Export the images again",
            )
        copies += 1
    if copies:
        dropped.append(Notice("copies", f"{copies} images that were there twice"))
    return list(first.values())


def _without_maps(frames: list[Frame], dropped: list[Notice]) -> list[Frame]:
    others = Counter(
        (frame.kind, frame.series_number) for frame in frames if frame.kind is not ImageKind.SIGNAL
    )
    for (kind, series), count in sorted(others.items(), key=lambda item: (item[0][0].value, item[0][1])):
        dropped.append(
            Notice(
                kind.name.lower(), f"{count} images of series {series}: {kind.value} ({kind.why_left_out})"
            )
        )
    kept = [frame for frame in frames if frame.kind is ImageKind.SIGNAL]
    if not kept:
        raise ImageError(
            "No diffusion-weighted image was found",
            needed="images at b 0 and higher b-values",
            found="; ".join(dropped) or "none",
        )
    return kept


def _refuse_doubts(frames: Sequence[Frame]) -> None:
    """Ask about images whose name says that they are not measured signal, while their image type says that they are.

    An ADC map has one image in every slice: a series with several b-values is the series that its protocol is named
    after. A computed b-value may stand beside measured ones in one series. A word that nobody knows is asked about in
    a series of one b-value only.
    """
    several = _series_of_several_b(frames)
    doubts = [
        frame
        for frame in frames
        if frame.doubt is not None
        and (frame.doubt.kind is ImageKind.COMPUTED_B or frame.series not in several)
    ]
    if not doubts:
        return
    first = doubts[0]
    b_values = ", ".join(f"{b:g}" for b in sorted({f.b for f in doubts if f.series == first.series}))
    others = len({frame.series for frame in doubts}) - 1
    raise ImageError(
        f"Whether the images of series {first.series_number} at b {b_values} were measured cannot be told",
        needed=first.doubt.needed if first.doubt is not None else None,
        found=(first.doubt.text() if first.doubt is not None else "")
        + (f" (and {others} more such series)" if others else ""),
        todo="If they were not measured, leave them out; if they were, give one folder for each b-value, and "
        "the b-values in the same order",
        option="--b-values",
    )


def _doubts_settled(frames: Sequence[Frame]) -> Iterator[Notice]:
    """Say that images were believed because their b-values were typed."""
    doubts = {frame.series_number: frame.doubt for frame in frames if frame.doubt is not None}
    for series, doubt in sorted(doubts.items()):
        yield (
            Notice(
                "doubt_settled",
                f"Series {series} is taken as measured at the b-value that was typed, "
                f"although there is {doubt.text()}.",
            )
        )


def _series_of_several_b(frames: Sequence[Frame]) -> set[int]:
    of_series: dict[int, set[float]] = defaultdict(set)
    for frame in frames:
        of_series[frame.series].add(frame.b)
    return {series for series, b_values in of_series.items() if max(b_values) - min(b_values) > 5}


def _refuse_unread_mosaics(frames: Sequence[Frame]) -> None:
    """Refuse pictures twice as large as their acquisition matrix, all in one place: interpolated, or mosaics."""
    of_series: dict[int, list[Frame]] = defaultdict(list)
    for frame in frames:
        of_series[frame.series].append(frame)
    for members in of_series.values():
        if len({frame.position for frame in members}) == 1 and min(frame.tiling for frame in members) >= 2:
            raise ImageError(
                f"The images of series {members[0].series_number} are one slice each, or mosaics of several",
                needed="the number of slices in a mosaic (0019,100A) or (0065,1050)",
                found="pictures twice as large as their acquisition matrix, all in one place",
                todo="Export the images with one slice per file, or convert them to NIfTI with a .bval file "
                "(dcm2niix)",
            )


def _typed_b_values(frames: list[Frame], inputs: Sequence[int], b_values: Sequence[float]) -> list[Frame]:
    check_b_values(b_values, "the user")
    count = len(set(inputs))
    if len(b_values) != count:
        raise ImageError(
            "The b-values do not fit the inputs",
            needed=f"one b-value for each of the {count} inputs",
            found=f"{len(b_values)}",
            todo="Give one folder for each b-value, in the same order",
        )
    return [replace(f, b_value=float(b_values[inputs[f.file]]), b_source=TYPED) for f in frames]


def _with_b_values(frames: list[Frame], dropped: list[Notice], warnings: list[Notice]) -> list[Frame]:
    """Leave out series that say nothing of b; refuse a diffusion series that says it of some images only."""
    diffusion = {frame.series for frame in frames if frame.b_value is not None}
    if not diffusion:
        raise ImageError(
            "No b-value was found",
            needed="b-values in the public tag (0018,9087) or a private tag of Siemens, GE, Philips",
            found=f"{len(frames)} images without",
            todo="Give one folder for each b-value, and the b-values in the same order",
            option="--b-values",
        )
    others = Counter(frame.series_number for frame in frames if frame.series not in diffusion)
    for series, count in sorted(others.items()):
        dropped.append(
            Notice("no_diffusion", f"{count} images of series {series}: no b-value (no diffusion series)")
        )
    frames = [frame for frame in frames if frame.series in diffusion]
    without = [frame for frame in frames if frame.b_value is None]
    if not without:
        return frames
    with_b = [frame for frame in frames if frame.b_value is not None]
    if _are_b0(without, with_b):
        warnings.append(
            Notice(
                "b0_without_b_value",
                f"{len(without)} images carry no b-value; they are taken as b 0, because the series has no other b 0, "
                "they cover every slice, and Siemens and Canon leave the tag out there.",
            )
        )
        return with_b + [replace(f, b_value=0.0, b_source="image without the b-value tag") for f in without]
    raise ImageError(
        "Some images of the diffusion series carry no b-value",
        needed="a b-value in each",
        found=f"{len(without)} of {len(frames)} images without",
        todo="Give one folder for each b-value, and the b-values in the same order",
        option="--b-values",
    )


def _echo_times(frames: Sequence[Frame]) -> Iterator[Notice]:
    """Say if the b-values were measured at several echo times: the signal then falls by T2 as well."""
    times: dict[float, set[float]] = defaultdict(set)
    for frame in frames:
        if frame.echo_time is not None:
            times[frame.b].add(frame.echo_time)
    found = set().union(*times.values())
    if found and max(found) - min(found) > SAME_ECHO_TIME_MS:
        words = ", ".join(
            f"{' and '.join(f'{time:.3g}' for time in sorted(of_b))} ms at b {b:g}"
            for b, of_b in sorted(times.items())
        )
        yield (
            Notice(
                "echo_times_differ",
                f"The echo time is not the same at every b-value ({words}): the signal also falls by T2, and ADC, "
                "D_app and K_app are wrong by that.",
            )
        )


def _are_b0(without: list[Frame], with_b: list[Frame]) -> bool:
    leaves_out = all(any(maker in frame.scanner.lower() for maker in _B0_WITHOUT_TAG) for frame in without)
    b0_there = any(frame.b <= 5 for frame in with_b)
    slices = {frame.position for frame in with_b}
    return leaves_out and not b0_there and {frame.position for frame in without} == slices


def _by_b(frames: Sequence[Frame]) -> list[tuple[float, list[Frame]]]:
    """Frames by nominal b-value, ascending; b-values that only jitter are one, real low b-values stay apart."""
    by_value: dict[float, list[Frame]] = defaultdict(list)
    for frame in frames:
        by_value[frame.b].append(frame)
    places = {value: {slice_key(frame) for frame in members} for value, members in by_value.items()}
    slices = set().union(*places.values())
    alone = {
        value: places[value] == slices and all(frame.directionality != "directional" for frame in members)
        for value, members in by_value.items()
    }
    groups = group_jitter(alone)
    members = [[frame for value in values for frame in by_value[value]] for values in groups]
    b_values = lowest_as_zero([nominal([frame.b for frame in frames]) for frames in members])
    return list(zip(b_values, members, strict=True))


def _chosen(b: float, members: list[Frame], dropped: list[Notice], warnings: list[Notice]) -> ImagesOfB:
    """Trace-weighted images where they cover what the directions cover, else the directions."""
    values = sorted({frame.b for frame in members})
    if said := scatter_warning(values, b):
        warnings.append(said)
    trace = [frame for frame in members if frame.directionality == "isotropic"]
    single = [frame for frame in members if frame.directionality != "isotropic"]
    if b > 0 and trace and single:
        _refuse_second_image(b, trace, single)
        if {slice_key(frame) for frame in trace} >= {slice_key(frame) for frame in single}:
            dropped.append(
                Notice(
                    "directions",
                    f"{len(single)} images at b {b:g} along single directions: the trace images are used",
                )
            )
            members = trace
        else:
            dropped.append(
                Notice("trace", f"{len(trace)} trace images at b {b:g}: they do not cover every slice")
            )
            members = single
    _refuse_uneven_gradients(b, members)
    return ImagesOfB(b, _one_of_several_series(b, members), stated_as(values, b))


def _refuse_second_image(b: float, trace: Sequence[Frame], others: Sequence[Frame]) -> None:
    """Ask where one further image of a slice, of another series, says nothing of a direction.

    It is another processing of the trace images, or a map that states their b-value; directions come by threes.
    """
    per_slice = Counter(slice_key(frame) for frame in others)
    says_nothing = all(frame.directionality == "" and frame.gradient is None for frame in others)
    series = {frame.series for frame in trace}
    if max(per_slice.values()) == 1 and says_nothing and series.isdisjoint(frame.series for frame in others):
        raise _there_twice(b, (*trace, *others))


def _there_twice(b: float, members: Sequence[Frame]) -> ImageError:
    numbers = sorted({frame.series_number for frame in members})
    return ImageError(
        f"The images at b {b:g} are there more than once",
        needed="one series for each b-value",
        found=f"series {', '.join(map(str, numbers))}",
        todo="Give the folder of one series, or choose it",
        option="--series",
    )


def _refuse_uneven_gradients(b: float, members: Sequence[Frame]) -> None:
    """Ask where gradients of other lengths stand at one b-value: the true b-values may be b |g|^2.

    GE means it so, and there it was done before; other makers and anonymised files are not to be rescaled.
    """
    directional = any(frame.directionality == "directional" for frame in members)
    lengths = [
        sum(part * part for part in frame.gradient) ** 0.5
        for frame in members
        if frame.gradient is not None and "|gradient|" not in frame.b_source and frame.b_source != TYPED
    ]
    if b <= 5 or not directional or not lengths:
        return
    shortest, longest = min(lengths), max(lengths)
    if longest - shortest > UNIT_LENGTH * longest:
        raise ImageError(
            f"The b-value of the images that state b {b:g} can be read in two ways",
            needed="diffusion gradients of one length at one b-value",
            found=f"lengths of {shortest:.3g} to {longest:.3g}: other b-values may be meant (b |gradient|^2), or "
            "trace images",
            todo="Give one folder for each b-value, and the b-values in the same order",
            option="--b-values",
        )


def _true_b_of_ge(frames: Sequence[Frame]) -> Iterator[Notice]:
    """Say that b-values were worked out from the lengths of GE's gradients."""
    shells = sorted({frame.b for frame in frames if "gradient" in frame.b_source})
    if shells:
        yield (
            Notice(
                "b_from_gradients",
                "GE states the largest b-value for every image of a gradient table; the true ones, b |gradient|^2, "
                "are used: "
                f"{', '.join(f'{b:g}' for b in shells)} s/mm2.",
            )
        )


def _one_of_several_series(b: float, members: list[Frame]) -> list[Frame]:
    """Refuse to mix images of one b-value from several series: they may be two processings of one acquisition."""
    if b == 0:
        types = {frame.image_type for frame in members}
        repeated = len({frame.series for frame in members}) > 1 and len(types) > 1
    else:
        # A direction may come in a series of its own; the same one in two series is the same acquisition twice.
        in_place: dict[tuple[object, ...], set[int]] = defaultdict(set)
        for frame in members:
            if frame.directionality != "directional":
                in_place[slice_key(frame)].add(frame.series)
            elif frame.gradient is not None:
                in_place[slice_key(frame), direction_key(frame.gradient)].add(frame.series)
        repeated = any(len(series) > 1 for series in in_place.values())
    if repeated:
        raise _there_twice(b, members)
    return members
