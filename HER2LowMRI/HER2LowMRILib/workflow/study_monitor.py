"""A monitor of a running study: who drifts, which VOIs do not match, which readings took an unusual time.

For the coordinator; nothing of it is shown to a reader or the adjudicator.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, NOT_ASSESSABLE, Answer, Item
from HER2LowMRILib.core.statistics.drift import LOOK_EVERY, Look, drift_looks
from HER2LowMRILib.study.adjudication import Consensus
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.readings import SignedVersion

# A reading beyond so many scaled median absolute deviations of the reader's times is unusual; log times are compared.
_UNUSUAL = 3.5
_MAD_TO_SD = 1.4826
_ENOUGH_TIMES = 10


@dataclass(frozen=True)
class Watch:
    """One person watched.

    Attributes
    ----------
    who : str
        Reader, or "adjudicator".
    against : str
        What the answers are compared with.
    looks : tuple of Look
        After every ten cases.
    """

    who: str
    against: str
    looks: tuple[Look, ...]

    @property
    def alarm(self) -> Look | None:
        """The first look beyond chance; None where there is none."""
        return next((look for look in self.looks if look.is_alarm), None)


@dataclass(frozen=True)
class MonitorReport:
    """What the monitor found.

    Attributes
    ----------
    watches : tuple of Watch
        Each reader and the adjudicator.
    low_dice : mapping
        Case -> Dice coefficient of VOIs that wait for the adjudicator.
    unusual_times : tuple of (reader, case, minutes, median minutes)
        Readings far from the reader's own median.
    cases : int
        Cases that all readers have signed off.
    """

    watches: tuple[Watch, ...]
    low_dice: Mapping[str, float]
    unusual_times: tuple[tuple[str, str, float, float], ...]
    cases: int


def monitor_study(cohort: CohortView) -> MonitorReport:
    """Look at every case that all readers have signed off, in the order in which that was.

    Parameters
    ----------
    cohort : CohortView
        The study; nothing is written.
    """
    complete: list[tuple[str, dict[str, SignedVersion], Consensus | None]] = []
    times: dict[str, dict[str, float]] = {reader: {} for reader in cohort.protocol.readers}
    planned = 0
    for case in cohort.study_cases:
        if case.excluded is not None:
            continue
        planned += 1
        try:
            signed = cohort.signed(case.case_id)
            consensus = cohort.consensus(case.case_id, signed)
        except StudyError:
            # `study check` says what is damaged.
            continue
        for reader, version in signed.items():
            if (seconds := sum(version.seconds.values())) > 0:
                times[reader][case.case_id] = seconds / 60
        if consensus is not None:
            complete.append((case.case_id, signed, consensus))
    complete.sort(key=lambda entry: max(version.utc for version in entry[1].values()))
    low = {case_id: cohort.voi_to_decide(case_id, signed) for case_id, signed, _ in complete}
    return MonitorReport(
        tuple(_watches(cohort, complete, planned)),
        {case_id: dice for case_id, dice in low.items() if dice is not None},
        tuple(_unusual(times)),
        len(complete),
    )


def _watches(
    cohort: CohortView, complete: list[tuple[str, dict[str, SignedVersion], Consensus | None]], planned: int
) -> list[Watch]:
    items = [item for item in cohort.form.lexicon.items if item.required]
    readers = cohort.protocol.readers
    answers = [{reader: version.answers for reader, version in signed.items()} for _, signed, _ in complete]
    watches = []
    # Two readers are one comparison: what one is above, the other is below.
    for reader in readers[:1] if len(readers) == 2 else readers if len(readers) > 2 else ():
        others = [name for name in readers if name != reader]
        rows = [case_differences(items, given[reader], [given[name] for name in others]) for given in answers]
        watches.append(Watch(reader, " and ".join(others), _looks(rows, planned)))
    decided = [
        case_differences(items, consensus.answers, list(given.values()))
        for given, (_, _, consensus) in zip(answers, complete, strict=True)
        if consensus is not None and not consensus.open
    ]
    if any(score for score in decided):
        watches.append(
            Watch(
                "adjudicator", "the readers, where they differed", drift_looks(np.asarray(decided), planned)
            )
        )
    return watches


def _looks(rows: list[list[float]], planned: int) -> tuple[Look, ...]:
    return drift_looks(np.array(rows), planned) if rows else ()


def case_differences(
    items: Sequence[Item], given: Mapping[str, Answer], others: Sequence[Mapping[str, Answer]]
) -> list[float]:
    """How much higher one person answers the questions of a case than others do.

    Parameters
    ----------
    items : sequence of Item
        Questions that are compared.
    given, others : mapping
        Item id -> answer.

    Returns
    -------
    list of float
        One per question, -1 to 1; NaN for a question without an order or without an answer.
    """
    differences = []
    for item in items:
        own = _scaled(item, given.get(item.id))
        rest = [value for other in others if (value := _scaled(item, other.get(item.id))) is not None]
        differences.append(own - statistics.fmean(rest) if own is not None and rest else math.nan)
    return differences


def _scaled(item: Item, answer: Any) -> float | None:
    """An answer on 0..1: yes and no, and ordered values by rank; None for what has no order."""
    if answer in (None, NOT_APPLICABLE, NOT_ASSESSABLE):
        return None
    values = [value.value for value in item.values]
    if set(values) == {0, 1}:
        return float(answer)
    if not item.ordered or answer not in values:
        return None
    return values.index(answer) / (len(values) - 1)


def _unusual(times: Mapping[str, Mapping[str, float]]) -> list[tuple[str, str, float, float]]:
    found = []
    for reader, minutes in times.items():
        if len(minutes) < _ENOUGH_TIMES:
            continue
        logs = {case_id: math.log(value) for case_id, value in minutes.items()}
        middle = statistics.median(logs.values())
        spread = _MAD_TO_SD * statistics.median(abs(value - middle) for value in logs.values())
        found += [
            (reader, case_id, minutes[case_id], math.exp(middle))
            for case_id, value in logs.items()
            if spread > 0 and abs(value - middle) > _UNUSUAL * spread
        ]
    return found


def monitor_lines(report: MonitorReport) -> list[str]:
    """The report in words."""
    lines = [f"{report.cases} cases signed off by all readers; a look after every {LOOK_EVERY}"]
    for watch in report.watches:
        last = watch.looks[-1] if watch.looks else None
        if last is None:
            lines.append(f"{watch.who}: too few cases to tell")
            continue
        direction = "higher" if last.difference > 0 else "lower"
        size = f"{abs(last.difference):.1f} points {direction} than {watch.against} over {last.cases} cases"
        alarm = watch.alarm
        said = f"ALARM since case {alarm.cases}: " if alarm is not None else "within chance: "
        lines.append(f"{watch.who}: {said}{size}")
    lines += [
        f"{case_id}: VOIs overlap with a Dice of {dice:.2f}" for case_id, dice in report.low_dice.items()
    ]
    lines += [
        f"{reader}, {case_id}: {minutes:.1f} min, where {middle:.1f} min are usual"
        for reader, case_id, minutes, middle in report.unusual_times
    ]
    return lines
