"""From described DICOM frames to one trace-weighted image per b-value."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from HER2LowMRILib.core.errors import Cancelled, ImageError
from HER2LowMRILib.study.intake.averaging import Averaging, refuse_unlike
from HER2LowMRILib.study.intake.b_value import check_b_values, group_jitter, lowest_as_zero, nominal
from HER2LowMRILib.study.intake.clipping import observed_clip_level
from HER2LowMRILib.study.intake.dicom_frames import LARGEST_VOLUME, Frame
from HER2LowMRILib.study.intake.dicom_pixels import clip_level, stored_pixels
from HER2LowMRILib.study.intake.diffusion_series import BImage, DiffusionSeries
from HER2LowMRILib.study.intake.frame_geometry import slice_positions
from HER2LowMRILib.study.intake.in_order import in_order
from HER2LowMRILib.study.intake.signal_decay_check import check_decay

# Repeated b 0 images of one examination differ by noise and motion; more is another scale.
LARGEST_SCALE_DIFFERENCE = 1.05


def dicom_series(
    frames: list[Frame],
    dropped: list[str],
    inputs: Sequence[int],
    *,
    b_values: Sequence[float] | None = None,
    series_number: int | None = None,
    threads: int = 2,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DiffusionSeries:
    """Put the images of a diffusion examination together.

    Parameters
    ----------
    frames : list of Frame
        From ``read_frames``; order and mixture do not matter unless ``b_values`` are given.
    dropped : list of str
        What was left out already.
    inputs : sequence of int
        Of every file, the number of the input it came with.
    b_values : sequence of float, optional
        One per input, believed in place of what the headers say [s/mm2].
    series_number : int, optional
        Use this series only.
    threads : int
        Slices put together at the same time.
    progress, cancelled : callable, optional
        As for ``read_dwi``; progress begins at 0.7, after the headers.

    Raises
    ------
    ImageError
        If no set of images can be told for certain.
    """
    if not frames:
        raise ImageError("No image was found", needed="DICOM images", found="; ".join(dropped) or "none")
    if series_number is not None:
        frames = _only_series(frames, series_number)
    warnings: list[str] = []
    _one_patient(frames)
    found = len(frames)
    frames = _without_copies(frames, dropped)
    frames = _without_maps(frames, dropped)
    if b_values is not None:
        frames = _typed_b_values(frames, inputs, b_values)
    else:
        frames = _with_b_values(frames, dropped, warnings)
    _one_study(frames)
    check_b_values(sorted({frame.b_value for frame in frames}), "the DICOM headers")
    chosen = [_chosen(name, members, dropped) for name, members in _by_b(frames)]
    used = [frame for _, members, _ in chosen for frame in members]
    grid, k = slice_positions(used, "the diffusion images")
    _refuse_too_large(len(chosen) * int(np.prod(grid.shape)) * 4)
    if len({frame.pixels.signed for frame in used}) > 1:
        raise ImageError(
            "The images do not belong together", needed="one pixel format", found="signed and unsigned pixels"
        )
    scale, scale_note = _common_scale(used)
    saturation = _saturation(used, scale)
    if any(frame.lossy for frame in used):
        warnings.append("The images were compressed with loss; ADC and kurtosis suffer from that.")

    images: list[BImage] = []
    done = 0
    for plan in _plans(chosen, k, grid.shape[0], warnings):
        volume = np.empty(grid.shape, _volume_dtype(plan, scale))
        warnings.extend(_series_differ(plan, scale))

        def fill(at: int, plan: _Plan = plan, volume: np.ndarray = volume) -> int:
            if cancelled is not None and cancelled():
                raise Cancelled()
            volume[at] = _slice(plan, at, scale, saturation)
            return len(plan.slices[at])

        for count in in_order(fill, range(grid.shape[0]), threads):
            done += count
            if progress is not None:
                progress(0.7 + 0.3 * done / len(used))
        note = "; ".join(text for text in (plan.note, scale_note) if text)
        images.append(BImage(plan.b_value, volume, plan.averages, plan.source, note))
    warnings.extend(check_decay(images))
    if saturation is not None and all(scale(frame) == (1.0, 0.0) for frame in used):
        # Images that were rewritten with more bits than they were clipped at.
        saturation = min(saturation, observed_clip_level([image.array for image in images]) or saturation)
    series = len({frame.series for frame in used})
    scanners = sorted({frame.scanner for frame in used if frame.scanner})
    if len(scanners) > 1:
        warnings.append(f"The images come from different scanners: {', '.join(scanners)}.")
    return DiffusionSeries(
        tuple(images),
        grid,
        tuple(warnings),
        tuple(dropped),
        saturation,
        scanners[0] if scanners else "",
        f"DICOM, {found} images, {len(used)} used from {series} series",
    )


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
            "they cover every slice, and Siemens leaves the tag out there."
        )
        return with_b + [
            replace(f, b_value=0.0, b_source="Siemens image without the b-value tag") for f in without
        ]
    raise ImageError(
        "Some images of the diffusion series carry no b-value",
        needed="a b-value in each",
        found=f"{len(without)} of {len(frames)} images without",
        todo="Give one folder for each b-value, and --b-values in the same order",
    )


def _are_b0(without: list[Frame], with_b: list[Frame]) -> bool:
    siemens = all("siemens" in frame.scanner.lower() for frame in without)
    b0_there = any(frame.b_value <= 5 for frame in with_b)
    slices = {frame.position for frame in with_b}
    return siemens and not b0_there and {frame.position for frame in without} == slices


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


def _chosen(b: float, members: list[Frame], dropped: list[str]) -> tuple[float, list[Frame], str]:
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
    return b, _one_of_several_series(b, members), note


def _one_of_several_series(b: float, members: list[Frame]) -> list[Frame]:
    """Refuse to mix images of one b-value from several series: they may be two processings of one acquisition."""
    if b == 0:
        types = {frame.image_type for frame in members}
        repeated = len({frame.series for frame in members}) > 1 and len(types) > 1
    else:
        in_slice: dict[tuple[float, ...], set[int]] = defaultdict(set)
        for frame in members:
            if frame.directionality != "directional":
                in_slice[_slice_key(frame)].add(frame.series)
        repeated = any(len(series) > 1 for series in in_slice.values())
    if repeated:
        numbers = sorted({frame.series_number for frame in members})
        raise ImageError(
            f"The images at b {b:g} are there more than once",
            needed="one series for each b-value",
            found=f"series {', '.join(map(str, numbers))}",
            todo="Give the folder of one series, or choose it with --series",
        )
    return members


@dataclass(frozen=True)
class _Plan:
    """How the image of one b-value is put together: the frames of every slice, and how they are averaged."""

    b_value: float
    slices: tuple[tuple[Frame, ...], ...]
    averaging: tuple[Averaging, ...]
    directional: bool
    averages: float
    source: str
    note: str


def _plans(
    chosen: list[tuple[float, list[Frame], str]], k: np.ndarray, slices: int, warnings: list[str]
) -> list[_Plan]:
    """Sort the frames of each b-value into slices; every slice must be there, equally often."""
    plans, at = [], 0
    for b, members, note in chosen:
        by_slice: list[list[Frame]] = [[] for _ in range(slices)]
        for frame, index in zip(members, k[at : at + len(members)], strict=True):
            by_slice[index].append(frame)
        at += len(members)
        found = sum(1 for here in by_slice if here)
        if found < slices:
            raise ImageError(
                f"Slices are missing at b {b:g}",
                needed=f"{slices} slices as at the other b-values",
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
        directional = any(frame.directionality == "directional" for frame in members)
        averaging = [Averaging.of([frame.gradient for frame in here], directional, b) for here in by_slice]
        if len({len(a.groups) for a in averaging}) > 1:
            raise ImageError(
                f"The diffusion directions at b {b:g} differ between slices",
                needed="the same directions in every slice",
                todo="Export the series again, whole",
            )
        averages = {round(sum(frame.averages for frame in here), 3) for here in by_slice}
        if len(averages) > 1:
            warnings.append(
                f"The number of averages differs between slices at b {b:g}; the smallest is used."
            )
        if not directional and b > 5 and counts.pop() > 1:
            warnings.append(
                f"There are {len(by_slice[0])} images per slice at b {b:g}, and the header does not say whether they "
                "are directions or repetitions; their geometric mean is used."
            )
        notes = "; ".join(text for text in (note, averaging[0].note(directional)) if text)
        sources = " and ".join(sorted({frame.b_source for frame in members}))
        plans.append(
            _Plan(
                b, tuple(map(tuple, by_slice)), tuple(averaging), directional, min(averages), sources, notes
            )
        )
    return plans


def _common_scale(used: Sequence[Frame]) -> tuple[Callable[[Frame], tuple[float, float]], str]:
    """How to bring the stored numbers of all frames to one scale.

    Philips may scale every image for display on its own; then only precise values = display / (RS x SS) can be
    compared (Chenevert et al. 2014, PMC3998685). They are given in units of the first frame.
    """
    scales = {(frame.slope, frame.intercept, frame.scale_slope) for frame in used}
    first = used[0]
    if len(scales) > 1 and "philips" in first.scanner.lower():
        if all(frame.scale_slope for frame in used):
            unit = first.slope * first.scale_slope

            def precise(frame: Frame) -> tuple[float, float]:
                factor = unit / (frame.slope * frame.scale_slope)
                return frame.slope * factor, frame.intercept * factor

            return precise, "Philips precise values (display value / rescale slope / scale slope)"
        raise ImageError(
            "The Philips images cannot be brought to one scale",
            needed="the private scale slope (2005,100E), because the rescale slope differs between images",
            found="images without it",
            todo="Export them again with the private tags kept",
        )
    return lambda frame: (frame.slope, frame.intercept), ""


def _saturation(used: Sequence[Frame], scale: Callable[[Frame], tuple[float, float]]) -> float | None:
    levels = []
    for frame in used:
        level = clip_level(frame)
        if level is not None:
            slope, intercept = scale(frame)
            levels.append(slope * level + intercept)
    # As float32, the type of scaled images, so that comparing finds what equals it.
    return float(np.float32(max(levels))) if levels else None


def _volume_dtype(plan: _Plan, scale: Callable[[Frame], tuple[float, float]]) -> np.dtype:
    """The stored type where the numbers are used as they stand, else float32."""
    frames = [frame for here in plan.slices for frame in here]
    dtypes = {np.dtype(frame.pixels.dtype).newbyteorder("=") for frame in frames}
    as_stored = all(frame.pixels.offset is not None and scale(frame) == (1.0, 0.0) for frame in frames)
    if as_stored and len(frames) == len(plan.slices) and len(dtypes) == 1:
        return dtypes.pop()
    return np.dtype(np.float32)


def _slice(
    plan: _Plan, at: int, scale: Callable[[Frame], tuple[float, float]], saturation: float | None
) -> np.ndarray:
    frames = plan.slices[at]
    arrays, clipped = [], None
    for frame in frames:
        stored = stored_pixels(frame, f"file {frame.file + 1}")
        slope, intercept = scale(frame)
        level = clip_level(frame)
        as_stored = slope == 1.0 and intercept == 0.0
        if level is not None and not (as_stored and len(frames) == 1):
            at_top = stored >= level
            clipped = at_top if clipped is None else clipped | at_top
        arrays.append(stored if as_stored else stored * np.float32(slope) + np.float32(intercept))
        if frame.pixels.frames == 1:
            frame.pixels.data = None  # the memory is needed for the volumes
    if not plan.directional:
        refuse_unlike(arrays, plan.b_value)
    image = plan.averaging[at].apply(arrays)
    if clipped is not None and clipped.any():
        # One level says "clipped" for all images; what was clipped at a lower one, before scaling or averaging, is
        # lifted to it.
        image = np.where(clipped, np.float32(saturation), image)
    return image


def _series_differ(plan: _Plan, scale: Callable[[Frame], tuple[float, float]]) -> Iterator[str]:
    """Say if the b 0 images of several series are not equally bright: then their other images are not either."""
    middle = plan.slices[len(plan.slices) // 2]
    if plan.b_value > 5 or len({frame.series for frame in middle}) < 2:
        return
    means: dict[int, list[float]] = defaultdict(list)
    for frame in middle:
        slope, intercept = scale(frame)
        means[frame.series_number].append(
            slope * float(stored_pixels(frame, f"file {frame.file + 1}").mean()) + intercept
        )
    by_series = {number: float(np.mean(values)) for number, values in means.items()}
    low, high = min(by_series.values()), max(by_series.values())
    if high > LARGEST_SCALE_DIFFERENCE * low:
        found = ", ".join(f"{mean:.4g} in series {number}" for number, mean in sorted(by_series.items()))
        yield (
            f"The b 0 images of the series are not equally bright (mean signal {found}): if the scanner scaled the "
            "series differently, ADC and kurtosis across them are wrong."
        )


def _refuse_too_large(size: int) -> None:
    if size > 8 * LARGEST_VOLUME:
        raise ImageError(
            "The examination is too large", needed="at most 16 GiB", found=f"{size / 2**30:.1f} GiB"
        )
