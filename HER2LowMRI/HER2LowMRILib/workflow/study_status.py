"""Where a study stands: cases by state and role, what is missing, who waits for whom, agreement and times so far."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, NOT_ASSESSABLE
from HER2LowMRILib.core.statistics.kappa import cohen_kappa
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.study.cohort_view import CaseStatus, CohortView
from HER2LowMRILib.study.readings import AMENDED, DAMAGED, NOT_STARTED, SIGNED_OFF, SignedVersion

_DONE = (SIGNED_OFF, AMENDED)


@dataclass(frozen=True)
class RoleLine:
    """One role: cases done, begun, not begun, and whom or what it waits for."""

    role: str
    done: int
    begun: int
    not_begun: int
    note: str


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa of two readers on one question so far; None where it cannot be had yet."""

    item: str
    label: str
    readers: tuple[str, str]
    kappa: float | None
    cases: int


@dataclass(frozen=True)
class StudyStatus:
    """The state of a study.

    Attributes
    ----------
    title : str
        Of the study.
    cases, left_out, removed : int
        Cases in the study, those of them that the coordinator left out, and those taken out of it.
    roles : tuple of RoleLine
        Readers, adjudicator, pathology.
    next_steps : tuple of str
        What is to be done now, and by whom.
    lines : tuple of CaseStatus
        Each case.
    groups : mapping
        Case -> HER2 group.
    kappas : tuple of Kappa
        Agreement so far, before adjudication.
    minutes : mapping
        Reader -> median time per signed case [min].
    training : int
        Cases to train on; they are in no other number.
    read_again : mapping
        Reader -> second readings signed off, due and not signed off, and to come.
    """

    title: str
    cases: int
    left_out: int
    removed: int
    roles: tuple[RoleLine, ...]
    next_steps: tuple[str, ...]
    lines: tuple[CaseStatus, ...]
    groups: Mapping[str, str]
    kappas: tuple[Kappa, ...]
    minutes: Mapping[str, float]
    training: int = 0
    read_again: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "schema": "her2lowmri.status/1",
            "title": self.title,
            "cases": self.cases,
            "left_out": self.left_out,
            "removed": self.removed,
            "roles": [vars(role) for role in self.roles],
            "next_steps": list(self.next_steps),
            "case_list": [
                {
                    "case_id": line.case_id,
                    "readings": dict(line.readings),
                    "to_decide": line.to_adjudicate,
                    "excluded": line.excluded,
                    "proposed_exclusions": dict(line.proposed_exclusions),
                    "her2_group": self.groups[line.case_id],
                }
                for line in self.lines
            ],
            "kappa": [vars(kappa) for kappa in self.kappas],
            "median_minutes_per_case": dict(self.minutes),
            "training": self.training,
            "read_again": {
                reader: dict(zip(("done", "due", "to_come"), numbers, strict=True))
                for reader, numbers in self.read_again.items()
            },
        }


def study_status(cohort: CohortView, *, agreement: bool = False) -> StudyStatus:
    """Look at every case of a study.

    Parameters
    ----------
    cohort : CohortView
        The study; nothing is written.
    agreement : bool
        Also the kappa and the times so far, which reads every signed reading.
    """
    lines = cohort.status()
    asked = [line for line in lines if line.excluded is None]
    readers = cohort.protocol.readers
    signed = _signed(cohort, asked) if agreement else {}
    with_pathology = [line for line in asked if cohort.pathology(line.case_id)]
    roles = [_reader_line(reader, asked) for reader in readers]
    roles.append(_adjudicator_line(readers, asked))
    missing = len(asked) - len(with_pathology)
    roles.append(RoleLine("pathology", len(with_pathology), 0, missing, ""))
    return StudyStatus(
        cohort.protocol.title,
        len(lines),
        len(lines) - len(asked),
        len(cohort.removed),
        tuple(roles),
        _next_steps(roles, asked, missing),
        lines,
        {line.case_id: cohort.her2(line.case_id).group for line in lines},
        _kappas(cohort, signed),
        _minutes(readers, signed),
        sum(case.training for case in cohort.cases),
        {reader: cohort.read_again(reader) for reader in readers} if cohort.rereads else {},
    )


def _reader_line(reader: str, asked: list[CaseStatus]) -> RoleLine:
    states = [line.readings[reader] for line in asked]
    done = sum(state in _DONE for state in states)
    not_begun = states.count(NOT_STARTED)
    damaged = states.count(DAMAGED)
    note = f"{counted(damaged, 'reading')} damaged: `study check`" if damaged else ""
    return RoleLine(reader, done, len(states) - done - not_begun, not_begun, note)


def _adjudicator_line(readers: tuple[str, ...], asked: list[CaseStatus]) -> RoleLine:
    open_items = [line.to_adjudicate for line in asked if line.to_adjudicate]
    done = sum(line.to_adjudicate == 0 for line in asked)
    waiting = len(asked) - done - len(open_items)
    for_whom = [
        f"{reader} ({sum(line.readings[reader] not in _DONE for line in asked if line.to_adjudicate is None)})"
        for reader in readers
        if any(line.readings[reader] not in _DONE for line in asked)
    ]
    note = f"waits for {', '.join(for_whom)}" if for_whom else ""
    if open_items:
        note = "; ".join(filter(None, [f"{counted(sum(open_items), 'question')} open", note]))
    return RoleLine("adjudicator", done, len(open_items), waiting, note)


def _next_steps(roles: list[RoleLine], asked: list[CaseStatus], missing: int) -> tuple[str, ...]:
    steps = [
        f"{role.role} reads {counted(role.begun + role.not_begun, 'case')}"
        for role in roles[:-2]
        if role.begun + role.not_begun
    ]
    desk = roles[-2]
    if desk.begun:
        steps.append(f"the adjudicator decides in {counted(desk.begun, 'case')}")
    proposed = sum(bool(line.proposed_exclusions) for line in asked)
    if proposed:
        steps.append(f"the coordinator decides on {counted(proposed, 'proposed exclusion')}")
    if missing:
        steps.append(f"pathology of {counted(missing, 'case')} is missing")
    return tuple(steps) if asked else ("`her2lowmri study add` adds cases",)


def _signed(cohort: CohortView, asked: list[CaseStatus]) -> dict[str, dict[str, SignedVersion]]:
    found = {}
    for line in asked:
        try:
            found[line.case_id] = cohort.signed(line.case_id)
        except StudyError:
            # Named as damaged in its line already.
            continue
    return found


def _kappas(cohort: CohortView, signed: Mapping[str, Mapping[str, SignedVersion]]) -> tuple[Kappa, ...]:
    readers = cohort.protocol.readers
    pairs = [(a, b) for i, a in enumerate(readers) for b in readers[i + 1 :]] if signed else []
    items = [item for item in cohort.form.lexicon.items if item.required and item.kind == "choice"]
    return tuple(_kappa(item.id, item.label, pair, signed) for pair in pairs for item in items)


def _kappa(
    item_id: str, label: str, pair: tuple[str, str], signed: Mapping[str, Mapping[str, SignedVersion]]
) -> Kappa:
    answers = []
    for versions in signed.values():
        given = [versions[reader].answers.get(item_id) for reader in pair if reader in versions]
        if len(given) == 2 and not {None, NOT_APPLICABLE, NOT_ASSESSABLE} & set(given):
            answers.append(given)
    values = sorted({str(value) for given in answers for value in given})
    table = np.zeros((len(values), len(values)))
    for first, second in answers:
        table[values.index(str(first)), values.index(str(second))] += 1
    estimate = float(cohen_kappa(table).estimate) if len(values) > 1 else float("nan")
    return Kappa(item_id, label, pair, None if np.isnan(estimate) else estimate, len(answers))


def _minutes(readers: tuple[str, ...], signed: Mapping[str, Mapping[str, SignedVersion]]) -> dict[str, float]:
    found = {}
    for reader in readers:
        times = [sum(v[reader].seconds.values()) / 60 for v in signed.values() if reader in v]
        times = [minutes for minutes in times if minutes > 0]
        if times:
            found[reader] = statistics.median(times)
    return found


def status_text(status: StudyStatus) -> list[str]:
    """The status as lines of a terminal: who has done what at the top, each case below."""
    head = f"{counted(status.cases, 'case')}, {status.left_out} left out, {status.removed} removed"
    head += f"; {counted(status.training, 'training case')} beside" if status.training else ""
    roles: list[tuple[str, ...]] = [("", "done", "begun", "not begun", "")]
    roles += [(r.role, str(r.done), str(r.begun), str(r.not_begun), r.note) for r in status.roles]
    readers = [role.role for role in status.roles[:-2]]
    lines: list[tuple[str, ...]] = [("case", *readers, "adjudication", "HER2 group", "")]
    lines += [_case_line(line, readers, status.groups[line.case_id]) for line in status.lines]
    steps = [f"next: {'; '.join(status.next_steps)}"] if status.next_steps else ["nothing is left to do"]
    again = [
        f"read again, {reader}: {done} signed off, {due} due, {later} to come"
        for reader, (done, due, later) in status.read_again.items()
    ]
    return [head, *_aligned(roles), *again, *steps, *(["", *_aligned(lines)] if status.lines else [])]


def _case_line(line: CaseStatus, readers: list[str], group: str) -> tuple[str, ...]:
    open_items = line.to_adjudicate
    desk = "waiting" if open_items is None else f"{open_items} to decide" if open_items else "done"
    proposed = [
        f"{reader} proposes to leave it out: {why}" for reader, why in line.proposed_exclusions.items()
    ]
    notes = [f"left out: {line.excluded}"] if line.excluded else proposed
    states = (line.readings[reader].replace("_", " ") for reader in readers)
    return line.case_id, *states, "-" if line.excluded else desk, group, "; ".join(notes)


def _aligned(lines: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
