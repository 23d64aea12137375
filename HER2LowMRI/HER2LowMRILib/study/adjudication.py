"""From the readers' answers to one answer per case: what differs, what was decided, what follows.

Readings are never changed. A decision is kept together with the answers it was made on; when a reader amends one of
them, the decision no longer counts and the question is open again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from HER2LowMRILib.core.form import Form, answered
from HER2LowMRILib.core.lexicon import Answer, Item
from HER2LowMRILib.files.json_shape import either, exactly, fields, mapped, number, optional, text
from HER2LowMRILib.study.change_log import Entry
from HER2LowMRILib.study.protocol import VOI_MEAN
from HER2LowMRILib.study.record_file import RecordKind, State, state_hash

SCHEMA = "her2lowmri.adjudication/1"
START: State = {"decisions": {}, "voi": None}
SIDE_LETTERS = "ABCDEFGH"

Sides = Mapping[str, Mapping[str, Answer]]


@dataclass(frozen=True)
class Disagreement:
    """A question that the readers answered differently.

    Attributes
    ----------
    item : Item
        The question.
    answers : mapping
        Side ("A", "B") -> answer; None where that side did not answer, "not_applicable" where it did not arise.
    decision : str, int, float or None
        What the adjudicator decided; None while it is open.
    reason : str or None
        Why.
    """

    item: Item
    answers: Mapping[str, Answer]
    decision: Answer
    reason: str | None


@dataclass(frozen=True)
class Consensus:
    """One set of answers for a case.

    Attributes
    ----------
    answers : mapping
        Item id -> answer: agreed on, averaged or decided.
    disagreements : tuple of Disagreement
        What differed, decided or not, in the order of the form.
    """

    answers: Mapping[str, Answer]
    disagreements: tuple[Disagreement, ...]

    @property
    def open(self) -> tuple[Disagreement, ...]:
        """What the adjudicator still has to decide."""
        return tuple(entry for entry in self.disagreements if entry.decision is None)


def sides_of(case_id: str, readers: tuple[str, ...], seed: int) -> dict[str, str]:
    """Side -> reader, drawn for each case anew, so that a side says nothing about a person."""

    def place(reader: str) -> bytes:
        return hashlib.sha256(f"sides\n{seed}\n{case_id}\n{reader}".encode()).digest()

    return dict(zip(SIDE_LETTERS[: len(readers)], sorted(readers, key=place), strict=True))


def find_consensus(form: Form, sides: Sides, decisions: Mapping[str, Any], tolerance_mm: float) -> Consensus:
    """Compare answers question by question.

    Equal answers stand. Numbers are averaged; lengths [mm] only when they lie within the tolerance. An optional
    question that only one side answered keeps that answer. Everything else is the adjudicator's, and which
    questions arise follows from what is agreed and decided so far (after "mass" was decided, nobody is asked about
    the distribution of a non-mass enhancement).

    Parameters
    ----------
    form : Form
        The questions.
    sides : mapping
        Side -> signed answers.
    decisions : mapping
        Item id -> {"value", "reason", "basis"} as `fold_adjudication` keeps them.
    tolerance_mm : float
        Largest difference of two lengths that are averaged [mm].
    """
    agreed: dict[str, Answer] = {}
    differing: list[Disagreement] = []
    for item in form.lexicon.items:
        if not form.applies(item.id, agreed):
            continue
        given = {side: answers.get(item.id) for side, answers in sides.items()}
        found, answer = _common_answer(item, list(given.values()), tolerance_mm)
        if not found:
            decision = decisions.get(item.id)
            if decision is None or decision["basis"] != basis(given):
                decision = {"value": None, "reason": None}
            answer = decision["value"]
            differing.append(Disagreement(item, given, answer, decision["reason"]))
        if answer is not None:
            agreed[item.id] = answer
    return Consensus(agreed, tuple(differing))


def _common_answer(item: Item, given: list[Answer], tolerance_mm: float) -> tuple[bool, Answer]:
    """Whether the sides have an answer in common, and which."""
    answers = [value for value in map(answered, given) if value is not None]
    if len(answers) < len(given) and (item.required or not answers):
        return not item.required, None
    numbers = [value for value in answers if not isinstance(value, str)]
    if item.kind == "number" and len(numbers) == len(answers):
        near = item.unit != "mm" or max(numbers) - min(numbers) <= tolerance_mm
        # Rounded far below what anybody can measure, so that 20.1 and 20.2 have the mean 20.15.
        return near, round(sum(numbers) / len(numbers), 6) if near else None
    same = all(value == answers[0] for value in answers)
    return same, answers[0] if same else None


def basis(given: Mapping[str, Answer]) -> str:
    """Hash of the answers on which a decision rests."""
    return state_hash({side: given[side] for side in sorted(given)})


def fold_adjudication(state: State, entry: Entry) -> State:
    """Apply one line of an adjudication's log to its state."""
    if entry["action"] == "decide":
        decision = {"value": entry["new"], "reason": entry["reason"], "basis": entry["basis"]}
        return state | {"decisions": state["decisions"] | {entry["field"]: decision}}
    if entry["action"] == "choose_voi":
        voi = {"choice": entry["new"], "reason": entry["reason"], "basis": entry["basis"]}
        return state | {"voi": voi if entry["new"] is not None else None}
    return state


_DECISION = fields({"value": either(text, number), "reason": optional(text), "basis": text})
_CHOICE = fields({"choice": exactly(*SIDE_LETTERS, VOI_MEAN), "reason": optional(text), "basis": text})
KIND = RecordKind(
    SCHEMA,
    START,
    fold_adjudication,
    fields({"decisions": mapped(_DECISION), "voi": optional(_CHOICE)}),
)


def voi_decision(state: State, hashes: Mapping[str, str | None]) -> str | None:
    """Side ("A", "B") or "mean" that the adjudicator chose for these VOI files (side -> hash); None: no choice."""
    voi = state["voi"]
    return voi["choice"] if voi is not None and voi["basis"] == state_hash(dict(hashes)) else None
