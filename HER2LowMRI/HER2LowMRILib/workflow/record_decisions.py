"""Decisions of the adjudicator, taken over from a table: tried in their order first, then made, or none of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.cell_meaning import Doubt, read_cell
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import Answer, Lexicon
from HER2LowMRILib.core.table_words import column_key
from HER2LowMRILib.files.column_meaning import known_names
from HER2LowMRILib.files.table_plan import TablePlan
from HER2LowMRILib.files.table_questions import Question, merged
from HER2LowMRILib.files.understood_table import (
    TableWishes,
    UnderstoodRow,
    read_understood,
)
from HER2LowMRILib.study.adjudicator_view import AdjudicatorView
from HER2LowMRILib.study.find_case import case_finder

VOI = "voi"


@dataclass(frozen=True)
class PlannedDecision:
    """One decision of a table: case, item (or "voi"), what is decided, why."""

    row: UnderstoodRow
    item: str
    decision: Answer
    reason: str | None

    @property
    def case_id(self) -> str:
        """The case."""
        return self.row.case_id

    def __str__(self) -> str:
        return f"{self.row.case_id}  {self.item}: {self.decision}"


@dataclass(frozen=True)
class DecisionsPlan(TablePlan):
    """What taking a table of decisions would do.

    Attributes
    ----------
    decisions : tuple of PlannedDecision
        In the order in which they are made.
    """

    WHAT = "the table of decisions"
    NOTHING = "No decision was entered"
    decisions: tuple[PlannedDecision, ...]

    @property
    def changes(self) -> tuple[PlannedDecision, ...]:
        """The decisions."""
        return self.decisions


def plan_decisions(view: AdjudicatorView, table: Path, wishes: TableWishes | None = None) -> DecisionsPlan:
    """See what a table of decisions would do; nothing is decided.

    Parameters
    ----------
    view : AdjudicatorView
        The adjudicator's session.
    table : Path
        Columns ``case_id``, ``item`` (an item of the form, or "voi"), ``decision`` and ``reason``, in the order in
        which they are to be made: what is decided on the lesion type settles which questions arise. Rows with a blank
        decision are not decided yet.
    wishes : TableWishes, optional
        What the person says beside it.

    Raises
    ------
    StudyError
        If it is not a table of decisions.
    """
    wishes = wishes or TableWishes()
    understood = read_understood(
        table,
        dict.fromkeys(("item", "decision", "reason")),
        case_finder(item.case_id for item in view.work_list),
        lambda text, number: f"row {number}, {hashlib.sha256(text.encode()).hexdigest()[:6]}",
        wishes,
        what="this is not a table of decisions",
        needed="case_id, item, decision and reason",
        beside=("label", "allowed", *(f"answer_{side}" for side in "abcdefgh")),
        is_known=lambda found: {"item", "decision"} <= set(found),
    )  # fmt: skip
    planned: list[PlannedDecision] = []
    asked: list[Question] = []
    still: list[Question] = []
    for row in understood.rows:
        if "decision" in row.values:
            decision = _planned(view.form.lexicon, row, wishes, asked, still)
            planned += [decision] if decision is not None else []
    table_with = understood.with_questions(merged(asked), merged(still))
    problems = [] if still else _problems(view, planned)
    return DecisionsPlan(table_with, tuple(problems), tuple(planned))


def _planned(
    lexicon: Lexicon, row: UnderstoodRow, wishes: TableWishes, asked: list[Question], still: list[Question]
) -> PlannedDecision | None:
    """One row; None while something in it is asked."""
    said, decided = str(row.values.get("item", "")), str(row.values["decision"])
    names = known_names({item.id: item for item in lexicon.items})
    item_id = (
        VOI if said.strip().lower() == VOI else names.get(column_key(said, with_unit=True), said.strip())
    )
    reason = row.values.get("reason")
    reason = None if reason is None else str(reason)
    if item_id not in lexicon:
        return PlannedDecision(row, item_id, decided.strip(), reason)
    meaning = read_cell(lexicon[item_id], decided)
    if not isinstance(meaning, Doubt):
        return PlannedDecision(row, item_id, meaning.value, reason)
    question = Question(
        "value", f"decision on {item_id}", decided, (row.number,), meaning.why, meaning.proposal
    )
    asked.append(question)
    answer = wishes.answers.to(question)
    again = read_cell(lexicon[item_id], answer) if answer is not None else meaning
    if isinstance(again, Doubt):
        still.append(question)
        return None
    return PlannedDecision(row, item_id, again.value, reason)


def _problems(view: AdjudicatorView, planned: Sequence[PlannedDecision]) -> list[str]:
    problems = []
    by_case: dict[str, list[PlannedDecision]] = {}
    for decision in planned:
        by_case.setdefault(decision.row.case_id, []).append(decision)
    for case_id, decisions in by_case.items():
        try:
            case = view.open_case(case_id)
            found = case.problems_of([(each.item, each.decision, each.reason) for each in decisions])
        except HER2LowMRIError as error:
            found = {0: str(error)}
        problems += [
            f"row {decisions[place].row.number} of the table of decisions: {text}"
            for place, text in found.items()
        ]
    return problems


def record_decisions(view: AdjudicatorView, plan: DecisionsPlan) -> int:
    """Make the decisions that `plan_decisions` found; returns how many.

    Raises
    ------
    StudyError
        If the table leaves something open. Nothing is decided then.
    """
    plan.check()
    for each in plan.decisions:
        case = view.open_case(each.row.case_id)
        if each.item == VOI:
            case.choose_voi(None if each.decision is None else str(each.decision), each.reason)
        else:
            case.decide(each.item, each.decision, each.reason)
    return len(plan.decisions)
