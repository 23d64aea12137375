"""A table of references, taken over: its cases become those that readers train on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, Answer, Item
from HER2LowMRILib.files.table_plan import TablePlan
from HER2LowMRILib.files.understood_table import TableWishes, read_understood
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.find_case import case_finder
from HER2LowMRILib.study.references import COMMENT, Reference
from HER2LowMRILib.workflow.record_readings import ReadingChange

# Columns of our own readings.csv and templates.
_BESIDE = ("reader", "voi", "exclusion_reason", "patient", "site", "scanner", "repeat")


@dataclass(frozen=True)
class ReferencesPlan(TablePlan):
    """What taking a table of references would do.

    Attributes
    ----------
    references : mapping
        Case -> its whole reference afterwards, for the cases of the table.
    new : tuple of str
        Cases that become training cases.
    changes : tuple of ReadingChange
        Answer by answer.
    """

    WHAT = "the table of references"
    NOTHING = "Nothing was taken over"
    references: Mapping[str, Reference]
    new: tuple[str, ...]
    changes: tuple[ReadingChange, ...]


def plan_references(
    office: CoordinatorView, table: Path, wishes: TableWishes | None = None
) -> ReferencesPlan:
    """See what a table of references would change; nothing is written.

    Parameters
    ----------
    office : CoordinatorView
        The coordinator's session.
    table : Path
        CSV or .xlsx: ``case_id``, items of the form, ``comment``. A blank cell changes nothing.
    wishes : TableWishes, optional
        What the coordinator says beside it.

    Raises
    ------
    StudyError
        If it is not such a table.
    """
    items: dict[str, Item | None] = {item.id: item for item in office.form.lexicon.items}
    understood = read_understood(
        table,
        {**items, COMMENT: None},
        case_finder(
            (case.case_id for case in office.cases),
            (case.case_id for case in office.removed),
            office.pseudonym,
        ),
        lambda text, _number: office.pseudonym(text),
        wishes,
        what="this is not a table of references: its columns are not questions",
        needed="case_id, questions of the form, comment",
        beside=(*_BESIDE, *(entry.id for entry in office.form.lexicon.derived)),
        is_known=lambda found: bool(set(items) & set(found)),
        once_per=lambda row: row.case_id,
    )
    kept = office.references
    training = {case.case_id for case in office.cases if case.training}
    references, changes, problems = {}, [], []
    for row in understood.rows:
        old = kept.get(row.case_id, Reference())
        given = {
            name: value
            for name, value in row.values.items()
            if name in items and value not in (None, NOT_APPLICABLE)
        }
        comment = str(row.values.get(COMMENT) or old.comment).strip()
        reference = Reference({**old.answers, **given}, comment)
        found = [*office.form.problems(reference.answers).values()]
        found += office.why_not_for_training(row.case_id)
        problems += [f"row {row.number} of the table of references: {problem}" for problem in found]
        changes += _changes(row.case_id, old, reference)
        references[row.case_id] = reference
    new = tuple(case_id for case_id in references if case_id not in training)
    return ReferencesPlan(understood, tuple(problems), references, new, tuple(changes))


def _changes(case_id: str, old: Reference, new: Reference) -> list[ReadingChange]:
    before: dict[str, Answer] = {**old.answers, **({COMMENT: old.comment} if old.comment else {})}
    after: dict[str, Answer] = {**new.answers, **({COMMENT: new.comment} if new.comment else {})}
    return [
        ReadingChange(case_id, name, before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value
    ]


def take_references(office: CoordinatorView, plan: ReferencesPlan) -> int:
    """Take over what `plan_references` found; returns how many training cases there are now.

    Raises
    ------
    StudyError
        If the table leaves something open. Nothing is taken over then.
    """
    plan.check()
    if plan.changes or plan.new:
        office.set_references(plan.references)
    return sum(case.training for case in office.cases)
