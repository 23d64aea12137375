"""Choose the images of each b-value out of what a folder of DICOM files holds, and refuse what is not certain."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.intake.averaging import direction_key
from HER2LowMRILib.images.intake.b_value import check_b_values, group_jitter, lowest_as_zero, nominal
from HER2LowMRILib.images.intake.dicom_frames import Frame
from HER2LowMRILib.images.intake.vendor_tags import MOSAIC

# Headers round; another sequence differs by more.
SAME_ECHO_TIME_MS = 1.0
# Makers that leave the b-value out of the header of b 0.
_B0_WITHOUT_TAG = ("siemens", "canon", "toshiba")
_SEPARATE_SLICES = (
    "Export them with one image per slice, or convert them to NIfTI with a .bval file (dcm2niix)"
)


@dataclass(frozen=True)
class ChosenImages:
    """The images of one b-value [s/mm2], and how the b-value was stated where that is another number."""

    b_value: float
    frames: list[Frame]
    note: str


def choose(
    frames: list[Frame],
    inputs: Sequence[int],
    b_values: Sequence[float] | None,
    series_number: int | None,
    dropped: list[str],
    warnings: list[str],
) -> list[ChosenImages]:
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
    dropped, warnings : list of str
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
        frames = _typed_b_values(frames, inputs, b_values)
    else:
        frames = _with_b_values(frames, dropped, warnings)
        frames = _without_other_sequences(frames, dropped)
    _one_study(frames)
    check_b_values(sorted({frame.b_value for frame in frames}), "the DICOM headers")
    warnings.extend(_echo_times(frames))
    return [_chosen(b, members, dropped) for b, members in _by_b(frames)]


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


def _one_study(frames: Sequence[Frame]) -> None:
    studies = len({frame.study for frame in frames})
    if studies > 1:
        raise ImageError(
            "The diffusion images belong to different examinations",
            needed="one examination",
            found=f"{studies} examinations of one patient",
            todo="Give each examination on its own",
        )


def _without_copies(frames: list[Frame], dropped: list[str]) -> list[Frame]:
    first: dict[tuple[int, int], Frame] = {}
    copies = 0
    for frame in frames:
        known = first.setdefault(frame.image, frame)
        if known is frame:
            continue
        if known.position != frame.position or known.b_value != frame.b_value:
            raise ImageError(
                "Two different images carry the same identifier",
                found=f"files {known.file + 1} and {frame.file + 1}",
                todo="Export the images again",
            )
        copies += 1
    if copies:
        dropped.append(f"{copies} images that were there twice")
    return list(first.values())


def _without_maps(frames: list[Frame], dropped: list[str]) -> list[Frame]:
    reasons = Counter((frame.left_out_as, frame.series_number) for frame in frames if frame.left_out_as)
    for (reason, series), count in sorted(reasons.items()):
        why = (
            "computed from other images, not measured"
            if reason == "synthetic b-value"
            else "no diffusion-weighted image"
        )
        dropped.append(f"{count} images of series {series}: {reason} ({why})")
    kept = [frame for frame in frames if not frame.left_out_as]
    if not kept:
        raise ImageError(
            "No diffusion-weighted image was found",
            needed="images at b 0 and higher b-values",
            found="; ".join(dropped) or "none",
            todo=_SEPARATE_SLICES if any(reason == MOSAIC for reason, _ in reasons) else None,
        )
    return kept


def _typed_b_values(frames: list[Frame], inputs: Sequence[int], b_values: Sequence[float]) -> list[Frame]:
    check_b_values(b_values, "--b-values")
    count = len(set(inputs))
    if len(b_values) != count:
        raise ImageError(
            "The b-values do not fit the inputs",
            needed=f"one b-value for each of the {count} inputs",
            found=f"{len(b_values)}",
            todo="Give one folder for each b-value, in the same order",
        )
    return [replace(f, b_value=float(b_values[inputs[f.file]]), b_source="typed by the user") for f in frames]


def _with_b_values(frames: list[Frame], dropped: list[str], warnings: list[str]) -> list[Frame]:
    """Leave out series that say nothing of b; refuse a diffusion series that says it of some images only."""
    diffusion = {frame.series for frame in frames if frame.b_value is not None}
    if not diffusion:
        raise ImageError(
            "No b-value was found",
            needed="b-values in the public tag (0018,9087) or a private tag of Siemens, GE, Philips",
            found=f"{len(frames)} images without",
            todo="Give one folder for each b-value, and --b-values in the same order",
        )
    others = Counter(frame.series_number for frame in frames if frame.series not in diffusion)
    for series, count in sorted(others.items()):
        dropped.append(f"{count} images of series {series}: no b-value (no diffusion series)")
    frames = [frame for frame in frames if frame.series in diffusion]
    without = [frame for frame in frames if frame.b_value is None]
    if not without:
        return frames
    with_b = [frame for frame in frames if frame.b_value is not None]
    if _are_b0(without, with_b):
        warnings.append(
            f"{len(without)} images carry no b-value; they are taken as b 0, because the series has no other b 0, "
            "they cover every slice, and Siemens and Canon leave the tag out there."
        )
        return with_b + [replace(f, b_value=0.0, b_source="image without the b-value tag") for f in without]
    raise ImageError(
        "Some images of the diffusion series carry no b-value",
        needed="a b-value in each",
        found=f"{len(without)} of {len(frames)} images without",
        todo="Give one folder for each b-value, and --b-values in the same order",
    )


def _without_other_sequences(frames: list[Frame], dropped: list[str]) -> list[Frame]:
    """Leave out series that state b 0 but are of another sequence: GE and Philips write b 0 into every MR image.

    On the same voxels and at the same echo time a series of b 0 only may still be another image: one with the phase
    encoded the other way, to correct distortions. It is left out where the diffusion series have b 0 of their own.
    """
    weighted = {frame.series for frame in frames if frame.b_value > 5}
    planes = {_plane(frame) for frame in frames if frame.series in weighted}
    places = {_slice_key(frame) for frame in frames if frame.series in weighted}
    own_b0 = {_slice_key(frame) for frame in frames if frame.series in weighted and frame.b_value <= 5}
    echo_times = [
        frame.echo_time for frame in frames if frame.series in weighted and frame.echo_time is not None
    ]
    others: dict[int, list[Frame]] = defaultdict(list)
    for frame in frames:
        if weighted and frame.series not in weighted:
            others[frame.series].append(frame)
    foreign = {
        series
        for series, members in others.items()
        if any(
            _plane(frame) not in planes
            or _slice_key(frame) not in places
            or not _at_one_of(echo_times, frame.echo_time)
            for frame in members
        )
    }
    kept = [frame for frame in frames if frame.series not in foreign]
    # Without any b 0 left, the one that does not fit is named by what does not fit.
    if not any(frame.b_value <= 5 for frame in kept):
        return frames
    for series in sorted(foreign, key=lambda series: others[series][0].series_number):
        members = others.pop(series)
        dropped.append(
            f"{len(members)} images of series {members[0].series_number}: b 0 of another sequence (other voxels or "
            "another echo time than the diffusion images)"
        )
    if not weighted or own_b0 != places:
        if len(others) > 1:
            _one_study(kept)
            numbers = sorted(members[0].series_number for members in others.values())
            raise ImageError(
                "The images at b 0 are there more than once",
                needed="one series of b 0",
                found=f"series {', '.join(map(str, numbers))}",
                todo="Give only the one that belongs to the diffusion images",
            )
        return kept
    for members in sorted(others.values(), key=lambda members: members[0].series_number):
        dropped.append(
            f"{len(members)} images of series {members[0].series_number}: b 0 beside the diffusion images, which have "
            "b 0 of their own"
        )
    return [frame for frame in kept if frame.series in weighted]


def _plane(frame: Frame) -> tuple[object, ...]:
    """What the images of one sequence share."""
    return (
        frame.rows,
        frame.columns,
        tuple(round(part, 3) for part in frame.spacing),
        tuple(round(part, 2) for part in frame.orientation),
    )


def _at_one_of(echo_times: Sequence[float], echo_time: float | None) -> bool:
    """Whether an image was measured at one of the echo times [ms], as far as they are known."""
    if echo_time is None or not echo_times:
        return True
    return any(abs(echo_time - other) <= SAME_ECHO_TIME_MS for other in echo_times)


def _echo_times(frames: Sequence[Frame]) -> Iterator[str]:
    """Say if the b-values were measured at several echo times: the signal then falls by T2 as well."""
    times: dict[float, set[float]] = defaultdict(set)
    for frame in frames:
        if frame.echo_time is not None:
            times[frame.b_value].add(frame.echo_time)
    found = set().union(*times.values())
    if found and max(found) - min(found) > SAME_ECHO_TIME_MS:
        words = ", ".join(
            f"{' and '.join(f'{time:.3g}' for time in sorted(of_b))} ms at b {b:g}"
            for b, of_b in sorted(times.items())
        )
        yield (
            f"The echo time is not the same at every b-value ({words}): the signal also falls by T2, and ADC, D_app "
            "and K_app are wrong by that."
        )


def _are_b0(without: list[Frame], with_b: list[Frame]) -> bool:
    leaves_out = all(any(maker in frame.scanner.lower() for maker in _B0_WITHOUT_TAG) for frame in without)
    b0_there = any(frame.b_value <= 5 for frame in with_b)
    slices = {frame.position for frame in with_b}
    return leaves_out and not b0_there and {frame.position for frame in without} == slices


def _by_b(frames: Sequence[Frame]) -> list[tuple[float, list[Frame]]]:
    """Frames by nominal b-value, ascending; b-values that only jitter are one, real low b-values stay apart."""
    by_value: dict[float, list[Frame]] = defaultdict(list)
    for frame in frames:
        by_value[frame.b_value].append(frame)
    slices = {_slice_key(frame) for frame in frames}
    alone = {
        value: {_slice_key(frame) for frame in members} == slices
        and all(frame.directionality != "directional" for frame in members)
        for value, members in by_value.items()
    }
    groups = group_jitter(alone)
    members = [[frame for value in values for frame in by_value[value]] for values in groups]
    b_values = lowest_as_zero([nominal([frame.b_value for frame in frames]) for frames in members])
    return list(zip(b_values, members, strict=True))


def _slice_key(frame: Frame) -> tuple[float, ...]:
    return tuple(round(p, 1) for p in frame.position)


def _chosen(b: float, members: list[Frame], dropped: list[str]) -> ChosenImages:
    """Trace-weighted images where they cover what the directions cover, else the directions."""
    note = ""
    values = sorted({frame.b_value for frame in members})
    if len(values) > 1 or values[0] != b:
        note = f"stated as {', '.join(f'{value:g}' for value in values)}"
    trace = [frame for frame in members if frame.directionality == "isotropic"]
    single = [frame for frame in members if frame.directionality != "isotropic"]
    if b > 0 and trace and single:
        if {_slice_key(frame) for frame in trace} >= {_slice_key(frame) for frame in single}:
            dropped.append(
                f"{len(single)} images at b {b:g} along single directions: the trace images are used"
            )
            members = trace
        else:
            dropped.append(f"{len(trace)} trace images at b {b:g}: they do not cover every slice")
            members = single
    return ChosenImages(b, _one_of_several_series(b, members), note)


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
                in_place[_slice_key(frame)].add(frame.series)
            elif frame.gradient is not None:
                in_place[_slice_key(frame), direction_key(frame.gradient)].add(frame.series)
        repeated = any(len(series) > 1 for series in in_place.values())
    if repeated:
        numbers = sorted({frame.series_number for frame in members})
        raise ImageError(
            f"The images at b {b:g} are there more than once",
            needed="one series for each b-value",
            found=f"series {', '.join(map(str, numbers))}",
            todo="Give the folder of one series, or choose it with --series",
        )
    return members
