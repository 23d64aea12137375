"""Compute the maps of one diffusion examination, and decide what counts as noise and as clipped."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from HER2LowMRILib.core.b_values import format_b_values
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.core.map_spec import STANDARD_MAPS, MapSpec
from HER2LowMRILib.core.noise_floor import estimate_noise
from HER2LowMRILib.core.notice import Notice
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries


@dataclass(frozen=True)
class ComputedMaps:
    """The maps and how they came about.

    Parameters
    ----------
    maps : MapSet
    noise_source : str
        Where the noise floor is from, or why there is none.
    warnings : tuple of Notice
        In addition to those of the series.
    """

    maps: MapSet
    noise_source: str
    warnings: tuple[Notice, ...]

    def record(self) -> dict[str, object]:
        """Entries of ``maps.json`` beside those of the series and the fit."""
        return {"noise_floor_source": self.noise_source, "fit_warnings": list(map(str, self.warnings))}


def compute_maps(
    series: DiffusionSeries,
    options: FitOptions | None = None,
    *,
    box: tuple[slice, ...] | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ComputedMaps:
    """Fit ADC, D_app and K_app to a series; to one of two b-values the ADC alone.

    Parameters
    ----------
    series : DiffusionSeries
    options : FitOptions, optional
        ``noise_floor`` and ``saturation`` that are None are filled in from the whole images.
    box : tuple of slice, optional
        Fit only this part (k, j, i); a voxel gets the same values to the last bit.
    progress, cancelled : callable, optional
        As for ``fit_maps``.

    Raises
    ------
    ImageError
        If there is no b 0 and the ADC was not asked from the lowest b-value that is there, or the mean signal rises
        with b.
        Also if a map has no value anywhere.
    HER2LowMRIError
        If there are too few b-values, or none at those of the ADC.
    """
    options = options or FitOptions()
    _require_b0(series, options)
    if options.saturation is None:
        options = dataclasses.replace(options, saturation=series.saturation)
    noise_source = "given"
    if options.noise_floor is None:
        noise = estimate_noise(series.signals[0], series.signals[-1])
        noise_source = noise.text()
        options = dataclasses.replace(options, noise_floor=noise.floor)
    signals = [signal if box is None else signal[box] for signal in series.signals]
    maps = fit_maps(signals, series.b_values, series.averages, options, progress, cancelled)
    if box is None:
        _refuse_without_values(maps)
    missing = [spec for spec in STANDARD_MAPS if spec.name not in maps.values]
    notices = (*not_fitted(series, missing), *_clipped(signals, series.b_values, options.saturation))
    return ComputedMaps(maps, noise_source, notices)


def not_fitted(series: DiffusionSeries, missing: Sequence[MapSpec]) -> tuple[Notice, ...]:
    """Say which maps a series of two b-values cannot give, so that nobody wonders where they are."""
    if not missing or len(series.images) > 2:
        return ()
    text = (
        f"{' and '.join(spec.label for spec in missing)} cannot be fitted: needed at least 3 different b-values, found "
        f"{len(series.images)} ({format_b_values(series.b_values)})."
    )
    return (Notice("not_fitted", text),)


def _refuse_without_values(maps: MapSet) -> None:
    """Refuse maps in which no voxel has a value: a file of nothing looks like a result."""
    empty = [spec.label for spec in maps.specs if not np.isfinite(maps.values[spec.name]).any()]
    if empty:
        raise ImageError(
            f"The images give no value of {' and '.join(empty)}",
            needed="voxels with a signal above 0 at every b-value",
            found="none",
            todo="Look at the images: signals of 0 or below were stored or scaled wrongly",
        )


def _clipped(
    signals: Sequence[np.ndarray], b_values: Sequence[float], saturation: float | None
) -> Iterator[Notice]:
    if saturation is None:
        return
    for signal, b_value in zip(signals, b_values, strict=True):
        voxels = int(np.count_nonzero(signal >= saturation))
        if voxels:
            text = (
                f"Clipped at {saturation:g}: {counted(voxels, 'voxel')} at b {b_value:g}, marked in fit_quality and "
                "left out of the features."
            )
            yield Notice("clipped", text)


def _require_b0(series: DiffusionSeries, options: FitOptions) -> None:
    lowest = series.b_values[0]
    if lowest > 0 and abs(options.adc_b[0] - lowest) > 5:
        raise ImageError(
            "There is no image at b 0",
            needed="b 0 s/mm2",
            found=f"a lowest b-value of {lowest:g} s/mm2",
            todo="Add the b 0 images, or compute the ADC from the lowest on purpose",
            option=f"--adc-b {lowest:g},{series.b_values[-1]:g}",
        )
