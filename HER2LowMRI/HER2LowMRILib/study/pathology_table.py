"""A table of clinic and HER2 fields as a hospital wrote it, against what the study has: what would change.

A blank cell, a missing column and a word for "nothing known" change nothing. Nothing is written here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.her2 import tests_from_fields
from HER2LowMRILib.core.lexicon import Answer, Item, clinic_fields
from HER2LowMRILib.core.table_words import column_key
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.column_meaning import known_names
from HER2LowMRILib.files.table_questions import Question, refuse_open
from HER2LowMRILib.files.understood_table import (
    FindCase,
    TableWishes,
    UnderstoodTable,
    read_understood,
)
from HER2LowMRILib.study.case_list import COLUMNS, DETAILS, Case, case_details
from HER2LowMRILib.study.pathology import Fields


@dataclass(frozen=True)
class FieldChange:
    """One field of one case: what the study has, and what the table says. ``old`` is None where it was blank."""

    case_id: str
    field: str
    old: Answer
    new: Answer

    def __str__(self) -> str:
        item = clinic_fields().get(self.field)
        # Dates and laboratories identify too well for a screen that others may see.
        if item is not None and not item.exported:
            return f"{self.case_id}  {self.field}: {'changed' if self.old is not None else 'new'}"
        return f"{self.case_id}  {self.field}: {'blank' if self.old is None else self.old} -> {self.new}"


@dataclass(frozen=True)
class PathologyPlan:
    """What taking a table over would do.

    Attributes
    ----------
    table : UnderstoodTable
        The table, with its questions.
    fields : dict
        Case -> all of its fields afterwards, for the cases that change.
    details : dict
        Case -> what it says of patient, site and scanner, for the cases where that changes.
    changes : tuple of FieldChange
        In the order of the table.
    problems : tuple of str
        Cases whose fields would contradict each other, in words.
    """

    table: UnderstoodTable
    fields: dict[str, Fields]
    details: dict[str, dict[str, Any]]
    changes: tuple[FieldChange, ...]
    problems: tuple[str, ...]

    def check(self) -> None:
        """Refuse a table that leaves something open.

        Raises
        ------
        StudyError
            If there is a question or a contradiction.
        """
        refuse_open(
            self.table.questions, self.table.name, "Answer them all at once, then take the table again"
        )
        if self.problems:
            more = f" and {len(self.problems) - 1} more" if self.problems[1:] else ""
            raise StudyError(
                f"{self.table.name} was not taken over, nothing was changed: {self.problems[0]}{more}"
            )


def pathology_vocabulary() -> dict[str, Item | None]:
    """Field -> item: what a pathology table may hold beside the case."""
    return {**dict.fromkeys(DETAILS), **{item.id: item for item in clinic_fields().items}}


def plan_pathology(
    path: Path,
    kept: Mapping[str, Fields],
    cases: Iterable[Case],
    find_case: FindCase,
    pseudonym: Callable[[str], str],
    wishes: TableWishes | None = None,
) -> PathologyPlan:
    """Compare a table with the fields of the study.

    Parameters
    ----------
    path : Path
        CSV or .xlsx.
    kept : mapping
        Case -> fields, as the study has them.
    cases : iterable of Case
        The cases, with what the study has of patient, site and scanner.
    find_case : callable
        From `find_case.case_finder`.
    pseudonym : callable
        Patient id -> case id: answers about ids are kept under that.
    wishes : TableWishes, optional
        What the coordinator says beside the table.

    Raises
    ------
    StudyError
        If it is not a pathology table.
    """
    vocabulary = pathology_vocabulary()
    table = read_understood(
        path,
        vocabulary,
        find_case,
        lambda text, _number: pseudonym(text),
        wishes,
        what=f"{path.name} is not a pathology table",
        needed=f"case_id or patient_id and columns of {', '.join(vocabulary)}",
        beside=("hr", "her2_group", *COLUMNS),
        once_per=lambda row: row.case_id,
    )
    if not table.rows and not table.questions:
        raise StudyError(f"{path.name} has no row with a case of the study", needed="a row for each case")
    table = _without_known(table, kept)
    known = {case.case_id: case for case in cases}
    fields: dict[str, Fields] = {}
    details: dict[str, dict[str, Any]] = {}
    changes: list[FieldChange] = []
    problems: list[str] = []
    for row in table.rows:
        old = kept.get(row.case_id, {})
        stated = {name: value for name, value in row.values.items() if name not in DETAILS}
        try:
            said = case_details(row.values, pseudonym)
            tests_from_fields({**old, **stated})
        except HER2LowMRIError as error:
            problems.append(f"row {row.number}: {error}")
            continue
        changed = _changes(row.case_id, old, stated)
        of_case = {name: getattr(known[row.case_id], name) for name in said}
        changed_details = _changes(row.case_id, of_case, said)
        if changed:
            fields[row.case_id] = {**old, **stated}
        if changed_details:
            details[row.case_id] = said
        changes += [*changed_details, *changed]
    return PathologyPlan(table, fields, details, tuple(changes), tuple(problems))


def _without_known(table: UnderstoodTable, kept: Mapping[str, Fields]) -> UnderstoodTable:
    """Nobody is asked about a cell that says what the study has already, as in a template that comes back."""
    names, cases = known_names(pathology_vocabulary()), {row.number: row.case_id for row in table.rows}

    def is_known(question: Question) -> bool:
        field = names.get(column_key(question.column, with_unit=True))
        values = [kept.get(cases.get(row, ""), {}).get(field or "") for row in question.rows]
        return question.kind == "value" and all(_as_written(value) == question.found for value in values)

    known = {question.key for question in table.asked if is_known(question)}
    return replace(
        table,
        questions=tuple(question for question in table.questions if question.key not in known),
        asked=tuple(question for question in table.asked if question.key not in known),
    )


def _as_written(value: Answer) -> str | None:
    return None if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _changes(case_id: str, old: Mapping[str, Answer], new: Mapping[str, Answer]) -> list[FieldChange]:
    return [
        FieldChange(case_id, name, old.get(name), value)
        for name, value in new.items()
        if old.get(name) != value or type(old.get(name)) is not type(value)
    ]


def plan_lines(plan: PathologyPlan, limit: int = 40) -> list[str]:
    """What a table would do, in words: how it was read, then every change as field, old, new.

    Parameters
    ----------
    plan : PathologyPlan
    limit : int
        Of the changes that are named one by one.
    """
    lines = list(plan.table.notes)
    lines += [str(change) for change in plan.changes[:limit]]
    if plan.changes[limit:]:
        lines.append(f"and {counted(len(plan.changes) - limit, 'more change')}")
    overwritten = sum(change.old is not None for change in plan.changes)
    lines.append(
        f"{counted(len(plan.changes), 'field')} of {counted(len({*plan.fields, *plan.details}), 'case')} "
        f"{'changes' if len(plan.changes) == 1 else 'change'}, {overwritten} of them had another value"
    )
    return lines
