"""From described DICOM frames to one trace-weighted image per b-value."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.errors import Cancelled, ImageError
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.files.budget import MemoryBudget
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake.averaging import (
    LARGEST_B0,
    Repeats,
    RepeatsOfSlice,
    compare_slices,
    mean_signal,
    refuse_unlike,
    repeats_of,
)
from HER2LowMRILib.images.intake.clipping import observed_clip_level
from HER2LowMRILib.images.intake.computed_signal import check_measured
from HER2LowMRILib.images.intake.dicom_choice import choose
from HER2LowMRILib.images.intake.dicom_frames import Frame, patient_of
from HER2LowMRILib.images.intake.dicom_pixels import clip_level, release, stored_pixels
from HER2LowMRILib.images.intake.diffusion_series import BImage, DiffusionSeries
from HER2LowMRILib.images.intake.frame_geometry import slice_positions
from HER2LowMRILib.images.intake.ordered_threads import in_order
from HER2LowMRILib.images.intake.pixel_file import LARGEST_VOLUME
from HER2LowMRILib.images.intake.signal_decay_check import (
    check_decay,
    negative_signals,
    tissue_signals,
)
from HER2LowMRILib.images.intake.slice_plans import SlicePlan, plan_slices

# Repeated b 0 images of one examination differ by noise and motion; more is another scale.
LARGEST_SCALE_DIFFERENCE = 1.05
Scale = Callable[[Frame], tuple[float, float]]


def dicom_series(
    frames: list[Frame],
    dropped: list[Notice],
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
    dropped : list of Notice
        What was left out already.
    inputs : sequence of int
        Of every file, the number of the input it came with.
    b_values : sequence of float, optional
        One per input, believed in place of what the headers say [s/mm2].
    series_number : int, optional
        Use this series only.
    threads : int
        Slices decoded at the same time, where the pixels are compressed.
    progress, cancelled : callable, optional
        As for ``read_dwi``; progress begins at 0.7, after the headers.

    Raises
    ------
    ImageError
        If no set of images can be told for certain.
    """
    found = _arranged(frames, dropped, inputs, b_values, series_number)
    used, warnings = found.used, found.warnings
    scale, scale_note = _common_scale(used)
    saturation = _saturation(used, scale)
    # Copying what is in memory takes less time than handing it to a thread; decoding is what threads are for.
    if all(frame.pixels.data is not None for frame in used):
        threads = 1
    images: list[BImage] = []
    done = 0
    for plan in found.plans:
        warnings.extend(_series_differ(plan, scale))
        volume = _Volume(plan, scale, saturation, found.grid.shape, cancelled)
        for count in in_order(volume.fill, range(found.grid.shape[0]), threads):
            done += count
            if progress is not None:
                progress(0.7 + 0.3 * done / len(used))
        spread = volume.check_repeats()
        note = "; ".join(text for text in (plan.note, scale_note) if text)
        images.append(BImage(plan.b_value, volume.array, plan.averages, plan.source, note, spread))
    tissue = tissue_signals(images)
    warnings.extend(
        (*negative_signals(images), *check_decay(images, tissue), *check_measured(images, tissue))
    )
    if saturation is not None and all(scale(frame) == (1.0, 0.0) for frame in used):
        # Images that were rewritten with more bits than they were clipped at.
        saturation = min(saturation, observed_clip_level([image.array for image in images]) or saturation)
    return DiffusionSeries(
        tuple(images),
        found.grid,
        tuple(warnings),
        tuple(dropped),
        saturation,
        next(iter(_scanners(used)), ""),
        found.form,
        patient_of(used),
    )


@dataclass(frozen=True)
class SeriesOutline:
    """What the headers of a diffusion examination tell of it, before its pixels are read.

    Parameters
    ----------
    b_values : tuple of float
        Ascending [s/mm2].
    grid : ImageGrid
    form : str
        In what form the images came.
    warnings : tuple of Notice
    dropped : tuple of str
        As in ``DiffusionSeries``.
    """

    b_values: tuple[float, ...]
    grid: ImageGrid
    form: str
    warnings: tuple[Notice, ...]
    dropped: tuple[Notice, ...]


def dicom_outline(
    frames: list[Frame],
    dropped: list[Notice],
    inputs: Sequence[int],
    *,
    b_values: Sequence[float] | None = None,
) -> SeriesOutline:
    """Say what ``dicom_series`` would make of the images; arguments and errors as there, as far as headers tell."""
    found = _arranged(frames, dropped, inputs, b_values, None)
    _common_scale(found.used)
    return SeriesOutline(
        tuple(plan.b_value for plan in found.plans),
        found.grid,
        found.form,
        tuple(found.warnings),
        tuple(dropped),
    )


@dataclass(frozen=True)
class FramesUsed:
    """The images behind a series.

    Parameters
    ----------
    grid : ImageGrid
    slices : mapping of float to tuple
        b-value [s/mm2] -> the frames of every slice k.
    """

    grid: ImageGrid
    slices: Mapping[float, tuple[tuple[Frame, ...], ...]]


def dicom_frames_used(
    frames: list[Frame],
    dropped: list[Notice],
    inputs: Sequence[int],
    *,
    b_values: Sequence[float] | None = None,
) -> FramesUsed:
    """Say which images ``dicom_series`` would use; arguments and errors as there."""
    found = _arranged(frames, dropped, inputs, b_values, None)
    return FramesUsed(found.grid, {plan.b_value: plan.slices for plan in found.plans})


@dataclass
class _Arranged:
    """The images that are used, in their places."""

    used: list[Frame]
    grid: ImageGrid
    plans: list[SlicePlan]
    warnings: list[Notice]
    form: str


def _arranged(
    frames: list[Frame],
    dropped: list[Notice],
    inputs: Sequence[int],
    b_values: Sequence[float] | None,
    series_number: int | None,
) -> _Arranged:
    if not frames:
        raise ImageError("No image was found", needed="DICOM images", found="; ".join(dropped) or "none")
    warnings: list[Notice] = []
    chosen = choose(frames, inputs, b_values, series_number, dropped, warnings)
    used = [frame for one in chosen for frame in one.frames]
    grid, k = slice_positions(used, "the diffusion images")
    _refuse_too_large(len(chosen) * int(np.prod(grid.shape)) * 4, used)
    if len({frame.pixels.signed for frame in used}) > 1:
        raise ImageError(
            "The images do not belong together", needed="one pixel format", found="signed and unsigned pixels"
        )
    warnings.extend(_of_files(used))
    plans = plan_slices(chosen, k, grid.shape[0], warnings)
    series = len({frame.series for frame in used})
    form = f"DICOM, {len(frames)} images, {len(used)} used from {series} series"
    return _Arranged(used, grid, plans, warnings, form)


def _of_files(used: Sequence[Frame]) -> Iterator[Notice]:
    """What the reader should know of the files that are used."""
    if any(frame.lossy for frame in used):
        yield Notice(
            "compressed_with_loss", "The images were compressed with loss; ADC and kurtosis suffer from that."
        )
    if any(frame.tile is not None for frame in used):
        yield Notice("mosaics", "The slices were cut out of mosaics.")
    scanners = _scanners(used)
    if len(scanners) > 1:
        yield Notice("different_scanners", f"The images come from different scanners: {', '.join(scanners)}.")


def _scanners(used: Sequence[Frame]) -> list[str]:
    return sorted({frame.scanner for frame in used if frame.scanner})


class _Volume:
    """The image of one b-value while its slices come in."""

    def __init__(
        self,
        plan: SlicePlan,
        scale: Scale,
        saturation: float | None,
        shape: Sequence[int],
        cancelled: Callable[[], bool] | None,
    ):
        self.array = np.empty(shape, _volume_dtype(plan, scale))
        self._plan, self._scale, self._saturation, self._cancelled = plan, scale, saturation, cancelled
        self._means: list[list[float]] = [[] for _ in plan.slices]
        self._repeats: list[RepeatsOfSlice | None] = [None] * len(plan.slices)

    def fill(self, at: int) -> int:
        """Put one slice in place; returns how many images were read for it."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled()
        frames = self._plan.slices[at]
        arrays, clipped = [], None
        for frame in frames:
            stored = stored_pixels(frame, f"file {frame.file + 1}")
            slope, intercept = self._scale(frame)
            level = clip_level(frame)
            as_stored = slope == 1.0 and intercept == 0.0
            if level is not None and not (as_stored and len(frames) == 1):
                at_top = stored >= level
                clipped = at_top if clipped is None else clipped | at_top
            arrays.append(stored if as_stored else stored * np.float32(slope) + np.float32(intercept))
            release(frame)  # the memory is needed for the volumes
        if not self._plan.directional and len(arrays) > 1:
            self._means[at] = [mean_signal(array) for array in arrays]
            if self._plan.b_value <= LARGEST_B0:
                self._repeats[at] = compare_slices(arrays)
        image = self._plan.averaging[at].apply(arrays)
        if clipped is not None and clipped.any():
            # One level says "clipped" for all images; what was clipped at a lower one, before scaling or averaging,
            # is lifted to it.
            image = np.where(clipped, np.float32(self._saturation), image)
        self.array[at] = image
        return len(frames)

    def check_repeats(self) -> Repeats | None:
        """Refuse what was averaged although it repeats no measurement; say how far what does differs."""
        refuse_unlike(self._means, self._plan.b_value)
        return repeats_of(self._repeats, self._plan.b_value)


def _common_scale(used: Sequence[Frame]) -> tuple[Scale, str]:
    """How to bring the stored numbers of all frames to one scale.

    Philips may scale every image for display on its own; then only precise values = display / (RS x SS) can be
    compared (Chenevert et al. 2014, PMC3998685). They are given in units of the first frame.
    """
    scales = {(frame.slope, frame.intercept, frame.scale_slope) for frame in used}
    first = used[0]
    if len(scales) > 1 and "philips" in first.scanner.lower():
        if all(frame.scale_slope for frame in used):
            unit = first.slope * (first.scale_slope or 1.0)

            def precise(frame: Frame) -> tuple[float, float]:
                factor = unit / (frame.slope * (frame.scale_slope or 1.0))
                return frame.slope * factor, frame.intercept * factor

            return precise, "Philips precise values (display value / rescale slope / scale slope)"
        raise ImageError(
            "The Philips images cannot be brought to one scale",
            needed="the private scale slope (2005,100E), because the rescale slope differs between images",
            found="images without it",
            todo="Export them again with the private tags kept",
        )
    return lambda frame: (frame.slope, frame.intercept), ""


def _saturation(used: Sequence[Frame], scale: Scale) -> float | None:
    levels = []
    for frame in used:
        level = clip_level(frame)
        if level is not None:
            slope, intercept = scale(frame)
            levels.append(slope * level + intercept)
    # As float32, the type of scaled images, so that comparing finds what equals it.
    return float(np.float32(max(levels))) if levels else None


def _volume_dtype(plan: SlicePlan, scale: Scale) -> np.dtype:
    """The stored type where the numbers are used as they stand, else float32."""
    frames = plan.frames
    dtypes = {np.dtype(frame.pixels.dtype).newbyteorder("=") for frame in frames}
    as_stored = all(frame.pixels.offset is not None and scale(frame) == (1.0, 0.0) for frame in frames)
    if as_stored and len(frames) == len(plan.slices) and len(dtypes) == 1:
        return dtypes.pop()
    return np.dtype(np.float32)


def _series_differ(plan: SlicePlan, scale: Scale) -> Iterator[Notice]:
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
            Notice(
                "b0_differ_between_series",
                f"The b 0 images of the series are not equally bright (mean signal {found}): if the scanner scaled the "
                "series differently, ADC and kurtosis across them are wrong.",
            )
        )


def _refuse_too_large(size: int, used: Sequence[Frame]) -> None:
    """Refuse images that take more memory [bytes] than their files together are granted."""
    held = {id(frame.pixels): frame.pixels.held for frame in used}
    MemoryBudget(8 * LARGEST_VOLUME).take(size, sum(held.values()), "The examination")
