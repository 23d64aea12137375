"""Which second readings a reader may begin now."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.case_list import Case
from HER2LowMRILib.study.own_files import inside
from HER2LowMRILib.study.readings import NOT_STARTED, glance_at_signed_first, reading_state
from HER2LowMRILib.study.rereads import Reread


def due_rereads(folder: Path, rereads: Iterable[Reread], now: datetime | None = None) -> tuple[Reread, ...]:
    """Second readings that a reader may begin, or has begun.

    Parameters
    ----------
    folder : Path
        The reader's folder in the study.
    rereads : iterable of Reread
    now : datetime, optional
    """
    now = now or datetime.now(UTC)
    return tuple(one for one in rereads if _is_due(folder, one, now))


def _is_due(folder: Path, reread: Reread, now: datetime) -> bool:
    if reading_state(inside(folder, reread.reread_id)) != NOT_STARTED:
        return True
    try:
        first = glance_at_signed_first(inside(folder, reread.case_id))
    except StudyError:
        return False
    if first is None or first.exclusion:
        # A case that cannot be read is not read again.
        return False
    return datetime.fromisoformat(first.utc) + timedelta(days=reread.after_days) <= now


def read_again(case: Case, reread: Reread) -> Case:
    """The case as a reader gets it the second time: under the other id, and without what says whose it is."""
    return replace(case, case_id=reread.reread_id, patient=None)
