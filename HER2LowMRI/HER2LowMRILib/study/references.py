"""`references.csv`: what the cases that readers train on were agreed to show. No pathology is in it.

A reader sees the reference of a case when the own reading of it is signed off; `CaseReading` holds to that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import Answer
from HER2LowMRILib.files.row_csv import rows_from_bytes, rows_to_bytes
from HER2LowMRILib.study.case_ids import checked_name
from HER2LowMRILib.study.coordinator_record import REFERENCES_FILE, recorded_file

COMMENT = "comment"


@dataclass(frozen=True)
class Reference:
    """What a case was agreed to show.

    Attributes
    ----------
    answers : mapping
        Item id -> answer; questions that were left open are not in it.
    comment : str
        What to learn from the case.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    comment: str = ""


def read_references(study: Path, form: Form) -> dict[str, Reference]:
    """Read the references of a study: case -> reference.

    Raises
    ------
    StudyError
        If the file is not what the coordinator's session left, or has an answer that the form does not know.
    """
    found = recorded_file(study, REFERENCES_FILE)
    if found.problem is not None:
        raise StudyError(found.problem, todo="Restore it from a backup of the study")
    if found.content is None:
        return {}
    references: dict[str, Reference] = {}
    for row in rows_from_bytes(found.content, REFERENCES_FILE):
        try:
            answers = {item.id: item.accept(row.get(item.id)) for item in form.lexicon.items}
        except HER2LowMRIError as error:
            raise StudyError(f"{REFERENCES_FILE} is damaged: {error}") from error
        given = {name: value for name, value in answers.items() if value is not None}
        references[checked_name(row.get("case_id"))] = Reference(given, row.get(COMMENT) or "")
    return references


def references_to_bytes(references: Mapping[str, Reference], form: Form) -> bytes:
    """Content of the file `references.csv`."""
    columns = ("case_id", *(item.id for item in form.lexicon.items), COMMENT)
    rows = (
        {"case_id": case_id, **reference.answers, COMMENT: reference.comment or None}
        for case_id, reference in references.items()
    )
    return rows_to_bytes(rows, columns)


@dataclass(frozen=True)
class ReferencesOfCases:
    """Hands out the reference of a case, and holds none.

    Attributes
    ----------
    study : Path
        The study folder.
    """

    study: Path

    def of(self, case_id: str, form: Form) -> Reference | None:
        """The reference of a case; None where it has none yet."""
        return read_references(self.study, form).get(case_id)
