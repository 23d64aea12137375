"""Go on after files of a study were damaged from outside: the best state there is, with a log that says so."""

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.disk_errors import tells_disk_errors
from HER2LowMRILib.study import adjudication, readings
from HER2LowMRILib.study.adjudicator_view import adjudication_files
from HER2LowMRILib.study.coordinator_record import coordinator_problems, repair_coordinator
from HER2LowMRILib.study.own_files import inside
from HER2LowMRILib.study.record_file import record_problems, start_anew
from HER2LowMRILib.study.session_lock import SessionLock
from HER2LowMRILib.study.study_folder import ADJUDICATION_FOLDER, READERS_FOLDER, Study

ADJUDICATOR, COORDINATOR, IMAGES = "adjudicator", "coordinator", "images"


@tells_disk_errors
def repair_record(study: Study, role: str, case_id: str | None, reason: str, take_over: bool = False) -> bool:
    """Start the log of a reading, an adjudication or the coordinator anew. The damaged files are kept beside it.

    Parameters
    ----------
    study : Study
        The study.
    role : str
        A reader's id, "adjudicator" or "coordinator"; "images" takes the images of a case as they are now.
    case_id : str or None
        The case; None for the coordinator, whose files are then taken as they are.
    reason : str
        What happened, for the log.
    take_over : bool
        As for `Study.reader`.

    Returns
    -------
    bool
        Whether something was wrong; otherwise nothing was changed.

    Raises
    ------
    StudyError
        If there is no such record, or what is wrong with it cannot be repaired here.
    """
    if not reason.strip():
        raise StudyError("a repair needs a reason", needed="a reason")
    if role == COORDINATOR:
        lock = SessionLock(study.folder, "the coordinator's desk", take_over)
        try:
            wrong = bool(coordinator_problems(study.folder))
            if wrong:
                repair_coordinator(study.folder, lock, reason)
        finally:
            lock.release()
        return wrong
    if role == IMAGES and case_id is not None:
        with study.coordinator(take_over) as office:
            return office.accept_images(case_id, reason)
    cohort = study.cohort()
    cases = {case.case_id for case in cohort.cases} | {one.reread_id for one in cohort.rereads}
    if case_id not in cases or role not in (*study.protocol.readers, ADJUDICATOR):
        raise StudyError("there is no such record", needed="a role and a case of the study")
    if role == ADJUDICATOR:
        folder = inside(study.folder, ADJUDICATION_FOLDER)
        files = adjudication_files(folder, case_id)
        kind = adjudication.KIND
    else:
        folder = inside(study.folder, READERS_FOLDER, role)
        files = inside(folder, case_id, readings.READING_FILE), inside(folder, case_id, readings.LOG_FILE)
        kind = readings.KIND
    lock = SessionLock(folder, role, take_over)
    try:
        wrong = bool(record_problems(*files, kind))
        if wrong:
            start_anew(*files, COORDINATOR, kind, lock, reason)
    finally:
        lock.release()
    if (
        not wrong
        and role != ADJUDICATOR
        and readings.look_at_reading(inside(folder, case_id)).state == readings.DAMAGED
    ):
        raise StudyError(
            "answers and log are whole, but the signed VOI is not as it was signed",
            todo=f"Restore the {readings.SIGNED_VOI.format('N')} that `study check` names from a backup, or let the "
            "reader amend the case",
        )
    return wrong
