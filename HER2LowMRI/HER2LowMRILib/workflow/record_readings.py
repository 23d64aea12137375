"""Readings and decisions that were made elsewhere, taken over from a table: what a script or a demo does."""

from collections.abc import Callable
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.study.adjudicator_view import AdjudicatorView
from HER2LowMRILib.study.reader_view import ReaderView


def record_readings(
    view: ReaderView,
    table: Path,
    *,
    sign_off: bool = False,
    reason: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> int:
    """Enter a table of readings as this reader.

    Parameters
    ----------
    view : ReaderView
        The reader's session.
    table : Path
        Columns ``case_id``, the items of the form, and optionally ``comment``, ``exclusion_reason`` and ``voi`` (a
        .seg.nrrd file relative to the table). An empty cell gives no answer; "not_applicable" neither.
    sign_off : bool
        Sign each case off.
    reason : str, optional
        Amend readings that are signed off already, for this reason; without it they are an error.
    progress : callable, optional
        Called with the fraction done.

    Returns
    -------
    int
        Readings entered.

    Raises
    ------
    HER2LowMRIError
        With the row, if something in it cannot be entered. Rows before it are entered.
    """
    rows = read_rows(table)
    items = {item.id for item in view.form.lexicon.items}
    unknown = sorted(
        {name for row in rows for name in row} - items - {"case_id", "comment", "exclusion_reason", "voi"}
    )
    if unknown:
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if unknown[5:] else "")
        raise StudyError(
            "the table of readings has columns that are no questions",
            needed="case_id, questions of the form, comment, exclusion_reason, voi",
            found=shown,
        )
    for number, row in enumerate(rows, start=2):
        try:
            case = view.open_case(row.get("case_id") or "")
            if not case.is_open and reason is not None:
                case.amend(reason)
            for item in view.form.lexicon.items:
                if row.get(item.id) not in (None, "not_applicable"):
                    case.set_answer(item.id, row[item.id])
            if row.get("comment"):
                case.set_comment(row["comment"])
            if row.get("exclusion_reason"):
                case.propose_exclusion(row["exclusion_reason"])
            if row.get("voi"):
                case.save_voi_file(table.absolute().parent / row["voi"])
            if sign_off:
                case.sign_off()
        except HER2LowMRIError as error:
            raise StudyError(f"row {number} of the table of readings: {error}") from error
        if progress is not None:
            progress((number - 1) / len(rows))
    return len(rows)


def record_decisions(view: AdjudicatorView, table: Path) -> int:
    """Enter a table of decisions as the adjudicator; returns how many.

    Parameters
    ----------
    view : AdjudicatorView
        The adjudicator's session.
    table : Path
        Columns ``case_id``, ``item`` (an item of the form, or "voi"), ``decision`` and ``reason``, in the order in
        which they are to be made: what is decided on the lesion type settles which questions arise.

    Raises
    ------
    HER2LowMRIError
        With the row, if it cannot be entered. Rows before it are entered.
    """
    rows = read_rows(table)
    absent = {"case_id", "item", "decision"} - {name for row in rows for name in row}
    if rows and absent:
        raise StudyError(
            "this is no table of decisions",
            needed="case_id, item, decision and reason",
            found=f"no column {', '.join(sorted(absent))}",
        )
    for number, row in enumerate(rows, start=2):
        try:
            case = view.open_case(row.get("case_id") or "")
            if row.get("item") == "voi":
                case.choose_voi(row.get("decision"), row.get("reason"))
            else:
                case.decide(row.get("item") or "", row.get("decision"), row.get("reason"))
        except HER2LowMRIError as error:
            raise StudyError(f"row {number} of the table of decisions: {error}") from error
    return len(rows)
