"""Tables to be filled in: with the study's case ids, and as .xlsx with what can be chosen as drop-downs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.lexicon import Answer, Item, clinic_fields
from HER2LowMRILib.files.row_csv import rows_to_bytes
from HER2LowMRILib.files.verified_write import write_verified
from HER2LowMRILib.study.case_list import DETAILS, IMAGE_ROLES, TRAINING
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.outside import refuse_inside_a_study
from HER2LowMRILib.study.protocol import VOI_MEAN
from HER2LowMRILib.workflow.record_decisions import VOI

KINDS = ("pathology", "readings", "decisions", "cases", "references")


@dataclass(frozen=True)
class Template:
    """A table to be filled in.

    Attributes
    ----------
    title : str
        Name of its sheet.
    columns : tuple of str
        In their order.
    rows : tuple of mapping
        Column -> text; what is known already stands there.
    choices : mapping
        Column -> what can be chosen.
    cell_choices : mapping
        (Row from 0, column) -> what can be chosen there alone.
    notes : mapping
        Column -> what is to be entered.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cell_choices: Mapping[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def make_template(cohort: CohortView, kind: str) -> Template:
    """Make the template of one kind of table.

    Parameters
    ----------
    cohort : CohortView
        The study.
    kind : {"pathology", "readings", "decisions", "cases", "references"}
        For decisions every question that waits, with the answers of both sides; nobody's id is in it.
    """
    makers = {
        "pathology": _pathology,
        "readings": _readings,
        "decisions": _decisions,
        "cases": _cases,
        "references": _references,
    }
    return makers[kind](cohort)


def write_template(template: Template, path: Path) -> None:
    """Write a template as .csv or .xlsx, as the name says.

    Raises
    ------
    StudyError
        If the name says neither, the file is there already or would lie in a study, or .xlsx cannot be written here.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise StudyError(
            "the template has no form", needed="a name with .csv or .xlsx", found=suffix or "none"
        )
    refuse_inside_a_study(path, "tables", "hold pathology or answers of others")
    if path.exists():
        raise StudyError(
            f"{path.name} is there already",
            needed="a new file",
            todo="It may be filled in: choose another name",
        )
    if suffix == ".csv":
        write_verified(path, rows_to_bytes(template.rows, template.columns))
        return
    from HER2LowMRILib.files.spreadsheet import sheet_bytes

    write_verified(path, sheet_bytes(template))


def _text(value: Answer) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _choices(item: Item) -> tuple[str, ...]:
    return tuple(str(choice.value) for choice in item.choices)


def _note(item: Item) -> str:
    if item.kind == "choice":
        what = "; ".join(f"{choice.value}: {choice.label}" for choice in item.choices)
    elif item.kind in ("number", "integer"):
        unit = "" if item.unit in (None, "1") else f" {item.unit}"
        what = f"{item.minimum:g} to {item.maximum:g}{unit}"
    else:
        what = "year-month-day" if item.kind == "date" else "text"
    return f"{item.label}. {what}. {item.definition}"


def _pathology(cohort: CohortView) -> Template:
    items = clinic_fields().items
    rows = []
    for case in cohort.study_cases:
        known = cohort.pathology(case.case_id)
        details = {name: getattr(case, name) or "" for name in DETAILS[1:]}
        rows.append(
            {"case_id": case.case_id} | details | {name: _text(value) for name, value in known.items()}
        )
    return Template(
        "pathology",
        ("case_id", *(item.id for item in items), *DETAILS[1:]),
        tuple(rows),
        {item.id: _choices(item) for item in items if item.kind == "choice"},
        notes={"case_id": "A blank cell changes nothing."} | {item.id: _note(item) for item in items},
    )


def _readings(cohort: CohortView) -> Template:
    items = cohort.form.lexicon.items
    rows = [{"case_id": case.case_id} for case in cohort.cases if case.excluded is None]
    return Template(
        "readings",
        ("case_id", "reader", "voi", *(item.id for item in items), "comment", "exclusion_reason"),
        tuple(rows),
        {"reader": cohort.protocol.readers}
        | {item.id: _choices(item) for item in items if item.kind == "choice"},
        notes={
            "reader": "Reader id; the same case has a row for each reader.",
            "voi": "A .seg.nrrd file, beside this table.",
            "exclusion_reason": "Why the case cannot be read; no identity.",
        }
        | {item.id: _note(item) for item in items},
    )


def _references(cohort: CohortView) -> Template:
    items = cohort.form.lexicon.items
    return Template(
        "references",
        ("case_id", *(item.id for item in items), "comment"),
        tuple({"case_id": case.case_id} for case in cohort.cases if case.training),
        {item.id: _choices(item) for item in items if item.kind == "choice"},
        notes={
            "case_id": "Each case of this table becomes one to train on.",
            "comment": "What to learn from the case; readers see it after they signed it off.",
        }
        | {item.id: _note(item) for item in items},
    )


def _decisions(cohort: CohortView) -> Template:
    rows: list[dict[str, str]] = []
    chosen: dict[tuple[int, str], tuple[str, ...]] = {}
    sides: list[str] = []
    for case in cohort.study_cases:
        if case.excluded is not None:
            continue
        try:
            signed = cohort.signed(case.case_id)
            consensus = cohort.consensus(case.case_id, signed)
            dice = cohort.voi_to_decide(case.case_id, signed)
        except StudyError:
            continue
        for entry in consensus.open if consensus is not None else ():
            sides += [side for side in entry.answers if side not in sides]
            if entry.item.kind == "choice":
                chosen[len(rows), "decision"] = _choices(entry.item)
            answers = {f"answer_{side}": _text(value) for side, value in entry.answers.items()}
            rows.append({"case_id": case.case_id, "item": entry.item.id, "label": entry.item.label} | answers)
        if dice is not None:
            drawn = cohort.sides_drawn(case.case_id, signed)
            chosen[len(rows), "decision"] = (*drawn, VOI_MEAN)
            label = f"VOI, of two that overlap with a Dice of {dice:.2f}"
            rows.append({"case_id": case.case_id, "item": VOI, "label": label})
    return Template(
        "decisions",
        ("case_id", "item", "label", *(f"answer_{side}" for side in sorted(sides)), "decision", "reason"),
        tuple(rows),
        cell_choices=chosen,
        notes={
            "item": "A question of the form; voi chooses a VOI.",
            "decision": f"One of the possible answers; of a VOI a side or {VOI_MEAN}. Blank: not decided yet.",
        },
    )


def _cases(cohort: CohortView) -> Template:
    further = [spec.role for spec in cohort.protocol.features.further]
    return Template(
        "cases",
        ("case_id", "patient_id", *IMAGE_ROLES, *further, "b_values", *DETAILS, TRAINING),
        tuple({"case_id": ""} for _ in range(1)) if not cohort.cases else (),
        notes={
            "case_id": "A pseudonym of your own; or leave it out and give patient_id.",
            "patient_id": "Turned into a case id; it is kept nowhere.",
            "dwi": 'File or folder, relative to this table; several as ["a", "b"].',
            "b_values": "0 800 1400 2000 [s/mm2], where the files do not say.",
            "patient": "The same for two lesions of one patient; kept as a pseudonym.",
            TRAINING: "yes: readers only train on the case; it is in no table.",
        },
    )
