"""The row of the case at hand, as the export would write it from what is drawn and answered now."""

from pathlib import Path
from typing import TYPE_CHECKING

from HER2LowMRILib import __version__
from HER2LowMRILib.core.columns import Cell, column_names
from HER2LowMRILib.core.histogram import FEATURES
from HER2LowMRILib.study.row_csv import write_rows

if TYPE_CHECKING:
    from HER2LowMRILib.workflow.reading_session import ReadingSession


def case_row(session: "ReadingSession") -> dict[str, Cell]:
    """Return column -> value for readings.csv; None is "missing".

    Parameters
    ----------
    session : ReadingSession
        With a case open.
    """
    case, reading = session.case, session.reading
    row: dict[str, Cell] = dict.fromkeys(column_names("readings", reading.form.lexicon))
    known = {"case_id": reading.case_id, "reader": session.role, "software_version": __version__}
    known |= reading.form.values_for_row(reading.answers)
    measured = case.measurement
    if measured is not None:
        features = measured.features
        known |= {f.name: _cell(features.values[f.name]) for f in FEATURES}
        known |= {f"{name}_valid_fraction": part for name, part in features.valid_fraction.items()}
        known |= {f"{name}_bin_width": features.binning.width(name) for name in ("ADC", "D", "K")}
        known["definition_id"] = features.definition_id
        for name in ("voi_voxels", "voi_volume_mm3", "voi_slices"):
            known[name] = getattr(measured.geometry, name)
    if case.series is not None:
        known["b_values"] = _numbers(case.series.b_values)
        known["b_averages"] = _numbers(case.series.averages)
        known["fit_model"], known["fit_s0"] = case.options.model, case.options.s0
        known["adc_b_values"] = _numbers(case.options.adc_b)
    return row | {name: value for name, value in known.items() if name in row}


def write_case_row(session: "ReadingSession", path: str | Path) -> None:
    """Write the row of the case at hand as a CSV file with one line."""
    row = case_row(session)
    write_rows(Path(path), [row], tuple(row))


def _cell(value: float) -> float | None:
    return None if value != value else float(value)


def _numbers(values: tuple[float, ...]) -> str:
    return ";".join(f"{value:g}" for value in values)
