"""The 21 histogram features of a VOI: seven statistics of ADC, D_app and K_app, each with its definition."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from HER2LowMRILib.core.errors import HER2LowMRIError, ImageError
from HER2LowMRILib.core.first_order import (
    entropy,
    entropy_fixed_number,
    excess_kurtosis,
    skewness,
)
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.fit_quality import EXCLUDED_FROM, classify_values
from HER2LowMRILib.core.voi import bounding_box

WARN_EXCLUDED_FRACTION = 0.05
"""Above this part of a VOI without a valid value the reader is told."""

_IBSI = "Zwanenburg et al., Radiology 2020;295:328-338, doi:10.1148/radiol.2020191145"
_MAPS = {"ADC": ("ADC", "1e-3 mm2/s"), "D": ("D_app", "1e-3 mm2/s"), "K": ("K_app", "1")}


@dataclass(frozen=True)
class Binning:
    """The bins of the entropy.

    Parameters
    ----------
    adc, d : float
        Bin width from 0 [1e-3 mm2/s].
    k : float
        Bin width from 0 [no unit].
    number : int, optional
        Use this fixed number of bins between minimum and maximum instead of fixed widths. Not comparable
        between lesions; only to repeat work that did so.
    """

    adc: float = 0.05
    d: float = 0.05
    k: float = 0.05
    number: int | None = None

    def width(self, map_name: str) -> float | None:
        """Return the bin width of "ADC", "D" or "K"; None with a fixed number of bins."""
        return None if self.number is not None else {"ADC": self.adc, "D": self.d, "K": self.k}[map_name]


@dataclass(frozen=True)
class Feature:
    """One column of the feature row.

    Attributes
    ----------
    name : str
        Column name, e.g. "ADC_p5".
    map : str
        "ADC", "D" or "K".
    statistic : str
        mean, median, p5, p95, skewness, kurtosis or entropy.
    unit : str
        "1e-3 mm2/s", "bit" or "1".
    definition, source : str
        One sentence, and where it is from.
    """

    name: str
    map: str
    statistic: str
    unit: str
    definition: str
    source: str


_STATISTICS = {
    "mean": ("Arithmetic mean of {m} over the valid voxels of the VOI.", f"IBSI Q4LE, {_IBSI}"),
    "median": ("Median of {m} over the valid voxels of the VOI.", f"IBSI Y12H, {_IBSI}"),
    "p5": (
        "5th percentile of {m} over the valid voxels of the VOI, linear interpolation between order "
        "statistics.",
        "Type 7 of Hyndman & Fan, Am Stat 1996;50:361-365, doi:10.1080/00031305.1996.10473566",
    ),
    "p95": (
        "95th percentile of {m} over the valid voxels of the VOI, linear interpolation between order "
        "statistics.",
        "Type 7 of Hyndman & Fan, Am Stat 1996;50:361-365, doi:10.1080/00031305.1996.10473566",
    ),
    "skewness": (
        "Skewness g1 = m3 / m2^1.5 of {m} over the valid voxels of the VOI, population moments, 0 if all "
        "are equal.",
        f"IBSI KE2A, {_IBSI}",
    ),
    "kurtosis": (
        "Excess kurtosis m4 / m2^2 - 3 of {m} over the valid voxels of the VOI, population moments, 0 if all "
        "are equal.",
        f"IBSI IPH6, {_IBSI}",
    ),
    "entropy": (
        "Entropy -sum p log2 p, in bits, of {m} over the valid voxels of the VOI in bins of fixed width {w} "
        "that start at 0; a value within 1e-5 of a bin below an edge counts as on the edge.",
        f"IBSI TLU2 with fixed bin size (Q3RU), {_IBSI}",
    ),
}


def feature_table(binning: Binning | None = None) -> tuple[Feature, ...]:
    """Return the 21 features with their definitions.

    Parameters
    ----------
    binning : Binning, optional
        The bins that the definition of the entropy names.

    Returns
    -------
    tuple of Feature
        In the order of the columns: ADC, D, K; mean, median, p5, p95, skewness, kurtosis, entropy.
    """
    binning = binning or Binning()
    rows = []
    for map_name, (label, unit) in _MAPS.items():
        width = f"{binning.width(map_name) or 0:g}" + unit.removeprefix("1")
        for statistic, (definition, source) in _STATISTICS.items():
            if statistic == "entropy" and binning.number is not None:
                definition = (
                    "Entropy -sum p log2 p of {m} over the valid voxels of the VOI in "
                    f"{binning.number} bins between the minimum and maximum of the VOI."
                )
                source = f"IBSI TLU2 with fixed bin number (K15C), {_IBSI}"
            rows.append(
                Feature(
                    name=f"{map_name}_{statistic}",
                    map=map_name,
                    statistic=statistic,
                    unit={"skewness": "1", "kurtosis": "1", "entropy": "bit"}.get(statistic, unit),
                    definition=definition.format(m=label, w=width),
                    source=source,
                )
            )
    return tuple(rows)


FEATURES: tuple[Feature, ...] = feature_table()


def definition_id(binning: Binning | None = None) -> str:
    """Return a short stable name of the definitions and bins behind a feature row, e.g. "h1-3f2a9c10"."""
    text = json.dumps(
        [[f.name, f.unit, f.definition] for f in feature_table(binning)]
        + [[name, flags.value] for name, flags in EXCLUDED_FROM.items()],
        separators=(",", ":"),
    )
    return f"h1-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


class Maps(Protocol):
    """What ``measure_voi`` reads: ``DiffusionMaps``, or maps from files; a map or ``quality`` may be None."""

    adc: np.ndarray | None
    d_app: np.ndarray | None
    k_app: np.ndarray | None
    quality: np.ndarray | None


@dataclass(frozen=True)
class VoiFeatures:
    """The features of one VOI.

    Attributes
    ----------
    values : dict of str to float
        One value per name of ``FEATURES``; NaN: not measured.
    valid_fraction : dict of str to float
        "ADC", "D", "K": part of the voxels of the VOI that has a valid value.
    voxels : dict of str to int
        "ADC", "D", "K": number of voxels behind the values.
    total_voxels : int
        Number of voxels of the VOI.
    binning : Binning
        The bins of the entropies.
    definition_id : str
        Names the definitions and bins.
    warnings : tuple of str
        What the reader should know.
    """

    values: dict[str, float]
    valid_fraction: dict[str, float]
    voxels: dict[str, int]
    total_voxels: int
    binning: Binning
    definition_id: str
    warnings: tuple[str, ...] = field(default=())


def measure_voi(
    maps: Maps, voi: np.ndarray, binning: Binning | None = None, options: FitOptions | None = None
) -> VoiFeatures:
    """Measure the 21 features of a VOI.

    Voxels are left out of a map by ``EXCLUDED_FROM``; nothing is clipped and nothing is replaced.

    Parameters
    ----------
    maps : Maps
        Maps of shape (k, j, i); a map that is None gives NaN for its features.
    voi : ndarray of bool, (k, j, i)
        The VOI.
    binning : Binning, optional
        Bins of the entropies.
    options : FitOptions, optional
        The ranges of valid values, used only for maps that come without fit quality.

    Returns
    -------
    VoiFeatures

    Raises
    ------
    ImageError
        When the VOI is empty or has another shape than the maps.
    HER2LowMRIError
        When a bin width that was asked for is wider than the range of the values.
    """
    options = options or getattr(maps, "options", None) or FitOptions()
    asked_bins, binning = binning is not None and binning != Binning(), binning or Binning()
    voi = np.asarray(voi)
    if voi.dtype != bool:
        raise ImageError("The VOI is not usable", needed="a mask of true and false", found=f"{voi.dtype}")
    for name in _MAPS:
        values = _map_of(maps, name)
        if values is not None and values.shape != voi.shape:
            raise ImageError(
                "The VOI does not fit the map",
                needed=f"the shape of the {name} map, {values.shape}",
                found=f"{voi.shape}",
            )
    box = bounding_box(voi)
    inside = voi[box]
    total = int(np.count_nonzero(inside))
    if maps.quality is not None:
        quality = maps.quality[box]
    else:
        parts = (_map_of(maps, name) for name in _MAPS)
        quality = classify_values(*(None if part is None else part[box] for part in parts), options)

    values: dict[str, float] = {}
    voxels: dict[str, int] = {}
    fraction: dict[str, float] = {}
    warnings: list[str] = []
    for name, (label, _) in _MAPS.items():
        data = _map_of(maps, name)
        if data is None:
            sample = np.empty(0)
        else:
            usable = inside & ((quality & np.uint8(EXCLUDED_FROM[name].value)) == 0)
            sample = data[box][usable].astype(np.float64)
            # A map of another program may have no value where its fit quality sees nothing wrong.
            sample = sample[np.isfinite(sample)]
            if total - sample.size > WARN_EXCLUDED_FRACTION * total:
                warnings.append(
                    f"{label}: {total - sample.size} of {total} voxels of the VOI "
                    f"({100 * (1 - sample.size / total):.0f} %) have no valid value and were left out."
                )
        voxels[name], fraction[name] = sample.size, sample.size / total
        statistics, message = _statistics(sample, name, binning, asked_bins)
        if message:
            warnings.append(f"{label}: {message}")
        values.update({f"{name}_{statistic}": value for statistic, value in statistics.items()})
    return VoiFeatures(values, fraction, voxels, total, binning, definition_id(binning), tuple(warnings))


def _map_of(maps: Maps, name: str) -> np.ndarray | None:
    return {"ADC": maps.adc, "D": maps.d_app, "K": maps.k_app}[name]


def _statistics(
    sample: np.ndarray, name: str, binning: Binning, asked_bins: bool
) -> tuple[dict[str, float], str | None]:
    """Compute the seven statistics of one sample; NaN where it is empty, and why there is no entropy."""
    if sample.size == 0:
        return dict.fromkeys(_STATISTICS, float("nan")), None
    message = None
    try:
        if binning.number is not None:
            bits = entropy_fixed_number(sample, binning.number)
        else:
            bits = entropy(sample, binning.width(name))
    except HER2LowMRIError as error:
        # A width of the user's own is wrong for the whole study; a lesion without spread is one lesion.
        if asked_bins:
            raise
        bits, message = float("nan"), str(error)
    low, middle, high = np.percentile(sample, (5, 50, 95), method="linear").tolist()
    return {
        "mean": float(sample.mean()),
        "median": middle,
        "p5": low,
        "p95": high,
        "skewness": skewness(sample),
        "kurtosis": excess_kurtosis(sample),
        "entropy": bits,
    }, message
