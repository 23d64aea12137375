"""How sure the maps of a series and the features of a VOI on them are: standard errors and intervals."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from HER2LowMRILib.core.columns import limit_columns
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.core.feature_interval import REPEATS, FeatureInterval, finished, interval_steps
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.map_set import Box, MapSet
from HER2LowMRILib.core.noise_floor import estimate_noise
from HER2LowMRILib.core.notice import NOTICE_SEPARATOR, Notice, joined
from HER2LowMRILib.core.standard_error import (
    StandardErrors,
    fitted_signals,
    residual_sigma,
    standard_errors,
)
from HER2LowMRILib.core.voi import bounding_box
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.images.intake.diffusion_series import DiffusionSeries
from HER2LowMRILib.images.intake.read_dwi import read_dwi
from HER2LowMRILib.workflow.case_maps import CaseMaps, Row
from HER2LowMRILib.workflow.compute_maps import compute_maps
from HER2LowMRILib.workflow.measure_maps import Measurement, PlacedVoi
from HER2LowMRILib.workflow.measure_voi import MeasuredVoi

ENOUGH_VOXELS = 200_000


@dataclass(frozen=True)
class Noise:
    """The noise of one acquisition and where it is from.

    Attributes
    ----------
    sigma : float
        [signal units]
    source : str
        In words.
    """

    sigma: float
    source: str = field(compare=False)


def noise_of(series: DiffusionSeries, maps: MapSet, box: Box | None = None) -> Noise:
    """The noise: that of the air, or what the fit leaves over in the valid voxels where that is more.

    Parameters
    ----------
    series : DiffusionSeries
    maps : MapSet
        Fitted to the series, or to a box of it.
    box : tuple of slice, optional
        The part that the maps are of.

    Raises
    ------
    ImageError
        If neither tells anything.
    """
    air = estimate_noise(series.signals[0], series.signals[-1]).sigma
    left_over = float("nan")
    if maps.d_app is not None and maps.k_app is not None:
        valid = np.flatnonzero(maps.valid("K") & maps.valid("D"))
        valid = valid[:: max(1, len(valid) // ENOUGH_VOXELS)]
        parts = [signal if box is None else signal[box] for signal in series.signals]
        left_over = residual_sigma(
            [part.ravel()[valid] for part in parts],
            series.b_values,
            series.averages,
            maps.d_app.ravel()[valid],
            maps.k_app.ravel()[valid],
        )
    known = {
        "air around the patient": air or float("nan"),
        "residuals of the fit": left_over,
    }
    found = {source: sigma for source, sigma in known.items() if np.isfinite(sigma) and sigma > 0}
    if not found:
        raise ImageError(
            "The noise of the images is not known",
            needed="air around the patient, or four b-values or more",
            found="neither",
        )
    source = max(found, key=lambda name: found[name])
    return Noise(found[source], f"noise from the {source}: sigma {found[source]:.3g} (signal units)")


def errors_of_maps(series: DiffusionSeries, maps: MapSet) -> tuple[StandardErrors, Noise]:
    """Standard errors of the maps that were fitted to a series, everywhere.

    Raises
    ------
    ImageError
        If the noise is not known, or there are no D_app and K_app.
    """
    if maps.d_app is None or maps.k_app is None:
        raise ImageError("Standard errors need a fit of D_app and K_app", needed="three b-values or more")
    noise = noise_of(series, maps)
    arrays = [np.empty(maps.d_app.shape, np.float32) for _ in range(3)]
    # Slice by slice: a matrix for every voxel of the image would take far more memory than the image.
    for k in range(maps.d_app.shape[0]):
        found = standard_errors(
            [signal[k] for signal in series.signals],
            series.b_values,
            series.averages,
            maps.d_app[k],
            maps.k_app[k],
            noise.sigma,
            maps.options.adc_b,
            s0_measured=maps.options.s0 == "measured",
        )
        for array, values in zip(arrays, (found.adc, found.d_app, found.k_app), strict=True):
            array[k] = values
    return StandardErrors(arrays[0], arrays[1], arrays[2], noise.sigma), noise


@dataclass(frozen=True)
class VoiIntervals:
    """The intervals of a VOI.

    Attributes
    ----------
    found : mapping of str to FeatureInterval
        Feature -> interval, of the features that the row has from a fit to these images.
    remark : str
        Where the noise is from, or why there are no intervals.
    others : int
        Features of maps of another origin, which have none.
    """

    found: Mapping[str, FeatureInterval] = field(default_factory=dict)
    remark: str = ""
    others: int = 0

    def columns(self, features: FeatureSet) -> Row:
        """The columns of the row; None where a feature has no interval."""
        row: Row = {}
        for feature in replace(features, intervals=True).with_interval:
            interval = self.found.get(feature.name)
            ends = (np.nan, np.nan) if interval is None else (interval.low, interval.high)
            for column, limit in zip(limit_columns(feature.name), ends, strict=True):
                row[column] = float(limit) if np.isfinite(limit) else None
        return row


def voi_interval_steps(
    series: DiffusionSeries,
    voi: np.ndarray,
    options: FitOptions | None = None,
    features: FeatureSet | None = None,
    *,
    repeats: int = REPEATS,
) -> Generator[None, None, tuple[dict[str, FeatureInterval], Noise]]:
    """Intervals of the features of a VOI on maps that are fitted to a series, a step at a time.

    Parameters
    ----------
    series : DiffusionSeries
    voi : ndarray of bool, shape (k, j, i) of the series
    options : FitOptions, optional
        How the maps are fitted.
    features : FeatureSet, optional
        What is measured.
    repeats : int
        Simulated measurements.

    Raises
    ------
    ImageError
        If the VOI is empty, or the noise is not known.
    """
    box = bounding_box(voi)
    around = tuple(slice(max(part.start - 1, 0), part.stop + 1) for part in box)
    wide = (around[0], around[1], around[2])
    maps = compute_maps(series, options, box=wide).maps
    inside = tuple(
        slice(part.start - outer.start, part.stop - outer.start)
        for part, outer in zip(box, wide, strict=True)
    )
    own = (inside[0], inside[1], inside[2])
    noise = noise_of(series, maps.cut(own), (box[0], box[1], box[2]))
    images = [signal[wide] for signal in series.signals]
    models = images
    if maps.d_app is not None and maps.k_app is not None:
        models = fitted_signals(images, series.b_values, series.averages, maps.d_app, maps.k_app)
        # Where nothing could be fitted the measured signal is the best model there is.
        models = [np.where(np.isfinite(m), m, image) for m, image in zip(models, images, strict=True)]
    asked = replace(features or FeatureSet(), rings_mm=())

    def measure(signals: Sequence[np.ndarray], mask: np.ndarray) -> Mapping[str, float]:
        again = fit_maps(signals, series.b_values, series.averages, maps.options)
        return measure_voi(again, mask, asked).values

    try:
        found = yield from interval_steps(
            images, models, series.averages, voi[wide], noise.sigma, measure, repeats=repeats
        )
    except HER2LowMRIError as error:
        raise ImageError(f"The intervals cannot be measured: {error}") from error
    return found, noise


def case_interval_steps(
    case: CaseMaps, placed: PlacedVoi, measurement: Measurement
) -> Generator[None, None, VoiIntervals]:
    """Intervals of a VOI that was measured on the maps of a case, a step at a time; for panel and export alike.

    Never raises: why there are none stands in the remark.
    """
    series = case.series
    if series is None:
        return VoiIntervals(remark="no intervals: there are no diffusion images")
    # A fitted map lies on the voxels of the series; so does a map that was fitted to it before and came with the case.
    voi = next(
        (
            region[0]
            for group, region in sorted(
                zip(case.groups, placed.regions, strict=True), key=lambda g: g[0].given
            )
            if region is not None and group.grid.same_as(series.grid)
        ),
        None,
    )
    if voi is None:
        return VoiIntervals(remark="no intervals: no map lies on the voxels of the diffusion images")
    try:
        found, noise = yield from voi_interval_steps(series, voi, case.options, case.features)
    except HER2LowMRIError as error:
        return VoiIntervals(remark=f"no intervals: {error}")
    return _of_row(found, noise, measurement.row)


def row_with_intervals(measurement: Measurement, intervals: VoiIntervals, features: FeatureSet) -> Row:
    """The row of a measurement with the columns of its intervals; why there are none stands in ``image_warnings``."""
    row = measurement.row | intervals.columns(features)
    if not intervals.found:
        said = str(row.get("image_warnings") or "")
        row["image_warnings"] = joined(
            [*(said.split(NOTICE_SEPARATOR) if said else ()), Notice("no_intervals", intervals.remark)]
        )
    return row


def _of_row(found: Mapping[str, FeatureInterval], noise: Noise, row: Row) -> VoiIntervals:
    """The intervals of features that the row has from the same fit: a map of another origin has other values."""
    same: dict[str, FeatureInterval] = {}
    others = 0
    for name, interval in found.items():
        value = row.get(name)
        if isinstance(value, float) and np.isclose(value, interval.value, rtol=1e-3, atol=1e-6):
            same[name] = interval
        else:
            others += value is not None
    remark = noise.source if same else "no intervals: the maps were not fitted to these images"
    return VoiIntervals(same, remark, others)


def interval_columns(
    measured: MeasuredVoi,
    inputs: Sequence[Path],
    b_values: Sequence[float] | None = None,
    features: FeatureSet | None = None,
) -> tuple[Row, list[str]]:
    """Columns ``FEATURE_low`` and ``FEATURE_high`` of a row that was measured on map files.

    Parameters
    ----------
    measured : MeasuredVoi
    inputs : sequence of Path
        The diffusion images that the maps were fitted to.
    b_values : sequence of float, optional
        Typed b-values [s/mm2].
    features : FeatureSet, optional
        What was measured.

    Returns
    -------
    row : dict
        None where the feature of the row is not what the fit to these images gives: its map is of another origin.
    remarks : list of str
    """
    series = read_dwi(inputs, b_values=b_values)
    voi, _ = measured.voi.outline.on(series.grid)
    found, noise = finished(voi_interval_steps(series, voi, measured.options, features))
    intervals = _of_row(found, noise, measured.row)
    remarks = [f"Intervals: {intervals.remark}."]
    if intervals.others:
        remarks.append(
            f"{counted(intervals.others, 'feature')} of maps that were not fitted to these images have no interval."
        )
    return intervals.columns(features or FeatureSet()), remarks
