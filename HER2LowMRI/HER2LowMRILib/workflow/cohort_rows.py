"""From readings, decisions, pathology and measurements to the rows of features.csv, readings.csv and flow.csv."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from HER2LowMRILib.core import clinic
from HER2LowMRILib.core.columns import Cell, columns, listed_columns
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.eusobi_region import level_of
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.kaiser_score import kaiser_score_of
from HER2LowMRILib.core.measured_beside import BESIDE_VALUES, MOST_SUSPICIOUS_FIRST, assessed
from HER2LowMRILib.core.notice import NOTICE_SEPARATOR, joined
from HER2LowMRILib.images.quality_gate import WORST_FIRST
from HER2LowMRILib.study.case_list import Case
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.protocol import VOI_MEAN
from HER2LowMRILib.study.readings import SignedVersion
from HER2LowMRILib.workflow.reading_row import ReadingFacts, Row, reading_row, study_columns

# Where a case ends up, in the order in which it is looked at.
STAGES: Mapping[str, str] = {
    "excluded": "left out by the coordinator",
    "damaged": "a file of the study cannot be read; `study check` and `study repair` help",
    "not_read": "not signed off by all readers",
    "proposed_exclusion": "a reader finds it unreadable and the coordinator has not decided",
    "not_adjudicated": "questions wait for the adjudicator",
    "not_measured": "the images or a VOI could not be measured",
    "indeterminate": "in features.csv, but the HER2 group is not settled: in no comparison of groups",
    "included": "in features.csv",
}
IN_FEATURES = ("indeterminate", "included")
# The reason of these is what a person typed.
TYPED_STAGES = ("excluded", "proposed_exclusion")

FLOW_COLUMNS = (
    *listed_columns("case"),
    *listed_columns("flow", stages="; ".join(f"{stage}: {meaning}" for stage, meaning in STAGES.items())),
)
OVERLAP_COLUMNS = (*listed_columns("case"), *listed_columns("overlap"))
# What a second reading is called beside the first; no reader id has a blank.
AGAIN = " again"


@dataclass(frozen=True)
class Measured:
    """What was measured of a case.

    Attributes
    ----------
    rows : mapping
        Reader -> feature, VOI and provenance columns; reader + `AGAIN` -> those of the second reading.
    problems : mapping
        Reader -> why that reader's VOI could not be measured.
    overlaps : sequence
        A row of `OVERLAP_COLUMNS` for each pair of readers whose VOIs were measured.
    changed : tuple of str
        Images that are not those that were added, and were measured because it was allowed.
    """

    rows: Mapping[str, Row] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    overlaps: Sequence[Row] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseRows:
    """The rows of one case: its flow, its readings, and its features if it gets that far."""

    flow: Row
    readings: tuple[Row, ...]
    features: Row | None


def rows_of_case(
    cohort: CohortView,
    case: Case,
    signed: Mapping[str, SignedVersion],
    measured: Measured,
    damaged: str | None = None,
    again: Mapping[str, SignedVersion] | None = None,
) -> CaseRows:
    """Put a case's rows together.

    Parameters
    ----------
    cohort : CohortView
        The study.
    case : Case
        The case.
    signed : mapping
        Reader -> signed-off reading, the one that was measured.
    measured : Measured
        Features of the readers' VOIs.
    damaged : str, optional
        Why its readings cannot be read.
    again : mapping, optional
        Reader -> signed-off second reading.
    """
    case_id = case.case_id
    if case.excluded is not None:
        return CaseRows(_flow(case_id, "excluded", case.excluded), (), None)
    if damaged is not None:
        return CaseRows(_flow(case_id, "damaged", damaged), (), None)
    readings = tuple(
        reading_row(
            cohort.about,
            cohort.form,
            case_id,
            reader,
            _facts(version, repeat=bool(name), position=cohort.position(case_id, reader)),
            case.details,
            measured.rows.get(reader + name, {}),
        )
        for versions, name in ((signed, ""), (again or {}, AGAIN))
        for reader, version in sorted(versions.items())
    )
    try:
        stage, reason, features = _features(cohort, case_id, signed, measured)
    except StudyError as error:
        stage, reason, features = "damaged", str(error), None
    features = {**features, **case.details} if features is not None else None
    return CaseRows(_flow(case_id, stage, reason), readings, features)


def _features(
    cohort: CohortView, case_id: str, signed: Mapping[str, SignedVersion], measured: Measured
) -> tuple[str, str | None, Row | None]:
    open_readers = [reader for reader in cohort.protocol.readers if reader not in signed]
    if open_readers:
        return "not_read", f"not signed off by {', '.join(open_readers)}", None
    proposed = [
        f"{reader}: {signed[reader].exclusion}" for reader in sorted(signed) if signed[reader].exclusion
    ]
    if proposed:
        return "proposed_exclusion", "; ".join(proposed), None
    consensus = cohort.consensus(case_id, signed)
    if consensus is None:
        return "not_read", None, None
    if consensus.open:
        items = ", ".join(entry.item.id for entry in consensus.open)
        return "not_adjudicated", f"{len(consensus.open)} to decide: {items}", None
    dice = cohort.voi_to_decide(case_id, signed)
    if dice is not None:
        limit = cohort.protocol.min_dice
        return (
            "not_adjudicated",
            f"the VOIs overlap with a Dice of {dice:.2f}, below {limit:g}: choose one",
            None,
        )
    choice = cohort.voi_choice(case_id, signed)
    used = cohort.protocol.readers if choice == VOI_MEAN else (choice,)
    problems = [
        f"{reader}: {measured.problems[reader]}" for reader in sorted(used) if reader in measured.problems
    ]
    if problems:
        return "not_measured", "; ".join(problems), None
    try:
        from_pathology = clinic.row_values(cohort.pathology(case_id))
    except HER2LowMRIError as error:
        return "not_measured", f"pathology: {error}", None
    row: Row = {"case_id": case_id}
    row |= from_pathology
    row |= cohort.form.values_for_row(consensus.answers)
    rows = [measured.rows[reader] for reader in sorted(used)]
    row |= mean_of_rows(rows, cohort.protocol.features)
    if cohort.protocol.features.beside:
        row["measured_kaiser_score"] = kaiser_score_of(
            consensus.answers, assessed(row["measured_kinetics_delayed"])
        )
    row |= study_columns(cohort.about, cohort.form)
    row |= {"voi_choice": choice, "adjudicated_items": len(consensus.disagreements)}
    if row["her2_group"] == "indeterminate":
        return "indeterminate", str(row["her2_reason"]), row
    return "included", None, row


def _facts(version: SignedVersion, *, repeat: bool, position: int | None) -> ReadingFacts:
    return ReadingFacts(
        version.answers,
        version=version.number,
        seconds=version.seconds or {},
        active_seconds=version.active_seconds,
        origins=version.voi_origins,
        position=None if repeat else position,
        comment=version.comment,
        exclusion=version.exclusion,
        repeat=repeat,
    )


def mean_of_rows(rows: list[Row], features: FeatureSet | None = None) -> Row:
    """Mean of every measured number over the readers' VOIs.

    A number that one VOI does not have is missing in the mean. Of the categories of a curve the most suspicious counts,
    one that could be told before one that could not. What describes the series and the fit is the same
    in all rows and stays as it is; what was said of the images is put together.
    """
    table = columns("features", measured=features)
    groups = ("feature", "voi", "interval", "beside")
    measured = {column.name for column in table if column.group in groups and column.type != "choice"}
    of_reading = {value.name for value in BESIDE_VALUES if value.of_reading}

    def common(name: str) -> Cell:
        cells = [row.get(name) for row in rows]
        if name in ("image_warnings", "image_quality_reasons"):
            return joined(text for cell in cells if cell for text in str(cell).split(NOTICE_SEPARATOR))
        if name == "image_quality":
            return next((verdict.value for verdict in WORST_FIRST if verdict.value in cells), None)
        if name in MOST_SUSPICIOUS_FIRST:
            return next((kind for kind in MOST_SUSPICIOUS_FIRST[name] if kind in cells), None)
        if name == "small_region_level":
            adc = common("small_region_adc")
            return level_of(adc) if isinstance(adc, float) else None
        if name == "small_region_moved":
            return max((cell for cell in cells if isinstance(cell, int)), default=None)
        if name not in measured:
            return cells[0]
        numbers = [cell for cell in cells if isinstance(cell, int | float)]
        return sum(numbers) / len(numbers) if len(numbers) == len(cells) else None

    names = [name for name in rows[0] if name not in of_reading]
    return {name: rows[0][name] if len(rows) == 1 else common(name) for name in names}


def _flow(case_id: str, stage: str, reason: str | None) -> Row:
    return {"case_id": case_id, "included": int(stage in IN_FEATURES), "stage": stage, "reason": reason}
