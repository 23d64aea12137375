"""What the coordinator can reach: everything. Cases, pathology, exclusions, states, signed-off readings."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.her2 import tests_from_fields
from HER2LowMRILib.core.lexicon import clinic_fields
from HER2LowMRILib.study.case_ids import check_distinct, checked_name
from HER2LowMRILib.study.case_list import CASES_FILE, Case, CaseImages, cases_to_bytes
from HER2LowMRILib.study.change_log import Value
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.coordinator_record import CoordinatorRecord
from HER2LowMRILib.study.pathology import PATHOLOGY_FILE, Fields, pathology_to_bytes, read_pathology
from HER2LowMRILib.study.protocol import STUDY_FILE, Protocol, protocol_to_bytes
from HER2LowMRILib.study.pseudonyms import pseudonym
from HER2LowMRILib.study.readings import checked_text
from HER2LowMRILib.study.session_lock import SessionLock


class CoordinatorView(CohortView):
    """The coordinator's session: the cohort, and the right to change it.

    Made by `Study.coordinator`; close it, or use it as a context manager.
    """

    def __init__(self, folder: Path, protocol: Protocol, form: Form, take_over: bool = False):
        self._lock = SessionLock(folder, "the coordinator's desk", take_over)
        try:
            super().__init__(folder, protocol, form)
            self._record = CoordinatorRecord(folder, self._lock)
        except StudyError:
            self._lock.release()
            raise

    def pseudonym(self, patient_id: str) -> str:
        """The case id of a patient in this study."""
        try:
            key = bytes.fromhex((self._folder / "pseudonym.key").read_text())
        except (OSError, ValueError) as error:
            raise StudyError(
                "patient ids cannot be turned into case ids",
                needed="the file pseudonym.key that was made with the study",
                todo="Restore it from a backup, or name the cases yourself (case_id, --keep-names)",
            ) from error
        return pseudonym(key, patient_id)

    def add_cases(self, cases: Iterable[Case]) -> None:
        """Add cases; either all or none.

        Raises
        ------
        StudyError
            If an id is no safe name, is there already, or a case has no image.
        """
        cases = list(cases)
        self.check_new_cases(cases)
        self._change_cases("add", [*self.cases, *cases], new=[case.case_id for case in cases])

    def check_new_cases(self, cases: Iterable[Case]) -> None:
        """Refuse what `add_cases` would refuse, before anything is copied."""
        cases = list(cases)
        check_distinct([*self._cases, *(checked_name(case.case_id) for case in cases)])
        for case in cases:
            if case.images == CaseImages():
                raise StudyError(f"case {case.case_id} has no images", needed="a DWI series or maps")

    def exclude(self, case_id: str, reason: str) -> None:
        """Leave a case out of the study, with the reason that the flow gives."""
        reason = checked_text(reason, "the reason").strip()
        if not reason:
            raise StudyError("a case is only left out with a reason", needed="a reason")
        self._set_excluded(case_id, reason)

    def include(self, case_id: str) -> None:
        """Take a case back in."""
        self._set_excluded(case_id, None)

    def set_pathology(self, case_id: str, **fields: object) -> None:
        """Set fields of a case (names: `core.lexicon.clinic_fields`); None clears one.

        Raises
        ------
        HER2LowMRIError
            For a field or value that no report can state.
        """
        self._case(case_id)
        accepted = {name: clinic_fields()[name].accept(raw) for name, raw in fields.items()}
        kept = {**self._pathology.get(case_id, {}), **accepted}
        values = {name: value for name, value in kept.items() if value is not None}
        tests_from_fields(values)
        self._change_pathology(self._pathology | {case_id: values}, [case_id])

    def import_pathology(self, table: Path) -> tuple[str, ...]:
        """Take over a table of clinic and HER2 fields, with case_id or patient_id; returns the cases it changed.

        Raises
        ------
        StudyError
            If the table is none, or names a case that the study does not have. Nothing is taken over then.
        """
        fields = read_pathology(Path(table), self.pseudonym)
        if not fields:
            raise StudyError("the pathology table has no row with a case", needed="a row for each case")
        unknown = [number for number, case_id in enumerate(fields, start=2) if case_id not in self._cases]
        if unknown:
            raise StudyError(
                f"{len(unknown)} rows of the pathology table name no case of this study",
                needed="case ids of the study",
                found=f"others, first in row {unknown[0]}",
            )
        for values in fields.values():
            tests_from_fields(values)
        changed = [case_id for case_id, values in fields.items() if self._pathology.get(case_id) != values]
        self._change_pathology(self._pathology | fields, changed)
        return tuple(changed)

    def change_protocol(self, **changes: object) -> None:
        """Change settings that touch no reading: voi_choice, fit, binning, size_tolerance_mm, title."""
        allowed = {"voi_choice", "fit", "binning", "size_tolerance_mm", "title"}
        if not set(changes) <= allowed:
            raise StudyError("this setting is fixed for the whole study", needed=", ".join(sorted(allowed)))
        protocol = dataclasses.replace(self.protocol, **changes)
        files = {STUDY_FILE: protocol_to_bytes(protocol)}
        self._record.change("protocol", files, old=self.protocol.to_json(), new=protocol.to_json())
        self.protocol = protocol

    def close(self) -> None:
        """Give the coordinator's desk back."""
        self._lock.release()

    def __enter__(self) -> "CoordinatorView":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _set_excluded(self, case_id: str, reason: str | None) -> None:
        old = self._case(case_id)
        cases = [
            dataclasses.replace(case, excluded=reason) if case.case_id == case_id else case
            for case in self.cases
        ]
        self._change_cases("exclude", cases, case_id=case_id, old=old.excluded, new=reason)

    def _change_cases(self, action: str, cases: list[Case], **values: Value) -> None:
        self._record.change(action, {CASES_FILE: cases_to_bytes(self._folder, cases)}, **values)
        self._cases = {case.case_id: case for case in cases}

    def _change_pathology(self, fields: dict[str, Fields], changed: list[str]) -> None:
        ordered = {case_id: fields[case_id] for case_id in self._cases if case_id in fields}
        # Dates and laboratories identify too well for a log: it says that they changed, not to what.
        shown = [item.id for item in clinic_fields().items if item.exported]
        new = {
            case_id: {name: fields[case_id][name] for name in shown if name in fields[case_id]}
            for case_id in changed
        }
        self._record.change("pathology", {PATHOLOGY_FILE: pathology_to_bytes(ordered)}, new=new)
        self._pathology = ordered
