"""The row of the case at hand, as the export would write it from what is drawn and answered now."""

from pathlib import Path
from typing import TYPE_CHECKING

from HER2LowMRILib.core.columns import Cell
from HER2LowMRILib.files.row_csv import write_rows
from HER2LowMRILib.study.reader_view import ReaderView
from HER2LowMRILib.workflow.reading_row import ReadingFacts, reading_row

if TYPE_CHECKING:
    from HER2LowMRILib.session.reading_session import ReadingSession


def case_row(session: "ReadingSession") -> dict[str, Cell]:
    """Return column -> value for readings.csv; None is "missing".

    A remark stands in the tables only when the export is asked for remarks, so it is not in this row either.

    Parameters
    ----------
    session : ReadingSession
        With a case open.
    """
    reading = session.reading
    signed = getattr(reading, "signed", ())
    facts = ReadingFacts(
        reading.answers,
        # As a sign-off would number it now; of a signed reading, its own number.
        version=(len(signed) + int(reading.is_open)) if session.about is not None else None,
        seconds=getattr(reading, "step_seconds", {}),
        active_seconds=getattr(reading, "active_seconds", {}),
        # As they are drawn now, saved or not; of a signed reading, as they were signed.
        origins=session.origins.recorded if session.can_draw else getattr(reading, "voi_origins", None),
        position=_position(session),
        exclusion=getattr(reading, "exclusion", None),
    )
    measured = session.case.measured_row()
    if measured and session.measured is not None:
        measured = measured | session.measured.row()
    view = session.view
    details = view.details(reading.case_id) if isinstance(view, ReaderView) else {}
    return reading_row(session.about, reading.form, reading.case_id, session.role, facts, details, measured)


def _position(session: "ReadingSession") -> int | None:
    """Place among the cases of the study, as the export has it: those to train on are in no table."""
    items = session.view.work_list if isinstance(session.view, ReaderView) else ()
    ids = [item.case_id for item in items if not item.training]
    here = session.reading.case_id
    return ids.index(here) + 1 if here in ids else None


def write_case_row(session: "ReadingSession", path: str | Path) -> None:
    """Write the row of the case at hand as a CSV file with one line."""
    row = case_row(session)
    write_rows(Path(path), [row], tuple(row))
