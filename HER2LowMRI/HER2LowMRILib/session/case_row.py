"""The row of the case at hand, as the export would write it from what is drawn and answered now."""

from pathlib import Path
from typing import TYPE_CHECKING

from HER2LowMRILib import __version__
from HER2LowMRILib.core.columns import Cell, column_names
from HER2LowMRILib.files.row_csv import write_rows
from HER2LowMRILib.workflow.measured_columns import (
    definition_columns,
    feature_columns,
    fit_columns,
    geometry_columns,
    image_columns,
)

if TYPE_CHECKING:
    from HER2LowMRILib.session.reading_session import ReadingSession


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
        known |= geometry_columns(measured.geometry)
        known |= feature_columns(measured.features)
        known |= definition_columns(measured.features.binning)
    if case.series is not None:
        known |= fit_columns(case.series.b_values, case.series.averages, case.options)
        known |= image_columns(case.series.warnings)
    return row | {name: value for name, value in known.items() if name in row}


def write_case_row(session: "ReadingSession", path: str | Path) -> None:
    """Write the row of the case at hand as a CSV file with one line."""
    row = case_row(session)
    write_rows(Path(path), [row], tuple(row))
