"""The columns that a measurement gives to a row, the same in the panel, the features command and the export."""

from collections.abc import Sequence

from HER2LowMRILib.core.columns import Cell
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.histogram import Binning, VoiFeatures, definition_id, feature_table
from HER2LowMRILib.core.voi import VoiGeometry

MAPS = ("ADC", "D", "K")

Row = dict[str, Cell]


def geometry_columns(geometry: VoiGeometry) -> Row:
    """Voxels, volume [mm3] and slices of a VOI."""
    return {name: getattr(geometry, name) for name in ("voi_voxels", "voi_volume_mm3", "voi_slices")}


def feature_columns(features: VoiFeatures, maps: Sequence[str] = MAPS) -> Row:
    """Features and valid fraction of the maps that were there ("ADC", "D", "K"); NaN is None, "missing"."""
    row: Row = {f"{name}_valid_fraction": features.valid_fraction[name] for name in maps}
    for feature in feature_table():
        if feature.map in maps:
            value = features.values[feature.name]
            row[feature.name] = None if value != value else float(value)
    return row


def definition_columns(binning: Binning) -> Row:
    """Bin widths, and the id of the definitions."""
    return {f"{name}_bin_width": binning.width(name) for name in MAPS} | {
        "definition_id": definition_id(binning)
    }


def fit_columns(
    b_values: Sequence[float], averages: Sequence[float], options: FitOptions, *, own_adc: bool = True
) -> Row:
    """What describes fitted maps.

    Parameters
    ----------
    b_values, averages : sequence of float
        Of the series, ascending [s/mm2].
    options : FitOptions
        ``adc_b`` holds the b-values that were used.
    own_adc : bool
        Whether the ADC was fitted too, and not loaded.
    """
    return {
        "b_values": _numbers(b_values),
        "b_averages": _numbers(averages),
        "adc_b_values": _numbers(options.adc_b) if own_adc else None,
        "fit_model": options.model,
        "fit_s0": options.s0,
    }


def loaded_columns() -> Row:
    """What is known of maps that were made elsewhere."""
    return {"fit_model": "loaded"}


def image_columns(warnings: Sequence[str]) -> Row:
    """What was said of the images when they were read."""
    return {"image_warnings": " | ".join(dict.fromkeys(warnings)) or None}


def _numbers(values: Sequence[float]) -> str | None:
    return ";".join(f"{value:g}" for value in values) or None
