"""What readers and the coordinator typed freely, on its way into the tables: not at all, or checked for the patient."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from HER2LowMRILib.core.columns import Cell
from HER2LowMRILib.study.case_list import Case, places_of
from HER2LowMRILib.study.patient_identity import identifiers_of, names_patient
from HER2LowMRILib.workflow.cohort_rows import TYPED_STAGES, CaseRows, Row

REMARK, REASON = "comment", "exclusion_reason"
WITHHELD = "(withheld: it names the patient)"


@dataclass(frozen=True)
class FreeText:
    """What became of the free text of a case.

    Attributes
    ----------
    rows : CaseRows
        The rows as they may go out.
    remarks : int
        Remarks of readers; whether they are in the rows is what the export was asked for.
    reasons : int
        Reasons for leaving the case out, in the rows as typed.
    withheld : tuple of str
        Texts that are not in the rows because they name the patient: whose, without the text.
    unchecked : tuple of str
        Texts in the rows that could not be compared with the patient's name, because the images are not where they
        were: whose.
    """

    rows: CaseRows
    remarks: int
    reasons: int
    withheld: tuple[str, ...]
    unchecked: tuple[str, ...] = ()


def free_text(case: Case, rows: CaseRows, with_remarks: bool) -> FreeText:
    """Take remarks out of the rows of a case unless they are asked for, and every text that names the patient.

    Parameters
    ----------
    case : Case
        The case; the headers of its images say who the patient is.
    rows : CaseRows
        Its rows with everything that was typed.
    with_remarks : bool
        Leave the readers' remarks in.
    """
    remarks = sum(row[REMARK] is not None for row in rows.readings)
    texts = [row[REASON] for row in rows.readings if row[REASON]]
    typed_flow = rows.flow["stage"] in TYPED_STAGES
    texts += [rows.flow["reason"]] if typed_flow and rows.flow["reason"] else []
    if not remarks and not texts:
        return FreeText(rows, 0, 0, ())
    # Only of cases with a text: the headers may lie on a slow share.
    identifiers = identifiers_of(case.images) - {case.case_id.casefold()}
    withheld: list[str] = []
    unchecked: list[str] = []
    # Without them nobody can tell whether a text names the patient.
    absent = any(not place.exists() for role in case.images.roles for place in places_of(case.images, role))

    def cell(row: Row, column: str, whose: str) -> Mapping[str, Cell]:
        text = str(row[column] or "")
        if not text:
            return {}
        if names_patient(text, identifiers):
            withheld.append(f"case {case.case_id}: {whose}")
            return {column: WITHHELD}
        if absent:
            unchecked.append(f"case {case.case_id}: {whose}")
        return {}

    readings = []
    for row in rows.readings:
        reader = row["reader"]
        remark = cell(row, REMARK, f"remark of {reader}") if with_remarks else {REMARK: None}
        readings.append({**row, **remark, **cell(row, REASON, f"reason of {reader}")})
    flow = {**rows.flow, **(cell(rows.flow, "reason", "reason in flow.csv") if typed_flow else {})}
    return FreeText(
        dataclasses.replace(rows, readings=tuple(readings), flow=flow),
        remarks,
        len(texts),
        tuple(withheld),
        tuple(unchecked),
    )
